//! `visible-recipients` and `too-many-recipients`: how many people see a message, and each other.

use std::collections::BTreeSet;

use crate::decide::clause::{Clause, Hit};
use crate::decide::decision::ClauseId;
use crate::decide::flow::Flow;
use crate::decide::party::Party;
use crate::decide::policy::table::Column;
use crate::decide::situation::Situation;
use crate::decide::words;
use crate::mail::address::Address;
use crate::mail::level::Level;

/// # What it finds
/// More families, or more outside addresses, in To and Cc than may see each other's addresses.
/// # Why it matters
/// A list of parents' addresses is personal data, and one careless reply reaches them all (K, B).
/// # Example
/// A trip letter to thirty families in To instead of Bcc.
/// # Limits
/// Counts addresses as written; what a distribution list opens into cannot be seen.
pub static VISIBLE_RECIPIENTS: Clause = Clause {
    id: ClauseId("visible-recipients"),
    placeholders: &["addresses", "households"],
    by_table: false,
    hits: visible_recipients,
};

fn visible_recipients(situation: &Situation<'_>) -> Vec<Hit> {
    let case = situation.case;
    let forwarded = matches!(situation.flow, Flow::AutoForward(_));
    if forwarded || situation.outside().next().is_none() {
        return Vec::new();
    }
    let written = case.headers.to.iter().chain(&case.headers.cc);
    let shown: BTreeSet<&Address> = written
        .filter_map(|mailbox| mailbox.address.as_ref())
        .filter(|address| !situation.is_own(address.domain()))
        .collect();
    let households: BTreeSet<_> = shown
        .iter()
        .filter_map(|address| Party::of(address, case).household(case))
        .collect();
    let thresholds = case.policy.thresholds;
    if households.len() <= thresholds.visible_households
        && shown.len() <= thresholds.visible_addresses
    {
        return Vec::new();
    }
    vec![Hit::whole(vec![
        ("addresses", words::counted(shown.len(), "outside address")),
        ("households", words::families(households.len())),
    ])]
}

/// # What it finds
/// Personal data to more outside recipients than the policy allows.
/// # Why it matters
/// Each of them has to need it, and the more there are the less anybody checks (K, B).
/// # Example
/// A pupil's date of birth to four companies.
/// # Limits
/// Parents and carers who receive only their own children's data do not count.
pub static TOO_MANY_RECIPIENTS: Clause = Clause {
    id: ClauseId("too-many-recipients"),
    placeholders: &["count", "found"],
    by_table: false,
    hits: too_many_recipients,
};

fn too_many_recipients(situation: &Situation<'_>) -> Vec<Hit> {
    let case = situation.case;
    if case.findings.level < Level::Protect {
        return Vec::new();
    }
    let counted: Vec<usize> = situation
        .outside()
        .filter(|(_, party)| situation.column(party) != Column::OwnChild)
        .map(|(place, _)| place)
        .collect();
    if counted.len() <= case.policy.thresholds.outside_recipients {
        return Vec::new();
    }
    let found = words::found(situation.personal(), Level::Protect);
    let count = words::counted(counted.len(), "outside recipient");
    let on = |place| {
        Hit::on(
            place,
            vec![("count", count.clone()), ("found", found.clone())],
        )
    };
    counted.into_iter().map(on).collect()
}

#[cfg(test)]
mod tests {
    use crate::decide::letter::{AMELIA, AMELIAS_MOTHER, Letter, ZARAS_FATHER};
    use crate::mail::level::Level;
    use crate::mail::verdict::Verdict;

    fn strangers(count: usize) -> Vec<String> {
        (0..count)
            .map(|n| format!("person{n}@company{n}.example"))
            .collect()
    }

    fn to(recipients: &[String]) -> Letter {
        let recipients: Vec<&str> = recipients.iter().map(String::as_str).collect();
        Letter::to(&recipients)
    }

    #[test]
    fn twenty_strangers_may_see_each_other_and_twenty_one_may_not() {
        to(&strangers(20)).is_silent("visible-recipients");
        to(&strangers(21)).fires("visible-recipients", Verdict::Return);
        let mut blind = to(&strangers(21));
        blind.headers.to.clear();
        blind.is_silent("visible-recipients");
    }

    #[test]
    fn families_are_counted_and_not_parents() {
        let mut letter = Letter::to(&[AMELIAS_MOTHER, "ian.thornton@mail.example", ZARAS_FATHER]);
        letter.policy.thresholds.visible_households = 2;
        letter.is_silent("visible-recipients");
        letter.policy.thresholds.visible_households = 1;
        assert_eq!(letter.judged().verdict(), Verdict::Return);
    }

    #[test]
    fn personal_data_to_three_outsiders_is_enough() {
        to(&strangers(3))
            .about(Level::Protect, &[AMELIA])
            .is_silent("too-many-recipients");
        to(&strangers(4))
            .about(Level::Protect, &[AMELIA])
            .fires("too-many-recipients", Verdict::Hold);
        to(&strangers(4)).is_silent("too-many-recipients");
        let mut with_mother = strangers(3);
        with_mother.push(AMELIAS_MOTHER.to_owned());
        to(&with_mother)
            .about(Level::Protect, &[AMELIA])
            .is_silent("too-many-recipients");
    }
}
