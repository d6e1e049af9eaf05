//! Golden mail: every message below `testdata/mail` is judged with LF and with CRLF line ends,
//! and the verdicts are those that `expected.toml` says the policy asks for.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use schoolgate::decide::decision::{Decision, RecipientDecision};
use schoolgate::gateway::Inspection;
use schoolgate::mail::address::Address;
use schoolgate::mail::envelope::Envelope;

use crate::sample;

/// What the policy says about one message.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    /// Why, in a sentence; for people.
    #[expect(dead_code, reason = "read by people who judge a failure")]
    about: String,
    /// The envelope sender, where it is not header `From`; empty for the null sender.
    sender: Option<String>,
    /// What has to be built before this comes out right.
    awaits: Option<String>,
    /// Each recipient: its verdict, then clauses that must be among its reasons.
    to: BTreeMap<String, Vec<String>>,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata/mail")
}

fn expected() -> BTreeMap<String, Expected> {
    let text = fs::read_to_string(folder().join("expected.toml")).unwrap();
    toml::from_str(&text).unwrap()
}

/// The cases there are messages for: `theme/case`.
fn cases() -> Vec<String> {
    let mut cases = Vec::new();
    for theme in fs::read_dir(folder()).unwrap() {
        let theme = theme.unwrap().path();
        for file in fs::read_dir(&theme).into_iter().flatten() {
            let file = file.unwrap().path();
            if file.extension().is_some_and(|ending| ending == "eml") {
                let case = file.strip_prefix(folder()).unwrap().with_extension("");
                cases.push(case.to_str().unwrap().to_owned());
            }
        }
    }
    cases.sort();
    cases
}

fn envelope(raw: &[u8], expected: &Expected) -> Envelope {
    let from = sample::author(raw);
    let sender = match expected.sender.as_deref() {
        Some("") => None,
        Some(sender) => Some(sender.parse().unwrap()),
        None => from,
    };
    let recipients = expected.to.keys().map(|to| to.parse().unwrap()).collect();
    Envelope::local(sender, recipients)
}

/// What is not as expected for one recipient.
fn wrong(to: &str, asked: &[String], decision: &Decision) -> Option<String> {
    let address: Address = to.parse().unwrap();
    let decided = |decided: &&RecipientDecision| decided.address == address;
    let Some(decided) = decision.recipients.iter().find(decided) else {
        return Some(format!("{to}: no decision"));
    };
    let clauses: Vec<&str> = decided.clauses.iter().map(|id| id.as_str()).collect();
    let (verdict, needed) = asked.split_first().expect("a verdict");
    let right = decided.verdict.as_str() == verdict
        && needed
            .iter()
            .all(|clause| clauses.contains(&clause.as_str()));
    (!right).then(|| {
        format!(
            "{to}: expected {}, got {} {}",
            asked.join(" "),
            decided.verdict,
            clauses.join(" ")
        )
    })
}

/// A golden message in its envelope: sender, recipients, octets.
pub(crate) fn letter(case: &str) -> (String, Vec<String>, Vec<u8>) {
    let raw = fs::read(folder().join(case).with_extension("eml")).unwrap();
    let envelope = envelope(&raw, &expected()[case]);
    let sender = envelope.sender.map(|sender| sender.to_string());
    let recipients = envelope.recipients.iter();
    let recipients = recipients.map(|to| to.address.to_string()).collect();
    (sender.unwrap_or_default(), recipients, raw)
}

pub(crate) fn with_crlf(raw: &[u8]) -> Vec<u8> {
    let lines: Vec<&[u8]> = raw.split(|octet| *octet == b'\n').collect();
    lines.join(&b"\r\n"[..])
}

#[test]
fn golden_mail_gets_the_verdicts_of_the_policy() {
    let expected = expected();
    assert!(!expected.is_empty(), "no golden mail");
    let mut failures = Vec::new();
    for (case, expected) in &expected {
        let raw = fs::read(folder().join(case).with_extension("eml")).unwrap();
        for raw in [with_crlf(&raw), raw] {
            let decision = sample::inspection(&raw, &envelope(&raw, expected)).decision;
            let to = expected.to.iter();
            let wrong: Vec<_> = to
                .filter_map(|(to, asked)| wrong(to, asked, &decision))
                .collect();
            match (&expected.awaits, wrong.is_empty()) {
                (None, true) | (Some(_), false) => {}
                (None, false) => failures.push(format!("{case}: {}", wrong.join("; "))),
                (Some(awaits), true) => {
                    failures.push(format!("{case}: right now, awaits {awaits} no more"));
                }
            }
        }
    }
    failures.dedup();
    assert!(
        failures.is_empty(),
        "{} wrong:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

/// What was decided, found and left unread, one line each, masked.
fn told(inspection: &Inspection) -> String {
    let decision = &inspection.decision;
    let mut lines = vec![format!(
        "from {}, {}, {} pupils, {} households",
        decision.sender.as_str(),
        decision.level,
        decision.pupils,
        decision.households
    )];
    lines.extend(decision.recipients.iter().map(|one| {
        let clauses: Vec<&str> = one.clauses.iter().map(|id| id.as_str()).collect();
        let (kind, verdict) = (one.kind.as_str(), one.verdict);
        format!(
            "to {} ({kind}): {verdict} {}",
            one.address,
            clauses.join(" ")
        )
    }));
    lines.extend(inspection.findings.items.iter().map(|one| {
        let seen = if one.visible { "" } else { ", hidden" };
        format!(
            "found {} x{} {} {:.2} in {}{seen}: {}",
            one.detector, one.count, one.level, one.confidence, one.origin, one.excerpt
        )
    }));
    let gaps = inspection.gaps.iter();
    lines.extend(gaps.map(|gap| format!("unread {}: {:?}", gap.origin, gap.reason)));
    let lines = lines.iter().map(|line| line.trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

/// After a change that was meant: `INSTA_UPDATE=always cargo test --test it golden`, then read the difference.
#[test]
fn golden_mail_is_read_as_its_snapshots_say_whatever_its_line_ends() {
    for (case, expected) in &expected() {
        let raw = fs::read(folder().join(case).with_extension("eml")).unwrap();
        let envelope = envelope(&raw, expected);
        let read = told(&sample::inspection(&raw, &envelope));
        let with_crlf = told(&sample::inspection(&with_crlf(&raw), &envelope));
        assert_eq!(read, with_crlf, "{case}: line ends make a difference");
        let (theme, name) = case.split_once('/').unwrap();
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(folder().join(theme));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, read));
    }
}

#[test]
fn every_golden_message_is_expected_and_every_expectation_has_its_message() {
    let expected: Vec<String> = expected().into_keys().collect();
    assert_eq!(cases(), expected);
}

#[test]
fn golden_mail_is_kept_with_lf_line_ends() {
    let crlf = |case: &String| {
        let raw = fs::read(folder().join(Path::new(case)).with_extension("eml")).unwrap();
        raw.contains(&b'\r')
    };
    let found: Vec<String> = cases().into_iter().filter(crlf).collect();
    assert!(found.is_empty(), "{found:?}");
}
