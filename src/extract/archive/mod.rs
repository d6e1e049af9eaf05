//! Archives and compressed files: every member is a file of its own, inside the archive.
//!
//! All take from the one budget of the message: octets expanded, members, nesting.
//! Archives in several volumes and Unix `compress` are told apart only.

mod cabinet;
mod packed;
mod rar;
mod seven_zip;
mod tape;
mod zip;

use crate::extract::content::FileKind;
use crate::extract::formats::Format;
use crate::extract::reader::File;
use crate::mail::gap::GapReason;

pub(super) use cabinet::FORMAT as CAB;
pub(super) use packed::{BZIP2, GZIP, XZ, ZSTD};
pub(super) use rar::FORMAT as RAR;
pub(super) use seven_zip::FORMAT as SEVEN_ZIP;
pub(super) use tape::FORMAT as TAR;
pub(super) use zip::FORMAT as ZIP;

/// Archives that are told apart only.
pub(super) const UNREAD: Format = Format {
    name: "archive",
    kind: FileKind::Archive,
    recognises: |probe| MAGIC.iter().any(|magic| probe.bytes.starts_with(magic)),
    read: |_, _| Err(GapReason::UnknownFormat),
};

const MAGIC: [&[u8]; 3] = [b"\x1f\x9d", b"**ACE**", b"LZIP"];

/// More memory than this for what a decoder looks back at is refused; 7-Zip's strongest setting takes half of it.
const MOST_DICTIONARY: u32 = 128 << 20;

/// A member at a path in an archive.
fn inner<'a>(file: &File<'_>, path: &'a str, bytes: &'a [u8]) -> File<'a> {
    File {
        name: Some(path.rsplit(['/', '\\']).next().unwrap_or(path)),
        ..file.inner(path, bytes)
    }
}
