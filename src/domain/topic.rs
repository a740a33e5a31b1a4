//! Topics: what is said in groups, and what their officers do about it. A topic is a post like a Moment, with a title if it wants
//! one; its insert, edit and deletion are those of `moment`.
//!
//! Invariants: in a public group a topic is for everyone, in a private one for the members; whoever writes it, the group says which. What
//! is taken down keeps its text and loses its tokens: its author and the group's officers see it, and it can be put back.

use diesel::prelude::*;

use super::actor::{self, Actor};
use super::audience::{self, Audience, Gate, Unmuted, Viewer};
use super::comment::{self, Word};
use super::event::{self, Event, Mark};
use super::group::{self, Act, Entry as Line, Group, Posting, Spot, State};
use super::moment::{self, Draft, Incoming, Received, Stand};
use super::notice::{self, Kind as Notice, New as NewNotice};
use super::post::{self, Entry, Kind, Post};
use super::{friend, media};
use crate::clock::Micros;
use crate::db::schema::{actor as actor_table, group_mark, media as media_table, post as post_table};
use crate::db::{Conn, IntoBoth, Range, paged};
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, MediaId, PostId};

/// Longest title.
pub const TITLE_CHARS_MAX: usize = 120;
/// Posts that stand before the others of a group.
pub const PINS_MAX: usize = 5;
/// Longest reason of an officer, in characters.
pub const REASON_CHARS_MAX: usize = 500;

/// Checks a title: one line, or nothing.
///
/// Errors: `Invalid` naming `title`.
pub fn check_title(raw: &str) -> Result<String> {
    let title = crate::text::name(raw, TITLE_CHARS_MAX + 1);
    match title.chars().count() > TITLE_CHARS_MAX {
        true => Err(Error::Invalid(vec![Problem::new("title", "problem-too-long").with("max", TITLE_CHARS_MAX)])),
        false => Ok(title),
    }
}

/// Begins a topic in a group, of this hall or another. `@all` in an officer's text calls every member.
///
/// Errors: `Invalid` naming `title`, or `body` if the member may not write there; `NotFound` if there is no such group.
pub fn publish(conn: &mut Conn, me: &Actor, group: ActorId, title: &str, draft: Draft) -> Result<Post> {
    publish_as(conn, me, group, Kind::GroupPost, &check_title(title)?, draft)
}

/// The same as a topic or an announcement. The title has been checked.
pub(super) fn publish_as(
    conn: &mut Conn,
    me: &Actor,
    group: ActorId,
    kind: Kind,
    title: &str,
    draft: Draft,
) -> Result<Post> {
    let place = place(conn, me, group)?;
    let calls = calls_everybody(draft.body());
    if calls && kind == Kind::GroupPost {
        match &place.detail {
            Some(group) if place.is_officer => group::call_everybody(conn, group)?,
            _ => return Err(Error::invalid("body", "group-problem-call")),
        }
    }
    let audience = if place.is_private { Audience::Group } else { Audience::Everyone };
    let stand = Stand { kind, title: title.to_owned(), audience, group_id: Some(group) };
    let post = moment::publish(conn, me, draft.standing(stand))?;
    if calls && kind == Kind::GroupPost {
        let told = NewNotice::of_group_post(Notice::GroupCall, me.id, group, post.id);
        tell_members(conn, group, &told)?;
    }
    Ok(post)
}

/// Does a text call everybody?
fn calls_everybody(text: &str) -> bool {
    text.split(|c: char| c.is_whitespace() || "，。！？、：,.!?:".contains(c))
        .any(|word| matches!(word, "@all" | "@所有人" | "@全体" | "@全體" | "@大家"))
}

/// Where somebody speaks.
struct Place {
    is_private: bool,
    is_officer: bool,
    detail: Option<Group>,
}

/// May this member begin something there?
fn place(conn: &mut Conn, me: &Actor, id: ActorId) -> Result<Place> {
    let actor = actor::by_id(conn, id)?;
    if actor.kind != actor::Kind::Group || actor.suspended_at.is_some() || actor.deleted_at.is_some() {
        return Err(Error::NotFound("group"));
    }
    let detail = group::detail(conn, id)?;
    let is_private = detail.as_ref().is_some_and(|detail| detail.is_private);
    let is_closed = detail.as_ref().is_some_and(|detail| detail.posting == Posting::Officers);
    if actor.is_local() {
        let standing = group::standing(conn, id, me.id)?;
        let problem = |message| Err(Error::invalid("body", message));
        let role = match standing {
            Some(standing) if standing.state == State::Member => standing.role,
            Some(standing) if standing.state == State::Banned => return problem("group-problem-banned"),
            Some(_) | None => return problem("group-problem-members"),
        };
        if is_closed && !role.is_officer() {
            return problem("group-problem-officers");
        }
        let detail = detail.map(|detail| Group { actor, detail });
        return Ok(Place { is_private, is_officer: role.is_officer(), detail });
    }
    let is_in = friend::find(conn, me.id, id)?.is_some_and(|follow| follow.state == friend::State::Accepted);
    if !is_in {
        return Err(Error::invalid("body", "group-problem-members"));
    }
    Ok(Place { is_private, is_officer: false, detail: None })
}

/// Tells every member of this hall who is in the group and hasn't muted it, but for whose doing it is.
pub(super) fn tell_members(conn: &mut Conn, group: ActorId, told: &NewNotice) -> Result<()> {
    for (standing, _) in group::roll(conn, group)? {
        if !group::is_muted(conn, standing.actor_id, group)? {
            notice::tell(conn, standing.actor_id, told)?;
        }
    }
    Ok(())
}

/// What officers did to a post.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = group_mark)]
pub struct Marks {
    /// The post.
    pub post_id: PostId,
    /// Since when it stands before the others.
    pub pinned_at: Option<Micros>,
    /// Since when it is closed to comments.
    pub locked_at: Option<Micros>,
    /// Since when it is taken down.
    pub removed_at: Option<Micros>,
    /// Who took it down.
    pub removed_by: Option<ActorId>,
    /// Why.
    pub reason: String,
}

/// What officers did to these posts; those to which they did nothing are left out. The posts came through the gate.
pub fn marks(conn: &mut Conn, posts: &[PostId]) -> Result<Vec<Marks>> {
    Ok(group_mark::table
        .filter(group_mark::post_id.eq_any(posts.to_vec()))
        .select(Marks::as_select())
        .load(conn.link())?)
}

/// The post, if `by` may run the group of this hall that it stands in.
fn subject(conn: &mut Conn, by: &Actor, id: PostId) -> Result<(Post, ActorId)> {
    let viewer = if by.is_local() { Viewer::Member(by.id) } else { Viewer::Remote(by.id) };
    let post = post::show(conn, &viewer, id)?.post;
    let group = post.group_id.ok_or(Error::NotFound("post"))?;
    group::as_officer(conn, by.id, group)?;
    conn.lock(&format!("group:{group}"))?;
    Ok((post, group))
}

/// An officer pins, locks, takes down or puts back a post of a group, or the other way round. Twice is the same as once. Only what is
/// no comment is pinned or locked.
///
/// Errors: `NotFound` if `by` doesn't run the group; `Invalid` for the field `reason`, or "" if too many are pinned.
pub fn mark(conn: &mut Conn, by: &Actor, id: PostId, mark: Mark, reason: &str) -> Result<Post> {
    mark_by(conn, by, id, mark, reason, None)
}

/// The same by somebody of another server, whose word goes on to the members' servers as it came.
fn mark_by(conn: &mut Conn, by: &Actor, id: PostId, mark: Mark, reason: &str, word: Option<&Word>) -> Result<Post> {
    let (post, group) = subject(conn, by, id)?;
    let reason = crate::text::body(reason).trim().to_owned();
    if reason.chars().count() > REASON_CHARS_MAX {
        return Err(Error::Invalid(vec![Problem::new("reason", "problem-too-long").with("max", REASON_CHARS_MAX)]));
    }
    if post.root_id.is_some() && !matches!(mark, Mark::TakenDown | Mark::Restored) {
        return Err(Error::NotFound("post"));
    }
    if apply(conn, group, &post, mark, Some(by.id), &reason)? {
        group::log(conn, group, by.id, &Line::about_post(act(mark), id, &reason))?;
        if mark == Mark::TakenDown {
            let told = NewNotice::of_group_post(Notice::GroupRemoval, by.id, group, id);
            notice::tell(conn, post.author_id, &told)?;
        }
        let spot = Spot { post: id, thread: post.thread_id() };
        match word {
            Some(word) => group::relay(conn, group, spot, word.body.clone())?,
            None => {
                let event = event::id(conn);
                let what = Event::GroupMarked { by: by.id, post: id, mark, reason };
                event::record(conn, event, group, &format!("post:{}", spot.thread), &what)?;
            }
        }
    }
    Ok(post)
}

/// Other servers were told of a topic that was pinned when it was written: of the pin only then, since they could make nothing of
/// it before.
pub fn tell_pin(conn: &mut Conn, by: ActorId, group: ActorId, spot: Spot) -> Result<()> {
    if marks(conn, &[spot.post])?.iter().all(|marks| marks.pinned_at.is_none()) {
        return Ok(());
    }
    let event = event::id(conn);
    let what = Event::GroupMarked { by, post: spot.post, mark: Mark::Pinned, reason: String::new() };
    event::record(conn, event, group, &spot.lane(), &what)
}

fn act(mark: Mark) -> Act {
    match mark {
        Mark::Pinned => Act::Pinned,
        Mark::Unpinned => Act::Unpinned,
        Mark::Locked => Act::Locked,
        Mark::Unlocked => Act::Unlocked,
        Mark::TakenDown => Act::TookDown,
        Mark::Restored => Act::Restored,
    }
}

/// What somebody of another server says in a group: in one of this hall, to whose members it is handed on (`word`), or in another
/// server's, which handed it on.
///
/// Errors: `Invalid` naming `body` if they may not begin anything there; `Forbidden` if it claims to be somebody else's.
pub fn receive(
    conn: &mut Conn,
    author: &Actor,
    id: ActorId,
    mut incoming: Incoming,
    word: Option<&Word>,
) -> Result<Received> {
    let group = actor::by_id(conn, id)?;
    let is_private = if group.is_local() {
        place(conn, author, id)?.is_private
    } else {
        group::detail(conn, id)?.is_some_and(|detail| detail.is_private)
    };
    incoming.audience = match (is_private, incoming.audience.is_public()) {
        (true, _) => Audience::Group,
        (false, true) => incoming.audience,
        (false, false) => return Ok(Received::Ignored("not for everyone")),
    };
    incoming.group_id = Some(id);
    incoming.title = crate::text::excerpt(&crate::text::name(&incoming.title, 1_000), TITLE_CHARS_MAX);
    let uri = incoming.uri.clone();
    let received = moment::receive_in_group(conn, author, incoming)?;
    if let (Received::Stored, Some(word)) = (received, word)
        && let Some(post) = post::stored(conn, &uri)?
    {
        comment::relay(conn, id, &post, post.id, word)?;
        if !is_private {
            group::share(conn, id, Spot { post: post.id, thread: post.id })?;
        }
    }
    Ok(received)
}

/// Somebody of another server does something about a post in a group of this hall.
///
/// Errors: `NotFound` if there is no such post, `Forbidden` if they don't run the group.
pub fn receive_mark(
    conn: &mut Conn,
    by: &Actor,
    uri: &str,
    (mark, reason): (Mark, &str),
    word: &Word,
) -> Result<Received> {
    let post = post::stored(conn, uri)?.filter(|post| post.deleted_at.is_none()).ok_or(Error::NotFound("post"))?;
    let group = post.group_id.ok_or(Error::Forbidden)?;
    if by.is_local() || !group::is_ours(conn, group)? || !group::is_run_by(conn, group, by.id)? {
        return Err(Error::Forbidden);
    }
    let reason = crate::text::excerpt(reason, REASON_CHARS_MAX);
    mark_by(conn, by, post.id, mark, &reason, Some(word)).map(|_| Received::Stored)
}

/// Another server's group says what its officers did about a post in it.
///
/// Errors: `NotFound` if the post isn't here, `Forbidden` if it doesn't stand in that group.
pub fn receive_group_mark(conn: &mut Conn, group: &Actor, uri: &str, (mark, reason): (Mark, &str)) -> Result<Received> {
    let post = post::stored(conn, uri)?.filter(|post| post.deleted_at.is_none()).ok_or(Error::NotFound("post"))?;
    if group.is_local() || post.group_id != Some(group.id) {
        return Err(Error::Forbidden);
    }
    let reason = crate::text::excerpt(reason, REASON_CHARS_MAX);
    if apply(conn, group.id, &post, mark, None, &reason)? && mark == Mark::TakenDown {
        let told = NewNotice::of_group_post(Notice::GroupRemoval, group.id, group.id, post.id);
        notice::tell(conn, post.author_id, &told)?;
    }
    Ok(Received::Stored)
}

/// Writes a mark; answers whether that changed anything. What another server's group says of its posts is written so too.
///
/// Errors: `Invalid` for the field "" if too many are pinned.
pub fn apply(
    conn: &mut Conn,
    group: ActorId,
    post: &Post,
    mark: Mark,
    by: Option<ActorId>,
    reason: &str,
) -> Result<bool> {
    diesel::insert_into(group_mark::table)
        .values((
            group_mark::post_id.eq(post.id),
            group_mark::group_id.eq(group),
            group_mark::reason.eq(""),
            group_mark::tokens.eq(""),
        ))
        .on_conflict_do_nothing()
        .both()
        .execute(conn.link())?;
    let row = group_mark::table.filter(group_mark::post_id.eq(post.id));
    let old: Marks = row.select(Marks::as_select()).first(conn.link())?;
    let now = Some(conn.now());
    let changes = match mark {
        Mark::Pinned => old.pinned_at.is_none(),
        Mark::Unpinned => old.pinned_at.is_some(),
        Mark::Locked => old.locked_at.is_none(),
        Mark::Unlocked => old.locked_at.is_some(),
        Mark::TakenDown => old.removed_at.is_none(),
        Mark::Restored => old.removed_at.is_some(),
    };
    if !changes {
        return Ok(false);
    }
    match mark {
        Mark::Pinned => {
            if pinned_count(conn, group)? >= PINS_MAX {
                return Err(Error::Invalid(vec![Problem::new("", "problem-pins-many").with("max", PINS_MAX)]));
            }
            diesel::update(row).set(group_mark::pinned_at.eq(now)).execute(conn.link())?;
        }
        Mark::Unpinned => {
            diesel::update(row).set(group_mark::pinned_at.eq(None::<Micros>)).execute(conn.link())?;
        }
        Mark::Locked => {
            diesel::update(row).set(group_mark::locked_at.eq(now)).execute(conn.link())?;
        }
        Mark::Unlocked => {
            diesel::update(row).set(group_mark::locked_at.eq(None::<Micros>)).execute(conn.link())?;
        }
        Mark::TakenDown => take_down(conn, group, post, by, reason)?,
        Mark::Restored => restore(conn, post.id)?,
    }
    Ok(true)
}

/// Leaves a post to its author and the officers, and keeps the tokens that it had.
fn take_down(conn: &mut Conn, group: ActorId, post: &Post, by: Option<ActorId>, reason: &str) -> Result<()> {
    let now = conn.now();
    let own = [audience::actor_token(post.author_id), group::officers_token(group)];
    let tokens = audience::replace(conn, post.id, &own)?;
    diesel::update(group_mark::table.filter(group_mark::post_id.eq(post.id)))
        .set((
            group_mark::removed_at.eq(Some(now)),
            group_mark::removed_by.eq(by),
            group_mark::reason.eq(reason),
            group_mark::tokens.eq(tokens.join(" ")),
            group_mark::pinned_at.eq(None::<Micros>),
        ))
        .execute(conn.link())?;
    Ok(())
}

/// Gives a post the tokens back that it had before it was taken down.
fn restore(conn: &mut Conn, post: PostId) -> Result<()> {
    let row = group_mark::table.filter(group_mark::post_id.eq(post));
    let tokens: String = row.select(group_mark::tokens).first(conn.link())?;
    let tokens: Vec<String> = tokens.split(' ').filter(|token| !token.is_empty()).map(str::to_owned).collect();
    audience::replace(conn, post, &tokens)?;
    diesel::update(row)
        .set((
            group_mark::removed_at.eq(None::<Micros>),
            group_mark::removed_by.eq(None::<ActorId>),
            group_mark::reason.eq(""),
            group_mark::tokens.eq(""),
        ))
        .execute(conn.link())?;
    Ok(())
}

/// How many posts of a group stand before the others and are still there.
fn pinned_count(conn: &mut Conn, group: ActorId) -> Result<usize> {
    let count: i64 = group_mark::table
        .inner_join(post_table::table.on(post_table::id.eq(group_mark::post_id)))
        .filter(group_mark::group_id.eq(group))
        .filter(group_mark::pinned_at.is_not_null())
        .filter(post_table::deleted_at.is_null())
        .count()
        .get_result(conn.link())?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// The topics and announcements of a group that `viewer` may see, newest first.
pub fn list(conn: &mut Conn, viewer: &Viewer, group: ActorId, range: &Range) -> Result<Vec<Entry>> {
    let query = post_table::table
        .inner_join(actor_table::table.on(actor_table::id.eq(post_table::author_id)))
        .filter(post_table::group_id.eq(group))
        .filter(post_table::root_id.is_null())
        .filter(Gate::before(viewer))
        .filter(Unmuted::<audience::Posts>::by(viewer))
        .select((Post::as_select(), Actor::as_select()));
    let rows: Vec<(Post, Actor)> = paged!(query, post_table::id, range, conn);
    Ok(rows.into_iter().map(|(post, author)| Entry { post, author }).collect())
}

/// What stands before the others in a group, as far as `viewer` may see it: what was pinned last first.
pub fn pinned(conn: &mut Conn, viewer: &Viewer, group: ActorId) -> Result<Vec<Entry>> {
    let rows: Vec<(Post, Actor)> = group_mark::table
        .inner_join(post_table::table.on(post_table::id.eq(group_mark::post_id)))
        .inner_join(actor_table::table.on(actor_table::id.eq(post_table::author_id)))
        .filter(group_mark::group_id.eq(group))
        .filter(group_mark::pinned_at.is_not_null())
        .filter(Gate::before(viewer))
        .order(group_mark::pinned_at.desc())
        .select((Post::as_select(), Actor::as_select()))
        .load(conn.link())?;
    Ok(rows.into_iter().map(|(post, author)| Entry { post, author }).collect())
}

/// What is taken down from a group, for its officers: newest first.
///
/// Errors: `NotFound` if `by` is none of them.
pub fn taken_down(conn: &mut Conn, by: ActorId, group: ActorId, limit: i64) -> Result<Vec<(Marks, Entry)>> {
    group::as_officer(conn, by, group)?;
    let rows: Vec<(Marks, Post, Actor)> = group_mark::table
        .inner_join(post_table::table.on(post_table::id.eq(group_mark::post_id)))
        .inner_join(actor_table::table.on(actor_table::id.eq(post_table::author_id)))
        .filter(group_mark::group_id.eq(group))
        .filter(group_mark::removed_at.is_not_null())
        .filter(Gate::before(&Viewer::Member(by)))
        .order(group_mark::removed_at.desc())
        .limit(limit)
        .select((Marks::as_select(), Post::as_select(), Actor::as_select()))
        .load(conn.link())?;
    Ok(rows.into_iter().map(|(marks, post, author)| (marks, Entry { post, author })).collect())
}

/// A picture in a group's album.
#[derive(Debug, Clone)]
pub struct Leaf {
    /// The picture.
    pub media: media::Media,
    /// The post that it stands in.
    pub post: Post,
}

/// The pictures of a group's topics and announcements that `viewer` may see, newest first, before `before` if given.
pub fn album(
    conn: &mut Conn,
    viewer: &Viewer,
    group: ActorId,
    before: Option<MediaId>,
    limit: i64,
) -> Result<Vec<Leaf>> {
    let rows: Vec<(media::Media, Post)> = media_table::table
        .inner_join(post_table::table.on(media_table::post_id.eq(post_table::id.nullable())))
        .filter(post_table::group_id.eq(group))
        .filter(post_table::root_id.is_null())
        .filter(media_table::id.lt(before.unwrap_or(MediaId(i64::MAX))))
        .filter(media_table::state.eq(media::State::Ready))
        .filter(media_table::kind.ne(media::Kind::Paper))
        .filter(Gate::before(viewer))
        .order(media_table::id.desc())
        .limit(limit)
        .select((media::Media::as_select(), Post::as_select()))
        .load(conn.link())?;
    Ok(rows.into_iter().map(|(media, post)| Leaf { media, post }).collect())
}
