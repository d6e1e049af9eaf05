//! What can go wrong with a store, told so that a caller knows whether trying again helps.
//!
//! Names paths, ids and addresses; never content.

use std::path::PathBuf;

use crate::mail::address::Address;
use crate::mail::id::MessageId;

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No space is left, or no more may be used; a 452 to a client.
    #[error("the disk under the store is full")]
    Full,
    /// Somebody else has held the store for longer than we wait.
    #[error("the store is busy")]
    Busy,
    /// The store is shutting down or its writer has ended.
    #[error("the store is closed")]
    Closed,
    /// The store itself failed: input and output, a damaged file, a lost connection.
    #[error("the store failed while it was to {doing}")]
    Failed {
        /// What it was about to do, in a few words.
        doing: &'static str,
        /// What went wrong below.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The folder or a file of the store cannot be used.
    #[error("{}: {problem}", path.display())]
    Place {
        /// The folder or file.
        path: PathBuf,
        /// What is wrong and what would be right.
        problem: String,
    },
    /// The store was written by a newer version of the gateway.
    #[error(
        "the store has schema version {found}, this program knows up to {known}: install the newer version again, or restore a backup"
    )]
    Newer {
        /// The version found.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// This school has no such message, or its facts are gone.
    #[error("there is no message {0}")]
    NoMessage(MessageId),
    /// The message is known, its content is not kept any more.
    #[error("the content of message {0} is no longer kept")]
    NoContent(MessageId),
    /// The reference is taken; draw another one.
    #[error("there is already a message {0}")]
    Taken(MessageId),
    /// The sealed content does not open: another key, or it was changed.
    #[error("the content of message {0} does not open with this school's key")]
    Sealed(MessageId),
    /// A recipient would be left to be delivered to with no work that does it: refused, so that no mail vanishes.
    #[error("message {0} would be left undelivered with nothing due for it")]
    Stranded(MessageId),
    /// None of the named recipients of this message is held.
    #[error("message {0} is not held for these recipients")]
    NotHeld(MessageId),
    /// Nobody releases their own mail or a message about themselves.
    #[error("{reviewer} may not release message {message}: it is their own or about them")]
    OwnMail {
        /// Who tried.
        reviewer: Address,
        /// The message.
        message: MessageId,
    },
    /// A release to a new address says how it was verified.
    #[error(
        "message {message} is the first to {recipient}: ring them on a number you already have, then say so with --verified"
    )]
    NotVerified {
        /// The message.
        message: MessageId,
        /// The new address.
        recipient: Address,
    },
    /// The message has no such recipient.
    #[error("message {message} has no recipient {recipient}")]
    NoRecipient {
        /// The message.
        message: MessageId,
        /// The address that was named.
        recipient: Address,
    },
    /// There is an account of that name, in this school or another.
    #[error("there is already an account {0}")]
    AccountTaken(Address),
    /// This school has no such account.
    #[error("there is no account {0}")]
    NoAccount(Address),
}

impl StoreError {
    /// A failure below, with what was being done.
    pub fn failed(
        doing: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Failed {
            doing,
            source: source.into(),
        }
    }

    /// Whether the same call may succeed later; true unless proven permanent.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Full
            | Self::Busy
            | Self::Closed
            | Self::Failed { .. }
            | Self::Place { .. }
            | Self::Taken(_) => true,
            Self::Newer { .. }
            | Self::NoMessage(_)
            | Self::NoContent(_)
            | Self::Sealed(_)
            | Self::Stranded(_)
            | Self::NotHeld(_)
            | Self::OwnMail { .. }
            | Self::NotVerified { .. }
            | Self::NoRecipient { .. }
            | Self::AccountTaken(_)
            | Self::NoAccount(_) => false,
        }
    }

    /// Whether room has to be made first.
    #[must_use]
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Full)
    }
}
