//! A person's page: who they are, how one stands to them, and what one may see of theirs.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::error::Fault;
use super::moment::{Before, Card, PAGE, page_of};
use super::page::{FaceView, Layout, Tab, html, see, without_flash};
use super::session::Visitor;
use crate::domain::actor::{self, Actor, Kind};
use crate::domain::friend::{self, Relation};
use crate::domain::post;
use crate::error::{Error, Result};
use crate::lang::Language;
use crate::remote;
use crate::wire::address::Address;

/// A person as lists and pages show them.
pub struct Line {
    /// Their id, for forms.
    pub id: String,
    /// Their name.
    pub name: String,
    /// `@name@host`.
    pub address: String,
    /// Their page in this hall.
    pub page: String,
    /// Their face.
    pub face: FaceView,
    /// 籍贯.
    pub hometown: String,
}

impl Line {
    /// Shows an actor.
    pub fn of(actor: &Actor) -> Self {
        Self {
            id: actor.id.to_string(),
            name: actor.display_name.clone(),
            address: format!("@{}", actor.address),
            page: page_of(actor),
            face: FaceView::of(actor),
            hometown: actor.hometown.clone(),
        }
    }
}

/// What can be done about a person, by how the reader stands to them.
pub struct Bond {
    /// The message that says how they stand; empty for nothing.
    pub words: &'static str,
    /// May the reader ask?
    pub may_ask: bool,
    /// The message of the asking button.
    pub ask: &'static str,
    /// The request to answer, with its greeting.
    pub request: Option<(String, String)>,
    /// The message of the button that ends it; empty if there is nothing to end.
    pub end: &'static str,
}

impl Bond {
    /// Reads a relation.
    pub fn of(relation: Relation, other: &Actor) -> Self {
        let plain = |words, end| Self { words, may_ask: false, ask: "", request: None, end };
        match relation {
            Relation::Own => plain("", ""),
            Relation::Stranger => {
                let ask = if other.friends { "friend-ask" } else { "follow-ask" };
                Self { words: "", may_ask: true, ask, request: None, end: "" }
            }
            Relation::Requested => plain("friend-requested", "friend-withdraw"),
            Relation::Asks(id, greeting) => Self {
                words: "friend-asks",
                may_ask: false,
                ask: "",
                request: Some((id.to_string(), greeting)),
                end: "",
            },
            Relation::Provisional => plain("friend-provisional", "friend-remove"),
            Relation::Friend => plain("friend-friend", "friend-remove"),
            Relation::Follows => plain("friend-follows", "follow-end"),
        }
    }
}

#[derive(Template)]
#[template(path = "person.html")]
struct PersonPage {
    page: Layout,
    line: Line,
    names: Vec<(&'static str, String)>,
    about_html: String,
    is_remote: bool,
    original: String,
    is_own: bool,
    bond: Option<Bond>,
    cards: Vec<Card>,
    older: Option<String>,
}

/// `/@{name}` and `/@{name}@{host}`.
pub async fn show(
    visitor: Visitor,
    name: web::Path<String>,
    before: web::Query<Before>,
) -> Result<HttpResponse, Fault> {
    let actor = find(&visitor, &name).await?;
    if actor.kind == Kind::Application && actor.is_local() {
        return Ok(see("/about").finish());
    }
    let here = page_of(&actor);
    if here != format!("/@{name}") {
        return Ok(see(&here).finish());
    }
    let (viewer, me, other) = (visitor.viewer(), visitor.member().map(|m| m.actor.id), actor.clone());
    let before = before.id();
    let (posts, relation) = visitor
        .ctx
        .read(move |conn| {
            let posts = post::by_author(conn, &viewer, other.id, before, PAGE)?;
            let relation = me.map(|me| friend::relation(conn, me, &other)).transpose()?;
            Ok((posts, relation))
        })
        .await?;
    let mut layout = visitor.layout("person", Tab::None);
    layout.title = actor.display_name.clone();
    let full = i64::try_from(posts.len()).unwrap_or(0) == PAGE;
    let older = posts.last().filter(|_| full).map(|last| format!("{here}?before={}", last.id));
    let flash = layout.flash.is_some();
    let names = actor.names();
    let names = Language::ALL.iter().filter_map(|l| Some((l.code(), names.get(l.code())?.clone())));
    let page = PersonPage {
        names: names.filter(|(_, name)| *name != actor.display_name).collect(),
        line: Line::of(&actor),
        is_remote: !actor.is_local(),
        original: actor.url.clone(),
        is_own: relation == Some(Relation::Own),
        bond: relation.map(|relation| Bond::of(relation, &actor)),
        cards: posts.into_iter().map(|post| Card::new(&layout, post, &actor)).collect(),
        older,
        about_html: actor.about_html,
        page: layout,
    };
    Ok(without_flash(html(StatusCode::OK, page.render()?), flash))
}

/// The actor behind a page's address. Only members make the hall ask other servers.
async fn find(visitor: &Visitor, name: &str) -> Result<Actor> {
    let Some(address) = Address::parse(name) else {
        let asked = name.to_owned();
        let found = visitor.ctx.read(move |conn| actor::local_by_name(conn, &asked)).await?;
        return found.filter(|actor| actor.suspended_at.is_none()).ok_or(Error::NotFound("actor"));
    };
    let known = format!("{}@{}", address.name, address.host);
    let found = visitor.ctx.read(move |conn| actor::by_address(conn, &known)).await?;
    match found {
        Some(actor) if visitor.member().is_some() || actor.is_local() => Ok(actor),
        None if visitor.member().is_some() => remote::webfinger::find(&visitor.ctx, &address).await,
        _ => Err(Error::NotFound("actor")),
    }
}
