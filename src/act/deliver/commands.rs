//! The commands of a mail transaction, with the parameters that the hop offers and the message needs
//! (RFC 5321 section 4.1.1, RFC 1870, RFC 6152, RFC 6531, RFC 3461, RFC 8689).
//!
//! Pure: what was offered and what is to be handed over go in.

use std::borrow::Cow;

use crate::act::deliver::capabilities::{Capabilities, Extension};
use crate::act::deliver::reply::Reply;
use crate::act::deliver::transaction::Handover;
use crate::mail::address::Address;
use crate::mail::envelope::Recipient;

/// What makes it useless to try this hop with this message, as the refusal it would be.
pub(super) fn obstacle(offered: &Capabilities, handover: &Handover<'_>) -> Option<Reply> {
    if offered.refuses_size(handover.body.wire().len() + 2) {
        return Some(Reply::new(
            552,
            "5.3.4 the message is larger than the next hop takes",
        ));
    }
    if needs_utf8(handover) && !offered.has(Extension::SmtpUtf8) {
        return Some(Reply::new(
            553,
            "5.6.7 the next hop does not take addresses or header lines in UTF-8",
        ));
    }
    if handover.body.is_eight_bit() && !offered.has(Extension::EightBitMime) {
        return Some(Reply::new(
            554,
            "5.6.3 the next hop does not take messages with 8-bit characters",
        ));
    }
    None
}

fn needs_utf8(handover: &Handover<'_>) -> bool {
    let addresses = handover
        .recipients
        .iter()
        .map(|recipient| &recipient.address);
    let plain = |address: &Address| on_the_wire(address).is_ascii();
    !addresses.chain(handover.sender).all(plain)
        || (handover.asked.utf8 && handover.body.has_eight_bit_headers())
}

/// MAIL with what the hop offers and the message needs, line end included.
pub(super) fn mail_command(offered: &Capabilities, handover: &Handover<'_>) -> String {
    let sender = handover.sender.map(on_the_wire).unwrap_or_default();
    let mut command = format!("MAIL FROM:<{sender}>");
    if offered.has(Extension::Size) {
        let octets = (handover.body.wire().len() + 2).to_string();
        command += &parameter("SIZE", Some(&octets));
    }
    if offered.has(Extension::EightBitMime) && handover.body.is_eight_bit() {
        command += " BODY=8BITMIME";
    }
    if offered.has(Extension::SmtpUtf8) && needs_utf8(handover) {
        command += " SMTPUTF8";
    }
    if offered.has(Extension::RequireTls) && handover.asked.require_tls {
        command += " REQUIRETLS";
    }
    if offered.has(Extension::Dsn) {
        command += &parameter("RET", handover.asked.ret.as_deref());
        command += &parameter("ENVID", handover.asked.envelope_id.as_deref());
    }
    command + "\r\n"
}

/// RCPT with the recipient's wishes, where the hop takes them.
pub(super) fn rcpt_command(offered: &Capabilities, recipient: &Recipient) -> String {
    let mut command = format!("RCPT TO:<{}>", on_the_wire(&recipient.address));
    if offered.has(Extension::Dsn) {
        command += &parameter("NOTIFY", recipient.notify.as_deref());
        command += &parameter("ORCPT", recipient.original.as_deref());
    }
    command + "\r\n"
}

/// The address with its domain in ASCII, which every server knows (RFC 5890); a local part has no such form.
fn on_the_wire(address: &Address) -> Cow<'_, str> {
    let domain = address.domain().as_str();
    if domain.is_ascii() {
        return Cow::Borrowed(address.as_str());
    }
    match idna::domain_to_ascii(domain) {
        Ok(ascii) => Cow::Owned(format!("{}@{ascii}", address.local())),
        Err(_) => Cow::Borrowed(address.as_str()),
    }
}

/// A parameter as the client gave it; one with anything but printable ASCII in it is left out.
fn parameter(keyword: &str, value: Option<&str>) -> String {
    match value {
        Some(value) if !value.is_empty() && value.bytes().all(|octet| octet.is_ascii_graphic()) => {
            format!(" {keyword}={value}")
        }
        Some(_) | None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::act::deliver::body::Body;
    use crate::mail::envelope::MailParameters;

    fn everything() -> Capabilities {
        let lines = ["PIPELINING", "8BITMIME", "SMTPUTF8", "DSN", "SIZE 100"];
        Capabilities::of_lines(lines.into_iter())
    }

    #[track_caller]
    fn check(offered: &Capabilities, body: &str, mail: &str, rcpt: &str) {
        let sender: Address = "office@oakfield.sch.uk".parse().unwrap();
        let mut recipient = Recipient::new("parent@home.example".parse().unwrap());
        recipient.notify = Some("SUCCESS,FAILURE".to_owned());
        recipient.original = Some("rfc822;bad value".to_owned());
        let handover = Handover {
            sender: Some(&sender),
            recipients: &[recipient.clone()],
            asked: &MailParameters {
                ret: Some("HDRS".to_owned()),
                ..MailParameters::default()
            },
            body: &Body::new(body.as_bytes()),
        };
        assert_eq!(mail_command(offered, &handover), mail);
        assert_eq!(rcpt_command(offered, &recipient), rcpt);
    }

    #[test]
    fn parameters_are_sent_only_where_they_are_offered_and_needed() {
        check(
            &everything(),
            "A: b\r\n\r\ncafé\r\n",
            "MAIL FROM:<office@oakfield.sch.uk> SIZE=15 BODY=8BITMIME RET=HDRS\r\n",
            "RCPT TO:<parent@home.example> NOTIFY=SUCCESS,FAILURE\r\n",
        );
        check(
            &Capabilities::default(),
            "A: b\r\n\r\nplain\r\n",
            "MAIL FROM:<office@oakfield.sch.uk>\r\n",
            "RCPT TO:<parent@home.example>\r\n",
        );
    }

    #[test]
    fn a_domain_beyond_ascii_goes_out_in_the_form_every_server_knows() {
        let recipient = Recipient::new("Anna@bücher.example".parse().unwrap());
        let command = rcpt_command(&Capabilities::default(), &recipient);
        assert_eq!(command, "RCPT TO:<Anna@xn--bcher-kva.example>\r\n");
    }

    #[track_caller]
    fn check_obstacle(offered: &Capabilities, to: &str, body: &str, status: Option<&str>) {
        let handover = Handover {
            sender: None,
            recipients: &[Recipient::new(to.parse().unwrap())],
            asked: &MailParameters::default(),
            body: &Body::new(body.as_bytes()),
        };
        let found = obstacle(offered, &handover).map(|reply| reply.status());
        assert_eq!(found.as_deref(), status, "{to} {body}");
    }

    #[test]
    fn a_message_the_hop_cannot_carry_is_refused_before_it_is_offered() {
        let none = Capabilities::default();
        check_obstacle(&none, "a@b.example", "A: b\r\n\r\nplain", None);
        check_obstacle(&none, "a@b.example", "A: b\r\n\r\ncafé", Some("5.6.3"));
        check_obstacle(&none, "jürgen@b.example", "A: b\r\n\r\nx", Some("5.6.7"));
        check_obstacle(&none, "a@bücher.example", "A: b\r\n\r\nx", None);
        check_obstacle(&everything(), "jürgen@b.example", "A: b\r\n\r\ncafé", None);
        let long = "x".repeat(200);
        check_obstacle(&everything(), "a@b.example", &long, Some("5.3.4"));
    }
}
