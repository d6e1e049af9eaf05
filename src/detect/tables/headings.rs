//! What a column of a school export is, by its heading, in the words of the management systems schools use.
//!
//! Headings are compared without case, spaces and punctuation: `Legal Surname`, `legal_surname` and `LEGALSURNAME` are one.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use crate::detect::tables::known::HEADINGS;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Column {
    /// Unique pupil number.
    Upn,
    /// Unique learner number.
    Uln,
    /// Unique candidate identifier.
    Uci,
    /// Scottish candidate number.
    Scn,
    /// Another number of a learner or candidate.
    LearnerNumber,
    /// The school's own number.
    AdmissionNo,
    /// NHS or H&C number.
    NhsNumber,
    /// CHI number.
    Chi,
    /// National Insurance number.
    NiNumber,
    /// Number of a DBS certificate.
    DbsNumber,
    /// Forename.
    Forename,
    /// Surname.
    Surname,
    /// Whole name.
    FullName,
    /// Whole name, and the heading says whose: `Pupil Name`.
    PupilName,
    /// Middle names or initials.
    Initials,
    /// Date of birth.
    DateOfBirth,
    /// Age.
    Age,
    /// Sex or gender.
    Sex,
    /// Class or form.
    Class,
    /// Year group.
    Year,
    /// House.
    House,
    /// Address.
    Address,
    /// Postcode.
    Postcode,
    /// A parent or carer.
    Contact,
    /// Telephone number.
    Phone,
    /// Free meals and pupil premium.
    Meals,
    /// Special educational needs.
    Needs,
    /// Language.
    Language,
    /// Ethnicity, religion, nationality.
    Identity,
    /// In care, adopted.
    Care,
    /// Child protection.
    Safeguarding,
    /// Health.
    Medical,
    /// Attendance.
    Attendance,
    /// Behaviour.
    Behaviour,
    /// Results.
    Attainment,
    /// Pay, or days of sickness, of an employee.
    Pay,
}

static BY_HEADING: LazyLock<HashMap<&'static str, Column, FixedState>> = LazyLock::new(|| {
    let words = |(column, words): &(Column, &'static str)| {
        let column = *column;
        words.split(' ').map(move |word| (word, column))
    };
    HEADINGS.iter().flat_map(words).collect()
});

/// No heading that is known is longer.
const LONGEST: usize = 40;

/// The kind of column a heading names.
pub(super) fn column(heading: &str) -> Option<Column> {
    if heading.len() > 2 * LONGEST {
        return None;
    }
    let mut octets = [0; LONGEST];
    let mut length = 0;
    for octet in heading.bytes().filter(u8::is_ascii_alphanumeric) {
        *octets.get_mut(length)? = octet.to_ascii_lowercase();
        length += 1;
    }
    let folded = std::str::from_utf8(octets.get(..length)?).ok()?;
    let known = |name: &str| BY_HEADING.get(name).copied();
    known(folded).or_else(|| known(extract_field(heading, folded)?))
}

/// A field of the National Pupil Database without its year and key stage: `KS1_…`, `…_SPR19`.
fn extract_field<'a>(heading: &str, folded: &'a str) -> Option<&'a str> {
    let (_, term) = heading.rsplit_once('_')?;
    let term = term.to_ascii_lowercase();
    let of_a_term = ["aut", "spr", "sum"]
        .iter()
        .any(|name| term.starts_with(name));
    let bare = folded
        .strip_suffix(term.as_str())
        .filter(|_| of_a_term)
        .unwrap_or(folded);
    let stage = ["ks1", "ks2", "ks3", "ks4", "ks5", "eyfsp"];
    let stage = stage.iter().find_map(|stage| bare.strip_prefix(stage));
    stage.or((bare != folded).then_some(bare))
}

impl Column {
    /// Strong 3, medium 2, weak 1.
    pub(super) fn weight(self) -> u32 {
        let strong = self.is_number()
            || self.is_sensitive()
            || matches!(self, Self::NiNumber | Self::DateOfBirth | Self::PupilName);
        let weak = matches!(
            self,
            Self::Age | Self::Sex | Self::House | Self::Initials | Self::Attainment
        );
        match (strong, weak) {
            (true, _) => 3,
            (false, true) => 1,
            (false, false) => 2,
        }
    }

    /// Whether it says who the row is about.
    pub(super) fn names_somebody(self) -> bool {
        matches!(
            self,
            Self::Forename | Self::Surname | Self::FullName | Self::PupilName
        ) || self.is_number()
    }

    /// Whether it is a number that one person has.
    pub(super) fn is_number(self) -> bool {
        matches!(
            self,
            Self::Upn
                | Self::Uln
                | Self::Uci
                | Self::Scn
                | Self::LearnerNumber
                | Self::AdmissionNo
                | Self::NhsNumber
                | Self::Chi
        )
    }

    /// Whether only tables of pupils have it: a list of suppliers has names and telephones too.
    pub(super) fn is_of_pupils(self) -> bool {
        !matches!(
            self,
            Self::Forename
                | Self::Surname
                | Self::FullName
                | Self::Initials
                | Self::Age
                | Self::Sex
                | Self::Address
                | Self::Postcode
                | Self::Phone
                | Self::House
                | Self::NiNumber
                | Self::DbsNumber
                | Self::Attainment
                | Self::Pay
        )
    }

    /// Whether what it holds is special-category or otherwise sensitive.
    pub(super) fn is_sensitive(self) -> bool {
        matches!(
            self,
            Self::Meals
                | Self::Needs
                | Self::Language
                | Self::Identity
                | Self::Care
                | Self::Safeguarding
                | Self::Medical
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_read_in_the_words_of_every_system() {
        for (heading, expected) in [
            ("Legal Surname", Some(Column::Surname)),
            ("UPN", Some(Column::Upn)),
            ("Adno", Some(Column::AdmissionNo)),
            ("% Attendance", Some(Column::Attendance)),
            ("Pupil Premium Indicator", Some(Column::Meals)),
            ("Disadvantaged (PP)", Some(Column::Meals)),
            ("Reg Group", Some(Column::Class)),
            (
                "PupilMatchingRefAnonymous_SPR19",
                Some(Column::LearnerNumber),
            ),
            ("KS1_FSMeligible_AUT20", Some(Column::Meals)),
            ("Form/Tutor Group", Some(Column::Class)),
            ("Quantity", None),
            (
                "A heading that goes on and on and is one of nobody's systems",
                None,
            ),
        ] {
            assert_eq!(column(heading), expected, "{heading}");
        }
    }
}
