//! One worksheet: rows, cells, what is hidden, and the lines printed above and below (section 18.3).

use crate::extract::office::excel::cell::Formats;
use crate::extract::office::excel::paint::Paints;
use crate::extract::office::table::{Row, Sheet};
use crate::extract::xml::{Element, Token, Xml};

/// What a worksheet part gives.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// Its cells.
    pub(super) sheet: Sheet,
    /// Printed headers and footers, one a line.
    pub(super) margin: String,
    /// Words in formulas, in the lists that cells may be set to and in what is said of a cell, one a line.
    pub(super) beside: String,
    /// Whether the part breaks off.
    pub(super) broken: bool,
}

/// What the characters of an element are.
#[derive(Clone, Copy)]
enum Characters {
    Value,
    Margin,
    Formula,
}

/// A cell that is being read.
#[derive(Default)]
struct Cell {
    column: u32,
    kind: Option<String>,
    style: Option<String>,
    value: String,
}

/// Reads a worksheet.
pub(super) fn read(xml: &str, shared: &[String], formats: &Formats, paints: &Paints) -> Read {
    let mut read = Read::default();
    // What a table's style or a picture paints behind its cells is not looked at.
    let is_plain = !xml.contains("<tablePart ") && !xml.contains("<picture ");
    let mut cell = Cell::default();
    let mut text: Option<Characters> = None;
    let mut tokens = Xml::new(xml);
    for token in tokens.by_ref() {
        match token {
            Token::Open(element) => text = open(&element, &mut read, &mut cell).or(text),
            Token::Text(characters) => match text {
                Some(Characters::Value) => cell.value.push_str(&characters),
                Some(Characters::Margin) => read.margin.push_str(&characters),
                Some(Characters::Formula) => quoted(&characters, &mut read.beside),
                None => {}
            },
            Token::Close(name) => {
                if name == "c" {
                    let is_unseen = is_plain && paints.is_unseen(cell.style.as_deref());
                    let value = value(&mut cell, shared, formats);
                    put(&mut read.sheet, cell.column, value, is_unseen);
                }
                if name.ends_with("Header") || name.ends_with("Footer") {
                    read.margin = unmarked(&read.margin);
                    read.margin.push('\n');
                }
                if name != "r" && name != "rPr" {
                    text = None;
                }
            }
        }
    }
    read.broken = tokens.is_broken();
    read
}

/// Takes a start tag; what its characters are, where they are anything.
fn open(element: &Element<'_>, read: &mut Read, cell: &mut Cell) -> Option<Characters> {
    match element.name().as_str() {
        "col" if element.is_on("hidden", false) => {
            let number = |name| element.attribute(name)?.parse::<u32>().ok()?.checked_sub(1);
            read.sheet
                .hidden_columns
                .extend(number("min").zip(number("max")));
        }
        "row" => read.sheet.rows.push(Row {
            hidden: element.is_on("hidden", false),
            ..Row::default()
        }),
        "c" => {
            let next = read
                .sheet
                .rows
                .last()
                .and_then(|row| row.cells.last().max(row.unseen.last()))
                .map_or(0, |(column, _)| column + 1);
            *cell = Cell {
                column: element
                    .attribute("r")
                    .and_then(|at| column(&at))
                    .unwrap_or(next),
                kind: element.attribute("t"),
                style: element.attribute("s"),
                value: String::new(),
            };
        }
        "v" | "t" => return Some(Characters::Value),
        "f" | "formula1" | "formula2" => return Some(Characters::Formula),
        "dataValidation" | "hyperlink" | "scenario" | "inputCells" => {
            let said = [
                "promptTitle",
                "prompt",
                "errorTitle",
                "error",
                "tooltip",
                "name",
                "comment",
                "val",
            ];
            for said in said.iter().filter_map(|name| element.attribute(name)) {
                read.beside += &(said + "\n");
            }
        }
        "oddHeader" | "oddFooter" | "evenHeader" | "evenFooter" | "firstHeader" | "firstFooter" => {
            return Some(Characters::Margin);
        }
        _ => {}
    }
    None
}

fn value(cell: &mut Cell, shared: &[String], formats: &Formats) -> String {
    let value = std::mem::take(&mut cell.value);
    let value = match cell.kind.as_deref() {
        Some("s") => {
            let place = value.trim().parse::<usize>().ok();
            place
                .and_then(|place| shared.get(place))
                .cloned()
                .unwrap_or_default()
        }
        Some("b") => if value.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned(),
        Some("n") | None => formats.number(&value, cell.style.as_deref()),
        Some(_) => value,
    };
    value.replace(['\n', '\t', '\r'], " ")
}

fn put(sheet: &mut Sheet, column: u32, value: String, is_unseen: bool) {
    let Some(row) = sheet.rows.last_mut().filter(|_| !value.is_empty()) else {
        return;
    };
    if is_unseen {
        row.unseen.push((column, value));
    } else {
        row.cells.push((column, value));
    }
}

/// The words in quotation marks of a formula, one a line.
fn quoted(formula: &str, out: &mut String) {
    for words in formula.split('"').skip(1).step_by(2) {
        let line = format!("{words}\n");
        // A formula that is copied down a column says the same in each row.
        if words.contains(char::is_alphabetic) && !out.ends_with(&line) {
            out.push_str(&line);
        }
    }
}

/// The column of a reference such as `AB12`, from 0.
fn column(reference: &str) -> Option<u32> {
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic);
    let number = letters.take(4).fold(0_u32, |number, letter| {
        number * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1
    });
    number.checked_sub(1)
}

/// A printed line without its codes: `&L&"Arial"Class 4B&P` is `Class 4B`.
pub(in crate::extract) fn unmarked(line: &str) -> String {
    let mut out = String::new();
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '&' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('&') => out.push('&'),
            Some('"') => while chars.next().is_some_and(|c| c != '"') {},
            Some('0'..='9') => while chars.next_if(char::is_ascii_digit).is_some() {},
            Some('L' | 'C' | 'R') => out.push(' '),
            Some(_) | None => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_in_letters() {
        for (reference, number) in [
            ("A1", Some(0)),
            ("Z9", Some(25)),
            ("AB12", Some(27)),
            ("12", None),
        ] {
            assert_eq!(column(reference), number, "{reference}");
        }
    }

    #[test]
    fn printed_lines_lose_their_codes() {
        assert_eq!(
            unmarked("&L&\"Arial,Bold\"&14Class 4B&RPage &P"),
            " Class 4B Page "
        );
    }

    #[test]
    fn words_in_formulas_and_lists_stand_beside_the_cells() {
        let xml = "<sheetData><row><c><f>IF(B2&gt;1,\"Amy Reed\",\"-\")</f></c></row></sheetData>\
                   <dataValidation prompt='Whom?'><formula1>\"Bob,Cy\"</formula1></dataValidation>\
                   <scenario name='Worst' comment='Cy leaves'><inputCells r='A1' val='12.5'/></scenario>";
        let read = read(xml, &[], &Formats::default(), &Paints::default());
        assert_eq!(
            read.beside,
            "Amy Reed\nWhom?\nBob,Cy\nWorst\nCy leaves\n12.5\n"
        );
    }

    #[test]
    fn cells_have_their_values() {
        let xml = "<sheetData><row r='1'><c r='A1' t='s'><v>0</v></c><c r='C1' t='inlineStr'><is><t>x</t></is></c></row>\
                   <row hidden='1'><c><v>1.5</v></c><c t='b'><v>1</v></c></row></sheetData>";
        let read = read(
            xml,
            &["Name".to_owned()],
            &Formats::default(),
            &Paints::default(),
        );
        let cells = |row: &Row| row.cells.clone();
        let rows: Vec<_> = read.sheet.rows.iter().map(cells).collect();
        let text = |column, text: &str| (column, text.to_owned());
        assert_eq!(
            rows,
            [
                vec![text(0, "Name"), text(2, "x")],
                vec![text(0, "1.5"), text(1, "TRUE")]
            ]
        );
        assert!(read.sheet.rows[1].hidden);
    }
}
