//! Excel 2003 and before: `.xls`, `.xlt` (MS-XLS).
//!
//! Hidden rows and columns are read as if they were shown: the reader does not tell them apart.

use std::io::Cursor;

use office_oxide::xls::{CellValue, Sheet as OldSheet, XlsDocument, XlsError};

use crate::extract::content::{FileKind, Place};
use crate::extract::formats::{Format, Probe};
use crate::extract::office::table::{Row, Sheet};
use crate::extract::ole::{properties, store};
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
        XlsError::Encrypted | XlsError::EncryptionNotSupported(_) => GapReason::Encrypted,
        XlsError::UnsupportedVersion(_) => GapReason::UnknownFormat,
        _ => GapReason::Corrupt,
    })?;
    let mut comments = Vec::new();
    for old in &book.sheets {
        comments.extend(old.comments.iter().map(|comment| comment.text.clone()));
        sheet(old).give(&file.origin, file.visible, reader);
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
    properties(book.summary_properties(), file, reader);
    if book.truncated() {
        Err(GapReason::TooLarge)
    } else {
        Ok(())
    }
}

fn sheet(old: &OldSheet) -> Sheet {
    let rows = old.rows.iter().enumerate().map(|(row, values)| Row {
        hidden: false,
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
        hidden_columns: Vec::new(),
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
