//! What a reviewer of a school sees of a held message, and what they may decide.

use jiff::Timestamp;
use serde::Serialize;

use crate::mail::address::Address;
use crate::mail::id::MessageId;
use crate::mail::level::Level;
use crate::secret::Excerpt;
use crate::store::work::Work;

/// One held message in the list of a school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeldMessage {
    /// Its reference.
    pub id: MessageId,
    /// When it came.
    pub received: Timestamp,
    /// The envelope sender; `None` for the null sender.
    pub sender: Option<Address>,
    /// The subject, masked.
    pub subject: Excerpt,
    /// The level of its content.
    pub level: Level,
    /// Titles of the clauses in force, the strictest first.
    pub clauses: Vec<String>,
    /// The recipients it is held for.
    pub recipients: Vec<Address>,
    /// When the hold ends in a return, where that is set.
    pub expires: Option<Timestamp>,
}

/// A reviewer's decision about a held message.
#[derive(Debug, Clone)]
pub struct Review {
    /// Who decides.
    pub reviewer: Address,
    /// For which of the held recipients; none means all of them.
    pub recipients: Vec<Address>,
    /// What.
    pub answer: Answer,
    /// Why, in the reviewer's words.
    pub reason: String,
    /// How the recipient was verified; a release to a new address is refused without it.
    pub verified: Option<Verified>,
    /// What has to be done now: deliver and tell the sender, or give it back.
    pub work: Vec<Work>,
}

/// How somebody made sure that an address is the right person's (clause `verified`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// How: "telephoned 01632 960123, the number on file".
    pub how: String,
    /// By whom.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// What a reviewer may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Send it: the recipients are pending again.
    Release,
    /// Give it back to the sender.
    Return,
}
