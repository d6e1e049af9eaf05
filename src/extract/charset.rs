//! Octets of a text into characters: the declared set, else a byte-order mark or the share of NULs, else a guess.
//!
//! A wrong declaration is common: what claims to be ASCII or UTF-8 and is not is taken for windows-1252.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Decodes a whole text; line ends become `\n`.
pub(super) fn decode(bytes: &[u8], declared: Option<&str>) -> String {
    let text = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => {
            let rest = bytes.get(mark..).unwrap_or_default();
            encoding.decode_without_bom_handling(rest).0.into_owned()
        }
        None => in_set(bytes, declared),
    };
    if text.contains('\r') {
        return text.replace("\r\n", "\n").replace('\r', "\n");
    }
    text
}

fn in_set(bytes: &[u8], declared: Option<&str>) -> String {
    if let Some(wide) = wide(bytes) {
        return wide.decode_without_bom_handling(bytes).0.into_owned();
    }
    let seven_bit = declared.is_some_and(|label| label.starts_with("iso-2022") || label == "utf-7");
    if !seven_bit
        && let Ok(text) = std::str::from_utf8(bytes)
        && (bytes.is_ascii() || is_utf8(declared))
    {
        return text.to_owned();
    }
    let label = declared.unwrap_or_default().as_bytes();
    match Encoding::for_label(label) {
        Some(encoding) if encoding != UTF_8 => {
            encoding.decode_without_bom_handling(bytes).0.into_owned()
        }
        Some(_) => WINDOWS_1252
            .decode_without_bom_handling(bytes)
            .0
            .into_owned(),
        None => match mail_parser::decoders::charsets::map::charset_decoder(label) {
            Some(decoder) if !label.is_empty() => decoder(bytes),
            Some(_) | None => guessed(bytes),
        },
    }
}

/// UTF-8 is believed unless another set is named: hardly any other text happens to be valid UTF-8.
fn is_utf8(declared: Option<&str>) -> bool {
    declared
        .and_then(|label| Encoding::for_label(label.as_bytes()))
        .is_none_or(|encoding| encoding == UTF_8 || encoding == WINDOWS_1252)
}

fn guessed(bytes: &[u8]) -> String {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    let sample = bytes.get(..bytes.len().min(16_384)).unwrap_or_default();
    detector.feed(sample, true);
    let encoding = detector.guess(Some(b"uk"), chardetng::Utf8Detection::Allow);
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// Whether octets are UTF-16, with or without a mark.
pub(super) fn is_wide(bytes: &[u8]) -> bool {
    let marked = Encoding::for_bom(bytes).is_some_and(|(encoding, _)| encoding != UTF_8);
    marked || wide(bytes).is_some()
}

/// UTF-16 without a mark: every other octet of Western text is NUL.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = bytes.get(..bytes.len().min(2_048) & !1)?;
    let nuls = |side: usize| {
        let chosen = sample.iter().skip(side).step_by(2);
        chosen.filter(|octet| **octet == 0).count() * 10
    };
    let half = sample.len() / 2;
    match (nuls(0) > half * 7, nuls(1) > half * 7) {
        (false, true) => Some(UTF_16LE),
        (true, false) => Some(UTF_16BE),
        (false, false) | (true, true) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_decoded_as_its_writer_meant_it() {
        let wide: Vec<u8> = "Zoë Reed"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for (bytes, declared) in [
            ("Zoë Reed".as_bytes(), Some("utf-8")),
            ("Zoë Reed".as_bytes(), None),
            ("Zoë Reed".as_bytes(), Some("us-ascii")),
            (b"Zo\xeb Reed", Some("iso-8859-1")),
            (b"Zo\xeb Reed", Some("utf-8")),
            (b"Zo\xeb Reed", Some("no-such-set")),
            (b"Zo\xeb Reed", None),
            (b"\xef\xbb\xbfZo\xc3\xab Reed", Some("iso-8859-1")),
            (b"Zo+AOs- Reed", Some("utf-7")),
            (&wide, None),
        ] {
            assert_eq!(
                decode(bytes, declared),
                "Zoë Reed",
                "{declared:?} {bytes:?}"
            );
        }
    }

    #[test]
    fn line_ends_become_one() {
        assert_eq!(decode(b"a\r\nb\rc\nd", None), "a\nb\nc\nd");
    }
}
