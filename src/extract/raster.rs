//! Pictures as OCR wants them: grey, upright, no larger than a page needs.
//!
//! Decoded here, where a hostile picture costs a worker, and handed on as plain numbers.

use std::io::Cursor;

use image::{ImageReader, Limits};

/// Pixels, a grey value each, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Raster {
    /// Pixels in a row.
    pub(super) width: u32,
    /// Rows.
    pub(super) height: u32,
    /// `width * height` values from black to white.
    pub(super) pixels: Vec<u8>,
}

/// Longer than this is made smaller: 200 dots an inch on A4.
const LONGEST: u32 = 2_400;

/// Pixels of a picture that is decoded at all.
const MOST_PIXELS: u64 = 50_000_000;

/// Smaller than this has no words that a person could read.
const SMALLEST: u32 = 32;

/// Fewer pixels than this are a logo.
const FEWEST_PIXELS: u64 = 30_000;

/// The size of a picture, where its format says it; `None` for a format that is not decoded here.
pub(super) fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    let reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .ok()?;
    reader.into_dimensions().ok()
}

/// Whether a picture of this size may be one of a page or a screen.
pub(super) fn may_hold_words((width, height): (u32, u32)) -> bool {
    width >= SMALLEST && height >= SMALLEST && u64::from(width) * u64::from(height) >= FEWEST_PIXELS
}

/// Decodes a picture; `None` where it is damaged, too large, or of a format that is not decoded here.
pub(super) fn decoded(bytes: &[u8]) -> Option<Raster> {
    let (width, height) = size(bytes)?;
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return None;
    }
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .ok()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_PIXELS * 8);
    reader.limits(limits);
    let grey = reader.decode().ok()?.into_luma8();
    Raster::new(grey.width(), grey.height(), grey.into_raw())
}

impl Raster {
    /// A raster of grey values, made smaller where it is too large; `None` where the values are too few.
    pub(super) fn new(width: u32, height: u32, pixels: Vec<u8>) -> Option<Self> {
        let count = usize::try_from(u64::from(width) * u64::from(height)).ok()?;
        if count == 0 || pixels.len() < count {
            return None;
        }
        let whole = Self {
            width,
            height,
            pixels,
        };
        Some(whole.shrunk(width.max(height).div_ceil(LONGEST)))
    }

    /// A raster of red, green and blue values.
    pub(super) fn of_colours(width: u32, height: u32, values: &[u8]) -> Option<Self> {
        let grey = values.chunks_exact(3).map(|pixel| {
            let sum: u32 = pixel
                .iter()
                .zip([299, 587, 114])
                .map(|(value, share)| u32::from(*value) * share)
                .sum();
            u8::try_from(sum / 1_000).unwrap_or(u8::MAX)
        });
        Self::new(width, height, grey.collect())
    }

    /// Every `factor` by `factor` pixels made one, their mean.
    fn shrunk(self, factor: u32) -> Self {
        if factor < 2 {
            return self;
        }
        let (width, height) = (self.width / factor, self.height / factor);
        let row = usize::try_from(self.width).unwrap_or(usize::MAX);
        let step = usize::try_from(factor).unwrap_or(1);
        let mut pixels = Vec::new();
        for rows in self.pixels.chunks_exact(row * step) {
            let mut sums = vec![0_u32; row / step];
            for line in rows.chunks_exact(row) {
                for (sum, group) in sums.iter_mut().zip(line.chunks_exact(step)) {
                    *sum += group.iter().map(|value| u32::from(*value)).sum::<u32>();
                }
            }
            let area = factor * factor;
            pixels.extend(
                sums.iter()
                    .map(|sum| u8::try_from(sum / area).unwrap_or(u8::MAX)),
            );
        }
        Self {
            width,
            height,
            pixels,
        }
    }

    /// The picture as a file of the plainest format there is (PGM).
    pub(super) fn into_file(self) -> Vec<u8> {
        let mut file = format!("P5\n{} {}\n255\n", self.width, self.height).into_bytes();
        file.extend(self.pixels);
        file
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_picture_is_made_smaller_by_whole_numbers() {
        let raster = Raster::new(4_801, 9, vec![90; 4_801 * 9]).unwrap();
        assert_eq!((raster.width, raster.height), (1_600, 3));
        assert_eq!(raster.pixels.len(), 4_800);
        assert!(raster.pixels.iter().all(|value| *value == 90));
    }

    #[test]
    fn colours_become_grey() {
        let raster = Raster::of_colours(2, 1, &[255, 255, 255, 255, 0, 0]).unwrap();
        assert_eq!(raster.into_file(), b"P5\n2 1\n255\n\xff\x4c");
    }

    #[test]
    fn a_logo_is_no_page() {
        assert!(may_hold_words((600, 800)));
        assert!(!may_hold_words((200, 80)));
        assert!(!may_hold_words((5_000, 20)));
    }
}
