//! What an old workbook hides (MS-XLS): rows, columns, and the rows that a pivot table keeps of a sheet.
//!
//! Only the records that say so are looked at; the cells are read by `office_oxide`.

use std::collections::{BTreeMap, BTreeSet};

use crate::extract::budget::Budget;
use crate::extract::charset;
use crate::extract::ole::store::Store;
use crate::mail::gap::GapReason;

/// What one sheet hides.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Hidden {
    /// Rows, from 0.
    pub(super) rows: BTreeSet<u16>,
    /// Columns, first and last of each run, from 0.
    pub(super) columns: Vec<(u32, u32)>,
}

const BOUND_SHEET: u16 = 0x0085;
const ROW: u16 = 0x0208;
const COLUMNS: u16 = 0x007d;
const END: u16 = 0x000a;
const CACHED_TEXT: u16 = 0x00cd;

/// The stream of the workbook.
///
/// # Errors
/// As [`Budget::expand`].
pub(super) fn stream(bytes: &[u8], budget: &mut Budget) -> Result<Vec<u8>, GapReason> {
    let mut store = Store::open(bytes)?;
    if let Some(book) = store.read("/Workbook", budget)? {
        return Ok(book);
    }
    Ok(store.read("/Book", budget)?.unwrap_or_default())
}

/// The texts that pivot caches keep, one a line (section 2.1.7.20.2).
///
/// # Errors
/// As [`Budget::expand`].
pub(super) fn cached(bytes: &[u8], budget: &mut Budget) -> Result<String, GapReason> {
    let mut store = Store::open(bytes)?;
    let mut lines = String::new();
    for path in store.streams() {
        if !path.starts_with("/_SX_DB_CUR/") {
            continue;
        }
        for (id, body) in Records(&store.read(&path, budget)?.unwrap_or_default()) {
            if id == CACHED_TEXT
                && let Some(text) = body.get(2..).and_then(text)
            {
                lines.push_str(&text);
                lines.push('\n');
            }
        }
    }
    Ok(lines)
}

/// What each sheet hides, by the sheet's name.
pub(super) fn sheets(book: &[u8]) -> BTreeMap<String, Hidden> {
    let bounds = Records(book)
        .take_while(|(id, _)| *id != END)
        .filter(|(id, _)| *id == BOUND_SHEET);
    bounds
        .filter_map(|(_, body)| {
            let (place, rest) = body.split_first_chunk::<4>()?;
            let place = usize::try_from(u32::from_le_bytes(*place)).ok()?;
            // State, kind, and the length of the name, before the name itself.
            let name = text(rest.get(3..)?)?;
            Some((name, hidden(book.get(place..)?)))
        })
        .collect()
}

fn hidden(sheet: &[u8]) -> Hidden {
    let mut hidden = Hidden::default();
    for (id, body) in Records(sheet).take_while(|(id, _)| *id != END) {
        let word = |at: usize| Some(u16::from_le_bytes([*body.get(at)?, *body.get(at + 1)?]));
        match id {
            // fDyZero, bit 5 of the options.
            ROW if word(12).is_some_and(|options| options & 0x20 != 0) => {
                hidden.rows.extend(word(0));
            }
            COLUMNS if word(8).is_some_and(|options| options & 1 != 0) => {
                let run = word(0).map(u32::from).zip(word(2).map(u32::from));
                hidden.columns.extend(run);
            }
            _ => {}
        }
    }
    hidden
}

/// A text after its flags: bit 0 says that it is UTF-16 (section 2.5.293).
pub(super) fn text(bytes: &[u8]) -> Option<String> {
    let (flags, rest) = bytes.split_first()?;
    if flags & 1 == 0 {
        return Some(charset::decode(rest, Some("windows-1252")));
    }
    Some(
        encoding_rs::UTF_16LE
            .decode_without_bom_handling(rest)
            .0
            .into_owned(),
    )
}

/// Records: a number, a length, a body.
pub(super) struct Records<'a>(pub(super) &'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (head, rest) = self.0.split_first_chunk::<4>()?;
        let [a, b, c, d] = *head;
        let (body, rest) = rest.split_at_checked(usize::from(u16::from_le_bytes([c, d])))?;
        self.0 = rest;
        Some((u16::from_le_bytes([a, b]), body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_rows_and_columns_are_found() {
        let bound = b"\x85\0\x0c\0\x18\0\0\0\0\0\x04\0Data";
        let mut book = bound.to_vec();
        book.extend(b"\x0a\0\0\0\xff\xff\0\0");
        book.truncate(0x18);
        book.extend(b"\x08\x02\x10\0\x03\0\0\0\0\0\0\0\0\0\0\0\x20\0\0\0");
        book.extend(b"\x7d\0\x0a\0\x02\0\x04\0\0\0\0\0\x01\0\x0a\0\0\0");
        let found = sheets(&book);
        let data = &found["Data"];
        assert_eq!(data.rows, BTreeSet::from([3]));
        assert_eq!(data.columns, [(2, 4)]);
    }
}
