//! What a file is, by its content, and who reads it: one line for each format.
//!
//! The name and the declared type are asked only where content cannot tell: plain text is a table in one file and
//! a calendar in the next.

use crate::extract::content::FileKind;
use crate::extract::office::{excel, open_document, slides, word};
use crate::extract::ole::store;
use crate::extract::reader::{File, Reader};
use crate::extract::{
    archive, closed, cms, entry, html, iwork, machine, mail, mailbox, media, ole, pdf, plain,
    records, rtf, sealed, table, zipped,
};
use crate::limits::Limits;
use crate::mail::gap::GapReason;

/// One format: how it is recognised and read.
pub(super) struct Format {
    /// Its short name.
    pub(super) name: &'static str,
    /// What it is to a person.
    pub(super) kind: FileKind,
    /// Whether a file is of this format.
    pub(super) recognises: fn(&Probe<'_>) -> bool,
    /// Reads a file of this format.
    pub(super) read: fn(&File<'_>, &mut Reader<'_>) -> Result<(), GapReason>,
}

/// Every format, the more particular first: the first that recognises a file reads it.
pub(super) static EXTRACTORS: &[Format] = &[
    sealed::FORMAT,
    entry::CALENDAR,
    entry::CARD,
    machine::FORMAT,
    cms::FORMAT,
    word::FORMAT,
    excel::FORMAT,
    excel::binary::FORMAT,
    slides::FORMAT,
    open_document::FORMAT,
    iwork::FORMAT,
    ole::OUTLOOK,
    ole::WORD,
    ole::EXCEL,
    ole::SLIDES,
    ole::OBJECT,
    ole::TNEF,
    rtf::FORMAT,
    archive::ZIP,
    archive::GZIP,
    archive::BZIP2,
    archive::XZ,
    archive::ZSTD,
    archive::SEVEN_ZIP,
    archive::RAR,
    archive::CAB,
    archive::TAR,
    archive::UNREAD,
    closed::FORMAT,
    pdf::FORMAT,
    media::PICTURE,
    media::RECORDING,
    mailbox::FORMAT,
    mail::FORMAT,
    html::FORMAT,
    records::XML,
    records::JSON,
    table::FORMAT,
    plain::FORMAT,
];

/// What the formats look at to recognise a file.
pub(super) struct Probe<'a> {
    /// Its content.
    pub(super) bytes: &'a [u8],
    /// The letters after the last dot of its name, in lower case.
    pub(super) extension: String,
    /// What it is said to be.
    pub(super) media_type: &'a str,
    /// The paths in it, where it is a zip.
    pub(super) members: Vec<String>,
    /// The names that stand in no storage of it, in lower case, where it is a compound file that opens.
    streams: Vec<String>,
}

impl<'a> Probe<'a> {
    /// Looks at a file.
    pub(super) fn new(file: &File<'a>, limits: &Limits) -> Self {
        let extension = file.name.and_then(|name| name.rsplit_once('.'));
        Self {
            bytes: file.bytes,
            extension: extension
                .map(|(_, letters)| letters.to_ascii_lowercase())
                .unwrap_or_default(),
            media_type: file.media_type,
            members: zipped::paths(file.bytes, limits),
            streams: store::roots(file.bytes),
        }
    }

    /// Whether it is a zip that has such a member.
    pub(super) fn has_member(&self, start: &str, end: &str) -> bool {
        let fits = |path: &String| path.starts_with(start) && path.ends_with(end);
        self.members.iter().any(fits)
    }

    /// Whether it is a compound file that has a stream or storage of this name; one in an embedded object is none.
    pub(super) fn has_stream(&self, name: &str) -> bool {
        if self.streams.is_empty() {
            return store::has_entry(self.bytes, name);
        }
        self.streams
            .iter()
            .any(|known| known.eq_ignore_ascii_case(name))
    }

    /// The first octets, at most `length`.
    pub(super) fn head(&self, length: usize) -> &'a [u8] {
        self.bytes
            .get(..length.min(self.bytes.len()))
            .unwrap_or_default()
    }
}

/// The format of a file, if any reader knows it.
pub(super) fn format(probe: &Probe<'_>) -> Option<&'static Format> {
    EXTRACTORS.iter().find(|format| (format.recognises)(probe))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_has_a_name_of_its_own() {
        let mut names: Vec<&str> = EXTRACTORS.iter().map(|format| format.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), EXTRACTORS.len());
    }

    #[test]
    fn the_page_about_formats_has_a_row_for_each() {
        let page = include_str!("../../docs/formats.md");
        let (_, rows) = page.split_once("\n## Formats\n").unwrap();
        let rows = rows.split("\n## ").next().unwrap();
        let rows: Vec<&str> = rows
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
            .collect();
        let names: Vec<&str> = EXTRACTORS.iter().map(|format| format.name).collect();
        for name in &names {
            assert!(rows.contains(name), "docs/formats.md has no row `{name}`");
        }
        for row in rows {
            assert!(names.contains(&row), "docs/formats.md: no reader `{row}`");
        }
    }
}
