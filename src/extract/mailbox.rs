//! Mailbox files: many messages, each begun by a `From ` line (RFC 4155).

use memchr::memmem;

use crate::extract::content::FileKind;
use crate::extract::formats::{Format, Probe};
use crate::extract::reader::{File, Reader};
use crate::mail::gap::GapReason;

/// A `From ` line with a header block under it.
pub(super) const FORMAT: Format = Format {
    name: "mbox",
    kind: FileKind::Archive,
    recognises,
    read,
};

fn recognises(probe: &Probe<'_>) -> bool {
    let declared = probe.media_type.starts_with("message/");
    !declared && is_separator(probe.head(4_096))
}

/// A `From ` line, and a header field on the line after it.
fn is_separator(bytes: &[u8]) -> bool {
    let mut lines = bytes.split(|octet| *octet == b'\n');
    let begins = lines.next().is_some_and(|line| line.starts_with(b"From "));
    let is_field = |line: &[u8]| {
        let name = line
            .split(|octet| *octet == b':')
            .next()
            .unwrap_or_default();
        line.len() > name.len() && !name.is_empty() && name.iter().all(u8::is_ascii_graphic)
    };
    begins && lines.next().is_some_and(is_field)
}

fn read(file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let begins = |at: &usize| file.bytes.get(*at..).is_some_and(is_separator);
    let found = memmem::find_iter(file.bytes, b"\nFrom ").map(|at| at + 1);
    let mut starts = std::iter::once(0).chain(found.filter(begins)).peekable();
    let mut number = 0;
    while let Some(start) = starts.next() {
        number += 1;
        reader.budget.member()?;
        let end = starts.peek().copied().unwrap_or(file.bytes.len());
        reader.file(&File {
            origin: file.origin.within(&format!("message {number}")),
            name: None,
            media_type: "message/rfc822",
            charset: None,
            bytes: file.bytes.get(start..end).unwrap_or_default(),
            visible: file.visible,
        });
    }
    Ok(())
}
