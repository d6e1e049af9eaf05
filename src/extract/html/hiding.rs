//! Which part of a page its reader does not see, while it is walked.
//!
//! One hidden region is open at a time, with a bounded memory of the colours behind it, so any nesting costs nothing.

use crate::extract::html::look::{is_block, is_unseen};
use crate::extract::html::style::{Colour, Paint, Sheet, Style};

/// Follows what is hidden.
#[derive(Default)]
pub(super) struct Hiding {
    region: Option<Region>,
    grounds: Vec<Ground>,
    sheet: Sheet,
}

/// An element that hides what is in it until it ends.
struct Region {
    name: String,
    depth: usize,
    /// Hidden by its colour only: an element in it that has another is seen.
    by_colour: bool,
}

/// An element that paints what is behind it.
struct Ground {
    name: String,
    depth: usize,
    paint: Paint,
}

/// Grounds in grounds beyond this are not remembered.
const MOST_GROUNDS: usize = 64;

const WHITE: Colour = [255; 3];

impl Hiding {
    /// Takes a style sheet of the page.
    pub(super) fn sheet(&mut self, text: &str) {
        self.sheet.take(text);
    }

    /// Whether text is hidden here.
    pub(super) fn is_on(&self) -> bool {
        self.region.is_some()
    }

    /// Takes a start tag of an element that has an end.
    pub(super) fn open(&mut self, name: &str, attributes: &str) {
        self.end_implied(name);
        if let Some(ground) = self.grounds.last_mut()
            && ground.name == name
        {
            ground.depth += 1;
        }
        let style = Style::of(name, attributes, &self.sheet);
        if let Some(region) = &mut self.region {
            if region.by_colour && (style.colour.is_some() || style.ground.is_some()) {
                self.region = None;
            } else {
                region.depth += usize::from(region.name == name);
            }
        }
        if let Some(paint) = style.ground.filter(|paint| *paint != Paint::Clear)
            && self.grounds.len() < MOST_GROUNDS
        {
            self.grounds.push(Ground {
                name: name.to_owned(),
                depth: 0,
                paint,
            });
        }
        let hides = is_unseen(name) || style.hides;
        let by_colour = !hides && self.is_lost(&style);
        if self.region.is_none() && (hides || by_colour) {
            self.region = Some(Region {
                name: name.to_owned(),
                depth: 0,
                by_colour,
            });
        }
    }

    /// Takes an end tag; true when what was hidden ends with it.
    pub(super) fn close(&mut self, name: &str) -> bool {
        if let Some(ground) = self.grounds.last_mut()
            && ground.name == name
        {
            match ground.depth.checked_sub(1) {
                Some(depth) => ground.depth = depth,
                None => drop(self.grounds.pop()),
            }
        }
        let Some(region) = &mut self.region else {
            return false;
        };
        let list_ends = region.name == "li" && ["ul", "ol"].contains(&name);
        if region.name != name && !list_ends {
            return false;
        }
        match region.depth.checked_sub(1) {
            Some(depth) if !list_ends => {
                region.depth = depth;
                false
            }
            Some(_) | None => {
                self.region = None;
                true
            }
        }
    }

    /// Paragraphs and items end where the next begins (HTML section 13.1.2.4).
    fn end_implied(&mut self, name: &str) {
        let ends = self
            .region
            .as_ref()
            .is_some_and(|region| match region.name.as_str() {
                "p" => is_block(name) || name == "table",
                "li" => name == "li",
                _ => false,
            });
        if ends {
            self.region = None;
        }
    }

    /// Whether text of this style has the colour of what is behind it.
    fn is_lost(&self, style: &Style) -> bool {
        let behind = self
            .grounds
            .last()
            .map_or(Paint::Plain(WHITE), |ground| ground.paint);
        match (style.colour, behind) {
            (Some(Paint::Plain(text)), Paint::Plain(ground)) => {
                let far = |(one, other): (&u8, &u8)| one.abs_diff(*other) > 8;
                !text.iter().zip(&ground).any(far)
            }
            _ => false,
        }
    }
}
