//! The records of a binary part (MS-XLSB section 2.1.4): a number and a length of up to two and four octets, and fields.

/// The records of a part, as far as they go.
pub(super) struct Records<'a>(&'a [u8]);

impl<'a> Records<'a> {
    /// All of them.
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = (u32, Fields<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let (id, rest) = packed(self.0, 2)?;
        let (length, rest) = packed(rest, 4)?;
        let length = usize::try_from(length).ok()?.min(rest.len());
        let (body, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((id, Fields(body)))
    }
}

/// Seven bits an octet, the lowest first; the eighth says that there is more.
fn packed(bytes: &[u8], most: usize) -> Option<(u32, &[u8])> {
    let mut value = 0;
    for (place, octet) in bytes.iter().take(most).enumerate() {
        value |= u32::from(octet & 0x7f) << (7 * place);
        if octet & 0x80 == 0 {
            return Some((value, bytes.get(place + 1..)?));
        }
    }
    Some((value, bytes.get(most..)?))
}

/// The fields of a record, taken one after the other; `None` after its end.
pub(super) struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    /// Passes over octets.
    pub(super) fn skip(&mut self, octets: usize) {
        self.0 = self.0.get(octets..).unwrap_or_default();
    }

    /// One octet.
    pub(super) fn byte(&mut self) -> Option<u8> {
        self.chunk::<1>().map(|[octet]| octet)
    }

    /// Two octets.
    pub(super) fn short(&mut self) -> Option<u16> {
        self.chunk().map(u16::from_le_bytes)
    }

    /// Four octets.
    pub(super) fn long(&mut self) -> Option<u32> {
        self.chunk().map(u32::from_le_bytes)
    }

    /// A floating-point number.
    pub(super) fn real(&mut self) -> Option<f64> {
        self.chunk().map(f64::from_le_bytes)
    }

    /// A text with its length in four octets; one that is absent is empty (section 2.5.169).
    pub(super) fn text(&mut self) -> Option<String> {
        match self.long()? {
            u32::MAX => Some(String::new()),
            length => self.wide(usize::try_from(length).ok()?),
        }
    }

    /// A text with its length in two octets, as in formulas.
    pub(super) fn short_text(&mut self) -> Option<String> {
        let length = self.short()?;
        self.wide(usize::from(length))
    }

    fn wide(&mut self, characters: usize) -> Option<String> {
        let (text, rest) = self.0.split_at_checked(characters.checked_mul(2)?)?;
        self.0 = rest;
        Some(
            encoding_rs::UTF_16LE
                .decode_without_bom_handling(text)
                .0
                .into_owned(),
        )
    }

    fn chunk<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (chunk, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*chunk)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_follow_each_other() {
        let bytes = b"\x07\x02ab\x9c\x01\x06\x01\0\0\0Z\0\x05\x7f";
        let seen: Vec<(u32, usize)> = Records::of(bytes)
            .map(|(id, fields)| (id, fields.0.len()))
            .collect();
        assert_eq!(seen, [(7, 2), (156, 6), (5, 0)]);
        let (_, mut fields) = Records::of(bytes).nth(1).unwrap();
        assert_eq!(fields.text().as_deref(), Some("Z"));
        assert_eq!(fields.text(), None);
    }
}
