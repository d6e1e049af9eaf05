//! Damaged and malicious files and messages: never a panic, never a hang, never beyond the limits.

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use proptest::prelude::{ProptestConfig, any, prop_assert, proptest};
use proptest::sample::Index;
use schoolgate::extract;
use schoolgate::extract::content::Content;
use schoolgate::limits::Limits;
use schoolgate::mail::gap::GapReason;
use schoolgate::parse;

use crate::files::{attached, documents};

/// Of the processor's time, so that a busy machine is no slow reader.
const LONGEST: Duration = Duration::from_secs(5);

/// The time of the processor that this thread has had (`proc_pid_schedstat`).
pub(crate) fn spent() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    let nanoseconds = stat.split(' ').next().unwrap().parse().unwrap();
    Duration::from_nanos(nanoseconds)
}

fn seeds(folder: &str, ending: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata")
        .join(folder);
    let below = |path: PathBuf| {
        std::fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().path())
    };
    let folders = below(root).filter(|path| path.is_dir());
    let mut files: Vec<PathBuf> = folders
        .flat_map(below)
        .filter(|path| {
            path.to_string_lossy().ends_with(ending) && !path.to_string_lossy().ends_with(".snap")
        })
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no seeds in testdata/{folder}");
    files
}

/// Flips octets, then cuts.
fn damaged(mut bytes: Vec<u8>, flips: &[(Index, u8)], cut: Option<Index>) -> Vec<u8> {
    for (place, octet) in flips {
        let at = place.index(bytes.len().max(1));
        if let Some(found) = bytes.get_mut(at) {
            *found ^= octet;
        }
    }
    if let Some(cut) = cut {
        bytes.truncate(cut.index(bytes.len().max(1)));
    }
    bytes
}

fn is_bounded(content: &Content, limits: &Limits) -> bool {
    let text: usize = content.texts.iter().map(|text| text.text.len()).sum();
    let crashed = content
        .gaps
        .iter()
        .any(|gap| gap.reason == GapReason::Crashed);
    text <= limits.text_per_message && !crashed
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_file_costs_a_gap_at_most(
        file in any::<Index>(),
        flips in proptest::collection::vec(any::<(Index, u8)>(), 0..6),
        cut in any::<Option<Index>>(),
    ) {
        let files = seeds("files", "");
        let path = file.get(&files);
        let bytes = damaged(std::fs::read(path).unwrap(), &flips, cut);
        let limits = Limits::default();
        let start = spent();
        let content = extract::content(&attached("damaged", bytes), &limits);
        prop_assert!(spent().saturating_sub(start) < LONGEST, "{}", path.display());
        prop_assert!(is_bounded(&content, &limits), "{}", path.display());
    }

    #[test]
    fn a_damaged_message_is_still_a_message(
        file in any::<Index>(),
        flips in proptest::collection::vec(any::<(Index, u8)>(), 0..20),
        cut in any::<Option<Index>>(),
    ) {
        let files = seeds("mail", ".eml");
        let raw = damaged(std::fs::read(file.get(&files)).unwrap(), &flips, cut);
        let limits = Limits::default();
        let content = extract::content(&parse::message(&raw, &limits), &limits);
        prop_assert!(is_bounded(&content, &limits));
    }

    #[test]
    fn any_octets_are_a_message(raw in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let limits = Limits::default();
        let content = extract::content(&parse::message(&raw, &limits), &limits);
        prop_assert!(is_bounded(&content, &limits));
    }
}

#[test]
fn every_document_may_break_off_anywhere() {
    let limits = Limits::default();
    for path in documents() {
        let whole = std::fs::read(&path).unwrap();
        for eighth in 0..8 {
            let mut bytes = whole.get(..whole.len() * eighth / 8).unwrap().to_vec();
            // The first octet says what it is; one in the middle of what is left says something else.
            let middle = bytes.len() / 2;
            if let Some(octet) = bytes.get_mut(middle).filter(|_| middle > 0) {
                *octet ^= 0x55;
            }
            let start = spent();
            let name = path.file_name().unwrap().to_string_lossy();
            let content = extract::content(&attached(&name, bytes), &limits);
            assert!(
                spent().saturating_sub(start) < LONGEST,
                "{name}, {eighth} eighths"
            );
            assert!(is_bounded(&content, &limits), "{name}, {eighth} eighths");
        }
    }
}

/// A zip of these members.
pub(crate) fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[track_caller]
fn ends_in(name: &str, bytes: Vec<u8>, limits: &Limits, reason: GapReason) {
    let start = spent();
    let content = extract::content(&attached(name, bytes), limits);
    assert!(
        spent().saturating_sub(start) < LONGEST,
        "{name} took {:?}",
        spent().saturating_sub(start)
    );
    let reasons: Vec<GapReason> = content.gaps.iter().map(|gap| gap.reason).collect();
    assert!(reasons.contains(&reason), "{name}: {reasons:?}");
}

#[test]
fn a_bomb_ends_at_its_limit() {
    let limits = Limits {
        expanded: 1 << 20,
        members: 50,
        nesting: 3,
        ..Limits::default()
    };
    let zeros = vec![b'0'; 4 << 20];
    ends_in(
        "bomb.zip",
        zip(&[("zeros.txt", &zeros)]),
        &limits,
        GapReason::TooLarge,
    );
    let half = vec![b'0'; 600 << 10];
    let inner = zip(&[("half.txt", &half)]);
    let spread = zip(&[("a.zip", &inner), ("b.zip", &inner)]);
    ends_in("spread.zip", spread, &limits, GapReason::TooLarge);
    let many: Vec<String> = (0..60).map(|number| format!("{number}.txt")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
    ends_in("many.zip", zip(&many), &limits, GapReason::TooManyParts);
    let deep = (0..9).fold(b"text".to_vec(), |inner, _| zip(&[("inner.zip", &inner)]));
    ends_in("deep.zip", deep, &limits, GapReason::TooDeep);
    let sheet = zip(&[
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/worksheets/sheet1.xml", &zeros),
    ]);
    ends_in("bomb.xlsx", sheet, &limits, GapReason::TooLarge);
}

#[test]
fn two_cells_a_million_rows_apart_are_two_cells() {
    let cells = br#"<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row>
        <row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData></worksheet>"#;
    let bytes = zip(&[
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/worksheets/sheet1.xml", cells),
    ]);
    let content = extract::content(&attached("sparse.xlsx", bytes), &Limits::default());
    let octets: usize = content.texts.iter().map(|text| text.text.len()).sum();
    assert!(octets < 200, "{octets} octets of text");
}

#[test]
fn messages_made_to_cost_time_do_not() {
    let nested = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n".repeat(20_000);
    let attached = "Content-Type: message/rfc822\r\n\r\n".repeat(50_000);
    let boundaries = format!(
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n{}",
        "--b\r\n".repeat(200_000)
    );
    let words = format!("Subject: {}\r\n\r\n", "=?utf-8?Q?".repeat(20_000));
    let addresses = format!("To: {}\r\n\r\n", "a@b.example,".repeat(20_000));
    let comments = format!("To: {}\r\n\r\n", "(".repeat(200_000));
    let parameters = format!(
        "Content-Type: text/plain; {}\r\n\r\n",
        "boundary=x;".repeat(20_000)
    );
    for raw in [
        nested, attached, boundaries, words, addresses, comments, parameters,
    ] {
        let limits = Limits::default();
        let start = spent();
        let content = extract::content(&parse::message(raw.as_bytes(), &limits), &limits);
        let shown: String = raw.chars().take(60).collect();
        assert!(
            spent().saturating_sub(start) < LONGEST,
            "{shown:?} took {:?}",
            spent().saturating_sub(start)
        );
        assert!(is_bounded(&content, &limits), "{shown:?}");
    }
}
