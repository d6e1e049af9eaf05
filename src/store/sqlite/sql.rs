//! Between Rust and SQLite: times as microseconds, words as text, errors told apart.

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::store::Result;
use crate::store::error::StoreError;

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
pub(super) fn failed(doing: &'static str) -> impl Fn(sqlx::Error) -> StoreError {
    move |error| match error {
        sqlx::Error::PoolTimedOut => StoreError::Busy,
        sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => StoreError::Closed,
        sqlx::Error::Database(below) => match primary_code(below.as_ref()) {
            Some(5 | 6) => StoreError::Busy,
            Some(13) => StoreError::Full,
            Some(_) | None => StoreError::failed(doing, below),
        },
        other => StoreError::failed(doing, other),
    }
}

/// The primary result code (<https://sqlite.org/rescode.html>): 5 busy, 6 locked, 13 full.
fn primary_code(error: &dyn sqlx::error::DatabaseError) -> Option<i32> {
    let extended: i32 = error.code()?.parse().ok()?;
    Some(extended & 0xff)
}

/// Whether an insert failed because its key is in use.
pub(super) fn is_taken(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(below) if below.is_unique_violation())
}
