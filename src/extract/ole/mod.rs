//! Compound files (MS-CFB): old office documents, Outlook messages, embedded objects.
//!
//! Told apart by the streams in them. The text of the old document formats is read by `office_oxide`.

mod beside;
pub(super) mod embedded;
mod excel;
mod hidden;
mod lock;
mod mapi;
mod notes;
mod object;
mod outlook;
mod properties;
mod slides;
pub(super) mod store;
mod tnef;
mod vanished;
mod word;

pub(super) use excel::FORMAT as EXCEL;
pub(super) use lock::shell as shell_lock;
pub(super) use object::FORMAT as OBJECT;
pub(super) use outlook::FORMAT as OUTLOOK;
pub(super) use slides::FORMAT as SLIDES;
pub(super) use tnef::FORMAT as TNEF;
pub(super) use word::FORMAT as WORD;

use crate::extract::media::within::Pictures;
use crate::extract::reader::{File, Reader};

/// Reads the pictures of an old document, after its words.
fn pictures<'a>(
    pictures: impl Iterator<Item = &'a Vec<u8>>,
    file: &File<'_>,
    reader: &mut Reader<'_>,
) {
    let mut read = Pictures::of(file, reader);
    for (number, picture) in pictures.enumerate() {
        read.read(&format!("picture {}", number + 1), picture, file, reader);
    }
}
