//! The reference of a message: short enough to read out over the telephone, unique enough to be a key.
//!
//! Twelve Crockford base-32 digits in three groups, 60 random bits, such as `7K3F-9QXM-2B4T`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The gateway's own id of one message; what replies, notices, logs and the ledger call it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MessageId(String);

/// A text that is no message reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a message reference: expected three groups of four, such as 7K3F-9QXM-2B4T")]
pub struct MessageIdError(String);

impl MessageId {
    /// Builds an id from eight random bytes; the top four bits are not used.
    #[must_use]
    pub fn from_random(bytes: [u8; 8]) -> Self {
        let number = u64::from_be_bytes(bytes);
        let digits: String = (0..12)
            .rev()
            .filter_map(|place| DIGITS.get(usize::try_from(number >> (5 * place) & 31).ok()?))
            .map(|digit| char::from(*digit))
            .collect();
        Self(grouped(&digits))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(14);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push('-');
        }
        text.push(digit);
    }
    text
}

impl FromStr for MessageId {
    type Err = MessageIdError;

    /// Forgives case, missing hyphens, and the letters people hear for digits (I and L for 1, O for 0).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits: String = text
            .trim()
            .to_uppercase()
            .chars()
            .filter(|c| *c != '-' && *c != ' ')
            .map(|c| match c {
                'I' | 'L' => '1',
                'O' => '0',
                other => other,
            })
            .collect();
        if digits.len() == 12 && digits.bytes().all(|b| DIGITS.contains(&b)) {
            Ok(Self(grouped(&digits)))
        } else {
            Err(MessageIdError(text.to_owned()))
        }
    }
}

impl TryFrom<String> for MessageId {
    type Error = MessageIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<MessageId> for String {
    fn from(id: MessageId) -> Self {
        id.0
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_read_back_from_the_telephone_is_the_same() {
        let id = MessageId::from_random([0xff, 1, 2, 3, 4, 5, 6, 7]);
        let spoken = id
            .to_string()
            .replace('-', " ")
            .to_lowercase()
            .replace('0', "o")
            .replace('1', "l");
        assert_eq!(spoken.parse(), Ok(id));
    }

    #[test]
    fn what_is_no_reference_is_refused() {
        for bad in ["", "7K3F-9QXM", "7K3F-9QXM-2B4U", "7K3F-9QXM-2B4TT"] {
            assert!(bad.parse::<MessageId>().is_err(), "{bad}");
        }
    }
}
