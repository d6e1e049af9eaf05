//! What programs attach for programs: signatures, keys, delivery reports, calendar entries, calling cards.
//!
//! Those that are text are read like any other; none is a gap.

use crate::extract::charset;
use crate::extract::content::{FileKind, Place};
use crate::extract::formats::{Format, Probe};
use crate::extract::plain;
use crate::extract::reader::{File, Reader};

/// By declared type, by the first words of a calendar or card, by the shape of a detached signature.
pub(super) const FORMAT: Format = Format {
    name: "machine",
    kind: FileKind::Machine,
    recognises,
    read: |file, reader| {
        read(file, reader);
        Ok(())
    },
};

const TYPES: [&str; 13] = [
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
    "application/pgp-keys",
    "text/calendar",
    "text/x-vcalendar",
    "message/delivery-status",
    "message/global-delivery-status",
    "message/disposition-notification",
    "message/feedback-report",
    "message/tracking-status",
    "text/rfc822-headers",
    "message/global-headers",
];

fn recognises(probe: &Probe<'_>) -> bool {
    let begins = [
        &b"BEGIN:VCALENDAR"[..],
        b"-----BEGIN PGP SIGNATURE",
        b"-----BEGIN PGP PUBLIC KEY",
    ];
    let head = probe.bytes.trim_ascii_start();
    let declared = TYPES.contains(&probe.media_type)
        && (plain::is_text(probe.bytes) || is_signed_data(probe.bytes));
    declared
        || probe.extension == "p7s" && is_signed_data(probe.bytes)
        || begins.iter().any(|start| head.starts_with(start))
}

/// A CMS signature (RFC 5652 section 5.1): small, and of the type signed-data.
fn is_signed_data(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(24)).unwrap_or_default();
    let signed = memchr::memmem::find(head, b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02");
    bytes.first() == Some(&0x30) && signed.is_some() && bytes.len() < 64 * 1024
}

fn read(file: &File<'_>, reader: &mut Reader<'_>) {
    if plain::is_text(file.bytes) {
        let text = plain::unfolded(&charset::decode(file.bytes, file.charset));
        reader.text(&file.origin, Place::Attachment, file.visible, text);
    }
}
