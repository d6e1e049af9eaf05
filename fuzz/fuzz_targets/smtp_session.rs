//! Any octets, cut into pieces at 0xFF, as a client of the door.
//!
//! No panic; every reply is a line a client can read; no message has a bare line end or a NUL;
//! and there are no more messages than the client ended, whatever stands around their ends.
#![no_main]

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_util::sync::CancellationToken;

use schoolgate::mail::envelope::Envelope;
use schoolgate::mail::id::MessageId;
use schoolgate::mail::outcome::{Answer, Handler, Outcome};
use schoolgate::receive::connection::serve;
use schoolgate::receive::door::Door;
use schoolgate::receive::limits::BareLineEnds;
use schoolgate::receive::{Kind, Settings};

/// Looks at every message, counts it and takes it.
#[derive(Default)]
struct Inspector(AtomicUsize);

impl Handler for Inspector {
    fn handle(&self, id: MessageId, envelope: Envelope, raw: Vec<u8>) -> Answer<'_> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            assert!(!envelope.recipients.is_empty());
            assert!(raw.ends_with(b"\n"));
            let text = String::from_utf8_lossy(&raw).replace("\r\n", "");
            assert_eq!(text.find(['\r', '\n', '\0']), None);
            Ok(Outcome::Accepted(id))
        })
    }
}

async fn play(bare: BareLineEnds, octets: &[u8]) {
    let settings = Settings {
        bare_line_ends: bare,
        ..Settings::default()
    };
    let inspector = Arc::new(Inspector::default());
    let door = Door::new(settings, inspector.clone()).expect("random numbers");
    let (mut ours, theirs) = tokio::io::duplex(1 << 16);
    let client = IpAddr::from([127, 0, 0, 1]);
    let session = serve(theirs, client, Kind::Relay, door, CancellationToken::new());
    let session = tokio::spawn(session);
    let mut heard = Vec::new();
    for piece in std::iter::once(&[][..]).chain(octets.split(|octet| *octet == 0xff)) {
        if ours.write_all(piece).await.is_err() {
            break;
        }
        let moment = Duration::from_millis(1);
        while let Ok(Ok(1..)) = tokio::time::timeout(moment, ours.read_buf(&mut heard)).await {}
    }
    drop(ours.shutdown().await);
    drop(session.await.expect("the session does not panic"));
    drop(ours.read_to_end(&mut heard).await);
    heard.split_inclusive(|octet| *octet == b'\n').for_each(check_reply);
    assert!(inspector.0.load(Ordering::Relaxed) <= ends(octets));
}

/// A reply line is a code, a hyphen or a space, and printable ASCII (RFC 5321 sections 4.2 and 4.5.3.1.5).
fn check_reply(line: &[u8]) {
    let shown = String::from_utf8_lossy(line);
    assert!(line.len() <= 512 && line.ends_with(b"\r\n"), "{shown}");
    let text = &line[..line.len() - 2];
    assert!(matches!(text, [b'2'..=b'5', b'0'..=b'5', b'0'..=b'9', b' ' | b'-', ..]), "{shown}");
    assert!(text.iter().all(|octet| (b' '..=b'~').contains(octet)), "{shown}");
}

/// How many messages a client can have ended: with CRLF.CRLF, or with chunks.
fn ends(octets: &[u8]) -> usize {
    let octets: Vec<u8> = octets.iter().copied().filter(|octet| *octet != 0xff).collect();
    let dots = octets.windows(5).filter(|five| five == b"\r\n.\r\n").count();
    let chunks = octets.windows(4).filter(|four| four.eq_ignore_ascii_case(b"BDAT")).count();
    dots + chunks
}

fuzz_target!(|input: &[u8]| {
    let (bare, octets) = match input.split_first() {
        Some((first, octets)) if first % 2 == 1 => (BareLineEnds::Normalise, octets),
        Some((_, octets)) => (BareLineEnds::Refuse, octets),
        None => return,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build();
    runtime.expect("a runtime").block_on(play(bare, octets));
});
