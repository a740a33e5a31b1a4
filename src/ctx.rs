//! The handles that an edge needs, in one place that clones cheaply. [`Ctx::read`] and [`Ctx::write`] are the only doors
//! to the database.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use moka::sync::Cache;
use tokio::sync::{Mutex, Notify, OwnedSemaphorePermit, Semaphore, SemaphorePermit};

use crate::clock::{Clock, Micros};
use crate::config::Config;
use crate::db::{Conn, Db, Turn};
use crate::error::{Error, Result};
use crate::files::Files;
use crate::id::{ActorId, MediaId};
use crate::lang::Messages;
use crate::limit::Limits;
use crate::mail::Mailer;
use crate::metrics::Metrics;
use crate::net::Net;
use crate::pack::Packer;
use crate::picture::{self, Picture, Refused, Shape};
use crate::record::Forms;
use crate::search::Search;
use crate::secret::push::PushKeys;
use crate::secret::{PublicKey, SigningKey};

/// Signing keys of local actors and public keys of remote ones that are kept parsed.
const KEYS_CACHED_MAX: u64 = 5_000;
/// Slow things done at a time: a password's hash takes 19 MB, and a crowd at the door must not take all memory.
const SLOW_MAX: usize = 2;
/// Shares of the machine for decoding pictures: a large one takes both, so that memory holds one at a time.
const DECODE_SHARES: usize = 2;
/// Pictures of other servers fetched at a time: each is held in memory while it comes.
const FETCHES_MAX: usize = 4;
/// Films of other servers fetched at a time: each takes long, and pictures are not to wait for them.
const FILMS_MAX: usize = 2;
/// Locks of pictures that are being fetched; more than can be fetched while one is kept.
const FETCH_TURNS: u64 = 10_000;
/// How long an unused one is kept.
const FETCH_TURN_KEPT: Duration = Duration::from_secs(60);
/// How long a remote actor's key may be used without looking into the database: other processes may have renewed it.
const PUBLIC_KEY_CACHED: Duration = Duration::from_secs(60);
/// How long it is remembered whether a host is spoken to: other processes may have decided otherwise meanwhile.
const SPOKEN_TO_CACHED: Duration = Duration::from_secs(2);
/// How long the numbers of members and posts may be told without counting anew.
const USAGE_CACHED: Duration = Duration::from_secs(300);
/// A key that couldn't be fetched, or didn't fit, isn't asked for again sooner.
const KEY_FAILURE_KEPT: Duration = Duration::from_secs(300);

/// A public key with what must be known of its owner to take its word.
#[derive(Debug, Clone)]
pub struct Known {
    /// The owner.
    pub actor_id: ActorId,
    /// Does the owner act for its whole server (an `Application` or `Service`), rather than for itself?
    pub is_server: bool,
    /// The owner's id on the wire.
    pub actor_uri: String,
    /// The owner's canonical host.
    pub host: String,
    /// The key.
    pub key: PublicKey,
}

/// How much somebody has published for everyone, and their ties.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Posts for everyone.
    pub posts: i64,
    /// When the last of them was published.
    pub last_at: Option<Micros>,
    /// Followers who are known here.
    pub followers: i64,
    /// Whom they follow, as far as it is known here.
    pub followed: i64,
}

/// Streams that are listened to at a time; each takes a look at the database now and then.
const STREAMS_MAX: usize = 2_000;
/// The same for one member, with all their programs.
const OWN_STREAMS_MAX: usize = 30;
/// How long the count of a member's streams is kept after one was opened: longer than anybody needs to open too many.
const STREAMS_IDLE: Duration = Duration::from_secs(3_600);
/// Rows as streams tell them that are kept, and how long: until the streams of one reader have all told them.
const TOLD_CACHED_MAX: u64 = 500;
const TOLD_CACHED: Duration = Duration::from_secs(3);
/// One connection in so many (at least one) is left to pages by other servers and the worker.
const PAGES_KEEP_ONE_IN: usize = 4;
/// Writes of other servers and the worker that wait on SQLite at a time: so many a page's write waits for at most.
const SERVER_WRITES_MAX: usize = 64;
/// How long a server's request waits for its turn at the database before it hears that the hall is busy.
const SERVER_WAIT: Duration = Duration::from_secs(5);

/// What everything at the edges shares.
#[derive(Clone)]
pub struct Ctx {
    inner: Arc<Inner>,
    by: By,
}

/// For whom the database is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// Somebody who waits for a page.
    Pages,
    /// Another server, or the worker.
    Servers,
}

/// The handles.
pub struct Inner {
    /// Settings.
    pub config: Config,
    /// The hall's origin in its canonical spelling.
    pub origin: String,
    /// The origin's authority.
    pub authority: String,
    /// The outgoing client.
    pub net: Net,
    /// Files.
    pub files: Files,
    /// The search index.
    pub search: Search,
    /// Sends letters, if the hall does.
    pub mail: Mailer,
    /// How often things may be done.
    pub limits: Limits,
    /// Messages in all languages.
    pub messages: Messages,
    /// Numbers for monitoring.
    pub metrics: Metrics,
    /// The record forms of the archive.
    pub forms: Forms,
    /// Makes pages and answers smaller on their way.
    pub packer: Packer,
    /// What only this hall knows, for addresses that only it can make.
    pub secret: [u8; 32],
    /// Its keys for push messages.
    pub push: PushKeys,
    /// The clock.
    pub clock: Clock,
    /// Turns for fetching pictures of other servers.
    pub fetches: Semaphore,
    /// The same for films.
    pub film_fetches: Semaphore,
    /// Told when there is work for the worker.
    pub wake: Arc<Notify>,
    db: Db,
    server_reads: Arc<Semaphore>,
    server_writes: Arc<Semaphore>,
    unsaved: AtomicBool,
    written: AtomicU64,
    stopping: AtomicBool,
    streams: Arc<Semaphore>,
    own_streams: Cache<ActorId, Arc<Semaphore>>,
    slow: Arc<Semaphore>,
    decoding: Semaphore,
    fetch_turns: Cache<MediaId, Arc<Mutex<()>>>,
    /// Local actors' RSA keys with their URIs.
    pub signing_keys: Cache<ActorId, (Arc<str>, SigningKey)>,
    /// Public keys by URI.
    pub public_keys: Cache<String, Known>,
    /// Keys that failed lately.
    pub key_failures: Cache<String, ()>,
    /// Whether a host may speak to us and be spoken to; forgotten by whoever decides anew.
    pub spoken_to: Cache<String, bool>,
    /// How many members and public posts the hall has, as it tells other servers: counting takes a while, and anybody asks.
    pub usage: Cache<(), (i64, i64)>,
    /// What lists tell of how much somebody has published and how many follow: counting takes a while.
    pub tallies: Cache<ActorId, Tally>,
    /// What streams have told lately of a row: who reads, the row, its last change, and on what kind of list it stands.
    pub told: Cache<(ActorId, i64, Option<Micros>, &'static str), Arc<str>>,
    /// The hall's own actor, once it was asked for.
    pub hall_actor: OnceLock<ActorId>,
}

impl std::ops::Deref for Ctx {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.inner
    }
}

/// What a [`Ctx`] is made of.
pub struct Parts {
    /// Settings.
    pub config: Config,
    /// The database, open and migrated.
    pub db: Db,
    /// The outgoing client.
    pub net: Net,
    /// Files.
    pub files: Files,
    /// The search index.
    pub search: Search,
    /// Sends letters, if the hall does.
    pub mail: Mailer,
    /// How often things may be done.
    pub limits: Limits,
    /// Messages.
    pub messages: Messages,
    /// The record forms of the archive.
    pub forms: Forms,
    /// Numbers.
    pub metrics: Metrics,
    /// What only this hall knows.
    pub secret: [u8; 32],
    /// Its keys for push messages.
    pub push: PushKeys,
    /// The clock.
    pub clock: Clock,
    /// Told by the database when there is work.
    pub wake: Arc<Notify>,
}

impl Ctx {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        let keys = || Cache::builder().max_capacity(KEYS_CACHED_MAX);
        let connections = usize::try_from(parts.config.database.connections_max).unwrap_or(1);
        let kept = (connections / PAGES_KEEP_ONE_IN).max(1);
        let server_reads = Arc::new(Semaphore::new(connections.saturating_sub(kept).max(1)));
        let server_writes = match parts.db.has_writer() {
            true => Arc::new(Semaphore::new(SERVER_WRITES_MAX)),
            false => server_reads.clone(),
        };
        let inner = Inner {
            origin: parts.config.origin(),
            authority: parts.config.authority().unwrap_or_default(),
            config: parts.config,
            net: parts.net,
            files: parts.files,
            fetches: Semaphore::new(FETCHES_MAX),
            film_fetches: Semaphore::new(FILMS_MAX),
            decoding: Semaphore::new(DECODE_SHARES),
            fetch_turns: Cache::builder().max_capacity(FETCH_TURNS).time_to_idle(FETCH_TURN_KEPT).build(),
            forms: parts.forms,
            search: parts.search,
            mail: parts.mail,
            limits: parts.limits,
            messages: parts.messages,
            metrics: parts.metrics,
            packer: Packer::default(),
            secret: parts.secret,
            push: parts.push,
            clock: parts.clock,
            wake: parts.wake,
            db: parts.db,
            unsaved: AtomicBool::new(false),
            written: AtomicU64::new(1),
            stopping: AtomicBool::new(false),
            streams: Arc::new(Semaphore::new(STREAMS_MAX)),
            own_streams: Cache::builder().max_capacity(KEYS_CACHED_MAX).time_to_idle(STREAMS_IDLE).build(),
            slow: Arc::new(Semaphore::new(SLOW_MAX)),
            signing_keys: Cache::builder().max_capacity(KEYS_CACHED_MAX).build(),
            public_keys: keys().time_to_live(PUBLIC_KEY_CACHED).build(),
            spoken_to: Cache::builder().max_capacity(KEYS_CACHED_MAX).time_to_live(SPOKEN_TO_CACHED).build(),
            tallies: Cache::builder().max_capacity(KEYS_CACHED_MAX).time_to_live(USAGE_CACHED).build(),
            usage: Cache::builder().max_capacity(1).time_to_live(USAGE_CACHED).build(),
            told: Cache::builder().max_capacity(TOLD_CACHED_MAX).time_to_live(TOLD_CACHED).build(),
            hall_actor: OnceLock::new(),
            key_failures: Cache::builder().max_capacity(KEYS_CACHED_MAX).time_to_live(KEY_FAILURE_KEPT).build(),
            server_reads,
            server_writes,
        };
        Self { inner: Arc::new(inner), by: By::Pages }
    }

    /// The same handles for what comes from other servers and for the worker: they leave a part of the database to pages,
    /// so that whoever floods the inbox locks no member out.
    pub fn behind_pages(&self) -> Self {
        Self { inner: self.inner.clone(), by: By::Servers }
    }

    /// Waits for one of the turns that servers and the worker share. Pages need none.
    ///
    /// Errors: `Unavailable` if none is free for a while.
    async fn turn<'a>(&self, turns: &'a Semaphore) -> Result<Option<SemaphorePermit<'a>>> {
        if self.by == By::Pages {
            return Ok(None);
        }
        match tokio::time::timeout(SERVER_WAIT, turns.acquire()).await {
            Ok(Ok(turn)) => Ok(Some(turn)),
            Ok(Err(_)) | Err(_) => Err(Error::Unavailable("the database is busy".to_owned())),
        }
    }

    /// Reads from the database, off the request threads.
    pub async fn read<T: Send + 'static>(&self, f: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static) -> Result<T> {
        let _turn = self.turn(&self.server_reads).await?;
        self.read_now(f).await
    }

    async fn read_now<T: Send + 'static>(&self, f: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static) -> Result<T> {
        let db = self.db.clone();
        tokio::task::spawn_blocking(move || db.read(f)).await.map_err(|e| Error::Broken(Box::new(e)))?
    }

    /// Reads what a few look-ups in indexes answer, as most pages do. On SQLite that happens where it is asked for, since
    /// to hand it to another thread and wait costs more than the reading; elsewhere, and if no connection is free at
    /// once, it is the same as [`Ctx::read`].
    pub async fn glance<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _turn = self.turn(&self.server_reads).await?;
        match self.db.read_here(f) {
            Ok(result) => result,
            Err(f) => self.read_now(f).await,
        }
    }

    /// Writes in one transaction; answers when it is on disk.
    pub async fn write<T: Send + 'static>(&self, f: impl FnOnce(&mut Conn) -> Result<T> + Send + 'static) -> Result<T> {
        let _turn = self.turn(&self.server_writes).await?;
        let turn = if self.by == By::Pages { Turn::Page } else { Turn::Server };
        let result = self.db.write(turn, f).await;
        match &result {
            Ok(_) => {
                self.unsaved.store(false, Ordering::Relaxed);
                self.written.fetch_add(1, Ordering::Relaxed);
            }
            Err(Error::Unavailable(_)) => self.unsaved.store(true, Ordering::Relaxed),
            Err(_) => {}
        }
        result
    }

    /// A place for one more stream of a member; none if all are taken, or all that one member may have.
    pub fn stream_place(&self, member: ActorId) -> Option<[OwnedSemaphorePermit; 2]> {
        let own = self.own_streams.get_with(member, || Arc::new(Semaphore::new(OWN_STREAMS_MAX)));
        Some([own.try_acquire_owned().ok()?, self.streams.clone().try_acquire_owned().ok()?])
    }

    /// How often this process has written: whoever compares it knows whether it is worth looking again.
    pub fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    /// The hall is about to stop: what would go on for ever ends.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Is the hall about to stop?
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// Did the last write fail because the hall can't save anything just now?
    pub fn is_unsaved(&self) -> bool {
        self.unsaved.load(Ordering::Relaxed)
    }

    /// The database for callers that may block, such as the command line.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// The time now.
    pub fn now(&self) -> Micros {
        self.clock.now()
    }

    /// Runs something slow (a password's hash, key generation) off the request threads, after what waits already.
    pub async fn slow<T: Send + 'static>(&self, f: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let _turn = self.slow.clone().acquire_owned().await.map_err(|e| Error::Broken(Box::new(e)))?;
        tokio::task::spawn_blocking(f).await.map_err(|e| Error::Broken(Box::new(e)))?
    }

    /// The lock under which a picture of another server is fetched: its readers come together, and one fetch is enough.
    pub fn fetch_turn(&self, id: MediaId) -> Arc<Mutex<()>> {
        self.fetch_turns.get_with(id, Arc::default)
    }

    /// Makes the forms in which a picture is shown, after what waits already.
    ///
    /// The inner error says why the picture is not taken.
    pub async fn prepare(&self, bytes: bytes::Bytes, shape: Shape) -> Result<std::result::Result<Picture, Refused>> {
        let pixels = match picture::inspect(&bytes) {
            Ok(pixels) => pixels,
            Err(refused) => return Ok(Err(refused)),
        };
        let shares = picture::shares(pixels);
        let _turn = self.decoding.acquire_many(shares).await.map_err(|e| Error::Broken(Box::new(e)))?;
        let prepared = tokio::task::spawn_blocking(move || picture::prepare(&bytes, shape)).await;
        // A decoder that panics has met a file that it can't read.
        Ok(prepared.unwrap_or(Err(Refused::Broken)))
    }
}
