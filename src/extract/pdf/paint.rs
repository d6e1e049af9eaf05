//! What is painted on a page beside its text, as far as it decides whether the text is seen.
//!
//! Only filled rectangles and pictures count: what hides words is a box or a scan. A path of another shape hides nothing.

use hayro_interpret::kurbo::{Affine, BezPath, PathEl, Point, Rect, Shape};
use hayro_interpret::{BlendMode, Paint};

/// More areas than this on one page are a drawing, and no more of them are looked at.
const MOST_AREAS: usize = 4_096;

/// Thinner than this, in points, is a line.
const THINNEST: f64 = 4.0;

/// What an area looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// One colour, opaque.
    Plain([u8; 3]),
    /// A picture, a pattern, or something to be seen through.
    Mixed,
}

/// An area and after how many glyphs it was painted.
struct Area {
    after: usize,
    rect: Rect,
    look: Look,
    is_picture: bool,
}

/// The areas of one page, the clips that are open, and the transparent groups.
#[derive(Default)]
pub(super) struct Canvas {
    areas: Vec<Area>,
    clips: Vec<Rect>,
    groups: Vec<bool>,
}

impl Canvas {
    /// Begins to cut everything to a path.
    pub(super) fn clip(&mut self, path: &BezPath) {
        let rect = path.bounding_box();
        let inner = self
            .clips
            .last()
            .map_or(rect, |outer| outer.intersect(rect));
        self.clips.push(inner);
    }

    /// Ends the last clip.
    pub(super) fn unclip(&mut self) {
        self.clips.pop();
    }

    /// Begins a group; `solid` says that it covers what is under it.
    pub(super) fn group(&mut self, solid: bool) {
        self.groups.push(solid);
    }

    /// Ends the last group.
    pub(super) fn ungroup(&mut self) {
        self.groups.pop();
    }

    /// Fills a path after so many glyphs.
    pub(super) fn fill(
        &mut self,
        after: usize,
        path: &BezPath,
        transform: Affine,
        paint: &Paint<'_>,
        blend: BlendMode,
    ) {
        if !is_rectangle(path) {
            return;
        }
        let solid = blend == BlendMode::Normal && self.groups.iter().all(|solid| *solid);
        let look = match colour(paint) {
            Some(([red, green, blue], 255)) if solid => Look::Plain([red, green, blue]),
            _ => Look::Mixed,
        };
        self.add(
            after,
            transform.transform_rect_bbox(path.bounding_box()),
            look,
            false,
        );
    }

    /// Draws a picture in an area after so many glyphs.
    pub(super) fn picture(&mut self, after: usize, area: Rect) {
        self.add(after, area, Look::Mixed, true);
    }

    fn add(&mut self, after: usize, rect: Rect, look: Look, is_picture: bool) {
        let rect = self.clips.last().map_or(rect, |clip| clip.intersect(rect));
        let large = rect.width() >= THINNEST && rect.height() >= THINNEST;
        if large && self.areas.len() < MOST_AREAS {
            self.areas.push(Area {
                after,
                rect,
                look,
                is_picture,
            });
        }
    }

    /// What is behind a place now; `None` where the paper is bare.
    pub(super) fn behind(&self, place: Point) -> Option<Look> {
        let area = self
            .areas
            .iter()
            .rev()
            .find(|area| area.rect.contains(place));
        area.map(|area| area.look)
    }

    /// Whether a box was painted over a place after so many glyphs.
    pub(super) fn is_covered(&self, place: Point, after: usize) -> bool {
        let later = self
            .areas
            .iter()
            .rev()
            .take_while(|area| area.after > after);
        later
            .into_iter()
            .any(|area| matches!(area.look, Look::Plain(_)) && area.rect.contains(place))
    }

    /// Whether a picture of the page shows a place: then invisible text is what OCR read in it.
    pub(super) fn is_pictured(&self, place: Point) -> bool {
        self.areas
            .iter()
            .any(|area| area.is_picture && area.rect.contains(place))
    }
}

/// The colour of a paint and how opaque it is; `None` for a pattern.
pub(super) fn colour(paint: &Paint<'_>) -> Option<([u8; 3], u8)> {
    let Paint::Color(colour) = paint else {
        return None;
    };
    let [red, green, blue, alpha] = colour.to_rgba().to_rgba8();
    Some(([red, green, blue], alpha))
}

/// Four straight sides along the axes, however it was drawn.
fn is_rectangle(path: &BezPath) -> bool {
    let mut corners = Vec::new();
    for element in path.elements() {
        match element {
            PathEl::MoveTo(point) | PathEl::LineTo(point) => corners.push(*point),
            PathEl::ClosePath => {}
            PathEl::QuadTo(..) | PathEl::CurveTo(..) => return false,
        }
        if corners.len() > 5 {
            return false;
        }
    }
    let sides = corners.iter().zip(corners.iter().skip(1));
    let level =
        |(from, to): (&Point, &Point)| (from.x - to.x).abs() < 0.01 || (from.y - to.y).abs() < 0.01;
    corners.len() >= 4 && sides.into_iter().all(level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_hides_what_was_written_before_it() {
        let mut canvas = Canvas::default();
        let path = Rect::new(0.0, 0.0, 100.0, 20.0).to_path(0.1);
        let black = Paint::Color(hayro_interpret::color::Color::from_rgba(
            hayro_interpret::color::AlphaColor::BLACK,
        ));
        canvas.fill(3, &path, Affine::IDENTITY, &black, BlendMode::Normal);
        let inside = Point::new(5.0, 5.0);
        assert!(canvas.is_covered(inside, 2));
        assert!(!canvas.is_covered(inside, 3));
        assert!(!canvas.is_covered(Point::new(5.0, 25.0), 2));
        assert_eq!(canvas.behind(inside), Some(Look::Plain([0; 3])));
        canvas.fill(4, &path, Affine::IDENTITY, &black, BlendMode::Multiply);
        assert_eq!(canvas.behind(inside), Some(Look::Mixed));
    }
}
