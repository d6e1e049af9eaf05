//! What the runs of a Word document look like (ECMA-376 part 1 section 17.3): by their own properties, their styles,
//! and what their paragraphs, cells and tables paint behind them.
//!
//! Text boxes and pages with a picture or a colour behind their text are not looked through.

use std::collections::BTreeMap;

use crate::extract::office::ink::{self, Ink, Paint};
use crate::extract::xml::{Element, Token, Xml};

/// Styles based on others, and cells in others, are followed this far.
const DEEPEST: usize = 12;

/// The styles of a document by their identifiers.
#[derive(Debug, Default)]
pub(super) struct Styles {
    known: BTreeMap<String, Style>,
    /// What every paragraph has, if its style says nothing else.
    default: Ink,
}

#[derive(Debug, Default)]
struct Style {
    base: Option<String>,
    ink: Ink,
}

impl Styles {
    /// Reads `styles.xml`; a table's style that paints anything hides nothing.
    pub(super) fn read(xml: &str) -> Self {
        let mut styles = Self::default();
        let mut open: Option<(String, Style)> = None;
        let (mut in_defaults, mut is_conditional) = (false, false);
        let mut default = None;
        for token in Xml::new(xml) {
            match token {
                Token::Open(element) => match element.name().as_str() {
                    "style" => {
                        let id = element.attribute("styleId").unwrap_or_default();
                        let is_default = element.is_on("default", false);
                        if is_default && element.attribute("type").as_deref() == Some("paragraph") {
                            default = Some(id.clone());
                        }
                        open = Some((id, Style::default()));
                    }
                    "basedOn" => {
                        if let Some((_, style)) = &mut open {
                            style.base = element.attribute("val");
                        }
                    }
                    "tblStylePr" => is_conditional = true,
                    "shd" if is_conditional => {
                        if let Some((_, style)) = &mut open {
                            style.ink.ground = Some(Paint::Other);
                        }
                    }
                    _ if is_conditional => {}
                    "docDefaults" => in_defaults = true,
                    _ => match &mut open {
                        Some((_, style)) => said(&element, &mut style.ink),
                        None if in_defaults => said(&element, &mut styles.default),
                        None => {}
                    },
                },
                Token::Close(name) if name == "tblStylePr" => is_conditional = false,
                Token::Close(name) if name == "docDefaults" => in_defaults = false,
                Token::Close(name) if name == "style" => styles.known.extend(open.take()),
                Token::Close(_) | Token::Text(_) => {}
            }
        }
        if let Some(id) = default {
            styles.default = styles.ink(&id).within(styles.default);
        }
        styles
    }

    /// What a style says, with those it is based on.
    fn ink(&self, id: &str) -> Ink {
        let mut ink = Ink::default();
        let mut next = self.known.get(id);
        for _ in 0..DEEPEST {
            let Some(style) = next else {
                break;
            };
            ink = ink.within(style.ink);
            next = style.base.as_ref().and_then(|base| self.known.get(base));
        }
        ink
    }
}

/// Takes what a property says.
fn said(element: &Element<'_>, ink: &mut Ink) {
    let value = || element.attribute("val");
    match element.name().as_str() {
        "vanish" => ink.hidden = Some(element.is_on("val", true)),
        "color" => ink.colour = value().and_then(|digits| ink::colour(&digits)),
        "sz" => ink.size = value().and_then(|size| size.parse().ok()),
        "highlight" => {
            let paint = |name: String| match name.as_str() {
                "none" => None,
                "white" => Some(Paint::Plain([255; 3])),
                "black" => Some(Paint::Plain([0; 3])),
                _ => Some(Paint::Other),
            };
            ink.ground = value().and_then(paint).or(ink.ground);
        }
        "shd" => ink.ground = shading(element).or(ink.ground),
        _ => {}
    }
}

/// A shading is one colour, a pattern of two, or nothing.
fn shading(element: &Element<'_>) -> Option<Paint> {
    let fill = element.attribute("fill");
    let fill = fill.filter(|fill| fill != "auto");
    match element.attribute("val").as_deref() {
        Some("clear" | "nil") | None => Some(Paint::Plain(ink::colour(&fill?)?)),
        Some(_) => Some(Paint::Other),
    }
}

/// Whose properties are being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Table,
    Cell,
    Paragraph,
    /// The mark at a paragraph's end, which is no text, and what was before a tracked change.
    Nobody,
    Run,
}

/// Whose the properties in an element are; `None` where it has none.
fn owner(name: &str, around: Option<&Owner>) -> Option<Owner> {
    let owner = match name {
        "tblPr" => Owner::Table,
        "tcPr" => Owner::Cell,
        "pPr" => Owner::Paragraph,
        "rPr" => Owner::Run,
        "tblPrChange" | "tcPrChange" | "pPrChange" | "rPrChange" => Owner::Nobody,
        _ => return None,
    };
    Some(if around.is_some() {
        Owner::Nobody
    } else {
        owner
    })
}

/// Follows the looks through one part.
pub(super) struct Looks<'a> {
    styles: &'a Styles,
    page: Option<Paint>,
    /// What open tables, cells and text boxes paint.
    grounds: Vec<Option<Paint>>,
    paragraphs: Vec<Ink>,
    runs: Vec<Ink>,
    owners: Vec<Owner>,
}

impl<'a> Looks<'a> {
    /// Begins a part.
    pub(super) fn new(styles: &'a Styles, xml: &str) -> Self {
        Self {
            styles,
            page: xml.contains(" behindDoc=\"1\"").then_some(Paint::Other),
            grounds: Vec::new(),
            paragraphs: Vec::new(),
            runs: Vec::new(),
            owners: Vec::new(),
        }
    }

    /// Whether the characters of the run are not seen.
    pub(super) fn is_unseen(&self) -> bool {
        let mut grounds = self.grounds.iter().rev().take(DEEPEST);
        let around = Ink {
            ground: grounds.find_map(|paint| *paint).or(self.page),
            ..self.styles.default
        };
        let paragraph = self.paragraphs.last().copied().unwrap_or_default();
        let run = self.runs.last().copied().unwrap_or_default();
        run.within(paragraph).within(around).is_unseen()
    }

    /// Takes a start tag.
    pub(super) fn open(&mut self, element: &Element<'_>) {
        let name = element.name();
        match name.as_str() {
            "background" => self.page = Some(Paint::Other),
            "tbl" | "tc" => self.grounds.push(None),
            "txbxContent" => self.grounds.push(Some(Paint::Other)),
            "p" => self.paragraphs.push(Ink::default()),
            "r" => self.runs.push(Ink::default()),
            _ => match owner(&name, self.owners.last()) {
                Some(owner) => self.owners.push(owner),
                None => self.property(&name, element),
            },
        }
    }

    fn property(&mut self, name: &str, element: &Element<'_>) {
        let style = || {
            let id = element.attribute("val").unwrap_or_default();
            self.styles.ink(&id)
        };
        let owned = match self.owners.last() {
            Some(Owner::Run) => self.runs.last_mut(),
            Some(Owner::Paragraph) => self.paragraphs.last_mut(),
            Some(Owner::Cell | Owner::Table) => {
                let paint = match name {
                    "shd" => shading(element),
                    "tblStyle" => style().ground,
                    _ => None,
                };
                if let Some(ground) = self.grounds.last_mut() {
                    *ground = paint.or(*ground);
                }
                return;
            }
            Some(Owner::Nobody) | None => return,
        };
        if let Some(ink) = owned {
            match name {
                // A style is named before what differs from it.
                "pStyle" | "rStyle" => *ink = ink.within(style()),
                _ => said(element, ink),
            }
        }
    }

    /// Takes an end tag.
    pub(super) fn close(&mut self, name: &str) {
        match name {
            "tbl" | "tc" | "txbxContent" => drop(self.grounds.pop()),
            "p" => drop(self.paragraphs.pop()),
            "r" => drop(self.runs.pop()),
            _ if owner(name, None).is_some() => drop(self.owners.pop()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLES: &str = "<styles><style w:styleId='Secret'><rPr><vanish/></rPr></style>\
        <style w:styleId='Pale'><rPr><color w:val='FFFFFF'/></rPr></style>\
        <style w:styleId='Paler'><basedOn w:val='Pale'/></style>\
        <style w:styleId='Blue'><tblStylePr><tcPr><shd w:val='clear' w:fill='1F3864'/></tcPr></tblStylePr></style></styles>";

    /// Whether the text of a document is seen.
    #[track_caller]
    fn check(document: &str, is_seen: bool) {
        let styles = Styles::read(STYLES);
        let mut looks = Looks::new(&styles, document);
        let mut found = None;
        for token in Xml::new(document) {
            match token {
                Token::Open(element) => looks.open(&element),
                Token::Close(name) => looks.close(&name),
                Token::Text(_) => found = Some(!looks.is_unseen()),
            }
        }
        assert_eq!(found, Some(is_seen), "{document}");
    }

    #[test]
    fn a_run_is_seen_by_its_colour_and_what_is_behind_it() {
        let run = "<r><rPr><color w:val='FFFFFF'/></rPr><t>x</t></r>";
        check(&format!("<p>{run}</p>"), false);
        for around in [
            "<p><pPr><shd w:val='clear' w:fill='1F3864'/></pPr>RUN</p>",
            "<tbl><tc><tcPr><shd w:val='clear' w:fill='1F3864'/></tcPr><p>RUN</p></tc></tbl>",
            "<tbl><tblPr><tblStyle w:val='Blue'/></tblPr><tc><p>RUN</p></tc></tbl>",
            "<p><r><txbxContent><p>RUN</p></txbxContent></r></p>",
            "<document><background w:color='000000'/><p>RUN</p></document>",
        ] {
            check(&around.replace("RUN", run), true);
        }
        check(&format!("<tbl><tc><p>{run}</p></tc></tbl>"), false);
        check(
            "<p><r><rPr><color w:val='auto'/></rPr><t>x</t></r></p>",
            true,
        );
        check("<p><r><rPr><sz w:val='2'/></rPr><t>x</t></r></p>", false);
    }

    #[test]
    fn a_run_is_seen_as_its_style_says() {
        for (style, is_seen) in [("Secret", false), ("Paler", false), ("Other", true)] {
            check(
                &format!("<p><r><rPr><rStyle w:val='{style}'/></rPr><t>x</t></r></p>"),
                is_seen,
            );
            check(
                &format!("<p><pPr><pStyle w:val='{style}'/></pPr><r><t>x</t></r></p>"),
                is_seen,
            );
        }
        check(
            "<p><pPr><rPr><vanish/></rPr></pPr><r><t>x</t></r></p>",
            true,
        );
        check(
            "<p><r><rPr><rPrChange><rPr><vanish/></rPr></rPrChange></rPr><t>x</t></r></p>",
            true,
        );
    }
}
