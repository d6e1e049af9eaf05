//! Why no dialogue with a next hop came about, or why one broke off.
//!
//! A fault is never the message's fault: it is always worth another attempt or another hop.

use std::time::Duration;

use crate::act::deliver::reply::Reply;

/// What failed before any recipient got an answer.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The name has no address.
    #[error("{host} has no address: {problem}")]
    Unresolved {
        /// The hop.
        host: String,
        /// What the resolver said.
        problem: std::io::Error,
    },
    /// No connection on any of its addresses.
    #[error("no connection to {host}: {problem}")]
    Unreachable {
        /// The hop.
        host: String,
        /// The last address's problem.
        problem: std::io::Error,
    },
    /// It could not be talked to a moment ago, and somebody else tries again before we do.
    #[error("{host} cannot be used at present: {problem}")]
    Down {
        /// The hop.
        host: String,
        /// What the last attempt came to.
        problem: String,
    },
    /// It went silent.
    #[error("{host} did not answer {stage} within {} s", limit.as_secs())]
    TimedOut {
        /// The hop.
        host: String,
        /// What it did not answer.
        stage: Stage,
        /// How long we waited.
        limit: Duration,
    },
    /// It hung up, or said something that is no SMTP.
    #[error("the connection to {host} broke at {stage}: {problem}")]
    Broken {
        /// The hop.
        host: String,
        /// Where.
        stage: Stage,
        /// What lettre says.
        problem: String,
    },
    /// It will not talk to us at all.
    #[error("{host} refused {stage}: {reply}")]
    Refused {
        /// The hop.
        host: String,
        /// What it refused.
        stage: Stage,
        /// Its words.
        reply: Reply,
    },
    /// TLS is demanded and not offered.
    #[error("{host} offers no TLS")]
    NoTls {
        /// The hop.
        host: String,
    },
    /// TLS is demanded and not good enough, such as a certificate that nobody vouches for.
    #[error("TLS with {host} is not good enough: {problem}")]
    BadTls {
        /// The hop.
        host: String,
        /// What rustls says.
        problem: String,
    },
    /// The client asked for REQUIRETLS, and it is not offered (RFC 8689).
    #[error("{host} does not offer REQUIRETLS")]
    NoRequireTls {
        /// The hop.
        host: String,
    },
    /// We have an account there, and no mechanism in common, or no TLS to sign in over.
    #[error("{host} offers no way to sign in: expected AUTH PLAIN or LOGIN over TLS")]
    NoLogin {
        /// The hop.
        host: String,
    },
}

/// Where in the dialogue something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Greeting and EHLO.
    Greeting,
    /// STARTTLS and the handshake.
    Tls,
    /// AUTH.
    SignIn,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Recipient,
    /// DATA.
    Data,
    /// The message up to the answer to its final dot: what became of it is not known.
    Dot,
    /// RSET.
    Reset,
}

impl Fault {
    /// Whether it is the protection of the connection that is missing: then verdict `secure` holds the message.
    #[must_use]
    pub fn is_insecure(&self) -> bool {
        match self {
            Self::NoTls { .. } | Self::BadTls { .. } | Self::NoRequireTls { .. } => true,
            Self::Unresolved { .. }
            | Self::Unreachable { .. }
            | Self::Down { .. }
            | Self::TimedOut { .. }
            | Self::Broken { .. }
            | Self::Refused { .. }
            | Self::NoLogin { .. } => false,
        }
    }

    /// Whether the same hop might be reached in clear.
    #[must_use]
    pub fn is_about_tls(&self) -> bool {
        self.is_insecure() || self.stage() == Some(Stage::Tls)
    }

    /// Whether nothing of the message can have arrived.
    #[must_use]
    pub fn is_before_data(&self) -> bool {
        let after = [Stage::Data, Stage::Dot, Stage::Reset];
        self.stage().is_none_or(|stage| !after.contains(&stage))
    }

    /// Where in the dialogue it happened; `None` where that says nothing.
    fn stage(&self) -> Option<Stage> {
        match self {
            Self::TimedOut { stage, .. }
            | Self::Broken { stage, .. }
            | Self::Refused { stage, .. } => Some(*stage),
            Self::Unresolved { .. }
            | Self::Unreachable { .. }
            | Self::Down { .. }
            | Self::NoTls { .. }
            | Self::BadTls { .. }
            | Self::NoRequireTls { .. }
            | Self::NoLogin { .. } => None,
        }
    }

    /// The hop it is about.
    #[must_use]
    pub fn host(&self) -> &str {
        match self {
            Self::Unresolved { host, .. }
            | Self::Unreachable { host, .. }
            | Self::Down { host, .. }
            | Self::TimedOut { host, .. }
            | Self::Broken { host, .. }
            | Self::Refused { host, .. }
            | Self::NoTls { host }
            | Self::BadTls { host, .. }
            | Self::NoRequireTls { host }
            | Self::NoLogin { host } => host,
        }
    }

    /// The fault as a reply of our own, for the queue list and the report to the sender (RFC 3463).
    #[must_use]
    pub fn as_reply(&self) -> Reply {
        let enhanced = match self {
            Self::Unresolved { .. } => "4.4.3",
            Self::Unreachable { .. } | Self::Down { .. } => "4.4.1",
            Self::TimedOut { .. } | Self::Broken { .. } => "4.4.2",
            Self::Refused { .. } => "4.4.0",
            Self::NoTls { .. } | Self::NoLogin { .. } => "4.7.0",
            Self::BadTls { .. } => "4.7.5",
            Self::NoRequireTls { .. } => "4.7.30",
        };
        Reply::new(451, &format!("{enhanced} {self}"))
    }

    /// The fault as the refusal of a message that must not go out with less (RFC 8689 section 5).
    #[must_use]
    pub fn as_refusal(&self) -> Reply {
        let enhanced = match self {
            Self::NoRequireTls { .. } => "5.7.30",
            Self::Unresolved { .. }
            | Self::Unreachable { .. }
            | Self::Down { .. }
            | Self::TimedOut { .. }
            | Self::Broken { .. }
            | Self::Refused { .. }
            | Self::NoTls { .. }
            | Self::BadTls { .. }
            | Self::NoLogin { .. } => "5.7.10",
        };
        Reply::new(
            550,
            &format!("{enhanced} the sender asked for REQUIRETLS: {self}"),
        )
    }
}

impl std::fmt::Display for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Greeting => "the greeting",
            Self::Tls => "STARTTLS",
            Self::SignIn => "AUTH",
            Self::Mail => "MAIL FROM",
            Self::Recipient => "RCPT TO",
            Self::Data => "DATA",
            Self::Dot => "the message",
            Self::Reset => "RSET",
        })
    }
}
