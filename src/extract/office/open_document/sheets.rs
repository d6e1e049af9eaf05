//! The sheets of an OpenDocument workbook (ISO 26300-1 section 9).
//!
//! Repeated cells and rows are written once; a value is as the cell holds it, a date as ISO 8601.

use std::collections::BTreeSet;

use crate::extract::content::Place;
use crate::extract::office::open_document::styles::Styles;
use crate::extract::office::table::{Row, Sheet};
use crate::extract::reader::{File, Reader};
use crate::extract::xml::{Element, Token, Xml};

/// A repetition beyond this is padding to the end of the sheet.
const MOST_REPEATED: u32 = 64;

#[derive(Default)]
struct Walk {
    /// Styles of tables that are not displayed.
    hidden_styles: BTreeSet<String>,
    style: String,
    sheets: Vec<Sheet>,
    styles: Styles,
    column: u32,
    columns: u32,
    /// The last column of each run of columns, and the style of its cells that have none of their own.
    column_styles: Vec<(u32, String)>,
    cell: Option<Cell>,
    note: usize,
    in_paragraph: bool,
    notes: String,
    /// Depth of drawn shapes and text boxes, and what stands in them.
    shapes: usize,
    drawn: String,
    /// Defined names that are values, one a line.
    names: String,
}

#[derive(Default)]
struct Cell {
    value: Option<String>,
    text: String,
    repeated: u32,
    unseen: bool,
}

/// Reads the sheets of `content.xml`, after the styles of the document; true when it breaks off.
pub(super) fn read(xml: &str, styles: Styles, file: &File<'_>, reader: &mut Reader<'_>) -> bool {
    let mut walk = Walk {
        styles,
        ..Walk::default()
    };
    let mut tokens = Xml::new(xml);
    for token in tokens.by_ref() {
        match token {
            Token::Open(element) => walk.open(&element),
            Token::Close(name) => walk.close(&name),
            Token::Text(text) if walk.note > 0 && walk.in_paragraph => walk.notes.push_str(&text),
            Token::Text(text) if walk.in_paragraph => match &mut walk.cell {
                Some(cell) if walk.shapes == 0 => cell.text.push_str(&text),
                Some(_) | None => walk.drawn.push_str(&text),
            },
            Token::Text(_) => {}
        }
    }
    for sheet in walk.sheets {
        sheet.give(&file.origin, file.visible, reader);
    }
    for (called, seen, text) in [
        ("drawing", file.visible, walk.drawn),
        ("defined names", false, walk.names),
    ] {
        reader.text(&file.origin.at(called), Place::Attachment, seen, text);
    }
    reader.text(
        &file.origin.at("comments"),
        Place::Attachment,
        false,
        walk.notes,
    );
    tokens.is_broken()
}

fn repeated(element: &Element<'_>, name: &str) -> u32 {
    let times = element.attribute(name).and_then(|times| times.parse().ok());
    times.unwrap_or(1)
}

impl Walk {
    fn open(&mut self, element: &Element<'_>) {
        self.styles.take(element);
        match element.name().as_str() {
            "style" => self.style = element.attribute("name").unwrap_or_default(),
            "table-properties" if !element.is_on("display", true) => {
                self.hidden_styles.insert(self.style.clone());
            }
            "table" => self.begin_sheet(element),
            "table-column" => self.column(element),
            "table-row" => self.begin_row(element),
            "table-cell" | "covered-table-cell" => {
                self.cell = Some(Cell {
                    value: value(element),
                    text: String::new(),
                    repeated: repeated(element, "number-columns-repeated"),
                    unseen: self.is_unseen(element),
                });
            }
            "annotation" => self.note += 1,
            "text-box" | "custom-shape" => self.shapes += 1,
            "named-expression" => self.named(element),
            "p" => self.in_paragraph = true,
            "s" | "tab" | "line-break" => {
                if let Some(cell) = &mut self.cell {
                    cell.text.push(' ');
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        self.in_paragraph &= name != "p";
        match name {
            "annotation" => self.note = self.note.saturating_sub(1),
            "text-box" | "custom-shape" => self.shapes = self.shapes.saturating_sub(1),
            "p" if self.note == 0 && (self.shapes > 0 || self.cell.is_none()) => {
                self.drawn.push('\n');
            }
            "p" if self.note > 0 => self.notes.push('\n'),
            "p" => {
                if let Some(cell) = &mut self.cell {
                    cell.text.push(' ');
                }
            }
            "table-cell" | "covered-table-cell" => self.end_cell(),
            _ => {}
        }
    }

    /// Whether the style of a cell, or of its column, paints it in the colour behind it.
    fn is_unseen(&self, cell: &Element<'_>) -> bool {
        let style = cell.attribute("style-name");
        let of_column = || {
            let run = self
                .column_styles
                .partition_point(|(last, _)| *last < self.column);
            self.column_styles.get(run).map(|(_, style)| style.clone())
        };
        let style = style.or_else(of_column).unwrap_or_default();
        self.styles.ink("table-cell", &style).is_unseen()
    }

    fn named(&mut self, element: &Element<'_>) {
        let name = element.attribute("name").unwrap_or_default();
        let value = element.attribute("expression").unwrap_or_default();
        if value.contains('"') {
            let value = value.trim_start_matches("of:=").trim_matches('"');
            self.names += &[&name, "\t", value, "\n"].concat();
        }
    }

    fn begin_sheet(&mut self, element: &Element<'_>) {
        let style = element.attribute("style-name").unwrap_or_default();
        self.sheets.push(Sheet {
            name: element.attribute("name").unwrap_or_default(),
            hidden: self.hidden_styles.contains(&style),
            ..Sheet::default()
        });
        self.columns = 0;
        self.column_styles.clear();
    }

    fn column(&mut self, element: &Element<'_>) {
        let first = self.columns;
        self.columns = first.saturating_add(repeated(element, "number-columns-repeated"));
        let style = element.attribute("default-cell-style-name");
        let last = self.columns.saturating_sub(1);
        self.column_styles.push((last, style.unwrap_or_default()));
        let shown = element
            .attribute("visibility")
            .is_none_or(|word| word == "visible");
        if let Some(sheet) = self.sheets.last_mut()
            && !shown
        {
            sheet
                .hidden_columns
                .push((first, self.columns.saturating_sub(1)));
        }
    }

    fn begin_row(&mut self, element: &Element<'_>) {
        self.column = 0;
        let shown = element
            .attribute("visibility")
            .is_none_or(|word| word == "visible");
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.rows.push(Row {
                hidden: !shown,
                ..Row::default()
            });
        }
    }

    fn end_cell(&mut self) {
        let Some(cell) = self.cell.take() else {
            return;
        };
        let text = cell.value.unwrap_or_else(|| cell.text.trim().to_owned());
        if let Some(row) = self
            .sheets
            .last_mut()
            .and_then(|sheet| sheet.rows.last_mut())
            && !text.is_empty()
        {
            let cells = if cell.unseen {
                &mut row.unseen
            } else {
                &mut row.cells
            };
            for place in 0..cell.repeated.min(MOST_REPEATED) {
                cells.push((self.column.saturating_add(place), text.clone()));
            }
        }
        self.column = self.column.saturating_add(cell.repeated);
    }
}

/// A value that is more exact than what is shown.
fn value(element: &Element<'_>) -> Option<String> {
    match element.attribute("value-type")?.as_str() {
        "date" => element
            .attribute("date-value")
            .map(|date| date.trim_end_matches("T00:00:00").to_owned()),
        "float" | "currency" | "percentage" => element.attribute("value"),
        _ => None,
    }
}
