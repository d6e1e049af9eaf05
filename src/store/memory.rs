//! What is remembered of a message once it is on its way: marks, which are keyed hashes, and domains in clear.
//!
//! A mark is the first half of HMAC-SHA256 under a key of its school: whoever holds the file without the key learns
//! neither an address nor whether two schools write to the same one. Only what leaves is remembered, at once or
//! when a reviewer releases it: what was stopped makes nobody a correspondent.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use ring::hmac;

use crate::decide::memory::{LOCK_REMEMBERED, Memory, OFTEN, Question, pairs};
use crate::mail::address::Address;
use crate::mail::kind::RecipientKind;
use crate::mail::verdict::Verdict;
use crate::store::record::{Facts, RecipientJudgement};

/// Before a domain in clear; a mark has only hexadecimal digits.
pub(crate) const DOMAIN: &str = "@";
/// Octets of a mark: enough that none is met by chance.
const OCTETS: usize = 16;

/// Makes the marks of one school.
#[derive(Debug, Clone)]
pub(crate) struct Marker {
    key: hmac::Key,
}

/// What the store found under one mark.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    pub(crate) times: u32,
    pub(crate) first: Timestamp,
    pub(crate) last: Timestamp,
}

impl Marker {
    pub(crate) fn new(key: hmac::Key) -> Self {
        Self { key }
    }

    /// What is remembered when a message goes to these recipients, each once.
    pub(crate) fn sent(
        &self,
        facts: &Facts,
        recipients: &[&RecipientJudgement],
    ) -> BTreeSet<String> {
        let outside = |judged: &&&RecipientJudgement| judged.kind != RecipientKind::Internal;
        let outside: Vec<&RecipientJudgement> =
            recipients.iter().filter(outside).copied().collect();
        let addresses: Vec<Address> = outside.iter().map(|one| one.address.clone()).collect();
        let mut marks: BTreeSet<String> = addresses
            .iter()
            .map(|address| self.written(address))
            .collect();
        let company = pairs(facts.envelope.sender.as_ref(), &addresses);
        marks.extend(company.iter().map(|pair| self.company(pair)));
        let strangers = outside
            .iter()
            .filter(|judged| judged.kind == RecipientKind::External);
        marks.extend(strangers.map(|judged| format!("{DOMAIN}{}", judged.address.domain())));
        if !marks.is_empty() {
            marks.insert(self.beginning());
        }
        marks
    }

    /// What is remembered of a lock on its way to these recipients, or kept for them: the sender's own,
    /// or that of the gateway where the message `travels` encrypted.
    pub(crate) fn locked(
        &self,
        facts: &Facts,
        recipients: &[&RecipientJudgement],
        travels: fn(&RecipientJudgement) -> Verdict,
    ) -> BTreeSet<String> {
        let locked = |judged: &&&RecipientJudgement| {
            judged.kind != RecipientKind::Internal
                && (facts.locked || travels(judged) == Verdict::Encrypt)
        };
        let locked = recipients.iter().filter(locked);
        locked.map(|judged| self.lock(&judged.address)).collect()
    }

    /// The marks that answer a question.
    pub(crate) fn asked(&self, question: &Question) -> BTreeSet<String> {
        let mut marks = BTreeSet::from([self.beginning()]);
        for recipient in &question.recipients {
            marks.insert(self.written(recipient));
            marks.insert(self.lock(recipient));
        }
        marks.extend(question.company().iter().map(|pair| self.company(pair)));
        marks.extend(
            question
                .domains
                .iter()
                .map(|domain| format!("{DOMAIN}{domain}")),
        );
        marks
    }

    /// The answer, from what the store found.
    pub(crate) fn memory(
        &self,
        question: &Question,
        found: &HashMap<String, Found>,
        now: Timestamp,
    ) -> Memory {
        let begun = found.get(&self.beginning()).map(|found| found.first);
        let hours = begun.map(|first| now.duration_since(first).as_hours());
        let recent = |found: &Found| now.duration_since(found.last) <= LOCK_REMEMBERED;
        let of = |mark: &dyn Fn(&Address) -> String, holds: &dyn Fn(&Found) -> bool| {
            let recipients = question.recipients.iter();
            let known = recipients.filter(|one| found.get(&mark(one)).is_some_and(holds));
            known.cloned().collect()
        };
        let together = question.company().into_iter();
        let together = together.filter_map(|pair| {
            let times = found.get(&self.company(&pair))?.times;
            Some((pair, times))
        });
        let domains = || {
            found
                .iter()
                .filter_map(|(mark, found)| Some((mark.strip_prefix(DOMAIN)?.parse().ok()?, found)))
        };
        Memory {
            days: hours.map_or(0, |hours| u32::try_from(hours / 24).unwrap_or_default()),
            written: of(&|one| self.written(one), &|_| true),
            locked: of(&|one| self.lock(one), &recent),
            together: together.collect(),
            domains_written: domains()
                .filter(|(domain, _)| question.domains.contains(domain))
                .map(|(domain, _)| domain)
                .collect(),
            domains_often: domains()
                .filter(|(_, found)| found.times >= OFTEN)
                .map(|(domain, _)| domain)
                .collect(),
        }
    }

    fn beginning(&self) -> String {
        self.mark(&["beginning"])
    }

    fn written(&self, address: &Address) -> String {
        self.mark(&["written", &address.mailbox()])
    }

    fn lock(&self, address: &Address) -> String {
        self.mark(&["locked", &address.mailbox()])
    }

    fn company(&self, (one, other): &(Address, Address)) -> String {
        self.mark(&["company", &one.mailbox(), &other.mailbox()])
    }

    fn mark(&self, words: &[&str]) -> String {
        // No address holds a line end, so no two lists of words make the same text.
        let tag = hmac::sign(&self.key, words.join("\n").as_bytes());
        let octets = tag.as_ref().iter().take(OCTETS);
        let digit = |value: u8| char::from_digit(u32::from(value), 16);
        let digits = octets.flat_map(|octet| [digit(octet >> 4), digit(octet & 15)]);
        digits.flatten().collect()
    }
}
