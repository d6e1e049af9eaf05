//! Mail and documents that nobody here wrote: nothing panics, nothing takes long, gaps are counted.
//!
//! Runs where `SCHOOLGATE_CORPORA` names the folder, and says so where it does not.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use schoolgate::extract;
use schoolgate::extract::content::Place;
use schoolgate::extract::worker::{self, Pool};
use schoolgate::limits::Limits;
use schoolgate::mail::gap::GapReason;
use schoolgate::parse;
use schoolgate::parse::message::Message;

use crate::damaged::spent;
use crate::workers;

/// Of the processor's time.
const LONGEST: Duration = Duration::from_secs(1);

/// The folder, where there is one.
pub(crate) fn corpora() -> Option<PathBuf> {
    let folder = std::env::var_os("SCHOOLGATE_CORPORA").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("SCHOOLGATE_CORPORA is not set: messages from outside were not read");
    }
    folder
}

/// Every file of a folder and of those below it, but for notes about it.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else if !path.file_name().unwrap().to_string_lossy().starts_with('_') {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Reads every file below `folder` as `message` makes a message of it; gaps by reason.
fn read_all(folder: &str, message: fn(&Path, &[u8]) -> Message) -> BTreeMap<&'static str, usize> {
    let mut gaps = BTreeMap::new();
    let Some(corpora) = corpora() else {
        return gaps;
    };
    let files = files_below(&corpora.join(folder));
    assert!(!files.is_empty(), "{folder} is empty");
    let limits = Limits::default();
    for path in files {
        let raw = std::fs::read(&path).unwrap();
        let start = spent();
        let content = extract::content(&message(&path, &raw), &limits);
        let taken = spent().saturating_sub(start);
        assert!(taken < LONGEST, "{} took {taken:?}", path.display());
        for gap in &content.gaps {
            *gaps.entry(gap.reason.as_str()).or_default() += 1;
        }
    }
    eprintln!("{folder}: {gaps:?}");
    gaps
}

fn mail(_: &Path, raw: &[u8]) -> Message {
    parse::message(raw, &Limits::default())
}

#[test]
fn ordinary_mail_is_read_without_gaps() {
    let gaps = read_all("spamassassin-public/easy_ham", mail);
    assert!(
        gaps.values().sum::<usize>() <= 25,
        "more gaps than one message in a hundred: {gaps:?}"
    );
}

#[test]
fn torture_messages_and_bounces_are_read() {
    for folder in ["mime4j-testmsgs", "zbateson-mmp", "sisimai-bounces"] {
        let gaps = read_all(folder, mail);
        assert!(!gaps.contains_key("crashed"), "{folder}: {gaps:?}");
    }
}

/// The ending of a file's name, in lower case.
pub(crate) fn extension(path: &Path) -> String {
    let ending = path.extension().unwrap_or_default();
    ending.to_string_lossy().to_lowercase()
}

/// The endings of a kind of files.
const KINDS: [(&str, &str); 13] = [
    ("Word", "docx docm dotx dotm doc dot"),
    ("Excel", "xlsx xlsm xltx xltm xlsb xls xlt xlr"),
    ("PowerPoint", "pptx pptm ppsx ppsm potm thmx ppt"),
    (
        "OpenDocument, OpenOffice",
        "odt ods odp odg odf odb sxw sxc sxi sxd stw fodt fods fodp",
    ),
    ("rich text", "rtf"),
    ("PDF", "pdf ai fdf"),
    (
        "web pages, XML, text",
        "html xml txt csv json md xmp rdf rss atom svg kml vtt srt ttml js css c cpp h java groovy bat \
         properties sas m vcs ics dif dita ditamap bib enw fb2 tmx xlf xfdf xdp nls",
    ),
    ("Outlook and mail", "msg eml emlx mbox mhtml pst"),
    (
        "archives",
        "zip 7z rar tar tgz tbz2 gz bz2 xz zst z cab jar war ear ar cpio lz4 sz br zlib zlib0 zlib5 zlib9 z01",
    ),
    (
        "pictures",
        "jpg png gif tif bmp webp heic avif psd emf wmf bpg jp2 jxl icns pcx pct pbm pgm ppm djvu dng cr2 nef arw svgz pef",
    ),
    (
        "sound and film",
        "mp3 mp4 m4a ogg oga opus flac wav aif aac ac3 au amr mid mkv mov webm wma wmv asf asx flv",
    ),
    (
        "keys, signatures, ciphertext",
        "p7m p7s p7c p7 p7z p12 pem der jks gpg axx tsd",
    ),
    (
        "old and rare office files",
        "pages numbers key hwp one pub vsd vsdx vsdm vssm vssx vstm vstx mpp wps wpd wp wk1 wk3 wk4 wks wq1 wq2 wb1 \
         wb2 wb3 qpw 123 sda sdc sdd sdw vor shw wri xps epub mif",
    ),
];

fn kind(path: &Path) -> &'static str {
    let ending = extension(path);
    let known = |list: &str| list.split_whitespace().any(|known| known == ending);
    let found = KINDS.iter().find(|(_, endings)| known(endings));
    found.map_or("everything else", |(kind, _)| kind)
}

/// What became of the files of one kind.
#[derive(Default)]
struct Row {
    files: usize,
    text: usize,
    gaps: BTreeMap<&'static str, usize>,
    broken: usize,
}

/// One document as the only attachment of a message, read in a worker; the time it took.
fn in_a_worker(pool: &Pool, path: &Path, row: &mut Row) -> Duration {
    let limits = Limits::default();
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let raw = workers::mail(&[(name, std::fs::read(path).unwrap())]);
    let message = parse::message(&raw, &limits);
    let start = Instant::now();
    let content = worker::content(pool, &message, &raw, &limits);
    let taken = start.elapsed();
    let read = content.texts.iter().filter(|text| {
        text.origin.as_str().starts_with("attachment ") && text.place != Place::FileName
    });
    row.files += 1;
    row.text += usize::from(read.count() > 0);
    let mut reasons: Vec<GapReason> = content.gaps.iter().map(|gap| gap.reason).collect();
    reasons.sort_unstable();
    reasons.dedup();
    let broken = [GapReason::Crashed, GapReason::TimedOut];
    row.broken += usize::from(reasons.iter().any(|reason| broken.contains(reason)));
    for reason in reasons {
        *row.gaps.entry(reason.as_str()).or_default() += 1;
    }
    let octets: usize = content.texts.iter().map(|text| text.text.len()).sum();
    let path = path.display();
    assert!(octets <= limits.text_per_message, "{path}: {octets}");
    assert!(content.attachments.len() <= limits.members + 1, "{path}");
    assert!(taken < limits.time_per_message, "{path}: {taken:?}");
    taken
}

#[test]
fn documents_in_sixty_formats_are_read_in_workers() {
    let Some(corpora) = corpora() else {
        return;
    };
    let pool = workers::pool(&Limits::default());
    let mut rows: BTreeMap<&str, Row> = BTreeMap::new();
    let mut slowest = Duration::ZERO;
    for path in files_below(&corpora.join("tika-documents")) {
        let row = rows.entry(kind(&path)).or_default();
        slowest = slowest.max(in_a_worker(&pool, &path, row));
    }
    eprintln!("| kind | files | with text | with a gap of this kind | broke a reader |");
    eprintln!("|---|---|---|---|---|");
    for kind in KINDS
        .map(|(kind, _)| kind)
        .into_iter()
        .chain(["everything else"])
    {
        let row = rows.entry(kind).or_default();
        let gaps = row.gaps.iter().map(|(why, count)| format!("{count} {why}"));
        let gaps = gaps.collect::<Vec<_>>().join(", ");
        eprintln!(
            "| {kind} | {} | {} | {gaps} | {} |",
            row.files, row.text, row.broken
        );
    }
    let files: usize = rows.values().map(|row| row.files).sum();
    let broken: usize = rows.values().map(|row| row.broken).sum();
    eprintln!("{files} files, the slowest in {} ms", slowest.as_millis());
    assert!(files > 1_000, "only {files} files");
    assert!(broken <= 3, "{broken} files broke their reader");
}
