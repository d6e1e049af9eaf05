//! Office documents that are zips of XML: Office Open XML (ECMA-376) and OpenDocument (ISO 26300).
//!
//! Each is walked part by part; what the sender could not see on opening the document is marked so.

pub(super) mod excel;
pub(super) mod flat;
pub(super) mod flow;
mod ink;
pub(super) mod open_document;
mod package;
mod properties;
pub(super) mod slides;
pub(super) mod table;
pub(super) mod word;
