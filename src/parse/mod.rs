//! *Parse*: octets of a message into headers, leaf parts and gaps (RFC 5322, RFC 2045–2047, RFC 2231).
//!
//! Total: whatever comes in, a [`message::Message`] comes out, and what could not be read is a gap.
//! It does not look inside parts; that is `extract`.

#![deny(clippy::disallowed_methods)]

pub mod message;
