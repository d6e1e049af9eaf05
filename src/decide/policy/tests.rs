//! The shipped policy is whole, and a broken one says where and what would be right.

use super::*;

const SHIPPED: &str = include_str!("../../../config/policy.toml");

#[track_caller]
fn refused(change: (&str, &str), key: &str, words: &str) {
    let (from, to) = change;
    assert!(SHIPPED.contains(from), "{from}");
    let text = SHIPPED.replacen(from, to, 1);
    let errors = Policy::parse("config/policy.toml", &text).unwrap_err();
    let line = text
        .lines()
        .position(|line| line.contains(to))
        .map(|line| line + 1);
    let error = errors.first().unwrap();
    assert_eq!(
        (error.key.as_str(), Some(error.line)),
        (key, line),
        "{error}"
    );
    assert!(error.problem.contains(words), "{error}");
}

#[test]
fn the_shipped_policy_is_good() {
    let policy = Policy::parse("config/policy.toml", SHIPPED).unwrap();
    assert_eq!(policy.thresholds.visible_households, 5);
    assert!(
        policy
            .clauses()
            .all(|(_, settings)| !settings.title.is_empty())
    );
}

#[test]
fn an_unknown_word_names_its_line_and_what_would_be_right() {
    refused(
        ("verdict = \"reject\"", "verdict = \"refuse\""),
        "clause.own-account.verdict",
        "`reject`",
    );
    refused(
        ("visible-households = 5", "visible-houses = 5"),
        "thresholds.visible-houses",
        "visible-households",
    );
    refused(
        ("external = \"encrypt\"", "external = \"encrypted\""),
        "table.protect.external",
        "hold, then encrypt",
    );
    refused(
        (
            "account of its sender: {problem}",
            "account of its sender: {trouble}",
        ),
        "clause.own-account.explanation",
        "{problem}",
    );
}

#[test]
fn a_clause_nobody_knows_and_a_clause_left_out_are_both_said() {
    let text = SHIPPED.replacen("[clause.machine-mail]", "[clause.machine-post]", 1);
    let errors = Policy::parse("policy.toml", &text).unwrap_err();
    let problems: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(
        problems
            .iter()
            .any(|problem| problem.contains("`machine-post` is no clause"))
    );
    assert!(
        problems
            .iter()
            .any(|problem| problem.contains("[clause.machine-mail] is missing"))
    );
}

#[test]
fn only_a_clause_about_a_level_may_ask_the_table() {
    let text = SHIPPED.replacen("verdict = \"reject\"", "verdict = \"table\"", 1);
    let errors = Policy::parse("policy.toml", &text).unwrap_err();
    assert!(
        errors
            .iter()
            .all(|error| error.problem.contains("no level")),
        "{errors:?}"
    );
}

#[test]
fn what_is_no_toml_is_one_error_with_its_line() {
    let errors =
        Policy::parse("policy.toml", "[thresholds]\nvisible-households = = 5\n").unwrap_err();
    assert_eq!(errors.first().map(|error| error.line), Some(2));
}

#[test]
fn in_audit_enforces_nothing_and_wakes_nothing() {
    let policy = Policy::parse("policy.toml", SHIPPED)
        .unwrap()
        .with_mode("wrong-family", Mode::Off)
        .in_audit();
    for (id, settings) in policy.clauses() {
        let expected = if id.as_str() == "wrong-family" {
            Mode::Off
        } else {
            Mode::Audit
        };
        assert_eq!(settings.mode, expected, "{id}");
    }
}
