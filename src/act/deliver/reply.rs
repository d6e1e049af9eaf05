//! What the next hop said: code, enhanced code and text of one reply (RFC 5321 section 4.2, RFC 3463).

use std::fmt;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::response::Response;

/// One reply, its lines joined; the text is the far side's and is never longer than 400 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Three digits.
    pub code: u16,
    /// Enhanced code such as `5.1.1`, where the reply has one of its own class.
    pub enhanced: Option<String>,
    /// The rest of the reply.
    pub text: String,
}

impl Reply {
    /// A reply from its code and its whole text, in which an enhanced code may stand first.
    #[must_use]
    pub fn new(code: u16, text: &str) -> Self {
        let clean: String = text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .take(400)
            .collect();
        let (first, rest) = clean.split_once(' ').unwrap_or((&clean, ""));
        if is_enhanced(first, code) {
            Self {
                code,
                enhanced: Some(first.to_owned()),
                text: rest.trim().to_owned(),
            }
        } else {
            Self {
                code,
                enhanced: None,
                text: clean.trim().to_owned(),
            }
        }
    }

    pub(super) fn of_response(response: &Response) -> Self {
        let lines: Vec<&str> = response.message().collect();
        Self::new(u16::from(response.code()), &lines.join(" "))
    }

    /// The reply behind an error of lettre; `None` when there was none, only a broken connection.
    pub(super) fn of_error(error: &Error) -> Option<Self> {
        let code = u16::from(error.status()?);
        let text = std::error::Error::source(error).map(ToString::to_string);
        Some(Self::new(code, &text.unwrap_or_default()))
    }

    /// The request was done, or may go on.
    #[must_use]
    pub fn is_positive(&self) -> bool {
        self.code < 400
    }

    /// The request will never be done as it stands.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.code >= 500
    }

    /// The enhanced code, or the most general one of the reply's class (RFC 3463).
    #[must_use]
    pub fn status(&self) -> String {
        self.enhanced
            .clone()
            .unwrap_or_else(|| format!("{}.0.0", self.code / 100))
    }
}

/// RFC 2034 section 4: the class of an enhanced code agrees with the reply's first digit.
fn is_enhanced(word: &str, code: u16) -> bool {
    let fields: Vec<&str> = word.split('.').collect();
    let digits = |field: &&str| {
        (1..=3).contains(&field.len()) && field.bytes().all(|octet| octet.is_ascii_digit())
    };
    matches!(fields.as_slice(), [class, _, _] if *class == (code / 100).to_string())
        && fields.iter().all(digits)
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        if let Some(enhanced) = &self.enhanced {
            write!(f, " {enhanced}")?;
        }
        if self.text.is_empty() {
            Ok(())
        } else {
            write!(f, " {}", self.text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: u16, text: &str, enhanced: Option<&str>, rest: &str) {
        let reply = Reply::new(code, text);
        assert_eq!(reply.enhanced.as_deref(), enhanced, "{code} {text}");
        assert_eq!(reply.text, rest, "{code} {text}");
    }

    #[test]
    fn an_enhanced_code_counts_only_in_its_own_class() {
        check(550, "5.1.1 no such user", Some("5.1.1"), "no such user");
        check(451, "5.1.1 odd", None, "5.1.1 odd");
        check(250, "192.0.2.1 welcome", None, "192.0.2.1 welcome");
        check(550, "", None, "");
        check(550, "no\r\nsuch", None, "no  such");
    }

    #[test]
    fn a_reply_without_enhanced_code_has_the_general_status_of_its_class() {
        assert_eq!(Reply::new(554, "no").status(), "5.0.0");
        assert_eq!(Reply::new(450, "4.2.1 later").status(), "4.2.1");
    }
}
