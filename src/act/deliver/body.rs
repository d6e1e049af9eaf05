//! A message as it goes over the wire: every line ends in CRLF, nothing else is a line end, no NUL.
//!
//! A bare CR or LF at the wrong next hop ends DATA early and smuggles a second message (CVE-2023-51764 and its kin).
//! The door refuses them by default; this is the second lock, for messages that came in while it was set to normalise.

use std::borrow::Cow;

use crate::act::deliver::downgrade;
use crate::act::header;

/// A message ready to be sent.
pub(crate) struct Body<'a> {
    wire: Cow<'a, [u8]>,
    eight_bit: bool,
    eight_bit_headers: bool,
}

impl<'a> Body<'a> {
    /// Brings `raw` into the form it has on the wire.
    pub(crate) fn new(raw: &'a [u8]) -> Self {
        let wire = wire_form(raw);
        let eight_bit = !wire.is_ascii();
        let eight_bit_headers = eight_bit && !header::block(&wire).is_ascii();
        Self {
            wire,
            eight_bit,
            eight_bit_headers,
        }
    }

    /// The same for a hop that takes only seven bits; `None` where that would break it.
    pub(super) fn to_seven_bits(&self) -> Option<Body<'static>> {
        // The last line gets its end back for the time it is worked on.
        let whole = [self.wire.as_ref(), b"\r\n"].concat();
        let mut recoded = downgrade::to_seven_bits(&whole)?;
        if recoded.ends_with(b"\r\n") {
            recoded.truncate(recoded.len() - 2);
        }
        Some(Body {
            wire: Cow::Owned(recoded),
            eight_bit: false,
            eight_bit_headers: false,
        })
    }

    /// The octets, without the line end before the final dot.
    pub(super) fn wire(&self) -> &[u8] {
        &self.wire
    }

    /// Whether anything in it is not ASCII.
    pub(super) fn is_eight_bit(&self) -> bool {
        self.eight_bit
    }

    /// Whether a header line is not ASCII.
    pub(super) fn has_eight_bit_headers(&self) -> bool {
        self.eight_bit_headers
    }
}

/// `raw` with CRLF line ends and without NUL; borrowed where nothing had to change.
///
/// One line end at the very end is left away, because lettre writes one of its own before the final dot.
fn wire_form(raw: &[u8]) -> Cow<'_, [u8]> {
    if is_clean(raw) {
        return Cow::Borrowed(raw.strip_suffix(b"\r\n").unwrap_or(raw));
    }
    let mut clean = Vec::with_capacity(raw.len() + raw.len() / 16);
    let mut octets = raw.iter().copied().peekable();
    while let Some(octet) = octets.next() {
        match octet {
            b'\r' => {
                octets.next_if_eq(&b'\n');
                clean.extend_from_slice(b"\r\n");
            }
            b'\n' => clean.extend_from_slice(b"\r\n"),
            0 => {}
            other => clean.push(other),
        }
    }
    if clean.ends_with(b"\r\n") {
        clean.truncate(clean.len() - 2);
    }
    Cow::Owned(clean)
}

fn is_clean(raw: &[u8]) -> bool {
    let mut before = 0_u8;
    for octet in raw {
        let pair_ok = (before == b'\r') == (*octet == b'\n');
        if !pair_ok || *octet == 0 {
            return false;
        }
        before = *octet;
    }
    before != b'\r'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Just, any, prop_assert, prop_oneof, proptest};

    use super::*;

    #[track_caller]
    fn check(raw: &[u8], wire: &[u8]) {
        assert_eq!(
            wire_form(raw).as_ref(),
            wire,
            "{:?}",
            raw.escape_ascii().to_string()
        );
    }

    #[test]
    fn only_crlf_ends_a_line_on_the_wire() {
        check(b"a\r\nb\r\n", b"a\r\nb");
        check(b"a\nb\n", b"a\r\nb");
        check(b"a\rb\r", b"a\r\nb");
        check(b"a\n.\r\nMAIL FROM:<x>\r\n", b"a\r\n.\r\nMAIL FROM:<x>");
        check(b"a\0b\r\n", b"ab");
        check(b"a\r\r\nb", b"a\r\n\r\nb");
        check(b"", b"");
    }

    #[test]
    fn a_clean_message_is_not_copied() {
        assert!(matches!(wire_form(b"a\r\n\r\nb\r\n"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn no_bare_line_end_and_no_nul_ever_leaves(raw in proptest::collection::vec(
            prop_oneof![Just(b'\r'), Just(b'\n'), Just(0_u8), Just(b'.'), any::<u8>()], 0..200)) {
            let wire = wire_form(&raw).into_owned();
            prop_assert!(is_clean(&wire));
        }
    }
}
