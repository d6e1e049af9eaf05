//! Tables as plain text: comma, semicolon, tab or bar between the cells (RFC 4180).

use crate::extract::charset;
use crate::extract::content::{FileKind, Place};
use crate::extract::formats::{Format, Probe};
use crate::extract::plain;
use crate::extract::reader::{File, Reader};

/// Named or declared a table, or several lines with the same number of the same separator.
pub(super) const FORMAT: Format = Format {
    name: "csv",
    kind: FileKind::Document,
    recognises,
    read: |file, reader| {
        read(file, reader);
        Ok(())
    },
};

const SEPARATORS: [u8; 4] = [b',', b'\t', b';', b'|'];

fn recognises(probe: &Probe<'_>) -> bool {
    if !plain::is_text(probe.bytes) {
        return false;
    }
    let named = ["csv", "tsv", "tab"].contains(&probe.extension.as_str());
    let declared = ["text/csv", "text/tab-separated-values"].contains(&probe.media_type);
    named || declared || (probe.extension == "txt" && is_regular(probe.head(4_096)))
}

/// At least three lines, each with the same two or more separators.
fn is_regular(head: &[u8]) -> bool {
    let lines: Vec<&[u8]> = head.split(|octet| *octet == b'\n').take(8).collect();
    let counts = |separator| {
        let count = |line: &&[u8]| memchr::memchr_iter(separator, line).count();
        lines.iter().map(count).take(3).collect::<Vec<_>>()
    };
    SEPARATORS
        .iter()
        .any(|separator| match counts(*separator).as_slice() {
            [first, rest @ ..] => {
                *first >= 2 && rest.len() == 2 && rest.iter().all(|count| count == first)
            }
            [] => false,
        })
}

fn read(file: &File<'_>, reader: &mut Reader<'_>) {
    let text = charset::decode(file.bytes, file.charset);
    let first = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let count = |separator: &u8| first.bytes().filter(|octet| octet == separator).count();
    let separator = SEPARATORS
        .into_iter()
        .max_by_key(|separator| (count(separator), *separator == b','));
    let rows = rows(&text, separator.unwrap_or(b','));
    let lines: Vec<String> = rows.iter().map(|row| row.join("\t")).collect();
    reader.text(
        &file.origin,
        Place::Attachment,
        file.visible,
        lines.join("\n"),
    );
    reader.table(&file.origin, file.visible, rows);
}

fn rows(text: &str, separator: u8) -> Vec<Vec<String>> {
    let mut table = csv::ReaderBuilder::new();
    table.delimiter(separator).has_headers(false).flexible(true);
    let records = table.from_reader(text.as_bytes()).into_records();
    let row = |record: csv::StringRecord| {
        record
            .iter()
            .map(|cell| cell.trim().replace('\n', " "))
            .collect()
    };
    records.flatten().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_told_apart_by_any_separator() {
        for (text, separator) in [
            ("a,\"b, c\"\n1,2", b','),
            ("a\tb, c\n1\t2", b'\t'),
            ("a;b, c\n1;2", b';'),
        ] {
            assert_eq!(rows(text, separator), [["a", "b, c"], ["1", "2"]], "{text}");
        }
    }

    #[test]
    fn prose_is_no_table() {
        assert!(is_regular(b"a,b,c\n1,2,3\n4,5,6\n"));
        assert!(!is_regular(b"Dear all, hello, hello\nno\n"));
    }
}
