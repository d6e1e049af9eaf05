//! Content that needs a key: OpenPGP, S/MIME, age, protected Office documents, rights-managed mail, password stores.
//!
//! Only told apart, never opened. Signed content is not sealed; its text is read elsewhere.

use crate::extract::content::FileKind;
use crate::extract::formats::{Format, Probe};
use crate::mail::gap::GapReason;

/// Any of them.
pub(super) const FORMAT: Format = Format {
    name: "sealed",
    kind: FileKind::Unknown,
    recognises: |probe: &Probe<'_>| {
        is_sealed(probe.bytes) || probe.media_type == "application/pgp-encrypted"
    },
    read: |_, _| Err(GapReason::Encrypted),
};

/// Whether the octets are ciphertext of a known kind.
pub(super) fn is_sealed(bytes: &[u8]) -> bool {
    const MAGIC: [&[u8]; 5] = [
        b"age-encryption.org/v1",
        b"-----BEGIN AGE ENCRYPTED FILE-----",
        b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5",
        b"\x76\xe8\x04\x60\xc4\x11\xe3\x86",
        b"Salted__",
    ];
    MAGIC.iter().any(|magic| bytes.starts_with(magic))
        || is_armoured(bytes)
        || is_openpgp(bytes)
        || is_enveloped(bytes)
        || is_protected_office(bytes)
}

/// `-----BEGIN PGP MESSAGE-----` on a line of its own (RFC 9580 section 6.2).
pub(super) fn is_armoured(bytes: &[u8]) -> bool {
    let marks = memchr::memmem::find_iter(bytes, b"-----BEGIN PGP MESSAGE-----");
    marks.into_iter().any(|at| {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        before.is_none_or(|octet| *octet == b'\n')
    })
}

/// A packet of an encrypted session key comes first (RFC 9580 sections 5.1 and 5.3).
fn is_openpgp(bytes: &[u8]) -> bool {
    let (tag, rest) = match bytes {
        [first @ 0xc0..=0xff, rest @ ..] => (first & 0x3f, rest),
        [first @ 0x80..=0xbf, rest @ ..] => (first >> 2 & 0x0f, rest),
        _ => return false,
    };
    let old = bytes.first().is_some_and(|first| *first < 0xc0);
    let length = match (
        old,
        bytes.first().map_or(0, |first| first & 3),
        rest.first(),
    ) {
        (true, 1, _) | (false, _, Some(192..=223)) => 2,
        (true, 2, _) => 4,
        (false, _, Some(255)) => 5,
        _ => 1,
    };
    let cipher = rest.get(length + 1).copied().unwrap_or_default();
    match (tag, rest.get(length)) {
        (1, Some(3 | 6)) | (3, Some(6)) => bytes.len() > 64,
        (3, Some(4 | 5)) => (1..=13).contains(&cipher) && bytes.len() > 16,
        _ => false,
    }
}

/// Enveloped, encrypted or authenticated-enveloped data of CMS (RFC 5652, RFC 5083), in DER or BER.
fn is_enveloped(bytes: &[u8]) -> bool {
    const TYPES: [&[u8]; 3] = [
        b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03",
        b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06",
        b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17",
    ];
    let head = bytes.get(..bytes.len().min(24)).unwrap_or_default();
    let content_type = head
        .iter()
        .position(|octet| *octet == 6)
        .and_then(|at| head.get(at..));
    bytes.first() == Some(&0x30)
        && content_type.is_some_and(|at| TYPES.iter().any(|kind| at.starts_with(kind)))
}

/// A compound file with the stream `EncryptedPackage` (MS-OFFCRYPTO section 2.3.4).
fn is_protected_office(bytes: &[u8]) -> bool {
    let name: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    bytes.starts_with(b"\xd0\xcf\x11\xe0") && memchr::memmem::find(bytes, &name).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ciphertext_is_told_from_signatures_and_text() {
        let mut symmetric = b"\x8c\x0d\x04\x09\x03\x02".to_vec();
        symmetric.extend_from_slice(&[7; 40]);
        for (bytes, sealed) in [
            (&b"-----BEGIN PGP MESSAGE-----\n\nhQEM"[..], true),
            (b"text before\n-----BEGIN PGP MESSAGE-----\n", true),
            (b"write -----BEGIN PGP MESSAGE----- like this", false),
            (b"-----BEGIN PGP SIGNATURE-----\n", false),
            (b"age-encryption.org/v1\n-> X25519", true),
            (
                b"\x30\x82\x01\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0",
                true,
            ),
            (
                b"\x30\x82\x01\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0",
                false,
            ),
            (&symmetric, true),
            (b"\xd0\xcf\x11\xe0 an old document", false),
            (b"Dear all", false),
            (b"", false),
        ] {
            assert_eq!(is_sealed(bytes), sealed, "{bytes:?}");
        }
    }
}
