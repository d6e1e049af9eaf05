//! What a picture says beside its pixels: EXIF (CIPA DC-008), IPTC (IIM 4.2), XMP (ISO 16684), comments.
//!
//! Photographs carry who took them, what they show and where; nobody sees it on looking at them.

use std::io::Cursor;

use exif::{Exif, In, Tag, Value};
use memchr::memmem;

use crate::extract::charset;
use crate::extract::content::Place;
use crate::extract::media::png;
use crate::extract::reader::{File, Reader};
use crate::extract::{xml, xmp};

/// Octets of an XMP packet that are looked at.
const MOST_PACKET: usize = 1 << 20;

/// Reads the details of a picture.
pub(in crate::extract) fn read(file: &File<'_>, reader: &mut Reader<'_>) {
    let mut lines = exif(file.bytes);
    lines.extend(iptc(file.bytes));
    lines.extend(packet(file.bytes));
    lines.extend(comments(file.bytes));
    lines.extend(png::texts(file.bytes, &mut reader.budget));
    lines.dedup();
    let origin = file.origin.within("properties");
    reader.text(&origin, Place::Property, false, lines.join("\n"));
}

/// Tags whose value is written by or about people.
const WORDS: [(Tag, &str); 8] = [
    (Tag::ImageDescription, "description"),
    (Tag::Artist, "artist"),
    (Tag::Copyright, "copyright"),
    (Tag::UserComment, "comment"),
    (Tag::CameraOwnerName, "owner"),
    (Tag::DateTimeOriginal, "taken"),
    (Tag(exif::Context::Tiff, 0x010d), "document name"),
    (Tag(exif::Context::Tiff, 0x013c), "computer"),
];

/// Windows' own tags, in UTF-16.
const WIDE: [(u16, &str); 5] = [
    (0x9c9b, "title"),
    (0x9c9c, "comment"),
    (0x9c9d, "author"),
    (0x9c9e, "keywords"),
    (0x9c9f, "subject"),
];

fn exif(bytes: &[u8]) -> Vec<String> {
    let mut source = Cursor::new(bytes);
    let Ok(exif) = exif::Reader::new().read_from_container(&mut source) else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    for (tag, called) in WORDS {
        let value = exif.get_field(tag, In::PRIMARY).map(|field| &field.value);
        lines.extend(
            value
                .and_then(words)
                .map(|text| format!("{called}: {text}")),
        );
    }
    for (number, called) in WIDE {
        let tag = Tag(exif::Context::Tiff, number);
        if let Some(Value::Byte(wide)) = exif.get_field(tag, In::PRIMARY).map(|field| &field.value)
        {
            let text = encoding_rs::UTF_16LE.decode_without_bom_handling(wide).0;
            lines.push(format!("{called}: {}", text.trim_end_matches('\0')));
        }
    }
    lines.extend(position(&exif));
    lines
}

/// A value as text; a user comment begins with eight octets that name its character set.
fn words(value: &Value) -> Option<String> {
    let text = match value {
        Value::Ascii(parts) => {
            let parts = parts.iter().map(|part| charset::decode(part, None));
            parts.collect::<Vec<_>>().join(" ")
        }
        Value::Undefined(octets, _) => match octets.split_at_checked(8)? {
            (b"UNICODE\0", rest) if charset::is_wide(rest) => charset::decode(rest, None),
            (b"UNICODE\0", rest) => encoding_rs::UTF_16LE.decode(rest).0.into_owned(),
            (_, rest) => charset::decode(rest, None),
        },
        _ => return None,
    };
    let text = text.trim_matches(['\0', ' ', '\n']).to_owned();
    (!text.is_empty()).then_some(text)
}

/// Where it was taken, in degrees.
fn position(exif: &Exif) -> Option<String> {
    let degrees = |tag, reference, negative: &[u8]| {
        let Value::Rational(parts) = &exif.get_field(tag, In::PRIMARY)?.value else {
            return None;
        };
        let [degrees, minutes, seconds, ..] = parts.as_slice() else {
            return None;
        };
        let size = degrees.to_f64() + minutes.to_f64() / 60.0 + seconds.to_f64() / 3_600.0;
        let half = exif
            .get_field(reference, In::PRIMARY)
            .map(|field| &field.value);
        let turned = matches!(half, Some(Value::Ascii(parts)) if parts.first().is_some_and(|part| part.starts_with(negative)));
        size.is_finite()
            .then_some(if turned { -size } else { size })
    };
    let north = degrees(Tag::GPSLatitude, Tag::GPSLatitudeRef, b"S")?;
    let east = degrees(Tag::GPSLongitude, Tag::GPSLongitudeRef, b"W")?;
    Some(format!("taken at: {north:.5}, {east:.5}"))
}

/// The data sets of record 2 in Photoshop's resource 0x0404.
fn iptc(bytes: &[u8]) -> Vec<String> {
    let Some(at) = memmem::find(bytes, b"8BIM\x04\x04") else {
        return Vec::new();
    };
    let after = bytes.get(at + 6..).unwrap_or_default();
    // The name is a counted text, padded to an even length with its count; then four octets of length.
    let name = after.first().map_or(0, |length| usize::from(*length));
    let mut rest = after.get(((name + 2) & !1) + 4..).unwrap_or_default();
    let mut lines = Vec::new();
    while let Some(([0x1c, record, set, high, low], after)) = rest.split_first_chunk::<5>() {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let Some((value, after)) = after.split_at_checked(length) else {
            break;
        };
        rest = after;
        // 0 is a version, 55 to 65 are dates and programs, 200 on is a preview.
        if *record == 2 && !matches!(set, 0 | 10 | 55..=75 | 200..) {
            lines.push(charset::decode(value, None).trim().to_owned());
        }
    }
    lines
}

/// The properties of an XMP packet.
fn packet(bytes: &[u8]) -> Vec<String> {
    let Some(start) = memmem::find(bytes, b"<x:xmpmeta") else {
        return Vec::new();
    };
    let packet = bytes.get(start..).unwrap_or_default();
    let length = memmem::find(packet, b"</x:xmpmeta>").unwrap_or(packet.len());
    let packet = packet.get(..length.min(MOST_PACKET)).unwrap_or_default();
    xmp::lines(&xml::decode(packet))
}

/// Comment segments of a JPEG (ITU-T T.81 section B.2.4.5).
fn comments(bytes: &[u8]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = bytes.strip_prefix(b"\xff\xd8").unwrap_or_default();
    while let Some(([0xff, marker, high, low], after)) = rest.split_first_chunk::<4>() {
        let length = usize::from(u16::from_be_bytes([*high, *low])).saturating_sub(2);
        let Some((segment, next)) = after.split_at_checked(length) else {
            break;
        };
        match marker {
            0xfe => lines.push(charset::decode(segment, None).trim().to_owned()),
            0xda => break,
            _ => {}
        }
        rest = next;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_and_comments_are_found() {
        let iim = b"8BIM\x04\x04\0\0\0\0\0\x20\x1c\x02\x00\x00\x02\0\x04\x1c\x02\x78\x00\x06Amelia\x1c\x02\x19\x00\x04trip";
        assert_eq!(iptc(iim), ["Amelia", "trip"]);
        assert_eq!(
            comments(b"\xff\xd8\xff\xfe\x00\x07Hello\xff\xda\0\x02"),
            ["Hello"]
        );
        let packet = b"..<x:xmpmeta xmlns:x='a'><rdf:Description dc:title='Trip'><dc:subject>Amelia</dc:subject></rdf:Description></x:xmpmeta>..";
        assert_eq!(super::packet(packet), ["title: Trip", "subject: Amelia"]);
    }
}
