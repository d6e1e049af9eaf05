//! The end of a message: checked, marked with its way here, handed on, answered.

use std::sync::Arc;

use samotop_core::smtp::SmtpContext;

use crate::mail::envelope::Envelope;
use crate::mail::id::MessageId;
use crate::receive::data::{Body, Room};
use crate::receive::door::Door;
use crate::receive::lines::Reply;
use crate::receive::reply;
use crate::receive::session::{random_id, say, say_of, visit};
use crate::receive::trace::{self, Here};

/// A message that may be handed on.
struct Message {
    id: MessageId,
    envelope: Envelope,
    raw: Vec<u8>,
    room: Room,
}

impl Door {
    /// Ends the transaction with its one reply.
    pub(crate) async fn finish(&self, state: &mut SmtpContext) {
        let id = random_id();
        let visit = visit(state);
        let reply = match (&id, visit.body.take(), visit.envelope()) {
            (None, _, _) => reply::unanswered(),
            (Some(id), Some(body), Some(envelope)) => {
                let protocol = visit.protocol(envelope.asked.utf8);
                match self.accepted(id.clone(), body, envelope, protocol) {
                    Ok(message) => self.hand_on(message).await,
                    Err(refused) => refused,
                }
            }
            (Some(_), _, _) => reply::MAIL_FIRST,
        };
        state.session.reset();
        match &id {
            Some(id) => say_of(id, state, &reply),
            None => say(state, &reply),
        }
        self.count(&reply, state).await;
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
        id: MessageId,
        body: Body,
        envelope: Envelope,
        protocol: &str,
    ) -> Result<Message, Reply> {
        let limits = &self.settings.limits;
        let (mut raw, room) = body.finish().map_err(|fault| reply::fault(fault, limits))?;
        let travels = trace::travels(&raw, &self.key);
        if travels.received >= limits.received_headers || travels.passed >= limits.passes {
            tracing::warn!(reference = %id, ?travels, "mail loop");
            return Err(reply::LOOPING);
        }
        let here = Here {
            hostname: &self.settings.hostname,
            protocol,
            message: &id,
            time: self.settings.clock.now(),
        };
        let headers = trace::headers(&raw, &self.key, &envelope.client, &here);
        raw.splice(..0, headers.into_bytes());
        Ok(Message {
            id,
            envelope,
            raw,
            room,
        })
    }

    /// A task of its own, so that a handler that panics costs a 451 and not the connection.
    async fn hand_on(&self, message: Message) -> Reply {
        let handler = Arc::clone(&self.handler);
        let Message {
            id: reference,
            envelope,
            raw,
            room,
        } = message;
        let id = reference.clone();
        let mut task = tokio::spawn(async move { handler.handle(id, envelope, raw).await });
        let answer = tokio::time::timeout(self.settings.limits.handling_time, &mut task).await;
        drop(room);
        match answer {
            Ok(Ok(Ok(outcome))) => reply::outcome(&outcome),
            Ok(Ok(Err(refusal))) => {
                tracing::warn!(%reference, error = &refusal as &dyn std::error::Error, "message refused for now");
                reply::refusal(&refusal)
            }
            Ok(Err(died)) => {
                tracing::error!(%reference, panicked = died.is_panic(), "the handler of a message died");
                reply::unanswered()
            }
            Err(_) => {
                task.abort();
                tracing::error!(%reference, "the handler of a message took too long");
                reply::unanswered()
            }
        }
    }
}
