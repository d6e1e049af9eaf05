//! The glyphs of one page as lines of text, a tab where columns are apart; what nobody sees of them by itself.
//!
//! Positions are compared along the direction of writing, so that turned text reads as well as level text.
//! Text is not seen under a box, in the colour of what is behind it, smaller than a point, off the page, or drawn as
//! invisible; the invisible text of a scan is what OCR read in its picture, and that is seen.

use hayro_cmap::BfString;
use hayro_interpret::font::{Glyph, GlyphRun};
use hayro_interpret::kurbo::{Affine, BezPath, Point, Rect, Vec2};
use hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageData, ImageDrawProps, Paint,
    SoftMask,
};
use hayro_syntax::object::Dict;

use crate::extract::pdf::hyphens;
use crate::extract::pdf::paint::{self, Canvas, Look};
use crate::extract::raster::Raster;

/// Units of a glyph's own coordinates in one em.
const EM: f64 = 1_000.0;

/// Strips of a page that are read.
const MOST_SCANS: usize = 4;

/// Unwinds the interpreter when the glyphs of a document are spent; it offers no other way out.
pub(super) struct Spent;

/// Collects the text of a page.
pub(super) struct Glyphs {
    text: String,
    places: Vec<Place>,
    canvas: Canvas,
    page: Rect,
    left: usize,
    pictures: usize,
    /// The pictures that fill the page, for OCR; `None` where there is none.
    scans: Option<Vec<Raster>>,
    /// Where the next glyph would stand if it followed at once.
    pen: Option<Pen>,
}

/// Where a glyph stands, and where its characters begin.
struct Place {
    start: usize,
    at: Point,
    unseen: bool,
}

#[derive(Clone, Copy)]
struct Pen {
    at: Point,
    /// The direction of writing, of length 1.
    along: Vec2,
    size: f64,
}

impl Glyphs {
    /// An empty page of this size that may have `left` glyphs.
    pub(super) fn new(page: Rect, left: usize, ocr: bool) -> Self {
        Self {
            text: String::new(),
            places: Vec::new(),
            canvas: Canvas::default(),
            page,
            left,
            pictures: 0,
            scans: ocr.then(Vec::new),
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

    /// The pictures of a page that is nothing else.
    pub(super) fn take_scans(&mut self) -> Vec<Raster> {
        self.scans.take().unwrap_or_default()
    }

    /// Keeps a picture that may be the page itself, or a strip of it.
    fn keep(&mut self, image: &Image<'_, '_>, area: Rect) {
        let large = area.area() > self.page.area() / 16.0;
        let Some(scans) = self
            .scans
            .as_mut()
            .filter(|scans| large && scans.len() < MOST_SCANS)
        else {
            return;
        };
        match image {
            Image::Raster(raster) => raster.with_rgba(
                |data, _| {
                    scans.extend(match data {
                        ImageData::Luma(grey) => Raster::new(grey.width, grey.height, grey.data),
                        ImageData::Rgb(colours) => {
                            Raster::of_colours(colours.width, colours.height, &colours.data)
                        }
                    });
                },
                None,
            ),
            Image::Stencil(stencil) => stencil.with_stencil(
                |mask, _| {
                    // A mask says where the ink is.
                    let grey = mask.data.iter().map(|ink| 255 - ink).collect();
                    scans.extend(Raster::new(mask.width, mask.height, grey));
                },
                None,
            ),
        }
    }

    /// The text that is seen, and the text that is not.
    pub(super) fn finish(self) -> (String, String) {
        let (mut seen, mut unseen) = (String::new(), String::new());
        let ends = self.places.iter().skip(1).map(|place| place.start);
        let ends = ends.chain(std::iter::once(self.text.len()));
        for (number, (place, end)) in self.places.iter().zip(ends).enumerate() {
            let piece = self.text.get(place.start..end).unwrap_or_default();
            let hidden = place.unseen || self.canvas.is_covered(place.at, number);
            let (side, other) = if hidden {
                (&mut unseen, &mut seen)
            } else {
                (&mut seen, &mut unseen)
            };
            side.push_str(piece);
            // Words apart on the page stay apart.
            if !other.is_empty() && !other.ends_with(['\n', ' ', '\t']) {
                other.push(if piece.starts_with('\n') { '\n' } else { ' ' });
            }
        }
        (hyphens::joined(&seen), hyphens::joined(&unseen))
    }

    /// Whether glyphs of this paint cannot be told from what is behind them.
    fn is_lost(&self, at: Point, paint: &Paint<'_>) -> bool {
        let Some((text, alpha)) = paint::colour(paint) else {
            return false;
        };
        let behind = match self.canvas.behind(at) {
            Some(Look::Mixed) => return alpha == 0,
            Some(Look::Plain(colour)) => colour,
            None => [255; 3],
        };
        let far = |(one, other): (&u8, &u8)| one.abs_diff(*other) > 8;
        alpha < 8 || !text.iter().zip(&behind).any(far)
    }

    fn add(&mut self, glyph: &Glyph<'_>, transform: Affine, unseen: bool) {
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
        let start = self.text.len();
        if let Some(gap) = self.pen.and_then(|pen| pen.gap_before(at, along, size)) {
            let written =
                self.text.ends_with(['\n', '\t']) || gap == ' ' && self.text.ends_with(' ');
            if !written && !self.text.is_empty() {
                self.text.push(gap);
            }
        }
        self.push(glyph);
        let turn = Vec2::new(-along.y, along.x);
        let middle = at + (along + turn) * size * 0.25;
        let off = self.page.area() > 1.0 && !self.page.inflate(size, size).contains(at);
        if self.text.len() > start {
            self.places.push(Place {
                start,
                at: middle,
                unseen: unseen || off || size <= 1.0,
            });
        }
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
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        if matches!(mode, DrawMode::Fill(_) | DrawMode::FillAndStroke(..))
            && props.soft_mask.is_none()
        {
            let after = self.places.len();
            self.canvas
                .fill(after, path, props.transform, &props.paint, props.blend_mode);
        }
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.canvas.clip(&clip.path);
    }

    fn push_transparency_group(
        &mut self,
        opacity: f32,
        mask: Option<SoftMask<'a>>,
        blend: BlendMode,
    ) {
        self.canvas
            .group(opacity >= 1.0 && mask.is_none() && blend == BlendMode::Normal);
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        let first = run
            .glyphs()
            .first()
            .map(|glyph| props.transform * glyph.transform() * Point::new(EM / 4.0, EM / 4.0));
        let unseen = first.is_some_and(|at| match mode {
            DrawMode::Invisible => !self.canvas.is_pictured(at),
            DrawMode::Fill(_) => props.soft_mask.is_none() && self.is_lost(at, &props.paint),
            DrawMode::Stroke(_) | DrawMode::FillAndStroke(..) => false,
        });
        for glyph in run.glyphs() {
            self.add(glyph, props.transform * glyph.transform(), unseen);
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.pictures += 1;
        // Its own coordinates are its pixels.
        let pixels = Rect::new(
            0.0,
            0.0,
            f64::from(image.width()),
            f64::from(image.height()),
        );
        let area = props.transform.transform_rect_bbox(pixels);
        if self.is_picture_only() {
            self.keep(&image, area);
        }
        self.canvas.picture(self.places.len(), area);
    }

    fn pop_clip(&mut self) {
        self.canvas.unclip();
    }

    fn pop_transparency_group(&mut self) {
        self.canvas.ungroup();
    }

    fn begin_marked_content(&mut self, _: &[u8], _: Option<&Dict<'_>>) {}

    fn end_marked_content(&mut self) {}
}
