//! `locked-attachment` and `unreadable-attachment`: what could not be read.

use crate::decide::clause::{Clause, Hit};
use crate::decide::decision::ClauseId;
use crate::decide::party::Party;
use crate::decide::situation::Situation;
use crate::decide::words;
use crate::extract::content::FileKind;
use crate::mail::gap::{Gap, GapReason};
use crate::mail::kind::RecipientKind;

/// # What it finds
/// A document the sender locked with a password or a key.
/// # Why it matters
/// It is protection, and it cannot be read: to people the school knows that is well, to others it hides what leaves (K, B).
/// # Example
/// A password-protected spreadsheet to the council: recorded and passed; to a stranger: held.
/// # Limits
/// Does not know what is inside; the password beside it is `password-alongside`'s.
pub static LOCKED_ATTACHMENT: Clause = Clause {
    id: ClauseId("locked-attachment"),
    placeholders: &["file", "recipient"],
    by_table: false,
    hits: locked_attachment,
};

fn locked_attachment(situation: &Situation<'_>) -> Vec<Hit> {
    let locked = locked_files(situation);
    if locked.is_empty() {
        return Vec::new();
    }
    let file = words::listed(&locked, "file");
    hits_on_file(situation, &file)
}

/// The locked files, each once.
pub(crate) fn locked_files(situation: &Situation<'_>) -> Vec<String> {
    let content = situation.case.content;
    let attachments = content.attachments.iter();
    let listed = attachments.filter(|attachment| attachment.locked);
    let gaps = content.gaps.iter();
    let unread = gaps.filter(|gap| gap.reason.lock().is_some());
    let origins = listed
        .map(|attachment| &attachment.origin)
        .chain(unread.map(|gap| &gap.origin));
    let mut locked: Vec<String> = origins.map(words::place).collect();
    locked.sort();
    locked.dedup();
    locked
}

/// # What it finds
/// A part nobody could read: corrupt, of an unknown kind, too deep, too large, too slow, a scan without text, or a
/// message that the configured virus scanner could not look at.
/// # Why it matters
/// Unread is never treated as clean.
/// # Example
/// A damaged PDF to a supplier: held until a person has looked at it.
/// # Limits
/// Photographs, logos and recordings are no documents and are not asked to have words.
/// A scan without text is held only on its way to addresses that are no contact's and no partner's.
pub static UNREADABLE_ATTACHMENT: Clause = Clause {
    id: ClauseId("unreadable-attachment"),
    placeholders: &["file", "recipient"],
    by_table: false,
    hits: unreadable_attachment,
};

fn unreadable_attachment(situation: &Situation<'_>) -> Vec<Hit> {
    let unread: Vec<&Gap> = unread_documents(situation)
        .filter(|gap| gap.reason.lock().is_none())
        .collect();
    let known = |kind| matches!(kind, RecipientKind::Contact | RecipientKind::Partner);
    let concerns = |gap: &Gap, party: &Party<'_>| match gap.reason {
        // A virus is as bad for a colleague.
        GapReason::NotScanned => true,
        reason if reason.is_scan() => party.is_outside() && !known(party.kind),
        _ => party.is_outside(),
    };
    situation
        .parties
        .iter()
        .enumerate()
        .filter_map(|(place, party)| {
            let files: Vec<String> = unread
                .iter()
                .filter(|gap| concerns(gap, party))
                .map(|gap| format!("{} {}", words::place(&gap.origin), gap.reason.in_words()))
                .collect();
            let words = vec![
                ("file", words::listed(&files, "part")),
                ("recipient", party.address.to_string()),
            ];
            (!files.is_empty()).then(|| Hit::on(place, words))
        })
        .collect()
}

/// Gaps in what has words in it; a picture, a recording and a machine's part have none to read.
pub(crate) fn unread_documents<'a>(situation: &Situation<'a>) -> impl Iterator<Item = &'a Gap> {
    let content = situation.case.content;
    content.gaps.iter().filter(|gap| {
        let kind = content
            .attachments
            .iter()
            .find(|attachment| attachment.origin == gap.origin)
            .map(|attachment| attachment.kind);
        let wordless = [FileKind::Picture, FileKind::Recording, FileKind::Machine];
        let about_words = gap.reason.is_scan() || gap.reason == GapReason::UnknownFormat;
        !(about_words && kind.is_some_and(|kind| wordless.contains(&kind)))
    })
}

fn hits_on_file(situation: &Situation<'_>, file: &str) -> Vec<Hit> {
    situation
        .outside()
        .map(|(place, party)| {
            Hit::on(
                place,
                vec![
                    ("file", file.to_owned()),
                    ("recipient", party.address.to_string()),
                ],
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::decide::letter::{
        AMELIAS_MOTHER, EXTERNAL, INTERNAL, Letter, PARTNER, PERSONAL, PUBLICATION,
    };
    use crate::extract::content::FileKind;
    use crate::mail::gap::GapReason;
    use crate::mail::lock::Lock;
    use crate::mail::verdict::Verdict;

    fn locked(recipient: &str) -> Letter {
        Letter::to(&[recipient])
            .attached("list.xlsx", FileKind::Document, true)
            .gap("list.xlsx", GapReason::Encrypted(Lock::OfficeAgile))
    }

    #[test]
    fn a_locked_document_is_recorded_for_people_we_know_and_held_for_others() {
        for recipient in [PARTNER, AMELIAS_MOTHER] {
            locked(recipient).fires("locked-attachment", Verdict::Pass);
        }
        for recipient in [EXTERNAL, PERSONAL, PUBLICATION] {
            locked(recipient).fires("locked-attachment", Verdict::Hold);
        }
        locked(INTERNAL).is_silent("locked-attachment");
        locked(EXTERNAL).is_silent("unreadable-attachment");
        Letter::to(&[EXTERNAL])
            .attached("list.xlsx", FileKind::Document, false)
            .is_silent("locked-attachment");
    }

    #[test]
    fn what_could_not_be_read_is_held() {
        for reason in [
            GapReason::Corrupt,
            GapReason::UnknownFormat,
            GapReason::TooDeep,
            GapReason::TooLarge,
            GapReason::TooManyParts,
            GapReason::TimedOut,
            GapReason::Crashed,
            GapReason::Malformed,
        ] {
            for recipient in [EXTERNAL, PARTNER, AMELIAS_MOTHER] {
                Letter::to(&[recipient])
                    .gap("plan.pdf", reason)
                    .fires("unreadable-attachment", Verdict::Hold);
            }
        }
    }

    #[test]
    fn what_was_not_scanned_is_held_for_colleagues_too() {
        for recipient in [EXTERNAL, PARTNER, INTERNAL] {
            Letter::to(&[recipient])
                .gap("message", GapReason::NotScanned)
                .fires("unreadable-attachment", Verdict::Hold);
        }
        Letter::to(&[INTERNAL])
            .gap("plan.pdf", GapReason::Corrupt)
            .is_silent("unreadable-attachment");
    }

    #[test]
    fn a_scan_is_held_for_strangers_only_and_a_picture_is_no_scan() {
        let scan =
            |recipient: &str| Letter::to(&[recipient]).gap("scan.pdf", GapReason::NoTextLayer);
        scan(EXTERNAL).fires("unreadable-attachment", Verdict::Hold);
        scan(PARTNER).is_silent("unreadable-attachment");
        scan(AMELIAS_MOTHER).is_silent("unreadable-attachment");
        for (kind, reason) in [
            (FileKind::Picture, GapReason::NoTextLayer),
            (FileKind::Recording, GapReason::UnknownFormat),
        ] {
            Letter::to(&[EXTERNAL])
                .attached("a", kind, false)
                .gap("a", reason)
                .is_silent("unreadable-attachment");
        }
        Letter::to(&[EXTERNAL])
            .attached("a.jpg", FileKind::Picture, false)
            .gap("a.jpg", GapReason::Corrupt)
            .fires("unreadable-attachment", Verdict::Hold);
    }

    #[test]
    fn one_harmless_attachment_never_excuses_another() {
        Letter::to(&[EXTERNAL])
            .attached("a.jpg", FileKind::Picture, false)
            .gap("a.jpg", GapReason::NoTextLayer)
            .gap("b.bin", GapReason::UnknownFormat)
            .fires("unreadable-attachment", Verdict::Hold);
    }
}
