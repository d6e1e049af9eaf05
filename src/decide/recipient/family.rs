//! `wrong-family`: data about a pupil goes only to that pupil's family.

use crate::decide::clause::{Clause, Hit};
use crate::decide::decision::ClauseId;
use crate::decide::situation::Situation;
use crate::decide::words;
use crate::mail::kind::RecipientKind;
use crate::mail::level::Level;

/// # What it finds
/// Personal data about a pupil on its way to a parent or carer who is not linked to that pupil.
/// # Why it matters
/// A parent may have their own child's data and nobody else's; auto-complete and namesakes are how schools leak (K, B).
/// # Example
/// A report about one pupil addressed to the mother of another; one bulletin that names ten pupils to ninety families.
/// # Limits
/// A name that several pupils share is held until the message says by class, date of birth or number which is meant.
/// Of identifiers that nobody on roll accounts for, one for each own child named is taken to be the child's.
pub static WRONG_FAMILY: Clause = Clause {
    id: ClauseId("wrong-family"),
    placeholders: &["recipient", "pupils", "found"],
    by_table: false,
    hits: wrong_family,
};

fn wrong_family(situation: &Situation<'_>) -> Vec<Hit> {
    if situation.case.findings.level < Level::Protect {
        return Vec::new();
    }
    situation
        .outside()
        .filter(|(_, party)| party.kind == RecipientKind::Contact)
        .filter_map(|(place, party)| {
            let strangers = situation.strangers(party);
            let unaccounted = situation.unaccounted(party);
            let pupils = match (strangers.len(), unaccounted) {
                (0, 0) => return None,
                (0, count) => format!("{} not on our roll", words::counted(count, "pupil")),
                (_, _) => {
                    let named = words::pupils(&strangers, situation.case.directory);
                    if situation.is_about_namesakes(party, &strangers) {
                        format!("{named}, who has the same name as a child of theirs: add the class, so that it is plain which of them is meant")
                    } else {
                        named
                    }
                }
            };
            let about = situation.personal().filter(|finding| {
                strangers.is_empty() || finding.pupils.iter().any(|pupil| strangers.contains(pupil))
            });
            Some(Hit::on(
                place,
                vec![
                    ("recipient", party.address.to_string()),
                    ("pupils", pupils),
                    ("found", words::found(about, Level::Protect)),
                ],
            ))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::decide::letter::{
        AMELIA, AMELIAS_MOTHER, EXTERNAL, INTERNAL, Letter, NAMESAKE, NOAH, ZARA, ZARAS_FATHER,
    };
    use crate::mail::level::Level;
    use crate::mail::verdict::Verdict;

    #[test]
    fn another_familys_child_is_held() {
        Letter::to(&[ZARAS_FATHER])
            .about(Level::Protect, &[AMELIA])
            .fires("wrong-family", Verdict::Hold);
    }

    #[test]
    fn one_bulletin_with_two_named_children_is_held_for_both_families() {
        let bulletin =
            Letter::to(&[AMELIAS_MOTHER, ZARAS_FATHER]).about(Level::Protect, &[AMELIA, ZARA]);
        let verdicts: Vec<Verdict> = bulletin
            .judged()
            .recipients
            .iter()
            .map(|one| one.verdict)
            .collect();
        assert_eq!(verdicts, [Verdict::Hold, Verdict::Hold]);
        bulletin.fires("wrong-family", Verdict::Hold);
    }

    #[test]
    fn a_mother_may_have_the_data_of_all_her_children() {
        for pupils in [&[AMELIA][..], &[NOAH], &[AMELIA, NOAH]] {
            Letter::to(&[AMELIAS_MOTHER])
                .about(Level::Protect, pupils)
                .is_silent("wrong-family");
        }
    }

    #[test]
    fn a_name_two_pupils_share_is_held_until_the_message_says_which_is_meant() {
        let shared = |recipient: &str| {
            let mut letter = Letter::to(&[recipient]).about(Level::Protect, &[AMELIA, NAMESAKE]);
            letter.findings.namesakes.push([AMELIA, NAMESAKE].into());
            letter.findings.pupils = 1;
            letter
        };
        for mother in [AMELIAS_MOTHER, "ruth@other-family.example"] {
            shared(mother).fires("wrong-family", Verdict::Hold);
            let decision = shared(mother).judged();
            let said = &decision.reasons.first().unwrap().explanation;
            assert!(
                said.contains("the same name as a child of theirs"),
                "{said}"
            );
        }
        let with_class = |recipient| shared(recipient).about(Level::Protect, &[AMELIA]);
        with_class(AMELIAS_MOTHER).is_silent("wrong-family");
        with_class("ruth@other-family.example").fires("wrong-family", Verdict::Hold);
        let both = with_class(AMELIAS_MOTHER).about(Level::Protect, &[NAMESAKE]);
        both.fires("wrong-family", Verdict::Hold);
        shared(ZARAS_FATHER).fires("wrong-family", Verdict::Hold);
    }

    #[test]
    fn the_namesakes_mother_is_the_wrong_mother() {
        Letter::to(&["ruth@other-family.example"])
            .about(Level::Restricted, &[AMELIA])
            .fires("wrong-family", Verdict::Hold);
    }

    #[test]
    fn pupils_nobody_knows_are_somebody_elses_beyond_one_for_each_own_child() {
        let with = |unknown: usize| {
            let mut letter = Letter::to(&[AMELIAS_MOTHER]).about(Level::Protect, &[AMELIA]);
            letter.findings.pupils += unknown;
            letter
        };
        with(1).is_silent("wrong-family");
        with(2).fires("wrong-family", Verdict::Hold);
    }

    #[test]
    fn what_is_not_personal_or_not_to_a_family_is_not_its_matter() {
        Letter::to(&[ZARAS_FATHER])
            .about(Level::Unclassified, &[AMELIA])
            .is_silent("wrong-family");
        Letter::to(&[EXTERNAL, INTERNAL])
            .about(Level::Restricted, &[AMELIA])
            .is_silent("wrong-family");
    }
}
