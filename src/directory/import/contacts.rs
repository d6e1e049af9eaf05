//! Rows of `contacts.csv` into contacts: one row is a pupil and a contact, one contact is a person with all their pupils.
//!
//! Rows belong to one person when they have the same address, or the same name in the same household.
//! A person with two addresses becomes two contacts with the same links, so that either address is theirs.

use std::collections::HashMap;

use crate::directory::import::Reading;
use crate::directory::import::cells;
use crate::directory::import::sheet::{Row, Sheet};
use crate::directory::people::{Contact, Link, Pupil, PupilId};
use crate::mail::address::Address;

/// One good row.
struct Entry {
    name: String,
    address: Option<Address>,
    phone: Option<String>,
    link: Link,
}

pub(crate) fn contacts(sheet: &Sheet, pupils: &[Pupil], read: &mut Reading) -> Vec<Contact> {
    if !sheet.has("lives_with") {
        read.warn(
            &sheet.file,
            "has no column lives_with: every contact is taken to live with their pupil",
        );
    }
    let by_number: HashMap<&str, PupilId> = pupils
        .iter()
        .zip(0..)
        .map(|(pupil, id)| (pupil.admission_no.as_str(), PupilId(id)))
        .collect();
    let entries: Vec<Entry> = sheet
        .rows()
        .filter_map(|row| entry(sheet, &row, &by_number, read))
        .collect();
    merged(&entries, pupils)
}

fn entry(
    sheet: &Sheet,
    row: &Row<'_>,
    by_number: &HashMap<&str, PupilId>,
    read: &mut Reading,
) -> Option<Entry> {
    let number = row.need("admission_no", read);
    let name = row.need("name", read);
    let address = row.value("email", cells::address, read);
    let parental_responsibility = row.value("parental_responsibility", cells::yes_or_no, read);
    let no_contact = row.value("no_contact", cells::yes_or_no, read);
    let lives_with = row.value("lives_with", cells::yes_or_no, read);
    let pupil = by_number.get(number?).copied();
    if pupil.is_none() {
        let problem = "is nobody in pupils.csv: export both files at the same time";
        read.fail(&sheet.file, row.line(), "admission_no", problem);
    }
    Some(Entry {
        name: name?.to_owned(),
        address,
        phone: row.text("phone"),
        link: Link {
            pupil: pupil?,
            relationship: row.text("relationship").unwrap_or_default(),
            parental_responsibility: parental_responsibility.unwrap_or(false),
            no_contact: no_contact.unwrap_or(false),
            lives_with: lives_with.unwrap_or(!sheet.has("lives_with")),
        },
    })
}

/// Entries of one person together, in the order of their first rows.
fn merged(entries: &[Entry], pupils: &[Pupil]) -> Vec<Contact> {
    let mut same = Groups::new(entries.len());
    same.join_equal(entries.iter().map(|entry| entry.address.as_ref()));
    let homes = homes(entries, pupils);
    same.join_equal(entries.iter().map(|entry| {
        let home = homes.get(usize::try_from(entry.link.pupil.0).ok()?)?;
        Some((folded_name(&entry.name), *home))
    }));
    let mut people: Vec<Vec<&Entry>> = Vec::new();
    let mut place_of: HashMap<usize, usize> = HashMap::new();
    for (place, entry) in entries.iter().enumerate() {
        let slot = *place_of.entry(same.root(place)).or_insert(people.len());
        match people.get_mut(slot) {
            Some(person) => person.push(entry),
            None => people.push(vec![entry]),
        }
    }
    people
        .iter()
        .flat_map(|person| contacts_of(person))
        .collect()
}

/// The home of each pupil: siblings share an address of somebody who lives with them, or a postcode and such a name.
fn homes(entries: &[Entry], pupils: &[Pupil]) -> Vec<usize> {
    let at_home = |entry: &Entry| entry.link.lives_with;
    let pupil_of = |entry: &Entry| usize::try_from(entry.link.pupil.0).unwrap_or(usize::MAX);
    let mut homes = Groups::new(pupils.len());
    let mut by_address: HashMap<&Address, usize> = HashMap::new();
    let mut by_name: HashMap<(String, String), usize> = HashMap::new();
    for entry in entries.iter().filter(|entry| at_home(entry)) {
        let pupil = pupil_of(entry);
        if let Some(address) = &entry.address {
            homes.join(*by_address.entry(address).or_insert(pupil), pupil);
        }
        if let Some(postcode) = pupils.get(pupil).and_then(|pupil| pupil.postcode.as_ref()) {
            let key = (folded_name(&entry.name), folded_name(postcode));
            homes.join(*by_name.entry(key).or_insert(pupil), pupil);
        }
    }
    (0..pupils.len()).map(|pupil| homes.root(pupil)).collect()
}

/// One contact for each address of a person, all with the person's links.
fn contacts_of(person: &[&Entry]) -> Vec<Contact> {
    let mut names: Vec<&str> = Vec::new();
    let mut addresses: Vec<&Address> = Vec::new();
    let mut links: Vec<Link> = Vec::new();
    for entry in person {
        if !names
            .iter()
            .any(|name| folded_name(name) == folded_name(&entry.name))
        {
            names.push(&entry.name);
        }
        if let Some(address) = entry
            .address
            .as_ref()
            .filter(|new| !addresses.contains(new))
        {
            addresses.push(address);
        }
        add_link(&mut links, &entry.link);
    }
    let contact = |address: Option<&Address>| Contact {
        name: names.join(" and "),
        address: address.cloned(),
        phone: person.iter().find_map(|entry| entry.phone.clone()),
        links: links.clone(),
    };
    if addresses.is_empty() {
        vec![contact(None)]
    } else {
        addresses
            .into_iter()
            .map(|address| contact(Some(address)))
            .collect()
    }
}

/// Two rows about the same pupil are one link; a no-contact flag on either stays.
fn add_link(links: &mut Vec<Link>, new: &Link) {
    match links.iter_mut().find(|link| link.pupil == new.pupil) {
        None => links.push(new.clone()),
        Some(link) => {
            link.parental_responsibility |= new.parental_responsibility;
            link.no_contact |= new.no_contact;
            link.lives_with |= new.lives_with;
            if !link.relationship.eq_ignore_ascii_case(&new.relationship) {
                link.relationship = format!("{}, {}", link.relationship, new.relationship);
            }
        }
    }
}

/// A name as it is compared: words in lower case, titles and punctuation gone.
fn folded_name(name: &str) -> String {
    let words = name
        .split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '-')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase);
    let titles = ["mr", "mrs", "ms", "miss", "mx", "dr"];
    let kept: Vec<String> = words
        .filter(|word| !titles.contains(&word.as_str()))
        .collect();
    kept.join(" ")
}

/// Which of `n` things belong together.
struct Groups(Vec<usize>);

impl Groups {
    fn new(n: usize) -> Self {
        Self((0..n).collect())
    }

    fn root(&self, mut of: usize) -> usize {
        while let Some(next) = self.0.get(of).copied().filter(|next| *next != of) {
            of = next;
        }
        of
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        if let Some(slot) = self.0.get_mut(a.max(b)) {
            *slot = a.min(b);
        }
    }

    /// Joins things with the same key; things without a key stay alone.
    fn join_equal<K: std::hash::Hash + Eq>(&mut self, keys: impl Iterator<Item = Option<K>>) {
        let mut first: HashMap<K, usize> = HashMap::new();
        for (place, key) in keys.enumerate() {
            if let Some(key) = key {
                let with = *first.entry(key).or_insert(place);
                self.join(with, place);
            }
        }
    }
}
