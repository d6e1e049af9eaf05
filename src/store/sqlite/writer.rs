//! The one writer: a thread that takes every change that waits, carries each out under its own savepoint,
//! syncs once, and answers all.
//!
//! Nobody waits for company: while one commit is being synced the next changes gather, and a change that finds
//! the writer idle is committed at once. A change that is refused is undone alone; when the file itself fails,
//! nothing of the whole batch is kept and each change is tried by itself, so that a large message
//! that does not fit any more takes no small one with it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use crate::store::Result;
use crate::store::error::StoreError;
use crate::store::sqlite::file::{self, Synced};
use crate::store::sqlite::sql::execute;

/// Most changes that share a commit.
const BATCH: usize = 256;

/// One change of the store; may be carried out again after it was undone.
pub(super) trait Change: Send + 'static {
    /// What it answers.
    type Output: Send + 'static;

    /// Whether it must be on disk before it is answered; what a power failure may undo without harm need not be.
    const LASTING: bool = true;

    /// Carries it out inside a transaction that is open already.
    fn apply(&self, connection: &Connection) -> Result<Self::Output>;
}

/// Hands changes to the writing thread.
#[derive(Debug)]
pub(super) struct Writer {
    waiting: Mutex<Option<mpsc::Sender<Box<dyn Waiting>>>>,
    ended: tokio::sync::Mutex<Option<oneshot::Receiver<()>>>,
}

impl Writer {
    /// Starts the thread on a connection of its own.
    ///
    /// # Errors
    /// The system has no thread to give.
    pub(super) fn start(connection: Connection) -> Result<Self> {
        let (waiting, changes) = mpsc::channel(BATCH);
        let (end, ended) = oneshot::channel();
        let work = move || {
            write(connection, changes);
            // Nobody may be waiting for the end.
            let _unheard = end.send(());
        };
        thread::Builder::new()
            .name("store".to_owned())
            .spawn(work)
            .map_err(|error| StoreError::failed("start its writer", error))?;
        Ok(Self {
            waiting: Mutex::new(Some(waiting)),
            ended: tokio::sync::Mutex::new(Some(ended)),
        })
    }

    /// Carries out a change; it is on disk when this returns `Ok`, and undone when it returns `Err`.
    ///
    /// # Errors
    /// What the change itself answers, and [`StoreError::Closed`].
    pub(super) async fn write<C: Change>(&self, change: C) -> Result<C::Output> {
        let (answer, answered) = oneshot::channel();
        let waiting = Pending {
            change,
            came: None,
            answer,
        };
        let queue = self.lock().clone().ok_or(StoreError::Closed)?;
        let sent = queue.send(Box::new(waiting)).await;
        sent.map_err(|_| StoreError::Closed)?;
        drop(queue);
        answered.await.map_err(|_| StoreError::Closed)?
    }

    /// Lets what waits be written, then closes the file.
    pub(super) async fn close(&self) {
        drop(self.lock().take());
        if let Some(ended) = self.ended.lock().await.take() {
            // A panic of the thread would be ours to tell, and there is nothing left to do about it.
            let _ended = ended.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<mpsc::Sender<Box<dyn Waiting>>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A change with whoever waits for it, whatever it answers.
trait Waiting: Send {
    fn is_lasting(&self) -> bool;
    fn apply(&mut self, connection: &Connection) -> Applied;
    fn answer(self: Box<Self>, committed: Result<()>);
}

/// What became of one change within its transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Applied {
    Done,
    /// Refused for a reason of its own: the others are untouched.
    Refused,
    /// The file failed: SQLite may have undone the whole transaction already.
    Spoilt,
}

struct Pending<C: Change> {
    change: C,
    came: Option<Result<C::Output>>,
    answer: oneshot::Sender<Result<C::Output>>,
}

impl<C: Change> Waiting for Pending<C> {
    fn is_lasting(&self) -> bool {
        C::LASTING
    }

    fn apply(&mut self, connection: &Connection) -> Applied {
        let came = self.change.apply(connection);
        let applied = match &came {
            Ok(_) => Applied::Done,
            Err(error) if spoils(error) => Applied::Spoilt,
            Err(_) => Applied::Refused,
        };
        self.came = Some(came);
        applied
    }

    fn answer(self: Box<Self>, committed: Result<()>) {
        let answer = match (self.came, committed) {
            (Some(Err(error)), _) | (_, Err(error)) => Err(error),
            (Some(Ok(output)), Ok(())) => Ok(output),
            (None, Ok(())) => Err(StoreError::Closed),
        };
        // Whoever asked may have gone; what is written stays written.
        let _gone = self.answer.send(answer);
    }
}

fn spoils(error: &StoreError) -> bool {
    error.is_full()
        || matches!(
            error,
            StoreError::Busy | StoreError::Closed | StoreError::Failed { .. }
        )
}

fn write(connection: Connection, mut changes: mpsc::Receiver<Box<dyn Waiting>>) {
    let mut batch = Vec::with_capacity(BATCH);
    while changes.blocking_recv_many(&mut batch, BATCH) > 0 {
        let committed = commit(&connection, &mut batch);
        if committed.is_ok() {
            batch.drain(..).for_each(|change| change.answer(Ok(())));
        } else if batch.len() > 1 {
            apart(&connection, &mut batch);
        } else if let Some(only) = batch.pop() {
            only.answer(committed);
        }
    }
    if let Err((_, error)) = connection.close() {
        tracing::warn!(%error, "the store did not close cleanly; it will recover by itself");
    }
}

/// Each change in a transaction of its own.
fn apart(connection: &Connection, batch: &mut Vec<Box<dyn Waiting>>) {
    for mut change in batch.drain(..) {
        let committed = commit(connection, std::slice::from_mut(&mut change));
        change.answer(committed);
    }
}

/// One transaction around all of them; after an error nothing of it is kept.
///
/// It is synced where any of them is to last; a later sync takes with it what an earlier commit left out.
fn commit(connection: &Connection, batch: &mut [Box<dyn Waiting>]) -> Result<()> {
    let synced = if batch.iter().any(|change| change.is_lasting()) {
        Synced::AtOnce
    } else {
        Synced::AtNext
    };
    // Said each time: a batch that is to last is refused where it cannot be, whatever became of the one before.
    file::sync(connection, synced)?;
    run(connection, "BEGIN IMMEDIATE")?;
    let committed = each(connection, batch).and_then(|()| run(connection, "COMMIT"));
    if committed.is_err() {
        // After some failures SQLite has rolled back by itself; then this fails, and nothing is open either way.
        let _already = run(connection, "ROLLBACK");
    }
    committed
}

/// A change alone needs no savepoint: if it is refused, the transaction is undone.
fn each(connection: &Connection, batch: &mut [Box<dyn Waiting>]) -> Result<()> {
    if let [only] = batch {
        return match only.apply(connection) {
            Applied::Done => Ok(()),
            // Its own answer says why; this one is only that nothing is committed.
            Applied::Refused | Applied::Spoilt => Err(StoreError::Busy),
        };
    }
    for change in batch {
        run(connection, "SAVEPOINT change")?;
        match change.apply(connection) {
            Applied::Done => {}
            Applied::Refused => run(connection, "ROLLBACK TO change")?,
            Applied::Spoilt => return Err(StoreError::Busy),
        }
        run(connection, "RELEASE change")?;
    }
    Ok(())
}

fn run(connection: &Connection, sql: &'static str) -> Result<()> {
    execute(connection, "commit", sql, []).map(drop)
}
