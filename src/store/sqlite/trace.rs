//! Finding messages again: by reference, by address, by header Message-ID.

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use crate::store::Result;
use crate::store::record::Facts;
use crate::store::sqlite::accept::bare;
use crate::store::sqlite::read;
use crate::store::sqlite::sql::{all, at, first, micros, parsed};
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
pub(super) fn trace(
    connection: &Connection,
    school: &str,
    sought: &Sought,
    limit: usize,
) -> Result<Vec<Traced>> {
    let (sql, key) = match sought {
        Sought::Reference(id) => (BY_REFERENCE, id.to_string()),
        Sought::Address(address) => (BY_ADDRESS, address.key()),
        Sought::HeaderId(header_id) => (BY_HEADER_ID, bare(header_id)),
    };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = params![key, school, limit];
    all(connection, "trace a message", sql, values, |row| {
        traced(connection, row)
    })
}

fn traced(connection: &Connection, row: &Row<'_>) -> Result<Traced> {
    let facts: Facts = parsed(&at::<String>(row, 0)?)?;
    Ok(Traced {
        recipients: read::recipients_of(connection, at(row, 1)?)?,
        verdict: facts.judgement.verdict(),
        id: facts.id,
        received: facts.received,
        sender: facts.envelope.sender,
        subject: facts.subject,
    })
}

/// The messages of a school received in a span, a page at a time, handed to `each`.
pub(super) fn each_of(
    connection: &Connection,
    school: &str,
    from: Timestamp,
    to: Timestamp,
    mut each: impl FnMut(Tallied),
) -> Result<()> {
    const PAGE: i64 = 500;
    let (mut received, mut number) = (micros(from), 0_i64);
    loop {
        let page = all(
            connection,
            "read the figures",
            "SELECT facts, released, refused, received, number FROM message
             WHERE school = ?1 AND (received, number) > (?2, ?3) AND received >= ?2 AND received < ?4
             ORDER BY received, number LIMIT ?5",
            params![school, received, number, micros(to), PAGE],
            |row| {
                each(tallied(row)?);
                Ok((at(row, 3)?, at(row, 4)?))
            },
        )?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        (received, number) = *last;
    }
}

fn tallied(row: &Row<'_>) -> Result<Tallied> {
    Ok(Tallied {
        facts: parsed(&at::<String>(row, 0)?)?,
        released: at(row, 1)?,
        refused: at(row, 2)?,
    })
}

/// Messages of a school that are held now.
pub(super) fn open_holds(connection: &Connection, school: &str) -> Result<u64> {
    let count: Option<i64> = first(
        connection,
        "read the figures",
        "SELECT count(DISTINCT r.message) FROM recipient r JOIN message m ON m.number = r.message
         WHERE r.disposition = 'held' AND m.school = ?",
        params![school],
        |row| at(row, 0),
    )?;
    Ok(u64::try_from(count.unwrap_or_default()).unwrap_or_default())
}

/// What became of the recipients of messages received in a span.
pub(super) fn outcomes(
    connection: &Connection,
    school: &str,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<(String, u64)>> {
    all(
        connection,
        "read the figures",
        "SELECT r.disposition, count(*) FROM message m JOIN recipient r ON r.message = m.number
         WHERE m.school = ? AND m.received >= ? AND m.received < ? GROUP BY r.disposition ORDER BY 1",
        params![school, micros(from), micros(to)],
        |row| {
            let count: i64 = at(row, 1)?;
            Ok((at(row, 0)?, u64::try_from(count).unwrap_or_default()))
        },
    )
}
