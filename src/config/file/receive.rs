//! `[receive]` as it is written: the door and its limits.

use serde::{Deserialize, Serialize};

use crate::config::file::{Text, text};
use crate::config::measure::{Octets, Time};
use crate::receive::limits;

/// `[receive]`: the door.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Receive {
    /// Addresses and ports where listed networks relay.
    pub listen: Vec<Text>,
    /// Addresses and ports where clients log in after STARTTLS (RFC 6409).
    pub submission: Vec<Text>,
    /// Addresses and ports where clients log in over TLS from the first octet (RFC 8314).
    pub submission_tls: Vec<Text>,
    /// Networks that may relay, in CIDR form.
    pub networks: Vec<Text>,
    /// Certificate chain (PEM); with `private_key`, STARTTLS is offered.
    pub certificate: Text,
    /// Private key (PEM).
    pub private_key: Text,
    /// SHA-256 fingerprints of client certificates that may relay from anywhere.
    pub client_certificates: Vec<Text>,
    /// Load balancers that speak PROXY protocol version 2 to us, in CIDR form.
    pub proxies: Vec<Text>,
    /// What to do with mail whose envelope sender belongs to none of the schools.
    pub foreign_senders: ForeignSenders,
    /// What to do with a CR or LF that is no line end.
    pub bare_line_ends: BareLineEnds,
    /// What clients may cost.
    pub limits: Limits,
}

/// What happens to mail whose envelope sender belongs to none of the schools.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForeignSenders {
    /// The policy decides.
    Judge,
    /// It is refused at MAIL.
    Refuse,
}

/// What happens to a message with a CR or an LF that is not part of a CRLF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BareLineEnds {
    /// It is refused.
    Refuse,
    /// Each is made a CRLF.
    Normalise,
}

/// `[receive.limits]`: what one client, one connection and all of them may cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// All messages in flight together; beyond it a message is answered 452.
    pub in_flight: Octets,
    /// Octets of a command with its line end.
    pub command_line: usize,
    /// Octets of a line of a login.
    pub auth_line: usize,
    /// A line of a message.
    pub data_line: Octets,
    /// Recipients of one message; the next is answered 452.
    pub recipients: usize,
    /// Messages over one connection; then 421.
    pub messages: usize,
    /// Errors of one connection; then 421.
    pub errors: usize,
    /// What the reply to the fifth error of a connection waits; it grows by as much with each, to four times.
    pub error_delay: Time,
    /// Logins that fail over one connection; then it is closed.
    pub logins: usize,
    /// How long a failed login waits for its reply.
    pub login_delay: Time,
    /// Logins to one account that fail from one address within `failed_login_time`; then 454.
    pub failed_logins: usize,
    /// The same to all accounts together.
    pub failed_logins_per_address: usize,
    /// How long a failed login counts.
    pub failed_login_time: Time,
    /// Connections open at once; the next is answered 421.
    pub connections: usize,
    /// Connections open at once from one address.
    pub connections_per_address: usize,
    /// `Received` headers before a message counts as looping.
    pub received_headers: usize,
    /// Times the same message may pass this gateway before that counts as a loop.
    pub passes: usize,
    /// Waiting for a whole command.
    pub command_time: Time,
    /// Waiting for the next piece of a message.
    pub block_time: Time,
    /// A whole message.
    pub data_time: Time,
    /// Octets a second that a message must come at, once `data_grace` is over.
    pub data_rate: u32,
    /// Time before `data_rate` counts.
    pub data_grace: Time,
    /// A whole connection.
    pub connection_time: Time,
    /// Writing a reply to a client that does not read.
    pub reply_time: Time,
    /// A TLS handshake.
    pub handshake_time: Time,
    /// Inspecting and storing one message; then 451.
    pub handling_time: Time,
    /// Finishing what is in hand once the gateway is told to stop.
    pub drain_time: Time,
}

impl Limits {
    /// The same for the door, with the size of a message from `[limits]`.
    #[must_use]
    pub fn for_the_door(&self, message: usize) -> limits::Limits {
        limits::Limits {
            message,
            in_flight: self.in_flight.0,
            command_line: self.command_line,
            auth_line: self.auth_line,
            data_line: self.data_line.0,
            recipients: self.recipients,
            messages: self.messages,
            errors: self.errors,
            error_delay: self.error_delay.0,
            logins: self.logins,
            login_delay: self.login_delay.0,
            failed_logins: self.failed_logins,
            failed_logins_per_address: self.failed_logins_per_address,
            failed_login_time: self.failed_login_time.0,
            connections: self.connections,
            connections_per_address: self.connections_per_address,
            received_headers: self.received_headers,
            passes: self.passes,
            command_time: self.command_time.0,
            block_time: self.block_time.0,
            data_time: self.data_time.0,
            data_rate: self.data_rate,
            data_grace: self.data_grace.0,
            connection_time: self.connection_time.0,
            reply_time: self.reply_time.0,
            handshake_time: self.handshake_time.0,
            handling_time: self.handling_time.0,
            drain_time: self.drain_time.0,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        let limits = limits::Limits::default();
        Self {
            in_flight: Octets(limits.in_flight),
            command_line: limits.command_line,
            auth_line: limits.auth_line,
            data_line: Octets(limits.data_line),
            recipients: limits.recipients,
            messages: limits.messages,
            errors: limits.errors,
            error_delay: Time(limits.error_delay),
            logins: limits.logins,
            login_delay: Time(limits.login_delay),
            failed_logins: limits.failed_logins,
            failed_logins_per_address: limits.failed_logins_per_address,
            failed_login_time: Time(limits.failed_login_time),
            connections: limits.connections,
            connections_per_address: limits.connections_per_address,
            received_headers: limits.received_headers,
            passes: limits.passes,
            command_time: Time(limits.command_time),
            block_time: Time(limits.block_time),
            data_time: Time(limits.data_time),
            data_rate: limits.data_rate,
            data_grace: Time(limits.data_grace),
            connection_time: Time(limits.connection_time),
            reply_time: Time(limits.reply_time),
            handshake_time: Time(limits.handshake_time),
            handling_time: Time(limits.handling_time),
            drain_time: Time(limits.drain_time),
        }
    }
}

impl Default for Receive {
    fn default() -> Self {
        Self {
            listen: vec![text("127.0.0.1:2525")],
            submission: Vec::new(),
            submission_tls: Vec::new(),
            networks: vec![text("127.0.0.0/8"), text("::1/128")],
            certificate: text(""),
            private_key: text(""),
            client_certificates: Vec::new(),
            proxies: Vec::new(),
            foreign_senders: ForeignSenders::Judge,
            bare_line_ends: BareLineEnds::Refuse,
            limits: Limits::default(),
        }
    }
}
