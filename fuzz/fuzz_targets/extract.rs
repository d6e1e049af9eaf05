//! Any octets with any name are an attachment: reading them never panics and stays within the limits.
//!
//! What hangs is ended by `-timeout=20`, what takes all memory by `-rss_limit_mb=2048`.
//! The first line of the input is the name, the rest the content. A panic of our own ends the run; one of a crate that
//! reads a format is the gap that the gateway makes of it. Make seeds of the documents with
//! `for f in testdata/files/*/*; do { basename "$f"; cat "$f"; } > fuzz/corpus/extract/"${f##*/}"; done`
#![no_main]

use libfuzzer_sys::fuzz_target;
use schoolgate::extract;
use schoolgate::limits::Limits;
use schoolgate::mail::origin::Origin;
use schoolgate::parse::message::{Flow, Message, Part, PartRole};

/// Of the limits of the gateway a small part, so that a bomb costs milliseconds.
fn limits() -> Limits {
    Limits {
        expanded: 8 << 20,
        text_per_part: 1 << 20,
        text_per_message: 2 << 20,
        members: 500,
        pdf_pages: 50,
        pdf_glyphs: 50_000,
        ..Limits::default()
    }
}

/// Lets only panics of our own end the run.
fn forgive_crates() {
    let ending = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let of_a_crate = |at: &std::panic::Location<'_>| at.file().contains("/registry/");
        if !panic.location().is_some_and(of_a_crate) {
            ending(panic);
        }
    }));
}

fuzz_target!(init: forgive_crates(), |input: &[u8]| {
    let end = input.iter().take(60).position(|octet| *octet == b'\n');
    let (name, bytes) = match end {
        Some(end) => (&input[..end], &input[end + 1..]),
        None => (&b"file"[..], input),
    };
    let part = Part {
        origin: Origin::new("attachment file"),
        role: PartRole::Attachment,
        media_type: "application/octet-stream".to_owned(),
        charset: None,
        flow: Flow::Fixed,
        name: Some(String::from_utf8_lossy(name).into_owned()),
        bytes: bytes.to_vec(),
    };
    let message = Message {
        parts: vec![part],
        ..Message::default()
    };
    let limits = limits();
    let content = extract::content(&message, &limits);
    let text: usize = content.texts.iter().map(|text| text.text.len()).sum();
    assert!(text <= limits.text_per_message, "{text} octets of text");
    let files = content.attachments.len();
    assert!(files <= 2 * limits.members + 2, "{files} files");
});
