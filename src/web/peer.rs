//! Other servers in the hall office: how they fare, what waits for them, and what officers decide about them.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::form::{Fields, Form};
use super::page::{self, Page};
use super::time::When;
use crate::domain::audit;
use crate::domain::peer::{self, Health, State};
use crate::error::{Problem, Result};
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
        let is_resting = peer.failing_since.is_some_and(|since| page.ctx.now() - since >= peer::RESTING_AFTER);
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
    let fields = Fields::of([("host", crate::text::name(page.query("host"), 255))]);
    render(page, StatusCode::OK, Form::filled(fields)).await
}

async fn render(page: Page, status: StatusCode, form: Form) -> Result<HttpResponse> {
    let peers = page.ctx.read(|conn| peer::list(conn, LIST_MAX)).await?;
    let peers = peers.iter().map(|health| Line::of(&page, health)).collect();
    page::show(status, &List { page, form, peers })
}

/// `POST /office/peers`: a decision about a server, met or not.
pub async fn decide(page: Page, fields: Fields) -> Result<HttpResponse> {
    let host = canonical_host(fields.text("host").trim()).filter(|host| *host != page.ctx.authority);
    let (Some(host), Some(decision)) = (host, Decision::parse(fields.text("decision"))) else {
        let form = page.again(fields, &[Problem::new("host", "problem-host")]);
        return render(page, StatusCode::UNPROCESSABLE_ENTITY, form).await;
    };
    let (officer, name) = (page.officer()?, host.clone());
    page.ctx
        .write(move |conn| {
            match decision {
                Decision::Open => peer::decide(conn, &host, State::Open)?,
                Decision::Allow => peer::decide(conn, &host, State::Allowed)?,
                Decision::Block => peer::decide(conn, &host, State::Blocked)?,
                Decision::Pause => peer::pause(conn, &host)?,
                Decision::Resume => peer::resume(conn, &host)?,
            }
            audit::record(conn, officer.login_id, &officer.who, decision.verb(), &host)
        })
        .await?;
    page.ctx.spoken_to.invalidate(&name);
    Ok(page.go_saying("/office/peers", decision.flash(), &name))
}

/// What officers can decide about a peer.
#[derive(Debug, Clone, Copy)]
enum Decision {
    Open,
    Allow,
    Block,
    Pause,
    Resume,
}

impl Decision {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "open" => Self::Open,
            "allowed" => Self::Allow,
            "blocked" => Self::Block,
            "paused" => Self::Pause,
            "resumed" => Self::Resume,
            _ => return None,
        })
    }

    /// The message of the log.
    fn verb(self) -> &'static str {
        match self {
            Self::Open => "audit-peer-open",
            Self::Allow => "audit-peer-allowed",
            Self::Block => "audit-peer-blocked",
            Self::Pause => "audit-peer-paused",
            Self::Resume => "audit-peer-resumed",
        }
    }

    /// What the next page says.
    fn flash(self) -> &'static str {
        match self {
            Self::Open => "flash-peer-open",
            Self::Allow => "flash-peer-allowed",
            Self::Block => "flash-peer-blocked",
            Self::Pause => "flash-peer-paused",
            Self::Resume => "flash-peer-resumed",
        }
    }
}
