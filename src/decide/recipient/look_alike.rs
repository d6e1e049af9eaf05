//! `look-alike`: domains that are nearly one the school knows, and colleagues at addresses outside.

use std::collections::{BTreeSet, HashSet};

use crate::decide::clause::{Clause, Hit};
use crate::decide::decision::ClauseId;
use crate::decide::party::Party;
use crate::decide::situation::Situation;
use crate::mail::address::{Address, Domain};
use crate::mail::kind::RecipientKind;

/// # What it finds
/// A recipient whose domain is a near miss of the school's own, a partner's or a correspondent's: a letter wrong,
/// missing, swapped or typed on the key beside it, letters that look alike (also in Unicode), another ending, the real name with something behind
/// it. And a recipient who has a colleague's name and an address outside.
/// # Why it matters
/// A typing slip sends data to whoever owns the slip, and fraudsters buy such names (K, B).
/// # Example
/// `brackenshire-councll.example` for `brackenshire-council.example`; `Head <head.oakfield@freemail.example>`.
/// # Limits
/// Knows as correspondents the domains of registered contacts, of `history.csv`, and those that were written to often
/// through the gateway; what the school has written to before is never a near miss. Short names need to look alike exactly. Parents who share a colleague's name are
/// contacts and are let be.
pub static LOOK_ALIKE: Clause = Clause {
    id: ClauseId("look-alike"),
    placeholders: &["recipient", "like"],
    by_table: false,
    hits: look_alike,
};

fn look_alike(situation: &Situation<'_>) -> Vec<Hit> {
    let unknown = |kind| matches!(kind, RecipientKind::External | RecipientKind::Personal);
    if !situation.parties.iter().any(|party| unknown(party.kind)) {
        return Vec::new();
    }
    let known = Known::of(situation);
    situation
        .outside()
        .filter(|(_, party)| unknown(party.kind))
        .filter_map(|(place, party)| {
            let like = known
                .near_miss(party.address.domain())
                .map(|domain| format!("the domain {domain}"))
                .or_else(|| colleague(situation, party))?;
            Some(Hit::on(
                place,
                vec![("recipient", party.address.to_string()), ("like", like)],
            ))
        })
        .collect()
}

/// The colleague whose name the message gives this recipient; their own private mailbox is no disguise.
fn colleague(situation: &Situation<'_>, party: &Party<'_>) -> Option<String> {
    let case = situation.case;
    if case
        .directory
        .staff_by_private_address(party.address)
        .is_some()
    {
        return None;
    }
    let headers = case.headers;
    let mut mailboxes = headers.to.iter().chain(&headers.cc);
    let named = mailboxes.find(|mailbox| mailbox.address.as_ref() == Some(party.address))?;
    let name = folded(named.name.as_deref()?);
    let mut staff = case.directory.staff.iter().filter(|staff| staff.active);
    staff
        .any(|staff| folded(&staff.name) == name)
        .then(|| "the name of a colleague".to_owned())
}

/// Words of a name in lower case, in no order: `Reed, Tom` is `Tom Reed`.
fn folded(name: &str) -> BTreeSet<String> {
    name.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// The domains the school knows.
struct Known<'a> {
    domains: BTreeSet<&'a str>,
    /// Written to before, if only once: no near miss, and nobody's model.
    written: &'a HashSet<Domain>,
}

impl<'a> Known<'a> {
    fn of(situation: &Situation<'a>) -> Self {
        let case = situation.case;
        let (directory, memory) = (case.directory, &case.before.memory);
        let contacts = directory
            .contacts
            .iter()
            .filter_map(|contact| contact.address.as_ref());
        let history = directory.history.iter().map(|seen| &seen.address);
        let correspondents = contacts.chain(history).map(Address::domain);
        let partners = directory.partners.iter().map(|partner| &partner.domain);
        Self {
            domains: case
                .domains
                .iter()
                .chain(partners)
                .chain(correspondents)
                .chain(&memory.domains_often)
                .map(Domain::as_str)
                .collect(),
            written: &memory.domains_written,
        }
    }

    /// The known domain this one is nearly but is not.
    fn near_miss(&self, domain: &Domain) -> Option<&'a str> {
        if self.written.contains(domain) {
            return None;
        }
        let domain = domain.as_str();
        let registrable = psl::domain_str(domain).unwrap_or(domain);
        let is_known = self.domains.contains(domain)
            || self
                .domains
                .iter()
                .any(|known| psl::domain_str(known).unwrap_or(known) == registrable);
        if is_known {
            return None;
        }
        self.domains
            .iter()
            .copied()
            .find(|known| is_near(registrable, domain, known))
    }
}

/// Whether a domain that is not `known` looks like it.
fn is_near(registrable: &str, domain: &str, known: &str) -> bool {
    let known_registrable = psl::domain_str(known).unwrap_or(known);
    let (label, known_label) = (first_label(registrable), first_label(known_registrable));
    let long = known_label.chars().count();
    let behind = domain
        .strip_prefix(known_registrable)
        .is_some_and(|rest| rest.starts_with(['.', '-']));
    let hyphened = label == known_registrable.replace('.', "-");
    let other_ending = label == known_label && long >= 6;
    let alike = skeleton(label) == skeleton(known_label) && label != known_label;
    let allowed = match long {
        0..=5 => 0,
        6..=11 => 1,
        _ => 2,
    };
    let distance = strsim::osa_distance(label, known_label);
    let slip = distance > 0 && distance <= allowed;
    let same_ending =
        registrable.strip_prefix(label) == known_registrable.strip_prefix(known_label);
    let next_key = long >= 4 && same_ending && is_a_key_beside(label, known_label);
    behind || hyphened || other_ending || alike || slip || next_key
}

/// The rows of a British keyboard, each key above the gap between two of the next row.
const KEYS: [&str; 4] = ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"];

/// Whether the only difference is one letter typed on a key beside the right one: a slip that counts in short names too.
fn is_a_key_beside(label: &str, known: &str) -> bool {
    let mut different = label.chars().zip(known.chars()).filter(|(a, b)| a != b);
    let same_length = label.chars().count() == known.chars().count();
    match (different.next(), different.next()) {
        (Some((typed, meant)), None) => same_length && are_beside(typed, meant),
        _ => false,
    }
}

fn are_beside(one: char, other: char) -> bool {
    let at = |key: char| {
        let mut rows = KEYS.iter().enumerate();
        rows.find_map(|(row, keys)| Some((row, keys.find(key)?)))
    };
    let (Some((row, place)), Some((other_row, other_place))) = (at(one), at(other)) else {
        return false;
    };
    match row.abs_diff(other_row) {
        0 => place.abs_diff(other_place) == 1,
        1 => {
            let (upper, lower) = if row < other_row {
                (place, other_place)
            } else {
                (other_place, place)
            };
            upper == lower || upper == lower + 1
        }
        _ => false,
    }
}

fn first_label(domain: &str) -> &str {
    domain.split('.').next().unwrap_or(domain)
}

/// A label with letters that look alike made the same: punycode undone, digits and Cyrillic and Greek letters as the
/// Latin ones they imitate, `rn` as `m`, `vv` as `w`, no hyphens.
fn skeleton(label: &str) -> String {
    let (unicode, _) = idna::domain_to_unicode(label);
    let plain: String = unicode
        .chars()
        .filter(|c| *c != '-')
        .map(|c| match c {
            '0' | 'о' | 'ο' | 'õ' | 'ö' | 'ó' | 'ò' | 'ô' => 'o',
            '1' | 'l' | '|' | 'і' | 'ı' | 'ι' | 'í' | 'ì' | 'ï' => 'i',
            'а' | 'α' | 'à' | 'á' | 'â' | 'ä' | 'ã' => 'a',
            'е' | 'ε' | 'è' | 'é' | 'ê' | 'ë' => 'e',
            'с' | 'ç' => 'c',
            'р' | 'ρ' => 'p',
            'ѕ' | '5' => 's',
            'х' | 'χ' => 'x',
            'у' | 'ý' => 'y',
            'к' | 'κ' => 'k',
            'ν' => 'v',
            'ù' | 'ú' | 'û' | 'ü' | 'υ' => 'u',
            'ñ' | 'η' => 'n',
            other => other,
        })
        .collect();
    plain.replace("rn", "m").replace("vv", "w")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::letter::{AMELIAS_MOTHER, EXTERNAL, Letter, PERSONAL};
    use crate::mail::verdict::Verdict;

    #[track_caller]
    fn near(domain: &str, known: &str, expected: bool) {
        let registrable = psl::domain_str(domain).unwrap_or(domain);
        assert_eq!(
            is_near(registrable, domain, known),
            expected,
            "{domain} and {known}"
        );
    }

    #[test]
    fn a_slip_and_a_disguise_are_near() {
        for (domain, known) in [
            (
                "brackenshire-councll.example",
                "brackenshire-council.example",
            ),
            (
                "brackenshirecouncil.example",
                "brackenshire-council.example",
            ),
            ("oakfeild.sch.uk", "oakfield.sch.uk"),
            ("oakfield.example", "oakfield.sch.uk"),
            ("oakfie1d.sch.uk", "oakfield.sch.uk"),
            ("oаkfield.sch.uk", "oakfield.sch.uk"),
            ("xn--okfield-2fg.sch.uk", "oakfield.sch.uk"),
            ("oakfield.sch.uk.example", "oakfield.sch.uk"),
            ("oakfield-sch-uk.example", "oakfield.sch.uk"),
            ("nhs.uk-mail.example", "nhs.uk"),
            ("rnarlow-clinic.example", "marlow-clinic.example"),
            ("kwnt.example", "kent.example"),
            ("ken5.example", "kent.example"),
        ] {
            near(domain, known, true);
        }
    }

    #[test]
    fn another_name_is_not_near() {
        for (domain, known) in [
            ("oldfield.sch.uk", "oakfield.sch.uk"),
            ("bbc.example", "bbk.example"),
            ("kant.example", "kent.example"),
            ("kwnt.org", "kent.example"),
            ("supplier.example", "oakfield.sch.uk"),
            ("riverside-hall.example", "riverside-academy.example"),
        ] {
            near(domain, known, false);
        }
    }

    #[test]
    fn a_near_miss_of_our_own_or_a_partners_domain_is_held() {
        for recipient in [
            "head@oakfeild.sch.uk",
            "ed.psych@servlce.example",
            "jane@thornton-famly.example",
        ] {
            Letter::to(&[recipient]).fires("look-alike", Verdict::Hold);
        }
        Letter::to(&[EXTERNAL, PERSONAL, AMELIAS_MOTHER, "a@mail.service.example"])
            .is_silent("look-alike");
    }

    #[test]
    fn a_near_miss_of_whom_the_school_writes_to_often_is_held() {
        let often = |recipient: &str| {
            let mut letter = Letter::to(&[recipient]);
            let often = "wildwood-centre.example".parse().unwrap();
            letter.before.memory.domains_often.push(often);
            letter
        };
        often("book@wildwod-centre.example").fires("look-alike", Verdict::Hold);
        often("book@wildwood-centre.example").is_silent("look-alike");
        let mut written = often("book@wildwod-centre.example");
        let known = "wildwod-centre.example".parse().unwrap();
        written.before.memory.domains_written.insert(known);
        written.is_silent("look-alike");
    }

    #[test]
    fn a_colleagues_name_at_an_address_outside_is_held() {
        let named = |address: &str, name: &str| {
            let mut letter = Letter::to(&[address]);
            for mailbox in &mut letter.headers.to {
                mailbox.name = Some(name.to_owned());
            }
            letter
        };
        named("helen.m@freemail.example", "Marsh, Helen").fires("look-alike", Verdict::Hold);
        named("tom.reed.home@webmail.example", "Tom Reed").is_silent("look-alike");
        named("helen.m@freemail.example", "Helen Marsden").is_silent("look-alike");
    }
}
