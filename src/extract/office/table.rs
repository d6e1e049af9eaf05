//! A sheet of a workbook: its cells, and which rows and columns are hidden.
//!
//! What is shown and what is not become separate texts and tables, each with the header row, so that both say what
//! their columns are. A sheet of two cells a million rows apart is two cells.

use std::collections::BTreeSet;

use crate::extract::content::Place;
use crate::extract::reader::Reader;
use crate::mail::origin::Origin;

/// One sheet.
#[derive(Debug, Default)]
pub(in crate::extract) struct Sheet {
    /// Its name.
    pub(in crate::extract) name: String,
    /// Hidden as a whole.
    pub(in crate::extract) hidden: bool,
    /// Rows that have cells, in order.
    pub(in crate::extract) rows: Vec<Row>,
    /// Hidden columns, first and last of each run, from 0.
    pub(in crate::extract) hidden_columns: Vec<(u32, u32)>,
}

/// One row.
#[derive(Debug, Default)]
pub(in crate::extract) struct Row {
    /// Hidden or filtered out.
    pub(in crate::extract) hidden: bool,
    /// Cells that are not empty, with their columns from 0, in order.
    pub(in crate::extract) cells: Vec<(u32, String)>,
    /// The same of cells that show nothing: of the colour behind them, or of a format that leaves them out.
    pub(in crate::extract) unseen: Vec<(u32, String)>,
}

/// More cells than this are not padded to a rectangle.
const MOST_CELLS: usize = 1 << 21;

impl Sheet {
    /// Hands the sheet over; `visible` says whether the document is seen at all.
    pub(in crate::extract) fn give(self, within: &Origin, visible: bool, reader: &mut Reader<'_>) {
        let mark = if self.hidden { " (hidden)" } else { "" };
        let origin = within.within(&format!("sheet {}{mark}", self.name));
        let columns: BTreeSet<u32> = self.cells().map(|(column, _)| *column).collect();
        let is_hidden = |column: &u32| {
            self.hidden_columns
                .iter()
                .any(|(first, last)| (first..=last).contains(&column))
        };
        let (unseen, seen): (Vec<u32>, Vec<u32>) =
            columns.iter().partition(|column| is_hidden(column));
        let visible = visible && !self.hidden;
        let header = self.rows.first().map(|row| row.hidden);
        let shown = self.grid(&seen, |row| !row.hidden);
        // A sheet for each child is called like the child.
        let lines = std::iter::once(self.name.clone()).chain(lines(&shown));
        let text = lines.collect::<Vec<_>>().join("\n");
        reader.text(&origin, Place::Attachment, visible, text);
        reader.table(&origin, visible, shown);
        if self.rows.iter().any(|row| row.hidden) {
            let first = self.rows.first().map(std::ptr::from_ref::<Row>);
            let rows = self.grid(&seen, |row| {
                row.hidden || header == Some(false) && first == Some(std::ptr::from_ref(row))
            });
            Self::add_unseen(&origin.at("hidden rows"), rows, reader);
        }
        if !unseen.is_empty() {
            // With the rest of their rows: what is hidden is somebody's whose name is shown.
            let all: Vec<u32> = columns.iter().copied().collect();
            let rows = self.grid(&all, |_| true);
            Self::add_unseen(&origin.at("hidden columns"), rows, reader);
        }
        if let Some(faint) = self.faint() {
            let columns: BTreeSet<u32> = faint.cells().map(|(column, _)| *column).collect();
            let columns: Vec<u32> = columns.into_iter().collect();
            let rows = faint.grid(&columns, |_| true);
            Self::add_unseen(&origin.at("hidden cells"), rows, reader);
        }
    }

    /// The cells that show nothing, below the first row.
    fn faint(&self) -> Option<Self> {
        let faint = |row: &Row| Row {
            cells: row.unseen.clone(),
            ..Row::default()
        };
        let mut rows: Vec<Row> = self.rows.iter().map(faint).collect();
        if rows.iter().all(|row| row.cells.is_empty()) {
            return None;
        }
        let columns: BTreeSet<u32> = rows
            .iter()
            .flat_map(|row| &row.cells)
            .map(|(column, _)| *column)
            .collect();
        if let Some((header, first)) = rows.first_mut().zip(self.rows.first()) {
            let above = first
                .cells
                .iter()
                .filter(|(column, _)| columns.contains(column));
            header.cells.extend(above.cloned());
            header.cells.sort_unstable();
        }
        Some(Self {
            rows,
            ..Self::default()
        })
    }

    fn cells(&self) -> impl Iterator<Item = &(u32, String)> {
        self.rows.iter().flat_map(|row| &row.cells)
    }

    /// The cells of these columns, padded to a rectangle unless that would be mostly empty.
    fn grid(&self, columns: &[u32], wanted: impl Fn(&Row) -> bool) -> Vec<Vec<String>> {
        let padded = columns.len().saturating_mul(self.rows.len()) < MOST_CELLS;
        let rows = self.rows.iter().filter(|row| wanted(row));
        rows.map(|row| {
            let mut cells = row.cells.iter().peekable();
            let mut line = Vec::new();
            for column in columns {
                while cells.next_if(|(at, _)| at < column).is_some() {}
                match cells.next_if(|(at, _)| at == column) {
                    Some((_, text)) => line.push(text.clone()),
                    None if padded => line.push(String::new()),
                    None if cells.peek().is_none() => break,
                    None => {}
                }
            }
            line
        })
        .filter(|row| row.iter().any(|cell| !cell.is_empty()))
        .collect()
    }

    fn add_unseen(origin: &Origin, rows: Vec<Vec<String>>, reader: &mut Reader<'_>) {
        let text = lines(&rows).collect::<Vec<_>>().join("\n");
        reader.text(origin, Place::Attachment, false, text);
        reader.table(origin, false, rows);
    }
}

fn lines(rows: &[Vec<String>]) -> impl Iterator<Item = String> {
    rows.iter().map(|row| row.join("\t"))
}
