//! What the gateway answers once a message is inspected and recorded.
//!
//! Only `receive::reply` turns these into SMTP codes.

use std::future::Future;
use std::pin::Pin;

use crate::mail::envelope::Envelope;
use crate::mail::id::MessageId;

/// The committed end of one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// On disk: every recipient will be dealt with. The only thing that may become a 250.
    Accepted(MessageId),
    /// Refused by the policy for every recipient, and recorded as such: a 550 with the explanation.
    Rejected {
        /// The reference under which the refusal is recorded.
        id: MessageId,
        /// Why, in one sentence for the sender.
        explanation: String,
    },
}

/// Why a message could not be taken; the client keeps it.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// There is no room in the store.
    #[error("the store is full")]
    Full,
    /// The store cannot take it now: locked, broken.
    #[error("the store cannot take the message")]
    Store(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Inspection ended without a result.
    #[error("the message could not be inspected: {0}")]
    Inspection(String),
    /// Too much in hand already.
    #[error("too many messages in hand")]
    Busy,
}

impl Refusal {
    /// The store could not commit.
    pub fn store(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Store(Box::new(error))
    }

    /// Inspection ended without a result.
    pub fn inspection(error: impl std::fmt::Display) -> Self {
        Self::Inspection(error.to_string())
    }

    /// Whether the same message may be taken later; true unless proven permanent.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Full | Self::Store(_) | Self::Inspection(_) | Self::Busy => true,
        }
    }
}

/// A future of the answer to one message.
pub type Answer<'a> = Pin<Box<dyn Future<Output = Result<Outcome, Refusal>> + Send + 'a>>;

/// Whoever the door hands a finished message to.
pub trait Handler: Send + Sync {
    /// Inspects and records one message under `id`; `raw` has CRLF line ends and its dots unstuffed.
    fn handle(&self, id: MessageId, envelope: Envelope, raw: Vec<u8>) -> Answer<'_>;
}
