//! What an old document says about itself (MS-OLEPS): its summary, and the properties somebody added, sensitivity labels
//! among them.
//!
//! The summary is read by `office_oxide`; of added properties texts are read, not numbers and dates.

use std::collections::BTreeMap;

use office_oxide::cfb::SummaryProperties;

use crate::extract::charset;
use crate::extract::content::Place;
use crate::extract::ole::store::Store;
use crate::extract::reader::{File, Reader};
use crate::mail::gap::GapReason;

/// The stream whose second set holds what was added (section 2.25.2).
const ADDED: &str = "/\u{5}DocumentSummaryInformation";
/// `{D5CDD505-2E9C-101B-9397-08002B2CF9AE}`.
const ADDED_SET: [u8; 16] = [
    0x05, 0xd5, 0xcd, 0xd5, 0x9c, 0x2e, 0x1b, 0x10, 0x93, 0x97, 0x08, 0x00, 0x2b, 0x2c, 0xf9, 0xae,
];
const NAMES: u32 = 0;
const CODE_PAGE: u32 = 1;
const UTF_16: u16 = 1200;
const TEXT: u32 = 0x1e;
const WIDE_TEXT: u32 = 0x1f;

/// Reads the properties of a document.
///
/// # Errors
/// As [`Store::read`].
pub(super) fn read(
    summary: Option<&SummaryProperties>,
    file: &File<'_>,
    reader: &mut Reader<'_>,
) -> Result<(), GapReason> {
    let mut lines: Vec<String> = summary.map(summarised).unwrap_or_default();
    let stream = Store::open(file.bytes)?.read(ADDED, &mut reader.budget)?;
    lines.extend(
        stream
            .and_then(|stream| added(&stream))
            .into_iter()
            .flatten(),
    );
    let origin = file.origin.within("properties");
    reader.text(&origin, Place::Property, false, lines.join("\n"));
    Ok(())
}

fn summarised(summary: &SummaryProperties) -> Vec<String> {
    let known = [
        ("title", &summary.title),
        ("subject", &summary.subject),
        ("author", &summary.author),
        ("keywords", &summary.keywords),
        ("comments", &summary.comments),
    ];
    let said = known.into_iter();
    said.filter_map(|(name, value)| Some(format!("{name}: {}", value.as_deref()?)))
        .collect()
}

/// What was added, `name: value` each; nothing where the stream is malformed, for Word opens such a file too.
fn added(stream: &[u8]) -> Option<Vec<String>> {
    let sets = number(stream, 24)?;
    let set = (0..sets.min(2)).find_map(|set| {
        let entry = stream.get(28 + index(set)? * 20..)?;
        let (id, place) = entry.split_first_chunk::<16>()?;
        (*id == ADDED_SET).then_some(stream.get(index(number(place, 0)?)?..)?)
    })?;
    let entries = set.get(8..)?.chunks_exact(8).take(index(number(set, 4)?)?);
    let mut values: BTreeMap<u32, &[u8]> = entries
        .filter_map(|entry| Some((number(entry, 0)?, set.get(index(number(entry, 4)?)?..)?)))
        .collect();
    let page = values.remove(&CODE_PAGE).and_then(|page| page.get(4..6));
    let page = page.map_or(0, |page| u16::from_le_bytes([page[0], page[1]]));
    let names = names(values.remove(&NAMES)?, page)?;
    let lines = values.into_iter().filter_map(|(id, value)| {
        let (name, value) = (names.get(&id)?, value_of(value, page)?);
        Some(format!("{name}: {value}"))
    });
    Some(lines.collect())
}

/// The dictionary of names (section 2.17).
fn names(mut rest: &[u8], page: u16) -> Option<BTreeMap<u32, String>> {
    let count = number(rest, 0)?;
    rest = rest.get(4..)?;
    let mut names = BTreeMap::new();
    for _ in 0..count {
        let (id, length) = (number(rest, 0)?, index(number(rest, 4)?)?);
        let octets = if page == UTF_16 {
            length.checked_mul(2)?
        } else {
            length
        };
        names.insert(id, text(rest.get(8..)?.get(..octets)?, page));
        let octets = if page == UTF_16 {
            octets.next_multiple_of(4)
        } else {
            octets
        };
        rest = rest.get(8 + octets..).unwrap_or_default();
    }
    Some(names)
}

/// A value that is a text (section 2.15).
fn value_of(value: &[u8], page: u16) -> Option<String> {
    let length = index(number(value, 4)?)?;
    let rest = value.get(8..)?;
    match number(value, 0)? {
        TEXT => Some(text(rest.get(..length)?, page)),
        WIDE_TEXT => Some(text(rest.get(..length.checked_mul(2)?)?, UTF_16)),
        _ => None,
    }
}

fn text(bytes: &[u8], page: u16) -> String {
    let text = if page == UTF_16 {
        encoding_rs::UTF_16LE
            .decode_without_bom_handling(bytes)
            .0
            .into_owned()
    } else {
        charset::decode(bytes, Some("windows-1252"))
    };
    text.trim_end_matches('\0').to_owned()
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let (number, _) = bytes.get(at..)?.split_first_chunk::<4>()?;
    Some(u32::from_le_bytes(*number))
}

fn index(number: u32) -> Option<usize> {
    usize::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One set with these names and values.
    fn stream(page: u16, names: &[u8], value: &[u8]) -> Vec<u8> {
        let mut set = Vec::new();
        let places = [
            (CODE_PAGE, 32_u32),
            (NAMES, 40),
            (2, 40 + u32::try_from(names.len()).unwrap()),
        ];
        set.extend([0; 4]);
        set.extend(3_u32.to_le_bytes());
        for (id, place) in places {
            set.extend(id.to_le_bytes());
            set.extend(place.to_le_bytes());
        }
        set.extend([2, 0, 0, 0]);
        set.extend(page.to_le_bytes());
        set.extend([0; 2]);
        set.extend(names);
        set.extend(value);
        let mut stream = vec![0; 24];
        stream.extend(1_u32.to_le_bytes());
        stream.extend(ADDED_SET);
        stream.extend(48_u32.to_le_bytes());
        stream.extend(set);
        stream
    }

    #[test]
    fn an_added_property_has_name_and_value() {
        let names = b"\x01\0\0\0\x02\0\0\0\x06\0\0\0Pupil\0";
        let found = stream(65_001, names, b"\x1e\0\0\0\x04\0\0\0Amy\0");
        assert_eq!(added(&found), Some(vec!["Pupil: Amy".to_owned()]));
        let wide = b"\x01\0\0\0\x02\0\0\0\x03\0\0\0I\0D\0\0\0\0\0";
        let found = stream(UTF_16, wide, b"\x1f\0\0\0\x02\0\0\0Q\0\0\0");
        assert_eq!(added(&found), Some(vec!["ID: Q".to_owned()]));
    }

    #[test]
    fn a_set_that_breaks_off_gives_nothing() {
        let names = b"\x01\0\0\0\x02\0\0\0\xff\xff\xff\xffPupil\0";
        assert_eq!(added(&stream(0, names, b"")), None);
        assert_eq!(added(b"\xfe\xff"), None);
    }
}
