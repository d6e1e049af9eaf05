//! Workers read what the gateway would read, hold no rights, and die for one part each.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use schoolgate::extract;
use schoolgate::extract::content::Content;
use schoolgate::extract::worker::ocr::Ocr;
use schoolgate::extract::worker::{self, Pool};
use schoolgate::limits::Limits;
use schoolgate::mail::gap::GapReason;
use schoolgate::parse;

use crate::files;

fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_schoolgate"))
}

/// Workers with the rights that `limits` leave them.
pub(crate) fn pool(limits: &Limits) -> Pool {
    Pool::start(program(), 1, limits).unwrap()
}

fn file(path: &str) -> (String, Vec<u8>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata")
        .join(path);
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    (name, std::fs::read(path).unwrap())
}

/// A message with these files attached.
pub(crate) fn mail(files: &[(String, Vec<u8>)]) -> Vec<u8> {
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

/// That one file is a gap for this reason, and the file after it is read.
#[track_caller]
fn costs_one_gap(pool: &Pool, hostile: &str, limits: &Limits, reason: GapReason) {
    let files = [
        file(&format!("hostile/{hostile}")),
        file("files/csv/class-list.csv"),
    ];
    let content = read_by(pool, &files, limits);
    let origin = format!("attachment {hostile}");
    assert_eq!(gaps(&content), [(origin.as_str(), reason)]);
    let mut texts = content.texts.iter();
    assert!(texts.any(|text| text.text.contains("Thornton")));
}

#[test]
fn a_worker_reads_what_the_gateway_would_read() {
    let limits = Limits::default();
    let pool = pool(&limits);
    assert_eq!(pool.missing(), [""; 0], "the sandbox is not whole here");
    for path in files::documents() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let raw = mail(&[(name, std::fs::read(&path).unwrap())]);
        let message = parse::message(&raw, &limits);
        let here = extract::content(&message, &limits);
        let there = worker::content(&pool, &message, &raw, &limits);
        assert_eq!(here.texts, there.texts, "{}", path.display());
        assert!(here.tables == there.tables, "{}", path.display());
        assert_eq!(here.attachments, there.attachments, "{}", path.display());
        assert_eq!(gaps(&here), gaps(&there), "{}", path.display());
    }
}

#[test]
fn a_reader_that_hangs_costs_one_gap() {
    let limits = Limits {
        time_per_part: Duration::from_secs(4),
        ..Limits::default()
    };
    costs_one_gap(
        &pool(&limits),
        "takes-for-ever.pdf",
        &limits,
        GapReason::TimedOut,
    );
}

#[test]
fn a_reader_that_takes_all_memory_costs_one_gap() {
    let limits = Limits {
        time_per_part: Duration::from_mins(1),
        time_per_message: Duration::from_mins(2),
        memory: 512 << 20,
        ..Limits::default()
    };
    costs_one_gap(
        &pool(&limits),
        "takes-all-memory.pdf",
        &limits,
        GapReason::Crashed,
    );
}

#[test]
fn a_reader_that_panics_costs_one_gap_and_says_nothing() {
    // A font whose code overflows an octet, which a debug build notices; found by fuzz/extract.
    let limits = Limits::default();
    let files = [
        file("hostile/breaks-its-reader.pdf"),
        file("files/csv/class-list.csv"),
    ];
    let content = read_by(&pool(&limits), &files, &limits);
    let broken = [("attachment breaks-its-reader.pdf", GapReason::Crashed)];
    let expected = if cfg!(debug_assertions) {
        &broken[..]
    } else {
        &[]
    };
    assert_eq!(gaps(&content), expected);
    let mut texts = content.texts.iter();
    assert!(texts.any(|text| text.text.contains("Thornton")));
    let folder = tempfile::tempdir().unwrap();
    let letter = folder.path().join("letter.eml");
    std::fs::write(&letter, mail(&files)).unwrap();
    let output = Command::new(program())
        .args(["check", "--config"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/school/gateway.toml"))
        .arg(letter)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn a_reader_that_nobody_watches_is_ended_by_its_processor_time() {
    let short = Limits {
        time_per_message: Duration::from_secs(2),
        ..Limits::default()
    };
    let patient = Limits {
        time_per_part: Duration::from_mins(5),
        time_per_message: Duration::from_mins(5),
        ..Limits::default()
    };
    costs_one_gap(
        &pool(&short),
        "takes-for-ever.pdf",
        &patient,
        GapReason::TimedOut,
    );
}

#[test]
fn many_hostile_files_end_the_patience_with_one_message() {
    let limits = Limits {
        time_per_part: Duration::from_millis(300),
        ..Limits::default()
    };
    let (_, bytes) = file("hostile/takes-for-ever.pdf");
    let files: Vec<(String, Vec<u8>)> = (0..20)
        .map(|number| (format!("{number}.pdf"), bytes.clone()))
        .collect();
    let content = read_by(&pool(&limits), &files, &limits);
    assert_eq!(content.gaps.len(), 20);
}

#[test]
fn a_message_has_its_time_however_many_parts_it_has() {
    let limits = Limits {
        time_per_part: Duration::from_mins(5),
        time_per_message: Duration::from_secs(3),
        ..Limits::default()
    };
    let (_, bytes) = file("hostile/takes-for-ever.pdf");
    let files: Vec<(String, Vec<u8>)> = [
        file("files/csv/class-list.csv"),
        ("1.pdf".to_owned(), bytes.clone()),
        ("2.pdf".to_owned(), bytes),
    ]
    .into();
    let start = Instant::now();
    let content = read_by(&pool(&Limits::default()), &files, &limits);
    assert!(start.elapsed() < Duration::from_mins(1));
    let late = GapReason::TimedOut;
    assert_eq!(
        gaps(&content),
        [("attachment 1.pdf", late), ("attachment 2.pdf", late)]
    );
    let mut texts = content.texts.iter();
    assert!(texts.any(|text| text.text.contains("Thornton")));
}

#[test]
fn a_program_that_is_no_worker_is_refused_at_start() {
    let limits = Limits::default();
    assert!(Pool::start(PathBuf::from("/bin/false"), 1, &limits).is_err());
    assert!(Pool::start(PathBuf::from("/no/such/program"), 1, &limits).is_err());
}

/// Does something on a machine whose kernel knows no Landlock.
fn without_landlock<T: Send + 'static>(act: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::spawn(|| {
        let rules = BTreeMap::from([(libc::SYS_landlock_create_ruleset, Vec::new())]);
        let filter = seccompiler::SeccompFilter::new(
            rules,
            seccompiler::SeccompAction::Allow,
            seccompiler::SeccompAction::Errno(libc::ENOSYS.cast_unsigned()),
            std::env::consts::ARCH.try_into().unwrap(),
        );
        let filter: seccompiler::BpfProgram = filter.unwrap().try_into().unwrap();
        seccompiler::apply_filter(&filter).unwrap();
        act()
    });
    thread.join().unwrap()
}

#[test]
fn a_kernel_that_lacks_a_mechanism_is_named() {
    let pool = without_landlock(|| pool(&Limits::default()));
    assert_eq!(pool.missing(), ["landlock"]);
    let output = without_landlock(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
        Command::new(program())
            .args(["check", "--config"])
            .arg(root.join("school/gateway.toml"))
            .arg(root.join("mail/passes/newsletter.eml"))
            .output()
            .unwrap()
    });
    assert!(output.status.success());
    let problems = String::from_utf8_lossy(&output.stderr);
    assert!(problems.contains("no landlock"), "{problems}");
}

#[test]
fn a_worker_holds_no_rights_before_it_is_asked() {
    let mut child = Command::new(program())
        .args(["extract-worker", "1073741824", "45"])
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
    let lines = |name: &str| -> Vec<String> {
        let file = std::fs::File::open(format!("/proc/{}/{name}", child.id())).unwrap();
        BufReader::new(file).lines().map(Result::unwrap).collect()
    };
    let (status, limits) = (lines("status"), lines("limits"));
    for expected in ["NoNewPrivs:\t1", "Seccomp:\t2"] {
        assert!(status.iter().any(|line| line == expected), "{status:#?}");
    }
    for expected in [
        ["Max address space", "1073741824"],
        ["Max cpu time", "45"],
        ["Max open files", "3"],
        ["Max file size", "0"],
        ["Max processes", "0"],
    ] {
        let [name, value] = expected;
        let found = limits.iter().find_map(|line| line.strip_prefix(name));
        let found = found.and_then(|rest| rest.split_whitespace().next());
        assert_eq!(found, Some(value), "{name}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Tesseract, where this machine has it.
fn tesseract() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let mut places = std::env::split_paths(&path).map(|folder| folder.join("tesseract"));
    places.find(|place| place.is_file())
}

#[test]
fn scans_are_read_where_there_is_ocr_and_are_gaps_where_there_is_none() {
    let files = [
        "files/png/screenshot.png",
        "files/tiff/scan.tiff",
        "files/pdf/scan.pdf",
    ]
    .map(file);
    let limits = Limits::default();
    let program_of_ocr = tesseract();
    let ocr = program_of_ocr.clone().map(|program| Ocr {
        program,
        language: "eng".to_owned(),
    });
    let pool = pool(&limits).with_ocr(ocr);
    let content = read_by(&pool, &files, &limits);
    let read = content
        .texts
        .iter()
        .filter(|text| text.text.contains("Amelia Thornton"));
    let origins: Vec<&str> = read.map(|text| text.origin.as_str()).collect();
    if program_of_ocr.is_some() {
        assert_eq!(
            origins,
            [
                "attachment screenshot.png, read by OCR",
                "attachment scan.tiff, read by OCR",
                "attachment scan.pdf, page 1, read by OCR"
            ]
        );
        assert_eq!(gaps(&content), []);
    } else {
        assert_eq!(origins, [""; 0]);
        let reasons: Vec<GapReason> = content.gaps.iter().map(|gap| gap.reason).collect();
        assert_eq!(reasons, [GapReason::NoOcr; 3]);
    }
}

#[test]
fn an_ocr_that_does_not_work_is_a_gap() {
    let ocr = Ocr {
        program: PathBuf::from("/bin/false"),
        language: "eng".to_owned(),
    };
    let limits = Limits::default();
    let pool = pool(&limits).with_ocr(Some(ocr));
    let content = read_by(&pool, &[file("files/pdf/scan.pdf")], &limits);
    assert_eq!(
        gaps(&content),
        [("attachment scan.pdf, page 1", GapReason::NoTextLayer)]
    );
}

/// `echo` says its arguments, which is text enough to count.
#[test]
fn ocr_reads_so_many_pictures_for_so_long() {
    let files = ["files/png/screenshot.png", "files/tiff/scan.tiff"].map(file);
    for (pictures, time, left_over) in [(2, 20, 0), (1, 20, 1), (2, 0, 2)] {
        let ocr = Ocr {
            program: PathBuf::from("/bin/echo"),
            language: "eng".to_owned(),
        };
        let limits = Limits {
            ocr_pictures: pictures,
            time_for_ocr: Duration::from_secs(time),
            ..Limits::default()
        };
        let pool = pool(&limits).with_ocr(Some(ocr));
        let content = read_by(&pool, &files, &limits);
        let reasons: Vec<GapReason> = content.gaps.iter().map(|gap| gap.reason).collect();
        assert_eq!(reasons, vec![GapReason::NoTextLayer; left_over]);
    }
}
