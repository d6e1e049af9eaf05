//! Every limit of `src/limits.rs`: what is beyond it is its gap, and what is within the default is none.
//!
//! The fields are walked by name, so that a new limit without a case here fails.

use std::path::{Path, PathBuf};
use std::time::Duration;

use schoolgate::extract;
use schoolgate::extract::content::Content;
use schoolgate::extract::worker::{self, Pool};
use schoolgate::limits::Limits;
use schoolgate::mail::gap::GapReason;
use schoolgate::parse;

use crate::damaged::zip;

/// A message, limits that it is beyond, and what comes of it.
struct Case {
    raw: Vec<u8>,
    limits: Limits,
    reason: GapReason,
}

fn case(raw: Vec<u8>, reason: GapReason, set: impl FnOnce(&mut Limits)) -> Case {
    let mut limits = Limits::default();
    set(&mut limits);
    Case {
        raw,
        limits,
        reason,
    }
}

fn mail(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = mail_builder::MessageBuilder::new()
        .from("office@oakfield.sch.uk")
        .to("a@family.example")
        .text_body("Dear all");
    for (name, bytes) in files {
        builder = builder.attachment("application/octet-stream", *name, *bytes);
    }
    builder.write_to_vec().unwrap()
}

fn document() -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/files");
    mail(&[(
        "a.pdf",
        &std::fs::read(root.join("pdf/referral.pdf")).unwrap(),
    )])
}

/// What a message beyond this limit comes to; `None` where another test shows it:
/// of the size, the dialogues in `testdata/smtp`; of the memory, `a_reader_that_takes_all_memory_costs_one_gap`;
/// of OCR, `ocr_reads_so_many_pictures_for_so_long`.
fn beyond(limit: &str) -> Option<Case> {
    let case = match limit {
        "message" | "memory" | "ocr_pictures" | "time_for_ocr" => return None,
        "time_per_part" => case(document(), GapReason::TimedOut, |limits| {
            limits.time_per_part = Duration::ZERO;
        }),
        "time_per_message" => case(document(), GapReason::TimedOut, |limits| {
            limits.time_per_message = Duration::ZERO;
        }),
        "pdf_pages" => case(document(), GapReason::TooLarge, |limits| {
            limits.pdf_pages = 0;
        }),
        "pdf_glyphs" => case(document(), GapReason::TooLarge, |limits| {
            limits.pdf_glyphs = 10;
        }),
        "nesting" | "members" | "expanded" | "ratio" | "ratio_from" => of_archives(limit),
        other => of_messages(other),
    };
    Some(case)
}

fn of_messages(limit: &str) -> Case {
    let words = "words ".repeat(40);
    let raw = mail(&[("a.txt", words.as_bytes()), ("b.txt", words.as_bytes())]);
    match limit {
        "header_block" => case(raw, GapReason::TooLarge, |limits| limits.header_block = 40),
        "header_fields" => case(raw, GapReason::TooLarge, |limits| limits.header_fields = 2),
        "mime_parts" => case(raw, GapReason::TooManyParts, |limits| limits.mime_parts = 2),
        "mime_depth" => case(raw, GapReason::TooDeep, |limits| limits.mime_depth = 0),
        "text_per_part" => case(raw, GapReason::TooLarge, |limits| {
            limits.text_per_part = 100;
        }),
        "text_per_message" => case(raw, GapReason::TooLarge, |limits| {
            limits.text_per_message = 300;
        }),
        other => panic!("{other}: a limit without a case here"),
    }
}

fn of_archives(limit: &str) -> Case {
    let words = "words ".repeat(40);
    let words = words.as_bytes();
    let inner = zip(&[("a.txt", words), ("b.txt", words)]);
    let raw = mail(&[("a.zip", &zip(&[("a.zip", &inner)]))]);
    match limit {
        "nesting" => case(raw, GapReason::TooDeep, |limits| limits.nesting = 1),
        "members" => case(raw, GapReason::TooManyParts, |limits| limits.members = 1),
        "expanded" => case(raw, GapReason::TooLarge, |limits| limits.expanded = 300),
        _ => case(raw, GapReason::TooLarge, |limits| {
            limits.ratio = 2;
            limits.ratio_from = 20;
        }),
    }
}

fn reasons(content: &Content) -> Vec<GapReason> {
    content.gaps.iter().map(|gap| gap.reason).collect()
}

#[test]
fn every_limit_has_its_gap() {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_schoolgate"));
    let pool = Pool::start(program, 1, &Limits::default()).unwrap();
    let names = serde_json::to_value(Limits::default()).unwrap();
    for limit in names.as_object().unwrap().keys() {
        let Some(case) = beyond(limit) else {
            continue;
        };
        let message = parse::message(&case.raw, &case.limits);
        let found = worker::content(&pool, &message, &case.raw, &case.limits);
        assert!(
            reasons(&found).contains(&case.reason),
            "{limit}: {:?}",
            found.gaps
        );
        let within = Limits::default();
        let message = parse::message(&case.raw, &within);
        assert_eq!(reasons(&extract::content(&message, &within)), [], "{limit}");
    }
}

#[test]
fn the_page_about_formats_names_every_limit() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/formats.md")).unwrap();
    let (_, table) = page.split_once("\n## Limits\n").unwrap();
    let names = serde_json::to_value(Limits::default()).unwrap();
    for limit in names.as_object().unwrap().keys() {
        assert!(table.contains(&format!("`{limit}`")), "no limit `{limit}`");
    }
}
