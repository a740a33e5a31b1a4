//! From an upload to a picture of a post: it is its owner's alone until the post that it belongs to is written.

use diesel::prelude::*;

use super::{
    ALT_CHARS_MAX, Facts, Kind, Media, PICTURES_MAX, Purpose, Row, State, Variant, insert, of_post, own, removal,
    remove, work,
};
use crate::clock::DAY;
use crate::db::Conn;
use crate::db::schema::{actor, draft_media, media};
use crate::domain::part::{self, Part};
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, MediaId, PostId};

/// Uploads that one member may have without a post at a time.
pub const LOOSE_MAX: i64 = 40;
/// Rows that one sweep removes: a sweep comes every hour.
const SWEPT_MAX: i64 = 500;

/// A picture as its author places it in a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Which.
    pub id: MediaId,
    /// What it shows.
    pub alt: String,
}

impl Placed {
    /// Checks what a form says of the pictures of a post, which come in the order of their numbers.
    ///
    /// Errors: `Invalid` for the field `picture`.
    pub fn parse(given: Vec<(i64, MediaId, String)>) -> Result<Vec<Self>> {
        // Who is given another's number stands on the side that it comes from.
        let key = |(place, number): (i64, i64)| (number, number.cmp(&place));
        let mut numbered: Vec<_> = (1..).zip(given).map(|(place, one)| (key((place, one.0)), one)).collect();
        numbered.sort_by_key(|(key, _)| *key);
        let mut placed: Vec<Self> = Vec::new();
        for (_, (_, id, alt)) in numbered {
            if placed.iter().all(|one| one.id != id) {
                placed.push(Self { id, alt: crate::text::body(&alt).trim().to_owned() });
            }
        }
        let mut problems = Vec::new();
        if placed.len() > PICTURES_MAX {
            problems.push(Problem::new("picture", "media-problem-many").with("max", PICTURES_MAX));
        }
        if placed.iter().any(|one| one.alt.chars().count() > ALT_CHARS_MAX) {
            problems.push(Problem::new("picture", "media-problem-alt-long").with("max", ALT_CHARS_MAX));
        }
        if problems.is_empty() { Ok(placed) } else { Err(Error::Invalid(problems)) }
    }
}

/// Stores an upload, whose original lies in the store under `stem` already (a film's poster too, if it has one); the worker
/// takes it from there.
pub fn create(
    conn: &mut Conn,
    owner: ActorId,
    purpose: Purpose,
    kind: Kind,
    stem: &str,
    bytes: i64,
) -> Result<MediaId> {
    let due_at = Some(conn.now());
    let id = insert(
        conn,
        &Row {
            owner,
            post: None,
            purpose,
            place: 0,
            kind,
            media_type: "",
            size: (0, 0),
            blurhash: "",
            alt: "",
            sensitive: false,
            stem,
            bytes,
            remote_url: "",
            due_at,
        },
    )?;
    removal::keep(conn, stem, &[Variant::Original, Variant::Poster])?;
    conn.wake();
    Ok(id)
}

/// Stores a paper, which lies in the store under `stem` already and needs nobody to make it ready: its type, and its name, which stands for
/// what it shows.
pub fn create_paper(
    conn: &mut Conn,
    owner: ActorId,
    (media_type, name): (&'static str, &str),
    stem: &str,
    bytes: i64,
) -> Result<MediaId> {
    let id = create(conn, owner, Purpose::Post, Kind::Paper, stem, bytes)?;
    let facts = Facts {
        kind: Kind::Paper,
        media_type,
        width: 0,
        height: 0,
        blurhash: String::new(),
        bytes,
        duration_ms: 0,
        tiling: None,
    };
    work::ready(conn, id, &facts)?;
    describe(conn, owner, id, name)?;
    Ok(id)
}

/// Makes room for further uploads of a member: of those that have no post yet the oldest go, beyond [`LOOSE_MAX`] and beyond
/// `bytes_max` bytes; the newest form's worth always stays.
pub fn make_room(conn: &mut Conn, owner: ActorId, bytes_max: usize) -> Result<()> {
    let loose: Vec<Media> = media::table
        .filter(media::owner_id.eq(owner))
        .filter(media::post_id.is_null())
        .filter(media::purpose.eq(Purpose::Post))
        .filter(media::id.ne_all(draft_media::table.select(draft_media::media_id)))
        .order(media::id.desc())
        .limit(LOOSE_MAX + SWEPT_MAX)
        .select(Media::as_select())
        .load(conn.link())?;
    let (mut files, mut bytes) = (0, 0_i64);
    let is_surplus = |row: &&Media| {
        files += 1;
        bytes += row.bytes;
        files > LOOSE_MAX || (files > PICTURES_MAX as i64 && bytes > i64::try_from(bytes_max).unwrap_or(i64::MAX))
    };
    let surplus: Vec<Media> = loose.iter().filter(is_surplus).cloned().collect();
    remove(conn, &surplus)
}

/// Gives a new post its pictures.
///
/// Errors: `Invalid` for the field `picture` if one of them isn't there any more or isn't the author's to give, or if a film or
/// sound is not the only one.
pub fn attach(conn: &mut Conn, owner: ActorId, post: PostId, pictures: &[Placed]) -> Result<()> {
    arrange(conn, owner, post, pictures).map(drop)
}

/// Puts an upload at a place among the files of a post, beside those that are there.
pub fn place_in(conn: &mut Conn, id: MediaId, post: PostId, place: i64, alt: &str) -> Result<()> {
    part::mark(conn, post, Part::Media)?;
    let alt: String = alt.chars().take(ALT_CHARS_MAX).collect();
    diesel::update(media::table.filter(media::id.eq(id)).filter(media::post_id.is_null()))
        .set((media::post_id.eq(Some(post)), media::place.eq(place), media::alt.eq(alt)))
        .execute(conn.link())?;
    Ok(())
}

/// What arranging the pictures of a post has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arranged {
    /// Nothing.
    Same,
    /// What readers see.
    Changed,
    /// Nothing yet: new pictures have to be made ready first.
    Waiting,
}

/// Gives a post these pictures, in this order, with these words; those that aren't among them are removed.
///
/// Errors: as [`attach`].
pub fn arrange(conn: &mut Conn, owner: ActorId, post: PostId, pictures: &[Placed]) -> Result<Arranged> {
    let known = of_post(conn, post)?;
    let ids: Vec<MediaId> = pictures.iter().map(|picture| picture.id).collect();
    let gone: Vec<Media> = known.iter().filter(|row| !ids.contains(&row.id)).cloned().collect();
    let rows = own(conn, owner, &ids)?;
    let is_theirs =
        |row: &Media| row.is_local() && row.purpose == Purpose::Post && row.post_id.is_none_or(|its| its == post);
    if rows.len() != pictures.len() || !rows.iter().all(is_theirs) {
        return Err(Error::invalid("picture", "media-problem-gone"));
    }
    // Papers may lie beside whatever is shown.
    if rows.iter().filter(|row| row.kind != Kind::Paper).count() > 1 && rows.iter().any(Media::is_played) {
        return Err(Error::invalid("picture", "media-problem-mixed"));
    }
    let shows = |row: &&Media| row.state == State::Ready;
    let mut changed = gone.iter().any(|row| shows(&row));
    let before: Vec<MediaId> = known.iter().filter(shows).map(|row| row.id).collect();
    let after: Vec<MediaId> = rows.iter().filter(shows).map(|row| row.id).collect();
    changed |= before != after;
    remove(conn, &gone)?;
    if !rows.is_empty() {
        part::mark(conn, post, Part::Media)?;
    }
    // What joins covered pictures is covered as they are.
    let covered = known.iter().any(|row| row.sensitive);
    for ((place, picture), row) in (0_i64..).zip(pictures).zip(&rows) {
        // A paper keeps its name if it isn't given another.
        let alt = if row.kind == Kind::Paper && picture.alt.is_empty() { &row.alt } else { &picture.alt };
        changed |= row.alt != *alt && row.state == State::Ready;
        diesel::update(media::table.filter(media::id.eq(row.id)))
            .set((
                media::post_id.eq(Some(post)),
                media::place.eq(place),
                media::alt.eq(alt),
                media::sensitive.eq(covered),
            ))
            .execute(conn.link())?;
    }
    let waits = rows.iter().any(|row| row.post_id.is_none() && row.state == State::Waiting);
    Ok(if changed {
        Arranged::Changed
    } else if waits {
        Arranged::Waiting
    } else {
        Arranged::Same
    })
}

/// Gives an upload of `from` to `to`, an account that they write for.
///
/// Errors: `NotFound` unless it is `from`'s and belongs to no post.
pub fn give(conn: &mut Conn, from: ActorId, id: MediaId, to: ActorId) -> Result<()> {
    let loose = media::table.filter(media::id.eq(id)).filter(media::owner_id.eq(from));
    let loose = loose.filter(media::post_id.is_null()).filter(media::purpose.eq(Purpose::Post));
    let changed = diesel::update(loose).set(media::owner_id.eq(to)).execute(conn.link())?;
    if changed > 0 { Ok(()) } else { Err(Error::NotFound("media")) }
}

/// Gives an article its pictures, in this order, with these words. Those that it showed before and doesn't any more are their owner's
/// alone again, and no address that another server was given opens them.
pub(in crate::domain) fn adopt(
    conn: &mut Conn,
    owner: ActorId,
    post: PostId,
    pictures: &[(MediaId, String)],
) -> Result<()> {
    let is_shown = |row: &Media| pictures.iter().any(|(id, _)| *id == row.id);
    if of_post(conn, post)?.iter().any(|row| !is_shown(row)) {
        super::detach(conn, post)?;
    }
    if !pictures.is_empty() {
        part::mark(conn, post, Part::Media)?;
    }
    for (place, (id, alt)) in (0_i64..).zip(pictures) {
        let theirs = media::table.filter(media::id.eq(id)).filter(media::owner_id.eq(owner));
        let alt: String = alt.chars().take(ALT_CHARS_MAX).collect();
        diesel::update(theirs)
            .set((media::post_id.eq(Some(post)), media::place.eq(place), media::alt.eq(alt)))
            .execute(conn.link())?;
    }
    Ok(())
}

/// Covers the files of a post, or uncovers them; answers whether that changes anything.
pub fn cover(conn: &mut Conn, post: PostId, covered: bool) -> Result<bool> {
    let others = media::table.filter(media::post_id.eq(post)).filter(media::sensitive.ne(covered));
    Ok(diesel::update(others).set(media::sensitive.eq(covered)).execute(conn.link())? > 0)
}

/// Keeps what an upload shows, in words that were checked, until its post says so.
///
/// Errors: `NotFound` unless it is the member's and belongs to no post.
pub fn describe(conn: &mut Conn, owner: ActorId, id: MediaId, alt: &str) -> Result<()> {
    let loose = media::table.filter(media::id.eq(id)).filter(media::owner_id.eq(owner));
    let loose = loose.filter(media::post_id.is_null()).filter(media::purpose.eq(Purpose::Post));
    let changed = diesel::update(loose).set(media::alt.eq(alt)).execute(conn.link())?;
    if changed > 0 { Ok(()) } else { Err(Error::NotFound("media")) }
}

/// Removes uploads that their owner takes out of a form again.
pub fn drop_loose(conn: &mut Conn, owner: ActorId, ids: &[MediaId]) -> Result<()> {
    let rows: Vec<Media> = own(conn, owner, ids)?.into_iter().filter(|row| row.post_id.is_none()).collect();
    let rows: Vec<Media> = rows.into_iter().filter(|row| row.purpose == Purpose::Post).collect();
    remove(conn, &rows)
}

/// Removes what was uploaded more than a day ago and came to nothing.
pub fn sweep(conn: &mut Conn) -> Result<()> {
    let before = conn.now() - DAY;
    let loose: Vec<Media> = media::table
        .inner_join(actor::table.on(actor::id.eq(media::owner_id)))
        .filter(media::post_id.is_null())
        .filter(media::created_at.lt(before))
        .filter(actor::avatar_id.is_null().or(actor::avatar_id.ne(media::id.nullable())))
        .filter(actor::cover_id.is_null().or(actor::cover_id.ne(media::id.nullable())))
        // What stands in a draft stays as long as that.
        .filter(media::id.ne_all(draft_media::table.select(draft_media::media_id)))
        .limit(SWEPT_MAX)
        .select(Media::as_select())
        .load(conn.link())?;
    remove(conn, &loose)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(numbers: &[i64]) -> Vec<i64> {
        let given = (1..).zip(numbers).map(|(id, number)| (*number, MediaId(id), format!(" {id} "))).collect();
        let placed = Placed::parse(given).unwrap();
        assert!(placed.iter().all(|one| one.alt == one.id.to_string()));
        placed.into_iter().map(|one| one.id.0).collect()
    }

    #[test]
    fn a_picture_goes_where_its_number_says() {
        assert_eq!(order(&[1, 2, 3, 4]), [1, 2, 3, 4]);
        assert_eq!(order(&[4, 3, 2, 1]), [4, 3, 2, 1]);
        // The third goes to the front; the first goes to the end; the one before goes behind its neighbour.
        assert_eq!(order(&[1, 2, 1, 4]), [3, 1, 2, 4]);
        assert_eq!(order(&[4, 2, 3, 4]), [2, 3, 4, 1]);
        assert_eq!(order(&[2, 2, 3]), [2, 1, 3]);
        assert_eq!(order(&[1, i64::MAX, i64::MAX]), [1, 2, 3]);
    }

    #[test]
    fn too_many_and_too_wordy_are_said_together() {
        let many = |count: i64, alt: &str| Placed::parse((0..count).map(|id| (id, MediaId(id), alt.into())).collect());
        assert_eq!(many(9, &"字".repeat(ALT_CHARS_MAX)).unwrap().len(), 9);
        let Err(Error::Invalid(problems)) = many(10, &"字".repeat(ALT_CHARS_MAX + 1)) else { panic!("taken") };
        assert_eq!(problems.len(), 2);
        // The same picture twice is one.
        assert_eq!(Placed::parse(vec![(1, MediaId(7), "a".into()), (2, MediaId(7), "b".into())]).unwrap().len(), 1);
    }
}
