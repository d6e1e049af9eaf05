//! `personal-address`: what is not for private mailboxes.

use crate::decide::clause::{Clause, Hit};
use crate::decide::content::attachments::unread_documents;
use crate::decide::decision::ClauseId;
use crate::decide::situation::Situation;
use crate::decide::words;
use crate::mail::kind::RecipientKind;
use crate::mail::level::Level;

/// # What it finds
/// Personal data, or a document nobody could read, on its way to a consumer mailbox that is no registered contact's.
/// # Why it matters
/// Nobody at the school knows who reads it, and school data does not belong there (K, B, N).
/// # Example
/// A class list to a supply teacher's webmail.
/// # Limits
/// Knows consumer mail by its domain; a private domain of a person is `external`.
pub static PERSONAL_ADDRESS: Clause = Clause {
    id: ClauseId("personal-address"),
    placeholders: &["recipient", "found"],
    by_table: false,
    hits: personal_address,
};

fn personal_address(situation: &Situation<'_>) -> Vec<Hit> {
    let unread: Vec<String> = unread_documents(situation)
        .map(|gap| {
            format!(
                "{}, which {}",
                words::place(&gap.origin),
                gap.reason.in_words()
            )
        })
        .collect();
    let found = if situation.case.findings.level >= Level::Protect {
        words::found(situation.personal(), Level::Protect)
    } else if unread.is_empty() {
        return Vec::new();
    } else {
        words::listed(&unread, "document")
    };
    situation
        .outside()
        .filter(|(_, party)| party.kind == RecipientKind::Personal)
        .map(|(place, party)| Hit::found(place, party, &found))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::decide::letter::{AMELIA, AMELIAS_MOTHER, EXTERNAL, Letter, PERSONAL};
    use crate::extract::content::{FileKind, Place};
    use crate::mail::gap::GapReason;
    use crate::mail::level::Level;
    use crate::mail::lock::Lock;
    use crate::mail::verdict::Verdict;

    #[test]
    fn personal_data_and_unread_documents_to_a_private_mailbox_are_held() {
        for letter in [
            Letter::to(&[PERSONAL]).about(Level::Protect, &[AMELIA]),
            Letter::to(&[PERSONAL]).finding(
                "marking.protect",
                Level::Protect,
                Place::Attachment,
                &[],
            ),
            Letter::to(&[PERSONAL]).gap("scan.7z", GapReason::UnknownFormat),
            Letter::to(&[PERSONAL])
                .attached("list.xlsx", FileKind::Document, true)
                .gap("list.xlsx", GapReason::Encrypted(Lock::OfficeAgile)),
        ] {
            letter.fires("personal-address", Verdict::Hold);
        }
    }

    #[test]
    fn a_private_mailbox_may_have_what_is_not_personal() {
        Letter::to(&[PERSONAL]).is_silent("personal-address");
        Letter::to(&[PERSONAL])
            .attached("trip.jpg", FileKind::Picture, false)
            .gap("trip.jpg", GapReason::NoTextLayer)
            .is_silent("personal-address");
        Letter::to(&[EXTERNAL, AMELIAS_MOTHER])
            .about(Level::Protect, &[AMELIA])
            .is_silent("personal-address");
    }
}
