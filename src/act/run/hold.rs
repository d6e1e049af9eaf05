//! A hold that nobody answers: remind, escalate, end in a return. Never in sending.

use crate::act::offices::Incident;
use crate::act::plan;
use crate::act::run::{Means, Trouble};
use crate::mail::address::Address;
use crate::store::recipient::{Disposition, RecipientResult};
use crate::store::work::{Claim, Notice, Settlement};

/// Reminds whoever was asked to decide.
pub(super) async fn remind(means: &Means, claim: &Claim) -> Result<Settlement, Trouble> {
    let facts = means.store.facts(&claim.school, &claim.message).await?;
    let to = Incident::of(&facts).asked(&*means.desk(claim)?);
    tell(means, claim, Notice::Reminder, &to).await
}

/// Tells their deputy.
pub(super) async fn escalate(means: &Means, claim: &Claim) -> Result<Settlement, Trouble> {
    let facts = means.store.facts(&claim.school, &claim.message).await?;
    let to = Incident::of(&facts).deputies(&*means.desk(claim)?);
    tell(means, claim, Notice::Escalation, &to).await
}

/// Gives the message back to its sender.
pub(super) async fn expire(means: &Means, claim: &Claim) -> Result<Settlement, Trouble> {
    let held = held(means, claim).await?;
    if held.is_empty() {
        return Ok(Settlement::finished());
    }
    let facts = means.store.facts(&claim.school, &claim.message).await?;
    let result = |address: &Address| RecipientResult {
        address: address.clone(),
        disposition: Disposition::Returned,
        reply: "nobody decided in time".to_owned(),
        hop: None,
    };
    let mut settlement = Settlement::finished();
    settlement.results = held.iter().map(result).collect();
    settlement.follow = plan::given_back(&facts.judgement, &held, means.clock.now());
    Ok(settlement)
}

async fn tell(
    means: &Means,
    claim: &Claim,
    notice: Notice,
    to: &[Address],
) -> Result<Settlement, Trouble> {
    let held = held(means, claim).await?;
    let mut settlement = Settlement::finished();
    if !held.is_empty() {
        settlement.follow = plan::told(notice, to.iter(), &held, means.clock.now());
    }
    Ok(settlement)
}

/// The recipients it is still held for.
async fn held(means: &Means, claim: &Claim) -> Result<Vec<Address>, Trouble> {
    let states = means
        .store
        .recipients(&claim.school, &claim.message)
        .await?;
    let held = states.into_iter();
    let held = held.filter(|state| state.disposition == Disposition::Held);
    Ok(held.map(|state| state.address).collect())
}
