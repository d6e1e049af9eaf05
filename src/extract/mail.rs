//! Attached messages (RFC 5322): taken apart again and read like the message around them.

use crate::extract::content::FileKind;
use crate::extract::formats::{Format, Probe};
use crate::extract::letter;
use crate::extract::reader::{File, Reader};
use crate::parse;

/// Declared as a message, or a header block that no other text begins with.
pub(super) const FORMAT: Format = Format {
    name: "message",
    kind: FileKind::Message,
    recognises,
    read: |file, reader| {
        read(file, reader);
        Ok(())
    },
};

fn recognises(probe: &Probe<'_>) -> bool {
    let declared = ["message/rfc822", "message/global", "message/news"].contains(&probe.media_type);
    declared || probe.extension == "eml" || begins_like_mail(probe.head(4_096))
}

/// At least three fields that every message has, before anything else.
fn begins_like_mail(head: &[u8]) -> bool {
    let names = [
        "received",
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "mime-version",
        "return-path",
    ];
    let fields = head
        .split(|octet| *octet == b'\n')
        .take_while(|line| !line.trim_ascii().is_empty())
        .filter(|line| {
            let name = line
                .split(|octet| *octet == b':')
                .next()
                .unwrap_or_default();
            names
                .iter()
                .any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
        });
    head.first().is_some_and(u8::is_ascii_alphabetic) && fields.count() >= 3
}

fn read(file: &File<'_>, reader: &mut Reader<'_>) {
    let message = parse::message(file.bytes, reader.limits);
    letter::read(&message, Some(&file.origin), reader);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_known_by_its_first_fields() {
        assert!(begins_like_mail(
            b"Received: x\r\nFrom: a@x.example\r\nSubject: s\r\n\r\ntext"
        ));
        assert!(!begins_like_mail(
            b"From: the office\r\nPlease note\r\n\r\nTo: all\r\nDate: today"
        ));
    }
}
