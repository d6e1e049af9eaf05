//! Microsoft sensitivity labels in document properties and in the `msip_labels` header.
//!
//! Each label is a set of entries `MSIP_Label_<GUID>_<Attribute>`; the GUID is the reliable key, and
//! `sensitivity-labels.csv` of the school says what level it stands for.
//! A label that file does not know is another tenant's: it says something about the sender, and counts for nothing.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::detect::Setting;
use crate::detect::reading::Reading;
use crate::detect::rules::written::About;
use crate::detect::sum::{Entry, Spot, Sum};
use crate::extract::content::Place;
use crate::mail::level::Level;
use crate::secret::Excerpt;

/// One entry of a label: its GUID, the attribute, its value up to the next divider.
#[expect(
    clippy::expect_used,
    reason = "a constant expression, run by the tests below"
)]
static ENTRY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)MSIP_Label_([0-9a-f-]{36})_(\w+)[ \t]*[:=][ \t]*([^;,\n]*)")
        .expect("a constant expression")
});

/// Adds the labels the school knows.
pub(crate) fn weigh(readings: &[Reading<'_>], setting: &Setting<'_>, sum: &mut Sum) {
    let labels = &setting.directory.labels;
    for (text, reading) in readings.iter().enumerate() {
        if labels.is_empty() || reading.source.place != Place::Property {
            continue;
        }
        let (set, off) = labels_of(&reading.normal);
        for label in labels {
            let guid = label.guid.to_lowercase();
            if !set.contains(&guid) || off.contains(&guid) || label.level == Level::Unclassified {
                continue;
            }
            sum.add(Entry {
                detector: "marking.label",
                title: "sensitivity label",
                level: label.level,
                many: None,
                alone: false,
                about: About::Nobody,
                confidence: 0.95,
                spot: Spot::of(text, 0, reading.source),
                excerpt: Excerpt::plain(&label.name),
                why: "the list of labels says what it stands for".to_owned(),
                value: guid,
                pupils: Vec::new(),
            });
        }
    }
}

/// The GUIDs of the labels of a text, and of those that are switched off.
fn labels_of(text: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut set, mut off) = (BTreeSet::new(), BTreeSet::new());
    for entry in ENTRY.captures_iter(text) {
        let (_, [guid, attribute, value]) = entry.extract();
        let guid = guid.to_lowercase();
        if attribute.eq_ignore_ascii_case("Enabled") && value.trim().eq_ignore_ascii_case("false") {
            off.insert(guid.clone());
        }
        set.insert(guid);
    }
    (set, off)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_counts_unless_it_is_switched_off() {
        let one = "0c1d7a52-6f0e-4f7b-9a51-2f1f5a7d1003";
        let two = "0c1d7a52-6f0e-4f7b-9a51-2f1f5a7d1004";
        let (set, off) = labels_of(&format!(
            "msip_labels: MSIP_Label_{one}_Enabled=True; MSIP_Label_{one}_Name=Personal; MSIP_Label_{two}_Enabled=false"
        ));
        assert_eq!(set.len(), 2);
        assert_eq!(off, BTreeSet::from([two.to_owned()]));
    }
}
