//! What could not be read, and why: unread is never treated as clean.

use serde::{Deserialize, Serialize};

use crate::mail::lock::Lock;
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
#[serde(from = "String", into = "String")]
pub enum GapReason {
    /// Locked by the sender: a password or a key is needed.
    Encrypted(Lock),
    /// Damaged, or not what it says it is.
    Corrupt,
    /// A format the gateway cannot read.
    UnknownFormat,
    /// A scanned document without a text layer, in which OCR found nothing either.
    NoTextLayer,
    /// A scanned document or a picture of text, and no OCR to read it with.
    NoOcr,
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
    const ALL: [Self; 11] = [
        Self::Corrupt,
        Self::UnknownFormat,
        Self::NoTextLayer,
        Self::NoOcr,
        Self::TooDeep,
        Self::TooLarge,
        Self::TooManyParts,
        Self::TimedOut,
        Self::Crashed,
        Self::Malformed,
        Self::NotScanned,
    ];

    /// The word for this reason in JSON and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Encrypted(_) => "encrypted",
            Self::Corrupt => "corrupt",
            Self::UnknownFormat => "unknown-format",
            Self::NoTextLayer => "no-text-layer",
            Self::NoOcr => "no-ocr",
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
            Self::Encrypted(lock) => lock.in_words(),
            Self::Corrupt => "is damaged or not what it says it is",
            Self::UnknownFormat => "is of a kind that cannot be read",
            Self::NoTextLayer => "is a scan without readable text",
            Self::NoOcr => "is a scan or a picture, and no OCR is installed to read it",
            Self::TooDeep => "is nested too deep",
            Self::TooLarge => "is too large or expands to too much",
            Self::TooManyParts => "has too many parts",
            Self::TimedOut => "took too long to read",
            Self::Crashed => "broke its reader",
            Self::Malformed => "is malformed, so that two programs would read it differently",
            Self::NotScanned => "could not be scanned for viruses",
        }
    }

    /// How it is locked, where that is the reason.
    #[must_use]
    pub fn lock(self) -> Option<Lock> {
        if let Self::Encrypted(lock) = self {
            return Some(lock);
        }
        None
    }

    /// Whether it is a picture of words that nobody read.
    #[must_use]
    pub fn is_scan(self) -> bool {
        matches!(self, Self::NoTextLayer | Self::NoOcr)
    }
}

/// As the store and the workers write it: the word of the reason, for a lock `encrypted` and the word of the lock.
impl From<GapReason> for String {
    fn from(reason: GapReason) -> Self {
        match reason {
            GapReason::Encrypted(lock) => format!("encrypted {}", lock.as_str()),
            other => other.as_str().to_owned(),
        }
    }
}

/// A word nobody knows is a reason of a later version, and the part is unread all the same.
impl From<String> for GapReason {
    fn from(text: String) -> Self {
        if let Some(lock) = text.strip_prefix("encrypted") {
            let known = Lock::ALL.iter().find(|known| known.as_str() == lock.trim());
            return Self::Encrypted(known.copied().unwrap_or(Lock::Other));
        }
        let known = Self::ALL.into_iter().find(|known| known.as_str() == text);
        known.unwrap_or(Self::UnknownFormat)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_comes_back_from_its_word() {
        let locks = Lock::ALL.into_iter().map(GapReason::Encrypted);
        for reason in GapReason::ALL.into_iter().chain(locks) {
            assert_eq!(GapReason::from(String::from(reason)), reason);
        }
        assert_eq!(
            GapReason::from("encrypted".to_owned()),
            GapReason::Encrypted(Lock::Other)
        );
    }
}
