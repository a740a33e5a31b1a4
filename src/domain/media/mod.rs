//! Pictures and other files of posts and actors: who may see them, and in which state they are.
//!
//! Invariants: a file is seen by whoever may see its post, by nobody else; what is not attached to a post is its owner's
//! alone; no row goes without its files being put down for removal in the same transaction ([`removal`]).

mod cache;
mod face;
mod grant;
mod pass;
mod removal;
mod tile;
mod upload;
mod work;

pub use cache::{Cached, SEEN_GRAIN, begin_fetch, cached_bytes, end_fetch, evict, fetch_failed, touch};
pub use face::{newest_upload, receive_face, remove_faces, set_face, take_face};
pub use grant::{by_token, granted, hosts_token};
pub use pass::{holder, pass};
pub use removal::{
    Removal, claim_removals, drop_file, drop_forms, keep_file, postpone_removal, removals_due, removed, reserve,
    reserve_file,
};
pub use tile::{tiling, tilings};
pub(in crate::domain) use upload::adopt;
pub use upload::{
    Arranged, LOOSE_MAX, Placed, arrange, attach, cover, create, create_paper, describe, drop_loose, give, make_room,
    place_in, sweep,
};
pub use work::{ATTEMPTS_MAX, Facts, claim, fail, free_all, is_due, postpone, ready};

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::account;
use super::audience::{Audience, FileGate, Gate, Viewer};
use crate::clock::Micros;
use crate::db::schema::{actor, media, media_grant, post, post_hold};
use crate::db::{Among, Conn, IntoBoth, columns, text_enum};
use crate::domain::part::{self, Part};
use crate::error::{Error, Result};
use crate::id::{ActorId, MediaId, PostId};
use crate::picture::Shape;

/// Pictures of one post of a member; of films or sounds it may have one, and then no picture.
pub const PICTURES_MAX: usize = 9;
/// Files of one post of another server that are kept track of: some programs allow this many.
pub const REMOTE_MAX: usize = 16;
/// Longest text that says what a picture shows, in characters; longer ones from elsewhere are cut.
pub const ALT_CHARS_MAX: usize = 1_500;
/// Longest address of a file elsewhere.
const URL_BYTES_MAX: usize = 2_000;
/// Longest blurred stand-in: nine by nine components take 4 + 2 × 80 letters and some.
const BLURHASH_BYTES_MAX: usize = 170;

text_enum! {
    /// What kind of file it is.
    Kind {
        /// A picture.
        Image = "image",
        /// A film.
        Video = "video",
        /// A sound.
        Audio = "audio",
        /// A paper: handed out to be saved, never shown.
        Paper = "paper",
        /// Something else.
        Unknown = "unknown",
    }
}

text_enum! {
    /// What it is for.
    Purpose {
        /// It belongs to a post, or soon will.
        Post = "post",
        /// It is an actor's face.
        Avatar = "avatar",
        /// It lies across the top of an actor's page.
        Cover = "cover",
        /// It stands between words, for a shortcode of another server.
        Emoji = "emoji",
        /// It stands for a film of another server, at the same place among the files of the post.
        Poster = "poster",
    }
}

impl Purpose {
    /// What a picture for this is to become.
    pub fn shape(self) -> Shape {
        match self {
            Self::Post => Shape::Whole,
            Self::Avatar => Shape::Face,
            Self::Cover => Shape::Cover,
            Self::Emoji => Shape::Emoji,
            Self::Poster => Shape::Poster,
        }
    }
}

text_enum! {
    /// How far it is.
    State {
        /// Not looked at yet: an upload waits for the worker, a file elsewhere for its first reader.
        Waiting = "waiting",
        /// Its forms lie in the store.
        Ready = "ready",
        /// It can't be used, for the reason in `reason`.
        Failed = "failed",
    }
}

/// The forms in which a file is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// As it was uploaded; gone once the others are there.
    Original,
    /// Large.
    Display,
    /// Small; of a film a picture of it, if one was sent along.
    Thumb,
    /// The picture of a film as it was sent along; gone once its small form is there.
    Poster,
    /// The tiles of a picture of the archive that is larger than its large form.
    Tiles,
}

impl Variant {
    /// The forms that a file of this kind may have.
    pub fn of(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::Video => &[Self::Original, Self::Display, Self::Thumb, Self::Poster],
            Kind::Image => &[Self::Original, Self::Display, Self::Thumb, Self::Tiles],
            Kind::Audio | Kind::Paper | Kind::Unknown => &[Self::Original, Self::Display, Self::Thumb],
        }
    }

    /// The word that stands for it in addresses and keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Display => "display",
            Self::Thumb => "thumb",
            Self::Poster => "poster",
            Self::Tiles => "tiles",
        }
    }

    /// The key of this form in the store of files.
    pub fn key(self, stem: &str) -> String {
        format!("{stem}.{}", self.as_str())
    }
}

/// A fresh beginning of keys, which nobody can guess.
pub fn stem() -> String {
    let name: String = crate::secret::random::<16>().iter().map(|byte| format!("{byte:02x}")).collect();
    let (room, rest) = name.split_at(2);
    format!("{room}/{rest}")
}

/// A picture or other file.
#[derive(Debug, Clone, Queryable)]
pub struct Media {
    /// Its id here.
    pub id: MediaId,
    /// Whose it is.
    pub owner_id: ActorId,
    /// The post that it belongs to.
    pub post_id: Option<PostId>,
    /// What it is for.
    pub purpose: Purpose,
    /// Its place among the files of its post.
    pub place: i64,
    /// Its kind.
    pub kind: Kind,
    /// How far it is.
    pub state: State,
    /// Why it can't be used: a word of `picture::Refused`, or empty.
    pub reason: String,
    /// The type of its large form; of a file elsewhere as its server says, may be empty.
    pub media_type: String,
    /// Width of the large form in pixels; 0 if unknown.
    pub width: i64,
    /// Its height.
    pub height: i64,
    /// A blurred stand-in, or empty.
    pub blurhash: String,
    /// What it shows, in words.
    pub alt: String,
    /// Does its author want it covered?
    pub sensitive: bool,
    /// The beginning of its keys in the store; empty if it has no files there.
    pub stem: String,
    /// Bytes that its files take.
    pub bytes: i64,
    /// Where it is elsewhere; empty for our own.
    pub remote_url: String,
    /// How often the worker tried.
    pub attempts: i64,
    /// When a reader last looked at the copy, to the hour.
    pub seen_at: Micros,
    /// When it was made.
    pub created_at: Micros,
    /// How long a film or sound lasts, in thousandths of a second; 0 if unknown.
    pub duration_ms: i64,
}

columns! {
    Media of media:
    id, owner_id, post_id, purpose, place, kind, state, reason, media_type, width, height, blurhash, alt,
    sensitive, stem, bytes, remote_url, attempts, seen_at, created_at, duration_ms,
}

impl Media {
    /// Was it uploaded here?
    pub fn is_local(&self) -> bool {
        self.remote_url.is_empty()
    }

    /// Can its forms be served from the store?
    pub fn is_ready(&self) -> bool {
        self.state == State::Ready && !self.stem.is_empty()
    }

    /// Is it played rather than looked at?
    pub fn is_played(&self) -> bool {
        matches!(self.kind, Kind::Video | Kind::Audio)
    }

    /// Is it a film with a picture that stands for it until it is played?
    pub fn has_poster(&self) -> bool {
        // The blurred stand-in was made of that picture.
        self.kind == Kind::Video && self.is_local() && !self.blurhash.is_empty()
    }

    /// Its size in pixels, if it is known.
    pub fn size(&self) -> Option<(u32, u32)> {
        let (width, height) = (u32::try_from(self.width).ok()?, u32::try_from(self.height).ok()?);
        (width > 0 && height > 0).then_some((width, height))
    }
}

/// A file that somebody may see.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The file.
    pub media: Media,
    /// May everyone see it, so that it may be kept anywhere?
    pub is_public: bool,
}

/// One file, if `viewer` may see it: with its post, by its owner, or as the face of somebody who isn't hidden.
///
/// Errors: `NotFound`, also for what exists and is not for the viewer.
pub fn show(conn: &mut Conn, viewer: &Viewer, id: MediaId) -> Result<Seen> {
    let of_post: Option<(Media, Audience)> = media::table
        .inner_join(post::table.on(media::post_id.eq(post::id.nullable())))
        .filter(media::id.eq(id))
        .filter(Gate::before(viewer))
        .filter(FileGate::before(viewer))
        .select((Media::as_select(), post::audience))
        .first(conn.link())
        .optional()?;
    if let Some((media, audience)) = of_post {
        let held = match media.post_id {
            Some(post) if audience.is_public() && viewer.member() == Some(media.owner_id) => is_held(conn, post)?,
            _ => false,
        };
        // A file may be closed to some who see its post.
        let open = media::table.filter(media::id.eq(id)).filter(FileGate::before(&Viewer::Anonymous));
        let open: Option<MediaId> = open.select(media::id).first(conn.link()).optional()?;
        return Ok(Seen { media, is_public: audience.is_public() && !held && open.is_some() });
    }
    let loose: Option<Media> = media::table
        .inner_join(actor::table.on(actor::id.eq(media::owner_id)))
        .filter(media::id.eq(id))
        .filter(media::post_id.is_null())
        // A shortcode's picture is its server's, not that of who was the first to use it.
        .filter(media::purpose.eq(Purpose::Emoji).or(actor::suspended_at.is_null().and(actor::deleted_at.is_null())))
        .select(Media::as_select())
        .first(conn.link())
        .optional()?;
    match loose {
        Some(media) if media.purpose != Purpose::Post => Ok(Seen { media, is_public: true }),
        Some(media) if viewer.member() == Some(media.owner_id) => Ok(Seen { media, is_public: false }),
        // What stands in the draft of an account is for those who run it.
        Some(media) => match viewer.member() {
            Some(me) if account::is_staff(conn, media.owner_id, me)? => Ok(Seen { media, is_public: false }),
            _ => Err(Error::NotFound("media")),
        },
        None => Err(Error::NotFound("media")),
    }
}

/// The files of the posts of one page, in their order. The posts themselves came through the gate; a file that has one of its own is not
/// among them, whoever looks.
pub fn of_posts(conn: &mut Conn, posts: &[PostId]) -> Result<BTreeMap<PostId, Vec<Media>>> {
    if posts.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut found: BTreeMap<PostId, Vec<Media>> = BTreeMap::new();
    let rows: Vec<Media> = media::table
        .filter(Among::new(media::post_id, posts.iter().map(|id| id.0)))
        .filter(FileGate::before(&Viewer::Anonymous))
        .order((media::post_id, media::place, media::id))
        .select(Media::as_select())
        .load(conn.link())?;
    for row in rows {
        if let Some(post) = row.post_id {
            found.entry(post).or_default().push(row);
        }
    }
    Ok(found)
}

/// The files of one post, in their order.
pub fn of_post(conn: &mut Conn, post: PostId) -> Result<Vec<Media>> {
    Ok(of_posts(conn, &[post])?.remove(&post).unwrap_or_default())
}

/// All files of one post, in their order, also those with a gate of their own: for whoever asks that gate, or shows none of them.
pub fn every_of_post(conn: &mut Conn, post: PostId) -> Result<Vec<Media>> {
    let rows = media::table.filter(media::post_id.eq(post)).order((media::place, media::id));
    Ok(rows.select(Media::as_select()).load(conn.link())?)
}

/// These files of a member, in this order; those that aren't theirs are left out.
pub fn own(conn: &mut Conn, owner: ActorId, ids: &[MediaId]) -> Result<Vec<Media>> {
    let rows: Vec<Media> = media::table
        .filter(media::owner_id.eq(owner))
        .filter(Among::new(media::id, ids.iter().map(|id| id.0)))
        .select(Media::as_select())
        .load(conn.link())?;
    Ok(ids.iter().filter_map(|id| rows.iter().find(|row| row.id == *id).cloned()).collect())
}

/// The file with this id whoever looks: for the worker, never for showing.
pub fn by_id(conn: &mut Conn, id: MediaId) -> Result<Option<Media>> {
    Ok(media::table.filter(media::id.eq(id)).select(Media::as_select()).first(conn.link()).optional()?)
}

/// Keeps a post from everyone but its author until it is [`release`]d.
pub fn hold(conn: &mut Conn, post: PostId) -> Result<()> {
    let now = conn.now();
    diesel::insert_into(post_hold::table)
        .values((post_hold::post_id.eq(post), post_hold::created_at.eq(now)))
        .execute(conn.link())?;
    Ok(())
}

/// Is a post kept back for its pictures?
pub fn is_held(conn: &mut Conn, post: PostId) -> Result<bool> {
    Ok(diesel::select(diesel::dsl::exists(post_hold::table.filter(post_hold::post_id.eq(post))))
        .get_result(conn.link())?)
}

/// Ends the holding back; answers whether the post was held.
pub fn release(conn: &mut Conn, post: PostId) -> Result<bool> {
    Ok(diesel::delete(post_hold::table.filter(post_hold::post_id.eq(post))).execute(conn.link())? > 0)
}

/// A file of a post of another server, cut and checked.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// Its kind.
    pub kind: Kind,
    /// Where it is.
    pub url: String,
    /// Its type as its server says.
    pub media_type: String,
    /// What it shows.
    pub alt: String,
    /// Width in pixels, or 0.
    pub width: u32,
    /// Height in pixels, or 0.
    pub height: u32,
    /// A blurred stand-in, or empty.
    pub blurhash: String,
    /// To be covered.
    pub sensitive: bool,
    /// Where a picture of it is, if it is a film and has one; or empty.
    pub poster: String,
}

impl Incoming {
    /// The picture behind an address, of which nothing more is known.
    pub fn picture(url: &str) -> Self {
        Self {
            kind: Kind::Image,
            url: url.to_owned(),
            media_type: String::new(),
            alt: String::new(),
            width: 0,
            height: 0,
            blurhash: String::new(),
            sensitive: false,
            poster: String::new(),
        }
    }
}

/// Puts the files of a remote post in place of those known so far; files under the same address stay, copies and all.
pub fn receive(conn: &mut Conn, author: ActorId, post: PostId, incoming: &[Incoming]) -> Result<()> {
    receive_most(conn, author, post, incoming, REMOTE_MAX)
}

/// The same with at most so many files.
pub fn receive_most(conn: &mut Conn, author: ActorId, post: PostId, incoming: &[Incoming], most: usize) -> Result<()> {
    let known = of_post(conn, post)?;
    let fits = |file: &&Incoming| file.url.len() <= URL_BYTES_MAX;
    let files = (0_i64..).zip(incoming.iter().filter(fits).take(most));
    let mut wanted: Vec<(i64, Purpose, Incoming)> = Vec::new();
    for (place, file) in files {
        wanted.push((place, Purpose::Post, file.clone()));
        if !file.poster.is_empty() && file.poster.len() <= URL_BYTES_MAX {
            let poster = Incoming { sensitive: file.sensitive, ..Incoming::picture(&file.poster) };
            wanted.push((place, Purpose::Poster, poster));
        }
    }
    let is_of = |row: &Media, (_, purpose, file): &(i64, Purpose, Incoming)| {
        row.remote_url == file.url && row.purpose == *purpose
    };
    let gone: Vec<Media> = known.iter().filter(|row| !wanted.iter().any(|one| is_of(row, one))).cloned().collect();
    remove(conn, &gone)?;
    for one in wanted {
        let (place, purpose, file) = &one;
        match known.iter().find(|row| is_of(row, &one)) {
            Some(row) => {
                diesel::update(media::table.filter(media::id.eq(row.id)))
                    .set((media::place.eq(place), media::alt.eq(alt(&file.alt)), media::sensitive.eq(file.sensitive)))
                    .execute(conn.link())?;
            }
            None => drop(insert_remote(conn, author, Some(post), *purpose, *place, file)?),
        }
    }
    Ok(())
}

/// Text about a file from elsewhere, cut to length.
fn alt(raw: &str) -> String {
    crate::text::body(raw).chars().take(ALT_CHARS_MAX).collect()
}

fn insert_remote(
    conn: &mut Conn,
    owner: ActorId,
    post: Option<PostId>,
    purpose: Purpose,
    place: i64,
    file: &Incoming,
) -> Result<MediaId> {
    let fits = file.blurhash.len() <= BLURHASH_BYTES_MAX && file.blurhash.is_ascii();
    let blurhash = if fits { file.blurhash.as_str() } else { "" };
    let row = Row {
        owner,
        post,
        purpose,
        place,
        kind: file.kind,
        media_type: &crate::text::name(&file.media_type, 100),
        size: (file.width, file.height),
        blurhash,
        alt: &alt(&file.alt),
        sensitive: file.sensitive,
        stem: "",
        bytes: 0,
        remote_url: &file.url,
        due_at: None,
    };
    insert(conn, &row)
}

/// Keeps track of the picture that another server has for a shortcode; `actor` was the first to use it.
pub(super) fn receive_emoji(conn: &mut Conn, actor: ActorId, url: &str) -> Result<Option<MediaId>> {
    if url.len() > URL_BYTES_MAX {
        return Ok(None);
    }
    insert_remote(conn, actor, None, Purpose::Emoji, 0, &Incoming::picture(url)).map(Some)
}

/// A row to be written; local and remote ones are the same.
struct Row<'a> {
    owner: ActorId,
    post: Option<PostId>,
    purpose: Purpose,
    place: i64,
    kind: Kind,
    media_type: &'a str,
    size: (u32, u32),
    blurhash: &'a str,
    alt: &'a str,
    sensitive: bool,
    stem: &'a str,
    bytes: i64,
    remote_url: &'a str,
    due_at: Option<Micros>,
}

fn insert(conn: &mut Conn, row: &Row<'_>) -> Result<MediaId> {
    let now = conn.now();
    let id = MediaId(conn.id_at(now));
    if let Some(post) = row.post {
        part::mark(conn, post, Part::Media)?;
    }
    diesel::insert_into(media::table)
        .values((
            media::id.eq(id),
            media::owner_id.eq(row.owner),
            media::post_id.eq(row.post),
            media::purpose.eq(row.purpose),
            media::place.eq(row.place),
            media::kind.eq(row.kind),
            media::state.eq(State::Waiting),
            media::reason.eq(""),
            media::media_type.eq(row.media_type),
            media::width.eq(i64::from(row.size.0)),
            media::height.eq(i64::from(row.size.1)),
            media::blurhash.eq(row.blurhash),
            media::alt.eq(row.alt),
            media::sensitive.eq(row.sensitive),
            media::stem.eq(row.stem),
            media::bytes.eq(row.bytes),
            media::remote_url.eq(row.remote_url),
            media::attempts.eq(0_i64),
            media::due_at.eq(row.due_at),
            media::claimed_until.eq(0_i64),
            (media::seen_at.eq(now), media::created_at.eq(now)),
        ))
        .both()
        .execute(conn.link())?;
    Ok(id)
}

/// Removes rows; their files go after them, whatever happens meanwhile.
pub fn remove(conn: &mut Conn, rows: &[Media]) -> Result<()> {
    for row in rows {
        if !row.stem.is_empty() {
            removal::put_down(conn, &row.stem, Variant::of(row.kind))?;
        }
        diesel::delete(media::table.filter(media::id.eq(row.id))).execute(conn.link())?;
    }
    Ok(())
}

/// Takes the files of a member's post, which is to go, back among the uploads that belong to no post: so it can be written anew
/// with them, within a day. Meanwhile they are their owner's alone, and no address that another server was given opens them again.
pub fn detach(conn: &mut Conn, post: PostId) -> Result<()> {
    let now = conn.now();
    for row in of_post(conn, post)?.iter().filter(|row| row.is_local() && row.purpose == Purpose::Post) {
        if row.state == State::Failed {
            continue;
        }
        diesel::delete(media_grant::table.filter(media_grant::media_id.eq(row.id))).execute(conn.link())?;
        diesel::update(media::table.filter(media::id.eq(row.id)))
            .set((media::post_id.eq(None::<PostId>), media::place.eq(0_i64), media::created_at.eq(now)))
            .execute(conn.link())?;
    }
    Ok(())
}

/// Removes all files of a post, with the addresses that other servers were given.
pub fn remove_of_post(conn: &mut Conn, post: PostId) -> Result<()> {
    let rows = every_of_post(conn, post)?;
    remove(conn, &rows)?;
    release(conn, post).map(drop)
}
