//! The roll: what every pupil is called, ready to be looked up word by word.
//!
//! Built whole from a directory and replaced when that changes.
//! Names are folded on both sides (`detect::tokens`), so accents, apostrophes, hyphens and case do not matter.
//! Pupils' numbers, user names and addresses lead back to them too.
//!
//! Each way of naming a pupil is a file: `candidates` (whole names, initials, forenames, user names), `likeness` and `slips`
//! (nearly a name), `listed` (surnames side by side), `families` with `adults` and `kin` (parents), `classes` (as staff
//! write them); `judge` weighs, with what `beside` and `others` say about the words around.

use std::collections::{HashMap, HashSet};

use crate::detect::roll::kin::Kin;
use crate::detect::roll::slips::Slips;
use crate::detect::roll::vocabulary::{Phrase, Vocabulary};
use crate::detect::tokens::{Token, fold_name, tokens};
use crate::directory::people::{Directory, Pupil, PupilId, Staff};

mod adults;
pub(crate) mod beside;
mod candidates;
mod classes;
mod families;
mod forms;
mod judge;
mod kin;
mod likeness;
mod listed;
mod nicknames;
mod ordinary;
mod others;
pub(crate) mod sightings;
mod slips;
mod vocabulary;

/// Who is on roll, ready to be searched for.
#[derive(Debug, Default)]
pub struct Roll {
    vocabulary: Vocabulary,
    /// What a name of the vocabulary is, by its number.
    roles: Vec<Role>,
    /// Forename and surname of each pupil, in every form; sorted.
    pairs: Vec<((Phrase, Phrase), PupilId)>,
    /// Forenames pupils go by; sorted.
    forenames: Vec<(Phrase, PupilId)>,
    /// Surnames; sorted.
    surnames: Vec<(Phrase, PupilId)>,
    /// User names; sorted.
    users: Vec<(Phrase, PupilId)>,
    /// Initials, packed; sorted.
    initials: Vec<(u32, PupilId)>,
    /// Whole names and forenames of colleagues, folded.
    staff: HashSet<Box<str>>,
    /// Surnames of colleagues, folded.
    staff_surnames: HashSet<Box<str>>,
    /// First and last name of colleagues, each with the place in the list of staff; sorted.
    colleagues: Vec<((Phrase, Phrase), u32)>,
    /// Parents and carers.
    kin: Kin,
    /// Names by what is left of them without one letter.
    slips: Slips,
    /// What classes are called besides their year, folded.
    classes: HashSet<Box<str>>,
    numbers: HashMap<Box<str>, PupilId>,
}

/// What a name can be: several of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Role(u8);

impl Role {
    /// A pupil's forename.
    const FORENAME: Self = Self(1);
    /// A pupil's surname.
    const SURNAME: Self = Self(2);
    /// A pupil's user name.
    const USER: Self = Self(4);
    /// The forename of a parent or carer.
    const KIN: Self = Self(8);
    /// The surname of a pupil, parent or carer.
    const FAMILY: Self = Self(16);

    fn is(self, one: Self) -> bool {
        self.0 & one.0 != 0
    }
}

impl Roll {
    /// Builds the roll of a directory.
    ///
    /// 100,000 pupils take a fraction of a second; `benches/detect` measures it.
    #[must_use]
    pub fn build(directory: &Directory) -> Self {
        let classes = directory.pupils.iter().filter_map(|pupil| {
            let name = classes::name(pupil.class.as_deref()?)?;
            Some(fold_name(name).into_boxed_str())
        });
        let mut roll = Self {
            numbers: numbers(directory),
            classes: classes.collect(),
            staff: directory.staff.iter().flat_map(staff_names).collect(),
            ..Self::default()
        };
        for (pupil, place) in directory.pupils.iter().zip(0_u32..) {
            roll.add(pupil, PupilId(place));
        }
        for (member, place) in directory.staff.iter().zip(0_u32..) {
            let name = fold_name(&without_title(&member.name));
            let surname = name.rsplit(' ').next().unwrap_or_default();
            roll.staff_surnames.insert(surname.into());
            if let (Some((first, _)), Some((_, last))) =
                (name.split_once(' '), name.rsplit_once(' '))
            {
                let pair = (roll.vocabulary.number(first), roll.vocabulary.number(last));
                roll.colleagues.push((pair, place));
            }
        }
        roll.kin = Kin::build(directory, &mut roll.vocabulary);
        roll.settle();
        roll
    }

    fn add(&mut self, pupil: &Pupil, id: PupilId) {
        let mut numbered = |names: Vec<String>| -> Vec<Phrase> {
            let number = |name: &String| self.vocabulary.number(name);
            names.iter().map(number).collect()
        };
        let forenames = numbered(forms::forenames(pupil));
        let surnames = numbered(forms::surnames(pupil));
        let own = numbered(forms::own_forenames(pupil));
        let users = numbered(forms::user_names(pupil));
        for surname in &surnames {
            let others = forenames.iter().filter(|forename| *forename != surname);
            self.pairs
                .extend(others.map(|forename| ((*forename, *surname), id)));
        }
        self.forenames
            .extend(own.into_iter().map(|name| (name, id)));
        self.surnames
            .extend(surnames.into_iter().map(|name| (name, id)));
        self.users.extend(users.into_iter().map(|name| (name, id)));
        let initials = forms::initials(pupil).into_iter();
        self.initials
            .extend(initials.filter_map(|letters| Some((packed(&letters)?, id))));
    }

    fn settle(&mut self) {
        self.vocabulary.settle();
        self.roles = vec![Role::default(); self.vocabulary.len()];
        let mut mark = |name: Phrase, role: Role| {
            if let Some(roles) = self.roles.get_mut(name as usize) {
                roles.0 |= role.0;
            }
        };
        for ((forename, surname), _) in &self.pairs {
            mark(*forename, Role::FORENAME);
            mark(*surname, Role::SURNAME);
            mark(*surname, Role::FAMILY);
        }
        for (user, _) in &self.users {
            mark(*user, Role::USER);
        }
        self.kin.forenames().for_each(|name| mark(name, Role::KIN));
        self.kin
            .surnames()
            .for_each(|name| mark(name, Role::FAMILY));
        let words = self.vocabulary.words();
        self.slips = Slips::build(words.map(|(word, number)| (word, number, self.role_of(number))));
        sorted(&mut self.pairs);
        sorted(&mut self.forenames);
        sorted(&mut self.surnames);
        sorted(&mut self.users);
        sorted(&mut self.initials);
        self.colleagues.sort_unstable();
        self.colleagues.dedup_by_key(|(name, _)| *name);
    }

    /// The pupil who has this unique pupil number or admission number.
    pub(crate) fn by_number(&self, number: &str) -> Option<PupilId> {
        self.numbers.get(number).copied()
    }

    /// The pupils who have this whole name, in either order; several are namesakes.
    pub(crate) fn by_name(&self, name: &str) -> Vec<PupilId> {
        let normal = crate::detect::normal::normal(name);
        let tokens = self.words(&normal, false);
        let whole = candidates::pairs(self, &tokens).find(|pair| pair.words == tokens.len());
        whole.map_or_else(Vec::new, |pair| pair.owners)
    }

    /// The words of a normal text, each with its number.
    ///
    /// With `dotted` a full stop joins words, as in the names of files.
    pub(crate) fn words(&self, normal: &str, dotted: bool) -> Vec<Token> {
        let mut folded = String::new();
        tokens(normal, dotted, |written, plain| {
            self.vocabulary.word(written, plain, &mut folded)
        })
    }

    /// Whether a colleague has this whole name.
    pub(crate) fn is_staff(&self, name: &str) -> bool {
        self.staff
            .contains(fold_name(&without_title(name)).as_str())
    }

    /// Whether a colleague has this folded surname, with an initial or without.
    fn is_surname_of_staff(&self, folded: &str) -> bool {
        let mut words = folded.split(' ').filter(|word| word.len() > 1);
        words.any(|word| self.staff_surnames.contains(word))
    }

    /// Whether a colleague has this folded forename and a surname that begins with its letter: `kate f`.
    fn is_abbreviated_staff(&self, folded: &str, directory: &Directory) -> bool {
        let Some((forename, letter)) = folded.rsplit_once(' ') else {
            return false;
        };
        self.staff.contains(forename)
            && directory.staff.iter().any(|member| {
                let name = fold_name(&without_title(&member.name));
                let named = name.rsplit_once(' ');
                named.is_some_and(|(first, last)| first == forename && last.starts_with(letter))
            })
    }

    /// Whether a folded word is a surname of a family and no pupil's forename.
    fn is_surname_alone(&self, folded: &str) -> bool {
        let role = self
            .words(folded, false)
            .first()
            .map(|token| self.role(token));
        role.is_some_and(|role| role.is(Role::FAMILY) && !role.is(Role::FORENAME))
    }

    /// Whether nobody is on roll.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    fn role(&self, token: &Token) -> Role {
        self.role_of(token.word)
    }

    fn role_of(&self, name: Phrase) -> Role {
        self.roles.get(name as usize).copied().unwrap_or_default()
    }
}

fn sorted<K: Ord, V: Ord>(list: &mut Vec<(K, V)>) {
    list.sort_unstable();
    list.dedup();
    list.shrink_to_fit();
}

/// Those who stand under one key of a sorted list.
fn under<K: Ord + Copy, V: Copy>(list: &[(K, V)], key: K) -> Vec<V> {
    let from = list.partition_point(|(other, _)| *other < key);
    let rest = list.get(from..).unwrap_or_default();
    rest.iter()
        .take_while(|(other, _)| *other == key)
        .map(|(_, one)| *one)
        .collect()
}

/// Two to four initials as one number.
fn packed(letters: &str) -> Option<u32> {
    let octets = letters.as_bytes();
    let fits = (2..=4).contains(&octets.len()) && octets.iter().all(u8::is_ascii_lowercase);
    fits.then(|| {
        octets
            .iter()
            .fold(0, |sum, octet| (sum << 8) | u32::from(*octet))
    })
}

fn numbers(directory: &Directory) -> HashMap<Box<str>, PupilId> {
    let upn = |upn: &String| {
        let compact: String = upn.chars().filter(char::is_ascii_alphanumeric).collect();
        compact.to_ascii_uppercase().into_boxed_str()
    };
    let admission = |pupil: &Pupil| {
        let number = pupil.admission_no.trim();
        (!number.is_empty()).then(|| admission_key(number).into_boxed_str())
    };
    let pupils = || directory.pupils.iter().zip((0_u32..).map(PupilId));
    let upns = pupils().filter_map(|(pupil, id)| Some((upn(pupil.upn.as_ref()?), id)));
    let admissions = pupils().filter_map(|(pupil, id)| Some((admission(pupil)?, id)));
    upns.chain(admissions).collect()
}

/// The key under which an admission number is kept: it is short, and must not be taken for another number.
pub(crate) fn admission_key(number: &str) -> String {
    format!(
        "admission {}",
        number.trim_start_matches('0').to_uppercase()
    )
}

/// A colleague's whole name and forename, folded.
fn staff_names(member: &Staff) -> Vec<Box<str>> {
    let whole = fold_name(&without_title(&member.name));
    let forename = whole.split(' ').next().unwrap_or_default().to_owned();
    vec![forename.into_boxed_str(), whole.into_boxed_str()]
}

/// The forenames a pupil is called by, short forms and other spellings included, folded.
pub(crate) fn called(pupil: &Pupil) -> Vec<String> {
    forms::forenames(pupil)
}

/// `Mrs J. Bloggs` → `J. Bloggs`.
fn without_title(name: &str) -> String {
    let titled = name.split_once(' ');
    match titled {
        Some((first, rest)) if beside::is_title(first) => rest.to_owned(),
        Some(_) | None => name.to_owned(),
    }
}
