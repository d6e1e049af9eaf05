//! A rule file as it is written: one TOML file a rule, `rules/<family>/<name>.toml`.
//!
//! Only the shape is checked here; whether it makes sense is [`super::compile`]'s to say.

use serde::Deserialize;

use crate::extract::content::Place;
use crate::mail::level::Level;

/// One rule file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RuleFile {
    /// What it finds, as a person would say it.
    pub(super) title: String,
    /// The level of what it finds.
    pub(super) level: Level,
    /// Places it looks at; all when not said.
    pub(super) places: Option<Vec<PlaceName>>,
    /// Documentation with the headings of the house style.
    pub(super) why: String,
    /// Shapes of numbers and codes.
    pub(super) pattern: Option<PatternTable>,
    /// Words that add up.
    pub(super) words: Option<WordsTable>,
    /// Words that count only where markings stand.
    pub(super) marking: Option<MarkingTable>,
    /// Texts in which the rule must find something.
    pub(super) examples: Vec<ExampleTable>,
    /// Texts in which it must find nothing.
    pub(super) counterexamples: Vec<ExampleTable>,
}

/// `[pattern]`: shapes of numbers and codes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct PatternTable {
    /// Regular expressions; `\b`, `\d`, `\s` and `\w` mean ASCII; a group, where there is one, is the value.
    pub(super) shapes: Vec<String>,
    /// The check behind the shape.
    pub(super) validator: Option<String>,
    /// How sure by itself.
    pub(super) confidence: f64,
    /// How sure when the validator has doubts; half of `confidence` when not said.
    pub(super) doubtful: Option<f64>,
    /// Whom the value belongs to.
    #[serde(default)]
    pub(super) about: About,
    /// What it needs beside itself.
    #[serde(default)]
    pub(super) needs: Needs,
    /// Counts in a signature block too.
    #[serde(default)]
    pub(super) signatures: bool,
    /// Words near it that make it surer.
    pub(super) context: Option<ContextTable>,
    /// Words near it that make it something else.
    pub(super) unless: Option<UnlessTable>,
    /// Many together are graver than one.
    pub(super) many: Option<ManyTable>,
}

/// Whom a value belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum About {
    /// A pupil: distinct values are distinct pupils.
    Pupil,
    /// Somebody.
    Person,
    /// Nobody in particular.
    #[default]
    Nobody,
}

/// What a hit needs beside itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Needs {
    /// Nothing.
    #[default]
    Nothing,
    /// A child near it, or as many of its kind as `many` says.
    Person,
    /// A child or a grown-up: `Mrs Bloggs`, a name on the list of staff.
    Anybody,
}

/// `[pattern.context]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ContextTable {
    /// The words, case ignored.
    pub(super) words: Vec<String>,
    /// Octets on either side.
    pub(super) within: usize,
    /// How sure then.
    pub(super) confidence: f64,
}

/// `[pattern.unless]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct UnlessTable {
    /// The words, case ignored.
    pub(super) words: Vec<String>,
    /// Octets on either side.
    pub(super) within: usize,
}

/// `[pattern.many]`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ManyTable {
    /// From this many distinct ones in one place,
    pub(crate) count: usize,
    /// this level.
    pub(crate) level: Level,
}

/// `[words]`: a lexicon; words in capitals are matched in capitals, a final `*` matches any ending.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct WordsTable {
    /// Worth 4.
    #[serde(default)]
    pub(crate) strong: Vec<String>,
    /// Worth 2.
    #[serde(default)]
    pub(crate) medium: Vec<String>,
    /// Worth 1.
    #[serde(default)]
    pub(crate) weak: Vec<String>,
    /// Of the above, those that count only close to a person.
    #[serde(default)]
    pub(crate) only_near_person: Vec<String>,
    /// Phrases in which a word means something else.
    #[serde(default)]
    pub(crate) false_friends: Vec<String>,
    /// The score from which the rule fires.
    pub(crate) score: u32,
    /// How sure then, with a person on roll.
    pub(crate) confidence: f64,
    /// What the words need beside themselves.
    #[serde(default)]
    pub(crate) needs: Needs,
    /// Medium words are as good as strong ones in the sentence that names a pupil on roll.
    #[serde(default)]
    pub(crate) facts: bool,
}

/// `[marking]`: words that count only where markings stand.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct MarkingTable {
    /// The markings, case ignored unless written in capitals.
    pub(crate) words: Vec<String>,
    /// How sure.
    pub(crate) confidence: f64,
}

/// `[[examples]]` and `[[counterexamples]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ExampleTable {
    /// The text.
    pub(super) text: String,
    /// Distinct ones in it; one when not said.
    pub(super) count: Option<usize>,
    /// Where it stands; the body when not said.
    pub(super) place: Option<PlaceName>,
}

/// [`Place`] as rule files write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum PlaceName {
    /// The subject line.
    Subject,
    /// What the sender wrote.
    Body,
    /// Earlier messages.
    Quoted,
    /// A document or file.
    Attachment,
    /// A header or footer line.
    Margin,
    /// A document property.
    Property,
    /// The name of a file.
    FileName,
}

impl From<PlaceName> for Place {
    fn from(name: PlaceName) -> Self {
        match name {
            PlaceName::Subject => Self::Subject,
            PlaceName::Body => Self::Body,
            PlaceName::Quoted => Self::Quoted,
            PlaceName::Attachment => Self::Attachment,
            PlaceName::Margin => Self::Margin,
            PlaceName::Property => Self::Property,
            PlaceName::FileName => Self::FileName,
        }
    }
}
