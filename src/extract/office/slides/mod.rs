//! Presentations: `.pptx`, `.ppsx`, `.potx` and macro variants (ECMA-376 part 1 section 19).
//!
//! Hidden slides, speaker notes, comments and what `scene` finds invisible are read and marked as not seen; of masters and
//! layouts what is written on them, not their prompts.

mod scene;

use std::collections::BTreeMap;

use crate::extract::content::{FileKind, Place};
use crate::extract::formats::{Format, Probe};
use crate::extract::office::flow::Flow;
use crate::extract::office::ink::Paint;
use crate::extract::office::package::Package;
use crate::extract::office::slides::scene::{Canvas, Scene};
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
const PARTS: [(&str, &str, bool); 7] = [
    ("ppt/slides/slide", "slide", true),
    ("ppt/notesSlides/notesSlide", "notes of slide", false),
    ("ppt/comments/", "comments on slide", false),
    ("ppt/charts/chart", "chart on slide", true),
    ("ppt/diagrams/data", "diagram on slide", true),
    ("ppt/slideMasters/slideMaster", "slide master", true),
    ("ppt/slideLayouts/slideLayout", "slide layout", true),
];

fn read(file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let mut package = Package::open(file, reader)?;
    let numbers = numbers(&mut package, reader)?;
    let canvas = canvas(&mut package, reader)?;
    let mut broken = false;
    for (start, called, visible) in PARTS {
        for path in package.paths(start, ".xml") {
            let text = package.xml(&path, reader)?;
            let digits = || path.chars().filter(char::is_ascii_digit).collect();
            let number = numbers.get(&path).map_or_else(digits, ToString::to_string);
            let slide = walk(&text, called.starts_with("slide "), canvas);
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

/// What slides are painted on: white, unless a theme, a master or a layout says otherwise or paints anything.
fn canvas(package: &mut Package<'_>, reader: &mut Reader<'_>) -> Result<Canvas, GapReason> {
    let mut canvas = Canvas {
        size: None,
        ground: Paint::Plain([255; 3]),
    };
    for token in Xml::new(&package.xml("ppt/presentation.xml", reader)?) {
        if let Token::Open(element) = token
            && element.name() == "sldSz"
        {
            let number = |name| element.attribute(name)?.parse().ok();
            canvas.size = number("cx").zip(number("cy"));
        }
    }
    for path in package.paths("ppt/theme/theme", ".xml") {
        let theme = package.xml(&path, reader)?.to_lowercase();
        let light = theme
            .split("<a:lt1>")
            .nth(1)
            .and_then(|rest| rest.split("</a:lt1>").next());
        if !light.is_some_and(|light| light.contains("\"window\"") || light.contains("ffffff")) {
            canvas.ground = Paint::Other;
        }
    }
    for start in [
        "ppt/slideMasters/slideMaster",
        "ppt/slideLayouts/slideLayout",
    ] {
        for path in package.paths(start, ".xml") {
            let text = package.xml(&path, reader)?;
            let turned = text.contains(" bg1=\"dk");
            let part = walk(&text, true, canvas);
            if turned || part.ground != canvas.ground {
                canvas.ground = Paint::Other;
            }
        }
    }
    Ok(canvas)
}

/// The number of the slide that a part is, or belongs to, as it is shown: parts are numbered as they were made.
fn numbers(
    package: &mut Package<'_>,
    reader: &mut Reader<'_>,
) -> Result<BTreeMap<String, usize>, GapReason> {
    let mut numbers = BTreeMap::new();
    let targets = targets(&package.xml("ppt/_rels/presentation.xml.rels", reader)?);
    for token in Xml::new(&package.xml("ppt/presentation.xml", reader)?) {
        // Two attributes are called `id`: a number, and the relation, which has a prefix.
        if let Token::Open(element) = token
            && element.name() == "sldId"
            && let Some((_, relation)) = element.attributes().pop()
            && let Some(path) = targets.get(&relation)
        {
            numbers.insert(format!("ppt/{path}"), numbers.len() + 1);
        }
    }
    for (slide, number) in numbers.clone() {
        let name = slide.rsplit('/').next().unwrap_or(&slide);
        let relations = package.xml(&format!("ppt/slides/_rels/{name}.rels"), reader)?;
        for target in self::targets(&relations).into_values() {
            let path = target.trim_start_matches("../");
            numbers.entry(format!("ppt/{path}")).or_insert(number);
        }
    }
    Ok(numbers)
}

/// Paths by relation id, as they are written.
fn targets(xml: &str) -> BTreeMap<String, String> {
    Xml::new(xml)
        .filter_map(|token| {
            let Token::Open(element) = token else {
                return None;
            };
            Some((element.attribute("Id")?, element.attribute("Target")?))
        })
        .collect()
}

struct Slide {
    flow: Flow,
    hidden: bool,
    broken: bool,
    /// What it paints behind everything.
    ground: Paint,
}

/// Where there are prompts, what stands in a place for other text is one.
fn walk(xml: &str, has_prompts: bool, canvas: Canvas) -> Slide {
    let mut flow = Flow::default();
    let mut scene = Scene::new(canvas);
    let mut hidden = false;
    let mut in_text = false;
    let mut is_prompt = false;
    let mut tokens = Xml::new(xml);
    for token in tokens.by_ref() {
        match token {
            Token::Open(element) => {
                scene.open(&element);
                match element.name().as_str() {
                    "sld" => hidden = !element.is_on("show", true),
                    "t" | "v" | "text" => in_text = !is_prompt,
                    "sp" => is_prompt = false,
                    "ph" => is_prompt = has_prompts,
                    "br" => flow.line(),
                    "tbl" => flow.table(),
                    "tr" => flow.row(),
                    "tc" => flow.cell(),
                    "cNvPr" => flow.aside(element.attribute("descr")),
                    _ => {}
                }
            }
            Token::Text(text) if in_text && scene.is_unseen() => flow.hidden(&text),
            Token::Text(text) if in_text => flow.text(&text),
            Token::Text(_) => {}
            Token::Close(name) => {
                scene.close(&name);
                match name.as_str() {
                    "t" => in_text = false,
                    "v" | "text" => {
                        in_text = false;
                        flow.line();
                    }
                    "p" => flow.line(),
                    "sp" => is_prompt = false,
                    "tc" => flow.end_cell(),
                    "tbl" => flow.end_table(),
                    _ => {}
                }
            }
        }
    }
    Slide {
        ground: scene.ground(),
        flow,
        hidden,
        broken: tokens.is_broken(),
    }
}
