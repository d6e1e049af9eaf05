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

pub(crate) mod decode;
mod field;
mod headers;
mod leaf;
mod media;
pub mod message;
mod split;
mod stray;

use std::borrow::Cow;

use crate::limits::Limits;
use crate::mail::gap::Gap;
use crate::mail::origin::Origin;
use crate::parse::message::Message;

/// Takes a message apart; never fails and takes time linear in its length.
///
/// `raw` is the message as octets, lines ending in CRLF or LF; one that has only CR is read as if it had LF.
/// Where a limit is reached there is a gap, and the rest of the octets are one [`message::PartRole::Stray`] part.
#[must_use]
pub fn message(raw: &[u8], limits: &Limits) -> Message {
    let raw = with_line_ends(raw);
    let split = split::split(&raw, limits);
    let mut message = Message {
        headers: headers::headers(&split.top),
        ..Message::default()
    };
    for leaf in split.leaves {
        leaf::add(&mut message, &raw, leaf);
    }
    for piece in split.strays {
        leaf::add_stray(&mut message, raw.get(piece).unwrap_or_default());
    }
    if let Some(reason) = split.over {
        let origin = Origin::new("message");
        message.gaps.push(Gap { origin, reason });
    }
    message
}

fn with_line_ends(raw: &[u8]) -> Cow<'_, [u8]> {
    let only_returns = memchr::memchr(b'\n', raw).is_none() && memchr::memchr(b'\r', raw).is_some();
    if !only_returns {
        return Cow::Borrowed(raw);
    }
    let lines = raw
        .iter()
        .map(|octet| if *octet == b'\r' { b'\n' } else { *octet });
    Cow::Owned(lines.collect())
}
