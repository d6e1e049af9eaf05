//! What the door knows of one client, and the rules by which it answers.
//!
//! No sockets and no waiting: every rule is a function of the visit, the settings and the command.

use std::net::IpAddr;

use crate::mail::address::Address;
use crate::mail::envelope::{Client, Envelope, MailParameters, Recipient};
use crate::mail::id::MessageId;
use crate::receive::auth::Exchange;
use crate::receive::command::{Mail, Wrong};
use crate::receive::data::{Body, Memory};
use crate::receive::lines::Reply;
use crate::receive::reply;
use crate::receive::{Kind, Settings};

/// One client from its connection to its QUIT.
#[derive(Debug)]
pub(crate) struct Visit {
    /// Address, name, TLS and user.
    pub(crate) client: Client,
    /// What is spoken on the listener it came to.
    pub(crate) kind: Kind,
    /// Whether it stands on the list of networks.
    pub(crate) listed: bool,
    /// Whether it said EHLO rather than HELO.
    pub(crate) extended: bool,
    /// What log and replies call this connection.
    pub(crate) session: MessageId,
    /// The message being given, from MAIL on.
    pub(crate) transaction: Option<Transaction>,
    /// Octets of the message being given, from DATA or the first BDAT on.
    pub(crate) body: Option<Body>,
    /// The chunk that is arriving.
    pub(crate) chunk: Option<Arriving>,
    /// A login that waits for an answer.
    pub(crate) login: Option<Exchange>,
    /// Logins that failed.
    pub(crate) logins: usize,
    /// Whether it showed a certificate that is on the list.
    pub(crate) known: bool,
    /// Messages taken so far.
    pub(crate) messages: usize,
    /// Errors made so far.
    pub(crate) errors: usize,
}

/// A chunk of `BDAT` of which not all octets have come.
#[derive(Debug)]
pub(crate) struct Arriving {
    /// Octets still to come.
    pub(crate) left: usize,
    /// Whether the message ends with it.
    pub(crate) last: bool,
    /// What it will be answered with, where that is known already.
    pub(crate) refused: Option<Reply>,
}

/// Sender and recipients of the message being given.
#[derive(Debug, Clone)]
pub(crate) struct Transaction {
    sender: Option<Address>,
    recipients: Vec<Recipient>,
    asked: MailParameters,
}

impl Visit {
    /// A client that has just come.
    pub(crate) fn new(
        address: IpAddr,
        kind: Kind,
        session: MessageId,
        settings: &Settings,
    ) -> Self {
        let address = address.to_canonical();
        Self {
            client: Client {
                address,
                helo: String::new(),
                tls: None,
                user: None,
            },
            kind,
            listed: settings
                .networks
                .iter()
                .any(|network| network.contains(address)),
            extended: false,
            session,
            transaction: None,
            body: None,
            chunk: None,
            login: None,
            logins: 0,
            known: false,
            messages: 0,
            errors: 0,
        }
    }

    /// A client nobody knows: it may do nothing.
    pub(crate) fn nobody() -> Self {
        let unspecified = IpAddr::from([0, 0, 0, 0]);
        let settings = Settings {
            networks: Vec::new(),
            ..Settings::default()
        };
        Self::new(
            unspecified,
            Kind::Relay,
            MessageId::from_random([0; 8]),
            &settings,
        )
    }

    /// Forgets the message being given.
    pub(crate) fn reset(&mut self) {
        self.transaction = None;
        self.body = None;
        self.chunk = None;
        self.login = None;
    }

    /// Forgets everything but who is calling: after a TLS handshake nothing said before it counts (RFC 3207 section 4.2).
    pub(crate) fn secured(&mut self, tls: String, known: bool) {
        self.reset();
        self.extended = false;
        self.client.helo.clear();
        self.client.user = None;
        self.client.tls = Some(tls);
        self.known = known;
    }

    /// EHLO and HELO.
    pub(crate) fn greet(&mut self, name: String, extended: bool) {
        self.reset();
        self.client.helo = name;
        self.extended = extended;
    }

    /// MAIL.
    pub(crate) fn mail(&mut self, mail: Mail, settings: &Settings, memory: &Memory) -> Reply {
        if let Err(refused) = self.may_send() {
            return refused;
        }
        if self.client.helo.is_empty() {
            return reply::EHLO_FIRST;
        }
        if self.transaction.is_some() {
            return reply::NESTED;
        }
        if mail.asked.require_tls && self.client.tls.is_none() {
            return reply::wrong(&Wrong::Parameter);
        }
        let user = self.client.user.as_ref();
        if let Err(sender) = settings.senders.may_send(mail.sender.as_ref(), user) {
            return reply::not_ours(&sender);
        }
        if mail.binary {
            return reply::NO_BINARY;
        }
        if is_utf8(mail.sender.as_ref()) && !mail.asked.utf8 {
            return reply::NEEDS_UTF8;
        }
        let size = mail
            .size
            .map_or(0, |size| usize::try_from(size).unwrap_or(usize::MAX));
        if size > settings.limits.message {
            return reply::too_large(settings.limits.message);
        }
        if !memory.has_room_for(size) {
            return reply::NO_ROOM;
        }
        self.transaction = Some(Transaction {
            sender: mail.sender,
            recipients: Vec::new(),
            asked: mail.asked,
        });
        reply::SENDER_OK
    }

    /// RCPT.
    pub(crate) fn rcpt(&mut self, recipient: Recipient, settings: &Settings) -> Reply {
        if let Err(refused) = self.may_send() {
            return refused;
        }
        let Some(transaction) = self.transaction.as_mut() else {
            return reply::MAIL_FIRST;
        };
        if self.body.is_some() {
            return reply::BEGUN;
        }
        if is_utf8(Some(&recipient.address)) && !transaction.asked.utf8 {
            return reply::NEEDS_UTF8;
        }
        let known = |known: &Recipient| known.address == recipient.address;
        if transaction.recipients.iter().any(known) {
            return reply::RECIPIENT_OK;
        }
        if transaction.recipients.len() >= settings.limits.recipients {
            return reply::too_many_recipients(settings.limits.recipients);
        }
        transaction.recipients.push(recipient);
        reply::RECIPIENT_OK
    }

    /// Whether a message may begin now: DATA, or the first BDAT.
    pub(crate) fn may_begin(&self) -> Result<(), Reply> {
        self.may_send()?;
        match &self.transaction {
            None => Err(reply::MAIL_FIRST),
            Some(transaction) if transaction.recipients.is_empty() => Err(reply::NO_RECIPIENTS),
            Some(_) => Ok(()),
        }
    }

    /// Whether the client may log in now: over TLS, once, not in the middle of a message (RFC 4954 section 4).
    pub(crate) fn may_log_in(&self, settings: &Settings) -> Result<(), Reply> {
        if settings.accounts.is_none() {
            Err(reply::wrong(&Wrong::NotOffered))
        } else if self.client.tls.is_none() {
            Err(reply::TLS_FIRST)
        } else if self.client.user.is_some() {
            Err(reply::LOGGED_IN_ALREADY)
        } else if self.client.helo.is_empty() {
            Err(reply::EHLO_FIRST)
        } else if self.transaction.is_some() {
            Err(reply::NESTED)
        } else {
            Ok(())
        }
    }

    /// Listed networks and certificates relay, users submit, nobody else sends.
    fn may_send(&self) -> Result<(), Reply> {
        match self.kind {
            Kind::Relay if self.listed || self.known || self.client.user.is_some() => Ok(()),
            Kind::Relay => Err(reply::relay_denied(self.client.address)),
            Kind::Submission | Kind::SubmissionTls if self.client.user.is_some() => Ok(()),
            Kind::Submission if self.client.tls.is_none() => Err(reply::STARTTLS_FIRST),
            Kind::Submission | Kind::SubmissionTls => Err(reply::LOG_IN_FIRST),
        }
    }

    /// The envelope of the message being given; the transaction is over.
    pub(crate) fn envelope(&mut self) -> Option<Envelope> {
        let transaction = self.transaction.take()?;
        Some(Envelope {
            sender: transaction.sender,
            recipients: transaction.recipients,
            client: self.client.clone(),
            asked: transaction.asked,
        })
    }

    /// The word for `Received … with` (RFC 3848, RFC 6531 section 4.3).
    pub(crate) fn protocol(&self, utf8: bool) -> &'static str {
        match (
            self.extended,
            utf8,
            self.client.tls.is_some(),
            self.client.user.is_some(),
        ) {
            (false, _, _, _) => "SMTP",
            (true, false, false, false) => "ESMTP",
            (true, false, true, false) => "ESMTPS",
            (true, false, false, true) => "ESMTPA",
            (true, false, true, true) => "ESMTPSA",
            (true, true, false, false) => "UTF8SMTP",
            (true, true, true, false) => "UTF8SMTPS",
            (true, true, false, true) => "UTF8SMTPA",
            (true, true, true, true) => "UTF8SMTPSA",
        }
    }
}

fn is_utf8(address: Option<&Address>) -> bool {
    address.is_some_and(|address| !address.as_str().is_ascii())
}
