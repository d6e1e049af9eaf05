//! The structure of a message: one pass over its lines, with a bounded stack of open multiparts (RFC 2046 section 5.1).
//!
//! Nothing is thrown away: octets are in a leaf, in a header block, or in a stray piece.
//! A delimiter of an outer multipart closes the inner ones, so a missing close delimiter loses nothing.
//! An attached message is one leaf.

use std::ops::Range;

use memchr::memmem;

use crate::limits::Limits;
use crate::mail::gap::GapReason;
use crate::parse::field::Block;
use crate::parse::media::{self, Media};

/// A message cut into its pieces.
#[derive(Debug, Default)]
pub(super) struct Split {
    /// The header block of the message.
    pub(super) top: Block,
    /// Every leaf in order.
    pub(super) leaves: Vec<Leaf>,
    /// What stands outside every part: preambles, epilogues, lines among header fields.
    pub(super) strays: Vec<Range<usize>>,
    /// The limit at which cutting stopped; the rest is the last stray.
    pub(super) over: Option<GapReason>,
}

/// One leaf as it stands.
#[derive(Debug)]
pub(super) struct Leaf {
    /// What its header says.
    pub(super) media: Media,
    /// Its content, transfer encoding not undone.
    pub(super) body: Range<usize>,
    /// The multipart it stands in.
    pub(super) parent: Parent,
}

/// The kind of multipart a leaf stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parent {
    /// None: the leaf is the message.
    Message,
    /// `multipart/alternative`, or below one.
    Alternative,
    /// `multipart/related`.
    Related,
    /// `multipart/digest`: messages unless they say otherwise.
    Digest,
    /// Any other.
    Mixed,
}

struct Level {
    boundaries: Vec<Vec<u8>>,
    parent: Parent,
}

/// What the octets since the last delimiter line belong to.
enum Open {
    Leaf(Media, Parent),
    /// The media fields of a multipart that no delimiter has opened yet.
    Preamble(Media, Parent),
    Epilogue,
}

struct Cutter<'a> {
    raw: &'a [u8],
    limits: &'a Limits,
    levels: Vec<Level>,
    open: Open,
    start: usize,
    parts: usize,
    split: Split,
}

/// Cuts a message; never fails, and takes time linear in its length.
pub(super) fn split(raw: &[u8], limits: &Limits) -> Split {
    let mut cutter = Cutter {
        raw,
        limits,
        levels: Vec::new(),
        open: Open::Epilogue,
        start: 0,
        parts: 0,
        split: Split::default(),
    };
    cutter.begin(0, Parent::Message);
    let mut at = cutter.start;
    while let Some((line, next)) = dashed_line(raw, at, cutter.levels.is_empty()) {
        let text = raw.get(line..next).unwrap_or_default();
        match cutter.delimiter(text) {
            Some((level, closes)) => {
                cutter.delimit(line, next, level, closes);
                at = cutter.start;
            }
            None => at = next,
        }
        if cutter.split.over.is_some() {
            break;
        }
    }
    cutter.end(raw.len());
    cutter.split
}

/// The next line that begins with two hyphens; none when no multipart is open.
fn dashed_line(raw: &[u8], from: usize, nothing_open: bool) -> Option<(usize, usize)> {
    if nothing_open {
        return None;
    }
    let rest = raw.get(from..)?;
    let start = if rest.starts_with(b"--") {
        from
    } else {
        from + memmem::find(rest, b"\n--")? + 1
    };
    let end = memchr::memchr(b'\n', raw.get(start..)?);
    Some((start, end.map_or(raw.len(), |end| start + end + 1)))
}

impl Cutter<'_> {
    /// The level a line delimits, innermost first, and whether it closes it.
    fn delimiter(&self, line: &[u8]) -> Option<(usize, bool)> {
        let line = line.strip_prefix(b"--")?.trim_ascii_end();
        self.levels
            .iter()
            .enumerate()
            .rev()
            .find_map(|(place, level)| {
                level.boundaries.iter().find_map(|boundary| {
                    match line.strip_prefix(boundary.as_slice())? {
                        [] => Some((place, false)),
                        [b'-', b'-', ..] => Some((place, true)),
                        [..] => None,
                    }
                })
            })
    }

    fn delimit(&mut self, line: usize, next: usize, level: usize, closes: bool) {
        self.end(line);
        self.levels.truncate(level + 1);
        if closes {
            self.open = Open::Epilogue;
            self.start = next;
            return;
        }
        let parent = self
            .levels
            .last()
            .map_or(Parent::Mixed, |level| level.parent);
        self.begin(next, parent);
    }

    /// Ends what is open before the delimiter line at `line`.
    fn end(&mut self, line: usize) {
        let body = self.start..self.before_line_end(line);
        match std::mem::replace(&mut self.open, Open::Epilogue) {
            Open::Epilogue => self.stray(body),
            Open::Preamble(..) if self.is_delimited(line) => self.stray(body),
            Open::Leaf(media, parent) | Open::Preamble(media, parent) => {
                self.split.leaves.push(Leaf {
                    media,
                    body,
                    parent,
                });
            }
        }
    }

    /// Whether the line at `line` is a delimiter of the innermost multipart, so that it has parts.
    fn is_delimited(&self, line: usize) -> bool {
        let text = self.raw.get(line..).unwrap_or_default();
        let end = memchr::memchr(b'\n', text).unwrap_or(text.len());
        let innermost = self.levels.len().checked_sub(1);
        let found = self.delimiter(text.get(..end).unwrap_or_default());
        innermost.is_some() && found.map(|(level, _)| level) == innermost
    }

    /// The line end before a delimiter belongs to the delimiter.
    fn before_line_end(&self, line: usize) -> usize {
        if line >= self.raw.len() {
            return self.raw.len();
        }
        let before = self.raw.get(self.start..line).unwrap_or_default();
        let text = before.strip_suffix(b"\n").unwrap_or(before);
        self.start + text.strip_suffix(b"\r").unwrap_or(text).len()
    }

    fn stray(&mut self, piece: Range<usize>) {
        let text = self.raw.get(piece.clone()).unwrap_or_default();
        if !text.trim_ascii().is_empty() {
            self.split.strays.push(piece);
        }
    }

    /// Begins a part whose header block stands at `at`.
    fn begin(&mut self, at: usize, parent: Parent) {
        let block = Block::read(self.raw, at, self.limits, |line| {
            self.delimiter(line).is_some()
        });
        let mut media = Media::read(&block);
        self.start = block.body;
        self.parts += 1;
        for piece in &block.strays {
            self.stray(piece.clone());
        }
        if block.cut {
            self.split.over = Some(GapReason::TooLarge);
        }
        if self.parts == 1 {
            self.split.top = block;
        }
        if self.parts > self.limits.mime_parts {
            self.split.over = Some(GapReason::TooManyParts);
        }
        if media.is_multipart() {
            self.push(&mut media, parent);
            self.open = Open::Preamble(media, parent);
        } else {
            self.open = Open::Leaf(media, parent);
        }
        if self.split.over.is_some() {
            self.open = Open::Epilogue;
        }
    }

    fn push(&mut self, media: &mut Media, parent: Parent) {
        if self.levels.len() >= self.limits.mime_depth {
            self.split.over = Some(GapReason::TooDeep);
            return;
        }
        if media.boundaries.len() > media::BOUNDARIES {
            self.split.over = Some(GapReason::Malformed);
            return;
        }
        if media.boundaries.is_empty() {
            media.boundaries.extend(self.likely_boundary());
            media.conflict = true;
        }
        self.levels.push(Level {
            boundaries: media.boundaries.clone(),
            parent: match media.kind.as_deref() {
                _ if parent == Parent::Alternative => Parent::Alternative,
                Some("multipart/alternative") => Parent::Alternative,
                Some("multipart/related") => Parent::Related,
                Some("multipart/digest") => Parent::Digest,
                Some(_) | None => Parent::Mixed,
            },
        });
    }

    /// The first line that looks like a delimiter, for a multipart that does not name its own.
    fn likely_boundary(&self) -> Option<Vec<u8>> {
        let (start, end) = dashed_line(self.raw, self.start, false)?;
        let line = self
            .raw
            .get(start..end)?
            .strip_prefix(b"--")?
            .trim_ascii_end();
        let ours = self.delimiter(self.raw.get(start..end)?).is_none();
        (ours && line.len() > 2).then(|| line.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, leaves: &[&str], strays: &[&str]) {
        for raw in [raw.to_owned(), raw.replace('\n', "\r\n")] {
            let split = split(raw.as_bytes(), &Limits::default());
            let text = |piece: &Range<usize>| raw[piece.clone()].trim().replace("\r\n", "\n");
            let found: Vec<String> = split.leaves.iter().map(|leaf| text(&leaf.body)).collect();
            assert_eq!(found, leaves, "leaves of {raw:?}");
            let found: Vec<String> = split.strays.iter().map(text).collect();
            assert_eq!(found, strays, "strays of {raw:?}");
        }
    }

    const MIXED: &str = "Content-Type: multipart/mixed; boundary=b\n\n";

    #[test]
    fn every_octet_is_in_a_leaf_or_stray() {
        check("A: 1\n\nhello", &["hello"], &[]);
        check(
            &format!("{MIXED}pre\n--b\n\none\n--b\n\ntwo\n--b--\npost"),
            &["one", "two"],
            &["pre", "post"],
        );
        check(
            &format!("{MIXED}--b\n\none\n--b\n\ntwo"),
            &["one", "two"],
            &[],
        );
        check(
            &format!("{MIXED}--b\n\none\n--b--\n--b\n\ntwo\n--b--"),
            &["one", "two"],
            &[],
        );
        check(
            &format!("{MIXED}no delimiter at all"),
            &["no delimiter at all"],
            &[],
        );
        check(
            "Content-Type: multipart/mixed\n\n--guess\n\none\n--guess--",
            &["one"],
            &[],
        );
    }

    #[test]
    fn an_outer_delimiter_closes_inner_multiparts() {
        let inner = "--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\none\n";
        check(
            &format!("{MIXED}{inner}--b\n\ntwo\n--b--"),
            &["one", "two"],
            &[],
        );
    }

    #[test]
    fn an_attached_message_is_one_leaf() {
        let attached = "--b\nContent-Type: message/rfc822\n\nSubject: x\n\ntext\n--b--";
        check(&format!("{MIXED}{attached}"), &["Subject: x\n\ntext"], &[]);
    }

    #[test]
    fn a_multipart_with_many_delimiters_is_not_cut() {
        let named = ["a", "b", "c", "d", "e", "f", "g", "h", "i"].join("; boundary=");
        let raw = format!("Content-Type: multipart/mixed; boundary={named}\n\n--i\n\nx\n");
        let found = split(raw.as_bytes(), &Limits::default());
        assert_eq!(found.over, Some(GapReason::Malformed));
        assert_eq!(found.strays.last().unwrap().end, raw.len());
    }

    #[test]
    fn limits_stop_the_cutting_and_keep_the_rest() {
        let limits = Limits {
            mime_parts: 3,
            mime_depth: 2,
            ..Limits::default()
        };
        let many = format!("{MIXED}{}", "--b\n\nx\n".repeat(9));
        let found = split(many.as_bytes(), &limits);
        assert_eq!(
            (found.over, found.leaves.len()),
            (Some(GapReason::TooManyParts), 2)
        );
        assert!(found.strays.last().unwrap().end == many.len());
        let deep = ["0", "1", "2", "3"].map(|level| {
            format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n")
        });
        let deep = deep.concat();
        assert_eq!(
            split(deep.as_bytes(), &limits).over,
            Some(GapReason::TooDeep)
        );
    }
}
