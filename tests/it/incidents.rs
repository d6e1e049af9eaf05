//! What really happened in schools, replayed at the sample school: each incident is stopped, for the right reason.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use schoolgate::decide::decision::Decision;
use schoolgate::mail::address::Address;
use schoolgate::mail::envelope::Envelope;
use schoolgate::mail::verdict::Verdict;

use crate::sample;

const OFFICE: &str = "office@oakfield.sch.uk";

/// Judges a plain message.
fn judged(from: &str, to: &[&str], subject: &str, body: &str) -> Decision {
    let raw = format!(
        "From: <{from}>\r\nTo: {}\r\nSubject: {subject}\r\nDate: Fri, 20 Nov 2026 10:00:00 +0000\r\n\
         Message-ID: <1@oakfield.sch.uk>\r\n\r\n{body}\r\n",
        to.join(", ")
    );
    sent(raw.as_bytes(), from, to)
}

fn sent(raw: &[u8], from: &str, to: &[&str]) -> Decision {
    let recipients = to.iter().map(|to| to.parse().unwrap()).collect();
    let envelope = Envelope::local(from.parse().ok(), recipients);
    sample::inspection(raw, &envelope).decision
}

/// Every recipient is stopped, and this clause is among the reasons of each.
#[track_caller]
fn stopped(decision: &Decision, clause: &str) {
    for recipient in &decision.recipients {
        let clauses: Vec<&str> = recipient.clauses.iter().map(|id| id.as_str()).collect();
        let address: &Address = &recipient.address;
        assert!(recipient.verdict >= Verdict::Hold, "{address}: {clauses:?}");
        assert!(clauses.contains(&clause), "{address}: {clauses:?}");
    }
    let reasons = decision.reasons.iter();
    let mut of_clause = reasons.filter(|reason| reason.clause.as_str() == clause);
    assert!(of_clause.all(|reason| reason.explanation.len() > 40));
}

#[test]
fn a_behaviour_log_to_all_parents_instead_of_all_staff() {
    let parents = [
        "sarah.thornton@webmail.example",
        "ngozi.okafor@webmail.example",
        "claire.brown@webmail.example",
    ];
    let log = "Behaviour log, week 11\r\n\
        Ethan Okafor: hit another child at lunch, internal exclusion.\r\n\
        Jacob Brown: fixed-term exclusion of two days for fighting.\r\n\
        Amelia Thornton: detention for swearing at a teacher.";
    stopped(
        &judged(OFFICE, &parents, "Behaviour log", log),
        "wrong-family",
    );
}

#[test]
fn one_attachment_with_ninety_pupils_to_ninety_families() {
    let directory = &sample::knowledge().schools[0].directory;
    let mut sheet = String::from("Surname,Forename,DOB,Class,SEN\r\n");
    let mut families: Vec<&str> = Vec::new();
    for contact in &directory.contacts {
        let (Some(link), Some(address)) = (contact.links.first(), &contact.address) else {
            continue;
        };
        let pupil = directory.pupil(link.pupil).unwrap();
        let row = [&pupil.surname, &pupil.forename]
            .map(String::as_str)
            .join(",");
        if families.len() < 90 && !sheet.contains(&row) {
            let (dob, class) = (
                pupil.dob.unwrap(),
                pupil.class.as_deref().unwrap_or_default(),
            );
            let born = dob.strftime("%d/%m/%Y");
            write!(sheet, "{row},{born},{class},K\r\n").unwrap();
            families.push(address.as_str());
        }
    }
    assert_eq!(families.len(), 90);
    let raw = format!(
        "From: <{OFFICE}>\r\nTo: undisclosed-recipients:;\r\nSubject: Your child's group\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nYour child's group is attached.\r\n\
         --b\r\nContent-Type: text/csv; name=groups.csv\r\n\
         Content-Disposition: attachment; filename=groups.csv\r\n\r\n{sheet}--b--\r\n"
    );
    let decision = sent(raw.as_bytes(), OFFICE, &families);
    stopped(&decision, "wrong-family");
    assert_eq!(decision.recipients.len(), 90);
}

#[test]
fn an_answer_under_freedom_of_information_with_a_hidden_sheet() {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/mail/attachments/hidden-sheet.eml");
    let raw = fs::read(file).unwrap();
    let to = ["request-123456@whatdotheyknow.com"];
    let decision = sent(&raw, "bursar@oakfield.sch.uk", &to);
    stopped(&decision, "publication");
    stopped(&decision, "hidden-data");
}

#[test]
fn a_mothers_address_to_the_estranged_father() {
    let body = "Dear Mr Pike, Poppy Lawson now lives with her mother at 14 Kiln Close, MK79 9PR.";
    let to = ["darren.pike@freemail.example"];
    stopped(&judged(OFFICE, &to, "Your question", body), "no-contact");
}

#[test]
fn the_mother_of_the_wrong_namesake() {
    let body = "Olivia Brown (2 Chestnut, born 03/11/2019) was seen by the nurse today because of her epilepsy.";
    let to = ["claire.brown@webmail.example"];
    stopped(&judged(OFFICE, &to, "Today", body), "wrong-family");
}

#[test]
fn a_namesakes_name_alone_is_held_for_either_mother() {
    let body = "Olivia Brown was seen by the nurse today because of her epilepsy.";
    for mother in [
        "claire.brown@webmail.example",
        "karen.brown@webmail.example",
    ] {
        let decision = judged(OFFICE, &[mother], "Today", body);
        stopped(&decision, "wrong-family");
        let said = &decision.reasons[0].explanation;
        assert!(
            said.contains("the same name as a child of theirs"),
            "{said}"
        );
    }
    let with_class = format!("Olivia Brown (2 Chestnut). {body}");
    let decision = judged(
        OFFICE,
        &["karen.brown@webmail.example"],
        "Today",
        &with_class,
    );
    assert!(decision.verdict() < Verdict::Hold, "{:?}", decision.reasons);
}

#[test]
fn a_class_list_sent_home() {
    let body = "UPN,Surname,Forename,DOB\r\n\
        P823000022026,Thornton,Amelia,14/03/2018\r\n\
        M823000022015,Lawson,Poppy,30/10/2017\r\n\
        E823000023021,Okafor,Noah,17/02/2019";
    let from = "l.chapman@oakfield.sch.uk";
    let home = ["lucy.chapman@webmail.example"];
    stopped(&judged(from, &home, "list", body), "own-home-address");
}

#[test]
fn the_wrong_address_chosen_by_auto_complete() {
    let body = "Safeguarding referral for Poppy Lawson: she made a disclosure of physical abuse at home, and \
        the strategy meeting with social care is tomorrow.";
    for (to, clause) in [
        ("bookings@wildwood-centre.example", "restricted-data"),
        ("admissions@brackenshire-councll.example", "look-alike"),
        ("sarah.thornton@webmail.example", "wrong-family"),
    ] {
        let from = "k.fletcher@oakfield.sch.uk";
        stopped(&judged(from, &[to], "Referral", body), clause);
    }
}

#[test]
fn a_childs_report_to_the_wrong_parent() {
    let body = "Annual report: Amelia Thornton, Class 4 Hazel. Amelia works well but needs help with spelling.";
    let to = ["ngozi.okafor@webmail.example"];
    stopped(
        &judged("l.chapman@oakfield.sch.uk", &to, "Annual report", body),
        "wrong-family",
    );
}
