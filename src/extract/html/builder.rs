//! Tokens into a [`Page`]: text in reading order, what is hidden, and tables.

use crate::extract::html::Page;
use crate::extract::html::hiding::Hiding;
use crate::extract::html::look::{is_block, is_quoted, is_reply_header, is_void};
use crate::extract::html::tag::{self, Token};

/// Builds a page from its tokens.
#[derive(Default)]
pub(super) struct Builder {
    page: Page,
    hidden: Hiding,
    quoted: Option<Region>,
    tables: Vec<Table>,
    /// Tables that are open and not followed: hidden ones, and those too deep.
    passed_over: usize,
    preformatted: usize,
    /// White space seen and not yet written.
    space: bool,
}

/// An element whose end is awaited; elements of the same name inside it are counted.
struct Region {
    name: String,
    depth: usize,
}

/// A table that is open.
#[derive(Default)]
struct Table {
    rows: Vec<Vec<String>>,
    in_cell: bool,
    has_tables: bool,
    /// The run and the place in it where the table began.
    start: (usize, usize),
}

/// Tables in tables beyond this are layout at best.
const DEEPEST_TABLE: usize = 32;

impl Builder {
    /// Takes the next token.
    pub(super) fn take(&mut self, token: &Token<'_>) {
        match token {
            Token::Text(text) => self.text(&tag::decoded(text)),
            Token::Open { name, attributes } => self.open(name, attributes),
            Token::Close(name) => self.close(name),
            Token::Comment(text) => self.comment(text),
        }
    }

    /// Takes a style sheet.
    pub(super) fn sheet(&mut self, text: &str) {
        self.hidden.sheet(text);
    }

    /// The page, every open table ended.
    pub(super) fn finish(mut self) -> Page {
        while !self.tables.is_empty() {
            self.end_table();
        }
        self.page
    }

    fn text(&mut self, text: &str) {
        if self.hidden.is_on() {
            self.page.hidden.push_str(text);
            return;
        }
        if self.preformatted > 0 {
            self.write(text);
            return;
        }
        for (place, word) in text.split(is_space).enumerate() {
            self.space |= place > 0;
            if !word.is_empty() {
                if std::mem::take(&mut self.space) {
                    self.write(" ");
                }
                self.write(word);
            }
        }
    }

    fn write(&mut self, text: &str) {
        if let Some(table) = self.tables.last_mut().filter(|table| table.in_cell)
            && let Some(cell) = table.rows.last_mut().and_then(|row| row.last_mut())
        {
            let joint = if cell.is_empty() {
                text.trim_start_matches(' ')
            } else {
                text
            };
            cell.push_str(joint);
        }
        let run = self.run();
        let at_start = run.is_empty() || run.ends_with(['\n', '\t', ' ']);
        run.push_str(if at_start && text == " " { "" } else { text });
    }

    /// The run that is being written.
    fn run(&mut self) -> &mut String {
        let quoted = self.quoted.is_some();
        if self
            .page
            .shown
            .last()
            .is_none_or(|(last, _)| *last != quoted)
        {
            self.page.shown.push((quoted, String::new()));
        }
        match self.page.shown.last_mut() {
            Some((_, run)) => run,
            None => &mut self.page.hidden,
        }
    }

    fn line_break(&mut self) {
        self.space = false;
        if self.hidden.is_on() {
            self.page.hidden.push('\n');
            return;
        }
        if let Some(cell) = self.cell()
            && !cell.is_empty()
            && !cell.ends_with(' ')
        {
            cell.push(' ');
        }
        self.run().push('\n');
    }

    fn cell(&mut self) -> Option<&mut String> {
        let table = self.tables.last_mut().filter(|table| table.in_cell)?;
        table.rows.last_mut()?.last_mut()
    }

    /// A block begins on a line of its own.
    fn block(&mut self) {
        let fresh = self
            .page
            .shown
            .last()
            .is_none_or(|(_, run)| run.is_empty() || run.ends_with('\n'));
        if !fresh || self.hidden.is_on() {
            self.line_break();
        }
    }

    fn open(&mut self, name: &str, attributes: &str) {
        if let Some(region) = &mut self.quoted
            && region.name == name
        {
            region.depth += 1;
        }
        let has_end = !is_void(name) || ["p", "li"].contains(&name);
        if has_end {
            self.hidden.open(name, attributes);
        }
        self.structure(name);
        for unseen in ["alt", "title", "placeholder", "aria-label"] {
            self.aside(attributes, unseen);
        }
        if name == "input" || name == "textarea" || name == "meta" {
            self.aside(attributes, if name == "meta" { "content" } else { "value" });
        }
        if is_void(name) {
            return;
        }
        if self.quoted.is_none() && is_quoted(name, attributes) {
            let rest = is_reply_header(attributes);
            let name = if rest { String::new() } else { name.to_owned() };
            self.quoted = Some(Region { name, depth: 0 });
        }
    }

    fn structure(&mut self, name: &str) {
        match name {
            "br" => self.line_break(),
            "hr" => self.block(),
            "pre" => {
                self.preformatted += 1;
                self.block();
            }
            "table" => self.begin_table(),
            "tr" => self.begin_row(),
            "td" | "th" => self.begin_cell(),
            _ if is_block(name) => self.block(),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "pre" => self.preformatted = self.preformatted.saturating_sub(1),
            "table" => self.end_table(),
            "td" | "th" => {
                if let Some(table) = self.tables.last_mut() {
                    table.in_cell = false;
                }
            }
            _ if is_block(name) => self.block(),
            _ => {}
        }
        if self.hidden.close(name) {
            self.page.hidden.push('\n');
        } else if ends(&mut self.quoted, name) {
            self.space = false;
        }
    }

    /// Conditional comments of Outlook carry no words; others may.
    fn comment(&mut self, text: &str) {
        let text = text.trim();
        let machine =
            text.starts_with(['[', '!', '?']) || text.to_ascii_lowercase().starts_with("!doctype");
        if !machine && !text.is_empty() && !text.contains('<') && !text.contains('{') {
            self.page.hidden.push_str(text);
            self.page.hidden.push('\n');
        }
    }

    fn aside(&mut self, attributes: &str, name: &str) {
        if !attributes.contains(name) {
            return;
        }
        if let Some(value) = tag::attribute(attributes, name).filter(|value| value.contains(' ')) {
            self.page.hidden.push_str(&value);
            self.page.hidden.push('\n');
        }
    }

    fn begin_table(&mut self) {
        self.block();
        if self.hidden.is_on() || self.tables.len() >= DEEPEST_TABLE {
            self.passed_over += 1;
            return;
        }
        if let Some(outer) = self.tables.last_mut() {
            outer.has_tables = true;
        }
        let length = self.run().len();
        let run = self.page.shown.len();
        self.tables.push(Table {
            start: (run, length),
            ..Table::default()
        });
    }

    fn begin_row(&mut self) {
        self.block();
        if let Some(table) = self.tables.last_mut()
            && !self.hidden.is_on()
        {
            table.in_cell = false;
            table.rows.push(Vec::new());
        }
    }

    fn begin_cell(&mut self) {
        self.space = false;
        let Some(table) = self.tables.last_mut().filter(|_| !self.hidden.is_on()) else {
            self.block();
            return;
        };
        if table.rows.is_empty() {
            table.rows.push(Vec::new());
        }
        table.in_cell = true;
        let first = match table.rows.last_mut() {
            Some(row) => {
                row.push(String::new());
                row.len() == 1
            }
            None => true,
        };
        if !first {
            self.run().push('\t');
        }
    }

    /// Ends a table; the text of one that holds data is set again, a line for each row.
    fn end_table(&mut self) {
        self.space = false;
        if let Some(left) = self.passed_over.checked_sub(1) {
            self.passed_over = left;
            return;
        }
        let Some(mut table) = self.tables.pop().filter(|_| !self.hidden.is_on()) else {
            return;
        };
        for cell in table.rows.iter_mut().flatten() {
            *cell = cell.trim().to_owned();
        }
        table
            .rows
            .retain(|row| row.iter().any(|cell| !cell.is_empty()));
        let is_data =
            !table.has_tables && table.rows.iter().filter(|row| row.len() > 1).count() > 1;
        if is_data && table.start.0 == self.page.shown.len() {
            let run = self.run();
            run.truncate(run.floor_char_boundary(table.start.1));
            for row in &table.rows {
                run.push_str(&row.join("\t"));
                run.push('\n');
            }
        } else {
            self.block();
        }
        if is_data {
            self.page.tables.push(table.rows);
        }
    }
}

/// Counts an end tag against an open region; true when it ends it.
fn ends(region: &mut Option<Region>, name: &str) -> bool {
    match region {
        Some(open) if open.name == name && open.depth == 0 => {
            *region = None;
            true
        }
        Some(open) if open.name == name => {
            open.depth -= 1;
            false
        }
        Some(_) | None => false,
    }
}

fn is_space(c: char) -> bool {
    c.is_ascii_whitespace() || c == '\u{a0}'
}
