//! What could not be read, and why: unread is never treated as clean.

use serde::{Deserialize, Serialize};

use crate::mail::origin::Origin;

/// One part of a message that nobody could read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The part that was not read.
    pub origin: Origin,
    /// Why it was not read.
    pub reason: GapReason,
}

/// Why a part was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GapReason {
    /// Locked by the sender: a password or a key is needed.
    Encrypted,
    /// Damaged, or not what it says it is.
    Corrupt,
    /// A format the gateway cannot read.
    UnknownFormat,
    /// A scanned document without a text layer, and no OCR.
    NoTextLayer,
    /// Nested deeper than the limit.
    TooDeep,
    /// Larger, or expanding to more, than the limit.
    TooLarge,
    /// More parts or members than the limit.
    TooManyParts,
    /// Reading took longer than the limit.
    TimedOut,
    /// The reader died.
    Crashed,
    /// MIME so malformed that two readings of it disagree.
    Malformed,
    /// The virus scanner could not look at it.
    NotScanned,
}

impl GapReason {
    /// The word for this reason in JSON and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Encrypted => "encrypted",
            Self::Corrupt => "corrupt",
            Self::UnknownFormat => "unknown-format",
            Self::NoTextLayer => "no-text-layer",
            Self::TooDeep => "too-deep",
            Self::TooLarge => "too-large",
            Self::TooManyParts => "too-many-parts",
            Self::TimedOut => "timed-out",
            Self::Crashed => "crashed",
            Self::Malformed => "malformed",
            Self::NotScanned => "not-scanned",
        }
    }

    /// The reason as a clause of a sentence: "scan.7z is protected with a password".
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Encrypted => "is protected with a password or a key",
            Self::Corrupt => "is damaged or not what it says it is",
            Self::UnknownFormat => "is of a kind that cannot be read",
            Self::NoTextLayer => "is a scan without readable text",
            Self::TooDeep => "is nested too deep",
            Self::TooLarge => "is too large or expands to too much",
            Self::TooManyParts => "has too many parts",
            Self::TimedOut => "took too long to read",
            Self::Crashed => "broke its reader",
            Self::Malformed => "is malformed, so that two programs would read it differently",
            Self::NotScanned => "could not be scanned for viruses",
        }
    }
}
