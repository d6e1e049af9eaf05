//! A hold goes to the office its clause names, its reminder too, its escalation to the deputy, its end back to the sender.

use jiff::SignedDuration;
use schoolgate::store::recipient::Disposition;

use crate::handling::{DEPUTY_LEAD, LEAD, letter, subjects, text_of};
use crate::harness::{DPO, Gate, OAKFIELD, for_whom, reference};

const PUPIL: &str = "22pnair@oakfield.sch.uk";
const FRIEND: &str = "20eahmed@oakfield.sch.uk";
const HOUR: SignedDuration = SignedDuration::from_hours(1);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pupils_safety_is_the_safeguarding_leads_from_the_first_notice_to_the_end() {
    let gate = Gate::test().await.start().await;
    let body = "Meet me at the park and don't tell my mum.";
    let message = letter(PUPIL, FRIEND, "Hi", body);
    let id = reference(&gate.send_raw(PUPIL, &[FRIEND.to_owned()], &message).await);
    let arrived = gate.arrived().await;
    let incident = for_whom(&arrived, DPO);
    assert!(
        subjects(&incident)[0].starts_with("Incident:"),
        "the DPO is told at once"
    );
    let notice = text_of(for_whom(&arrived, PUPIL)[0]);
    assert!(
        !notice.contains("park") && !notice.contains("mum"),
        "{notice}"
    );
    let opened = ["held", "show", id.as_str(), "--open", "--reviewer"];
    for (person, code) in [
        (LEAD, 0),
        (DEPUTY_LEAD, 0),
        ("l.chapman@oakfield.sch.uk", 2),
    ] {
        let output = gate.command(&[&opened[..], &[person]].concat());
        assert_eq!(output.status.code(), Some(code), "{person}: {output:?}");
    }
    let trace = gate.says(&["trace", id.as_str(), "--json"]);
    assert_eq!(trace.matches(r#""action":"opened""#).count(), 2, "{trace}");
    let steps = [
        (HOUR * 5, LEAD, 2),
        (HOUR * 20, DEPUTY_LEAD, 1),
        (HOUR * 24 * 4, PUPIL, 2),
    ];
    for (wait, whom, count) in steps {
        gate.after(wait);
        gate.told(whom, count).await;
        gate.arrived().await;
    }
    let arrived = gate.arrived().await;
    let lead = [
        "A message is waiting for your decision",
        "Still waiting for your decision",
    ];
    assert_eq!(subjects(&for_whom(&arrived, LEAD)), lead);
    let deputy = ["Nobody has decided about a held message"];
    assert_eq!(subjects(&for_whom(&arrived, DEPUTY_LEAD)), deputy);
    let pupil = [
        "Your message is waiting for a check",
        "Your message was not sent",
    ];
    assert_eq!(subjects(&for_whom(&arrived, PUPIL)), pupil);
    let states = gate.settled(OAKFIELD, &id).await;
    assert_eq!(states[0].disposition, Disposition::Returned);
    assert!(
        for_whom(&arrived, FRIEND).is_empty(),
        "it never goes out by itself"
    );
    gate.stop().await;
}

#[tokio::test]
async fn what_the_head_sends_is_not_the_heads_to_decide_and_the_chair_learns_of_it() {
    let gate = Gate::test().await.start().await;
    let head = "head@oakfield.sch.uk";
    let stranger = "request-1@whatdotheyknow.com".to_owned();
    let message = letter(head, &stranger, "Answer", "Priya Nair, born 09/01/2018");
    reference(&gate.send_raw(head, &[stranger], &message).await);
    gate.arrived().await;
    gate.after(HOUR * 25);
    gate.told("chair@oakfield.sch.uk", 2).await;
    let arrived = gate.arrived().await;
    let chair = subjects(&for_whom(&arrived, "chair@oakfield.sch.uk"));
    assert!(
        chair.iter().any(|one| one.starts_with("Incident:")),
        "{chair:?}"
    );
    assert!(
        chair
            .iter()
            .any(|one| one.starts_with("Nobody has decided")),
        "{chair:?}"
    );
    let told = subjects(&for_whom(&arrived, head));
    assert_eq!(told, ["Your message is waiting for a check"]);
    gate.stop().await;
}
