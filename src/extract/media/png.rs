//! The texts in a PNG (W3C PNG section 11.3.3): `tEXt`, `zTXt`, `iTXt`.

use crate::extract::budget::Budget;
use crate::extract::charset;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Every text with its keyword, but for the packets of other formats.
pub(super) fn texts(bytes: &[u8], budget: &mut Budget) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = bytes.strip_prefix(SIGNATURE).unwrap_or_default();
    while let Some((head, after)) = rest.split_first_chunk::<8>() {
        let [a, b, c, d, kind @ ..] = *head;
        let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(usize::MAX);
        let Some((body, next)) = after.split_at_checked(length) else {
            break;
        };
        lines.extend(text(kind, body, budget).filter(|line| !line.starts_with("XML:")));
        rest = next.get(4..).unwrap_or_default();
    }
    lines
}

fn text(kind: [u8; 4], body: &[u8], budget: &mut Budget) -> Option<String> {
    let (keyword, value) = until_nul(body)?;
    let value = match &kind {
        b"tEXt" => value.to_vec(),
        b"zTXt" => inflated(value.get(1..)?, budget)?,
        b"iTXt" => {
            let (flags, value) = value.split_at_checked(2)?;
            let (_, value) = until_nul(value)?;
            let (_, value) = until_nul(value)?;
            match flags {
                [1, _] => inflated(value, budget)?,
                _ => value.to_vec(),
            }
        }
        _ => return None,
    };
    let name = charset::decode(keyword, Some("iso-8859-1"));
    Some(format!("{name}: {}", charset::decode(&value, None).trim()))
}

fn until_nul(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(0, bytes)?;
    Some((bytes.get(..end)?, bytes.get(end + 1..)?))
}

fn inflated(bytes: &[u8], budget: &mut Budget) -> Option<Vec<u8>> {
    budget.expand(flate2::read::ZlibDecoder::new(bytes)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_with_their_keyword() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0ctEXtAuthor\0Amy P\0\0\0\0\0\0\0\x0aiTXtT\0\0\0\0\0Trip\0\0\0\0";
        assert_eq!(
            texts(png, &mut Budget::of(100)),
            ["Author: Amy P", "T: Trip"]
        );
    }
}
