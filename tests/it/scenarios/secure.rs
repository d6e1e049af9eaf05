//! `secure` means verified TLS: where that cannot be had the message is held, and never sent in clear.

use schoolgate::store::ledger::Action;
use schoolgate::store::recipient::Disposition;

use crate::harness::{Gate, OAKFIELD, for_whom, reference};

const CASE: &str = "partner/admissions-question";
const COUNCIL: &str = "admissions@brackenshire-council.example";

#[tokio::test]
async fn what_asks_for_verified_tls_goes_over_it_and_the_ledger_says_which() {
    let gate = Gate::test().await.start().await;
    let id = reference(&gate.send(CASE).await);
    gate.settled(OAKFIELD, &id).await;
    assert!(for_whom(&gate.arrived().await, COUNCIL)[0].tls);
    let ledger = gate.ledger(OAKFIELD, &id).await;
    let mut connected = ledger.iter().filter(|one| one.action == Action::Connected);
    let said = connected.next().unwrap().facts["tls"].to_string();
    assert!(said.contains("TLS") && said.contains("1."), "{said}");
    gate.stop().await;
}

#[tokio::test]
async fn where_the_next_hop_cannot_prove_its_name_it_is_held_and_told() {
    let other = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let trusted = ("authority.pem", other.cert.pem());
    let gate = Gate::test().await.with("", &[(trusted.0, &trusted.1)]);
    let gate = gate.start().await;
    let id = reference(&gate.send(CASE).await);
    let states = gate.settled(OAKFIELD, &id).await;
    assert_eq!(states[0].disposition, Disposition::Held, "{states:?}");
    assert!(for_whom(&gate.arrived().await, COUNCIL).is_empty());
    let ledger = gate.ledger(OAKFIELD, &id).await;
    assert!(ledger.iter().any(|one| one.action == Action::Held));
    assert!(!ledger.iter().any(|one| one.action == Action::Connected));
    assert_eq!(gate.held(OAKFIELD).await.len(), 1, "a reviewer decides");
    gate.stop().await;
}
