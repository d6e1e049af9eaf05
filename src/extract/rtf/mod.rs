//! Rich Text Format 1.9: text, tables and hidden text; as an attachment, and as the body of Outlook messages.

mod compressed;
mod fonts;
mod walk;

use crate::extract::content::{FileKind, Place};
use crate::extract::formats::Format;
use crate::extract::media::within::Pictures;
use crate::extract::ole::embedded;
use crate::extract::reader::{File, Reader};
use crate::mail::gap::GapReason;
use crate::mail::origin::Origin;

pub(super) use compressed::decompressed;

/// Text that begins with `{\rtf`.
pub(super) const FORMAT: Format = Format {
    name: "rtf",
    kind: FileKind::Document,
    recognises: |probe| probe.bytes.trim_ascii_start().starts_with(b"{\\rtf"),
    read,
};

fn read(file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let rich = walk::rich(file.bytes);
    rich.flow
        .give(&file.origin, Place::Attachment, file.visible, reader);
    for object in rich.objects {
        embedded::in_digits(&object, file, reader)?;
    }
    let mut pictures = Pictures::of(file, reader);
    for (number, digits) in rich.pictures.iter().enumerate() {
        let name = format!("picture {}", number + 1);
        pictures.read(&name, &embedded::octets(digits), file, reader);
    }
    Ok(())
}

/// Reads rich text that stands at `origin`.
pub(super) fn give(
    rich: &[u8],
    origin: &Origin,
    place: Place,
    visible: bool,
    reader: &mut Reader<'_>,
) {
    walk::rich(rich).flow.give(origin, place, visible, reader);
}
