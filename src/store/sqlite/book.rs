//! The ledger in SQLite: entries appended within the change they tell of, and the chain checked.

use async_trait::async_trait;
use jiff::Timestamp;
use ring::hmac;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection, SqlitePool};

use crate::mail::id::MessageId;
use crate::store::Result;
use crate::store::chain::{self, Ends, Line, Link, START};
use crate::store::ledger::{Entry, Note, Verified};
use crate::store::sqlite::sql::{failed, json, micros, parsed, time, word};
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
pub(super) async fn append(
    connection: &mut SqliteConnection,
    book: &Book,
    now: Timestamp,
    message: Option<&MessageId>,
    notes: &[Note],
) -> Result<()> {
    if notes.is_empty() {
        return Ok(());
    }
    let (mut ends, seal) = match ends(connection, &book.school).await? {
        Some(found) => found,
        None => (Ends::empty(), Ends::empty().seal(&book.key)),
    };
    let sound = seal == ends.seal(&book.key);
    for note in notes {
        ends.head += 1;
        ends.head_link = insert(connection, book, &ends, now, message, note).await?;
    }
    let seal = if sound { ends.seal(&book.key) } else { START };
    keep(connection, &book.school, &ends, &seal).await
}

async fn insert(
    connection: &mut SqliteConnection,
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
    sqlx::query("INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(&book.school)
        .bind(line.sequence)
        .bind(line.time)
        .bind(line.actor)
        .bind(line.action)
        .bind(line.message)
        .bind(line.facts)
        .bind(next.as_slice())
        .execute(connection)
        .await
        .map_err(failed("write the ledger"))?;
    Ok(next)
}

/// Both ends of a school's chain and the seal kept beside them.
pub(super) async fn ends(
    connection: &mut SqliteConnection,
    school: &str,
) -> Result<Option<(Ends, Link)>> {
    let row =
        sqlx::query("SELECT base, base_link, head, head_link, seal FROM chain WHERE school = ?")
            .bind(school)
            .fetch_optional(connection)
            .await
            .map_err(failed("read the ledger"))?;
    let Some(row) = row else { return Ok(None) };
    let read = |row: &SqliteRow| -> sqlx::Result<(Ends, Link)> {
        let ends = Ends {
            base: row.try_get(0)?,
            base_link: link(row.try_get(1)?),
            head: row.try_get(2)?,
            head_link: link(row.try_get(3)?),
        };
        Ok((ends, link(row.try_get(4)?)))
    };
    read(&row).map(Some).map_err(failed("read the ledger"))
}

/// Keeps both ends of a school's chain.
pub(super) async fn keep(
    connection: &mut SqliteConnection,
    school: &str,
    ends: &Ends,
    seal: &Link,
) -> Result<()> {
    sqlx::query("INSERT OR REPLACE INTO chain VALUES (?, ?, ?, ?, ?, ?)")
        .bind(school)
        .bind(ends.base)
        .bind(ends.base_link.as_slice())
        .bind(ends.head)
        .bind(ends.head_link.as_slice())
        .bind(seal.as_slice())
        .execute(connection)
        .await
        .map(drop)
        .map_err(failed("write the ledger"))
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

#[async_trait]
impl Change for Entered {
    type Output = ();

    async fn apply(&self, connection: &mut SqliteConnection) -> Result<()> {
        let notes = std::slice::from_ref(&self.note);
        append(
            connection,
            &self.book,
            self.now,
            self.message.as_ref(),
            notes,
        )
        .await
    }
}

/// The entries about a message, in order.
pub(super) async fn history(
    readers: &SqlitePool,
    school: &str,
    id: &MessageId,
) -> Result<Vec<Entry>> {
    let rows = sqlx::query(
        "SELECT sequence, time, actor, action, message, facts FROM ledger
         WHERE message = ? AND school = ? ORDER BY sequence",
    )
    .bind(id.as_str())
    .bind(school)
    .fetch_all(readers)
    .await
    .map_err(failed("read the ledger"))?;
    rows.iter().map(entry).collect()
}

fn entry(row: &SqliteRow) -> Result<Entry> {
    let lost = failed("read the ledger");
    let message: Option<String> = row.try_get(4).map_err(&lost)?;
    Ok(Entry {
        sequence: row.try_get(0).map_err(&lost)?,
        time: time(row.try_get(1).map_err(&lost)?)?,
        actor: word(row.try_get(2).map_err(&lost)?)?,
        action: word(row.try_get(3).map_err(&lost)?)?,
        message: message.map(word).transpose()?,
        facts: parsed(row.try_get(5).map_err(&lost)?)?,
    })
}

/// Checks every entry of a school against its chain, within one view of the file.
pub(super) async fn verify(readers: &SqlitePool, book: &Book) -> Result<Verified> {
    let mut view = readers.begin().await.map_err(failed("read the ledger"))?;
    let Some((ends, seal)) = ends(&mut view, &book.school).await? else {
        return Ok(after_all(first(&mut view, &book.school).await?, 0));
    };
    if seal != ends.seal(&book.key) {
        let sequence = first(&mut view, &book.school).await?.unwrap_or(ends.base);
        return Ok(Verified::Broken { sequence });
    }
    follow(&mut view, book, &ends).await
}

/// A school without a chain has no entries; the first one found does not fit.
fn after_all(first: Option<i64>, entries: u64) -> Verified {
    first.map_or(Verified::Sound { entries }, |sequence| Verified::Broken {
        sequence,
    })
}

async fn first(connection: &mut SqliteConnection, school: &str) -> Result<Option<i64>> {
    sqlx::query_scalar("SELECT min(sequence) FROM ledger WHERE school = ?")
        .bind(school)
        .fetch_one(connection)
        .await
        .map_err(failed("read the ledger"))
}

/// Follows the chain a page at a time: a ledger of years does not fit in memory.
async fn follow(connection: &mut SqliteConnection, book: &Book, ends: &Ends) -> Result<Verified> {
    const PAGE: i64 = 1_000;
    let (mut at, mut previous) = (ends.base, ends.base_link);
    loop {
        let rows = sqlx::query(
            "SELECT sequence, time, actor, action, message, facts, link FROM ledger
             WHERE school = ? AND sequence > ? ORDER BY sequence LIMIT ?",
        )
        .bind(&book.school)
        .bind(at)
        .bind(PAGE)
        .fetch_all(&mut *connection)
        .await
        .map_err(failed("read the ledger"))?;
        for row in &rows {
            at += 1;
            match fits(row, &book.key, &previous, at).map_err(failed("read the ledger"))? {
                Some(link) => previous = link,
                None => return Ok(Verified::Broken { sequence: at }),
            }
        }
        if rows.is_empty() {
            break;
        }
    }
    if (at, previous) == (ends.head, ends.head_link) {
        let entries = u64::try_from(ends.head - ends.base).unwrap_or_default();
        return Ok(Verified::Sound { entries });
    }
    Ok(Verified::Broken { sequence: at + 1 })
}

/// The link of this row, if it is the entry at this place and follows the one before.
fn fits(row: &SqliteRow, key: &hmac::Key, previous: &Link, at: i64) -> sqlx::Result<Option<Link>> {
    let line = Line {
        sequence: row.try_get(0)?,
        time: row.try_get(1)?,
        actor: row.try_get(2)?,
        action: row.try_get(3)?,
        message: row.try_get(4)?,
        facts: row.try_get(5)?,
    };
    let next = chain::next(key, previous, &line);
    let kept: &[u8] = row.try_get(6)?;
    Ok((line.sequence == at && kept == next.as_slice()).then_some(next))
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
