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
//! A text is gone over three times: once to make it normal, which copies only what is odd in it, once by the automaton
//! of all expressions, and once to cut it into words.
//! Each word is asked two things while it is at hand: by its first eight letters, whether it may be in a name on roll,
//! and by its first four, whether a term of a lexicon may begin there.
//! Nearly every word is neither; only the few that may be are folded, looked up and compared.
//! Words that make a number surer, and phrases and names of several words, start from the same words.
//!
//! Two things hold everywhere below.
//! A hit is a candidate until its validator, its context and the people around it agree; what stays under
//! [`ENOUGH`] is dropped, because a finding that counts for nothing only teaches people to ignore findings.
//! People are counted, not hits: the same pupil by name, number and table row is one pupil.

#![deny(clippy::disallowed_methods)]

use jiff::civil::Date;
use regex::Regex;

use crate::detect::finding::Findings;
use crate::detect::forms::Form;
use crate::detect::patterns::Hits;
use crate::detect::reading::Reading;
use crate::detect::roll::Roll;
use crate::detect::roll::sightings::Names;
use crate::detect::rules::Rules;
use crate::detect::sum::Sum;
use crate::directory::consumer::ConsumerDomains;
use crate::directory::people::{Directory, PupilId};
use crate::extract::content::{Content, Place};
use crate::mail::address::{Address, Domain};

mod addresses;
mod conduct;
pub mod finding;
pub mod forms;
mod labels;
mod lexicon;
mod markings;
mod normal;
mod patterns;
mod people;
mod reach;
mod reading;
pub mod roll;
pub mod rules;
pub(crate) mod sentences;
pub mod staff;
mod sum;
mod tables;
#[cfg(test)]
mod tests;
pub(crate) mod tokens;
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
    /// The children of those who are written to, where these are a family: their forename alone is theirs.
    pub children: &'a [PupilId],
    /// The school's own postcodes, phones, accounts, domains and forms.
    pub own: &'a OwnDetails,
    /// Domains at which an address is somebody's own.
    pub consumers: &'a ConsumerDomains,
}

/// What is the school's own: details that stand in every signature and are never findings, and its blank forms.
#[derive(Debug, Clone, Default)]
pub struct OwnDetails {
    /// Postcodes of the school, its trust and its authority, as written.
    pub postcodes: Vec<String>,
    /// Telephone numbers of the school, as written.
    pub phones: Vec<String>,
    /// Bank accounts of the school, as written: sort code and account number, or an IBAN.
    pub accounts: Vec<String>,
    /// The school's own blank forms.
    pub forms: Vec<Form>,
    /// Domains of the school.
    pub domains: Vec<Domain>,
    /// The form of the part before the at sign that only pupils' addresses have.
    pub pupil_addresses: Option<Regex>,
}

/// Everything that is found in `content`.
///
/// Deterministic: the same content and setting give the same findings in the same order.
#[must_use]
pub fn findings(content: &Content, setting: &Setting<'_>) -> Findings {
    let readings: Vec<Reading<'_>> = content.texts.iter().map(Reading::of).collect();
    let (mut hits, mut names, mut told) = (Hits::default(), Names::default(), Vec::new());
    for (text, reading) in readings.iter().enumerate() {
        let words = &setting
            .roll
            .words(&reading.normal, reading.source.place == Place::FileName);
        hits.read(text, reading, words, setting);
        names.read(text, reading, words, setting);
        told.push(setting.rules.lexicon.told(&reading.normal, words));
    }
    hits.settle(setting);
    names.settle(&readings, setting);
    let people = people::people(&readings, &mut hits, &names);
    let mut sum = Sum::default();
    patterns::weigh(&readings, hits.numbers, &people, setting, &mut sum);
    roll::sightings::weigh(&readings, &names.pupils, &mut sum);
    addresses::weigh(&readings, setting, &mut sum);
    lexicon::weigh(&readings, &told, &people, setting, &mut sum);
    markings::weigh(&readings, &told, setting, &mut sum);
    labels::weigh(&readings, setting, &mut sum);
    tables::weigh(content, &readings, setting, &mut sum);
    forms::weigh(&readings, setting, &mut sum);
    conduct::weigh(&readings, setting, &mut sum);
    sum.findings(names.staff(), setting.directory)
}
