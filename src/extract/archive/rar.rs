//! RAR archives, 1.3 to 7, of one volume, with what is locked in them told apart.

use std::cell::RefCell;
use std::io::Write;
use std::rc::Rc;

use rars::{Archive, ArchiveReadOptions, ArchiveReader, ErrorKind, ExtractionDecision};

use crate::extract::archive::{MOST_DICTIONARY, inner};
use crate::extract::content::FileKind;
use crate::extract::formats::Format;
use crate::extract::reader::{File, Reader};
use crate::mail::gap::GapReason;
use crate::mail::lock::Lock;

/// `Rar!` and the octets after it, or the signature of before 1993.
pub(in crate::extract) const FORMAT: Format = Format {
    name: "rar",
    kind: FileKind::Archive,
    recognises: |probe| {
        probe.bytes.starts_with(b"Rar!\x1a\x07") || probe.bytes.starts_with(b"RE~^")
    },
    read,
};

const LOCKED: GapReason = GapReason::Encrypted(Lock::Rar);

/// Octets of all headers of an archive.
const MOST_HEADERS: u64 = 16 << 20;

fn read(file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    if has_locked_directory(file.bytes) {
        return Err(LOCKED);
    }
    let count = u64::try_from(reader.limits.members).unwrap_or(u64::MAX);
    let options = ArchiveReadOptions::new()
        .with_max_header_count(count.saturating_add(16))
        .with_max_header_bytes(MOST_HEADERS);
    let archive =
        ArchiveReader::read_with_options(file.bytes, options).map_err(|error| {
            match error.kind() {
                ErrorKind::ResourceLimit => GapReason::TooManyParts,
                kind => reason(kind),
            }
        })?;
    let (mut files, mut locked, mut cut) = (0, 0, false);
    for member in archive.members().filter(|member| !member.meta.is_directory) {
        reader.budget.member()?;
        files += 1;
        cut |= member.meta.is_split_before || member.meta.is_split_after;
        if member.meta.is_encrypted {
            locked += 1;
            let name = member.meta.name_lossy();
            reader.unread(&inner(file, &name, &[]), LOCKED);
        }
    }
    let read = extract(&archive, file, reader);
    match (locked, read) {
        (0, read) if !cut => read,
        // The rest of it stands in another volume.
        (0, _) => Err(GapReason::UnknownFormat),
        (locked, _) if locked == files => Err(LOCKED),
        (_, _) => Err(GapReason::Encrypted(Lock::Partly)),
    }
}

/// Decodes the open members in one go, for a solid archive can be decoded in no other way.
fn extract(archive: &Archive, file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let left = reader.budget.honest(file.bytes.len());
    let left = u64::try_from(left).unwrap_or(u64::MAX);
    let options = ArchiveReadOptions::new()
        .with_max_total_output_bytes(left)
        .with_max_reader_workspace_bytes(u64::from(MOST_DICTIONARY) * 3)
        .with_rar50_dictionary_size_limit(u64::from(MOST_DICTIONARY));
    let mut members: Vec<(String, Sink)> = Vec::new();
    let read = archive.extract_with_control(options, |member| {
        let skipped = member.meta.is_encrypted
            || member.meta.is_directory
            || member.meta.is_redirection
            || member.meta.is_split_before
            || member.meta.is_split_after;
        if skipped {
            return Ok(ExtractionDecision::Skip);
        }
        let sink = Sink::default();
        members.push((member.meta.name_lossy(), sink.clone()));
        Ok(ExtractionDecision::Extract(Box::new(sink)))
    });
    for (name, sink) in members {
        let bytes = sink.0.take();
        reader.budget.spend(bytes.len())?;
        reader.file(&inner(file, &name, &bytes));
    }
    read.map(drop).map_err(|error| reason(error.kind()))
}

/// The octets of a member; the decoder keeps one handle, the reader the other.
#[derive(Clone, Default)]
struct Sink(Rc<RefCell<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, octets: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Whether even the names are locked: an encryption header first (5.0), or a flag of the main header (before).
fn has_locked_directory(bytes: &[u8]) -> bool {
    match bytes.strip_prefix(b"Rar!\x1a\x07") {
        Some([1, 0, _, _, _, _, rest @ ..]) => {
            let size = rest.iter().take_while(|octet| **octet & 0x80 != 0).count() + 1;
            rest.get(size) == Some(&4)
        }
        Some([0, _, _, 0x73, _, high, ..]) => {
            let low = bytes.get(10).copied().unwrap_or_default();
            low & 0x80 != 0 && *high < 0x10
        }
        _ => false,
    }
}

fn reason(kind: ErrorKind) -> GapReason {
    match kind {
        ErrorKind::PasswordRequired | ErrorKind::BadPassword => LOCKED,
        ErrorKind::ResourceLimit => GapReason::TooLarge,
        ErrorKind::UnsupportedFormat | ErrorKind::UnsupportedFeature => GapReason::UnknownFormat,
        _ => GapReason::Corrupt,
    }
}
