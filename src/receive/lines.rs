//! A reply as it goes over the wire: a code, an enhanced code and lines of text (RFC 5321 section 4.2.1, RFC 2034).
//!
//! Knows no meaning; `reply` does.

use std::borrow::Cow;
use std::fmt;

use crate::mail::id::MessageId;

/// Room for text in one reply line: 512 octets less the codes and the line end (RFC 5321 section 4.5.3.1.5).
const LINE: usize = 200;

/// One reply: a code, an enhanced code unless the reply has none, and one or more lines of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    code: u16,
    enhanced: &'static str,
    text: Cow<'static, str>,
}

impl Reply {
    /// A reply that never changes; `enhanced` is empty for greetings, EHLO and 354 (RFC 2034 section 4).
    pub(crate) const fn fixed(code: u16, enhanced: &'static str, text: &'static str) -> Self {
        Self {
            code,
            enhanced,
            text: Cow::Borrowed(text),
        }
    }

    /// A reply with a text of its own; an LF begins a new line of the reply.
    pub(crate) fn new(code: u16, enhanced: &'static str, text: String) -> Self {
        Self {
            code,
            enhanced,
            text: Cow::Owned(text),
        }
    }

    /// Whether the client did something wrong, as far as counting errors goes.
    pub(crate) fn is_error(&self) -> bool {
        self.code >= 500
    }

    /// Whether something was refused, for now or for good.
    pub(crate) fn is_refusal(&self) -> bool {
        self.code >= 400
    }

    /// The codes alone, such as `550 5.7.1`, for a log that must not say what the text says.
    pub(crate) fn codes(&self) -> String {
        format!("{} {}", self.code, self.enhanced)
    }

    /// The same reply, ending with the reference under which the log knows of it.
    pub(crate) fn under(&self, reference: &MessageId) -> Self {
        let text = format!("{} (reference {reference})", self.text);
        Self::new(self.code, self.enhanced, text)
    }

    /// The reply as octets with CRLF line ends.
    pub(crate) fn octets(&self) -> Vec<u8> {
        let mut octets = Vec::with_capacity(self.text.len() + 32);
        let mut lines = self.text.split('\n').peekable();
        while let Some(line) = lines.next() {
            let mark = if lines.peek().is_some() { '-' } else { ' ' };
            octets.extend_from_slice(format!("{}{mark}", self.code).as_bytes());
            if !self.enhanced.is_empty() {
                octets.extend_from_slice(self.enhanced.as_bytes());
                octets.push(b' ');
            }
            octets.extend(line.chars().map(printable));
            octets.extend_from_slice(b"\r\n");
        }
        octets
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.code, self.enhanced, self.text)
    }
}

/// Replies are ASCII: a client need not understand more (RFC 5321 section 4.2).
fn printable(c: char) -> u8 {
    match c {
        '‘' | '’' => b'\'',
        '“' | '”' => b'"',
        '–' | '—' => b'-',
        // Masked letters, and the way into an attachment.
        '•' => b'*',
        '›' => b'>',
        ' '..='~' => u8::try_from(c).unwrap_or(b'?'),
        _ => b'?',
    }
}

/// Breaks a long explanation at spaces into lines that fit a reply.
pub(crate) fn wrapped(text: &str) -> String {
    let mut wrapped = String::with_capacity(text.len());
    let mut length = 0;
    for word in text.split_whitespace() {
        let word: String = word.chars().take(LINE).collect();
        let room = LINE.saturating_sub(length);
        match (length, word.chars().count()) {
            (0, count) => length = count,
            (_, count) if count < room => {
                wrapped.push(' ');
                length += count + 1;
            }
            (_, count) => {
                wrapped.push('\n');
                length = count;
            }
        }
        wrapped.push_str(&word);
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn lines_of(text: &str) -> Vec<String> {
        let octets = Reply::new(550, "5.7.1", wrapped(text)).octets();
        let text = String::from_utf8(octets).unwrap();
        text.split_terminator("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn a_long_explanation_becomes_several_lines_that_all_fit() {
        let lines = lines_of(&"This message names a pupil. ".repeat(40));
        assert!(lines.len() > 1);
        let (last, rest) = lines.split_last().unwrap();
        let fits = |line: &String| line.starts_with("550-5.7.1 ") && line.len() < 510;
        assert!(rest.iter().all(fits), "{rest:#?}");
        assert!(last.starts_with("550 5.7.1 "), "{last}");
    }

    #[test]
    fn an_explanation_cannot_break_out_of_its_reply() {
        let lines = lines_of("no\r\n250 2.0.0 yes — “really”");
        assert_eq!(lines, ["550 5.7.1 no 250 2.0.0 yes - \"really\""]);
    }
}
