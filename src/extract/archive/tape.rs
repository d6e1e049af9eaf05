//! Tape archives: `.tar` of old, POSIX and GNU form (POSIX.1-2001 pax).

use std::io::Read;

use crate::extract::archive::inner;
use crate::extract::content::FileKind;
use crate::extract::formats::Format;
use crate::extract::reader::{File, Reader};
use crate::mail::gap::GapReason;

/// The magic of POSIX and GNU, at octet 257.
pub(in crate::extract) const FORMAT: Format = Format {
    name: "tar",
    kind: FileKind::Archive,
    recognises: |probe| probe.bytes.get(257..262) == Some(b"ustar"),
    read,
};

fn read(file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let mut archive = tar::Archive::new(file.bytes);
    let entries = archive.entries().map_err(|_| GapReason::Corrupt)?;
    for entry in entries {
        reader.budget.member()?;
        let entry = entry.map_err(|_| GapReason::Corrupt)?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let declared = entry.size();
        let bytes = reader.budget.expand(entry.take(declared))?;
        reader.file(&inner(file, &path, &bytes));
    }
    Ok(())
}
