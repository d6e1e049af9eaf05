//! Objects in old documents, each read as a file of its own, not seen by the sender.
//!
//! Word keeps them in storages below `ObjectPool` (MS-DOC section 2.1.9), Excel in storages `MBD…` (MS-XLS section
//! 2.1.7.2), slides in records of their one stream (MS-PPT section 2.10.34); rich text in hexadecimal digits.

use std::io::{Cursor, Write};
use std::path::{Component, Path};

use cfb::CompoundFile;
use memchr::memmem;

use crate::extract::ole::object;
use crate::extract::ole::store::{self, MAGIC, Store};
use crate::extract::reader::{File, Reader};
use crate::mail::gap::GapReason;

/// Reads the objects in storages of a document of Word or Excel.
///
/// # Errors
/// [`GapReason::Corrupt`] where the document is no compound file; as [`Store::read`] beside that.
pub(in crate::extract) fn in_storages(
    file: &File<'_>,
    reader: &mut Reader<'_>,
) -> Result<(), GapReason> {
    let mut store = Store::open(file.bytes)?;
    let streams = store.streams();
    let mut storages: Vec<String> = streams.iter().filter_map(|path| storage(path)).collect();
    storages.dedup();
    for storage in storages {
        let below = format!("{storage}/");
        let mut copy = Vec::new();
        for path in streams.iter().filter(|path| path.starts_with(&below)) {
            if let Some(bytes) = store.read(path, &mut reader.budget)? {
                copy.push((path.get(storage.len()..).unwrap_or_default(), bytes));
            }
        }
        let bytes = compound(&copy).map_err(|_| GapReason::Corrupt)?;
        read_object(file, &bytes, reader)?;
    }
    Ok(())
}

/// The storage of the object that a stream belongs to.
fn storage(path: &str) -> Option<String> {
    let mut steps = Path::new(path).components().filter_map(|step| match step {
        Component::Normal(name) => name.to_str(),
        _ => None,
    });
    match (steps.next()?, steps.next()?, steps.next()) {
        ("ObjectPool", object, Some(_)) => Some(format!("/ObjectPool/{object}")),
        (object, ..) if object.starts_with("MBD") => Some(format!("/{object}")),
        _ => None,
    }
}

/// A compound file of these streams.
fn compound(streams: &[(&str, Vec<u8>)]) -> std::io::Result<Vec<u8>> {
    let mut file = CompoundFile::create(Cursor::new(Vec::new()))?;
    for (path, bytes) in streams {
        if let Some(folder) = Path::new(path).parent() {
            file.create_storage_all(folder)?;
        }
        file.create_stream(path)?.write_all(bytes)?;
    }
    file.flush()?;
    Ok(file.into_inner().into_inner())
}

/// Reads the objects in the records of a presentation.
///
/// # Errors
/// As [`Store::read`]; [`GapReason::Corrupt`] where one does not unpack.
pub(super) fn in_records(file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let mut store = Store::open(file.bytes)?;
    let records = store.read("/PowerPoint Document", &mut reader.budget)?;
    for (packed, bytes) in objects(&records.unwrap_or_default()) {
        let unpacked = if packed {
            let stream = flate2::read::ZlibDecoder::new(bytes.get(4..).unwrap_or_default());
            reader.budget.unpack(stream, bytes.len())?
        } else {
            bytes.to_vec()
        };
        // Macros are kept in such a record too.
        if !store::has_entry(&unpacked, "_VBA_PROJECT") {
            read_object(file, &unpacked, reader)?;
        }
    }
    Ok(())
}

/// The records `ExOleObjStg`, and whether each is packed; containers are walked through.
fn objects(mut records: &[u8]) -> Vec<(bool, &[u8])> {
    let mut found = Vec::new();
    while let Some((head, rest)) = records.split_first_chunk::<8>() {
        let [version, instance, kind_low, kind_high, length @ ..] = *head;
        let length = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX);
        if version & 0x0f == 0x0f {
            records = rest;
            continue;
        }
        let (content, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        if u16::from_le_bytes([kind_low, kind_high]) == 0x1011 {
            found.push((version >> 4 == 1 && instance == 0, content));
        }
        records = after;
    }
    found
}

/// Reads an object of rich text (MS-OLEDS section 2.2.5): a compound file somewhere in it, or a packaged file.
///
/// # Errors
/// [`GapReason::TooManyParts`].
pub(in crate::extract) fn in_digits(
    digits: &[u8],
    file: &File<'_>,
    reader: &mut Reader<'_>,
) -> Result<(), GapReason> {
    let octets = octets(digits);
    if let Some(at) = memmem::find(&octets, MAGIC) {
        return read_object(file, octets.get(at..).unwrap_or_default(), reader);
    }
    if let Some(native) = native(&octets)
        && let Some((name, bytes)) = object::packaged(native)
    {
        reader.budget.member()?;
        reader.file(&file.inner(&name, bytes));
    }
    Ok(())
}

/// What hexadecimal digits say; anything between them is passed over.
pub(in crate::extract) fn octets(digits: &[u8]) -> Vec<u8> {
    let value = |digit: &u8| u8::try_from(char::from(*digit).to_digit(16)?).ok();
    let values: Vec<u8> = digits.iter().filter_map(value).collect();
    let pair = |pair: &[u8]| pair.iter().fold(0, |octet, digit| octet << 4 | digit);
    values.chunks_exact(2).map(pair).collect()
}

/// The native data of an object of class `Package`, its size before it.
fn native(object: &[u8]) -> Option<&[u8]> {
    let mut rest = object.get(8..)?;
    for _ in ["class", "topic", "item"] {
        let (length, after) = object::counted(rest)?;
        rest = after.get(length..)?;
    }
    object
        .get(8..)?
        .get(4..)?
        .starts_with(b"Package\0")
        .then_some(rest)
}

fn read_object(file: &File<'_>, bytes: &[u8], reader: &mut Reader<'_>) -> Result<(), GapReason> {
    reader.budget.member()?;
    let mut inner = file.inner("embedded object", bytes);
    inner.visible = false;
    reader.file(&inner);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::rtf;
    use crate::limits::Limits;
    use crate::mail::origin::Origin;

    /// A packaged file as a stream `Ole10Native`.
    fn packaged() -> Vec<u8> {
        let csv = b"Amelia,Thornton\nOliver,Thornton\n";
        let mut native = b"\0\0\0\0\x02\0list.csv\0C:\\list.csv\0\0\0\x03\0\x02\0\0\0x\0".to_vec();
        native.extend(u32::try_from(csv.len()).unwrap().to_le_bytes());
        native.extend(csv);
        native
    }

    /// The text of everything that `read` finds in a document.
    fn text(
        document: &[u8],
        read: impl FnOnce(&File<'_>, &mut Reader<'_>) -> Result<(), GapReason>,
    ) -> String {
        let limits = Limits::default();
        let mut reader = Reader::new(&limits);
        let file = File {
            origin: Origin::new("attachment a"),
            name: None,
            media_type: "",
            charset: None,
            bytes: document,
            visible: true,
        };
        assert_eq!(read(&file, &mut reader), Ok(()));
        let texts = reader.finish().0.texts.into_iter();
        texts.map(|text| text.text).collect()
    }

    #[test]
    fn an_object_in_a_storage_is_a_file() {
        for storage in ["/ObjectPool/_1234", "/MBD0001"] {
            let path = format!("{storage}/\u{1}Ole10Native");
            let document = compound(&[(path.as_str(), packaged())]).unwrap();
            assert!(text(&document, in_storages).contains("Amelia"), "{storage}");
        }
    }

    #[test]
    fn an_object_in_a_record_is_a_file() {
        let object = compound(&[("/\u{1}Ole10Native", packaged())]).unwrap();
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(&object).unwrap();
        let packed = [&[0; 4][..], &packed.finish().unwrap()].concat();
        let length = u32::try_from(packed.len()).unwrap();
        let mut records = vec![0x0f, 0, 0xe8, 3];
        records.extend((length + 8).to_le_bytes());
        records.extend([0x10, 0, 0x11, 0x10]);
        records.extend(length.to_le_bytes());
        records.extend(packed);
        let document = compound(&[("/PowerPoint Document", records)]).unwrap();
        assert!(text(&document, in_records).contains("Amelia"));
    }

    #[test]
    fn an_object_in_rich_text_is_a_file() {
        let mut object = b"\x01\x05\0\0\x02\0\0\0\x08\0\0\0Package\0\0\0\0\0\0\0\0\0".to_vec();
        object.extend(packaged());
        let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap();
        let pair = |octet: &u8| [digit(octet >> 4), digit(octet & 0x0f)];
        let digits: String = object.iter().flat_map(pair).collect();
        let rich = format!("{{\\rtf1 Dear all{{\\object{{\\*\\objdata {digits}}}}}}}");
        let read = text(rich.as_bytes(), rtf::FORMAT.read);
        assert!(read.contains("Amelia"), "{read}");
        assert!(read.contains("Dear all"), "{read}");
    }
}
