//! Who sends as what: the domains of each school, taken up again while the gateway runs.
//!
//! What a message says in its headers is the policy's business (`own-account`), not the door's.

use std::sync::{Arc, PoisonError, RwLock};

use crate::mail::address::{Address, Domain};

/// The domains of the schools; clones share them, so that replacing them replaces all.
#[derive(Debug, Clone, Default)]
pub struct Senders {
    schools: Arc<RwLock<Vec<Vec<Domain>>>>,
    foreign: Foreign,
}

/// What happens to mail whose envelope sender belongs to none of the schools.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Foreign {
    /// The policy judges it, by `own-account` and `auto-forward`, and the ledger records what it decided.
    #[default]
    Judge,
    /// It is refused at MAIL.
    Refuse,
}

/// Why a sender may not send here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotOurs {
    /// The domain belongs to no school of this gateway.
    Foreign(Domain),
    /// The domain does not belong to the school of the account that logged in.
    OtherSchool(Domain),
}

impl Senders {
    /// The domains of each school.
    #[must_use]
    pub fn new(schools: Vec<Vec<Domain>>, foreign: Foreign) -> Self {
        Self {
            schools: Arc::new(RwLock::new(schools)),
            foreign,
        }
    }

    /// Goes by the domains of `new` from the next MAIL on.
    pub fn replace(&self, new: &Self) {
        let schools = new.schools.read().unwrap_or_else(PoisonError::into_inner);
        let schools = schools.clone();
        *self.schools.write().unwrap_or_else(PoisonError::into_inner) = schools;
    }

    /// Whether `sender` may send here; an account that logged in sends as its own school alone.
    pub(crate) fn may_send(
        &self,
        sender: Option<&Address>,
        user: Option<&Address>,
    ) -> Result<(), NotOurs> {
        let Some(domain) = sender.map(Address::domain) else {
            return Ok(());
        };
        let schools = self.schools.read().unwrap_or_else(PoisonError::into_inner);
        let owns = |school: &&Vec<Domain>, domain: &Domain| {
            school.iter().any(|own| domain.is_or_under(own))
        };
        if let Some(user) = user {
            let school = schools.iter().find(|school| owns(school, user.domain()));
            return match school {
                Some(school) if owns(&school, domain) => Ok(()),
                Some(_) | None => Err(NotOurs::OtherSchool(domain.clone())),
            };
        }
        let ours = schools.iter().any(|school| owns(&school, domain));
        match self.foreign {
            Foreign::Refuse if !ours => Err(NotOurs::Foreign(domain.clone())),
            Foreign::Refuse | Foreign::Judge => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(foreign: Foreign, user: Option<&str>, sender: &str, may: bool) {
        let domains = |name: &str| vec![name.parse().unwrap()];
        let schools = vec![domains("oakfield.sch.uk"), domains("elmwood.sch.uk")];
        let senders = Senders::new(schools, foreign);
        let address = |text: &str| text.parse::<Address>().unwrap();
        let user = user.map(address);
        let result = senders.may_send(Some(&address(sender)), user.as_ref());
        assert_eq!(result.is_ok(), may, "{user:?} as {sender}");
        assert_eq!(senders.may_send(None, user.as_ref()), Ok(()));
    }

    #[test]
    fn a_school_sends_as_itself() {
        for sender in ["a@oakfield.sch.uk", "a@print.elmwood.sch.uk"] {
            check(Foreign::Refuse, None, sender, true);
        }
        check(Foreign::Refuse, None, "a@notoakfield.sch.uk", false);
        check(Foreign::Judge, None, "a@notoakfield.sch.uk", true);
    }

    #[test]
    fn an_account_sends_as_its_own_school_whatever_else_may() {
        let copier = Some("copier@oakfield.sch.uk");
        check(Foreign::Judge, copier, "head@oakfield.sch.uk", true);
        check(Foreign::Judge, copier, "head@elmwood.sch.uk", false);
        check(Foreign::Judge, copier, "a@elsewhere.example", false);
        let gone = Some("copier@closed.sch.uk");
        check(Foreign::Judge, gone, "copier@closed.sch.uk", false);
    }
}
