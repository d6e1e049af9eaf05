//! Keeps the house tidy: imports point one way, files stay short and say what they are, nothing names a machine.
//!
//! What clippy can see (function length, missing docs) is left to clippy.

use std::fs;
use std::path::{Path, PathBuf};

/// Modules from the leaves up; each may use itself and what stands before it.
/// Modules of one row know nothing of each other, but for the leaves, which are one vocabulary.
const ROWS: &[&[&str]] = &[
    &["mail", "limits", "secret", "clock"],
    &["directory"],
    &["parse"],
    &["extract"],
    &["detect"],
    &["decide"],
    &["school"],
    &["store"],
    &["act"],
    &["gateway"],
    &["receive", "report"],
    &["config"],
    &["cli"],
];

const MOST_LINES: usize = 400;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<(String, String)> {
    let files = files_below(&root().join("src"), ".rs");
    assert!(
        files.len() > 20,
        "the sources are not where this test looks"
    );
    let named = |path: &PathBuf| {
        path.strip_prefix(root())
            .unwrap()
            .to_string_lossy()
            .into_owned()
    };
    files
        .iter()
        .map(|path| (named(path), fs::read_to_string(path).unwrap()))
        .collect()
}

fn row_of(module: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&module))
}

/// The modules of this crate that a source names with `crate::`, outside comments.
fn modules_used(text: &str) -> Vec<&str> {
    let code = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split("crate::").skip(1))
        .map(|rest| {
            rest.split(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
                .unwrap_or_default()
        })
        .filter(|module| !module.is_empty())
        .collect()
}

#[test]
fn imports_point_one_way() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        let module = file
            .trim_start_matches("src/")
            .trim_end_matches(".rs")
            .split('/')
            .next()
            .unwrap()
            .to_owned();
        if ["lib", "main"].contains(&module.as_str()) {
            continue;
        }
        let row = row_of(&module)
            .unwrap_or_else(|| panic!("{file}: give module {module} a row in this test"));
        for used in modules_used(&text) {
            let below = row_of(used)
                .unwrap_or_else(|| panic!("{file} names crate::{used}, which has no row"));
            if used != module && (below > row || (below == row && row > 0)) {
                wrong.push(format!(
                    "{file} uses crate::{used}, which stands above it or beside it"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_file_says_what_it_is_and_stays_short() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        if !text.starts_with("//! ") {
            wrong.push(format!("{file}: the first line is not a `//!` sentence"));
        }
        let lines = text.lines().count();
        if lines > MOST_LINES {
            wrong.push(format!("{file}: {lines} lines, more than {MOST_LINES}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_globs_no_loose_ends() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        for (number, line) in text.lines().enumerate() {
            let glob = line.trim_start().starts_with("use ")
                && line.contains("::*")
                && !line.contains("super::*");
            let loose = [
                "TO".to_owned() + "DO",
                "FIX".to_owned() + "ME",
                "#[ig".to_owned() + "nore",
            ];
            if glob || loose.iter().any(|mark| line.contains(mark.as_str())) {
                wrong.push(format!("{file}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_pure_stages_deny_files_and_clocks() {
    for stage in ["parse", "extract", "detect", "decide"] {
        let file = root().join("src").join(stage).join("mod.rs");
        let text = fs::read_to_string(&file).unwrap();
        assert!(
            text.contains("#![deny(clippy::disallowed_methods)]"),
            "{stage}/mod.rs does not deny them"
        );
    }
}

#[test]
fn nothing_committed_names_a_machine_or_a_registry_host() {
    let words = [
        "index.crates".to_owned() + ".io",
        "/ro".to_owned() + "ot/",
        "/wo".to_owned() + "rk/",
    ];
    let mut wrong = Vec::new();
    for folder in ["src", "tests", "config", "rules", "deploy", ".ci"] {
        for path in files_below(&root().join(folder), "") {
            let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
            for word in words.iter().filter(|word| text.contains(word.as_str())) {
                wrong.push(format!("{} names {word}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
