//! The policy, checked and ready: what each clause does once it applies, and the level-by-recipient table.
//!
//! [`mod@file`] is the TOML as a school writes it. Nothing here looks at a message.

pub mod error;
pub mod file;
pub mod particular;
mod particular_file;
pub mod table;
pub mod template;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::decide::decision::{ClauseId, Severity, Told};
use crate::decide::policy::error::PolicyError;
use crate::decide::policy::particular::{Exception, Group};
use crate::decide::policy::table::Table;
use crate::decide::policy::template::Template;
use crate::mail::address::{Address, Domain};
use crate::mail::kind::{RecipientKind, SenderKind};
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
    /// Senders with clauses of their own, in the order of the file.
    pub groups: Vec<Group>,
    /// Clauses that do not count for somebody, for a time.
    pub exceptions: Vec<Exception>,
    clauses: BTreeMap<ClauseId, Settings>,
}

/// A clause as it applies to one sender.
#[derive(Debug, Clone, Copy)]
pub struct Applied<'a> {
    /// Title, words, severity, who is told.
    pub settings: &'a Settings,
    /// Whether it counts for this sender.
    pub mode: Mode,
    /// What it asks of this sender.
    pub verdict: Asks,
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

    /// A clause as it applies to this sender: what the first group that has both says, else the clause itself.
    #[must_use]
    pub fn applied(
        &self,
        id: ClauseId,
        kind: SenderKind,
        author: Option<&Address>,
    ) -> Option<Applied<'_>> {
        let settings = self.clause(id)?;
        let mut groups = self.groups.iter().filter(|group| group.has(kind, author));
        let difference = groups.find_map(|group| group.clauses.get(&id));
        Some(Applied {
            settings,
            mode: difference
                .and_then(|other| other.mode)
                .unwrap_or(settings.mode),
            verdict: difference
                .and_then(|other| other.verdict)
                .unwrap_or(settings.verdict),
        })
    }

    /// Every clause with its settings, by id.
    pub fn clauses(&self) -> impl Iterator<Item = (ClauseId, &Settings)> {
        self.clauses.iter().map(|(id, settings)| (*id, settings))
    }

    /// The same policy for a school that only looks on: what is enforced becomes audit, what is off stays off.
    #[must_use]
    pub fn in_audit(mut self) -> Self {
        let looking_on = |mode| match mode {
            Mode::Enforce | Mode::Audit => Mode::Audit,
            Mode::Off => Mode::Off,
        };
        for settings in self.clauses.values_mut() {
            settings.mode = looking_on(settings.mode);
        }
        for difference in self
            .groups
            .iter_mut()
            .flat_map(|group| group.clauses.values_mut())
        {
            difference.mode = difference.mode.map(looking_on);
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
