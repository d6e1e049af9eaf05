//! Snappy as Apple writes it: blocks of a zero, three octets of length and a raw stream, without identifier and checksum.
//!
//! The raw stream is as in Google's format description: literals and copies of what came before.

/// The octets of all blocks; `None` where a block is damaged or they are more than `most`.
pub(super) fn unpacked(packed: &[u8], most: usize) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut rest = packed;
    while let Some((head, after)) = rest.split_first_chunk::<4>() {
        let [kind, a, b, c] = *head;
        let length = usize::try_from(u32::from_le_bytes([a, b, c, 0])).ok()?;
        let (block, next) = after.split_at_checked(length)?;
        if kind != 0 {
            return None;
        }
        self::block(block, most, &mut out)?;
        rest = next;
    }
    Some(out)
}

fn block(block: &[u8], most: usize, out: &mut Vec<u8>) -> Option<()> {
    let start = out.len();
    let digits = block
        .iter()
        .take(5)
        .take_while(|octet| **octet & 0x80 != 0)
        .count()
        + 1;
    let mut rest = block.get(digits..)?;
    while let Some((&tag, after)) = rest.split_first() {
        let upper = usize::from(tag >> 2);
        rest = match tag & 3 {
            0 => {
                let extra = upper.saturating_sub(59);
                let (length, after) = if extra == 0 {
                    (upper, after)
                } else {
                    number(after, extra)?
                };
                let (literal, after) = after.split_at_checked(length.checked_add(1)?)?;
                out.extend_from_slice(literal);
                after
            }
            1 => {
                let (low, after) = number(after, 1)?;
                copy(out, start, (upper >> 3) << 8 | low, (upper & 7) + 4)?;
                after
            }
            width => {
                let (offset, after) = number(after, if width == 2 { 2 } else { 4 })?;
                copy(out, start, offset, upper + 1)?;
                after
            }
        };
        if out.len() > most {
            return None;
        }
    }
    Some(())
}

fn number(bytes: &[u8], width: usize) -> Option<(usize, &[u8])> {
    let (digits, rest) = bytes.split_at_checked(width)?;
    let value = digits
        .iter()
        .rev()
        .fold(0_usize, |value, digit| value << 8 | usize::from(*digit));
    Some((value, rest))
}

/// Copies what stands `offset` before the end, which may be what is being copied.
fn copy(out: &mut Vec<u8>, start: usize, offset: usize, length: usize) -> Option<()> {
    let from = out
        .len()
        .checked_sub(offset)
        .filter(|from| *from >= start && offset > 0)?;
    for place in from..from + length {
        out.push(*out.get(place)?);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_copies_are_undone() {
        let packed = b"\0\x0c\0\0\x0c\x10Ameli\x01\x05\x04a ";
        assert_eq!(unpacked(packed, 100).as_deref(), Some(&b"AmeliAmela "[..]));
        assert_eq!(unpacked(packed, 5), None);
        assert_eq!(unpacked(b"\0\x03\0\0\x04\x01\x09", 100), None);
    }
}
