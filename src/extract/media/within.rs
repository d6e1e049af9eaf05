//! Pictures in a document: what they say about themselves, and their words by OCR.
//!
//! Drawings made of lines and letters, such as EMF, are not looked at.

use crate::extract::media::details;
use crate::extract::raster;
use crate::extract::reader::{File, Reader};
use crate::mail::gap::GapReason;

/// Pictures of one document that are looked at.
const MOST: usize = 100;

/// A document with fewer letters than this has no words of its own.
const FEWEST_LETTERS: usize = 8;

/// The pictures of one document.
pub(in crate::extract) struct Pictures {
    /// In a document without words of its own they are its pages, and owed.
    owed: bool,
    left: usize,
}

impl Pictures {
    /// Begins, after the words of the document were read.
    pub(in crate::extract) fn of(document: &File<'_>, reader: &Reader<'_>) -> Self {
        Self {
            owed: reader.letters_within(&document.origin) < FEWEST_LETTERS,
            left: MOST,
        }
    }

    /// Reads one; what is no picture is left out.
    pub(in crate::extract) fn read(
        &mut self,
        name: &str,
        bytes: &[u8],
        document: &File<'_>,
        reader: &mut Reader<'_>,
    ) {
        let Some(left) = self.left.checked_sub(1) else {
            return;
        };
        self.left = left;
        let picture = File {
            origin: document.origin.within(name),
            name: None,
            media_type: "",
            charset: None,
            bytes,
            visible: document.visible,
        };
        details::read(&picture, reader);
        if !raster::size(bytes).is_some_and(raster::may_hold_words) {
            return;
        }
        if reader.has_ocr() {
            let decoded = || raster::decoded(bytes);
            reader.scan(&picture.origin, document.visible, self.owed, decoded);
        } else if self.owed {
            reader.gap(&document.origin, GapReason::NoOcr);
        }
    }
}
