//! Who writes and to whom: the kinds of sender and of recipient the policy tells apart.

use serde::{Deserialize, Serialize};

/// What the sender is to the school.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SenderKind {
    /// A member of staff on the directory.
    Staff,
    /// A governor.
    Governor,
    /// A pupil.
    Pupil,
    /// A shared mailbox such as `office@`.
    Shared,
    /// A machine: MIS, copier, scanner.
    System,
    /// The account of somebody who has gone.
    Left,
    /// None of these.
    Unknown,
}

/// What a recipient is to the school, tried in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecipientKind {
    /// A domain of this school.
    Internal,
    /// A parent or carer on the directory.
    Contact,
    /// A domain with an agreed channel.
    Partner,
    /// An address that publishes what it receives.
    Publication,
    /// A consumer mailbox that is nobody's registered contact.
    Personal,
    /// Any other.
    External,
}

impl SenderKind {
    /// The word of the policy for this kind.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Governor => "governor",
            Self::Pupil => "pupil",
            Self::Shared => "shared",
            Self::System => "system",
            Self::Left => "left",
            Self::Unknown => "unknown",
        }
    }
}

impl RecipientKind {
    /// The word of the policy for this kind.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Contact => "contact",
            Self::Partner => "partner",
            Self::Publication => "publication",
            Self::Personal => "personal",
            Self::External => "external",
        }
    }
}
