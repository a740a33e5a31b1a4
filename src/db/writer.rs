//! SQLite's one writer: a thread that runs waiting closures together in one transaction, a savepoint each.
//!
//! One commit to disk then serves up to [`BATCH_MAX`] writes. Nobody is answered before the commit.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use tokio::sync::oneshot;

use super::link::Conn;
use crate::error::{Error, Result};

/// Writes that share one commit; more would make the first wait without making the disk faster.
const BATCH_MAX: usize = 16;
/// Writes that may wait; beyond it callers are told that the hall is busy (503).
const QUEUE_MAX: usize = 1_024;

/// Tells a caller how its write ended, once the transaction is committed (`Ok`) or lost.
type Finish = Box<dyn FnOnce(Option<String>) + Send>;
/// A write: runs in its own savepoint; `Err` asks for that savepoint to be undone.
type Job = Box<dyn FnOnce(&mut Conn) -> (bool, Finish) + Send>;

/// The way to the writer thread. When the last clone is dropped the thread ends.
#[derive(Clone)]
pub(super) struct Writer {
    queue: SyncSender<Job>,
}

impl Writer {
    /// Starts the thread; `on_wake` is called after each commit that left work for the worker.
    pub(super) fn start(conn: Conn, on_wake: Arc<dyn Fn() + Send + Sync>) -> Result<Self> {
        let (queue, jobs) = sync_channel(QUEUE_MAX);
        std::thread::Builder::new().name("writer".to_owned()).spawn(move || run(conn, &jobs, &*on_wake))?;
        Ok(Self { queue })
    }

    /// Runs `f` in the next transaction and answers when it is committed.
    pub(super) fn write<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<oneshot::Receiver<Result<T>>> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |conn| {
            let result =
                catch_unwind(AssertUnwindSafe(|| f(conn))).unwrap_or_else(|_| Err(Error::broken("a write panicked")));
            let keep = result.is_ok();
            let finish: Finish = Box::new(move |lost| {
                let result = match (result, lost) {
                    (Ok(_), Some(reason)) => Err(Error::Unavailable(reason)),
                    (result, _) => result,
                };
                // The caller may have gone; then nobody waits for the answer.
                drop(answer.send(result));
            });
            (keep, finish)
        });
        self.queue.try_send(job).map_err(|e| match e {
            TrySendError::Full(_) => Error::Unavailable("too many writes are waiting".to_owned()),
            TrySendError::Disconnected(_) => Error::Unavailable("the writer has stopped".to_owned()),
        })?;
        Ok(answered)
    }
}

/// The thread: takes what waits, commits it together, answers.
fn run(mut conn: Conn, jobs: &Receiver<Job>, on_wake: &dyn Fn()) {
    while let Ok(first) = jobs.recv() {
        let mut finished = Vec::with_capacity(BATCH_MAX);
        conn.woke = false;
        let lost = match conn.begin() {
            Err(e) => {
                finished.push(refuse(first, &mut conn));
                Some(e.to_string())
            }
            Ok(()) => {
                let mut next = Some(first);
                while let Some(job) = next {
                    finished.push(step(job, &mut conn));
                    next = if finished.len() < BATCH_MAX { jobs.try_recv().ok() } else { None };
                }
                conn.commit().err().map(|e| {
                    // A failed commit may leave the transaction open.
                    drop(conn.rollback());
                    e.to_string()
                })
            }
        };
        if conn.woke && lost.is_none() {
            on_wake();
        }
        for finish in finished {
            finish(lost.clone());
        }
    }
}

/// Runs one write in a savepoint.
fn step(job: Job, conn: &mut Conn) -> Finish {
    if let Err(e) = conn.begin() {
        let reason = e.to_string();
        let finish = refuse(job, conn);
        return Box::new(move |_| finish(Some(reason)));
    }
    let (keep, finish) = job(conn);
    let ended = if keep { conn.commit() } else { conn.rollback() };
    match ended {
        Ok(()) => finish,
        Err(e) => {
            let reason = e.to_string();
            Box::new(move |_| finish(Some(reason)))
        }
    }
}

/// A write that cannot begin: its caller hears why, and its closure never runs.
fn refuse(job: Job, _conn: &mut Conn) -> Finish {
    // Dropping the job drops the sender inside it; the receiver reads that as “the writer has stopped”.
    drop(job);
    Box::new(|_| ())
}
