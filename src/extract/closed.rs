//! Files that are known and cannot be read: notebooks, databases, mail stores. Each is a gap.

use crate::extract::content::FileKind;
use crate::extract::formats::Format;
use crate::mail::gap::GapReason;

/// By their first octets: `OneNote`, Access, Outlook's store, `SQLite`.
pub(super) const FORMAT: Format = Format {
    name: "closed",
    kind: FileKind::Document,
    recognises: |probe| MAGIC.iter().any(|magic| probe.bytes.starts_with(magic)),
    read: |_, _| Err(GapReason::UnknownFormat),
};

const MAGIC: [&[u8]; 5] = [
    b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d",
    b"\0\x01\0\0Standard Jet DB",
    b"\0\x01\0\0Standard ACE DB",
    b"!BDN",
    b"SQLite format 3\0",
];
