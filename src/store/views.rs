//! What may be asked of a store: the history of a message, the queue, and the figures of a week.

use jiff::{Timestamp, civil::Date};
use serde::Serialize;

use crate::mail::address::Address;
use crate::mail::id::MessageId;
use crate::mail::mode::Mode;
use crate::mail::verdict::Verdict;
use crate::secret::Excerpt;
use crate::store::recipient::RecipientState;
use crate::store::record::Subject;

/// By what a message is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sought {
    /// Its reference.
    Reference(MessageId),
    /// An envelope sender, an author or a recipient.
    Address(Address),
    /// Header `Message-ID`, with or without angle brackets.
    HeaderId(String),
    /// Everything from, to or about somebody.
    Person(Person),
}

/// Somebody who asks what was written from, to or about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their addresses.
    pub addresses: Vec<Address>,
    /// Whom messages about them are about.
    pub subjects: Vec<Subject>,
    /// Only messages received from then on.
    pub since: Timestamp,
    /// Only messages received before.
    pub until: Timestamp,
}

/// How a message and a person belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// They sent it.
    From,
    /// It was to them.
    To,
    /// It is about them.
    About,
}

/// One message of a trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Traced {
    /// Its reference.
    pub id: MessageId,
    /// When it came.
    pub received: Timestamp,
    /// The envelope sender; `None` for the null sender.
    pub sender: Option<Address>,
    /// How it belongs to the person who was sought.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Relation>,
    /// The subject, masked.
    pub subject: Excerpt,
    /// The strictest verdict.
    pub verdict: Verdict,
    /// Each recipient and what became of it.
    pub recipients: Vec<RecipientState>,
}

/// One piece of due work in the queue of a school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Queued {
    /// The message.
    pub message: MessageId,
    /// The kind of work: `deliver`, `notify`.
    pub work: String,
    /// The envelope sender; `None` for the null sender.
    pub sender: Option<Address>,
    /// Octets of the message.
    pub size: usize,
    /// When it was first due.
    pub since: Timestamp,
    /// When it is tried next.
    pub due: Timestamp,
    /// Times it was put off.
    pub attempts: u32,
    /// Whether somebody is at it now.
    pub in_hand: bool,
    /// Recipients still pending, with the last reply for each.
    pub recipients: Vec<RecipientState>,
}

/// The figures of a span of time in one school.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Messages judged.
    pub messages: u64,
    /// Messages by day, in the school's time zone, then by strictest verdict.
    pub days: Vec<(Date, Vec<(Verdict, u64)>)>,
    /// Messages by strictest verdict, mildest first.
    pub verdicts: Vec<(Verdict, u64)>,
    /// Clauses that asked for more than `pass`, the most frequent first.
    pub clauses: Vec<ClauseTally>,
    /// Senders of messages that were held, returned or rejected, the most frequent first.
    pub senders: Vec<SenderTally>,
    /// Messages held now, whenever they came.
    pub open_holds: u64,
    /// Messages of the span that a reviewer released for at least one recipient.
    pub released: u64,
    /// Messages of the span that a reviewer gave back for at least one recipient.
    pub refused: u64,
    /// Recipients of messages of the span by what became of them: `delivered`, `held`.
    pub outcomes: Vec<(String, u64)>,
}

/// How often a clause asked for something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClauseTally {
    /// Its id.
    pub clause: String,
    /// Its title.
    pub title: String,
    /// Whether it counted.
    pub mode: Mode,
    /// The strictest verdict it asked for.
    pub verdict: Verdict,
    /// In how many messages.
    pub messages: u64,
}

/// How often the mail of one sender was stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SenderTally {
    /// The envelope sender, or the author where that is null.
    pub sender: Address,
    /// Messages held, returned or rejected.
    pub stopped: u64,
    /// Messages in all.
    pub messages: u64,
}

/// Up to when things are kept; what ended or was written before is purged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cutoffs {
    /// Content of messages that were held, returned or bounced for anybody;
    /// what was simply delivered goes with its last delivery.
    pub content: Timestamp,
    /// Facts of messages, and the memory of whom nobody has written to since.
    pub facts: Timestamp,
    /// Ledger entries.
    pub ledger: Timestamp,
}

/// What a purge took away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Purged {
    /// Contents destroyed.
    pub contents: u64,
    /// Messages whose facts were deleted.
    pub messages: u64,
    /// Ledger entries deleted.
    pub entries: u64,
    /// Marks of correspondents forgotten.
    pub marks: u64,
}
