//! Two schools on one gateway: each is judged by its own people, and neither sees the other's mail.

use crate::harness::{Gate, OAKFIELD, for_whom, reference};

pub(crate) const HILLSIDE: &str = "Hillside School";
pub(crate) const BLOCK: &str = "[[school]]\nname = \"Hillside School\"\ndomains = [\"hillside.sch.uk\"]\ndirectory = \"hillside\"\nmode = \"enforce\"\n";
pub(crate) const FILES: &[(&str, &str)] = &[
    (
        "hillside/pupils.csv",
        "admission_no,forename,surname,year\n1,Ottoline,Featherstone,4\n",
    ),
    ("hillside/contacts.csv", "admission_no,name,email\n"),
    (
        "hillside/staff.csv",
        "email,name,role,status\nhead@hillside.sch.uk,Ines Fell,head,active\nm.ward@hillside.sch.uk,Mia Ward,teacher,active\n",
    ),
    ("hillside/partners.csv", "domain,channel\n"),
];

fn note(from: &str, about: &str) -> String {
    format!(
        "From: {from}\r\nTo: pat.lee@freemail.example\r\nSubject: Saturday\r\n\r\n{about} swims on Saturday.\r\n"
    )
}

#[tokio::test]
async fn two_schools_on_one_gateway_are_kept_apart() {
    let gate = Gate::test().await.with(BLOCK, FILES).start().await;
    let to = ["pat.lee@freemail.example".to_owned()];
    let teacher = "m.ward@hillside.sch.uk";

    let theirs = note(teacher, "Amelia Thornton");
    let theirs = reference(&gate.send_raw(teacher, &to, theirs.as_bytes()).await);
    gate.settled(HILLSIDE, &theirs).await;
    assert!(
        gate.held(HILLSIDE).await.is_empty(),
        "Oakfield's roll is not Hillside's"
    );
    assert_eq!(for_whom(&gate.arrived().await, &to[0]).len(), 1);

    let own = note(teacher, "Ottoline Featherstone");
    let own = reference(&gate.send_raw(teacher, &to, own.as_bytes()).await);
    gate.settled(HILLSIDE, &own).await;
    let held = gate.held(HILLSIDE).await;
    assert_eq!(held.len(), 1);
    assert_eq!(held[0].id, own);
    assert!(
        gate.held(OAKFIELD).await.is_empty(),
        "Oakfield sees nothing of it"
    );
    gate.stop().await;
}
