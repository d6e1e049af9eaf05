//! A parent gets a locked zip, its password goes to the sender alone, and the two fit together.

use std::io::{Cursor, Read as _};

use schoolgate::limits::Limits;
use schoolgate::parse::message;
use schoolgate::parse::message::PartRole;

use crate::harness::{Gate, OAKFIELD, for_whom, reference};

/// Every piece of a notice that may be the password: what stands alone on its line.
fn candidates(notice: &[u8]) -> Vec<String> {
    let parts = message(notice, &Limits::default()).parts;
    let texts = parts
        .iter()
        .map(|part| String::from_utf8_lossy(&part.bytes).into_owned());
    let lines = texts.flat_map(|text| {
        text.lines()
            .map(str::trim)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    });
    lines
        .filter(|line| !line.is_empty() && !line.contains(' '))
        .collect()
}

fn opened(zip: &[u8], password: &str) -> Option<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    let mut member = archive.by_index_decrypt(0, password.as_bytes()).ok()?;
    let mut content = Vec::new();
    member.read_to_end(&mut content).ok()?;
    Some(content)
}

#[tokio::test]
async fn the_zip_opens_with_the_password_that_only_the_sender_gets() {
    let gate = Gate::test().await.start().await;
    let id = reference(&gate.send("own-child/support-plan-to-a-mother").await);
    gate.settled(OAKFIELD, &id).await;
    let arrived = gate.arrived().await;
    let copy = &for_whom(&arrived, "jo.ridley@webmail.example")[0].message;
    let text = String::from_utf8_lossy(copy);
    assert!(
        !text.contains("Dixon") && !text.contains("ADHD"),
        "the cover gives nothing away"
    );
    let parts = message(copy, &Limits::default()).parts;
    let zip = parts
        .iter()
        .find(|part| part.role == PartRole::Attachment)
        .unwrap();

    let notice = &for_whom(&arrived, "r.nowak@oakfield.sch.uk")[0].message;
    let mut keys = candidates(notice).into_iter();
    let found = keys.find_map(|key| Some((opened(&zip.bytes, &key)?, key)));
    let (content, key) = found.expect("a password in the sender's notice opens the zip");
    assert!(!content.is_empty());
    for received in for_whom(&arrived, "jo.ridley@webmail.example") {
        let text = String::from_utf8_lossy(&received.message);
        assert!(
            !text.contains(&key),
            "the password never travels to the recipient"
        );
    }
    gate.stop().await;
}
