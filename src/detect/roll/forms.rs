//! The ways in which one pupil's name is written, folded.
//!
//! A single forename or surname is never a form: half the school shares it with a teacher, a street or a month.

use crate::detect::fold::fold_name;
use crate::detect::roll::nicknames::nicknames;
use crate::directory::people::Pupil;

/// One way of writing a name, as the automaton looks for it: each token after a space.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Form {
    pub(super) text: String,
    pub(super) order: Order,
}

/// In which order forename and surname stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Order {
    /// `Amelia Thornton`, or `Thornton, Amelia`.
    Plain,
    /// `Thornton Amelia`: how columns and lists write it, and how two people stand side by side.
    Reversed,
    /// `A Thornton`: needs something else beside it.
    Initial,
    /// `Amelia`: needs the class beside it, or else only makes the words around it matter.
    Single,
}

/// Every form of a pupil's name.
pub(super) fn forms(pupil: &Pupil) -> Vec<Form> {
    let forenames = forenames(pupil);
    let surnames = surnames(pupil);
    let mut forms = Vec::with_capacity(forenames.len() * surnames.len() * 4);
    let mut push = |text: String, order| forms.push(Form { text, order });
    for surname in &surnames {
        for forename in &forenames {
            if forename == surname {
                continue;
            }
            push(format!(" {forename} {surname}"), Order::Plain);
            push(format!(" {surname}, {forename}"), Order::Plain);
            push(format!(" {surname} {forename}"), Order::Reversed);
            if let Some(initial) = forename.chars().next() {
                push(format!(" {initial} {surname}"), Order::Initial);
                push(format!(" {surname} {initial}"), Order::Initial);
                push(format!(" {surname}, {initial}"), Order::Initial);
            }
        }
    }
    let written = [Some(&pupil.forename), pupil.preferred_forename.as_ref()];
    let written = written.into_iter().flatten().map(|name| fold_name(name));
    for forename in written.filter(|name| name.len() > 2) {
        push(format!(" {forename}"), Order::Single);
    }
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// Legal and preferred forename, whole, the first of several given names, and what each is called for short.
fn forenames(pupil: &Pupil) -> Vec<String> {
    let written = [Some(&pupil.forename), pupil.preferred_forename.as_ref()];
    let mut names: Vec<String> = Vec::new();
    for whole in written.into_iter().flatten().map(|name| fold_name(name)) {
        if let Some((first, _)) = whole.split_once(' ') {
            names.push(first.to_owned());
        }
        names.push(whole);
    }
    let short: Vec<&str> = names.iter().flat_map(|name| nicknames(name)).collect();
    names.extend(short.into_iter().map(str::to_owned));
    kept(names)
}

/// Legal and preferred surname, whole, without its particle, joined, and each half of a double barrel.
fn surnames(pupil: &Pupil) -> Vec<String> {
    let written = [Some(&pupil.surname), pupil.preferred_surname.as_ref()];
    let mut names: Vec<String> = Vec::new();
    for whole in written.into_iter().flatten().map(|name| fold_name(name)) {
        if whole.contains(' ') {
            names.push(whole.replace(' ', ""));
            let halves = whole.split(' ').filter(|half| !is_particle(half));
            names.extend(halves.filter(|half| half.len() > 2).map(str::to_owned));
        }
        names.push(whole);
    }
    kept(names)
}

fn is_particle(word: &str) -> bool {
    matches!(
        word,
        "van"
            | "von"
            | "de"
            | "der"
            | "den"
            | "la"
            | "le"
            | "al"
            | "el"
            | "bin"
            | "ibn"
            | "di"
            | "da"
            | "du"
            | "st"
    )
}

fn kept(mut names: Vec<String>) -> Vec<String> {
    names.retain(|name| name.chars().count() > 1);
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn writes(forename: &str, surname: &str, expected: &[&str]) {
        let pupil = Pupil {
            forename: forename.to_owned(),
            surname: surname.to_owned(),
            ..Pupil::default()
        };
        let forms: Vec<String> = forms(&pupil).into_iter().map(|form| form.text).collect();
        for text in expected {
            assert!(forms.iter().any(|form| form == text), "{text} in {forms:?}");
        }
    }

    #[test]
    fn a_name_is_found_however_it_is_written() {
        writes(
            "Zoë",
            "O'Brien-Smith",
            &[
                " zoe obrien smith",
                " obrien smith, zoe",
                " zoe smith",
                " zoe obrien",
                " z obrien smith",
            ],
        );
        writes(
            "Mohammed Amin",
            "Al Rashid",
            &[
                " mohammed rashid",
                " mohammed amin al rashid",
                " mohammed alrashid",
            ],
        );
    }
}
