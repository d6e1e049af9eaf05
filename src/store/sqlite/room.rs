//! Whether more mail fits: free space on the disk, free pages in the file, and the bound the operator set.

use std::path::Path;

use sqlx::SqlitePool;

use crate::store::Result;
use crate::store::error::StoreError;
use crate::store::sqlite::sql::failed;

/// A message is written twice before it rests: to the write-ahead log, then to the file.
const COPIES: u64 = 2;

/// Bounds of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Octets to leave free on the disk: below that no new mail is taken, so that deliveries,
    /// releases and notices still find room.
    pub reserve: u64,
    /// Most octets the database may grow to; `None` for as many as the disk has.
    pub most: Option<u64>,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            reserve: 64 * 1024 * 1024,
            most: None,
        }
    }
}

/// Whether `octets` more fit and the reserve stays free.
pub(super) async fn room_for(
    readers: &SqlitePool,
    folder: &Path,
    bounds: Bounds,
    octets: u64,
) -> Result<bool> {
    let disk = rustix::fs::statvfs(folder).map_err(|error| StoreError::Place {
        path: folder.to_owned(),
        problem: format!("its free space cannot be read: {error}"),
    })?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    if free < octets.saturating_mul(COPIES).saturating_add(bounds.reserve) {
        return Ok(false);
    }
    match bounds.most {
        Some(most) => Ok(used(readers).await?.saturating_add(octets) <= most),
        None => Ok(true),
    }
}

/// Octets of the file that hold something.
async fn used(readers: &SqlitePool) -> Result<u64> {
    let used: i64 = sqlx::query_scalar(
        "SELECT (page_count - freelist_count) * page_size
         FROM pragma_page_count, pragma_freelist_count, pragma_page_size",
    )
    .fetch_one(readers)
    .await
    .map_err(failed("read the size of the store"))?;
    Ok(u64::try_from(used).unwrap_or_default())
}
