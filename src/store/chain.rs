//! The chain that makes a ledger tell of tampering: each entry's link is a keyed hash over the link before and itself.
//!
//! The key comes from the key file, so that whoever can only write the database cannot make a link.
//! The ends of a chain carry a keyed hash too: entries cut off at the end, or at the beginning by anything
//! but a purge, show. What it cannot show is a whole store put back to an earlier day.

use ring::hmac;

/// A link: HMAC-SHA-256.
pub(crate) type Link = [u8; 32];

/// The place before the first entry of a chain.
pub(crate) const START: Link = [0; 32];

/// Both ends of a school's chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ends {
    /// The last entry that was purged, 0 at first.
    pub(crate) base: i64,
    /// Its link.
    pub(crate) base_link: Link,
    /// The newest entry.
    pub(crate) head: i64,
    /// Its link.
    pub(crate) head_link: Link,
}

impl Ends {
    /// A chain without entries.
    pub(crate) fn empty() -> Self {
        Self {
            base: 0,
            base_link: START,
            head: 0,
            head_link: START,
        }
    }

    /// The keyed hash kept beside the ends.
    pub(crate) fn seal(&self, key: &hmac::Key) -> Link {
        let mut tag = hmac::Context::with_key(key);
        tag.update(b"ends");
        tag.update(&self.base.to_be_bytes());
        tag.update(&self.base_link);
        tag.update(&self.head.to_be_bytes());
        tag.update(&self.head_link);
        link(&tag.sign())
    }
}

/// One entry as it is kept, every field as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line<'a> {
    /// Its place.
    pub(crate) sequence: i64,
    /// Microseconds since 1970.
    pub(crate) time: i64,
    /// Who.
    pub(crate) actor: &'a str,
    /// What.
    pub(crate) action: &'a str,
    /// About which message, if any.
    pub(crate) message: Option<&'a str>,
    /// The particulars.
    pub(crate) facts: &'a str,
}

/// The link of `line` after `previous`.
pub(crate) fn next(key: &hmac::Key, previous: &Link, line: &Line<'_>) -> Link {
    let mut tag = hmac::Context::with_key(key);
    tag.update(b"entry");
    tag.update(previous);
    tag.update(&line.sequence.to_be_bytes());
    tag.update(&line.time.to_be_bytes());
    let message = line.message.unwrap_or_default();
    for text in [line.actor, line.action, message, line.facts] {
        let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
        tag.update(&length.to_be_bytes());
        tag.update(text.as_bytes());
    }
    link(&tag.sign())
}

fn link(tag: &hmac::Tag) -> Link {
    let mut link = START;
    for (to, from) in link.iter_mut().zip(tag.as_ref()) {
        *to = *from;
    }
    link
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: Line<'_> = Line {
        sequence: 7,
        time: 0,
        actor: "gateway",
        action: "judged",
        message: None,
        facts: r#"{"verdict":"hold"}"#,
    };

    fn linked(line: &Line<'_>) -> Link {
        next(&hmac::Key::new(hmac::HMAC_SHA256, &[1; 32]), &START, line)
    }

    #[test]
    fn a_change_of_anything_changes_the_link() {
        assert_eq!(linked(&LINE), linked(&LINE));
        let changed = [
            Line {
                sequence: 8,
                ..LINE
            },
            Line { time: 1, ..LINE },
            Line {
                actor: "operator root",
                ..LINE
            },
            Line {
                action: "opened",
                ..LINE
            },
            Line {
                message: Some("7K3F-9QXM-2B4T"),
                ..LINE
            },
            Line {
                facts: r#"{"verdict":"pass"}"#,
                ..LINE
            },
            Line {
                actor: "gatewayj",
                action: "udged",
                ..LINE
            },
        ];
        for other in changed {
            assert_ne!(linked(&LINE), linked(&other), "{other:?}");
        }
    }

    #[test]
    fn the_ends_of_a_chain_are_sealed() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[1; 32]);
        let ends = Ends::empty();
        assert_ne!(ends.seal(&key), Ends { head: 1, ..ends }.seal(&key));
        assert_ne!(ends.seal(&key), Ends { base: 1, ..ends }.seal(&key));
    }
}
