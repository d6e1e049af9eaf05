//! Apple's Pages, Numbers and Keynote of 2013 and later: a zip of archives of protocol buffers, in Snappy.
//!
//! Read are the texts, the words in cells, comments, and the preview; numbers and dates in cells are not, so that a
//! file of Numbers is a gap beside what was read. Documents of before 2013, and folders, are told apart only.

mod archive;
mod snappy;

use crate::extract::content::{FileKind, Place};
use crate::extract::formats::{Format, Probe};
use crate::extract::reader::{File, Reader};
use crate::extract::zipped::Container;
use crate::mail::gap::GapReason;
use crate::mail::lock::Lock;

/// A zip with `Index/Document.iwa`, with the same in `Index.zip`, or with the files of a locked or old document.
pub(super) const FORMAT: Format = Format {
    name: "iwork",
    kind: FileKind::Document,
    recognises: |probe: &Probe<'_>| {
        probe.has_member("Index/", ".iwa")
            || [
                "Index.zip",
                ".iwph",
                ".iwpv2",
                "index.apxl",
                "index.xml",
                "buildVersionHistory.plist",
            ]
            .iter()
            .any(|name| {
                probe
                    .members
                    .iter()
                    .any(|path| path == name || path.ends_with(&format!("/{name}")))
            }) && ["pages", "numbers", "key"].contains(&probe.extension.as_str())
    },
    read,
};

/// What was found in the archives of a document.
#[derive(Default)]
struct Words {
    body: Vec<String>,
    comments: Vec<String>,
    has_cells: bool,
    broken: bool,
}

fn read(file: &File<'_>, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    let mut container = Container::open(file.bytes, reader.limits)?;
    let members = container.members();
    let is_lock = |name: &str| has_ending(name, "iwpv2") || has_ending(name, "iwph");
    if members.iter().any(|member| is_lock(&member.name)) {
        return Err(GapReason::Encrypted(Lock::IWork));
    }
    let mut words = Words::default();
    let mut is_known = false;
    for member in members {
        let is_archive = has_ending(&member.name, "iwa");
        is_known |= is_archive || member.name.ends_with("Index.zip");
        if is_archive {
            take(
                &container.read(member.index, &mut reader.budget)?,
                &mut words,
                reader,
            )?;
        } else if member.name.ends_with("Index.zip") {
            let bytes = container.read(member.index, &mut reader.budget)?;
            let mut index = Container::open(&bytes, reader.limits)?;
            for part in index.members() {
                let archive = index.read(part.index, &mut reader.budget)?;
                take(&archive, &mut words, reader)?;
            }
        } else if member.name.ends_with("QuickLook/Preview.pdf") {
            let bytes = container.read(member.index, &mut reader.budget)?;
            reader.budget.member()?;
            reader.file(&file.inner("preview", &bytes));
        }
    }
    reader.text(
        &file.origin,
        Place::Attachment,
        file.visible,
        words.body.join("\n"),
    );
    reader.text(
        &file.origin.at("comments"),
        Place::Attachment,
        false,
        words.comments.join("\n"),
    );
    if words.broken {
        return Err(GapReason::Corrupt);
    }
    if words.has_cells || !is_known {
        return Err(GapReason::UnknownFormat);
    }
    Ok(())
}

fn has_ending(path: &str, ending: &str) -> bool {
    path.rsplit('.').next().is_some_and(|found| found == ending)
}

fn take(packed: &[u8], words: &mut Words, reader: &mut Reader<'_>) -> Result<(), GapReason> {
    match snappy::unpacked(packed, reader.budget.left()) {
        Some(bytes) => {
            reader.budget.spend(bytes.len())?;
            archive::read(&bytes, words);
        }
        None => words.broken = true,
    }
    Ok(())
}
