//! Accounts that may submit mail, as rows.

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::json;
use sqlx::{Row as _, SqliteConnection, SqlitePool};

use crate::mail::address::Address;
use crate::store::Result;
use crate::store::error::StoreError;
use crate::store::ledger::{Action, Actor, Note};
use crate::store::sqlite::book::{self, Book};
use crate::store::sqlite::sql::{failed, is_taken, micros, time, word};
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

#[async_trait]
impl Change for Add {
    type Output = ();

    async fn apply(&self, connection: &mut SqliteConnection) -> Result<()> {
        let added = sqlx::query("INSERT INTO account VALUES (?, ?, ?, ?, ?)")
            .bind(self.name.key())
            .bind(&self.book.school)
            .bind(self.name.as_str())
            .bind(&self.hash)
            .bind(micros(self.now))
            .execute(&mut *connection)
            .await;
        match added {
            Err(error) if is_taken(&error) => {
                return Err(StoreError::AccountTaken(self.name.clone()));
            }
            other => other.map_err(failed("add an account"))?,
        };
        let notes = [note(&self.actor, Action::AccountAdded, &self.name)];
        book::append(connection, &self.book, self.now, None, &notes).await
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

#[async_trait]
impl Change for Remove {
    type Output = ();

    async fn apply(&self, connection: &mut SqliteConnection) -> Result<()> {
        let removed = sqlx::query("DELETE FROM account WHERE key = ? AND school = ?")
            .bind(self.name.key())
            .bind(&self.book.school)
            .execute(&mut *connection)
            .await
            .map_err(failed("remove an account"))?;
        if removed.rows_affected() == 0 {
            return Err(StoreError::NoAccount(self.name.clone()));
        }
        let notes = [note(&self.actor, Action::AccountRemoved, &self.name)];
        book::append(connection, &self.book, self.now, None, &notes).await
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
pub(super) async fn list(readers: &SqlitePool, school: &str) -> Result<Vec<(Address, Timestamp)>> {
    let rows = sqlx::query("SELECT name, added FROM account WHERE school = ? ORDER BY key")
        .bind(school)
        .fetch_all(readers)
        .await
        .map_err(failed("list accounts"))?;
    let lost = failed("list accounts");
    rows.iter()
        .map(|row| {
            let name = word(row.try_get(0).map_err(&lost)?)?;
            Ok((name, time(row.try_get(1).map_err(&lost)?)?))
        })
        .collect()
}

/// The school and password hash of an account.
pub(super) async fn find(readers: &SqlitePool, name: &Address) -> Result<Option<(String, String)>> {
    sqlx::query_as("SELECT school, hash FROM account WHERE key = ?")
        .bind(name.key())
        .fetch_optional(readers)
        .await
        .map_err(failed("check an account"))
}
