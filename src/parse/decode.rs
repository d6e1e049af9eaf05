//! Transfer encodings undone: base64, quoted-printable (RFC 2045 section 6) and uuencode (POSIX).
//!
//! Lenient where mail programs are: characters outside the alphabet are skipped, a broken escape stays as written.
//! Nothing here fails; whether an encoding was the right one is asked by [`crate::parse::stray`].

/// A transfer encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// 7bit, 8bit, binary: as it is.
    Identity,
    /// base64.
    Base64,
    /// quoted-printable.
    QuotedPrintable,
    /// x-uuencode and its other spellings.
    Uuencode,
    /// A word nobody knows.
    Unknown,
}

impl Encoding {
    /// The encoding a field names; comments, quotes and parameters that do not belong there are ignored.
    pub(super) fn named(value: &[u8]) -> Self {
        let word = |octet: &u8| octet.is_ascii_alphanumeric() || *octet == b'-';
        let start = value.iter().position(word).unwrap_or(value.len());
        let rest = value.get(start..).unwrap_or_default();
        let end = rest
            .iter()
            .position(|octet| !word(octet))
            .unwrap_or(rest.len());
        let name = rest.get(..end).unwrap_or_default().to_ascii_lowercase();
        match name.as_slice() {
            b"" | b"7bit" | b"8bit" | b"binary" | b"7-bit" | b"8-bit" | b"none" => Self::Identity,
            b"base64" => Self::Base64,
            b"quoted-printable" => Self::QuotedPrintable,
            b"uuencode" | b"x-uuencode" | b"x-uue" | b"uue" => Self::Uuencode,
            _ => Self::Unknown,
        }
    }
}

/// Undoes base64: `decoded` is what the lines of the alphabet say, `between` the lines that are none.
pub(super) struct Base64 {
    /// The octets.
    pub(super) decoded: Vec<u8>,
    /// Lines of ordinary text among the data, such as the footer of a mailing list.
    pub(super) between: Vec<u8>,
}

/// Undoes base64 line by line; data after padding is a further piece and is read too.
pub(super) fn base64(body: &[u8]) -> Base64 {
    let mut undone = Base64 {
        decoded: Vec::with_capacity(body.len() / 4 * 3),
        between: Vec::new(),
    };
    let mut group = Group::default();
    for line in body.split_inclusive(|octet| *octet == b'\n') {
        if is_prose(line) {
            undone.between.extend_from_slice(line);
            continue;
        }
        for octet in line {
            match sextet(*octet) {
                Some(bits) => group.push(bits, &mut undone.decoded),
                None if *octet == b'=' => group.flush(&mut undone.decoded),
                None => {}
            }
        }
    }
    group.flush(&mut undone.decoded);
    undone
}

/// A line of words, not of base64 with a damaged octet.
fn is_prose(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let foreign = line
        .iter()
        .filter(|octet| sextet(**octet).is_none() && **octet != b'=')
        .count();
    foreign >= 2 && foreign * 12 >= line.len()
        || line.len() >= 8 && line.iter().all(|o| b"-_=*".contains(o))
}

#[derive(Default)]
struct Group {
    bits: u32,
    count: u8,
}

impl Group {
    fn push(&mut self, bits: u32, out: &mut Vec<u8>) {
        self.bits = self.bits << 6 | bits;
        self.count += 1;
        if self.count == 4 {
            let [_, a, b, c] = self.bits.to_be_bytes();
            out.extend_from_slice(&[a, b, c]);
            *self = Self::default();
        }
    }

    fn flush(&mut self, out: &mut Vec<u8>) {
        let [_, _, a, b] = match self.count {
            2 => (self.bits >> 4 << 8).to_be_bytes(),
            3 => (self.bits >> 2).to_be_bytes(),
            _ => [0; 4],
        };
        match self.count {
            2 => out.push(a),
            3 => out.extend_from_slice(&[a, b]),
            _ => {}
        }
        *self = Self::default();
    }
}

/// The six bits of a base64 digit; the URL alphabet is understood too.
pub(super) fn sextet(octet: u8) -> Option<u32> {
    let bits = match octet {
        b'A'..=b'Z' => octet - b'A',
        b'a'..=b'z' => octet - b'a' + 26,
        b'0'..=b'9' => octet - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(bits))
}

/// Undoes quoted-printable; what is no escape stays.
pub(super) fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    for line in body.split_inclusive(|octet| *octet == b'\n') {
        let text = line.trim_ascii_end();
        let soft = text.last() == Some(&b'=') && line.len() > text.len();
        let text = if soft {
            text.get(..text.len() - 1).unwrap_or_default()
        } else {
            text
        };
        unescape(text, &mut out);
        if !soft && line.ends_with(b"\n") {
            out.extend_from_slice(if line.ends_with(b"\r\n") {
                b"\r\n"
            } else {
                b"\n"
            });
        }
    }
    out
}

fn unescape(mut text: &[u8], out: &mut Vec<u8>) {
    while let Some(at) = text.iter().position(|octet| *octet == b'=') {
        let (before, escape) = text.split_at(at);
        out.extend_from_slice(before);
        let octet = match escape {
            [_, high, low, ..] => hex(*high).zip(hex(*low)),
            _ => None,
        };
        let used = if let Some((high, low)) = octet {
            out.push(high << 4 | low);
            3
        } else {
            out.push(b'=');
            1
        };
        text = escape.get(used..).unwrap_or_default();
    }
    out.extend_from_slice(text);
}

fn hex(octet: u8) -> Option<u8> {
    match octet {
        b'0'..=b'9' => Some(octet - b'0'),
        b'A'..=b'F' => Some(octet - b'A' + 10),
        b'a'..=b'f' => Some(octet - b'a' + 10),
        _ => None,
    }
}

/// A file written as uuencode, with its name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Uuencoded {
    /// The name on the `begin` line.
    pub(crate) name: String,
    /// The octets.
    pub(crate) bytes: Vec<u8>,
}

/// Every uuencoded file in a text: `begin MODE NAME`, data lines, `end`.
pub(crate) fn uuencoded(body: &[u8]) -> Vec<Uuencoded> {
    let mut files = Vec::new();
    let mut open: Option<Uuencoded> = None;
    for line in body.split(|octet| *octet == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let Some(file) = &mut open else {
            open = uu_begin(line).map(|name| Uuencoded {
                name,
                bytes: Vec::new(),
            });
            continue;
        };
        if line == b"end" || !uu_line(line, &mut file.bytes) {
            files.extend(open.take().filter(|file| !file.bytes.is_empty()));
        }
    }
    files.extend(open.filter(|file| !file.bytes.is_empty()));
    files
}

fn uu_begin(line: &[u8]) -> Option<String> {
    let rest = line.strip_prefix(b"begin ")?;
    let (mode, name) = (rest.get(..3)?, rest.get(3..)?.strip_prefix(b" ")?);
    let octal = mode.iter().all(|digit| (b'0'..=b'7').contains(digit));
    octal.then(|| String::from_utf8_lossy(name.trim_ascii()).into_owned())
}

/// Decodes one data line; false when it is none.
fn uu_line(line: &[u8], out: &mut Vec<u8>) -> bool {
    let value = |octet: u8| (0x20..=0x60).contains(&octet).then(|| (octet - 0x20) & 63);
    let Some((length, data)) = line.split_first() else {
        return false;
    };
    let Some(length) = value(*length).map(usize::from) else {
        return false;
    };
    let digits: Option<Vec<u8>> = data.iter().map(|octet| value(*octet)).collect();
    let Some(digits) = digits.filter(|digits| digits.len() * 3 / 4 + 3 >= length) else {
        return false;
    };
    let start = out.len();
    let mut group = Group::default();
    for digit in digits {
        group.push(u32::from(digit), out);
    }
    group.flush(out);
    out.truncate(start + length);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_control_character_ends_a_uuencoded_file() {
        let files = uuencoded(b"begin 644 a.txt\n#0V%T\n#0\x01%T\n");
        let read: Vec<_> = files.iter().map(|file| file.bytes.as_slice()).collect();
        assert_eq!(read, [b"Cat"]);
    }

    #[test]
    fn base64_is_read_through_damage_and_after_padding() {
        for (body, text, between) in [
            ("aGVsbG8=", "hello", ""),
            ("aGVs\r\nbG8=\r\n", "hello", ""),
            ("aGVs!bG8", "hello", ""),
            ("aGVsbG8=\r\nIHlvdQ==", "hello you", ""),
            (
                "aGVsbG8=\r\nTo leave the list, write to us.\r\n",
                "hello",
                "To leave the list, write to us.\r\n",
            ),
        ] {
            let undone = base64(body.as_bytes());
            assert_eq!(String::from_utf8_lossy(&undone.decoded), text, "{body}");
            assert_eq!(String::from_utf8_lossy(&undone.between), between, "{body}");
        }
    }

    #[test]
    fn quoted_printable_is_read_through_damage() {
        for (body, text) in [
            ("Zo=C3=AB", "Zoë"),
            ("a=\r\nb", "ab"),
            ("a= \r\nb", "ab"),
            ("a  \r\nb", "a\r\nb"),
            ("1=zz", "1=zz"),
            ("x=", "x="),
        ] {
            assert_eq!(
                String::from_utf8_lossy(&quoted_printable(body.as_bytes())),
                text,
                "{body:?}"
            );
        }
    }

    #[test]
    fn a_uuencoded_file_is_found_in_text() {
        let found = uuencoded(b"Hello\r\nbegin 644 list.csv\r\n%:&5L;&\\\r\n`\r\nend\r\nBye");
        assert_eq!(
            found,
            [Uuencoded {
                name: "list.csv".to_owned(),
                bytes: b"hello".to_vec()
            }]
        );
        assert!(uuencoded(b"begin 644 of the year\nwe saw nothing").is_empty());
    }

    #[test]
    fn an_encoding_is_known_in_every_spelling() {
        for (value, encoding) in [
            ("base64", Encoding::Base64),
            ("\"BASE64\"", Encoding::Base64),
            ("base64;", Encoding::Base64),
            ("base64 (comment)", Encoding::Base64),
            ("8bit", Encoding::Identity),
            ("x-gzip64", Encoding::Unknown),
        ] {
            assert_eq!(Encoding::named(value.as_bytes()), encoding, "{value}");
        }
    }
}
