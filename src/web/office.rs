//! The hall office: how the hall fares, its settings, and what officers did.

use actix_web::HttpResponse;
use askama::Template;

use super::form::{Fields, Form};
use super::member;
use super::page::{self, Page};
use super::peer;
use super::setup::settings;
use super::time::When;
use crate::domain::audit::{self, Audit};
use crate::domain::login::{self, State};
use crate::domain::{arrival, delivery, hall, media};
use crate::error::Result;
use crate::id::AuditId;

/// Peers in trouble and lines of the log on the first page of the office.
const SHORT_LIST: usize = 5;
/// Lines of the log on a page.
const LOG_PAGE: i64 = 50;
/// Peers that are looked at for trouble.
const PEERS_MAX: i64 = 500;

/// A line of the log as a page shows it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Who did it.
    pub who: String,
    /// The message of what was done.
    pub verb: &'static str,
    /// To what.
    pub subject: String,
    /// When.
    pub when: When,
}

impl Entry {
    fn of(page: &Page, line: &Audit) -> Self {
        Self {
            who: line.who.clone(),
            verb: verb_message(&line.verb),
            subject: line.subject.clone(),
            when: page.when(line.created_at),
        }
    }
}

/// The message of an act in the log.
fn verb_message(verb: &str) -> &'static str {
    const KNOWN: [&str; 17] = [
        "audit-role",
        "audit-admit",
        "audit-suspend",
        "audit-hold",
        "audit-turn-down",
        "audit-hall",
        "audit-peer-allowed",
        "audit-peer-blocked",
        "audit-peer-open",
        "audit-peer-paused",
        "audit-peer-resumed",
        "audit-report-resolved",
        "audit-report-reopened",
        "audit-report-taken",
        "audit-report-left",
        "audit-report-changed",
        "audit-report-post",
    ];
    KNOWN.into_iter().find(|known| *known == verb).unwrap_or("audit-other")
}

/// The first page of the office.
#[derive(Template)]
#[template(path = "office/show.html")]
struct Show {
    page: Page,
    members: usize,
    pending: Vec<member::Line>,
    waiting: i64,
    arriving: i64,
    failed: i64,
    peers: usize,
    troubled: Vec<peer::Line>,
    log: Vec<Entry>,
    cached_mb: i64,
    cache_mb: u64,
}

/// `/office`.
pub async fn show(page: Page) -> Result<HttpResponse> {
    let lines = i64::try_from(SHORT_LIST).unwrap_or(0);
    let (members, peers, log, numbers) = page
        .ctx
        .read(move |conn| {
            let numbers =
                (delivery::waiting(conn)?, arrival::waiting(conn)?, arrival::failed(conn)?, media::cached_bytes(conn)?);
            let peers = crate::domain::peer::list(conn, PEERS_MAX)?;
            Ok((login::list(conn)?, peers, audit::latest(conn, None, lines)?, numbers))
        })
        .await?;
    let (waiting, arriving, failed, cached_bytes) = numbers;
    let pending = members.iter().filter(|member| member.login.state == State::Pending);
    page::ok(&Show {
        members: members.iter().filter(|member| member.login.state == State::Active).count(),
        pending: pending.map(|member| member::Line::of(&page, member)).collect(),
        waiting,
        arriving,
        failed,
        peers: peers.len(),
        troubled: peers
            .iter()
            .map(|health| peer::Line::of(&page, health))
            .filter(|line| line.is_troubled)
            .take(SHORT_LIST)
            .collect(),
        log: log.iter().map(|line| Entry::of(&page, line)).collect(),
        cached_mb: cached_bytes.div_euclid(1_000_000),
        cache_mb: page.ctx.config.media.cache_mb,
        page,
    })
}

/// The log of what officers did.
#[derive(Template)]
#[template(path = "office/log.html")]
struct Log {
    page: Page,
    log: Vec<Entry>,
    older: Option<AuditId>,
}

/// `/office/log`.
pub async fn log(page: Page) -> Result<HttpResponse> {
    let before = page.query("before").parse::<AuditId>().ok();
    let rows = page.ctx.read(move |conn| audit::latest(conn, before, LOG_PAGE + 1)).await?;
    let (rows, older) = page::cut(rows, LOG_PAGE, |line| line.id);
    page::ok(&Log { older, log: rows.iter().map(|line| Entry::of(&page, line)).collect(), page })
}

/// The settings of the hall.
#[derive(Template)]
#[template(path = "office/hall.html")]
struct EditHall {
    page: Page,
    form: Form,
}

/// `/office/hall`.
pub async fn edit_hall(page: Page) -> Result<HttpResponse> {
    let hall = page.ctx.read(hall::get).await?;
    let mut fields = Fields::of([
        ("hall_name", hall.name),
        ("motto", hall.motto),
        ("about", hall.about),
        ("rules", hall.rules),
        ("default_language", hall.language),
        ("time_zone", hall.time_zone),
        ("takes_gifts", if hall.takes_gifts { "yes" } else { "" }.to_owned()),
    ]);
    hall.languages.split(',').for_each(|code| fields.push("languages", code));
    page::ok(&EditHall { form: Form::filled(fields), page })
}

/// `POST /office/hall`.
pub async fn update_hall(page: Page, fields: Fields) -> Result<HttpResponse> {
    let (officer, settings) = (page.officer()?, settings(&fields));
    let done = page
        .ctx
        .write(move |conn| {
            hall::update(conn, &settings)?;
            audit::record(conn, officer.login_id, &officer.who, "audit-hall", &settings.name)
        })
        .await;
    match done {
        Ok(()) => {
            page.forget_hall();
            Ok(page.go("/office/hall", "flash-hall"))
        }
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            page::show(status, &EditHall { page, form })
        }
    }
}
