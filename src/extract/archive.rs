//! Zip archives: every member is a file of its own, inside the archive.

use crate::extract::content::FileKind;
use crate::extract::formats::{Format, Probe};
use crate::extract::reader::{File, Reader};
use crate::extract::zipped::{Container, Member};
use crate::mail::gap::GapReason;

/// Any zip that is no document.
pub(super) const FORMAT: Format = Format {
    name: "zip",
    kind: FileKind::Archive,
    recognises,
    read,
};

fn recognises(probe: &Probe<'_>) -> bool {
    probe.bytes.starts_with(b"PK\x03\x04") || probe.bytes.starts_with(b"PK\x05\x06")
}

fn read(file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let mut container = Container::open(file.bytes, reader.limits)?;
    let mut locked = 0;
    let members = container.members();
    for member in &members {
        reader.budget.member()?;
        match container.read(member.index, &mut reader.budget) {
            Ok(bytes) => reader.file(&inner(file, member, &bytes)),
            Err(GapReason::TooLarge) => return Err(GapReason::TooLarge),
            Err(reason) => {
                locked += usize::from(reason == GapReason::Encrypted);
                reader.unread(&inner(file, member, &[]), reason);
            }
        }
    }
    if locked > 0 && locked == members.len() {
        return Err(GapReason::Encrypted);
    }
    if container.is_ambiguous() {
        return Err(GapReason::Malformed);
    }
    Ok(())
}

fn inner<'a>(file: &File<'_>, member: &'a Member, bytes: &'a [u8]) -> File<'a> {
    File {
        origin: file.origin.within(&member.name),
        name: Some(member.name.rsplit('/').next().unwrap_or(&member.name)),
        media_type: "",
        charset: None,
        bytes,
        visible: file.visible,
    }
}
