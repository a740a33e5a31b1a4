//! Friends as pages: who they are, who asks, who has been asked; asking, answering, parting.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::form::{Fields, Form};
use super::page::{self, Page};
use super::person;
use super::time::When;
use crate::domain::actor::{self, Actor};
use crate::domain::friend::{self, Relation};
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, FollowId};

/// How the reader stands to somebody, as templates ask for it.
#[derive(Debug, Clone)]
pub struct Tie {
    /// One word: `own stranger requested asks provisional friend follows`.
    pub state: &'static str,
    /// The request that waits for the reader's answer.
    pub request: i64,
    /// Its greeting.
    pub greeting: String,
    /// Does the other know friends, so that a follow is a request?
    pub knows_friends: bool,
}

impl Tie {
    /// How things stand with `other`.
    pub fn of(relation: &Relation, other: &Actor) -> Self {
        let (request, greeting) = match relation {
            Relation::Asks(id, greeting) => (id.0, greeting.clone()),
            _ => (0, String::new()),
        };
        let state = match relation {
            Relation::Own => "own",
            Relation::Stranger => "stranger",
            Relation::Requested => "requested",
            Relation::Asks(..) => "asks",
            Relation::Provisional => "provisional",
            Relation::Friend => "friend",
            Relation::Follows => "follows",
        };
        Self { state, request, greeting, knows_friends: other.friends }
    }
}

/// A request that waits for the reader's answer.
#[derive(Debug, Clone)]
pub struct Asking {
    /// Who asks.
    pub person: person::Card,
    /// The request.
    pub request: FollowId,
    /// The words that came with it.
    pub greeting: String,
    /// When it came.
    pub when: When,
}

impl Asking {
    /// The line of a request.
    pub fn of(page: &Page, tie: &friend::Tie) -> Self {
        Self {
            person: person::Card::of(&tie.actor, page.language),
            request: tie.follow.id,
            greeting: tie.follow.greeting.clone(),
            when: page.when(tie.follow.created_at),
        }
    }
}

/// A line of a list of people with how the reader stands to them.
#[derive(Debug, Clone)]
pub struct Line {
    /// Who it is.
    pub person: person::Card,
    /// How the reader stands to them.
    pub tie: Tie,
}

/// The page of friends.
#[derive(Template)]
#[template(path = "friend/list.html")]
struct List {
    page: Page,
    form: Form,
    own_address: String,
    asking: Vec<Asking>,
    waiting: Vec<Line>,
    friends: Vec<Line>,
    follows: Vec<Line>,
}

/// `/friends`.
pub async fn list(page: Page) -> Result<HttpResponse> {
    let form = Form::filled(Fields::of([("address", page.query("address").to_owned())]));
    render(page, StatusCode::OK, form).await
}

async fn render(page: Page, status: StatusCode, form: Form) -> Result<HttpResponse> {
    let me = page.me()?;
    let id = me.member.actor.id;
    let (requests, ties) =
        page.ctx.read(move |conn| Ok((friend::requests(conn, id)?, friend::ties(conn, id)?))).await?;
    let (mut waiting, mut friends, mut follows) = (Vec::new(), Vec::new(), Vec::new());
    for (actor, relation) in ties {
        let line = Line { person: person::Card::of(&actor, page.language), tie: Tie::of(&relation, &actor) };
        match relation {
            Relation::Friend => friends.push(line),
            Relation::Follows => follows.push(line),
            Relation::Requested | Relation::Provisional => waiting.push(line),
            Relation::Own | Relation::Stranger | Relation::Asks(..) => {}
        }
    }
    let asking = requests.iter().map(|tie| Asking::of(&page, tie)).collect();
    let own_address = format!("@{}", me.member.actor.address);
    page::show(status, &List { page, form, own_address, asking, waiting, friends, follows })
}

/// `POST /friends/requests`: asks somebody, or follows one who doesn't know friends.
pub async fn create(page: Page, fields: Fields) -> Result<HttpResponse> {
    match ask(&page, &fields).await {
        Ok((name, relation)) => {
            let flash = match relation {
                Relation::Friend => "flash-friend",
                Relation::Follows => "flash-following",
                _ => "flash-requested",
            };
            Ok(page.go_saying(back(&fields), flash, &name))
        }
        Err(Error::Invalid(problems)) => {
            let form = Form::again(&page, fields, &problems);
            render(page, StatusCode::UNPROCESSABLE_ENTITY, form).await
        }
        Err(error) => Err(error),
    }
}

async fn ask(page: &Page, fields: &Fields) -> Result<(String, Relation)> {
    let typed = fields.text("address");
    if typed.trim().is_empty() {
        return Err(Error::invalid("address", "problem-address-empty"));
    }
    let other = match person::look_up(page, typed).await {
        Ok(other) => other,
        Err(Error::NotFound(_)) => return Err(Error::invalid("address", "problem-address-unknown")),
        Err(Error::Remote { host, reason, .. }) => {
            tracing::info!(%host, %reason, "a person could not be looked up");
            let problem = Problem::new("address", "problem-address-unreachable").with("host", host);
            return Err(Error::Invalid(vec![problem]));
        }
        Err(error) => return Err(error),
    };
    let (me, greeting) = (page.me()?, fields.text("greeting").to_owned());
    let name = other.display_name.clone();
    let relation =
        page.ctx.write(move |conn| friend::request(conn, &me.member.actor, &other, &greeting)).await?;
    Ok((name, relation))
}

/// The page that a form of many pages returns to.
fn back(fields: &Fields) -> &str {
    let back = fields.text("back");
    if back.is_empty() { "/friends" } else { back }
}

/// `POST /friends/requests/{id}/acceptance`.
pub async fn accept(page: Page, id: web::Path<FollowId>, fields: Fields) -> Result<HttpResponse> {
    let (me, id) = (page.me()?, *id);
    let other = page.ctx.write(move |conn| friend::accept(conn, &me.member.actor, id)).await?;
    Ok(page.go_saying(back(&fields), "flash-accepted", &other.display_name))
}

/// `POST /friends/requests/{id}/refusal`.
pub async fn refuse(page: Page, id: web::Path<FollowId>, fields: Fields) -> Result<HttpResponse> {
    let (me, id) = (page.me()?, *id);
    page.ctx.write(move |conn| friend::decline(conn, &me.member.actor, id)).await?;
    Ok(page.go(back(&fields), "flash-declined"))
}

/// Asks before a tie ends.
#[derive(Template)]
#[template(path = "friend/removal.html")]
struct Removal {
    page: Page,
    person: person::Card,
    tie: Tie,
}

/// `/friends/{actor}/removal`.
pub async fn ask_removal(page: Page, id: web::Path<ActorId>) -> Result<HttpResponse> {
    let (me, id) = (page.me()?.member.actor.id, *id);
    let (other, relation) = page
        .ctx
        .read(move |conn| {
            let other = actor::by_id(conn, id)?;
            let relation = friend::relation(conn, me, &other)?;
            Ok((other, relation))
        })
        .await?;
    if matches!(relation, Relation::Own | Relation::Stranger) {
        return Err(Error::NotFound("friend"));
    }
    let person = person::Card::of(&other, page.language);
    page::ok(&Removal { page, person, tie: Tie::of(&relation, &other) })
}

/// `POST /friends/{actor}/removal`: ends a tie, or takes a request back.
pub async fn remove(page: Page, id: web::Path<ActorId>, fields: Fields) -> Result<HttpResponse> {
    let (me, id) = (page.me()?, *id);
    let name = page
        .ctx
        .write(move |conn| {
            let other = actor::by_id(conn, id)?;
            friend::remove(conn, &me.member.actor, &other)?;
            Ok(other.display_name)
        })
        .await?;
    Ok(page.go_saying(back(&fields), "flash-removed", &name))
}
