//! Where in a message something stands, as a person would say it.
//!
//! `attachment reports.zip › Year 4.xlsx › sheet Data (hidden), row 12`

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A path from the message down to a piece of text; cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Origin(Arc<str>);

impl Origin {
    /// The outermost step: `subject`, `body`, `attachment list.xlsx`.
    #[must_use]
    pub fn new(step: &str) -> Self {
        Self(Arc::from(clean(step)))
    }

    /// A path written before by [`Origin::as_str`], such as one that comes back from a worker.
    #[must_use]
    pub fn whole(path: &str) -> Self {
        let steps: Vec<String> = path.split(" › ").map(clean).collect();
        Self(Arc::from(steps.join(" › ")))
    }

    /// One step further in: the sheet of a workbook, the member of an archive.
    #[must_use]
    pub fn within(&self, step: &str) -> Self {
        Self(Arc::from(format!("{} › {}", self.0, clean(step))))
    }

    /// A place inside the same step: a row, a page.
    #[must_use]
    pub fn at(&self, place: &str) -> Self {
        Self(Arc::from(format!("{}, {}", self.0, clean(place))))
    }

    /// The place one step further out; `None` at the outermost.
    #[must_use]
    pub fn outer(&self) -> Option<Self> {
        let step = self.0.rfind(" › ").into_iter();
        let place = self.0.rfind(", ").into_iter();
        let end = step.chain(place).max()?;
        self.0.get(..end).map(|outer| Self(Arc::from(outer)))
    }

    /// The whole path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// File names come from strangers: no control or direction-changing characters, and no more than a line.
fn clean(step: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || ('\u{200b}'..='\u{200f}').contains(&c)
            || ('\u{202a}'..='\u{202e}').contains(&c)
    };
    step.chars().filter(|c| !hidden(*c)).take(120).collect()
}

/// A path written down before, such as one read back from the store.
impl From<String> for Origin {
    fn from(path: String) -> Self {
        Self(Arc::from(path))
    }
}

impl From<Origin> for String {
    fn from(origin: Origin) -> Self {
        origin.0.as_ref().to_owned()
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_reads_as_a_person_would_say_it() {
        let sheet = Origin::new("attachment reports.zip")
            .within("Year 4.xlsx")
            .within("sheet Data (hidden)");
        assert_eq!(
            sheet.at("row 12").to_string(),
            "attachment reports.zip › Year 4.xlsx › sheet Data (hidden), row 12"
        );
    }

    #[test]
    fn an_origin_leads_outwards_step_by_step() {
        let row = Origin::new("attachment a.zip").within("b.xlsx").at("row 1");
        let outer: Vec<String> = std::iter::successors(row.outer(), Origin::outer)
            .map(|origin| origin.to_string())
            .collect();
        assert_eq!(outer, ["attachment a.zip › b.xlsx", "attachment a.zip"]);
    }

    #[test]
    fn a_file_name_cannot_smuggle_lines_or_reversals_into_a_notice() {
        assert_eq!(
            Origin::new("attachment a\r\nb\u{202e}gpj.exe").as_str(),
            "attachment abgpj.exe"
        );
    }
}
