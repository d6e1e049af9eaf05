//! Pupils, contacts, staff and partners, and the questions asked about them.

use std::collections::HashMap;

use jiff::civil::Date;

use crate::mail::address::{Address, Domain};
use crate::mail::level::Level;

/// A pupil's place in [`Directory::pupils`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PupilId(pub u32);

/// A family: pupils who share a contact they live with. Siblings are one household.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HouseholdId(pub u32);

/// One row of `pupils.csv`; empty cells are `None`.
#[derive(Debug, Clone, Default)]
pub struct Pupil {
    /// Unique pupil number, as written.
    pub upn: Option<String>,
    /// The school's own number; links contacts to pupils.
    pub admission_no: String,
    /// Legal forename.
    pub forename: String,
    /// Legal surname.
    pub surname: String,
    /// Forename the pupil goes by.
    pub preferred_forename: Option<String>,
    /// Surname the pupil goes by.
    pub preferred_surname: Option<String>,
    /// Date of birth.
    pub dob: Option<Date>,
    /// National-curriculum year, as written: `4`, `R`, `Year 4`.
    pub year: Option<String>,
    /// Class or registration group, as written.
    pub class: Option<String>,
    /// Home postcode, as written.
    pub postcode: Option<String>,
    /// Whether pictures of the pupil may be published; `None` when not said.
    pub photo_consent: Option<bool>,
    /// The pupil's own school address.
    pub email: Option<Address>,
}

/// A parent or carer; rows of `contacts.csv` with the same address, or the same name and household, are one contact.
#[derive(Debug, Clone)]
pub struct Contact {
    /// Name as written.
    pub name: String,
    /// Where mail to them goes.
    pub address: Option<Address>,
    /// Telephone as written.
    pub phone: Option<String>,
    /// Their pupils.
    pub links: Vec<Link>,
}

/// How one contact and one pupil belong together.
#[derive(Debug, Clone)]
pub struct Link {
    /// The pupil.
    pub pupil: PupilId,
    /// Mother, father, carer …, as written.
    pub relationship: String,
    /// Has parental responsibility.
    pub parental_responsibility: bool,
    /// Flagged no-contact or under court order.
    pub no_contact: bool,
    /// The pupil lives with them.
    pub lives_with: bool,
}

/// One row of `staff.csv`.
#[derive(Debug, Clone)]
pub struct Staff {
    /// School address.
    pub address: Address,
    /// Name as written.
    pub name: String,
    /// Role in lower case: head, dpo, dsl, deputy-dsl, senco, office, teacher, support, governor, chair …
    pub role: String,
    /// Works here still.
    pub active: bool,
    /// Their own private mailbox.
    pub private_address: Option<Address>,
}

/// How mail to a partner is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channel {
    /// Verified TLS.
    Tls,
    /// OpenPGP.
    Openpgp,
    /// A password-protected zip.
    Zip,
    /// A password-protected PDF.
    Pdf,
}

/// One row of `partners.csv`.
#[derive(Debug, Clone)]
pub struct Partner {
    /// The partner's domain; domains below it belong to it too.
    pub domain: Domain,
    /// The channel agreed.
    pub channel: Channel,
}

/// One row of `history.csv`: an outside address the school has written to before.
#[derive(Debug, Clone)]
pub struct Correspondent {
    /// The outside address.
    pub address: Address,
    /// Messages sent to it.
    pub messages_sent: u32,
    /// First day.
    pub first_sent: Option<Date>,
    /// Last day.
    pub last_sent: Option<Date>,
}

/// One row of `sensitivity-labels.csv`: a Microsoft label and the level it stands for.
#[derive(Debug, Clone)]
pub struct SensitivityLabel {
    /// Label GUID in lower case.
    pub guid: String,
    /// Label name.
    pub name: String,
    /// Its level.
    pub level: Level,
}

/// Everybody the school knows.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    /// The roll.
    pub pupils: Vec<Pupil>,
    /// Parents and carers.
    pub contacts: Vec<Contact>,
    /// Staff and governors, also those who have left.
    pub staff: Vec<Staff>,
    /// Domains with an agreed channel.
    pub partners: Vec<Partner>,
    /// Outside addresses written to before.
    pub history: Vec<Correspondent>,
    /// Sensitivity labels of the school's tenant.
    pub labels: Vec<SensitivityLabel>,
    households: Vec<HouseholdId>,
    contact_by_mailbox: HashMap<String, usize>,
    staff_by_address: HashMap<Address, usize>,
    private_by_mailbox: HashMap<String, usize>,
    pupil_by_address: HashMap<Address, PupilId>,
    correspondent_by_mailbox: HashMap<String, usize>,
}

/// Children of one family at one school, at most.
const FAMILY: usize = 6;

impl Directory {
    /// The pupil with this id.
    #[must_use]
    pub fn pupil(&self, id: PupilId) -> Option<&Pupil> {
        self.pupils.get(usize::try_from(id.0).ok()?)
    }

    /// The household of a pupil.
    #[must_use]
    pub fn household(&self, id: PupilId) -> Option<HouseholdId> {
        self.households.get(usize::try_from(id.0).ok()?).copied()
    }

    /// The contact who reads mail at this address.
    #[must_use]
    pub fn contact(&self, address: &Address) -> Option<&Contact> {
        self.contacts
            .get(*self.contact_by_mailbox.get(&address.mailbox())?)
    }

    /// The children of the contacts among these addresses; none where they are more than a family has.
    #[must_use]
    pub fn children_of<'a>(&self, addresses: impl Iterator<Item = &'a Address>) -> Vec<PupilId> {
        let contacts = addresses.filter_map(|address| self.contact(address));
        let links = contacts.flat_map(|contact| &contact.links);
        let mut children: Vec<PupilId> = links.map(|link| link.pupil).collect();
        children.sort_unstable();
        children.dedup();
        if children.len() > FAMILY {
            children.clear();
        }
        children
    }

    /// The member of staff with this school address, also one who has left.
    #[must_use]
    pub fn staff_member(&self, address: &Address) -> Option<&Staff> {
        self.staff.get(*self.staff_by_address.get(address)?)
    }

    /// The member of staff whose own private mailbox this is.
    #[must_use]
    pub fn staff_by_private_address(&self, address: &Address) -> Option<&Staff> {
        self.staff
            .get(*self.private_by_mailbox.get(&address.mailbox())?)
    }

    /// The pupil with this school address.
    #[must_use]
    pub fn pupil_by_address(&self, address: &Address) -> Option<PupilId> {
        self.pupil_by_address.get(address).copied()
    }

    /// What is known of an outside address the school has written to before.
    #[must_use]
    pub fn correspondent(&self, address: &Address) -> Option<&Correspondent> {
        self.history
            .get(*self.correspondent_by_mailbox.get(&address.mailbox())?)
    }

    /// The partner a domain belongs to.
    #[must_use]
    pub fn partner(&self, domain: &Domain) -> Option<&Partner> {
        self.partners
            .iter()
            .find(|partner| domain.is_or_under(&partner.domain))
    }

    /// Builds the look-ups and the households once everybody is in.
    #[must_use]
    pub fn indexed(mut self) -> Self {
        self.households = households(self.pupils.len(), &self.contacts);
        self.contact_by_mailbox =
            mailboxes(self.contacts.iter().map(|contact| contact.address.as_ref()));
        self.staff_by_address = index(self.staff.iter().map(|staff| Some(&staff.address)));
        self.private_by_mailbox = mailboxes(
            self.staff
                .iter()
                .map(|staff| staff.private_address.as_ref()),
        );
        self.correspondent_by_mailbox =
            mailboxes(self.history.iter().map(|seen| Some(&seen.address)));
        self.pupil_by_address = index(self.pupils.iter().map(|pupil| pupil.email.as_ref()))
            .into_iter()
            .filter_map(|(address, place)| Some((address, PupilId(u32::try_from(place).ok()?))))
            .collect();
        self
    }
}

fn index<'a>(addresses: impl Iterator<Item = Option<&'a Address>>) -> HashMap<Address, usize> {
    addresses
        .enumerate()
        .filter_map(|(place, address)| Some((address?.clone(), place)))
        .collect()
}

/// By the mailbox behind the address, so that a parent is known however they write it.
fn mailboxes<'a>(addresses: impl Iterator<Item = Option<&'a Address>>) -> HashMap<String, usize> {
    addresses
        .enumerate()
        .filter_map(|(place, address)| Some((address?.mailbox(), place)))
        .collect()
}

/// Joins pupils who live with the same contact; a pupil nobody lives with is a household alone.
fn households(pupils: usize, contacts: &[Contact]) -> Vec<HouseholdId> {
    let mut parent: Vec<u32> = (0..u32::try_from(pupils).unwrap_or(u32::MAX)).collect();
    for contact in contacts {
        let mut home = contact
            .links
            .iter()
            .filter(|link| link.lives_with)
            .map(|link| link.pupil.0);
        let Some(first) = home.next() else { continue };
        for other in home {
            let (a, b) = (root(&parent, first), root(&parent, other));
            if let Some(slot) = parent.get_mut(b.max(a) as usize) {
                *slot = a.min(b);
            }
        }
    }
    (0..parent.len())
        .map(|place| HouseholdId(root(&parent, u32::try_from(place).unwrap_or(u32::MAX))))
        .collect()
}

fn root(parent: &[u32], mut of: u32) -> u32 {
    while let Some(next) = parent.get(of as usize).copied().filter(|next| *next != of) {
        of = next;
    }
    of
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(pupil: u32, lives_with: bool) -> Link {
        Link {
            pupil: PupilId(pupil),
            relationship: "mother".to_owned(),
            parental_responsibility: true,
            no_contact: false,
            lives_with,
        }
    }

    #[test]
    fn siblings_are_one_household_and_a_father_elsewhere_joins_nobody() {
        let contact = |links| Contact {
            name: "Alex Example".to_owned(),
            address: None,
            phone: None,
            links,
        };
        let directory = Directory {
            pupils: vec![Pupil::default(); 4],
            contacts: vec![
                contact(vec![link(0, true), link(2, true)]),
                contact(vec![link(2, false), link(3, true)]),
            ],
            ..Directory::default()
        }
        .indexed();
        let home = |pupil| directory.household(PupilId(pupil));
        assert_eq!(home(0), home(2));
        assert_ne!(home(0), home(1));
        assert_ne!(home(2), home(3));
    }

    #[test]
    fn a_parent_is_known_however_they_write_their_address() {
        let address = |text: &str| text.parse::<Address>().unwrap();
        let directory = Directory {
            contacts: vec![Contact {
                name: "Jo Example".to_owned(),
                address: Some(address("jo.example@gmail.com")),
                phone: None,
                links: vec![link(0, true)],
            }],
            ..Directory::default()
        }
        .indexed();
        for (written, known) in [
            ("JoExample+school@googlemail.com", true),
            ("j.oexample@gmail.com", true),
            ("jo.example@outlook.com", false),
        ] {
            assert_eq!(
                directory.contact(&address(written)).is_some(),
                known,
                "{written}"
            );
        }
    }
}
