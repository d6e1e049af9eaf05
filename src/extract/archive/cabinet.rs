//! Cabinets of Windows: `.cab` (MS-CAB), stored, MSZIP or LZX.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use cab::Cabinet;

use crate::extract::archive::inner;
use crate::extract::content::FileKind;
use crate::extract::formats::Format;
use crate::extract::reader::{File, Reader};
use crate::mail::gap::GapReason;

/// `MSCF` and four reserved octets.
pub(in crate::extract) const FORMAT: Format = Format {
    name: "cab",
    kind: FileKind::Archive,
    recognises: |probe| probe.bytes.starts_with(b"MSCF\0\0\0\0"),
    read,
};

fn read(file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let mut cabinet = Cabinet::new(Cursor::new(file.bytes)).map_err(|_| GapReason::Corrupt)?;
    let mut names = Vec::new();
    for folder in cabinet.folder_entries() {
        for entry in folder.file_entries() {
            reader.budget.member()?;
            names.push(entry.name().to_owned());
        }
    }
    for name in names {
        // A member that begins beyond its folder makes `cab` 0.6.0 panic.
        let read = catch_unwind(AssertUnwindSafe(|| {
            let stream = cabinet.read_file(&name).map_err(|_| GapReason::Corrupt)?;
            reader.budget.unpack(stream, file.bytes.len())
        }));
        let bytes = read.unwrap_or(Err(GapReason::Corrupt))?;
        reader.file(&inner(file, &name.replace('\\', "/"), &bytes));
    }
    Ok(())
}
