//! The schools of this gateway and what it knows to judge their mail; replaced whole when the configuration changes.
//!
//! One gateway serves one school or many, and nothing of one is visible to another:
//! a message is judged with one [`School`] in hand and never sees the list.

use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::decide::lists::Lists;
use crate::decide::policy::Policy;
use crate::detect::OwnDetails;
use crate::detect::roll::Roll;
use crate::detect::rules::Rules;
use crate::directory::people::Directory;
use crate::extract::worker::Pool;
use crate::limits::Limits;
use crate::mail::address::{Address, Domain};
use crate::mail::envelope::Envelope;
use crate::parse::message::Headers;

/// One organisation: its people, its policy, its reviewers.
#[derive(Debug)]
pub struct School {
    /// Its name, as notices and reports say it; also its key in the store.
    pub name: String,
    /// Its domains.
    pub domains: Vec<Domain>,
    /// Its people.
    pub directory: Directory,
    /// Names and identifiers of its pupils, ready to be looked for.
    pub roll: Roll,
    /// Its own postcodes, telephone numbers, accounts and domains, which are never findings, and its blank forms.
    pub own: OwnDetails,
    /// What identifiers, markings and sensitive words look like here, where the school has rules of its own.
    pub rules: Option<Rules>,
    /// Its policy, already in `audit` where the school tries the gateway out.
    pub policy: Policy,
    /// Who may open, release and return held messages.
    pub reviewers: Vec<Address>,
    /// The address notices come from.
    pub notices_from: Address,
    /// Where its days begin.
    pub time_zone: TimeZone,
}

/// What the gateway knows at one moment.
#[derive(Debug)]
pub struct Knowledge {
    /// The schools; never empty.
    pub schools: Vec<Arc<School>>,
    /// Judges mail that no school's domain claims, where there are several schools: it knows nobody.
    pub nobody: Arc<School>,
    /// What identifiers, markings and sensitive words look like, where a school has no rules of its own.
    pub rules: Rules,
    /// Consumer, publishing and public-sector domains.
    pub lists: Lists,
    /// What reading may cost.
    pub limits: Limits,
    /// Processes that read attachments; without them everything is read in this one.
    pub readers: Option<Arc<Pool>>,
}

impl Knowledge {
    /// The school a message leaves from: by the envelope sender's domain, then by header `From`.
    ///
    /// With a single school everything that may relay is its mail.
    /// With several, what none of them claims is judged by a school without people or domains,
    /// whose `own-account` clause refuses it.
    #[must_use]
    pub fn school_of(&self, envelope: &Envelope, headers: &Headers) -> Arc<School> {
        let from = headers
            .from
            .iter()
            .filter_map(|mailbox| mailbox.address.as_ref());
        let claimed = envelope
            .sender
            .iter()
            .chain(from)
            .find_map(|address| self.by_domain(address.domain()));
        match (claimed, self.schools.as_slice()) {
            (Some(school), _) | (None, [school]) => Arc::clone(school),
            (None, _) => Arc::clone(&self.nobody),
        }
    }

    /// The school a message leaves from, where its envelope is enough to tell.
    #[must_use]
    pub fn school_by_envelope(&self, envelope: &Envelope) -> Option<Arc<School>> {
        let sender = envelope.sender.as_ref();
        let claimed = sender.and_then(|sender| self.by_domain(sender.domain()));
        match (claimed, self.schools.as_slice()) {
            (Some(school), _) | (None, [school]) => Some(Arc::clone(school)),
            (None, _) => None,
        }
    }

    /// The school of this name.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Option<&Arc<School>> {
        self.schools.iter().find(|school| school.name == name)
    }

    fn by_domain(&self, domain: &Domain) -> Option<&Arc<School>> {
        self.schools
            .iter()
            .find(|school| school.domains.iter().any(|own| domain.is_or_under(own)))
    }
}
