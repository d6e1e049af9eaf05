//! Zip archives (APPNOTE.TXT), with what is locked in them told apart.

use crate::extract::archive::inner;
use crate::extract::content::FileKind;
use crate::extract::formats::{Format, Probe};
use crate::extract::reader::{File, Reader};
use crate::extract::zipped::Container;
use crate::mail::gap::GapReason;
use crate::mail::lock::Lock;

/// Any zip that is no document.
pub(in crate::extract) const FORMAT: Format = Format {
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
    let mut locks = Vec::new();
    let members = container.members();
    for member in &members {
        reader.budget.member()?;
        match container.read(member.index, &mut reader.budget) {
            Ok(bytes) => reader.file(&inner(file, &member.name, &bytes)),
            Err(GapReason::TooLarge) => return Err(GapReason::TooLarge),
            Err(reason) => {
                locks.extend(reason.lock());
                reader.unread(&inner(file, &member.name, &[]), reason);
            }
        }
    }
    match locks.first() {
        Some(lock) if locks.len() == members.len() => Err(GapReason::Encrypted(*lock)),
        Some(_) => Err(GapReason::Encrypted(Lock::Partly)),
        None if container.is_ambiguous() => Err(GapReason::Malformed),
        None => Ok(()),
    }
}
