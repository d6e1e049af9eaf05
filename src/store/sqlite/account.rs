//! Accounts that may submit mail, as rows.

use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde_json::json;

use crate::mail::address::Address;
use crate::store::Result;
use crate::store::error::StoreError;
use crate::store::ledger::{Action, Actor, Note};
use crate::store::sqlite::book::{self, Book};
use crate::store::sqlite::sql::{all, at, execute, first, insert_unless, micros, time, word};
use crate::store::sqlite::writer::Change;

/// Adds an account.
#[derive(Debug)]
pub(super) struct Add {
    pub(super) book: Book,
    pub(super) name: Address,
    pub(super) hash: String,
    pub(super) actor: Actor,
    pub(super) now: Timestamp,
}

impl Change for Add {
    type Output = ();

    fn apply(&self, connection: &Connection) -> Result<()> {
        insert_unless(
            connection,
            "add an account",
            "INSERT INTO account VALUES (?, ?, ?, ?, ?)",
            params![
                self.name.key(),
                self.book.school,
                self.name.as_str(),
                self.hash,
                micros(self.now),
            ],
            || StoreError::AccountTaken(self.name.clone()),
        )?;
        let notes = [note(&self.actor, Action::AccountAdded, &self.name)];
        book::append(connection, &self.book, self.now, None, &notes)
    }
}

/// Removes an account.
#[derive(Debug)]
pub(super) struct Remove {
    pub(super) book: Book,
    pub(super) name: Address,
    pub(super) actor: Actor,
    pub(super) now: Timestamp,
}

impl Change for Remove {
    type Output = ();

    fn apply(&self, connection: &Connection) -> Result<()> {
        let removed = execute(
            connection,
            "remove an account",
            "DELETE FROM account WHERE key = ? AND school = ?",
            params![self.name.key(), self.book.school],
        )?;
        if removed == 0 {
            return Err(StoreError::NoAccount(self.name.clone()));
        }
        let notes = [note(&self.actor, Action::AccountRemoved, &self.name)];
        book::append(connection, &self.book, self.now, None, &notes)
    }
}

fn note(actor: &Actor, action: Action, name: &Address) -> Note {
    Note {
        actor: actor.clone(),
        action,
        facts: json!({ "account": name }),
    }
}

/// The accounts of a school and when each was added.
pub(super) fn list(connection: &Connection, school: &str) -> Result<Vec<(Address, Timestamp)>> {
    all(
        connection,
        "list accounts",
        "SELECT name, added FROM account WHERE school = ? ORDER BY key",
        params![school],
        |row| Ok((word(at(row, 0)?)?, time(at(row, 1)?)?)),
    )
}

/// The school and password hash of an account.
pub(super) fn find(connection: &Connection, name: &Address) -> Result<Option<(String, String)>> {
    first(
        connection,
        "check an account",
        "SELECT school, hash FROM account WHERE key = ?",
        params![name.key()],
        |row| Ok((at(row, 0)?, at(row, 1)?)),
    )
}
