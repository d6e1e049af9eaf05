//! What a document says about itself: title, author, custom properties, sensitivity labels.
//!
//! Microsoft's labels stand in custom properties `MSIP_Label_GUID_…`, in newer files in `docMetadata/LabelInfo.xml`
//! (MS-OFFCRYPTO section 2.6).

use crate::extract::content::Place;
use crate::extract::reader::{File, Reader};
use crate::extract::xml::{Token, Xml};

/// Core, extended and custom properties: one `name: value` a line.
pub(super) fn office(text: &str, file: &File<'_>, reader: &mut Reader<'_>) {
    let mut lines = Vec::new();
    let mut name = String::new();
    for token in Xml::new(text) {
        match token {
            Token::Open(element) if element.name() == "property" => {
                name = element.attribute("name").unwrap_or_default();
            }
            Token::Open(element) if !is_value_type(&element.name()) => name = element.name(),
            Token::Text(value) if !value.trim().is_empty() && !is_statistic(&name) => {
                lines.push(format!("{name}: {}", value.trim()));
            }
            Token::Open(_) | Token::Close(_) | Token::Text(_) => {}
        }
    }
    give(&lines, file, reader);
}

/// The labels of `LabelInfo.xml`, written as the custom properties of older files are.
pub(super) fn label(text: &str, file: &File<'_>, reader: &mut Reader<'_>) {
    let mut lines = Vec::new();
    for token in Xml::new(text) {
        let Token::Open(element) = token else {
            continue;
        };
        if let ("label", Some(guid)) = (element.name().as_str(), element.attribute("id")) {
            let guid = guid.trim_matches(['{', '}']);
            let on = element.is_on("enabled", true) && !element.is_on("removed", false);
            lines.push(format!("MSIP_Label_{guid}_Enabled: {on}"));
        }
    }
    give(&lines, file, reader);
}

/// The metadata of an OpenDocument file.
pub(super) fn open_document(text: &str, file: &File<'_>, reader: &mut Reader<'_>) {
    let mut lines = Vec::new();
    let mut name = String::new();
    for token in Xml::new(text) {
        match token {
            Token::Open(element) => {
                name = element.attribute("name").unwrap_or_else(|| element.name());
            }
            Token::Text(value) if !value.trim().is_empty() && !is_statistic(&name) => {
                lines.push(format!("{name}: {}", value.trim()));
            }
            Token::Close(_) | Token::Text(_) => {}
        }
    }
    give(&lines, file, reader);
}

fn give(lines: &[String], file: &File<'_>, reader: &mut Reader<'_>) {
    reader.text(
        &file.origin.within("properties"),
        Place::Property,
        false,
        lines.join("\n"),
    );
}

/// Variant types of property values (ECMA-376 part 1 section 22.4).
fn is_value_type(name: &str) -> bool {
    let types = [
        "lpwstr", "lpstr", "i4", "i2", "bool", "filetime", "variant", "vector", "r8", "bstr",
    ];
    types.contains(&name)
}

/// Counts and versions that say nothing about anybody.
fn is_statistic(name: &str) -> bool {
    let known = [
        "Template",
        "TotalTime",
        "Pages",
        "Words",
        "Characters",
        "Application",
        "DocSecurity",
        "Lines",
        "Paragraphs",
        "ScaleCrop",
        "LinksUpToDate",
        "CharactersWithSpaces",
        "SharedDoc",
        "HyperlinksChanged",
        "AppVersion",
        "revision",
        "created",
        "modified",
        "lastPrinted",
        "generator",
        "creation-date",
        "date",
        "editing-cycles",
        "editing-duration",
        "Slides",
        "Notes",
        "HiddenSlides",
        "HeadingPairs",
        "TitlesOfParts",
        "language",
        "MMClips",
        "PresentationFormat",
    ];
    known.contains(&name)
}
