//! `usual-company`: a recipient who does not belong with the others.

use crate::decide::clause::{Clause, Hit};
use crate::decide::decision::ClauseId;
use crate::decide::memory::OFTEN;
use crate::decide::situation::Situation;
use crate::decide::words;
use crate::mail::address::Address;
use crate::mail::level::Level;

/// # What it finds
/// Personal data to somebody to whom the sender has never written, alone or with any of the others, while the sender
/// often writes to at least two of the others.
/// # Why it matters
/// Auto-complete offers a right address at the wrong time, and nobody reads a list of addresses they know (K).
/// # Example
/// Minutes to the three people of a panel and, in place of the fourth, a supplier of the same forename.
/// # Limits
/// Remembers what left through the gateway, as keyed hashes, of messages to at most twelve outside addresses; knows nothing of
/// earlier company. Only recorded by default: a panel that gets a new member looks the same.
pub static USUAL_COMPANY: Clause = Clause {
    id: ClauseId("usual-company"),
    placeholders: &["recipient", "found"],
    by_table: false,
    hits: usual_company,
};

fn usual_company(situation: &Situation<'_>) -> Vec<Hit> {
    let case = situation.case;
    let Some(sender) = case.envelope.sender.as_ref() else {
        return Vec::new();
    };
    if case.findings.level < Level::Protect {
        return Vec::new();
    }
    let memory = &case.before.memory;
    let is_usual = |other: &Address| memory.times_together(sender, other) >= OFTEN;
    let outside = || situation.outside().map(|(_, party)| party.address);
    if outside().filter(|other| is_usual(other)).count() < 2 {
        return Vec::new();
    }
    let has_company = |address: &Address| {
        let mut others = outside().filter(|other| *other != address);
        memory.times_together(sender, address) > 0
            || others.any(|other| memory.times_together(address, other) > 0)
    };
    let found = words::found(situation.personal(), Level::Protect);
    situation
        .outside()
        .filter(|(_, party)| !has_company(party.address))
        .map(|(place, party)| Hit::found(place, party, &found))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::decide::letter::{AMELIA, EXTERNAL, Letter, PARTNER, STAFF, ZIP_PARTNER, address};
    use crate::decide::memory::pairs;
    use crate::mail::level::Level;
    use crate::mail::mode::Mode;
    use crate::mail::verdict::Verdict;

    /// The sender has often written to both partners.
    fn panel(to: &[&str]) -> Letter {
        let mut letter = Letter::to(to)
            .about(Level::Protect, &[AMELIA])
            .mode("usual-company", Mode::Enforce);
        let known = [address(PARTNER), address(ZIP_PARTNER)];
        for pair in pairs(Some(&address(STAFF)), &known) {
            letter.before.memory.together.insert(pair, 3);
        }
        letter
    }

    #[test]
    fn somebody_who_never_stood_with_the_others_is_noticed() {
        panel(&[PARTNER, ZIP_PARTNER, EXTERNAL]).fires("usual-company", Verdict::Hold);
        let decision = panel(&[PARTNER, ZIP_PARTNER, EXTERNAL]).judged();
        let reasons = decision.reasons.iter();
        let mut named = reasons.filter(|reason| reason.clause.as_str() == "usual-company");
        assert_eq!(named.next().unwrap().recipient, Some(address(EXTERNAL)));
        assert_eq!(named.next(), None);
    }

    #[test]
    fn usual_company_and_company_of_two_are_not_its_matter() {
        panel(&[PARTNER, ZIP_PARTNER]).is_silent("usual-company");
        panel(&[PARTNER, EXTERNAL]).is_silent("usual-company");
        let mut once = panel(&[PARTNER, ZIP_PARTNER, EXTERNAL]);
        let together = pairs(Some(&address(PARTNER)), &[address(EXTERNAL)]);
        once.before.memory.together.insert(together[0].clone(), 1);
        once.is_silent("usual-company");
        let mut harmless = panel(&[PARTNER, ZIP_PARTNER, EXTERNAL]);
        harmless.findings.level = Level::Unclassified;
        harmless.is_silent("usual-company");
    }
}
