//! A real Postfix hands its mail to the gateway.

use schoolgate::cli::demo::post::{self, Letter};

use crate::golden;
use crate::harness::Gate;
use crate::peers::has_postfix;
use crate::peers::postfix::Postfix;

const OFFICE: &str = "office@oakfield.sch.uk";
const MOTHER: &str = "sarah.thornton@webmail.example";

fn message(subject: &str, body: &str) -> Vec<u8> {
    format!(
        "From: {OFFICE}\r\nTo: {MOTHER}\r\nSubject: {subject}\r\nDate: Fri, 20 Nov 2026 15:00:00 +0000\r\n\
         Message-ID: <{subject}@oakfield.sch.uk>\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}\r\n"
    )
    .into_bytes()
}

async fn give(postfix: &Postfix, sender: &str, to: &str, message: &[u8]) {
    let recipients = [to];
    let letter = Letter {
        sender,
        recipients: &recipients,
        message,
    };
    let answer = post::send(postfix.address(), &letter).await.unwrap();
    assert!(answer.is_taken(), "{answer:?}");
}

#[tokio::test]
async fn what_postfix_sends_arrives_once_and_unchanged() {
    if !has_postfix() {
        return;
    }
    let gate = Gate::test().await.start().await;
    let postfix = Postfix::start(gate.address(), "");
    let mut sent = vec![golden::with_crlf(
        &golden::letter("passes/answer-to-a-parent").2,
    )];
    let lines = "A line of an ordinary letter about the school fete.\r\n".repeat(10_000);
    sent.push(message("large", &lines));
    sent.push(message("eight-bit", "Café, Noël, 20 €"));
    sent.push(message("dots", ".\r\n..\r\n.one dot\r\nFrom here"));
    sent.extend((0..20).map(|number| message(&format!("one-of-many-{number}"), "Hello")));
    for message in &sent {
        give(&postfix, OFFICE, MOTHER, message).await;
    }
    let arrived = gate.arrivals(sent.len()).await;
    for message in &sent {
        let copies = arrived.iter().filter(|one| one.message.ends_with(message));
        assert_eq!(copies.count(), 1, "{}", postfix.log());
    }
    gate.stop().await;
}

#[tokio::test]
async fn postfix_understands_a_refusal_and_returns_the_message() {
    if !has_postfix() {
        return;
    }
    let gate = Gate::test().await.start().await;
    let postfix = Postfix::start(gate.address(), "");
    let stranger = "tom@mail.example";
    let foreign = String::from_utf8(message("foreign", "Hello")).unwrap();
    let foreign = foreign.replace(OFFICE, stranger);
    give(&postfix, stranger, MOTHER, foreign.as_bytes()).await;
    let arrived = gate.arrivals(1).await;
    let report = String::from_utf8_lossy(&arrived[0].message).replace("\r\n", " ");
    assert!(report.contains("550 5.7.1"), "{report}");
    assert!(report.contains("(reference "), "{report}");
    assert!(
        postfix.log().contains("status=bounced"),
        "{}",
        postfix.log()
    );
    gate.stop().await;
}
