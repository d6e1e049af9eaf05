//! `docs/policy.md` says what `config/policy.toml` does: every clause, its title, its default, a test that is there.

use std::fs;
use std::path::{Path, PathBuf};

use schoolgate::decide::clause::CLAUSES;
use schoolgate::decide::decision::Severity;
use schoolgate::decide::policy::table::Column;
use schoolgate::decide::policy::{Asks, Policy, Settings};
use schoolgate::mail::level::Level;

fn read(path: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(root.join(Path::new(path))).unwrap()
}

fn policy() -> Policy {
    Policy::parse("config/policy.toml", &read("config/policy.toml")).unwrap()
}

/// The default as the page writes it: `hold, enforce, critical; contact pass`.
fn default_of(settings: &Settings) -> String {
    let verdict = match settings.verdict {
        Asks::Verdict(verdict) => verdict.as_str(),
        Asks::Table => "table",
    };
    let critical = match settings.severity {
        Severity::Critical => ", critical",
        Severity::Normal => "",
    };
    let others: Vec<String> = settings
        .recipients
        .iter()
        .map(|(kind, verdict)| format!("{} {verdict}", kind.as_str()))
        .collect();
    let others = match others.as_slice() {
        [] => String::new(),
        [..] => format!("; {}", others.join(", ")),
    };
    format!("{verdict}, {}{critical}{others}", settings.mode.as_str())
}

#[test]
fn the_page_says_of_every_clause_what_the_policy_does() {
    let page = read("docs/policy.md");
    let policy = policy();
    for clause in CLAUSES {
        let id = clause.id.as_str();
        let settings = policy.clause(clause.id).unwrap();
        let heading = format!("### `{id}`: {}\n", settings.title);
        let (_, section) = page
            .split_once(&heading)
            .unwrap_or_else(|| panic!("no `{heading}`"));
        let section = section.split("\n## ").next().unwrap();
        let section = section.split("\n### ").next().unwrap();
        let default = format!("\n- Default: {}\n", default_of(settings));
        assert!(section.contains(&default), "{id}: expected {default}");
        let test = section
            .lines()
            .find_map(|line| line.strip_prefix("- Test: "))
            .unwrap();
        let mut quoted = test.split('`').skip(1).step_by(2);
        let (file, name) = (quoted.next().unwrap(), quoted.next().unwrap());
        let code = read(file);
        let (_, body) = code
            .split_once(&format!("fn {name}()"))
            .unwrap_or_else(|| panic!("{id}: no {name} in {file}"));
        let body = body.split("#[test]").next().unwrap();
        assert!(
            body.contains(&format!("\"{id}\"")),
            "{id}: {name} does not speak of it"
        );
    }
    let (clauses, _) = page.split_once("\n## Handling\n").unwrap();
    assert_eq!(clauses.matches("\n### `").count(), CLAUSES.len());
}

/// Every source of the clauses, without white space.
fn sources(folder: &Path) -> String {
    let mut all = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all += &sources(&path);
        } else {
            all += &fs::read_to_string(path).unwrap();
        }
    }
    all.split_whitespace().collect()
}

/// `fires` judges in enforce, audit and off, for the school and for a group of senders.
#[test]
fn every_clause_is_shown_to_fire_and_not_to_fire() {
    let code = sources(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/decide"));
    let mut missing = Vec::new();
    for clause in CLAUSES {
        for call in [
            format!(".fires(\"{}\",", clause.id),
            format!(".is_silent(\"{}\")", clause.id),
        ] {
            if !code.contains(&call) {
                missing.push(call);
            }
        }
    }
    assert!(missing.is_empty(), "no test says {missing:?}");
}

#[test]
fn the_page_has_the_level_table_of_the_policy() {
    let page = read("docs/policy.md");
    let policy = policy();
    for level in [Level::Unclassified, Level::Protect, Level::Restricted] {
        let cells: Vec<String> = Column::ALL
            .iter()
            .map(|column| policy.table.cell(level, *column).to_string())
            .collect();
        let row = format!("| `{level}` | {} |\n", cells.join(" | "));
        assert!(page.contains(&row), "expected {row}");
    }
}

/// The clauses of handling that the page must have.
const HANDLING: [&str; 12] = [
    "explain",
    "consent",
    "verified",
    "separate-contact",
    "no-silent-end",
    "incident-log",
    "breach-record",
    "trace",
    "need-to-know",
    "retention",
    "weekly-report",
    "backup",
];

#[test]
fn every_clause_of_handling_has_its_sentence_its_default_and_a_test_that_is_there() {
    let page = read("docs/policy.md");
    let (_, handling) = page.split_once("\n## Handling\n").unwrap();
    for id in HANDLING {
        let (_, section) = handling
            .split_once(&format!("\n### `{id}`: "))
            .unwrap_or_else(|| panic!("no clause {id}"));
        let section = section.split("\n## ").next().unwrap();
        let section = section.split("\n### ").next().unwrap();
        let sentence = section.lines().nth(1).unwrap();
        assert!(sentence.ends_with('.'), "{id}: {sentence}");
        assert!(section.contains("\n- Default: "), "{id} has no default");
        let test = section
            .lines()
            .find_map(|line| line.strip_prefix("- Test: "));
        let mut quoted = test.unwrap().split('`').skip(1).step_by(2);
        let (file, name) = (quoted.next().unwrap(), quoted.next().unwrap());
        let test = format!("fn {name}()");
        assert!(read(file).contains(&test), "{id}: no {name} in {file}");
    }
}
