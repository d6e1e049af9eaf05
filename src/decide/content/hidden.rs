//! `hidden-data`, `pupil-images` and `large-attachment`: what a sender does not notice about a file.

use std::collections::BTreeSet;

use crate::decide::clause::{Clause, Hit};
use crate::decide::decision::ClauseId;
use crate::decide::party::Party;
use crate::decide::situation::Situation;
use crate::decide::words;
use crate::detect::finding::Finding;
use crate::directory::people::PupilId;
use crate::extract::content::{Attachment, FileKind, Place};
use crate::mail::level::Level;

/// # What it finds
/// Personal data where the sender does not see it: hidden sheets, rows and columns, comments, tracked changes.
/// # Why it matters
/// Nobody decides to send what nobody sees; answers to freedom of information requests leaked this way (B, K).
/// # Example
/// A workbook with totals in sight and a hidden sheet of pupils.
/// # Limits
/// As good as the reading of files is.
pub static HIDDEN_DATA: Clause = Clause {
    id: ClauseId("hidden-data"),
    placeholders: &["found", "recipient"],
    by_table: false,
    hits: hidden_data,
};

fn hidden_data(situation: &Situation<'_>) -> Vec<Hit> {
    let hidden: Vec<&Finding> = situation
        .personal()
        .filter(|finding| !finding.visible)
        .collect();
    if hidden.is_empty() {
        return Vec::new();
    }
    let found = words::found(hidden.into_iter(), Level::Protect);
    situation
        .outside()
        .map(|(place, party)| Hit::found(place, party, &found))
        .collect()
}

/// # What it finds
/// A picture whose file name or metadata names a pupil, and a photograph in a message that names a pupil without
/// photo consent.
/// # Why it matters
/// A face with a name is personal data, and some children must not be found (K, B, N).
/// # Example
/// `Amelia Thornton sports day.jpg` to the newspaper.
/// # Limits
/// Does not look at faces. A parent or carer of every pupil named may have the picture. Pictures below the size in the
/// policy (`photograph-octets`) are taken for logos unless their own name or metadata names a pupil.
pub static PUPIL_IMAGES: Clause = Clause {
    id: ClauseId("pupil-images"),
    placeholders: &["file", "pupils", "recipient"],
    by_table: false,
    hits: pupil_images,
};

fn pupil_images(situation: &Situation<'_>) -> Vec<Hit> {
    let case = situation.case;
    let pictures: Vec<&Attachment> = case
        .content
        .attachments
        .iter()
        .filter(|attachment| attachment.kind == FileKind::Picture)
        .collect();
    let mut pupils: BTreeSet<PupilId> = BTreeSet::new();
    let mut files: Vec<String> = Vec::new();
    for picture in pictures {
        let named = named_in(picture, situation);
        let shown = if picture.size >= case.policy.thresholds.photograph_octets {
            without_consent(situation)
        } else {
            BTreeSet::new()
        };
        if !(named.is_empty() && shown.is_empty()) {
            files.push(words::place(&picture.origin));
            pupils.extend(named.into_iter().chain(shown));
        }
    }
    let may_have = |party: &Party<'_>| pupils.iter().all(|pupil| party.is_linked_to(*pupil));
    situation
        .outside()
        .filter(|(_, party)| !files.is_empty() && !may_have(party))
        .map(|(place, party)| {
            let words = vec![
                ("file", words::listed(&files, "picture")),
                ("pupils", words::pupils(&pupils, case.directory)),
                ("recipient", party.address.to_string()),
            ];
            Hit::on(place, words)
        })
        .collect()
}

/// Pupils named by the picture's own file name or metadata.
fn named_in(picture: &Attachment, situation: &Situation<'_>) -> BTreeSet<PupilId> {
    let of_file = |finding: &&Finding| {
        matches!(finding.place, Place::FileName | Place::Property)
            && finding.origin.as_str().starts_with(picture.origin.as_str())
    };
    situation
        .personal()
        .filter(of_file)
        .flat_map(|finding| finding.pupils.iter().copied())
        .collect()
}

/// Pupils named anywhere in the message whose pictures may not be published.
fn without_consent(situation: &Situation<'_>) -> BTreeSet<PupilId> {
    let case = situation.case;
    let refused = |id: &PupilId| {
        let pupil = case.directory.pupil(*id);
        pupil.is_some_and(|pupil| pupil.photo_consent == Some(false))
    };
    case.findings
        .on_roll
        .iter()
        .copied()
        .filter(refused)
        .collect()
}

/// # What it finds
/// Large attachments to colleagues.
/// # Why it matters
/// Everybody's mailbox fills, and copies go astray; the place of the file is enough (B).
/// # Example
/// A film of 20 MB to all staff.
/// # Limits
/// Advice only.
pub static LARGE_ATTACHMENT: Clause = Clause {
    id: ClauseId("large-attachment"),
    placeholders: &["file"],
    by_table: false,
    hits: large_attachment,
};

fn large_attachment(situation: &Situation<'_>) -> Vec<Hit> {
    let case = situation.case;
    let limit = case.policy.thresholds.large_attachment_octets;
    let large: Vec<String> = case
        .content
        .attachments
        .iter()
        .filter(|attachment| attachment.size > limit)
        .map(|attachment| words::place(&attachment.origin))
        .collect();
    if large.is_empty() {
        return Vec::new();
    }
    let file = words::listed(&large, "file");
    situation
        .parties
        .iter()
        .enumerate()
        .filter(|(_, party)| !party.is_outside())
        .map(|(place, _)| Hit::on(place, vec![("file", file.clone())]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::letter::{
        AMELIA, AMELIAS_MOTHER, EXTERNAL, INTERNAL, Letter, PARTNER, ZARA, ZARAS_FATHER,
    };
    use crate::mail::verdict::Verdict;

    #[test]
    fn what_nobody_sees_is_held() {
        let hidden = |to: &str, visible| {
            let mut letter = Letter::to(&[to]).finding(
                "roll.pupil",
                Level::Protect,
                Place::Attachment,
                &[AMELIA],
            );
            letter
                .findings
                .items
                .iter_mut()
                .for_each(|finding| finding.visible = visible);
            letter
        };
        for to in [EXTERNAL, PARTNER, AMELIAS_MOTHER] {
            hidden(to, false).fires("hidden-data", Verdict::Hold);
            hidden(to, true).is_silent("hidden-data");
        }
        hidden(INTERNAL, false).is_silent("hidden-data");
    }

    fn picture(to: &str, size: usize) -> Letter {
        let mut letter = Letter::to(&[to]).attached("list.xlsx", FileKind::Picture, false);
        letter
            .content
            .attachments
            .iter_mut()
            .for_each(|one| one.size = size);
        letter
    }

    #[test]
    fn a_picture_that_names_a_pupil_goes_to_the_family_only() {
        let named = |to: &str| {
            picture(to, 10).finding("roll.pupil", Level::Protect, Place::FileName, &[AMELIA])
        };
        named(EXTERNAL).fires("pupil-images", Verdict::Hold);
        named(ZARAS_FATHER).fires("pupil-images", Verdict::Hold);
        named(AMELIAS_MOTHER).is_silent("pupil-images");
        named(INTERNAL).is_silent("pupil-images");
        picture(EXTERNAL, 900_000).is_silent("pupil-images");
    }

    #[test]
    fn a_photograph_with_the_name_of_a_child_without_consent_is_held() {
        let about = |pupil, size| picture(EXTERNAL, size).about(Level::Protect, &[pupil]);
        about(ZARA, 900_000).fires("pupil-images", Verdict::Hold);
        about(ZARA, 9_000).is_silent("pupil-images");
        about(AMELIA, 900_000).is_silent("pupil-images");
    }

    #[test]
    fn a_large_file_to_a_colleague_gets_advice() {
        picture(INTERNAL, 20_000_000).fires("large-attachment", Verdict::Pass);
        picture(INTERNAL, 1_000_000).is_silent("large-attachment");
        picture(EXTERNAL, 20_000_000).is_silent("large-attachment");
    }
}
