//! Records in XML and JSON: the exports of management systems, whose rows become a table.
//!
//! The text is read as it is written, for the names of its elements say what a file is; references are resolved.

use serde_json::Value;

use crate::extract::charset;
use crate::extract::content::{FileKind, Place};
use crate::extract::formats::{Format, Probe};
use crate::extract::html;
use crate::extract::office::flat;
use crate::extract::plain;
use crate::extract::reader::{File, Reader};
use crate::extract::xml::{self, Token, Xml};
use crate::mail::gap::GapReason;

/// XML, whatever its vocabulary.
pub(super) const XML: Format = Format {
    name: "xml",
    kind: FileKind::Document,
    recognises: |probe| plain::is_text(probe.bytes) && is_xml(probe),
    read: read_xml,
};

/// JSON, by its name or type.
pub(super) const JSON: Format = Format {
    name: "json",
    kind: FileKind::Document,
    recognises: |probe| {
        let named = ["json", "geojson"].contains(&probe.extension.as_str());
        plain::is_text(probe.bytes) && (named || probe.media_type == "application/json")
    },
    read: |file, reader| {
        read_json(file, reader);
        Ok(())
    },
};

/// A JSON text larger than this is read as text only: its values take many times as much.
const MOST_JSON: usize = 8 << 20;

/// More columns than this are no record.
const MOST_COLUMNS: usize = 200;

fn is_xml(probe: &Probe<'_>) -> bool {
    let head = charset::decode(probe.head(256), None);
    let start = head.trim_start();
    let declared = probe.media_type.ends_with("/xml") || probe.media_type.ends_with("+xml");
    start.starts_with("<?xml") || start.starts_with("<svg") || declared && start.starts_with('<')
}

fn read_xml(file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let head = file
        .bytes
        .get(..file.bytes.len().min(200))
        .unwrap_or_default();
    let head = String::from_utf8_lossy(head);
    let named = head
        .split_once("encoding=")
        .and_then(|(_, after)| after.get(1..)?.split(['"', '\'']).next());
    let text = charset::decode(file.bytes, named.or(file.charset));
    if let Some(read) = flat::read(&text, file, reader) {
        return read;
    }
    // Drawings and workbooks say nothing by their elements.
    let head = text.get(..text.floor_char_boundary(4_096)).unwrap_or(&text);
    let is_document = head.contains("<svg") || head.contains("<Workbook");
    let shown = if is_document {
        xml::words(&text)
    } else {
        html::decoded(&text)
    };
    reader.text(&file.origin, Place::Attachment, file.visible, shown);
    for (number, rows) in tables(&text).into_iter().enumerate() {
        let origin = file.origin.at(&format!("records {}", number + 1));
        reader.table(&origin, file.visible, rows);
    }
    Ok(())
}

/// A kind of record: its element, its columns, its rows.
#[derive(Default)]
struct Records {
    element: String,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Records {
    fn add(&mut self, fields: Vec<(String, String)>) {
        let mut row = vec![String::new(); self.columns.len()];
        for (name, value) in fields {
            let known = self.columns.iter().position(|column| *column == name);
            let place = known.unwrap_or(self.columns.len());
            if known.is_none() {
                if place >= MOST_COLUMNS {
                    continue;
                }
                self.columns.push(name);
                row.push(String::new());
            }
            if let Some(cell) = row.get_mut(place) {
                if !cell.is_empty() {
                    cell.push_str("; ");
                }
                cell.push_str(&value);
            }
        }
        self.rows.push(row);
    }

    /// Rows of one length, the columns first; a single record is no table.
    fn finish(mut self) -> Option<Vec<Vec<String>>> {
        for row in &mut self.rows {
            row.resize(self.columns.len(), String::new());
        }
        let many = self.columns.len() > 1 && !self.rows.is_empty();
        self.rows.insert(0, self.columns);
        many.then_some(self.rows)
    }
}

/// Takes one record into the table of its kind.
fn take(all: &mut Vec<Records>, element: &str, fields: Vec<(String, String)>) {
    if fields.len() < 2 {
        return;
    }
    let known = all.iter().position(|records| records.element == element);
    let place = known.unwrap_or(all.len());
    if known.is_none() && place < MOST_COLUMNS {
        all.push(Records {
            element: element.to_owned(),
            ..Records::default()
        });
    }
    if let Some(records) = all.get_mut(place) {
        records.add(fields);
    }
}

/// An element that is open: its name, its fields, its text.
type Open = (String, Vec<(String, String)>, String);

/// Elements whose children are text are records; those of one name are one table.
fn tables(text: &str) -> Vec<Vec<Vec<String>>> {
    let mut all = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    for token in Xml::new(text) {
        match token {
            Token::Open(element) if open.len() < MOST_COLUMNS => {
                let fields = element.attributes();
                open.push((element.name(), fields, String::new()));
            }
            Token::Text(words) => {
                if let Some((_, _, text)) = open.last_mut() {
                    text.push_str(&words);
                }
            }
            Token::Close(name) if open.last().is_some_and(|(last, ..)| *last == name) => {
                let Some((name, fields, text)) = open.pop() else {
                    break;
                };
                if fields.is_empty()
                    && !text.trim().is_empty()
                    && let Some((_, outer, _)) = open.last_mut()
                {
                    outer.push((name, text.trim().to_owned()));
                } else {
                    take(&mut all, &name, fields);
                }
            }
            Token::Open(_) | Token::Close(_) => {}
        }
    }
    all.into_iter().filter_map(Records::finish).collect()
}

fn read_json(file: &File<'_>, reader: &mut Reader<'_>) {
    let text = charset::decode(file.bytes, file.charset.or(Some("utf-8")));
    let value: Option<Value> = (text.len() <= MOST_JSON)
        .then(|| serde_json::from_str(&text).ok())
        .flatten();
    let mut all = Vec::new();
    if let Some(value) = &value {
        objects(value, "", &mut all);
    }
    // What is written with escapes is written again without them.
    let escaped = text.contains("\\u");
    let plain = value
        .filter(|_| escaped)
        .and_then(|value| serde_json::to_string_pretty(&value).ok());
    reader.text(
        &file.origin,
        Place::Attachment,
        file.visible,
        plain.unwrap_or(text),
    );
    for (number, rows) in all.into_iter().filter_map(Records::finish).enumerate() {
        let origin = file.origin.at(&format!("records {}", number + 1));
        reader.table(&origin, file.visible, rows);
    }
}

/// Objects under one name are one table; `serde_json` bounds how deep they are.
fn objects(value: &Value, name: &str, all: &mut Vec<Records>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| objects(value, name, all)),
        Value::Object(members) => {
            let mut fields = Vec::new();
            for (key, member) in members {
                match member {
                    Value::String(text) => fields.push((key.clone(), text.clone())),
                    Value::Number(number) => fields.push((key.clone(), number.to_string())),
                    Value::Bool(flag) => fields.push((key.clone(), flag.to_string())),
                    Value::Array(_) | Value::Object(_) => objects(member, key, all),
                    Value::Null => {}
                }
            }
            take(all, name, fields);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_of_one_name_are_a_table() {
        let xml = "<Roll><Pupil id='1'><Surname>Reed</Surname><DOB>2016</DOB></Pupil>\
            <Pupil id='2'><Surname>Okafor</Surname><Year>4</Year></Pupil></Roll>";
        assert_eq!(
            tables(xml),
            [[
                vec!["id", "Surname", "DOB", "Year"],
                vec!["1", "Reed", "2016", ""],
                vec!["2", "Okafor", "", "4"]
            ]]
        );
        let mut all = Vec::new();
        objects(
            &serde_json::json!({"p": [{"a": "x", "b": 1}, {"a": "y", "b": 2}]}),
            "",
            &mut all,
        );
        let rows: Vec<_> = all.into_iter().filter_map(Records::finish).collect();
        assert_eq!(rows, [[["a", "b"], ["x", "1"], ["y", "2"]]]);
    }
}
