//! Presentations of 97 to 2003: `.ppt`, `.pps` (MS-PPT).

use std::io::Cursor;

use office_oxide::ppt::{PptDocument, PptError};

use crate::extract::content::{FileKind, Place};
use crate::extract::formats::Format;
use crate::extract::ole::{embedded, lock, notes, properties, store};
use crate::extract::reader::{File, Reader};
use crate::mail::gap::GapReason;

/// A compound file with the stream `PowerPoint Document`.
pub(in crate::extract) const FORMAT: Format = Format {
    name: "ppt",
    kind: FileKind::Document,
    recognises: |probe| store::has_entry(probe.bytes, "PowerPoint Document"),
    read,
};

fn read(file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let slides =
        PptDocument::from_reader(Cursor::new(file.bytes)).map_err(|error| match error {
            PptError::Encrypted => GapReason::Encrypted(lock::old(file.bytes)),
            _ => GapReason::Corrupt,
        })?;
    reader.text(
        &file.origin,
        Place::Attachment,
        file.visible,
        slides.plain_text(),
    );
    let notes = notes::text(file.bytes, &mut reader.budget)?;
    reader.text(&file.origin.at("notes"), Place::Attachment, false, notes);
    properties(slides.summary_properties(), file, reader);
    embedded::in_records(file, reader)?;
    if slides.text_complete() {
        Ok(())
    } else {
        Err(GapReason::Corrupt)
    }
}
