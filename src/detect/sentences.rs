//! Whom a sentence is about: somebody spoken of before it, or people in general.
//!
//! "She takes insulin" is about the child named above it.
//! "Families on free school meals pay nothing" is about nobody, wherever it stands.
//! What a sentence names is [`super::people`]'s to say.

use std::ops::Range;

/// A sentence is not followed further than this to either side, in octets.
const LONGEST: usize = 600;

/// Words that stand for one person.
const ONE: [&str; 12] = [
    "he", "she", "him", "her", "his", "hers", "himself", "herself", "he's", "she's", "he'll",
    "she'll",
];
/// Words that speak to many, or of them.
const MANY: [&str; 20] = [
    "pupils",
    "children",
    "students",
    "parents",
    "carers",
    "families",
    "people",
    "anyone",
    "anybody",
    "everyone",
    "everybody",
    "staff",
    "governors",
    "training",
    "workshop",
    "workshops",
    "policy",
    "policies",
    "leaflet",
    "website",
];
/// Several words that do the same.
const ASKED: [&str; 20] = [
    "if you",
    "unless you",
    "are you",
    "do you",
    "does your",
    "is your child",
    "your child may",
    "any child",
    "every child",
    "every family",
    "a child who",
    "a child with",
    "may be entitled",
    "might be entitled",
    "may issue",
    "may be issued",
    "worried about",
    "concerned about",
    "nspcc",
    "childline",
];
/// Words that stand for one of many.
const EITHER: [&str; 3] = ["he or she", "his or her", "him or her"];
/// Words of sentences in which a name is a character's or a performer's.
const STORY: [&str; 17] = [
    "story",
    "novel",
    "character",
    "film",
    "poem",
    "chapter",
    "play",
    "author",
    "scenario",
    "scenarios",
    "fictional",
    "imaginary",
    "matinee",
    "musical",
    "lyrics",
    "album",
    "song",
];
/// Words of sentences in which a colleague asks or tells of such matters, and is not the matter.
const BUSINESS: [&str; 12] = [
    "training",
    "course",
    "courses",
    "template",
    "templates",
    "procedures",
    "guidance",
    "provider",
    "workshop",
    "conference",
    "webinar",
    "general",
];
/// What ends in a full stop and ends no sentence.
const SHORT: [&str; 12] = [
    "mr", "mrs", "ms", "mx", "dr", "st", "yr", "no", "ext", "tel", "approx", "e.g",
];

/// The sentence around a place: up to `.`, `!` or `?` before a blank, or to an empty line.
///
/// What ends in a colon goes on after an empty line, for a list follows.
pub(crate) fn around(text: &str, place: &Range<usize>) -> Range<usize> {
    let from = text.ceil_char_boundary(place.start.saturating_sub(LONGEST));
    let to = text.floor_char_boundary(place.end.saturating_add(LONGEST));
    let before = text.get(from..place.start).unwrap_or_default();
    let after = text.get(place.end..to).unwrap_or_default();
    let start = last_end(before).map_or(from, |end| from + end);
    let end = first_end(after).map_or(to, |end| place.end + end);
    start..end
}

/// The sentences of a text, in order.
pub(crate) fn all(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = first_end(rest).unwrap_or(rest.len());
        let (sentence, after) = rest.split_at_checked(end)?;
        rest = after;
        (!sentence.is_empty()).then_some(sentence)
    })
}

/// Whether a sentence stands for one person: `She takes insulin.`
pub(crate) fn is_about_one(sentence: &str) -> bool {
    has(sentence, &ONE) && !says(sentence, &EITHER)
}

/// Whether a sentence speaks of people in general: `Children with asthma bring their inhaler.`
pub(crate) fn is_general(sentence: &str) -> bool {
    let is_of_many = has(sentence, &MANY) || says(sentence, &ASKED) || says(sentence, &EITHER);
    is_of_many && !is_about_one(sentence)
}

/// Whether a sentence tells a story.
pub(crate) fn is_of_a_story(sentence: &str) -> bool {
    has(sentence, &STORY)
}

/// Whether a sentence speaks of courses, templates and procedures.
pub(crate) fn is_of_business(sentence: &str) -> bool {
    has(sentence, &BUSINESS)
}

/// Whether one of these stands anywhere in a sentence, in whatever case.
fn says(sentence: &str, known: &[&str]) -> bool {
    let lower = sentence.to_lowercase();
    known.iter().any(|words| lower.contains(words))
}

/// Whether one of these words stands in a sentence, in whatever case.
fn has(sentence: &str, known: &[&str]) -> bool {
    sentence
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .map(|word| word.strip_suffix("'s").unwrap_or(word))
        .any(|word| known.iter().any(|known| known.eq_ignore_ascii_case(word)))
}

/// What may end a sentence.
const STOPS: [char; 4] = ['.', '!', '?', '\n'];

/// Where the first sentence of a stretch of text ends.
fn first_end(text: &str) -> Option<usize> {
    let mut stops = text.match_indices(STOPS);
    stops.find_map(|(at, stop)| ends(text, at, stop))
}

/// Where the last sentence that ends in a stretch of text does.
fn last_end(text: &str) -> Option<usize> {
    let mut stops = text.rmatch_indices(STOPS);
    stops.find_map(|(at, stop)| ends(text, at, stop))
}

/// The place after a stop, if a sentence ends there.
fn ends(text: &str, at: usize, stop: &str) -> Option<usize> {
    let (before, after) = text.split_at_checked(at + 1)?;
    let is_end = match stop {
        "\n" => is_empty_line(after) && !before.trim_end_matches(['>', ' ', '\n']).ends_with(':'),
        "." => after.starts_with(char::is_whitespace) && !is_short(before),
        _ => after.starts_with(char::is_whitespace),
    };
    is_end.then_some(at + 1)
}

/// Whether the next line has nothing but marks of quotation on it.
fn is_empty_line(after: &str) -> bool {
    let (line, _) = after.split_once('\n').unwrap_or((after, ""));
    after.contains('\n') && line.trim_matches(['>', ' ', '\t', '\r']).is_empty()
}

/// Whether the full stop belongs to its word: `Dr.`, an initial, the number of an item.
fn is_short(before: &str) -> bool {
    let word = before
        .trim_end_matches('.')
        .rsplit([' ', '\n', '('])
        .next()
        .unwrap_or_default();
    let initial = word.len() == 1 && word.starts_with(|c: char| c.is_ascii_uppercase());
    let lead = before.get(..before.len().saturating_sub(word.len() + 1));
    let lead = lead.unwrap_or_default().trim_end_matches(' ');
    let item = word.len() <= 2
        && word.bytes().all(|octet| octet.is_ascii_digit())
        && (lead.is_empty() || lead.ends_with([':', ',', ';', '\n']));
    initial || item || SHORT.iter().any(|short| short.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn sentence(text: &str, of: &str, expected: &str) {
        let at = text.find(of).unwrap();
        let found = around(text, &(at..at + of.len()));
        assert_eq!(text.get(found).unwrap().trim(), expected);
    }

    #[test]
    fn a_sentence_ends_at_a_stop_or_an_empty_line() {
        let text = "Dear Jo,\n\nAmelia sees Dr. Osei at 2.30 on Friday. She has an\ninhaler! Thanks\n>\n> Older";
        sentence(text, "Osei", "Amelia sees Dr. Osei at 2.30 on Friday.");
        sentence(text, "inhaler", "She has an\ninhaler!");
        sentence(text, "Thanks", "Thanks");
        sentence(
            "On SEN support:\n\nAmelia\nZoë\n\nBye",
            "SEN",
            "On SEN support:\n\nAmelia\nZoë",
        );
    }

    #[test]
    fn a_text_is_cut_where_sentences_end() {
        let text = "It is 3.15 now. Isla has left! ok\n\nBye";
        let found: Vec<&str> = all(text).map(str::trim).collect();
        assert_eq!(found, ["It is 3.15 now.", "Isla has left!", "ok", "Bye"]);
    }

    #[test]
    fn a_sentence_is_about_one_or_many() {
        for (sentence, one, many) in [
            ("She takes insulin.", true, false),
            ("His mother has a new number.", true, false),
            ("Children with asthma bring an inhaler.", false, true),
            ("Safeguarding is everyone's responsibility.", false, true),
            (
                "If your child has asthma, he or she brings an inhaler.",
                false,
                true,
            ),
            ("The parents say she is autistic.", true, false),
            ("EpiPen in the green bag.", false, false),
            ("Worried about bullying or domestic abuse? ", false, true),
        ] {
            assert_eq!(
                (is_about_one(sentence), is_general(sentence)),
                (one, many),
                "{sentence}"
            );
        }
    }
}
