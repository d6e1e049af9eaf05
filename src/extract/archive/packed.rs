//! One file in a compressed stream: gzip (RFC 1952) and bzip2.

use std::io::Read;

use crate::extract::archive::inner;
use crate::extract::content::FileKind;
use crate::extract::formats::Format;
use crate::extract::reader::{File, Reader};
use crate::mail::gap::GapReason;

/// `.gz`, `.tgz`.
pub(in crate::extract) const GZIP: Format = Format {
    name: "gzip",
    kind: FileKind::Archive,
    recognises: |probe| probe.bytes.starts_with(b"\x1f\x8b\x08"),
    read: |file, reader| read(flate2::read::MultiGzDecoder::new(file.bytes), file, reader),
};

/// `.bz2`.
pub(in crate::extract) const BZIP2: Format = Format {
    name: "bzip2",
    kind: FileKind::Archive,
    recognises: |probe| {
        probe.bytes.starts_with(b"BZh") && probe.bytes.get(4..10) == Some(b"1AY&SY")
    },
    read: |file, reader| read(bzip2::read::MultiBzDecoder::new(file.bytes), file, reader),
};

fn read(stream: impl Read, file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let bytes = reader.budget.unpack(stream, file.bytes.len())?;
    reader.budget.member()?;
    let name = file.name.unwrap_or("compressed file");
    let name = match name.rsplit_once('.') {
        Some((stem, "tgz" | "tbz" | "tbz2")) => format!("{stem}.tar"),
        Some((stem, _)) => stem.to_owned(),
        None => name.to_owned(),
    };
    reader.file(&inner(file, &name, &bytes));
    Ok(())
}
