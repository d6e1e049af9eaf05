//! A labelled set: files of messages, each with what a reader who knows the policy says about it.
//!
//! `DIR/*.toml`, one `[[case]]` a message; the messages are written out and read like any other.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use mail_builder::MessageBuilder;
use serde::Deserialize;

use crate::cli::failure::Failure;
use crate::mail::address::Address;
use crate::mail::level::Level;

/// One file of a set.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SetFile {
    /// Sender of its messages, where a case names none.
    from: Address,
    /// Recipient of its messages, where a case names none.
    to: Address,
    /// The messages.
    case: Vec<Case>,
}

/// One message with its label.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    /// A name, once in the set.
    pub(super) name: String,
    /// Whether it must not go out as it is.
    pub(super) leak: bool,
    /// Detectors that must find something.
    #[serde(default)]
    pub(super) finds: Vec<String>,
    /// Detectors that must find nothing.
    #[serde(default)]
    pub(super) silent: Vec<String>,
    /// Distinct pupils, where that is part of the label.
    pub(super) pupils: Option<usize>,
    /// How sensitive it is, where that is part of the label.
    pub(super) level: Option<Level>,
    /// Sender, where it is not that of the file.
    from: Option<Address>,
    /// Recipient, where it is not that of the file.
    to: Option<Address>,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    body: String,
    /// The body as HTML.
    html: Option<String>,
    /// An attached text file.
    file: Option<Attached>,
    /// Attached files, relative to the folder of the set.
    #[serde(default)]
    attach: Vec<PathBuf>,
}

/// A text file attached to a message.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Attached {
    name: String,
    text: String,
}

/// A message ready to be judged.
#[derive(Debug)]
pub(super) struct Labelled {
    pub(super) case: Case,
    pub(super) from: Address,
    pub(super) to: Address,
    pub(super) raw: Vec<u8>,
}

/// Reads every set file of a folder, in order of name.
pub(super) fn read(folder: &Path) -> Result<Vec<Labelled>, Failure> {
    let unreadable = |path: &Path, why: &dyn std::fmt::Display| {
        Failure::input(format!("{}: cannot be read: {why}", path.display()))
    };
    let entries = std::fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| unreadable(folder, &error))?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    let mut labelled = Vec::new();
    let mut names = BTreeSet::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
        let set: SetFile = toml::from_str(&text).map_err(|error| unreadable(&path, &error))?;
        for case in set.case {
            if !names.insert(case.name.clone()) {
                let twice = format!("there are two cases `{}`", case.name);
                return Err(unreadable(&path, &twice));
            }
            let to = case.to.clone().unwrap_or_else(|| set.to.clone());
            let from = case.from.clone().unwrap_or_else(|| set.from.clone());
            let attached = attached(&case, folder)?;
            let raw = message(&case, attached, &from, &to)?;
            labelled.push(Labelled {
                case,
                from,
                to,
                raw,
            });
        }
    }
    if labelled.is_empty() {
        let problem = format!(
            "{}: no labelled messages; expected *.toml",
            folder.display()
        );
        return Err(Failure::input(problem));
    }
    Ok(labelled)
}

/// The files that a case attaches, by their own names.
fn attached(case: &Case, folder: &Path) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let read = |path: &PathBuf| {
        let path = folder.join(path);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        match std::fs::read(&path) {
            Ok(octets) => Ok((name.into_owned(), octets)),
            Err(error) => Err(Failure::input(format!(
                "{}: cannot be read: {error}",
                path.display()
            ))),
        }
    };
    case.attach.iter().map(read).collect()
}

fn message(
    case: &Case,
    attached: Vec<(String, Vec<u8>)>,
    from: &Address,
    to: &Address,
) -> Result<Vec<u8>, Failure> {
    let mut message = MessageBuilder::new()
        .from(from.as_str())
        .to(to.as_str())
        .subject(case.subject.as_str())
        .text_body(case.body.as_str());
    if let Some(html) = &case.html {
        message = message.html_body(html.as_str());
    }
    if let Some(file) = &case.file {
        message = message.attachment("text/plain", file.name.as_str(), file.text.as_str());
    }
    for (name, octets) in attached {
        message = message.attachment("application/octet-stream", name, octets);
    }
    Ok(message.write_to_vec()?)
}
