//! `own-home-address`: school content does not go home by e-mail.

use crate::decide::clause::{Clause, Hit};
use crate::decide::content::attachments::unread_documents;
use crate::decide::decision::ClauseId;
use crate::decide::party::Party;
use crate::decide::situation::Situation;
use crate::directory::people::Staff;
use crate::mail::address::Address;
use crate::mail::kind::RecipientKind;
use crate::mail::level::Level;

/// # What it finds
/// Personal data, or a document nobody could read, mailed to the sender's own private mailbox: the one in
/// `staff.csv`, or one at a consumer domain that has the sender's name.
/// # Why it matters
/// Work taken home by e-mail stays in a mailbox the school cannot see, search or clear (K, B).
/// # Example
/// A teacher sends a class list to her webmail to finish at the weekend.
/// # Limits
/// A namesake at a consumer domain is taken for the sender. A private mailbox that is a registered contact's is
/// judged as a parent's. What is not personal passes.
pub static OWN_HOME_ADDRESS: Clause = Clause {
    id: ClauseId("own-home-address"),
    placeholders: &["recipient"],
    by_table: false,
    hits: own_home_address,
};

fn own_home_address(situation: &Situation<'_>) -> Vec<Hit> {
    let case = situation.case;
    let harmless =
        case.findings.level < Level::Protect && unread_documents(situation).next().is_none();
    let staff = situation
        .author
        .and_then(|author| case.directory.staff_member(author));
    let Some(staff) = staff.filter(|_| !harmless) else {
        return Vec::new();
    };
    situation
        .outside()
        .filter(|(_, party)| is_home_of(party, staff))
        .map(|(place, party)| Hit::on(place, vec![("recipient", party.address.to_string())]))
        .collect()
}

fn is_home_of(party: &Party<'_>, staff: &Staff) -> bool {
    match party.kind {
        RecipientKind::Internal | RecipientKind::Contact => false,
        _ if is_private_mailbox(staff, party.address) => true,
        RecipientKind::Personal => has_name(party.address, &staff.name),
        RecipientKind::Partner | RecipientKind::Publication | RecipientKind::External => false,
    }
}

fn is_private_mailbox(staff: &Staff, address: &Address) -> bool {
    let private = staff.private_address.as_ref();
    private.is_some_and(|private| private.mailbox() == address.mailbox())
}

/// `daniel.osborne77@`, `dosborne@`, `osborne.daniel@` for Daniel Osborne.
pub(crate) fn has_name(address: &Address, name: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars()
            .filter(|c| c.is_alphabetic())
            .flat_map(char::to_lowercase)
            .collect()
    };
    let local = letters(address.local());
    let words: Vec<String> = name.split_whitespace().map(letters).collect();
    let (Some(first), Some(last)) = (words.first(), words.last()) else {
        return false;
    };
    let initial: String = first.chars().take(1).collect();
    let long = first.len() > 2 && last.len() > 2;
    long && (local.contains(first.as_str()) && local.contains(last.as_str())
        || local == format!("{initial}{last}")
        || local == format!("{last}{initial}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::letter::{AMELIA, EXTERNAL, Letter, address};
    use crate::mail::gap::GapReason;
    use crate::mail::lock::Lock;
    use crate::mail::verdict::Verdict;

    const HOME: &str = "tom.reed.home@webmail.example";

    #[test]
    fn a_class_list_sent_home_is_returned() {
        for home in [
            HOME,
            "tomreed77@freemail.example",
            "t_reed@freemail.example",
        ] {
            Letter::to(&[home])
                .about(Level::Protect, &[AMELIA])
                .fires("own-home-address", Verdict::Return);
        }
        Letter::to(&[HOME])
            .gap("list.xlsx", GapReason::Encrypted(Lock::OfficeAgile))
            .fires("own-home-address", Verdict::Return);
    }

    #[test]
    fn what_is_harmless_or_goes_to_somebody_else_is_not_its_matter() {
        Letter::to(&[HOME]).is_silent("own-home-address");
        for other in [
            "sue.reed@freemail.example",
            "tom@freemail.example",
            "t.reed@supplier.example",
            EXTERNAL,
        ] {
            Letter::to(&[other])
                .about(Level::Protect, &[AMELIA])
                .is_silent("own-home-address");
        }
    }

    #[test]
    fn a_name_is_found_in_a_mailbox_however_it_is_written() {
        for (local, has) in [
            ("daniel.osborne", true),
            ("Osborne_Daniel1977", true),
            ("dosborne", true),
            ("osborned", true),
            ("daniel", false),
            ("mosborne", false),
        ] {
            let address = address(&format!("{local}@freemail.example"));
            assert_eq!(has_name(&address, "Daniel Osborne"), has, "{local}");
        }
    }
}
