//! Every expression of every rule in one pass over a text.
//!
//! A lazy automaton of all expressions together says which of them ends where (regex-automata, `hybrid`);
//! only there, in a window as wide as the expression can reach, is the one expression run that says where it begins.
//! Bad about it: a match longer than [`FAR`] of an expression without bound is not seen whole.

use std::ops::Range;

use regex_automata::hybrid::dfa::{Builder, Cache, DFA, OverlappingState};
use regex_automata::meta::Regex;
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::util::pool::{Pool, PoolGuard};
use regex_automata::util::syntax;
use regex_automata::{Input, MatchKind};
use regex_syntax::hir::Hir;

/// Octets that a match of an expression without bound may have.
const FAR: usize = 2_048;
/// What the states of the automaton that one thread has met may take, in octets.
const CACHE: usize = 16 << 20;
/// Compiled size of one expression and of all together, in octets: a rule cannot make the gateway swell.
const SHAPE_SIZE: usize = 8 << 20;

/// A pool of what searching needs to remember, one for each thread that searches.
type Caches = Pool<
    Cache,
    Box<dyn Fn() -> Cache + Send + Sync + std::panic::UnwindSafe + std::panic::RefUnwindSafe>,
>;
type CacheOf<'a> = PoolGuard<
    'a,
    Cache,
    Box<dyn Fn() -> Cache + Send + Sync + std::panic::UnwindSafe + std::panic::RefUnwindSafe>,
>;

/// All expressions, each with what it is for.
#[derive(Debug)]
pub(crate) struct Scan<T> {
    automaton: DFA,
    caches: Caches,
    shapes: Vec<Shape<T>>,
}

/// One expression.
#[derive(Debug)]
struct Shape<T> {
    of: T,
    regex: Regex,
    /// Octets of its longest match.
    reach: usize,
}

impl<T: Copy> Scan<T> {
    /// Compiles expressions, each with what it is for.
    ///
    /// # Errors
    /// What is wrong with them, alone or together.
    pub(crate) fn new(written: &[(T, String)]) -> Result<Self, String> {
        let mut shapes = Vec::new();
        for (of, expression) in written {
            shapes.push(Shape {
                of: *of,
                regex: regex(expression)?,
                reach: reach(&parsed(expression)?),
            });
        }
        let texts: Vec<&str> = written.iter().map(|(_, text)| text.as_str()).collect();
        let limits = thompson::Config::new()
            .nfa_size_limit(Some(SHAPE_SIZE * 8))
            .which_captures(WhichCaptures::None);
        let config = DFA::config()
            .match_kind(MatchKind::All)
            .cache_capacity(CACHE);
        let automaton = Builder::new()
            .thompson(limits)
            .configure(config)
            .build_many(&texts)
            .map_err(|error| error.to_string())?;
        let fresh = automaton.clone();
        Ok(Self {
            automaton,
            caches: Pool::new(Box::new(move || fresh.create_cache())),
            shapes,
        })
    }

    /// Calls `found` with every match: what its expression is for, and the range of its group, or of the whole.
    pub(crate) fn find(&self, text: &str, mut found: impl FnMut(T, Range<usize>)) {
        let mut cache: CacheOf<'_> = self.caches.get();
        let mut state = OverlappingState::start();
        let input = Input::new(text);
        let mut read = vec![0; self.shapes.len()];
        loop {
            let search = self
                .automaton
                .try_search_overlapping_fwd(&mut cache, &input, &mut state);
            // Never: no octet quits and the cache may be cleared for ever. Were it so, each is run alone.
            if search.is_err() {
                return self.find_each(text, &mut found);
            }
            let Some(end) = state.get_match() else {
                return;
            };
            let number = end.pattern().as_usize();
            if let (Some(shape), Some(read)) = (self.shapes.get(number), read.get_mut(number)) {
                *read = shape.before(text, *read, end.offset(), &mut found);
            }
        }
    }

    fn find_each(&self, text: &str, found: &mut impl FnMut(T, Range<usize>)) {
        for shape in &self.shapes {
            shape.within(text, 0..text.len(), found);
        }
    }
}

impl<T: Copy> Shape<T> {
    /// Finds what ends at or before `end`, given how far the text was read before; says how far it is read now.
    fn before(
        &self,
        text: &str,
        read: usize,
        end: usize,
        found: &mut impl FnMut(T, Range<usize>),
    ) -> usize {
        if end <= read {
            return read;
        }
        let from = text
            .floor_char_boundary(end.saturating_sub(self.reach))
            .max(read);
        let to = text.ceil_char_boundary(end.saturating_add(self.reach));
        self.one(text, from..to, found)
            .map_or(end, |after| after.max(end))
    }

    /// Finds every match in a range.
    fn within(&self, text: &str, range: Range<usize>, found: &mut impl FnMut(T, Range<usize>)) {
        let mut from = range.start;
        while let Some(after) = self.one(text, from..range.end, found) {
            from = text.ceil_char_boundary(after.max(from + 1));
        }
    }

    /// Finds the first match in a range and says where it ends.
    fn one(
        &self,
        text: &str,
        range: Range<usize>,
        found: &mut impl FnMut(T, Range<usize>),
    ) -> Option<usize> {
        let input = Input::new(text).range(range);
        if self.regex.captures_len() == 1 {
            let whole = self.regex.search(&input)?;
            found(self.of, whole.range());
            return Some(whole.end());
        }
        let mut captures = self.regex.create_captures();
        self.regex.search_captures(&input, &mut captures);
        let whole = captures.get_match()?;
        let group = captures
            .get_group(1)
            .map_or(whole.range(), |span| span.start..span.end);
        found(self.of, group);
        Some(whole.end())
    }
}

/// One expression, ready to be run; the error says what is wrong with it.
pub(super) fn regex(expression: &str) -> Result<Regex, String> {
    Regex::builder()
        .configure(Regex::config().nfa_size_limit(Some(SHAPE_SIZE)))
        .syntax(syntax::Config::new())
        .build(expression)
        .map_err(|error| error.to_string())
}

fn parsed(expression: &str) -> Result<Hir, String> {
    regex_syntax::parse(expression).map_err(|error| error.to_string())
}

fn reach(expression: &Hir) -> usize {
    expression
        .properties()
        .maximum_len()
        .unwrap_or(FAR)
        .min(FAR)
        + 4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(expressions: &[&str], text: &str) -> Vec<(usize, Range<usize>)> {
        let written: Vec<(usize, String)> = expressions
            .iter()
            .enumerate()
            .map(|(n, e)| (n, (*e).to_owned()))
            .collect();
        let mut found = Vec::new();
        Scan::new(&written)
            .unwrap()
            .find(text, |of, range| found.push((of, range)));
        found.sort_by_key(|(of, range)| (*of, range.start));
        found
    }

    #[test]
    fn one_pass_finds_what_each_expression_finds_alone() {
        let expressions = [
            r"(?-u:\b)[0-9]{3}[ -]?[0-9]{4}(?-u:\b)",
            r"(?i)code[ ]*(?:is|:) ?([0-9]{4})",
            r"[A-Z]{2}[0-9]+",
            "é[a-z]*",
        ];
        for text in [
            "123 4567 and 1234567, code is 9876; AB12 CD3 été, éa",
            "",
            "code: 1234 code:    5678 1231234 123-1234",
            "AB1AB22AB333 1234 567 12345678",
        ] {
            let alone: Vec<(usize, Range<usize>)> = expressions
                .iter()
                .enumerate()
                .flat_map(|(number, expression)| {
                    let regex = regex::Regex::new(expression).unwrap();
                    let ranges: Vec<Range<usize>> = regex
                        .captures_iter(text)
                        .map(|c| c.get(1).or_else(|| c.get(0)).unwrap().range())
                        .collect();
                    ranges.into_iter().map(move |range| (number, range))
                })
                .collect();
            assert_eq!(found(&expressions, text), alone, "{text:?}");
        }
    }
}
