//! What each recipient is to the school: its kind, its pupils, its agreed channel.
//!
//! The order is POLICY.md's: internal, contact, partner, publication, personal, external.

use crate::decide::Case;
use crate::directory::people::{Channel, Contact, HouseholdId, PupilId};
use crate::mail::address::{Address, Domain};
use crate::mail::kind::RecipientKind;
use crate::mail::verdict::Verdict;

/// One recipient of the envelope, known.
#[derive(Debug, Clone, Copy)]
pub struct Party<'a> {
    /// Where the message goes.
    pub address: &'a Address,
    /// What that is to the school.
    pub kind: RecipientKind,
    /// The parent or carer, for a contact.
    pub contact: Option<&'a Contact>,
    /// The channel agreed, for a partner.
    pub channel: Option<Channel>,
}

impl<'a> Party<'a> {
    /// Looks an address up.
    #[must_use]
    pub fn of(address: &'a Address, case: &Case<'a>) -> Self {
        let domain = address.domain();
        let contact = case.directory.contact(address);
        let channel = channel(domain, case);
        let kind = if is_own(domain, case.domains) {
            RecipientKind::Internal
        } else if contact.is_some() {
            RecipientKind::Contact
        } else if channel.is_some() {
            RecipientKind::Partner
        } else if case.lists.publishes(address) {
            RecipientKind::Publication
        } else if case.lists.is_consumer(domain) {
            RecipientKind::Personal
        } else {
            RecipientKind::External
        };
        Self {
            address,
            kind,
            contact: contact.filter(|_| kind == RecipientKind::Contact),
            channel: channel.filter(|_| kind == RecipientKind::Partner),
        }
    }

    /// Whether mail to it leaves the school.
    #[must_use]
    pub fn is_outside(&self) -> bool {
        self.kind != RecipientKind::Internal
    }

    /// The verdict as it is carried out for this recipient: `secure` over a channel that is not TLS protects the
    /// content itself.
    #[must_use]
    pub fn protected(&self, verdict: Verdict) -> Verdict {
        match (verdict, self.channel) {
            (Verdict::Secure, Some(Channel::Openpgp | Channel::Zip | Channel::Pdf)) => {
                Verdict::Encrypt
            }
            (other, _) => other,
        }
    }

    /// Whether the pupil is linked to this recipient.
    #[must_use]
    pub fn is_linked_to(&self, pupil: PupilId) -> bool {
        self.contact
            .is_some_and(|contact| contact.links.iter().any(|link| link.pupil == pupil))
    }

    /// The household a contact belongs to: where their pupils live, one of them if they live in several.
    #[must_use]
    pub fn household(&self, case: &Case<'_>) -> Option<HouseholdId> {
        let links = &self.contact?.links;
        links
            .iter()
            .filter_map(|link| case.directory.household(link.pupil))
            .min_by_key(|household| household.0)
    }
}

/// Whether a domain belongs to the school.
#[must_use]
pub fn is_own(domain: &Domain, own: &[Domain]) -> bool {
    own.iter().any(|own| domain.is_or_under(own))
}

/// What the school agreed with the domain; otherwise verified TLS where the public sector keeps it.
fn channel(domain: &Domain, case: &Case<'_>) -> Option<Channel> {
    match case.directory.partner(domain) {
        Some(partner) => Some(partner.channel),
        None if case.lists.is_secure(domain) => Some(Channel::Tls),
        None => None,
    }
}
