//! `policy show` and `policy diff` as a school uses them.

use std::fs;
use std::process::Command;

use schoolgate::decide::clause::CLAUSES;
use serde_json::{Value, json};

const SHIPPED: &str = include_str!("../../config/policy.toml");
const OWN: &str = "\n[[group]]\nname = \"Governors\"\nsenders = [\"governor\"]\n[group.clause.personal-address]\nmode = \"audit\"\n\
    [[exception]]\nclause = \"personal-data\"\nrecipient = \"payroll.example\"\nuntil = 2020-07-31\nowner = \"Colin Baxter\"\nreason = \"the old contract\"\n";

/// What a command that must succeed says.
#[track_caller]
fn says(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_schoolgate"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments)
        .output()
        .unwrap();
    let problems = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {problems}");
    String::from_utf8(output.stdout).unwrap()
}

/// A policy file with these changes.
fn policy(folder: &tempfile::TempDir, name: &str, text: &str) -> String {
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    path.display().to_string()
}

#[test]
fn a_policy_is_shown_as_a_person_would_say_it() {
    let folder = tempfile::tempdir().unwrap();
    let own = policy(&folder, "own.toml", &format!("{SHIPPED}{OWN}"));
    let shown = says(&["policy", "show", &own]);
    for sentence in [
        "Enforced: kept until a reviewer decides. Told at once: the data protection officer.",
        "Only recorded, nothing is stopped; enforced it would be: given back to the sender.",
        "to a contact: delivered as it is",
        "5 families or 20 outside addresses",
        "pupils who write to nobody outside",
        "Different for Governors\n    personal-address: only recorded\n",
        "personal-data: Excepted until 2020-07-31 by Colin Baxter: the old contract. (over)",
    ] {
        assert!(shown.contains(sentence), "{sentence} is not in:\n{shown}");
    }
}

#[test]
fn a_program_reads_a_line_for_each_clause() {
    let shown = says(&["policy", "show", "config/policy.toml", "--json"]);
    let clauses: Vec<Value> = shown
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let clause = |id: &str| clauses.iter().find(|one| one["clause"] == id).unwrap();
    assert_eq!(clauses.len(), CLAUSES.len());
    assert_eq!(clause("restricted-data")["verdict"], "table");
    assert_eq!(clause("left-account")["verdict"], "reject");
    assert_eq!(clause("left-account")["tell"], json!(["dpo"]));
}

#[test]
fn a_stricter_policy_says_which_messages_it_would_change() {
    let folder = tempfile::tempdir().unwrap();
    let stricter = SHIPPED.replacen("own-child = \"encrypt\"", "own-child = \"hold\"", 1);
    let (old, new) = (
        policy(&folder, "old.toml", SHIPPED),
        policy(&folder, "new.toml", &stricter),
    );
    let diff = |old: &str, new: &str| {
        let config = ["--config", "testdata/school/gateway.toml"];
        let against = ["--against", "testdata/mail/own-child"];
        says(&[&["policy", "diff", old, new][..], &against, &config].concat())
    };
    let said = diff(&old, &new);
    let mother = "support-plan-to-a-mother.eml: jo.ridley@webmail.example: encrypt becomes hold (restricted-data)";
    assert!(said.contains(mother), "{said}");
    assert!(
        said.trim_end().ends_with("3 of 8 messages change"),
        "{said}"
    );
    assert!(diff(&old, &old).contains("0 of 8 messages change"));
    let lines = says(&[
        "policy",
        "diff",
        &old,
        &new,
        "--json",
        "--against",
        "testdata/mail/own-child",
        "--config",
        "testdata/school/gateway.toml",
    ]);
    let changes: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(changes.iter().any(|change| {
        change["recipient"] == "jo.ridley@webmail.example"
            && (&change["before"], &change["after"]) == (&json!("encrypt"), &json!("hold"))
            && change["clauses"] == json!(["restricted-data"])
    }));
}
