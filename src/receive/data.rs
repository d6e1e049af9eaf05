//! The body of a message as it comes over the wire: where it ends, what it may contain, how much room it takes.
//!
//! Only CRLF.CRLF ends `DATA` (RFC 5321 section 4.1.1.4); a chunk of `BDAT` ends by its count alone (RFC 3030).
//! A message with a fault is read to its end and thrown away, so that the dialogue stays in step.
//! Nothing here reads sockets or headers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::receive::limits::{BareLineEnds, Limits};

/// How the end of the message is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// `DATA`: a lone dot ends, a leading dot is doubled.
    Dots,
    /// `BDAT`: octets are counted, dots mean nothing.
    Chunks,
}

/// Why a message is thrown away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// More octets than the limit.
    TooLarge,
    /// A line longer than the limit.
    LineTooLong,
    /// A CR without LF or an LF without CR.
    BareLineEnd,
    /// A NUL, which no message may have (RFC 5322 section 4).
    Nul,
    /// All messages in flight together take the memory that is set aside for them.
    NoRoom,
}

/// A message while it arrives.
#[derive(Debug)]
pub(crate) struct Body {
    message: Vec<u8>,
    framing: Framing,
    at: At,
    line: usize,
    fault: Option<Fault>,
    room: Room,
    longest: usize,
    longest_line: usize,
    bare: BareLineEnds,
}

/// Where in a line the next octet stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    LineStart,
    Text,
    Cr,
    Dot,
    DotCr,
}

/// How far [`Body::take`] came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// All octets were taken and the message goes on.
    More,
    /// The message ended after this many octets.
    Ended(usize),
}

impl Body {
    /// An empty message.
    pub(crate) fn new(
        framing: Framing,
        limits: &Limits,
        bare: BareLineEnds,
        memory: &Memory,
    ) -> Self {
        Self {
            message: Vec::new(),
            framing,
            at: At::LineStart,
            line: 0,
            fault: None,
            room: memory.room(),
            longest: limits.message,
            longest_line: limits.data_line,
            bare,
        }
    }

    /// Takes what has arrived; with [`Framing::Chunks`] it never ends by itself.
    pub(crate) fn take(&mut self, input: &[u8]) -> Progress {
        let mut rest = input;
        while let Some((&octet, after)) = rest.split_first() {
            match (self.at, octet) {
                (At::DotCr, b'\n') => return Progress::Ended(input.len() - after.len()),
                (At::LineStart, b'.') if self.framing == Framing::Dots => {
                    (self.at, rest) = (At::Dot, after);
                }
                (At::Dot, b'\r') => (self.at, rest) = (At::DotCr, after),
                (At::Cr, b'\n') => {
                    self.end_line();
                    (self.at, rest) = (At::LineStart, after);
                }
                (At::Cr | At::DotCr, _) => self.bare_line_end(),
                (At::LineStart | At::Text | At::Dot, _) => rest = self.text(rest),
            }
        }
        Progress::More
    }

    /// Takes text up to the next octet that means something, and that octet.
    fn text<'a>(&mut self, rest: &'a [u8]) -> &'a [u8] {
        self.at = At::Text;
        let length = memchr::memchr3(b'\r', b'\n', 0, rest).unwrap_or(rest.len());
        let (text, special) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        self.push(text);
        match special.split_first() {
            Some((b'\r', after)) => {
                self.at = At::Cr;
                after
            }
            Some((b'\n', after)) => {
                self.bare_line_end();
                after
            }
            Some((_, after)) => {
                self.spoil(Fault::Nul);
                after
            }
            None => &[],
        }
    }

    /// A bare CR or LF: a fault, or a proper line end after which a dot is only a dot.
    fn bare_line_end(&mut self) {
        self.at = At::Text;
        match self.bare {
            BareLineEnds::Refuse => self.spoil(Fault::BareLineEnd),
            BareLineEnds::Normalise => self.end_line(),
        }
    }

    fn end_line(&mut self) {
        self.push(b"\r\n");
        self.line = 0;
    }

    fn push(&mut self, octets: &[u8]) {
        if self.fault.is_some() {
            return;
        }
        self.line += octets.len();
        let length = self.message.len() + octets.len();
        if length > self.longest {
            self.spoil(Fault::TooLarge);
        } else if self.line > self.longest_line.saturating_add(2) {
            self.spoil(Fault::LineTooLong);
        } else if !self.room.holds(length) {
            self.spoil(Fault::NoRoom);
        } else {
            self.message.extend_from_slice(octets);
        }
    }

    /// Why this message will be thrown away, where that is known already.
    pub(crate) fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// The first fault counts; what was kept is let go.
    fn spoil(&mut self, fault: Fault) {
        self.fault.get_or_insert(fault);
        self.message = Vec::new();
        self.room.release();
    }

    /// The whole message with CRLF line ends and its share of the memory, or why it is thrown away.
    pub(crate) fn finish(mut self) -> Result<(Vec<u8>, Room), Fault> {
        if self.at == At::Cr {
            self.bare_line_end();
        }
        if self.framing == Framing::Chunks && self.line > 0 {
            self.end_line();
        }
        match self.fault {
            Some(fault) => Err(fault),
            None => Ok((self.message, self.room)),
        }
    }
}

/// Memory set aside for all messages in flight together.
#[derive(Debug, Clone)]
pub(crate) struct Memory {
    used: Arc<AtomicUsize>,
    limit: usize,
}

/// One message's share of the [`Memory`]; given back when dropped.
#[derive(Debug)]
pub(crate) struct Room {
    memory: Memory,
    taken: usize,
}

/// Shares grow in steps of this many octets, so that small messages cost one atomic operation.
const STEP: usize = 64 * 1024;

impl Memory {
    /// Room for `limit` octets in all.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            used: Arc::default(),
            limit,
        }
    }

    /// Whether a message of `octets` could be held now.
    pub(crate) fn has_room_for(&self, octets: usize) -> bool {
        self.used.load(Ordering::Relaxed).saturating_add(octets) <= self.limit
    }

    fn room(&self) -> Room {
        Room {
            memory: self.clone(),
            taken: 0,
        }
    }
}

impl Room {
    /// Grows the share to hold `octets`; false when the memory is used up.
    fn holds(&mut self, octets: usize) -> bool {
        if octets <= self.taken {
            return true;
        }
        let more = (octets - self.taken).max(STEP);
        let before = self.memory.used.fetch_add(more, Ordering::Relaxed);
        self.taken += more;
        if before.saturating_add(more) <= self.memory.limit {
            return true;
        }
        self.release();
        false
    }

    fn release(&mut self) {
        self.memory.used.fetch_sub(self.taken, Ordering::Relaxed);
        self.taken = 0;
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.release();
    }
}

#[cfg(test)]
mod tests;
