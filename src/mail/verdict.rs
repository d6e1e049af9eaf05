//! What happens to a message for one recipient, mildest first.

use serde::{Deserialize, Serialize};

/// A verdict; a greater one is stricter, and the strictest of all reasons wins.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Deliver as it is.
    #[default]
    Pass,
    /// Deliver as it is, only over verified TLS 1.2 or better; hold instead of falling back.
    Secure,
    /// Protect the content for that recipient, then deliver.
    Encrypt,
    /// Keep it, tell the sender at once, a reviewer decides.
    Hold,
    /// Do not send; give it back to the sender with an explanation.
    Return,
    /// Refuse in the SMTP dialogue.
    Reject,
}

impl Verdict {
    /// The word of the policy for this verdict.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Secure => "secure",
            Self::Encrypt => "encrypt",
            Self::Hold => "hold",
            Self::Return => "return",
            Self::Reject => "reject",
        }
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
