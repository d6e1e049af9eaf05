//! One file in a compressed stream: gzip (RFC 1952), bzip2, xz and Zstandard (RFC 8878).

use std::io::{Error, ErrorKind, Read};

use lzma_rust2::XzReader;
use ruzstd::decoding::StreamingDecoder;

use crate::extract::archive::{MOST_DICTIONARY, inner};
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

/// `.xz`.
pub(in crate::extract) const XZ: Format = Format {
    name: "xz",
    kind: FileKind::Archive,
    recognises: |probe| probe.bytes.starts_with(b"\xfd7zXZ\0"),
    read: |file, reader| {
        let stream = XzReader::new_mem_limit(file.bytes, true, MOST_DICTIONARY >> 10);
        read(stream, file, reader)
    },
};

/// `.zst`: frames, and frames to be skipped.
pub(in crate::extract) const ZSTD: Format = Format {
    name: "zstd",
    kind: FileKind::Archive,
    recognises: |probe| probe.bytes.starts_with(b"\x28\xb5\x2f\xfd"),
    read: |file, reader| read(Frames::of(file.bytes), file, reader),
};

fn read(stream: impl Read, file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let bytes = reader.budget.unpack(stream, file.bytes.len())?;
    reader.budget.member()?;
    let name = file.name.unwrap_or("compressed file");
    let name = match name.rsplit_once('.') {
        Some((stem, "tgz" | "tbz" | "tbz2" | "txz" | "tzst")) => format!("{stem}.tar"),
        Some((stem, _)) => stem.to_owned(),
        None => name.to_owned(),
    };
    reader.file(&inner(file, &name, &bytes));
    Ok(())
}

/// The frames of a Zstandard file one after the other: the decoder reads one and leaves the rest.
struct Frames<'a> {
    rest: &'a [u8],
    open: Option<StreamingDecoder<&'a [u8], ruzstd::decoding::FrameDecoder>>,
}

impl<'a> Frames<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            open: None,
        }
    }

    /// Opens the next frame; false at the end.
    fn next_frame(&mut self) -> std::io::Result<bool> {
        while let Some((head, after)) = self.rest.split_first_chunk::<8>()
            && let [0x50..=0x5f, 0x2a, 0x4d, 0x18, a, b, c, d] = *head
        {
            let length = usize::try_from(u32::from_le_bytes([a, b, c, d])).unwrap_or(usize::MAX);
            self.rest = after.get(length..).unwrap_or_default();
        }
        if self.rest.is_empty() {
            return Ok(false);
        }
        let decoder = StreamingDecoder::new(self.rest);
        self.open = Some(decoder.map_err(|_| Error::from(ErrorKind::InvalidData))?);
        Ok(true)
    }
}

impl Read for Frames<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        loop {
            if let Some(decoder) = &mut self.open {
                match decoder.read(buffer)? {
                    0 => {}
                    read => return Ok(read),
                }
            }
            if let Some(decoder) = self.open.take() {
                self.rest = decoder.into_inner();
            }
            if !self.next_frame()? {
                return Ok(0);
            }
        }
    }
}
