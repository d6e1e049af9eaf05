//! Which cell styles of a workbook show nothing (sections 18.8.22, 18.8.20, 18.8.31): text in the colour of its cell, and
//! a format that leaves out every value.
//!
//! Colours of the theme other than its white and black are taken for visible.

use std::collections::BTreeSet;

use crate::extract::office::ink::{self, Colour, Ink, Paint};
use crate::extract::xml::{Element, Token, Xml};

/// The cell styles, in order.
#[derive(Debug, Default)]
pub(super) struct Paints {
    unseen: Vec<bool>,
}

/// What is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Fonts,
    Fills,
    Cells,
}

impl Paints {
    /// Reads `styles.xml`.
    pub(super) fn read(xml: &str) -> Self {
        let mut paints = Self::default();
        let (mut fonts, mut fills, mut empty) = (Vec::new(), Vec::new(), BTreeSet::new());
        let mut within = None;
        for token in Xml::new(xml) {
            match token {
                Token::Open(element) => match (element.name().as_str(), within) {
                    ("fonts", _) => within = Some(Within::Fonts),
                    ("fills", _) => within = Some(Within::Fills),
                    ("cellXfs", _) => within = Some(Within::Cells),
                    ("numFmt", None)
                        if element.attribute("formatCode").as_deref() == Some(";;;") =>
                    {
                        empty.extend(element.attribute("numFmtId"));
                    }
                    ("font", Some(Within::Fonts)) => fonts.push(None),
                    ("color", Some(Within::Fonts)) => {
                        if let Some(font) = fonts.last_mut() {
                            *font = colour(&element);
                        }
                    }
                    ("fill", Some(Within::Fills)) => fills.push(None),
                    ("xf", Some(Within::Cells)) => {
                        paints
                            .unseen
                            .push(is_unseen(&element, &fonts, &fills, &empty));
                    }
                    (name, Some(Within::Fills)) => {
                        if let Some(fill) = fills.last_mut() {
                            *fill = filled(name, &element).or(*fill);
                        }
                    }
                    _ => {}
                },
                Token::Close(name) => {
                    if ["fonts", "fills", "cellXfs"].contains(&name.as_str()) {
                        within = None;
                    }
                }
                Token::Text(_) => {}
            }
        }
        paints
    }

    /// Whether cells of this style show nothing.
    pub(super) fn is_unseen(&self, style: Option<&str>) -> bool {
        let style = style.and_then(|style| style.parse::<usize>().ok());
        let unseen = style.and_then(|style| self.unseen.get(style));
        unseen.copied().unwrap_or_default()
    }
}

fn is_unseen(
    cell: &Element<'_>,
    fonts: &[Option<Colour>],
    fills: &[Option<Paint>],
    empty: &BTreeSet<String>,
) -> bool {
    let place = |name| cell.attribute(name)?.parse::<usize>().ok();
    let ink = Ink {
        colour: place("fontId").and_then(|font| *fonts.get(font)?),
        ground: place("fillId").and_then(|fill| *fills.get(fill)?),
        ..Ink::default()
    };
    let format = cell.attribute("numFmtId");
    ink.is_unseen() || format.is_some_and(|format| empty.contains(&format))
}

/// What an element of a fill paints; patterns and gradients are anything.
fn filled(name: &str, element: &Element<'_>) -> Option<Paint> {
    match name {
        "patternFill" => match element.attribute("patternType").as_deref() {
            Some("solid" | "none") | None => None,
            Some(_) => Some(Paint::Other),
        },
        "gradientFill" => Some(Paint::Other),
        "fgColor" => Some(colour(element).map_or(Paint::Other, Paint::Plain)),
        _ => None,
    }
}

/// A colour by its digits, its number in the old palette, or as white and black of the theme.
fn colour(element: &Element<'_>) -> Option<Colour> {
    let tint = element
        .attribute("tint")
        .and_then(|tint| tint.parse::<f64>().ok());
    if tint.is_some_and(|tint| tint.abs() > 0.02) {
        return None;
    }
    if let Some(digits) = element.attribute("rgb") {
        return ink::colour(&digits);
    }
    match (
        element.attribute("theme").as_deref(),
        element.attribute("indexed").as_deref(),
    ) {
        (Some("0"), _) | (None, Some("1" | "9")) => Some([255; 3]),
        (Some("1"), _) | (None, Some("0" | "8")) => Some([0; 3]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_show_nothing_by_colour_or_format() {
        let xml = "<styleSheet><numFmts><numFmt numFmtId='164' formatCode=';;;'/></numFmts>\
            <fonts><font><color theme='1'/></font><font><color rgb='FFFFFFFF'/></font><font><color theme='0'/></font></fonts>\
            <fills><fill><patternFill patternType='none'/></fill>\
            <fill><patternFill patternType='solid'><fgColor rgb='FF1F3864'/><bgColor indexed='64'/></patternFill></fill>\
            <fill><patternFill patternType='solid'><fgColor theme='4'/></patternFill></fill></fills>\
            <cellXfs><xf fontId='0' fillId='0'/><xf fontId='1' fillId='0'/><xf fontId='2' fillId='0'/><xf fontId='1' fillId='1'/>\
            <xf fontId='2' fillId='2'/><xf numFmtId='164' fontId='0' fillId='1'/></cellXfs></styleSheet>";
        let paints = Paints::read(xml);
        assert_eq!(paints.unseen, [false, true, true, false, false, true]);
        assert!(paints.is_unseen(Some("1")));
        assert!(!paints.is_unseen(None));
    }
}
