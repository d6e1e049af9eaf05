//! Passwords that one person reads to another over the telephone: `7k3f-9qxm-2b4t-hv6w`, 80 random bits.

use ring::error::Unspecified;
use ring::rand::{SecureRandom, SystemRandom};

use crate::secret::Redacted;

/// Crockford's digits in lower case: no i, l, o or u to mistake for 1, 0 or v.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Draws a password of four groups of four.
///
/// # Errors
/// The operating system has no random numbers to give.
pub fn draw() -> Result<Redacted<String>, Unspecified> {
    let mut octets = [0_u8; 16];
    SystemRandom::new().fill(&mut octets)?;
    Ok(Redacted::new(spelled(octets)))
}

/// Five bits of each octet make one digit.
fn spelled(octets: [u8; 16]) -> String {
    let mut password = String::with_capacity(19);
    for (place, octet) in octets.into_iter().enumerate() {
        if place > 0 && place % 4 == 0 {
            password.push('-');
        }
        let digit = DIGITS.get(usize::from(octet & 31)).copied();
        password.extend(digit.map(char::from));
    }
    password
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_four_groups_of_digits_that_nobody_mishears() {
        assert_eq!(spelled([0xff; 16]), "zzzz-zzzz-zzzz-zzzz");
        let password = draw().unwrap().into_inner();
        let groups: Vec<&str> = password.split('-').collect();
        assert_eq!(groups.len(), 4, "{password}");
        assert!(groups.iter().all(|group| group.len() == 4), "{password}");
        assert_ne!(password, draw().unwrap().into_inner());
    }
}
