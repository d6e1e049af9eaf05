//! The second, lenient reading: what a part or the space between parts holds besides what the header says.
//!
//! Ordinary mail has plenty of it: preambles, list footers, pasted source. That is read and is no gap.
//! Two readings disagree only where programs would show different things; see [`Found::disagrees`].

use crate::parse::decode::{self, Encoding};
use crate::parse::media::Media;

/// Something the first reading did not show.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// The octets.
    pub(super) bytes: Vec<u8>,
    /// The file name, where it has one.
    pub(super) name: Option<String>,
    /// Whether a mail program could show this instead of the first reading.
    pub(super) disagrees: bool,
}

/// The content of a leaf: as its header says, and what else is in it.
pub(super) fn both_readings(body: &[u8], media: &Media) -> (Vec<u8>, Vec<Found>) {
    let encoding = media
        .encodings
        .first()
        .copied()
        .unwrap_or(Encoding::Identity);
    let (first, mut found) = match encoding {
        Encoding::Identity | Encoding::Unknown => (body.to_vec(), besides(body)),
        Encoding::Base64 => as_base64(body),
        Encoding::QuotedPrintable => (decode::quoted_printable(body), whole_base64(body)),
        Encoding::Uuencode => as_uuencode(body),
    };
    for other in media.encodings.iter().skip(1) {
        found.push(found_as(*other, body));
    }
    (first, found)
}

/// What is hidden in text that has no transfer encoding of its own.
pub(super) fn besides(body: &[u8]) -> Vec<Found> {
    let mut found: Vec<Found> = decode::uuencoded(body)
        .into_iter()
        .map(|file| Found {
            bytes: file.bytes,
            name: Some(file.name),
            disagrees: false,
        })
        .collect();
    found.extend(base64_runs(body));
    found.extend(escaped(body));
    found
}

fn as_base64(body: &[u8]) -> (Vec<u8>, Vec<Found>) {
    let undone = decode::base64(body);
    let mostly_prose = undone.between.len() * 2 > body.len();
    let found = (!undone.between.trim_ascii().is_empty()).then_some(Found {
        bytes: undone.between,
        name: None,
        disagrees: mostly_prose,
    });
    let unreadable_text = body.len() < 200 && !means_something(&undone.decoded);
    let raw = (unreadable_text && found.is_none()).then(|| Found {
        bytes: body.to_vec(),
        name: None,
        disagrees: false,
    });
    (undone.decoded, found.into_iter().chain(raw).collect())
}

fn as_uuencode(body: &[u8]) -> (Vec<u8>, Vec<Found>) {
    let mut files = decode::uuencoded(body).into_iter();
    match files.next() {
        Some(first) => {
            let rest = files.map(|file| Found {
                bytes: file.bytes,
                name: Some(file.name),
                disagrees: false,
            });
            (first.bytes, rest.collect())
        }
        None => (body.to_vec(), besides(body)),
    }
}

fn found_as(encoding: Encoding, body: &[u8]) -> Found {
    let bytes = match encoding {
        Encoding::Identity | Encoding::Unknown => body.to_vec(),
        Encoding::Base64 => decode::base64(body).decoded,
        Encoding::QuotedPrintable => decode::quoted_printable(body),
        Encoding::Uuencode => as_uuencode(body).0,
    };
    Found {
        bytes,
        name: None,
        disagrees: true,
    }
}

/// A body that says it is quoted-printable and is base64 throughout.
fn whole_base64(body: &[u8]) -> Vec<Found> {
    let mut found = base64_runs(body);
    found.retain(|one| one.disagrees);
    found
}

/// Runs of base64 lines that decode to text or to a file of a known kind.
fn base64_runs(body: &[u8]) -> Vec<Found> {
    let mut found = Vec::new();
    let mut run: Vec<u8> = Vec::new();
    let lines = body.split(|octet| *octet == b'\n').map(<[u8]>::trim_ascii);
    for line in lines.chain(std::iter::once(&b""[..])) {
        if is_base64_line(line) {
            run.extend_from_slice(line);
            continue;
        }
        if run.len() >= 60 {
            let bytes = decode::base64(&run).decoded;
            if means_something(&bytes) {
                let disagrees = run.len() * 10 > body.trim_ascii().len() * 9;
                found.push(Found {
                    bytes,
                    name: None,
                    disagrees,
                });
            }
        }
        run.clear();
    }
    found
}

fn is_base64_line(line: &[u8]) -> bool {
    let digits = line
        .strip_suffix(b"==")
        .or_else(|| line.strip_suffix(b"="))
        .unwrap_or(line);
    line.len() >= 4
        && line.len().is_multiple_of(4)
        && digits.iter().all(|octet| decode::sextet(*octet).is_some())
}

/// Whether decoded octets are text, or begin like a document or archive: not the inside of a key or signature.
fn means_something(bytes: &[u8]) -> bool {
    const MAGIC: [&[u8]; 6] = [
        b"PK\x03\x04",
        b"%PDF",
        b"\xd0\xcf\x11\xe0",
        b"Rar!",
        b"7z\xbc\xaf",
        b"\x1f\x8b",
    ];
    let head = bytes.get(..bytes.len().min(2_048)).unwrap_or_default();
    let readable = |octet: &&u8| octet.is_ascii_graphic() || octet.is_ascii_whitespace();
    let text = head.iter().filter(readable).count() * 10 >= head.len() * 9;
    text && !bytes.is_empty() || MAGIC.iter().any(|magic| bytes.starts_with(magic))
}

/// Text full of escaped letters that nobody escapes by need: quoted-printable without saying so.
fn escaped(body: &[u8]) -> Option<Found> {
    let needless = body
        .windows(3)
        .filter(|window| matches!(window, [b'=', b'3'..=b'7', low] if low.is_ascii_hexdigit()))
        .filter(|window| *window != b"=3D" && *window != b"=3d")
        .count();
    let words = body.trim_ascii().len();
    (needless >= 8 && needless * 3 * 4 > words).then(|| Found {
        bytes: decode::quoted_printable(body),
        name: None,
        disagrees: true,
    })
}

/// Whether octets outside every part look like a part that some program would show: it has media fields.
pub(super) fn is_hidden_part(piece: &[u8]) -> bool {
    piece.split(|octet| *octet == b'\n').any(|line| {
        let name = line.get(..13).unwrap_or_default();
        name.eq_ignore_ascii_case(b"content-type:")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(encodings: &[Encoding], body: &str, first: &str, second: &[(&str, bool)]) {
        let media = Media {
            encodings: encodings.to_vec(),
            ..Media::default()
        };
        let (bytes, found) = both_readings(body.as_bytes(), &media);
        assert_eq!(String::from_utf8_lossy(&bytes), first, "{body}");
        let found: Vec<(String, bool)> = found
            .iter()
            .map(|one| {
                (
                    String::from_utf8_lossy(&one.bytes).into_owned(),
                    one.disagrees,
                )
            })
            .collect();
        let second: Vec<(String, bool)> =
            second.iter().map(|(t, d)| ((*t).to_owned(), *d)).collect();
        assert_eq!(found, second, "{body}");
    }

    const LIST: &str = "Amelia Thornton, Year 4, and everybody else in her class";
    const LIST_64: &str =
        "QW1lbGlhIFRob3JudG9uLCBZZWFyIDQsIGFuZCBldmVyeWJvZHkgZWxzZSBpbiBoZXIgY2xhc3M=";

    #[test]
    fn ordinary_content_has_one_reading() {
        check(&[], LIST, LIST, &[]);
        check(&[Encoding::Base64], LIST_64, LIST, &[]);
        check(&[Encoding::QuotedPrintable], "a=3Db", "a=b", &[]);
        check(
            &[],
            "pasted =3D source =20\nwith = signs",
            "pasted =3D source =20\nwith = signs",
            &[],
        );
    }

    #[test]
    fn base64_without_its_header_is_read_and_disagrees() {
        check(&[], LIST_64, LIST_64, &[(LIST, true)]);
        check(
            &[Encoding::QuotedPrintable],
            LIST_64,
            LIST_64.trim_end_matches('x'),
            &[(LIST, true)],
        );
        let pasted = format!("{}\n{LIST_64}\nand so on", "see below ".repeat(9));
        check(&[], &pasted, &pasted, &[(LIST, false)]);
    }

    #[test]
    fn text_that_claims_to_be_base64_is_read_and_disagrees() {
        let text = "Dear all, here is the list.";
        let media = Media {
            encodings: vec![Encoding::Base64],
            ..Media::default()
        };
        let (_, found) = both_readings(text.as_bytes(), &media);
        assert_eq!(
            (found[0].bytes.as_slice(), found[0].disagrees),
            (text.as_bytes(), true)
        );
    }

    #[test]
    fn two_encodings_are_two_readings() {
        check(
            &[Encoding::Identity, Encoding::Base64],
            LIST_64,
            LIST_64,
            &[(LIST, true), (LIST, true)],
        );
    }
}
