//! *Detect*: text into findings: identifiers, markings, lexicons, tables, pupils on the roll.
//!
//! Says what a thing is and whom it is about, never what to do about it; that is `decide`.
//! A pure function of its arguments: rules, roll, directory and today's date come in.
//!
//! ```text
//! Content ─▶ reading (normalise, fold, signature) ─┬▶ patterns ─┐
//!                                                  ├▶ roll ─────┼▶ people ─▶ lexicon ─┐
//!                                                  ├▶ tables ───┘                     ├▶ sum ─▶ Findings
//!                                                  └▶ markings, documents ────────────┘
//! ```
//!
//! Two things hold everywhere below.
//! A hit is a candidate until its validator, its context and the people around it agree; what stays under
//! [`ENOUGH`] is dropped, because a finding that counts for nothing only teaches people to ignore findings.
//! People are counted, not hits: the same pupil by name, number and table row is one pupil.

#![deny(clippy::disallowed_methods)]

use jiff::civil::Date;

use crate::detect::finding::Findings;
use crate::detect::reading::Reading;
use crate::detect::roll::Roll;
use crate::detect::rules::Rules;
use crate::detect::sum::Sum;
use crate::directory::people::Directory;
use crate::extract::content::Content;
use crate::mail::address::{Address, Domain};

pub mod finding;
mod fold;
mod labels;
mod lexicon;
mod markings;
mod normal;
mod patterns;
mod people;
mod reading;
pub mod roll;
pub mod rules;
pub mod staff;
mod sum;
mod tables;
#[cfg(test)]
mod tests;
pub mod validators;

/// The confidence from which a finding counts.
pub const ENOUGH: f64 = 0.5;

/// What detection needs to know about the school and the day.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// The rules in force.
    pub rules: &'a Rules,
    /// Who is on roll, ready to be searched for.
    pub roll: &'a Roll,
    /// The people behind the roll.
    pub directory: &'a Directory,
    /// Today, in the school's time zone: ages are reckoned from it.
    pub today: Date,
    /// Who wrote the message, where that is known: their own name is no pupil.
    pub author: Option<&'a Address>,
    /// The school's own postcodes, phones and domains.
    pub own: &'a OwnDetails,
}

/// Details of the school itself, which stand in every signature and are never findings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnDetails {
    /// Postcodes of the school, its trust and its authority, as written.
    pub postcodes: Vec<String>,
    /// Telephone numbers of the school, as written.
    pub phones: Vec<String>,
    /// Domains of the school.
    pub domains: Vec<Domain>,
}

/// Everything that is found in `content`.
///
/// Deterministic: the same content and setting give the same findings in the same order.
#[must_use]
pub fn findings(content: &Content, setting: &Setting<'_>) -> Findings {
    let readings: Vec<Reading<'_>> = content.texts.iter().map(Reading::of).collect();
    let mut sum = Sum::default();
    let numbers = patterns::hits(&readings, setting);
    let names = roll::sightings::sightings(&readings, setting);
    let people = people::people(&readings, &numbers, &names, setting);
    patterns::weigh(&readings, numbers, &people, setting, &mut sum);
    roll::sightings::weigh(&readings, &names, setting, &mut sum);
    lexicon::weigh(&readings, &people, setting, &mut sum);
    markings::weigh(&readings, setting, &mut sum);
    labels::weigh(&readings, setting, &mut sum);
    tables::weigh(content, &readings, setting, &mut sum);
    sum.findings()
}
