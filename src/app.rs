//! Puts a hall together from its settings, runs its web server and worker, and stops them cleanly.

use std::net::TcpListener;
use std::os::unix::fs::DirBuilderExt;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer, middleware, web};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::config::Config;
use crate::ctx::{Ctx, Parts};
use crate::db::{Db, Options};
use crate::domain::actor::{self, Keys, Kind};
use crate::domain::{archive, hall, login};
use crate::error::{Error, Result};
use crate::files::Files;
use crate::lang::Messages;
use crate::limit::Limits;
use crate::mail::Mailer;
use crate::metrics::Metrics;
use crate::net::{self, Net};
use crate::record::Forms;
use crate::search::Search;
use crate::secret::push::{PushKeys, Voice};
use crate::{routes, secret, worker};

/// How long requests that are under way may take when the hall stops, in seconds.
const STOP_TIMEOUT_S: u64 = 10;
/// Requests to one other server at a time.
const PER_HOST_MAX: usize = 4;
/// Reads under way at a time on each worker thread; more wait. Each thread keeps memory, and there are few cores.
const READS_MAX: usize = 8;
/// Connections per worker thread; more wait in the system's queue.
const CONNECTIONS_MAX: usize = 4_096;

/// Opens a hall: data directory, database, tables, the hall's row and its own actor. The command line and the server
/// share it; it may run beside a running server.
///
/// Errors: one clear sentence each.
pub fn open(config: Config) -> Result<Ctx> {
    open_at(config, Clock::default())
}

/// The same with a clock that a test can set.
pub fn open_at(config: Config, clock: Clock) -> Result<Ctx> {
    let dir = &config.data.dir;
    // It holds keys and passwords' hashes: nobody else on the machine may look in.
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .map_err(|e| Error::broken(format!("the data directory {} cannot be made: {e}", dir.display())))?;
    let wake = Arc::new(Notify::new());
    let waker = wake.clone();
    let origin = config.origin();
    let db = Db::open(&Options {
        url: &config.database.url,
        dir,
        connections_max: config.database.connections_max,
        clock: clock.clone(),
        origin: &origin,
        ids_start: u64::from_le_bytes(secret::random()),
        on_wake: Arc::new(move || waker.notify_waiters()),
    })?;
    let forms = Forms::load(dir)?;
    found(&db, &config)?;
    let secret = db.write_blocking(|conn| hall::secret(conn, "addresses", || secret::random::<32>().to_vec()))?;
    let secret = <[u8; 32]>::try_from(secret).map_err(|_| Error::broken("the hall's secret is of another length"))?;
    let push = push_keys(&db)?;
    let net = Net::new(net::Options {
        user_agent: format!("Huiguan/{} (+{origin})", env!("CARGO_PKG_VERSION")),
        allow_networks: config.allow_networks(),
        timeout: Duration::from_secs(config.limits.fetch_timeout_s),
        per_host_max: PER_HOST_MAX,
    })?;
    let files = Files::open(&config.media, &dir.join("media"))?;
    let mail = Mailer::open(&config.mail)?;
    let search = Search::new(&config.search, dir.join("search"))?;
    let (limits, messages, metrics) = (Limits::new(&config)?, Messages::load()?, Metrics::new()?);
    Ok(Ctx::new(Parts {
        config,
        db,
        net,
        files,
        search,
        mail,
        limits,
        messages,
        forms,
        metrics,
        secret,
        push,
        clock,
        wake,
    }))
}

/// The hall's keys for push messages, made at the first start: programs that were told the public one hold to it.
fn push_keys(db: &Db) -> Result<PushKeys> {
    let (voice, lock) = (Voice::make()?, secret::random::<32>().to_vec());
    let (voice, lock) = db.write_blocking(move |conn| {
        Ok((hall::secret(conn, "push voice", || voice)?, hall::secret(conn, "push lock", || lock)?))
    })?;
    PushKeys::read(&voice, &lock)
}

/// Makes the hall's row, its own actor and that of its archive at the first start.
fn found(db: &Db, config: &Config) -> Result<()> {
    let founded = db.read(|conn| Ok(actor::hall(conn)?.is_some()))?;
    let keys = if founded { None } else { Some(Keys::make()?) };
    let archive_founded = db.read(archive::is_founded)?;
    let archive_keys = if archive_founded { None } else { Some(Keys::make()?) };
    let (name, token) = (config.authority().unwrap_or_default(), secret::token());
    db.write_blocking(move |conn| {
        conn.lock("hall")?;
        let hall = hall::found(conn, &name, &token)?;
        match keys {
            Some(keys) if actor::hall(conn)?.is_none() => {
                actor::create(conn, Kind::Application, "hall", &hall.name, &keys).map(drop)?;
            }
            _ => {}
        }
        archive_keys.map_or(Ok(()), |keys| archive::found(conn, &keys))
    })
}

/// Does the worker run in this process?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// It runs beside the web server.
    Here,
    /// Somebody else drives it: a test, step by step.
    Elsewhere,
}

/// A hall that runs.
pub struct Running {
    /// Its handles.
    pub ctx: Ctx,
    server: ServerHandle,
    serving: JoinHandle<std::io::Result<()>>,
    metrics: Option<ServerHandle>,
    stop: watch::Sender<bool>,
    working: Option<JoinHandle<()>>,
}

/// Starts a hall on the address that its settings name.
///
/// Errors: one clear sentence, for a taken port too.
pub async fn start(config: Config) -> Result<Running> {
    let listen = config.server.listen;
    let listener = TcpListener::bind(listen).map_err(|e| Error::broken(format!("cannot listen on {listen}: {e}")))?;
    let ctx = tokio::task::spawn_blocking(move || open(config)).await.map_err(|e| Error::Broken(Box::new(e)))??;
    run(ctx, listener, Work::Here)
}

/// Starts an open hall on a listener.
pub fn run(ctx: Ctx, listener: TcpListener, work: Work) -> Result<Running> {
    let state = web::Data::new(ctx.clone());
    let pages = web::Data::new(crate::web::Face::load());
    let limits = ctx.config.limits.clone();
    let threads = std::thread::available_parallelism().map_or(2, |n| n.get().min(8));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(state.clone())
            .app_data(pages.clone())
            .wrap(middleware::from_fn(crate::web::error::observe))
            .configure(routes::table)
    })
    .workers(threads)
    .worker_max_blocking_threads(READS_MAX)
    .max_connections(CONNECTIONS_MAX)
    .client_request_timeout(limits.request_timeout())
    .tcp_nodelay(true)
    .shutdown_timeout(STOP_TIMEOUT_S)
    .disable_signals()
    .listen(listener)?
    .run();
    let metrics = serve_metrics(&ctx)?;
    let (stop, stopped) = watch::channel(false);
    let working = (work == Work::Here).then(|| tokio::spawn(worker::run(ctx.behind_pages(), stopped)));
    Ok(Running { ctx, server: server.handle(), serving: tokio::spawn(server), metrics, stop, working })
}

/// The page of numbers, on its own address, if one is set.
fn serve_metrics(ctx: &Ctx) -> Result<Option<ServerHandle>> {
    let listen = &ctx.config.metrics.listen;
    if listen.is_empty() {
        return Ok(None);
    }
    let listener = TcpListener::bind(listen).map_err(|e| Error::broken(format!("cannot listen on {listen}: {e}")))?;
    let state = web::Data::new(ctx.clone());
    let server = HttpServer::new(move || App::new().app_data(state.clone()).configure(routes::metrics))
        .workers(1)
        .disable_signals()
        .listen(listener)?
        .run();
    let handle = server.handle();
    tokio::spawn(server);
    Ok(Some(handle))
}

impl Running {
    /// The link to the set-up page, while there is no owner yet.
    pub async fn setup_link(&self) -> Result<Option<String>> {
        let origin = self.ctx.origin.clone();
        self.ctx
            .read(move |conn| {
                let token = if login::has_owner(conn)? { None } else { hall::get(conn)?.setup_token };
                Ok(token.map(|token| format!("{origin}/setup?token={token}")))
            })
            .await
    }

    /// Stops: takes no more requests, finishes those under way, lets the worker finish what it holds.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        self.ctx.stop();
        self.ctx.wake.notify_waiters();
        self.server.stop(true).await;
        if let Some(metrics) = self.metrics {
            metrics.stop(true).await;
        }
        if let Some(working) = self.working {
            let limit = Duration::from_secs(STOP_TIMEOUT_S);
            if tokio::time::timeout(limit, working).await.is_err() {
                tracing::warn!("the worker took too long; what it held is done again at the next start");
            }
        }
        if let Ok(Err(error)) = self.serving.await {
            tracing::error!(%error, "the web server ended with an error");
        }
    }
}
