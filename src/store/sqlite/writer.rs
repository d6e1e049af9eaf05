//! The one writer: takes every change that waits, carries each out under its own savepoint, syncs once, answers all.
//!
//! Nobody waits for company: while one commit is being synced the next changes gather, and a change that finds
//! the writer idle is committed at once. A change that is refused is undone alone; when the file itself fails,
//! nothing of the whole batch is kept and each change is tried by itself, so that a large message
//! that does not fit any more takes no small one with it.

use async_trait::async_trait;
use sqlx::{Connection as _, SqliteConnection};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::store::Result;
use crate::store::error::StoreError;
use crate::store::sqlite::sql::failed;

/// Most changes that share a commit.
const BATCH: usize = 256;

/// One change of the store; may be carried out again after it was undone.
#[async_trait]
pub(super) trait Change: Send + Sync + 'static {
    /// What it answers.
    type Output: Send + 'static;

    /// Carries it out inside a transaction that is open already.
    async fn apply(&self, connection: &mut SqliteConnection) -> Result<Self::Output>;
}

/// Hands changes to the writing task.
#[derive(Debug)]
pub(super) struct Writer {
    waiting: std::sync::Mutex<Option<mpsc::Sender<Box<dyn Waiting>>>>,
    task: tokio::sync::Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the task on a connection of its own.
    pub(super) fn start(connection: SqliteConnection) -> Self {
        let (waiting, changes) = mpsc::channel(BATCH);
        let task = tokio::spawn(write(connection, changes));
        Self {
            waiting: std::sync::Mutex::new(Some(waiting)),
            task: tokio::sync::Mutex::new(Some(task)),
        }
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
        let queue = self.queue().ok_or(StoreError::Closed)?;
        let sent = queue.send(Box::new(waiting)).await;
        sent.map_err(|_| StoreError::Closed)?;
        drop(queue);
        answered.await.map_err(|_| StoreError::Closed)?
    }

    /// Lets what waits be written, then closes the file.
    pub(super) async fn close(&self) {
        drop(self.lock().take());
        if let Some(task) = self.task.lock().await.take() {
            // A panic of the task would be ours to tell, and there is nothing left to do about it.
            let _ended = task.await;
        }
    }

    fn queue(&self) -> Option<mpsc::Sender<Box<dyn Waiting>>> {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<mpsc::Sender<Box<dyn Waiting>>>> {
        self.waiting
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// A change with whoever waits for it, whatever it answers.
#[async_trait]
trait Waiting: Send {
    async fn apply(&mut self, connection: &mut SqliteConnection) -> Applied;
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

#[async_trait]
impl<C: Change> Waiting for Pending<C> {
    async fn apply(&mut self, connection: &mut SqliteConnection) -> Applied {
        let came = self.change.apply(connection).await;
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

async fn write(mut connection: SqliteConnection, mut changes: mpsc::Receiver<Box<dyn Waiting>>) {
    let mut batch = Vec::with_capacity(BATCH);
    while changes.recv_many(&mut batch, BATCH).await > 0 {
        let committed = commit(&mut connection, &mut batch).await;
        if committed.is_ok() {
            batch.drain(..).for_each(|change| change.answer(Ok(())));
        } else if batch.len() > 1 {
            apart(&mut connection, &mut batch).await;
        } else if let Some(only) = batch.pop() {
            only.answer(committed);
        }
    }
    if let Err(error) = connection.close().await {
        tracing::warn!(%error, "the store did not close cleanly; it will recover by itself");
    }
}

/// Each change in a transaction of its own.
async fn apart(connection: &mut SqliteConnection, batch: &mut Vec<Box<dyn Waiting>>) {
    for mut change in batch.drain(..) {
        let committed = commit(connection, std::slice::from_mut(&mut change)).await;
        change.answer(committed);
    }
}

/// One transaction around all of them; after an error nothing of it is kept.
async fn commit(connection: &mut SqliteConnection, batch: &mut [Box<dyn Waiting>]) -> Result<()> {
    run(connection, "BEGIN IMMEDIATE").await?;
    let committed = match each(connection, batch).await {
        Ok(()) => run(connection, "COMMIT").await,
        Err(error) => Err(error),
    };
    if committed.is_err() {
        // After some failures SQLite has rolled back by itself; then this fails, and nothing is open either way.
        let _already = run(connection, "ROLLBACK").await;
    }
    committed
}

/// A change alone needs no savepoint: if it is refused, the transaction is undone.
async fn each(connection: &mut SqliteConnection, batch: &mut [Box<dyn Waiting>]) -> Result<()> {
    if let [only] = batch {
        return match only.apply(connection).await {
            Applied::Done => Ok(()),
            // Its own answer says why; this one is only that nothing is committed.
            Applied::Refused | Applied::Spoilt => Err(StoreError::Busy),
        };
    }
    for change in batch {
        run(connection, "SAVEPOINT change").await?;
        match change.apply(connection).await {
            Applied::Done => {}
            Applied::Refused => run(connection, "ROLLBACK TO change").await?,
            Applied::Spoilt => return Err(StoreError::Busy),
        }
        run(connection, "RELEASE change").await?;
    }
    Ok(())
}

async fn run(connection: &mut SqliteConnection, sql: &'static str) -> Result<()> {
    let done = sqlx::query(sql).execute(connection).await;
    done.map(drop).map_err(failed("commit"))
}
