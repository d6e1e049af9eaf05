//! What the styles of an OpenDocument file say of its text (ISO 26300-1 section 16): hidden, its colour, what is behind it.
//!
//! Pages, and frames and shapes on them, may have pictures behind their text, and are not looked through.

use std::collections::BTreeMap;

use crate::extract::office::ink::{self, Ink, Paint};
use crate::extract::xml::{Element, Token, Xml};

/// A style with parents, this many deep, is the end.
const DEEPEST: usize = 12;

/// Styles by family and name; the default of a family has no name.
#[derive(Debug, Default)]
pub(super) struct Styles {
    known: BTreeMap<(String, String), Style>,
    open: Option<(String, String)>,
    /// Whether a page is painted in anything but white.
    pub(super) has_painted_page: bool,
}

#[derive(Debug, Default)]
struct Style {
    parent: String,
    ink: Ink,
}

impl Styles {
    /// Takes every style of a part.
    pub(super) fn read(&mut self, xml: &str) {
        for token in Xml::new(xml) {
            if let Token::Open(element) = token {
                self.take(&element);
            }
        }
    }

    /// Takes a start tag, of a style or of anything else.
    pub(super) fn take(&mut self, element: &Element<'_>) {
        match element.name().as_str() {
            "style" | "default-style" => {
                let said = |name| element.attribute(name).unwrap_or_default();
                let key = (said("family"), said("name"));
                let parent = said("parent-style-name");
                self.known.entry(key.clone()).or_default().parent = parent;
                self.open = Some(key);
            }
            "page-layout-properties" => {
                let ground = said(element).ground;
                self.has_painted_page |=
                    ground.is_some_and(|ground| ground != Paint::Plain([255; 3]));
            }
            "text-properties"
            | "paragraph-properties"
            | "table-cell-properties"
            | "table-row-properties"
            | "table-properties"
            | "section-properties" => {
                let style = self.open.as_ref().and_then(|key| self.known.get_mut(key));
                if let Some(style) = style {
                    style.ink = said(element).within(style.ink);
                }
            }
            _ => {}
        }
    }

    /// What a style says, with its parents and the default of its family.
    pub(super) fn ink(&self, family: &str, name: &str) -> Ink {
        let mut ink = Ink::default();
        let mut name = name.to_owned();
        for _ in 0..DEEPEST {
            let Some(style) = self.known.get(&(family.to_owned(), name.clone())) else {
                break;
            };
            ink = ink.within(style.ink);
            if name.is_empty() {
                break;
            }
            name.clone_from(&style.parent);
        }
        ink
    }
}

fn said(element: &Element<'_>) -> Ink {
    let points = |size: String| size.strip_suffix("pt")?.parse::<f32>().ok();
    let tiny = |size: f32| if size < 1.5 { 1 } else { 24 };
    let is_text = element.name() == "text-properties";
    let colour = element.attribute("color").filter(|_| is_text);
    Ink {
        colour: colour.and_then(|digits| ink::colour(&digits)),
        ground: element
            .attribute("background-color")
            .and_then(|digits| Some(Paint::Plain(ink::colour(&digits)?))),
        size: element.attribute("font-size").and_then(points).map(tiny),
        hidden: element
            .attribute("display")
            .filter(|_| is_text)
            .map(|display| display == "none"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_has_what_its_parents_say() {
        let mut styles = Styles::default();
        styles.read(
            "<style style:family='text' style:name='Pale'><text-properties fo:color='#ffffff'/></style>\
             <style style:family='text' style:name='T1' style:parent-style-name='Pale'/>\
             <style style:family='text' style:name='T2' style:parent-style-name='Pale'>\
             <text-properties fo:background-color='#1f3864'/></style>\
             <style style:family='text' style:name='T3'><text-properties text:display='none'/></style>\
             <style style:family='paragraph' style:name='T1'><text-properties fo:font-size='1pt'/></style>",
        );
        for (family, name, is_unseen) in [
            ("text", "T1", true),
            ("text", "T2", false),
            ("text", "T3", true),
            ("text", "T4", false),
            ("paragraph", "T1", true),
        ] {
            assert_eq!(
                styles.ink(family, name).is_unseen(),
                is_unseen,
                "{family} {name}"
            );
        }
    }
}
