//! What is said under Moments, as pages show it: the strip of likes and comments in lists, and the whole thread.

use std::collections::BTreeMap;

use super::card::{self, Person, Said, Talk, body};
use super::form::Fields;
use super::gallery::{self, Gallery, Reader};
use super::page::{self, Page};
use crate::db::{AMONG_MAX, Conn};
use crate::domain::audience::Viewer;
use crate::domain::boost::{self, Boosts};
use crate::domain::comment as domain;
use crate::domain::media;
use crate::domain::part::{self, Part};
use crate::domain::post::Entry;
use crate::domain::reaction::{self, Likes};
use crate::error::Result;
use crate::id::PostId;
use crate::text;

/// Comments of one Moment that a list shows; all stand on its page.
const LIST_COMMENTS: usize = 3;
/// Longest comment in a list, in characters.
const LIST_CHARS: usize = 120;
/// Comments on one page of a thread.
pub const PAGE_SIZE: i64 = 100;

/// What was loaded of the talk under the Moments of one page.
pub struct Loaded {
    likes: BTreeMap<PostId, Likes>,
    boosts: BTreeMap<PostId, Boosts>,
    counts: BTreeMap<PostId, i64>,
    pictures: gallery::Loaded,
    latest: Vec<Entry>,
}

impl Loaded {
    /// What `viewer` may see under these posts with their bits: in a few queries, however many posts there are.
    pub fn of(conn: &mut Conn, viewer: &Viewer, posts: &[(PostId, i64)]) -> Result<Self> {
        let likes = reaction::of(conn, viewer, &part::having(posts, Part::Reaction))?;
        let commented = part::having(posts, Part::Comment);
        let counts: BTreeMap<PostId, i64> = domain::counts(conn, viewer, &commented)?.into_iter().collect();
        let latest = if counts.is_empty() { Vec::new() } else { domain::latest(conn, viewer, &commented)? };
        let boosts = boost::of(conn, viewer, &part::having(posts, Part::Boost))?;
        Ok(Self { likes, boosts, counts, pictures: gallery::Loaded::new(), latest })
    }

    /// The strip under one Moment of a list.
    pub fn strip(&self, page: &Page, post: PostId) -> Talk {
        let under: Vec<&Entry> = self.latest.iter().filter(|entry| entry.post.root_id == Some(post)).collect();
        let shown: Vec<&Entry> = under.into_iter().take(LIST_COMMENTS).collect();
        let mut lines: Vec<Said> = shown.iter().map(|entry| line(page, entry, &self.latest, None)).collect();
        lines.reverse();
        for line in &mut lines {
            // A list has no room to open what a warning stands before.
            line.text = match line.warning.is_empty() {
                true => text::excerpt(&text::plain_of_clean(&line.text).replace('\n', " "), LIST_CHARS),
                false => std::mem::take(&mut line.warning),
            };
            // Without words it has pictures.
            if line.text.is_empty() {
                page.t("comment-wordless").clone_into(&mut line.text);
            }
        }
        Talk { lines, ..self.talk(page, post) }
    }

    /// Likes and count, without lines.
    fn talk(&self, page: &Page, post: PostId) -> Talk {
        let none = Likes::default();
        let likes = self.likes.get(&post).unwrap_or(&none);
        let who: Vec<Person> = likes.who.iter().map(|actor| Person::of(actor, page.language)).collect();
        let others = likes.count - i64::try_from(who.len()).unwrap_or(0);
        let comments = self.counts.get(&post).copied().unwrap_or(0);
        let Boosts { count: boosts, mine: boosted } = self.boosts.get(&post).copied().unwrap_or_default();
        Talk { liked: likes.mine, who, others: others.max(0), boosted, boosts, comments, lines: Vec::new() }
    }
}

/// One comment as a line. Whom it answers is named only if that comment is among those that the reader sees.
fn line(page: &Page, entry: &Entry, seen: &[Entry], root_author: Option<crate::id::ActorId>) -> Said {
    let answered = entry.post.parent_id.filter(|parent| entry.post.root_id != Some(*parent));
    let answered = answered.and_then(|parent| seen.iter().find(|other| other.post.id == parent));
    let me = page.viewer().member();
    Said {
        id: entry.post.id,
        author: Person::of(&entry.author, page.language),
        to: answered.map(|other| Person::of(&other.author, page.language)),
        warning: entry.post.warning.clone(),
        text: body(page, &entry.post.body_html),
        gallery: Gallery::default(),
        language: entry.post.language.clone(),
        when: page.when(entry.post.published_at),
        edited: entry
            .post
            .edited_at
            .map(|at| (format!("{}/{}/history", card::path(&entry.author), entry.post.id), page.when(at))),
        is_own: me == Some(entry.author.id),
        may_remove: me.is_some() && (me == Some(entry.author.id) || me == root_author),
        bar: None,
    }
}

/// Loads the thread under a post for its page: likes, and its comments from after `after`.
pub fn load_thread(
    conn: &mut Conn,
    viewer: &Viewer,
    root: PostId,
    after: Option<PostId>,
) -> Result<(Loaded, Vec<Entry>)> {
    let likes = reaction::of(conn, viewer, &[root])?;
    let counts = domain::counts(conn, viewer, &[root])?.into_iter().collect();
    let entries = domain::under(conn, viewer, root, after, PAGE_SIZE + 1)?;
    let boosts = boost::of(conn, viewer, &[root])?;
    let ids: Vec<PostId> = entries.iter().map(|entry| entry.post.id).collect();
    let mut pictures = gallery::Loaded::new();
    for part in ids.chunks(AMONG_MAX) {
        pictures.append(&mut media::of_posts(conn, part)?);
    }
    Ok((Loaded { likes, boosts, counts, pictures, latest: Vec::new() }, entries))
}

/// The whole talk on the page of a Moment, and where the next page of it begins.
pub fn thread(page: &Page, loaded: &Loaded, entries: Vec<Entry>, root: &Entry) -> (Talk, Option<PostId>) {
    let (entries, next) = page::cut(entries, PAGE_SIZE, |entry| entry.post.id);
    let whole = |entry: &Entry| {
        let line = line(page, entry, &entries, Some(root.author.id));
        match loaded.pictures.get(&entry.post.id) {
            Some(rows) => {
                let reader = if line.is_own { Reader::Author } else { Reader::Other };
                Said { gallery: Gallery::beside(page, rows, reader), ..line }
            }
            None => line,
        }
    };
    let lines = entries.iter().map(whole).collect();
    (Talk { lines, ..loaded.talk(page, root.post.id) }, next)
}

/// An empty form for a comment, with its one-time key.
pub fn empty_fields() -> Fields {
    Fields::of([("key", crate::secret::token())])
}
