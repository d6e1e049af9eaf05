//! Archives and compressed files: every member is a file of its own, inside the archive.
//!
//! 7z and RAR are known and not read: their readers need more memory than a message may cost.

mod packed;
mod tape;
mod zip;

use crate::extract::content::FileKind;
use crate::extract::formats::Format;
use crate::extract::reader::File;
use crate::mail::gap::GapReason;

pub(super) use packed::{BZIP2, GZIP};
pub(super) use tape::FORMAT as TAR;
pub(super) use zip::FORMAT as ZIP;

/// Archives that are told apart only.
pub(super) const UNREAD: Format = Format {
    name: "archive",
    kind: FileKind::Archive,
    recognises: |probe| MAGIC.iter().any(|magic| probe.bytes.starts_with(magic)),
    read: |_, _| Err(GapReason::UnknownFormat),
};

const MAGIC: [&[u8]; 6] = [
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"MSCF\0\0\0\0",
    b"\xfd7zXZ\0",
    b"\x28\xb5\x2f\xfd",
    b"\x1f\x9d",
];

/// A member at a path in an archive.
fn inner<'a>(file: &File<'_>, path: &'a str, bytes: &'a [u8]) -> File<'a> {
    File {
        origin: file.origin.within(path),
        name: Some(path.rsplit('/').next().unwrap_or(path)),
        media_type: "",
        charset: None,
        bytes,
        visible: file.visible,
    }
}
