//! One message to five recipients, each of whom gets what is right for them.

use schoolgate::mail::verdict::Verdict;
use schoolgate::store::recipient::Disposition;

use crate::harness::{Gate, OAKFIELD, for_whom, reference};

#[tokio::test]
async fn a_message_is_split_by_recipient() {
    let gate = Gate::test().await.start().await;
    let id = reference(&gate.send("recipients/everyone-at-once").await);
    let states = gate.settled(OAKFIELD, &id).await;
    let stands = |to: &str| {
        let state = states.iter().find(|state| state.address.as_str() == to);
        state
            .map(|state| (state.verdict, state.disposition))
            .unwrap()
    };
    let delivered = Disposition::Delivered;
    assert_eq!(
        stands("sarah.thornton@webmail.example"),
        (Verdict::Pass, delivered)
    );
    assert_eq!(stands("head@oakfield.sch.uk"), (Verdict::Pass, delivered));
    assert_eq!(
        stands("coach@swimsafe.example"),
        (Verdict::Encrypt, delivered)
    );
    let council = "admissions@brackenshire-council.example";
    assert_eq!(stands(council), (Verdict::Secure, delivered));
    let stranger = "nanna.jean@freemail.example";
    assert_eq!(stands(stranger), (Verdict::Hold, Disposition::Held));

    let arrived = gate.arrived().await;
    assert!(
        for_whom(&arrived, stranger).is_empty(),
        "what is held must not leave"
    );
    assert!(for_whom(&arrived, council)[0].tls, "secure means TLS");
    let says = |to: &str, word: &str| {
        let message = &for_whom(&arrived, to)[0].message;
        String::from_utf8_lossy(message).contains(word)
    };
    assert!(says("sarah.thornton@webmail.example", "lane 4"));
    assert!(says(council, "lane 4"));
    assert!(
        !says("coach@swimsafe.example", "lane 4"),
        "the copy is encrypted"
    );
    gate.stop().await;
}
