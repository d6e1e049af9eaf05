//! Tables of pupils: a header row that says what each column is, rows that are people.
//!
//! A *pupil table* names or numbers somebody in every row, has columns that only pupils have,
//! and scores 6 or more over its headings; a *sensitive* one has a column of special-category data besides.
//! Both are `restricted`: exports and tables of pupils are, whatever stands in them.
//! Totals by class or group name nobody and are no pupil table.
//! A table of colleagues with what they earn, or how long they were ill, is as restricted.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use crate::detect::Setting;
use crate::detect::normal::normal;
use crate::detect::reading::Reading;
use crate::detect::rules::written::About;
use crate::detect::sum::{Entry, Spot, Sum};
use crate::detect::tables::columns::{Columns, columns};
use crate::detect::tables::headings::Column;
use crate::detect::tables::row::{Person, name_of, person};
use crate::detect::tokens::fold_name;
use crate::extract::content::{Content, Place, Table};
use crate::mail::level::Level;
use crate::mail::origin::Origin;
use crate::secret::Excerpt;

mod cells;
mod columns;
mod headings;
mod known;
mod pasted;
mod row;

/// Headings of a pupil table add up to this.
const SCORE: u32 = 6;
/// So many columns of results beside names are a marksheet.
const MARKS: usize = 3;
/// Rows from which a table is one.
const ROWS: usize = 3;
/// A table without a column that only pupils have is one when this share of its rows, in percent, is on roll.
const ON_ROLL: usize = 30;

/// Names of which this share, in percent, is on roll are those of pupils.
const MOSTLY_ON_ROLL: usize = 80;
/// So many colleagues beside their pay are a table.
const COLLEAGUES: usize = 2;

/// Columns whose cells are numbers of their own: detector, validator.
const NUMBERS: [(Column, &str, &str); 11] = [
    (Column::Upn, "pupil.upn", "upn"),
    (Column::Uln, "pupil.uln", "uln"),
    (Column::NhsNumber, "health.nhs-number", "nhs-number"),
    (Column::Chi, "health.chi-number", "chi-number"),
    (Column::Uci, "pupil.uci", "uci"),
    (Column::Scn, "pupil.scn", "scn"),
    (Column::NiNumber, "staff.ni-number", "ni-number"),
    (Column::DbsNumber, "staff.dbs-certificate", "dbs"),
    (Column::DateOfBirth, "pupil.date-of-birth", "date-of-birth"),
    (Column::Postcode, "contact.postcode", "postcode"),
    (Column::Phone, "contact.phone", "phone"),
];

/// One table on its way: its rows, where it stands, and which text says the same.
struct Sheet<'a> {
    rows: &'a [Vec<String>],
    columns: Columns,
    spot: Spot<'a>,
}

/// Adds every table of pupils and the numbers in their columns.
pub(crate) fn weigh(
    content: &Content,
    readings: &[Reading<'_>],
    setting: &Setting<'_>,
    sum: &mut Sum,
) {
    let mut first: HashMap<&Origin, usize> = HashMap::new();
    for (text, reading) in readings.iter().enumerate() {
        first.entry(&reading.source.origin).or_insert(text);
    }
    for (number, table) in content.tables.iter().enumerate() {
        let spot = spot(table, readings, first.get(&table.origin).copied(), number);
        let rows = normal_rows(&table.rows);
        weigh_sheet(&sheet(&rows, spot, setting), setting, sum);
    }
    let tabled: BTreeSet<&Origin> = content.tables.iter().map(|table| &table.origin).collect();
    for (text, reading) in readings.iter().enumerate() {
        let prose = matches!(
            reading.source.place,
            Place::Body | Place::Quoted | Place::Attachment
        );
        if !prose || tabled.contains(&reading.source.origin) {
            continue;
        }
        for rows in pasted::pasted(&reading.normal) {
            let spot = Spot::of(text, 0, reading.source);
            weigh_sheet(&sheet(&rows, spot, setting), setting, sum);
        }
    }
}

/// The cells of a table as normal text; borrowed when there is nothing to do.
fn normal_rows(rows: &[Vec<String>]) -> Cow<'_, [Vec<String>]> {
    let odd = |cell: &String| matches!(normal(cell), Cow::Owned(_));
    if !rows.iter().flatten().any(odd) {
        return Cow::Borrowed(rows);
    }
    let row = |row: &Vec<String>| row.iter().map(|cell| normal(cell).into_owned()).collect();
    rows.iter().map(row).collect()
}

/// Where a table stands: at the text with its origin, or at the nearest one around it.
fn spot<'a>(
    table: &'a Table,
    readings: &[Reading<'a>],
    same: Option<usize>,
    number: usize,
) -> Spot<'a> {
    let place = same
        .and_then(|text| readings.get(text))
        .map_or(Place::Attachment, |reading| match reading.source.place {
            Place::FileName => Place::Attachment,
            place => place,
        });
    Spot {
        text: same.unwrap_or(readings.len() + number),
        at: 0,
        origin: &table.origin,
        place,
        visible: table.visible,
    }
}

fn sheet<'a>(rows: &'a [Vec<String>], spot: Spot<'a>, setting: &Setting<'_>) -> Sheet<'a> {
    Sheet {
        rows,
        columns: columns(rows, setting),
        spot,
    }
}

fn weigh_sheet(sheet: &Sheet<'_>, setting: &Setting<'_>, sum: &mut Sum) {
    let kinds: BTreeSet<Column> = sheet.columns.kinds.iter().flatten().copied().collect();
    if !kinds
        .iter()
        .any(|kind| kind.names_somebody() || *kind == Column::DateOfBirth)
    {
        return;
    }
    add_staff(sheet, &kinds, sum);
    let rows: Vec<(&[String], Option<Person>)> = sheet
        .data()
        .iter()
        .map(|row| (row.as_slice(), person(sheet, row, setting)))
        .collect();
    let people: Vec<&Person> = rows
        .iter()
        .filter_map(|(_, person)| person.as_ref())
        .collect();
    let results = sheet
        .columns
        .kinds
        .iter()
        .flatten()
        .filter(|kind| **kind == Column::Attainment);
    let marksheet = results.count() >= MARKS;
    let score: u32 = kinds.iter().map(|kind| kind.weight()).sum();
    let on_roll = people.iter().filter(|p| !p.pupils.is_empty()).count();
    // Where nearly everybody is on roll, a column of names is one of pupils' names.
    let ours = on_roll >= ROWS && on_roll * 100 >= people.len() * MOSTLY_ON_ROLL;
    let score = score + if marksheet { 2 } else { 0 } + u32::from(ours);
    let persons = people.iter().filter(|p| p.reads_as_one).count();
    let mostly_ours = on_roll >= 1 && on_roll * 100 >= people.len() * ON_ROLL;
    let of_pupils = mostly_ours || marksheet || kinds.iter().any(|kind| kind.is_of_pupils());
    let sensitive = kinds.iter().any(|kind| kind.is_sensitive());
    let long = people.len() >= ROWS || (sensitive && on_roll > 0);
    if score < SCORE || !of_pupils || !long || persons * 2 < people.len() {
        add_numbers(sheet, &rows, None, setting, sum);
        return;
    }
    let (detector, title, confidence) = named(sensitive);
    let headings: Vec<&str> = sheet.headings().collect();
    let headings = Excerpt::plain(&headings.join(", "));
    for person in &people {
        sum.add(Entry {
            detector,
            title,
            level: Level::Restricted,
            many: None,
            alone: false,
            about: About::Pupil,
            confidence,
            spot: sheet.spot,
            excerpt: headings.clone(),
            why: format!(
                "headings of columns and {} rows about somebody",
                people.len()
            ),
            value: person.key.clone(),
            pupils: person.pupils.clone(),
        });
    }
    add_numbers(sheet, &rows, Some(Level::Restricted), setting, sum);
}

/// Adds a table of people with their pay or sickness.
fn add_staff(sheet: &Sheet<'_>, kinds: &BTreeSet<Column>, sum: &mut Sum) {
    if !kinds.contains(&Column::Pay) {
        return;
    }
    let stated = |row: &&Vec<String>| {
        let mut cells = sheet.cells(row, Column::Pay).into_iter();
        cells.any(|cell| cell.contains(|c: char| c.is_ascii_digit()))
    };
    let rows = sheet.data().iter().filter(stated);
    let people: BTreeSet<String> = rows.filter_map(|row| name_of(sheet, row)).collect();
    if people.len() < COLLEAGUES {
        return;
    }
    let headings: Vec<&str> = sheet.headings().collect();
    for name in &people {
        sum.add(Entry {
            detector: "table.staff",
            title: "table of colleagues with pay or sickness",
            level: Level::Restricted,
            many: None,
            alone: false,
            about: About::Person,
            confidence: 0.9,
            spot: sheet.spot,
            excerpt: Excerpt::plain(&headings.join(", ")),
            why: format!(
                "headings of columns and {} rows about somebody",
                people.len()
            ),
            value: fold_name(name),
            pupils: Vec::new(),
        });
    }
}

/// Detector, title and confidence of a table of pupils.
fn named(sensitive: bool) -> (&'static str, &'static str, f64) {
    if sensitive {
        let title = "table of pupils with sensitive columns";
        ("table.sensitive", title, 0.95)
    } else {
        ("table.pupils", "table of pupils", 0.9)
    }
}

/// Adds the numbers of the columns that hold numbers, at the level of the table.
///
/// In a table that is none of pupils only numbers that are somebody's by themselves count, at their own level.
fn add_numbers(
    sheet: &Sheet<'_>,
    rows: &[(&[String], Option<Person>)],
    level: Option<Level>,
    setting: &Setting<'_>,
    sum: &mut Sum,
) {
    for (kind, detector, name) in NUMBERS {
        let of_staff = matches!(kind, Column::NiNumber | Column::DbsNumber);
        let absent = !sheet.columns.kinds.contains(&Some(kind));
        if absent || (level.is_none() && !kind.is_number() && !of_staff) {
            continue;
        }
        let Some(rule) = setting.rules.by_id(detector) else {
            continue;
        };
        for (row, owner) in rows {
            for cell in sheet.cells(row, kind) {
                let Some(checked) = cells::checked(name, cell, setting.today) else {
                    continue;
                };
                let pupils = owner.iter().flat_map(|person| person.pupils.clone());
                sum.add(Entry {
                    detector,
                    title: &rule.title,
                    level: level.unwrap_or(rule.level),
                    many: None,
                    alone: false,
                    about: match level {
                        Some(_) => About::Nobody,
                        None if of_staff => About::Person,
                        None => About::Pupil,
                    },
                    confidence: 0.95,
                    spot: sheet.spot,
                    excerpt: Excerpt::mask(cell),
                    why: "the heading of its column says so, or all that stands in it".to_owned(),
                    value: checked.value,
                    pupils: pupils.collect(),
                });
            }
        }
    }
}

impl<'a> Sheet<'a> {
    fn data(&self) -> &'a [Vec<String>] {
        self.rows.get(self.columns.first_row..).unwrap_or_default()
    }

    /// The headings of the columns that are known.
    fn headings(&self) -> impl Iterator<Item = &'a str> {
        let header = self.columns.first_row.checked_sub(1);
        let row = header.and_then(|at| self.rows.get(at));
        let cells = row.map_or(&[][..], Vec::as_slice);
        let known = cells.iter().zip(&self.columns.kinds);
        known
            .filter(|(_, kind)| kind.is_some())
            .map(|(cell, _)| cell.as_str())
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// The filled cells of a row in columns of one kind.
    fn cells<'r>(&self, row: &'r [String], kind: Column) -> Vec<&'r str> {
        row.iter()
            .zip(&self.columns.kinds)
            .filter(|(cell, of)| **of == Some(kind) && !cell.trim().is_empty())
            .map(|(cell, _)| cell.trim())
            .collect()
    }
}
