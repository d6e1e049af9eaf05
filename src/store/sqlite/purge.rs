//! Retention: destroying content, facts and old ledger entries once their time is over, a little at a time.

use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde_json::json;

use crate::store::Result;
use crate::store::ledger::{Action, Note};
use crate::store::sqlite::book::{self, Book};
use crate::store::sqlite::memory;
use crate::store::sqlite::sql::{all, at, execute, first, json as text, micros};
use crate::store::sqlite::writer::Change;
use crate::store::views::{Cutoffs, Purged};

/// Rows of one kind taken away in one transaction, so that mail never waits long behind a purge.
pub(super) const PORTION: u32 = 200;

/// One portion of a purge.
#[derive(Debug, Clone)]
pub(super) struct Purge {
    pub(super) book: Book,
    pub(super) now: Timestamp,
    pub(super) cutoffs: Cutoffs,
}

impl Change for Purge {
    type Output = Purged;

    fn apply(&self, connection: &Connection) -> Result<Purged> {
        let contents = self.contents(connection)?;
        let messages = self.messages(connection)?;
        let mut notes = Vec::new();
        for (count, action) in [
            (contents, Action::ContentPurged),
            (messages, Action::FactsPurged),
        ] {
            if count > 0 {
                notes.push(Note::of_gateway(action, json!({ "messages": count })));
            }
        }
        book::append(connection, &self.book, self.now, None, &notes)?;
        Ok(Purged {
            contents,
            messages,
            entries: self.entries(connection)?,
            marks: memory::forget(connection, &self.book.school, self.cutoffs.facts)?,
        })
    }
}

impl Purge {
    fn contents(&self, connection: &Connection) -> Result<u64> {
        let ended: Vec<i64> = all(
            connection,
            "purge content",
            "UPDATE message SET kept = 0 WHERE number IN (
                 SELECT number FROM message WHERE kept = 1 AND school = ? AND ended <= ?
                 ORDER BY ended LIMIT ?)
             RETURNING number",
            params![self.book.school, micros(self.cutoffs.content), PORTION],
            |row| at(row, 0),
        )?;
        execute(
            connection,
            "purge content",
            "DELETE FROM content WHERE message IN (SELECT value FROM json_each(?))",
            params![text(&ended)?],
        )
    }

    fn messages(&self, connection: &Connection) -> Result<u64> {
        execute(
            connection,
            "purge facts",
            "DELETE FROM message WHERE number IN (
                 SELECT number FROM message WHERE school = ? AND ended <= ? ORDER BY ended LIMIT ?)",
            params![self.book.school, micros(self.cutoffs.facts), PORTION],
        )
    }

    /// Entries go from the beginning of the chain only; its new beginning is sealed, and a broken one stays broken.
    fn entries(&self, connection: &Connection) -> Result<u64> {
        let Some((mut ends, seal)) = book::ends(connection, &self.book.school)? else {
            return Ok(0);
        };
        let last: Option<(i64, Vec<u8>)> = first(
            connection,
            "purge the ledger",
            "SELECT sequence, link FROM (
                 SELECT sequence, link, time FROM ledger WHERE school = ? ORDER BY sequence LIMIT ?)
             WHERE time < ? ORDER BY sequence DESC LIMIT 1",
            params![self.book.school, PORTION, micros(self.cutoffs.ledger)],
            |row| Ok((at(row, 0)?, at(row, 1)?)),
        )?;
        let Some((last, link)) = last else {
            return Ok(0);
        };
        let (before, sound) = (ends.base, seal == ends.seal(&self.book.key));
        (ends.base, ends.base_link) = (last, book::link(&link));
        execute(
            connection,
            "purge the ledger",
            "DELETE FROM ledger WHERE school = ? AND sequence <= ?",
            params![self.book.school, last],
        )?;
        let seal = if sound {
            ends.seal(&self.book.key)
        } else {
            seal
        };
        book::keep(connection, &self.book.school, &ends, &seal)?;
        self.tell(connection, ends.base - before)
    }

    fn tell(&self, connection: &Connection, entries: i64) -> Result<u64> {
        let note = Note::of_gateway(Action::LedgerPurged, json!({ "entries": entries }));
        book::append(connection, &self.book, self.now, None, &[note])?;
        Ok(u64::try_from(entries).unwrap_or_default())
    }
}
