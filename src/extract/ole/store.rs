//! An open compound file: streams by path, every octet counted.

use std::borrow::Cow;
use std::io::Cursor;

use cfb::CompoundFile;

use crate::extract::budget::Budget;
use crate::mail::gap::GapReason;

/// The first octets of every compound file.
pub(super) const MAGIC: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// An open compound file.
pub(super) struct Store<'a> {
    file: CompoundFile<Cursor<Cow<'a, [u8]>>>,
}

impl<'a> Store<'a> {
    /// Reads its directory.
    ///
    /// # Errors
    /// [`GapReason::Corrupt`] where it has none.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, GapReason> {
        let open = |bytes: Cow<'a, [u8]>| CompoundFile::open(Cursor::new(bytes));
        let file = open(Cow::Borrowed(bytes));
        let file =
            file.or_else(|error| padded(bytes).map_or(Err(error), |bytes| open(bytes.into())));
        let file = file.map_err(|_| GapReason::Corrupt)?;
        Ok(Self { file })
    }

    /// The names of what stands in no storage, in lower case.
    fn roots(&self) -> Vec<String> {
        let entries = self.file.read_root_storage();
        entries.map(|entry| entry.name().to_lowercase()).collect()
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

/// The same file up to where its table of sectors ends: some programs leave the empty ones at the end unwritten.
fn padded(bytes: &[u8]) -> Option<Vec<u8>> {
    let shift = u32::from(*bytes.get(0x1e)?).clamp(9, 12);
    let (tables, _) = bytes.get(0x2c..)?.split_first_chunk::<4>()?;
    let per_table = 1_usize << (shift - 2);
    let sectors = per_table.checked_mul(u32::from_le_bytes(*tables).try_into().ok()?)?;
    let length = sectors.checked_add(1)?.checked_mul(1 << shift)?;
    let missing = length.checked_sub(bytes.len())?;
    (missing < per_table << shift).then(|| [bytes, &vec![0; missing]].concat())
}

/// The names of what stands in no storage of a compound file, in lower case; none where it does not open.
pub(in crate::extract) fn roots(bytes: &[u8]) -> Vec<String> {
    if !bytes.starts_with(MAGIC) {
        return Vec::new();
    }
    Store::open(bytes)
        .map(|store| store.roots())
        .unwrap_or_default()
}

/// Whether a file is a compound file that has a stream or storage of this name.
pub(in crate::extract) fn has_entry(bytes: &[u8], name: &str) -> bool {
    let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.starts_with(MAGIC) && memchr::memmem::find(bytes, &name).is_some()
}
