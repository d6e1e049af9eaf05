//! What one pupil is called: forenames, surnames, user names and initials, folded.
//!
//! A single forename or surname is never enough by itself: half the school shares it with a teacher, a street or a month.

use crate::detect::roll::nicknames::nicknames;
use crate::detect::tokens::fold_name;
use crate::directory::people::Pupil;

/// A user name is at least this long; a shorter one is a word.
const USER_NAME: usize = 5;

/// Legal and preferred forename, whole, each of several given names, and what each is called for short.
pub(super) fn forenames(pupil: &Pupil) -> Vec<String> {
    let written = [Some(&pupil.forename), pupil.preferred_forename.as_ref()];
    let mut names: Vec<String> = Vec::new();
    for whole in written.into_iter().flatten().map(|name| fold_name(name)) {
        if whole.contains(' ') {
            let given = whole.split(' ').filter(|name| !is_particle(name));
            names.extend(given.filter(|name| name.len() > 2).map(str::to_owned));
        }
        names.push(whole);
    }
    let short: Vec<&str> = names.iter().flat_map(|name| nicknames(name)).collect();
    names.extend(short.into_iter().map(str::to_owned));
    kept(names)
}

/// The forenames a pupil goes by, without short forms.
pub(super) fn own_forenames(pupil: &Pupil) -> Vec<String> {
    let written = [Some(&pupil.forename), pupil.preferred_forename.as_ref()];
    let folded = written.into_iter().flatten().map(|name| fold_name(name));
    kept(folded.filter(|name| name.len() > 2).collect())
}

/// `athornton`, `thorntona`, and the name before the at sign of the pupil's address.
pub(super) fn user_names(pupil: &Pupil) -> Vec<String> {
    let surname = fold_name(&pupil.surname).replace(' ', "");
    let initial = fold_name(&pupil.forename).chars().next();
    let built = initial
        .into_iter()
        .flat_map(|initial| [format!("{initial}{surname}"), format!("{surname}{initial}")]);
    let address = pupil
        .email
        .iter()
        .map(|address| address.local().to_lowercase());
    let one_word =
        |name: &String| name.len() >= USER_NAME && name.chars().all(char::is_alphanumeric);
    kept(built.chain(address).filter(one_word).collect())
}

/// Initials of forename and surname, with and without the middle ones: `at`, `ljcj`.
pub(super) fn initials(pupil: &Pupil) -> Vec<String> {
    let letters = |name: &str| -> String {
        let folded = fold_name(name);
        folded
            .split(' ')
            .filter_map(|word| word.chars().next())
            .collect()
    };
    let forename = pupil.preferred_forename.as_ref().unwrap_or(&pupil.forename);
    let (first, last) = (letters(forename), letters(&pupil.surname));
    let short: String = first.chars().take(1).chain(last.chars().take(1)).collect();
    kept(vec![short, format!("{first}{last}")])
}

/// Legal and preferred surname, whole, without its particle, joined, each half of a double barrel, `Mc` for `Mac`.
pub(super) fn surnames(pupil: &Pupil) -> Vec<String> {
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
    let turned: Vec<String> = names.iter().filter_map(|name| turned(name)).collect();
    names.extend(turned);
    kept(names)
}

/// `mcdonald` for `macdonald`, and the other way round.
fn turned(surname: &str) -> Option<String> {
    let rest = |prefix| {
        surname
            .strip_prefix(prefix)
            .filter(|rest: &&str| rest.len() > 3)
    };
    match (rest("mac"), rest("mc")) {
        (Some(clan), _) => Some(format!("mc{clan}")),
        (None, clan) => Some(format!("mac{}", clan?)),
    }
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

    fn pupil(forename: &str, surname: &str) -> Pupil {
        Pupil {
            forename: forename.to_owned(),
            surname: surname.to_owned(),
            email: "22abc@oakfield.sch.uk".parse().ok(),
            ..Pupil::default()
        }
    }

    #[test]
    fn a_pupil_is_called_by_every_part_and_short_form_of_the_name() {
        let zoe = pupil("Zoë", "O'Brien-Smith");
        assert_eq!(
            surnames(&zoe),
            ["obrien", "obrien smith", "obriensmith", "smith"]
        );
        let amin = pupil("Mohammed Amin", "Al Rashid");
        let called = forenames(&amin);
        for name in ["mohammed amin", "mohammed", "amin", "muhammad"] {
            assert!(
                called.iter().any(|known| known == name),
                "{name} in {called:?}"
            );
        }
        assert!(surnames(&amin).iter().any(|name| name == "rashid"));
        assert_eq!(
            surnames(&pupil("Freya", "Macdonald")),
            ["macdonald", "mcdonald"]
        );
    }

    #[test]
    fn user_names_and_initials_are_made_as_schools_make_them() {
        let amelia = pupil("Amelia", "Thornton");
        assert_eq!(user_names(&amelia), ["22abc", "athornton", "thorntona"]);
        assert_eq!(initials(&pupil("Lily-Mae", "Carter-Jones")), ["lc", "lmcj"]);
    }
}
