//! One CSV file as rows of named cells (RFC 4180, with what spreadsheets make of it).
//!
//! Finds the character set, the separator and the columns; says nothing about what cells mean.

use std::borrow::Cow;

use csv::{ReaderBuilder, StringRecord};

use crate::directory::import::Reading;
use crate::directory::import::columns::{Column, folded};

/// One file, its columns found.
#[derive(Debug)]
pub struct Sheet {
    /// File name.
    pub file: String,
    columns: &'static [Column],
    /// For each of [`Sheet::columns`], where it stands in the file.
    places: Vec<Option<usize>>,
    rows: Vec<Line>,
}

/// One record and the line it begins on.
#[derive(Debug)]
struct Line {
    number: u64,
    cells: StringRecord,
}

/// One row; cells are trimmed, and an empty cell is no cell.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    sheet: &'a Sheet,
    line: &'a Line,
}

impl Sheet {
    pub(crate) fn read(
        file: &str,
        bytes: &[u8],
        columns: &'static [Column],
        read: &mut Reading,
    ) -> Option<Self> {
        let text = text_of(file, bytes, read)?;
        let mut rows = records(file, &text, read);
        if rows.is_empty() {
            read.warn(file, "is empty: taken as an empty list");
            return None;
        }
        let header = rows.remove(0);
        let places = places(file, &header, columns, read)?;
        check_width(file, header.cells.len(), &rows, read);
        Some(Self {
            file: file.to_owned(),
            columns,
            places,
            rows,
        })
    }

    /// The rows below the header, blank ones left out.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|line| Row { sheet: self, line })
    }

    /// Whether the file has this column.
    #[must_use]
    pub fn has(&self, column: &str) -> bool {
        self.place(column).is_some()
    }

    fn place(&self, column: &str) -> Option<usize> {
        let of = self.columns.iter().position(|known| known.name == column)?;
        *self.places.get(of)?
    }
}

impl<'a> Row<'a> {
    /// The line of the file the row begins on, counted from 1.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line.number
    }

    /// The cell of this column, where there is something in it.
    #[must_use]
    pub fn cell(&self, column: &str) -> Option<&'a str> {
        self.line
            .cells
            .get(self.sheet.place(column)?)
            .filter(|cell| !cell.is_empty())
    }

    /// The cell as owned text.
    #[must_use]
    pub fn text(&self, column: &str) -> Option<String> {
        self.cell(column).map(str::to_owned)
    }

    pub(crate) fn need(&self, column: &str, read: &mut Reading) -> Option<&'a str> {
        let cell = self.cell(column);
        if cell.is_none() {
            read.fail(
                &self.sheet.file,
                self.line(),
                column,
                "is empty, and is needed",
            );
        }
        cell
    }

    /// The cell as a value; an empty cell is `None`, a bad one is `None` and an error.
    pub(crate) fn value<T>(
        &self,
        column: &str,
        parse: fn(&str) -> Result<T, String>,
        read: &mut Reading,
    ) -> Option<T> {
        match parse(self.cell(column)?) {
            Ok(value) => Some(value),
            Err(problem) => {
                read.fail(&self.sheet.file, self.line(), column, problem);
                None
            }
        }
    }
}

/// The records of a file that have anything in them.
fn records(file: &str, text: &str, read: &mut Reading) -> Vec<Line> {
    let mut reader = ReaderBuilder::new()
        .delimiter(separator(text))
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut lines = LineNumbers::of(text);
    let mut records = Vec::new();
    for record in reader.records() {
        match record {
            Ok(cells) => {
                let number = lines.at(cells.position());
                if cells.iter().any(|cell| !cell.is_empty()) {
                    records.push(Line { number, cells });
                }
            }
            Err(error) => {
                let number = lines.at(error.position());
                read.fail(file, number, "row", "is no row of a CSV file");
            }
        }
    }
    records
}

/// Line numbers of rising offsets. The reader's own count stops at the blank lines before a record.
struct LineNumbers<'a> {
    text: &'a str,
    offset: usize,
    line: u64,
}

impl<'a> LineNumbers<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            text,
            offset: 0,
            line: 1,
        }
    }

    fn at(&mut self, position: Option<&csv::Position>) -> u64 {
        let reached = position.and_then(|position| usize::try_from(position.byte()).ok());
        let begins = reached.unwrap_or(self.offset).max(self.offset);
        let rest = self.text.get(begins..).unwrap_or_default();
        let blank = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        let passed = self
            .text
            .get(self.offset..begins + blank)
            .unwrap_or_default();
        self.line += passed.matches('\n').map(|_| 1).sum::<u64>();
        self.offset = begins + blank;
        self.line
    }
}

/// UTF-8 with or without its mark; windows-1252, which Excel's plain "CSV" is, with a warning; UTF-16 refused.
fn text_of<'a>(file: &str, bytes: &'a [u8], read: &mut Reading) -> Option<Cow<'a, str>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        read.fail(file, 1, "row", "is UTF-16: save it as `CSV UTF-8`");
        return None;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(Cow::Borrowed(text)),
        Err(error) => {
            let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = good.split(|byte| *byte == b'\n').count();
            read.warn(
                file,
                format!("is not UTF-8 (line {line}): read as windows-1252; save it as `CSV UTF-8` to be sure of accents"),
            );
            Some(
                encoding_rs::WINDOWS_1252
                    .decode_without_bom_handling(bytes)
                    .0,
            )
        }
    }
}

/// Comma, semicolon or tab, whichever the header row has most of.
fn separator(text: &str) -> u8 {
    let header = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let count = |separator: u8| header.bytes().filter(|byte| *byte == separator).count();
    if count(b';') > count(b',') && count(b';') > count(b'\t') {
        b';'
    } else if count(b'\t') > count(b',') {
        b'\t'
    } else {
        b','
    }
}

/// Where each column stands: its own name first, then its synonyms in their order.
fn places(
    file: &str,
    header: &Line,
    columns: &[Column],
    read: &mut Reading,
) -> Option<Vec<Option<usize>>> {
    let headings: Vec<String> = header.cells.iter().map(folded).collect();
    let find = |name: &str| headings.iter().position(|heading| *heading == folded(name));
    let places: Vec<Option<usize>> = columns
        .iter()
        .map(|column| {
            find(column.name).or_else(|| column.synonyms.iter().find_map(|name| find(name)))
        })
        .collect();
    let mut complete = true;
    for (column, _) in columns
        .iter()
        .zip(&places)
        .filter(|(column, place)| column.required && place.is_none())
    {
        complete = false;
        let also = column.synonyms.join(", ");
        let problem = if also.is_empty() {
            "is not in the header row".to_owned()
        } else {
            format!("is not in the header row, nor any of {also}")
        };
        read.fail(file, header.number, column.name, problem);
    }
    complete.then_some(places)
}

/// A row wider than its header is a comma that should have been in quotes: every later cell would be in the wrong column.
fn check_width(file: &str, width: usize, rows: &[Line], read: &mut Reading) {
    for row in rows {
        if row.cells.iter().skip(width).any(|cell| !cell.is_empty()) {
            read.fail(
                file,
                row.number,
                "row",
                format!(
                    "has {} cells, the header has {width}: put a cell with a comma in double quotes",
                    row.cells.len()
                ),
            );
        }
    }
}
