//! A school's own rules, forms and details: tried on the command line, and in force for that school alone.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

const RULE: &str = r#"
title = "list of houses"
level = "protect"
why = """
What it finds: the heading of our house lists.
Why it matters: they say who is in which house.
Example: "House list of Merlin".
Limits: a list without its heading is not found.
"""

[pattern]
shapes = ['(?i)\bhouse list of (Merlin|Kestrel)\b']
confidence = 0.9

[[examples]]
text = "House list of Merlin"

[[counterexamples]]
text = "The merlin is a falcon."
"#;

const BLANK: &str = "Worry form\nName of the child:\nClass:\nWhat did you see or hear?\n\
Who else was there?\nWhat have you done about it?\nSigned:\n";

fn letter(from: &str, body: &str) -> String {
    format!(
        "From: {from}\r\nTo: office@company.example\r\nSubject: A question\r\n\
         Message-ID: <1@oakfield.sch.uk>\r\nDate: Fri, 20 Nov 2026 10:00:00 +0000\r\n\r\n{}",
        body.replace('\n', "\r\n")
    )
}

/// A gateway with two schools, of which the first has a rule, a form and a bank account of its own.
fn written(folder: &Path) {
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let pupils =
        "upn,admission_no,forename,surname,dob,year,class\n,1,Ada,Invented,12/03/2018,4,4H\n";
    write("one/pupils.csv", pupils);
    write("two/pupils.csv", pupils);
    write("rules/school/house-list.toml", RULE);
    write("forms/worry.txt", BLANK);
    write(
        "gateway.toml",
        r#"
[next_hop]
host = "127.0.0.1"

[[school]]
name = "One"
domains = ["one.sch.uk"]
directory = "one"
mode = "audit"
reviewers = ["dpo@one.sch.uk"]
rules = "rules"
forms = "forms"
own_accounts = ["08-99-99 66374958"]

[[school]]
name = "Two"
domains = ["two.sch.uk"]
directory = "two"
mode = "audit"
reviewers = ["dpo@two.sch.uk"]
"#,
    );
    let filled = BLANK
        .replace("child:", "child: somebody new to us")
        .replace("hear?", "hear? She had no coat and said she was cold.");
    let body = format!(
        "House list of Merlin\n\n{filled}\nPlease pay to sort code 08-99-99, account 66374958.\n"
    );
    for school in ["one", "two"] {
        let from = format!("office@{school}.sch.uk");
        write(&format!("{school}.eml"), &letter(&from, &body));
    }
}

fn schoolgate(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_schoolgate"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .expect("the binary runs");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

fn detectors(folder: &Path, message: &str) -> Vec<String> {
    let out = schoolgate(
        folder,
        &["check", "--json", "--config", "gateway.toml", message],
    );
    let line: Value = serde_json::from_str(&out).unwrap();
    let findings = line["findings"].as_array().unwrap();
    findings
        .iter()
        .map(|finding| finding["detector"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn rules_forms_and_accounts_of_a_school_hold_for_it_alone() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path());
    let one = detectors(folder.path(), "one.eml");
    let two = detectors(folder.path(), "two.eml");
    for own in ["school.house-list", "document.own-form"] {
        assert!(one.iter().any(|found| found == own), "{own}: {one:?}");
        assert!(!two.iter().any(|found| found == own), "{own}: {two:?}");
    }
    let account = "financial.bank-account".to_owned();
    assert!(!one.contains(&account), "{one:?}");
    assert!(two.contains(&account), "{two:?}");
}

#[test]
fn a_rule_of_ones_own_is_tried_on_a_message_before_it_is_in_force() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path());
    let rule = "rules/school/house-list.toml";
    let out = schoolgate(folder.path(), &["rules", "test", rule, "--on", "one.eml"]);
    assert!(out.contains("school.house-list: 2 examples hold"), "{out}");
    assert!(out.contains("one.eml: 1 found"), "{out}");
    assert!(
        out.contains("because it is written as such things are"),
        "{out}"
    );
    assert!(!out.contains("Merlin"), "what is found is masked: {out}");
    fs::write(folder.path().join("list.txt"), "House list of Kestrel\n").unwrap();
    let lines = schoolgate(
        folder.path(),
        &["rules", "test", rule, "--json", "--on", "list.txt"],
    );
    let lines: Vec<serde_json::Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0]["rule"], "school.house-list");
    let finding = &lines[1]["findings"][0];
    assert_eq!(finding["where"], "attachment list.txt", "{lines:?}");
    let broken = RULE.replace(
        "House list of Merlin\"\n\n[[counter",
        "nothing of the kind\"\n\n[[counter",
    );
    fs::write(folder.path().join(rule), broken).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_schoolgate"))
        .current_dir(folder.path())
        .args(["rules", "test", rule])
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains("does not match"), "{error}");
}
