//! *Extract*: the text of every part, with its origin, and gaps for what could not be read.
//!
//! Total, like `parse`. It does not judge what the text means; that is `detect`.
//!
//! [`content()`] walks the parts; `formats` says what a file is by its content and who reads it;
//! each reader is one file and puts what it finds into a `Reader`, which counts what the message costs.
#![deny(clippy::disallowed_methods)]

mod archive;
mod body;
mod budget;
mod charset;
mod closed;
mod cms;
pub mod content;
mod entry;
mod formats;
mod html;
mod iwork;
mod letter;
mod machine;
mod mail;
mod mailbox;
mod media;
mod office;
mod ole;
mod pdf;
mod plain;
mod quoted;
mod raster;
mod reader;
mod records;
mod rtf;
mod sealed;
mod table;
pub mod worker;
mod xml;
mod xmp;
mod zipped;

use crate::extract::content::Content;
use crate::extract::reader::Reader;
use crate::limits::Limits;
use crate::parse::message::Message;

/// Reads everything readable in a message; total, and bounded by `limits` over the whole of it.
#[must_use]
pub fn content(message: &Message, limits: &Limits) -> Content {
    let mut reader = Reader::new(limits);
    letter::read(message, None, &mut reader);
    reader.finish().0
}
