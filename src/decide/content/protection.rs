//! `unencrypted-attachment` and `password-alongside`: what protects an attachment, and what undoes it.

use std::sync::LazyLock;

use regex::Regex;

use crate::decide::clause::{Clause, Hit};
use crate::decide::content::attachments::locked_files;
use crate::decide::decision::ClauseId;
use crate::decide::party::Party;
use crate::decide::situation::Situation;
use crate::decide::words;
use crate::detect::finding::Finding;
use crate::extract::content::{Place, Text};
use crate::mail::origin::Origin;
use crate::mail::verdict::Verdict;

/// # What it finds
/// The attachments with personal data, where the level table asks for encryption.
/// # Why it matters
/// The sender learns which file to protect (K, B, N).
/// # Example
/// A workbook with dates of birth to a supplier.
/// # Limits
/// Never asks for more than the table.
pub static UNENCRYPTED_ATTACHMENT: Clause = Clause {
    id: ClauseId("unencrypted-attachment"),
    placeholders: &["file", "recipient"],
    by_table: true,
    hits: unencrypted_attachment,
};

fn unencrypted_attachment(situation: &Situation<'_>) -> Vec<Hit> {
    let mut files: Vec<String> = situation
        .personal()
        .filter(|finding| is_in_file(finding))
        .map(|finding| words::place(&outermost(&finding.origin)))
        .collect();
    files.dedup();
    if files.is_empty() {
        return Vec::new();
    }
    let file = words::listed(&files, "file");
    situation
        .outside()
        .filter(|(_, party)| {
            let cell = situation.cell(party);
            cell.verdict == Verdict::Encrypt || cell.release == Verdict::Encrypt
        })
        .map(|(place, party)| {
            Hit::on(
                place,
                vec![
                    ("file", file.clone()),
                    ("recipient", party.address.to_string()),
                ],
            )
        })
        .collect()
}

fn is_in_file(finding: &Finding) -> bool {
    let in_file = match finding.place {
        Place::Attachment | Place::Margin | Place::Property | Place::FileName => true,
        Place::Subject | Place::Body | Place::Quoted => false,
    };
    in_file && finding.origin.as_str().starts_with("attachment")
}

/// The attachment itself: `attachment list.zip › a.xlsx` is `attachment list.zip`.
fn outermost(origin: &Origin) -> Origin {
    let text = origin.as_str();
    Origin::new(text.split(" › ").next().unwrap_or(text))
}

/// # What it finds
/// A locked attachment with its password in the same message, or a password on its way to somebody who was sent
/// something locked within the last 72 hours, by the sender or by the gateway.
/// # Why it matters
/// A lock with its key beside it is no lock; passwords travel by another way (K, B).
/// # Example
/// "Papers attached. The password is …"
/// # Limits
/// A later message counts whatever its password opens: nobody can see that.
/// Takes what follows "password is" or "password:" for one unless it is an ordinary word, as in "the password is the usual".
pub static PASSWORD_ALONGSIDE: Clause = Clause {
    id: ClauseId("password-alongside"),
    placeholders: &["file", "place"],
    by_table: false,
    hits: password_alongside,
};

fn password_alongside(situation: &Situation<'_>) -> Vec<Hit> {
    let case = situation.case;
    let mut texts = case.content.texts.iter();
    let locked = locked_files(situation);
    let lately = &case.before.memory.locked;
    if locked.is_empty() && lately.is_empty() || situation.outside().next().is_none() {
        return Vec::new();
    }
    // What is quoted was sent before, and judged then.
    let written = |text: &&Text| text.place != Place::Quoted || !locked.is_empty();
    let Some(text) = texts.find(|text| written(text) && gives_password(&text.text)) else {
        return Vec::new();
    };
    let place = words::place(&text.origin);
    if !locked.is_empty() {
        let file = words::listed(&locked, "file");
        return vec![Hit::whole(vec![("file", file), ("place", place)])];
    }
    let follows = |party: &Party<'_>| lately.contains(party.address);
    situation
        .outside()
        .filter(|(_, party)| follows(party))
        .map(|(recipient, _)| {
            let file = "the locked file they were sent in the last three days".to_owned();
            Hit::on(recipient, vec![("file", file), ("place", place.clone())])
        })
        .collect()
}

#[expect(
    clippy::expect_used,
    reason = "a constant expression, compiled by a test below"
)]
static PASSWORD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)\b(?:pass ?words?|pass ?phrase|pass ?code|p/?w|pwd|pin)\b[^.:=\n]{0,60}?(?:\bis\b|\bare\b|[:=–—])[ \t]*(?:is[ \t]+)?["'“‘]?([^\s"'”’,;]{4,64})"#,
    )
    .expect("a constant expression")
});

/// Words that follow "password is" where none is given.
const NO_PASSWORD: [&str; 44] = [
    "again",
    "already",
    "also",
    "another",
    "available",
    "been",
    "being",
    "below",
    "case",
    "changed",
    "coming",
    "different",
    "following",
    "from",
    "given",
    "kept",
    "known",
    "needed",
    "never",
    "only",
    "part",
    "protected",
    "required",
    "same",
    "secret",
    "sent",
    "separate",
    "separately",
    "shared",
    "still",
    "strong",
    "texted",
    "that",
    "their",
    "this",
    "unchanged",
    "usual",
    "valid",
    "what",
    "will",
    "with",
    "yours",
    "your",
    "when",
];

/// Whether a text gives a password away.
fn gives_password(text: &str) -> bool {
    PASSWORD
        .captures_iter(text)
        .filter_map(|found| found.get(1))
        .map(|secret| {
            secret
                .as_str()
                .trim_end_matches(['.', '!', '?', ')'])
                .to_lowercase()
        })
        .any(|secret| secret.chars().count() >= 4 && !NO_PASSWORD.contains(&secret.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::letter::{
        AMELIA, AMELIAS_MOTHER, EXTERNAL, INTERNAL, Letter, PARTNER, address,
    };
    use crate::extract::content::FileKind;
    use crate::mail::gap::GapReason;
    use crate::mail::level::Level;
    use crate::mail::lock::Lock;

    #[test]
    fn the_file_is_named_where_the_table_asks_for_encryption() {
        let in_file = |to: &str, level| {
            Letter::to(&[to]).finding("roll.pupil", level, Place::Attachment, &[AMELIA])
        };
        in_file(EXTERNAL, Level::Protect).fires("unencrypted-attachment", Verdict::Encrypt);
        in_file(EXTERNAL, Level::Restricted).fires("unencrypted-attachment", Verdict::Hold);
        in_file(AMELIAS_MOTHER, Level::Restricted)
            .fires("unencrypted-attachment", Verdict::Encrypt);
        in_file(AMELIAS_MOTHER, Level::Protect).is_silent("unencrypted-attachment");
        in_file(PARTNER, Level::Restricted).is_silent("unencrypted-attachment");
        Letter::to(&[EXTERNAL])
            .about(Level::Protect, &[AMELIA])
            .is_silent("unencrypted-attachment");
    }

    fn locked(to: &str, body: &str) -> Letter {
        Letter::to(&[to])
            .attached("list.xlsx", FileKind::Document, true)
            .gap("list.xlsx", GapReason::Encrypted(Lock::OfficeAgile))
            .body(body)
    }

    #[test]
    fn a_password_beside_its_lock_is_returned() {
        let body = "The password is Harbour-lights-42.";
        for to in [EXTERNAL, PARTNER, AMELIAS_MOTHER] {
            locked(to, body).fires("password-alongside", Verdict::Return);
        }
        locked(INTERNAL, body).is_silent("password-alongside");
        locked(EXTERNAL, "I will ring you with the password.").is_silent("password-alongside");
        Letter::to(&[EXTERNAL])
            .body(body)
            .is_silent("password-alongside");
    }

    #[test]
    fn a_password_that_follows_its_lock_is_returned() {
        let follows = |to: &str, body: &str| {
            let mut letter = Letter::to(&[to, EXTERNAL]).body(body);
            letter.before.memory.locked.insert(address(PARTNER));
            letter
        };
        let body = "The password is Harbour-lights-42.";
        follows(PARTNER, body).fires("password-alongside", Verdict::Return);
        let decision = follows(PARTNER, body).judged();
        let verdicts: Vec<Verdict> = decision.recipients.iter().map(|one| one.verdict).collect();
        assert_eq!(
            verdicts,
            [Verdict::Return, Verdict::Pass],
            "the other got no lock"
        );
        follows(AMELIAS_MOTHER, body).is_silent("password-alongside");
        follows(PARTNER, "I will ring you with the password.").is_silent("password-alongside");
        let mut quoted = follows(PARTNER, body);
        for text in &mut quoted.content.texts {
            text.place = Place::Quoted;
        }
        quoted.is_silent("password-alongside");
    }

    #[test]
    fn a_password_is_told_from_a_word_about_passwords() {
        for (text, gives) in [
            ("Password: Oakfield2026", true),
            ("pw = kettle", true),
            (
                "The password for the attached file is \"Tr1cky-Kettle\".",
                true,
            ),
            ("passcode – 449911", true),
            ("The password is the usual one.", false),
            ("The password is separate.", false),
            ("The password will follow by telephone.", false),
            ("Password protected: see below", false),
            ("Never share a password.", false),
            ("The file is password protected.", false),
        ] {
            assert_eq!(gives_password(text), gives, "{text}");
        }
    }
}
