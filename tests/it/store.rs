//! What every store must do, run against each implementation; and what is particular to SQLite's file.
//!
//! A test gets a [`House`]: a place where a store lives, which can be opened again after it was closed or dropped.

mod accept;
mod account;
mod build;
mod disk;
mod ledger;
mod memory;
mod review;
mod view;
mod work;

use std::future::Future;
use std::path::Path;
use std::sync::Arc;

use schoolgate::store::Store;
use schoolgate::store::sqlite::SqliteStore;
use tempfile::TempDir;

/// Where a store lives.
struct House {
    folder: TempDir,
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    async fn open(&self) -> Arc<dyn Store> {
        Arc::new(SqliteStore::open(self.path()).await.unwrap())
    }

    /// What a power cut would leave: the files as they are at this moment.
    fn after_power_cut(&self) -> Self {
        let copy = Self::new();
        for file in std::fs::read_dir(self.path()).unwrap() {
            let file = file.unwrap();
            // The index of the write-ahead log is shared memory: it does not survive.
            if !file.file_name().to_string_lossy().ends_with("-shm") {
                std::fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
            }
        }
        copy
    }
}

/// Runs a test on a runtime like the gateway's.
fn run<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(test)
}
