//! `own-account`: staff mail leaves under the sender's own school account.

use crate::decide::Case;
use crate::decide::clause::{Clause, Hit};
use crate::decide::decision::ClauseId;
use crate::decide::flow::Flow;
use crate::decide::situation::Situation;
use crate::mail::address::Address;

/// # What it finds
/// Mail whose envelope sender or `From` is not an address of this school, or not the one that logged in.
/// # Why it matters
/// School business stays on school accounts, where it can be found, kept and answered for (K, B, N).
/// # Example
/// A copier that sends as the teacher's private address; a client set up with `From: me@mail.example`.
/// # Limits
/// Reports with a null sender are exempt, and so are forwarded invitations, which keep their organiser as `From`.
/// Mail that a mailbox rule forwarded has a stranger's `From` too; `auto-forward` answers for that.
/// Where somebody logged in writes for another mailbox of the school, `Sender` has to name them (RFC 5322 3.6.2).
pub static OWN_ACCOUNT: Clause = Clause {
    id: ClauseId("own-account"),
    placeholders: &["problem"],
    by_table: false,
    hits: own_account,
};

fn own_account(situation: &Situation<'_>) -> Vec<Hit> {
    let exempt = match situation.flow {
        Flow::AutoForward(_) => true,
        Flow::Bounce | Flow::Receipt | Flow::AutoReply => situation.case.envelope.sender.is_none(),
        Flow::Calendar => sent_by_us(situation),
        Flow::Person => false,
    };
    if exempt {
        return Vec::new();
    }
    foreign_account(situation)
        .map(|problem| Hit::whole(vec![("problem", problem)]))
        .into_iter()
        .collect()
}

fn sent_by_us(situation: &Situation<'_>) -> bool {
    let envelope = situation.case.envelope.sender.as_ref();
    envelope.is_some_and(|sender| situation.is_own(sender.domain()))
}

/// What about the sender is not this school's, in words.
fn foreign_account(situation: &Situation<'_>) -> Option<String> {
    let Case {
        envelope, headers, ..
    } = situation.case;
    let foreign = |address: &Address| !situation.is_own(address.domain());
    let user = envelope.client.user.as_ref();
    let from = || headers.from.iter();
    let sender = headers
        .sender
        .as_ref()
        .and_then(|mailbox| mailbox.address.as_ref());
    if let Some(address) = envelope.sender.as_ref().filter(|address| foreign(address)) {
        return Some(format!("its envelope sender is {address}"));
    }
    if envelope.sender.is_none() && headers.from.is_empty() {
        return Some("it names no sender at all".to_owned());
    }
    if let Some(address) = from()
        .filter_map(|mailbox| mailbox.address.as_ref())
        .find(|address| foreign(address))
    {
        return Some(format!("its From line says {address}"));
    }
    if from().any(|mailbox| mailbox.address.is_none()) {
        return Some("its From line is no address".to_owned());
    }
    let user = user?;
    let speaks_for_itself = envelope
        .sender
        .as_ref()
        .is_none_or(|address| address == user)
        && (sender == Some(user) || from().all(|mailbox| mailbox.address.as_ref() == Some(user)));
    (!speaks_for_itself).then(|| format!("it was sent from the account {user}"))
}

#[cfg(test)]
mod tests {
    use crate::decide::letter::{EXTERNAL, INTERNAL, Letter, STAFF, address, mailbox};
    use crate::mail::verdict::Verdict;

    #[test]
    fn a_foreign_envelope_or_from_is_rejected() {
        for letter in [
            Letter::to(&[EXTERNAL]).from("tom@mail.example"),
            Letter::to(&[EXTERNAL]).envelope_from("tom@mail.example"),
            Letter::to(&[EXTERNAL]).header_from("tom@mail.example"),
            Letter::to(&[EXTERNAL]).from("tom@oakfield.sch.uk.example"),
        ] {
            letter.fires("own-account", Verdict::Reject);
        }
    }

    #[test]
    fn a_school_account_and_a_host_of_the_school_are_its_own() {
        for letter in [
            Letter::to(&[EXTERNAL]),
            Letter::to(&[EXTERNAL]).from("scanner@print.oakfield.sch.uk"),
        ] {
            letter.is_silent("own-account");
        }
    }

    #[test]
    fn who_logged_in_writes_as_themselves_or_says_so() {
        let logged_in = |mut letter: Letter, user: &str| {
            letter.envelope.client.user = Some(address(user));
            letter
        };
        logged_in(Letter::to(&[EXTERNAL]), STAFF).is_silent("own-account");
        logged_in(Letter::to(&[EXTERNAL]), INTERNAL).fires("own-account", Verdict::Reject);
        let mut on_behalf = logged_in(Letter::to(&[EXTERNAL]).header_from(INTERNAL), STAFF);
        on_behalf.headers.sender = Some(mailbox(STAFF));
        on_behalf.is_silent("own-account");
    }

    #[test]
    fn reports_with_a_null_sender_are_exempt() {
        let report = "multipart/report; report-type=delivery-status; boundary=x";
        Letter::to(&[EXTERNAL])
            .envelope_from("")
            .header_from("postmaster@oakfield.onmicrosoft.com")
            .header("Content-Type", report)
            .is_silent("own-account");
        Letter::to(&[EXTERNAL])
            .envelope_from("")
            .header_from("stranger@mail.example")
            .fires("own-account", Verdict::Reject);
    }

    #[test]
    fn a_forwarded_invitation_keeps_its_organiser() {
        let invitation = |envelope: &str| {
            Letter::to(&[EXTERNAL])
                .header_from("organiser@supplier.example")
                .envelope_from(envelope)
                .header("Content-Type", "text/calendar; method=REQUEST")
        };
        invitation(STAFF).is_silent("own-account");
        invitation("organiser@supplier.example").fires("own-account", Verdict::Reject);
    }
}
