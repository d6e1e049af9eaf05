//! Where text stands on a slide and what is behind it (ECMA-376 part 1 sections 19.3 and 20.1): shapes that are hidden or
//! beside the slide, runs in the colour behind them or of a point and less.
//!
//! A slide is white where its masters and layouts say so and paint nothing; any picture, table or filled shape that was
//! drawn before a text may be behind it, wherever it stands.

use crate::extract::office::ink::{self, Colour, Ink, Paint};
use crate::extract::xml::Element;

/// What a slide is painted on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Canvas {
    /// Width and height, in the slide's own unit.
    pub(super) size: Option<(i64, i64)>,
    /// What masters and layouts paint.
    pub(super) ground: Paint,
}

/// Follows the shapes of one slide.
pub(super) struct Scene {
    canvas: Canvas,
    shape: Shape,
    run: Ink,
    /// Depth of elements that are open, by what their colours are of.
    owners: Vec<Owner>,
    groups: usize,
    /// Whether anything was painted.
    pub(super) is_painted: bool,
}

#[derive(Debug, Default)]
struct Shape {
    hidden: bool,
    place: Option<(i64, i64)>,
    fill: Option<Paint>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Shape,
    Run,
    Ground,
    /// Lines, effects and highlights.
    Nobody,
}

impl Scene {
    /// Begins a slide.
    pub(super) fn new(canvas: Canvas) -> Self {
        Self {
            canvas,
            shape: Shape::default(),
            run: Ink::default(),
            owners: Vec::new(),
            groups: 0,
            is_painted: false,
        }
    }

    /// Whether the characters of the run are not seen.
    pub(super) fn is_unseen(&self) -> bool {
        let behind = if self.is_painted {
            Paint::Other
        } else {
            self.canvas.ground
        };
        let ground = self.run.ground.or(self.shape.fill).unwrap_or(behind);
        let ink = Ink {
            ground: Some(ground),
            ..self.run
        };
        self.shape.hidden || ink.is_unseen()
    }

    /// Takes a start tag.
    pub(super) fn open(&mut self, element: &Element<'_>) {
        let name = element.name();
        if let Some(owner) = owner(&name) {
            self.owners.push(owner);
        }
        match name.as_str() {
            "grpSp" => self.groups += 1,
            "sp" | "cxnSp" => self.shape = Shape::default(),
            "pic" | "graphicFrame" => {
                self.shape = Shape::default();
                self.is_painted = true;
            }
            "cNvPr" => self.shape.hidden = element.is_on("hidden", false),
            "off" => self.shape.place = pair(element, "x", "y"),
            "ext" if self.is_beside(pair(element, "cx", "cy")) => self.shape.hidden = true,
            "rPr" => {
                let size = element
                    .attribute("sz")
                    .and_then(|size| size.parse::<u32>().ok());
                self.run = Ink {
                    size: size.map(|size| size / 50),
                    ..Ink::default()
                };
            }
            "highlight" => self.run.ground = Some(Paint::Other),
            "fillRef" if self.shape.fill.is_none() => {
                let fills = element.attribute("idx").is_some_and(|number| number != "0");
                self.shape.fill = fills.then_some(Paint::Other);
            }
            "gradFill" | "pattFill" | "blipFill" | "grpFill" => self.paint(None),
            "srgbClr" => self.paint(
                element
                    .attribute("val")
                    .and_then(|digits| ink::colour(&digits)),
            ),
            "schemeClr" | "sysClr" => {
                let is_white = element
                    .attribute("val")
                    .is_some_and(|name| ["bg1", "lt1", "window"].contains(&name.as_str()));
                self.paint(is_white.then_some([255; 3]));
            }
            _ => {}
        }
    }

    /// Takes an end tag.
    pub(super) fn close(&mut self, name: &str) {
        if owner(name).is_some() {
            self.owners.pop();
        }
        match name {
            "grpSp" => self.groups = self.groups.saturating_sub(1),
            "r" => self.run = Ink::default(),
            "sp" | "cxnSp" => {
                self.is_painted |= self.shape.fill.is_some();
                self.shape = Shape::default();
            }
            _ => {}
        }
    }

    /// Whether the shape, of this size, stands beside the slide; groups have measures of their own.
    fn is_beside(&self, size: Option<(i64, i64)>) -> bool {
        let placed = self.shape.place.zip(size).zip(self.canvas.size);
        let Some((((x, y), (width, height)), (right, bottom))) = placed else {
            return false;
        };
        let beyond = x >= right || y >= bottom;
        let before = x.saturating_add(width) <= 0 || y.saturating_add(height) <= 0;
        self.groups == 0 && (beyond || before)
    }

    fn paint(&mut self, colour: Option<Colour>) {
        let paint = colour.map_or(Paint::Other, Paint::Plain);
        match self.owners.last() {
            Some(Owner::Shape) => self.shape.fill = Some(paint),
            Some(Owner::Run) => self.run.colour = colour,
            Some(Owner::Ground) => self.canvas.ground = paint,
            Some(Owner::Nobody) | None => {}
        }
    }

    /// What the part paints behind everything.
    pub(super) fn ground(&self) -> Paint {
        if self.is_painted {
            Paint::Other
        } else {
            self.canvas.ground
        }
    }
}

/// What the colours in an element are of.
fn owner(name: &str) -> Option<Owner> {
    match name {
        "spPr" => Some(Owner::Shape),
        "rPr" => Some(Owner::Run),
        "bg" => Some(Owner::Ground),
        "ln" | "effectLst" | "highlight" | "style" | "endParaRPr" | "defRPr" | "grpSpPr" => {
            Some(Owner::Nobody)
        }
        _ => None,
    }
}

fn pair(element: &Element<'_>, one: &str, other: &str) -> Option<(i64, i64)> {
    let number = |name| element.attribute(name)?.parse::<i64>().ok();
    number(one).zip(number(other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::xml::{Token, Xml};

    const RUN: &str = "<txBody><p><r><rPr><solidFill><srgbClr val='FFFFFF'/></solidFill></rPr><t>x</t></r></p></txBody>";

    /// Whether the text on a white slide is seen.
    #[track_caller]
    fn check(slide: &str, is_seen: bool) {
        let canvas = Canvas {
            size: Some((100, 80)),
            ground: Paint::Plain([255; 3]),
        };
        let mut scene = Scene::new(canvas);
        let slide = slide.replace("RUN", RUN);
        let mut found = None;
        for token in Xml::new(&slide) {
            match token {
                Token::Open(element) => scene.open(&element),
                Token::Close(name) => scene.close(&name),
                Token::Text(_) => found = Some(!scene.is_unseen()),
            }
        }
        assert_eq!(found, Some(is_seen), "{slide}");
    }

    #[test]
    fn text_is_seen_by_what_was_painted_before_it() {
        check("<sp><spPr/>RUN</sp>", false);
        check(
            "<sp><spPr><solidFill><srgbClr val='1F3864'/></solidFill></spPr>RUN</sp>",
            true,
        );
        check(
            "<sp><spPr><ln><solidFill><srgbClr val='1F3864'/></solidFill></ln></spPr>RUN</sp>",
            false,
        );
        check(
            "<sp><spPr/><style><fillRef idx='1'><schemeClr val='accent1'/></fillRef></style>RUN</sp>",
            true,
        );
        check("<pic/><sp><spPr/>RUN</sp>", true);
        check(
            "<bg><bgPr><solidFill><srgbClr val='000000'/></solidFill></bgPr></bg><sp>RUN</sp>",
            true,
        );
        check(
            "<sp><spPr/><p><r><rPr sz='100'/><t>x</t></r></p></sp>",
            false,
        );
    }

    #[test]
    fn a_shape_beside_the_slide_is_not_seen() {
        let shape = |place: &str| {
            format!(
                "<sp><spPr><xfrm>{place}<ext cx='10' cy='10'/></xfrm></spPr><p><r><t>x</t></r></p></sp>"
            )
        };
        check(&shape("<off x='100' y='5'/>"), false);
        check(&shape("<off x='-10' y='5'/>"), false);
        check(&shape("<off x='95' y='5'/>"), true);
        check(
            "<sp><nvSpPr><cNvPr hidden='1'/></nvSpPr><p><r><t>x</t></r></p></sp>",
            false,
        );
    }
}
