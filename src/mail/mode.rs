//! Whether a clause acts, only records, or is silent.

use serde::{Deserialize, Serialize};

/// How seriously a clause is meant, the most serious first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// The verdict counts.
    #[default]
    Enforce,
    /// Recorded as "would have …", changes nothing.
    Audit,
    /// Not evaluated.
    Off,
}

impl Mode {
    /// The word of the policy for this mode.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enforce => "enforce",
            Self::Audit => "audit",
            Self::Off => "off",
        }
    }
}
