//! Between Rust and SQLite: statements kept prepared, times as microseconds, words as text, errors told apart.

use jiff::Timestamp;
use rusqlite::types::FromSql;
use rusqlite::{Connection, ErrorCode, Params, Row, ffi};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::store::Result;
use crate::store::error::StoreError;

/// Carries out one statement; the number of rows it changed.
pub(super) fn execute(
    connection: &Connection,
    doing: &'static str,
    sql: &str,
    values: impl Params,
) -> Result<u64> {
    let mut statement = connection.prepare_cached(sql).map_err(failed(doing))?;
    let changed = statement.execute(values).map_err(failed(doing))?;
    Ok(u64::try_from(changed).unwrap_or(u64::MAX))
}

/// Inserts a row whose key may be in use; the error says whether it is.
pub(super) fn insert_unless(
    connection: &Connection,
    doing: &'static str,
    sql: &str,
    values: impl Params,
    taken: impl FnOnce() -> StoreError,
) -> Result<()> {
    let mut statement = connection.prepare_cached(sql).map_err(failed(doing))?;
    match statement.execute(values) {
        Ok(_) => Ok(()),
        Err(error) if is_taken(&error) => Err(taken()),
        Err(error) => Err(failed(doing)(error)),
    }
}

/// Every row, read by `read`.
pub(super) fn all<T>(
    connection: &Connection,
    doing: &'static str,
    sql: &str,
    values: impl Params,
    mut read: impl FnMut(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let mut statement = connection.prepare_cached(sql).map_err(failed(doing))?;
    let mut rows = statement.query(values).map_err(failed(doing))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(failed(doing))? {
        found.push(read(row)?);
    }
    Ok(found)
}

/// The first row, where there is one.
pub(super) fn first<T>(
    connection: &Connection,
    doing: &'static str,
    sql: &str,
    values: impl Params,
    read: impl FnOnce(&Row<'_>) -> Result<T>,
) -> Result<Option<T>> {
    let mut statement = connection.prepare_cached(sql).map_err(failed(doing))?;
    let mut rows = statement.query(values).map_err(failed(doing))?;
    let row = rows.next().map_err(failed(doing))?;
    row.map(read).transpose()
}

/// The value of a row at a place, counted from 0.
pub(super) fn at<T: FromSql>(row: &Row<'_>, place: usize) -> Result<T> {
    row.get(place).map_err(failed("read a row"))
}

/// A time as it is kept.
pub(super) fn micros(time: Timestamp) -> i64 {
    time.as_microsecond()
}

/// A time as it was kept.
pub(super) fn time(micros: i64) -> Result<Timestamp> {
    Timestamp::from_microsecond(micros).map_err(|e| StoreError::failed("read a time", e))
}

/// A count as it is kept.
pub(super) fn number(count: i64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// JSON text of a value.
pub(super) fn json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|e| StoreError::failed("write facts", e))
}

/// A value from its JSON text.
pub(super) fn parsed<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|e| StoreError::failed("read facts", e))
}

/// A value that is one word: a verdict, a disposition, an address.
pub(super) fn word<T: DeserializeOwned>(text: String) -> Result<T> {
    serde_json::from_value(Value::String(text)).map_err(|e| StoreError::failed("read facts", e))
}

/// Turns what SQLite said into what the caller can act on.
pub(super) fn failed(doing: &'static str) -> impl Fn(rusqlite::Error) -> StoreError {
    move |error| match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
        Some(ErrorCode::DiskFull) => StoreError::Full,
        Some(_) | None => StoreError::failed(doing, error),
    }
}

/// Whether an insert failed because its key is in use (<https://sqlite.org/rescode.html>).
fn is_taken(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error().map(|below| below.extended_code);
    matches!(
        code,
        Some(ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY)
    )
}
