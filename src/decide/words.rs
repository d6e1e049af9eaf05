//! What was found, in words for an office manager: what, how many, where, masked.
//!
//! Clauses put these into the places of their explanations; nothing here decides.

use std::collections::BTreeSet;

use crate::detect::finding::Finding;
use crate::directory::people::{Directory, Pupil, PupilId};
use crate::mail::level::Level;
use crate::mail::origin::Origin;
use crate::secret::Excerpt;

/// How many things a sentence names before it says how many more there are.
const NAMED: usize = 3;

/// The findings of this level or above: `unique pupil number (30, such as B80••••••••01) in attachment list.xlsx`.
#[must_use]
pub fn found<'a>(findings: impl Iterator<Item = &'a Finding>, at_least: Level) -> String {
    let all: Vec<String> = findings
        .filter(|finding| finding.level >= at_least)
        .map(one)
        .collect();
    if all.is_empty() {
        return format!("content at level {at_least}");
    }
    listed(&all, "finding")
}

fn one(finding: &Finding) -> String {
    let excerpt = finding.excerpt.as_str();
    let shown = match (finding.count, excerpt.is_empty()) {
        (0 | 1, true) => String::new(),
        (0 | 1, false) => format!(" ({excerpt})"),
        (count, true) => format!(" ({count})"),
        (count, false) => format!(" ({count}, such as {excerpt})"),
    };
    let hidden = if finding.visible {
        ""
    } else {
        ", where you may not see it"
    };
    format!(
        "{}{shown} in {}{hidden}",
        finding.title,
        place(&finding.origin)
    )
}

/// Where something stands, as part of a sentence: `the subject`, `attachment list.xlsx`.
#[must_use]
pub fn place(origin: &Origin) -> String {
    let text = origin.as_str();
    if text.starts_with("attachment") {
        text.to_owned()
    } else {
        format!("the {text}")
    }
}

/// Pupils by masked name: `A••• T••• (4B) and 29 more pupils`.
#[must_use]
pub fn pupils(pupils: &BTreeSet<PupilId>, directory: &Directory) -> String {
    let names: Vec<String> = pupils
        .iter()
        .filter_map(|id| directory.pupil(*id))
        .map(masked)
        .collect();
    listed(&names, "pupil")
}

fn masked(pupil: &Pupil) -> String {
    let name = Excerpt::mask(&format!("{} {}", pupil.forename, pupil.surname));
    match &pupil.class {
        Some(class) => format!("{name} ({class})"),
        None => name.to_string(),
    }
}

/// `a`, `a and b`, `a, b and c`, `a, b, c and 2 more findings`.
#[must_use]
pub fn listed(items: &[String], noun: &str) -> String {
    let shown = items.get(..items.len().min(NAMED)).unwrap_or_default();
    let more = items.len() - shown.len();
    match (shown.split_last(), more) {
        (None, _) => String::new(),
        (Some(_), 1) => format!("{} and 1 more {noun}", shown.join(", ")),
        (Some(_), more) if more > 0 => format!("{} and {more} more {noun}s", shown.join(", ")),
        (Some((last, [])), _) => last.clone(),
        (Some((last, before)), _) => format!("{} and {last}", before.join(", ")),
    }
}

/// `1 pupil`, `2 pupils`, `2 addresses`.
#[must_use]
pub fn counted(count: usize, noun: &str) -> String {
    match (count, noun.ends_with('s')) {
        (1, _) => format!("1 {noun}"),
        (_, true) => format!("{count} {noun}es"),
        (_, false) => format!("{count} {noun}s"),
    }
}

/// `1 family`, `2 families`.
#[must_use]
pub fn families(count: usize) -> String {
    if count == 1 {
        "1 family".to_owned()
    } else {
        format!("{count} families")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_three_and_counts_the_rest() {
        for (count, sentence) in [
            (0, ""),
            (1, "0"),
            (2, "0 and 1"),
            (3, "0, 1 and 2"),
            (4, "0, 1, 2 and 1 more pupil"),
            (9, "0, 1, 2 and 6 more pupils"),
        ] {
            let items: Vec<String> = (0..count).map(|n: usize| n.to_string()).collect();
            assert_eq!(listed(&items, "pupil"), sentence);
        }
    }
}
