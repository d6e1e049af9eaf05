//! Does one piece of claimed work, and says what came of it.

mod deliver;
mod hold;
pub(crate) mod notify;
mod receipt;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use ring::rand::{SecureRandom, SystemRandom};

use crate::act::deliver::courier::Courier;
use crate::act::desk::{Desk, Desks};
use crate::act::encrypt::zip::ZipError;
use crate::act::retry;
use crate::act::settings::Settings;
use crate::clock::Clock;
use crate::mail::address::Address;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::record::Facts;
use crate::store::work::{Claim, Settlement, WorkKind};

/// What work is done with.
pub(crate) struct Means {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) desks: Arc<Desks>,
    pub(crate) courier: Courier,
    pub(crate) clock: Clock,
}

/// Why a piece of work came to nothing; it is put off, and whoever runs the machine is told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// The store would not say what it has to.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The message could not be locked.
    #[error(transparent)]
    Zip(#[from] ZipError),
    /// A notice could not be written.
    #[error("the notice could not be written")]
    Notice(#[from] std::io::Error),
    /// The work asks for encryption and brought no password.
    #[error("there is no password for the encrypted copy")]
    NoPassword,
    /// The school is not in the configuration any more.
    #[error("school {0} is not configured")]
    NoSchool(String),
    /// Locking a message died.
    #[error("encrypting the message ended without a result")]
    Died,
}

/// Does what `claim` asks for.
///
/// # Errors
/// See [`Trouble`]; nothing was settled then.
pub(crate) async fn settlement(means: &Means, claim: &Claim) -> Result<Settlement, Trouble> {
    match &claim.kind {
        WorkKind::Deliver {
            verdict,
            recipients,
        } => deliver::deliver(means, claim, *verdict, recipients).await,
        WorkKind::Notify {
            notice,
            to,
            recipients,
        } => notify::notify(means, claim, *notice, to, recipients).await,
        WorkKind::Remind => hold::remind(means, claim).await,
        WorkKind::Escalate => hold::escalate(means, claim).await,
        WorkKind::Expire => hold::expire(means, claim).await,
    }
}

impl Means {
    fn desk(&self, claim: &Claim) -> Result<Arc<Desk>, Trouble> {
        let desk = self.desks.of(&claim.school);
        desk.ok_or_else(|| Trouble::NoSchool(claim.school.clone()))
    }

    /// When work that failed now is tried again: `wait` where the hop is down, else by its own attempts.
    pub(crate) fn again(&self, claim: &Claim, wait: Option<SignedDuration>) -> Timestamp {
        if let Some(wait) = wait {
            return self.later(wait);
        }
        let mut chance = [0_u8];
        // Without random numbers there is no spread; nothing depends on it.
        let _ = SystemRandom::new().fill(&mut chance);
        let [chance] = chance;
        let wait = retry::wait(&self.settings.retry, claim.attempts, chance);
        self.later(wait)
    }

    fn later(&self, wait: SignedDuration) -> Timestamp {
        let now = self.clock.now();
        now.saturating_add(wait).unwrap_or(now)
    }

    fn is_over(&self, claim: &Claim) -> bool {
        let limit = self.settings.retry.give_up;
        retry::is_over(claim.since, self.clock.now(), limit)
    }
}

/// Where reports about delivery go: the envelope sender, where the school answers for it.
///
/// Never to nobody (`<>`), and never to a stranger, who might not have sent it (backscatter);
/// mail that a rule of a school mailbox forwarded is reported to that mailbox.
fn report_to(facts: &Facts) -> Option<&Address> {
    let sender = facts.envelope.sender.as_ref()?;
    let answers = facts.judgement.answers.as_ref()?;
    let ours = sender.domain() == answers.domain();
    Some(if ours { sender } else { answers })
}
