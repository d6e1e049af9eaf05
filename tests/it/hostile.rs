<<<<<<< HEAD
//! Whatever a client sends, the session does not die of it, and no message comes of it that was not ended by CRLF.CRLF.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any};
use proptest::{prop_assert, prop_assert_eq, prop_oneof, proptest};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_util::sync::CancellationToken;

use schoolgate::receive::connection::serve;
use schoolgate::receive::door::Door;
use schoolgate::receive::limits::BareLineEnds;
use schoolgate::receive::{Kind, Settings};

use crate::postbox::Postbox;

/// One thing a client may send in one piece.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let known = prop_oneof![
        Just("EHLO client.example\r\n"),
        Just("MAIL FROM:<office@oakfield.sch.uk>\r\n"),
        Just("RCPT TO:<a@family.example>\r\n"),
        Just("DATA\r\n"),
        Just("RSET\r\n"),
        Just("QUIT\r\n"),
        Just("Subject: x\r\n"),
        Just(".\r\n"),
        Just("\r\n.\r\n"),
        Just("\n.\n"),
        Just("\n.\r\n"),
        Just("\r.\r"),
        Just("\r\n.\r"),
        Just("\r"),
        Just("\n"),
        Just("."),
        Just("\0"),
    ];
    prop_oneof![
        8 => known.prop_map(|text| text.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..40),
    ]
}

/// A conversation that gets as far as DATA, then goes anywhere.
fn conversation() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let polite = [
        "EHLO x\r\n",
        "MAIL FROM:<>\r\n",
        "RCPT TO:<a@family.example>\r\n",
        "DATA\r\n",
    ];
    let polite: Vec<Vec<u8>> = polite.iter().map(|line| line.as_bytes().to_vec()).collect();
    prop_oneof![
        vec(piece(), 0..40),
        vec(piece(), 0..40).prop_map(move |rest| [polite.clone(), rest].concat()),
    ]
}

/// Plays the pieces, listening after each; the messages that came of it.
async fn play(pieces: &[Vec<u8>], bare: BareLineEnds) -> Vec<Vec<u8>> {
    let postbox = Arc::new(Postbox::default());
    let settings = Settings {
        bare_line_ends: bare,
        ..Settings::default()
    };
    let door = Door::new(settings, postbox.clone()).unwrap();
    let (mut ours, theirs) = tokio::io::duplex(1 << 16);
    let client = IpAddr::from([127, 0, 0, 1]);
    let session = tokio::spawn(serve(
        theirs,
        client,
        Kind::Relay,
        door,
        CancellationToken::new(),
    ));
    let mut heard = vec![0; 4_096];
    for piece in [Vec::new()].iter().chain(pieces) {
        if ours.write_all(piece).await.is_err() {
            break;
        }
        let moment = Duration::from_millis(1);
        while tokio::time::timeout(moment, ours.read(&mut heard))
            .await
            .is_ok_and(|read| read.is_ok_and(|n| n > 0))
        {}
    }
    drop(ours);
    drop(session.await.expect("the session does not panic"));
    std::iter::from_fn(|| postbox.take())
        .map(|(_, raw)| raw)
        .collect()
}

/// The message as its client sent it: without the two headers of the door, its dots doubled again.
fn as_sent(raw: &[u8]) -> Vec<u8> {
    let text: Vec<&[u8]> = raw
        .split_inclusive(|octet| *octet == b'\n')
        .skip(4)
        .collect();
    let mut sent = Vec::new();
    for line in text {
        if line.starts_with(b".") {
            sent.push(b'.');
        }
        sent.extend_from_slice(line);
    }
    sent
}

fn played(pieces: &[Vec<u8>], bare: BareLineEnds) -> Vec<Vec<u8>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build();
    runtime.unwrap().block_on(play(pieces, bare))
}

proptest! {
    #[test]
    fn no_message_comes_of_what_was_not_ended_by_crlf_dot_crlf(pieces in conversation()) {
        let sent = pieces.concat();
        for message in played(&pieces, BareLineEnds::Refuse) {
            let whole = [b"\r\n".to_vec(), as_sent(&message), b".\r\n".to_vec()].concat();
            let found = sent.windows(whole.len()).any(|window| window == whole);
            prop_assert!(found, "{:?} of {:?}", String::from_utf8_lossy(&whole), String::from_utf8_lossy(&sent));
        }
    }

    #[test]
    fn a_message_has_no_bare_line_end_and_no_nul_whatever_is_configured(pieces in conversation()) {
        for bare in [BareLineEnds::Refuse, BareLineEnds::Normalise] {
            for message in played(&pieces, bare) {
                let text = String::from_utf8_lossy(&message).replace("\r\n", "");
                prop_assert_eq!(text.find(['\r', '\n', '\0']), None);
            }
        }
=======
//! Damaged and malicious files and messages: never a panic, never a hang, never beyond the limits.

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use proptest::prelude::{ProptestConfig, any, prop_assert, proptest};
use proptest::sample::Index;
use schoolgate::extract::content::{self, Content};
use schoolgate::limits::Limits;
use schoolgate::mail::gap::GapReason;
use schoolgate::parse::message;

use crate::files::attached;

const LONGEST: Duration = Duration::from_secs(5);

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
        let start = Instant::now();
        let content = content::content(&attached("damaged", bytes), &limits);
        prop_assert!(start.elapsed() < LONGEST, "{}", path.display());
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
        let content = content::content(&message::message(&raw, &limits), &limits);
        prop_assert!(is_bounded(&content, &limits));
    }

    #[test]
    fn any_octets_are_a_message(raw in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let limits = Limits::default();
        let content = content::content(&message::message(&raw, &limits), &limits);
        prop_assert!(is_bounded(&content, &limits));
    }
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
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
    let start = Instant::now();
    let content = content::content(&attached(name, bytes), limits);
    assert!(
        start.elapsed() < LONGEST,
        "{name} took {:?}",
        start.elapsed()
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
    let content = content::content(&attached("sparse.xlsx", bytes), &Limits::default());
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
        let start = Instant::now();
        let content = content::content(&message::message(raw.as_bytes(), &limits), &limits);
        let shown: String = raw.chars().take(60).collect();
        assert!(
            start.elapsed() < LONGEST,
            "{shown:?} took {:?}",
            start.elapsed()
        );
        assert!(is_bounded(&content, &limits), "{shown:?}");
>>>>>>> 7aa4f1b (Damaged files, bombs and messages made to cost time end at their limits)
    }
}
