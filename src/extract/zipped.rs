//! Zip containers, as archives and as the shell of office documents: members by name, every octet counted.

use std::borrow::Cow;
use std::io::Cursor;

use memchr::memmem;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::extract::budget::Budget;
use crate::limits::Limits;
use crate::mail::gap::GapReason;
use crate::mail::lock::Lock;

/// An open container.
pub(super) struct Container<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
}

/// One member, by its place.
pub(super) struct Member {
    /// Its place in the directory.
    pub(super) index: usize,
    /// Its path.
    pub(super) name: String,
}

impl<'a> Container<'a> {
    /// Reads the central directory.
    ///
    /// # Errors
    /// [`GapReason::TooManyParts`] where it lists more than the message may have, [`GapReason::Corrupt`] without one.
    pub(super) fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self, GapReason> {
        let listed = memmem::find_iter(bytes, b"PK\x01\x02")
            .take(limits.members + 1)
            .count();
        if listed > limits.members {
            return Err(GapReason::TooManyParts);
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| GapReason::Corrupt)?;
        Ok(Self { archive })
    }

    /// Every file in the order of the directory.
    pub(super) fn members(&self) -> Vec<Member> {
        (0..self.archive.len())
            .filter_map(|index| {
                let name = self.archive.name_for_index(index)?;
                let name = name.map_or_else(|_| format!("member {}", index + 1), Cow::into_owned);
                (!name.ends_with('/')).then_some(Member { index, name })
            })
            .collect()
    }

    /// Whether two members have one name, or share octets, so that programs differ in what they show.
    pub(super) fn is_ambiguous(&mut self) -> bool {
        self.archive.has_duplicate_names() || self.archive.has_overlapping_entries().unwrap_or(true)
    }

    /// The content of a member.
    ///
    /// # Errors
    /// Encrypted, of an unknown method, damaged, or larger than the budget.
    pub(super) fn read(&mut self, index: usize, budget: &mut Budget) -> Result<Vec<u8>, GapReason> {
        let lock = self.lock(index);
        let member = self.archive.by_index(index);
        let member = member.map_err(|error| reason(&error, lock))?;
        let packed = usize::try_from(member.compressed_size()).unwrap_or(usize::MAX);
        budget.unpack(member, packed)
    }

    /// How a member would be locked if it is: for AES it has an extra field 0x9901 of seven octets.
    fn lock(&mut self, index: usize) -> Lock {
        let raw = self.archive.by_index_raw(index).ok();
        let extra = raw.as_ref().and_then(zip::read::ZipFile::extra_data);
        let is_aes = extra.is_some_and(|extra| memmem::find(&extra, b"\x01\x99\x07\0").is_some());
        if is_aes {
            Lock::ZipAes
        } else {
            Lock::ZipCrypto
        }
    }
}

/// The paths of a zip; none where it is no zip or cannot be opened.
pub(super) fn paths(bytes: &[u8], limits: &Limits) -> Vec<String> {
    let members = bytes
        .starts_with(b"PK\x03\x04")
        .then(|| Container::open(bytes, limits).ok())
        .flatten()
        .map(|container| container.members());
    let members = members.unwrap_or_default();
    members.into_iter().map(|member| member.name).collect()
}

fn reason(error: &ZipError, lock: Lock) -> GapReason {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
            GapReason::Encrypted(lock)
        }
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
            GapReason::UnknownFormat
        }
        _ => GapReason::Corrupt,
    }
}
