//! Finding messages again: by reference, by address, by header Message-ID.

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use crate::mail::address::Address;
use crate::store::Result;
use crate::store::record::Facts;
use crate::store::seal::Keys;
use crate::store::sqlite::accept::bare;
use crate::store::sqlite::read;
use crate::store::sqlite::sql::{all, at, first, json as text, micros, parsed};
use crate::store::tally::Tallied;
use crate::store::views::{Person, Relation, Sought, Traced};

const BY_REFERENCE: &str =
    "SELECT facts, number FROM message WHERE id = ?1 AND school = ?2 LIMIT ?3";
const BY_HEADER_ID: &str = "SELECT facts, number FROM message WHERE header_id = ?1 AND school = ?2
     ORDER BY received DESC LIMIT ?3";
/// Keys of addresses, and hashes of whom messages are about as hexadecimal digits, both as JSON.
const BY_PERSON: &str = "SELECT facts, number, EXISTS (
         SELECT 1 FROM subject WHERE message = m.number AND hex(person) IN (SELECT value FROM json_each(?2)))
     FROM message m WHERE school = ?3 AND received >= ?4 AND received < ?5 AND number IN (
         SELECT number FROM message WHERE sender IN (SELECT value FROM json_each(?1))
         UNION SELECT number FROM message WHERE author IN (SELECT value FROM json_each(?1))
         UNION SELECT message FROM recipient WHERE key IN (SELECT value FROM json_each(?1))
         UNION SELECT message FROM subject WHERE person IN (SELECT unhex(value) FROM json_each(?2)))
     ORDER BY received DESC LIMIT ?6";
const BY_ADDRESS: &str = "SELECT facts, number FROM message WHERE school = ?2 AND number IN (
         SELECT number FROM message WHERE sender = ?1
         UNION SELECT number FROM message WHERE author = ?1
         UNION SELECT message FROM recipient WHERE key = ?1)
     ORDER BY received DESC LIMIT ?3";

/// The messages of a school that fit, the newest first.
pub(super) fn trace(
    connection: &Connection,
    keys: &Keys,
    school: &str,
    sought: &Sought,
    limit: usize,
) -> Result<Vec<Traced>> {
    let (sql, key) = match sought {
        Sought::Reference(id) => (BY_REFERENCE, id.to_string()),
        Sought::Address(address) => (BY_ADDRESS, address.key()),
        Sought::HeaderId(header_id) => (BY_HEADER_ID, bare(header_id)),
        Sought::Person(person) => return about(connection, keys, school, person, limit),
    };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = params![key, school, limit];
    all(connection, "trace a message", sql, values, |row| {
        traced(connection, row)
    })
}

/// Everything from, to or about a person, the newest first.
fn about(
    connection: &Connection,
    keys: &Keys,
    school: &str,
    person: &Person,
    limit: usize,
) -> Result<Vec<Traced>> {
    let addresses: Vec<String> = person.addresses.iter().map(Address::key).collect();
    let hashes = person.subjects.iter();
    let hashes = hashes.map(|one| keys.subject(school, one).map(|hash| hex(&hash)));
    let hashes = hashes.collect::<Result<Vec<String>>>()?;
    let values = params![
        text(&addresses)?,
        text(&hashes)?,
        school,
        micros(person.since),
        micros(person.until),
        i64::try_from(limit).unwrap_or(i64::MAX),
    ];
    all(connection, "trace a person", BY_PERSON, values, |row| {
        let mut message = traced(connection, row)?;
        relate(&mut message, person, at(row, 2)?);
        Ok(message)
    })
}

/// Says how a message and a person belong together; its author wrote it, whatever the envelope says.
fn relate(message: &mut Traced, person: &Person, is_about: bool) {
    let theirs = |address: &Address| person.addresses.contains(address);
    let is_to = message.recipients.iter().any(|one| theirs(&one.address));
    let is_from = message.sender.as_ref().is_some_and(theirs) || (!is_to && !is_about);
    let relations = [
        (is_from, Relation::From),
        (is_to, Relation::To),
        (is_about, Relation::About),
    ];
    let relations = relations.into_iter().filter(|(is, _)| *is);
    message.relations = relations.map(|(_, relation)| relation).collect();
}

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16);
    let digits = bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    digits
        .flatten()
        .map(|digit| digit.to_ascii_uppercase())
        .collect()
}

fn traced(connection: &Connection, row: &Row<'_>) -> Result<Traced> {
    let facts: Facts = parsed(&at::<String>(row, 0)?)?;
    Ok(Traced {
        recipients: read::recipients_of(connection, at(row, 1)?)?,
        verdict: facts.judgement.verdict(),
        id: facts.id,
        received: facts.received,
        sender: facts.envelope.sender,
        relations: Vec::new(),
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
