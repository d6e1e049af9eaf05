//! Writes a notice and sends it, unless what it would say is no longer so.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::act::deliver::courier::{Errand, Unreached};
use crate::act::deliver::tls::TlsPolicy;
use crate::act::deliver::transaction::Outcome;
use crate::act::desk::Desk;
use crate::act::notice::{self, About, Writer};
use crate::act::plan;
use crate::act::retry::signed;
use crate::act::run::{Means, Trouble};
use crate::mail::address::Address;
use crate::mail::envelope::{MailParameters, Recipient};
use crate::store::ledger::{Action, Note};
use crate::store::recipient::{Disposition, RecipientState};
use crate::store::work::{Claim, Next, Notice, Settlement, WorkKind};

pub(super) async fn notify(
    means: &Means,
    claim: &Claim,
    notice: Notice,
    to: &[Address],
    recipients: &[Address],
) -> Result<Settlement, Trouble> {
    let desk = means.desk(claim)?;
    let facts = means.store.facts(&claim.school, &claim.message).await?;
    let everybody = means
        .store
        .recipients(&claim.school, &claim.message)
        .await?;
    let concerned = |state: &&RecipientState| {
        (recipients.is_empty() || recipients.contains(&state.address)) && is_still_so(notice, state)
    };
    let states: Vec<RecipientState> = everybody.iter().filter(concerned).cloned().collect();
    if states.is_empty() {
        return Ok(Settlement::finished());
    }
    let raw = match notice {
        Notice::Bounce | Notice::Delay | Notice::Delivered => {
            // A report without the header is still a report.
            means
                .store
                .content(&claim.school, &claim.message)
                .await
                .ok()
        }
        _ => None,
    };
    let about = About {
        facts: &facts,
        states: &states,
        everybody: &everybody,
        password: claim.secret.as_ref(),
        raw: raw.as_ref().map(|raw| raw.reveal().as_slice()),
    };
    let mut settlement = Settlement::finished();
    let later = send_all(means, claim, notice, to, (&about, &desk), &mut settlement).await?;
    if !later.to.is_empty() {
        put_off(means, claim, &later, &mut settlement);
    }
    Ok(settlement)
}

/// One notice for each address; notes what was sent, and says who could not be told now.
async fn send_all(
    means: &Means,
    claim: &Claim,
    notice: Notice,
    to: &[Address],
    (about, desk): (&About<'_>, &Desk),
    settlement: &mut Settlement,
) -> Result<Later, Trouble> {
    let writer = Writer {
        desk,
        hostname: &means.settings.hostname,
        now: means.clock.now(),
        hold_ends: signed(means.settings.review.end),
        give_up: signed(means.settings.retry.give_up),
    };
    let mut later = Later::default();
    for address in to {
        let message = notice::compose(notice, address, about, &writer)?;
        match send(means, address, &message, claim.hurried).await {
            Sent::Taken => settlement.notes.push(sent(notice, address)),
            Sent::NotNow(unreached) => {
                later.to.push(address.clone());
                if let Some(unreached) = unreached {
                    later.wait = unreached.wait;
                    later.awaits = unreached.awaits;
                }
            }
            Sent::Refused(reply) => {
                // Its own sender is nobody, so nobody can be told (RFC 5321 section 6.1).
                let (message, to) = (&about.facts.id, address.masked());
                tracing::warn!(%message, to, reply, "a notice was refused");
            }
        }
    }
    Ok(later)
}

/// A notice that would say what is no longer so is not sent.
fn is_still_so(notice: Notice, state: &RecipientState) -> bool {
    match notice {
        Notice::Held | Notice::Review | Notice::Reminder | Notice::Escalation => {
            state.disposition == Disposition::Held
        }
        Notice::Delay => state.disposition == Disposition::Pending,
        Notice::Returned
        | Notice::Incident
        | Notice::Password
        | Notice::Released
        | Notice::Bounce
        | Notice::Delivered => true,
    }
}

/// Who could not be told now.
#[derive(Default)]
struct Later {
    to: Vec<Address>,
    /// How long to wait, where the hop says so.
    wait: Option<SignedDuration>,
    /// For which hop.
    awaits: Option<String>,
}

/// What came of sending one notice.
pub(crate) enum Sent {
    /// The next hop has it.
    Taken,
    /// It may be taken later; why not now, where nothing was reached.
    NotNow(Option<Unreached>),
    /// Never.
    Refused(String),
}

/// Notices go out with the null sender, so that nothing ever answers them.
pub(crate) async fn send(
    means: &Means,
    to: &Address,
    message: &[u8],
    hurried: Option<Timestamp>,
) -> Sent {
    let recipients = [Recipient::new(to.clone())];
    let errand = Errand {
        sender: None,
        recipients: &recipients,
        asked: &MailParameters::default(),
        message,
        tls: TlsPolicy::None,
        hurried,
    };
    let receipts = match means.courier.deliver(&errand).await {
        Ok(receipts) => receipts,
        Err(unreached) => return Sent::NotNow(Some(unreached)),
    };
    match receipts.first().map(|receipt| &receipt.outcome) {
        Some(Outcome::Delivered(_)) => Sent::Taken,
        Some(Outcome::Refused(reply)) => Sent::Refused(reply.to_string()),
        Some(Outcome::Deferred(_)) | None => Sent::NotNow(None),
    }
}

fn sent(notice: Notice, to: &Address) -> Note {
    Note::of_gateway(
        Action::Notified,
        json!({ "notice": notice, "to": to.as_str() }),
    )
}

/// One address is put off with the work itself; of several, those left get work of their own.
fn put_off(means: &Means, claim: &Claim, later: &Later, settlement: &mut Settlement) {
    let WorkKind::Notify {
        notice,
        to,
        recipients,
    } = &claim.kind
    else {
        return;
    };
    if means.is_over(claim) {
        tracing::warn!(message = %claim.message, ?notice, "a notice was given up");
        return;
    }
    let due: Timestamp = means.again(claim, later.wait);
    if to.len() == 1 {
        settlement.next = Next::Again { due };
        settlement.awaits.clone_from(&later.awaits);
        return;
    }
    let mut work = plan::told(*notice, later.to.iter(), recipients, due);
    for one in &mut work {
        one.secret.clone_from(&claim.secret);
    }
    settlement.follow.extend(work);
}
