//! *Detect*: text into findings: identifiers, markings, lexicons, pupils on the roll.
//!
//! Says what a thing is and whom it is about, never what to do about it; that is `decide`.

pub mod finding;
