//! Content that needs a key: OpenPGP, S/MIME, age, protected Office documents, rights-managed mail, password stores.
//!
//! Only told apart, never opened. Signed content is not sealed; its text is read elsewhere.

use crate::extract::cms;
use crate::extract::content::FileKind;
use crate::extract::formats::{Format, Probe};
use crate::extract::ole;
use crate::mail::gap::GapReason;
use crate::mail::lock::Lock;

/// Any of them.
pub(super) const FORMAT: Format = Format {
    name: "sealed",
    kind: FileKind::Unknown,
    recognises: |probe: &Probe<'_>| {
        lock(probe.bytes).is_some() || probe.media_type == "application/pgp-encrypted"
    },
    read: |file, _| {
        Err(GapReason::Encrypted(
            lock(file.bytes).unwrap_or(Lock::OpenPgp),
        ))
    },
};

/// First octets of ciphertext: age, then `KeePass`, rights-managed mail, `AxCrypt` and `openssl enc`.
const MAGIC: [(&[u8], Lock); 6] = [
    (b"age-encryption.org/v1", Lock::Age),
    (b"-----BEGIN AGE ENCRYPTED FILE-----", Lock::Age),
    (b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5", Lock::Other),
    (b"\x76\xe8\x04\x60\xc4\x11\xe3\x86", Lock::Rights),
    (b"\xc0\xb9\x07\x2e\x4f\x93\xf1\x46", Lock::Other),
    (b"Salted__", Lock::Other),
];

/// How the octets are locked, where they are ciphertext of a known kind.
pub(super) fn lock(bytes: &[u8]) -> Option<Lock> {
    let known = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic));
    if let Some((_, lock)) = known {
        return Some(*lock);
    }
    if is_armoured(bytes) || is_openpgp(bytes) {
        return Some(Lock::OpenPgp);
    }
    if cms::unarmoured(bytes).is_some_and(|der| is_enveloped(&der)) {
        return Some(Lock::Smime);
    }
    ole::shell_lock(bytes)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ciphertext_is_told_from_signatures_and_text() {
        let mut symmetric = b"\x8c\x0d\x04\x09\x03\x02".to_vec();
        symmetric.extend_from_slice(&[7; 40]);
        for (bytes, sealed) in [
            (
                &b"-----BEGIN PGP MESSAGE-----\n\nhQEM"[..],
                Some(Lock::OpenPgp),
            ),
            (
                b"text before\n-----BEGIN PGP MESSAGE-----\n",
                Some(Lock::OpenPgp),
            ),
            (b"write -----BEGIN PGP MESSAGE----- like this", None),
            (b"-----BEGIN PGP SIGNATURE-----\n", None),
            (b"age-encryption.org/v1\n-> X25519", Some(Lock::Age)),
            (
                b"\x30\x82\x01\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0",
                Some(Lock::Smime),
            ),
            (
                b"\x30\x82\x01\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0",
                None,
            ),
            (&symmetric, Some(Lock::OpenPgp)),
            (b"\xd0\xcf\x11\xe0 an old document", None),
            (b"Dear all", None),
            (b"", None),
        ] {
            assert_eq!(lock(bytes), sealed, "{bytes:?}");
        }
    }
}
