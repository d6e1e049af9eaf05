//! Letters of delivery reports: could not be delivered, not delivered yet, delivered (RFC 3464, RFC 3461).

use jiff::Timestamp;

use crate::act::desk::Desk;
use crate::act::notice::About;
use crate::act::notice::letter::{Block, Letter};
use crate::act::notice::words;
use crate::store::recipient::RecipientState;

/// Nobody will try again.
pub(super) fn bounce(about: &About<'_>, desk: &Desk) -> Letter {
    let mut blocks = vec![
        Block::Paragraph(format!(
            "Hello, {} could not be delivered to:",
            words::your_message(about, desk)
        )),
        answers(about),
        Block::Heading("What you can do".to_owned()),
        Block::List(vec![
            "Check the address letter by letter, and ring the person if you are not sure.".to_owned(),
            "If the address is right, their mail system does not take the message at present: send it again later, or ring them."
                .to_owned(),
        ]),
    ];
    blocks.extend(words::closing(about, desk));
    Letter {
        subject: format!("Your message could not be delivered ({})", about.facts.id),
        blocks,
    }
}

/// We are still trying.
pub(super) fn delay(about: &About<'_>, desk: &Desk, until: Timestamp) -> Letter {
    let mut blocks = vec![
        Block::Paragraph(format!(
            "Hello, {} has not been delivered yet to:",
            words::your_message(about, desk)
        )),
        answers(about),
        Block::Paragraph(format!(
            "There is nothing you need to do, and please do not send it again. We keep trying until {} and will write to you if it cannot be delivered. If it is urgent, please ring.",
            words::day(until, &desk.zone)
        )),
    ];
    blocks.extend(words::closing(about, desk));
    Letter {
        subject: format!("Your message is late, we keep trying ({})", about.facts.id),
        blocks,
    }
}

/// Handed on, for senders who asked to be told.
pub(super) fn delivered(about: &About<'_>, desk: &Desk) -> Letter {
    let mut blocks = vec![
        Block::Paragraph(format!(
            "Hello, {} has been handed to the next mail system for:",
            words::your_message(about, desk)
        )),
        words::recipients(about),
        Block::Paragraph(
            "You asked to be told. That system does not say whether and when it is read."
                .to_owned(),
        ),
    ];
    blocks.extend(words::closing(about, desk));
    Letter {
        subject: format!("Your message has been handed on ({})", about.facts.id),
        blocks,
    }
}

/// Each recipient with what the far side said, in its own words.
fn answers(about: &About<'_>) -> Block {
    let line = |state: &RecipientState| match (&state.hop, &state.reply) {
        (Some(hop), Some(reply)) => format!("{}: {hop} said “{reply}”", state.address),
        (None, Some(reply)) => format!("{}: {reply}", state.address),
        (_, None) => state.address.to_string(),
    };
    Block::List(about.states.iter().map(line).collect())
}
