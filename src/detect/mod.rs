//! *Detect*: text into findings: identifiers, markings, lexicons, pupils on the roll.
//!
//! Says what a thing is and whom it is about, never what to do about it; that is `decide`.

#![deny(clippy::disallowed_methods)]

pub mod finding;
