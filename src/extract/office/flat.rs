//! Documents that are one file of XML: Word 2003, Word's packages in one file, flat OpenDocument.
//!
//! Pictures in them, which are written in base64, are not looked at; of workbooks of Excel 2003 `records` reads the words.

use crate::extract::office::{open_document, properties, word};
use crate::extract::reader::{File, Reader};
use crate::mail::gap::GapReason;

/// Where such a document speaks of itself.
const PROPERTIES: [(&str, &str); 4] = [
    ("<office:meta>", "</office:meta>"),
    ("<o:DocumentProperties", "</o:DocumentProperties>"),
    (
        "<o:CustomDocumentProperties",
        "</o:CustomDocumentProperties>",
    ),
    ("<cp:coreProperties", "</cp:coreProperties>"),
];

/// Its root stands among the first characters.
const HEAD: usize = 4_096;

/// Reads a text that is such a document; `None` where it is none.
///
/// # Errors
/// [`GapReason::Corrupt`] where it breaks off.
pub(in crate::extract) fn read(
    text: &str,
    file: &File<'_>,
    reader: &mut Reader<'_>,
) -> Option<Result<(), GapReason>> {
    let head = text.get(..text.floor_char_boundary(HEAD)).unwrap_or(text);
    let broken = if head.contains("<office:document") {
        open_document::flat(text, file, reader)
    } else if head.contains("<w:wordDocument") || head.contains("<pkg:package") {
        word::flat(text, file, reader)
    } else {
        return None;
    };
    for (start, end) in PROPERTIES {
        let part = text
            .split_once(start)
            .and_then(|(_, rest)| rest.split_once(end));
        if let Some((part, _)) = part {
            let part = [start, part, end].concat();
            properties::open_document(&part, file, reader);
        }
    }
    Some(if broken {
        Err(GapReason::Corrupt)
    } else {
        Ok(())
    })
}
