//! The memory of a school in SQLite: one query before a message is judged, one statement when it is accepted or released.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use rusqlite::{Connection, params};

use crate::decide::memory::{Memory, OFTEN, Question};
use crate::store::Result;
use crate::store::memory::{Found, Marker};
use crate::store::sqlite::purge::PORTION;
use crate::store::sqlite::sql::{all, at, execute, json as text, micros, number, time};

/// What is remembered of whom a question is about.
///
/// Domains that are written to often are read only where one that is asked about is new: a domain the school writes
/// to is compared with nothing.
pub(super) fn recall(
    connection: &Connection,
    marker: &Marker,
    school: &str,
    question: &Question,
    now: Timestamp,
) -> Result<Memory> {
    let domains = i64::try_from(question.domains.len()).unwrap_or(i64::MAX);
    let found: Vec<(String, Found)> = all(
        connection,
        "recall",
        "WITH known AS (SELECT mark, times, first, last FROM memory
                        WHERE school = ?1 AND mark IN (SELECT value FROM json_each(?2)))
         SELECT * FROM known
         UNION ALL
         SELECT mark, times, first, last FROM memory
         WHERE school = ?1 AND mark >= '@' AND mark < 'A' AND times >= ?4
           AND (SELECT count(*) FROM known WHERE mark >= '@' AND mark < 'A') < ?3",
        params![
            school,
            text(&marker.asked(question))?,
            domains,
            i64::from(OFTEN)
        ],
        |row| {
            let under = Found {
                times: number(at(row, 1)?),
                first: time(at(row, 2)?)?,
                last: time(at(row, 3)?)?,
            };
            Ok((at(row, 0)?, under))
        },
    )?;
    let found: HashMap<String, Found> = found.into_iter().collect();
    Ok(marker.memory(question, &found, now))
}

/// Counts these marks once more.
pub(super) fn remember(
    connection: &Connection,
    school: &str,
    now: Timestamp,
    marks: &BTreeSet<String>,
) -> Result<()> {
    if marks.is_empty() {
        return Ok(());
    }
    execute(
        connection,
        "remember a message",
        "INSERT INTO memory SELECT ?1, value, 1, ?2, ?2 FROM json_each(?3) WHERE true
         ON CONFLICT DO UPDATE SET times = times + 1, last = max(last, excluded.last)",
        params![school, micros(now), text(marks)?],
    )
    .map(drop)
}

/// Forgets whom nobody has written to since `cutoff`, a portion at a time.
pub(super) fn forget(connection: &Connection, school: &str, cutoff: Timestamp) -> Result<u64> {
    execute(
        connection,
        "purge the memory",
        "DELETE FROM memory WHERE school = ?1 AND mark IN (
             SELECT mark FROM memory WHERE school = ?1 AND last <= ?2 ORDER BY last LIMIT ?3)",
        params![school, micros(cutoff), PORTION],
    )
}
