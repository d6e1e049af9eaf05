//! The end of a message: checked, marked with its way here, handed on, answered.

use std::sync::Arc;

use samotop_core::smtp::SmtpContext;

use crate::mail::envelope::Envelope;
use crate::mail::id::MessageId;
use crate::receive::data::{Body, Room};
use crate::receive::door::Door;
use crate::receive::lines::Reply;
use crate::receive::reply;
use crate::receive::session::{say, visit};
use crate::receive::trace::{self, Here};

/// A message that may be handed on.
struct Message {
    envelope: Envelope,
    raw: Vec<u8>,
    room: Room,
}

impl Door {
    /// Ends the transaction with its one reply.
    pub(crate) async fn finish(&self, state: &mut SmtpContext) {
        let visit = visit(state);
        let session = visit.session.clone();
        let reply = match (visit.body.take(), visit.envelope()) {
            (Some(body), Some(envelope)) => {
                let protocol = visit.protocol(envelope.asked.utf8);
                match self.accepted(body, envelope, protocol, &session) {
                    Ok(message) => self.hand_on(message, &session).await,
                    Err(refused) => refused,
                }
            }
            (_, _) => reply::MAIL_FIRST,
        };
        state.session.reset();
        say(state, &reply);
        self.count(&reply, state);
        self.count_message(state);
    }

    fn count_message(&self, state: &mut SmtpContext) {
        let visit = visit(state);
        visit.reset();
        visit.messages += 1;
        if visit.messages >= self.settings.limits.messages {
            say(state, &reply::too_many_messages(&self.settings.hostname));
            state.session.shutdown();
        }
    }

    fn accepted(
        &self,
        body: Body,
        envelope: Envelope,
        protocol: &str,
        session: &MessageId,
    ) -> Result<Message, Reply> {
        let limits = &self.settings.limits;
        let (mut raw, room) = body
            .finish()
            .map_err(|fault| reply::fault(fault, limits, session))?;
        let travels = trace::travels(&raw, &self.key);
        if travels.received >= limits.received_headers || travels.passed >= limits.passes {
            tracing::warn!(%session, ?travels, "mail loop");
            return Err(reply::looping(session));
        }
        let here = Here {
            hostname: &self.settings.hostname,
            protocol,
            time: self.settings.clock.now(),
        };
        let headers = trace::headers(&raw, &self.key, &envelope.client, &here);
        raw.splice(..0, headers.into_bytes());
        Ok(Message {
            envelope,
            raw,
            room,
        })
    }

    /// A task of its own, so that a handler that panics costs a 451 and not the connection.
    async fn hand_on(&self, message: Message, session: &MessageId) -> Reply {
        let handler = Arc::clone(&self.handler);
        let Message {
            envelope,
            raw,
            room,
        } = message;
        let mut task = tokio::spawn(async move { handler.handle(envelope, raw).await });
        let answer = tokio::time::timeout(self.settings.limits.handling_time, &mut task).await;
        drop(room);
        match answer {
            Ok(Ok(Ok(outcome))) => reply::outcome(&outcome),
            Ok(Ok(Err(refusal))) => {
                tracing::warn!(%session, error = &refusal as &dyn std::error::Error, "message refused for now");
                reply::refusal(&refusal, session)
            }
            Ok(Err(died)) => {
                tracing::error!(%session, panicked = died.is_panic(), "the handler of a message died");
                reply::unanswered(session)
            }
            Err(_) => {
                task.abort();
                tracing::error!(%session, "the handler of a message took too long");
                reply::unanswered(session)
            }
        }
    }
}
