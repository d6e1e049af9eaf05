//! The ledger: who did what to which message, when; it only ever grows, and each entry seals the one before.
//!
//! Facts in it are masked; a ledger can be shown to a governor.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::mail::address::Address;
use crate::mail::id::MessageId;

/// One line of the ledger before it has its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// Who did it.
    pub actor: Actor,
    /// What was done.
    pub action: Action,
    /// The particulars: one JSON object, masked.
    pub facts: Value,
}

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// Its place in the school's chain, from 1, without gaps.
    pub sequence: i64,
    /// When.
    pub time: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// What was done.
    pub action: Action,
    /// The message, where it is about one.
    pub message: Option<MessageId>,
    /// The particulars: one JSON object, masked.
    pub facts: Value,
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Actor {
    /// The gateway itself.
    Gateway,
    /// A reviewer of the school.
    Reviewer(Address),
    /// Whoever runs the machine, by the name the system has for them.
    Operator(String),
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// A message was judged and recorded.
    Judged,
    /// A message went over a connection: to which hop, and what protected it.
    Connected,
    /// The next hop took it for a recipient.
    Delivered,
    /// Confirmation of receipt was asked for, and who will give it.
    ReceiptAsked,
    /// An attempt was put off.
    Deferred,
    /// It was held instead of going over an unsafe channel.
    Held,
    /// It was given back to the sender.
    Returned,
    /// It could not be delivered for good.
    Bounced,
    /// A result came for a recipient who already had a final outcome: it changed nothing.
    Late,
    /// A notice was sent.
    Notified,
    /// A reviewer opened the content.
    Opened,
    /// A reviewer released it.
    Released,
    /// A reviewer gave it back.
    Refused,
    /// An operator had its delivery tried at once.
    Retried,
    /// An operator gave up its delivery.
    Dropped,
    /// Content was destroyed because its time was over.
    ContentPurged,
    /// Facts were deleted because their time was over.
    FactsPurged,
    /// Ledger entries were deleted because their time was over.
    LedgerPurged,
    /// An account was added.
    AccountAdded,
    /// An account was removed.
    AccountRemoved,
    /// Something left that should not have.
    BreachRecorded,
    /// Something was done to contain a breach.
    BreachContained,
    /// It was decided who is told of a breach.
    BreachDecided,
    /// The weekly report was sent.
    Reported,
}

/// What checking a school's chain found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "ledger", rename_all = "kebab-case")]
pub enum Verified {
    /// Every entry is as it was written, and none is missing.
    Sound {
        /// How many.
        entries: u64,
    },
    /// From this entry on the chain does not hold: it, or one before it, was changed, added or removed.
    Broken {
        /// The first entry that does not fit.
        sequence: i64,
    },
}

impl Note {
    /// A note of the gateway itself.
    #[must_use]
    pub fn of_gateway(action: Action, facts: Value) -> Self {
        Self {
            actor: Actor::Gateway,
            action,
            facts,
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gateway => f.write_str("gateway"),
            Self::Reviewer(address) => write!(f, "reviewer {address}"),
            Self::Operator(name) => write!(f, "operator {name}"),
        }
    }
}

/// A text that names no actor.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no actor: expected gateway, reviewer and an address, or operator and a name")]
pub struct ActorError(String);

impl FromStr for Actor {
    type Err = ActorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let reviewer = text.strip_prefix("reviewer ").and_then(|a| a.parse().ok());
        let operator = text.strip_prefix("operator ").map(str::to_owned);
        match (text, reviewer, operator) {
            ("gateway", _, _) => Ok(Self::Gateway),
            (_, Some(address), _) => Ok(Self::Reviewer(address)),
            (_, None, Some(name)) => Ok(Self::Operator(name)),
            (_, None, None) => Err(ActorError(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Actor {
    type Error = ActorError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Actor> for String {
    fn from(actor: Actor) -> Self {
        actor.to_string()
    }
}

impl Action {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Judged => "judged",
            Self::Connected => "connected",
            Self::Delivered => "delivered",
            Self::ReceiptAsked => "receipt-asked",
            Self::Deferred => "deferred",
            Self::Held => "held",
            Self::Returned => "returned",
            Self::Bounced => "bounced",
            Self::Late => "late",
            Self::Notified => "notified",
            Self::Opened => "opened",
            Self::Released => "released",
            Self::Refused => "refused",
            Self::Retried => "retried",
            Self::Dropped => "dropped",
            Self::ContentPurged => "content-purged",
            Self::FactsPurged => "facts-purged",
            Self::LedgerPurged => "ledger-purged",
            Self::AccountAdded => "account-added",
            Self::AccountRemoved => "account-removed",
            Self::BreachRecorded => "breach-recorded",
            Self::BreachContained => "breach-contained",
            Self::BreachDecided => "breach-decided",
            Self::Reported => "reported",
        }
    }
}
