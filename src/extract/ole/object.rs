//! Objects embedded in documents (MS-OLEDS): a file in a packager's stream, or a document of its own.
//!
//! An equation or a drawing that only has its picture is no gap.

use crate::extract::content::FileKind;
use crate::extract::formats::Format;
use crate::extract::ole::store::{self, Store};
use crate::extract::reader::{File, Reader};
use crate::mail::gap::GapReason;

/// Any other compound file.
pub(in crate::extract) const FORMAT: Format = Format {
    name: "ole",
    kind: FileKind::Document,
    recognises: |probe| probe.bytes.starts_with(store::MAGIC),
    read,
};

/// Streams that hold a whole file.
const WHOLE: [&str; 3] = ["/Package", "/CONTENTS", "/EmbeddedOdf"];

fn read(file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let mut store = Store::open(file.bytes)?;
    let streams = store.streams();
    for path in WHOLE {
        if let Some(bytes) = store.read(path, &mut reader.budget)? {
            reader.budget.member()?;
            reader.file(&file.inner("embedded object", &bytes));
            return Ok(());
        }
    }
    if let Some(native) = store.read("/\u{1}Ole10Native", &mut reader.budget)? {
        let (name, bytes) = packaged(&native).ok_or(GapReason::Corrupt)?;
        reader.budget.member()?;
        let called = if name.is_empty() {
            "embedded object"
        } else {
            &name
        };
        reader.file(&file.inner(called, bytes));
        return Ok(());
    }
    let is_picture = |path: &String| {
        let name = path.trim_start_matches('/');
        name.starts_with(['\u{1}', '\u{2}', '\u{3}', '\u{5}']) || name == "Equation Native"
    };
    if streams.iter().all(is_picture) {
        Ok(())
    } else {
        Err(GapReason::UnknownFormat)
    }
}

/// The name and content of a packaged file: size, flags, label, path, two words, path, size, content.
pub(super) fn packaged(native: &[u8]) -> Option<(String, &[u8])> {
    let (label, rest) = text(native.get(6..)?)?;
    let (_, rest) = text(rest)?;
    let rest = rest.get(4..)?;
    let (length, rest) = counted(rest)?;
    let (length, rest) = counted(rest.get(length..)?)?;
    Some((label, rest.get(..length.min(rest.len()))?))
}

fn text(bytes: &[u8]) -> Option<(String, &[u8])> {
    let end = memchr::memchr(0, bytes)?;
    let (text, rest) = bytes.split_at_checked(end)?;
    Some((
        encoding_rs::WINDOWS_1252.decode(text).0.into_owned(),
        rest.get(1..)?,
    ))
}

/// A length, and what follows it.
pub(super) fn counted(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    Some((usize::try_from(u32::from_le_bytes(*length)).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packaged_file_is_unwrapped() {
        let native = b"\0\0\0\0\x02\0a.txt\0C:\\a.txt\0\0\0\x03\0\x02\0\0\0x\0\x05\0\0\0hello";
        assert_eq!(packaged(native), Some(("a.txt".to_owned(), &b"hello"[..])));
    }
}
