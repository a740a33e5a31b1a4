//! Posts: what Moments (and later articles, announcements, comments) share. One insert for local and remote ones, and
//! queries that always take a [`Viewer`].

mod gone;
mod queries;

pub use gone::{buried_at, bury, is_buried};
pub(super) use gone::{revive, unbury};
pub use queries::{
    Boosted, Fed, Mark, Origin, all_by_author, boosted_by, by_author, feed, feed_marks, feed_of, home, listed,
    local_count, local_marks, mixed, public, tally,
};

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::actor::Actor;
use super::audience::{self, Audience, Gate, Root, Viewer};
use super::part;
use super::{link, media, place, version};
use crate::clock::{DAY, Micros};
use crate::db::schema::{
    activity, actor, announcement, boost, confirmation, delivery, feed, follow, hashtag, mention, poll, post,
    post_copy, reaction, roll_call,
};
use crate::db::{Conn, IntoBoth, Part, Statement, columns, text_enum};
use crate::error::{Error, Result};
use crate::id::{ActorId, BoostId, PostId};

/// Posts of a new friend that are put into the feed at once.
const BACKFILL_MAX: i64 = 50;
/// A post dated further ahead than this is dated now: clocks differ, but not by more.
const AHEAD_MAX: Micros = DAY;
/// The types of activities that say what stands in a post, or hand that on.
const SAYING: [&str; 4] = ["Create", "Update", "Announce", "GroupTopic"];

text_enum! {
    /// What kind of post it is.
    Kind {
        /// A Moment.
        Moment = "moment",
        /// A comment under a post.
        Comment = "comment",
        /// An article of a public account.
        Article = "article",
        /// What a member says in a group.
        GroupPost = "group-post",
        /// What the officers of a group tell all its members.
        Announcement = "announcement",
        /// An item of the archive.
        Item = "item",
    }
}

/// A post.
#[derive(Debug, Clone, Queryable)]
pub struct Post {
    /// Its id here; ordered by the time of publishing.
    pub id: PostId,
    /// Its id on the wire.
    pub uri: String,
    /// Its page on its own server.
    pub url: String,
    /// Its kind.
    pub kind: Kind,
    /// Who wrote it.
    pub author_id: ActorId,
    /// Whom the author chose.
    pub audience: Audience,
    /// The language of the text: a code, or empty if unknown.
    pub language: String,
    /// Its title; empty for what has none.
    pub title: String,
    /// What a reader is warned of before the text; empty for nothing.
    pub warning: String,
    /// The text as its author typed it (local posts only).
    pub source: String,
    /// The text as safe HTML.
    pub body_html: String,
    /// The one-time key of the form it came by.
    pub form_key: Option<String>,
    /// When it was published.
    pub published_at: Micros,
    /// When it was last edited.
    pub edited_at: Option<Micros>,
    /// When it was deleted; then its texts are empty.
    pub deleted_at: Option<Micros>,
    /// What it answers, if it is a comment.
    pub parent_id: Option<PostId>,
    /// The post that it stands under in the end, if it is a comment.
    pub root_id: Option<PostId>,
    /// What it may carry or have about it, as bits ([`part::Part`]).
    pub parts: i64,
    /// The group that it was said in.
    pub group_id: Option<ActorId>,
}

columns! {
    Post of post:
    id, uri, url, kind, author_id, audience, language, title, warning, source, body_html, form_key, published_at,
    edited_at, deleted_at, parent_id, root_id, parts, group_id,
}

impl Post {
    /// Its number with what it may carry.
    pub fn bits(&self) -> (PostId, i64) {
        (self.id, self.parts)
    }

    /// The root of its thread: itself if it is no comment.
    pub fn thread_id(&self) -> PostId {
        self.root_id.unwrap_or(self.id)
    }
}

/// What became of something received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// It is stored.
    Stored,
    /// It changes nothing, for this reason.
    Ignored(&'static str),
}

/// A post with its author, as pages show it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The post.
    pub post: Post,
    /// Who wrote it.
    pub author: Actor,
}

/// A post to be stored, local or remote.
#[derive(Debug, Clone)]
pub struct New {
    /// Its id on the wire; `None` for a local post, which gets one from its number.
    pub uri: Option<String>,
    /// Its page; `None` for a local post.
    pub url: Option<String>,
    /// Its kind.
    pub kind: Kind,
    /// Whom it is for.
    pub audience: Audience,
    /// Those whom its author named: members of this hall for a remote author, anybody for a member.
    pub people: Vec<ActorId>,
    /// Language code or empty.
    pub language: String,
    /// Title or empty.
    pub title: String,
    /// Warning or empty.
    pub warning: String,
    /// The text as typed, or empty.
    pub source: String,
    /// Safe HTML.
    pub body_html: String,
    /// One-time key of the form.
    pub form_key: Option<String>,
    /// When it was published; `None` for now.
    pub published_at: Option<Micros>,
    /// When it was last edited.
    pub edited_at: Option<Micros>,
    /// Where it stands, if it is a comment.
    pub place: Option<Place>,
    /// The group that it is said in.
    pub group_id: Option<ActorId>,
}

/// Where a comment stands.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// What it answers: the root or another comment.
    pub parent_id: PostId,
    /// The root.
    pub root: Root,
}

/// Stores a post with its tokens and puts a Moment it into the feeds of those here who follow its author.
pub(super) fn insert(conn: &mut Conn, author: &Actor, new: New) -> Result<Post> {
    let (people, root) = (new.people.clone(), new.place.map(|place| place.root));
    let row = insert_row(conn, author, new)?;
    open(conn, author, &row, root.as_ref(), &people)?;
    Ok(row)
}

/// Stores a post that only its author sees until it is [`release`]d.
pub(super) fn insert_held(conn: &mut Conn, author: &Actor, new: New) -> Result<Post> {
    let row = insert_row(conn, author, new)?;
    audience::write(conn, row.id, author.id, Audience::Me, &[])?;
    if row.root_id.is_none() && row.group_id.is_none() {
        put(conn, author.id, row.id)?;
    }
    media::hold(conn, row.id)?;
    Ok(row)
}

/// Stores a post that nobody but its author sees until its audience is set by clauses ([`reach`]). It stands in no feed.
pub(super) fn insert_closed(conn: &mut Conn, author: &Actor, new: New) -> Result<Post> {
    let row = insert_row(conn, author, new)?;
    audience::write_clauses(conn, row.id, author.id, &[])?;
    Ok(row)
}

/// Sets whom a post is for: what counts are the clauses, `audience` is for showing and addressing.
pub(super) fn reach(conn: &mut Conn, post: &Post, audience: Audience, clauses: &[Vec<String>]) -> Result<()> {
    if post.audience != audience {
        diesel::update(post::table.filter(post::id.eq(post.id)))
            .set(post::audience.eq(audience))
            .execute(conn.link())?;
    }
    audience::write_clauses(conn, post.id, post.author_id, clauses)
}

/// Puts a post that was stored closed into the feeds of its author's followers here.
pub(super) fn make_known(conn: &mut Conn, author: &Actor, id: PostId) -> Result<()> {
    spread(conn, author, id, &[])
}

/// Changes the title and the language of a post, and where its page is.
pub(super) fn head(conn: &mut Conn, id: PostId, title: &str, url: &str) -> Result<()> {
    let row = post::table.filter(post::id.eq(id));
    diesel::update(row).set((post::title.eq(title), post::url.eq(url))).execute(conn.link())?;
    Ok(())
}

/// Lets those see a held post whom its author chose, among them `others` besides those whom its text names if it is for people
/// alone; answers whether it was held.
pub(super) fn release(
    conn: &mut Conn,
    author: &Actor,
    post: &Post,
    root: Option<&Root>,
    others: &[ActorId],
) -> Result<bool> {
    let was_held = media::release(conn, post.id)?;
    if was_held {
        let mut people = if post.audience == Audience::People { named(conn, post.id)? } else { Vec::new() };
        people.extend(others);
        open(conn, author, post, root, &people)?;
    }
    Ok(was_held)
}

/// Whom the text of a post names.
fn named(conn: &mut Conn, id: PostId) -> Result<Vec<ActorId>> {
    Ok(mention::table.filter(mention::post_id.eq(id)).select(mention::actor_id).load(conn.link())?)
}

/// Gives a post the tokens of its audience, and puts it into feeds unless it is a comment, which is read where it stands.
fn open(conn: &mut Conn, author: &Actor, post: &Post, root: Option<&Root>, people: &[ActorId]) -> Result<()> {
    match root {
        Some(_) if author.is_local() && matches!(post.audience, Audience::People | Audience::Me) => {
            audience::write_aside(conn, post.id, author.id, people)
        }
        Some(root) => audience::write_comment(conn, post.id, author.id, post.audience, root, people),
        // What is said in a group is read in the group, not in feeds.
        None => match post.group_id {
            Some(group) => audience::write_in_group(conn, post.id, author.id, post.audience, group),
            None => {
                audience::write(conn, post.id, author.id, post.audience, people)?;
                spread(conn, author, post.id, people)
            }
        },
    }
}

/// Writes the row of a post.
fn insert_row(conn: &mut Conn, author: &Actor, new: New) -> Result<Post> {
    let now = conn.now();
    let published_at = new.published_at.filter(|at| *at <= now + AHEAD_MAX).unwrap_or(now);
    let id = PostId(conn.id_at(published_at.min(now)));
    let origin = conn.origin();
    let row = Post {
        id,
        uri: new.uri.unwrap_or_else(|| format!("{origin}/objects/{id}")),
        url: new.url.unwrap_or_else(|| format!("{origin}/@{}/{id}", author.name)),
        kind: new.kind,
        author_id: author.id,
        audience: new.audience,
        language: new.language,
        title: new.title,
        warning: new.warning,
        source: new.source,
        body_html: new.body_html,
        form_key: new.form_key,
        published_at,
        edited_at: new.edited_at,
        deleted_at: None,
        parent_id: new.place.map(|place| place.parent_id),
        root_id: new.place.map(|place| place.root.id),
        parts: 0,
        group_id: new.group_id,
    };
    diesel::insert_into(post::table)
        .values((
            post::id.eq(row.id),
            post::uri.eq(&row.uri),
            post::url.eq(&row.url),
            post::kind.eq(row.kind),
            post::author_id.eq(row.author_id),
            post::audience.eq(row.audience),
            post::language.eq(&row.language),
            post::title.eq(&row.title),
            post::warning.eq(&row.warning),
            post::source.eq(&row.source),
            post::body_html.eq(&row.body_html),
            post::form_key.eq(&row.form_key),
            post::published_at.eq(row.published_at),
            post::edited_at.eq(row.edited_at),
            post::parent_id.eq(row.parent_id),
            post::root_id.eq(row.root_id),
            post::is_local.eq(author.is_local()),
            (post::parts.eq(row.parts), post::group_id.eq(row.group_id)),
        ))
        .execute(conn.link())?;
    if let Some(place) = new.place {
        part::mark(conn, place.parent_id, part::Part::Comment)?;
        part::mark(conn, place.root.id, part::Part::Comment)?;
    }
    Ok(row)
}

/// Puts a post into the feeds of its author, of the author's followers here, and of those whom it names.
fn spread(conn: &mut Conn, author: &Actor, id: PostId, people: &[ActorId]) -> Result<()> {
    let readers = readers(conn, author)?;
    readers.into_iter().chain(people.iter().copied()).try_for_each(|reader| put(conn, reader, id))
}

/// Puts a boosted post into the feeds of the booster and the booster's followers here, where it isn't there already.
pub(super) fn carry(conn: &mut Conn, booster: &Actor, id: PostId, boost: BoostId) -> Result<()> {
    readers(conn, booster)?.into_iter().try_for_each(|reader| place(conn, reader, id, boost.0, Some(boost)))
}

/// Those here who read what an actor shares: its followers, and itself if it is of this hall.
fn readers(conn: &mut Conn, of: &Actor) -> Result<Vec<ActorId>> {
    let mut readers: Vec<ActorId> = follow::table
        .inner_join(actor::table.on(actor::id.eq(follow::follower_id)))
        .filter(follow::followed_id.eq(of.id))
        .filter(follow::state.eq("accepted"))
        .filter(actor::host.eq(""))
        .select(follow::follower_id)
        .load(conn.link())?;
    readers.extend(of.is_local().then_some(of.id));
    Ok(readers)
}

/// Puts a post into a reader's feed; once is the same as twice.
pub(super) fn put(conn: &mut Conn, reader: ActorId, id: PostId) -> Result<()> {
    place(conn, reader, id, id.0, None)
}

/// Puts a post into a reader's feed at this place, unless it stands there already.
fn place(conn: &mut Conn, reader: ActorId, id: PostId, place: i64, boost: Option<BoostId>) -> Result<()> {
    let row = (feed::actor_id.eq(reader), feed::place.eq(place), feed::post_id.eq(id), feed::boost_id.eq(boost));
    diesel::insert_into(feed::table).values(row).on_conflict_do_nothing().both().execute(conn.link())?;
    Ok(())
}

/// Puts the newest posts of `author` into the feed of `reader`, who follows them from now on.
pub(super) fn backfill(conn: &mut Conn, reader: ActorId, author: ActorId) -> Result<()> {
    let ids: Vec<PostId> = post::table
        .filter(post::author_id.eq(author))
        .filter(post::kind.eq(Kind::Moment).or(post::kind.eq(Kind::Article)))
        .filter(post::deleted_at.is_null())
        .order(post::id.desc())
        .limit(BACKFILL_MAX)
        .select(post::id)
        .load(conn.link())?;
    ids.into_iter().try_for_each(|id| put(conn, reader, id))
}

/// Takes the posts of `author` out of the feed of `reader`.
pub(super) fn withdraw(conn: &mut Conn, reader: ActorId, author: ActorId) -> Result<()> {
    // `+ 0` lets SQLite go by what is theirs, however much, rather than through the reader's whole feed.
    for theirs in [
        " AND boost_id IS NULL AND post_id IN (SELECT p.id FROM post p WHERE p.author_id = ",
        " AND boost_id IN (SELECT b.id FROM boost b WHERE b.actor_id = ",
    ] {
        Statement::<BigInt>::new(vec![
            Part::Sql("DELETE FROM feed WHERE actor_id + 0 = "),
            Part::Number(reader.0),
            Part::Sql(theirs),
            Part::Number(author.0),
            Part::Sql(")"),
        ])
        .execute(conn.link())?;
    }
    Ok(())
}

/// A boost is to go: where the reader follows the post's author as well, the post stays, at its own place.
pub(super) fn keep_own(conn: &mut Conn, boost: BoostId, post: &Post) -> Result<()> {
    let followers = follow::table
        .filter(follow::followed_id.eq(post.author_id))
        .filter(follow::state.eq("accepted"))
        .select(follow::follower_id);
    let brought = feed::table.filter(feed::boost_id.eq(boost));
    let own = brought.filter(feed::actor_id.eq_any(followers).or(feed::actor_id.eq(post.author_id)));
    diesel::update(own).set((feed::place.eq(post.id.0), feed::boost_id.eq(None::<BoostId>))).execute(conn.link())?;
    Ok(())
}

/// Is a post for everyone, and what it stands under too?
pub fn is_for_everyone(conn: &mut Conn, post: &Post) -> Result<bool> {
    let root = post.root_id.map(|root| by_id(conn, root)).transpose()?;
    Ok(post.audience.is_public() && root.is_none_or(|root| root.audience.is_public()))
}

/// Changes the text of a post.
pub(super) fn rewrite(conn: &mut Conn, id: PostId, source: &str, body_html: &str, text: &Text<'_>) -> Result<()> {
    // What nobody else has seen yet has no history.
    if !media::is_held(conn, id)? {
        version::keep(conn, id, body_html, text.warning, text.title)?;
    }
    diesel::update(post::table.filter(post::id.eq(id)))
        .set((
            post::source.eq(source),
            post::body_html.eq(body_html),
            post::language.eq(text.language),
            post::warning.eq(text.warning),
            post::edited_at.eq(Some(text.edited_at)),
        ))
        .execute(conn.link())?;
    match text.title {
        Some(title) => retitle(conn, id, title),
        None => Ok(()),
    }
}

/// Gives a post its text, once its files are known.
pub(super) fn set_html(conn: &mut Conn, id: PostId, body_html: &str) -> Result<()> {
    diesel::update(post::table.filter(post::id.eq(id))).set(post::body_html.eq(body_html)).execute(conn.link())?;
    Ok(())
}

/// Changes the title of a post.
fn retitle(conn: &mut Conn, id: PostId, title: &str) -> Result<()> {
    diesel::update(post::table.filter(post::id.eq(id))).set(post::title.eq(title)).execute(conn.link())?;
    Ok(())
}

/// What was said in a group turns out to be an announcement.
pub(super) fn announce(conn: &mut Conn, id: PostId) -> Result<()> {
    diesel::update(post::table.filter(post::id.eq(id))).set(post::kind.eq(Kind::Announcement)).execute(conn.link())?;
    Ok(())
}

/// Notes that what belongs to a post was changed just now.
pub(super) fn mark_edited(conn: &mut Conn, id: PostId) -> Result<()> {
    let now = conn.now();
    diesel::update(post::table.filter(post::id.eq(id))).set(post::edited_at.eq(Some(now))).execute(conn.link())?;
    Ok(())
}

/// What goes with a changed text.
pub(super) struct Text<'a> {
    /// Language code or empty.
    pub language: &'a str,
    /// Warning or empty.
    pub warning: &'a str,
    /// The title, if it may become another.
    pub title: Option<&'a str>,
    /// When it was changed.
    pub edited_at: Micros,
}

/// Deletes a post: its texts go, its row stays as a tombstone so that the URI can't come back.
pub(super) fn erase(conn: &mut Conn, id: PostId) -> Result<()> {
    let now = conn.now();
    diesel::update(post::table.filter(post::id.eq(id)))
        .set((
            post::source.eq(""),
            post::body_html.eq(""),
            post::title.eq(""),
            post::warning.eq(""),
            post::form_key.eq(None::<String>),
            post::deleted_at.eq(Some(now)),
        ))
        .execute(conn.link())?;
    media::remove_of_post(conn, id)?;
    version::erase(conn, id)?;
    place::set(conn, id, &place::Place::default())?;
    link::remove(conn, id)?;
    diesel::delete(feed::table.filter(feed::post_id.eq(id))).execute(conn.link())?;
    diesel::delete(reaction::table.filter(reaction::post_id.eq(id))).execute(conn.link())?;
    diesel::delete(boost::table.filter(boost::post_id.eq(id))).execute(conn.link())?;
    diesel::delete(mention::table.filter(mention::post_id.eq(id))).execute(conn.link())?;
    diesel::delete(hashtag::table.filter(hashtag::post_id.eq(id))).execute(conn.link())?;
    diesel::delete(confirmation::table.filter(confirmation::post_id.eq(id))).execute(conn.link())?;
    diesel::delete(announcement::table.filter(announcement::post_id.eq(id))).execute(conn.link())?;
    gone::strip_article(conn, id)?;
    // Its options and votes go with it.
    diesel::delete(poll::table.filter(poll::post_id.eq(id))).execute(conn.link())?;
    diesel::delete(roll_call::table.filter(roll_call::post_id.eq(id))).execute(conn.link())?;
    // What still waits to be said of it goes nowhere any more; that it is deleted goes wherever it may have come.
    let said = activity::table.filter(activity::post_id.eq(id)).filter(activity::kind.eq_any(SAYING));
    let waiting = delivery::table.filter(delivery::activity_id.eq_any(said.select(activity::id)));
    diesel::delete(waiting).execute(conn.link())?;
    Ok(())
}

/// The post with this URI whoever looks, deleted or not: for applying what its own author sends, never for showing.
pub fn stored(conn: &mut Conn, uri: &str) -> Result<Option<Post>> {
    let found = post::table.filter(post::uri.eq(uri)).select(Post::as_select()).first(conn.link()).optional()?;
    if found.is_some() {
        return Ok(found);
    }
    // Some name a post of ours by the address of its page.
    let page = uri.strip_prefix(&*conn.origin()).and_then(|path| path.strip_prefix("/@")?.split_once('/'));
    let Some(id) = page.and_then(|(_, id)| id.parse::<PostId>().ok()) else { return Ok(None) };
    let own = post::table.filter(post::id.eq(id)).filter(post::is_local.eq(true)).filter(post::url.eq(uri));
    Ok(own.select(Post::as_select()).first(conn.link()).optional()?)
}

/// The post with this id whoever looks, deleted or not: for the rules of threads and for sending, never for showing.
pub fn by_id(conn: &mut Conn, id: PostId) -> Result<Post> {
    post::table
        .filter(post::id.eq(id))
        .select(Post::as_select())
        .first(conn.link())
        .optional()?
        .ok_or(Error::NotFound("post"))
}

/// The post that a form with this one-time key made already, if it did.
pub(super) fn by_form_key(conn: &mut Conn, key: Option<&str>) -> Result<Option<Post>> {
    let Some(key) = key else { return Ok(None) };
    conn.lock(key)?;
    Ok(post::table.filter(post::form_key.eq(key)).select(Post::as_select()).first(conn.link()).optional()?)
}

/// Do we have a post of this author under this URI, deleted or not? For what its own author sends, never for showing.
pub fn is_known(conn: &mut Conn, author: ActorId, uri: &str) -> Result<bool> {
    let theirs = post::table.filter(post::uri.eq(uri)).filter(post::author_id.eq(author));
    Ok(diesel::select(diesel::dsl::exists(theirs)).get_result(conn.link())?)
}

/// The post with this id whoever looks, deleted or not: for its author's acts and for sending it out, never for showing.
pub fn own(conn: &mut Conn, author: ActorId, id: PostId) -> Result<Post> {
    post::table
        .filter(post::id.eq(id))
        .filter(post::author_id.eq(author))
        .select(Post::as_select())
        .first(conn.link())
        .optional()?
        .ok_or(Error::NotFound("post"))
}

/// One post, if `viewer` may see it.
///
/// Errors: `NotFound`, also for what exists and is not for the viewer.
pub fn show(conn: &mut Conn, viewer: &Viewer, id: PostId) -> Result<Entry> {
    post::table
        .inner_join(actor::table.on(actor::id.eq(post::author_id)))
        .filter(post::id.eq(id))
        .filter(Gate::before(viewer))
        .select((Post::as_select(), Actor::as_select()))
        .first(conn.link())
        .optional()?
        .map(|(post, author)| Entry { post, author })
        .ok_or(Error::NotFound("post"))
}

/// The post with this id on the wire, or this page, if `viewer` may see it.
///
/// Errors: `NotFound`.
pub fn by_address(conn: &mut Conn, viewer: &Viewer, address: &str) -> Result<Entry> {
    match stored(conn, address)? {
        Some(post) => show(conn, viewer, post.id),
        None => {
            let by_page = post::table.filter(post::url.eq(address)).select(post::id).first(conn.link()).optional()?;
            show(conn, viewer, by_page.ok_or(Error::NotFound("post"))?)
        }
    }
}

/// Notes that a copy of a local post goes to `inbox`.
pub fn add_copy(conn: &mut Conn, id: PostId, inbox: &str) -> Result<()> {
    diesel::insert_into(post_copy::table)
        .values((post_copy::post_id.eq(id), post_copy::inbox.eq(inbox)))
        .on_conflict_do_nothing()
        .both()
        .execute(conn.link())?;
    Ok(())
}

/// The inboxes to which copies of a local post went.
pub fn copies(conn: &mut Conn, id: PostId) -> Result<Vec<String>> {
    Ok(post_copy::table.filter(post_copy::post_id.eq(id)).select(post_copy::inbox).load(conn.link())?)
}
