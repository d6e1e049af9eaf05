//! What a PDF holds beside its pages: form values, annotations, bookmarks, attached files, properties.
//!
//! Every object is looked at by itself, never by following references, so a cycle is no trap.

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, Name, Object, Stream, String as PdfString};

use crate::extract::charset;
use crate::extract::content::Place;
use crate::extract::reader::{File, Reader};
use crate::extract::{xml, xmp};
use crate::mail::gap::GapReason;

/// Reads every object of a document.
pub(super) fn read(pdf: &Pdf, file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    properties(pdf, file, reader);
    let (mut lines, mut unseen) = (Vec::new(), Vec::new());
    let (mut bookmarks, mut labels) = (Vec::new(), Vec::new());
    for object in pdf.objects() {
        match &object {
            Object::Dict(dict) => {
                lines.extend(field(dict));
                unseen.extend(not_shown(dict));
                bookmarks.extend(bookmark(dict));
                labels.extend(label_entries(dict));
                if let Some(form) = dict.get::<Dict<'_>>(b"AcroForm") {
                    lines.extend(xfa(&form, reader)?);
                }
                attached(dict, file, reader)?;
            }
            Object::Stream(stream) => extra_stream(stream, file, reader)?,
            Object::Null(_)
            | Object::Boolean(_)
            | Object::Number(_)
            | Object::String(_)
            | Object::Name(_)
            | Object::Array(_) => {}
        }
    }
    reader.text(
        &file.origin.within("properties"),
        Place::Property,
        false,
        labels.join("\n"),
    );
    for (called, visible, lines) in [
        ("forms and notes", true, lines),
        ("forms and notes", false, unseen),
        ("bookmarks", true, bookmarks),
    ] {
        let origin = file.origin.at(called);
        let visible = visible && file.visible;
        reader.text(&origin, Place::Attachment, visible, lines.join("\n"));
    }
    Ok(())
}

/// The value of a form field with its name, or the words of an annotation.
fn field(dict: &Dict<'_>) -> Option<String> {
    if dict.contains_key(b"FT") || dict.contains_key(b"T") && dict.contains_key(b"V") {
        let name = dict
            .get::<PdfString<'_>>(b"T")
            .map(|name| text(name.as_bytes()))?;
        let value = match dict.get::<Object<'_>>(b"V")? {
            Object::String(value) => text(value.as_bytes()),
            Object::Name(name) => name.as_str().to_owned(),
            Object::Array(values) => joined(&values),
            _ => return None,
        };
        return Some(format!("{name}\t{value}"));
    }
    let is_note = dict.contains_key(b"Subtype") && dict.contains_key(b"Rect");
    let words = dict.get::<PdfString<'_>>(b"Contents").filter(|_| is_note)?;
    Some(text(words.as_bytes()))
}

/// What a list can be set to, what a field says under the pointer, and what stands for a picture or for glyphs
/// (sections 12.7.5.4, 12.7.4.1 and 14.9).
fn not_shown(dict: &Dict<'_>) -> Vec<String> {
    let said = [&b"TU"[..], b"Alt", b"ActualText"];
    let said = said.into_iter().filter_map(|key| string(dict, key));
    let options = dict.get::<Array<'_>>(b"Opt").into_iter();
    let options = options.flat_map(|options| {
        let options = options.iter::<Object<'_>>();
        options.filter_map(|option| match option {
            Object::String(option) => Some(text(option.as_bytes())),
            Object::Array(option) => Some(joined(&option)),
            _ => None,
        })
    });
    said.chain(options.collect::<Vec<_>>()).collect()
}

/// The title of an entry of the outline (section 12.3.3): a bundle of reports has one for each child.
fn bookmark(dict: &Dict<'_>) -> Option<String> {
    let is_entry = dict.contains_key(b"Parent");
    string(dict, b"Title").filter(|_| is_entry)
}

fn string(dict: &Dict<'_>, key: &[u8]) -> Option<String> {
    let value = dict.get::<PdfString<'_>>(key)?;
    Some(text(value.as_bytes()))
}

/// The words of an XFA form: what it asks and what was filled in (XFA 3.3 chapter 2).
fn xfa(dict: &Dict<'_>, reader: &mut Reader<'_>) -> Result<Vec<String>, GapReason> {
    let packets: Vec<Stream<'_>> = match dict.get::<Object<'_>>(b"XFA") {
        Some(Object::Stream(stream)) => vec![stream],
        Some(Object::Array(parts)) => {
            let parts = parts.iter::<Object<'_>>();
            let stream = |part| match part {
                Object::Stream(stream) => Some(stream),
                _ => None,
            };
            parts.filter_map(stream).collect()
        }
        _ => Vec::new(),
    };
    let mut lines = Vec::new();
    for packet in packets {
        let text = xml::decode(&decoded(&packet, reader)?);
        if ["<xfa:datasets", "<template", "<xdp:xdp"]
            .iter()
            .any(|start| text.contains(start))
        {
            lines.push(xml::words(&text));
        }
    }
    Ok(lines)
}

/// Entries of a sensitivity label, which stand among the properties of the document.
fn label_entries(dict: &Dict<'_>) -> Vec<String> {
    let labels = dict
        .keys()
        .filter(|key| key.as_str().starts_with("MSIP_Label_"));
    labels
        .filter_map(|key| {
            let value = dict.get::<PdfString<'_>>(key.as_str())?;
            Some(format!("{}: {}", key.as_str(), text(value.as_bytes())))
        })
        .collect()
}

fn joined(values: &Array<'_>) -> String {
    let words: Vec<String> = values
        .iter::<PdfString<'_>>()
        .map(|value| text(value.as_bytes()))
        .collect();
    words.join(", ")
}

/// A file specification with its file (section 7.11).
fn attached(dict: &Dict<'_>, file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let Some(streams) = dict.get::<Dict<'_>>(b"EF") else {
        return Ok(());
    };
    let name = [&b"UF"[..], b"F"]
        .into_iter()
        .find_map(|key| dict.get::<PdfString<'_>>(key));
    let name = name.map(|name| text(name.as_bytes()));
    let Some(stream) = [&b"UF"[..], b"F"]
        .into_iter()
        .find_map(|key| streams.get::<Stream<'_>>(key))
    else {
        return Ok(());
    };
    let bytes = decoded(&stream, reader)?;
    reader.budget.member()?;
    reader.file(&File {
        name: name.as_deref(),
        visible: false,
        ..file.inner(name.as_deref().unwrap_or("attached file"), &bytes)
    });
    Ok(())
}

/// XMP metadata of the document and of the pictures in it.
fn extra_stream(
    stream: &Stream<'_>,
    file: &File<'_>,
    reader: &mut Reader<'_>,
) -> Result<(), GapReason> {
    let is = |key: &[u8], word: &str| {
        let name = stream.dict().get::<Name<'_>>(key);
        name.is_some_and(|name| name.as_str() == word)
    };
    if !is(b"Type", "Metadata") || !is(b"Subtype", "XML") {
        return Ok(());
    }
    let packet = decoded(stream, reader)?;
    let lines = xmp::lines(&xml::decode(&packet)).join("\n");
    reader.text(
        &file.origin.within("metadata"),
        Place::Property,
        false,
        lines,
    );
    Ok(())
}

fn decoded(stream: &Stream<'_>, reader: &mut Reader<'_>) -> Result<Vec<u8>, GapReason> {
    let bytes = stream.decoded().map_err(|_| GapReason::Corrupt)?;
    reader.budget.expand(&*bytes)
}

fn properties(pdf: &Pdf, file: &File<'_>, reader: &mut Reader<'_>) {
    let metadata = pdf.metadata();
    let known = [
        ("title", &metadata.title),
        ("author", &metadata.author),
        ("subject", &metadata.subject),
        ("keywords", &metadata.keywords),
    ];
    let lines: Vec<String> = known
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name}: {}", text(value.as_deref()?))))
        .collect();
    reader.text(
        &file.origin.within("properties"),
        Place::Property,
        false,
        lines.join("\n"),
    );
}

/// A text string: UTF-16 or UTF-8 with a mark, else `PDFDocEncoding`, which is near windows-1252 (section 7.9.2).
fn text(bytes: &[u8]) -> String {
    charset::decode(bytes, Some("windows-1252"))
}
