//! One small document for each format and each trap, with a snapshot of what was read beside it.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use schoolgate::extract;
use schoolgate::extract::content::Content;
use schoolgate::limits::Limits;
use schoolgate::mail::origin::Origin;
use schoolgate::parse::message::{Flow, Message, Part, PartRole};

/// A message whose only part is this file.
pub(crate) fn attached(name: &str, bytes: Vec<u8>) -> Message {
    Message {
        parts: vec![Part {
            origin: Origin::new(&format!("attachment {name}")),
            role: PartRole::Attachment,
            media_type: "application/octet-stream".to_owned(),
            charset: None,
            flow: Flow::Fixed,
            name: Some(name.to_owned()),
            bytes,
        }],
        ..Message::default()
    }
}

/// Every document of `testdata/files`, in order.
pub(crate) fn documents() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/files");
    let mut files: Vec<PathBuf> = folder_entries(&folder)
        .iter()
        .flat_map(|format| folder_entries(format))
        .filter(|path| path.extension().is_some_and(|ending| ending != "snap"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no documents to read");
    files
}

fn read(path: &Path) -> Content {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let bytes = std::fs::read(path).unwrap();
    extract::content(&attached(&name, bytes), &Limits::default())
}

fn shown(content: &Content) -> String {
    let mut out = String::new();
    for one in &content.attachments {
        let locked = if one.locked { ", locked" } else { "" };
        writeln!(
            out,
            "{} is {:?}, {} octets{locked}",
            one.origin, one.kind, one.size
        )
        .unwrap();
    }
    for gap in &content.gaps {
        writeln!(out, "{} {}", gap.origin, gap.reason.in_words()).unwrap();
    }
    for text in &content.texts {
        let seen = if text.visible { "" } else { ", not seen" };
        writeln!(
            out,
            "\n== {} ({:?}{seen})\n{}",
            text.origin,
            text.place,
            text.text.trim_end()
        )
        .unwrap();
    }
    for table in &content.tables {
        let seen = if table.visible { "" } else { " (not seen)" };
        writeln!(out, "\n== table at {}{seen}", table.origin).unwrap();
        for row in &table.rows {
            writeln!(out, "| {} |", row.join(" | ")).unwrap();
        }
    }
    out
}

#[test]
fn every_document_reads_as_its_snapshot_says() {
    for path in documents() {
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_snapshot_path(path.parent().unwrap());
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        settings.bind(|| insta::assert_snapshot!(name.as_str(), shown(&read(&path))));
    }
}

fn folder_entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}
