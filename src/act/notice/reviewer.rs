//! Notices to those who decide: reviewers, the data protection officer, the deputy.

use crate::act::desk::Desk;
use crate::act::notice::About;
use crate::act::notice::letter::{Block, Letter};
use crate::act::notice::words;
use crate::mail::address::Address;
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
    blocks.push(Block::Heading("To decide".to_owned()));
    blocks.push(Block::List(decisions(about)));
    blocks.push(Block::Paragraph(
        "It never goes out by itself. Nobody may release their own mail, or a message about themselves."
            .to_owned(),
    ));
    blocks.extend(words::closing(about, desk));
    Letter { subject, blocks }
}

/// What can be done, as commands that can be copied; each opening and each decision stands in the ledger.
fn decisions(about: &About<'_>) -> Vec<String> {
    let id = &about.facts.id;
    let judged = about.facts.judgement.recipients.iter();
    let concerned = |address: &Address| about.states.iter().any(|state| state.address == *address);
    let mut judged = judged.filter(|judged| concerned(&judged.address));
    let new = judged.any(|judged| judged.clauses.iter().any(|one| one == "first-contact"));
    let verified = if new {
        " --verified \"telephoned …\""
    } else {
        ""
    };
    vec![
        format!("Why it is held: schoolgate held show {id}"),
        format!("Read it: schoolgate held show {id} --open --reviewer YOUR-ADDRESS"),
        format!(
            "Send it: schoolgate held release {id} --reviewer YOUR-ADDRESS --reason \"…\"{verified}"
        ),
        format!(
            "Give it back to its sender: schoolgate held return {id} --reviewer YOUR-ADDRESS --reason \"…\""
        ),
    ]
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
