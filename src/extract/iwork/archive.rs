//! Objects in an archive of Apple's: a length, what follows, and messages of protocol buffers.
//!
//! Only three kinds of message have words: a text storage, the list of texts in a table's cells, a comment.

use crate::extract::iwork::Words;

/// `TSWP.StorageArchive`: field 3 is its text.
const STORAGE: u64 = 2_001;
/// `TST.TableDataList`: entries in field 3, each with its text in field 3.
const CELL_TEXTS: u64 = 6_005;
/// `TST.Tile`: the cells of a table, numbers and dates among them, in a form that is not read.
const TILE: u64 = 6_002;
/// `TSD.CommentStorageArchive`: field 1 is its text.
const COMMENT: u64 = 3_056;

/// Takes the words of every object.
pub(super) fn read(archive: &[u8], words: &mut Words) {
    let mut rest = archive;
    while !rest.is_empty() {
        let Some(after) = object(rest, words) else {
            words.broken = true;
            return;
        };
        rest = after;
    }
}

/// One object: a length, a description, and the messages it describes.
fn object<'a>(bytes: &'a [u8], words: &mut Words) -> Option<&'a [u8]> {
    let (length, rest) = varint(bytes)?;
    let (description, mut rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    for (field, value) in Fields(description) {
        let (2, Value::Octets(about)) = (field, value) else {
            continue;
        };
        let number = |wanted| {
            Fields(about).find_map(|(field, value)| match value {
                Value::Number(number) if field == wanted => Some(number),
                Value::Number(_) | Value::Octets(_) => None,
            })
        };
        let length = usize::try_from(number(3).unwrap_or_default()).ok()?;
        let (message, after) = rest.split_at_checked(length)?;
        rest = after;
        match number(1) {
            Some(STORAGE) => words.body.extend(texts(message, 3)),
            Some(COMMENT) => words.comments.extend(texts(message, 1)),
            Some(TILE) => words.has_cells = true,
            Some(CELL_TEXTS) => {
                for (field, value) in Fields(message) {
                    if let (3, Value::Octets(entry)) = (field, value) {
                        words.body.extend(texts(entry, 3));
                    }
                }
            }
            _ => {}
        }
    }
    Some(rest)
}

/// The texts in a field of a message.
fn texts(message: &[u8], wanted: u64) -> Vec<String> {
    let values = Fields(message).filter(|(field, _)| *field == wanted);
    values
        .filter_map(|(_, value)| match value {
            Value::Octets(octets) => std::str::from_utf8(octets).ok().map(str::to_owned),
            Value::Number(_) => None,
        })
        .collect()
}

/// A value of a field, as far as words need it.
enum Value<'a> {
    Number(u64),
    Octets(&'a [u8]),
}

/// The fields of a message, as far as they go (protocol buffers, "Encoding").
struct Fields<'a>(&'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = (u64, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let (key, rest) = varint(self.0)?;
        let (value, rest) = match key & 7 {
            0 => {
                let (number, rest) = varint(rest)?;
                (Value::Number(number), rest)
            }
            1 => (Value::Number(0), rest.get(8..)?),
            5 => (Value::Number(0), rest.get(4..)?),
            2 => {
                let (length, rest) = varint(rest)?;
                let (octets, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
                (Value::Octets(octets), rest)
            }
            _ => return None,
        };
        self.0 = rest;
        Some((key >> 3, value))
    }
}

fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0_u64;
    for (place, octet) in bytes.iter().take(10).enumerate() {
        value |= u64::from(octet & 0x7f).checked_shl(u32::try_from(7 * place).ok()?)?;
        if octet & 0x80 == 0 {
            return Some((value, bytes.get(place + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_of_an_object_are_found() {
        // A description with one message of kind 2001 and seven octets; the message has "Daisy" in field 3.
        let archive = b"\x09\x08\x01\x12\x05\x08\xd1\x0f\x18\x07\x1a\x05Daisy";
        let mut words = Words::default();
        read(archive, &mut words);
        assert_eq!(words.body, ["Daisy"]);
        assert!(!words.broken);
        read(&archive[..12], &mut words);
        assert!(words.broken);
    }
}
