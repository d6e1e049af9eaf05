//! Presentations of 97 to 2003: `.ppt`, `.pps` (MS-PPT): slide by slide, hidden ones marked.
//!
//! Where a text stands on its slide, and what is behind it, is not looked at.

use std::io::Cursor;

use office_oxide::ppt::{PptDocument, PptError, SlideText, TableBlock, TextRun, TextType};

use crate::extract::content::{FileKind, Place};
use crate::extract::formats::Format;
use crate::extract::ole::{embedded, lock, notes, pictures, properties};
use crate::extract::reader::{File, Reader};
use crate::mail::gap::GapReason;

/// A compound file with the stream `PowerPoint Document`.
pub(in crate::extract) const FORMAT: Format = Format {
    name: "ppt",
    kind: FileKind::Document,
    recognises: |probe| probe.has_stream("PowerPoint Document"),
    read,
};

fn read(file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let deck = PptDocument::from_reader(Cursor::new(file.bytes)).map_err(|error| match error {
        PptError::Encrypted => GapReason::Encrypted(lock::old(file.bytes)),
        _ => GapReason::Corrupt,
    })?;
    for (number, one) in deck.slides.iter().enumerate() {
        slide(number + 1, one, file, reader);
    }
    let master = file.origin.within("slide master");
    let words = lines(&deck.master_text);
    reader.text(&master, Place::Attachment, file.visible, words);
    let notes = notes::text(file.bytes, &mut reader.budget)?;
    reader.text(&file.origin.at("notes"), Place::Attachment, false, notes);
    properties::read(deck.summary_properties(), file, reader)?;
    embedded::in_records(file, reader)?;
    pictures(
        deck.images().iter().map(|picture| &picture.data),
        file,
        reader,
    );
    if deck.text_complete() {
        Ok(())
    } else {
        Err(GapReason::Corrupt)
    }
}

fn slide(number: usize, slide: &SlideText, file: &File<'_>, reader: &mut Reader<'_>) {
    let mark = if slide.hidden { " (hidden)" } else { "" };
    let origin = file.origin.within(&format!("slide {number}{mark}"));
    let seen = file.visible && !slide.hidden;
    let tables: Vec<Vec<Vec<String>>> = slide.tables.iter().map(rows).collect();
    let mut text = lines(&slide.text_runs);
    for row in tables.iter().flatten() {
        text += &row.join("\t");
        text.push('\n');
    }
    reader.text(&origin, Place::Attachment, seen, text);
    for (number, rows) in tables.into_iter().enumerate() {
        reader.table(&origin.at(&format!("table {}", number + 1)), seen, rows);
    }
}

/// A text a line; speaker notes come by themselves.
fn lines(runs: &[TextRun]) -> String {
    let runs = runs.iter().filter(|run| run.text_type != TextType::Notes);
    let texts = runs.map(|run| run.text.replace(['\r', '\u{b}'], "\n") + "\n");
    texts.collect()
}

fn rows(table: &TableBlock) -> Vec<Vec<String>> {
    let cell = |runs: &Vec<TextRun>| lines(runs).split_whitespace().collect::<Vec<_>>().join(" ");
    let row = |cells: &Vec<Vec<TextRun>>| cells.iter().map(cell).collect();
    table.rows.iter().map(row).collect()
}
