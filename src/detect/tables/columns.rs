//! Which columns a table has: by its header row, and where it has none by what stands in them.

use jiff::civil::Date;

use crate::detect::Setting;
use crate::detect::tables::cells::checked;
use crate::detect::tables::headings::{Column, column};
use crate::detect::validators::{Validity, dob, validator};

/// A header stands in one of the first rows, under a title or a logo.
const HEADER_ROWS: usize = 15;
/// A column speaks for itself from this many values,
const VALUES: usize = 5;
/// if this share of them, in percent, is of one kind.
const SHARE: usize = 80;
/// Years that the oldest and the youngest pupil of one school are apart, at the most.
const SCHOOL_YEARS: i16 = 16;

/// The columns of a table and the row its data begins in.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// One for each column that is of a known kind.
    pub(super) kinds: Vec<Option<Column>>,
    /// The first row of data.
    pub(super) first_row: usize,
}

/// Reads the columns of a table.
pub(super) fn columns(rows: &[Vec<String>], setting: &Setting<'_>) -> Columns {
    let headers = rows.iter().take(HEADER_ROWS).enumerate().map(|(at, row)| {
        let kinds: Vec<Option<Column>> = row.iter().map(|cell| column(cell)).collect();
        (at, kinds)
    });
    let known = |kinds: &[Option<Column>]| kinds.iter().flatten().count();
    let best = headers
        .filter(|(_, kinds)| known(kinds) >= 2)
        .max_by_key(|(at, kinds)| (known(kinds), std::cmp::Reverse(*at)));
    let (first_row, mut kinds) =
        best.map_or_else(|| (0, Vec::new()), |(at, kinds)| (at + 1, kinds));
    let width = rows.iter().map(Vec::len).max().unwrap_or_default();
    kinds.resize(width, None);
    let data = rows.get(first_row..).unwrap_or_default();
    for (number, kind) in kinds.iter_mut().enumerate() {
        *kind = kind.or_else(|| by_values(data, number, setting));
    }
    Columns { kinds, first_row }
}

/// What a column is by its values: numbers that check, names of pupils on roll, or dates on which pupils were born.
fn by_values(data: &[Vec<String>], number: usize, setting: &Setting<'_>) -> Option<Column> {
    let today = setting.today;
    let values: Vec<&str> = data
        .iter()
        .filter_map(|row| row.get(number))
        .map(|cell| cell.trim())
        .filter(|cell| !cell.is_empty())
        .collect();
    if values.len() < VALUES {
        return None;
    }
    let share = |name: &str| {
        let passes = |value: &&&str| checked(name, value, today).is_some();
        values.iter().filter(passes).count() * 100 >= values.len() * SHARE
    };
    if share("upn") {
        return Some(Column::Upn);
    }
    if share("uci") {
        return Some(Column::Uci);
    }
    if share("ni-number") {
        return Some(Column::NiNumber);
    }
    if share("nhs-number") {
        return Some(Column::NhsNumber);
    }
    if share("uln") {
        return Some(Column::Uln);
    }
    let named = values
        .iter()
        .filter(|value| !setting.roll.by_name(value).is_empty());
    if named.count() * 100 >= values.len() * SHARE {
        return Some(Column::PupilName);
    }
    let born: Vec<i16> = values
        .iter()
        .filter_map(|value| pupils_birth(value, today))
        .map(Date::year)
        .collect();
    let span = born.iter().max()? - born.iter().min()?;
    let of_school = born.len() * 100 >= values.len() * SHARE && span <= SCHOOL_YEARS && span > 0;
    of_school.then_some(Column::DateOfBirth)
}

fn pupils_birth(value: &str, today: Date) -> Option<Date> {
    let checked = validator("date-of-birth").and_then(|v| (v.check)(value, today))?;
    if checked.validity != Validity::Right {
        return None;
    }
    dob::date(value, today)
}
