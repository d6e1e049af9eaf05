//! What a school wants done differently: for a group of senders, or by an exception that ends.
//!
//! A group changes mode and verdict of clauses for its senders; the first group that has both sender and clause counts.
//! An exception turns `enforce` into `audit` for one sender, one recipient or both, until its last day; it is still
//! recorded, and it has an owner.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::decide::decision::ClauseId;
use crate::decide::policy::Asks;
use crate::mail::address::{Address, Domain};
use crate::mail::kind::SenderKind;
use crate::mail::mode::Mode;

/// Some senders with clauses of their own.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its name, for people.
    pub name: String,
    /// Who belongs to it.
    pub senders: Vec<Member>,
    pub(crate) clauses: BTreeMap<ClauseId, Difference>,
}

/// One line of a group's senders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Member {
    /// Everybody of a kind.
    Kind(SenderKind),
    /// One address.
    Address(Address),
}

/// What a group changes about one clause; `None` leaves it as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Difference {
    /// Another mode.
    pub mode: Option<Mode>,
    /// Another verdict.
    pub verdict: Option<Asks>,
}

/// A clause that does not count for somebody, for a time.
#[derive(Debug, Clone)]
pub struct Exception {
    /// The clause.
    pub clause: ClauseId,
    /// For mail from here; `None` for anybody's.
    pub sender: Option<Party>,
    /// For mail to there; `None` for anybody.
    pub recipient: Option<Party>,
    /// The last day.
    pub until: Date,
    /// Who answers for it.
    pub owner: String,
    /// Why.
    pub reason: String,
}

/// One address, or a domain with everything below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Party {
    /// One address.
    Address(Address),
    /// A domain.
    Domain(Domain),
}

impl Group {
    /// What it changes, by clause.
    pub fn differences(&self) -> impl Iterator<Item = (ClauseId, &Difference)> {
        self.clauses
            .iter()
            .map(|(id, difference)| (*id, difference))
    }

    pub(crate) fn has(&self, kind: SenderKind, author: Option<&Address>) -> bool {
        self.senders.iter().any(|member| match member {
            Member::Kind(member) => *member == kind,
            Member::Address(member) => Some(member) == author,
        })
    }
}

impl Exception {
    /// Whether it holds for this mail on this day.
    ///
    /// A clause that fired for the whole message has no recipient; only an exception for a sender alone covers that.
    #[must_use]
    pub fn covers(
        &self,
        clause: ClauseId,
        sender: Option<&Address>,
        recipient: Option<&Address>,
        today: Date,
    ) -> bool {
        let fits = |wanted: &Option<Party>, given: Option<&Address>| match (wanted, given) {
            (None, _) => true,
            (Some(wanted), Some(given)) => wanted.is(given),
            (Some(_), None) => false,
        };
        self.clause == clause
            && today <= self.until
            && fits(&self.sender, sender)
            && fits(&self.recipient, recipient)
    }
}

impl Party {
    fn is(&self, address: &Address) -> bool {
        match self {
            Self::Address(wanted) => wanted == address,
            Self::Domain(wanted) => address.domain().is_or_under(wanted),
        }
    }

    /// Reads an address, or a domain with or without `@` before it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let domain = text.strip_prefix('@').unwrap_or(text);
        if let Ok(address) = text.parse() {
            return Ok(Self::Address(address));
        }
        domain.parse().map(Self::Domain).map_err(|_| {
            format!("`{text}` is neither an address nor a domain: expected name@place.example or place.example")
        })
    }
}

impl std::fmt::Display for Exception {
    /// As a sentence: `Excepted until 2027-07-31 by Colin Baxter: the payroll contract.`
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let reason = self.reason.trim_end_matches('.');
        write!(
            f,
            "Excepted until {} by {}: {reason}.",
            self.until, self.owner
        )
    }
}

impl std::fmt::Display for Party {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Address(address) => write!(f, "{address}"),
            Self::Domain(domain) => write!(f, "{domain}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::decide::letter::{AMELIA, EXTERNAL, Letter, PERSONAL, SHIPPED_POLICY, STAFF};
    use crate::decide::policy::Policy;
    use crate::mail::level::Level;
    use crate::mail::mode::Mode;
    use crate::mail::verdict::Verdict;

    const GOVERNORS: &str = "[[group]]\nname = \"Governors\"\nsenders = [\"governor\", \"clerk@oakfield.sch.uk\"]\n\
        [group.clause.personal-address]\nmode = \"audit\"\n[group.clause.personal-data]\nverdict = \"encrypt\"\n";
    const EXCEPTION: &str = "[[exception]]\nclause = \"personal-data\"\nrecipient = \"supplier.example\"\n\
        until = 2026-12-31\nowner = \"Dee Lead\"\nreason = \"the contract runs out\"\n";

    fn with(more: &str) -> Policy {
        Policy::parse("policy.toml", &format!("{SHIPPED_POLICY}\n{more}")).unwrap()
    }

    #[track_caller]
    fn verdict(policy: &Policy, from: &str, to: &str) -> Verdict {
        let mut letter = Letter::to(&[to])
            .from(from)
            .about(Level::Protect, &[AMELIA]);
        letter.policy = policy.clone();
        letter.directory.history.clear();
        letter.judged().verdict()
    }

    #[test]
    fn a_group_has_its_own_modes_and_verdicts() {
        let policy = with(GOVERNORS);
        assert_eq!(
            verdict(&policy, "g.chair@oakfield.sch.uk", PERSONAL),
            Verdict::Encrypt
        );
        assert_eq!(
            verdict(&policy, "clerk@oakfield.sch.uk", PERSONAL),
            Verdict::Encrypt
        );
        assert_eq!(verdict(&policy, STAFF, PERSONAL), Verdict::Hold);
    }

    #[test]
    fn a_school_in_audit_is_so_for_its_groups_too() {
        let policy = with(
            "[[group]]\nname = \"Staff\"\nsenders = [\"staff\"]\n[group.clause.personal-data]\nmode = \"enforce\"\n",
        );
        assert_eq!(verdict(&policy.in_audit(), STAFF, PERSONAL), Verdict::Pass);
    }

    #[test]
    fn an_exception_is_recorded_and_without_effect_until_its_last_day() {
        let policy = with(EXCEPTION);
        assert_eq!(verdict(&policy, STAFF, EXTERNAL), Verdict::Pass);
        assert_eq!(verdict(&policy, STAFF, "x@other.example"), Verdict::Encrypt);
        let past = with(&EXCEPTION.replace("2026-12-31", "2026-11-21"));
        assert_eq!(verdict(&past, STAFF, EXTERNAL), Verdict::Encrypt);
        let mut letter = Letter::to(&[EXTERNAL]).about(Level::Protect, &[AMELIA]);
        letter.policy = policy;
        let decision = letter.judged();
        let reason = decision.reasons.first().unwrap();
        assert_eq!(reason.mode, Mode::Audit);
        assert!(
            reason
                .explanation
                .contains("Excepted until 2026-12-31 by Dee Lead"),
            "{}",
            reason.explanation
        );
    }

    #[test]
    fn a_broken_group_or_exception_says_where_and_what_would_be_right() {
        for (text, key, words) in [
            (
                GOVERNORS.replace("\"governor\"", "\"governess\""),
                "group.senders",
                "governor",
            ),
            (
                GOVERNORS.replace("personal-data", "personel-data"),
                "group.clause.personel-data",
                "no clause",
            ),
            (
                EXCEPTION.replace("personal-data", "x"),
                "exception.clause",
                "no clause",
            ),
            (
                EXCEPTION.replace("recipient = \"supplier.example\"\n", ""),
                "exception",
                "sender, a recipient",
            ),
            (
                EXCEPTION.replace("2026-12-31", "\"soon\""),
                "exception.until",
                "date",
            ),
            (
                EXCEPTION.replace("supplier.example", "a supplier"),
                "exception.recipient",
                "place.example",
            ),
        ] {
            let errors =
                Policy::parse("policy.toml", &format!("{SHIPPED_POLICY}\n{text}")).unwrap_err();
            let error = errors.first().unwrap();
            assert!(
                error.key.starts_with(key) && error.problem.contains(words),
                "{error}"
            );
        }
    }
}
