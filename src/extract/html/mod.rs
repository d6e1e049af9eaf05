//! HTML as its reader sees it, what is hidden from him, and its tables.
//!
//! Linear: one pass over the octets and a bounded memory of what is open, so a hundred thousand open elements cost
//! nothing more.
//! Of style it understands what hides text: taken out, invisible, shrunk, moved away, or of the colour behind it.

mod builder;
mod hiding;
mod look;
mod style;
mod tag;

use crate::extract::charset;
use crate::extract::content::{FileKind, Place};
use crate::extract::formats::{Format, Probe};
use crate::extract::reader::{File, Reader};

/// Text that begins with a document type or the elements of a page.
pub(super) const FORMAT: Format = Format {
    name: "html",
    kind: FileKind::Document,
    recognises,
    read: |file, reader| {
        read(file, reader);
        Ok(())
    },
};

/// What a page says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    /// Text that is shown, in runs; true for quoted history.
    pub(super) shown: Vec<(bool, String)>,
    /// Text that is not: comments, hidden elements, titles and alternative texts.
    pub(super) hidden: String,
    /// Innermost tables.
    pub(super) tables: Vec<Vec<Vec<String>>>,
}

/// Reads a page.
pub(super) fn page(html: &str) -> Page {
    let mut builder = builder::Builder::default();
    let mut rest = html;
    while let Some((token, after)) = tag::next(rest) {
        builder.take(&token);
        rest = match &token {
            tag::Token::Open { name, .. } => {
                let rest = tag::after_raw_text(name, after);
                if name == "style" {
                    builder.sheet(after.get(..after.len() - rest.len()).unwrap_or_default());
                }
                rest
            }
            tag::Token::Text(_) | tag::Token::Close(_) | tag::Token::Comment(_) => after,
        };
    }
    builder.finish()
}

/// Text with its character references resolved.
pub(super) fn decoded(text: &str) -> String {
    tag::decoded(text).into_owned()
}

/// The character set of a page: as declared outside, else as its first octets say.
pub(super) fn charset(declared: Option<&str>, bytes: &[u8]) -> Option<String> {
    if let Some(label) = declared {
        return Some(label.to_owned());
    }
    let head = bytes.get(..bytes.len().min(1_024)).unwrap_or_default();
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let (_, after) = head.split_once("charset=")?;
    let label = after.trim_start_matches(['"', '\'']);
    let end = label.find(|c: char| !c.is_ascii_alphanumeric() && !"-_:".contains(c));
    label.get(..end.unwrap_or(label.len())).map(str::to_owned)
}

fn recognises(probe: &Probe<'_>) -> bool {
    let head = charset::decode(probe.head(1_024), None).to_ascii_lowercase();
    let begins = head
        .trim_start_matches(['\u{feff}', '\u{fffd}'])
        .trim_start();
    let page = ["<!doctype html", "<html", "<head", "<body"];
    page.iter().any(|start| begins.starts_with(start))
        || probe.media_type == "text/html"
        || begins.starts_with('<') && head.contains("<html") && !head.contains("<w:")
}

fn read(file: &File<'_>, reader: &mut Reader<'_>) {
    let label = charset(file.charset, file.bytes);
    let page = page(&charset::decode(file.bytes, label.as_deref()));
    for (_, text) in page.shown {
        reader.text(&file.origin, Place::Attachment, file.visible, text);
    }
    reader.text(&file.origin, Place::Attachment, false, page.hidden);
    for (number, rows) in page.tables.into_iter().enumerate() {
        let origin = file.origin.at(&format!("table {}", number + 1));
        reader.table(&origin, file.visible, rows);
    }
}

#[cfg(test)]
mod tests;
