//! Signed and compressed content of CMS (RFC 5652, RFC 3274), opened: `smime.p7m` that only signs.
//!
//! Signatures are not verified. What is encrypted is `sealed`'s.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::extract::content::FileKind;
use crate::extract::formats::{Format, Probe};
use crate::extract::letter;
use crate::extract::reader::{File, Reader};
use crate::mail::gap::GapReason;
use crate::parse;

/// Signed-data or compressed-data, in DER, BER or PEM.
pub(super) const FORMAT: Format = Format {
    name: "cms",
    kind: FileKind::Message,
    recognises: |probe: &Probe<'_>| {
        unarmoured(probe.bytes).is_some_and(|bytes| kind(&bytes).is_some())
    },
    read,
};

/// The last octets of the types signed-data and compressed-data.
const SIGNED: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
const COMPRESSED: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09";

/// What a value is built of deeper than this is no message.
const DEEPEST: usize = 16;

fn read(file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let bytes = unarmoured(file.bytes).ok_or(GapReason::Corrupt)?;
    let content = match content(&bytes).ok_or(GapReason::Corrupt)? {
        (SIGNED, content) => content,
        (_, packed) => reader
            .budget
            .expand(flate2::read::ZlibDecoder::new(packed.as_slice()))?,
    };
    // A detached signature and a bag of certificates have none.
    if content.is_empty() {
        return Ok(());
    }
    reader.budget.spend(content.len())?;
    let message = parse::message(&content, reader.limits);
    letter::read(&message, Some(&file.origin), reader);
    Ok(())
}

/// Whether it is a signature of what stands elsewhere: the content is named by its type only.
///
/// That stands before certificates and signatures, and is so of a file that breaks off after it.
pub(super) fn is_detached(bytes: &[u8]) -> bool {
    encapsulated(bytes).is_some_and(|(length, content)| {
        let kind = Value::take(content, 0).filter(|(kind, _)| kind.tag == 6);
        kind.is_some_and(|(_, rest)| match length {
            Some(length) => content.len() - rest.len() == length,
            None => rest.starts_with(&[0, 0]),
        })
    })
}

/// What is signed, from its length on (RFC 5652 section 5.2): it follows the version and the algorithms.
fn encapsulated(bytes: &[u8]) -> Option<(Option<usize>, &[u8])> {
    let (_, info) = header(bytes, 0x30)?;
    let (kind, wrapped) = Value::take(info, 0)?;
    let (_, data) = header(wrapped, 0xa0).filter(|_| kind.body == SIGNED)?;
    let (_, version) = header(data, 0x30)?;
    let (_, algorithms) = Value::take(version, 0)?;
    let (_, content) = Value::take(algorithms, 0)?;
    header(content, 0x30)
}

/// The length of a value with this tag, where it is said, and what follows.
fn header(bytes: &[u8], tag: u8) -> Option<(Option<usize>, &[u8])> {
    let (&first, rest) = bytes.strip_prefix(&[tag])?.split_first()?;
    match first {
        0x80 => Some((None, rest)),
        0..0x80 => Some((Some(usize::from(first)), rest)),
        _ => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            let length = digits.iter().try_fold(0_usize, |length, digit| {
                length.checked_mul(256)?.checked_add(usize::from(*digit))
            })?;
            Some((Some(length), rest))
        }
    }
}

/// The octets themselves, out of PEM where they are in it (RFC 7468).
pub(super) fn unarmoured(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    if bytes.first() == Some(&0x30) {
        return Some(Cow::Borrowed(bytes));
    }
    let text = bytes.trim_ascii_start();
    let armoured = [&b"-----BEGIN PKCS7-----"[..], b"-----BEGIN CMS-----"];
    armoured.iter().find(|start| text.starts_with(start))?;
    let lines = text.split(|octet| *octet == b'\n').skip(1);
    let body: Vec<u8> = lines
        .take_while(|line| !line.starts_with(b"-----"))
        .flat_map(<[u8]>::trim_ascii)
        .copied()
        .collect();
    STANDARD.decode(body).ok().map(Cow::Owned)
}

/// The type of a content-info, where it is one that can be opened.
fn kind(bytes: &[u8]) -> Option<&'static [u8]> {
    let info = Value::first(bytes, 0x30)?;
    let kind = Value::first(info.body, 6)?;
    [SIGNED, COMPRESSED]
        .into_iter()
        .find(|known| *known == kind.body)
}

/// The type, and the content inside (RFC 5652 section 5.1, RFC 3274 section 1.1).
fn content(bytes: &[u8]) -> Option<(&'static [u8], Vec<u8>)> {
    let kind = kind(bytes)?;
    let info = Value::first(bytes, 0x30)?;
    let wrapped = info.children().nth(1)?;
    let data = wrapped.children().next()?;
    // version, algorithms, then the content: a sequence of its type and the octets, which may be absent.
    let encapsulated = data.children().nth(2)?;
    let octets = encapsulated
        .children()
        .nth(1)
        .map(|explicit| explicit.octets(0))
        .unwrap_or_default();
    Some((kind, octets))
}

/// A value of BER (X.690 section 8.1): its tag and its body.
struct Value<'a> {
    tag: u8,
    body: &'a [u8],
}

impl<'a> Value<'a> {
    /// The first value, if it has this tag.
    fn first(bytes: &'a [u8], tag: u8) -> Option<Self> {
        Self::take(bytes, 0)
            .map(|(value, _)| value)
            .filter(|value| value.tag == tag)
    }

    /// The first value and what follows it; one of indefinite length ends with two NULs.
    fn take(bytes: &'a [u8], depth: usize) -> Option<(Self, &'a [u8])> {
        let tag = *bytes.first()?;
        let (length, rest) = header(bytes, tag)?;
        let Some(length) = length else {
            let length = indefinite(rest, depth)?;
            let (body, rest) = rest.split_at_checked(length)?;
            return Some((Self { tag, body }, rest.get(2..)?));
        };
        // What was cut off is read as far as it goes.
        let (body, rest) = rest.split_at_checked(length.min(rest.len()))?;
        Some((Self { tag, body }, rest))
    }

    fn children(&self) -> impl Iterator<Item = Value<'a>> + use<'a> {
        let mut rest = self.body;
        std::iter::from_fn(move || {
            let (value, after) = Value::take(rest, 0)?;
            rest = after;
            Some(value)
        })
    }

    /// The octets of a string, put together from its pieces.
    fn octets(&self, depth: usize) -> Vec<u8> {
        if self.tag & 0x20 == 0 || depth > DEEPEST {
            return self.body.to_vec();
        }
        self.children()
            .flat_map(|piece| piece.octets(depth + 1))
            .collect()
    }
}

/// How long the values before the end mark are.
fn indefinite(bytes: &[u8], depth: usize) -> Option<usize> {
    if depth > DEEPEST {
        return None;
    }
    let mut rest = bytes;
    while !rest.starts_with(&[0, 0]) {
        (_, rest) = Value::take(rest, depth + 1)?;
    }
    Some(bytes.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_message_is_opened_in_both_lengths() {
        let definite = b"\x30\x20\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x13\x30\x11\x02\x01\x01\x31\x00\x30\x0a\x06\x01\x2a\xa0\x05\x04\x03abc";
        assert_eq!(content(definite), Some((SIGNED, b"abc".to_vec())));
        let indefinite = b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x30\x80\x02\x01\x01\x31\x00\x30\x80\x06\x01\x2a\xa0\x80\x24\x80\x04\x01a\x04\x02bc\0\0\0\0\0\0\0\0\0\0\0\0";
        assert_eq!(content(indefinite), Some((SIGNED, b"abc".to_vec())));
        assert_eq!(kind(b"\x30\x03\x06\x01\x2a"), None);
    }

    #[test]
    fn a_detached_signature_may_break_off() {
        let signed = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
        let data = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
        let definite = [
            b"\x30\x82\x10\0",
            &signed[..],
            b"\xa0\x82\x10\0\x30\x82\x10\0\x02\x01\x01\x31\0\x30\x0b",
            data,
        ]
        .concat();
        let open = [
            b"\x30\x80",
            &signed[..],
            b"\xa0\x80\x30\x80\x02\x01\x01\x31\0\x30\x80",
            data,
        ]
        .concat();
        for (bytes, detached) in [
            (definite.clone(), true),
            ([&open[..], b"\0\0\xa0\x80\x30\x82"].concat(), true),
            ([&open[..], b"\xa0\x80\x24\x80\x04\x03abc"].concat(), false),
            (open, false),
            (definite[..definite.len() - 1].to_vec(), false),
        ] {
            assert_eq!(is_detached(&bytes), detached, "{bytes:x?}");
        }
    }

    #[test]
    fn values_in_values_without_end_take_no_stack() {
        let deep = b"\x30\x80".repeat(100_000);
        assert!(content(&deep).is_none());
    }
}
