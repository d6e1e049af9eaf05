//! Where a message has been: the `Received` header the door adds, and the two ways it recognises a loop.
//!
//! Counting `Received` headers finds any loop in the end (RFC 5321 section 6.3);
//! the gateway's own header, signed, finds one through this gateway the first time it comes round.
//! The signature covers `Message-ID`, `Date` and `From`, so that copying the header into other mail proves nothing.

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use ring::hmac;

use crate::mail::envelope::Client;
use crate::mail::id::MessageId;

/// The gateway's own trace header.
const PASSED: &str = "X-Schoolgate-Passed";

/// The key that signs the gateway's own header.
#[derive(Clone)]
pub(crate) struct TraceKey(hmac::Key);

/// How often a message has been somewhere already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Travels {
    /// `Received` headers.
    pub(crate) received: usize,
    /// Times it has passed this gateway.
    pub(crate) passed: usize,
}

impl TraceKey {
    /// A key from 32 secret octets; gateways that share it recognise each other's mail.
    #[must_use]
    pub(crate) fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// A key of this process alone: loops that outlive a restart are left to the count of `Received` headers.
    ///
    /// # Errors
    /// The system has no random numbers.
    pub(crate) fn random() -> Result<Self, ring::error::Unspecified> {
        hmac::Key::generate(hmac::HMAC_SHA256, &ring::rand::SystemRandom::new()).map(Self)
    }
}

impl std::fmt::Debug for TraceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TraceKey")
    }
}

/// Counts what the header block of `message` says about its travels.
pub(crate) fn travels(message: &[u8], key: &TraceKey) -> Travels {
    let fields = fields(message);
    let identity = identity(&fields);
    let is_ours = |field: &Field<'_>| {
        field.is(PASSED)
            && unhex(field.value).is_some_and(|tag| hmac::verify(&key.0, &identity, &tag).is_ok())
    };
    Travels {
        received: fields.iter().filter(|field| field.is("Received")).count(),
        passed: fields.iter().filter(|field| is_ours(field)).count(),
    }
}

/// The headers to put in front of `message`: ours and `Received` (RFC 5321 section 4.4, RFC 3848, RFC 8314 section 4.3).
pub(crate) fn headers(message: &[u8], key: &TraceKey, client: &Client, here: &Here<'_>) -> String {
    let tag = hmac::sign(&key.0, &identity(&fields(message)));
    let tag = hex(tag.as_ref());
    let helo = token(&client.helo);
    let address = match client.address {
        std::net::IpAddr::V4(address) => format!("[{address}]"),
        std::net::IpAddr::V6(address) => format!("[IPv6:{address}]"),
    };
    let tls = match &client.tls {
        Some(tls) => format!("\r\n\t(using {tls})"),
        None => String::new(),
    };
    let date = rfc2822::to_string(&here.time.to_zoned(jiff::tz::TimeZone::UTC)).unwrap_or_default();
    let (hostname, protocol, message) = (token(here.hostname), here.protocol, here.message);
    format!(
        "Received: from {helo} ({address}){tls}\r\n\tby {hostname} (schoolgate) with {protocol} id {message};\r\n\t{date}\r\n{PASSED}: {tag}\r\n"
    )
}

/// This end of a transaction, for the `Received` header.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Here<'a> {
    /// The gateway's name.
    pub(crate) hostname: &'a str,
    /// `SMTP`, `ESMTP`, `ESMTPS`, … (RFC 3848, RFC 6531).
    pub(crate) protocol: &'a str,
    /// The reference of the message.
    pub(crate) message: &'a MessageId,
    /// The end of the message.
    pub(crate) time: Timestamp,
}

/// What strangers say in EHLO must not become header syntax.
fn token(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-_:[]".contains(c);
    text.chars()
        .take(255)
        .map(|c| if plain(c) { c } else { '?' })
        .collect()
}

struct Field<'a> {
    name: &'a [u8],
    value: &'a [u8],
}

impl Field<'_> {
    fn is(&self, name: &str) -> bool {
        self.name
            .trim_ascii_end()
            .eq_ignore_ascii_case(name.as_bytes())
    }
}

/// The fields of the header block, unfolded values left as they are; stops at the first empty line.
fn fields(message: &[u8]) -> Vec<Field<'_>> {
    let mut fields: Vec<Field<'_>> = Vec::new();
    let mut start = 0;
    while let Some(length) = message
        .get(start..)
        .and_then(|rest| memchr::memchr(b'\n', rest))
    {
        let line = message.get(start..start + length).unwrap_or_default();
        start += length + 1;
        match line.trim_ascii_end() {
            [] => break,
            [b' ' | b'\t', ..] => {}
            line => {
                if let Some(colon) = memchr::memchr(b':', line) {
                    let (name, value) = line.split_at(colon);
                    let value = value.get(1..).unwrap_or_default().trim_ascii();
                    fields.push(Field { name, value });
                }
            }
        }
    }
    fields
}

/// What makes a message the same message on its way round.
fn identity(fields: &[Field<'_>]) -> Vec<u8> {
    let mut identity = Vec::new();
    for name in ["Message-ID", "Date", "From"] {
        let value = fields
            .iter()
            .find(|field| field.is(name))
            .map_or(&b""[..], |field| field.value);
        identity.extend_from_slice(value);
        identity.push(b'\n');
    }
    identity
}

fn hex(octets: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16);
    octets
        .iter()
        .flat_map(|octet| [digit(octet >> 4), digit(octet & 15)])
        .flatten()
        .collect()
}

fn unhex(text: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(text).ok()?;
    let pairs = (0..text.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &str = "Message-ID: <1@oakfield.sch.uk>\r\nDate: Mon, 02 Mar 2026 10:00:00 +0000\r\n\r\nReceived: no\r\n";

    fn passed_through(message: &str, key: &TraceKey) -> String {
        let here = Here {
            hostname: "mail.oakfield.sch.uk",
            protocol: "ESMTP",
            message: &MessageId::from_random([1; 8]),
            time: Timestamp::UNIX_EPOCH,
        };
        headers(message.as_bytes(), key, &Client::local(), &here) + message
    }

    #[test]
    fn our_own_mail_is_recognised_and_a_borrowed_header_is_not() {
        let key = TraceKey::new(&[1; 32]);
        let once = passed_through(MESSAGE, &key);
        assert_eq!(
            travels(once.as_bytes(), &key),
            Travels {
                received: 1,
                passed: 1
            }
        );
        let other = TraceKey::new(&[2; 32]);
        assert_eq!(travels(once.as_bytes(), &other).passed, 0);
        let borrowed = once.replace("<1@", "<2@");
        assert_eq!(travels(borrowed.as_bytes(), &key).passed, 0);
    }

    #[test]
    fn received_is_one_well_formed_header() {
        let key = TraceKey::new(&[1; 32]);
        let client = Client {
            helo: "evil\r\nX: (y".to_owned(),
            tls: Some("TLSv1.3".to_owned()),
            ..Client::local()
        };
        let here = Here {
            hostname: "mail.oakfield.sch.uk",
            protocol: "ESMTPS",
            message: &MessageId::from_random([1; 8]),
            time: Timestamp::UNIX_EPOCH,
        };
        let text = headers(b"", &key, &client, &here);
        let expected = "Received: from evil??X:??y ([127.0.0.1])\r\n\t(using TLSv1.3)\r\n\tby mail.oakfield.sch.uk (schoolgate) with ESMTPS id 2081-040G-2081;\r\n\tThu, 1 Jan 1970 00:00:00 +0000\r\nX-Schoolgate-Passed: ";
        assert_eq!(text.get(..expected.len()), Some(expected));
    }
}
