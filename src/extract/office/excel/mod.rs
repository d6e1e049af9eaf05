//! Workbooks: `.xlsx`, `.xltx`, `.xlsm` (ECMA-376 part 1 section 18).
//!
//! Every sheet with its name, hidden ones and hidden rows and columns marked; numbers as the cell holds them, dates
//! as ISO 8601 where the cell's format is a date. Defined names, comments, drawings, charts and pivot caches are
//! read too: a cache keeps the rows of a sheet that was deleted. A cell in the colour of its ground is hidden.

pub(in crate::extract) mod binary;
mod cell;
mod paint;
mod pivot;
mod record;
pub(in crate::extract) mod sheet;
mod strings;

use std::collections::BTreeMap;

use crate::extract::content::{FileKind, Place};
use crate::extract::formats::{Format, Probe};
use crate::extract::office::flow::Flow;
use crate::extract::office::package::Package;
use crate::extract::reader::{File, Reader};
use crate::extract::xml::{Token, Xml};
use crate::mail::gap::GapReason;

/// A zip with `xl/workbook.xml`.
pub(in crate::extract) const FORMAT: Format = Format {
    name: "xlsx",
    kind: FileKind::Document,
    recognises: |probe: &Probe<'_>| probe.has_member("xl/workbook", ".xml"),
    read,
};

/// Parts beside the sheets: where they are, what they are called, whether they are seen.
const ASIDES: [(&str, &str, bool); 6] = [
    ("xl/comments", "comments", false),
    ("xl/threadedComments/", "comments", false),
    ("xl/drawings/drawing", "drawing", true),
    ("xl/charts/chart", "chart", true),
    ("xl/diagrams/data", "diagram", true),
    ("xl/externalLinks/", "values of another workbook", false),
];

fn read(file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let mut package = Package::open(file, reader)?;
    let book = book(&package.xml("xl/workbook.xml", reader)?);
    let targets = targets(&package.xml("xl/_rels/workbook.xml.rels", reader)?);
    let shared = strings::shared(&package.xml("xl/sharedStrings.xml", reader)?);
    let styles = package.xml("xl/styles.xml", reader)?;
    let formats = cell::Formats::read(&styles, book.since_1904);
    let paints = paint::Paints::read(&styles);
    let mut broken = false;
    let mut left = package.paths("xl/worksheets/", ".xml");
    for entry in book.sheets {
        let Some(path) = targets.get(&entry.relation) else {
            continue;
        };
        left.retain(|known| known != path);
        let text = package.xml(path, reader)?;
        let mut sheet = sheet::read(&text, &shared, &formats, &paints);
        broken |= sheet.broken;
        sheet.sheet.name = entry.name;
        sheet.sheet.hidden = entry.hidden;
        let origin = file.origin.within(&format!("sheet {}", sheet.sheet.name));
        let margin = origin.at("header and footer");
        reader.text(&margin, Place::Margin, file.visible, sheet.margin);
        let beside = origin.at("formulas and lists");
        reader.text(&beside, Place::Attachment, false, sheet.beside);
        sheet.sheet.give(&file.origin, file.visible, reader);
    }
    for path in left {
        let text = package.xml(&path, reader)?;
        let mut orphan = sheet::read(&text, &shared, &formats, &paints);
        orphan.sheet.name = path;
        orphan.sheet.hidden = true;
        orphan.sheet.give(&file.origin, file.visible, reader);
    }
    reader.text(
        &file.origin.at("defined names"),
        Place::Attachment,
        false,
        book.names,
    );
    asides(&mut package, file, reader)?;
    package.asides(file, reader)?;
    if broken {
        Err(GapReason::Corrupt)
    } else {
        Ok(())
    }
}

fn asides(
    package: &mut Package<'_>,
    file: &File<'_>,
    reader: &mut Reader<'_>,
) -> Result<(), GapReason> {
    for (start, called, visible) in ASIDES {
        for path in package.paths(start, ".xml") {
            let text = package.xml(&path, reader)?;
            let mut flow = Flow::default();
            strings::every_text(&text, &mut flow);
            flow.give(
                &file.origin.at(called),
                Place::Attachment,
                visible && file.visible,
                reader,
            );
        }
    }
    pivots(package, file, reader)
}

/// What pivot tables keep; the rows of each in the part with the number of its fields.
fn pivots(
    package: &mut Package<'_>,
    file: &File<'_>,
    reader: &mut Reader<'_>,
) -> Result<(), GapReason> {
    let origin = file.origin.at("pivot cache");
    let place = Place::Attachment;
    for path in package.paths("xl/pivotCache/pivotCacheDefinition", ".xml") {
        let fields = pivot::fields(&package.xml(&path, reader)?);
        let records = package.xml(&path.replace("Definition", "Records"), reader)?;
        let rows = pivot::rows(&records, &fields, reader.limits.text_per_part)?;
        let lines: Vec<String> = rows.iter().map(|row| row.join("\t")).collect();
        reader.text(&origin, place, false, pivot::lines(&fields));
        reader.text(&origin.at("rows"), place, false, lines.join("\n"));
        reader.table(&origin.at("rows"), false, rows);
    }
    Ok(())
}

/// What `workbook.xml` says.
#[derive(Debug, Default)]
struct Book {
    sheets: Vec<Entry>,
    since_1904: bool,
    /// Defined names that are values, not ranges, one a line.
    names: String,
}

#[derive(Debug)]
struct Entry {
    name: String,
    relation: String,
    hidden: bool,
}

fn book(xml: &str) -> Book {
    let mut book = Book::default();
    let mut name = None;
    let mut value = String::new();
    for token in Xml::new(xml) {
        match token {
            Token::Open(element) => match element.name().as_str() {
                "workbookPr" => book.since_1904 = element.is_on("date1904", false),
                "sheet" => book.sheets.push(Entry {
                    name: element.attribute("name").unwrap_or_default(),
                    relation: element.attribute("id").unwrap_or_default(),
                    hidden: element
                        .attribute("state")
                        .is_some_and(|state| state != "visible"),
                }),
                "definedName" => name = element.attribute("name"),
                _ => {}
            },
            Token::Text(part) if name.is_some() => value.push_str(&part),
            Token::Text(_) => {}
            Token::Close(_) => {
                let value = std::mem::take(&mut value);
                if let Some(name) = name.take()
                    && !value.contains('!')
                {
                    book.names += &[&name, "\t", &*value, "\n"].concat();
                }
            }
        }
    }
    book
}

/// Paths by relation id; targets are relative to `xl/` or absolute.
fn targets(xml: &str) -> BTreeMap<String, String> {
    Xml::new(xml)
        .filter_map(|token| {
            let Token::Open(element) = token else {
                return None;
            };
            let target = element.attribute("Target")?;
            let path = match target.strip_prefix('/') {
                Some(absolute) => absolute.to_owned(),
                None => format!("xl/{target}"),
            };
            Some((element.attribute("Id")?, path))
        })
        .collect()
}
