//! Finding messages again: by reference, by address, by header Message-ID.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection, SqlitePool};

use crate::store::Result;
use crate::store::record::Facts;
use crate::store::sqlite::accept::bare;
use crate::store::sqlite::read;
use crate::store::sqlite::sql::{failed, micros, parsed};
use crate::store::tally::Tallied;
use crate::store::views::{Sought, Traced};

const BY_REFERENCE: &str =
    "SELECT facts, number FROM message WHERE id = ?1 AND school = ?2 LIMIT ?3";
const BY_HEADER_ID: &str = "SELECT facts, number FROM message WHERE header_id = ?1 AND school = ?2
     ORDER BY received DESC LIMIT ?3";
const BY_ADDRESS: &str = "SELECT facts, number FROM message WHERE school = ?2 AND number IN (
         SELECT number FROM message WHERE sender = ?1
         UNION SELECT number FROM message WHERE author = ?1
         UNION SELECT message FROM recipient WHERE key = ?1)
     ORDER BY received DESC LIMIT ?3";

/// The messages of a school that fit, the newest first.
pub(super) async fn trace(
    readers: &SqlitePool,
    school: &str,
    sought: &Sought,
    limit: usize,
) -> Result<Vec<Traced>> {
    let (sql, key) = match sought {
        Sought::Reference(id) => (BY_REFERENCE, id.to_string()),
        Sought::Address(address) => (BY_ADDRESS, address.key()),
        Sought::HeaderId(header_id) => (BY_HEADER_ID, bare(header_id)),
    };
    let mut view = readers.begin().await.map_err(failed("trace a message"))?;
    let rows = sqlx::query(sql)
        .bind(key)
        .bind(school)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(&mut *view)
        .await
        .map_err(failed("trace a message"))?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        found.push(traced(&mut view, row).await?);
    }
    Ok(found)
}

async fn traced(view: &mut SqliteConnection, row: &SqliteRow) -> Result<Traced> {
    let facts: Facts = parsed(row.try_get(0).map_err(failed("trace a message"))?)?;
    let number: i64 = row.try_get(1).map_err(failed("trace a message"))?;
    Ok(Traced {
        recipients: read::recipients_of(view, number).await?,
        verdict: facts.judgement.verdict(),
        id: facts.id,
        received: facts.received,
        sender: facts.envelope.sender,
        subject: facts.subject,
    })
}

/// The messages of a school received in a span, a page at a time, handed to `each`.
pub(super) async fn each_of(
    connection: &mut SqliteConnection,
    school: &str,
    from: Timestamp,
    to: Timestamp,
    mut each: impl FnMut(Tallied) + Send,
) -> Result<()> {
    const PAGE: i64 = 500;
    let (mut received, mut number) = (micros(from), 0_i64);
    loop {
        let rows = sqlx::query(
            "SELECT facts, released, refused, received, number FROM message
             WHERE school = ?1 AND (received, number) > (?2, ?3) AND received >= ?2 AND received < ?4
             ORDER BY received, number LIMIT ?5",
        )
        .bind(school)
        .bind(received)
        .bind(number)
        .bind(micros(to))
        .bind(PAGE)
        .fetch_all(&mut *connection)
        .await
        .map_err(failed("read the figures"))?;
        for row in &rows {
            each(tallied(row)?);
            received = row.try_get(3).map_err(failed("read the figures"))?;
            number = row.try_get(4).map_err(failed("read the figures"))?;
        }
        if rows.is_empty() {
            return Ok(());
        }
    }
}

fn tallied(row: &SqliteRow) -> Result<Tallied> {
    let lost = failed("read the figures");
    Ok(Tallied {
        facts: parsed(row.try_get(0).map_err(&lost)?)?,
        released: row.try_get(1).map_err(&lost)?,
        refused: row.try_get(2).map_err(&lost)?,
    })
}

/// Messages of a school that are held now.
pub(super) async fn open_holds(connection: &mut SqliteConnection, school: &str) -> Result<u64> {
    let count: i64 = sqlx::query_scalar(
        "SELECT count(DISTINCT r.message) FROM recipient r JOIN message m ON m.number = r.message
         WHERE r.disposition = 'held' AND m.school = ?",
    )
    .bind(school)
    .fetch_one(connection)
    .await
    .map_err(failed("read the figures"))?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// What became of the recipients of messages received in a span.
pub(super) async fn outcomes(
    connection: &mut SqliteConnection,
    school: &str,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<(String, u64)>> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT r.disposition, count(*) FROM message m JOIN recipient r ON r.message = m.number
         WHERE m.school = ? AND m.received >= ? AND m.received < ? GROUP BY r.disposition ORDER BY 1",
    )
    .bind(school)
    .bind(micros(from))
    .bind(micros(to))
    .fetch_all(connection)
    .await
    .map_err(failed("read the figures"))?;
    let counted = |(word, count): (String, i64)| (word, u64::try_from(count).unwrap_or_default());
    Ok(rows.into_iter().map(counted).collect())
}
