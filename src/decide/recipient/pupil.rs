//! `staff-details-to-pupil`: staff and pupils write to each other by school addresses only.

use crate::decide::clause::{Clause, Hit};
use crate::decide::decision::ClauseId;
use crate::decide::recipient::no_contact::digit_runs;
use crate::decide::recipient::own_home::has_name;
use crate::decide::situation::Situation;
use crate::decide::words;
use crate::directory::people::Staff;
use crate::extract::content::{Place, Text};
use crate::mail::address::Address;

/// # What it finds
/// A member of staff who gives a pupil a mobile number, their own private mailbox, or says where they live.
/// # Why it matters
/// Private channels between adults and children are how harm begins, and where staff cannot show that none was done (B).
/// # Example
/// "Text me on 07700 900123" to a pupil.
/// # Limits
/// Any mobile number counts, because the directory has none of staff: a school's trip telephone is returned as well.
/// A home address is known by the words that give one, such as "my address is". Quoted history does not count.
pub static STAFF_DETAILS_TO_PUPIL: Clause = Clause {
    id: ClauseId("staff-details-to-pupil"),
    placeholders: &["found"],
    by_table: false,
    hits: staff_details_to_pupil,
};

fn staff_details_to_pupil(situation: &Situation<'_>) -> Vec<Hit> {
    let case = situation.case;
    let staff = situation
        .author
        .and_then(|author| case.directory.staff_member(author));
    let Some(staff) = staff else {
        return Vec::new();
    };
    let texts = &case.content.texts;
    let mut written = texts.iter().filter(|text| text.place != Place::Quoted);
    let Some(found) = written.find_map(|text| detail(text, staff, situation)) else {
        return Vec::new();
    };
    let is_pupil = |address: &Address| case.directory.pupil_by_address(address).is_some();
    situation
        .parties
        .iter()
        .enumerate()
        .filter(|(_, party)| is_pupil(party.address))
        .map(|(place, _)| Hit::on(place, vec![("found", found.clone())]))
        .collect()
}

fn detail(text: &Text, staff: &Staff, situation: &Situation<'_>) -> Option<String> {
    let place = words::place(&text.origin);
    let private = |address: &Address| {
        staff.private_address.as_ref() == Some(address)
            || situation.case.lists.is_consumer(address.domain()) && has_name(address, &staff.name)
    };
    if has_mobile(&text.text) {
        Some(format!("a mobile number in {place}"))
    } else if addresses(&text.text).any(|address| private(&address)) {
        Some(format!("a private mailbox in {place}"))
    } else if gives_home(&text.text) {
        Some(format!("where they live in {place}"))
    } else {
        None
    }
}

/// Words with which people give their address away.
const HOME: [&str; 7] = [
    "my address is",
    "my home address",
    "i live at",
    "i live on",
    "come to my house",
    "come round to my house",
    "come to my flat",
];

fn gives_home(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ").to_lowercase();
    HOME.iter().any(|phrase| text.contains(phrase))
}

fn addresses(text: &str) -> impl Iterator<Item = Address> {
    text.split(|c: char| c.is_whitespace() || "<>()[],;:\"“”'".contains(c))
        .filter_map(|word| word.trim_end_matches('.').parse().ok())
}

/// Eleven digits that begin with 07, or the same with the country code; not 070 and not 076.
fn has_mobile(text: &str) -> bool {
    digit_runs(text).split_whitespace().any(|run| {
        let run = run.trim_start_matches('+');
        let short = run
            .strip_prefix("44")
            .or_else(|| run.strip_prefix("0044"))
            .unwrap_or(run);
        let short = short.trim_start_matches('0');
        short.len() == 10
            && run.len() > 10
            && short.starts_with('7')
            && !short.starts_with("70")
            && !short.starts_with("76")
    })
}

#[cfg(test)]
mod tests {
    use crate::decide::letter::{EXTERNAL, INTERNAL, Letter};
    use crate::mail::verdict::Verdict;

    const PUPIL: &str = "amelia@oakfield.sch.uk";

    #[test]
    fn a_mobile_number_or_a_private_mailbox_is_returned() {
        for body in [
            "Text me on 07700 900123.",
            "Text me on +44 7700 900123.",
            "Write to tom.reed.home@webmail.example.",
            "Write to <treed@freemail.example>, please.",
            "My home\naddress is 4 Mill Lane.",
            "You can come to my house on Saturday.",
        ] {
            Letter::to(&[PUPIL])
                .body(body)
                .fires("staff-details-to-pupil", Verdict::Return);
        }
    }

    #[test]
    fn school_numbers_and_other_recipients_are_not_its_matter() {
        for body in [
            "Ring the office on 01632 960100.",
            "Order 07700900 is ready.",
            "See you at 8:30 on 07/07/2026.",
            "Write your address on the form, and bring it to the house meeting.",
        ] {
            Letter::to(&[PUPIL])
                .body(body)
                .is_silent("staff-details-to-pupil");
        }
        for other in [INTERNAL, EXTERNAL] {
            Letter::to(&[other])
                .body("Text me on 07700 900123.")
                .is_silent("staff-details-to-pupil");
        }
        Letter::to(&[PUPIL])
            .from(PUPIL)
            .body("Text me on 07700 900123.")
            .is_silent("staff-details-to-pupil");
    }
}
