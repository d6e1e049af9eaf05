//! Due work as rows: sealed, inserted, claimed, given back.

use std::collections::HashSet;

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection, SqlitePool};

use crate::mail::address::Address;
use crate::mail::id::MessageId;
use crate::secret::Redacted;
use crate::store::Result;
use crate::store::error::StoreError;
use crate::store::seal::{Keys, MessageKey, Purpose};
use crate::store::sqlite::after;
use crate::store::sqlite::sql::{failed, json, micros, number, parsed, time, word};
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
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    message: i64,
    work: &[Sealed],
) -> Result<()> {
    for work in work {
        sqlx::query(
            "INSERT INTO work (message, kind, task, secret, since, due, ready)
             VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?5)",
        )
        .bind(message)
        .bind(work.kind)
        .bind(&work.task)
        .bind(&work.secret)
        .bind(micros(work.due))
        .execute(&mut *connection)
        .await
        .map_err(failed("save due work"))?;
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

#[async_trait]
impl Change for ClaimDue {
    type Output = Vec<Kept>;

    async fn apply(&self, connection: &mut SqliteConnection) -> Result<Vec<Kept>> {
        let rows = sqlx::query(
            "SELECT w.number, w.lease, m.school, m.id, w.task, w.attempts, w.since, w.secret, c.key, m.number
             FROM work w JOIN message m ON m.number = w.message LEFT JOIN content c ON c.message = w.message
             WHERE w.ready <= ? ORDER BY w.ready LIMIT ?",
        )
        .bind(micros(self.now))
        .bind(self.limit)
        .fetch_all(&mut *connection)
        .await
        .map_err(failed("claim work"))?;
        let mut claimed = Vec::with_capacity(rows.len());
        for row in &rows {
            let message: i64 = row.try_get(9).map_err(failed("claim work"))?;
            let mut kept = kept(row, self.until)?;
            if let WorkKind::Deliver { recipients, .. } = &mut kept.claim.kind {
                let pending = pending(connection, message).await?;
                recipients.retain(|recipient| pending.contains(recipient));
                if recipients.is_empty() {
                    // A crash after its last result was saved: there is nothing left to do.
                    after::done(connection, message, kept.claim.work, self.now).await?;
                    continue;
                }
            }
            self.lease(connection, &kept.claim).await?;
            claimed.push(kept);
        }
        Ok(claimed)
    }
}

impl ClaimDue {
    async fn lease(&self, connection: &mut SqliteConnection, claim: &Claim) -> Result<()> {
        sqlx::query("UPDATE work SET lease = ?, ready = ?, holder = ? WHERE number = ?")
            .bind(claim.lease)
            .bind(micros(self.until))
            .bind(&self.holder)
            .bind(claim.work)
            .execute(connection)
            .await
            .map(drop)
            .map_err(failed("claim work"))
    }
}

fn kept(row: &SqliteRow, until: Timestamp) -> Result<Kept> {
    let lost = failed("claim work");
    let lease: i64 = row.try_get(1).map_err(&lost)?;
    let claim = Claim {
        work: row.try_get(0).map_err(&lost)?,
        lease: lease + 1,
        school: row.try_get(2).map_err(&lost)?,
        message: word(row.try_get(3).map_err(&lost)?)?,
        kind: parsed(row.try_get(4).map_err(&lost)?)?,
        secret: None,
        attempts: number(row.try_get(5).map_err(&lost)?),
        since: time(row.try_get(6).map_err(&lost)?)?,
        until,
    };
    Ok(Kept {
        claim,
        secret: row.try_get(7).map_err(&lost)?,
        wrapped: row.try_get(8).map_err(&lost)?,
    })
}

/// The recipients of a message that are still to be delivered to.
pub(super) async fn pending(
    connection: &mut SqliteConnection,
    message: i64,
) -> Result<HashSet<Address>> {
    let rows: Vec<String> = sqlx::query_scalar(
        "SELECT address FROM recipient WHERE message = ? AND disposition = 'pending'",
    )
    .bind(message)
    .fetch_all(connection)
    .await
    .map_err(failed("read recipients"))?;
    rows.into_iter().map(word).collect()
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

#[async_trait]
impl Change for Recover {
    type Output = u64;

    async fn apply(&self, connection: &mut SqliteConnection) -> Result<u64> {
        sqlx::query("UPDATE work SET ready = due, holder = NULL WHERE holder = ?")
            .bind(&self.holder)
            .execute(connection)
            .await
            .map(|done| done.rows_affected())
            .map_err(failed("give back leases"))
    }
}

/// When the next work can be claimed.
pub(super) async fn next_due(readers: &SqlitePool) -> Result<Option<Timestamp>> {
    let ready: Option<i64> = sqlx::query_scalar("SELECT min(ready) FROM work")
        .fetch_one(readers)
        .await
        .map_err(failed("read due work"))?;
    ready.map(time).transpose()
}

/// The row number and facts of a message of this school.
pub(super) async fn message(
    connection: &mut SqliteConnection,
    school: &str,
    id: &MessageId,
) -> Result<i64> {
    sqlx::query_scalar("SELECT number FROM message WHERE id = ? AND school = ?")
        .bind(id.as_str())
        .bind(school)
        .fetch_optional(connection)
        .await
        .map_err(failed("read a message"))?
        .ok_or_else(|| StoreError::NoMessage(id.clone()))
}
