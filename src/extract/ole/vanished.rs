//! Text of an old Word document that is not shown (MS-DOC): hidden characters, and those that a tracked change deleted.
//!
//! Its reader leaves both out.
//! What a style hides is shown by that reader, and not looked for here.

use crate::extract::budget::Budget;
use crate::extract::charset;
use crate::extract::ole::store::Store;
use crate::mail::gap::GapReason;

/// Where the table of pages with character properties is, in the file's head (section 2.5.6, `fcPlcfBteChpx`).
const CHARACTER_PAGES: usize = 0xfa;
/// Where the pieces of the text are (`fcClx`).
const PIECES: usize = 0x1a2;
const PAGE: usize = 512;

/// `sprmCFRMarkDel`, `sprmCFVanish` (section 2.6.1).
const UNSEEN: [u16; 2] = [0x0800, 0x083c];

/// More pieces, times runs, than any program writes.
const MOST_PAIRS: usize = 1 << 24;

/// Octets of the text: their first and the one after the last.
type Run = (usize, usize);

/// The text that is not shown, a run a line.
///
/// # Errors
/// As [`Store::read`].
pub(super) fn text(bytes: &[u8], budget: &mut Budget) -> Result<String, GapReason> {
    let mut store = Store::open(bytes)?;
    let document = store.read("/WordDocument", budget)?.unwrap_or_default();
    let in_second = document.get(0x0b).is_some_and(|flags| flags & 0x02 != 0);
    let name = if in_second { "/1Table" } else { "/0Table" };
    let table = store.read(name, budget)?.unwrap_or_default();
    let (pieces, runs) = (pieces(&document, &table), joined(runs(&document, &table)));
    if pieces.len().saturating_mul(runs.len()) > MOST_PAIRS {
        return Err(GapReason::TooLarge);
    }
    let mut lines = String::new();
    for run in runs {
        for piece in &pieces {
            // Pieces may lie on each other, any number of them.
            if lines.len() > 4 * document.len() {
                return Err(GapReason::TooLarge);
            }
            lines += &piece.text(&document, run).unwrap_or_default();
        }
        lines.push('\n');
    }
    Ok(lines)
}

/// A stretch of the text in one character set (section 2.9.177).
struct Piece {
    octets: Run,
    is_narrow: bool,
}

impl Piece {
    /// What of a run lies in it.
    fn text(&self, document: &[u8], run: Run) -> Option<String> {
        let from = run.0.max(self.octets.0);
        let until = run.1.min(self.octets.1);
        let bytes = document.get(from..until)?;
        let text = if self.is_narrow {
            charset::decode(bytes, Some("windows-1252"))
        } else {
            let (text, _) = encoding_rs::UTF_16LE.decode_without_bom_handling(bytes);
            text.into_owned()
        };
        // Paragraphs, cells and fields end in characters of their own.
        let plain = |c: char| match c {
            '\r' => '\n',
            '\u{7}' => '\t',
            c if c.is_control() => ' ',
            c => c,
        };
        Some(text.chars().map(plain).collect())
    }
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    let (head, _) = bytes.get(at..)?.split_first_chunk::<4>()?;
    usize::try_from(u32::from_le_bytes(*head)).ok()
}

/// The part of the table stream that two numbers in the head speak of.
fn part<'a>(document: &[u8], table: &'a [u8], at: usize) -> &'a [u8] {
    let found = long(document, at).zip(long(document, at + 4));
    let part = found.and_then(|(from, length)| table.get(from..from.checked_add(length)?));
    part.unwrap_or_default()
}

/// The pieces, after the properties that stand before them (section 2.9.38).
fn pieces(document: &[u8], table: &[u8]) -> Vec<Piece> {
    let mut clx = part(document, table, PIECES);
    while let [1, low, high, rest @ ..] = clx {
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        clx = rest.get(length..).unwrap_or_default();
    }
    let [2, _, _, _, _, plc @ ..] = clx else {
        return Vec::new();
    };
    // A place more than there are pieces, four octets each, then eight octets for each piece.
    let count = plc.len().saturating_sub(4) / 12;
    let piece = |number: usize| {
        let length = long(plc, 4 * number + 4)?.checked_sub(long(plc, 4 * number)?)?;
        let place = long(plc, 4 * (count + 1) + 8 * number + 2)?;
        let is_narrow = place & 0x4000_0000 != 0;
        let start = place & 0x3fff_ffff;
        let (start, width) = if is_narrow {
            (start / 2, 1)
        } else {
            (start, 2)
        };
        let octets = (start, start.checked_add(length.checked_mul(width)?)?);
        Some(Piece { octets, is_narrow })
    };
    (0..count).filter_map(piece).collect()
}

/// The runs of characters that have one of the properties that hide.
fn runs(document: &[u8], table: &[u8]) -> Vec<Run> {
    let pages = part(document, table, CHARACTER_PAGES);
    let count = pages.len().saturating_sub(4) / 8;
    let mut runs = Vec::new();
    for number in 0..count {
        let page = long(pages, 4 * (count + 1) + 4 * number)
            .and_then(|page| (page & 0x003f_ffff).checked_mul(PAGE))
            .and_then(|at| document.get(at..at.checked_add(PAGE)?));
        runs.extend(page.into_iter().flat_map(on_page));
    }
    runs
}

/// The same on one page (section 2.9.33): places, then where the properties between them stand on the page, in pairs of octets.
fn on_page(page: &[u8]) -> Vec<Run> {
    let count = usize::from(page.last().copied().unwrap_or_default());
    let run = |number: usize| {
        let at = usize::from(*page.get(4 * (count + 1) + number)?) * 2;
        let length = usize::from(*page.get(at)?);
        let properties = page.get(at + 1..at + 1 + length)?;
        let hides = at > 0 && hides(properties);
        hides.then_some((long(page, 4 * number)?, long(page, 4 * number + 4)?))
    };
    (0..count).filter_map(run).collect()
}

/// Whether properties hide (section 2.2.5.1): a number that says how long its value is, and the value.
fn hides(mut properties: &[u8]) -> bool {
    let mut found = [false; UNSEEN.len()];
    while let Some((head, rest)) = properties.split_first_chunk::<2>() {
        let kind = u16::from_le_bytes(*head);
        let length = match kind >> 13 {
            0 | 1 => 1,
            3 => 4,
            6 => usize::from(rest.first().copied().unwrap_or_default()) + 1,
            7 => 3,
            _ => 2,
        };
        for (known, found) in UNSEEN.iter().zip(&mut found) {
            if *known == kind {
                // On, or the opposite of what the style says.
                *found = matches!(rest.first(), Some(1 | 0x81));
            }
        }
        properties = rest.get(length..).unwrap_or_default();
    }
    found.contains(&true)
}

/// Runs that follow one another as one.
fn joined(mut runs: Vec<Run>) -> Vec<Run> {
    runs.sort_unstable();
    let mut joined: Vec<Run> = Vec::new();
    for run in runs {
        match joined.last_mut() {
            Some(last) if run.0 <= last.1 => last.1 = last.1.max(run.1),
            _ => joined.push(run),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_hide_by_their_last_word() {
        for (properties, is_hidden) in [
            (&b"\x3c\x08\x01"[..], true),
            (b"\x00\x08\x81", true),
            (b"\x3c\x08\x01\x3c\x08\x00", false),
            (b"\x43\x4a\x18\x00\x3c\x08\x01", true),
            (b"\x35\x08\x01", false),
            (b"\x71\xca\x0a\0\0\0\0\0\0\0\0\0\0\x3c\x08\x01", true),
            (b"\x3c\x08", false),
        ] {
            assert_eq!(hides(properties), is_hidden, "{properties:x?}");
        }
    }

    #[test]
    fn runs_in_line_are_one() {
        assert_eq!(joined(vec![(8, 9), (1, 3), (3, 5)]), [(1, 5), (8, 9)]);
    }
}
