//! PDF (ISO 32000): the text of its pages in content order, form values, annotations, attached files, properties.
//!
//! A password that is asked for on opening is a lock; one that only restricts printing is not.
//! What is on a page and not seen, and what is in hidden layers, is read and marked so.
//! A page that is only a picture is a gap, unless OCR reads it.

mod hyphens;
mod layers;
mod objects;
mod page;
mod paint;
mod rows;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro_interpret::kurbo::{Affine, Rect};
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, RectExt, interpret_page};
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use crate::extract::content::{FileKind, Place};
use crate::extract::formats::{Format, Probe};
use crate::extract::pdf::page::{Glyphs, Spent};
use crate::extract::reader::{File, Reader};
use crate::mail::gap::GapReason;
use crate::mail::lock::Lock;

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
        ) => GapReason::Encrypted(Lock::Pdf),
        LoadPdfError::Decryption(_) | LoadPdfError::Invalid => GapReason::Corrupt,
    })?;
    let mut seen = Vec::new();
    let read = pages(&pdf, reader, |number, mut glyphs, reader| {
        let origin = file.origin.at(&format!("page {number}"));
        if glyphs.is_picture_only() {
            let mut scans = glyphs.take_scans().into_iter();
            let first = scans.next();
            reader.scan(&origin, file.visible, true, || first);
            for scan in scans {
                reader.scan(&origin, file.visible, false, || Some(scan));
            }
        }
        let (text, unseen) = glyphs.finish();
        for rows in rows::tables(&text) {
            reader.table(&origin, file.visible, rows);
        }
        seen.push(text.clone());
        reader.text(&origin, Place::Attachment, file.visible, text);
        reader.text(&origin, Place::Attachment, false, unseen);
    });
    let layers = hidden_layers(&pdf, &seen, file, reader);
    objects::read(&pdf, file, reader)?;
    read.and(layers)
}

/// Reads the pages again with every layer, for the lines that were not there before.
fn hidden_layers(
    pdf: &Pdf,
    seen: &[String],
    file: &File<'_>,
    reader: &mut Reader<'_>,
) -> Result<(), GapReason> {
    let Some(shown) = layers::shown(pdf, file.bytes)? else {
        return Ok(());
    };
    pages(&shown, reader, |number, glyphs, reader| {
        let before: BTreeSet<&str> = seen
            .get(number - 1)
            .into_iter()
            .flat_map(|page| page.lines())
            .collect();
        let (text, _) = glyphs.finish();
        let lines: Vec<&str> = text.lines().filter(|line| !before.contains(line)).collect();
        let origin = file.origin.at(&format!("page {number}")).at("hidden layer");
        reader.text(&origin, Place::Attachment, false, lines.join("\n"));
    })
}

/// Interprets page by page; `take` gets the number of each, from 1, and its glyphs.
fn pages(
    pdf: &Pdf,
    reader: &mut Reader<'_>,
    mut take: impl FnMut(usize, Glyphs, &mut Reader<'_>),
) -> Result<(), GapReason> {
    let cache = InterpreterCache::new();
    let mut left = reader.limits.pdf_glyphs;
    for (number, page) in pdf.pages().iter().enumerate() {
        if number >= reader.limits.pdf_pages {
            return Err(GapReason::TooLarge);
        }
        let frame = Rect::new(0.0, 0.0, 1.0, 1.0);
        let settings = InterpreterSettings::default();
        let mut context = Context::new(Affine::IDENTITY, frame, &cache, pdf.xref(), settings);
        let mut glyphs = Glyphs::new(
            page.intersected_crop_box().to_kurbo(),
            left,
            reader.has_ocr(),
        );
        let drawn = catch_unwind(AssertUnwindSafe(|| {
            interpret_page(page, &mut context, &mut glyphs);
        }));
        left = glyphs.left();
        take(number + 1, glyphs, reader);
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
