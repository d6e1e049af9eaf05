//! How a compound file is locked (MS-OFFCRYPTO): found in its own words, never tried to be opened.

use crate::extract::budget::Budget;
use crate::extract::ole::store::{self, Store};
use crate::mail::lock::Lock;

/// The lock of a document of 2007 or later in its encrypted shell, of any version with rights management; else none.
pub(in crate::extract) fn shell(bytes: &[u8]) -> Option<Lock> {
    if !bytes.starts_with(store::MAGIC) {
        return None;
    }
    let managed = store::has_entry(bytes, "DRMEncryptedDataSpace")
        || store::has_entry(bytes, "\tDRMEncryptedTransform")
        || store::has_entry(bytes, "\tDRMContent");
    if managed {
        return Some(Lock::Rights);
    }
    if !store::has_entry(bytes, "EncryptedPackage") {
        return None;
    }
    // A shell that the store does not open is locked all the same.
    Some(version(bytes).unwrap_or(Lock::OfficeAgile))
}

/// The version in `EncryptionInfo`: 4.4 is agile, 2 to 4 with 2 standard (sections 2.3.4.5 and 2.3.4.10).
fn version(bytes: &[u8]) -> Option<Lock> {
    let mut store = Store::open(bytes).ok()?;
    let info = store
        .read("/EncryptionInfo", &mut Budget::of(1 << 20))
        .ok()??;
    match info.as_slice() {
        [_, _, 2, 0, ..] => Some(Lock::OfficeStandard),
        _ => Some(Lock::OfficeAgile),
    }
}

/// The lock of an old document that its reader found to be locked; RC4 where nothing says XOR.
pub(super) fn old(bytes: &[u8]) -> Lock {
    old_lock(bytes).unwrap_or(Lock::OfficeRc4)
}

fn old_lock(bytes: &[u8]) -> Option<Lock> {
    let mut store = Store::open(bytes).ok()?;
    let mut budget = Budget::of(bytes.len());
    if let Some(document) = store.read("/WordDocument", &mut budget).ok()? {
        // FibBase: fEncrypted at bit 8, fObfuscated at bit 15 of the flags (MS-DOC section 2.5.2).
        let flags = document.get(10..12)?;
        return Some(if flags.last()? & 0x80 == 0 {
            Lock::OfficeRc4
        } else {
            Lock::OfficeXor
        });
    }
    for path in ["/Workbook", "/Book"] {
        if let Some(book) = store.read(path, &mut budget).ok()? {
            return file_pass(&book);
        }
    }
    None
}

/// The record `FilePass` near the start of a workbook (MS-XLS section 2.4.117): 0 is XOR.
fn file_pass(book: &[u8]) -> Option<Lock> {
    let mut rest = book;
    for _ in 0..64 {
        let (head, after) = rest.split_first_chunk::<4>()?;
        let [id_low, id_high, low, high] = *head;
        let length = usize::from(u16::from_le_bytes([low, high]));
        let (body, next) = after.split_at_checked(length)?;
        if u16::from_le_bytes([id_low, id_high]) == 0x002f {
            // Before version 8 the record has no type, and there was XOR only.
            let xor = body.get(..2)? == [0, 0] || length == 4;
            return Some(if xor {
                Lock::OfficeXor
            } else {
                Lock::OfficeRc4
            });
        }
        rest = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workbook_says_how_it_is_locked() {
        let begin = b"\x09\x08\x04\x00\0\x06\x05\0";
        for (record, lock) in [
            (&b"\x2f\0\x06\0\0\0\x12\x34\x56\x78"[..], Lock::OfficeXor),
            (b"\x2f\0\x06\0\x01\0\x01\0\x01\0", Lock::OfficeRc4),
            (b"\x2f\0\x04\0\x12\x34\x56\x78", Lock::OfficeXor),
        ] {
            assert_eq!(file_pass(&[begin, record].concat()), Some(lock));
        }
        assert_eq!(file_pass(begin), None);
    }
}
