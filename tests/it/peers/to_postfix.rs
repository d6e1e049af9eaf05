//! The gateway hands its mail to a real Postfix, over TLS as it offers it.

use schoolgate::store::recipient::Disposition;

use crate::golden;
use crate::harness::{Gate, OAKFIELD, for_whom, reference};
use crate::peers::has_postfix;
use crate::peers::postfix::Postfix;

const MOTHER: &str = "sarah.thornton@webmail.example";
const FATHER: &str = "mark.thornton@thornton-roofing.example";

async fn behind(more: &str) -> (Gate, Postfix) {
    let builder = Gate::test().await;
    let sink = builder.sink();
    let postfix = Postfix::start(sink, more);
    let (old, new) = (sink.port(), postfix.address().port());
    let gate = builder.replacing(&format!("port = {old}"), &format!("port = {new}"));
    (gate.start().await, postfix)
}

#[tokio::test]
async fn postfix_takes_what_the_gateway_sends_over_tls() {
    if !has_postfix() {
        return;
    }
    let made = rcgen::generate_simple_self_signed(vec!["postfix.oakfield.sch.uk".to_owned()]);
    let made = made.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("both.pem");
    let both = made.signing_key.serialize_pem() + &made.cert.pem();
    std::fs::write(&file, both).unwrap();
    let (gate, postfix) = behind(&format!(
        "smtpd_tls_security_level = may\nsmtpd_tls_chain_files = {}\nsmtpd_tls_received_header = yes",
        file.display()
    ))
    .await;
    let case = "passes/answer-to-a-parent";
    let id = reference(&gate.send(case).await);
    let states = gate.settled(OAKFIELD, &id).await;
    assert_eq!(
        states[0].disposition,
        Disposition::Delivered,
        "{}",
        postfix.log()
    );
    let arrived = gate.arrivals(1).await;
    let sent = golden::with_crlf(&golden::letter(case).2);
    assert!(
        arrived[0].message.ends_with(&sent),
        "the message was changed"
    );
    let text = String::from_utf8_lossy(&arrived[0].message);
    assert!(text.contains("using TLSv1.3"), "{text}");
    gate.stop().await;
}

#[tokio::test]
async fn a_recipient_whom_postfix_refuses_is_reported_and_the_other_has_the_message() {
    if !has_postfix() {
        return;
    }
    let (gate, postfix) = behind(&format!(
        "smtpd_recipient_restrictions = check_recipient_access inline:{{ {{ {FATHER} = 550 5.1.1 no such mailbox }} }}, permit"
    ))
    .await;
    let id = reference(&gate.send("own-child/report-to-both-parents").await);
    let states = gate.settled(OAKFIELD, &id).await;
    let stands = |to: &str| {
        let one = states.iter().find(|one| one.address.as_str() == to);
        one.unwrap().disposition
    };
    assert_eq!(stands(MOTHER), Disposition::Delivered, "{}", postfix.log());
    assert_eq!(stands(FATHER), Disposition::Bounced);
    let arrived = gate.arrivals(2).await;
    assert_eq!(for_whom(&arrived, MOTHER).len(), 1);
    let report = for_whom(&arrived, "k.fletcher@oakfield.sch.uk");
    let report = String::from_utf8_lossy(&report[0].message);
    assert!(report.contains("550 5.1.1"), "{report}");
    gate.stop().await;
}
