//! The ledger in SQLite: entries appended within the change they tell of, and the chain checked.

use jiff::Timestamp;
use ring::hmac;
use rusqlite::{Connection, Row, params};

use crate::mail::id::MessageId;
use crate::store::Result;
use crate::store::chain::{self, Ends, Line, Link, START};
use crate::store::ledger::{Entry, Note, Verified};
use crate::store::sqlite::sql::{all, at, execute, first, json, micros, parsed, time, word};
use crate::store::sqlite::writer::Change;

/// A school's ledger: its name and the key of its chain.
#[derive(Debug, Clone)]
pub(super) struct Book {
    pub(super) school: String,
    pub(super) key: hmac::Key,
}

/// Appends entries in order.
///
/// A chain whose ends were tampered with goes on, so that mail does, but stays broken: it is never sealed again.
pub(super) fn append(
    connection: &Connection,
    book: &Book,
    now: Timestamp,
    message: Option<&MessageId>,
    notes: &[Note],
) -> Result<()> {
    if notes.is_empty() {
        return Ok(());
    }
    let (mut ends, seal) = match ends(connection, &book.school)? {
        Some(found) => found,
        None => (Ends::empty(), Ends::empty().seal(&book.key)),
    };
    let sound = seal == ends.seal(&book.key);
    for note in notes {
        ends.head += 1;
        ends.head_link = insert(connection, book, &ends, now, message, note)?;
    }
    let seal = if sound { ends.seal(&book.key) } else { START };
    keep(connection, &book.school, &ends, &seal)
}

fn insert(
    connection: &Connection,
    book: &Book,
    ends: &Ends,
    now: Timestamp,
    message: Option<&MessageId>,
    note: &Note,
) -> Result<Link> {
    let (actor, facts) = (note.actor.to_string(), json(&note.facts)?);
    let line = Line {
        sequence: ends.head,
        time: micros(now),
        actor: &actor,
        action: note.action.as_str(),
        message: message.map(MessageId::as_str),
        facts: &facts,
    };
    let next = chain::next(&book.key, &ends.head_link, &line);
    execute(
        connection,
        "write the ledger",
        "INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        params![
            book.school,
            line.sequence,
            line.time,
            line.actor,
            line.action,
            line.message,
            line.facts,
            next,
        ],
    )?;
    Ok(next)
}

/// Both ends of a school's chain and the seal kept beside them.
pub(super) fn ends(connection: &Connection, school: &str) -> Result<Option<(Ends, Link)>> {
    first(
        connection,
        "read the ledger",
        "SELECT base, base_link, head, head_link, seal FROM chain WHERE school = ?",
        params![school],
        |row| {
            let ends = Ends {
                base: at(row, 0)?,
                base_link: link(&at::<Vec<u8>>(row, 1)?),
                head: at(row, 2)?,
                head_link: link(&at::<Vec<u8>>(row, 3)?),
            };
            Ok((ends, link(&at::<Vec<u8>>(row, 4)?)))
        },
    )
}

/// Keeps both ends of a school's chain.
pub(super) fn keep(connection: &Connection, school: &str, ends: &Ends, seal: &Link) -> Result<()> {
    execute(
        connection,
        "write the ledger",
        "INSERT OR REPLACE INTO chain VALUES (?, ?, ?, ?, ?, ?)",
        params![
            school,
            ends.base,
            ends.base_link,
            ends.head,
            ends.head_link,
            seal,
        ],
    )
    .map(drop)
}

/// A link as it was kept; one of another length fits nowhere.
pub(super) fn link(kept: &[u8]) -> Link {
    kept.try_into().unwrap_or(START)
}

/// A note about no message, or about one, that is a change by itself.
#[derive(Debug)]
pub(super) struct Entered {
    pub(super) book: Book,
    pub(super) now: Timestamp,
    pub(super) message: Option<MessageId>,
    pub(super) note: Note,
}

impl Change for Entered {
    /// Its place in the ledger.
    type Output = i64;

    fn apply(&self, connection: &Connection) -> Result<i64> {
        let (message, notes) = (self.message.as_ref(), std::slice::from_ref(&self.note));
        append(connection, &self.book, self.now, message, notes)?;
        let ends = ends(connection, &self.book.school)?;
        Ok(ends.map_or(0, |(ends, _)| ends.head))
    }
}

/// The entries about a message, in order.
pub(super) fn history(connection: &Connection, school: &str, id: &MessageId) -> Result<Vec<Entry>> {
    all(
        connection,
        "read the ledger",
        "SELECT sequence, time, actor, action, message, facts FROM ledger
         WHERE message = ? AND school = ? ORDER BY sequence",
        params![id.as_str(), school],
        entry,
    )
}

/// The entries about breaches and reports; the words are those of the index on them.
pub(super) fn occasions(connection: &Connection, school: &str) -> Result<Vec<Entry>> {
    all(
        connection,
        "read the ledger",
        "SELECT sequence, time, actor, action, message, facts FROM ledger WHERE school = ?
         AND action IN ('breach-recorded', 'breach-contained', 'breach-decided', 'reported')
         ORDER BY sequence",
        params![school],
        entry,
    )
}

fn entry(row: &Row<'_>) -> Result<Entry> {
    let message: Option<String> = at(row, 4)?;
    Ok(Entry {
        sequence: at(row, 0)?,
        time: time(at(row, 1)?)?,
        actor: word(at(row, 2)?)?,
        action: word(at(row, 3)?)?,
        message: message.map(word).transpose()?,
        facts: parsed(&at::<String>(row, 5)?)?,
    })
}

/// Checks every entry of a school against its chain.
pub(super) fn verify(connection: &Connection, book: &Book) -> Result<Verified> {
    let Some((ends, seal)) = ends(connection, &book.school)? else {
        return Ok(after_all(beginning(connection, &book.school)?, 0));
    };
    if seal != ends.seal(&book.key) {
        let sequence = beginning(connection, &book.school)?.unwrap_or(ends.base);
        return Ok(Verified::Broken { sequence });
    }
    follow(connection, book, &ends)
}

/// A school without a chain has no entries; the first one found does not fit.
fn after_all(first: Option<i64>, entries: u64) -> Verified {
    first.map_or(Verified::Sound { entries }, |sequence| Verified::Broken {
        sequence,
    })
}

/// The first entry there is.
fn beginning(connection: &Connection, school: &str) -> Result<Option<i64>> {
    let sql = "SELECT min(sequence) FROM ledger WHERE school = ?";
    let found = first(connection, "read the ledger", sql, params![school], |row| {
        at(row, 0)
    })?;
    Ok(found.flatten())
}

/// Follows the chain a page at a time: a ledger of years does not fit in memory.
fn follow(connection: &Connection, book: &Book, ends: &Ends) -> Result<Verified> {
    const PAGE: i64 = 1_000;
    let (mut place, mut previous) = (ends.base, ends.base_link);
    loop {
        let before = place;
        let page = all(
            connection,
            "read the ledger",
            "SELECT sequence, time, actor, action, message, facts, link FROM ledger
             WHERE school = ? AND sequence > ? ORDER BY sequence LIMIT ?",
            params![book.school, before, PAGE],
            |row| {
                place += 1;
                let link = fits(row, &book.key, &previous, place)?;
                previous = link.unwrap_or(previous);
                Ok(link.is_some())
            },
        )?;
        if let Some(broken) = page.iter().position(|fits| !fits) {
            let sequence = before + 1 + i64::try_from(broken).unwrap_or_default();
            return Ok(Verified::Broken { sequence });
        }
        if page.is_empty() {
            break;
        }
    }
    if (place, previous) == (ends.head, ends.head_link) {
        let entries = u64::try_from(ends.head - ends.base).unwrap_or_default();
        return Ok(Verified::Sound { entries });
    }
    Ok(Verified::Broken {
        sequence: place + 1,
    })
}

/// The link of this row, if it is the entry at this place and follows the one before.
fn fits(row: &Row<'_>, key: &hmac::Key, previous: &Link, place: i64) -> Result<Option<Link>> {
    let (actor, action, facts): (String, String, String) = (at(row, 2)?, at(row, 3)?, at(row, 5)?);
    let message: Option<String> = at(row, 4)?;
    let line = Line {
        sequence: at(row, 0)?,
        time: at(row, 1)?,
        actor: &actor,
        action: &action,
        message: message.as_deref(),
        facts: &facts,
    };
    let next = chain::next(key, previous, &line);
    let kept: Vec<u8> = at(row, 6)?;
    Ok((line.sequence == place && kept == next).then_some(next))
}

impl Book {
    /// The ledger of a school.
    pub(super) fn of(school: &str, key: hmac::Key) -> Self {
        Self {
            school: school.to_owned(),
            key,
        }
    }
}
