//! Tables for a terminal: columns of fixed width, cells that wrap at words, colour where it is wanted.
//!
//! A table with its margins fits 100 columns; what is longer wraps, what cannot wrap is cut with an ellipsis.

use std::io::{self, Write};

use crate::mail::verdict::Verdict;

/// Whether a terminal is told about colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paint {
    /// ANSI colours (ECMA-48 SGR).
    Colour,
    /// Text only.
    Plain,
}

/// How a piece of text is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    /// As it is.
    Normal,
    /// A heading.
    Bold,
    /// A remark.
    Faint,
    /// The colour of a verdict.
    Of(Verdict),
}

/// One cell: its text and its ink.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    text: String,
    ink: Ink,
}

/// Columns by their width; rows of cells under them.
#[derive(Debug)]
pub(crate) struct Table<'a> {
    /// Heading and width of each column, in characters.
    pub(crate) columns: &'a [(&'a str, usize)],
    /// Its rows.
    pub(crate) rows: Vec<Vec<Cell>>,
}

impl Cell {
    /// A cell.
    pub(crate) fn new(text: impl Into<String>, ink: Ink) -> Self {
        let text = text.into();
        Self { text, ink }
    }
}

impl Paint {
    /// `text` in this ink.
    pub(crate) fn draw(self, text: &str, ink: Ink) -> String {
        let code = match ink {
            Ink::Normal => return text.to_owned(),
            Ink::Bold => "1",
            Ink::Faint => "2",
            Ink::Of(Verdict::Pass) => "32",
            Ink::Of(Verdict::Secure) => "36",
            Ink::Of(Verdict::Encrypt) => "34",
            Ink::Of(Verdict::Hold) => "33",
            Ink::Of(Verdict::Return) => "35",
            Ink::Of(Verdict::Reject) => "31",
        };
        match self {
            Self::Colour => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            Self::Plain => text.to_owned(),
        }
    }
}

impl Table<'_> {
    /// Writes the table, two columns in from the left.
    ///
    /// # Errors
    /// Those of the writer.
    pub(crate) fn write(&self, out: &mut dyn Write, paint: Paint) -> io::Result<()> {
        let heading = self.columns.iter();
        let heading = heading.map(|(name, _)| Cell::new(*name, Ink::Faint));
        self.write_row(out, paint, &heading.collect::<Vec<_>>())?;
        let gaps = 2 * self.columns.len().saturating_sub(1);
        let width = self.columns.iter().map(|(_, width)| width).sum::<usize>() + gaps;
        writeln!(out, "  {}", paint.draw(&"─".repeat(width), Ink::Faint))?;
        for row in &self.rows {
            self.write_row(out, paint, row)?;
        }
        Ok(())
    }

    fn write_row(&self, out: &mut dyn Write, paint: Paint, row: &[Cell]) -> io::Result<()> {
        let columns = self.columns.iter().zip(row);
        let wrapped: Vec<Vec<String>> = columns
            .map(|((_, width), cell)| wrapped(&cell.text, *width))
            .collect();
        let height = wrapped.iter().map(Vec::len).max().unwrap_or_default();
        for line in 0..height {
            let mut text = String::new();
            for (((_, width), cell), lines) in self.columns.iter().zip(row).zip(&wrapped) {
                let piece = lines.get(line).map_or("", String::as_str);
                let missing = width.saturating_sub(piece.chars().count()) + 2;
                text.push_str(&paint.draw(piece, cell.ink));
                text.push_str(&" ".repeat(missing));
            }
            writeln!(out, "  {}", text.trim_end())?;
        }
        Ok(())
    }
}

/// Lines of at most `width` characters, broken between words; a longer word is cut.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let word = shortened(word, width);
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(&word);
            }
            Some(_) | None => lines.push(word),
        }
    }
    lines
}

/// At most `width` characters, the last an ellipsis where something was cut.
pub(crate) fn shortened(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_wrap_at_words_and_long_words_are_cut() {
        assert_eq!(
            wrapped("wrong family, restricted data", 13),
            ["wrong family,", "restricted", "data"]
        );
        assert_eq!(
            wrapped("sarah.thornton@webmail.example", 12),
            ["sarah.thorn…"]
        );
        assert!(wrapped("", 5).is_empty());
    }

    #[test]
    fn a_row_is_as_high_as_its_highest_cell_and_no_line_ends_in_spaces() {
        let table = Table {
            columns: &[("to", 6), ("why", 9)],
            rows: vec![vec![
                Cell::new("ab@c", Ink::Normal),
                Cell::new("wrong family here", Ink::Of(Verdict::Hold)),
            ]],
        };
        let mut out = Vec::new();
        table.write(&mut out, Paint::Plain).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "  to      why\n  ─────────────────\n  ab@c    wrong\n          family\n          here\n"
        );
    }

    #[test]
    fn colour_is_written_only_where_it_is_wanted() {
        let hold = Ink::Of(Verdict::Hold);
        assert_eq!(Paint::Plain.draw("hold", hold), "hold");
        assert_eq!(Paint::Colour.draw("hold", hold), "\u{1b}[33mhold\u{1b}[0m");
    }
}
