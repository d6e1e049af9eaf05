//! The gateway's configuration as it is written; `config/gateway.toml` documents every key with its default.
//!
//! Values are texts with their place in the file; `config::check` turns them into what the stages need.
//! An empty text means "not given".

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::mail::mode::Mode;

/// A text and where it stands.
pub type Text = Spanned<String>;

/// A whole `gateway.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct File {
    /// The gateway's own name, for greeting, EHLO and `Received`; empty: the machine's name.
    pub hostname: Text,
    /// Folder of the store and its key.
    pub data: Text,
    /// Folder with a school's own rules, beside the ones in the binary; empty: none.
    pub rules: Text,
    /// The door.
    pub receive: Receive,
    /// Where mail goes on to.
    pub next_hop: NextHop,
    /// What a message may cost.
    pub limits: Limits,
    /// The schools; at least one.
    pub school: Vec<School>,
}

/// `[receive]`: the door.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Receive {
    /// Addresses and ports to listen on.
    pub listen: Vec<Text>,
    /// Networks that may relay, in CIDR form.
    pub networks: Vec<Text>,
    /// Certificate chain (PEM); with `private_key`, STARTTLS is offered.
    pub certificate: Text,
    /// Private key (PEM).
    pub private_key: Text,
}

/// `[next_hop]`: where mail goes on to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NextHop {
    /// Host name or address.
    pub host: Text,
    /// Port.
    pub port: u16,
    /// How the connection is encrypted.
    pub tls: Tls,
}

/// How a connection to the next hop is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tls {
    /// Never.
    None,
    /// Where it is offered, whatever certificate is shown.
    Opportunistic,
    /// Always, whatever certificate is shown.
    Required,
    /// Always, with a certificate that proves the host's name.
    Verified,
}

/// `[limits]`: what a message may cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Size of a message.
    pub message: Text,
    /// What all containers of a message may expand to.
    pub expanded: Text,
    /// Nesting of archives and documents in each other.
    pub nesting: usize,
    /// Members of all archives of a message together.
    pub members: usize,
    /// Time for one attachment.
    pub time_per_part: Text,
    /// Time for one message.
    pub time_per_message: Text,
}

/// `[[school]]`: one organisation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct School {
    /// Its name, as notices and reports say it; must be given.
    pub name: Option<Text>,
    /// Its domains; at least one.
    pub domains: Vec<Text>,
    /// Folder with the CSV files of its directory; must be given.
    pub directory: Option<Text>,
    /// `enforce` or `audit`; must be given.
    pub mode: Option<Spanned<Mode>>,
    /// Its own policy; empty: the one in the binary.
    pub policy: Option<Text>,
    /// Who may open, release and return held messages; empty: the staff whose role is `dpo`, else `head`.
    pub reviewers: Vec<Text>,
    /// The address notices come from; empty: `schoolgate@` its first domain.
    pub notices_from: Option<Text>,
    /// Its own postcodes, which are never findings.
    pub own_postcodes: Vec<Text>,
    /// Its own telephone numbers, which are never findings.
    pub own_phones: Vec<Text>,
    /// Time zone of its days; empty: Europe/London.
    pub time_zone: Option<Text>,
}

/// A text that stands nowhere: a default.
fn text(value: &str) -> Text {
    Spanned::new(0..0, value.to_owned())
}

impl Default for File {
    fn default() -> Self {
        Self {
            hostname: text(""),
            data: text("data"),
            rules: text(""),
            receive: Receive::default(),
            next_hop: NextHop::default(),
            limits: Limits::default(),
            school: Vec::new(),
        }
    }
}

impl Default for Receive {
    fn default() -> Self {
        Self {
            listen: vec![text("127.0.0.1:2525")],
            networks: vec![text("127.0.0.0/8"), text("::1/128")],
            certificate: text(""),
            private_key: text(""),
        }
    }
}

impl Default for NextHop {
    fn default() -> Self {
        Self {
            host: text("127.0.0.1"),
            port: 25,
            tls: Tls::Opportunistic,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        let limits = crate::limits::Limits::default();
        let size = |octets| text(&crate::config::measure::octets_as_text(octets));
        let time = |duration| text(&crate::config::measure::duration_as_text(duration));
        Self {
            message: size(limits.message),
            expanded: size(limits.expanded),
            nesting: limits.nesting,
            members: limits.members,
            time_per_part: time(limits.time_per_part),
            time_per_message: time(limits.time_per_message),
        }
    }
}
