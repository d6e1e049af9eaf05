//! The envelope of a message that was never sent: given on the command line, else read off its headers.

use std::str::FromStr;

use crate::mail::address::{Address, AddressError};
use crate::mail::envelope::Envelope;
use crate::parse::message::{Headers, Mailbox};

/// `--mail-from`: an address, or `<>` for the null sender of reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReversePath(pub(crate) Option<Address>);

impl FromStr for ReversePath {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim().trim_start_matches('<').trim_end_matches('>') {
            "" => Ok(Self(None)),
            address => address.parse().map(|address| Self(Some(address))),
        }
    }
}

/// What is given, completed from the headers.
///
/// The sender is `Return-Path`, which is the envelope sender (RFC 5321 section 4.4), else the first address of `From`;
/// the recipients are those of `To`, `Cc` and `Bcc`.
pub(crate) fn envelope(
    mail_from: Option<&ReversePath>,
    recipients: &[Address],
    headers: &Headers,
) -> Envelope {
    let sender = match mail_from {
        Some(ReversePath(sender)) => sender.clone(),
        None => sender(headers),
    };
    let recipients = if recipients.is_empty() {
        visible(headers)
    } else {
        recipients.to_owned()
    };
    Envelope::local(sender, once_each(recipients))
}

fn sender(headers: &Headers) -> Option<Address> {
    let return_path = headers
        .first("Return-Path")
        .and_then(|path| path.parse::<ReversePath>().ok());
    match return_path {
        Some(ReversePath(sender)) => sender,
        None => headers
            .from
            .iter()
            .find_map(|mailbox| mailbox.address.clone()),
    }
}

fn visible(headers: &Headers) -> Vec<Address> {
    let Headers { to, cc, bcc, .. } = headers;
    let address = |mailbox: &Mailbox| mailbox.address.clone();
    to.iter().chain(cc).chain(bcc).filter_map(address).collect()
}

fn once_each(addresses: Vec<Address>) -> Vec<Address> {
    let mut seen = Vec::new();
    for address in addresses {
        if !seen.contains(&address) {
            seen.push(address);
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::parse;

    #[track_caller]
    fn check(message: &str, mail_from: Option<&str>, sender: Option<&str>, recipients: &[&str]) {
        let message = parse::message(message.as_bytes(), &Limits::default());
        let given = mail_from.map(|text| text.parse().unwrap());
        let found = envelope(given.as_ref(), &[], &message.headers);
        assert_eq!(found.sender, sender.map(|text| text.parse().unwrap()));
        let found: Vec<_> = found
            .recipients
            .iter()
            .map(|one| one.address.as_str())
            .collect();
        assert_eq!(found, recipients);
    }

    const LETTER: &str = "From: A <a@oakfield.sch.uk>\r\nTo: b@home.example, B <B@home.example>\r\nCc: c@home.example\r\nBcc: d@home.example\r\n\r\nHello\r\n";

    #[test]
    fn headers_stand_in_for_what_is_not_given() {
        let all = ["b@home.example", "c@home.example", "d@home.example"];
        check(LETTER, None, Some("a@oakfield.sch.uk"), &all);
        check(
            LETTER,
            Some("x@oakfield.sch.uk"),
            Some("x@oakfield.sch.uk"),
            &all,
        );
        check(LETTER, Some("<>"), None, &all);
    }

    #[test]
    fn a_return_path_is_the_envelope_sender() {
        let bounce = "Return-Path: <>\r\nFrom: postmaster@x.example\r\nTo: b@home.example\r\n\r\n";
        check(bounce, None, None, &["b@home.example"]);
    }
}
