//! Running text with tables in it, as it is put together while a document is walked.
//!
//! A cell is one line; a table in a cell is text of that cell and a table of its own.

use crate::extract::content::Place;
use crate::extract::reader::Reader;
use crate::mail::origin::Origin;

/// Text and tables of one part of a document.
#[derive(Debug, Default)]
pub(in crate::extract) struct Flow {
    shown: String,
    hidden: String,
    tables: Vec<Vec<Vec<String>>>,
    open: Vec<Open>,
}

#[derive(Debug, Default)]
struct Open {
    rows: Vec<Vec<String>>,
    cell: Option<String>,
}

/// Tables in tables beyond this are read as text only.
const DEEPEST: usize = 16;

impl Flow {
    /// Adds text that is shown.
    pub(in crate::extract) fn text(&mut self, text: &str) {
        match self.open.last_mut().and_then(|table| table.cell.as_mut()) {
            Some(cell) => cell.push_str(text),
            None => self.shown.push_str(text),
        }
    }

    /// Adds text that is not shown.
    pub(in crate::extract) fn hidden(&mut self, text: &str) {
        self.hidden.push_str(text);
    }

    /// Adds a description that is not shown, on a line of its own.
    pub(in crate::extract) fn aside(&mut self, text: Option<String>) {
        if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
            self.hidden.push_str(&text);
            self.hidden.push('\n');
        }
    }

    /// Ends a paragraph; within a cell it is a space.
    pub(in crate::extract) fn line(&mut self) {
        if !self.hidden.is_empty() && !self.hidden.ends_with('\n') {
            self.hidden.push('\n');
        }
        match self.open.last_mut().and_then(|table| table.cell.as_mut()) {
            Some(cell) if cell.is_empty() || cell.ends_with(' ') => {}
            Some(cell) => cell.push(' '),
            None => self.shown.push('\n'),
        }
    }

    /// Opens a table.
    pub(in crate::extract) fn table(&mut self) {
        if self.open.len() < DEEPEST {
            self.open.push(Open::default());
        }
    }

    /// Begins a row of the innermost table.
    pub(in crate::extract) fn row(&mut self) {
        if let Some(table) = self.open.last_mut() {
            table.rows.push(Vec::new());
        }
    }

    /// Begins a cell of the row.
    pub(in crate::extract) fn cell(&mut self) {
        self.end_cell();
        if let Some(table) = self.open.last_mut() {
            table.cell = Some(String::new());
        }
    }

    /// Forgets the cell that is open, if nothing stands in it.
    pub(in crate::extract) fn drop_cell(&mut self) {
        if let Some(table) = self.open.last_mut() {
            table.cell = table.cell.take().filter(|cell| !cell.trim().is_empty());
        }
    }

    /// Ends the cell that is open.
    pub(in crate::extract) fn end_cell(&mut self) {
        if let Some(table) = self.open.last_mut()
            && let Some(cell) = table.cell.take()
        {
            if table.rows.is_empty() {
                table.rows.push(Vec::new());
            }
            if let Some(row) = table.rows.last_mut() {
                row.push(cell.trim().to_owned());
            }
        }
    }

    /// Closes the innermost table; its rows are lines of the text around it.
    pub(in crate::extract) fn end_table(&mut self) {
        self.end_cell();
        let Some(table) = self.open.pop() else {
            return;
        };
        for row in &table.rows {
            self.text(&row.join("\t"));
            self.line();
        }
        self.tables.push(table.rows);
    }

    /// Hands everything over; `visible` says whether the sender sees this part of the document at all.
    pub(in crate::extract) fn give(
        mut self,
        origin: &Origin,
        place: Place,
        visible: bool,
        reader: &mut Reader<'_>,
    ) {
        while !self.open.is_empty() {
            self.end_table();
        }
        reader.text(origin, place, visible, self.shown);
        reader.text(origin, place, false, self.hidden);
        for (number, rows) in self.tables.into_iter().enumerate() {
            reader.table(&origin.at(&format!("table {}", number + 1)), visible, rows);
        }
    }
}
