//! The SMTP envelope of a message and who brought it (RFC 5321 section 3.3).
//!
//! The envelope says where a message goes; headers say what it claims. Nothing here reads headers.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::mail::address::Address;

/// Sender, recipients and client of one message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// `MAIL FROM`; `None` is the null reverse-path `<>` of reports.
    pub sender: Option<Address>,
    /// `RCPT TO`, in the order given, each address once.
    pub recipients: Vec<Recipient>,
    /// The connection the message came over.
    pub client: Client,
    /// What `MAIL FROM` asked for.
    pub asked: MailParameters,
}

/// One `RCPT TO` with its delivery-status wishes (RFC 3461).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// The forward-path.
    pub address: Address,
    /// `NOTIFY=` as given, such as `SUCCESS,FAILURE`; `None` when not given.
    pub notify: Option<String>,
    /// `ORCPT=` as given, in xtext.
    pub original: Option<String>,
}

/// Parameters of `MAIL FROM` that travel with the message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailParameters {
    /// `BODY=8BITMIME` was given (RFC 6152).
    pub eight_bit: bool,
    /// `SMTPUTF8` was given (RFC 6531).
    pub utf8: bool,
    /// `RET=` as given: `FULL` or `HDRS` (RFC 3461).
    pub ret: Option<String>,
    /// `ENVID=` as given, in xtext (RFC 3461).
    pub envelope_id: Option<String>,
    /// `REQUIRETLS` was given (RFC 8689).
    pub require_tls: bool,
}

/// Who handed us the message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// Peer address of the connection.
    pub address: IpAddr,
    /// Name given in EHLO or HELO.
    pub helo: String,
    /// Protocol version and cipher suite, where the connection was encrypted.
    pub tls: Option<String>,
    /// The authenticated user, where there is one.
    pub user: Option<Address>,
}

impl Recipient {
    /// A recipient without delivery-status wishes.
    #[must_use]
    pub fn new(address: Address) -> Self {
        Self {
            address,
            notify: None,
            original: None,
        }
    }
}

impl Envelope {
    /// An envelope from nowhere in particular: for reading messages without sending them.
    #[must_use]
    pub fn local(sender: Option<Address>, recipients: Vec<Address>) -> Self {
        Self {
            sender,
            recipients: recipients.into_iter().map(Recipient::new).collect(),
            client: Client::local(),
            asked: MailParameters::default(),
        }
    }
}

impl Client {
    /// This machine, in clear, nobody authenticated.
    #[must_use]
    pub fn local() -> Self {
        Self {
            address: IpAddr::from([127, 0, 0, 1]),
            helo: "localhost".to_owned(),
            tls: None,
            user: None,
        }
    }
}
