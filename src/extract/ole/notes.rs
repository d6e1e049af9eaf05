//! Speaker notes of an old presentation (MS-PPT section 2.5.6), which its reader leaves out.
//!
//! Every notes container of the stream is read, those of earlier savings too: they are sent as well.

use crate::extract::budget::Budget;
use crate::extract::charset;
use crate::extract::ole::store::Store;
use crate::mail::gap::GapReason;

const NOTES: u16 = 0x03f0;
const WIDE_TEXT: u16 = 0x0fa0;
const NARROW_TEXT: u16 = 0x0fa8;

/// Containers in containers beyond this are none.
const DEEPEST: usize = 32;

/// The notes, each text once, one a line.
///
/// # Errors
/// As [`Budget::expand`].
pub(super) fn text(bytes: &[u8], budget: &mut Budget) -> Result<String, GapReason> {
    let mut store = Store::open(bytes)?;
    let stream = store.read("/PowerPoint Document", budget)?;
    let mut lines = Vec::new();
    walk(&stream.unwrap_or_default(), false, 0, &mut lines);
    lines.dedup();
    Ok(lines.join("\n"))
}

/// Walks records: version and instance, type, length, body; version 15 is a container (section 2.3.1).
fn walk(bytes: &[u8], in_notes: bool, depth: usize, lines: &mut Vec<String>) {
    let mut rest = bytes;
    while let Some((head, after)) = rest.split_first_chunk::<8>() {
        let [version, _, kind_low, kind_high, length @ ..] = *head;
        let kind = u16::from_le_bytes([kind_low, kind_high]);
        let length = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX);
        let (body, next) = after.split_at_checked(length).unwrap_or((after, &[]));
        rest = next;
        if version & 0x0f == 0x0f && depth < DEEPEST {
            walk(body, in_notes || kind == NOTES, depth + 1, lines);
        } else if in_notes && [WIDE_TEXT, NARROW_TEXT].contains(&kind) {
            let text = if kind == WIDE_TEXT {
                encoding_rs::UTF_16LE
                    .decode_without_bom_handling(body)
                    .0
                    .into_owned()
            } else {
                charset::decode(body, Some("windows-1252"))
            };
            // A star stands for the number of the page.
            let text = text.replace(['\r', '\u{b}'], "\n").trim().to_owned();
            lines.extend((!["", "*"].contains(&text.as_str())).then_some(text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_texts_in_notes_are_notes() {
        let atom = b"\0\0\xa8\x0f\x03\0\0\0Amy";
        let mut stream = b"\x0f\0\xee\x03\x0b\0\0\0".to_vec();
        stream.extend(atom);
        stream.extend(b"\x0f\0\xf0\x03\x0b\0\0\0");
        stream.extend(b"\0\0\xa8\x0f\x03\0\0\0Bob");
        let mut lines = Vec::new();
        walk(&stream, false, 0, &mut lines);
        assert_eq!(lines, ["Bob"]);
    }
}
