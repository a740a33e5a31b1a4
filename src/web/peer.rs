//! Other servers in the hall office: how they fare, what waits for them, and what officers decide about them.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::form::{Fields, Form};
use super::page::{self, Page};
use super::time::When;
use crate::domain::audit;
use crate::domain::peer::{self, Health, State};
use crate::error::{Error, Result};
use crate::wire::address::canonical_host;

/// Peers on the page.
const LIST_MAX: i64 = 200;
/// An error as an officer sees it, in characters.
const ERROR_CHARS_MAX: usize = 160;

/// A peer as the office shows it.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its host.
    pub host: String,
    /// Its host as part of a path.
    pub path: String,
    /// How it stands: the message and the kind of its chip.
    pub state: (&'static str, &'static str),
    /// The code of what was decided.
    pub decision: &'static str,
    /// Are deliveries held back?
    pub is_paused: bool,
    /// Has it failed lately?
    pub is_troubled: bool,
    /// Deliveries that wait.
    pub waiting: i64,
    /// Its last success.
    pub success: Option<When>,
    /// The last activity that came from it.
    pub arrival: Option<When>,
    /// Since when it fails.
    pub failing: Option<When>,
    /// What it said last.
    pub error: String,
}

impl Line {
    /// The line of a peer.
    pub fn of(page: &Page, health: &Health) -> Self {
        let peer = &health.peer;
        let is_resting = peer.resting_until > page.ctx.now();
        let state = match (peer.state, peer.paused_at, peer.failing_since) {
            (State::Blocked, ..) => ("peer-blocked", ""),
            (_, Some(_), _) => ("peer-paused", "warn"),
            (_, _, Some(_)) if is_resting => ("peer-resting", "hot"),
            (_, _, Some(_)) => ("peer-failing", "hot"),
            _ if health.waiting > 0 => ("peer-slow", "warn"),
            _ => ("peer-well", "ok"),
        };
        Self {
            host: peer.host.clone(),
            path: url::form_urlencoded::byte_serialize(peer.host.as_bytes()).collect(),
            state,
            decision: peer.state.as_str(),
            is_paused: peer.paused_at.is_some(),
            is_troubled: peer.state != State::Blocked && (peer.failing_since.is_some() || peer.paused_at.is_some()),
            waiting: health.waiting,
            success: peer.last_success_at.map(|at| page.when(at)),
            arrival: peer.last_arrival_at.map(|at| page.when(at)),
            failing: peer.failing_since.map(|at| page.when(at)),
            error: crate::text::excerpt(&peer.last_error, ERROR_CHARS_MAX),
        }
    }
}

/// The page of peers.
#[derive(Template)]
#[template(path = "office/peers.html")]
struct List {
    page: Page,
    form: Form,
    peers: Vec<Line>,
}

/// `/office/peers`.
pub async fn list(page: Page) -> Result<HttpResponse> {
    render(page, StatusCode::OK, Form::default()).await
}

async fn render(page: Page, status: StatusCode, form: Form) -> Result<HttpResponse> {
    let peers = page.ctx.read(|conn| peer::list(conn, LIST_MAX)).await?;
    let peers = peers.iter().map(|health| Line::of(&page, health)).collect();
    page::show(status, &List { page, form, peers })
}

/// `POST /office/peers`: decides about a server by its name, met or not.
pub async fn create(page: Page, fields: Fields) -> Result<HttpResponse> {
    let host = canonical_host(fields.text("host").trim()).filter(|host| *host != page.ctx.authority);
    let Some(host) = host else {
        let problems = [crate::error::Problem::new("host", "problem-host")];
        let form = Form::again(&page, fields, &problems);
        return render(page, StatusCode::UNPROCESSABLE_ENTITY, form).await;
    };
    decide(&page, host, fields.text("state")).await
}

/// `POST /office/peers/{host}/decision`.
pub async fn update(page: Page, host: web::Path<String>, fields: Fields) -> Result<HttpResponse> {
    let host = known(&page, &host).await?;
    decide(&page, host, fields.text("state")).await
}

async fn decide(page: &Page, host: String, state: &str) -> Result<HttpResponse> {
    let state = state.parse::<State>().map_err(|_| Error::invalid("state", "problem-state"))?;
    let (verb, flash) = match state {
        State::Open => ("audit-peer-open", "flash-peer-open"),
        State::Allowed => ("audit-peer-allow", "flash-peer-allowed"),
        State::Blocked => ("audit-peer-block", "flash-peer-blocked"),
    };
    let (officer, name) = (page.officer()?, host.clone());
    page.ctx
        .write(move |conn| {
            peer::decide(conn, &host, state)?;
            audit::record(conn, officer.login_id, &officer.who, verb, &host)
        })
        .await?;
    Ok(page.go_saying("/office/peers", flash, &name))
}

/// `POST /office/peers/{host}/pause`: holds deliveries back.
pub async fn pause(page: Page, host: web::Path<String>) -> Result<HttpResponse> {
    let host = known(&page, &host).await?;
    let (officer, name) = (page.officer()?, host.clone());
    page.ctx
        .write(move |conn| {
            peer::pause(conn, &host)?;
            audit::record(conn, officer.login_id, &officer.who, "audit-peer-pause", &host)
        })
        .await?;
    Ok(page.go_saying("/office/peers", "flash-peer-paused", &name))
}

/// `POST /office/peers/{host}/resumption`: lets deliveries go, or tries again at once.
pub async fn resume(page: Page, host: web::Path<String>) -> Result<HttpResponse> {
    let host = known(&page, &host).await?;
    let (officer, name) = (page.officer()?, host.clone());
    page.ctx
        .write(move |conn| {
            peer::resume(conn, &host)?;
            audit::record(conn, officer.login_id, &officer.who, "audit-peer-resume", &host)
        })
        .await?;
    Ok(page.go_saying("/office/peers", "flash-peer-resumed", &name))
}

/// The host of a peer that we have met.
async fn known(page: &Page, host: &str) -> Result<String> {
    let host = host.to_owned();
    let found = page.ctx.read(move |conn| peer::find(conn, &host)).await?;
    found.map(|peer| peer.host).ok_or(Error::NotFound("peer"))
}
