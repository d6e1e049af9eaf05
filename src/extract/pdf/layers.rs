//! Hidden layers of a PDF (ISO 32000-1 section 8.11): the document again, with nothing said about layers.
//!
//! The interpreter leaves out what is switched off and offers no way to ask for it, so the word that switches it off
//! is made another one. In a document whose catalogue is compressed that does not work, and the layers are a gap.

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, Name};
use memchr::memmem;

use crate::mail::gap::GapReason;

const WORD: &[u8] = b"/OCProperties";

/// The document with every layer switched on; `None` where none is switched off.
///
/// # Errors
/// [`GapReason::UnknownFormat`] where there are layers that cannot be switched on.
pub(super) fn shown(pdf: &Pdf, bytes: &[u8]) -> Result<Option<Pdf>, GapReason> {
    if !hides(pdf) {
        return Ok(None);
    }
    let mut bytes = bytes.to_vec();
    let places: Vec<usize> = memmem::find_iter(&bytes, WORD).collect();
    for place in places {
        if let Some(letter) = bytes.get_mut(place + WORD.len() - 1) {
            *letter = b'X';
        }
    }
    let shown = Pdf::new(bytes).ok().filter(|shown| !hides(shown));
    shown.map(Some).ok_or(GapReason::UnknownFormat)
}

/// Whether a layer is switched off.
fn hides(pdf: &Pdf) -> bool {
    let catalogue = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id());
    let layers = catalogue.and_then(|catalogue| catalogue.get::<Dict<'_>>(b"OCProperties"));
    let Some(usual) = layers.and_then(|layers| layers.get::<Dict<'_>>(b"D")) else {
        return false;
    };
    let base = usual.get::<Name<'_>>(b"BaseState");
    let off = usual.get::<Array<'_>>(b"OFF");
    base.is_some_and(|state| state.as_str() == "OFF")
        || off.is_some_and(|layers| layers.raw_iter().next().is_some())
}
