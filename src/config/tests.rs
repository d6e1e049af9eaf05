//! Every mistake in a configuration, and the sentence it gets.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::*;

const SCHOOL: &str = "[[school]]\nname = \"Oakfield Primary School\"\ndomains = [\"oakfield.sch.uk\"]\ndirectory = \"directory\"\nmode = \"enforce\"\n";

fn folder_with(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("directory")).unwrap();
    let path = folder.path().join("gateway.toml");
    fs::write(&path, text).unwrap();
    (folder, path)
}

#[track_caller]
fn problems(text: &str) -> String {
    let (folder, path) = folder_with(text);
    let error = load(&path).expect_err("a mistake");
    let prefix = format!("{}/", folder.path().display());
    error.to_string().replace(&prefix, "")
}

#[test]
fn the_least_that_runs_is_one_school() {
    let (folder, path) = folder_with(SCHOOL);
    let config = load(&path).unwrap();
    assert_eq!(config.data, folder.path().join("data"));
    assert_eq!(config.limits.message, 35 * 1024 * 1024);
    assert!(!config.hostname.is_empty());
}

#[test]
fn every_mistake_says_file_line_key_and_what_would_be_right() {
    let more = |text: &str| format!("{text}\n{SCHOOL}");
    let other = "[[school]]\nname = \"Other\"\ndirectory = \"directory\"\nmode = \"audit\"\n";
    for (text, expected) in [
        (
            String::new(),
            "gateway.toml: school: no school is declared: expected at least one [[school]] block with name, domains, directory and mode",
        ),
        (
            more("data = 3"),
            "gateway.toml:1: data: has the wrong type: integer `3`, expected a string",
        ),
        (
            more("hostname = \"not a name\""),
            "gateway.toml:1: hostname: `not a name` is not a domain: expected labels of letters, digits and hyphens, such as oakfield.sch.uk",
        ),
        (
            more("[next_hop]\ntls = \"maybe\""),
            "gateway.toml:2: next_hop.tls: unknown value `maybe`, expected one of `none`, `opportunistic`, `required`, `verified`",
        ),
        (
            more("[limits]\nmessage = \"35 MB\""),
            "gateway.toml:2: limits.message: `35 MB` is not a size: expected one such as \"35 MiB\" or \"256 KiB\"",
        ),
        (
            more("[limits]\ntime_per_part = \"soon\""),
            "gateway.toml:2: limits.time_per_part: `soon` is not a time: expected one such as \"10 s\", \"5 min\", \"1 h\" or \"14 days\"",
        ),
        (
            more("rules = \"nowhere\""),
            "nowhere: cannot be read: No such file or directory (os error 2)",
        ),
        (
            SCHOOL.replace("\"directory\"", "\"people\""),
            "people: cannot be read: No such file or directory (os error 2)",
        ),
        (
            SCHOOL.replace("\"enforce\"", "\"off\""),
            "gateway.toml:5: school.mode: a school cannot be off: expected \"enforce\" or \"audit\"",
        ),
        (
            SCHOOL.to_owned() + "reviewers = [\"the head\"]\n",
            "gateway.toml:6: school.reviewers: `the head` is not an address: expected name@domain",
        ),
        (
            SCHOOL.to_owned() + "time_zone = \"Mars\"\n",
            "gateway.toml:6: school.time_zone: `Mars` is not a time zone: expected one such as \"Europe/London\"",
        ),
        (
            SCHOOL.to_owned() + other + "domains = [\"OAKFIELD.sch.uk\"]\n",
            "gateway.toml:10: school.domains: `oakfield.sch.uk` is declared twice: each school needs its own",
        ),
        (
            SCHOOL.to_owned() + other,
            "gateway.toml: school \"Other\": domains is missing: expected the school's mail domains, such as [\"oakfield.sch.uk\"]",
        ),
    ] {
        assert_eq!(problems(&text), expected);
    }
}

#[test]
fn a_bad_cell_of_a_directory_says_file_line_and_column() {
    let (folder, path) = folder_with(SCHOOL);
    let pupils = "admission_no,forename,surname,dob\n1,Amelia,Thornton,31/02/2016\n";
    fs::write(folder.path().join("directory/pupils.csv"), pupils).unwrap();
    let error = load(&path).expect_err("a bad cell").to_string();
    let expected = "directory/pupils.csv:2: column dob: `";
    assert!(
        error.contains(expected) && error.contains("dd/mm/yyyy"),
        "{error}"
    );
}

#[test]
fn all_mistakes_of_a_file_are_named_at_once() {
    let text = "colour = \"red\"\ndata = 3\n[[school]]\nnmae = \"x\"\n";
    assert_eq!(problems(text).lines().count(), 3);
    assert_eq!(problems("[[school]]\n").lines().count(), 4);
}

/// Every dotted key of a table, with its value; tables in arrays count as one.
fn keys(value: &Value, prefix: &str, into: &mut BTreeSet<(String, String)>) {
    match value {
        Value::Table(table) => {
            for (key, value) in table {
                keys(value, &format!("{prefix}.{key}"), into);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_table) => {
            for item in items {
                keys(item, prefix, into);
            }
        }
        other => {
            into.insert((prefix.to_owned(), other.to_string()));
        }
    }
}

#[test]
fn the_documented_default_has_every_key_with_the_value_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/gateway.toml");
    let text = fs::read_to_string(&path).unwrap();
    let (written, problems) = Source::new(&path, &text).read::<File>();
    assert_eq!(problems, []);
    let as_written = |table: Table| {
        let mut found = BTreeSet::new();
        keys(&Value::Table(table), "", &mut found);
        found.retain(|(key, _)| !key.starts_with(".school"));
        found
    };
    let documented = as_written(text.parse::<Table>().unwrap());
    let of_the_code = as_written(Table::try_from(File::default()).unwrap());
    assert_eq!(documented, of_the_code);
    let source = Source::new(&path, &text);
    let declared = school::declared(&mut Check::new(&source), &written.school);
    assert_eq!(declared.len(), 1);
    let block = text.split("[[school]]\n").nth(1).unwrap();
    for key in Table::try_from(every_key_of_a_school()).unwrap().keys() {
        assert!(
            block.contains(&format!("\n{key} = ")),
            "{key} is not documented"
        );
    }
}

fn every_key_of_a_school() -> file::School {
    let text = || toml::Spanned::new(0..0, String::new());
    file::School {
        name: Some(text()),
        domains: Vec::new(),
        directory: Some(text()),
        mode: Some(toml::Spanned::new(0..0, crate::mail::mode::Mode::Enforce)),
        policy: Some(text()),
        reviewers: Vec::new(),
        notices_from: Some(text()),
        own_postcodes: Vec::new(),
        own_phones: Vec::new(),
        time_zone: Some(text()),
    }
}
