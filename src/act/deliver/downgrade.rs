//! Re-codes a message for a hop that takes only seven bits (RFC 6152 section 3, RFC 2045 section 6).
//!
//! Where re-coding would break it, there is no answer, and the message is refused instead of damaged:
//! signed parts (RFC 1847), 8-bit header lines, bodies that are not in the encoding they claim.
//! Bad about it: a DKIM signature made before no longer holds; every relay that re-codes pays that price.

use mail_builder::encoders::base64::base64_encode_mime;

use crate::act::header;
use crate::act::quoted;

/// Multiparts and attached messages in each other; deeper ones are refused.
const DEEPEST: usize = 32;

/// `raw`, CRLF line ends, with every 8-bit body in quoted-printable or base64.
pub(super) fn to_seven_bits(raw: &[u8]) -> Option<Vec<u8>> {
    let mut recoded = Vec::with_capacity(raw.len() + raw.len() / 2);
    entity(raw, Place::Message, 0, &mut recoded)?;
    recoded.is_ascii().then_some(recoded)
}

/// Where an entity stands: a message says which version of MIME it is in, a part does not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Message,
    Part,
}

fn entity(raw: &[u8], place: Place, depth: usize, out: &mut Vec<u8>) -> Option<()> {
    if raw.is_ascii() {
        out.extend_from_slice(raw);
        return Some(());
    }
    let head = header::block(raw);
    if !head.is_ascii() || depth > DEEPEST {
        return None;
    }
    let body = raw.get(head.len()..)?.strip_prefix(b"\r\n")?;
    let kind = value(head, "content-type");
    let kind_word = kind.split(';').next().unwrap_or_default().trim();
    if kind_word.eq_ignore_ascii_case("multipart/signed") {
        return None;
    }
    if let Some(("multipart", _)) = kind_word.to_ascii_lowercase().split_once('/') {
        write_head(head, place, "7bit", out);
        return parts(body, &boundary(&kind)?, depth, out);
    }
    if kind_word.eq_ignore_ascii_case("message/rfc822") {
        write_head(head, place, "7bit", out);
        return entity(body, Place::Message, depth + 1, out);
    }
    leaf(head, body, kind_word, place, out)
}

/// Every part between its delimiter lines; what stands before the first and after the last is kept if it is ASCII.
fn parts(body: &[u8], boundary: &str, depth: usize, out: &mut Vec<u8>) -> Option<()> {
    let delimiter = format!("--{boundary}");
    let mut part = Vec::new();
    let mut inside = false;
    for line in body.split_inclusive(|octet| *octet == b'\n') {
        // The delimiter of an inner multipart may begin with this one.
        let rest = line.trim_ascii_end().strip_prefix(delimiter.as_bytes());
        let Some(rest @ (b"" | b"--")) = rest else {
            part.extend_from_slice(line);
            continue;
        };
        flush(&part, inside, depth, out)?;
        part.clear();
        out.extend_from_slice(line);
        inside = rest.is_empty();
    }
    flush(&part, inside, depth, out)
}

fn flush(part: &[u8], inside: bool, depth: usize, out: &mut Vec<u8>) -> Option<()> {
    if !inside {
        out.extend_from_slice(part);
        return part.is_ascii().then_some(());
    }
    // The line end before a delimiter belongs to the delimiter (RFC 2046 section 5.1.1).
    let content = part.strip_suffix(b"\r\n").unwrap_or(part);
    entity(content, Place::Part, depth + 1, out)?;
    out.extend_from_slice(b"\r\n");
    Some(())
}

fn leaf(head: &[u8], body: &[u8], kind: &str, place: Place, out: &mut Vec<u8>) -> Option<()> {
    let coding = value(head, "content-transfer-encoding").to_ascii_lowercase();
    if !["", "7bit", "8bit", "binary"].contains(&coding.trim()) {
        return None;
    }
    let text = kind.is_empty() || kind.to_ascii_lowercase().starts_with("text/");
    if text {
        write_head(head, place, "quoted-printable", out);
        out.extend_from_slice(&quoted::printable(body));
        return Some(());
    }
    write_head(head, place, "base64", out);
    let written = base64_encode_mime(body, &mut *out, false);
    written.ok().map(|_| ())
}

/// The header with another transfer encoding, and what it must say about itself with one (RFC 2045 section 4, RFC 1428).
fn write_head(head: &[u8], place: Place, coding: &str, out: &mut Vec<u8>) {
    let mut typed = false;
    let mut versioned = place == Place::Part;
    for field in header::fields(head) {
        typed |= header::is_named(field, &["content-type"]);
        versioned |= header::is_named(field, &["mime-version"]);
        if !header::is_named(field, &["content-transfer-encoding"]) {
            out.extend_from_slice(field);
        }
    }
    if !versioned {
        out.extend_from_slice(b"MIME-Version: 1.0\r\n");
    }
    if !typed {
        out.extend_from_slice(b"Content-Type: text/plain; charset=unknown-8bit\r\n");
    }
    out.extend_from_slice(format!("Content-Transfer-Encoding: {coding}\r\n\r\n").as_bytes());
}

/// The unfolded value of the first field of this name.
fn value(head: &[u8], name: &str) -> String {
    let fields = header::fields(head);
    let field = fields
        .into_iter()
        .find(|field| header::is_named(field, &[name]));
    let field = String::from_utf8_lossy(field.unwrap_or_default()).replace(['\r', '\n'], "");
    let value = field.split_once(':').map_or("", |(_, value)| value);
    value.trim().to_owned()
}

/// The boundary parameter of a content type.
fn boundary(content_type: &str) -> Option<String> {
    let at = content_type.to_ascii_lowercase().find("boundary=")?;
    let rest = content_type.get(at + "boundary=".len()..)?.trim_start();
    let boundary = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => rest.split([';', ' ', '\t']).next()?,
    };
    (!boundary.is_empty()).then(|| boundary.to_owned())
}

#[cfg(test)]
mod tests {
    use mail_parser::MessageParser;

    use super::*;

    const MIXED: &str = "Subject: x\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: 8bit\r\n\
        Content-Type: multipart/mixed;\r\n boundary=\"b\"\r\n\r\npreamble\r\n--b\r\n\
        Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
        Café = thé \r\n.\r\n--b\r\nContent-Type: application/x-thing\r\n\
        Content-Disposition: attachment; filename=a\r\n\r\n\u{e9}\u{0}\u{fe}\r\n--b--\r\nend\r\n";

    #[test]
    fn a_recoded_message_says_the_same() {
        let recoded = to_seven_bits(MIXED.as_bytes()).unwrap();
        let (before, after) = (parsed(MIXED.as_bytes()), parsed(&recoded));
        assert_eq!(before, after);
        let text = String::from_utf8(recoded).unwrap();
        assert!(
            text.contains("quoted-printable") && text.contains("base64"),
            "{text}"
        );
        assert!(!text.contains("8bit"), "{text}");
    }

    fn parsed(raw: &[u8]) -> (String, Vec<u8>) {
        let message = MessageParser::default().parse(raw).unwrap();
        let text = message.body_text(0).unwrap().into_owned();
        (text, message.attachment(0).unwrap().contents().to_vec())
    }

    #[test]
    fn a_plain_old_message_becomes_mime() {
        let recoded = to_seven_bits("Subject: x\r\n\r\nCafé\r\n".as_bytes()).unwrap();
        let text = String::from_utf8(recoded).unwrap();
        assert!(
            text.contains(
                "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=unknown-8bit\r\n"
            )
        );
        assert!(text.contains("\r\n\r\nCaf=C3=A9"), "{text}");
    }

    #[test]
    fn what_recoding_would_break_has_no_answer() {
        for raw in [
            "Subject: café\r\n\r\nx\r\n",
            "Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\né\r\n--b--\r\n",
            "Content-Type: multipart/mixed\r\n\r\né\r\n",
            "Content-Transfer-Encoding: base64\r\n\r\né\r\n",
        ] {
            assert_eq!(to_seven_bits(raw.as_bytes()), None, "{raw}");
        }
    }

    #[test]
    fn an_attached_message_is_recoded_inside() {
        let raw = "Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nCafé\r\n";
        let text = String::from_utf8(to_seven_bits(raw.as_bytes()).unwrap()).unwrap();
        assert!(
            text.contains("Subject: in\r\nMIME-Version: 1.0\r\n"),
            "{text}"
        );
    }
}
