//! `personal-reply-to`: answers to school mail come back to the school.

use crate::decide::clause::{Clause, Hit};
use crate::decide::decision::ClauseId;
use crate::decide::flow::Flow;
use crate::decide::situation::Situation;
use crate::mail::address::Address;

/// # What it finds
/// A `Reply-To` that leads to a consumer mailbox or to a colleague's private one.
/// # Why it matters
/// School business done at a private mailbox is out of the school's sight for good (K, B, N).
/// # Example
/// A teacher's telephone that adds `Reply-To: me@mail.example`.
/// # Limits
/// Mail that a rule forwarded, and a forwarded invitation, carry a stranger's `Reply-To`; other clauses judge them.
pub static PERSONAL_REPLY_TO: Clause = Clause {
    id: ClauseId("personal-reply-to"),
    placeholders: &["address"],
    by_table: false,
    hits: personal_reply_to,
};

fn personal_reply_to(situation: &Situation<'_>) -> Vec<Hit> {
    let ours = situation
        .author
        .is_some_and(|author| situation.is_own(author.domain()));
    let forwarded = matches!(situation.flow, Flow::AutoForward(_));
    if !ours || forwarded || situation.outside().next().is_none() {
        return Vec::new();
    }
    let case = situation.case;
    let private = |address: &&Address| {
        case.lists.is_consumer(address.domain())
            || case.directory.staff_by_private_address(address).is_some()
    };
    case.headers
        .reply_to
        .iter()
        .filter_map(|mailbox| mailbox.address.as_ref())
        .find(private)
        .map(|address| Hit::whole(vec![("address", address.to_string())]))
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::decide::letter::{EXTERNAL, INTERNAL, Letter, PERSONAL, mailbox};
    use crate::mail::verdict::Verdict;

    fn answering_to(recipient: &str, address: &str) -> Letter {
        let mut letter = Letter::to(&[recipient]);
        letter.headers.reply_to = vec![mailbox(address)];
        letter
    }

    #[test]
    fn answers_to_a_private_mailbox_are_returned() {
        for address in [PERSONAL, "gil@chair-home.example"] {
            answering_to(EXTERNAL, address).fires("personal-reply-to", Verdict::Return);
        }
    }

    #[test]
    fn answers_to_the_school_or_a_company_and_mail_inside_pass() {
        answering_to(EXTERNAL, INTERNAL).is_silent("personal-reply-to");
        answering_to(EXTERNAL, "survey@supplier.example").is_silent("personal-reply-to");
        answering_to(INTERNAL, PERSONAL).is_silent("personal-reply-to");
        Letter::to(&[EXTERNAL]).is_silent("personal-reply-to");
    }
}
