//! Clauses about one matter that detection names: credentials, money, chain letters, advertising, conduct, a pupil's safety.

use crate::decide::clause::{Clause, Hit};
use crate::decide::decision::ClauseId;
use crate::decide::situation::Situation;
use crate::decide::words;
use crate::detect::finding::Finding;
use crate::mail::kind::SenderKind;
use crate::mail::level::Level;

/// # What it finds
/// A password, PIN, key or recovery code given to the outside.
/// # Why it matters
/// Whoever reads the message can open what it opens, for as long as it is kept (K, B).
/// # Example
/// "Log in with user office, password: …" to a supplier's help desk.
/// # Limits
/// The passcode of a meeting in its own invitation is none, nor is advice about passwords; rules `credential.*` decide.
pub static CREDENTIALS: Clause = Clause {
    id: ClauseId("credentials"),
    placeholders: &["found", "recipient"],
    by_table: false,
    hits: |situation| to_outside(situation, "credential."),
};

/// # What it finds
/// Bank details and card numbers of people on their way out.
/// # Why it matters
/// They are enough to take money and to write a believable false invoice (K).
/// # Example
/// A parent's sort code and account number for a refund.
/// # Limits
/// The school's own details are named in the configuration and are never found; rules `financial.*` decide.
pub static FINANCIAL_DATA: Clause = Clause {
    id: ClauseId("financial-data"),
    placeholders: &["found", "recipient"],
    by_table: false,
    hits: |situation| to_outside(situation, "financial."),
};

/// # What it finds
/// A message that asks to be passed on to everybody.
/// # Why it matters
/// Chain letters waste everybody's day and carry hoaxes (K, B).
/// # Example
/// "Forward this to ten people or you will have bad luck."
/// # Limits
/// Rule `nuisance.chain-letter` decides; an ordinary request to pass a letter on is none.
pub static CHAIN_LETTER: Clause = Clause {
    id: ClauseId("chain-letter"),
    placeholders: &["found"],
    by_table: false,
    hits: |situation| of_message(situation, "nuisance.chain-letter"),
};

/// # What it finds
/// Small adverts and private selling.
/// # Why it matters
/// School addresses are for school business (K, B).
/// # Example
/// "For sale: sofa, as new, collection only."
/// # Limits
/// Rule `nuisance.advertising` decides; audit by default, because school fairs sell things too.
pub static ADVERTISING: Clause = Clause {
    id: ClauseId("advertising"),
    placeholders: &["found"],
    by_table: false,
    hits: |situation| of_message(situation, "nuisance.advertising"),
};

/// # What it finds
/// Offensive language in what a pupil wrote, and threats.
/// # Why it matters
/// A pupil who writes so, or has to read it, may need help (K, B).
/// # Example
/// Swear words in a pupil's mail.
/// # Limits
/// Detector `conduct.language` decides, by the word lists of a crate, and rule `conduct.threat`; slander without such a
/// word is not found. The explanation never quotes. Audit by default, because books and surnames have such words too.
pub static CONDUCT: Clause = Clause {
    id: ClauseId("conduct"),
    placeholders: &[],
    by_table: false,
    hits: |situation| {
        let found = of_family(situation, "conduct.").next();
        found.map(|_| Hit::whole(Vec::new())).into_iter().collect()
    },
};

/// # What it finds
/// A pupil who arranges to meet somebody, or gives a telephone number or an address to the outside.
/// # Why it matters
/// It is how strangers reach children (K, B).
/// # Example
/// "My address is …, meet me after school."
/// # Limits
/// The explanation never quotes what was found: the notice goes to the pupil. Rules `safety.*` and `contact.*` decide.
pub static PUPIL_SAFETY: Clause = Clause {
    id: ClauseId("pupil-safety"),
    placeholders: &[],
    by_table: false,
    hits: pupil_safety,
};

fn pupil_safety(situation: &Situation<'_>) -> Vec<Hit> {
    let by_pupil = situation.sender == SenderKind::Pupil;
    let outside = situation.outside().next().is_some();
    let meets = of_family(situation, "safety.").next().is_some();
    let gives = outside && of_family(situation, "contact.").next().is_some();
    if by_pupil && (meets || gives) {
        vec![Hit::whole(Vec::new())]
    } else {
        Vec::new()
    }
}

fn of_family<'a>(
    situation: &Situation<'a>,
    family: &'static str,
) -> impl Iterator<Item = &'a Finding> {
    let findings = situation.case.findings.items.iter();
    findings.filter(move |finding| finding.detector.starts_with(family))
}

fn found(situation: &Situation<'_>, family: &'static str) -> Option<String> {
    let findings: Vec<&Finding> = of_family(situation, family).collect();
    (!findings.is_empty()).then(|| words::found(findings.into_iter(), Level::Unclassified))
}

fn to_outside(situation: &Situation<'_>, family: &'static str) -> Vec<Hit> {
    let Some(found) = found(situation, family) else {
        return Vec::new();
    };
    situation
        .outside()
        .map(|(place, party)| Hit::found(place, party, &found))
        .collect()
}

fn of_message(situation: &Situation<'_>, family: &'static str) -> Vec<Hit> {
    found(situation, family)
        .map(|found| Hit::whole(vec![("found", found)]))
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::decide::letter::{EXTERNAL, INTERNAL, Letter, SHIPPED_POLICY};
    use crate::extract::content::Place;
    use crate::mail::level::Level;
    use crate::mail::mode::Mode;
    use crate::mail::verdict::Verdict;

    fn with(to: &str, detector: &str, level: Level) -> Letter {
        Letter::to(&[to]).finding(detector, level, Place::Body, &[])
    }

    #[test]
    fn a_password_to_the_outside_is_returned() {
        with(EXTERNAL, "credential.password", Level::Unclassified)
            .fires("credentials", Verdict::Return);
        with(INTERNAL, "credential.password", Level::Unclassified).is_silent("credentials");
        Letter::to(&[EXTERNAL]).is_silent("credentials");
    }

    #[test]
    fn bank_details_of_people_are_encrypted() {
        with(EXTERNAL, "financial.bank-account", Level::Protect)
            .fires("financial-data", Verdict::Encrypt);
        with(INTERNAL, "financial.bank-account", Level::Protect).is_silent("financial-data");
        with(EXTERNAL, "contact.phone", Level::Protect).is_silent("financial-data");
    }

    #[test]
    fn a_chain_letter_is_returned_wherever_it_goes() {
        for to in [EXTERNAL, INTERNAL] {
            with(to, "nuisance.chain-letter", Level::Unclassified)
                .fires("chain-letter", Verdict::Return);
        }
        with(EXTERNAL, "nuisance.advertising", Level::Unclassified).is_silent("chain-letter");
    }

    #[test]
    fn advertising_is_returned_where_a_school_enforces_it() {
        let advert = || with(INTERNAL, "nuisance.advertising", Level::Unclassified);
        advert()
            .mode("advertising", Mode::Enforce)
            .fires("advertising", Verdict::Return);
        assert_eq!(
            advert().judged().verdict(),
            Verdict::Pass,
            "audit by default"
        );
        Letter::to(&[INTERNAL]).is_silent("advertising");
    }

    #[test]
    fn offensive_language_is_held_for_the_head_where_a_school_enforces_it() {
        let rude = || with(INTERNAL, "conduct.language", Level::Unclassified);
        rude()
            .mode("conduct", Mode::Enforce)
            .fires("conduct", Verdict::Hold);
        assert_eq!(rude().judged().verdict(), Verdict::Pass, "audit by default");
        with(INTERNAL, "nuisance.advertising", Level::Unclassified).is_silent("conduct");
    }

    #[test]
    fn a_pupil_who_arranges_to_meet_is_held_and_nothing_is_quoted() {
        const PUPIL: &str = "amelia@oakfield.sch.uk";
        with(INTERNAL, "safety.meeting", Level::Unclassified)
            .from(PUPIL)
            .fires("pupil-safety", Verdict::Hold);
        with(EXTERNAL, "contact.phone", Level::Protect)
            .from(PUPIL)
            .fires("pupil-safety", Verdict::Hold);
        with(INTERNAL, "contact.phone", Level::Protect)
            .from(PUPIL)
            .is_silent("pupil-safety");
        with(EXTERNAL, "safety.meeting", Level::Unclassified).is_silent("pupil-safety");
        let section = SHIPPED_POLICY
            .split("[clause.pupil-safety]")
            .nth(1)
            .unwrap();
        let section = section.split("\n[clause.").next().unwrap();
        assert!(!section.contains('{'), "a place to fill could quote");
    }
}
