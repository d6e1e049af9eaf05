//! The glyphs of one page as lines of text, a tab where columns are apart.
//!
//! Positions are compared along the direction of writing, so that turned text reads as well as level text.

use hayro_cmap::BfString;
use hayro_interpret::font::{Glyph, GlyphRun};
use hayro_interpret::kurbo::{Affine, BezPath, Point, Vec2};
use hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask,
};
use hayro_syntax::object::Dict;

/// Units of a glyph's own coordinates in one em.
const EM: f64 = 1_000.0;

/// Unwinds the interpreter when the glyphs of a document are spent; it offers no other way out.
pub(super) struct Spent;

/// Collects the text of a page.
pub(super) struct Glyphs {
    text: String,
    left: usize,
    pictures: usize,
    /// Where the next glyph would stand if it followed at once.
    pen: Option<Pen>,
}

#[derive(Clone, Copy)]
struct Pen {
    at: Point,
    /// The direction of writing, of length 1.
    along: Vec2,
    size: f64,
}

impl Glyphs {
    /// An empty page that may have `left` glyphs.
    pub(super) fn new(left: usize) -> Self {
        Self {
            text: String::new(),
            left,
            pictures: 0,
            pen: None,
        }
    }

    /// How many glyphs the pages after this one may have.
    pub(super) fn left(&self) -> usize {
        self.left
    }

    /// Whether the page shows a picture and says next to nothing.
    pub(super) fn is_picture_only(&self) -> bool {
        let letters = self.text.chars().filter(|c| c.is_alphanumeric());
        self.pictures > 0 && letters.take(8).count() < 8
    }

    /// The text.
    pub(super) fn finish(self) -> String {
        self.text
    }

    fn add(&mut self, glyph: &Glyph<'_>, transform: Affine) {
        self.left = self
            .left
            .checked_sub(1)
            .unwrap_or_else(|| std::panic::resume_unwind(Box::new(Spent)));
        let at = transform * Point::ZERO;
        let width = match glyph {
            Glyph::Outline(outline) => outline.advance_width(),
            Glyph::Type3(drawn) => drawn.advance_width(),
        };
        let em = transform * Point::new(EM, 0.0) - at;
        let size = em.hypot();
        if !size.is_finite() || size <= 0.0 {
            return;
        }
        let along = em / size;
        if let Some(gap) = self.pen.and_then(|pen| pen.gap_before(at, along, size)) {
            let written =
                self.text.ends_with(['\n', '\t']) || gap == ' ' && self.text.ends_with(' ');
            if !written && !self.text.is_empty() {
                self.text.push(gap);
            }
        }
        self.push(glyph);
        let advance = f64::from(width.unwrap_or(500.0)) / EM * size;
        self.pen = Some(Pen {
            at: at + along * advance,
            along,
            size,
        });
    }

    /// The characters of a glyph; one whose font does not say is taken by its code.
    fn push(&mut self, glyph: &Glyph<'_>) {
        match glyph.as_unicode() {
            Some(BfString::Char(c)) => self.text.push(c),
            Some(BfString::String(text)) => self.text.push_str(&text),
            None => self
                .text
                .extend(char::from_u32(glyph.char_code()).filter(|c| !c.is_control())),
        }
    }
}

impl Pen {
    /// What stands between the last glyph and the next: nothing, a space, a tab between columns, a line end.
    fn gap_before(self, next: Point, along: Vec2, size: f64) -> Option<char> {
        let step = next - self.at;
        let size = size.max(self.size);
        let forward = step.dot(self.along) / size;
        let aside = step.cross(self.along).abs() / size;
        let turned = self.along.dot(along) < 0.9;
        if turned || aside > 0.6 || forward < -1.5 {
            Some('\n')
        } else if forward > 1.4 {
            Some('\t')
        } else if forward > 0.16 {
            Some(' ')
        } else {
            None
        }
    }
}

impl<'a> Device<'a> for Glyphs {
    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}

    fn push_clip_path(&mut self, _: &ClipPath) {}

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        for glyph in run.glyphs() {
            self.add(glyph, props.transform * glyph.transform());
        }
    }

    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {
        self.pictures += 1;
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}

    fn begin_marked_content(&mut self, _: &[u8], _: Option<&Dict<'_>>) {}

    fn end_marked_content(&mut self) {}
}
