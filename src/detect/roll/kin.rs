//! The parents and carers of the roll by name: forename with its short forms, and surname.
//!
//! It says who has such a name; whether a family is spoken of is `families`.
//! Childminders and neighbours stand in the directory too: whoever is linked to a pupil is kin here.

use crate::detect::roll::nicknames::nicknames;
use crate::detect::roll::vocabulary::{Phrase, Vocabulary};
use crate::detect::roll::{sorted, under, without_title};
use crate::detect::tokens::fold_name;
use crate::directory::people::Directory;

/// A contact's place in [`Directory::contacts`].
pub(super) type ContactId = u32;

/// Contacts, ready to be searched for.
#[derive(Debug, Default)]
pub(super) struct Kin {
    /// Forename, in every form, and surname; sorted.
    pairs: Vec<((Phrase, Phrase), ContactId)>,
    /// Surnames; sorted.
    surnames: Vec<(Phrase, ContactId)>,
}

impl Kin {
    /// Takes in the contacts of a directory.
    pub(super) fn build(directory: &Directory, vocabulary: &mut Vocabulary) -> Self {
        let mut kin = Self::default();
        for (contact, id) in directory.contacts.iter().zip(0..) {
            let name = fold_name(&without_title(&contact.name));
            let Some((forename, surname)) = name.split_once(' ') else {
                continue;
            };
            // `Maria van der Berg` is Mrs van der Berg and Mrs Berg.
            let last = surname.rsplit(' ').next().unwrap_or_default();
            for surname in [surname, last] {
                let surname = vocabulary.number(surname);
                kin.surnames.push((surname, id));
                for forename in std::iter::once(forename).chain(nicknames(forename)) {
                    kin.pairs.push(((vocabulary.number(forename), surname), id));
                }
            }
        }
        sorted(&mut kin.pairs);
        sorted(&mut kin.surnames);
        kin
    }

    /// The contacts with this forename and surname.
    pub(super) fn named(&self, name: (Phrase, Phrase)) -> Vec<ContactId> {
        under(&self.pairs, name)
    }

    /// The contacts with this surname.
    pub(super) fn of_surname(&self, surname: Phrase) -> Vec<ContactId> {
        under(&self.surnames, surname)
    }

    /// The forenames in every form, each perhaps several times.
    pub(super) fn forenames(&self) -> impl Iterator<Item = Phrase> {
        self.pairs.iter().map(|((forename, _), _)| *forename)
    }

    /// The surnames, each perhaps several times.
    pub(super) fn surnames(&self) -> impl Iterator<Item = Phrase> {
        self.surnames.iter().map(|(surname, _)| *surname)
    }
}
