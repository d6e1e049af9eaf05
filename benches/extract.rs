//! How fast files are read, by format, and what the worker costs: `cargo bench --bench extract`.
//!
//! Every document of `testdata/files` is read over and over, as the only attachment of a message: in this process,
//! and in a fresh worker for each, as the gateway reads it.
//! The documents are small, so the figures say what a message costs rather than what a gigabyte would.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "a benchmark prints its figures and stops where it cannot go on"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use schoolgate::extract;
use schoolgate::extract::content::Content;
use schoolgate::extract::worker::{self, Pool};
use schoolgate::limits::Limits;
use schoolgate::parse;

/// Long enough for a steady figure.
const WHILE: Duration = Duration::from_millis(400);

/// Documents of one format, each as a message of its own.
#[derive(Default)]
struct Format {
    octets: usize,
    messages: Vec<Vec<u8>>,
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

fn formats() -> BTreeMap<String, Format> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/files");
    let mut formats: BTreeMap<String, Format> = BTreeMap::new();
    for folder in entries(&root) {
        let called = folder.file_name().unwrap().to_string_lossy().into_owned();
        let format = formats.entry(called).or_default();
        let documents = entries(&folder).into_iter();
        for path in documents.filter(|path| path.extension().is_some_and(|end| end != "snap")) {
            let bytes = fs::read(&path).unwrap();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            format.octets += bytes.len();
            let message = mail_builder::MessageBuilder::new()
                .from("office@oakfield.sch.uk")
                .to("a@family.example")
                .attachment("application/octet-stream", name, bytes);
            format.messages.push(message.write_to_vec().unwrap());
        }
    }
    formats
}

/// Seconds for all messages of a format, once.
fn seconds(format: &Format, read: impl Fn(&[u8]) -> Content) -> f64 {
    let (start, mut rounds) = (Instant::now(), 0_u32);
    while start.elapsed() < WHILE {
        for raw in &format.messages {
            std::hint::black_box(read(raw));
        }
        rounds += 1;
    }
    start.elapsed().as_secs_f64() / f64::from(rounds)
}

fn exact(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

fn main() {
    let limits = Limits::default();
    let program = PathBuf::from(env!("CARGO_BIN_EXE_schoolgate"));
    let pool = Pool::start(program, 3, &limits).unwrap();
    println!(
        "{:8} {:>5} {:>9} {:>12} {:>12} {:>12} {:>12}",
        "format", "files", "octets", "MB/s", "ms a file", "in a worker", "it costs"
    );
    for (name, format) in formats() {
        let here = seconds(&format, |raw| {
            extract::content(&parse::message(raw, &limits), &limits)
        });
        let there = seconds(&format, |raw| {
            worker::content(&pool, &parse::message(raw, &limits), raw, &limits)
        });
        let files = exact(format.messages.len());
        println!(
            "{name:8} {files:>5} {:>9} {:>12.1} {:>12.2} {:>12.2} {:>12.2}",
            format.octets,
            exact(format.octets) / here / 1e6,
            here * 1e3 / files,
            there * 1e3 / files,
            (there - here) * 1e3 / files,
        );
    }
}
