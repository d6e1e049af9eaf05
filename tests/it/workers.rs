//! Workers read what the gateway would read, hold no rights, and die for one part each.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use schoolgate::extract;
use schoolgate::extract::content::Content;
use schoolgate::extract::worker::{self, Pool};
use schoolgate::limits::Limits;
use schoolgate::mail::gap::GapReason;
use schoolgate::parse;

fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_schoolgate"))
}

fn file(path: &str) -> (String, Vec<u8>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata")
        .join(path);
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    (name, std::fs::read(path).unwrap())
}

/// A message with these files attached.
fn mail(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut builder = mail_builder::MessageBuilder::new()
        .from("office@oakfield.sch.uk")
        .to("a@family.example")
        .subject("Files")
        .text_body("Dear all, files attached.");
    for (name, bytes) in files {
        builder = builder.attachment("application/octet-stream", name.as_str(), bytes.as_slice());
    }
    builder.write_to_vec().unwrap()
}

fn read_by(pool: &Pool, files: &[(String, Vec<u8>)], limits: &Limits) -> Content {
    let raw = mail(files);
    worker::content(pool, &parse::message(&raw, limits), &raw, limits)
}

fn gaps(content: &Content) -> Vec<(&str, GapReason)> {
    content
        .gaps
        .iter()
        .map(|gap| (gap.origin.as_str(), gap.reason))
        .collect()
}

#[test]
fn a_worker_reads_what_the_gateway_would_read() {
    let limits = Limits::default();
    let pool = Pool::start(program(), 2).unwrap();
    assert_eq!(pool.missing(), [""; 0], "the sandbox is not whole here");
    let files = [
        "docx/referral.docx",
        "xlsx/class-list.xlsx",
        "pdf/form-and-scan.pdf",
        "doc/referral.doc",
        "zip/nested.zip",
    ];
    let files = files.map(|path| file(&format!("files/{path}")));
    let raw = mail(&files);
    let message = parse::message(&raw, &limits);
    let here = extract::content(&message, &limits);
    let there = worker::content(&pool, &message, &raw, &limits);
    assert_eq!(here.texts, there.texts);
    assert!(here.tables == there.tables);
    assert_eq!(here.attachments, there.attachments);
    assert_eq!(gaps(&here), gaps(&there));
}

#[test]
fn a_reader_that_hangs_costs_one_gap() {
    let limits = Limits {
        time_per_part: Duration::from_secs(4),
        ..Limits::default()
    };
    let pool = Pool::start(program(), 1).unwrap();
    let files = [
        file("hostile/takes-for-ever.pdf"),
        file("files/csv/class-list.csv"),
    ];
    let content = read_by(&pool, &files, &limits);
    assert_eq!(
        gaps(&content),
        [("attachment takes-for-ever.pdf", GapReason::TimedOut)]
    );
    assert!(
        content
            .texts
            .iter()
            .any(|text| text.text.contains("Thornton"))
    );
}

#[test]
fn a_reader_that_takes_all_memory_costs_one_gap() {
    let limits = Limits {
        time_per_part: Duration::from_mins(1),
        ..Limits::default()
    };
    let pool = Pool::start(program(), 1).unwrap();
    let files = [
        file("hostile/takes-all-memory.pdf"),
        file("files/csv/class-list.csv"),
    ];
    let content = read_by(&pool, &files, &limits);
    assert_eq!(
        gaps(&content),
        [("attachment takes-all-memory.pdf", GapReason::Crashed)]
    );
    assert!(
        content
            .texts
            .iter()
            .any(|text| text.text.contains("Thornton"))
    );
}

#[test]
fn many_hostile_files_end_the_patience_with_one_message() {
    let limits = Limits {
        time_per_part: Duration::from_millis(300),
        ..Limits::default()
    };
    let pool = Pool::start(program(), 1).unwrap();
    let (_, bytes) = file("hostile/takes-for-ever.pdf");
    let files: Vec<(String, Vec<u8>)> = (0..20)
        .map(|number| (format!("{number}.pdf"), bytes.clone()))
        .collect();
    let content = read_by(&pool, &files, &limits);
    assert_eq!(content.gaps.len(), 20);
}

#[test]
fn a_program_that_is_no_worker_is_refused_at_start() {
    assert!(Pool::start(PathBuf::from("/bin/false"), 1).is_err());
    assert!(Pool::start(PathBuf::from("/no/such/program"), 1).is_err());
}

#[test]
fn a_worker_holds_no_rights_before_it_is_asked() {
    let mut child = Command::new(program())
        .arg("extract-worker")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut hello = [0; 8];
    child
        .stdout
        .as_mut()
        .unwrap()
        .read_exact(&mut hello)
        .unwrap();
    let status = std::fs::File::open(format!("/proc/{}/status", child.id())).unwrap();
    let lines: Vec<String> = BufReader::new(status).lines().map(Result::unwrap).collect();
    for expected in ["NoNewPrivs:\t1", "Seccomp:\t2"] {
        assert!(
            lines.iter().any(|line| line == expected),
            "{expected} is not in {lines:#?}"
        );
    }
    child.kill().unwrap();
    child.wait().unwrap();
}
