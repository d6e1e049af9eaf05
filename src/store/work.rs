//! Due work: what still has to be done about a message, and when.
//!
//! Purging is no work of a message: retention is a sweep over what has ended ([`crate::store::Store::purge`]),
//! so that a changed retention acts at once and on everything.

use std::collections::HashSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::mail::address::Address;
use crate::mail::id::MessageId;
use crate::mail::verdict::Verdict;
use crate::secret::Redacted;
use crate::store::ledger::Note;
use crate::store::recipient::RecipientResult;

/// Something to be done about one message, at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// What.
    pub kind: WorkKind,
    /// Not before.
    pub due: Timestamp,
    /// A credential it needs, such as the password of an encrypted copy; sealed like the message.
    pub secret: Option<Redacted<String>>,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "work", rename_all = "kebab-case")]
pub enum WorkKind {
    /// Deliver to these recipients in one transaction, as the verdict says.
    Deliver {
        /// `pass`, `secure` or `encrypt`.
        verdict: Verdict,
        /// To whom.
        recipients: Vec<Address>,
    },
    /// Send a notice.
    Notify {
        /// Which.
        notice: Notice,
        /// To whom; one notice each.
        to: Vec<Address>,
        /// The recipients of the message it is about; none means all.
        recipients: Vec<Address>,
    },
    /// Remind the reviewers of a hold.
    Remind,
    /// Tell the deputy of a hold nobody answered.
    Escalate,
    /// End a hold nobody answered, in a return to the sender.
    Expire,
}

/// The notices the gateway sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Notice {
    /// To the sender: held, and why.
    Held,
    /// To the reviewers: there is something to review.
    Review,
    /// To the sender: not sent, and what to change.
    Returned,
    /// To the DPO or whoever the policy names: an incident, at once.
    Incident,
    /// To the sender: the password of an encrypted copy, to pass on by another channel.
    Password,
    /// To the sender: released and on its way.
    Released,
    /// To the reviewers: still waiting.
    Reminder,
    /// To the deputy: nobody answered.
    Escalation,
    /// To the sender: could not be delivered (RFC 3464).
    Bounce,
    /// To the sender: not delivered yet, still trying (RFC 3464).
    Delay,
    /// To the sender: delivered, where a report was asked for (RFC 3461 `NOTIFY=SUCCESS`).
    Delivered,
}

/// Work in hand, leased to whoever claimed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The store's number of it.
    pub work: i64,
    /// Tells this lease from any other of the same work.
    pub lease: i64,
    /// The school.
    pub school: String,
    /// The message.
    pub message: MessageId,
    /// What to do; the recipients of a [`WorkKind::Deliver`] are those still pending, at least one.
    pub kind: WorkKind,
    /// The credential it needs.
    pub secret: Option<Redacted<String>>,
    /// Times it was put off before.
    pub attempts: u32,
    /// When it was first due: expiry and delay warnings count from here.
    pub since: Timestamp,
    /// When somebody asked that it be tried at once, where nobody has tried since.
    pub hurried: Option<Timestamp>,
    /// When the lease ends and others may claim it.
    pub until: Timestamp,
}

/// What came of claimed work; saved in one transaction.
#[derive(Debug, Clone)]
pub struct Settlement {
    /// What it came to for each recipient tried.
    pub results: Vec<RecipientResult>,
    /// What has to be done next about the same message.
    pub follow: Vec<Work>,
    /// What else the ledger should say, such as a notice sent.
    pub notes: Vec<Note>,
    /// What happens to the work itself.
    pub next: Next,
    /// Where it is put off: the hop that could not be talked to, whose next answer makes it due
    /// ([`crate::store::Store::flush`]).
    pub awaits: Option<String>,
}

/// What happens to claimed work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It is done.
    Finished,
    /// It is put off.
    Again {
        /// Until when.
        due: Timestamp,
    },
    /// It goes on: results are saved, the lease is extended.
    Continue {
        /// The new end of the lease.
        until: Timestamp,
    },
}

/// Whose the work was when its settlement was saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lease {
    /// Ours: everything is saved.
    Kept,
    /// The lease had ended and somebody else has the work, or it is done.
    ///
    /// Results are facts and were saved where the recipient had no final outcome yet; the rest was not.
    Lost,
}

impl Work {
    /// Work without a credential.
    #[must_use]
    pub fn new(kind: WorkKind, due: Timestamp) -> Self {
        Self {
            kind,
            due,
            secret: None,
        }
    }
}

impl Settlement {
    /// Done, with nothing more to say.
    #[must_use]
    pub fn finished() -> Self {
        Self {
            results: Vec::new(),
            follow: Vec::new(),
            notes: Vec::new(),
            next: Next::Finished,
            awaits: None,
        }
    }
}

impl WorkKind {
    /// The word for it, as in the queue list.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Deliver { .. } => "deliver",
            Self::Notify { .. } => "notify",
            Self::Remind => "remind",
            Self::Escalate => "escalate",
            Self::Expire => "expire",
        }
    }

    /// Whether it is only there because something is held, and falls away with the last hold.
    #[must_use]
    pub fn is_about_a_hold(&self) -> bool {
        match self {
            Self::Remind | Self::Escalate | Self::Expire => true,
            Self::Deliver { .. } | Self::Notify { .. } => false,
        }
    }
}

/// The recipients that some of this work delivers to.
pub(crate) fn delivered_by<'a>(work: impl Iterator<Item = &'a WorkKind>) -> HashSet<&'a Address> {
    work.flat_map(|kind| match kind {
        WorkKind::Deliver { recipients, .. } => recipients.as_slice(),
        WorkKind::Notify { .. } | WorkKind::Remind | WorkKind::Escalate | WorkKind::Expire => &[],
    })
    .collect()
}
