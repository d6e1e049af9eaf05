//! Notices to the sender of a message, who is an office manager or a teacher, not a mail administrator.

use jiff::SignedDuration;

use crate::act::desk::Desk;
use crate::act::notice::About;
use crate::act::notice::letter::{Block, Letter};
use crate::act::notice::words;
use crate::mail::address::Address;
use crate::mail::kind::SenderKind;
use crate::mail::verdict::Verdict;
use crate::store::recipient::Disposition;

/// Held: it waits, why, and what the sender can do.
pub(super) fn held(about: &About<'_>, desk: &Desk, ends_after: SignedDuration) -> Letter {
    let ends = about.facts.received.saturating_add(ends_after);
    let ends = ends.map_or_else(|_| String::new(), |time| words::day(time, &desk.zone));
    let mut blocks = vec![
        Block::Paragraph(format!(
            "Hello, {} is waiting for a colleague to look at it. It has not gone to:",
            words::your_message(about, desk)
        )),
        words::recipients(about),
    ];
    blocks.extend(others(about));
    blocks.extend(words::told_its_sender(about));
    blocks.push(Block::Heading("What you can do".to_owned()));
    blocks.push(Block::List(vec![
        "Is it all as you meant it? Then there is nothing to do. We will write to you when it is released or returned."
            .to_owned(),
        "Is something wrong, such as the address? Tell us, and it will be returned to you. You can then send it again the right way."
            .to_owned(),
        format!("It never goes out by itself. If nobody has decided by {ends}, it comes back to you."),
    ]));
    blocks.extend(words::closing(about, desk));
    Letter {
        subject: format!("Your message is waiting for a check ({})", about.facts.id),
        blocks,
    }
}

/// Returned: it was not sent, why, and what to change.
pub(super) fn returned(about: &About<'_>, desk: &Desk) -> Letter {
    let mut blocks = vec![
        Block::Paragraph(format!(
            "Hello, {} was not sent to:",
            words::your_message(about, desk)
        )),
        words::recipients(about),
    ];
    blocks.extend(after_a_hold(about));
    blocks.extend(others(about));
    blocks.extend(words::told_its_sender(about));
    blocks.push(Block::Paragraph(
        "Nothing is lost: your message is still in your Sent folder. Once you have changed what is named above, please send it again."
            .to_owned(),
    ));
    blocks.extend(words::closing(about, desk));
    Letter {
        subject: format!("Your message was not sent ({})", about.facts.id),
        blocks,
    }
}

/// Released: it is on its way.
pub(super) fn released(about: &About<'_>, desk: &Desk) -> Letter {
    let mut blocks = vec![
        Block::Paragraph(format!(
            "Hello, {} has been checked and released. It is now on its way to:",
            words::your_message(about, desk)
        )),
        words::recipients(about),
    ];
    blocks.extend(words::closing(about, desk));
    Letter {
        subject: format!("Your message has been released ({})", about.facts.id),
        blocks,
    }
}

/// The password of the encrypted copy, to be passed on by another way than e-mail (clause `separate-contact`).
pub(super) fn password(about: &About<'_>, desk: &Desk, password: &str) -> Letter {
    let mut blocks = vec![
        Block::Paragraph(format!(
            "Hello, {} carries information that must not travel in the open. It has gone out as a locked file to:",
            words::your_message(about, desk)
        )),
        words::recipients(about),
        Block::Paragraph("They cannot open it without this password:".to_owned()),
        Block::Spelled(password.to_owned()),
        Block::Heading("What you need to do".to_owned()),
        Block::List(vec![
            "Ring them, or tell them in person. Use a number you know, not one from an e-mail.".to_owned(),
            "Please never send the password by e-mail, not from another account either: whoever can read the one message can read the other."
                .to_owned(),
            "The file opens with 7-Zip or WinZip on Windows, Keka or The Unarchiver on a Mac, and most file apps on a telephone. The zip folders built into Windows usually cannot open it."
                .to_owned(),
        ]),
    ];
    blocks.extend(words::reasons_for_its_sender(about));
    blocks.extend(words::closing(about, desk));
    Letter {
        subject: format!("Password for your protected message ({})", about.facts.id),
        blocks,
    }
}

/// What a return after a hold has to add: who decided, or that nobody did.
fn after_a_hold(about: &About<'_>) -> Option<Block> {
    let held = |verdict| verdict == Verdict::Hold;
    let state = about.states.iter().find(|state| held(state.verdict))?;
    if about.facts.judgement.sender == SenderKind::Pupil {
        // A reviewer's words may quote what was found.
        let back = "It was waiting for a check and is now returned to you.";
        return Some(Block::Paragraph(back.to_owned()));
    }
    let why = state.reply.as_deref().filter(|why| !why.is_empty())?;
    Some(Block::Paragraph(format!(
        "It was waiting for a check and is now returned to you: {}.",
        why.trim_end_matches('.')
    )))
}

/// What became of everybody else on the message.
fn others(about: &About<'_>) -> Option<Block> {
    let listed = |address: &Address| about.states.iter().any(|state| state.address == *address);
    let others = about
        .everybody
        .iter()
        .filter(|state| !listed(&state.address));
    let gone = others
        .filter(|state| match state.disposition {
            Disposition::Pending | Disposition::Delivered => true,
            Disposition::Held
            | Disposition::Returned
            | Disposition::Bounced
            | Disposition::Rejected => false,
        })
        .count();
    let sentence = match gone {
        0 => return None,
        1 => "The one other recipient gets it as usual.".to_owned(),
        count => format!("The {count} other recipients get it as usual."),
    };
    Some(Block::Paragraph(sentence))
}
