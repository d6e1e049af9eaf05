//! What one client, one connection and all connections together may cost; every limit has a default.

use std::time::Duration;

/// Limits of the door; sizes in octets.
#[derive(Debug, Clone)]
pub struct Limits {
    /// One message; announced as `SIZE` (RFC 1870). Default 35 MiB.
    pub message: usize,
    /// All messages in flight together; beyond it a message is answered 452. Default 512 MiB.
    pub in_flight: usize,
    /// A command with its line end. Default 2,048: four times RFC 5321's 512, for long paths and parameters.
    pub command_line: usize,
    /// A line of an AUTH exchange (RFC 4954 section 4.3). Default 12,288.
    pub auth_line: usize,
    /// A line of a message without its line end. Default 1 MiB: systems that write HTML on one line exist,
    /// and cutting such a line, or refusing it, would harm more than the 998 of RFC 5322 protects.
    pub data_line: usize,
    /// Recipients of one message; the next is answered 452 4.5.3. Default 500; RFC 5321 asks for at least 100.
    pub recipients: usize,
    /// Messages over one connection; then 421. Default 1,000.
    pub messages: usize,
    /// Errors of one connection; then 421. Default 20.
    pub errors: usize,
    /// What the reply to the fifth error of a connection waits; it grows by as much with each, to four times.
    /// Default 1 second.
    pub error_delay: Duration,
    /// Logins that fail over one connection; then it is closed. Default 3.
    pub logins: usize,
    /// How long a failed login waits for its reply. Default 2 seconds.
    pub login_delay: Duration,
    /// Logins to one account that fail from one address, over all connections, within `failed_login_time`;
    /// then it is asked to come back later. Default 10.
    pub failed_logins: usize,
    /// The same to all accounts together. Default 100.
    pub failed_logins_per_address: usize,
    /// How long a failed login counts. Default 15 minutes.
    pub failed_login_time: Duration,
    /// Connections open at once; the next is answered 421. Default 2,000.
    pub connections: usize,
    /// Connections open at once from one address. Default 500: behind one address may stand a whole mail service,
    /// and an idle connection costs a few kilobytes.
    pub connections_per_address: usize,
    /// `Received` headers before a message counts as looping (RFC 5321 section 6.3). Default 100.
    pub received_headers: usize,
    /// Times the same message may pass this gateway before that counts as a loop. Default 1.
    pub passes: usize,
    /// Waiting for a whole command (RFC 5321 section 4.5.3.2.7). Default 5 minutes.
    pub command_time: Duration,
    /// Waiting for the next piece of a message (RFC 5321 section 4.5.3.2.5). Default 3 minutes.
    pub block_time: Duration,
    /// A whole message. Default 30 minutes.
    pub data_time: Duration,
    /// Octets a second that a message must come at on average, once `data_grace` is over. Default 500.
    pub data_rate: u32,
    /// Time before `data_rate` counts. Default 20 seconds.
    pub data_grace: Duration,
    /// A whole connection. Default 2 hours.
    pub connection_time: Duration,
    /// Writing a reply to a client that does not read. Default 1 minute.
    pub reply_time: Duration,
    /// A TLS handshake or a PROXY header. Default 30 seconds.
    pub handshake_time: Duration,
    /// Inspecting and storing one message; then 451. Default 5 minutes: clients wait ten (RFC 5321 section 4.5.3.2.6).
    pub handling_time: Duration,
    /// Finishing what is in hand once the gateway is told to stop. Default 30 seconds.
    pub drain_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: usize = 1024 * 1024;
        const MINUTE: u64 = 60;
        Self {
            message: 35 * MIB,
            in_flight: 512 * MIB,
            command_line: 2_048,
            auth_line: 12_288,
            data_line: MIB,
            recipients: 500,
            messages: 1_000,
            errors: 20,
            error_delay: Duration::from_secs(1),
            logins: 3,
            login_delay: Duration::from_secs(2),
            failed_logins: 10,
            failed_logins_per_address: 100,
            failed_login_time: Duration::from_secs(15 * MINUTE),
            connections: 2_000,
            connections_per_address: 500,
            received_headers: 100,
            passes: 1,
            command_time: Duration::from_secs(5 * MINUTE),
            block_time: Duration::from_secs(3 * MINUTE),
            data_time: Duration::from_secs(30 * MINUTE),
            data_rate: 500,
            data_grace: Duration::from_secs(20),
            connection_time: Duration::from_secs(120 * MINUTE),
            reply_time: Duration::from_secs(MINUTE),
            handshake_time: Duration::from_secs(30),
            handling_time: Duration::from_secs(5 * MINUTE),
            drain_time: Duration::from_secs(30),
        }
    }
}

/// What happens to a message with a CR or an LF that is not part of a CRLF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BareLineEnds {
    /// Refused with 550 5.6.11: two servers that disagree on where a message ends can be made to see two.
    #[default]
    Refuse,
    /// Made a CRLF each; the end of the message is still CRLF.CRLF alone.
    Normalise,
}
