//! Inspection off the runtime's threads, and not for ever: what takes too long is judged as unread.
//!
//! Readers in processes of their own end by themselves when the message has had its time, and what they read till then
//! counts; this patience is a little longer, for what is read and searched here.
//! A thread that hangs cannot be stopped from outside; it keeps a core until it ends.
//! Its message is not lost and not passed: it is a gap, and the policy decides about gaps.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::decide::beforehand::Beforehand;
use crate::extract::content::Content;
use crate::gateway::{self, Inspection};
use crate::mail::envelope::Envelope;
use crate::mail::gap::{Gap, GapReason};
use crate::mail::origin::Origin;
use crate::mail::outcome::Refusal;
use crate::parse;
use crate::school::Knowledge;

/// A message as it came.
#[derive(Debug, Clone)]
pub(super) struct Letter {
    /// Where it goes and who brought it.
    pub(super) envelope: Envelope,
    /// Its octets.
    pub(super) raw: Vec<u8>,
}

/// Inspects a message within a quarter more than [`crate::limits::Limits::time_per_message`].
///
/// # Errors
/// Inspection panicked; the message is taken again when the client repeats it.
pub(super) async fn inspect(
    letter: Arc<Letter>,
    knowledge: Arc<Knowledge>,
    before: Beforehand,
    received: Timestamp,
) -> Result<(Letter, Inspection), Refusal> {
    let readers = knowledge.limits.time_per_message;
    let patience = readers.saturating_add(readers / 4);
    let before = Arc::new(before);
    let thinking = {
        let (letter, knowledge) = (Arc::clone(&letter), Arc::clone(&knowledge));
        let before = Arc::clone(&before);
        spawn_blocking(move || {
            gateway::inspect(&letter.raw, &letter.envelope, &knowledge, &before, received)
        })
    };
    let inspection = match timeout(patience, thinking).await {
        Ok(inspection) => inspection.map_err(Refusal::inspection)?,
        Err(_) => unread(&letter, &knowledge, &before, received),
    };
    let letter = Arc::try_unwrap(letter).unwrap_or_else(|shared| (*shared).clone());
    Ok((letter, inspection))
}

/// The message judged by its headers, with everything else one gap.
fn unread(
    letter: &Letter,
    knowledge: &Knowledge,
    before: &Beforehand,
    received: Timestamp,
) -> Inspection {
    let message = parse::message(&letter.raw, &knowledge.limits);
    let origin = Origin::new("message");
    let reason = GapReason::TimedOut;
    let content = Content {
        gaps: vec![Gap { origin, reason }],
        ..Content::default()
    };
    gateway::judge(
        message,
        content,
        &letter.envelope,
        knowledge,
        before,
        received,
    )
}
