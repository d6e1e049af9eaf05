//! What the header of one part says about its content (RFC 2045, RFC 2046, RFC 2183).
//!
//! Fields that stand twice and say different things are a conflict: programs differ in which one they believe.

use mail_parser::ContentType;

use crate::parse::decode::Encoding;
use crate::parse::field::{self, Block};
use crate::parse::message::Flow;

/// Delimiters that one multipart may have: every line that begins with two hyphens is compared with all of them.
/// One more is kept, so that too many can be told from enough.
pub(super) const BOUNDARIES: usize = 8;

/// The media fields of one part.
#[derive(Debug, Default)]
pub(super) struct Media {
    /// The media type in lower case; `None` when the part says nothing.
    pub(super) kind: Option<String>,
    /// `charset` in lower case.
    pub(super) charset: Option<String>,
    /// `format=flowed`.
    pub(super) flow: Flow,
    /// File name, decoded.
    pub(super) name: Option<String>,
    /// Every delimiter that some program may go by.
    pub(super) boundaries: Vec<Vec<u8>>,
    /// `Content-Disposition: attachment`.
    pub(super) attached: bool,
    /// There is a `Content-ID`, by which a body may show the part.
    pub(super) embedded: bool,
    /// The transfer encodings named, in order, each once.
    pub(super) encodings: Vec<Encoding>,
    /// The fields contradict each other or name an encoding nobody knows.
    pub(super) conflict: bool,
}

impl Media {
    /// Reads the media fields of a block.
    pub(super) fn read(block: &Block) -> Self {
        let mut media = Self {
            embedded: block.all("Content-ID").next().is_some(),
            ..Self::default()
        };
        for value in block.all("Content-Type") {
            media.take_type(value);
        }
        for value in block.all("Content-Disposition") {
            if let Some(content) = field::parameterised(value) {
                media.attached |= content.ctype().eq_ignore_ascii_case("attachment");
                media.name = file_name(&content, "filename").or(media.name);
            }
        }
        for value in block.all("Content-Transfer-Encoding") {
            let encoding = Encoding::named(value);
            media.conflict |= encoding == Encoding::Unknown
                || media
                    .encodings
                    .first()
                    .is_some_and(|first| *first != encoding);
            if !media.encodings.contains(&encoding) {
                media.encodings.push(encoding);
            }
        }
        media
    }

    fn take_type(&mut self, value: &[u8]) {
        let Some(content) = field::parameterised(value) else {
            return;
        };
        let subtype = content.subtype().unwrap_or_default();
        let media_type = format!("{}/{subtype}", content.ctype()).to_ascii_lowercase();
        match &self.kind {
            Some(first) => self.conflict |= *first != media_type,
            None => self.kind = Some(media_type),
        }
        self.charset = self
            .charset
            .take()
            .or_else(|| content.attribute("charset").map(str::to_ascii_lowercase));
        self.name = self.name.take().or_else(|| file_name(&content, "name"));
        self.flow = flow(&content);
        let declared = content.attribute("boundary").map(str::as_bytes);
        for boundary in declared.into_iter().chain(written_boundaries(value)) {
            if self.boundaries.len() > BOUNDARIES {
                return;
            }
            let boundary = boundary.trim_ascii_end();
            if !boundary.is_empty() && !self.boundaries.iter().any(|known| known == boundary) {
                self.conflict |= !self.boundaries.is_empty();
                self.boundaries.push(boundary.to_vec());
            }
        }
    }

    /// Whether the part says that it consists of parts.
    pub(super) fn is_multipart(&self) -> bool {
        self.kind
            .as_deref()
            .is_some_and(|media_type| media_type.starts_with("multipart/"))
    }
}

fn flow(content: &ContentType<'_>) -> Flow {
    let says = |name, word| {
        content
            .attribute(name)
            .is_some_and(|value: &str| value.eq_ignore_ascii_case(word))
    };
    match (says("format", "flowed"), says("delsp", "yes")) {
        (false, _) => Flow::Fixed,
        (true, false) => Flow::Flowed,
        (true, true) => Flow::FlowedWithoutSpace,
    }
}

fn file_name(content: &ContentType<'_>, parameter: &str) -> Option<String> {
    let name = content.attribute(parameter)?;
    let name = field::text(name.as_bytes());
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// The `boundary` parameters as a program would find them that only looks for the word; looked for one at a time.
fn written_boundaries(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lower = value.to_ascii_lowercase();
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            from = find(&lower, b"boundary", from)? + b"boundary".len();
            let rest = value.get(from..).unwrap_or_default().trim_ascii_start();
            let Some(rest) = rest.strip_prefix(b"=") else {
                continue;
            };
            let rest = rest.trim_ascii_start();
            let end = |stop: &dyn Fn(&u8) -> bool, rest: &[u8]| {
                rest.iter().position(stop).unwrap_or(rest.len())
            };
            return match rest.strip_prefix(b"\"") {
                Some(quoted) => quoted.get(..end(&|c| *c == b'"', quoted)),
                None => rest.get(..end(&|c| *c == b';' || c.is_ascii_whitespace(), rest)),
            };
        }
    })
}

fn find(haystack: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    haystack
        .get(from..)?
        .windows(needle.len())
        .position(|window| window == needle)
        .map(|at| at + from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn media(header: &str) -> Media {
        let raw = format!("{header}\r\n\r\n");
        let limits = crate::limits::Limits::default();
        Media::read(&Block::read(raw.as_bytes(), 0, &limits, |_| false))
    }

    #[test]
    fn file_names_are_decoded_in_every_form() {
        for header in [
            "Content-Disposition: attachment; filename=\"Zoë.pdf\"",
            "Content-Disposition: attachment; filename*=utf-8''Zo%C3%AB.pdf",
            "Content-Disposition: attachment; filename*0*=utf-8''Zo%C3%AB; filename*1*=.pdf",
            "Content-Type: application/pdf; name=\"=?utf-8?B?Wm/Dqy5wZGY=?=\"",
            "Content-Type: application/pdf; name=\"C:\\\\Users\\\\me\\\\Zoë.pdf\"",
        ] {
            assert_eq!(media(header).name.as_deref(), Some("Zoë.pdf"), "{header}");
        }
    }

    #[test]
    fn a_boundary_is_found_however_it_is_written() {
        for header in [
            "Content-Type: multipart/mixed; boundary=\"b 1\"",
            "Content-Type: multipart/mixed; boundary=\r\n \"b 1\"",
            "Content-Type: multipart/mixed (comment); boundary=\"b 1\"",
            "Content-Type: multipart/mixed; charset=x boundary=\"b 1\"",
        ] {
            let found = media(header).boundaries;
            assert!(found.contains(&b"b 1".to_vec()), "{header}: {found:?}");
        }
    }

    #[test]
    fn a_field_of_boundaries_alone_takes_neither_time_nor_memory() {
        let header = format!(
            "Content-Type: multipart/mixed; {}",
            "boundary=".repeat(25_000)
        );
        assert_eq!(media(&header).boundaries.len(), BOUNDARIES + 1);
    }

    #[test]
    fn fields_that_contradict_each_other_are_a_conflict() {
        for (header, conflict) in [
            ("Content-Transfer-Encoding: base64", false),
            (
                "Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: BASE64",
                false,
            ),
            (
                "Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 7bit",
                true,
            ),
            ("Content-Transfer-Encoding: x-gzip64", true),
            ("Content-Type: text/plain\r\nContent-Type: text/html", true),
            (
                "Content-Type: multipart/mixed; boundary=a; boundary=b",
                true,
            ),
        ] {
            assert_eq!(media(header).conflict, conflict, "{header}");
        }
    }
}
