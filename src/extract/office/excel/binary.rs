//! Binary workbooks: `.xlsb` (MS-XLSB), with what `.xlsx` has: hidden sheets, rows and columns, comments, caches.
//!
//! Formulas are not read, only the values they came to.

use crate::extract::content::{FileKind, Place};
use crate::extract::formats::{Format, Probe};
use crate::extract::office::excel::cell::Formats;
use crate::extract::office::excel::record::{Fields, Records};
use crate::extract::office::excel::{self, Book, Entry};
use crate::extract::office::package::Package;
use crate::extract::office::table::{Row, Sheet};
use crate::extract::reader::{File, Reader};
use crate::mail::gap::GapReason;

/// A zip with `xl/workbook.bin`.
pub(in crate::extract) const FORMAT: Format = Format {
    name: "xlsb",
    kind: FileKind::Document,
    recognises: |probe: &Probe<'_>| probe.has_member("xl/workbook", ".bin"),
    read,
};

fn read(file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let mut package = Package::open(file, reader)?;
    let book = book(&package.octets("xl/workbook.bin", reader)?);
    let targets = excel::targets(&package.xml("xl/_rels/workbook.bin.rels", reader)?);
    let shared = shared(&package.octets("xl/sharedStrings.bin", reader)?);
    let formats = formats(&package.octets("xl/styles.bin", reader)?, book.since_1904);
    let mut left = package.paths("xl/worksheets/", ".bin");
    for entry in book.sheets {
        let Some(path) = targets.get(&entry.relation) else {
            continue;
        };
        left.retain(|known| known != path);
        let (mut sheet, margin) = sheet(&package.octets(path, reader)?, &shared, &formats);
        sheet.name = entry.name;
        sheet.hidden = entry.hidden;
        let origin = file.origin.within(&format!("sheet {}", sheet.name));
        reader.text(
            &origin.at("header and footer"),
            Place::Margin,
            file.visible,
            margin,
        );
        sheet.give(&file.origin, file.visible, reader);
    }
    for path in left.into_iter().filter(|path| path.contains("/sheet")) {
        let (mut orphan, _) = sheet(&package.octets(&path, reader)?, &shared, &formats);
        orphan.name = path;
        orphan.hidden = true;
        orphan.give(&file.origin, file.visible, reader);
    }
    for (start, called) in [
        ("xl/comments", "comments"),
        ("xl/pivotCache/", "pivot cache"),
    ] {
        for path in package.paths(start, ".bin") {
            let words = words(&package.octets(&path, reader)?);
            reader.text(&file.origin.at(called), Place::Attachment, false, words);
        }
    }
    reader.text(
        &file.origin.at("defined names"),
        Place::Attachment,
        false,
        book.names,
    );
    excel::asides(&mut package, file, reader)?;
    package.asides(file, reader)
}

fn book(bytes: &[u8]) -> Book {
    let mut book = Book::default();
    for (id, mut fields) in Records::of(bytes) {
        match id {
            // BrtWbProp
            153 => book.since_1904 = fields.long().unwrap_or_default() & 1 != 0,
            // BrtBundleSh
            156 => {
                let state = fields.long().unwrap_or_default();
                fields.skip(4);
                book.sheets.push(Entry {
                    relation: fields.text().unwrap_or_default(),
                    name: fields.text().unwrap_or_default(),
                    hidden: state != 0,
                });
            }
            // BrtName: a constant text is a formula of one token, PtgStr.
            39 => {
                fields.skip(9);
                let name = fields.text().unwrap_or_default();
                fields.skip(4);
                if fields.byte() == Some(0x17)
                    && let Some(value) = fields.short_text()
                {
                    book.names += &[&name, "\t", &value, "\n"].concat();
                }
            }
            _ => {}
        }
    }
    book
}

/// `BrtSSTItem`: flags and a text.
fn shared(bytes: &[u8]) -> Vec<String> {
    let items = Records::of(bytes).filter(|(id, _)| *id == 19);
    items
        .map(|(_, mut fields)| {
            fields.skip(1);
            fields.text().unwrap_or_default()
        })
        .collect()
}

fn formats(bytes: &[u8], since_1904: bool) -> Formats {
    let mut formats = Formats::none(since_1904);
    let mut in_cell_formats = false;
    for (id, mut fields) in Records::of(bytes) {
        match id {
            // BrtFmt
            44 => {
                let number = fields.short().unwrap_or_default();
                formats.define(number.to_string(), &fields.text().unwrap_or_default());
            }
            // BrtBeginCellXFs, BrtEndCellXFs
            617 => in_cell_formats = true,
            618 => in_cell_formats = false,
            // BrtXF
            47 if in_cell_formats => {
                fields.skip(2);
                formats.cell(&fields.short().unwrap_or_default().to_string());
            }
            _ => {}
        }
    }
    formats
}

/// The cells of a sheet, and its printed headers and footers.
fn sheet(bytes: &[u8], shared: &[String], formats: &Formats) -> (Sheet, String) {
    let mut sheet = Sheet::default();
    let mut margin = String::new();
    for (id, mut fields) in Records::of(bytes) {
        match id {
            // BrtRowHdr: fDyZero says that the row is hidden.
            0 => {
                fields.skip(11);
                let hidden = fields.byte().unwrap_or_default() & 0x10 != 0;
                sheet.rows.push(Row {
                    hidden,
                    ..Row::default()
                });
            }
            // BrtColInfo
            60 => {
                let columns = fields.long().zip(fields.long());
                fields.skip(8);
                if fields.short().unwrap_or_default() & 1 != 0 {
                    sheet.hidden_columns.extend(columns);
                }
            }
            // BrtBeginHeaderFooter
            479 => {
                fields.skip(2);
                let lines: Vec<String> = std::iter::from_fn(|| fields.text())
                    .map(|line| excel::sheet::unmarked(&line))
                    .filter(|line| !line.trim().is_empty())
                    .collect();
                margin = lines.join("\n");
            }
            _ => {
                if let Some((column, value)) = cell(id, &mut fields, shared, formats)
                    && let Some(row) = sheet.rows.last_mut()
                    && !value.is_empty()
                {
                    row.cells
                        .push((column, value.replace(['\n', '\t', '\r'], " ")));
                }
            }
        }
    }
    (sheet, margin)
}

/// The column and the value of a cell record (section 2.2.1): `None` for any other.
fn cell(
    id: u32,
    fields: &mut Fields<'_>,
    shared: &[String],
    formats: &Formats,
) -> Option<(u32, String)> {
    if !matches!(id, 2 | 4..=10 | 62) {
        return None;
    }
    let column = fields.long()?;
    let style = usize::try_from(fields.long()? & 0x00ff_ffff).ok()?;
    let value = match id {
        2 => formats.value(rk(fields.long()?), style),
        5 | 9 => formats.value(fields.real()?, style),
        4 | 10 => if fields.byte()? == 1 { "TRUE" } else { "FALSE" }.to_owned(),
        7 => shared.get(usize::try_from(fields.long()?).ok()?)?.clone(),
        62 => {
            fields.skip(1);
            fields.text()?
        }
        _ => fields.text()?,
    };
    Some((column, value))
}

/// A number in four octets (section 2.5.122): an integer or the upper half of a double, perhaps a hundredfold.
fn rk(packed: u32) -> f64 {
    let value = if packed & 2 == 0 {
        f64::from_bits(u64::from(packed & !3) << 32)
    } else {
        f64::from(packed.cast_signed() >> 2)
    };
    if packed & 1 == 0 {
        value
    } else {
        value / 100.0
    }
}

/// The texts and numbers of comments and pivot caches, one a line.
fn words(bytes: &[u8]) -> String {
    let mut lines = String::new();
    for (id, mut fields) in Records::of(bytes) {
        let word = match id {
            // BrtCommentText
            637 => {
                fields.skip(1);
                fields.text()
            }
            // BrtPCDIString, BrtPCDINumber
            24 => fields.text(),
            21 => fields.real().map(|value| value.to_string()),
            _ => None,
        };
        if let Some(word) = word {
            lines.push_str(&word);
            lines.push('\n');
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_numbers_are_unpacked() {
        for (packed, value) in [
            (0x3ff0_0000, 1.0),
            (0x0000_0012, 4.0),
            (0x0000_0013, 0.04),
            (0xffff_fff2, -4.0),
        ] {
            assert!((rk(packed) - value).abs() < f64::EPSILON, "{packed:x}");
        }
    }
}
