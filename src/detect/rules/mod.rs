//! The rules in force: what is looked for, compiled from one TOML file a rule, each with its proof.
//!
//! A rule says what a thing is; `config/policy.toml` says what to do about it.
//! [`Rules::compile`] is the one check: start-up, `rules check` and the tests all go through it,
//! and a rule whose example does not match, or whose counterexample does, is refused.

use std::fmt;

use crate::detect::lexicon::Lexicon;
use crate::detect::rules::scan::Scan;
use crate::detect::rules::written::{About, ManyTable, Needs};
use crate::detect::validators::Validator;
use crate::extract::content::Place;
use crate::mail::level::Level;

mod compile;
mod proof;
pub(crate) mod scan;
mod shapes;
mod source;
mod terms;
pub(crate) mod written;

pub(crate) use crate::detect::rules::terms::Terms;

/// Every rule, ready to run.
#[derive(Debug)]
pub struct Rules {
    /// The rules, sorted by id.
    pub(crate) all: Vec<Rule>,
    /// Every shape of every pattern rule, and those that speak of somebody.
    pub(crate) shapes: Scan<Use>,
    /// Every word of every lexicon and every marking.
    pub(crate) lexicon: Lexicon,
}

/// What a shape is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// The pattern rule with this number.
    Rule(usize),
    /// It speaks of a child without a name: `a Year 9 boy`.
    Child,
    /// It names a child who may be on no roll: `our pupil Ada Invented`.
    NamedChild,
    /// It speaks of a grown-up: `Mrs Bloggs`.
    Adult,
}

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// `<family>.<name>`, from its path.
    pub id: String,
    /// What it finds, as a person would say it.
    pub title: String,
    /// The level of what it finds.
    pub level: Level,
    /// What it finds, why it matters, an example, its limits.
    pub why: String,
    /// How many examples and counterexamples prove it.
    pub proofs: usize,
    pub(crate) places: Option<Vec<Place>>,
    pub(crate) body: Body,
}

/// How a rule finds.
#[derive(Debug)]
pub(crate) enum Body {
    /// By shape, check and context.
    Pattern(Box<Pattern>),
    /// By words that add up.
    Words(Words),
    /// By a word where markings stand.
    Marking(Marking),
}

/// A pattern rule without its shapes, which stand in [`Rules::shapes`].
#[derive(Debug)]
pub(crate) struct Pattern {
    pub(crate) validator: Option<&'static Validator>,
    pub(crate) confidence: f64,
    pub(crate) doubtful: f64,
    pub(crate) about: About,
    pub(crate) needs: Needs,
    pub(crate) signatures: bool,
    pub(crate) context: Option<Context>,
    pub(crate) unless: Option<Nearby>,
    pub(crate) many: Option<ManyTable>,
}

/// Words looked for near a hit.
#[derive(Debug)]
pub(crate) struct Nearby {
    pub(crate) terms: Terms,
    pub(crate) within: usize,
}

/// Words near a hit that make it surer.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) near: Nearby,
    pub(crate) confidence: f64,
}

/// A lexicon rule without its words, which stand in [`Rules::lexicon`].
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) score: u32,
    pub(crate) confidence: f64,
    pub(crate) needs: Needs,
    pub(crate) facts: bool,
}

/// A marking rule without its words, which stand in [`Rules::lexicon`].
#[derive(Debug)]
pub(crate) struct Marking {
    pub(crate) confidence: f64,
}

/// What is wrong with a rule file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleError {
    /// The file, as it was named to [`Rules::compile`].
    pub file: String,
    /// The line, counted from one.
    pub line: usize,
    /// The key, such as `pattern.validator`; empty where the file is no TOML.
    pub key: String,
    /// What is wrong, and what would be right.
    pub problem: String,
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file, self.line)?;
        if !self.key.is_empty() {
            write!(f, "`{}`: ", self.key)?;
        }
        f.write_str(&self.problem)
    }
}

impl std::error::Error for RuleError {}

impl Rules {
    /// Compiles rule files, given as `(path, TOML)`, and runs their examples.
    ///
    /// # Errors
    /// Everything that is wrong with any of them, in the order of the files.
    pub fn compile(sources: &[(String, String)]) -> Result<Self, Vec<RuleError>> {
        let (rules, proofs) = compile::rules(sources)?;
        let errors = proof::failures(&rules, &proofs);
        if errors.is_empty() {
            Ok(rules)
        } else {
            Err(errors)
        }
    }

    /// The rule with this id.
    pub(crate) fn by_id(&self, id: &str) -> Option<&Rule> {
        self.all.iter().find(|rule| rule.id == id)
    }

    /// The rules, sorted by id.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.all.iter()
    }
}

impl Rule {
    /// Whether the rule looks at this kind of place.
    pub(crate) fn applies(&self, place: Place) -> bool {
        self.places
            .as_ref()
            .is_none_or(|places| places.contains(&place))
    }
}
