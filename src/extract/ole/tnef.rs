//! `winmail.dat`: what Outlook wraps a rich-text message into (MS-OXTNEF).

use crate::extract::content::FileKind;
use crate::extract::formats::Format;
use crate::extract::ole::mapi::{self, Letter};
use crate::extract::reader::{File, Reader};
use crate::mail::gap::GapReason;

/// The signature `0x223E9F78`.
pub(in crate::extract) const FORMAT: Format = Format {
    name: "tnef",
    kind: FileKind::Message,
    recognises: |probe| probe.bytes.starts_with(b"\x78\x9f\x3e\x22"),
    read,
};

const SUBJECT: u16 = 0x8004;
const BODY: u16 = 0x800c;
const MESSAGE: u16 = 0x9003;
const ATTACHMENT_BEGINS: u16 = 0x9002;
const ATTACHMENT_NAME: u16 = 0x8010;
const ATTACHMENT_DATA: u16 = 0x800f;
const ATTACHMENT: u16 = 0x9005;

#[derive(Default)]
struct Attached {
    name: Option<String>,
    bytes: Vec<u8>,
}

fn read(file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let mut letter = Letter::default();
    let mut attachments: Vec<Attached> = Vec::new();
    let mut rest = file.bytes.get(6..).unwrap_or_default();
    let mut broken = false;
    while !rest.is_empty() {
        let Some((id, data, after)) = attribute(rest) else {
            broken = true;
            break;
        };
        rest = after;
        match id {
            SUBJECT => letter.take(mapi::SUBJECT, false, data),
            BODY => letter.take(mapi::BODY, false, data),
            MESSAGE => properties(data, |property, wide, value| {
                letter.take(property, wide, value);
            }),
            ATTACHMENT_BEGINS => attachments.push(Attached::default()),
            _ => {
                if let Some(attachment) = attachments.last_mut() {
                    attachment.take(id, data);
                }
            }
        }
    }
    letter.give(file, reader);
    for attachment in attachments {
        reader.budget.member()?;
        reader.file(&File {
            name: attachment.name.as_deref(),
            ..file.inner(
                attachment.name.as_deref().unwrap_or("attached file"),
                &attachment.bytes,
            )
        });
    }
    if broken {
        Err(GapReason::Corrupt)
    } else {
        Ok(())
    }
}

impl Attached {
    fn take(&mut self, id: u16, data: &[u8]) {
        match id {
            ATTACHMENT_NAME if self.name.is_none() => self.name = Some(mapi::text(false, data)),
            ATTACHMENT_DATA => self.bytes = data.to_vec(),
            ATTACHMENT => properties(data, |property, wide, value| match property {
                mapi::LONG_NAME => self.name = Some(mapi::text(wide, value)),
                // An embedded message is a TNEF stream after the sixteen octets of its class.
                mapi::DATA if self.bytes.is_empty() => {
                    self.bytes = value.get(16..).unwrap_or_default().to_vec();
                }
                _ => {}
            }),
            _ => {}
        }
    }
}

/// One attribute: level, id, type, length, data, checksum (section 2.1.3.1).
fn attribute(bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let (head, rest) = bytes.split_first_chunk::<9>()?;
    let [_, id_low, id_high, _, _, a, b, c, d] = *head;
    let length = usize::try_from(u32::from_le_bytes([a, b, c, d])).ok()?;
    let (data, rest) = rest.split_at_checked(length)?;
    Some((u16::from_le_bytes([id_low, id_high]), data, rest.get(2..)?))
}

/// Walks a property list; stops where it breaks off (section 2.1.3.4).
fn properties(bytes: &[u8], mut visit: impl FnMut(u16, bool, &[u8])) {
    let mut rest = bytes.get(4..).unwrap_or_default();
    while let Some(after) = property(rest, &mut visit) {
        rest = after;
    }
}

fn property<'a>(bytes: &'a [u8], visit: &mut impl FnMut(u16, bool, &[u8])) -> Option<&'a [u8]> {
    let (kind, rest) = word(bytes)?;
    let (property, mut rest) = word(rest)?;
    if property >= 0x8000 {
        rest = after_name(rest)?;
    }
    let fixed = match kind & 0x0fff {
        0x0002 | 0x0003 | 0x0004 | 0x000a | 0x000b => Some(4),
        0x0005 | 0x0006 | 0x0007 | 0x0014 | 0x0040 => Some(8),
        0x0048 => Some(16),
        _ => None,
    };
    let many = kind & 0x1000 != 0;
    let (count, mut rest) = if many || fixed.is_none() {
        long(rest)?
    } else {
        (1, rest)
    };
    for _ in 0..count {
        let (length, values) = match fixed {
            Some(length) => (length, rest),
            None => long(rest)?,
        };
        let (value, after) = values.split_at_checked(length)?;
        visit(property, kind & 0x0fff == 0x001f, value);
        rest = after.get(padding(length)..)?;
    }
    Some(rest)
}

/// A named property carries its set and its number or name.
fn after_name(bytes: &[u8]) -> Option<&[u8]> {
    let (kind, rest) = long(bytes.get(16..)?)?;
    let (value, rest) = long(rest)?;
    if kind == 0 {
        Some(rest)
    } else {
        rest.get(value.checked_add(padding(value))?..)
    }
}

fn padding(length: usize) -> usize {
    length.wrapping_neg() & 3
}

fn word(bytes: &[u8]) -> Option<(u16, &[u8])> {
    let (value, rest) = bytes.split_first_chunk::<2>()?;
    Some((u16::from_le_bytes(*value), rest))
}

fn long(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (value, rest) = bytes.split_first_chunk::<4>()?;
    Some((usize::try_from(u32::from_le_bytes(*value)).ok()?, rest))
}
