//! PDF (ISO 32000): the text of its pages in content order, form values, annotations, attached files, properties.
//!
//! A password that is asked for on opening is a lock; one that only restricts printing is not.
//! A page that is only a picture is a gap. Hidden layers are not read.

mod objects;
mod page;
mod rows;

use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro_interpret::kurbo::{Affine, Rect};
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, interpret_page};
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use crate::extract::content::{FileKind, Place};
use crate::extract::formats::{Format, Probe};
use crate::extract::pdf::page::{Glyphs, Spent};
use crate::extract::reader::{File, Reader};
use crate::mail::gap::GapReason;

/// `%PDF-` within the first kilobyte, as readers accept it.
pub(super) const FORMAT: Format = Format {
    name: "pdf",
    kind: FileKind::Document,
    recognises: |probe: &Probe<'_>| memchr::memmem::find(probe.head(1_024), b"%PDF-").is_some(),
    read,
};

fn read(file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let pdf = Pdf::new(file.bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(
            DecryptionError::PasswordProtected | DecryptionError::UnsupportedAlgorithm,
        ) => GapReason::Encrypted,
        LoadPdfError::Decryption(_) | LoadPdfError::Invalid => GapReason::Corrupt,
    })?;
    let read = pages(&pdf, file, reader);
    objects::read(&pdf, file, reader)?;
    read
}

fn pages(pdf: &Pdf, file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let cache = InterpreterCache::new();
    let mut left = reader.limits.pdf_glyphs;
    for (number, page) in pdf.pages().iter().enumerate() {
        if number >= reader.limits.pdf_pages {
            return Err(GapReason::TooLarge);
        }
        let frame = Rect::new(0.0, 0.0, 1.0, 1.0);
        let settings = InterpreterSettings::default();
        let mut context = Context::new(Affine::IDENTITY, frame, &cache, pdf.xref(), settings);
        let mut glyphs = Glyphs::new(left);
        let drawn = catch_unwind(AssertUnwindSafe(|| {
            interpret_page(page, &mut context, &mut glyphs);
        }));
        left = glyphs.left();
        let origin = file.origin.at(&format!("page {}", number + 1));
        if glyphs.is_picture_only() {
            reader.gap(&origin, GapReason::NoTextLayer);
        }
        let text = glyphs.finish();
        for rows in rows::tables(&text) {
            reader.table(&origin, file.visible, rows);
        }
        reader.text(&origin, Place::Attachment, file.visible, text);
        drawn.map_err(|panic| {
            if panic.is::<Spent>() {
                GapReason::TooLarge
            } else {
                GapReason::Crashed
            }
        })?;
    }
    Ok(())
}
