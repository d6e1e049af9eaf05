//! An e-mail address and its domain, checked when built (RFC 5321 section 4.1.2, RFC 6531).
//!
//! Addresses compare without regard to case: every mail system a school writes to does so.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A domain name in lower case, without a trailing dot; also an address literal such as `[192.0.2.1]`.
///
/// A name beyond ASCII is kept as its A-labels (RFC 5890), so that `grüße.example` is one domain however it is written.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Domain(String);

/// A mailbox `local@domain`.
///
/// The local part keeps the case it was written in; equality and hashing ignore it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address {
    written: String,
    at: usize,
    domain: Domain,
}

/// Consumer domains whose providers document that `name+note` is the mailbox `name`.
const PLUS: [&str; 12] = [
    "gmail.com",
    "outlook.com",
    "hotmail.com",
    "hotmail.co.uk",
    "live.com",
    "live.co.uk",
    "icloud.com",
    "me.com",
    "fastmail.com",
    "proton.me",
    "protonmail.com",
    "pm.me",
];

/// Why a text is no address or domain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// There is no `@`, or nothing before it.
    #[error("`{0}` is not an address: expected name@domain")]
    NoMailbox(String),
    /// The domain is empty, too long or has characters that no domain has.
    #[error(
        "`{0}` is not a domain: expected labels of letters, digits and hyphens, such as oakfield.sch.uk"
    )]
    BadDomain(String),
    /// The local part has control characters or spaces outside quotes, or is longer than 64 octets.
    #[error("`{0}` is not a local part: no spaces or control characters, at most 64 octets")]
    BadLocal(String),
}

impl Domain {
    /// The domain as text, in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this domain is `parent` or stands below it: `mail.oakfield.sch.uk` is under `oakfield.sch.uk`.
    #[must_use]
    pub fn is_or_under(&self, parent: &Domain) -> bool {
        self.0
            .strip_suffix(parent.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }
}

impl FromStr for Domain {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = text.trim().trim_end_matches('.').to_lowercase();
        let bad = || AddressError::BadDomain(text.to_owned());
        let name = if name.is_ascii() {
            name
        } else {
            idna::domain_to_ascii(&name).map_err(|_| bad())?
        };
        if name.len() <= 255 && (is_literal(&name) || name.split('.').all(is_label)) {
            Ok(Self(name))
        } else {
            Err(bad())
        }
    }
}

/// `[192.0.2.1]` or `[ipv6:2001:db8::1]` (RFC 5321 section 4.1.3).
fn is_literal(name: &str) -> bool {
    let inside = name
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    inside.is_some_and(|inside| match inside.strip_prefix("ipv6:") {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => inside.parse::<Ipv4Addr>().is_ok(),
    })
}

fn is_label(label: &str) -> bool {
    let edge_is_hyphen = label.starts_with('-') || label.ends_with('-');
    let plain = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    !label.is_empty() && label.len() <= 63 && !edge_is_hyphen && label.chars().all(plain)
}

impl TryFrom<String> for Domain {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Domain> for String {
    fn from(domain: Domain) -> Self {
        domain.0
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Address {
    /// The part before the last `@`, as written.
    #[must_use]
    pub fn local(&self) -> &str {
        self.written.get(..self.at).unwrap_or_default()
    }

    /// The part after the last `@`.
    #[must_use]
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// The whole address in lower case: the key under which directories file it.
    #[must_use]
    pub fn key(&self) -> String {
        self.written.to_lowercase()
    }

    /// The mailbox behind the address, in lower case: providers who say so deliver `a.b+trip@` to `ab@`.
    ///
    /// Dots mean nothing at Google's consumer domains, and `+` begins a note at those of `PLUS`;
    /// elsewhere both may tell people apart.
    #[must_use]
    pub fn mailbox(&self) -> String {
        let domain = match self.domain.as_str() {
            "googlemail.com" => "gmail.com",
            other => other,
        };
        if !PLUS.contains(&domain) {
            return self.key();
        }
        let local = self.local().to_lowercase();
        let bare = local
            .split_once('+')
            .map_or(local.as_str(), |(bare, _)| bare);
        let bare = match domain {
            "gmail.com" => bare.replace('.', ""),
            _ => bare.to_owned(),
        };
        format!("{bare}@{domain}")
    }

    /// The address as it was written, its domain in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// The address with its local part masked, for notices and logs that need not name the mailbox.
    #[must_use]
    pub fn masked(&self) -> String {
        let first = self.local().chars().next().unwrap_or('•');
        format!("{first}•••@{}", self.domain)
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let (local, domain) = match text.rsplit_once('@') {
            Some((local, domain)) if !local.is_empty() => (local, domain),
            Some(_) | None => return Err(AddressError::NoMailbox(text.to_owned())),
        };
        let quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
        let bad = |c: char| {
            c.is_control() || (!quoted && (c.is_whitespace() || "<>()[],;:\"\\".contains(c)))
        };
        if local.len() > 64 || local.contains(bad) {
            return Err(AddressError::BadLocal(local.to_owned()));
        }
        let domain: Domain = domain.parse()?;
        Ok(Self {
            written: format!("{local}@{domain}"),
            at: local.len(),
            domain,
        })
    }
}

impl TryFrom<String> for Address {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.written
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({})", self.masked())
    }
}

impl PartialEq for Address {
    fn eq(&self, other: &Self) -> bool {
        // Compared for every pair of recipients of a large message: nearly all differ in a way that needs no copy.
        if self.domain != other.domain {
            false
        } else if self.written.is_ascii() && other.written.is_ascii() {
            self.written.eq_ignore_ascii_case(&other.written)
        } else {
            self.key() == other.key()
        }
    }
}

impl Eq for Address {}

impl Hash for Address {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl PartialOrd for Address {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Address {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_compare_without_case_and_keep_what_was_written() {
        let a: Address = "J.Smith@Oakfield.SCH.uk".parse().unwrap();
        assert_eq!(a, "j.smith@oakfield.sch.uk".parse().unwrap());
        assert_eq!(a.to_string(), "J.Smith@oakfield.sch.uk");
        assert_eq!(a.masked(), "J•••@oakfield.sch.uk");
    }

    #[test]
    fn dots_and_notes_fold_where_the_provider_says_so() {
        let same = |one: &str, other: &str| {
            let mailbox = |text: &str| text.parse::<Address>().unwrap().mailbox();
            mailbox(one) == mailbox(other)
        };
        for (one, other, expected) in [
            (
                "Jane.Smith+Trip@gmail.com",
                "janesmith@googlemail.com",
                true,
            ),
            ("jane+trip@outlook.com", "jane@outlook.com", true),
            ("j.smith@outlook.com", "jsmith@outlook.com", false),
            ("a.b@oakfield.sch.uk", "ab@oakfield.sch.uk", false),
            ("a+b@oakfield.sch.uk", "a@oakfield.sch.uk", false),
        ] {
            assert_eq!(same(one, other), expected, "{one} and {other}");
        }
    }

    #[test]
    fn what_is_no_address_says_why() {
        for bad in [
            "",
            "nobody",
            "@oakfield.sch.uk",
            "a b@x.example",
            "a@",
            "a@-x.example",
            "a\n@x.example",
            "a@[x]",
            "a@[192.0.2.256]",
            "a@[2001:db8::1]",
        ] {
            assert!(bad.parse::<Address>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_domain_beyond_ascii_is_one_domain_in_both_its_forms() {
        let unicode: Address = "info@GRÜSSE.example".parse().unwrap();
        assert_eq!(unicode, "info@xn--grsse-lva.example".parse().unwrap());
        assert_eq!(unicode.as_str(), "info@xn--grsse-lva.example");
    }

    #[test]
    fn an_address_literal_is_a_domain_of_its_own() {
        for literal in ["[192.0.2.1]", "[ipv6:2001:db8::1]"] {
            let address: Address = format!("a@{literal}").parse().unwrap();
            assert_eq!(address.domain().as_str(), literal);
        }
    }

    #[test]
    fn a_domain_is_under_itself_and_its_parents_only() {
        let school: Domain = "oakfield.sch.uk".parse().unwrap();
        for (name, under) in [
            ("oakfield.sch.uk", true),
            ("mail.oakfield.sch.uk", true),
            ("notoakfield.sch.uk", false),
        ] {
            assert_eq!(
                name.parse::<Domain>().unwrap().is_or_under(&school),
                under,
                "{name}"
            );
        }
    }
}
