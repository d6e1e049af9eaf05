//! What a clause is: an id, the words its explanation may use, and the function that says where it applies.
//!
//! A clause says *when*; `config/policy.toml` says *what then* (verdict, mode, severity, text, who is told).

use crate::decide::decision::ClauseId;
use crate::decide::party::Party;
use crate::decide::situation::Situation;
use crate::decide::{content, flow, recipient, sender};

/// One clause of the policy that code stands behind.
#[derive(Debug)]
pub struct Clause {
    /// Its id in the policy.
    pub id: ClauseId,
    /// The names between braces that its explanation and advice may use.
    pub placeholders: &'static [&'static str],
    /// Whether its verdict may come from the level table.
    pub by_table: bool,
    /// Where it applies, pure.
    pub hits: fn(&Situation<'_>) -> Vec<Hit>,
}

/// One place where a clause applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The recipient's place in the envelope; `None` for the whole message.
    pub recipient: Option<usize>,
    /// A value for each of the clause's placeholders, masked.
    pub words: Vec<(&'static str, String)>,
}

/// Every clause, in the order of POLICY.md; a new one is a line here and a section of the policy.
pub static CLAUSES: &[&Clause] = &[
    &sender::own_account::OWN_ACCOUNT,
    &sender::accounts::LEFT_ACCOUNT,
    &sender::accounts::PUPIL_ACCOUNT,
    &content::matters::PUPIL_SAFETY,
    &sender::reply_to::PERSONAL_REPLY_TO,
    &recipient::family::WRONG_FAMILY,
    &recipient::no_contact::NO_CONTACT,
    &recipient::personal::PERSONAL_ADDRESS,
    &recipient::own_home::OWN_HOME_ADDRESS,
    &recipient::look_alike::LOOK_ALIKE,
    &recipient::unknown::FIRST_CONTACT,
    &recipient::company::USUAL_COMPANY,
    &recipient::crowd::VISIBLE_RECIPIENTS,
    &recipient::crowd::TOO_MANY_RECIPIENTS,
    &recipient::unknown::PUBLICATION,
    &recipient::pupil::STAFF_DETAILS_TO_PUPIL,
    &content::levels::PERSONAL_DATA,
    &content::levels::RESTRICTED_DATA,
    &content::subject::SENSITIVE_SUBJECT,
    &content::protection::UNENCRYPTED_ATTACHMENT,
    &content::attachments::LOCKED_ATTACHMENT,
    &content::protection::PASSWORD_ALONGSIDE,
    &content::attachments::UNREADABLE_ATTACHMENT,
    &content::hidden::HIDDEN_DATA,
    &content::matters::CREDENTIALS,
    &content::hidden::PUPIL_IMAGES,
    &content::matters::FINANCIAL_DATA,
    &content::matters::CHAIN_LETTER,
    &content::matters::ADVERTISING,
    &content::matters::CONDUCT,
    &content::malware::MALWARE,
    &content::hidden::LARGE_ATTACHMENT,
    &flow::AUTO_FORWARD,
    &flow::MACHINE_MAIL,
    &flow::lane::SAFEGUARDING_LANE,
];

impl Hit {
    pub(crate) fn on(recipient: usize, words: Vec<(&'static str, String)>) -> Self {
        Self {
            recipient: Some(recipient),
            words,
        }
    }

    /// On one recipient, whom the explanation names with what was found.
    pub(crate) fn found(place: usize, party: &Party<'_>, found: &str) -> Self {
        Self::on(
            place,
            vec![
                ("recipient", party.address.to_string()),
                ("found", found.to_owned()),
            ],
        )
    }

    pub(crate) fn whole(words: Vec<(&'static str, String)>) -> Self {
        Self {
            recipient: None,
            words,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_clause_has_an_id_of_its_own() {
        let ids: BTreeSet<&str> = CLAUSES.iter().map(|clause| clause.id.as_str()).collect();
        assert_eq!(ids.len(), CLAUSES.len());
    }
}
