//! Pictures, sound and film, by their first octets: what a picture says about itself, and no gap.
//!
//! A picture of a document is one too: what may hold words is kept for OCR.

pub(super) mod details;
mod png;
pub(super) mod within;

use crate::extract::content::FileKind;
use crate::extract::formats::{Format, Probe};
use crate::extract::raster;

/// Raster and vector pictures.
pub(super) const PICTURE: Format = Format {
    name: "picture",
    kind: FileKind::Picture,
    recognises: is_picture,
    read: |file, reader| {
        details::read(file, reader);
        let size = raster::size(file.bytes);
        if size.is_none_or(raster::may_hold_words) {
            let decoded = || raster::decoded(file.bytes);
            reader.scan(&file.origin, file.visible, true, decoded);
        }
        Ok(())
    },
};

/// Sound and film.
pub(super) const RECORDING: Format = Format {
    name: "recording",
    kind: FileKind::Recording,
    recognises: is_recording,
    read: |_, _| Ok(()),
};

fn is_picture(probe: &Probe<'_>) -> bool {
    const MAGIC: [&[u8]; 8] = [
        b"\x89PNG\r\n",
        b"\xff\xd8\xff",
        b"GIF8",
        b"II*\0",
        b"MM\0*",
        b"\xd7\xcd\xc6\x9a",
        b"\0\0\x01\0",
        b"8BPS",
    ];
    let bytes = probe.bytes;
    let brand = bytes.get(4..12).unwrap_or_default();
    let heif = [&b"ftyphe"[..], b"ftypmif1", b"ftypavif", b"ftypmsf1"];
    MAGIC.iter().any(|magic| bytes.starts_with(magic))
        || bytes.get(40..44) == Some(b" EMF")
        || bytes.starts_with(b"BM") && bytes.get(6..10) == Some(&[0; 4])
        || bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP")
        || heif.iter().any(|start| brand.starts_with(start))
}

fn is_recording(probe: &Probe<'_>) -> bool {
    let bytes = probe.bytes;
    let riff = bytes.starts_with(b"RIFF")
        && [Some(&b"WAVE"[..]), Some(b"AVI ")].contains(&bytes.get(8..12));
    let film = bytes.get(4..8) == Some(b"ftyp");
    let frames = matches!(bytes, [0xff, 0xe2..=0xff, ..]) && probe.media_type.starts_with("audio/");
    let magic = [
        &b"ID3"[..],
        b"OggS",
        b"fLaC",
        b"\x1aE\xdf\xa3",
        b"\x00\x00\x01\xba",
        b"#!AMR",
        b"MThd",
    ];
    riff || film || frames || magic.iter().any(|start| bytes.starts_with(start))
}
