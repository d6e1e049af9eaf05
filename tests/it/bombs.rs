//! Files of a few kilobytes made to become terabytes: each ends at its limit, in a worker, with its gap.
//!
//! All are made here; those that reproduce themselves are read where `SCHOOLGATE_CORPORA` has them.

use std::io::{Cursor, Write};
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use flate2::{Compress, Compression, Crc, FlushCompress};

use schoolgate::extract::content::Content;
use schoolgate::extract::worker::{self, Pool};
use schoolgate::limits::Limits;
use schoolgate::mail::gap::GapReason;
use schoolgate::parse;

const MIB: usize = 1 << 20;

fn pool() -> &'static Pool {
    static POOL: OnceLock<Pool> = OnceLock::new();
    POOL.get_or_init(|| {
        let program = PathBuf::from(env!("CARGO_BIN_EXE_schoolgate"));
        Pool::start(program, 1, &Limits::default()).unwrap()
    })
}

fn read(name: &str, bytes: &[u8]) -> Content {
    let limits = Limits {
        // The clock is not what ends any of these.
        time_per_part: Duration::from_mins(2),
        time_per_message: Duration::from_mins(2),
        ..Limits::default()
    };
    let raw = mail_builder::MessageBuilder::new()
        .from("office@oakfield.sch.uk")
        .to("a@family.example")
        .attachment("application/octet-stream", name, bytes)
        .write_to_vec()
        .unwrap();
    let message = parse::message(&raw, &limits);
    let content = worker::content(pool(), &message, &raw, &limits);
    let text: usize = content.texts.iter().map(|text| text.text.len()).sum();
    assert!(text <= limits.text_per_message, "{name}: {text} octets");
    content
}

#[track_caller]
fn ends_in(name: &str, bytes: &[u8], reason: GapReason) {
    let content = read(name, bytes);
    let reasons: Vec<GapReason> = content.gaps.iter().map(|gap| gap.reason).collect();
    assert!(reasons.contains(&reason), "{name}: {reasons:?}");
    assert!(reasons.len() < 100, "{name}: {} gaps", reasons.len());
}

/// Deflate blocks (RFC 1951) that end on an octet, so that they can be put in a row.
fn blocks(bytes: &[u8]) -> Vec<u8> {
    let mut deflate = Compress::new(Compression::best(), false);
    let mut out = Vec::with_capacity(bytes.len() / 500 + 1_024);
    deflate
        .compress_vec(bytes, &mut out, FlushCompress::Full)
        .unwrap();
    assert_eq!(deflate.total_in(), bytes.len() as u64);
    out
}

/// The last block of a stream, with nothing in it.
const LAST: [u8; 5] = [1, 0, 0, 0xff, 0xff];

/// Four gibibytes of spaces.
fn four_gibibytes() -> Vec<u8> {
    blocks(&vec![b' '; 16 * MIB]).repeat(256)
}

/// Compressed members of a zip, by hand, because no writer makes these.
struct Member<'a> {
    name: &'a str,
    crc: u32,
    packed: u32,
    size: u32,
    at: u32,
}

impl Member<'_> {
    fn fields(&self) -> Vec<u8> {
        let mut out = vec![20, 0, 0, 0, 8, 0, 0, 0, 0x21, 0x5b];
        for word in [self.crc, self.packed, self.size] {
            out.extend(word.to_le_bytes());
        }
        out.extend(u16::try_from(self.name.len()).unwrap().to_le_bytes());
        out.extend([0, 0]);
        out
    }

    fn local_header(&self) -> Vec<u8> {
        [b"PK\x03\x04", &self.fields()[..], self.name.as_bytes()].concat()
    }

    fn directory_entry(&self) -> Vec<u8> {
        let mut out = b"PK\x01\x02\x14\0".to_vec();
        out.extend(self.fields());
        out.extend([0; 10]);
        out.extend(self.at.to_le_bytes());
        out.extend(self.name.as_bytes());
        out
    }
}

fn with_directory(mut files: Vec<u8>, members: &[Member<'_>]) -> Vec<u8> {
    let start = u32::try_from(files.len()).unwrap();
    let directory: Vec<u8> = members.iter().flat_map(Member::directory_entry).collect();
    let count = u16::try_from(members.len()).unwrap().to_le_bytes();
    files.extend(&directory);
    files.extend(b"PK\x05\x06\0\0\0\0");
    files.extend(count.iter().chain(&count));
    files.extend(u32::try_from(directory.len()).unwrap().to_le_bytes());
    files.extend(start.to_le_bytes());
    files.extend([0, 0]);
    files
}

/// A zip of one member whose packed octets are given.
fn zip_of(name: &str, packed: &[u8], size: u32) -> Vec<u8> {
    let member = Member {
        name,
        crc: 0,
        packed: u32::try_from(packed.len()).unwrap(),
        size,
        at: 0,
    };
    let file = [&member.local_header(), packed].concat();
    with_directory(file, &[member])
}

#[test]
fn six_kilobytes_that_are_256_gibibytes() {
    let mut bomb = vec![0; 4 * MIB];
    let mut expands_to = bomb.len();
    for (level, ending) in ["txt", "zip", "zip", "zip"].into_iter().enumerate() {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default().compression_level(Some(9));
        for number in 0..16 {
            let name = format!("{level}-{number}.{ending}");
            writer.start_file(name, options).unwrap();
            writer.write_all(&bomb).unwrap();
        }
        bomb = writer.finish().unwrap().into_inner();
        expands_to *= 16;
    }
    assert_eq!(expands_to, 256 << 30);
    assert!(bomb.len() < 64 << 10, "{} octets", bomb.len());
    ends_in("nested.zip", &bomb, GapReason::TooLarge);
}

#[test]
fn members_that_share_their_octets() {
    // Each member's stream begins with a stored block that quotes the next member's header (Fifield 2019).
    const MEMBERS: usize = 250;
    let kernel = [&blocks(&vec![0; 4 * MIB])[..], &LAST].concat();
    let names: Vec<String> = (0..MEMBERS).map(|n| format!("{n:03}.txt")).collect();
    let mut crc = Crc::new();
    crc.update(&vec![0; 4 * MIB]);
    let mut members: Vec<Member<'_>> = Vec::new();
    let mut stream = kernel;
    let mut size = 4 * MIB;
    for name in names.iter().rev() {
        let member = Member {
            name,
            crc: crc.sum(),
            packed: u32::try_from(stream.len()).unwrap(),
            size: u32::try_from(size).unwrap(),
            at: 0,
        };
        let header = member.local_header();
        let length = u16::try_from(header.len()).unwrap();
        let mut quoted = vec![0];
        quoted.extend(length.to_le_bytes());
        quoted.extend((!length).to_le_bytes());
        quoted.extend(&header);
        let mut whole = Crc::new();
        whole.update(&header);
        whole.combine(&crc);
        crc = whole;
        stream = [quoted, stream].concat();
        size += header.len();
        members.push(member);
    }
    members.reverse();
    let files = stream.get(5..).unwrap().to_vec();
    for (number, member) in members.iter_mut().enumerate() {
        let step = member.local_header().len() + 5;
        member.at = u32::try_from(number * step).unwrap();
    }
    let bomb = with_directory(files, &members);
    assert!(bomb.len() < 64 << 10, "{} octets", bomb.len());
    ends_in("overlapping.zip", &bomb, GapReason::TooLarge);
}

#[test]
fn two_members_with_the_same_octets_are_malformed() {
    let stream = [&blocks(b"Dear all")[..], &LAST].concat();
    let mut crc = Crc::new();
    crc.update(b"Dear all");
    let member = |name| Member {
        name,
        crc: crc.sum(),
        packed: u32::try_from(stream.len()).unwrap(),
        size: 8,
        at: 0,
    };
    let file = [&member("a.txt").local_header()[..], &stream].concat();
    let zip = with_directory(file, &[member("a.txt"), member("b.txt")]);
    ends_in("twice.zip", &zip, GapReason::Malformed);
}

#[test]
fn a_gzip_of_four_gibibytes() {
    let head = b"\x1f\x8b\x08\0\0\0\0\0\0\xff";
    let bomb = [&head[..], &four_gibibytes(), &LAST, &[0; 8]].concat();
    ends_in("spaces.txt.gz", &bomb, GapReason::TooLarge);
}

#[test]
fn a_document_part_of_four_gibibytes() {
    let body = blocks(b"<w:document><w:body><w:p><w:r><w:t>");
    let packed = [body, four_gibibytes(), LAST.to_vec()].concat();
    let bomb = zip_of("word/document.xml", &packed, u32::MAX - 1);
    ends_in("large.docx", &bomb, GapReason::TooLarge);
}

#[test]
fn an_object_stream_of_four_gibibytes() {
    let (catalog, pages) = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[]/Count 0>>",
    );
    let objects = format!("1 0 2 40 {catalog:<40}{pages:<40}");
    let head = b"%PDF-1.7\n3 0 obj\n".len();
    let packed = [
        &b"\x78\x9c"[..],
        &blocks(objects.as_bytes()),
        &four_gibibytes(),
        &LAST,
        &[0; 4],
    ]
    .concat();
    let stream = format!(
        "%PDF-1.7\n3 0 obj\n<</Type/ObjStm/N 2/First 9/Filter/FlateDecode/Length {}>>\nstream\n",
        packed.len()
    );
    let mut pdf = [stream.as_bytes(), &packed, b"\nendstream\nendobj\n"].concat();
    let at = pdf.len();
    let table = [
        [0, 0, 0],
        [2, 3, 0],
        [2, 3, 1],
        [1, head - 8, 0],
        [1, at, 0],
    ];
    pdf.extend(b"4 0 obj\n<</Type/XRef/Size 5/W[1 4 1]/Root 1 0 R/Length 30>>\nstream\n");
    for [kind, value, index] in table {
        pdf.push(u8::try_from(kind).unwrap());
        pdf.extend(u32::try_from(value).unwrap().to_be_bytes());
        pdf.push(u8::try_from(index).unwrap());
    }
    pdf.extend(b"\nendstream\nendobj\n");
    pdf.extend(format!("startxref\n{at}\n%%EOF\n").as_bytes());
    // The reader of PDFs has no limit of its own: its process has.
    ends_in("objects.pdf", &pdf, GapReason::Crashed);
}

#[test]
fn messages_in_messages_in_messages() {
    let attached = "Content-Type: message/rfc822\r\n\r\n".repeat(20_000);
    ends_in("deep.eml", attached.as_bytes(), GapReason::TooDeep);
    let parts = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n".repeat(20_000);
    let parts = format!("From: a@x.example\r\n{parts}");
    ends_in("nested.eml", parts.as_bytes(), GapReason::TooDeep);
}

#[test]
fn archives_that_hold_themselves() {
    let Some(corpora) = std::env::var_os("SCHOOLGATE_CORPORA") else {
        eprintln!("SCHOOLGATE_CORPORA is not set: archives that hold themselves were not read");
        return;
    };
    for name in ["droste.zip", "quine.gz"] {
        let path = PathBuf::from(&corpora).join("tika-documents").join(name);
        ends_in(name, &std::fs::read(path).unwrap(), GapReason::TooDeep);
    }
}
