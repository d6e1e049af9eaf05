//! Excel 2003 and before: `.xls`, `.xlt` (MS-XLS).
//!
//! Hidden sheets, rows and columns are marked; what a pivot table keeps of a sheet is read, and what `beside` finds.

use std::io::Cursor;

use office_oxide::xls::{CellValue, Sheet as OldSheet, XlsDocument, XlsError};

use crate::extract::content::{FileKind, Place};
use crate::extract::formats::{Format, Probe};
use crate::extract::office::table::{Row, Sheet};
use crate::extract::ole::hidden::{self, Hidden};
use crate::extract::ole::{beside, embedded, lock, pictures, properties};
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
    probe.has_stream("Workbook") || probe.has_stream("Book")
}

fn read(file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let book = XlsDocument::from_reader(Cursor::new(file.bytes)).map_err(|error| match error {
        XlsError::Encrypted | XlsError::EncryptionNotSupported(_) => {
            GapReason::Encrypted(lock::old(file.bytes))
        }
        XlsError::UnsupportedVersion(_) => GapReason::UnknownFormat,
        _ => GapReason::Corrupt,
    })?;
    let stream = hidden::stream(file.bytes, &mut reader.budget)?;
    let hidden = hidden::sheets(&stream);
    for old in &book.sheets {
        sheet(old, hidden.get(&old.name)).give(&file.origin, file.visible, reader);
    }
    asides(&book, &stream, file, reader)?;
    properties::read(book.summary_properties(), file, reader)?;
    embedded::in_storages(file, reader)?;
    pictures(
        book.images().iter().map(|picture| &picture.data),
        file,
        reader,
    );
    if book.truncated() {
        Err(GapReason::TooLarge)
    } else {
        Ok(())
    }
}

/// What stands beside the sheets.
fn asides(
    book: &XlsDocument,
    stream: &[u8],
    file: &File<'_>,
    reader: &mut Reader<'_>,
) -> Result<(), GapReason> {
    let cached = hidden::cached(file.bytes, &mut reader.budget)?;
    let comments = book.sheets.iter().flat_map(|sheet| &sheet.comments);
    let comments: Vec<&str> = comments.map(|comment| comment.text.as_str()).collect();
    let mut beside = beside::read(stream);
    beside
        .drawn
        .retain(|text| !comments.contains(&text.as_str()));
    let sheets = book.sheets.iter().flat_map(|sheet| &sheet.chart_text);
    let charts = book.chart_text().iter().chain(sheets);
    let charts: Vec<&str> = charts.map(String::as_str).collect();
    let charted: Vec<String> = beside.charted.iter().map(|row| row.join("\t")).collect();
    let margins = beside.margins.join("\n");
    let origin = file.origin.at("header and footer");
    reader.text(&origin, Place::Margin, file.visible, margins);
    for (called, seen, text) in [
        ("comments", false, comments.join("\n")),
        ("drawing", file.visible, beside.drawn.join("\n")),
        ("chart", file.visible, charts.join("\n")),
        ("chart data", file.visible, charted.join("\n")),
        ("defined names", false, beside.names.join("\n")),
        ("pivot cache", false, cached),
    ] {
        reader.text(&file.origin.at(called), Place::Attachment, seen, text);
    }
    reader.table(&file.origin.at("chart data"), file.visible, beside.charted);
    Ok(())
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
        unseen: Vec::new(),
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
