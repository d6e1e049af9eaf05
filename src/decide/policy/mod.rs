//! The policy, checked and ready: what each clause does once it applies, and the level-by-recipient table.
//!
//! [`file`] is the TOML as a school writes it. Nothing here looks at a message.

pub mod error;
pub mod file;
pub mod table;
pub mod template;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::decide::decision::{ClauseId, Severity, Told};
use crate::decide::policy::error::PolicyError;
use crate::decide::policy::table::Table;
use crate::decide::policy::template::Template;
use crate::mail::address::Domain;
use crate::mail::kind::RecipientKind;
use crate::mail::mode::Mode;
use crate::mail::verdict::Verdict;

/// What a school wants done.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Level by recipient.
    pub table: Table,
    /// Numbers that clauses compare with.
    pub thresholds: Thresholds,
    /// What pupils may do.
    pub pupils: Pupils,
    clauses: BTreeMap<ClauseId, Settings>,
}

/// Numbers that clauses compare with; each is the greatest that is still allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Thresholds {
    /// Households that may see each other's addresses.
    pub visible_households: usize,
    /// Outside addresses that may see each other.
    pub visible_addresses: usize,
    /// Outside recipients of one message at `protect` or above.
    pub outside_recipients: usize,
    /// From this size on a picture is taken for a photograph and not for a logo, in octets.
    pub photograph_octets: usize,
    /// Size of an attachment to a colleague, in octets.
    pub large_attachment_octets: usize,
}

/// What pupils may do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pupils {
    /// Outside domains that pupils may write to; domains below them count too.
    pub approved_domains: Vec<Domain>,
}

/// What one clause does once it applies.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Its title, for people.
    pub title: String,
    /// Whether it counts.
    pub mode: Mode,
    /// What it asks for.
    pub verdict: Asks,
    /// What it asks for instead, for kinds of recipient.
    pub recipients: BTreeMap<RecipientKind, Verdict>,
    /// How grave.
    pub severity: Severity,
    /// Who is told.
    pub tell: Vec<Told>,
    explanation: Template,
    advice: Template,
}

/// Where a clause has its verdict from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// The same each time.
    Verdict(Verdict),
    /// By level and recipient, from [`Policy::table`].
    Table,
}

impl Policy {
    /// Reads and checks a policy.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its line; a file that is no TOML has one error.
    pub fn parse(path: &str, text: &str) -> Result<Self, Vec<PolicyError>> {
        file::policy(path, text)
    }

    /// What a clause does; `None` for an id that has no section.
    #[must_use]
    pub fn clause(&self, id: ClauseId) -> Option<&Settings> {
        self.clauses.get(&id)
    }

    /// Every clause with its settings, by id.
    pub fn clauses(&self) -> impl Iterator<Item = (ClauseId, &Settings)> {
        self.clauses.iter().map(|(id, settings)| (*id, settings))
    }

    /// The same policy for a school that only looks on: what is enforced becomes audit, what is off stays off.
    #[must_use]
    pub fn in_audit(mut self) -> Self {
        for settings in self.clauses.values_mut() {
            settings.mode = match settings.mode {
                Mode::Enforce | Mode::Audit => Mode::Audit,
                Mode::Off => Mode::Off,
            };
        }
        self
    }

    /// The same policy with one clause in another mode; an unknown id changes nothing.
    #[must_use]
    pub fn with_mode(mut self, id: &str, mode: Mode) -> Self {
        for (clause, settings) in &mut self.clauses {
            if clause.as_str() == id {
                settings.mode = mode;
            }
        }
        self
    }

    pub(crate) fn asks_table(&self, id: ClauseId) -> bool {
        self.clause(id)
            .is_some_and(|settings| settings.verdict == Asks::Table)
    }
}

impl Settings {
    /// What was found, and, where the message does not go out, what to do instead.
    #[must_use]
    pub fn in_words(&self, verdict: Verdict, words: &[(&'static str, String)]) -> String {
        let explanation = self.explanation.filled(words);
        let advice = self.advice.filled(words);
        if verdict < Verdict::Hold || advice.is_empty() {
            explanation
        } else {
            format!("{explanation} {advice}")
        }
    }
}

#[cfg(test)]
mod tests;
