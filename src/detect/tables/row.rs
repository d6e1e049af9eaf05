//! Who a row of a table is about.

use crate::detect::Setting;
use crate::detect::roll::admission_key;
use crate::detect::roll::beside::Around;
use crate::detect::tables::cells::checked;
use crate::detect::tables::headings::Column;
use crate::detect::tables::{NUMBERS, Sheet};
use crate::detect::tokens::fold_name;
use crate::directory::people::PupilId;

/// One row that is somebody.
pub(super) struct Person {
    /// The pupil on roll; several for namesakes.
    pub(super) pupils: Vec<PupilId>,
    /// What makes two rows the same person.
    pub(super) key: String,
    /// Whether it reads as a person: a thing has a name too.
    pub(super) reads_as_one: bool,
}

/// Who a row is about; `None` where it names nobody, as a row of totals does.
pub(super) fn person(sheet: &Sheet<'_>, row: &[String], setting: &Setting<'_>) -> Option<Person> {
    let number = NUMBERS
        .iter()
        .filter(|(kind, _, _)| kind.is_number())
        .flat_map(|(kind, _, name)| sheet.cells(row, *kind).into_iter().map(move |c| (c, *name)))
        .find_map(|(cell, name)| Some(checked(name, cell, setting.today)?.value));
    let whole = [Column::PupilName, Column::FullName]
        .into_iter()
        .flat_map(|kind| sheet.cells(row, kind))
        .find(|cell| is_name(cell));
    let parts: Vec<&str> = [Column::Forename, Column::Surname]
        .into_iter()
        .filter_map(|kind| {
            sheet
                .cells(row, kind)
                .into_iter()
                .find(|cell| is_name(cell))
        })
        .collect();
    let joined = (!parts.is_empty()).then(|| parts.join(" "));
    let name = whole.map(str::to_owned).or(joined);
    let other = [
        Column::AdmissionNo,
        Column::LearnerNumber,
        Column::DateOfBirth,
    ]
    .into_iter()
    .find_map(|kind| sheet.cells(row, kind).into_iter().next());
    let admission = sheet.cells(row, Column::AdmissionNo).into_iter().next();
    let by_admission = admission.and_then(|n| setting.roll.by_number(&admission_key(n)));
    let by_number = number.as_deref().and_then(|n| setting.roll.by_number(n));
    // A number of the school's own counts where no name speaks against it.
    let by_number = by_number.or(by_admission.filter(|_| name.is_none()));
    let pupils = match (by_number, &name) {
        (Some(pupil), _) => vec![pupil],
        (None, Some(name)) => narrowed(setting.roll.by_name(name), row, setting),
        (None, None) => Vec::new(),
    };
    // A colleague has a class and a year as well.
    if pupils.is_empty()
        && name
            .as_deref()
            .is_some_and(|name| setting.roll.is_staff(name))
    {
        return None;
    }
    let only_called = sheet.cells(row, Column::PupilName).is_empty() && parts.is_empty();
    let reads_as_one = !pupils.is_empty()
        || number.is_some()
        || !only_called
        || name.as_deref().is_none_or(reads_as_a_person);
    let key = match &name {
        _ if !pupils.is_empty() => format!("{pupils:?}"),
        Some(name) => fold_name(name),
        None => number.or_else(|| other.map(str::to_owned))?,
    };
    Some(Person {
        pupils,
        key,
        reads_as_one,
    })
}

/// The name of whoever a row is about, a colleague too; `None` where it is nobody's or a thing's.
pub(super) fn name_of(sheet: &Sheet<'_>, row: &[String]) -> Option<String> {
    let whole = sheet.cells(row, Column::FullName).into_iter();
    let whole = whole.filter(|cell| is_name(cell) && reads_as_a_person(cell));
    let part = |kind| {
        sheet
            .cells(row, kind)
            .into_iter()
            .find(|cell| is_name(cell))
    };
    let parts = part(Column::Surname).zip(part(Column::Forename));
    let joined = parts.map(|(surname, forename)| format!("{forename} {surname}"));
    whole.map(str::to_owned).next().or(joined)
}

/// Whether a name has two words and more, each as names are written.
fn reads_as_a_person(name: &str) -> bool {
    let mut words = name.split([' ', ',', '-']).filter(|word| !word.is_empty());
    let count = words.clone().count();
    (2..=6).contains(&count) && words.all(|word| word.starts_with(char::is_uppercase))
}

/// Of namesakes those whose class or date of birth stands in the row; all where none does.
fn narrowed(pupils: Vec<PupilId>, row: &[String], setting: &Setting<'_>) -> Vec<PupilId> {
    if pupils.len() < 2 {
        return pupils;
    }
    let joined = row.join("\t");
    let written = Around::new(&joined);
    let matching: Vec<PupilId> = pupils
        .iter()
        .copied()
        .filter(|id| {
            setting
                .directory
                .pupil(*id)
                .is_some_and(|pupil| written.is_of(pupil))
        })
        .collect();
    if matching.is_empty() {
        pupils
    } else {
        matching
    }
}

/// Whether a cell can be a name: letters, no digits, and no word that heads a row of totals.
fn is_name(cell: &str) -> bool {
    let lower = cell.to_lowercase();
    let total = [
        "total",
        "average",
        "mean",
        "all",
        "boys",
        "girls",
        "grand total",
        "school",
        "national",
        "other",
        "all pupils",
        "disadvantaged",
    ];
    cell.contains(char::is_alphabetic)
        && !cell.contains(|c: char| c.is_ascii_digit())
        && cell.len() <= 60
        && !total.contains(&lower.as_str())
        && !lower.starts_with("total ")
        && !lower.starts_with("all ")
        && !is_a_letter(&lower)
}

/// Whether a name is `Pupil A` or `Child 3`: one that was taken out.
fn is_a_letter(lower: &str) -> bool {
    let mut words = lower.split_whitespace();
    let kind = words.next().unwrap_or_default();
    matches!(kind, "pupil" | "child" | "student" | "learner" | "family")
        && words.next().is_some_and(|rest| rest.len() == 1)
        && words.next().is_none()
}
