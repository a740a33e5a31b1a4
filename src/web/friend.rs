//! Friends: the list, requests, answers, endings.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::error::Fault;
use super::form::{Field, Form, Forms, Look};
use super::limit::Act;
use super::page::{Layout, Tab, html, see_with, without_flash};
use super::person::{Bond, Line};
use super::session::{Fields, Posted, Visitor};
use crate::domain::actor::{self, Actor};
use crate::domain::friend::{self, Relation};
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, FollowId};
use crate::remote;
use crate::wire::address::Address;

/// A request that waits for an answer.
pub struct Request {
    /// Its id.
    pub id: String,
    /// Who asks.
    pub line: Line,
    /// Their greeting.
    pub greeting: String,
}

#[derive(Template)]
#[template(path = "friends.html")]
struct FriendsPage {
    page: Layout,
    requests: Vec<Request>,
    ties: Vec<(Line, Bond)>,
    friend_count: usize,
    is_notices: bool,
}

/// `/friends`.
pub async fn list(visitor: Visitor) -> Result<HttpResponse, Fault> {
    page(visitor, "friends", Tab::Friends).await
}

/// `/notices`: for now, the requests that wait.
pub async fn notices(visitor: Visitor) -> Result<HttpResponse, Fault> {
    page(visitor, "notices", Tab::None).await
}

async fn page(visitor: Visitor, title: &str, tab: Tab) -> Result<HttpResponse, Fault> {
    let me = visitor.signed_in()?.actor.id;
    let (requests, ties) =
        visitor.ctx.read(move |conn| Ok((friend::requests(conn, me)?, friend::ties(conn, me)?))).await?;
    let layout = visitor.layout(title, tab);
    let flash = layout.flash.is_some();
    let friend_count = ties.iter().filter(|(_, relation)| *relation == Relation::Friend).count();
    let request = |tie: friend::Tie| Request {
        id: tie.follow.id.to_string(),
        line: Line::of(&tie.actor),
        greeting: tie.follow.greeting,
    };
    let page = FriendsPage {
        requests: requests.into_iter().map(request).collect(),
        ties: ties.into_iter().map(|(actor, relation)| (Line::of(&actor), Bond::of(relation, &actor))).collect(),
        friend_count,
        is_notices: tab == Tab::None,
        page: layout,
    };
    Ok(without_flash(html(StatusCode::OK, page.render()?), flash))
}

/// The form by which a member asks somebody by address.
fn form<'a>(visitor: &'a Visitor, address: &str) -> Forms<'a> {
    let mut page = Forms::new(visitor, "friend-ask", Tab::Friends);
    let layout = &page.layout;
    let fields = vec![
        Field::new(layout, "address", Look::Text, "friend-address")
            .hint(layout.t("friend-address-hint"))
            .value(address),
        Field::new(layout, "greeting", Look::Text, "friend-greeting").hint(layout.t("friend-greeting-hint")),
    ];
    page.forms.push(Form::new(layout, "/friends/requests", "friend-ask", fields));
    page
}

/// What the address bar may hold already.
#[derive(Debug, serde::Deserialize)]
pub struct Wanted {
    address: Option<String>,
}

/// `/friends/requests/new`.
pub async fn new(visitor: Visitor, wanted: web::Query<Wanted>) -> Result<HttpResponse, Fault> {
    form(&visitor, wanted.address.as_deref().unwrap_or_default()).show()
}

/// `POST /friends/requests`: by address.
pub async fn create(posted: Posted) -> Result<HttpResponse, Fault> {
    let Posted { visitor, fields } = posted;
    match request(&visitor, &fields).await {
        Ok(relation) => {
            let news = match relation {
                Relation::Friend => "flash-friend",
                Relation::Follows => "flash-follows",
                _ => "flash-requested",
            };
            Ok(see_with("/friends", news))
        }
        Err(Error::Invalid(problems)) => form(&visitor, "").again("/friends/requests", &fields, problems).show(),
        Err(Error::NotFound(_)) => again(&visitor, &fields, "problem-address-unknown"),
        Err(Error::Remote { host, .. }) => {
            let problem = Problem::new("address", "problem-address-unreachable").with("host", host);
            form(&visitor, "").again("/friends/requests", &fields, vec![problem]).show()
        }
        Err(error) => Err(error.into()),
    }
}

fn again(visitor: &Visitor, fields: &Fields, message: &'static str) -> Result<HttpResponse, Fault> {
    form(visitor, "").again("/friends/requests", fields, vec![Problem::new("address", message)]).show()
}

async fn request(visitor: &Visitor, fields: &Fields) -> Result<Relation> {
    let me = visitor.signed_in()?.actor.clone();
    visitor.face.limits.count(Act::LookUp, &me.name)?;
    let other = find(visitor, fields.get("address")).await?;
    let greeting = fields.get("greeting").to_owned();
    visitor.ctx.write(move |conn| friend::request(conn, &me, &other, &greeting)).await
}

/// The actor that a typed address means: `@mei@hall.example`, or the name of a member of this hall.
pub async fn find(visitor: &Visitor, typed: &str) -> Result<Actor> {
    if let Some(address) = Address::parse(typed) {
        return remote::webfinger::find(&visitor.ctx, &address).await;
    }
    let name = typed.trim().trim_start_matches('@').to_owned();
    if name.is_empty() {
        return Err(Error::invalid("address", "problem-address-empty"));
    }
    let found = visitor.ctx.read(move |conn| actor::local_by_name(conn, &name)).await?;
    found.filter(|actor| actor.suspended_at.is_none()).ok_or(Error::NotFound("actor"))
}

fn follow_id(text: &str) -> Result<FollowId> {
    text.parse().map_err(|_| Error::NotFound("request"))
}

/// `POST /friends/requests/{id}/acceptance`.
pub async fn accept(posted: Posted, id: web::Path<String>) -> Result<HttpResponse, Fault> {
    let (me, id) = (posted.visitor.signed_in()?.actor.clone(), follow_id(&id)?);
    posted.visitor.ctx.write(move |conn| friend::accept(conn, &me, id)).await?;
    Ok(see_with("/friends", "flash-accepted"))
}

/// `POST /friends/requests/{id}/refusal`.
pub async fn decline(posted: Posted, id: web::Path<String>) -> Result<HttpResponse, Fault> {
    let (me, id) = (posted.visitor.signed_in()?.actor.clone(), follow_id(&id)?);
    posted.visitor.ctx.write(move |conn| friend::decline(conn, &me, id)).await?;
    Ok(see_with("/friends", "flash-declined"))
}

/// `POST /friends/{actor}/removal`: ends a tie, or takes a request back.
pub async fn remove(posted: Posted, id: web::Path<String>) -> Result<HttpResponse, Fault> {
    let me = posted.visitor.signed_in()?.actor.clone();
    let id: ActorId = id.parse().map_err(|_| Error::NotFound("actor"))?;
    posted
        .visitor
        .ctx
        .write(move |conn| {
            let other = actor::by_id(conn, id)?;
            friend::remove(conn, &me, &other)
        })
        .await?;
    Ok(see_with("/friends", "flash-removed"))
}
