//! Confirmation of receipt for sensitive data to partners (clause `safe-receipt`): asked for by SMTP, and kept in the ledger.
//!
//! It is a delivery status notification (RFC 3461 `NOTIFY=SUCCESS`): the recipient's own server answers it, nobody can
//! decline it, and it changes nothing in the message, as a Disposition-Notification-To header would, which most mail
//! programs drop or ask about. The confirmation comes to the sender, because school mail comes in another way than
//! through this gateway. Where the next hop does not take the wish on, the gateway itself tells the sender how far the message got.

use serde_json::json;

use crate::mail::address::Address;
use crate::mail::envelope::Recipient;
use crate::store::ledger::{Action, Note};
use crate::store::record::Facts;

/// The recipient with the wish for a confirmation, where the policy asks for one.
pub(super) fn wished(facts: &Facts, mut recipient: Recipient) -> Recipient {
    if is_asked(facts, &recipient.address) {
        recipient.notify = Some(with_success(recipient.notify.as_deref()));
    }
    recipient
}

/// What the ledger says of confirmations asked for: by whom they will be given.
pub(super) fn notes(facts: &Facts, delivered: &[Address], reported_here: &[Address]) -> Vec<Note> {
    let asked = delivered.iter().filter(|address| is_asked(facts, address));
    let (here, there): (Vec<&Address>, Vec<&Address>) =
        asked.partition(|address| reported_here.contains(address));
    let note = |recipients: Vec<&Address>, by: &str| {
        let facts = json!({ "recipients": recipients, "by": by });
        (!recipients.is_empty()).then(|| Note::of_gateway(Action::ReceiptAsked, facts))
    };
    [
        note(there, "the recipient's server, NOTIFY=SUCCESS"),
        note(here, "this gateway: the next hop takes no such wish on"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn is_asked(facts: &Facts, address: &Address) -> bool {
    let mut judged = facts.judgement.recipients.iter();
    judged.any(|judged| judged.receipt && judged.address == *address)
}

/// The wishes of a client with `SUCCESS` among them; without any, failures and delays are reported anyway (RFC 3461 section 4.1).
fn with_success(asked: Option<&str>) -> String {
    let words = asked.unwrap_or("FAILURE,DELAY");
    let has = |word: &str| {
        words
            .split(',')
            .any(|one| one.trim().eq_ignore_ascii_case(word))
    };
    if has("SUCCESS") {
        words.to_owned()
    } else if has("NEVER") {
        "SUCCESS".to_owned()
    } else {
        format!("SUCCESS,{words}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::act::sample;
    use crate::mail::verdict::Verdict;

    const COUNCIL: &str = "a@council.example";
    const COMPANY: &str = "b@company.example";

    fn facts() -> Facts {
        let mut facts = sample::facts(&[(COUNCIL, Verdict::Secure), (COMPANY, Verdict::Encrypt)]);
        facts.judgement.recipients[0].receipt = true;
        facts
    }

    #[test]
    fn a_confirmation_is_asked_for_where_the_policy_says_so_and_beside_other_wishes() {
        let wished = |address: &str, notify: Option<&str>| {
            let mut recipient = Recipient::new(sample::address(address));
            recipient.notify = notify.map(str::to_owned);
            super::wished(&facts(), recipient).notify
        };
        for (given, expected) in [
            (None, "SUCCESS,FAILURE,DELAY"),
            (Some("FAILURE"), "SUCCESS,FAILURE"),
            (Some("success,delay"), "success,delay"),
            (Some("NEVER"), "SUCCESS"),
        ] {
            assert_eq!(wished(COUNCIL, given).as_deref(), Some(expected));
        }
        assert_eq!(wished(COMPANY, None), None);
        assert_eq!(wished(COMPANY, Some("NEVER")).as_deref(), Some("NEVER"));
    }

    #[test]
    fn the_ledger_says_who_will_confirm() {
        let delivered = [COUNCIL, COMPANY].map(sample::address);
        let notes = |here: &[Address]| super::notes(&facts(), &delivered, here);
        for (here, by) in [
            (&[][..], "recipient's server"),
            (&delivered, "this gateway"),
        ] {
            let notes = notes(here);
            assert_eq!(notes.len(), 1);
            assert_eq!(notes[0].facts["recipients"][0], COUNCIL);
            assert!(notes[0].facts["by"].as_str().unwrap().contains(by));
        }
        assert_eq!(super::notes(&facts(), &delivered[1..], &[]), []);
    }
}
