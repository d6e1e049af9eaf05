//! Domains, addresses and words everybody knows: consumer mail, places that publish, secure public-sector mail,
//! the names of mailboxes that are no person's, and phrases that tell where somebody is.
//!
//! Plain text in `config/lists/`, one entry a line, `#` begins a comment; a school adds to them in a folder of its own
//! (`lists` in its configuration).
//! It does not know the school's own partners; the directory does.

use std::collections::HashSet;

use crate::directory::consumer::ConsumerDomains;
use crate::mail::address::{Address, Domain};

/// The lists, ready to ask.
#[derive(Debug, Clone, Default)]
pub struct Lists {
    consumer: ConsumerDomains,
    secure: Vec<Domain>,
    publishing_domains: Vec<Domain>,
    publishing_addresses: HashSet<Address>,
    shared: HashSet<String>,
    machines: HashSet<String>,
    whereabouts: Vec<String>,
}

/// One line of a list that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file} line {line}: {problem}")]
pub struct ListError {
    /// The file.
    pub file: String,
    /// Its line, counted from 1; 0 for the file as a whole.
    pub line: usize,
    /// What is wrong, and what would be right.
    pub problem: String,
}

/// The files of `config/lists/`; each must be there.
pub const FILES: [&str; 6] = [
    "consumer-domains.txt",
    "publication.txt",
    "secure-domains.txt",
    "shared-mailboxes.txt",
    "machine-mailboxes.txt",
    "whereabouts.txt",
];

impl Lists {
    /// Reads the lists from their paths and texts; only the last step of a path counts.
    ///
    /// # Errors
    /// Every bad line, every file that is missing or that is none of [`FILES`].
    pub fn parse(sources: &[(String, String)]) -> Result<Self, Vec<ListError>> {
        let mut lists = Self::default();
        let mut errors = Vec::new();
        for (path, text) in sources {
            let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
            for (entry, line) in entries(text) {
                if let Err(problem) = lists.add(name, entry) {
                    errors.push(ListError {
                        file: path.clone(),
                        line,
                        problem,
                    });
                }
            }
        }
        let given = |file: &str| sources.iter().any(|(path, _)| path.ends_with(file));
        for file in FILES.into_iter().filter(|file| !given(file)) {
            errors.push(ListError {
                file: file.to_owned(),
                line: 0,
                problem: "is missing: an empty file is an empty list".to_owned(),
            });
        }
        if errors.is_empty() {
            Ok(lists)
        } else {
            Err(errors)
        }
    }

    fn add(&mut self, name: &str, entry: &str) -> Result<(), String> {
        match name {
            "consumer-domains.txt" => {
                self.consumer.insert(&domain(entry)?);
            }
            "publication.txt" => match entry.parse::<Address>() {
                Ok(address) => {
                    self.publishing_addresses.insert(address);
                }
                Err(_) => self.publishing_domains.push(domain(entry)?),
            },
            "secure-domains.txt" => self.secure.push(domain(entry)?),
            "shared-mailboxes.txt" => {
                self.shared.insert(mailbox(entry)?);
            }
            "machine-mailboxes.txt" => {
                self.machines.insert(mailbox(entry)?);
            }
            "whereabouts.txt" => self.whereabouts.push(spaced(entry).trim_end().to_owned()),
            _ => return Err(format!("is no list: expected one of {}", FILES.join(", "))),
        }
        Ok(())
    }

    /// Whether the domain, or the registrable domain above it, gives mailboxes to anybody.
    #[must_use]
    pub fn is_consumer(&self, domain: &Domain) -> bool {
        self.consumer.contains(domain)
    }

    /// The domains that give mailboxes to anybody.
    #[must_use]
    pub fn consumers(&self) -> &ConsumerDomains {
        &self.consumer
    }

    /// Whether the domain, or one above it, is public-sector mail that keeps verified TLS.
    /// `council.gov.uk.example` is not: what counts is the end of the name.
    #[must_use]
    pub fn is_secure(&self, domain: &Domain) -> bool {
        self.secure.iter().any(|secure| domain.is_or_under(secure))
    }

    /// Whether what is sent to the address is published.
    #[must_use]
    pub fn publishes(&self, address: &Address) -> bool {
        self.publishing_addresses.contains(address)
            || self
                .publishing_domains
                .iter()
                .any(|domain| address.domain().is_or_under(domain))
    }

    /// The phrase of a text that tells where somebody is or will be.
    #[must_use]
    pub fn tells_whereabouts(&self, text: &str) -> Option<&str> {
        let text = spaced(text);
        let phrases = self.whereabouts.iter();
        let mut told = phrases.filter(|phrase| text.contains(&format!("{phrase} ")));
        told.next().map(|phrase| phrase.trim_start())
    }

    /// Whether a local part names a mailbox several people share: `office`, `head`.
    #[must_use]
    pub fn is_shared_mailbox(&self, local: &str) -> bool {
        self.shared.contains(&local.to_lowercase())
    }

    /// Whether a local part names a machine: `scanner`, `noreply`.
    #[must_use]
    pub fn is_machine_mailbox(&self, local: &str) -> bool {
        self.machines.contains(&local.to_lowercase())
    }
}

fn entries(text: &str) -> impl Iterator<Item = (&str, usize)> {
    text.lines()
        .zip(1..)
        .map(|(line, number)| (line.split('#').next().unwrap_or_default().trim(), number))
        .filter(|(entry, _)| !entry.is_empty())
}

/// Words in lower case with one space before each and one at the end.
fn spaced(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '\'');
    let mut spaced = String::with_capacity(text.len() + 2);
    for word in words.filter(|word| !word.is_empty()) {
        spaced.push(' ');
        spaced.push_str(&word.to_lowercase());
    }
    spaced.push(' ');
    spaced
}

fn domain(entry: &str) -> Result<Domain, String> {
    entry
        .parse()
        .ok()
        .filter(|domain: &Domain| domain.as_str().contains('.'))
        .ok_or_else(|| {
            format!("`{entry}` is no domain: expected one such as mail.example, without `*` or `@`")
        })
}

fn mailbox(entry: &str) -> Result<String, String> {
    if entry.contains(['@', ' ']) {
        Err(format!(
            "`{entry}` is no mailbox name: expected what stands before the @"
        ))
    } else {
        Ok(entry.to_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(file: &str, text: &str) -> Vec<(String, String)> {
        FILES
            .iter()
            .map(|name| {
                let text = if *name == file { text } else { "" };
                (format!("config/lists/{name}"), text.to_owned())
            })
            .collect()
    }

    #[test]
    fn the_end_of_a_name_counts_and_not_its_beginning() {
        let lists = Lists::parse(&sources("secure-domains.txt", "gov.uk # government\n")).unwrap();
        for (name, secure) in [
            ("oxfordshire.gov.uk", true),
            ("gov.uk", true),
            ("oxfordshire.gov.uk.com", false),
            ("notgov.uk", false),
        ] {
            assert_eq!(lists.is_secure(&name.parse().unwrap()), secure, "{name}");
        }
    }

    #[test]
    fn a_host_below_a_consumer_domain_is_consumer_mail() {
        let lists = Lists::parse(&sources("consumer-domains.txt", "freeserve.co.uk\n")).unwrap();
        for (name, consumer) in [
            ("freeserve.co.uk", true),
            ("anna.freeserve.co.uk", true),
            ("other.co.uk", false),
            ("freeserve.co.uk.example", false),
        ] {
            assert_eq!(
                lists.is_consumer(&name.parse().unwrap()),
                consumer,
                "{name}"
            );
        }
    }

    #[test]
    fn a_bad_line_is_named_and_a_missing_file_too() {
        let errors =
            Lists::parse(&sources("consumer-domains.txt", "\n# ok\n*.mail.example\n")).unwrap_err();
        assert_eq!(
            errors.iter().map(|error| error.line).collect::<Vec<_>>(),
            [3]
        );
        assert_eq!(Lists::parse(&[]).unwrap_err().len(), FILES.len());
    }
}
