//! The memory of a school in SQLite: one query before a message is judged, one statement when it is accepted or released.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use sqlx::{Row as _, SqliteConnection, SqlitePool};

use crate::decide::memory::{Memory, OFTEN, Question};
use crate::store::Result;
use crate::store::memory::{Found, Marker};
use crate::store::sqlite::purge::PORTION;
use crate::store::sqlite::sql::{failed, json as text, micros, number, time};

/// What is remembered of whom a question is about.
///
/// Domains that are written to often are read only where one that is asked about is new: a domain the school writes
/// to is compared with nothing.
pub(super) async fn recall(
    readers: &SqlitePool,
    marker: &Marker,
    school: &str,
    question: &Question,
    now: Timestamp,
) -> Result<Memory> {
    let rows = sqlx::query(
        "WITH known AS (SELECT mark, times, first, last FROM memory
                        WHERE school = ?1 AND mark IN (SELECT value FROM json_each(?2)))
         SELECT * FROM known
         UNION ALL
         SELECT mark, times, first, last FROM memory
         WHERE school = ?1 AND mark >= '@' AND mark < 'A' AND times >= ?4
           AND (SELECT count(*) FROM known WHERE mark >= '@' AND mark < 'A') < ?3",
    )
    .bind(school)
    .bind(text(&marker.asked(question))?)
    .bind(i64::try_from(question.domains.len()).unwrap_or(i64::MAX))
    .bind(i64::from(OFTEN))
    .fetch_all(readers)
    .await
    .map_err(failed("recall"))?;
    let lost = failed("recall");
    let mut found = HashMap::with_capacity(rows.len());
    for row in &rows {
        let under = Found {
            times: number(row.try_get(1).map_err(&lost)?),
            first: time(row.try_get(2).map_err(&lost)?)?,
            last: time(row.try_get(3).map_err(&lost)?)?,
        };
        found.insert(row.try_get(0).map_err(&lost)?, under);
    }
    Ok(marker.memory(question, &found, now))
}

/// Counts these marks once more.
pub(super) async fn remember(
    connection: &mut SqliteConnection,
    school: &str,
    now: Timestamp,
    marks: &BTreeSet<String>,
) -> Result<()> {
    if marks.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO memory SELECT ?1, value, 1, ?2, ?2 FROM json_each(?3) WHERE true
         ON CONFLICT DO UPDATE SET times = times + 1, last = max(last, excluded.last)",
    )
    .bind(school)
    .bind(micros(now))
    .bind(text(marks)?)
    .execute(connection)
    .await
    .map(drop)
    .map_err(failed("remember a message"))
}

/// Forgets whom nobody has written to since `cutoff`, a portion at a time.
pub(super) async fn forget(
    connection: &mut SqliteConnection,
    school: &str,
    cutoff: Timestamp,
) -> Result<u64> {
    sqlx::query(
        "DELETE FROM memory WHERE school = ?1 AND mark IN (
             SELECT mark FROM memory WHERE school = ?1 AND last <= ?2 ORDER BY last LIMIT ?3)",
    )
    .bind(school)
    .bind(micros(cutoff))
    .bind(PORTION)
    .execute(connection)
    .await
    .map(|done| done.rows_affected())
    .map_err(failed("purge the memory"))
}
