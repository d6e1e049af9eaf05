//! *Parse*: octets of a message into headers, leaf parts and gaps (RFC 5322, RFC 2045–2047, RFC 2231).
//!
//! Total: whatever comes in, a [`message::Message`] comes out, and what could not be read is a gap.
//! It does not look inside parts; that is `extract`, which calls it again for an attached message.
//!
//! The structure is cut by `split`, one pass over the lines with a bounded stack;
//! `mail-parser` reads what stands in each header field.
//! Its own walk of the structure is not used: it takes quadratic time on nested multiparts, overflows the stack on
//! deeply attached messages, and leaves parts undecoded that mail programs decode.
#![deny(clippy::disallowed_methods)]

mod decode;
mod field;
mod headers;
mod leaf;
mod media;
pub mod message;
mod split;
mod stray;
