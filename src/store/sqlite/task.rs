//! Due work as rows: sealed, inserted, claimed, given back.

use std::collections::HashSet;

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use crate::mail::address::Address;
use crate::mail::id::MessageId;
use crate::secret::Redacted;
use crate::store::Result;
use crate::store::error::StoreError;
use crate::store::seal::{Keys, MessageKey, Purpose};
use crate::store::sqlite::after;
use crate::store::sqlite::sql::{
    all, at, execute, first, json, micros, number, parsed, time, word,
};
use crate::store::sqlite::writer::Change;
use crate::store::work::{Claim, Work, WorkKind};

/// Work ready to be written.
#[derive(Debug)]
pub(super) struct Sealed {
    kind: &'static str,
    task: String,
    secret: Option<Vec<u8>>,
    due: Timestamp,
}

/// Seals work with its message's key.
pub(super) fn sealed(key: &MessageKey, work: &[Work]) -> Result<Vec<Sealed>> {
    let mut all = plain(work)?;
    for (sealed, work) in all.iter_mut().zip(work) {
        let secret = work.secret.as_ref();
        let secret = secret.map(|s| key.seal(Purpose::Secret, s.reveal().as_bytes()));
        sealed.secret = secret.transpose()?;
    }
    Ok(all)
}

/// Work without credentials.
pub(super) fn plain(work: &[Work]) -> Result<Vec<Sealed>> {
    let written = |work: &Work| {
        Ok(Sealed {
            kind: work.kind.as_str(),
            task: json(&work.kind)?,
            secret: None,
            due: work.due,
        })
    };
    work.iter().map(written).collect()
}

/// Inserts work about a message.
pub(super) fn insert(connection: &Connection, message: i64, work: &[Sealed]) -> Result<()> {
    for work in work {
        execute(
            connection,
            "save due work",
            "INSERT INTO work (message, kind, task, secret, since, due, ready)
             VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?5)",
            params![message, work.kind, work.task, work.secret, micros(work.due)],
        )?;
    }
    Ok(())
}

/// Claims what is due.
#[derive(Debug)]
pub(super) struct ClaimDue {
    pub(super) holder: String,
    pub(super) now: Timestamp,
    pub(super) until: Timestamp,
    pub(super) limit: i64,
}

/// Work as it is kept, not opened yet.
#[derive(Debug)]
pub(super) struct Kept {
    claim: Claim,
    wrapped: Option<Vec<u8>>,
    secret: Option<Vec<u8>>,
}

impl Change for ClaimDue {
    type Output = Vec<Kept>;

    /// A claim that a power failure undoes is a claim nobody has any more.
    const LASTING: bool = false;

    fn apply(&self, connection: &Connection) -> Result<Vec<Kept>> {
        let due = all(
            connection,
            "claim work",
            "SELECT w.number, w.lease, m.school, m.id, w.task, w.attempts, w.since, w.secret, c.key, m.number, w.hurried
             FROM work w JOIN message m ON m.number = w.message LEFT JOIN content c ON c.message = w.message
             WHERE w.ready <= ? ORDER BY w.ready LIMIT ?",
            params![micros(self.now), self.limit],
            |row| Ok((at::<i64>(row, 9)?, kept(row, self.until)?)),
        )?;
        let mut claimed = Vec::with_capacity(due.len());
        for (message, mut kept) in due {
            if let WorkKind::Deliver { recipients, .. } = &mut kept.claim.kind {
                let pending = pending(connection, message)?;
                recipients.retain(|recipient| pending.contains(recipient));
                if recipients.is_empty() {
                    // A crash after its last result was saved: there is nothing left to do.
                    after::done(connection, message, kept.claim.work, self.now)?;
                    continue;
                }
            }
            self.lease(connection, &kept.claim)?;
            claimed.push(kept);
        }
        Ok(claimed)
    }
}

impl ClaimDue {
    fn lease(&self, connection: &Connection, claim: &Claim) -> Result<()> {
        execute(
            connection,
            "claim work",
            "UPDATE work SET lease = ?, ready = ?, holder = ? WHERE number = ?",
            params![claim.lease, micros(self.until), self.holder, claim.work],
        )
        .map(drop)
    }
}

fn kept(row: &Row<'_>, until: Timestamp) -> Result<Kept> {
    let lease: i64 = at(row, 1)?;
    let hurried: Option<i64> = at(row, 10)?;
    let claim = Claim {
        work: at(row, 0)?,
        lease: lease + 1,
        school: at(row, 2)?,
        message: word(at(row, 3)?)?,
        kind: parsed(&at::<String>(row, 4)?)?,
        secret: None,
        attempts: number(at(row, 5)?),
        since: time(at(row, 6)?)?,
        hurried: hurried.map(time).transpose()?,
        until,
    };
    Ok(Kept {
        claim,
        secret: at(row, 7)?,
        wrapped: at(row, 8)?,
    })
}

/// The recipients of a message that are still to be delivered to.
pub(super) fn pending(connection: &Connection, message: i64) -> Result<HashSet<Address>> {
    let pending = all(
        connection,
        "read recipients",
        "SELECT address FROM recipient WHERE message = ? AND disposition = 'pending'",
        params![message],
        |row| word(at(row, 0)?),
    )?;
    Ok(pending.into_iter().collect())
}

impl Kept {
    /// Opens its credential, outside the writer.
    pub(super) fn open(self, keys: &Keys) -> Result<Claim> {
        let Self {
            mut claim,
            wrapped,
            secret,
        } = self;
        if let Some(secret) = secret {
            let sealed = || StoreError::Sealed(claim.message.clone());
            let wrapped = wrapped.ok_or_else(|| StoreError::NoContent(claim.message.clone()))?;
            let key = keys.unwrap(&claim.school, &claim.message, &wrapped)?;
            let plain = key.open(Purpose::Secret, &secret)?.into_inner();
            claim.secret = Some(Redacted::new(
                String::from_utf8(plain).map_err(|_| sealed())?,
            ));
        }
        Ok(claim)
    }
}

/// Gives back every lease of a holder.
#[derive(Debug)]
pub(super) struct Recover {
    pub(super) holder: String,
}

impl Change for Recover {
    type Output = u64;

    fn apply(&self, connection: &Connection) -> Result<u64> {
        execute(
            connection,
            "give back leases",
            "UPDATE work SET ready = due, holder = NULL WHERE holder = ?",
            params![self.holder],
        )
    }
}

/// Makes due what waits for a hop to answer.
#[derive(Debug)]
pub(super) struct Flush {
    pub(super) hop: Option<String>,
    pub(super) now: Timestamp,
}

impl Change for Flush {
    type Output = u64;

    fn apply(&self, connection: &Connection) -> Result<u64> {
        execute(
            connection,
            "flush what waits for a hop",
            "UPDATE work SET due = ?1, ready = ?1, awaits = NULL
             WHERE awaits IS NOT NULL AND (?2 IS NULL OR awaits = ?2) AND holder IS NULL AND due > ?1",
            params![micros(self.now), self.hop],
        )
    }
}

/// When the next work can be claimed.
pub(super) fn next_due(connection: &Connection) -> Result<Option<Timestamp>> {
    let sql = "SELECT min(ready) FROM work";
    let ready: Option<Option<i64>> = first(connection, "read due work", sql, [], |row| at(row, 0))?;
    ready.flatten().map(time).transpose()
}

/// The row number of a message of this school.
pub(super) fn message(connection: &Connection, school: &str, id: &MessageId) -> Result<i64> {
    let sql = "SELECT number FROM message WHERE id = ? AND school = ?";
    let values = params![id.as_str(), school];
    first(connection, "read a message", sql, values, |row| at(row, 0))?
        .ok_or_else(|| StoreError::NoMessage(id.clone()))
}
