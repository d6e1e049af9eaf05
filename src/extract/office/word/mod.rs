//! Word documents, templates and macro variants: `.docx`, `.dotx`, `.docm` (ECMA-376 part 1 section 17).
//!
//! Deleted text, hidden runs, text in the colour behind it, comments, field codes, what a drop-down list offers and what
//! is said of a picture are read and marked as not seen.

mod looks;

use crate::extract::content::{FileKind, Place};
use crate::extract::formats::{Format, Probe};
use crate::extract::office::flow::Flow;
use crate::extract::office::package::Package;
use crate::extract::office::word::looks::{Looks, Styles};
use crate::extract::reader::{File, Reader};
use crate::extract::xml::{Element, Token, Xml};
use crate::mail::gap::GapReason;

/// A zip with a main part below `word/`.
pub(in crate::extract) const FORMAT: Format = Format {
    name: "docx",
    kind: FileKind::Document,
    recognises: |probe: &Probe<'_>| probe.has_member("word/document", ".xml"),
    read,
};

/// Parts beside the main one: how they begin, what they are called, where they stand, whether they are seen.
const PARTS: [(&str, &str, Place, bool); 9] = [
    ("word/document", "", Place::Attachment, true),
    ("word/header", "header", Place::Margin, true),
    ("word/footer", "footer", Place::Margin, true),
    ("word/footnotes", "footnotes", Place::Attachment, true),
    ("word/endnotes", "endnotes", Place::Attachment, true),
    ("word/comments", "comments", Place::Attachment, false),
    ("word/charts/chart", "chart", Place::Attachment, true),
    ("word/diagrams/data", "diagram", Place::Attachment, true),
    (
        "word/glossary/document",
        "building blocks",
        Place::Attachment,
        false,
    ),
];

fn read(file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let mut package = Package::open(file, reader)?;
    let mut broken = false;
    let styles = Styles::read(&package.xml("word/styles.xml", reader)?);
    for (start, called, place, visible) in PARTS {
        for path in package.paths(start, ".xml") {
            let text = package.xml(&path, reader)?;
            let origin = if called.is_empty() {
                file.origin.clone()
            } else {
                file.origin.at(called)
            };
            let mut walk = Walk::new(&styles, &text);
            broken |= walk.part(&text);
            walk.flow
                .give(&origin, place, visible && file.visible, reader);
        }
    }
    package.asides(file, reader)?;
    if broken {
        Err(GapReason::Corrupt)
    } else {
        Ok(())
    }
}

/// Reads a document whose parts all stand in one text; true when it breaks off.
pub(super) fn flat(xml: &str, file: &File<'_>, reader: &mut Reader<'_>) -> bool {
    let styles = Styles::read(xml);
    let mut walk = Walk::new(&styles, xml);
    let broken = walk.part(xml);
    let place = Place::Attachment;
    walk.flow.give(&file.origin, place, file.visible, reader);
    broken
}

/// The state of walking one part.
struct Walk<'a> {
    flow: Flow,
    looks: Looks<'a>,
    /// Inside `w:t` or another element whose characters are text.
    text: Option<bool>,
    in_run: bool,
    /// Depth inside the second of two alternatives that say the same.
    fallback: usize,
}

impl<'a> Walk<'a> {
    fn new(styles: &'a Styles, xml: &str) -> Self {
        Self {
            flow: Flow::default(),
            looks: Looks::new(styles, xml),
            text: None,
            in_run: false,
            fallback: 0,
        }
    }

    /// Walks a part; true when it breaks off.
    fn part(&mut self, xml: &str) -> bool {
        let mut tokens = Xml::new(xml);
        for token in tokens.by_ref() {
            match token {
                Token::Open(element) => self.open(&element),
                Token::Close(name) => self.close(&name),
                Token::Text(text) => self.characters(&text),
            }
        }
        tokens.is_broken()
    }

    fn characters(&mut self, text: &str) {
        match self.text {
            Some(true) if !self.looks.is_unseen() => self.flow.text(text),
            Some(_) => self.flow.hidden(text),
            None => {}
        }
    }

    fn open(&mut self, element: &Element<'_>) {
        let name = element.name();
        if name == "Fallback" || self.fallback > 0 {
            self.fallback += usize::from(name == "Fallback");
            return;
        }
        self.looks.open(element);
        match name.as_str() {
            "t" | "v" => self.text = Some(true),
            "delText" | "instrText" | "delInstrText" => self.text = Some(false),
            "tab" if self.in_run => self.flow.text("\t"),
            "br" | "cr" => self.flow.line(),
            "noBreakHyphen" => self.flow.text("-"),
            "r" => self.in_run = true,
            "tbl" => self.flow.table(),
            "tr" => self.flow.row(),
            "tc" => self.flow.cell(),
            "docPr" => {
                self.flow.aside(element.attribute("descr"));
                self.flow.aside(element.attribute("title"));
            }
            "textpath" => self
                .flow
                .text(&element.attribute("string").unwrap_or_default()),
            "listItem" => self.flow.aside(element.attribute("displayText")),
            "listEntry" => self.flow.aside(element.attribute("val")),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if self.fallback > 0 {
            self.fallback -= usize::from(name == "Fallback");
            return;
        }
        self.looks.close(name);
        match name {
            "t" | "v" | "delText" | "instrText" | "delInstrText" => {
                if name == "v" {
                    self.flow.line();
                }
                self.text = None;
            }
            "r" => self.in_run = false,
            "p" => self.flow.line(),
            "tc" => self.flow.end_cell(),
            "tbl" => self.flow.end_table(),
            _ => {}
        }
    }
}
