//! Hidden layers of a PDF (ISO 32000-1 section 8.11): the document again, with nothing said about layers.
//!
//! The interpreter leaves out what is switched off and offers no way to ask for it, so the word that switches it off
//! is made another one. Where the catalogue is compressed, another is written behind the document, as an editor would
//! that changes it (section 7.5.6). Where neither helps, the layers are a gap.

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, Name, ObjRef};
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
    let bytes = replaced(bytes.to_vec(), WORD, b"/OCPropertieX");
    let opened = |bytes: Vec<u8>| Pdf::new(bytes).ok().filter(|shown| !hides(shown));
    let shown = opened(bytes.clone()).or_else(|| opened(with_catalogue(pdf, bytes)?));
    shown.map(Some).ok_or(GapReason::UnknownFormat)
}

/// The document with another catalogue behind it, which only says where the pages are.
fn with_catalogue(pdf: &Pdf, mut bytes: Vec<u8>) -> Option<Vec<u8>> {
    let root = pdf.xref().root_id();
    let ObjRef {
        obj_number,
        gen_number,
    } = pdf.xref().get::<Dict<'_>>(root)?.get_ref(b"Pages")?;
    let before = bytes
        .get(memmem::rfind(&bytes, b"startxref")? + 9..)?
        .trim_ascii_start();
    let digits = before.iter().take_while(|octet| octet.is_ascii_digit());
    let before = digits.fold(0_usize, |place, digit| {
        place
            .saturating_mul(10)
            .saturating_add(usize::from(digit - b'0'))
    });
    let table = bytes.get(before..)?;
    let table = table.get(..memmem::find(table, b"stream")?)?;
    // What the table before says beside where the one before it is: the root, and what it is encrypted with.
    let said = table.get(memmem::find(table, b"<<")? + 2..memmem::rfind(table, b">>")?)?;
    let said = said.to_vec();
    let catalogue = bytes.len() + 1;
    let object = format!(
        "\n{} {} obj\n<</Type/Catalog/Pages {obj_number} {gen_number} R>>\nendobj\n",
        root.obj_number, root.gen_number
    );
    let place = bytes.len() + object.len();
    let head = format!(
        "xref\n{} 1\n{catalogue:010} {:05} n \ntrailer\n<</Prev {before} ",
        root.obj_number, root.gen_number
    );
    bytes.extend([object.as_bytes(), head.as_bytes()].concat());
    bytes.extend(replaced(said, b"/Prev", b"/Xrev"));
    bytes.extend(format!(">>\nstartxref\n{place}\n%%EOF\n").as_bytes());
    Some(bytes)
}

/// A word made another one of the same length.
fn replaced(mut bytes: Vec<u8>, word: &[u8], other: &[u8]) -> Vec<u8> {
    let places: Vec<usize> = memmem::find_iter(&bytes, word).collect();
    for place in places {
        if let Some(found) = bytes.get_mut(place..place + other.len()) {
            found.copy_from_slice(other);
        }
    }
    bytes
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
