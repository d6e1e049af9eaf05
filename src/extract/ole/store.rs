//! An open compound file: streams by path, every octet counted.

use std::io::Cursor;

use cfb::CompoundFile;

use crate::extract::budget::Budget;
use crate::mail::gap::GapReason;

/// The first octets of every compound file.
pub(super) const MAGIC: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// An open compound file.
pub(super) struct Store<'a> {
    file: CompoundFile<Cursor<&'a [u8]>>,
}

impl<'a> Store<'a> {
    /// Reads its directory.
    ///
    /// # Errors
    /// [`GapReason::Corrupt`] where it has none.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, GapReason> {
        let file = CompoundFile::open(Cursor::new(bytes)).map_err(|_| GapReason::Corrupt)?;
        Ok(Self { file })
    }

    /// Paths of all streams, `/` between their names.
    pub(super) fn streams(&self) -> Vec<String> {
        let streams = self.file.walk().filter(cfb::Entry::is_stream);
        streams
            .map(|entry| entry.path().to_string_lossy().into_owned())
            .collect()
    }

    /// The content of a stream; `None` where there is none of this path.
    ///
    /// # Errors
    /// As [`Budget::expand`].
    pub(super) fn read(
        &mut self,
        path: &str,
        budget: &mut Budget,
    ) -> Result<Option<Vec<u8>>, GapReason> {
        if !self.file.is_stream(path) {
            return Ok(None);
        }
        let stream = self
            .file
            .open_stream(path)
            .map_err(|_| GapReason::Corrupt)?;
        budget.expand(stream).map(Some)
    }
}

/// Whether a file is a compound file that has a stream or storage of this name.
pub(super) fn has_entry(bytes: &[u8], name: &str) -> bool {
    let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.starts_with(MAGIC) && memchr::memmem::find(bytes, &name).is_some()
}
