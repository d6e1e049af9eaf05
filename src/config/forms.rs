//! A school's own blank forms: every file of a folder, read as an attachment would be.

use std::fs;
use std::path::Path;

use crate::config::problem::Problem;
use crate::detect::forms::{Form, LEAST};
use crate::extract;
use crate::limits::Limits;
use crate::mail::level::Level;
use crate::parse;

/// Forms whose filled-in copies are no more than personal data lie in the folder of this name.
const MILD: &str = "protect";

/// Reads the blanks of a folder, and says which of them have too few words to be known again.
///
/// What is written into them is `restricted`; into those in the folder `protect` below it, `protect`.
///
/// # Errors
/// A folder or file that cannot be read.
pub(crate) fn forms(
    folder: Option<&Path>,
    limits: &Limits,
) -> Result<(Vec<Form>, Vec<String>), Problem> {
    let (mut forms, mut unknown) = (Vec::new(), Vec::new());
    let Some(folder) = folder else {
        return Ok((forms, unknown));
    };
    let mild = folder.join(MILD);
    let folders = [
        (folder, Level::Restricted),
        (mild.as_path(), Level::Protect),
    ];
    for (folder, level) in folders
        .into_iter()
        .filter(|(folder, level)| *level == Level::Restricted || folder.is_dir())
    {
        let unreadable = |error: &std::io::Error| Problem::unreadable(folder, error);
        let mut paths = Vec::new();
        for entry in fs::read_dir(folder).map_err(|error| unreadable(&error))? {
            paths.push(entry.map_err(|error| unreadable(&error))?.path());
        }
        paths.sort();
        for path in paths.iter().filter(|path| path.is_file()) {
            let octets = fs::read(path).map_err(|error| Problem::unreadable(path, &error))?;
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            match Form::of(&name, level, &text(&name, octets, limits)) {
                Some(form) => forms.push(form),
                None => unknown.push(format!(
                    "{} has fewer than {LEAST} groups of words and cannot be recognised",
                    path.display()
                )),
            }
        }
    }
    Ok((forms, unknown))
}

/// Everything a file says, as it would be read in the attachment of a message.
fn text(name: &str, octets: Vec<u8>, limits: &Limits) -> String {
    let message = mail_builder::MessageBuilder::new()
        .attachment("application/octet-stream", name, octets)
        .write_to_vec()
        .unwrap_or_default();
    let content = extract::content(&parse::message(&message, limits), limits);
    let texts = content
        .texts
        .iter()
        .filter(|text| text.origin.as_str() != "body");
    texts
        .map(|text| text.text.as_str())
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_blanks_becomes_forms_and_one_without_words_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("protect")).unwrap();
        let blank = "Name of the child:\nWhat did you see or hear?\nWhat have you done about it?\n";
        fs::write(folder.path().join("worry.txt"), blank).unwrap();
        fs::write(folder.path().join("protect").join("trip.txt"), blank).unwrap();
        fs::write(folder.path().join("logo.txt"), "x").unwrap();
        let (forms, unknown) = forms(Some(folder.path()), &Limits::default()).unwrap();
        let found: Vec<(&str, Level)> = forms.iter().map(|f| (f.name.as_str(), f.level)).collect();
        assert_eq!(
            found,
            [
                ("worry.txt", Level::Restricted),
                ("trip.txt", Level::Protect)
            ]
        );
        assert_eq!(unknown.len(), 1);
        assert!(forms_of(Path::new("/nowhere")).is_err());
    }

    fn forms_of(folder: &Path) -> Result<(Vec<Form>, Vec<String>), Problem> {
        forms(Some(folder), &Limits::default())
    }
}
