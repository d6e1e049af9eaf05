//! Who is spoken of where: pupils by name, numbers that are somebody's, and "a Year 9 boy".
//!
//! Lexicons and numbers that mean nothing without a person ask here.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use crate::detect::ENOUGH;
use crate::detect::patterns::Hits;
use crate::detect::reading::Reading;
use crate::detect::roll::sightings::{FAMILIAR, HINT, Names};
use crate::detect::rules::Use;
use crate::detect::rules::written::{About, Needs};
use crate::directory::people::PupilId;
use crate::extract::content::{Place, Text};
use crate::mail::origin::Origin;

/// One place where somebody is spoken of.
#[derive(Debug, Clone)]
pub(crate) struct Mention {
    /// In the normal text.
    pub(crate) range: Range<usize>,
    /// Who, where on roll; several for namesakes.
    pub(crate) pupils: Vec<PupilId>,
    /// Child or grown-up.
    pub(crate) who: Who,
    /// Known to be on roll.
    pub(crate) sure: bool,
    /// Known only because the family is written to.
    pub(crate) familiar: bool,
}

/// What kind of person a mention speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// A pupil, or somebody who may be one.
    Child,
    /// A member of staff, or somebody with a title.
    Adult,
}

impl Who {
    /// Whether such a person is what a rule needs.
    fn meets(self, needs: Needs) -> bool {
        match needs {
            Needs::Nothing | Needs::Anybody => true,
            Needs::Person => self == Self::Child,
        }
    }
}

/// Mentions text by text, in reading order.
#[derive(Debug)]
pub(crate) struct People {
    mentions: Vec<Vec<Mention>>,
    /// Those of the subject line, who are spoken of in the body too.
    subject: Vec<Mention>,
    /// Those of the name of a file, who are spoken of in the file too; by the origin of the file.
    files: HashMap<Origin, Vec<Mention>>,
}

/// A child without a name: `a Year 9 boy`, `Y4 pupil`, `one of our Year 6 boys`.
const CHILD: &str = r"(?i)(?-u:\b)(?:(?:year|yr|y) ?(?:[0-9]{1,2}|r) (?:boy|girl|pupil|student|child)|one of (?:our|the|my) (?:(?:year|yr|y) ?(?:[0-9]{1,2}|r) )?(?:boys|girls|pupils|children|students))(?-u:\b)";
/// A child who is not on roll, by what is said before or behind the name: `our pupil Ada Invented`, `Pupil: Ada Invented`,
/// `Ada Invented (Year 4) is`.
const NAMED_CHILD: &str = r"(?-u:\b)(?:(?:pupil|child|boy|girl|lad|student|son|daughter|leaver|starter),? |(?:Pupil|Child|Student|Name|Young [Pp]erson)(?:'s [Nn]ame)?: ?)[A-Z][a-z'-]+ [A-Z][A-Za-z'-]+(?-u:\b)";
/// See [`NAMED_CHILD`].
const IN_A_YEAR: &str = r"(?-u:\b)[A-Z][a-z'-]+ [A-Z](?:[A-Za-z'-]+|\.)?,? (?:\(|in )?(?:Year|Yr|Y) ?(?:[0-9]{1,2}|R)\)?,? (?:is|has|had|was|who|needs|takes|came|said|told|can|cannot|carries|lives|went|moves|gets|referred|born|did|does)(?-u:\b)";
/// Words on forms and in titles that stand where a name would.
const NO_NAMES: [&str; 28] = [
    "Name",
    "Surname",
    "Forename",
    "Date",
    "Year",
    "Group",
    "Class",
    "Form",
    "Premium",
    "Protection",
    "Voice",
    "Support",
    "Services",
    "Progress",
    "Health",
    "Safety",
    "School",
    "Education",
    "Council",
    "Of",
    "And",
    "The",
    "Primary",
    "Academy",
    "College",
    "Ltd",
    "First",
    "Last",
];
/// A grown-up with a title: `Mrs Bloggs`, `Dr. Sampler`, `Mr T A Gallagher`.
const ADULT: &str = r"(?-u:\b)(?:Mr|Mrs|Miss|Ms|Mx|Dr)\.? (?:[A-Z]\.? ?){0,3}[A-Z][a-z'-]+";

/// The expressions that speak of somebody without a name on roll.
pub(crate) fn shapes() -> [(Use, String); 4] {
    [
        (Use::Child, CHILD.to_owned()),
        (Use::NamedChild, NAMED_CHILD.to_owned()),
        (Use::NamedChild, IN_A_YEAR.to_owned()),
        (Use::Adult, ADULT.to_owned()),
    ]
}

/// Whether what stands where a child's name would is a name.
pub(crate) fn is_name(written: &str) -> bool {
    let name = written.rsplit_once(':').map_or(written, |(_, name)| name);
    let words = name.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '-');
    let mut named = words
        .filter(|word| word.starts_with(char::is_uppercase))
        .take(2);
    named.all(|word| !NO_NAMES.contains(&word))
}

/// Everybody spoken of in every text.
pub(crate) fn people(readings: &[Reading<'_>], hits: &mut Hits<'_>, names: &Names) -> People {
    let mut mentions = without_colleagues(std::mem::take(&mut hits.nameless), names);
    for number in &hits.numbers {
        // What needs a person to be anything makes none.
        if number.about != About::Nobody
            && number.needs == Needs::Nothing
            && number.confidence >= ENOUGH
            && let Some(list) = mentions.get_mut(number.text)
        {
            list.push(Mention {
                range: number.range.clone(),
                pupils: number.pupil.into_iter().collect(),
                who: Who::Child,
                sure: number.pupil.is_some(),
                familiar: false,
            });
        }
    }
    // A document names colleagues as those to turn to; a letter speaks of them.
    let in_letter = |text: usize| {
        let place = readings.get(text).map(|reading| reading.source.place);
        matches!(place, Some(Place::Subject | Place::Body | Place::Quoted))
    };
    for colleague in names.colleagues.iter().filter(|one| in_letter(one.text)) {
        if let Some(list) = mentions.get_mut(colleague.text) {
            list.push(Mention::nameless(colleague.range.clone(), Who::Adult));
        }
    }
    for name in names
        .pupils
        .iter()
        .filter(|name| name.confidence >= FAMILIAR)
    {
        if let Some(list) = mentions.get_mut(name.text) {
            list.push(Mention {
                range: name.range.clone(),
                pupils: name.pupils.clone(),
                who: Who::Child,
                sure: name.confidence >= ENOUGH,
                familiar: name.confidence < HINT,
            });
        }
    }
    for list in &mut mentions {
        list.sort_by_key(|mention| mention.range.start);
    }
    gathered(readings, mentions)
}

/// The same, with those whom subject lines and names of files speak of.
fn gathered(readings: &[Reading<'_>], mentions: Vec<Vec<Mention>>) -> People {
    let (mut subject, mut files) = (Vec::new(), HashMap::<Origin, Vec<Mention>>::new());
    for (reading, list) in readings.iter().zip(&mentions) {
        match reading.source.place {
            Place::Subject => subject.extend_from_slice(list),
            Place::FileName if !list.is_empty() => files
                .entry(reading.source.origin.clone())
                .or_default()
                .extend_from_slice(list),
            Place::FileName
            | Place::Body
            | Place::Quoted
            | Place::Attachment
            | Place::Margin
            | Place::Property => {}
        }
    }
    People {
        mentions,
        subject,
        files,
    }
}

/// Children without names but for those who are colleagues: these have a year group too.
fn without_colleagues(mut mentions: Vec<Vec<Mention>>, names: &Names) -> Vec<Vec<Mention>> {
    for colleague in &names.colleagues {
        if let Some(list) = mentions.get_mut(colleague.text) {
            list.retain(|one| {
                one.range.end <= colleague.range.start || colleague.range.end <= one.range.start
            });
        }
    }
    mentions
}

impl Mention {
    /// Somebody without a name.
    pub(crate) fn nameless(range: Range<usize>, who: Who) -> Self {
        Self {
            range,
            pupils: Vec::new(),
            who,
            sure: false,
            familiar: false,
        }
    }
}

impl People {
    /// Whether somebody a rule needs is spoken of within `within` octets of `range`, other than by `range` itself.
    pub(crate) fn near(
        &self,
        text: usize,
        range: &Range<usize>,
        within: usize,
        needs: Needs,
    ) -> bool {
        self.stretch(
            text,
            range.start.saturating_sub(within),
            range.end + within,
            needs,
        )
        .any(|mention| mention.range != *range && !mention.familiar)
    }

    /// The mentions that begin in a stretch of a text and are of whom a rule needs.
    pub(crate) fn stretch(
        &self,
        text: usize,
        from: usize,
        to: usize,
        needs: Needs,
    ) -> impl Iterator<Item = &Mention> {
        let list = self.mentions.get(text).map_or(&[][..], Vec::as_slice);
        let first = list.partition_point(|mention| mention.range.start < from);
        let after = list.partition_point(|mention| mention.range.start <= to);
        list.get(first..after)
            .unwrap_or_default()
            .iter()
            .filter(move |mention| mention.who.meets(needs))
    }

    /// Those whom what stands above a text speaks of, and so does the text:
    /// the subject line of a body, the name of a file.
    pub(crate) fn above(&self, source: &Text, needs: Needs) -> impl Iterator<Item = &Mention> {
        let list = match source.place {
            Place::Body | Place::Quoted => self.subject.as_slice(),
            Place::Attachment | Place::Margin | Place::Property => self.of_file(&source.origin),
            Place::Subject | Place::FileName => &[],
        };
        list.iter().filter(move |mention| mention.who.meets(needs))
    }

    /// Those whom the name of the innermost named file around an origin speaks of.
    fn of_file(&self, origin: &Origin) -> &[Mention] {
        let around = std::iter::successors(Some(origin.clone()), Origin::outer);
        around
            .filter(|_| !self.files.is_empty())
            .find_map(|origin| self.files.get(&origin))
            .map_or(&[], Vec::as_slice)
    }
}

/// How many different people a list of mentions speaks of; everybody without a name counts as one.
pub(crate) fn distinct<'a>(mentions: impl Iterator<Item = &'a Mention>) -> usize {
    let named: BTreeSet<&[PupilId]> = mentions.map(|m| m.pupils.as_slice()).collect();
    named.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_without_a_name_is_still_a_child() {
        let child = regex::Regex::new(CHILD).unwrap();
        for (text, is) in [
            ("a Year 9 boy was seen", true),
            ("Y4 pupil", true),
            ("a year 2 girl", true),
            ("one of our Year 6 boys was seen", true),
            ("Year 9 options evening", false),
            ("the boy scouts", false),
        ] {
            assert_eq!(child.is_match(text), is, "{text}");
        }
    }

    #[test]
    fn a_childs_name_is_told_from_words_of_forms() {
        for (written, is) in [
            ("pupil Ada Invented", true),
            ("Name: Ada Invented", true),
            ("Ada Invented in Year 4 has", true),
            ("Name: Oakfield Primary", false),
            ("Pupil: Year Group", false),
        ] {
            assert_eq!(is_name(written), is, "{written}");
        }
    }
}
