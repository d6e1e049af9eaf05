//! Excel 2003 and before: `.xls`, `.xlt` (MS-XLS).
//!
//! Hidden sheets, rows and columns are marked; what a pivot table keeps of a sheet is read.

use std::io::Cursor;

use office_oxide::xls::{CellValue, Sheet as OldSheet, XlsDocument, XlsError};

use crate::extract::content::{FileKind, Place};
use crate::extract::formats::{Format, Probe};
use crate::extract::office::table::{Row, Sheet};
use crate::extract::ole::hidden::{self, Hidden};
use crate::extract::ole::{embedded, lock, properties, store};
use crate::extract::reader::{File, Reader};
use crate::mail::gap::GapReason;

/// A compound file with the stream `Workbook` or `Book`.
pub(in crate::extract) const FORMAT: Format = Format {
    name: "xls",
    kind: FileKind::Document,
    recognises,
    read,
};

fn recognises(probe: &Probe<'_>) -> bool {
    store::has_entry(probe.bytes, "Workbook\0") || store::has_entry(probe.bytes, "\0Book\0")
}

fn read(file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let book = XlsDocument::from_reader(Cursor::new(file.bytes)).map_err(|error| match error {
        XlsError::Encrypted | XlsError::EncryptionNotSupported(_) => {
            GapReason::Encrypted(lock::old(file.bytes))
        }
        XlsError::UnsupportedVersion(_) => GapReason::UnknownFormat,
        _ => GapReason::Corrupt,
    })?;
    let hidden = hidden::sheets(file.bytes, &mut reader.budget)?;
    let mut comments = Vec::new();
    for old in &book.sheets {
        comments.extend(old.comments.iter().map(|comment| comment.text.clone()));
        sheet(old, hidden.get(&old.name)).give(&file.origin, file.visible, reader);
    }
    reader.text(
        &file.origin.at("comments"),
        Place::Attachment,
        false,
        comments.join("\n"),
    );
    reader.text(
        &file.origin.at("chart"),
        Place::Attachment,
        file.visible,
        book.chart_text().join("\n"),
    );
    let cached = hidden::cached(file.bytes, &mut reader.budget)?;
    reader.text(
        &file.origin.at("pivot cache"),
        Place::Attachment,
        false,
        cached,
    );
    properties(book.summary_properties(), file, reader);
    embedded::in_storages(file, reader)?;
    if book.truncated() {
        Err(GapReason::TooLarge)
    } else {
        Ok(())
    }
}

fn sheet(old: &OldSheet, hides: Option<&Hidden>) -> Sheet {
    let is_hidden = |row: usize| {
        let row = u16::try_from(row).ok();
        hides.is_some_and(|hides| row.is_some_and(|row| hides.rows.contains(&row)))
    };
    let rows = old.rows.iter().enumerate().map(|(row, values)| Row {
        hidden: is_hidden(row),
        cells: values
            .iter()
            .enumerate()
            .filter_map(|(column, value)| {
                Some((u32::try_from(column).ok()?, text(old, row, column, value)))
            })
            .filter(|(_, text)| !text.is_empty())
            .collect(),
    });
    Sheet {
        name: old.name.clone(),
        hidden: old.hidden,
        rows: rows.collect(),
        hidden_columns: hides.map(|hides| hides.columns.clone()).unwrap_or_default(),
    }
}

/// A number as the cell holds it, unless its format makes a date of it.
fn text(sheet: &OldSheet, row: usize, column: usize, value: &CellValue) -> String {
    let held = value.as_text();
    let shown = sheet.display_text(row, column).unwrap_or_default();
    let is_date = shown.len() >= 10 && shown.get(4..5) == Some("-") && shown.get(7..8) == Some("-");
    let text = if is_date {
        shown.trim_end_matches("T00:00:00").to_owned()
    } else {
        held
    };
    text.replace(['\n', '\t', '\r'], " ")
}
