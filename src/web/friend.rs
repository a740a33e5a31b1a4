//! Friends as pages: who they are, who asks, who has been asked; asking, answering, parting.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::card::{Asking, Line, Person, Tie};
use super::form::{Fields, Form};
use super::page::{self, Page};
use super::person;
use crate::domain::actor;
use crate::domain::block;
use crate::domain::friend::{self, Relation};
use crate::error::{Error, Result};
use crate::id::{ActorId, FollowId};

/// The page of friends.
#[derive(Template)]
#[template(path = "friend/list.html")]
struct List {
    page: Page,
    asking: Vec<Asking>,
    waiting: Vec<Line>,
    friends: Vec<Line>,
    follows: Vec<Line>,
}

/// `/friends`.
pub async fn list(page: Page) -> Result<HttpResponse> {
    let id = page.me()?.member.actor.id;
    let (requests, ties) =
        page.ctx.glance(move |conn| Ok((friend::requests(conn, id)?, friend::ties(conn, id)?))).await?;
    let (mut waiting, mut friends, mut follows) = (Vec::new(), Vec::new(), Vec::new());
    // Groups have a page of their own.
    for (actor, relation) in ties.into_iter().filter(|(actor, _)| actor.kind != actor::Kind::Group) {
        let line = Line { person: Person::of(&actor, page.language), tie: Tie::of(&relation, &actor) };
        match relation {
            Relation::Friend => friends.push(line),
            Relation::Follows => follows.push(line),
            Relation::Requested | Relation::Provisional => waiting.push(line),
            Relation::Own | Relation::Stranger | Relation::Asks(..) => {}
        }
    }
    let asking = requests.iter().map(|tie| Asking::of(&page, tie)).collect();
    page::ok(&List { page, asking, waiting, friends, follows })
}

/// The form by which somebody is asked.
#[derive(Template)]
#[template(path = "friend/new.html")]
struct New {
    page: Page,
    form: Form,
    own_address: String,
}

/// `/friends/requests/new`.
pub async fn new(page: Page) -> Result<HttpResponse> {
    let form = Form::filled(Fields::of([("address", page.query("address").to_owned())]));
    compose(page, StatusCode::OK, form)
}

fn compose(page: Page, status: StatusCode, form: Form) -> Result<HttpResponse> {
    let own_address = format!("@{}", page.me()?.member.actor.address);
    page::show(status, &New { page, form, own_address })
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
        Err(error) => {
            let (status, form) = page.retry(fields, error)?;
            compose(page, status, form)
        }
    }
}

async fn ask(page: &Page, fields: &Fields) -> Result<(String, Relation)> {
    let other = person::typed(page, fields.text("address")).await?;
    let (me, greeting) = (page.me()?, fields.text("greeting").to_owned());
    let name = other.display_name.clone();
    let asked = page.ctx.write(move |conn| {
        if block::standing(conn, me.member.actor.id, &other)?.keeps_apart() {
            return Err(Error::invalid("address", "problem-friend-blocked"));
        }
        friend::request(conn, &me.member.actor, &other, &greeting)
    });
    let relation = asked.await?;
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
    person: Person,
    tie: Tie,
}

/// `/friends/{actor}/removal`.
pub async fn ask_removal(page: Page, id: web::Path<ActorId>) -> Result<HttpResponse> {
    let (me, id) = (page.me()?.member.actor.id, *id);
    let (other, relation) = page
        .ctx
        .glance(move |conn| {
            let other = actor::by_id(conn, id)?;
            let relation = friend::relation(conn, me, &other)?;
            Ok((other, relation))
        })
        .await?;
    if matches!(relation, Relation::Own | Relation::Stranger) {
        return Err(Error::NotFound("friend"));
    }
    let person = Person::of(&other, page.language);
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
