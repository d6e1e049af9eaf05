//! Any octets, cut into pieces at 0xFF, as a client of the door: no panic, and no message with a bare line end or a NUL.
#![no_main]

use std::net::IpAddr;
use std::sync::Arc;
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

/// Looks at every message and takes it.
struct Inspector;

impl Handler for Inspector {
    fn handle(&self, envelope: Envelope, raw: Vec<u8>) -> Answer<'_> {
        Box::pin(async move {
            assert!(!envelope.recipients.is_empty());
            assert!(raw.ends_with(b"\n"));
            let text = String::from_utf8_lossy(&raw).replace("\r\n", "");
            assert_eq!(text.find(['\r', '\n', '\0']), None);
            Ok(Outcome::Accepted(MessageId::from_random([0; 8])))
        })
    }
}

async fn play(bare: BareLineEnds, octets: &[u8]) {
    let settings = Settings {
        bare_line_ends: bare,
        ..Settings::default()
    };
    let door = Door::new(settings, Arc::new(Inspector)).expect("random numbers");
    let (mut ours, theirs) = tokio::io::duplex(1 << 16);
    let client = IpAddr::from([127, 0, 0, 1]);
    let session = serve(theirs, client, Kind::Relay, door, CancellationToken::new());
    let session = tokio::spawn(session);
    let mut heard = vec![0; 4_096];
    for piece in std::iter::once(&[][..]).chain(octets.split(|octet| *octet == 0xff)) {
        if ours.write_all(piece).await.is_err() {
            break;
        }
        let moment = Duration::from_millis(1);
        while let Ok(Ok(1..)) = tokio::time::timeout(moment, ours.read(&mut heard)).await {}
    }
    drop(ours);
    drop(session.await.expect("the session does not panic"));
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
