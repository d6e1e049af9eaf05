//! Whatever a client sends, the session does not die of it, and no message comes of it that was not ended by CRLF.CRLF.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any};
use proptest::{prop_assert, prop_assert_eq, prop_oneof, proptest};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_util::sync::CancellationToken;

use schoolgate::receive::connection::serve;
use schoolgate::receive::door::Door;
use schoolgate::receive::limits::BareLineEnds;
use schoolgate::receive::{Kind, Settings};

use crate::postbox::Postbox;

/// One thing a client may send in one piece.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let known = prop_oneof![
        Just("EHLO client.example\r\n"),
        Just("MAIL FROM:<office@oakfield.sch.uk>\r\n"),
        Just("RCPT TO:<a@family.example>\r\n"),
        Just("DATA\r\n"),
        Just("RSET\r\n"),
        Just("QUIT\r\n"),
        Just("Subject: x\r\n"),
        Just(".\r\n"),
        Just("\r\n.\r\n"),
        Just("\n.\n"),
        Just("\n.\r\n"),
        Just("\r.\r"),
        Just("\r\n.\r"),
        Just("\r"),
        Just("\n"),
        Just("."),
        Just("\0"),
    ];
    prop_oneof![
        8 => known.prop_map(|text| text.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..40),
    ]
}

/// A conversation that gets as far as DATA, then goes anywhere.
fn conversation() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let polite = [
        "EHLO x\r\n",
        "MAIL FROM:<>\r\n",
        "RCPT TO:<a@family.example>\r\n",
        "DATA\r\n",
    ];
    let polite: Vec<Vec<u8>> = polite.iter().map(|line| line.as_bytes().to_vec()).collect();
    prop_oneof![
        vec(piece(), 0..40),
        vec(piece(), 0..40).prop_map(move |rest| [polite.clone(), rest].concat()),
    ]
}

/// Plays the pieces, listening after each; the messages that came of it.
async fn play(pieces: &[Vec<u8>], bare: BareLineEnds) -> Vec<Vec<u8>> {
    let postbox = Arc::new(Postbox::default());
    let settings = Settings {
        bare_line_ends: bare,
        ..Settings::default()
    };
    let door = Door::new(settings, postbox.clone()).unwrap();
    let (mut ours, theirs) = tokio::io::duplex(1 << 16);
    let client = IpAddr::from([127, 0, 0, 1]);
    let session = tokio::spawn(serve(
        theirs,
        client,
        Kind::Relay,
        door,
        CancellationToken::new(),
    ));
    let mut heard = vec![0; 4_096];
    for piece in [Vec::new()].iter().chain(pieces) {
        if ours.write_all(piece).await.is_err() {
            break;
        }
        let moment = Duration::from_millis(1);
        while tokio::time::timeout(moment, ours.read(&mut heard))
            .await
            .is_ok_and(|read| read.is_ok_and(|n| n > 0))
        {}
    }
    drop(ours);
    drop(session.await.expect("the session does not panic"));
    std::iter::from_fn(|| postbox.take())
        .map(|(_, raw)| raw)
        .collect()
}

/// What the client sent, line by line, with the first dot of a line taken away and lone dots made `END`.
fn as_meant(sent: &[u8]) -> String {
    let text = String::from_utf8_lossy(sent);
    let lines = text
        .split_inclusive("\r\n")
        .map(|line| match line.strip_prefix('.') {
            Some("\r\n") => "END\r\n",
            Some(rest) => rest,
            None => line,
        });
    lines.collect()
}

/// The message without the two headers of the door.
fn as_received(raw: &[u8]) -> String {
    let lines = raw.split_inclusive(|octet| *octet == b'\n').skip(4);
    String::from_utf8_lossy(&lines.collect::<Vec<_>>().concat()).into_owned()
}

fn played(pieces: &[Vec<u8>], bare: BareLineEnds) -> Vec<Vec<u8>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build();
    runtime.unwrap().block_on(play(pieces, bare))
}

proptest! {
    #[test]
    fn no_message_comes_of_what_was_not_ended_by_crlf_dot_crlf(pieces in conversation()) {
        let meant = as_meant(&pieces.concat());
        for message in played(&pieces, BareLineEnds::Refuse) {
            let whole = format!("\r\n{}END\r\n", as_received(&message));
            prop_assert!(meant.contains(&whole), "{whole:?} of {meant:?}");
        }
    }

    #[test]
    fn a_message_has_no_bare_line_end_and_no_nul_whatever_is_configured(pieces in conversation()) {
        for bare in [BareLineEnds::Refuse, BareLineEnds::Normalise] {
            for message in played(&pieces, bare) {
                let text = String::from_utf8_lossy(&message).replace("\r\n", "");
                prop_assert_eq!(text.find(['\r', '\n', '\0']), None);
            }
        }
    }
}
