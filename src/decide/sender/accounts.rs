//! `left-account` and `pupil-account`: accounts that may not send, or not everywhere.

use crate::decide::clause::{Clause, Hit};
use crate::decide::decision::ClauseId;
use crate::decide::situation::Situation;
use crate::mail::kind::SenderKind;

/// # What it finds
/// Mail from the account of somebody who has gone, whether named in `From`, in the envelope or at log-in.
/// # Why it matters
/// An account that lives on without its owner is open to whoever knows the password (B).
/// # Example
/// Mail from a teacher marked `left` in `staff.csv`.
/// # Limits
/// Knows only what the directory says; an automatic reply of the old mailbox is rejected too.
pub static LEFT_ACCOUNT: Clause = Clause {
    id: ClauseId("left-account"),
    placeholders: &["account"],
    by_table: false,
    hits: left_account,
};

fn left_account(situation: &Situation<'_>) -> Vec<Hit> {
    let case = situation.case;
    let envelope = case.envelope;
    let accounts = [
        situation.author,
        envelope.sender.as_ref(),
        envelope.client.user.as_ref(),
    ];
    accounts
        .into_iter()
        .flatten()
        .find(|account| {
            case.directory
                .staff_member(account)
                .is_some_and(|staff| !staff.active)
        })
        .map(|account| Hit::whole(vec![("account", account.to_string())]))
        .into_iter()
        .collect()
}

/// # What it finds
/// Mail from a pupil to an outside address whose domain the school has not approved.
/// # Why it matters
/// Pupils' mail is for their work and stays among people the school knows (K, B, N).
/// # Example
/// A pupil writing to a stranger's webmail; the approved domains stand in the policy under `[pupils]`.
/// # Limits
/// A pupil is known by the address in `pupils.csv`. A pupil's own parents are outside as well.
pub static PUPIL_ACCOUNT: Clause = Clause {
    id: ClauseId("pupil-account"),
    placeholders: &["recipient"],
    by_table: false,
    hits: pupil_account,
};

fn pupil_account(situation: &Situation<'_>) -> Vec<Hit> {
    if situation.sender != SenderKind::Pupil {
        return Vec::new();
    }
    let approved = &situation.case.policy.pupils.approved_domains;
    situation
        .outside()
        .filter(|(_, party)| {
            !approved
                .iter()
                .any(|domain| party.address.domain().is_or_under(domain))
        })
        .map(|(place, party)| Hit::on(place, vec![("recipient", party.address.to_string())]))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::decide::letter::{AMELIAS_MOTHER, EXTERNAL, INTERNAL, Letter, STAFF, address};
    use crate::mail::verdict::Verdict;

    const GONE: &str = "a.gone@oakfield.sch.uk";
    const PUPIL: &str = "amelia@oakfield.sch.uk";

    #[test]
    fn who_has_left_sends_nothing() {
        Letter::to(&[INTERNAL])
            .from(GONE)
            .fires("left-account", Verdict::Reject);
        Letter::to(&[EXTERNAL])
            .envelope_from(GONE)
            .fires("left-account", Verdict::Reject);
        let mut logged_in = Letter::to(&[EXTERNAL]);
        logged_in.envelope.client.user = Some(address(GONE));
        logged_in.fires("left-account", Verdict::Reject);
        Letter::to(&[EXTERNAL]).is_silent("left-account");
    }

    #[test]
    fn pupils_write_inside_and_to_approved_domains() {
        for outside in [EXTERNAL, AMELIAS_MOTHER] {
            Letter::to(&[outside])
                .from(PUPIL)
                .fires("pupil-account", Verdict::Return);
        }
        Letter::to(&[INTERNAL])
            .from(PUPIL)
            .is_silent("pupil-account");
        Letter::to(&[EXTERNAL])
            .from(STAFF)
            .is_silent("pupil-account");
        let mut approved = Letter::to(&["help@maths.supplier.example"]).from(PUPIL);
        approved.policy.pupils.approved_domains = vec!["supplier.example".parse().unwrap()];
        approved.is_silent("pupil-account");
    }
}
