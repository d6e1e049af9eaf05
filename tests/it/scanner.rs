//! Every message is asked about at a virus scanner: what it finds is refused, and what it cannot look at never passes silently.
//!
//! A scanner of a few lines speaks clamd's protocol over loopback; where clamd itself is installed it is asked too.

mod clamd;
mod stand_in;

use schoolgate::cli::demo::post::Answer;
use schoolgate::store::recipient::Disposition;

use crate::harness::{Gate, OAKFIELD, reference};
use crate::scanner::clamd::Clamd;
use crate::scanner::stand_in::StandIn;

/// The test file every scanner knows, in pieces, so that none stumbles over this source (eicar.org).
const EICAR: [&str; 3] = [
    "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR",
    "-STANDARD-ANTIVIRUS-TEST",
    "-FILE!$H+H*",
];
const HARMLESS: &str = "The trip leaves at nine.";
const TEACHER: &str = "k.fletcher@oakfield.sch.uk";
const COLLEAGUE: &str = "office@oakfield.sch.uk";
const COMPANY: &str = "bookings@wildwood-centre.example";

async fn gate(address: &str, when_unreachable: &str) -> Gate {
    let scanner =
        format!("[scanner]\naddress = \"{address}\"\nwhen_unreachable = \"{when_unreachable}\"\n");
    Gate::test().await.with(&scanner, &[]).start().await
}

/// Sends a colleague and a company a file.
async fn send(gate: &Gate, file: &str) -> Answer {
    let message = format!(
        "From: <{TEACHER}>\r\nTo: {COLLEAGUE}, {COMPANY}\r\nSubject: File\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nAttached.\r\n\
         --b\r\nContent-Type: text/plain; name=a.txt\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\n\
         {file}\r\n--b--\r\n"
    );
    let to = [COLLEAGUE, COMPANY].map(str::to_owned);
    gate.send_raw(TEACHER, &to, message.as_bytes()).await
}

async fn stands(gate: &Gate, answer: &Answer) -> Vec<Disposition> {
    let states = gate.settled(OAKFIELD, &reference(answer)).await;
    states.iter().map(|state| state.disposition).collect()
}

#[track_caller]
fn is_refused(answer: &Answer, name: &str) {
    assert_eq!(answer.code, 550, "{}", answer.text);
    assert!(answer.text.contains(name), "{}", answer.text);
}

#[tokio::test]
async fn what_the_scanner_finds_is_refused_and_what_it_does_not_find_passes() {
    let scanner = StandIn::start(1 << 20).await;
    let gate = gate(&scanner.address, "defer").await;
    is_refused(&send(&gate, &EICAR.concat()).await, "Eicar-Signature");
    let passed = send(&gate, HARMLESS).await;
    assert_eq!(stands(&gate, &passed).await, [Disposition::Delivered; 2]);
    assert_eq!(scanner.asked(), 2, "every message is asked about");
    gate.stop().await;
}

#[tokio::test]
async fn a_message_that_is_too_large_for_the_scanner_is_held_for_everybody() {
    let scanner = StandIn::start(64).await;
    let gate = gate(&scanner.address, "defer").await;
    // Larger than what sockets buffer: the scanner hangs up while it is still being told.
    let large = format!("{HARMLESS}\r\n").repeat(200_000);
    for file in [HARMLESS, &large] {
        let answer = send(&gate, file).await;
        assert_eq!(stands(&gate, &answer).await, [Disposition::Held; 2]);
    }
    gate.stop().await;
}

#[tokio::test]
async fn while_the_scanner_is_out_of_reach_mail_waits_at_the_client_or_is_held() {
    let nobody = StandIn::nobody().await;
    let deferring = gate(&nobody, "defer").await;
    let answer = send(&deferring, HARMLESS).await;
    assert_eq!(answer.code / 100, 4, "{}", answer.text);
    deferring.stop().await;
    let holding = gate(&nobody, "gap").await;
    let answer = send(&holding, HARMLESS).await;
    assert_eq!(stands(&holding, &answer).await, [Disposition::Held; 2]);
    holding.stop().await;
}

#[tokio::test]
async fn clamd_itself_is_understood_where_it_is_installed() {
    let Some(clamd) = Clamd::start(&EICAR.concat()) else {
        eprintln!("clamd is not installed; the stand-in alone was asked");
        return;
    };
    let gate = gate(&clamd.address(), "defer").await;
    is_refused(&send(&gate, &EICAR.concat()).await, "Eicar-Signature");
    let passed = send(&gate, HARMLESS).await;
    assert_eq!(stands(&gate, &passed).await, [Disposition::Delivered; 2]);
    gate.stop().await;
}
