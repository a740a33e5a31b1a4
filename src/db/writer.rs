//! SQLite's one writer: a thread that runs waiting closures together in one transaction, a savepoint each.
//!
//! One commit to disk then serves up to [`BATCH_MAX`] writes. Nobody is answered before the commit. Writes for pages come before
//! those of servers and of the worker, so that a large fan-out keeps nobody waiting who types.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::link::Conn;
use crate::error::{Error, Result};

/// Writes that share one commit; more would make the first wait without making the disk faster.
const BATCH_MAX: usize = 16;
/// How long writes of servers are gathered for one commit: whoever comes for a page meanwhile waits for it.
const BATCH_TIME: Duration = Duration::from_millis(3);
/// Writes that may wait, of each kind; beyond it callers are told that the hall is busy (503).
const QUEUE_MAX: usize = 1_024;

/// Tells a caller how its write ended, once the transaction is committed (`Ok`) or lost.
type Finish = Box<dyn FnOnce(Option<String>) + Send>;
/// A write: runs in its own savepoint; `Err` asks for that savepoint to be undone.
type Job = Box<dyn FnOnce(&mut Conn) -> (bool, Finish) + Send>;

/// For whom something is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Somebody who waits for a page: comes before all that waits for servers.
    Page,
    /// Another server, or the worker.
    Server,
}

/// What waits to be written.
#[derive(Default)]
struct Waiting {
    pages: VecDeque<Job>,
    servers: VecDeque<Job>,
    is_over: bool,
}

/// The two queues, and the bell that tells the writer of what comes.
#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    bell: Condvar,
}

impl Queue {
    fn push(&self, turn: Turn, job: Job) -> Result<()> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.is_over {
            return Err(Error::Unavailable("the writer has stopped".to_owned()));
        }
        let queue = match turn {
            Turn::Page => &mut waiting.pages,
            Turn::Server => &mut waiting.servers,
        };
        if queue.len() >= QUEUE_MAX {
            return Err(Error::Unavailable("too many writes are waiting".to_owned()));
        }
        queue.push_back(job);
        drop(waiting);
        self.bell.notify_one();
        Ok(())
    }

    /// The next write, pages' before servers'; waits for one. `None` once all handles are gone and nothing waits.
    fn next(&self) -> Option<(Turn, Job)> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(found) = take(&mut waiting, true) {
                return Some(found);
            }
            if waiting.is_over {
                return None;
            }
            waiting = self.bell.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The next write if one waits: of a page, or, if they may, of a server.
    fn another(&self, servers_may: bool) -> Option<(Turn, Job)> {
        take(&mut self.waiting.lock().unwrap_or_else(PoisonError::into_inner), servers_may)
    }
}

fn take(waiting: &mut Waiting, servers_may: bool) -> Option<(Turn, Job)> {
    if let Some(job) = waiting.pages.pop_front() {
        return Some((Turn::Page, job));
    }
    let job = if servers_may { waiting.servers.pop_front() } else { None };
    job.map(|job| (Turn::Server, job))
}

/// The way to the writer thread. When the last clone is dropped the thread ends.
#[derive(Clone)]
pub(super) struct Writer {
    queue: Arc<Handle>,
}

/// Tells the thread, when it is dropped, that nothing more will come.
struct Handle(Arc<Queue>);

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner).is_over = true;
        self.0.bell.notify_one();
    }
}

impl Writer {
    /// Starts the thread; `on_wake` is called after each commit that left work for the worker.
    pub(super) fn start(conn: Conn, on_wake: Arc<dyn Fn() + Send + Sync>) -> Result<Self> {
        let queue = Arc::new(Queue::default());
        let jobs = queue.clone();
        std::thread::Builder::new().name("writer".to_owned()).spawn(move || run(conn, &jobs, &*on_wake))?;
        Ok(Self { queue: Arc::new(Handle(queue)) })
    }

    /// Runs `f` in the next transaction and answers when it is committed.
    pub(super) fn write<T: Send + 'static>(
        &self,
        turn: Turn,
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
        self.queue.0.push(turn, job)?;
        Ok(answered)
    }
}

/// Whatever ends the thread, nobody goes on waiting for it.
struct End<'a>(&'a Queue);

impl Drop for End<'_> {
    fn drop(&mut self) {
        let mut waiting = self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.is_over = true;
        // Dropping a job drops the sender inside it; its caller reads that as “the writer has stopped”.
        waiting.pages.clear();
        waiting.servers.clear();
    }
}

/// The thread: takes what waits, commits it together, answers. Who waits for a page is committed as soon as no other page's
/// write is there.
fn run(mut conn: Conn, queue: &Queue, on_wake: &dyn Fn()) {
    let _end = End(queue);
    while let Some((turn, first)) = queue.next() {
        let began = Instant::now();
        let mut finished = Vec::with_capacity(BATCH_MAX);
        conn.woke = false;
        let lost = match conn.begin() {
            Err(e) => {
                finished.push(refuse(first, &mut conn));
                Some(e.to_string())
            }
            Ok(()) => {
                let (mut next, mut has_page) = (Some(first), turn == Turn::Page);
                while let Some(job) = next {
                    finished.push(step(job, &mut conn));
                    let more = finished.len() < BATCH_MAX && began.elapsed() < BATCH_TIME;
                    let another = if finished.len() < BATCH_MAX { queue.another(more && !has_page) } else { None };
                    next = another.map(|(turn, job)| {
                        has_page |= turn == Turn::Page;
                        job
                    });
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
