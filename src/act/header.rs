//! The header of a message as octets: where it ends, and its fields with their continuation lines.
//!
//! For passing fields on as they are; `parse` is what understands them.

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;

/// The header block, without the empty line after it; the whole message when it has no body.
pub(crate) fn block(raw: &[u8]) -> &[u8] {
    let mut from = 0;
    while let Some(line) = raw.get(from..).filter(|rest| !rest.is_empty()) {
        let length = line
            .iter()
            .position(|octet| *octet == b'\n')
            .map_or(line.len(), |end| end + 1);
        if matches!(line.get(..length), Some(b"\r\n" | b"\n")) {
            break;
        }
        from += length;
    }
    raw.get(..from).unwrap_or(raw)
}

/// Every field of `raw`'s header, with its continuation lines and line ends, as it stands.
pub(crate) fn fields(raw: &[u8]) -> Vec<&[u8]> {
    let block = block(raw);
    let mut fields = Vec::new();
    let mut start = 0;
    let mut end = 0;
    for line in block.split_inclusive(|octet| *octet == b'\n') {
        if !line.starts_with(b" ") && !line.starts_with(b"\t") && end > start {
            fields.extend(block.get(start..end));
            start = end;
        }
        end += line.len();
    }
    fields.extend(block.get(start..end).filter(|last| !last.is_empty()));
    fields
}

/// Whether `field` is one of these, named in lower case.
pub(crate) fn is_named(field: &[u8], names: &[&str]) -> bool {
    let name = field.split(|octet| *octet == b':').next();
    let name = name.unwrap_or_default().trim_ascii();
    names
        .iter()
        .any(|wanted| name.eq_ignore_ascii_case(wanted.as_bytes()))
}

/// A time as header fields say it (RFC 5322 section 3.3), in UTC.
pub(crate) fn date(time: Timestamp) -> String {
    rfc2822::to_string(&time.to_zoned(TimeZone::UTC)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_block_ends_at_the_first_empty_line() {
        for (raw, header) in [
            ("A: 1\r\nB: 2\r\n\r\nbody", "A: 1\r\nB: 2\r\n"),
            ("A: 1\r\n", "A: 1\r\n"),
            ("\r\nbody", ""),
            ("A: 1\n\nbody", "A: 1\n"),
            ("", ""),
        ] {
            assert_eq!(block(raw.as_bytes()), header.as_bytes(), "{raw:?}");
        }
    }

    #[test]
    fn a_field_keeps_its_continuation_lines() {
        let raw = b"To: a,\r\n b\r\nSubject : x\r\n\r\nTo: body";
        assert_eq!(fields(raw), [&b"To: a,\r\n b\r\n"[..], b"Subject : x\r\n"]);
        assert!(is_named(fields(raw)[1], &["subject"]));
        assert!(fields(b"").is_empty());
    }
}
