//! How sensitive content is: the school protective-marking scheme.

use serde::{Deserialize, Serialize};

/// The level of a finding or a message, mildest first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Nothing personal.
    #[default]
    Unclassified,
    /// Personal data of an identifiable pupil, parent or member of staff.
    Protect,
    /// Special-category or otherwise sensitive data; exports and tables of pupils.
    Restricted,
}

impl Level {
    /// The word of the policy for this level.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unclassified => "unclassified",
            Self::Protect => "protect",
            Self::Restricted => "restricted",
        }
    }
}

impl std::fmt::Display for Level {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
