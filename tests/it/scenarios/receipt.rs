//! Sensitive data to a partner: confirmation of receipt is asked for, and the ledger says so.

use schoolgate::store::ledger::Action;

use crate::harness::{Gate, OAKFIELD, for_whom, reference};

#[tokio::test]
async fn sensitive_data_to_a_partner_asks_for_a_confirmation_of_receipt() {
    let gate = Gate::test().await.start().await;
    for (case, partner, asked) in [
        (
            "partner/pep-to-the-virtual-school",
            "peps@virtualschool.example",
            true,
        ),
        (
            "partner/admissions-question",
            "admissions@brackenshire-council.example",
            false,
        ),
    ] {
        let id = reference(&gate.send(case).await);
        gate.settled(OAKFIELD, &id).await;
        let arrived = gate.arrived().await;
        let to = &for_whom(&arrived, partner)[0].recipients[0];
        assert_eq!(to.contains("NOTIFY=SUCCESS"), asked, "{to}");
        let ledger = gate.ledger(OAKFIELD, &id).await;
        let mut noted = ledger
            .iter()
            .filter(|entry| entry.action == Action::ReceiptAsked);
        assert_eq!(
            noted
                .next()
                .map(|entry| entry.facts["recipients"][0] == partner),
            asked.then_some(true)
        );
    }
    gate.stop().await;
}
