//! Whether a name that could stand somewhere is a pupil's there, and how sure that is.
//!
//! A full pair of names is a pupil, unless it is a colleague's, a correspondent's, a signer's or somebody with a title.
//! Names made of ordinary words must be written as names, and as a person's; lesser ways of naming somebody need the
//! pupil's class, date of birth, number or address beside them.
//! Namesakes stay ambiguous until one of those tells them apart.

use std::ops::Range;

use crate::detect::Setting;
use crate::detect::reading::Reading;
use crate::detect::roll::beside::{
    Around, is_a_child, is_a_place, is_called_user, is_greeted, is_of_children, is_of_school,
    is_somebody_else,
};
use crate::detect::roll::candidates::{Candidate, MOST, Order};
use crate::detect::roll::listed::is_part_of_a_longer_name;
use crate::detect::roll::sightings::{HINT, Sighting};
use crate::detect::roll::{classes, ordinary, others};
use crate::detect::sentences;
use crate::detect::tokens::fold_name;
use crate::directory::people::{Pupil, PupilId};
use crate::extract::content::Place;

/// A pupil's class or date of birth counts as beside the name within this many octets,
const BESIDE: usize = 80;
/// and beside a single forename within these: `Amelia (4H)`, `Amelia in Year 4`,
const CLOSE: usize = 14;
/// and behind a surname or initials within these: `Thornton, 2 Chestnut`.
const BEHIND: usize = 18;
/// Their date of birth or number may be called so first: `Thornton, date of birth 12/03/2018`.
const FURTHER: usize = 40;
/// Words for children or lessons stand within this many octets of a name that is nearly a pupil's,
const CHILDREN: usize = 80;
/// which is then this sure.
const NEARLY: f64 = 0.6;
/// What people do, and roads and plays do not.
const DOES: [&str; 24] = [
    "and", "is", "are", "was", "were", "has", "have", "had", "needs", "need", "can", "cannot",
    "wants", "did", "does", "takes", "carries", "went", "comes", "came", "said", "says", "told",
    "may",
];
/// A single name that more pupils share says nothing about which.
pub(super) const SHARED: usize = 60;

/// The sighting a candidate is; `None` where it is something else.
pub(super) fn judged(
    candidate: &Candidate,
    reading: &Reading<'_>,
    text: usize,
    range: Range<usize>,
    setting: &Setting<'_>,
) -> Option<Sighting> {
    let (order, owners) = (candidate.order, candidate.owners.as_slice());
    let single = matches!(order, Order::Single | Order::Surname | Order::Letters);
    if single && owners.len() > SHARED {
        return None;
    }
    let folded = fold_name(reading.slice(range.clone()));
    let look = Look {
        ordinary: ordinary::all_ordinary(&folded),
        staff: is_staff(order, &folded, setting),
        class: setting.roll.classes.contains(folded.as_str()),
        order,
    };
    let sure = look.sure(reading, &range)?;
    let beside = told(order, owners, reading, &range, setting);
    let told_apart = !beside.is_empty();
    let alone = matches!(
        order,
        Order::Surname | Order::Letters | Order::Initial | Order::Abbreviated
    );
    if (!told_apart || alone) && is_somebody_else(reading, &range) {
        return None;
    }
    if !told_apart && reading.is_signer(&range) {
        return None;
    }
    let whole = matches!(order, Order::Plain | Order::Near) && !told_apart;
    let most = if whole {
        others::most(setting.roll, reading, &range)
    } else {
        1.0
    };
    let confidence = look.confidence(sure.min(most), owners.len(), beside.len())?;
    // A forename that several pupils share hints at a child, and not at which.
    let mut pupils = match (single && confidence < crate::detect::ENOUGH, told_apart) {
        (true, _) if owners.len() > 1 => Vec::new(),
        (_, true) => beside,
        (_, false) => owners.to_vec(),
    };
    // Whoever writes is not spoken of.
    let author = setting
        .author
        .and_then(|author| setting.directory.pupil_by_address(author));
    if author.is_some_and(|author| owners.contains(&author)) {
        pupils.retain(|pupil| Some(*pupil) != author);
        if pupils.is_empty() {
            return None;
        }
    }
    Some(Sighting {
        text,
        range,
        pupils,
        confidence,
        near: order == Order::Near,
        why: why(order, told_apart),
    })
}

fn why(order: Order, told_apart: bool) -> &'static str {
    match (order, told_apart) {
        (Order::Plain | Order::Reversed, false) => {
            "forename and surname are those of a pupil on roll"
        }
        (Order::Plain | Order::Reversed, true) => {
            "forename and surname, and the class, date of birth or number beside them"
        }
        (Order::Initial, _) => "initial and surname, and the class or date of birth beside them",
        (Order::Abbreviated, _) => {
            "the forename and the first letter of the surname, and the class, year or date of birth beside them"
        }
        (Order::Single, _) => "the forename, and the class or year beside it",
        (Order::Surname, _) => "the surname, and the class, date of birth or number behind it",
        (Order::Letters, _) => "the initials, and the class beside them",
        (Order::User, _) => "it is the pupil's user name",
        (Order::Near, false) => {
            "it is nearly the pupil's name, beside words for children or lessons"
        }
        (Order::Near, true) => {
            "it is nearly the pupil's name, and the class or date of birth stands beside it"
        }
    }
}

/// Those of the owners beside whose name stands what only they have.
fn told(
    order: Order,
    owners: &[PupilId],
    reading: &Reading<'_>,
    range: &Range<usize>,
    setting: &Setting<'_>,
) -> Vec<PupilId> {
    let stretch = match order {
        Order::Single => reading.around(range, CLOSE),
        Order::Surname | Order::Letters => reading.sides(range, BEHIND).1,
        Order::Plain
        | Order::Reversed
        | Order::Initial
        | Order::Abbreviated
        | Order::User
        | Order::Near => reading.around(range, BESIDE),
    };
    let around = Around::new(stretch);
    let behind = Around::new(reading.sides(range, CLOSE).1);
    let further = Around::new(reading.sides(range, FURTHER).1);
    let is = |pupil: &Pupil| match order {
        // A year before a forename heads a list; behind it, it is the child's.
        Order::Single => around.has_class(pupil) || behind.has_year(pupil),
        Order::Surname | Order::Letters => {
            around.has_class(pupil) || further.has_birth_or_number(pupil)
        }
        Order::Abbreviated => around.is_of(pupil) || around.has_year(pupil),
        Order::Plain | Order::Reversed | Order::Initial | Order::User | Order::Near => {
            around.is_of(pupil)
        }
    };
    let asked = owners.iter().copied().take(MOST);
    asked
        .filter(|id| setting.directory.pupil(*id).is_some_and(is))
        .collect()
}

/// Whether a colleague has this name too, in whichever order it is written.
fn is_staff(order: Order, folded: &str, setting: &Setting<'_>) -> bool {
    let staff = &setting.roll.staff;
    let turned = || folded.split_once(' ').map(|(a, b)| format!("{b} {a}"));
    match order {
        Order::Plain | Order::Reversed => {
            staff.contains(folded) || turned().is_some_and(|name| staff.contains(name.as_str()))
        }
        Order::Single | Order::Near => staff.contains(folded),
        Order::Abbreviated => setting.roll.is_abbreviated_staff(folded, setting.directory),
        Order::Initial | Order::Surname | Order::Letters | Order::User => false,
    }
}

/// Whether a name that may be something else is spoken of as a child's, or does what people do.
fn is_a_childs(reading: &Reading<'_>, range: &Range<usize>) -> bool {
    let (_, after) = reading.sides(range, CLOSE);
    let next = after.strip_prefix(' ').unwrap_or_default();
    let next = next.split(|c: char| !c.is_alphabetic()).next();
    let sentence = sentences::around(&reading.normal, range);
    let sentence = reading.slice(sentence);
    next.is_some_and(|next| DOES.contains(&next))
        || sentences::is_about_one(sentence)
        || is_of_children(reading, range, CHILDREN) && !sentences::is_of_a_story(sentence)
}

/// Whether what follows a forename of an ordinary word may be a class: `Rose in Maple`, `Grace (3C)`, not `Will Maple class`.
fn leads_to_a_class(reading: &Reading<'_>, range: &Range<usize>) -> bool {
    let (_, after) = reading.sides(range, CLOSE);
    [" in ", " from ", " (", ", "]
        .iter()
        .any(|lead| after.starts_with(lead))
}

/// A name as it is written.
struct Look {
    order: Order,
    /// Every word of it is an ordinary word too.
    ordinary: bool,
    /// A member of staff has this name as well.
    staff: bool,
    /// It is the name of a class as well.
    class: bool,
}

impl Look {
    /// How sure the writing alone is; `None` where it is not a name at all.
    fn sure(&self, reading: &Reading<'_>, range: &Range<usize>) -> Option<f64> {
        let written = reading.slice(range.clone());
        let mut words = written
            .split(|c: char| !c.is_alphanumeric() && c != '\'')
            .filter(|word| !word.is_empty());
        let named = words
            .clone()
            .all(|word| word.starts_with(char::is_uppercase));
        let shouted = !written.contains(char::is_lowercase);
        let surname_shouted = words.next().is_some_and(|first| {
            first.len() > 2 && !first.contains(char::is_lowercase) && !shouted && named
        });
        let listed = written.contains('\t') || reading.source.place == Place::FileName;
        if self.ordinary && !named && !listed {
            return None;
        }
        Some(match self.order {
            Order::Plain if self.ordinary && shouted && !listed => 0.4,
            Order::Plain if self.ordinary && is_a_place(reading, range) => 0.3,
            Order::Plain if self.ordinary && !listed && !is_a_childs(reading, range) => HINT,
            Order::Plain if self.ordinary => 0.75,
            Order::Plain => 0.9,
            Order::Reversed if listed || surname_shouted => 0.85,
            Order::Abbreviated if !self.is_one_pupil(reading, range) => 0.3,
            Order::Abbreviated if is_of_children(reading, range, CHILDREN) => NEARLY,
            Order::Reversed | Order::Initial => 0.3,
            Order::Single if self.staff => return None,
            Order::Single if self.ordinary && !leads_to_a_class(reading, range) => return None,
            Order::Single if self.ordinary => 0.2,
            Order::Single if self.class && classes::is_one(reading, range) => return None,
            Order::Single if self.class => 0.2,
            Order::Single if is_a_child(reading, range) => HINT,
            Order::Surname | Order::Near if self.ordinary || !named => return None,
            Order::Single | Order::Surname | Order::Letters => 0.2,
            Order::Near if is_of_school(reading, range, CHILDREN) => NEARLY,
            Order::Near | Order::Abbreviated => HINT,
            Order::User if is_called_user(reading, range) => 0.85,
            Order::User if written.starts_with(|c: char| c.is_ascii_digit()) => 0.8,
            Order::User => return None,
        })
    }

    /// Whether a forename with a letter stands for a pupil in running text: not `Will I`, `John F Kennedy`, `Sarah T` who signs.
    fn is_one_pupil(&self, reading: &Reading<'_>, range: &Range<usize>) -> bool {
        let written = reading.slice(range.clone());
        !self.ordinary
            && !self.staff
            && !others::is_pronoun(reading, range)
            && written.starts_with(char::is_uppercase)
            && !is_part_of_a_longer_name(reading, range)
            && !others::is_middle(reading, range)
            && !others::is_of_elsewhere(reading, range)
            && !reading.in_signature(range.start)
            && !is_greeted(reading, range)
    }

    /// How sure it is at last, of so many owners of whom so many were told apart.
    fn confidence(&self, sure: f64, owners: usize, told: usize) -> Option<f64> {
        Some(match (self.order, told) {
            (Order::Single | Order::Surname, 1) | (Order::Near, 1..) => 0.75,
            (Order::Surname, 2..) => 0.6,
            (Order::Letters, 1..) | (Order::Single, 2..) => HINT,
            (Order::Surname | Order::Letters, 0) => return None,
            (Order::Near, 0) if owners > 1 || self.staff => sure.min(HINT),
            (Order::Abbreviated, 1..) => 0.8,
            (Order::Abbreviated, 0) if owners > 1 => sure.min(0.3),
            (_, 1..) => 0.95,
            (_, 0) if self.staff => sure.min(0.3),
            (_, 0) if owners > 1 => sure.min(0.7),
            (_, 0) => sure,
        })
    }
}
