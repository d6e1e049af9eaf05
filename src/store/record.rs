//! What is committed before the 250: the facts of a message, its content, and its first due work.
//!
//! [`Facts`] hold nothing that was not masked before; the content itself is only in [`Record::raw`].

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::decide::decision::{Decision, Reason, RecipientDecision, Severity, Told};
use crate::detect::finding::Finding;
use crate::mail::address::Address;
use crate::mail::envelope::Envelope;
use crate::mail::gap::Gap;
use crate::mail::id::MessageId;
use crate::mail::kind::{RecipientKind, SenderKind};
use crate::mail::level::Level;
use crate::mail::mode::Mode;
use crate::mail::origin::Origin;
use crate::mail::verdict::Verdict;
use crate::secret::{Excerpt, Redacted};
use crate::store::work::Work;

/// One message on its way into the store.
#[derive(Debug, Clone)]
pub struct Record {
    /// What is known about it.
    pub facts: Facts,
    /// The message as it came, CRLF line ends; sealed before it is written.
    ///
    /// Not kept where every recipient was refused in the dialogue: the client still has it.
    pub raw: Redacted<Vec<u8>>,
    /// Whom it is about; kept as keyed hashes, for a subject access request.
    pub subjects: Vec<Subject>,
    /// What has to be done about it first.
    pub work: Vec<Work>,
}

/// Somebody a message is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A pupil, by admission number.
    Pupil(String),
    /// A colleague, by school address.
    Staff(Address),
}

impl Subject {
    /// The text whose keyed hash is kept.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Pupil(number) => format!("pupil {}", number.trim().to_lowercase()),
            Self::Staff(address) => format!("staff {}", address.key()),
        }
    }
}

/// What is known about a message and may be read without opening it.
///
/// Kept as JSON for a year: a field that is added later needs a default, so that older messages can still be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Its reference.
    pub id: MessageId,
    /// The name of the school it leaves from, which is the school's key in the store.
    pub school: String,
    /// When it came.
    pub received: Timestamp,
    /// Where it goes and who brought it.
    pub envelope: Envelope,
    /// The first address of header `From`.
    pub author: Option<Address>,
    /// Header `Message-ID`, without angle brackets.
    pub header_id: Option<String>,
    /// The subject, masked.
    pub subject: Excerpt,
    /// Octets of the message.
    pub size: usize,
    /// Staff and others the message is about, by their school address: they may not release it.
    pub about: Vec<Address>,
    /// Whether something in it is locked, so that a password may follow.
    #[serde(default)]
    pub locked: bool,
    /// What was decided.
    pub judgement: Judgement,
    /// What was found, masked.
    pub findings: Vec<FindingFacts>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
}

/// A [`Decision`] as it is kept: clauses by their names of the day, which outlive the clauses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// What the sender was to the school.
    pub sender: SenderKind,
    /// Who inside the school answers for the message: where its notices go; nobody, where nobody is known.
    pub answers: Option<Address>,
    /// The level of the content.
    pub level: Level,
    /// Distinct pupils found.
    pub pupils: usize,
    /// Distinct families addressed.
    pub households: usize,
    /// One for each recipient of the envelope, in its order.
    pub recipients: Vec<RecipientJudgement>,
    /// All reasons, those in force first, the strictest first.
    pub reasons: Vec<ReasonFacts>,
}

/// What was decided for one recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipientJudgement {
    /// The recipient.
    pub address: Address,
    /// What the recipient was to the school.
    pub kind: RecipientKind,
    /// The strictest verdict of the clauses in force.
    pub verdict: Verdict,
    /// How it travels once a reviewer releases it: `pass`, `secure` or `encrypt`.
    pub release: Verdict,
    /// Whether confirmation of receipt is asked for.
    #[serde(default)]
    pub receipt: bool,
    /// Clauses in force that asked for more than `pass`, the strictest first.
    pub clauses: Vec<String>,
}

/// Why a clause asked for a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonFacts {
    /// The clause.
    pub clause: String,
    /// Its title, for people.
    pub title: String,
    /// Whether it counted.
    pub mode: Mode,
    /// What it asked for.
    pub verdict: Verdict,
    /// How grave.
    pub severity: Severity,
    /// Who is told, besides what the verdict itself tells.
    #[serde(default)]
    pub tell: Vec<Told>,
    /// The recipient it is about; `None` for the whole message.
    pub recipient: Option<Address>,
    /// The sender's explanation, masked.
    pub explanation: String,
}

/// One finding, masked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingFacts {
    /// The rule or detector.
    pub detector: String,
    /// What it is, as a person would say it.
    pub title: String,
    /// The level it has.
    pub level: Level,
    /// How sure, 0 to 1.
    pub confidence: f64,
    /// How many distinct ones.
    pub count: usize,
    /// Where.
    #[serde(rename = "where")]
    pub origin: Origin,
    /// A masked example.
    pub excerpt: Excerpt,
}

impl Judgement {
    /// The strictest verdict over the recipients.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let verdicts = self.recipients.iter().map(|recipient| recipient.verdict);
        verdicts.max().unwrap_or_default()
    }

    /// The titles of the clauses that counted, the strictest first, each once.
    #[must_use]
    pub fn titles_in_force(&self) -> Vec<String> {
        let mut titles: Vec<String> = Vec::new();
        for reason in self.reasons.iter().filter(|r| r.mode == Mode::Enforce) {
            if !titles.contains(&reason.title) {
                titles.push(reason.title.clone());
            }
        }
        titles
    }
}

impl From<&Decision> for Judgement {
    fn from(decision: &Decision) -> Self {
        Self {
            sender: decision.sender,
            answers: decision.answers.clone(),
            level: decision.level,
            pupils: decision.pupils,
            households: decision.households,
            recipients: decision.recipients.iter().map(Into::into).collect(),
            reasons: decision.reasons.iter().map(Into::into).collect(),
        }
    }
}

impl From<&RecipientDecision> for RecipientJudgement {
    fn from(decided: &RecipientDecision) -> Self {
        Self {
            address: decided.address.clone(),
            kind: decided.kind,
            verdict: decided.verdict,
            release: decided.release,
            receipt: decided.receipt,
            clauses: decided.clauses.iter().map(ToString::to_string).collect(),
        }
    }
}

impl From<&Reason> for ReasonFacts {
    fn from(reason: &Reason) -> Self {
        Self {
            clause: reason.clause.to_string(),
            title: reason.title.clone(),
            mode: reason.mode,
            verdict: reason.verdict,
            severity: reason.severity,
            tell: reason.tell.clone(),
            recipient: reason.recipient.clone(),
            explanation: reason.explanation.clone(),
        }
    }
}

impl From<&Finding> for FindingFacts {
    fn from(finding: &Finding) -> Self {
        Self {
            detector: finding.detector.clone(),
            title: finding.title.clone(),
            level: finding.level,
            confidence: finding.confidence,
            count: finding.count,
            origin: finding.origin.clone(),
            excerpt: finding.excerpt.clone(),
        }
    }
}
