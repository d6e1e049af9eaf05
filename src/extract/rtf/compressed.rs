//! The compressed rich text of Outlook, `LZFu` (MS-OXRTFCP).

use crate::extract::reader::Reader;
use crate::mail::gap::GapReason;

/// What the dictionary holds before the first octet (section 2.1.3.1.1).
const DICTIONARY: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \
\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \
\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

const WINDOW: usize = 4_096;

/// Undoes the compression.
///
/// # Errors
/// [`GapReason::Corrupt`] for another format, [`GapReason::TooLarge`] beyond the budget.
pub(in crate::extract) fn decompressed(
    bytes: &[u8],
    reader: &mut Reader<'_>,
) -> Result<Vec<u8>, GapReason> {
    let content = bytes.get(16..).ok_or(GapReason::Corrupt)?;
    let raw = match bytes.get(8..12) {
        Some(b"LZFu") => expanded(content),
        Some(b"MELA") => content.to_vec(),
        Some(_) | None => return Err(GapReason::Corrupt),
    };
    reader.budget.expand(raw.as_slice())
}

/// At most eighteen octets come of every two, so the result is bounded by the input.
fn expanded(content: &[u8]) -> Vec<u8> {
    let mut out = DICTIONARY.to_vec();
    let mut octets = content.iter().copied();
    'all: while let Some(flags) = octets.next() {
        for bit in 0..8 {
            if flags >> bit & 1 == 0 {
                let Some(octet) = octets.next() else {
                    break 'all;
                };
                out.push(octet);
                continue;
            }
            let (Some(high), Some(low)) = (octets.next(), octets.next()) else {
                break 'all;
            };
            let reference = u16::from_be_bytes([high, low]);
            let offset = usize::from(reference >> 4);
            if offset == out.len() % WINDOW {
                break 'all;
            }
            copy(&mut out, offset, usize::from(reference & 15) + 2);
        }
    }
    out.split_off(DICTIONARY.len())
}

/// Copies from the window, whose places count from the beginning of the dictionary and wrap.
fn copy(out: &mut Vec<u8>, offset: usize, length: usize) {
    let here = out.len() % WINDOW;
    let back = (here + WINDOW - offset) % WINDOW;
    for _ in 0..length {
        let octet = out
            .len()
            .checked_sub(back)
            .and_then(|at| out.get(at))
            .copied();
        out.push(octet.unwrap_or(b' '));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_specification_is_undone() {
        // MS-OXRTFCP section 3.1.1.
        let content = [
            0x03, 0x00, 0x0a, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a,
            0xf3, 0x20, 0x68, 0x65, 0x6c, 0x09, 0x00, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64,
            0x7d, 0x0a, 0x80, 0x0f, 0xa0,
        ];
        let text = String::from_utf8(expanded(&content)).unwrap();
        assert_eq!(text, "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
    }
}
