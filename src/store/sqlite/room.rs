//! Whether more mail fits: free space on the disk, free pages in the file, and the bound the operator set.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::store::Result;
use crate::store::error::StoreError;
use crate::store::sqlite::readers::Readers;
use crate::store::sqlite::sql::{at, first};

/// A message is written twice before it rests: to the write-ahead log, then to the file.
const COPIES: u64 = 2;

/// Bounds of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Octets to leave free on the disk: below that no new mail is taken, so that deliveries,
    /// releases and notices still find room.
    pub reserve: u64,
    /// Octets from which on the database takes no new mail; `None` for as many as the disk has.
    pub most: Option<u64>,
}

/// What deliveries, releases and notices may still write beyond [`Bounds::most`].
const BEYOND: u64 = 16 * 1024 * 1024;

impl Bounds {
    /// Octets beyond which nothing at all is written.
    pub(super) fn end(&self) -> Option<u64> {
        self.most.map(|most| most.saturating_add(BEYOND))
    }
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            reserve: 64 * 1024 * 1024,
            most: None,
        }
    }
}

/// Keeps the reserve: counts what is being written, which the disk does not show yet.
#[derive(Debug)]
pub(super) struct Room {
    bounds: Bounds,
    taken: AtomicU64,
}

/// Room for one message, given back when it is written or refused.
#[derive(Debug)]
pub(super) struct Taken<'a> {
    room: &'a Room,
    octets: u64,
}

impl Room {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            taken: AtomicU64::new(0),
        }
    }

    /// Whether `octets` more fit and the reserve stays free.
    pub(super) async fn is_there(
        &self,
        readers: &Readers,
        folder: &Path,
        octets: u64,
    ) -> Result<bool> {
        let taken = self.taken.load(Ordering::Relaxed).saturating_add(octets);
        self.fits(readers, folder, taken).await
    }

    async fn fits(&self, readers: &Readers, folder: &Path, taken: u64) -> Result<bool> {
        if !self.leaves_reserve(readers, folder, taken).await? {
            return Ok(false);
        }
        match self.bounds.most {
            Some(most) => Ok(pages(readers, USED).await?.saturating_add(taken) <= most),
            None => Ok(true),
        }
    }

    /// Takes room for a message about to be written; the reserve is for what makes room again.
    ///
    /// # Errors
    /// [`StoreError::Full`].
    pub(super) async fn take(
        &self,
        readers: &Readers,
        folder: &Path,
        octets: u64,
    ) -> Result<Taken<'_>> {
        let taken = self.taken.fetch_add(octets, Ordering::Relaxed);
        let place = Taken { room: self, octets };
        let taken = taken.saturating_add(octets);
        if self.fits(readers, folder, taken).await? {
            Ok(place)
        } else {
            Err(StoreError::Full)
        }
    }

    /// Pages that were freed are in the file, not on the disk, and so is what the log is written over:
    /// they are only asked for when the disk is short.
    async fn leaves_reserve(&self, readers: &Readers, folder: &Path, octets: u64) -> Result<bool> {
        let disk = free_on_disk(folder)?;
        let wanted = octets
            .saturating_mul(COPIES)
            .saturating_add(self.bounds.reserve);
        if disk >= wanted {
            return Ok(true);
        }
        let free = pages(readers, FREE).await?.saturating_add(log(folder));
        Ok(disk >= octets && disk.saturating_add(free) >= wanted)
    }
}

/// Octets of the write-ahead log, as far as it is kept: it is written over from its beginning.
fn log(folder: &Path) -> u64 {
    let log = std::fs::metadata(folder.join("schoolgate.db-wal"));
    log.map_or(0, |log| log.len().min(LOG))
}

/// A look at the disk costs a microsecond.
fn free_on_disk(folder: &Path) -> Result<u64> {
    let disk = rustix::fs::statvfs(folder).map_err(|error| StoreError::Place {
        path: folder.to_owned(),
        problem: format!("its free space cannot be read: {error}"),
    })?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.room.taken.fetch_sub(self.octets, Ordering::Relaxed);
    }
}

/// The most octets that are kept of the log after a burst (`journal_size_limit`).
pub(super) const LOG: u64 = 16 * 1024 * 1024;
/// Octets of the file that hold something.
const USED: &str = "SELECT (page_count - freelist_count) * page_size
    FROM pragma_page_count, pragma_freelist_count, pragma_page_size";
/// Octets of the file that hold nothing any more.
const FREE: &str = "SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size";

async fn pages(readers: &Readers, sql: &'static str) -> Result<u64> {
    let doing = "read the size of the store";
    let look = readers.read(move |connection| first(connection, doing, sql, [], |row| at(row, 0)));
    let octets: i64 = look.await?.unwrap_or_default();
    Ok(u64::try_from(octets).unwrap_or_default())
}
