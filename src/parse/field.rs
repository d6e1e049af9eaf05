//! A header block cut into fields (RFC 5322 section 2.2), and the grammar of single fields by `mail-parser`.
//!
//! Lines may end in CRLF or LF. A block that ends without an empty line ends at the first line that is no field.

use std::ops::Range;

use mail_parser::parsers::MessageStream;
use mail_parser::{ContentType, HeaderValue};
use memchr::memmem;

use crate::limits::Limits;
use crate::mail::address::Address;
use crate::parse::message::Mailbox;

/// The fields of one header block.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// Fields in order.
    pub(super) fields: Vec<RawField>,
    /// Where the body begins.
    pub(super) body: usize,
    /// Lines that stand among the fields and are none.
    pub(super) strays: Vec<Range<usize>>,
    /// Whether the block goes on beyond the limit; the rest is in `strays`.
    pub(super) cut: bool,
}

/// One field as it stands, unfolded.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RawField {
    /// Name as written.
    pub(super) name: String,
    /// Octets after the colon, line ends of folding removed, without white space around.
    pub(super) value: Vec<u8>,
}

impl Block {
    /// Cuts the block that begins at `start`; a line for which `ends` holds belongs to the body.
    pub(super) fn read(
        raw: &[u8],
        start: usize,
        limits: &Limits,
        ends: impl Fn(&[u8]) -> bool,
    ) -> Self {
        let mut block = Self {
            body: raw.len(),
            ..Self::default()
        };
        let mut at = start;
        while let Some((line, next)) = line_at(raw, at) {
            if line.is_empty() || ends(line) {
                block.body = if line.is_empty() { next } else { at };
                return block;
            }
            block.cut |=
                block.fields.len() >= limits.header_fields || at - start >= limits.header_block;
            let taken = !block.cut && (block.take(line) || is_mailbox_separator(line));
            if !taken {
                let field_follows = line_at(raw, next)
                    .is_some_and(|(line, _)| line.is_empty() || split_name(line).is_some());
                if !block.cut && !field_follows {
                    block.body = at;
                    return block;
                }
                block.add_stray(at..next);
            }
            at = next;
        }
        block
    }

    /// Neighbouring lines are one piece.
    fn add_stray(&mut self, range: Range<usize>) {
        match self.strays.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            Some(_) | None => self.strays.push(range),
        }
    }

    /// Takes a line as a field or as the continuation of one.
    fn take(&mut self, line: &[u8]) -> bool {
        if let [b' ' | b'\t', ..] = line {
            return match self.fields.last_mut() {
                Some(field) => {
                    field.value.push(b' ');
                    field.value.extend_from_slice(line.trim_ascii());
                    true
                }
                None => false,
            };
        }
        let Some((name, value)) = split_name(line) else {
            return false;
        };
        self.fields.push(RawField {
            name: String::from_utf8_lossy(name).into_owned(),
            value: value.trim_ascii().to_vec(),
        });
        true
    }

    /// Values of every field of this name, case ignored, in order.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.fields
            .iter()
            .filter(move |field| field.name.eq_ignore_ascii_case(name))
            .map(|field| field.value.as_slice())
    }
}

/// The line that begins at `at` without its end, and where the next one begins.
fn line_at(raw: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let rest = raw.get(at..).filter(|rest| !rest.is_empty())?;
    let end = memchr::memchr(b'\n', rest);
    let line = rest.get(..end.unwrap_or(rest.len()))?;
    let next = end.map_or(raw.len(), |end| at + end + 1);
    Some((line.strip_suffix(b"\r").unwrap_or(line), next))
}

/// `From ` and `>From ` lines that mailbox files and old relays leave above or between fields.
fn is_mailbox_separator(line: &[u8]) -> bool {
    line.starts_with(b"From ") || line.starts_with(b">From ")
}

fn split_name(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = line.iter().position(|octet| *octet == b':')?;
    let (name, value) = line.split_at_checked(colon)?;
    let name = name.trim_ascii_end();
    let is_name = !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
    is_name.then_some((name, value.get(1..)?))
}

/// The text of an unstructured field, encoded words decoded (RFC 2047).
///
/// Octets outside ASCII that are no UTF-8 are taken for windows-1252, as mail programs do.
pub(super) fn text(value: &[u8]) -> String {
    if !value.is_ascii() && std::str::from_utf8(value).is_err() {
        return text(encoding_rs::WINDOWS_1252.decode(value).0.as_bytes());
    }
    if !value.windows(2).any(|pair| pair == b"=?") {
        return String::from_utf8_lossy(value).into_owned();
    }
    match MessageStream::new(&closed(value)).parse_unstructured() {
        HeaderValue::Text(text) => text.into_owned(),
        _ => String::from_utf8_lossy(value).into_owned(),
    }
}

/// The mailboxes of an address field, groups opened, display names decoded.
pub(super) fn mailboxes(value: &[u8]) -> Vec<Mailbox> {
    match MessageStream::new(&closed(value)).parse_address() {
        HeaderValue::Address(addresses) => addresses
            .iter()
            .map(|one| Mailbox {
                name: one.name().map(str::to_owned),
                address: one.address().and_then(|text| text.parse::<Address>().ok()),
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// A field of the form `value; parameter=…`, parameters decoded (RFC 2045, RFC 2231, RFC 2047 in quotes).
pub(super) fn parameterised(value: &[u8]) -> Option<ContentType<'static>> {
    match MessageStream::new(&closed(value))
        .parse_content_type()
        .into_owned()
    {
        HeaderValue::ContentType(content) => Some(content),
        _ => None,
    }
}

/// The parsers of `mail-parser` end a field at its line end.
fn closed(value: &[u8]) -> Vec<u8> {
    let mut line = if value.len() > SHORT {
        without_endless_words(value)
    } else {
        value.to_vec()
    };
    line.push(b'\n');
    line
}

/// A field up to this length is read as it is.
const SHORT: usize = 4 * 1024;
/// The longest encoded word in a longer field; RFC 2047 section 2 has 75.
const WORD: usize = 1024;

/// The same with what begins like an encoded word and does not end like one spoilt at its beginning.
///
/// `mail-parser` looks for the end of each such word to the end of the field, which takes quadratic time.
fn without_endless_words(value: &[u8]) -> Vec<u8> {
    let mut tamed = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some(start) = memmem::find(rest, b"=?") {
        let (before, word) = rest.split_at_checked(start).unwrap_or((rest, &[]));
        tamed.extend_from_slice(before);
        let near = word.get(..WORD.min(word.len())).unwrap_or_default();
        let length = word_length(near);
        if let Some((word, after)) = length.and_then(|length| word.split_at_checked(length)) {
            tamed.extend_from_slice(word);
            rest = after;
        } else {
            tamed.extend_from_slice(b"=??");
            rest = word.get(2..).unwrap_or_default();
        }
    }
    tamed.extend_from_slice(rest);
    tamed
}

/// The length of the encoded word that `text` begins with: `=?charset?encoding?text?=`.
fn word_length(text: &[u8]) -> Option<usize> {
    let charset = 2 + memchr::memchr(b'?', text.get(2..)?)?;
    let content = charset + 3;
    let end = content + memmem::find(text.get(content..)?, b"?=")?;
    Some(end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(raw: &str) -> Block {
        let limits = Limits {
            header_fields: 10,
            ..Limits::default()
        };
        Block::read(raw.as_bytes(), 0, &limits, |_| false)
    }

    #[test]
    fn a_block_ends_at_an_empty_line_or_where_no_field_follows() {
        for (raw, fields, body) in [
            ("A: 1\r\nB: 2\r\n 3\r\n\r\ntext", 2, "text"),
            ("A: 1\nB: 2\n\ntext", 2, "text"),
            ("From me Mon\nA: 1\n\ntext", 1, "text"),
            (
                "A: 1\ntext without an empty line\nmore",
                1,
                "text without an empty line\nmore",
            ),
            ("A: 1\nbroken line\nB: 2\n\ntext", 2, "text"),
            ("\ntext", 0, "text"),
            ("A: 1", 1, ""),
        ] {
            let block = block(raw);
            assert_eq!(block.fields.len(), fields, "{raw:?}");
            assert_eq!(&raw[block.body..], body, "{raw:?}");
        }
    }

    #[test]
    fn fields_are_unfolded_and_decoded() {
        let block = block("Subject: =?utf-8?Q?Zo=C3=AB?=\r\n =?utf-8?Q?_Reed?=\r\n\r\n");
        let value = block.all("subject").next().unwrap();
        assert_eq!(text(value), "Zoë Reed");
    }

    #[test]
    fn an_address_field_gives_every_mailbox() {
        let found =
            mailboxes(b"Zoe Reed <z.reed@oakfield.sch.uk>, Team: a@x.example, b@x.example;");
        let addresses: Vec<String> = found
            .iter()
            .map(|one| one.address.as_ref().unwrap().to_string())
            .collect();
        assert_eq!(
            addresses,
            ["z.reed@oakfield.sch.uk", "a@x.example", "b@x.example"]
        );
        assert_eq!(found[0].name.as_deref(), Some("Zoe Reed"));
    }

    #[test]
    fn words_that_never_end_are_read_in_time_and_others_beside_them_too() {
        let endless = "=?utf-8?q?x ".repeat(20_000);
        let value = format!("=?utf-8?q?Zo=C3=AB?= {endless}");
        let read = text(value.as_bytes());
        assert!(read.starts_with("Zoë =??utf-8?q?x"), "{}", &read[..40]);
        assert!(mailboxes(endless.as_bytes()).len() <= 1);
        let words = "=?utf-8?q?Zo=C3=AB?= ".repeat(1_000);
        assert_eq!(text(words.as_bytes()), "Zoë".repeat(1_000));
    }

    #[test]
    fn a_header_block_is_kept_up_to_its_limits_only() {
        let raw = "A: 1\n".repeat(20) + "\ntext";
        let block = block(&raw);
        assert_eq!((block.fields.len(), block.cut), (10, true));
        assert_eq!(&raw[block.body..], "text");
    }
}
