//! E-mail addresses in texts: those of pupils by the form the school gives them, and lists of private ones.
//!
//! The addresses of pupils on roll are the roll's to find; this finds those who are not on it yet, or no longer.
//! Five private mailboxes in one document are a list of contacts; twenty are as many as the policy lets nobody see
//! of each other (`visible-recipients`), and sensitive.
//! Limits: a mailbox at a domain of one's own is not known to be private; header lines of quoted mail are left alone.

use std::collections::BTreeSet;

use crate::detect::Setting;
use crate::detect::reading::Reading;
use crate::detect::roll::beside::is_correspondent;
use crate::detect::rules::written::About;
use crate::detect::sum::{Entry, Spot, Sum};
use crate::extract::content::Place;
use crate::mail::address::Address;
use crate::mail::level::Level;
use crate::secret::Excerpt;

/// So many private addresses in one place are a list,
const LIST: usize = 5;
/// and so many one that nobody may have by accident.
const LONG: usize = 20;

/// Adds addresses of pupils, and lists of private addresses.
pub(crate) fn weigh(readings: &[Reading<'_>], setting: &Setting<'_>, sum: &mut Sum) {
    for (text, reading) in readings.iter().enumerate() {
        let mut private: Vec<(usize, Address)> = Vec::new();
        for (at, address) in addresses(reading) {
            if is_of_pupil(&address, setting) {
                let spot = Spot::of(text, at, reading.source);
                sum.add(of_pupil(spot, &address));
            } else if setting.consumers.contains(address.domain()) {
                private.push((at, address));
            }
        }
        let document = matches!(reading.source.place, Place::Attachment | Place::Body);
        let known: BTreeSet<String> = private.iter().map(|(_, one)| one.mailbox()).collect();
        if !document || known.len() < LIST {
            continue;
        }
        for (at, address) in private {
            let spot = Spot::of(text, at, reading.source);
            sum.add(of_list(spot, &address, known.len()));
        }
    }
}

/// Every address of a text with its place, but for those of header lines.
fn addresses<'a>(reading: &'a Reading<'_>) -> impl Iterator<Item = (usize, Address)> + 'a {
    let separator = |c: char| c.is_whitespace() || "<>()[],;:|\"'".contains(c);
    reading
        .normal
        .match_indices('@')
        .filter_map(move |(at, _)| {
            let (before, after) = reading.normal.split_at_checked(at)?;
            let from = before.rfind(separator).map_or(0, |gap| {
                gap + before
                    .get(gap..)
                    .and_then(|rest| rest.chars().next())
                    .map_or(1, char::len_utf8)
            });
            let to = at + after.find(separator).unwrap_or(after.len());
            let address = reading.slice(from..to).trim_end_matches('.').parse().ok()?;
            (!is_correspondent(reading, &(from..to))).then_some((from, address))
        })
}

/// Whether an address of the school has the form that pupils' have, and is nobody's who is known.
fn is_of_pupil(address: &Address, setting: &Setting<'_>) -> bool {
    let own = |address: &Address| {
        let mut domains = setting.own.domains.iter();
        domains.any(|domain| address.domain().is_or_under(domain))
    };
    let Some(form) = &setting.own.pupil_addresses else {
        return false;
    };
    own(address)
        && form.is_match(address.local())
        && setting.directory.pupil_by_address(address).is_none()
        && setting.directory.staff_member(address).is_none()
        && setting.author != Some(address)
}

fn of_pupil<'a>(spot: Spot<'a>, address: &Address) -> Entry<'a> {
    Entry {
        detector: "roll.address",
        title: "address of a pupil who is not on roll",
        level: Level::Protect,
        many: None,
        alone: false,
        about: About::Pupil,
        confidence: 0.85,
        spot,
        excerpt: Excerpt::mask(address.as_str()),
        why: "it has the form that the school gives its pupils' addresses".to_owned(),
        value: address.key(),
        pupils: Vec::new(),
    }
}

fn of_list<'a>(spot: Spot<'a>, address: &Address, known: usize) -> Entry<'a> {
    Entry {
        detector: "contact.addresses",
        title: "list of private e-mail addresses",
        level: if known < LONG {
            Level::Protect
        } else {
            Level::Restricted
        },
        many: None,
        alone: false,
        about: About::Nobody,
        confidence: 0.9,
        spot,
        excerpt: Excerpt::mask(address.as_str()),
        why: format!("{known} different mailboxes of private people stand in one place"),
        value: address.mailbox(),
        pupils: Vec::new(),
    }
}
