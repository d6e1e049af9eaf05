//! Plain text, in any character set: notes, source, anything whose octets are words; and files in it as uuencode.

use crate::extract::charset;
use crate::extract::content::{FileKind, Place};
use crate::extract::formats::{Format, Probe};
use crate::extract::reader::{File, Reader};
use crate::mail::gap::GapReason;
use crate::parse::decode;

/// Recognised last: whatever has no binary octets.
pub(super) const FORMAT: Format = Format {
    name: "plain",
    kind: FileKind::Document,
    recognises,
    read,
};

fn recognises(probe: &Probe<'_>) -> bool {
    is_text(probe.bytes)
}

/// Whether the octets are words: no control characters but white space, or UTF-16.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    let sample = bytes.get(..bytes.len().min(8_192)).unwrap_or_default();
    let control = |octet: &&u8| **octet < 0x20 && !b"\t\n\r\x0c\x1a\x1b".contains(*octet);
    let controls = sample.iter().filter(control).count();
    controls == 0 || controls * 1_000 < sample.len() || charset::is_wide(bytes)
}

fn read(file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let text = charset::decode(file.bytes, file.charset);
    reader.text(&file.origin, Place::Attachment, file.visible, text);
    for inner in decode::uuencoded(file.bytes) {
        reader.budget.member()?;
        reader.budget.spend(inner.bytes.len())?;
        reader.file(&File {
            name: Some(&inner.name),
            ..file.inner(&inner.name, &inner.bytes)
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_text_and_octets_are_not() {
        assert!(is_text(b"Dear all,\r\n\tZo\xeb"));
        assert!(is_text(b""));
        assert!(!is_text(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"));
    }
}
