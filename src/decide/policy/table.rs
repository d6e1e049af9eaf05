//! The level-by-recipient table of the policy.
//!
//! A cell is written as in POLICY.md: `secure with receipt`, `hold, then encrypt`.

use crate::mail::level::Level;
use crate::mail::verdict::Verdict;

/// A column of the table; a contact stands in one of two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    /// A domain of the school.
    Internal,
    /// A domain with an agreed channel.
    Partner,
    /// A parent or carer; every pupil the message is about is theirs.
    OwnChild,
    /// A parent or carer; some pupil is not theirs.
    OtherChild,
    /// Any other address.
    External,
    /// A consumer mailbox of nobody the school knows.
    Personal,
    /// An address that publishes.
    Publication,
}

/// What is done at one level for one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cell {
    /// What is done.
    pub verdict: Verdict,
    /// How it travels when a reviewer releases it; the verdict itself where that delivers.
    pub release: Verdict,
    /// Whether confirmation of receipt is asked for.
    pub receipt: bool,
}

/// Level by recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Table {
    pub(crate) unclassified: Row,
    pub(crate) protect: Row,
    pub(crate) restricted: Row,
}

/// One level of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Row {
    pub(crate) internal: Cell,
    pub(crate) partner: Cell,
    pub(crate) own_child: Cell,
    pub(crate) other_child: Cell,
    pub(crate) external: Cell,
    pub(crate) personal: Cell,
    pub(crate) publication: Cell,
}

impl Table {
    /// One cell.
    #[must_use]
    pub fn cell(&self, level: Level, column: Column) -> Cell {
        let row = match level {
            Level::Unclassified => &self.unclassified,
            Level::Protect => &self.protect,
            Level::Restricted => &self.restricted,
        };
        match column {
            Column::Internal => row.internal,
            Column::Partner => row.partner,
            Column::OwnChild => row.own_child,
            Column::OtherChild => row.other_child,
            Column::External => row.external,
            Column::Personal => row.personal,
            Column::Publication => row.publication,
        }
    }
}

impl Column {
    /// Every column, in POLICY.md's order.
    pub const ALL: [Self; 7] = [
        Self::Internal,
        Self::Partner,
        Self::OwnChild,
        Self::OtherChild,
        Self::External,
        Self::Personal,
        Self::Publication,
    ];

    /// The column in words, for people.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Partner => "partner",
            Self::OwnChild => "contact, own child",
            Self::OtherChild => "contact, other child",
            Self::External => "external",
            Self::Personal => "personal",
            Self::Publication => "publication",
        }
    }
}

impl Cell {
    /// Reads a cell: a verdict, then ` with receipt`, or `hold, then` and the verdict of a release.
    ///
    /// # Errors
    /// What would have been right.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (text_without, receipt) = match text.strip_suffix(" with receipt") {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let (verdict, release) = match text_without.split_once(", then ") {
            Some((verdict, release)) => (word(verdict), word(release)),
            None => (word(text_without), word(text_without)),
        };
        let complaint = || {
            format!(
                "`{text}` is no cell: expected pass, secure, encrypt, hold or return, such as `secure with receipt` or `hold, then encrypt`"
            )
        };
        let (verdict, release) = verdict.zip(release).ok_or_else(complaint)?;
        if verdict < Verdict::Hold && verdict != release {
            return Err(complaint());
        }
        let release = if release < Verdict::Hold {
            release
        } else {
            Verdict::Pass
        };
        Ok(Self {
            verdict,
            release,
            receipt,
        })
    }
}

fn word(text: &str) -> Option<Verdict> {
    [
        Verdict::Pass,
        Verdict::Secure,
        Verdict::Encrypt,
        Verdict::Hold,
        Verdict::Return,
    ]
    .into_iter()
    .find(|verdict| verdict.as_str() == text.trim())
}

impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.verdict)?;
        if self.verdict >= Verdict::Hold && self.release > Verdict::Pass {
            write!(f, ", then {}", self.release)?;
        }
        if self.receipt {
            f.write_str(" with receipt")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_reads_as_it_prints() {
        for text in [
            "pass",
            "secure",
            "secure with receipt",
            "hold",
            "hold, then encrypt",
            "return",
        ] {
            assert_eq!(
                Cell::parse(text).map(|cell| cell.to_string()),
                Ok(text.to_owned())
            );
        }
    }

    #[test]
    fn what_is_no_cell_says_what_is() {
        for text in [
            "",
            "reject",
            "pass, then hold",
            "encrpyt",
            "hold then encrypt",
        ] {
            let problem = Cell::parse(text).unwrap_err();
            assert!(problem.contains("hold, then encrypt"), "{problem}");
        }
    }
}
