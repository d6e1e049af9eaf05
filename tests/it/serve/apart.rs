//! Two schools on one gateway: nothing of one shows in the other's decisions, notices or reports, and nothing of either in the log.

use schoolgate::cli::demo::post::Letter;
use schoolgate::cli::demo::sink::Received;

use crate::scenarios::two_schools::{BLOCK, FILES, HILLSIDE};
use crate::serve::HELD;
use crate::serve::house::House;

const OAKFIELD: &str = "Oakfield Primary School";

/// A pupil of Hillside by name to a stranger: held there.
const THEIRS: Letter<'_> = Letter {
    sender: "m.ward@hillside.sch.uk",
    recipients: &["pat.lee@freemail.example"],
    message:
        b"From: m.ward@hillside.sch.uk\r\nTo: pat.lee@freemail.example\r\nSubject: Saturday\r\n\r\n\
               Ottoline Featherstone swims on Saturday.\r\n",
};

/// What tells one school's mail from the other's.
struct Side<'a> {
    name: &'a str,
    id: &'a str,
    words: &'a [&'a str],
}

/// What a school is shown, by every command that shows something.
fn shown(house: &House, school: &str, id: &str) -> String {
    let of = |arguments: &[&str]| house.says(&[arguments, &["--school", school]].concat());
    [
        of(&["held", "list"]),
        of(&["held", "list", "--json"]),
        of(&["held", "show", id]),
        of(&["trace", id]),
        of(&["queue", "list"]),
        of(&["report"]),
    ]
    .concat()
}

#[track_caller]
fn shows_nothing_of(text: &str, other: &Side<'_>, place: &str) {
    for word in [other.id, other.name].iter().chain(other.words) {
        assert!(!text.contains(word), "{place} says {word}:\n{text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_one_school_shows_in_another() {
    let mut house = House::with(BLOCK, FILES).await;
    let (ours, theirs) = (house.send(&HELD).await, house.send(&THEIRS).await);
    let oakfield = Side {
        name: OAKFIELD,
        id: &ours,
        words: &["oakfield.sch.uk", "claire.brown", "Brown", "O••• B•••"],
    };
    let hillside = Side {
        name: HILLSIDE,
        id: &theirs,
        words: &["hillside.sch.uk", "pat.lee", "Featherstone", "O••• F•••"],
    };
    house.arrived("m.ward@hillside.sch.uk", &theirs).await;
    house.arrived("head@hillside.sch.uk", &theirs).await;
    house.arrived("l.chapman@oakfield.sch.uk", &ours).await;
    house.arrived("dpo@oakfield.sch.uk", &ours).await;
    for (own, other) in [(&oakfield, &hillside), (&hillside, &oakfield)] {
        shows_nothing_of(&shown(&house, own.name, own.id), other, own.name);
        for arguments in [["held", "show"], ["trace", "--json"], ["held", "release"]] {
            let mut command = house.command(&arguments);
            command.args([other.id, "--school", own.name]);
            if arguments == ["held", "release"] {
                command.args(["--reviewer", "dpo@oakfield.sch.uk", "--reason", "x"]);
            }
            let output = command.output().unwrap();
            assert!(!output.status.success(), "{}: {arguments:?}", own.name);
            let said = String::from_utf8_lossy(&output.stdout);
            assert_eq!(said, "", "{}: {arguments:?}", own.name);
        }
    }
    let at = |domain: &str| -> Vec<Received> {
        let received = house.stage.sink.received().into_iter();
        let inside = |one: &Received| one.recipients.iter().any(|to| to.contains(domain));
        received.filter(inside).collect()
    };
    for (domain, other) in [
        ("oakfield.sch.uk", &hillside),
        ("hillside.sch.uk", &oakfield),
    ] {
        let notices = at(domain);
        assert!(notices.len() >= 2, "{domain}: {}", notices.len());
        for notice in notices {
            let text = String::from_utf8_lossy(&notice.message).replace("gate.oakfield.sch.uk", "");
            shows_nothing_of(&text, other, domain);
        }
    }
    let log = house.log_to_the_end().join("\n");
    for side in [&oakfield, &hillside] {
        for word in side.words {
            assert!(!log.contains(word), "the log says {word}:\n{log}");
        }
    }
}
