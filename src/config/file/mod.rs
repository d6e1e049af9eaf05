//! The gateway's configuration as it is written; `config/gateway.toml` documents every key with its default.
//!
//! Values are texts with their place in the file; `config::check` turns them into what the stages need.
//! An empty text means "not given".

pub mod receive;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::act::deliver::tls::TlsPolicy;
use crate::act::settings;
use crate::config::file::receive::Receive;
use crate::config::measure::{Octets, Time};
use crate::gateway::scanner::Unreachable;
use crate::limits;
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
    /// Size from which on the store takes no new mail; empty: what the disk has.
    pub data_limit: Text,
    /// Folder with a school's own rules, beside the ones in the binary; empty: none.
    pub rules: Text,
    /// Folder with a school's own lists, beside the ones in the binary; empty: none.
    pub lists: Text,
    /// The door.
    pub receive: Receive,
    /// Where mail goes on to.
    pub next_hop: NextHop,
    /// Further next hops, tried in order when the one before cannot be reached.
    pub fallback: Vec<NextHop>,
    /// Domains whose mail needs more TLS than the next hop.
    pub tls: Vec<DomainTls>,
    /// Patience and certificates of deliveries.
    pub delivery: Delivery,
    /// Holds that nobody answers.
    pub review: Review,
    /// How long personal data is kept.
    pub retention: Retention,
    /// Who is asked whether a message is harmful.
    pub scanner: Scanner,
    /// The weekly report.
    pub report: Report,
    /// What a message may cost.
    pub limits: Limits,
    /// How scans and pictures of text are read.
    pub ocr: Ocr,
    /// The schools; at least one.
    pub school: Vec<School>,
}

/// `[next_hop]`: where mail goes on to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NextHop {
    /// Instead of a smart host: the servers each recipient's domain names in DNS.
    pub mx: bool,
    /// Resolvers to ask for them; empty: the machine's own.
    pub resolvers: Vec<Text>,
    /// Host name or address.
    pub host: Text,
    /// Port.
    pub port: u16,
    /// How the connection is encrypted.
    pub tls: TlsPolicy,
    /// User name at the next hop; empty: nobody signs in.
    pub user: Text,
    /// File whose first line is the password.
    pub password_file: Text,
}

/// `[[tls]]`: domains whose mail needs more TLS than the next hop.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DomainTls {
    /// These, and those below them; at least one.
    pub domains: Vec<Text>,
    /// `required` or `verified`; must be given.
    pub policy: Option<Spanned<TlsPolicy>>,
}

/// `[delivery]`: patience and certificates, for whichever next hop.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Delivery {
    /// Certificate authorities (PEM) trusted beside the machine's own; empty: none.
    pub authorities: Text,
    /// Pieces of work done at the same time.
    pub concurrency: usize,
    /// Wait after the first failure; doubled after each further one.
    pub retry_first: Time,
    /// The longest wait.
    pub retry_longest: Time,
    /// When the sender is told that a message is late.
    pub warn_after: Time,
    /// When a delivery is given up and its sender told.
    pub give_up_after: Time,
    /// How long work in hand may still take once the gateway is told to stop.
    pub grace: Time,
}

/// `[review]`: what happens to a hold that nobody answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Review {
    /// The reviewers are reminded.
    pub remind_after: Time,
    /// The deputy is told.
    pub escalate_after: Time,
    /// The message goes back to its sender.
    pub end_after: Time,
}

/// `[retention]`: how long personal data is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// Held or undelivered content, after its end.
    pub content: Time,
    /// The facts of incidents.
    pub incidents: Time,
    /// The ledger.
    pub ledger: Time,
}

/// `[scanner]`: a virus scanner that is asked about every message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scanner {
    /// A socket, or host and port, of clamd; empty: no scanner.
    pub address: Text,
    /// How long it may take for one message.
    pub time: Time,
    /// What happens to mail while it cannot be asked.
    pub when_unreachable: Unreachable,
}

/// `[report]`: when the weekly report goes to the data protection officer of each school.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Report {
    /// The day of the week; empty: it is not sent.
    pub day: Text,
    /// The time of day, on the school's clock.
    pub time: Text,
}

/// `[limits]`: what a message may cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Size of a message.
    pub message: Octets,
    /// What all containers of a message may expand to.
    pub expanded: Octets,
    /// How many times its own size a large packed file may expand to.
    pub ratio: usize,
    /// Nesting of archives and documents in each other.
    pub nesting: usize,
    /// Members of all archives of a message together.
    pub members: usize,
    /// Time for one attachment.
    pub time_per_part: Time,
    /// Time for one message.
    pub time_per_message: Time,
    /// Memory of a process that reads attachments.
    pub memory: Octets,
}

/// `[ocr]`: Tesseract, where it is installed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ocr {
    /// The program: a name on `PATH` or a path; empty: scans are not read.
    pub program: Text,
    /// Its languages, joined by `+`.
    pub language: Text,
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
    /// Its own bank accounts, which are never findings.
    pub own_accounts: Vec<Text>,
    /// The form of pupils' addresses, as an expression for what stands before the at sign; empty: none.
    pub pupil_addresses: Option<Text>,
    /// Folder with rules of its own, on top of all others; empty: none.
    pub rules: Option<Text>,
    /// Folder with its own blank forms; empty: none.
    pub forms: Option<Text>,
    /// Time zone of its days; empty: Europe/London.
    pub time_zone: Option<Text>,
}

impl File {
    /// Whether everything but schools, rules and lists is the same: those are taken up while the gateway runs.
    #[must_use]
    pub fn differs_only_in_knowledge(&self, other: &Self) -> bool {
        let rest = |file: &Self| Self {
            school: Vec::new(),
            rules: text(""),
            lists: text(""),
            ..file.clone()
        };
        rest(self) == rest(other)
    }
}

/// A text that stands nowhere: a default.
pub(crate) fn text(value: &str) -> Text {
    Spanned::new(0..0, value.to_owned())
}

impl Default for File {
    fn default() -> Self {
        Self {
            hostname: text(""),
            data: text("data"),
            data_limit: text(""),
            rules: text(""),
            lists: text(""),
            receive: Receive::default(),
            next_hop: NextHop::default(),
            fallback: Vec::new(),
            tls: Vec::new(),
            delivery: Delivery::default(),
            review: Review::default(),
            retention: Retention::default(),
            scanner: Scanner::default(),
            report: Report::default(),
            limits: Limits::default(),
            ocr: Ocr::default(),
            school: Vec::new(),
        }
    }
}

impl Default for NextHop {
    fn default() -> Self {
        Self {
            mx: false,
            resolvers: Vec::new(),
            host: text("127.0.0.1"),
            port: 25,
            tls: TlsPolicy::Opportunistic,
            user: text(""),
            password_file: text(""),
        }
    }
}

impl Default for Delivery {
    fn default() -> Self {
        let retry = settings::Retry::default();
        Self {
            authorities: text(""),
            concurrency: 16,
            retry_first: Time(retry.first),
            retry_longest: Time(retry.longest),
            warn_after: Time(retry.warn),
            give_up_after: Time(retry.give_up),
            grace: Time(Duration::from_secs(30)),
        }
    }
}

impl Default for Review {
    fn default() -> Self {
        let review = settings::Review::default();
        Self {
            remind_after: Time(review.remind),
            escalate_after: Time(review.escalate),
            end_after: Time(review.end),
        }
    }
}

impl Default for Retention {
    fn default() -> Self {
        let retention = settings::Retention::default();
        Self {
            content: Time(retention.content),
            incidents: Time(retention.incidents),
            ledger: Time(retention.ledger),
        }
    }
}

impl Default for Scanner {
    fn default() -> Self {
        Self {
            address: text(""),
            time: Time(Duration::from_secs(30)),
            when_unreachable: Unreachable::Defer,
        }
    }
}

impl Default for Ocr {
    fn default() -> Self {
        Self {
            program: text("tesseract"),
            language: text("eng"),
        }
    }
}

impl Default for Report {
    fn default() -> Self {
        Self {
            day: text("Monday"),
            time: text("07:00"),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        let limits = limits::Limits::default();
        Self {
            message: Octets(limits.message),
            expanded: Octets(limits.expanded),
            ratio: limits.ratio,
            nesting: limits.nesting,
            members: limits.members,
            time_per_part: Time(limits.time_per_part),
            time_per_message: Time(limits.time_per_message),
            memory: Octets(limits.memory),
        }
    }
}
