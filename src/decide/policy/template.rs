//! A text with places to fill: `{found}`.
//!
//! Values are put in once and never read as a template themselves.

/// A text with places to fill.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Template(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Place(String),
}

impl Template {
    /// Reads a template whose places are among `known`.
    ///
    /// # Errors
    /// A place that is not known or not closed, and what would be right.
    pub(crate) fn parse(text: &str, known: &[&str]) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text.trim();
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, behind)) = after.split_once('}') else {
                return Err("a `{` is not closed: write {found}, or leave the brace out".to_owned());
            };
            if !known.contains(&name) {
                return Err(format!(
                    "`{{{name}}}` is not known here: expected {}",
                    offered(known)
                ));
            }
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(Piece::Place(name.to_owned()));
            rest = behind;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Ok(Self(pieces))
    }

    /// The text with `words` in its places.
    pub(crate) fn filled(&self, words: &[(&'static str, String)]) -> String {
        self.0
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.as_str(),
                Piece::Place(name) => words
                    .iter()
                    .find(|(word, _)| word == name)
                    .map_or("", |(_, value)| value.as_str()),
            })
            .collect()
    }
}

fn offered(known: &[&str]) -> String {
    if known.is_empty() {
        return "no places in braces".to_owned();
    }
    let names: Vec<String> = known.iter().map(|name| format!("{{{name}}}")).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_once() {
        let template = Template::parse(" Found {found} in {file}. ", &["found", "file"]).unwrap();
        let words = [
            ("found", "{file}".to_owned()),
            ("file", "a.xlsx".to_owned()),
        ];
        assert_eq!(template.filled(&words), "Found {file} in a.xlsx.");
    }

    #[test]
    fn an_unknown_place_says_which_are_known() {
        for text in ["{whom}", "{found"] {
            let problem = Template::parse(text, &["found"]).unwrap_err();
            assert!(problem.contains("{found}"), "{problem}");
        }
    }
}
