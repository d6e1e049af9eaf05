//! `first-contact` and `publication`: addresses nobody has verified, and addresses everybody reads.

use crate::decide::clause::{Clause, Hit};
use crate::decide::decision::ClauseId;
use crate::decide::party::Party;
use crate::decide::situation::Situation;
use crate::decide::words;
use crate::mail::kind::RecipientKind;
use crate::mail::level::Level;

/// Days of mail after which the gateway's own memory is a past.
const LEARNING: u32 = 28;

/// # What it finds
/// Personal data to an address this school has never written to and that is no contact's and no partner's.
/// # Why it matters
/// "Do not send to anybody whose details you have been unable to verify" (K, B).
/// # Example
/// A pupil's details to a company's new address, taken from an e-mail that asked for them.
/// # Limits
/// Knows what `history.csv` holds and what has left through the gateway, of which it keeps keyed hashes.
/// A school without that file has no past to compare with until the gateway has seen four weeks of its mail; until then
/// the clause is silent.
pub static FIRST_CONTACT: Clause = Clause {
    id: ClauseId("first-contact"),
    placeholders: &["recipient", "found"],
    by_table: false,
    hits: first_contact,
};

fn first_contact(situation: &Situation<'_>) -> Vec<Hit> {
    let case = situation.case;
    let memory = &case.before.memory;
    if case.directory.history.is_empty() && memory.days < LEARNING {
        return Vec::new();
    }
    let unknown = |kind| {
        matches!(
            kind,
            RecipientKind::External | RecipientKind::Personal | RecipientKind::Publication
        )
    };
    to_whom(situation, |party| {
        unknown(party.kind)
            && case.directory.correspondent(party.address).is_none()
            && !memory.written.contains(party.address)
    })
}

/// # What it finds
/// Personal data to an address that publishes what it receives.
/// # Why it matters
/// It is on the Internet within the minute and cannot be called back (B, freedom of information).
/// # Example
/// An answer to whatdotheyknow.com with a pupil's name in it.
/// # Limits
/// Knows the addresses and domains in `config/lists/publication.txt`.
pub static PUBLICATION: Clause = Clause {
    id: ClauseId("publication"),
    placeholders: &["recipient", "found"],
    by_table: false,
    hits: |situation| to_whom(situation, |party| party.kind == RecipientKind::Publication),
};

fn to_whom(situation: &Situation<'_>, concerned: impl Fn(&Party<'_>) -> bool) -> Vec<Hit> {
    if situation.case.findings.level < Level::Protect {
        return Vec::new();
    }
    let found = words::found(situation.personal(), Level::Protect);
    situation
        .outside()
        .filter(|(_, party)| concerned(party))
        .map(|(place, party)| Hit::found(place, party, &found))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::decide::letter::{
        AMELIA, AMELIAS_MOTHER, EXTERNAL, Letter, PARTNER, PUBLICATION, address,
    };
    use crate::mail::level::Level;
    use crate::mail::verdict::Verdict;

    const NEW: &str = "events@skatepark.test";

    #[test]
    fn personal_data_to_an_address_never_written_to_is_held() {
        Letter::to(&[NEW])
            .about(Level::Protect, &[AMELIA])
            .fires("first-contact", Verdict::Hold);
        Letter::to(&[NEW]).is_silent("first-contact");
        for known in [EXTERNAL, PARTNER, AMELIAS_MOTHER] {
            Letter::to(&[known])
                .about(Level::Protect, &[AMELIA])
                .is_silent("first-contact");
        }
    }

    #[test]
    fn a_school_without_a_past_has_no_first_contact() {
        let mut letter = Letter::to(&[NEW]).about(Level::Protect, &[AMELIA]);
        letter.directory.history.clear();
        letter.is_silent("first-contact");
    }

    #[test]
    fn what_left_through_the_gateway_is_a_past_after_four_weeks() {
        let remembered = |days| {
            let mut letter = Letter::to(&[NEW]).about(Level::Protect, &[AMELIA]);
            letter.directory.history.clear();
            letter.before.memory.days = days;
            letter
        };
        remembered(27).is_silent("first-contact");
        remembered(28).fires("first-contact", Verdict::Hold);
        let mut known = remembered(28);
        known.before.memory.written.insert(address(NEW));
        known.is_silent("first-contact");
    }

    #[test]
    fn personal_data_is_not_published() {
        Letter::to(&[PUBLICATION])
            .about(Level::Protect, &[AMELIA])
            .fires("publication", Verdict::Hold);
        Letter::to(&[PUBLICATION]).is_silent("publication");
        Letter::to(&[EXTERNAL])
            .about(Level::Protect, &[AMELIA])
            .is_silent("publication");
    }
}
