//! `personal-data` and `restricted-data`: the level table.

use crate::decide::clause::{Clause, Hit};
use crate::decide::decision::ClauseId;
use crate::decide::party::Party;
use crate::decide::situation::Situation;
use crate::decide::words;
use crate::mail::level::Level;
use crate::mail::verdict::Verdict;

/// # What it finds
/// Content at level `protect`: personal data of an identifiable pupil, parent or member of staff.
/// # Why it matters
/// It may go where it belongs, and only on a way that fits: the level table says which (K, B, N).
/// # Example
/// A pupil's name and date of birth to a supplier: encrypted.
/// # Limits
/// Says nothing about whom the data belongs to; `wrong-family` does.
pub static PERSONAL_DATA: Clause = Clause {
    id: ClauseId("personal-data"),
    placeholders: &["recipient", "found"],
    by_table: true,
    hits: |situation| at_level(situation, Level::Protect),
};

/// # What it finds
/// Content at level `restricted`: safeguarding, SEN, medical and other sensitive data, tables and exports of pupils.
/// # Why it matters
/// It harms children when it reaches the wrong hands (K, B, N).
/// # Example
/// An education, health and care plan to a private address: held.
/// # Limits
/// As good as detection and markings are; an unread attachment is `unreadable-attachment`'s.
pub static RESTRICTED_DATA: Clause = Clause {
    id: ClauseId("restricted-data"),
    placeholders: &["recipient", "found"],
    by_table: true,
    hits: |situation| at_level(situation, Level::Restricted),
};

fn at_level(situation: &Situation<'_>, level: Level) -> Vec<Hit> {
    let findings = situation.case.findings;
    if findings.level != level {
        return Vec::new();
    }
    let found = words::found(findings.items.iter(), level);
    let touched =
        |party: &Party<'_>| party.is_outside() || situation.cell(party).verdict > Verdict::Pass;
    situation
        .parties
        .iter()
        .enumerate()
        .filter(|(_, party)| touched(party))
        .map(|(place, party)| Hit::found(place, party, &found))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::decide::letter::{AMELIA, EXTERNAL, INTERNAL, Letter};
    use crate::mail::level::Level;
    use crate::mail::mode::Mode;
    use crate::mail::verdict::Verdict;

    #[test]
    fn personal_data_to_the_outside_is_encrypted() {
        Letter::to(&[EXTERNAL])
            .about(Level::Protect, &[AMELIA])
            .fires("personal-data", Verdict::Encrypt);
        Letter::to(&[EXTERNAL])
            .about(Level::Unclassified, &[AMELIA])
            .is_silent("personal-data");
        Letter::to(&[EXTERNAL])
            .about(Level::Restricted, &[AMELIA])
            .is_silent("personal-data");
    }

    #[test]
    fn sensitive_data_to_the_outside_is_held() {
        Letter::to(&[EXTERNAL])
            .about(Level::Restricted, &[AMELIA])
            .fires("restricted-data", Verdict::Hold);
        Letter::to(&[EXTERNAL])
            .about(Level::Protect, &[AMELIA])
            .is_silent("restricted-data");
        Letter::to(&[INTERNAL])
            .about(Level::Restricted, &[AMELIA])
            .is_silent("restricted-data");
    }

    #[test]
    fn a_table_clause_that_is_off_leaves_the_release_alone() {
        let letter = Letter::to(&[EXTERNAL])
            .about(Level::Restricted, &[AMELIA])
            .mode("restricted-data", Mode::Off);
        assert_eq!(letter.verdicts(), (Verdict::Pass, Verdict::Pass));
    }
}
