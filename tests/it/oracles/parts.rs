//! Every part that Apache mime4j finds in its own test messages, and every file attached in those of zbateson.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schoolgate::limits::Limits;
use schoolgate::parse;

use crate::corpora::{corpora, files_below};

/// Parts of mime4j that ours differ from, and why; nothing in them is lost, it stands in another part.
const DIFFERENT: [(&str, &str); 9] = [
    (
        "frag_decoded_1_2_1_2_1_2_1_2.bin",
        "base64 breaks off within a group",
    ),
    (
        "multi-frag_decoded_1_3_2.bin",
        "what follows the base64 is a text of its own",
    ),
    (
        "basic-plain-with-bad-header-separator_decoded_1.txt",
        "the words before the second empty line are text too",
    ),
    (
        "ending-boundaries_decoded_1_1.txt",
        "a delimiter is a whole line, as mail programs have it",
    ),
    (
        "malformedHeaderStartsBody-nocrlfcrlf_decoded_1.txt",
        "the same words in two parts",
    ),
    (
        "malformedHeaderStartsBody-noheader_decoded_1.txt",
        "the second line is text too",
    ),
    (
        "very-long-boundary_decoded_1_1.txt",
        "spaces at the end of a delimiter do not count (RFC 2046 section 5.1.1)",
    ),
    (
        "very-very-long-boundary_decoded_1_1.txt",
        "spaces at the end of a delimiter do not count",
    ),
    (
        "weird-boundary_decoded_1_1.txt",
        "spaces at the end of a delimiter do not count",
    ),
];

/// A file in `BinHex`, which nothing has written since Mac OS 9, is read as the text it looks like.
const BINHEX: &str = "m2011.txt: blueball.png";

/// The content of every leaf, those of attached messages included.
fn leaves(raw: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for part in parse::message(raw, &Limits::default()).parts {
        if part.media_type == "message/rfc822" {
            found.extend(leaves(&part.bytes));
        }
        found.push(part.bytes);
    }
    found
}

/// What is left of a part when line ends and the space around it do not count.
fn essence(bytes: &[u8]) -> Vec<u8> {
    let without: Vec<u8> = bytes.iter().copied().filter(|o| *o != b'\r').collect();
    without.trim_ascii().to_vec()
}

/// Files named `MESSAGE_decoded_1_2.txt` beside `MESSAGE.msg`.
fn expected(message: &Path) -> Vec<PathBuf> {
    let stem = message.file_stem().unwrap().to_string_lossy();
    let start = format!("{stem}_decoded_");
    let beside = files_below(message.parent().unwrap());
    let named = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with(&start)
    };
    beside.into_iter().filter(named).collect()
}

#[test]
fn every_part_that_mime4j_finds_is_found() {
    let Some(corpora) = corpora() else {
        return;
    };
    let (mut all, mut missed) = (0, Vec::new());
    for path in files_below(&corpora.join("mime4j-testmsgs")) {
        if path.extension().is_none_or(|ending| ending != "msg") {
            continue;
        }
        let found: Vec<Vec<u8>> = leaves(&std::fs::read(&path).unwrap())
            .iter()
            .map(|leaf| essence(leaf))
            .collect();
        for part in expected(&path) {
            all += 1;
            let wanted = essence(&std::fs::read(&part).unwrap());
            if !wanted.is_empty() && !found.contains(&wanted) {
                missed.push(part.file_name().unwrap().to_string_lossy().into_owned());
            }
        }
    }
    eprintln!("mime4j: {} of {all} parts found", all - missed.len());
    missed.sort();
    let mut known = DIFFERENT.map(|(part, _)| part.to_owned());
    known.sort();
    assert!(all > 100, "only {all} parts expected");
    assert_eq!(missed, known);
}

#[test]
fn every_file_attached_by_four_mail_programs_is_found() {
    let Some(corpora) = corpora() else {
        return;
    };
    let folder = corpora.join("zbateson-mmp/emails");
    let originals: BTreeMap<String, Vec<u8>> = files_below(&folder.join("files"))
        .into_iter()
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect();
    let (mut all, mut missed) = (0, Vec::new());
    for path in files_below(&folder) {
        if path.extension().is_none_or(|ending| ending != "txt")
            || path.starts_with(folder.join("files"))
        {
            continue;
        }
        let message = parse::message(&std::fs::read(&path).unwrap(), &Limits::default());
        for part in &message.parts {
            let name = part.name.as_deref().unwrap_or_default();
            let Some(original) = originals.get(name) else {
                continue;
            };
            all += 1;
            if essence(&part.bytes) != essence(original) {
                let file = path.file_name().unwrap().to_string_lossy();
                missed.push(format!("{file}: {name}"));
            }
        }
    }
    let found = all - missed.len();
    eprintln!("zbateson: {found} of {all} files are octet for octet");
    assert!(all > 50, "only {all} files found by name");
    assert_eq!(missed, [BINHEX]);
}
