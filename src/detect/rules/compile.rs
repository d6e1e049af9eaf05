//! From rule files as written to rules that run; every mistake is named with its line and its cure.

use crate::detect::lexicon::Lexicon;
use crate::detect::people;
use crate::detect::rules::proof::Proof;
use crate::detect::rules::scan::{Scan, regex};
use crate::detect::rules::shapes::ascii_classes;
use crate::detect::rules::source::{File, id_of, line_at, nth_line};
use crate::detect::rules::written::{
    ContextTable, ExampleTable, MarkingTable, Needs, PatternTable, RuleFile, UnlessTable,
    WordsTable,
};
use crate::detect::rules::{
    Body, Context, Marking, Nearby, Pattern, Rule, RuleError, Rules, Use, Words,
};
use crate::detect::validators::{VALIDATORS, validator};
use crate::extract::content::Place;

/// Headings that the documentation of a rule has, in this order.
const HEADINGS: [&str; 4] = ["What it finds", "Why it matters", "Example", "Limits"];

/// Gathers the rules and what is wrong with them.
#[derive(Default)]
struct Compiler {
    rules: Vec<Rule>,
    shapes: Vec<(Use, String)>,
    words: Vec<(usize, WordsTable)>,
    markings: Vec<(usize, MarkingTable)>,
    proofs: Vec<Proof>,
    errors: Vec<RuleError>,
}

/// Compiles every file and collects the examples that have yet to be run.
pub(super) fn rules(sources: &[(String, String)]) -> Result<(Rules, Vec<Proof>), Vec<RuleError>> {
    let mut sources: Vec<&(String, String)> = sources.iter().collect();
    sources.sort_by_key(|(path, _)| path);
    let mut compiler = Compiler::default();
    for (path, source) in sources {
        compiler.add(&File { path, source });
    }
    compiler.finish()
}

impl Compiler {
    fn add(&mut self, file: &File<'_>) {
        let Some(id) = id_of(file.path) else {
            let problem =
                "its id comes from its path; expected rules/<family>/<name>.toml in lower case";
            self.errors.push(file.error("", problem.to_owned()));
            return;
        };
        let written: RuleFile = match toml::from_str(file.source) {
            Ok(written) => written,
            Err(error) => {
                let line = error
                    .span()
                    .map_or(1, |span| line_at(file.source, span.start));
                let problem = error.message().trim().replace('\n', "; ");
                self.errors.push(file.error_at(line, "", problem));
                return;
            }
        };
        if self.rules.iter().any(|rule| rule.id == id) {
            self.errors
                .push(file.error("", format!("there is already a rule {id}")));
        }
        self.check_words_of(file, &written);
        self.prove(file, &id, &written);
        let place = self.rules.len();
        let Some(body) = self.body(file, place, &written) else {
            return;
        };
        self.rules.push(Rule {
            id,
            title: written.title,
            level: written.level,
            why: written.why,
            proofs: written.examples.len() + written.counterexamples.len(),
            places: written
                .places
                .map(|places| places.into_iter().map(Place::from).collect()),
            body,
        });
        self.words.extend(written.words.map(|words| (place, words)));
        self.markings
            .extend(written.marking.map(|marking| (place, marking)));
    }

    fn check_words_of(&mut self, file: &File<'_>, written: &RuleFile) {
        let mut rest = written.why.as_str();
        for heading in HEADINGS {
            match rest.split_once(&format!("{heading}:")) {
                Some((_, after)) => rest = after,
                None => self.errors.push(file.error(
                    "why",
                    format!(
                        "expected the headings {}, in this order; `{heading}:` is missing",
                        HEADINGS.join(" · ")
                    ),
                )),
            }
        }
        if written.title.trim().is_empty() {
            self.errors
                .push(file.error("title", "is empty; say what the rule finds".to_owned()));
        }
        for (key, list) in [
            ("examples", &written.examples),
            ("counterexamples", &written.counterexamples),
        ] {
            if list.is_empty() {
                self.errors
                    .push(file.error(key, "is empty; expected at least one text".to_owned()));
            }
        }
    }

    fn prove(&mut self, file: &File<'_>, id: &str, written: &RuleFile) {
        let mut push = |key: &str, list: &[ExampleTable], default: usize| {
            for (number, example) in list.iter().enumerate() {
                let line = nth_line(file.source, &format!("[[{key}]]"), number);
                self.proofs.push(Proof {
                    rule: id.to_owned(),
                    key: format!("{key} {}", number + 1),
                    file: file.path.to_owned(),
                    line,
                    text: example.text.clone(),
                    place: example.place.map_or(Place::Body, Place::from),
                    count: example.count.unwrap_or(default),
                    exact: example.count.is_some() || default == 0,
                });
            }
        };
        push("examples", &written.examples, 1);
        push("counterexamples", &written.counterexamples, 0);
    }

    fn body(&mut self, file: &File<'_>, place: usize, written: &RuleFile) -> Option<Body> {
        let body = match (&written.pattern, &written.words, &written.marking) {
            (Some(pattern), None, None) => self.pattern(file, place, pattern),
            (None, Some(words), None) => words_body(file, words),
            (None, None, Some(marking)) => marking_body(file, marking),
            _ => Err(file.error(
                "",
                "expected exactly one of [pattern], [words] and [marking]".to_owned(),
            )),
        };
        body.map_err(|error| self.errors.push(error)).ok()
    }

    fn pattern(
        &mut self,
        file: &File<'_>,
        place: usize,
        written: &PatternTable,
    ) -> Result<Body, RuleError> {
        if written.shapes.is_empty() {
            return Err(file.error(
                "shapes",
                "is empty; expected at least one expression".to_owned(),
            ));
        }
        for shape in &written.shapes {
            let ascii = ascii_classes(shape);
            if let Err(error) = regex(&ascii) {
                return Err(file.error("shapes", format!("`{shape}` is no expression: {error}")));
            }
            self.shapes.push((Use::Rule(place), ascii));
        }
        let check = match written.validator.as_deref() {
            None => None,
            Some(name) => Some(validator(name).ok_or_else(|| {
                let names: Vec<&str> = VALIDATORS.iter().map(|v| v.name).collect();
                file.error(
                    "validator",
                    format!(
                        "there is no validator `{name}`; expected one of {}",
                        names.join(", ")
                    ),
                )
            })?),
        };
        if written.needs == Needs::Nothing && written.confidence < 0.5 && written.context.is_none()
        {
            return Err(file.error(
                "confidence",
                "below 0.5 nothing is ever found; expected more, or a [pattern.context] that gives more".to_owned(),
            ));
        }
        Ok(Body::Pattern(Box::new(Pattern {
            validator: check,
            confidence: file.share("confidence", written.confidence)?,
            doubtful: file.share(
                "doubtful",
                written.doubtful.unwrap_or(written.confidence / 2.0),
            )?,
            about: written.about,
            needs: written.needs,
            signatures: written.signatures,
            context: written
                .context
                .as_ref()
                .map(|c| context(file, c))
                .transpose()?,
            unless: written
                .unless
                .as_ref()
                .map(|u| unless(file, u))
                .transpose()?,
            many: written.many,
        })))
    }

    fn finish(mut self) -> Result<(Rules, Vec<Proof>), Vec<RuleError>> {
        self.shapes.extend(people::shapes());
        let shapes = Scan::new(&self.shapes);
        let lexicon = Lexicon::new(&self.words, &self.markings);
        match shapes {
            Ok(shapes) if self.errors.is_empty() => {
                let rules = Rules {
                    all: self.rules,
                    shapes,
                    lexicon,
                };
                Ok((rules, self.proofs))
            }
            shapes => {
                self.errors.extend(shapes.err().map(|error| RuleError {
                    file: "rules".to_owned(),
                    line: 1,
                    key: String::new(),
                    problem: format!("the expressions together: {error}"),
                }));
                Err(self.errors)
            }
        }
    }
}

fn context(file: &File<'_>, written: &ContextTable) -> Result<Context, RuleError> {
    Ok(Context {
        near: Nearby {
            terms: file.terms("words", &written.words)?,
            within: written.within,
        },
        confidence: file.share("confidence", written.confidence)?,
    })
}

fn unless(file: &File<'_>, written: &UnlessTable) -> Result<Nearby, RuleError> {
    Ok(Nearby {
        terms: file.terms("words", &written.words)?,
        within: written.within,
    })
}

fn words_body(file: &File<'_>, written: &WordsTable) -> Result<Body, RuleError> {
    let known = |word: &String| {
        [&written.strong, &written.medium, &written.weak]
            .iter()
            .any(|list| list.contains(word))
    };
    if let Some(stray) = written.only_near_person.iter().find(|word| !known(word)) {
        return Err(file.error(
            "only-near-person",
            format!("`{stray}` is in none of the lists; expected a word of strong, medium or weak"),
        ));
    }
    if written.score == 0 {
        return Err(file.error(
            "score",
            "0 fires on everything; expected 4 or so".to_owned(),
        ));
    }
    Ok(Body::Words(Words {
        score: written.score,
        confidence: file.share("confidence", written.confidence)?,
        needs: written.needs,
        facts: written.facts,
    }))
}

fn marking_body(file: &File<'_>, written: &MarkingTable) -> Result<Body, RuleError> {
    file.terms("words", &written.words)?;
    Ok(Body::Marking(Marking {
        confidence: file.share("confidence", written.confidence)?,
    }))
}
