//! What reading one message may still cost: octets expanded, members opened, text kept.
//!
//! Every layer of every container takes from the same budget, so a bomb ends at its limit wherever it hides.

use std::io::Read;

use serde::{Deserialize, Serialize};

use crate::limits::Limits;
use crate::mail::gap::GapReason;

/// What is left for one message.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Budget {
    expanded: usize,
    members: usize,
    text: usize,
    ratio: usize,
    ratio_from: usize,
}

impl Budget {
    /// The whole of what `limits` allows one message.
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            expanded: limits.expanded,
            members: limits.members,
            text: limits.text_per_message,
            ratio: limits.ratio,
            ratio_from: limits.ratio_from,
        }
    }

    /// A budget of so many octets for looking at something beforehand.
    pub(super) fn of(expanded: usize) -> Self {
        Self {
            expanded,
            members: 0,
            text: 0,
            ratio: 1,
            ratio_from: expanded,
        }
    }

    /// Reads a stream to its end.
    ///
    /// # Errors
    /// [`GapReason::TooLarge`] where it has more octets than are left, [`GapReason::Corrupt`] where it breaks off.
    pub(super) fn expand(&mut self, stream: impl Read) -> Result<Vec<u8>, GapReason> {
        self.take(stream, usize::MAX)
    }

    /// Reads a stream that comes out of `packed` octets to its end.
    ///
    /// # Errors
    /// As [`Budget::expand`]; also [`GapReason::TooLarge`] where so much comes out of so little that it is a bomb.
    pub(super) fn unpack(
        &mut self,
        stream: impl Read,
        packed: usize,
    ) -> Result<Vec<u8>, GapReason> {
        self.take(stream, self.honest(packed))
    }

    /// Octets that so many packed ones may still expand to.
    pub(super) fn honest(&self, packed: usize) -> usize {
        let honest = packed.saturating_mul(self.ratio).max(self.ratio_from);
        honest.min(self.expanded)
    }

    fn take(&mut self, stream: impl Read, most: usize) -> Result<Vec<u8>, GapReason> {
        let most = most.min(self.expanded);
        let mut bytes = Vec::new();
        let limit = u64::try_from(most).unwrap_or(u64::MAX);
        let mut bounded = stream.take(limit.saturating_add(1));
        let read = std::io::copy(&mut bounded, &mut bytes);
        self.expanded = self.expanded.saturating_sub(bytes.len());
        if bytes.len() > most {
            return Err(GapReason::TooLarge);
        }
        read.map(|_| bytes).map_err(|_| GapReason::Corrupt)
    }

    /// Octets that may still be expanded.
    pub(super) fn left(&self) -> usize {
        self.expanded
    }

    /// Counts octets that somebody else expanded.
    ///
    /// # Errors
    /// [`GapReason::TooLarge`] where there are more than are left.
    pub(super) fn spend(&mut self, octets: usize) -> Result<(), GapReason> {
        let left = self.expanded.checked_sub(octets);
        self.expanded = left.unwrap_or_default();
        left.map(drop).ok_or(GapReason::TooLarge)
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

    #[test]
    fn much_out_of_little_is_a_bomb_once_it_is_much() {
        let limits = Limits {
            ratio: 10,
            ratio_from: 100,
            ..Limits::default()
        };
        let mut budget = Budget::new(&limits);
        let unpacked = |budget: &mut Budget, octets: usize, packed| {
            budget
                .unpack(vec![0; octets].as_slice(), packed)
                .map(|bytes| bytes.len())
        };
        assert_eq!(unpacked(&mut budget, 100, 1), Ok(100));
        assert_eq!(unpacked(&mut budget, 101, 1), Err(GapReason::TooLarge));
        assert_eq!(unpacked(&mut budget, 200, 20), Ok(200));
        assert_eq!(unpacked(&mut budget, 201, 20), Err(GapReason::TooLarge));
    }
}
