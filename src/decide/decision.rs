//! What was decided about one message, for each recipient, with every reason.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::mail::address::Address;
use crate::mail::kind::{RecipientKind, SenderKind};
use crate::mail::level::Level;
use crate::mail::mode::Mode;
use crate::mail::verdict::Verdict;

/// The id of a clause, as in the policy: `wrong-family`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct ClauseId(pub(crate) &'static str);

/// How grave an incident a clause makes.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Seen in the report.
    #[default]
    Normal,
    /// The DPO is told at once.
    Critical,
}

/// Somebody a clause has told of its incidents, by office: the directory says who holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Told {
    /// Whoever [`Decision::answers`].
    Sender,
    /// The reviewers of the school.
    Reviewers,
    /// The data protection officer.
    Dpo,
    /// The designated safeguarding lead.
    SafeguardingLead,
    /// The head.
    Head,
    /// The chair of governors.
    Chair,
}

/// The outcome of a message.
#[derive(Debug, Clone)]
pub struct Decision {
    /// What the sender is to the school.
    pub sender: SenderKind,
    /// Who inside the school answers for the message: where its notices go.
    /// The author, or the mailbox whose rule forwarded it; `None` when nobody inside is known, and a notice
    /// would go to a stranger.
    pub answers: Option<Address>,
    /// The level of the content.
    pub level: Level,
    /// Distinct pupils found in the message.
    pub pupils: usize,
    /// Distinct families addressed.
    pub households: usize,
    /// One for each recipient of the envelope, in its order.
    pub recipients: Vec<RecipientDecision>,
    /// All reasons, those in force first, the strictest first.
    pub reasons: Vec<Reason>,
}

/// The outcome for one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipientDecision {
    /// The recipient.
    pub address: Address,
    /// What the recipient is to the school.
    pub kind: RecipientKind,
    /// The strictest verdict of the clauses in force.
    pub verdict: Verdict,
    /// How it travels once a reviewer releases it: `pass`, `secure` or `encrypt`.
    /// The strictest that clauses in force asked for among those that deliver.
    pub release: Verdict,
    /// Whether confirmation of receipt is asked for and tracked.
    pub receipt: bool,
    /// Clauses in force that asked for more than `pass`, the strictest first.
    pub clauses: Vec<ClauseId>,
}

/// Why one clause asked for a verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The clause.
    pub clause: ClauseId,
    /// Its title, for people.
    pub title: String,
    /// Whether it counted.
    pub mode: Mode,
    /// What it asked for.
    pub verdict: Verdict,
    /// How grave.
    pub severity: Severity,
    /// Who is told, besides what the verdict itself tells.
    pub tell: Vec<Told>,
    /// The recipient it is about; `None` for the whole message.
    pub recipient: Option<Address>,
    /// What was found and what to do instead, in words for the sender, masked.
    pub explanation: String,
}

impl Decision {
    /// The strictest verdict over the recipients.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.recipients
            .iter()
            .map(|recipient| recipient.verdict)
            .max()
            .unwrap_or_default()
    }
}

impl ClauseId {
    /// The id as text.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for ClauseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
