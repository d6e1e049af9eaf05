//! Who writes to whom about whom: what every clause asks of a case, worked out once.
//!
//! It relates; it asks for no verdict.

use std::collections::BTreeSet;

use crate::decide::Case;
use crate::decide::decision::ClauseId;
use crate::decide::flow::{self, Flow};
use crate::decide::party::{Party, is_own};
use crate::decide::policy::Applied;
use crate::decide::policy::particular::Exception;
use crate::decide::policy::table::{Cell, Column};
use crate::decide::sender;
use crate::detect::finding::Finding;
use crate::directory::people::PupilId;
use crate::mail::address::{Address, Domain};
use crate::mail::kind::{RecipientKind, SenderKind};
use crate::mail::level::Level;

/// A case with its people known.
#[derive(Debug)]
pub struct Situation<'a> {
    /// What it was worked out from.
    pub case: &'a Case<'a>,
    /// Who wrote it, as far as it says: `From`, else the envelope.
    pub author: Option<&'a Address>,
    /// What the author is to the school.
    pub sender: SenderKind,
    /// The recipients of the envelope, in its order.
    pub parties: Vec<Party<'a>>,
    /// How the message came to be sent.
    pub flow: Flow,
}

impl<'a> Situation<'a> {
    /// Looks everybody up.
    #[must_use]
    pub fn of(case: &'a Case<'a>) -> Self {
        let from = case
            .headers
            .from
            .iter()
            .find_map(|mailbox| mailbox.address.as_ref());
        let author = from.or(case.envelope.sender.as_ref());
        Self {
            case,
            author,
            sender: sender::kind(author, case),
            parties: case
                .envelope
                .recipients
                .iter()
                .map(|recipient| Party::of(&recipient.address, case))
                .collect(),
            flow: flow::of(case),
        }
    }

    /// A clause as the policy applies it to this sender.
    #[must_use]
    pub fn applied(&self, clause: ClauseId) -> Option<Applied<'a>> {
        self.case.policy.applied(clause, self.sender, self.author)
    }

    /// The exception that covers this clause for this recipient, or for the whole message.
    #[must_use]
    pub fn exception(
        &self,
        clause: ClauseId,
        recipient: Option<&Address>,
    ) -> Option<&'a Exception> {
        let policy = self.case.policy;
        let covers = |one: &&Exception| one.covers(clause, self.author, recipient, self.case.today);
        policy.exceptions.iter().find(covers)
    }

    /// Recipients that mail leaves the school for, with their places in the envelope.
    pub fn outside(&self) -> impl Iterator<Item = (usize, &Party<'a>)> {
        self.parties
            .iter()
            .enumerate()
            .filter(|(_, party)| party.is_outside())
    }

    /// Whether a domain belongs to the school.
    #[must_use]
    pub fn is_own(&self, domain: &Domain) -> bool {
        is_own(domain, self.case.domains)
    }

    /// Findings that are personal data.
    pub fn personal(&self) -> impl Iterator<Item = &'a Finding> {
        self.case
            .findings
            .items
            .iter()
            .filter(|finding| finding.level >= Level::Protect)
    }

    /// The pupils on roll this recipient would learn about without being linked to them.
    ///
    /// A name that several pupils share counts for all of them, unless the message says elsewhere which is meant.
    #[must_use]
    pub fn strangers(&self, party: &Party<'_>) -> BTreeSet<PupilId> {
        self.personal()
            .flat_map(|finding| finding.pupils.iter().copied())
            .filter(|pupil| !party.is_linked_to(*pupil) && !self.is_excused(party, *pupil))
            .collect()
    }

    /// Whether the pupil is there only for the name they share with a child of this recipient, and the message says
    /// that it is about that child: by class, date of birth or number, somewhere.
    fn is_excused(&self, party: &Party<'_>, pupil: PupilId) -> bool {
        let shared = self.shares_name_with(party, pupil);
        shared.is_some_and(|group| {
            let meant: BTreeSet<PupilId> = self
                .personal()
                .filter_map(|finding| alone_in(group, &finding.pupils))
                .collect();
            !meant.is_empty() && meant.iter().all(|one| party.is_linked_to(*one))
        })
    }

    /// The pupils of one name, where this is one of them and a child of the recipient is another.
    fn shares_name_with(&self, party: &Party<'_>, pupil: PupilId) -> Option<&'a BTreeSet<PupilId>> {
        let mut namesakes = self.case.findings.namesakes.iter();
        namesakes.find(|group| {
            group.contains(&pupil) && group.iter().any(|other| party.is_linked_to(*other))
        })
    }

    /// Whether nothing speaks against this recipient but that a child of theirs has the name of another pupil.
    #[must_use]
    pub fn is_about_namesakes(&self, party: &Party<'_>, strangers: &BTreeSet<PupilId>) -> bool {
        strangers
            .iter()
            .all(|pupil| self.shares_name_with(party, *pupil).is_some())
    }

    /// How many pupils are found that nobody on roll accounts for, beyond one for each own child named:
    /// a letter about a child may quote a number that the directory does not hold.
    #[must_use]
    pub fn unaccounted(&self, party: &Party<'_>) -> usize {
        let findings = self.case.findings;
        let own = findings
            .on_roll
            .iter()
            .filter(|pupil| party.is_linked_to(**pupil));
        let shared: usize = findings
            .namesakes
            .iter()
            .map(|group| group.len().saturating_sub(1))
            .sum();
        let named = findings.on_roll.len().saturating_sub(shared);
        findings
            .pupils
            .saturating_sub(named)
            .saturating_sub(own.count())
    }

    /// The column of the level table for this recipient.
    #[must_use]
    pub fn column(&self, party: &Party<'_>) -> Column {
        match party.kind {
            RecipientKind::Internal => Column::Internal,
            RecipientKind::Partner => Column::Partner,
            RecipientKind::Contact
                if self.strangers(party).is_empty() && self.unaccounted(party) == 0 =>
            {
                Column::OwnChild
            }
            RecipientKind::Contact => Column::OtherChild,
            RecipientKind::Publication => Column::Publication,
            RecipientKind::Personal => Column::Personal,
            RecipientKind::External => Column::External,
        }
    }

    /// What the level table asks for this recipient; a partner gets the channel agreed.
    #[must_use]
    pub fn cell(&self, party: &Party<'_>) -> Cell {
        let table = &self.case.policy.table;
        let cell = table.cell(self.case.findings.level, self.column(party));
        Cell {
            verdict: party.protected(cell.verdict),
            release: party.protected(cell.release),
            receipt: cell.receipt,
        }
    }

    /// Distinct families addressed.
    #[must_use]
    pub fn households(&self) -> usize {
        let households: BTreeSet<_> = self
            .parties
            .iter()
            .filter_map(|party| party.household(self.case))
            .collect();
        households.len()
    }

    /// Who inside the school answers for the message.
    #[must_use]
    pub fn answers(&self) -> Option<Address> {
        let envelope = self.case.envelope;
        let candidates = [
            self.flow.mailbox(),
            envelope.client.user.as_ref(),
            self.author,
            envelope.sender.as_ref(),
        ];
        candidates
            .into_iter()
            .flatten()
            .find(|address| self.is_own(address.domain()))
            .cloned()
    }
}

/// The only one of these namesakes a finding is about.
fn alone_in(namesakes: &BTreeSet<PupilId>, pupils: &BTreeSet<PupilId>) -> Option<PupilId> {
    let mut meant = namesakes.intersection(pupils);
    match (meant.next(), meant.next()) {
        (Some(only), None) => Some(*only),
        _ => None,
    }
}
