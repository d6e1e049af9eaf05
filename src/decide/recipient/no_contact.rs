//! `no-contact`: nobody under a no-contact flag learns where a child is.

use std::collections::BTreeSet;

use crate::decide::clause::{Clause, Hit};
use crate::decide::decision::ClauseId;
use crate::decide::party::Party;
use crate::decide::recipient::whereabouts;
use crate::decide::situation::Situation;
use crate::decide::words;
use crate::directory::people::{Contact, Link, Pupil, PupilId};
use crate::extract::content::Place;
use crate::mail::address::Address;

/// # What it finds
/// Mail to a contact flagged no-contact that carries where the pupil is or how to reach the parent they live with:
/// their postcode, telephone and e-mail address as the directory has them, any family's postcode or telephone number
/// that detection found, or words that tell where the child is or will be.
/// To their own parent the forename names a child: a day, an hour or a named place in a sentence with it is enough (or
/// with "she" or "he" once it stands somewhere), and so is a phrase of `config/lists/whereabouts.txt` in a message with
/// it, or in a sentence with "her" or "his" even without.
/// # Why it matters
/// An address in the wrong hands can cost a life (B, K).
/// # Example
/// "We hold a new address now, 14 Kiln Close" to a father under a court order.
/// # Limits
/// A school report without any such detail passes to a parent who may have it; one that says what the child did on
/// Monday is held. A place told in other words is not seen.
pub static NO_CONTACT: Clause = Clause {
    id: ClauseId("no-contact"),
    placeholders: &["recipient", "pupils", "found"],
    by_table: false,
    hits: no_contact,
};

fn no_contact(situation: &Situation<'_>) -> Vec<Hit> {
    situation
        .outside()
        .filter_map(|(place, party)| {
            let barred = barred(party.contact?);
            let found = barred
                .iter()
                .find_map(|pupil| own_detail(situation, party, *pupil))
                .or_else(|| found_detail(situation).filter(|_| !barred.is_empty()))
                .or_else(|| whereabouts::told(situation.case, &barred))?;
            let pupils = words::pupils(&barred, situation.case.directory);
            let recipient = party.address.to_string();
            Some(Hit::on(
                place,
                vec![
                    ("recipient", recipient),
                    ("pupils", pupils),
                    ("found", found),
                ],
            ))
        })
        .collect()
}

/// The pupils a contact must not reach.
fn barred(contact: &Contact) -> BTreeSet<PupilId> {
    let links = contact.links.iter().filter(|link| link.no_contact);
    links.map(|link| link.pupil).collect()
}

/// A detail the directory has of the pupil's home, in the words of a notice.
fn own_detail(situation: &Situation<'_>, party: &Party<'_>, id: PupilId) -> Option<String> {
    let directory = situation.case.directory;
    let own = party.contact?;
    let pupil = directory.pupil(id)?;
    let others = directory.contacts.iter().filter(|contact| {
        let safe = |link: &Link| link.pupil == id && !link.no_contact;
        contact.links.iter().any(safe)
    });
    let phones: Vec<String> = others
        .clone()
        .filter_map(|contact| national(contact.phone.as_deref()?))
        .filter(|phone| own.phone.as_deref().and_then(national).as_ref() != Some(phone))
        .collect();
    let addresses: Vec<&Address> = others
        .filter_map(|contact| contact.address.as_ref())
        .filter(|address| *address != party.address)
        .collect();
    situation.case.content.texts.iter().find_map(|text| {
        let what = home_detail(&text.text, pupil, &phones, &addresses)?;
        Some(format!("{what} in {}", words::place(&text.origin)))
    })
}

fn home_detail(
    text: &str,
    pupil: &Pupil,
    phones: &[String],
    addresses: &[&Address],
) -> Option<&'static str> {
    let digits = digit_runs(text);
    let lower = text.to_lowercase();
    let compact: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_uppercase)
        .collect();
    let postcode = pupil.postcode.as_deref().unwrap_or_default();
    let postcode: String = postcode
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_uppercase)
        .collect();
    if postcode.len() >= 5 && compact.contains(&postcode) {
        Some("the home postcode")
    } else if phones.iter().any(|phone| digits.contains(phone.as_str())) {
        Some("a telephone number of the family")
    } else if addresses
        .iter()
        .any(|address| lower.contains(&address.key()))
    {
        Some("an e-mail address of the family")
    } else {
        None
    }
}

/// A family's postcode or telephone number that detection found in what is written now.
fn found_detail(situation: &Situation<'_>) -> Option<String> {
    situation
        .personal()
        .find(|finding| finding.detector.starts_with("contact.") && finding.place != Place::Quoted)
        .map(|finding| words::found(std::iter::once(finding), finding.level))
}

/// The digits of a telephone number without its trunk zero or country code; `None` where there are too few.
fn national(phone: &str) -> Option<String> {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let short = digits
        .strip_prefix("0044")
        .or_else(|| digits.strip_prefix("44"))
        .unwrap_or(&digits);
    let short = short.trim_start_matches('0');
    (short.len() >= 9).then(|| short.to_owned())
}

/// The text's runs of digits, the usual separators inside them taken out.
pub(crate) fn digit_runs(text: &str) -> String {
    text.chars()
        .filter(|c| !" -.()\u{a0}\u{2013}".contains(*c))
        .map(|c| {
            if c.is_ascii_digit() || c == '+' {
                c
            } else {
                ' '
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::letter::{AMELIA, AMELIAS_FATHER, AMELIAS_MOTHER, EXTERNAL, Letter};
    use crate::mail::level::Level;
    use crate::mail::verdict::Verdict;

    fn about_amelia(recipient: &str, body: &str) -> Letter {
        Letter::to(&[recipient])
            .about(Level::Protect, &[AMELIA])
            .body(body)
    }

    #[test]
    fn where_a_child_is_does_not_go_to_a_parent_without_contact() {
        for body in [
            "They live at 1 Elm Road, ox1 1aa now.",
            "You can ring Jane on 07700 900-111.",
            "You can ring Jane on +44 (0)7700 900111.",
            "Jane reads Jane@Thornton-Family.example.",
            "Amelia starts at Riverside Academy in January.",
        ] {
            about_amelia(AMELIAS_FATHER, body).fires("no-contact", Verdict::Hold);
        }
        Letter::to(&[AMELIAS_FATHER])
            .finding("contact.postcode", Level::Protect, Place::Body, &[])
            .fires("no-contact", Verdict::Hold);
    }

    #[test]
    fn the_forename_is_enough_for_the_childs_own_parent() {
        let held = |body: &str| {
            Letter::to(&[AMELIAS_FATHER])
                .body(body)
                .fires("no-contact", Verdict::Hold);
        };
        held("Amelia will be going to St Hilda's with her cousins.");
        held("Millie is at swimming on Tuesdays until five.");
        held("I can only say that her new school is Riverside Academy.");
        let passes = |body: &str| {
            Letter::to(&[AMELIAS_FATHER])
                .body(body)
                .is_silent("no-contact");
        };
        passes("Amelia reads well and is working at the expected standard.");
        passes("I can see you on Tuesday at 4.15 to talk about the order.");
        passes("We have moved to a new telephone system.");
        Letter::to(&[AMELIAS_MOTHER])
            .body("Amelia will be going to St Hilda's with her cousins.")
            .is_silent("no-contact");
    }

    #[test]
    fn a_report_without_whereabouts_and_other_people_are_not_its_matter() {
        about_amelia(
            AMELIAS_FATHER,
            "She works well. Your number is 07700 900112.",
        )
        .is_silent("no-contact");
        about_amelia(AMELIAS_MOTHER, "They live at 1 Elm Road, OX1 1AA.").is_silent("no-contact");
        about_amelia(EXTERNAL, "They live at 1 Elm Road, OX1 1AA.").is_silent("no-contact");
        Letter::to(&[AMELIAS_FATHER])
            .body("The head moves to another school.")
            .is_silent("no-contact");
    }

    #[test]
    fn a_telephone_number_is_the_same_however_it_is_written() {
        for phone in ["07700 900123", "+44 7700 900123", "0044 (0)7700-900123"] {
            assert_eq!(national(phone).as_deref(), Some("7700900123"), "{phone}");
        }
        assert_eq!(national("900123"), None);
    }
}
