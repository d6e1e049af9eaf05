//! Presentations: `.pptx`, `.ppsx`, `.potx` and macro variants (ECMA-376 part 1 section 19).
//!
//! Hidden slides, speaker notes and comments are read and marked as not seen; slide masters are not read.

use crate::extract::content::{FileKind, Place};
use crate::extract::formats::{Format, Probe};
use crate::extract::office::flow::Flow;
use crate::extract::office::package::Package;
use crate::extract::reader::{File, Reader};
use crate::extract::xml::{Token, Xml};
use crate::mail::gap::GapReason;

/// A zip with `ppt/presentation.xml`.
pub(in crate::extract) const FORMAT: Format = Format {
    name: "pptx",
    kind: FileKind::Document,
    recognises: |probe: &Probe<'_>| probe.has_member("ppt/presentation", ".xml"),
    read,
};

/// Parts of a presentation: where they are, what they are called, whether they are seen.
const PARTS: [(&str, &str, bool); 5] = [
    ("ppt/slides/slide", "slide", true),
    ("ppt/notesSlides/notesSlide", "notes of slide", false),
    ("ppt/comments/", "comments", false),
    ("ppt/charts/chart", "chart", true),
    ("ppt/diagrams/data", "diagram", true),
];

fn read(file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let mut package = Package::open(file, reader)?;
    let mut broken = false;
    for (start, called, visible) in PARTS {
        for path in package.paths(start, ".xml") {
            let text = package.xml(&path, reader)?;
            let number: String = path.chars().filter(char::is_ascii_digit).collect();
            let slide = walk(&text);
            broken |= slide.broken;
            let mark = if slide.hidden { " (hidden)" } else { "" };
            let origin = file.origin.within(&format!("{called} {number}{mark}"));
            let seen = visible && file.visible && !slide.hidden;
            slide.flow.give(&origin, Place::Attachment, seen, reader);
        }
    }
    package.asides(file, reader)?;
    if broken {
        Err(GapReason::Corrupt)
    } else {
        Ok(())
    }
}

struct Slide {
    flow: Flow,
    hidden: bool,
    broken: bool,
}

fn walk(xml: &str) -> Slide {
    let mut flow = Flow::default();
    let mut hidden = false;
    let mut in_text = false;
    let mut tokens = Xml::new(xml);
    for token in tokens.by_ref() {
        match token {
            Token::Open(element) => match element.name().as_str() {
                "sld" => hidden = !element.is_on("show", true),
                "t" | "v" | "text" => in_text = true,
                "br" => flow.line(),
                "tbl" => flow.table(),
                "tr" => flow.row(),
                "tc" => flow.cell(),
                "cNvPr" => flow.aside(element.attribute("descr")),
                _ => {}
            },
            Token::Text(text) if in_text => flow.text(&text),
            Token::Text(_) => {}
            Token::Close(name) => match name.as_str() {
                "t" => in_text = false,
                "v" | "text" => {
                    in_text = false;
                    flow.line();
                }
                "p" => flow.line(),
                "tc" => flow.end_cell(),
                "tbl" => flow.end_table(),
                _ => {}
            },
        }
    }
    Slide {
        flow,
        hidden,
        broken: tokens.is_broken(),
    }
}
