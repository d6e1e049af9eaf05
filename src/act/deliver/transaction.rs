//! One mail transaction: MAIL, RCPT for everybody, DATA, and a result for each recipient (RFC 5321 section 3.3).
//!
//! Pipelined up to DATA where the hop offers it (RFC 2920); DATA itself waits for the answers,
//! so that nothing is ever sent to a transaction without recipients.

use std::time::Duration;

use tokio::time::timeout;

use crate::act::deliver::body::Body;
use crate::act::deliver::capabilities::Extension;
use crate::act::deliver::commands::{mail_command, obstacle, rcpt_command};
use crate::act::deliver::fault::{Fault, Stage};
use crate::act::deliver::reply::Reply;
use crate::act::deliver::session::Session;
use crate::mail::address::Address;
use crate::mail::envelope::{MailParameters, Recipient};

/// Recipients of one transaction; every server takes a hundred (RFC 5321 section 4.5.3.1.8).
pub(crate) const MOST_RECIPIENTS: usize = 100;

/// What is handed over.
pub(crate) struct Handover<'a> {
    /// `None` for the null sender of reports and notices.
    pub(crate) sender: Option<&'a Address>,
    /// At most [`MOST_RECIPIENTS`].
    pub(crate) recipients: &'a [Recipient],
    /// What the client asked for with MAIL, passed on where the hop offers it.
    pub(crate) asked: &'a MailParameters,
    /// The message.
    pub(crate) body: &'a Body<'a>,
}

/// What the hop said about one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It has taken the message.
    Delivered(Reply),
    /// Not now.
    Deferred(Reply),
    /// Never.
    Refused(Reply),
}

/// Whether the connection can carry another transaction.
#[derive(Debug)]
pub(crate) enum After {
    /// It can.
    Ready,
    /// It cannot; this is why, where there was a fault.
    Done(Option<Fault>),
}

impl Outcome {
    fn of(reply: Reply) -> Self {
        match reply.code {
            200..300 => Self::Delivered(reply),
            500.. => Self::Refused(reply),
            _ => Self::Deferred(reply),
        }
    }

    /// The reply, whatever it says.
    #[must_use]
    pub fn reply(&self) -> &Reply {
        match self {
            Self::Delivered(reply) | Self::Deferred(reply) | Self::Refused(reply) => reply,
        }
    }
}

impl Session {
    /// Hands one message over; outcomes stand in the order of the recipients.
    pub(crate) async fn hand_over(&mut self, handover: &Handover<'_>) -> (Vec<Outcome>, After) {
        let seven_bits = !self.capabilities.has(Extension::EightBitMime);
        let recoded = (seven_bits && handover.body.is_eight_bit())
            .then(|| handover.body.to_seven_bits())
            .flatten();
        let handover = &Handover {
            body: recoded.as_ref().unwrap_or(handover.body),
            ..*handover
        };
        if let Some(reply) = obstacle(&self.capabilities, handover) {
            let outcomes = handover.recipients.iter();
            let outcomes = outcomes.map(|_| Outcome::of(reply.clone()));
            return (outcomes.collect(), After::Ready);
        }
        let (replies, fault) = self.introduce(handover).await;
        let refused = replies.first().is_some_and(|mail| !mail.is_positive());
        let leaving = fault.is_some() || replies.iter().any(|reply| reply.code == 421);
        if let Some(fault) = fault.filter(|_| !refused) {
            let outcomes = broken_off(handover, &replies, &fault);
            return (outcomes, After::Done(Some(fault)));
        }
        let answers: Vec<Reply> = match replies.split_first() {
            Some((mail, recipients)) if mail.is_positive() => recipients.to_vec(),
            Some((mail, _)) => vec![mail.clone(); handover.recipients.len()],
            None => Vec::new(),
        };
        if !answers.iter().any(Reply::is_positive) {
            let outcomes = answers.into_iter().map(Outcome::of).collect();
            let after = if leaving {
                After::Done(None)
            } else {
                self.reset().await
            };
            return (outcomes, after);
        }
        let (verdict, after) = self.send(handover.body).await;
        let outcomes = answers.into_iter().map(|answer| {
            Outcome::of(if answer.is_positive() {
                verdict.clone()
            } else {
                answer
            })
        });
        (outcomes.collect(), after)
    }

    /// MAIL and every RCPT. Without pipelining it stops at a refused MAIL.
    async fn introduce(&mut self, handover: &Handover<'_>) -> (Vec<Reply>, Option<Fault>) {
        let mail = mail_command(&self.capabilities, handover);
        let recipients = handover.recipients.iter();
        let commands: Vec<String> = std::iter::once(mail)
            .chain(recipients.map(|recipient| rcpt_command(&self.capabilities, recipient)))
            .collect();
        let pipelining = self.capabilities.has(Extension::Pipelining);
        let mut replies: Vec<Reply> = Vec::with_capacity(commands.len());
        for (place, command) in commands.iter().enumerate() {
            let stage = if place == 0 {
                Stage::Mail
            } else {
                Stage::Recipient
            };
            let sending = match (pipelining, place) {
                (true, 0) => Some(commands.concat()),
                (true, _) => None,
                (false, _) => Some(command.clone()),
            };
            match self
                .exchange(sending.as_deref(), stage, self.timeouts.command)
                .await
            {
                Ok(reply) => replies.push(reply),
                Err(fault) => return (replies, Some(fault)),
            }
            let refused = replies.first().is_some_and(|mail| !mail.is_positive());
            if refused && !pipelining {
                break;
            }
        }
        (replies, None)
    }

    /// DATA and the message; the one reply is every accepted recipient's.
    async fn send(&mut self, body: &Body<'_>) -> (Reply, After) {
        let go = match self
            .exchange(Some("DATA\r\n"), Stage::Data, self.timeouts.data)
            .await
        {
            Ok(reply) => reply,
            Err(fault) => return (fault.as_reply(), After::Done(Some(fault))),
        };
        if go.code != 354 {
            let refusal = if go.is_positive() {
                Reply::new(451, "4.5.0 the next hop did not answer DATA with 354")
            } else {
                go
            };
            let after = if refusal.is_permanent() {
                self.reset().await
            } else {
                After::Done(None)
            };
            return (refusal, after);
        }
        let wire = body.wire();
        let limit = self.timeouts.dot + self.timeouts.block + slowest(wire.len());
        let answer = timeout(limit, self.connection.message(wire)).await;
        match self.reply(answer, Stage::Dot, limit) {
            Ok(reply) if reply.code == 421 => (reply, After::Done(None)),
            Ok(reply) => (reply, After::Ready),
            Err(fault) => (fault.as_reply(), After::Done(Some(fault))),
        }
    }

    async fn reset(&mut self) -> After {
        match self
            .exchange(Some("RSET\r\n"), Stage::Reset, self.timeouts.command)
            .await
        {
            Ok(reply) if reply.is_positive() => After::Ready,
            Ok(_) => After::Done(None),
            Err(fault) => After::Done(Some(fault)),
        }
    }

    /// Sends `command`, or nothing where it went out before, and reads one reply, whatever its code.
    async fn exchange(
        &mut self,
        command: Option<&str>,
        stage: Stage,
        limit: Duration,
    ) -> Result<Reply, Fault> {
        let answer = match command {
            Some(command) => timeout(limit, self.connection.command(command)).await,
            None => timeout(limit, self.connection.read_response()).await,
        };
        self.reply(answer, stage, limit)
    }
}

/// Whoever was refused before the dialogue broke off stays refused; for the rest nothing is decided.
fn broken_off(handover: &Handover<'_>, replies: &[Reply], fault: &Fault) -> Vec<Outcome> {
    let mut answers: Vec<Option<Reply>> = replies
        .iter()
        .skip(1)
        .map(|reply| (!reply.is_positive()).then(|| reply.clone()))
        .collect();
    answers.resize(handover.recipients.len(), None);
    let unsaid = fault.as_reply();
    let outcomes = answers.into_iter();
    outcomes
        .map(|answer| Outcome::of(answer.unwrap_or_else(|| unsaid.clone())))
        .collect()
}

/// A far side that takes less than a kibibyte a second is not taking the message.
fn slowest(octets: usize) -> Duration {
    Duration::from_secs(u64::try_from(octets / 1024).unwrap_or(u64::MAX))
}
