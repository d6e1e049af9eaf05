//! Whether a word in a text is about somebody the text speaks of.
//!
//! It is where its sentence names somebody.
//! It is, too, where somebody is named close by, and in a short text that speaks of one or two people anywhere;
//! in a longer one where its sentence stands for one person, as "she takes insulin".
//! It never is where its sentence speaks of people in general and names nobody.

use std::ops::Range;

use crate::detect::people::{Mention, People, distinct};
use crate::detect::reading::Reading;
use crate::detect::rules::written::Needs;
use crate::detect::sentences;
use crate::extract::content::Place;

/// Octets around a person within which words are about that person.
const ABOUT: usize = 350;
/// Octets around a person within which words count that are otherwise too ordinary.
const CLOSE: usize = 120;
/// A document longer than this is not wholly about anybody,
const DOCUMENT: usize = 12_000;
/// and a message longer than this tells of other things too.
const LETTER: usize = 2_000;
/// A text that speaks of more people than this is not wholly about each.
const FEW: usize = 2;

/// How sure it is that a word is about somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aim {
    /// Its sentence names a pupil on roll.
    Named,
    /// Somebody is spoken of.
    Near,
}

/// The people of one text, as the words of one rule see them.
pub(crate) struct Reach<'a> {
    people: &'a People,
    text: usize,
    reading: &'a Reading<'a>,
    needs: Needs,
    /// The text is not too long, and speaks of somebody, but not of many.
    has_few: bool,
}

impl<'a> Reach<'a> {
    /// Looks at who is spoken of.
    pub(crate) fn new(
        people: &'a People,
        (text, reading): (usize, &'a Reading<'a>),
        needs: Needs,
    ) -> Self {
        let all = || people.stretch(text, 0, usize::MAX, needs);
        let somebody = || all().chain(people.above(reading.source, needs)).next();
        let has_few =
            reading.normal.len() <= DOCUMENT && distinct(all()) <= FEW && somebody().is_some();
        Self {
            people,
            text,
            reading,
            needs,
            has_few,
        }
    }

    /// How a word at a place is about somebody; `None` where it is not.
    pub(crate) fn aim(&self, place: &Range<usize>, only_near: bool) -> Option<Aim> {
        if self.needs == Needs::Nothing {
            return Some(Aim::Near);
        }
        let is_near = self.is_near(place, only_near);
        if !is_near && (only_near || !self.has_few) {
            return None;
        }
        let sentence = sentences::around(&self.reading.normal, place);
        let named = self.named(place, &sentence, only_near);
        let words = self.reading.slice(sentence);
        if let Some(aim) = named {
            // A forename in a story is a character's; a colleague in a question about procedures is the asker.
            let of_another = aim == Aim::Near
                && (sentences::is_of_a_story(words)
                    || self.needs == Needs::Anybody && sentences::is_of_business(words));
            return (!of_another).then_some(aim);
        }
        let is_told = (is_near || self.is_whole(words)) && !sentences::is_general(words);
        is_told.then_some(Aim::Near)
    }

    /// Whether a sentence is about one of the few people of the text, wherever it stands.
    fn is_whole(&self, sentence: &str) -> bool {
        let short = match self.reading.source.place {
            Place::Body | Place::Quoted => LETTER,
            Place::Subject
            | Place::Attachment
            | Place::Margin
            | Place::Property
            | Place::FileName => DOCUMENT,
        };
        self.reading.normal.len() <= short || sentences::is_about_one(sentence)
    }

    /// The people a word at a place may be about.
    pub(crate) fn whom(
        &self,
        place: &Range<usize>,
        only_near: bool,
    ) -> impl Iterator<Item = &Mention> {
        let within = match (only_near, self.has_few) {
            (true, _) => CLOSE,
            (false, false) => ABOUT,
            (false, true) => DOCUMENT,
        };
        self.within(place, within).chain(self.above())
    }

    fn named(&self, place: &Range<usize>, sentence: &Range<usize>, only_near: bool) -> Option<Aim> {
        let inside = |mention: &&Mention| sentence.contains(&mention.range.start);
        let mut named = self.around(place, only_near).filter(inside).peekable();
        named.peek()?;
        Some(if named.any(|mention| mention.sure) {
            Aim::Named
        } else {
            Aim::Near
        })
    }

    fn is_near(&self, place: &Range<usize>, only_near: bool) -> bool {
        self.around(place, only_near).next().is_some()
    }

    /// The people around a place; for ordinary words close by, and not whose forename alone a letter to the family says.
    fn around(&self, place: &Range<usize>, only_near: bool) -> impl Iterator<Item = &Mention> {
        let within = if only_near { CLOSE } else { ABOUT };
        self.within(place, within)
            .filter(move |mention| !only_near || !mention.familiar)
    }

    fn within(&self, place: &Range<usize>, within: usize) -> impl Iterator<Item = &Mention> {
        let from = place.start.saturating_sub(within);
        let to = place.end + within;
        self.people.stretch(self.text, from, to, self.needs)
    }

    fn above(&self) -> impl Iterator<Item = &'a Mention> {
        self.people.above(self.reading.source, self.needs)
    }
}
