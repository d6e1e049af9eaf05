//! What a school remembers of the recipients of one message: whom it wrote to, who goes together, who got something locked.
//!
//! The store keeps keyed hashes and answers about the addresses it is asked about; no list of people can be read out of it.
//! Domains that are written to often are kept in clear, but for consumer mail: that is all a notice needs to say what an
//! address looks like, and the name of a company is nobody's personal data.

use std::collections::{HashMap, HashSet};

use jiff::SignedDuration;

use crate::mail::address::{Address, Domain};

/// How long a password may not follow what it opens by e-mail.
pub const LOCK_REMEMBERED: SignedDuration = SignedDuration::from_hours(72);
/// From so many messages on somebody, or a domain, is written to often.
pub const OFTEN: u32 = 3;
/// Company is remembered of messages to at most so many outside addresses; the pairs of a circular say nothing.
pub const MOST_COMPANY: usize = 12;

/// What is asked of a school's memory before a message is judged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// The envelope sender; `None` for the null sender.
    pub sender: Option<Address>,
    /// The outside recipients.
    pub recipients: Vec<Address>,
    /// Their domains, where nobody vouches for those: no consumer mail, no partner.
    pub domains: Vec<Domain>,
}

/// What a school's own past says about one message. The default is a school without a past.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memory {
    /// Whole days that the memory reaches back.
    pub days: u32,
    /// The recipients the school has written to.
    pub written: HashSet<Address>,
    /// The recipients who were sent something locked within [`LOCK_REMEMBERED`].
    pub locked: HashSet<Address>,
    /// In how many messages two of sender and recipients stood together.
    pub together: HashMap<(Address, Address), u32>,
    /// Of the domains asked about, those the school has written to.
    pub domains_written: HashSet<Domain>,
    /// Domains the school writes to often, where one asked about is not among those it has written to.
    pub domains_often: Vec<Domain>,
}

impl Question {
    /// Everybody whose company is asked about; nobody where they are too many, or where there is no sender.
    #[must_use]
    pub fn company(&self) -> Vec<(Address, Address)> {
        pairs(self.sender.as_ref(), &self.recipients)
    }
}

impl Memory {
    /// In how many messages these two stood together.
    #[must_use]
    pub fn times_together(&self, one: &Address, other: &Address) -> u32 {
        let pair = pair(one, other);
        self.together.get(&pair).copied().unwrap_or_default()
    }
}

/// Sender and recipients two by two.
#[must_use]
pub fn pairs(sender: Option<&Address>, recipients: &[Address]) -> Vec<(Address, Address)> {
    let Some(sender) = sender.filter(|_| recipients.len() <= MOST_COMPANY) else {
        return Vec::new();
    };
    let mut pairs: Vec<_> = recipients.iter().map(|one| pair(sender, one)).collect();
    for (place, one) in recipients.iter().enumerate() {
        pairs.extend(
            recipients
                .iter()
                .skip(place + 1)
                .map(|other| pair(one, other)),
        );
    }
    pairs
}

fn pair(one: &Address, other: &Address) -> (Address, Address) {
    if one <= other {
        (one.clone(), other.clone())
    } else {
        (other.clone(), one.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(count: usize) -> Vec<Address> {
        let one = |n: usize| format!("person{n}@company.example").parse().unwrap();
        (0..count).map(one).collect()
    }

    #[test]
    fn everybody_stands_with_everybody_else_once() {
        let all = addresses(4);
        assert_eq!(pairs(all.first(), &all[1..]).len(), 6);
        assert_eq!(pairs(None, &all), []);
        assert_eq!(pairs(all.first(), &addresses(MOST_COMPANY + 1)), []);
    }

    #[test]
    fn company_has_no_order() {
        let all = addresses(2);
        let mut memory = Memory::default();
        memory.together.insert(pair(&all[1], &all[0]), 3);
        assert_eq!(memory.times_together(&all[0], &all[1]), 3);
        assert_eq!(memory.times_together(&all[1], &all[0]), 3);
    }
}
