//! `docs/smtp.md` says what the door does: every limit with its default, every reply.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use regex::Regex;

fn text(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}

/// The rows of a table: what stands in its first two columns.
fn rows(page: &str, heading: &str) -> BTreeMap<String, String> {
    let section = page.split("\n## ").find(|part| part.starts_with(heading));
    let rows = section.unwrap().lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.split(" | ");
        let first = cells.next()?.trim_end_matches('`').to_owned();
        Some((first, cells.next()?.to_owned()))
    });
    rows.collect()
}

#[test]
fn every_limit_of_the_door_is_on_the_page_with_its_default() {
    let config: toml::Table = text("config/gateway.toml").parse().unwrap();
    let written = |value: &toml::Value| value.to_string().trim_matches('"').to_owned();
    let limits = config["receive"]["limits"].as_table().unwrap();
    let limits: BTreeMap<String, String> = limits
        .iter()
        .map(|(key, value)| (key.clone(), written(value)))
        .collect();
    assert_eq!(rows(&text("docs/smtp.md"), "Limits"), limits);
}

#[test]
fn every_reply_that_is_no_plain_yes_is_on_the_page() {
    let page = rows(&text("docs/smtp.md"), "Replies");
    let source = text("src/receive/reply.rs");
    let codes = Regex::new(r#"([45]\d\d),\s*"(\d\.\d+\.\d+)""#).unwrap();
    let mut found: Vec<String> = codes
        .captures_iter(&source)
        .map(|reply| format!("{} {}", &reply[1], &reply[2]))
        .collect();
    let later = Regex::new(r#"\("(4\.\d+\.\d+)", "The message|\("(4\.\d+\.\d+)", "Too"#).unwrap();
    found.extend(later.captures_iter(&source).map(|reply| {
        let enhanced = reply.get(1).or(reply.get(2)).unwrap();
        format!("451 {}", enhanced.as_str())
    }));
    assert!(found.len() > 30, "{found:?}");
    let missing: Vec<_> = found
        .iter()
        .filter(|reply| !page.contains_key(*reply))
        .collect();
    assert!(missing.is_empty(), "not in docs/smtp.md: {missing:?}");
    let said = |reply: &&String| reply.starts_with("250") || found.contains(reply);
    let invented: Vec<_> = page.keys().filter(|reply| !said(reply)).collect();
    assert!(invented.is_empty(), "nobody says: {invented:?}");
}
