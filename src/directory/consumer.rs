//! Domains that give mailboxes to anybody: an address there is somebody's own, and no organisation's.
//!
//! Which they are is said by `config/lists/consumer-domains.txt`; this only keeps them.

use std::collections::HashSet;

use crate::mail::address::Domain;

/// A set of such domains.
#[derive(Debug, Clone, Default)]
pub struct ConsumerDomains(HashSet<String>);

impl ConsumerDomains {
    /// Adds one.
    pub fn insert(&mut self, domain: &Domain) {
        self.0.insert(domain.as_str().to_owned());
    }

    /// Whether the domain, or the registrable domain above it, is one:
    /// `anna.freeserve.co.uk` is consumer mail as `freeserve.co.uk` is.
    #[must_use]
    pub fn contains(&self, domain: &Domain) -> bool {
        let registrable = psl::domain_str(domain.as_str());
        self.0.contains(domain.as_str())
            || registrable.is_some_and(|domain| self.0.contains(domain))
    }
}
