//! Notices to those who decide: reviewers, the data protection officer, the deputy.

use crate::act::desk::Desk;
use crate::act::notice::About;
use crate::act::notice::letter::{Block, Letter};
use crate::act::notice::words;
use crate::mail::count::counted;

/// To the reviewers: there is something to decide.
pub(super) fn review(about: &About<'_>, desk: &Desk) -> Letter {
    waiting(
        about,
        desk,
        format!(
            "A message is waiting for your decision ({})",
            about.facts.id
        ),
        "A message is waiting for your decision.",
    )
}

/// To the reviewers: it is still waiting.
pub(super) fn reminder(about: &About<'_>, desk: &Desk) -> Letter {
    waiting(
        about,
        desk,
        format!("Still waiting for your decision ({})", about.facts.id),
        "A message is still waiting for your decision. Its sender does not know yet whether it will go out.",
    )
}

/// To the deputy: nobody has answered.
pub(super) fn escalation(about: &About<'_>, desk: &Desk) -> Letter {
    waiting(
        about,
        desk,
        format!(
            "Nobody has decided about a held message ({})",
            about.facts.id
        ),
        "The reviewers have been told about this message and have not decided. Please decide in their place, or ask them to.",
    )
}

/// To the data protection officer and whoever else the policy names: something happened.
pub(super) fn incident(about: &About<'_>, desk: &Desk) -> Letter {
    let verdicts: Vec<&str> = about
        .states
        .iter()
        .map(|state| state.disposition.as_str())
        .collect();
    let left = verdicts
        .iter()
        .any(|word| ["pending", "delivered"].contains(word));
    let opening = if left {
        "An incident was recorded. At least one of the recipients below gets the message."
    } else {
        "An incident was recorded. The message has not left the school for the recipients below."
    };
    let mut blocks = vec![Block::Paragraph(opening.to_owned())];
    blocks.extend(particulars(about, desk));
    blocks.push(Block::Paragraph(format!(
        "Every step is in the ledger: schoolgate trace {}",
        about.facts.id
    )));
    blocks.extend(words::closing(about, desk));
    Letter {
        subject: format!("Incident: {} ({})", first_title(about), about.facts.id),
        blocks,
    }
}

fn waiting(about: &About<'_>, desk: &Desk, subject: String, opening: &str) -> Letter {
    let mut blocks = vec![Block::Paragraph(opening.to_owned())];
    blocks.extend(particulars(about, desk));
    let id = &about.facts.id;
    blocks.push(Block::Heading("To decide".to_owned()));
    blocks.push(Block::List(vec![
        format!("Look at it: schoolgate held show {id}"),
        format!("Send it: schoolgate held release {id}"),
        format!("Give it back to its sender: schoolgate held return {id}"),
    ]));
    blocks.push(Block::Paragraph(
        "It never goes out by itself. Nobody may release their own mail, or a message about themselves."
            .to_owned(),
    ));
    blocks.extend(words::closing(about, desk));
    Letter { subject, blocks }
}

/// Who wrote when to whom, why it was stopped, and what was found.
fn particulars(about: &About<'_>, desk: &Desk) -> Vec<Block> {
    let facts = about.facts;
    let judgement = &facts.judgement;
    let author = facts.author.as_ref().or(facts.envelope.sender.as_ref());
    let author = author.map_or_else(|| "an automatic sender".to_owned(), ToString::to_string);
    let mut blocks = vec![
        Block::Heading("The message".to_owned()),
        Block::List(vec![
            format!(
                "from {author}, {}",
                words::moment(facts.received, &desk.zone)
            ),
            format!(
                "level {}, {}, {}",
                judgement.level,
                counted(judgement.pupils, "pupil", "pupils"),
                counted(
                    judgement.households,
                    "household addressed",
                    "households addressed"
                ),
            ),
        ]),
        Block::Heading("To".to_owned()),
        words::recipients(about),
    ];
    blocks.extend(words::reasons(about));
    blocks.extend(words::found(about));
    blocks
}

fn first_title<'a>(about: &'a About<'_>) -> &'a str {
    let first = words::reasons_in_force(about).next();
    first.map_or("a message was stopped", |reason| reason.title.as_str())
}
