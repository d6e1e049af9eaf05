//! Word 97 to 2003 and before: `.doc`, `.dot` (MS-DOC).

use std::io::Cursor;

use office_oxide::doc::{DocDocument, DocError, SubDocumentKind};

use crate::extract::content::{FileKind, Place};
use crate::extract::formats::Format;
use crate::extract::ole::{embedded, lock, pictures, properties, vanished};
use crate::extract::reader::{File, Reader};
use crate::mail::gap::GapReason;

/// A compound file with the stream `WordDocument`.
pub(in crate::extract) const FORMAT: Format = Format {
    name: "doc",
    kind: FileKind::Document,
    recognises: |probe| probe.has_stream("WordDocument"),
    read,
};

fn read(file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let document =
        DocDocument::from_reader(Cursor::new(file.bytes)).map_err(|error| match error {
            DocError::Encrypted => GapReason::Encrypted(lock::old(file.bytes)),
            DocError::UnsupportedVersion(_) => GapReason::UnknownFormat,
            _ => GapReason::Corrupt,
        })?;
    // A row ends in two cell marks, which come out as two tabs.
    let text = document.plain_text_ref().replace("\t\t", "\n");
    reader.text(&file.origin, Place::Attachment, file.visible, text);
    let unseen = vanished::text(file.bytes, &mut reader.budget)?;
    reader.text(&file.origin, Place::Attachment, false, unseen);
    // After the main text stand the parts, which come by themselves below, and the words of embedded objects.
    let whole = document.plain_text();
    let mut objects = whole
        .get(document.plain_text_ref().len()..)
        .unwrap_or_default()
        .to_owned();
    for part in document.subdocuments() {
        objects = objects.replacen(part.text.trim(), "", 1);
    }
    reader.text(
        &file.origin.at("embedded objects"),
        Place::Attachment,
        false,
        objects,
    );
    for (number, rows) in tables(&document.to_markdown()).into_iter().enumerate() {
        let origin = file.origin.at(&format!("table {}", number + 1));
        reader.table(&origin, file.visible, rows);
    }
    for part in document.subdocuments() {
        let (called, place, seen) = match part.kind {
            SubDocumentKind::HeadersFooters | SubDocumentKind::HeaderTextBoxes => {
                ("header and footer", Place::Margin, true)
            }
            SubDocumentKind::Comments => ("comments", Place::Attachment, false),
            SubDocumentKind::Footnotes | SubDocumentKind::Endnotes => {
                ("notes", Place::Attachment, true)
            }
            SubDocumentKind::TextBoxes => ("text boxes", Place::Attachment, true),
        };
        reader.text(
            &file.origin.at(called),
            place,
            seen && file.visible,
            part.text.clone(),
        );
    }
    properties::read(document.summary_properties(), file, reader)?;
    embedded::in_storages(file, reader)?;
    pictures(
        document.images().iter().map(|picture| &picture.data),
        file,
        reader,
    );
    if document.text_complete() {
        Ok(())
    } else {
        Err(GapReason::Corrupt)
    }
}

/// The tables of a Markdown text, without the line under their header.
fn tables(markdown: &str) -> Vec<Vec<Vec<String>>> {
    let mut tables: Vec<Vec<Vec<String>>> = Vec::new();
    let mut within = false;
    for line in markdown.lines() {
        let row = line
            .trim()
            .strip_prefix('|')
            .and_then(|line| line.strip_suffix('|'));
        let Some(row) = row else {
            within = false;
            continue;
        };
        if !within {
            tables.push(Vec::new());
        }
        within = true;
        let cells: Vec<String> = row.split('|').map(|cell| cell.trim().to_owned()).collect();
        let is_rule = cells
            .iter()
            .all(|cell| !cell.is_empty() && cell.chars().all(|c| "-:".contains(c)));
        if let Some(table) = tables.last_mut()
            && !is_rule
        {
            table.push(cells);
        }
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_loses_its_rule() {
        assert_eq!(
            tables("x\n| a | b |\n|---|---|\n| 1 | 2 |\ny"),
            [[["a", "b"], ["1", "2"]]]
        );
    }
}
