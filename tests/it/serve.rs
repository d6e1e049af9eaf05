//! The real binary from the first message to the last: `serve` in one process, everybody else's commands in others.

mod apart;
mod house;
mod reload;

use std::fs;
use std::io::Write as _;

use schoolgate::cli::demo::post::Letter;
use schoolgate::cli::demo::sink::{Act, Manner, Step};

use crate::serve::house::House;

const REVIEWER: &str = "dpo@oakfield.sch.uk";

/// A pupil's data for the mother of a namesake: held.
const HELD: Letter<'_> = Letter {
    sender: "l.chapman@oakfield.sch.uk",
    recipients: &["claire.brown@webmail.example"],
    message: include_bytes!("../../testdata/mail/wrong-family/namesakes-mother.eml"),
};

/// A pupil's report for both of her parents: delivered.
const PASSED: Letter<'_> = Letter {
    sender: "k.fletcher@oakfield.sch.uk",
    recipients: &[
        "sarah.thornton@webmail.example",
        "mark.thornton@thornton-roofing.example",
    ],
    message: include_bytes!("../../testdata/mail/own-child/report-to-both-parents.eml"),
};

/// How a next hop behaves that answers and takes nothing.
fn busy() -> Vec<Manner> {
    let reply = "450 4.3.2 busy for now".to_owned();
    vec![Manner::always(Step::Mail, Act::Say(reply))]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_held_message_is_listed_shown_released_and_delivered() {
    let house = House::open().await;
    let id = house.send(&HELD).await;
    let held = house.tells(&["held", "list", "--json"]);
    assert_eq!(held.len(), 1);
    assert_eq!(held[0]["id"], id.as_str());
    assert_eq!(held[0]["recipients"][0], "claire.brown@webmail.example");
    let shown = house.says(&["held", "show", &id]);
    assert!(shown.contains("to claire.brown@webmail.example"), "{shown}");
    assert!(
        shown.contains("Data about a pupil goes only to that pupil's family"),
        "{shown}"
    );
    let opened = house.says(&["held", "show", &id, "--open", "--reviewer", REVIEWER]);
    assert!(opened.contains("Subject: "), "{opened}");
    let reason = ["--reviewer", REVIEWER, "--reason", "same family after all"];
    let released = ["held", "release", id.as_str(), "--json"];
    let released = house.tells(&[&released, &reason[..]].concat());
    assert_eq!(released[0]["decision"], "released");
    assert_eq!(released[0]["recipients"][0], "claire.brown@webmail.example");
    house
        .arrived("claire.brown@webmail.example", "Subject: ")
        .await;
    house
        .arrived("l.chapman@oakfield.sch.uk", "has been released")
        .await;
    assert!(house.tells(&["held", "list", "--json"]).is_empty());
    let again = house.command(&[&["held", "release", id.as_str()], &reason[..]].concat());
    let again = { again }.output().unwrap();
    assert_eq!(again.status.code(), Some(2), "{again:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_returned_message_is_explained_to_its_sender_and_goes_nowhere() {
    let house = House::open().await;
    let id = house.send(&HELD).await;
    let decision = [
        "held",
        "return",
        &id,
        "--reviewer",
        REVIEWER,
        "--reason",
        "wrong family",
    ];
    let returned = house.says(&decision);
    assert!(returned.contains("returned to its sender"), "{returned}");
    house
        .arrived("l.chapman@oakfield.sch.uk", "Your message was not sent")
        .await;
    let received = house.stage.sink.received();
    let outside = |to: &String| to.contains("claire.brown@webmail.example");
    assert!(
        !received
            .iter()
            .any(|one| one.recipients.iter().any(outside))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_next_hop_puts_off_is_listed_tried_again_and_given_up() {
    let house = House::open().await;
    house.stage.sink.behave(busy());
    let first = house.send(&PASSED).await;
    let was_tried = |queue: &[serde_json::Value]| queue.iter().any(|one| one["attempts"] == 1);
    house.until(&["queue", "list", "--json"], was_tried);
    let listed = house.says(&["queue", "list"]);
    assert!(listed.contains("1 try, next"), "{listed}");
    assert!(listed.contains("450 4.3.2 busy for now"), "{listed}");
    house.stage.sink.behave(Vec::new());
    let due = house.says(&["queue", "retry", &first]);
    assert_eq!(
        due.trim_end(),
        format!("{first}: 1 delivery or notice is due now")
    );
    house
        .arrived("sarah.thornton@webmail.example", "Subject: ")
        .await;
    house.until(&["queue", "list", "--json"], <[_]>::is_empty);

    house.stage.sink.behave(busy());
    let second = house.send(&PASSED).await;
    house.until(&["queue", "list", "--json"], was_tried);
    let dropped = house.says(&["queue", "drop", &second]);
    assert!(
        dropped.contains("given up for sarah.thornton@webmail.example"),
        "{dropped}"
    );
    house.stage.sink.behave(Vec::new());
    house.says(&["queue", "retry", &second]);
    house
        .arrived("k.fletcher@oakfield.sch.uk", "multipart/report")
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retry_hurries_a_next_hop_that_was_down_and_all_mail_goes_when_it_answers() {
    let mut house = House::open().await;
    house.configure("[delivery]\n", "[delivery]\nretry_first = \"1 day\"\n");
    house.restart();
    let down = vec![Manner::always(Step::Connect, Act::HangUp)];
    house.stage.sink.behave(down);
    let first = house.send(&PASSED).await;
    let second = house.send(&PASSED).await;
    let both_wait = |queue: &[serde_json::Value]| {
        queue.len() == 2 && queue.iter().all(|one| one["attempts"] == 1)
    };
    house.until(&["queue", "list", "--json"], both_wait);
    house.stage.sink.behave(Vec::new());
    house.says(&["queue", "retry", &second]);
    house.until(&["queue", "list", "--json"], <[_]>::is_empty);
    for id in [&first, &second] {
        let traced = house.tells(&["trace", id, "--json"]);
        let to = &traced[0]["message"]["recipients"][0];
        assert_eq!(to["disposition"], "delivered", "{id}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_became_of_a_message_can_be_asked_checked_and_reported() {
    let house = House::open().await;
    let id = house.send(&HELD).await;
    for sought in [id.as_str(), HELD.sender, HELD.recipients[0]] {
        let traced = house.tells(&["trace", sought, "--json"]);
        assert_eq!(traced[0]["message"]["id"], id.as_str(), "{sought}");
        assert_eq!(traced[0]["history"][0]["action"], "judged", "{sought}");
    }
    let file = house.stage.config_file().with_file_name("week.html");
    let name = file.to_str().unwrap();
    house.says(&["report", "--week", "--html", name]);
    assert!(
        fs::read_to_string(&file)
            .unwrap()
            .contains("Oakfield Primary School")
    );
    assert!(house.says(&["report"]).contains("Oakfield Primary School"));
    let checked = house.says_about(&["check", "--json", "-"], HELD.message);
    assert!(checked.contains(r#""verdict":"hold""#), "{checked}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_who_goes_away_is_no_failure() {
    let house = House::open().await;
    let mut checking = house.piped(&["check", "-"]);
    drop(checking.stdout.take());
    checking
        .stdin
        .take()
        .unwrap()
        .write_all(HELD.message)
        .unwrap();
    let output = checking.wait_with_output().unwrap();
    let problems = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{problems}");
    assert_eq!(problems, "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopped_gateway_ends_well_and_delivers_what_was_left_when_it_starts_again() {
    let mut house = House::open().await;
    house
        .stage
        .sink
        .behave(vec![Manner::always(Step::Connect, Act::Hang)]);
    house.send(&PASSED).await;
    assert_eq!(house.stop().code(), Some(0));
    house.stage.sink.behave(Vec::new());
    house.restart();
    house
        .arrived("mark.thornton@thornton-roofing.example", "Subject: ")
        .await;
    assert_eq!(house.stop().code(), Some(0));
    let left = house.tells(&["queue", "list", "--json"]);
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_directory_is_not_taken_up_and_a_good_one_is() {
    let house = House::open().await;
    let folder = house.stage.config_file().with_file_name("directory");
    let pupils = fs::read_to_string(folder.join("pupils.csv")).unwrap();
    fs::write(folder.join("pupils.csv"), format!("{pupils}not,a,pupil\n")).unwrap();
    house.signal("HUP");
    house.logs("the last good configuration stays in force");
    assert_eq!(verdict(&house, &house.send(&PASSED).await), "pass");

    let contacts = fs::read_to_string(folder.join("contacts.csv")).unwrap();
    let strangers = contacts
        .lines()
        .filter(|line| !line.contains("mark.thornton"));
    let strangers: Vec<&str> = strangers.collect();
    fs::write(folder.join("contacts.csv"), strangers.join("\n") + "\n").unwrap();
    fs::write(folder.join("pupils.csv"), pupils).unwrap();
    house.signal("HUP");
    house.logs("configuration taken up");
    assert_ne!(verdict(&house, &house.send(&PASSED).await), "pass");
}

/// The strictest verdict about a message.
#[track_caller]
fn verdict(house: &House, id: &str) -> String {
    let traced = house.tells(&["trace", id, "--json"]);
    traced[0]["message"]["verdict"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_are_added_listed_and_removed_and_the_ledger_holds() {
    let house = House::open().await;
    let added = house.says(&["user", "add", "copier@oakfield.sch.uk"]);
    assert!(added.contains("password "), "{added}");
    let chosen = [
        "user",
        "add",
        "mis@oakfield.sch.uk",
        "--password-stdin",
        "--json",
    ];
    let added = house.says_about(&chosen, b"three wrong pianos\n");
    assert!(!added.contains("pianos"), "{added}");
    let accounts = house.tells(&["user", "list", "--json"]);
    let names: Vec<&str> = accounts
        .iter()
        .filter_map(|one| one["account"].as_str())
        .collect();
    assert_eq!(names, ["copier@oakfield.sch.uk", "mis@oakfield.sch.uk"]);
    house.says(&["user", "remove", "copier@oakfield.sch.uk"]);
    assert_eq!(house.tells(&["user", "list", "--json"]).len(), 1);
    let refused = house
        .command(&["user", "add", "copier@elsewhere.example"])
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    let ledgers = house.tells(&["audit", "verify", "--json"]);
    assert_eq!(ledgers[0]["school"], "Oakfield Primary School");
    assert_eq!(ledgers[0]["ledger"], "sound");
    assert_eq!(ledgers[0]["entries"], 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_that_die_while_they_wait_cost_nothing() {
    let house = House::open().await;
    assert_eq!(house.kill_readers(), 3);
    let id = house.send(&PASSED).await;
    house
        .arrived("sarah.thornton@webmail.example", "Subject: ")
        .await;
    let traced = house.says(&["trace", &id]);
    assert!(!traced.contains("broke its reader"), "{traced}");
}
