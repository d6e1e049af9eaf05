//! Delivers a message to the recipients of one verdict, a hundred at a time, each with a result of its own.

use std::borrow::Cow;
use std::collections::VecDeque;

use jiff::SignedDuration;
use serde_json::json;

use crate::act::deliver::courier::{Errand, Receipt, Unreached};
use crate::act::deliver::reply::Reply;
use crate::act::deliver::tls::TlsPolicy;
use crate::act::deliver::transaction::{MOST_RECIPIENTS, Outcome};
use crate::act::encrypt::zip::{self, Cover};
use crate::act::plan;
use crate::act::retry::signed;
use crate::act::run::{Means, Trouble, receipt, report_to};
use crate::mail::address::Address;
use crate::mail::envelope::{MailParameters, Recipient};
use crate::mail::verdict::Verdict;
use crate::secret::Redacted;
use crate::store::LEASE;
use crate::store::ledger::{Action, Note};
use crate::store::recipient::{Disposition, RecipientResult};
use crate::store::record::Facts;
use crate::store::work::{Claim, Next, Notice, Settlement};

/// What came of an attempt so far.
#[derive(Default)]
struct Tally {
    results: Vec<RecipientResult>,
    notes: Vec<Note>,
    delivered: Vec<Address>,
    reportable: Vec<Address>,
    refused: Vec<Address>,
    deferred: Vec<Address>,
    held: Vec<Address>,
    /// Recipients whose hop could not be talked to, the shortest wait for one, and which it is.
    unreached: usize,
    wait: Option<SignedDuration>,
    awaits: Option<String>,
}

pub(super) async fn deliver(
    means: &Means,
    claim: &Claim,
    verdict: Verdict,
    recipients: &[Address],
) -> Result<Settlement, Trouble> {
    let facts = means.store.facts(&claim.school, &claim.message).await?;
    if means.is_over(claim) {
        return given_up(means, claim, &facts, recipients).await;
    }
    let raw = means.store.content(&claim.school, &claim.message).await?;
    let message = match verdict {
        Verdict::Encrypt => Cow::Owned(locked(means, claim, raw).await?),
        Verdict::Pass | Verdict::Secure | Verdict::Hold | Verdict::Return | Verdict::Reject => {
            Cow::Owned(raw.into_inner())
        }
    };
    let mut tally = Tally::default();
    let envelope: Vec<Recipient> = recipients.iter().map(|to| as_asked(&facts, to)).collect();
    let together = means.courier.together(&envelope);
    let mut rest: VecDeque<&[Recipient]> = VecDeque::new();
    for group in &together {
        rest.extend(group.chunks(MOST_RECIPIENTS));
    }
    while let Some(chunk) = rest.pop_front() {
        let errand = Errand {
            sender: facts.envelope.sender.as_ref(),
            recipients: chunk,
            asked: &facts.envelope.asked,
            message: &message,
            tls: demanded(verdict, &facts),
            hurried: claim.hurried,
        };
        match means.courier.deliver(&errand).await {
            Ok(receipts) => tally.receive(chunk, &receipts),
            Err(unreached) => tally.fail(chunk, &unreached, errand.asked, verdict),
        }
        if !rest.is_empty() {
            save(means, claim, &mut tally).await?;
        }
    }
    let receipts = receipt::notes(&facts, &tally.delivered, &tally.reportable);
    tally.notes.extend(receipts);
    follow(means, claim, verdict, &facts, tally)
}

/// Verified TLS where the verdict or the client asked for it (RFC 8689).
fn demanded(verdict: Verdict, facts: &Facts) -> TlsPolicy {
    if verdict == Verdict::Secure || facts.envelope.asked.require_tls {
        TlsPolicy::Verified
    } else {
        TlsPolicy::None
    }
}

/// The recipient with the delivery-status wishes it came with, and the policy's own.
fn as_asked(facts: &Facts, address: &Address) -> Recipient {
    let mut asked = facts.envelope.recipients.iter();
    let asked = asked.find(|recipient| recipient.address == *address);
    let recipient = asked
        .cloned()
        .unwrap_or_else(|| Recipient::new(address.clone()));
    receipt::wished(facts, recipient)
}

/// The protected copy; compressing and encrypting megabytes is no work for the threads that wait on sockets.
async fn locked(means: &Means, claim: &Claim, raw: Redacted<Vec<u8>>) -> Result<Vec<u8>, Trouble> {
    let password = claim.secret.clone().ok_or(Trouble::NoPassword)?;
    let (school, id) = (claim.school.clone(), claim.message.clone());
    let (hostname, received) = (means.settings.hostname.clone(), claim.since);
    let locking = tokio::task::spawn_blocking(move || {
        let cover = Cover {
            school: &school,
            id: &id,
            hostname: &hostname,
            received,
        };
        zip::protected(raw.reveal(), &password, cover)
    });
    Ok(locking.await.map_err(|_| Trouble::Died)??)
}

impl Tally {
    fn receive(&mut self, recipients: &[Recipient], receipts: &[Receipt]) {
        for (recipient, receipt) in recipients.iter().zip(receipts) {
            let address = &recipient.address;
            let disposition = match &receipt.outcome {
                Outcome::Delivered(_) => {
                    self.delivered.push(address.clone());
                    if asks_for(recipient, "SUCCESS") && !receipt.reports {
                        self.reportable.push(address.clone());
                    }
                    Disposition::Delivered
                }
                Outcome::Deferred(_) => {
                    self.deferred.push(address.clone());
                    Disposition::Pending
                }
                Outcome::Refused(_) => {
                    self.note_refused(recipient);
                    Disposition::Bounced
                }
            };
            let hop = receipt.hop.clone();
            self.save(address, disposition, receipt.outcome.reply(), hop);
        }
        self.note_security(receipts);
    }

    /// Whoever does not want to hear of failures does not (RFC 3461 section 4.1).
    fn note_refused(&mut self, recipient: &Recipient) {
        if recipient.notify.is_none() || asks_for(recipient, "FAILURE") {
            self.refused.push(recipient.address.clone());
        }
    }

    /// What protected the connection goes into the ledger, once for the transaction.
    fn note_security(&mut self, receipts: &[Receipt]) {
        let delivered = |receipt: &&Receipt| matches!(receipt.outcome, Outcome::Delivered(_));
        let Some(receipt) = receipts.iter().find(delivered) else {
            return;
        };
        let tls = receipt.security.as_deref().unwrap_or("in clear");
        let facts = json!({ "hop": receipt.hop, "tls": tls });
        self.notes.push(Note::of_gateway(Action::Connected, facts));
    }

    /// Nothing of the message arrived. Without the protection that `secure` asks for, it is held and never sent in clear.
    ///
    /// Where the client asked for REQUIRETLS, it comes back at once (RFC 8689 section 5).
    fn fail(
        &mut self,
        recipients: &[Recipient],
        unreached: &Unreached,
        asked: &MailParameters,
        verdict: Verdict,
    ) {
        let fault = &unreached.fault;
        let reply = fault.as_reply();
        if let Some(wait) = unreached.wait {
            self.unreached += recipients.len();
            // A hop that is still down then costs nothing: it is not even tried.
            if self.wait.is_none_or(|shortest| wait < shortest) {
                self.wait = Some(wait);
                self.awaits.clone_from(&unreached.awaits);
            }
        }
        for recipient in recipients {
            let address = recipient.address.clone();
            if verdict == Verdict::Secure && fault.is_insecure() {
                self.save(&address, Disposition::Held, &reply, None);
                self.held.push(address);
            } else if asked.require_tls && fault.is_insecure() {
                self.save(&address, Disposition::Bounced, &fault.as_refusal(), None);
                self.note_refused(recipient);
            } else {
                self.save(&address, Disposition::Pending, &reply, None);
                self.deferred.push(address);
            }
        }
    }

    fn save(
        &mut self,
        address: &Address,
        disposition: Disposition,
        reply: &Reply,
        hop: Option<String>,
    ) {
        self.results.push(RecipientResult {
            address: address.clone(),
            disposition,
            reply: reply.to_string(),
            hop,
        });
    }
}

fn asks_for(recipient: &Recipient, event: &str) -> bool {
    let asked = recipient.notify.as_deref().unwrap_or_default();
    asked
        .split(',')
        .any(|word| word.trim().eq_ignore_ascii_case(event))
}

/// Results are on disk before the next transaction begins.
async fn save(means: &Means, claim: &Claim, tally: &mut Tally) -> Result<(), Trouble> {
    let now = means.clock.now();
    let settlement = Settlement {
        results: std::mem::take(&mut tally.results),
        notes: std::mem::take(&mut tally.notes),
        next: Next::Continue {
            until: now.saturating_add(LEASE).unwrap_or(now),
        },
        ..Settlement::finished()
    };
    means.store.settle(claim, now, settlement).await?;
    Ok(())
}

/// Who is told what, and when the rest is tried again.
fn follow(
    means: &Means,
    claim: &Claim,
    verdict: Verdict,
    facts: &Facts,
    tally: Tally,
) -> Result<Settlement, Trouble> {
    let now = means.clock.now();
    let mut follow = Vec::new();
    let mut tell = |notice: Notice, about: &[Address], due| {
        if !about.is_empty() {
            follow.extend(plan::told(notice, report_to(facts).into_iter(), about, due));
        }
    };
    tell(Notice::Bounce, &tally.refused, now);
    tell(Notice::Delivered, &tally.reportable, now);
    if claim.attempts == 0 {
        let late = claim
            .since
            .saturating_add(signed(means.settings.retry.warn));
        let wants = |address: &&Address| {
            let asked = as_asked(facts, address);
            asked.notify.is_none() || asks_for(&asked, "DELAY")
        };
        let about: Vec<Address> = tally.deferred.iter().filter(wants).cloned().collect();
        tell(Notice::Delay, &about, late.unwrap_or(now));
    }
    if verdict == Verdict::Encrypt && !tally.delivered.is_empty() {
        let to = facts.judgement.answers.iter();
        let mut passwords = plan::told(Notice::Password, to, &tally.delivered, now);
        for work in &mut passwords {
            work.secret.clone_from(&claim.secret);
        }
        follow.extend(passwords);
    }
    if !tally.held.is_empty() {
        let desk = means.desk(claim)?;
        let review = &means.settings.review;
        let held = plan::held_after_all(facts, &desk, review, &tally.held, now);
        follow.extend(held);
    }
    let next = if tally.deferred.is_empty() {
        Next::Finished
    } else {
        let due = means.again(claim, tally.wait);
        let by_itself = means.again(claim, None);
        let all_unreached = tally.unreached >= tally.deferred.len();
        Next::Again {
            due: if all_unreached {
                due
            } else {
                due.min(by_itself)
            },
        }
    };
    Ok(Settlement {
        results: tally.results,
        follow,
        notes: tally.notes,
        next,
        awaits: tally.awaits,
    })
}

/// Its time is over: whoever is still pending is bounced, with the last thing that was said about them.
async fn given_up(
    means: &Means,
    claim: &Claim,
    facts: &Facts,
    recipients: &[Address],
) -> Result<Settlement, Trouble> {
    let states = means
        .store
        .recipients(&claim.school, &claim.message)
        .await?;
    let result = |address: &Address| {
        let state = states.iter().find(|state| state.address == *address);
        let said = state.and_then(|state| state.reply.clone());
        RecipientResult {
            address: address.clone(),
            disposition: Disposition::Bounced,
            reply: said.unwrap_or_else(|| "550 5.4.7 could not be delivered in time".to_owned()),
            hop: state.and_then(|state| state.hop.clone()),
        }
    };
    let mut settlement = Settlement::finished();
    settlement.results = recipients.iter().map(result).collect();
    let wants = |address: &&Address| {
        let asked = as_asked(facts, address);
        asked.notify.is_none() || asks_for(&asked, "FAILURE")
    };
    let about: Vec<Address> = recipients.iter().filter(wants).cloned().collect();
    if !about.is_empty() {
        let to = report_to(facts).into_iter();
        settlement.follow = plan::told(Notice::Bounce, to, &about, means.clock.now());
    }
    Ok(settlement)
}
