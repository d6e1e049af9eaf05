//! What must hold after any number of crashes: lost 0; a second copy only of what the next hop had taken
//! and the store had not yet written down as taken when the gateway died.

use std::collections::{BTreeMap, BTreeSet};

use crate::crashes::gateway::{DeadStore, Queued};
use crate::crashes::hop::Copies;
use crate::crashes::load::Sent;

/// Deliveries in hand at the same time, the default of `[delivery] concurrency`.
const IN_HAND: usize = 16;

/// What each crash left in doubt.
#[derive(Default)]
pub(super) struct Law {
    /// How many lives ended with the message taken by the next hop in that life and still queued here.
    doubts: BTreeMap<String, u32>,
    /// The copies at the end of the life before.
    before: Copies,
}

impl Law {
    /// Notes what a crash left in doubt: at most what was in hand.
    pub(super) fn crashed(&mut self, round: u32, queued: &Queued, copies: &Copies) {
        let is_new = |(copy, count): &(&String, &u32)| self.before.get(*copy) != Some(*count);
        let doubtful: Vec<&String> = copies
            .iter()
            .filter(is_new)
            .map(|(copy, _)| copy)
            .filter(|copy| queued.has(copy))
            .collect();
        assert!(
            doubtful.len() <= IN_HAND,
            "round {round}: {} messages were taken by the next hop and are queued still",
            doubtful.len()
        );
        for copy in doubtful {
            *self.doubts.entry(copy.clone()).or_default() += 1;
        }
        self.before.clone_from(copies);
    }

    /// Lost 0, held what is to be held, and every copy accounted for.
    pub(super) fn holds(&self, sent: &Sent, store: &DeadStore, copies: &Copies) {
        let arrived: BTreeSet<&str> = copies.keys().map(|copy| message_of(copy)).collect();
        for id in sent.accepted.difference(&sent.held) {
            assert!(
                arrived.contains(id.as_str()),
                "{id} was answered 250 and is lost"
            );
        }
        for id in &sent.accepted {
            assert!(store.ends.contains_key(id), "{id} is not in the store");
        }
        for id in &sent.held {
            assert_eq!(store.ends[id], "held", "{id}");
            assert!(
                !arrived.contains(id.as_str()),
                "{id} was to be held and has left"
            );
        }
        for (copy, copies) in copies {
            let id = message_of(copy);
            let allowed = 1 + self.doubts.get(copy).copied().unwrap_or_default();
            assert!(
                *copies <= allowed,
                "{id}: {copies} copies, {allowed} can be explained"
            );
            let ours = id.starts_with("crash-");
            assert!(
                !ours || store.ends.contains_key(id),
                "{id} was never accepted"
            );
        }
    }

    /// The figures.
    pub(super) fn verdict(&self, sent: &Sent, copies: &Copies) -> String {
        let doubled = copies.values().filter(|copies| **copies > 1).count();
        format!(
            "{} messages answered 250, {} of them held; {} sent without an answer; {} messages and notices at the next hop; \
             lost 0; {doubled} came twice, each of them taken by the next hop and not yet committed here when the gateway was killed ({} such)",
            sent.accepted.len(),
            sent.held.len(),
            sent.unanswered.len(),
            copies.len(),
            self.doubts.len(),
        )
    }
}

/// The Message-ID of a copy.
fn message_of(copy: &str) -> &str {
    copy.split(' ').next().unwrap_or_default()
}
