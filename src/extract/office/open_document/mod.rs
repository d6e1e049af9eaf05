//! OpenDocument texts, sheets and presentations: `.odt`, `.ods`, `.odp` and templates (ISO 26300).
//!
//! Hidden sheets, rows, columns and slides, hidden text and text in the colour behind it, annotations, notes and tracked
//! changes are marked as not seen.

mod sheets;
mod styles;

use std::collections::BTreeSet;

use crate::extract::content::{FileKind, Place};
use crate::extract::formats::{Format, Probe};
use crate::extract::office::flow::Flow;
use crate::extract::office::ink::{Ink, Paint};
use crate::extract::office::open_document::styles::Styles;
use crate::extract::office::package::Package;
use crate::extract::office::properties;
use crate::extract::reader::{File, Reader};
use crate::extract::xml::{Element, Token, Xml};
use crate::mail::gap::GapReason;
use crate::mail::lock::Lock;

/// A zip with `content.xml` and a manifest.
pub(in crate::extract) const FORMAT: Format = Format {
    name: "odf",
    kind: FileKind::Document,
    recognises: |probe: &Probe<'_>| {
        probe.has_member("content.xml", "") && probe.has_member("META-INF/manifest.xml", "")
    },
    read,
};

fn read(file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let mut package = Package::open(file, reader)?;
    if package
        .xml("META-INF/manifest.xml", reader)?
        .contains("encryption-data")
    {
        return Err(GapReason::Encrypted(Lock::OpenDocument));
    }
    let text = package.xml("content.xml", reader)?;
    let common = package.xml("styles.xml", reader)?;
    let mut styles = Styles::default();
    styles.read(&common);
    let broken = parts(&text, styles, &common, file, reader);
    let meta = package.xml("meta.xml", reader)?;
    properties::open_document(&meta, file, reader);
    objects(&mut package, file, reader)?;
    package.pictures(file, reader)?;
    if broken {
        Err(GapReason::Corrupt)
    } else {
        Ok(())
    }
}

/// Reads a document whose parts all stand in one text; true when it breaks off.
pub(super) fn flat(xml: &str, file: &File<'_>, reader: &mut Reader<'_>) -> bool {
    let mut styles = Styles::default();
    styles.read(xml);
    let masters = xml
        .split_once("<office:master-styles")
        .map_or("", |(_, rest)| rest);
    let masters = masters
        .split("</office:master-styles>")
        .next()
        .unwrap_or_default();
    parts(xml, styles, masters, file, reader)
}

/// Reads the content, and what the masters print on every page or slide; true when the content breaks off.
fn parts(
    text: &str,
    styles: Styles,
    masters: &str,
    file: &File<'_>,
    reader: &mut Reader<'_>,
) -> bool {
    let broken = if text.contains("<office:spreadsheet") {
        sheets::read(text, styles, file, reader)
    } else {
        let mut walk = Walk {
            is_paper: text.contains("<office:text") && !styles.has_painted_page,
            styles,
            ..Walk::default()
        };
        let broken = walk.part(text);
        walk.give(file, reader);
        broken
    };
    let mut margin = Walk {
        in_margin: Some(false),
        ..Walk::default()
    };
    margin.part(masters);
    let (origin, place) = if text.contains("<office:presentation") {
        (file.origin.within("slide master"), Place::Attachment)
    } else {
        (file.origin.at("header and footer"), Place::Margin)
    };
    margin.flow.give(&origin, place, file.visible, reader);
    broken
}

/// Charts and documents inside the document: each a folder with a content of its own, or a compound file.
fn objects(
    package: &mut Package<'_>,
    file: &File<'_>,
    reader: &mut Reader<'_>,
) -> Result<(), GapReason> {
    for path in package.paths("Object ", "") {
        let name = path.split('/').next().unwrap_or(&path);
        if path.ends_with("/content.xml") {
            let mut walk = Walk::default();
            walk.part(&package.xml(&path, reader)?);
            walk.flow.give(
                &file.origin.within(name),
                Place::Attachment,
                file.visible,
                reader,
            );
        } else if !path.contains('/') {
            let bytes = package.octets(&path, reader)?;
            reader.budget.member()?;
            reader.file(&File {
                visible: false,
                ..file.inner(name, &bytes)
            });
        }
    }
    Ok(())
}

/// What is painted further out than this is not looked at.
const DEEPEST: usize = 32;

/// The state of walking a text or a presentation.
#[derive(Default)]
struct Walk {
    flow: Flow,
    /// Depth of elements whose text is not seen.
    hidden: usize,
    /// Depth of elements that say who wrote a note and when.
    bylines: usize,
    /// Styles of slides that hide what has them, and the one that is being read.
    hidden_styles: BTreeSet<String>,
    style: String,
    /// Open sections and pages, by whether they are hidden.
    parts: Vec<bool>,
    styles: Styles,
    /// How open spans, paragraphs, cells and frames are painted.
    inks: Vec<Ink>,
    /// Whether text stands on white paper, not on a slide.
    is_paper: bool,
    /// Open frames, by whether what is in them is a prompt; and how many of them are.
    frames: Vec<bool>,
    prompts: usize,
    /// Depth of foot- and endnotes, and what stands in them.
    in_note: usize,
    notes: String,
    /// Slides that have ended, each with whether it is hidden.
    slides: Vec<(bool, Flow)>,
    /// In `styles.xml` only master pages have text: outside or inside one.
    in_margin: Option<bool>,
    paragraphs: usize,
}

impl Walk {
    /// Hands over slide by slide, or the whole where there are none.
    fn give(self, file: &File<'_>, reader: &mut Reader<'_>) {
        for (number, (hidden, slide)) in self.slides.into_iter().enumerate() {
            let mark = if hidden { " (hidden)" } else { "" };
            let origin = file.origin.within(&format!("slide {}{mark}", number + 1));
            slide.give(&origin, Place::Attachment, file.visible, reader);
        }
        self.flow
            .give(&file.origin, Place::Attachment, file.visible, reader);
        let notes = file.origin.at("notes");
        reader.text(&notes, Place::Attachment, file.visible, self.notes);
    }

    fn part(&mut self, xml: &str) -> bool {
        let mut tokens = Xml::new(xml);
        for token in tokens.by_ref() {
            match token {
                Token::Open(element) => self.open(&element),
                Token::Close(name) => self.close(&name),
                Token::Text(text) if self.paragraphs > 0 => self.characters(&text),
                Token::Text(_) => {}
            }
        }
        tokens.is_broken()
    }

    fn characters(&mut self, text: &str) {
        if self.bylines > 0 || self.prompts > 0 {
            return;
        }
        let ink = self.inks.iter().rev().take(DEEPEST);
        let ink = ink.fold(Ink::default(), |ink, around| ink.within(*around));
        let is_unseen = ink.hidden == Some(true) || self.is_paper && ink.is_unseen();
        if self.in_note > 0 {
            self.notes.push_str(text);
        } else if self.hidden > 0 || is_unseen {
            self.flow.hidden(text);
        } else if self.in_margin != Some(false) {
            self.flow.text(text);
        }
    }

    fn open(&mut self, element: &Element<'_>) {
        let name = element.name();
        self.styles.take(element);
        if let Some(family) = family(&name) {
            let style = element.attribute("style-name").unwrap_or_default();
            self.inks.push(match family {
                "graphic" => Ink {
                    ground: Some(Paint::Other),
                    ..Ink::default()
                },
                _ => self.styles.ink(family, &style),
            });
        }
        match name.as_str() {
            "p" | "h" | "desc" | "title" => self.paragraphs += 1,
            name if is_declared(name) => self.paragraphs += 1,
            "frame" => {
                // On a master, a place for other text is named by what goes there.
                let class = element.attribute("class").unwrap_or_default();
                let is_prompt = self.in_margin.is_some()
                    && ["title", "subtitle", "outline", "notes"].contains(&class.as_str());
                self.frames.push(is_prompt);
                self.prompts += usize::from(is_prompt);
            }
            "s" => self.characters(" "),
            "tab" => self.characters("\t"),
            "line-break" => self.flow.line(),
            "table" => self.flow.table(),
            "table-row" => self.flow.row(),
            "table-cell" | "covered-table-cell" => self.flow.cell(),
            "master-page" => self.in_margin = self.in_margin.map(|_| true),
            name if is_byline(name) => self.bylines += 1,
            "note-body" => self.in_note += 1,
            "style" => self.style = element.attribute("name").unwrap_or_default(),
            "drawing-page-properties" if hides(element) => {
                self.hidden_styles.insert(self.style.clone());
            }
            "page" | "section" => {
                let style = element.attribute("style-name").unwrap_or_default();
                let hides = self.hidden_styles.contains(&style) || hides(element);
                self.parts.push(hides);
                self.hidden += usize::from(hides);
            }
            _ => {}
        }
        self.hidden += usize::from(is_unseen(&name));
    }

    fn close(&mut self, name: &str) {
        if family(name).is_some() {
            self.inks.pop();
        }
        match name {
            "frame" => {
                let was_prompt = self.frames.pop().unwrap_or_default();
                self.prompts = self.prompts.saturating_sub(usize::from(was_prompt));
            }
            name if is_declared(name) => {
                self.paragraphs = self.paragraphs.saturating_sub(1);
                self.flow.line();
            }
            "p" | "h" => {
                self.paragraphs = self.paragraphs.saturating_sub(1);
                if self.in_note > 0 {
                    self.notes.push('\n');
                } else {
                    self.flow.line();
                }
            }
            "note-body" => self.in_note = self.in_note.saturating_sub(1),
            "desc" | "title" => self.paragraphs = self.paragraphs.saturating_sub(1),
            "table-cell" | "covered-table-cell" => self.flow.end_cell(),
            "table" => self.flow.end_table(),
            "master-page" => self.in_margin = self.in_margin.map(|_| false),
            name if is_byline(name) => self.bylines = self.bylines.saturating_sub(1),
            "page" | "section" => {
                let hid = self.parts.pop().unwrap_or_default();
                self.hidden = self.hidden.saturating_sub(usize::from(hid));
                if name == "page" {
                    self.slides.push((hid, std::mem::take(&mut self.flow)));
                }
            }
            _ => {}
        }
        self.hidden = self.hidden.saturating_sub(usize::from(is_unseen(name)));
    }
}

/// The family of the styles that an element may have, as far as they paint.
fn family(name: &str) -> Option<&'static str> {
    match name {
        "span" => Some("text"),
        "p" | "h" => Some("paragraph"),
        "table-cell" | "covered-table-cell" => Some("table-cell"),
        "table-row" => Some("table-row"),
        "table" => Some("table"),
        "section" => Some("section"),
        "frame" | "custom-shape" | "rect" | "ellipse" => Some("graphic"),
        _ => None,
    }
}

/// Who wrote a note and when, numbers of pages and notes.
fn is_byline(name: &str) -> bool {
    let bylines = [
        "creator",
        "date",
        "date-string",
        "creator-initials",
        "note-citation",
        "page-number",
    ];
    bylines.contains(&name)
}

/// What is printed on every slide, written once.
fn is_declared(name: &str) -> bool {
    ["header-decl", "footer-decl", "date-time-decl"].contains(&name)
}

/// Hidden sections of a text, hidden slides of a presentation.
fn hides(element: &Element<'_>) -> bool {
    let is = |name, word| element.attribute(name).is_some_and(|value| value == word);
    is("display", "none") || is("visibility", "hidden")
}

fn is_unseen(name: &str) -> bool {
    let unseen = [
        "annotation",
        "tracked-changes",
        "notes",
        "hidden-text",
        "hidden-paragraph",
        "desc",
        "title",
    ];
    unseen.contains(&name)
}
