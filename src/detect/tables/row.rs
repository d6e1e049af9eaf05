//! Who a row of a table is about.

use crate::detect::Setting;
use crate::detect::fold::fold_name;
use crate::detect::roll::beside::Around;
use crate::detect::tables::headings::Column;
use crate::detect::tables::{NUMBERS, Sheet};
use crate::detect::validators::validator;
use crate::directory::people::PupilId;

/// One row that is somebody.
pub(super) struct Person {
    /// The pupil on roll; several for namesakes.
    pub(super) pupils: Vec<PupilId>,
    /// What makes two rows the same person.
    pub(super) key: String,
}

/// Who a row is about; `None` where it names nobody, as a row of totals does.
pub(super) fn person(sheet: &Sheet<'_>, row: &[String], setting: &Setting<'_>) -> Option<Person> {
    let number = NUMBERS
        .iter()
        .filter(|(kind, _, _)| kind.is_number())
        .flat_map(|(kind, _, name)| sheet.cells(row, *kind).into_iter().map(move |c| (c, *name)))
        .find_map(|(cell, name)| Some((validator(name)?.check)(cell, setting.today)?.value));
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
    let name = match (whole, parts.is_empty()) {
        (Some(whole), _) => Some(whole.to_owned()),
        (None, false) => Some(parts.join(" ")),
        (None, true) => None,
    };
    let other = [
        Column::AdmissionNo,
        Column::LearnerNumber,
        Column::DateOfBirth,
    ]
    .into_iter()
    .find_map(|kind| sheet.cells(row, kind).into_iter().next());
    let by_number = number.as_deref().and_then(|n| setting.roll.by_number(n));
    let pupils = match (by_number, &name) {
        (Some(pupil), _) => vec![pupil],
        (None, Some(name)) => narrowed(setting.roll.by_name(name), row, setting),
        (None, None) => Vec::new(),
    };
    let key = match &name {
        _ if !pupils.is_empty() => format!("{pupils:?}"),
        Some(name) => fold_name(name),
        None => number.or_else(|| other.map(str::to_owned))?,
    };
    Some(Person { pupils, key })
}

/// Of namesakes those whose class or date of birth stands in the row; all where none does.
fn narrowed(pupils: Vec<PupilId>, row: &[String], setting: &Setting<'_>) -> Vec<PupilId> {
    if pupils.len() < 2 {
        return pupils;
    }
    let written = Around::new(&row.join("\t"));
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
    ];
    cell.contains(char::is_alphabetic)
        && !cell.contains(|c: char| c.is_ascii_digit())
        && cell.len() <= 60
        && !total.contains(&lower.as_str())
        && !lower.starts_with("total ")
        && !lower.starts_with("all ")
}
