//! Grown-ups of families on roll, as they are written: in full, by title and initial, by title, or by the bare surname.
//!
//! A colleague of that name is no parent here; a surname that many pupils share says nothing about which family.
//! What a grown-up says about a child is `families`.

use std::ops::Range;

use crate::detect::Setting;
use crate::detect::reading::Reading;
use crate::detect::roll::beside::{is_correspondent, is_greeted, is_title};
use crate::detect::roll::kin::ContactId;
use crate::detect::roll::listed::is_part_of_a_longer_name;
use crate::detect::roll::vocabulary::Phrase;
use crate::detect::roll::{Role, Roll, ordinary, under, without_title};
use crate::detect::tokens::{Gap, Token, fold_name};
use crate::directory::people::{Directory, Link, PupilId};

/// A surname with a title is of a family on roll where no more pupils than this have it,
const TITLED: usize = 20;
/// and a bare surname where no more than this.
const BARE: usize = 5;

/// A grown-up of a family, in one text.
#[derive(Debug)]
pub(super) struct Adult {
    pub(super) range: Range<usize>,
    /// How many words the name is.
    pub(super) words: usize,
    /// The pupils of the family.
    pub(super) pupils: Vec<PupilId>,
    pub(super) named: Named,
    /// What is said of them is of their children for certain: `the Clegg child`, or a contact whom the order keeps away.
    pub(super) for_children: bool,
    /// Written to, and so spoken with rather than of.
    pub(super) greeted: bool,
}

/// In which way a grown-up is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// `Yasmin Garside`, `Mrs C. Mirza`: this person and no other.
    Whole,
    /// `Mr Garside`.
    Titled,
    /// `Garside`.
    Bare,
}

/// The grown-up whose name begins these words, unless they correspond or sign.
pub(super) fn adult(rest: &[Token], reading: &Reading<'_>, setting: &Setting<'_>) -> Option<Adult> {
    let role = setting.roll.role(rest.first()?);
    let named = role
        .is(Role::KIN)
        .then(|| whole_name(rest, reading, setting))
        .flatten();
    let named = named.or_else(|| {
        role.is(Role::FAMILY)
            .then(|| surname(rest, reading, setting))
            .flatten()
    });
    named.filter(|adult| is_spoken_of(reading, &adult.range))
}

/// A contact named in full, who is no colleague.
fn whole_name(rest: &[Token], reading: &Reading<'_>, setting: &Setting<'_>) -> Option<Adult> {
    let roll = setting.roll;
    let (first, others) = rest.split_first()?;
    let second = others.first().filter(|token| token.gap == Gap::Joined)?;
    let capitals = [first.range(), second.range()]
        .into_iter()
        .all(|word| reading.slice(word).starts_with(char::is_uppercase));
    let mut names = roll.vocabulary.starting(others);
    names.find_map(|(surname, words)| {
        let range = first.range().start..rest.get(words)?.range().end;
        let written = reading.slice(range.clone());
        let contacts = roll.kin.named((first.word, surname));
        let pupils = closest(&contacts, setting.directory);
        let is = !pupils.is_empty() && capitals && !roll.is_staff(written);
        is.then(|| Adult {
            greeted: is_greeted(reading, &range),
            range,
            words: words + 1,
            pupils,
            named: Named::Whole,
            for_children: is_kept_away(&contacts, setting.directory),
        })
    })
}

/// A family's surname with a title, with a title and an initial, or alone.
fn surname(rest: &[Token], reading: &Reading<'_>, setting: &Setting<'_>) -> Option<Adult> {
    let roll = setting.roll;
    let mut names = roll.vocabulary.starting(rest);
    let (surname, words) = names.find(|(name, _)| roll.role_of(*name).is(Role::FAMILY))?;
    let range = rest.first()?.range().start..rest.get(words - 1)?.range().end;
    let written = reading.slice(range.clone());
    let folded = fold_name(written);
    if !written.starts_with(char::is_uppercase) || roll.is_surname_of_staff(&folded) {
        return None;
    }
    let contacts = roll.kin.of_surname(surname);
    let (title, following) = (title_before(reading, &range), range.clone());
    let family = |most| of_family(roll, surname, &contacts, setting.directory, most);
    let pupils = match title {
        Title::AndInitial(letter) => {
            let begins = |id: &ContactId| {
                let contact = setting.directory.contacts.get(*id as usize);
                contact.is_some_and(|one| fold_name(&without_title(&one.name)).starts_with(letter))
            };
            let these: Vec<ContactId> = contacts.iter().copied().filter(begins).collect();
            closest(&these, setting.directory)
        }
        Title::Alone => family(TITLED),
        Title::Missing if is_bare(&folded, reading, &range) => family(BARE),
        Title::Missing => Vec::new(),
    };
    (!pupils.is_empty()).then(|| Adult {
        greeted: is_greeted(reading, &range)
            || (title != Title::Missing && is_written_to(reading, &range)),
        range,
        words,
        pupils,
        named: match title {
            Title::AndInitial(_) => Named::Whole,
            Title::Alone => Named::Titled,
            Title::Missing => Named::Bare,
        },
        for_children: title == Title::Missing && children_follow(reading, &following),
    })
}

/// Whether a surname is that of children: `the Clegg child`, `Fraser siblings`.
fn children_follow(reading: &Reading<'_>, range: &Range<usize>) -> bool {
    let (_, after) = reading.sides(range, 16);
    let next = after
        .split(|c: char| !c.is_alphabetic())
        .nth(1)
        .unwrap_or_default();
    let words = [
        "child", "children", "siblings", "twins", "boy", "boys", "girl", "girls", "kids",
        "brothers", "sisters",
    ];
    after.starts_with(' ') && words.contains(&next)
}

/// Whether a contact may not reach the children.
fn is_kept_away(contacts: &[ContactId], directory: &Directory) -> bool {
    let mut contacts = contacts
        .iter()
        .filter_map(|id| directory.contacts.get(*id as usize));
    contacts.any(|contact| contact.links.iter().any(|link| link.no_contact))
}

/// Whether a surname stands alone, as that of a family: no ordinary word and no part of another name.
fn is_bare(folded: &str, reading: &Reading<'_>, range: &Range<usize>) -> bool {
    folded.len() > 3 && !ordinary::all_ordinary(folded) && !is_part_of_a_longer_name(reading, range)
}

/// Neither a correspondent nor in a signature.
pub(super) fn is_spoken_of(reading: &Reading<'_>, range: &Range<usize>) -> bool {
    !reading.in_signature(range.start) && !is_correspondent(reading, range)
}

/// What stands before a surname.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Title {
    Alone,
    AndInitial(char),
    Missing,
}

fn title_before(reading: &Reading<'_>, range: &Range<usize>) -> Title {
    let (before, _) = reading.sides(range, 16);
    let mut words = before
        .rsplit([' ', '.', '\n', '('])
        .filter(|word| !word.is_empty());
    let last = words.next().unwrap_or_default();
    let mut letters = last.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) if letter.is_uppercase() && words.next().is_some_and(is_title) => {
            Title::AndInitial(letter.to_ascii_lowercase())
        }
        _ if is_title(last) => Title::Alone,
        _ => Title::Missing,
    }
}

/// Whether a surname with its title is greeted: `Dear Mr and Mrs Thornton`.
fn is_written_to(reading: &Reading<'_>, range: &Range<usize>) -> bool {
    let (before, _) = reading.sides(range, 40);
    let line = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .trim_start_matches(['>', ' ']);
    let first = line.split(' ').next().unwrap_or_default();
    ["dear", "hi", "hello", "morning"]
        .iter()
        .any(|word| first.eq_ignore_ascii_case(word))
}

/// The pupils of contacts who are their parents, carers or other kin: childminders have many families.
fn closest(contacts: &[ContactId], directory: &Directory) -> Vec<PupilId> {
    let links = contacts
        .iter()
        .filter_map(|id| directory.contacts.get(*id as usize));
    let links = links.flat_map(|contact| &contact.links);
    let mut pupils: Vec<PupilId> = links
        .filter(|link| is_close(link))
        .map(|link| link.pupil)
        .collect();
    pupils.sort_unstable();
    pupils.dedup();
    pupils
}

fn is_close(link: &Link) -> bool {
    link.parental_responsibility || link.lives_with || link.no_contact
}

/// The pupils of a family by its surname, theirs or their parents'; none where it is too common.
fn of_family(
    roll: &Roll,
    surname: Phrase,
    contacts: &[ContactId],
    directory: &Directory,
    most: usize,
) -> Vec<PupilId> {
    let mut pupils = under(&roll.surnames, surname);
    pupils.extend(closest(contacts, directory));
    pupils.sort_unstable();
    pupils.dedup();
    if pupils.len() > most {
        Vec::new()
    } else {
        pupils
    }
}
