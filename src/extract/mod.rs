//! *Extract*: the text of every part, with its origin, and gaps for what could not be read.
//!
//! Total, like `parse`. It does not judge what the text means; that is `detect`.

#![deny(clippy::disallowed_methods)]

pub mod content;
