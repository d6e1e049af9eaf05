//! Quoted-printable: eight-bit text in lines of at most 76 characters (RFC 2045 section 6.7).
//!
//! Only for writing. mail-builder's own encoder writes lines of 77, and leaves control characters as they are.

/// The longest line, its `=` at the end included.
const WIDTH: usize = 76;

/// `text` encoded; its line ends, CRLF or LF, become CRLF.
pub(crate) fn printable(text: &[u8]) -> Vec<u8> {
    let mut encoded = Vec::with_capacity(text.len() + text.len() / 8);
    let lines = text.split_inclusive(|octet| *octet == b'\n');
    for line in lines {
        let ended = line.strip_suffix(b"\n");
        let words = ended.map_or(line, |line| line.strip_suffix(b"\r").unwrap_or(line));
        write_line(words, &mut encoded);
        if ended.is_some() {
            encoded.extend_from_slice(b"\r\n");
        }
    }
    encoded
}

fn write_line(line: &[u8], encoded: &mut Vec<u8>) {
    let mut column = 0;
    for (place, octet) in line.iter().enumerate() {
        let is_last = place + 1 == line.len();
        let plain = match octet {
            b' ' | b'\t' => !is_last,
            b'=' => false,
            _ => octet.is_ascii_graphic(),
        };
        let width = if plain { 1 } else { 3 };
        if column + width >= WIDTH {
            encoded.extend_from_slice(b"=\r\n");
            column = 0;
        }
        if plain {
            encoded.push(*octet);
        } else {
            encoded.extend_from_slice(format!("={octet:02X}").as_bytes());
        }
        column += width;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    use super::*;

    #[track_caller]
    fn check(text: &str, encoded: &str) {
        assert_eq!(
            String::from_utf8(printable(text.as_bytes())).unwrap(),
            encoded
        );
    }

    #[test]
    fn what_is_not_plain_is_encoded_and_line_ends_stay() {
        check("Café = thé \r\nx\n", "Caf=C3=A9 =3D th=C3=A9=20\r\nx\r\n");
        check("a\rb\t", "a=0Db=09");
        check("a\r\r\n", "a=0D\r\n");
        let long = "x".repeat(76);
        check(&long, &format!("{}=\r\nx", "x".repeat(75)));
    }

    proptest! {
        #[test]
        fn no_line_is_longer_than_76_and_nothing_is_lost(text in proptest::collection::vec(any::<u8>(), 0..400)) {
            let encoded = printable(&text);
            prop_assert!(encoded.is_ascii());
            for line in encoded.split(|octet| *octet == b'\n') {
                prop_assert!(line.strip_suffix(b"\r").unwrap_or(line).len() <= WIDTH);
            }
            let text = String::from_utf8_lossy(&text);
            let ends = text.replace("\r\n", "\n").replace('\n', "\r\n");
            prop_assert_eq!(decoded(&printable(text.as_bytes())), ends.into_bytes());
        }
    }

    fn decoded(encoded: &[u8]) -> Vec<u8> {
        mail_parser::decoders::quoted_printable::quoted_printable_decode(encoded).unwrap()
    }
}
