//! What a next hop offers in its EHLO reply (RFC 5321 section 4.1.1.1), read by ourselves:
//! lettre keeps no SIZE, DSN or PIPELINING.

use std::collections::BTreeSet;

use lettre::transport::smtp::response::Response;

/// The extensions of one next hop, as far as delivery uses them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Capabilities {
    offered: BTreeSet<Extension>,
    /// The most octets it takes, where it says so.
    most: Option<u64>,
}

/// What a server may offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Extension {
    /// RFC 2920.
    Pipelining,
    /// RFC 6152.
    EightBitMime,
    /// RFC 6531.
    SmtpUtf8,
    /// RFC 3461.
    Dsn,
    /// RFC 1870.
    Size,
    /// RFC 8689.
    RequireTls,
    /// RFC 4954, mechanism PLAIN.
    AuthPlain,
    /// Mechanism LOGIN, which was never standardised and is everywhere.
    AuthLogin,
}

impl Capabilities {
    pub(super) fn of_response(response: &Response) -> Self {
        Self::of_lines(response.message().skip(1))
    }

    pub(super) fn of_lines<'a>(lines: impl Iterator<Item = &'a str>) -> Self {
        let mut capabilities = Self::default();
        for line in lines {
            let words: Vec<String> = line
                .split_whitespace()
                .map(str::to_ascii_uppercase)
                .collect();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            capabilities.learn(&words);
        }
        capabilities
    }

    fn learn(&mut self, words: &[&str]) {
        let extension = match words {
            ["PIPELINING", ..] => Extension::Pipelining,
            ["8BITMIME", ..] => Extension::EightBitMime,
            ["SMTPUTF8", ..] => Extension::SmtpUtf8,
            ["DSN", ..] => Extension::Dsn,
            ["REQUIRETLS", ..] => Extension::RequireTls,
            ["SIZE", most @ ..] => {
                let most = most.first().and_then(|number| number.parse().ok());
                self.most = most.filter(|most| *most > 0);
                Extension::Size
            }
            ["AUTH", mechanisms @ ..] => {
                let known = [
                    ("PLAIN", Extension::AuthPlain),
                    ("LOGIN", Extension::AuthLogin),
                ];
                let named = known.iter().filter(|(name, _)| mechanisms.contains(name));
                self.offered.extend(named.map(|(_, extension)| *extension));
                return;
            }
            _ => return,
        };
        self.offered.insert(extension);
    }

    /// Whether it offers this.
    pub(crate) fn has(&self, extension: Extension) -> bool {
        self.offered.contains(&extension)
    }

    /// Whether a message of `octets` is larger than the hop says it takes.
    pub(super) fn refuses_size(&self, octets: usize) -> bool {
        let octets = u64::try_from(octets).unwrap_or(u64::MAX);
        self.most.is_some_and(|most| octets > most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_read_in_any_case_and_sizes_in_any_state() {
        let lines = ["pipelining", "SIZE 1000", "AUTH login plain", "X-OTHER", ""];
        let offered = Capabilities::of_lines(lines.into_iter());
        for extension in [
            Extension::Pipelining,
            Extension::Size,
            Extension::AuthPlain,
            Extension::AuthLogin,
        ] {
            assert!(offered.has(extension), "{extension:?}");
        }
        assert!(!offered.has(Extension::Dsn));
        assert!(offered.refuses_size(1_001) && !offered.refuses_size(1_000));
        for without_limit in ["SIZE", "SIZE 0", "SIZE many"] {
            assert!(!Capabilities::of_lines([without_limit].into_iter()).refuses_size(1 << 40));
        }
    }
}
