//! Any octets as a message: parsing never panics, keeps its limits, multiplies nothing and takes linear time.
//!
//! An input whose first octet is odd is cut at 0xFF into a beginning, a piece that is repeated, and an end:
//! what takes quadratic time on a quarter of a mebibyte runs into the fuzzer's time-out.
#![no_main]

use libfuzzer_sys::fuzz_target;

use schoolgate::limits::Limits;
use schoolgate::parse;
use schoolgate::parse::message::{Message, PartRole};

/// Octets of a message made by repeating.
const REPEATED: usize = 256 * 1024;
/// How often an octet of a message may be in its parts: once as declared, and in every other reading there is.
const READINGS: usize = 8;

fn repeated(octets: &[u8]) -> Vec<u8> {
    let mut pieces = octets.splitn(3, |octet| *octet == 0xff);
    let mut next = || pieces.next().unwrap_or_default();
    let (beginning, piece, end) = (next(), next(), next());
    let times = REPEATED / piece.len().max(1);
    [beginning, &piece.repeat(times), end].concat()
}

fn check(message: &Message, raw: &[u8], limits: &Limits) {
    let declared = |role: PartRole| role != PartRole::Stray;
    let parts = message.parts.iter().filter(|part| declared(part.role));
    assert!(parts.count() <= limits.mime_parts);
    let octets: usize = message.parts.iter().map(|part| part.bytes.len()).sum();
    assert!(octets <= READINGS * raw.len() + 64 * message.parts.len());
    let headers = &message.headers;
    assert!(headers.fields.len() <= limits.header_fields);
    let mailboxes = [
        &headers.from,
        &headers.reply_to,
        &headers.to,
        &headers.cc,
        &headers.bcc,
    ];
    let mailboxes: usize = mailboxes.iter().map(|list| list.len()).sum();
    assert!(mailboxes <= raw.len());
    assert!(message.gaps.len() <= 2 * message.parts.len() + 1);
}

fuzz_target!(|input: &[u8]| {
    let limits = Limits::default();
    let raw = match input.split_first() {
        Some((first, octets)) if first % 2 == 1 => repeated(octets),
        Some((_, octets)) => octets.to_vec(),
        None => Vec::new(),
    };
    let message = parse::message(&raw, &limits);
    check(&message, &raw, &limits);
    // An attached message is read in its turn.
    for part in message.parts.iter().take(4) {
        let attached = parse::message(&part.bytes, &limits);
        check(&attached, &part.bytes, &limits);
    }
});
