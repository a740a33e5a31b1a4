//! Persons (and whoever else can be followed): their faces in lists, their pages, and finding them by address.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::attachment;
use super::card::{Fact, Moment, PAGE_SIZE, Person, Tie, names_beside};
use super::form::Form;
use super::member;
use super::page::{self, Page};
use super::talk::Loaded;
use crate::db::{Conn, Range};
use crate::domain::actor::{Actor, Kind};
use crate::domain::audience::Viewer;
use crate::domain::block::{self, Standing};
use crate::domain::post::{self, Boosted, Entry, Fed};
use crate::domain::profile;
use crate::domain::{archive, friend, group, login};
use crate::error::{Error, Problem, Result};
use crate::remote;
use crate::text;

/// Characters of what a person says of themselves that other sites show.
const DESCRIPTION_CHARS_MAX: usize = 200;

/// The page of a person.
#[derive(Template)]
#[template(path = "person/show.html")]
struct Show {
    page: Page,
    person: Person,
    names: Vec<(String, String)>,
    about: String,
    /// What other sites show of it.
    description: String,
    fields: Vec<Fact>,
    uri: String,
    url: String,
    is_listed: bool,
    tie: Option<Tie>,
    standing: Standing,
    host: String,
    friends: i64,
    pinned: Vec<Moment>,
    moments: Vec<Moment>,
    older: Option<i64>,
    is_first: bool,
}

/// Where the hall itself and its archive tell of themselves.
fn told_elsewhere(actor: &Actor) -> Option<&'static str> {
    match (actor.is_local(), actor.kind) {
        (true, Kind::Application) => Some("/about"),
        (true, Kind::Organization) if actor.name == archive::NAME => Some("/archive"),
        _ => None,
    }
}

/// `/@{name}` and `/@{name@host}`: a person and what the reader may see of them.
pub async fn show(page: Page, who: web::Path<String>) -> Result<HttpResponse> {
    let who = who.into_inner();
    let actor = find(&page, &who).await?;
    if let Some(elsewhere) = told_elsewhere(&actor) {
        return Ok(page.turn(elsewhere));
    }
    if is_told_group(&page, &actor).await? {
        return super::group::show(page, StatusCode::OK, actor, Form::default(), "").await;
    }
    match actor.kind == Kind::Organization && actor.is_local() {
        true => super::account::show(page, actor).await,
        false => person(page, actor).await,
    }
}

/// The page of a person, and of whoever else has no page of another kind.
async fn person(page: Page, actor: Actor) -> Result<HttpResponse> {
    let (viewer, me) = (page.viewer(), page.viewer().member());
    let before = page.query("before").parse::<i64>().ok();
    let (actor, tie, standing, friends, fields, pins, posts, talk, carried) = page
        .ctx
        .glance(move |conn| {
            let relation = me.map(|me| friend::relation(conn, me, &actor)).transpose()?;
            let standing = me.map(|me| block::standing(conn, me, &actor)).transpose()?.unwrap_or_default();
            let friends = if me == Some(actor.id) { friend::follower_count(conn, actor.id)? } else { 0 };
            let posts = shared(conn, &viewer, &actor, &Range::before(before, PAGE_SIZE + 1))?;
            let fields = profile::fields(conn, actor.id)?;
            // On the first page only, before the others.
            let pins = if before.is_none() { profile::pinned(conn, &viewer, actor.id)? } else { Vec::new() };
            let bits: Vec<_> = posts.iter().map(|fed| &fed.entry.post).chain(&pins).map(post::Post::bits).collect();
            let talk = Loaded::of(conn, &viewer, &bits)?;
            let carried = attachment::Loaded::of(conn, &viewer, &bits)?;
            Ok((actor, relation, standing, friends, fields, pins, posts, talk, carried))
        })
        .await?;
    let (posts, older) = page::cut(posts, PAGE_SIZE, |fed| fed.place);
    let card = |entry: &Entry, booster: Option<&Actor>| {
        let card = Moment::in_list(&page, entry).brought(&page, booster);
        card.carrying(&page, &carried).with(talk.strip(&page, entry.post.id))
    };
    // What is pinned, or their own, stands there once.
    let is_shown = |fed: &&Fed| {
        let is_own = fed.boost.is_none() || fed.entry.author.id != actor.id;
        is_own && pins.iter().all(|pin| pin.id != fed.entry.post.id)
    };
    let shown = posts.iter().filter(is_shown);
    let moments = shown.map(|fed| card(&fed.entry, fed.boost.map(|_| &actor))).collect();
    let pinned = pins.into_iter().map(|post| card(&Entry { post, author: actor.clone() }, None)).collect();
    let person = Person::of(&actor, page.language);
    let names = names_beside(&actor, &person.name);
    page::ok(&Show {
        names,
        description: text::excerpt(&text::plain_of_clean(&actor.about_html).replace('\n', " "), DESCRIPTION_CHARS_MAX),
        about: actor.about_html.clone(),
        fields: fields.into_iter().map(|field| Fact::of(&page, field)).collect(),
        pinned,
        uri: actor.uri.clone(),
        url: actor.url.clone(),
        is_listed: actor.discoverable,
        tie: tie.map(|relation| Tie::of(&relation, &actor)),
        standing,
        host: actor.host.clone(),
        friends,
        moments,
        older,
        is_first: before.is_none(),
        person,
        page,
    })
}

/// Is it a group that says what it is?
async fn is_told_group(page: &Page, actor: &Actor) -> Result<bool> {
    let id = actor.id;
    Ok(actor.kind == Kind::Group && page.ctx.glance(move |conn| group::detail(conn, id)).await?.is_some())
}

/// What a person has shared: their own Moments, and those of others that they boosted.
fn shared(conn: &mut Conn, viewer: &Viewer, actor: &Actor, range: &Range) -> Result<Vec<Fed>> {
    let own = post::by_author(conn, viewer, actor.id, range)?;
    let own = own.into_iter().map(|post| Entry { post, author: actor.clone() }).collect();
    Ok(post::mixed(own, post::boosted_by(conn, viewer, actor.id, Boosted::Moments, range)?, range))
}

/// The actor behind the part of an address after `/@`. Members of other servers are shown to members only.
pub async fn find(page: &Page, who: &str) -> Result<Actor> {
    remote::person::find(&page.ctx, &page.viewer(), who).await
}

/// Finds who is meant by what a member typed: `@mei`, `mei@hall.example`, or the link of a page.
///
/// Errors: `NotFound`; `Remote` if the other server can't be asked; `TooMany`.
pub async fn look_up(page: &Page, typed: &str) -> Result<Actor> {
    remote::person::look_up(&page.ctx, page.me()?.member.actor.id, typed).await
}

/// The same for a form: what is wrong belongs to its field `address`.
///
/// Errors: `Invalid` if nobody is there or the other server can't be asked; `TooMany`.
pub async fn typed(page: &Page, typed: &str) -> Result<Actor> {
    if typed.trim().is_empty() {
        return Err(Error::invalid("address", "problem-address-empty"));
    }
    look_up(page, typed).await.map_err(|error| match error {
        Error::NotFound(_) => Error::invalid("address", "problem-address-unknown"),
        Error::Remote { host, reason, .. } => {
            tracing::info!(%host, %reason, "an address could not be looked up");
            Error::Invalid(vec![Problem::new("address", "problem-address-unreachable").with("host", host)])
        }
        error => error,
    })
}

/// The hub of what is one's own.
#[derive(Template)]
#[template(path = "person/me.html")]
struct Me {
    page: Page,
    person: Person,
    friends: i64,
    waiting: i64,
    role: &'static str,
    is_officer: bool,
}

/// `/me`.
pub async fn me(page: Page) -> Result<HttpResponse> {
    let me = page.me()?;
    let (id, role) = (me.member.actor.id, me.member.login.role);
    let is_officer = role.may(login::Role::Moderator);
    let (friends, waiting) = page
        .ctx
        .glance(move |conn| {
            let waiting = if is_officer { login::pending_count(conn)? } else { 0 };
            Ok((friend::follower_count(conn, id)?, waiting))
        })
        .await?;
    page::ok(&Me {
        person: Person::of(&me.member.actor, page.language),
        friends,
        waiting,
        role: member::role_message(role),
        is_officer,
        page,
    })
}
