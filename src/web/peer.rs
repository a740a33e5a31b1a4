//! Peers (友馆): how other servers fare, and what officers decide about them.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::error::Fault;
use super::page::{Layout, Tab, html, see_with, without_flash};
use super::session::{Posted, Visitor};
use super::time;
use crate::domain::login::Officer;
use crate::domain::peer::{self, Health, State};
use crate::domain::{arrival, audit};
use crate::error::{Error, Result};
use crate::wire::address::canonical_host;

/// Peers on the page.
const LISTED_MAX: i64 = 500;
/// Outcomes on the page.
const OUTCOMES_MAX: i64 = 30;

/// A peer as the page shows it.
pub struct Row {
    /// Its host.
    pub host: String,
    /// The message of its state.
    pub state: &'static str,
    /// The chip's class.
    pub chip: &'static str,
    /// Deliveries that wait.
    pub waiting: i64,
    /// The last delivery that it took.
    pub success: Option<time::Shown>,
    /// The last activity that it sent.
    pub arrival: Option<time::Shown>,
    /// What it said last when it failed.
    pub error: String,
    /// Is it blocked?
    pub is_blocked: bool,
    /// Is it held back?
    pub is_paused: bool,
    /// Is it allowed by name?
    pub is_allowed: bool,
}

/// An activity that had no effect, or failed.
pub struct OutcomeRow {
    /// When it came.
    pub time: time::Shown,
    /// Its type and sender.
    pub what: String,
    /// What became of it, and why.
    pub words: String,
}

#[derive(Template)]
#[template(path = "peers.html")]
struct PeersPage {
    page: Layout,
    rows: Vec<Row>,
    outcomes: Vec<OutcomeRow>,
}

fn row(layout: &Layout, Health { peer, waiting }: Health) -> Row {
    let (state, chip) = match (peer.state, peer.paused_at, peer.failing_since) {
        (State::Blocked, ..) => ("peer-blocked", ""),
        (_, Some(_), _) => ("peer-paused", "warn"),
        (_, _, Some(_)) if peer.resting_until > layout.now => ("peer-resting", "hot"),
        (_, _, Some(_)) => ("peer-failing", "warn"),
        (State::Allowed, ..) => ("peer-allowed", "ok"),
        (State::Open, ..) => ("peer-well", "ok"),
    };
    Row {
        state,
        chip,
        waiting,
        success: peer.last_success_at.map(|at| layout.time(at)),
        arrival: peer.last_arrival_at.map(|at| layout.time(at)),
        error: peer.last_error,
        is_blocked: peer.state == State::Blocked,
        is_paused: peer.paused_at.is_some(),
        is_allowed: peer.state == State::Allowed,
        host: peer.host,
    }
}

/// `/office/peers`.
pub async fn list(visitor: Visitor) -> Result<HttpResponse, Fault> {
    let (peers, outcomes) =
        visitor.ctx.read(|conn| Ok((peer::list(conn, LISTED_MAX)?, arrival::latest(conn, OUTCOMES_MAX)?))).await?;
    let mut layout = visitor.layout("peers", Tab::Me);
    layout.wide = true;
    let flash = layout.flash.is_some();
    let outcome = |o: arrival::Outcome| OutcomeRow {
        time: layout.time(o.received_at),
        what: format!("{} · {}", o.kind, o.actor_uri),
        words: format!("{} {}", layout.t(outcome_message(o.state)), o.reason),
    };
    let page = PeersPage {
        rows: peers.into_iter().map(|health| row(&layout, health)).collect(),
        outcomes: outcomes.into_iter().map(outcome).collect(),
        page: layout,
    };
    Ok(without_flash(html(StatusCode::OK, page.render()?), flash))
}

fn outcome_message(state: arrival::State) -> &'static str {
    match state {
        arrival::State::Waiting => "outcome-waiting",
        arrival::State::Done => "outcome-done",
        arrival::State::Ignored => "outcome-ignored",
        arrival::State::Rejected => "outcome-rejected",
        arrival::State::Failed => "outcome-failed",
    }
}

/// `POST /office/peers`: a decision (`blocked`, `open`, `allowed`, `paused`, `resumed`) about a host.
pub async fn decide(posted: Posted) -> Result<HttpResponse, Fault> {
    let Posted { visitor, fields } = posted;
    let officer = Officer::member(visitor.signed_in()?);
    let host = canonical_host(fields.get("host").trim()).ok_or_else(|| Error::invalid("host", "problem-host"))?;
    let decision = fields.get("decision").to_owned();
    visitor
        .ctx
        .write(move |conn| {
            let verb = match decision.as_str() {
                "blocked" => peer::decide(conn, &host, State::Blocked).map(|()| "audit-peer-blocked")?,
                "open" => peer::decide(conn, &host, State::Open).map(|()| "audit-peer-open")?,
                "allowed" => peer::decide(conn, &host, State::Allowed).map(|()| "audit-peer-allowed")?,
                "paused" => peer::pause(conn, &host).map(|()| "audit-peer-paused")?,
                "resumed" => peer::resume(conn, &host).map(|()| "audit-peer-resumed")?,
                _ => return Err(Error::invalid("decision", "problem-choice")),
            };
            audit::record(conn, officer.login_id, &officer.who, verb, &host)
        })
        .await?;
    Ok(see_with("/office/peers", "flash-saved"))
}
