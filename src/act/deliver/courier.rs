//! Carries messages to the next hop: finds a connection, hands over, and keeps the connection for the next message.
//!
//! Where a message goes is `route`'s business. Hops are tried in their order, the next one only when the one before cannot be talked to at all.
//! Nothing is retried here but a connection that went stale while it was kept; when to try again is the worker's business.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::act::deliver::body::Body;
use crate::act::deliver::capabilities::Extension;
use crate::act::deliver::fault::{Fault, Stage};
use crate::act::deliver::idle::{Idle, Kept};
use crate::act::deliver::patience::Patience;
use crate::act::deliver::reply::Reply;
use crate::act::deliver::route::{NoWay, Routes, Vouched};
use crate::act::deliver::session::{Session, Terms};
use crate::act::deliver::tls::TlsPolicy;
use crate::act::deliver::transaction::{After, Handover, MOST_RECIPIENTS, Outcome};
use crate::act::settings::{NextHop, Settings};
use crate::clock::Clock;
use crate::mail::address::Address;
use crate::mail::envelope::{MailParameters, Recipient};

/// Why REQUIRETLS cannot be kept (RFC 8689 section 4.2.1).
const ONLY_DNS: &str = "5.7.10 the sender asked for REQUIRETLS, and only DNS says which servers are the domain's: it has no MTA-STS policy in force";

/// One message for some recipients.
pub struct Errand<'a> {
    /// `None` for the null sender of reports and notices.
    pub sender: Option<&'a Address>,
    /// To whom.
    pub recipients: &'a [Recipient],
    /// What the client asked for with MAIL.
    pub asked: &'a MailParameters,
    /// The message.
    pub message: &'a [u8],
    /// At least this much TLS.
    pub tls: TlsPolicy,
    /// When somebody asked that it be tried at once.
    pub hurried: Option<Timestamp>,
}

/// What became of the message for one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// What the hop, or we ourselves, said.
    pub outcome: Outcome,
    /// The hop that said it; `None` where nobody was asked.
    pub hop: Option<String>,
    /// What protected the connection, where it was protected.
    pub security: Option<String>,
    /// The hop takes care of delivery reports (RFC 3461).
    pub reports: bool,
}

/// Keeps connections and uses them.
pub struct Courier {
    settings: Arc<Settings>,
    routes: Routes,
    patience: Patience,
    idle: Idle,
}

/// No hop could be talked to.
#[derive(Debug, thiserror::Error)]
#[error("{fault}")]
pub struct Unreached {
    /// Why; insecure only when every hop lacks the TLS asked for.
    #[source]
    pub fault: Fault,
    /// When somebody tries again; `None` leaves it to the message's own back-off.
    pub wait: Option<SignedDuration>,
    /// The hop whose answer would end the wait.
    pub awaits: Option<String>,
}

impl Courier {
    /// A courier without connections.
    #[must_use]
    pub fn new(settings: Arc<Settings>, clock: Clock) -> Self {
        Self {
            patience: Patience::new(clock.clone(), settings.retry.clone()),
            routes: Routes::new(Arc::clone(&settings), clock),
            settings,
            idle: Idle::default(),
        }
    }

    /// Recipients who share a way: the smart hosts, or the servers of one domain.
    #[must_use]
    pub fn together(&self, recipients: &[Recipient]) -> Vec<Vec<Recipient>> {
        self.routes.together(recipients)
    }

    /// Delivers one message to recipients who share a way ([`Courier::together`]);
    /// results stand in the order of the recipients.
    ///
    /// # Errors
    /// No hop could be talked to about any of them.
    pub async fn deliver(&self, errand: &Errand<'_>) -> Result<Vec<Receipt>, Unreached> {
        let body = Body::new(errand.message);
        let mut results = Vec::with_capacity(errand.recipients.len());
        for recipients in errand.recipients.chunks(MOST_RECIPIENTS) {
            let handover = Handover {
                sender: errand.sender,
                recipients,
                asked: errand.asked,
                body: &body,
            };
            match self.hand_over(&handover, errand).await {
                Ok(some) => results.extend(some),
                Err(unreached) if results.is_empty() => return Err(unreached),
                Err(unreached) => {
                    let receipt = Receipt::not_reached(&unreached.fault);
                    results.extend(recipients.iter().map(|_| receipt.clone()));
                }
            }
        }
        Ok(results)
    }

    async fn hand_over(
        &self,
        handover: &Handover<'_>,
        errand: &Errand<'_>,
    ) -> Result<Vec<Receipt>, Unreached> {
        let Some(first) = handover.recipients.first() else {
            return Ok(Vec::new());
        };
        let way = match self.routes.to(first.address.domain()).await {
            Ok(way) => way,
            Err(NoWay::Never(reply)) => return Ok(refused(handover, &reply)),
            Err(NoWay::NotNow(fault)) => return Err(Unreached::for_now(fault)),
        };
        if errand.asked.require_tls && way.vouched == Vouched::OnlyDns {
            return Ok(refused(handover, &Reply::new(550, ONLY_DNS)));
        }
        let mut insecure = None;
        let mut other: Option<Unreached> = None;
        for hop in &way.hops {
            let unreached = match self.patiently(hop, handover, errand).await {
                Ok(receipts) => return Ok(receipts),
                Err(unreached) => unreached,
            };
            if unreached.fault.is_insecure() {
                insecure = Some(unreached);
            } else if other
                .as_ref()
                .is_none_or(|other| unreached.is_sooner(other))
            {
                other = Some(unreached);
            }
        }
        Err(other.or(insecure).unwrap_or_else(no_hop))
    }

    /// Talks to a hop unless it is known to be down; what it finds is everybody's knowledge.
    async fn patiently(
        &self,
        hop: &NextHop,
        handover: &Handover<'_>,
        errand: &Errand<'_>,
    ) -> Result<Vec<Receipt>, Unreached> {
        let leave = self.patience.leave(hop, errand.hurried);
        let leave = leave.map_err(|resting| Unreached {
            fault: Fault::Down {
                host: hop.host.clone(),
                problem: resting.problem,
            },
            wait: Some(resting.wait),
            awaits: Some(hop.key()),
        })?;
        match self.hand_over_to(hop, handover, errand.tls).await {
            Ok(receipts) => {
                leave.answered();
                Ok(receipts)
            }
            // Not good enough for this message says nothing about others, but that the hop talks.
            Err(fault) if fault.is_insecure() => {
                leave.answered();
                Err(Unreached::for_now(fault))
            }
            Err(fault) if fault.is_about_tls() => Err(Unreached::for_now(fault)),
            Err(fault) => {
                let wait = leave.failed(&fault);
                let awaits = Some(hop.key());
                Err(Unreached {
                    fault,
                    wait: Some(wait),
                    awaits,
                })
            }
        }
    }

    /// Whether a hop, as [`Unreached::awaits`] names it, still cannot be talked to as far as anybody knows.
    #[must_use]
    pub fn is_down(&self, hop: &str) -> bool {
        self.patience.is_down(hop)
    }

    /// The hops that answered after they could not be talked to, each told once.
    #[must_use]
    pub fn revived(&self) -> Vec<String> {
        self.patience.revived()
    }

    /// Uses a kept connection where there is one; a stale one that breaks before MAIL was answered is replaced.
    async fn hand_over_to(
        &self,
        hop: &NextHop,
        handover: &Handover<'_>,
        tls: TlsPolicy,
    ) -> Result<Vec<Receipt>, Fault> {
        if let Some(mut kept) = self.idle.take(hop, tls) {
            suits(&kept.session, handover)?;
            let (outcomes, after) = kept.session.hand_over(handover).await;
            if !went_stale(&outcomes, &after) {
                return Ok(self.finish(kept, outcomes, &after));
            }
        }
        let hello = self.settings.hello();
        let terms = Terms {
            hello: &hello,
            trust: &self.settings.trust,
            timeouts: &self.settings.timeouts,
            tls,
        };
        let session = Session::open(hop, terms).await?;
        let mut kept = Kept::new(session, hop, tls);
        if let Err(fault) = suits(&kept.session, handover) {
            kept.session.quit().await;
            return Err(fault);
        }
        let (outcomes, after) = kept.session.hand_over(handover).await;
        match after {
            // No recipient was refused for good yet: another hop may be tried.
            After::Done(Some(fault)) if fault.is_before_data() && !any_refused(&outcomes) => {
                Err(fault)
            }
            after => Ok(self.finish(kept, outcomes, &after)),
        }
    }

    fn finish(&self, kept: Kept, outcomes: Vec<Outcome>, after: &After) -> Vec<Receipt> {
        let session = &kept.session;
        let result = |outcome| Receipt {
            outcome,
            hop: Some(session.host.clone()),
            security: session.security.as_ref().map(ToString::to_string),
            reports: session.capabilities.has(Extension::Dsn),
        };
        let results = outcomes.into_iter().map(result).collect();
        match after {
            After::Ready => self.idle.keep(kept),
            After::Done(_) => drop(kept),
        }
        results
    }

    /// Closes connections that have been idle for too long.
    pub async fn tidy(&self) {
        self.idle.tidy().await;
    }

    /// Closes every kept connection.
    pub async fn close(&self) {
        self.idle.close().await;
    }
}

impl Receipt {
    fn not_reached(fault: &Fault) -> Self {
        Self {
            outcome: Outcome::Deferred(fault.as_reply()),
            hop: Some(fault.host().to_owned()),
            security: None,
            reports: false,
        }
    }
}

impl Unreached {
    /// Not good enough, or not to be found, for this message; that says nothing about others.
    fn for_now(fault: Fault) -> Self {
        Self {
            fault,
            wait: None,
            awaits: None,
        }
    }

    /// Whether this hop is tried again before the other one.
    fn is_sooner(&self, other: &Self) -> bool {
        match (self.wait, other.wait) {
            (Some(wait), Some(other)) => wait < other,
            (wait, other) => wait.is_some() && other.is_none(),
        }
    }
}

fn no_hop() -> Unreached {
    Unreached::for_now(Fault::Unreachable {
        host: "the next hop".to_owned(),
        problem: std::io::Error::other("none is configured"),
    })
}

/// The same refusal for everybody, before any hop was asked.
fn refused(handover: &Handover<'_>, reply: &Reply) -> Vec<Receipt> {
    let receipt = Receipt {
        outcome: Outcome::Refused(reply.clone()),
        hop: None,
        security: None,
        reports: false,
    };
    vec![receipt; handover.recipients.len()]
}

/// A hop that does not pass REQUIRETLS on must not have a message that asks for it (RFC 8689 section 4.2.1).
fn suits(session: &Session, handover: &Handover<'_>) -> Result<(), Fault> {
    if handover.asked.require_tls && !session.capabilities.has(Extension::RequireTls) {
        return Err(Fault::NoRequireTls {
            host: session.host.clone(),
        });
    }
    Ok(())
}

fn any_refused(outcomes: &[Outcome]) -> bool {
    let refused = |outcome: &Outcome| matches!(outcome, Outcome::Refused(_));
    outcomes.iter().any(refused)
}

/// The far side had hung up, or says now that it does: nothing is known about the message yet.
fn went_stale(outcomes: &[Outcome], after: &After) -> bool {
    match after {
        After::Ready => false,
        After::Done(Some(fault)) => matches!(
            fault,
            Fault::Broken {
                stage: Stage::Mail,
                ..
            }
        ),
        After::Done(None) => outcomes.iter().all(|outcome| outcome.reply().code == 421),
    }
}
