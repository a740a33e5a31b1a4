//! Partners: archives of other halls with which this one is searched together (联合检索). What came from them is found here by whoever
//! searches, shown with where it is, and leads there.
//!
//! Invariants: both sides agree. An archive that says `hg:union` decides by hand who takes its items into a search, and its `Accept` of another
//! archive's `Follow` is its consent; two archives are partners while each follows the other. The origin keeps the say: only what it made
//! public came here, and what it takes back goes from the search with the post.

use diesel::prelude::*;

use super::actor::{self, Actor, Kind};
use super::archive;
use super::audience::{Gate, Viewer};
use super::friend::{self, State as Follow};
use super::item::{self, Dated};
use super::notice::{self, Kind as Notice, New};
use super::post::{self, Post};
use crate::clock::{DAY, HOUR, Micros, SECOND};
use crate::db::schema::{actor as actor_table, partner, partner_item, partner_open, post as post_table};
use crate::db::{Conn, IntoBoth, columns};
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, FollowId, PostId};
use crate::record::Record;
use crate::text;
use crate::wire::address::same_host;

/// Partners that one archive has or asks.
const MAX: usize = 100;
/// How long until an archive that was read to the end is looked at again: for what it took in without telling.
const LOOK_PAUSE: Micros = DAY;
/// How long until the next page of one is read: nobody has to hurry.
const PAGE_PAUSE: Micros = 10 * SECOND;
/// Pages of one that are read in a day: pages that lead round in a circle cost no more than these.
const PAGES_PER_DAY_MAX: i64 = 1_000;
/// How long one that can't be read is left alone.
const AWAY_PAUSE: Micros = HOUR;
/// Longest name of a hall that is kept.
const HALL_CHARS_MAX: usize = 120;

/// How this archive stands to another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// They are partners.
    Open,
    /// This one has asked.
    Asked,
    /// The other one asks; the request.
    Asks(FollowId),
}

/// An archive of another hall that may be a partner.
#[derive(Debug, Clone)]
pub struct Partner {
    /// Its actor.
    pub actor: Actor,
    /// What its hall is called.
    pub hall: String,
    /// How this archive stands to it.
    pub standing: Standing,
}

/// Keeps what an actor elsewhere says in its document: that it is an archive that decides by hand, with the name of its hall and where its
/// items are listed, or nothing of the kind.
pub fn receive(conn: &mut Conn, archive: &Actor, said: Option<(&str, &str)>) -> Result<()> {
    let is_one = archive.kind == Kind::Organization && !archive.is_local();
    let row = partner::table.filter(partner::actor_id.eq(archive.id));
    let known: Option<(String, String)> = row.select((partner::hall, partner::items)).first(conn.link()).optional()?;
    match said.filter(|_| is_one).map(|(hall, items)| (text::name(hall, HALL_CHARS_MAX), items.to_owned())) {
        Some(said) if known.as_ref() == Some(&said) => {}
        Some((hall, items)) => {
            let now = conn.now();
            let said = (partner::hall.eq(&hall), partner::items.eq(&items));
            diesel::insert_into(partner::table)
                .values((
                    partner::actor_id.eq(archive.id),
                    said,
                    partner::page.eq(""),
                    partner::due_at.eq(0_i64),
                    partner::created_at.eq(now),
                ))
                .on_conflict(partner::actor_id)
                .do_update()
                .set((said, partner::page.eq("")))
                .both()
                .execute(conn.link())?;
        }
        None if known.is_some() => {
            diesel::delete(partner::table.filter(partner::actor_id.eq(archive.id))).execute(conn.link())?;
        }
        None => {}
    }
    Ok(())
}

/// What the hall of an archive elsewhere is called, if it is one that may be a partner; its host if it gave no name.
fn hall_of(conn: &mut Conn, id: ActorId) -> Result<Option<String>> {
    Ok(partner::table.filter(partner::actor_id.eq(id)).select(partner::hall).first(conn.link()).optional()?)
}

/// Is this an archive of another hall that may be a partner?
pub fn is_archive(conn: &mut Conn, id: ActorId) -> Result<bool> {
    Ok(hall_of(conn, id)?.is_some())
}

/// Is a `Follow` of `followed` by `follower` a request that waits for the word of those who keep this archive?
pub fn is_request(conn: &mut Conn, follower: &Actor, followed: &Actor) -> Result<bool> {
    let is_ours = followed.is_local() && followed.kind == Kind::Organization && followed.name == archive::NAME;
    Ok(is_ours && hall_of(conn, follower.id)?.is_some())
}

/// Another archive asks to be partners, or agrees to be: whom this one has asked is accepted at once.
///
/// Errors: `NotFound` if one of them is kept from the other by a block.
pub fn receive_request(conn: &mut Conn, other: &Actor, uri: &str) -> Result<()> {
    let own = archive::actor(conn)?;
    let is_news = standing(conn, &own, other)?.is_none();
    friend::receive_request(conn, other, &own, uri)?;
    open(conn, &own, other)?;
    if is_news {
        let new = New::by(Notice::Partner, other.id);
        for to in archive::archivists(conn)? {
            notice::withdraw(conn, to, &new)?;
            notice::tell(conn, to, &new)?;
        }
    }
    Ok(())
}

/// Asks another archive to be partners. Twice is the same as once.
///
/// Errors: `Invalid` for `address` if it is no archive that can be one, or there are too many.
pub fn ask(conn: &mut Conn, other: &Actor) -> Result<()> {
    conn.lock("partners")?;
    if other.is_local() || hall_of(conn, other.id)?.is_none() {
        return Err(Error::invalid("address", "partner-problem-archive"));
    }
    if list(conn)?.len() >= MAX {
        return Err(Error::Invalid(vec![Problem::new("address", "partner-problem-many").with("max", MAX)]));
    }
    let own = archive::actor(conn)?;
    friend::request(conn, &own, other, "")?;
    open(conn, &own, other)
}

/// They may have become partners just now: what the other one has is read from the beginning, and it hears of what becomes of all that is
/// public here.
fn open(conn: &mut Conn, own: &Actor, other: &Actor) -> Result<()> {
    let theirs = friend::find(conn, other.id, own.id)?;
    if theirs.is_none_or(|theirs| theirs.state != Follow::Accepted) {
        return Ok(());
    }
    diesel::update(partner::table.filter(partner::actor_id.eq(other.id)))
        .set((partner::page.eq(""), partner::due_at.eq(0_i64)))
        .execute(conn.link())?;
    item::announce_all(conn, other)
}

/// Agrees to be partners with the archive that asks.
///
/// Errors: `NotFound` if it doesn't ask (any more).
pub fn accept(conn: &mut Conn, id: ActorId) -> Result<Actor> {
    let own = archive::actor(conn)?;
    let other = actor::by_id(conn, id)?;
    match standing(conn, &own, &other)? {
        Some(Standing::Asks(request)) => {
            forget_notice(conn, id)?;
            friend::accept(conn, &own, request)?;
            open(conn, &own, &other)?;
            Ok(other)
        }
        _ => Err(Error::NotFound("partner")),
    }
}

/// Ends it, takes the own request back, or declines another's.
///
/// Errors: `NotFound` if there is nothing to end.
pub fn end(conn: &mut Conn, id: ActorId) -> Result<Actor> {
    let own = archive::actor(conn)?;
    let other = actor::by_id(conn, id)?;
    standing(conn, &own, &other)?.ok_or(Error::NotFound("partner"))?;
    forget_notice(conn, id)?;
    friend::remove(conn, &own, &other)?;
    Ok(other)
}

fn forget_notice(conn: &mut Conn, other: ActorId) -> Result<()> {
    let new = New::by(Notice::Partner, other);
    archive::archivists(conn)?.into_iter().try_for_each(|to| notice::withdraw(conn, to, &new))
}

/// How this archive stands to another one, if at all.
fn standing(conn: &mut Conn, own: &Actor, other: &Actor) -> Result<Option<Standing>> {
    if hall_of(conn, other.id)?.is_none() {
        return Ok(None);
    }
    let ours = friend::find(conn, own.id, other.id)?;
    let theirs = friend::find(conn, other.id, own.id)?;
    Ok(match (ours, theirs) {
        (Some(ours), Some(theirs)) if ours.state == Follow::Accepted && theirs.state == Follow::Accepted => {
            Some(Standing::Open)
        }
        (Some(_), _) => Some(Standing::Asked),
        (None, Some(theirs)) if theirs.state == Follow::Requested => Some(Standing::Asks(theirs.id)),
        (None, _) => None,
    })
}

/// All archives that this one has to do with: those that ask first, then by address.
pub fn list(conn: &mut Conn) -> Result<Vec<Partner>> {
    let own = archive::actor(conn)?;
    let known: Vec<(Actor, String)> = partner::table
        .inner_join(actor_table::table.on(actor_table::id.eq(partner::actor_id)))
        .filter(actor_table::suspended_at.is_null())
        .filter(actor_table::deleted_at.is_null())
        .order(actor_table::address)
        .select((Actor::as_select(), partner::hall))
        .load(conn.link())?;
    let mut found = Vec::new();
    for (actor, hall) in known {
        if let Some(standing) = standing(conn, &own, &actor)? {
            found.push(Partner { actor, hall, standing });
        }
    }
    found.sort_by_key(|one| !matches!(one.standing, Standing::Asks(_)));
    Ok(found)
}

/// Is this actor the archive of a partner?
pub fn is_open(conn: &mut Conn, id: ActorId) -> Result<bool> {
    let open = partner_open::table.filter(partner_open::actor_id.eq(id));
    Ok(diesel::select(diesel::dsl::exists(open)).get_result(conn.link())?)
}

/// A partner's list of items that is to be read on.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The archive.
    pub archive: Actor,
    /// The page to be read.
    pub page: String,
}

/// The next list that is to be read, if any is due; it isn't handed out again for a while.
pub fn due(conn: &mut Conn) -> Result<Option<Reading>> {
    let now = conn.now();
    let found: Option<(Actor, String, String)> = partner::table
        .inner_join(actor_table::table.on(actor_table::id.eq(partner::actor_id)))
        .filter(partner::due_at.le(now))
        .filter(partner::items.ne(""))
        .filter(partner::actor_id.eq_any(partner_open::table.select(partner_open::actor_id)))
        .order((partner::due_at, partner::actor_id))
        .select((Actor::as_select(), partner::items, partner::page))
        .first(conn.link())
        .optional()?;
    let reading = |(archive, items, page): (Actor, String, String)| Reading {
        archive,
        page: if page.is_empty() { items } else { page },
    };
    Ok(found.map(reading))
}

/// Takes a reading on, so that nobody else does, until it has been [`keep`]ed or an hour is over.
pub fn claim(conn: &mut Conn) -> Result<Option<Reading>> {
    conn.lock("partners")?;
    let Some(reading) = due(conn)? else { return Ok(None) };
    let until = conn.now() + AWAY_PAUSE;
    diesel::update(partner::table.filter(partner::actor_id.eq(reading.archive.id)))
        .set(partner::due_at.eq(until))
        .execute(conn.link())?;
    Ok(Some(reading))
}

/// A page was read: it goes on with `next` after a pause, or, if a day's pages were read, when that day is over; or with the same page
/// tomorrow, when there may be more on it.
pub fn keep(conn: &mut Conn, reading: &Reading, next: &str) -> Result<()> {
    let now = conn.now();
    let row = partner::table.filter(partner::actor_id.eq(reading.archive.id));
    let known: Option<(i64, Micros)> =
        row.select((partner::pages, partner::pages_until)).first(conn.link()).optional()?;
    let (pages, until) = match known {
        Some((pages, until)) if until > now => (pages + 1, until),
        _ => (1, now + DAY),
    };
    let (page, due_at) = match next {
        "" => (reading.page.as_str(), now + LOOK_PAUSE),
        next if pages < PAGES_PER_DAY_MAX => (next, now + PAGE_PAUSE),
        next => (next, until),
    };
    diesel::update(row)
        .set((
            partner::page.eq(page),
            partner::due_at.eq(due_at),
            partner::pages.eq(pages),
            partner::pages_until.eq(until),
        ))
        .execute(conn.link())?;
    Ok(())
}

/// What an item of another archive says of itself, on the wire.
#[derive(Debug, Clone, Default)]
pub struct Incoming {
    /// The code of its form.
    pub form: String,
    /// What is said of it, by the fields of this hall.
    pub record: Record,
    /// Its date as written.
    pub date_text: String,
    /// Its date as read.
    pub date_edtf: String,
}

/// The same as it is kept here.
#[derive(Debug, Clone, Queryable)]
pub struct Held {
    /// Its post.
    pub post_id: PostId,
    /// The code of its form; perhaps one that this hall doesn't have.
    pub form: String,
    /// What is said of it, as JSON.
    pub record: String,
    /// Its date as written.
    pub date_text: String,
    /// Its date as read.
    pub date_edtf: String,
}

columns! {
    Held of partner_item:
    post_id, form, record, date_text, date_edtf,
}

impl Held {
    /// What is said of it.
    pub fn record(&self) -> Record {
        Record::of_json(&self.record)
    }

    /// The first and the last year of its date.
    pub fn years(&self) -> Option<(i32, i32)> {
        Dated::read(&self.date_text, &self.date_edtf).ok().and_then(|date| date.years())
    }
}

/// Keeps what an item of another archive says of itself beside its post; an archive that can't be a partner needs none of it.
pub fn receive_item(conn: &mut Conn, author: &Actor, uri: &str, said: Option<&Incoming>) -> Result<()> {
    let Some(said) = said else { return Ok(()) };
    if hall_of(conn, author.id)?.is_none() {
        return Ok(());
    }
    let Some(post) = post::stored(conn, uri)?.filter(|post| post.author_id == author.id && !post.title.is_empty())
    else {
        return Ok(());
    };
    let row = (
        partner_item::form.eq(&said.form),
        partner_item::record.eq(said.record.to_json()),
        partner_item::date_text.eq(&said.date_text),
        partner_item::date_edtf.eq(&said.date_edtf),
    );
    diesel::insert_into(partner_item::table)
        .values((partner_item::post_id.eq(post.id), row.clone()))
        .on_conflict(partner_item::post_id)
        .do_update()
        .set(row)
        .both()
        .execute(conn.link())?;
    Ok(())
}

/// Forgets what an item of another archive said of itself: it is shown there no more.
pub fn remove_item(conn: &mut Conn, author: &Actor, uri: &str) -> Result<()> {
    if let Some(post) = post::stored(conn, uri)?.filter(|post| post.author_id == author.id) {
        diesel::delete(partner_item::table.filter(partner_item::post_id.eq(post.id))).execute(conn.link())?;
    }
    Ok(())
}

/// What is known of a post as an item of a partner, whoever looks; `None` for every other post.
pub fn held(conn: &mut Conn, post: &Post) -> Result<Option<Held>> {
    let row = partner_item::table.filter(partner_item::post_id.eq(post.id)).select(Held::as_select());
    let Some(held) = row.first(conn.link()).optional()? else { return Ok(None) };
    Ok(is_open(conn, post.author_id)?.then_some(held))
}

/// An item of a partner as it is shown here.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Its post.
    pub post: Post,
    /// The archive.
    pub author: Actor,
    /// What its hall is called.
    pub hall: String,
    /// What it says of itself.
    pub held: Held,
}

/// An item of a partner, if `viewer` may see it.
///
/// Errors: `NotFound`, also if they are partners no more.
pub fn show(conn: &mut Conn, viewer: &Viewer, id: PostId) -> Result<Shown> {
    let found: Option<(Post, Actor, String, Held)> = partner_item::table
        .inner_join(post_table::table.on(post_table::id.eq(partner_item::post_id)))
        .inner_join(actor_table::table.on(actor_table::id.eq(post_table::author_id)))
        .inner_join(partner::table.on(partner::actor_id.eq(post_table::author_id)))
        .filter(partner_item::post_id.eq(id))
        .filter(post_table::author_id.eq_any(partner_open::table.select(partner_open::actor_id)))
        .filter(Gate::before(viewer))
        .select((Post::as_select(), Actor::as_select(), partner::hall, Held::as_select()))
        .first(conn.link())
        .optional()?;
    let (mut post, author, hall, held) = found.ok_or(Error::NotFound("item"))?;
    // It leads to where the item is, and nowhere else.
    if !same_host(&post.url, &post.uri) {
        post.url.clone_from(&post.uri);
    }
    let hall = if hall.is_empty() { author.host.clone() } else { hall };
    Ok(Shown { post, author, hall, held })
}

/// The names of the halls of these archives that are partners.
pub fn halls(conn: &mut Conn, archives: &[ActorId]) -> Result<Vec<(ActorId, String)>> {
    Ok(partner::table
        .filter(partner::actor_id.eq_any(archives.to_vec()))
        .filter(partner::actor_id.eq_any(partner_open::table.select(partner_open::actor_id)))
        .select((partner::actor_id, partner::hall))
        .load(conn.link())?)
}
