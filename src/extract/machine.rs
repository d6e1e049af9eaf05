//! What programs attach for programs: signatures, keys, delivery reports.
//!
//! Those that are text are read like any other; none is a gap.

use crate::extract::charset;
use crate::extract::cms;
use crate::extract::content::{FileKind, Place};
use crate::extract::formats::{Format, Probe};
use crate::extract::plain;
use crate::extract::reader::{File, Reader};

/// By declared type, by their first words, by the shape of a detached signature.
pub(super) const FORMAT: Format = Format {
    name: "machine",
    kind: FileKind::Machine,
    recognises,
    read: |file, reader| {
        read(file, reader);
        Ok(())
    },
};

const TYPES: [&str; 11] = [
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
    "application/pgp-keys",
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
        &b"-----BEGIN PGP SIGNATURE"[..],
        b"-----BEGIN PGP PUBLIC KEY",
    ];
    let head = probe.bytes.trim_ascii_start();
    let declared = TYPES.contains(&probe.media_type)
        && (plain::is_text(probe.bytes) || cms::is_detached(probe.bytes));
    declared
        || probe.extension == "p7s" && cms::is_detached(probe.bytes)
        || begins.iter().any(|start| head.starts_with(start))
}

fn read(file: &File<'_>, reader: &mut Reader<'_>) {
    if plain::is_text(file.bytes) {
        let text = charset::decode(file.bytes, file.charset);
        reader.text(&file.origin, Place::Attachment, file.visible, text);
    }
}
