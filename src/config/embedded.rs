//! Rules, policy and lists inside the binary, so that one file runs.

use std::path::Path;

use include_dir::{Dir, include_dir};

static RULES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules");
static LISTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/config/lists");
const POLICY: &str = include_str!("../../config/policy.toml");

/// The shipped rule files, as path and text, in order of path.
pub(crate) fn rules() -> Vec<(String, String)> {
    let mut sources = Vec::new();
    texts(&RULES, "rules", "toml", &mut sources);
    sources.sort();
    sources
}

/// The shipped policy, as path and text.
pub(crate) fn policy() -> (String, String) {
    ("config/policy.toml".to_owned(), POLICY.to_owned())
}

/// The shipped lists of domains and mailboxes, as path and text.
pub(crate) fn lists() -> Vec<(String, String)> {
    let mut sources = Vec::new();
    texts(&LISTS, "config/lists", "txt", &mut sources);
    sources
}

fn texts(dir: &Dir<'_>, root: &str, ending: &str, into: &mut Vec<(String, String)>) {
    for file in dir.files() {
        if file.path().extension().is_some_and(|found| found == ending) {
            let path = Path::new(root).join(file.path());
            let text = String::from_utf8_lossy(file.contents()).into_owned();
            into.push((path.to_string_lossy().into_owned(), text));
        }
    }
    for inner in dir.dirs() {
        texts(inner, root, ending, into);
    }
}
