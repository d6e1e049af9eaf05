//! What detection found: findings, the pupils they are about, and the level they add up to.

use std::collections::BTreeSet;

use crate::directory::people::PupilId;
use crate::extract::content::Place;
use crate::mail::level::Level;
use crate::mail::origin::Origin;
use crate::secret::Excerpt;

/// One thing found, in one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The rule or detector: `pupil.upn`, `roll.pupil`, `marking.restricted`.
    pub detector: String,
    /// What it is, as a person would say it: "unique pupil number".
    pub title: String,
    /// The level it has.
    pub level: Level,
    /// How sure, 0 to 1.
    pub confidence: f64,
    /// How many distinct ones.
    pub count: usize,
    /// Where.
    pub origin: Origin,
    /// What kind of place that is.
    pub place: Place,
    /// Whether the sender could see it.
    pub visible: bool,
    /// A masked example.
    pub excerpt: Excerpt,
    /// Why it was taken for what it is, as a person would say it; nothing of the text itself.
    pub why: String,
    /// The pupils it is about, where they are on roll.
    pub pupils: BTreeSet<PupilId>,
}

/// Everything found in one message.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Findings {
    /// Findings, the gravest first, then in reading order.
    pub items: Vec<Finding>,
    /// The level of the message.
    pub level: Level,
    /// Distinct pupils: those on roll, and identifiers or table rows that nobody on roll accounts for.
    pub pupils: usize,
    /// Distinct members of staff named, whoever signs and writes left out.
    pub staff: usize,
    /// Distinct families of the pupils on roll.
    pub households: usize,
    /// The distinct pupils on roll; of namesakes that nothing tells apart, all.
    pub on_roll: BTreeSet<PupilId>,
    /// Names that several pupils share and nothing tells apart: one of each set is meant, and counts once.
    pub namesakes: Vec<BTreeSet<PupilId>>,
}
