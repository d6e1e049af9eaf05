//! What reading one message may still cost: octets expanded, members opened, text kept.
//!
//! Every layer of every container takes from the same budget, so a bomb ends at its limit wherever it hides.

use std::io::Read;

use crate::limits::Limits;
use crate::mail::gap::GapReason;

/// What is left for one message.
#[derive(Debug)]
pub(super) struct Budget {
    expanded: usize,
    members: usize,
    text: usize,
}

impl Budget {
    /// The whole of what `limits` allows one message.
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            expanded: limits.expanded,
            members: limits.members,
            text: limits.text_per_message,
        }
    }

    /// Reads a stream to its end.
    ///
    /// # Errors
    /// [`GapReason::TooLarge`] where it has more octets than are left, [`GapReason::Corrupt`] where it breaks off.
    pub(super) fn expand(&mut self, stream: impl Read) -> Result<Vec<u8>, GapReason> {
        let mut bytes = Vec::new();
        let limit = u64::try_from(self.expanded).unwrap_or(u64::MAX);
        let mut bounded = stream.take(limit.saturating_add(1));
        let read = std::io::copy(&mut bounded, &mut bytes);
        if bytes.len() > self.expanded {
            self.expanded = 0;
            return Err(GapReason::TooLarge);
        }
        self.expanded -= bytes.len();
        read.map(|_| bytes).map_err(|_| GapReason::Corrupt)
    }

    /// Counts one member of an archive.
    ///
    /// # Errors
    /// [`GapReason::TooManyParts`] where there are too many.
    pub(super) fn member(&mut self) -> Result<(), GapReason> {
        self.members = self.members.checked_sub(1).ok_or(GapReason::TooManyParts)?;
        Ok(())
    }

    /// Counts text kept; how many octets of it may stay.
    pub(super) fn text(&mut self, octets: usize) -> usize {
        let granted = octets.min(self.text);
        self.text -= granted;
        granted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_streams_of_a_message_share_one_budget() {
        let limits = Limits {
            expanded: 10,
            ..Limits::default()
        };
        let mut budget = Budget::new(&limits);
        assert_eq!(budget.expand(&b"12345678"[..]), Ok(b"12345678".to_vec()));
        assert_eq!(budget.expand(&b"123"[..]), Err(GapReason::TooLarge));
        assert_eq!(budget.expand(&b"1"[..]), Err(GapReason::TooLarge));
    }
}
