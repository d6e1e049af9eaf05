//! What mail that nobody here wrote is taken for: bounces, mail a rule sends on, and people who forward.
//!
//! Runs where `SCHOOLGATE_CORPORA` names the folder, and says so where it does not. `docs/auto-forward.md` has the figures:
//! `SCHOOLGATE_CORPORA=… cargo test --test it -- --nocapture flows`

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use schoolgate::decide::decision::Decision;
use schoolgate::mail::envelope::Envelope;

use crate::sample;

const TEACHER: &str = "k.fletcher@oakfield.sch.uk";
const HOME: &str = "somebody@freemail.example";

/// How often mail was taken for what.
type Taken = BTreeMap<String, usize>;

fn corpora() -> Option<PathBuf> {
    let folder = std::env::var_os("SCHOOLGATE_CORPORA").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("SCHOOLGATE_CORPORA is not set: nothing was taken for anything");
    }
    folder
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else if !path.file_name().unwrap().to_string_lossy().starts_with('_') {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// `auto-forward`, the words of `machine-mail`, or `a person`.
fn taken_for(raw: &[u8], sender: Option<&str>) -> String {
    let sender = sender.map(|sender| sender.parse().unwrap());
    let envelope = Envelope::local(sender, vec![HOME.parse().unwrap()]);
    let decision: Decision = sample::inspection(raw, &envelope).decision;
    let said = |clause: &str| {
        let mut reasons = decision.reasons.iter();
        reasons.find(|reason| reason.clause.as_str() == clause)
    };
    match (said("auto-forward"), said("machine-mail")) {
        (Some(_), _) => "an automatic forwarding".to_owned(),
        (None, Some(reason)) => {
            let words = reason.explanation.trim_start_matches("This is ");
            words.trim_end_matches('.').to_owned()
        }
        (None, None) => "a person's mail, or nobody knows".to_owned(),
    }
}

fn count(name: &str, taken: impl Iterator<Item = String>) -> Taken {
    let mut counts = Taken::new();
    for one in taken {
        *counts.entry(one).or_default() += 1;
    }
    eprintln!("{name}: {counts:?}");
    counts
}

/// The share of these, of a thousand.
fn share(counts: &Taken, wanted: &[&str]) -> usize {
    let all: usize = counts.values().sum();
    let right: usize = wanted.iter().filter_map(|one| counts.get(*one)).sum();
    assert!(all > 0, "nothing was read");
    right * 1_000 / all
}

/// As it stands in the mailbox of a school whose rule sends it on: our server's traces on top, everything else as it was.
fn redirected(raw: &[u8]) -> Vec<u8> {
    let mut redirected = format!("Delivered-To: {TEACHER}\r\n").into_bytes();
    redirected.extend_from_slice(raw);
    redirected
}

#[test]
fn flows_of_bounces() {
    let Some(corpora) = corpora() else { return };
    let files: Vec<Vec<u8>> = ["bsd", "dos"]
        .iter()
        .flat_map(|folder| files_below(&corpora.join("sisimai-bounces/maildir").join(folder)))
        .map(|path| fs::read(path).unwrap())
        .collect();
    let null = files.iter().map(|raw| taken_for(raw, None));
    let counts = count("bounces with the null sender", null);
    let machines = ["a delivery report", "a receipt", "an automatic reply"];
    assert!(share(&counts, &machines) >= 950, "{counts:?}");
    assert_eq!(counts.get("an automatic forwarding"), None);
    let sent_on = files
        .iter()
        .map(|raw| taken_for(&redirected(raw), Some(TEACHER)));
    let counts = count("bounces that a rule sends on", sent_on);
    assert!(
        share(&counts, &["an automatic forwarding"]) >= 990,
        "{counts:?}"
    );
}

#[test]
fn flows_of_people_who_forward() {
    let Some(corpora) = corpora() else { return };
    let folder = corpora.join("email-forward-parser");
    let bodies = files_below(&folder).into_iter();
    let bodies = bodies.filter(|path| path.to_string_lossy().contains("_body"));
    let subject_of = |path: &Path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let client = name.split("_body").next().unwrap();
        let subject = fs::read_to_string(folder.join(format!("{client}_subject.txt")));
        let subject = subject.unwrap_or_else(|_| "Fwd: Trip".to_owned());
        subject.lines().next().unwrap_or_default().to_owned()
    };
    let forwarded = bodies.map(|path| {
        let body = fs::read_to_string(&path).unwrap();
        let raw = format!(
            "From: <{TEACHER}>\nTo: {HOME}\nSubject: {}\nReferences: <1@mail.example>\nMIME-Version: 1.0\n\
             Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{body}",
            subject_of(&path)
        );
        taken_for(raw.as_bytes(), Some(TEACHER))
    });
    let counts = count("mail that people forward", forwarded);
    assert_eq!(
        share(&counts, &["a person's mail, or nobody knows"]),
        1_000,
        "{counts:?}"
    );
}

#[test]
fn flows_of_ordinary_mail_that_a_rule_sends_on() {
    let Some(corpora) = corpora() else { return };
    let files = files_below(&corpora.join("spamassassin-public/easy_ham"));
    let sent_on = files.iter().map(|path| {
        let raw = fs::read(path).unwrap();
        taken_for(&redirected(&raw), Some(TEACHER))
    });
    let counts = count("ordinary mail that a rule sends on", sent_on);
    assert!(
        share(&counts, &["an automatic forwarding"]) >= 990,
        "{counts:?}"
    );
}
