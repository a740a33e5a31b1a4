//! Posts as statuses (Mastodon's documentation, “Status”): what goes with the posts of one page is loaded in a few queries.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use super::poll::Poll;
use crate::api::account::Account;
use crate::api::entity::{self, Emoji};
use crate::api::filter::{self, Filtered};
use crate::api::media::{self, Attachment};
use crate::ctx::Ctx;
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::audience::{Audience, Viewer};
use crate::domain::boost::{self, Boosts};
use crate::domain::comment::{self, Above};
use crate::domain::filter::Filter;
use crate::domain::link::{self, Card};
use crate::domain::media::Media;
use crate::domain::part::{self, Part};
use crate::domain::post::{Entry, Fed, Kind, Post};
use crate::domain::quote::{self, Quoted};
use crate::domain::roll_call::{self, RollCall};
use crate::domain::{bookmark, hashtag, mention, poll, profile, reaction};
use crate::error::Result;
use crate::id::PostId;
use crate::lang::Language;
use crate::text;

/// Lines of a roll call that stand in the text of its post.
const ROLL_LINES: i64 = 300;

/// A status.
#[derive(Debug, Clone, Serialize)]
pub struct Status {
    /// Its number; of a boost the boost's.
    pub id: String,
    created_at: String,
    in_reply_to_id: Option<String>,
    in_reply_to_account_id: Option<String>,
    sensitive: bool,
    spoiler_text: String,
    visibility: &'static str,
    language: Option<String>,
    /// Its id on the wire.
    pub uri: String,
    url: String,
    replies_count: i64,
    reblogs_count: i64,
    favourites_count: i64,
    quotes_count: i64,
    edited_at: Option<String>,
    favourited: bool,
    reblogged: bool,
    muted: bool,
    bookmarked: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pinned: Option<bool>,
    content: String,
    filtered: Vec<Filtered>,
    reblog: Option<Box<Status>>,
    application: Option<()>,
    account: Account,
    media_attachments: Vec<Attachment>,
    mentions: Vec<Mention>,
    tags: Vec<Tag>,
    emojis: Vec<Emoji>,
    card: Option<Preview>,
    poll: Option<Poll>,
    quote: Option<Quote>,
    /// What only halls know.
    #[serde(skip_serializing_if = "Option::is_none")]
    huiguan: Option<Own>,
}

impl Status {
    /// Shows these files in place of its own, which are nobody's but the viewer's.
    pub fn show_files(&mut self, ctx: &Ctx, viewer: &Viewer, files: &[Media]) {
        self.media_attachments = media::attachments(ctx, viewer, files, false);
    }
}

/// Who is named.
#[derive(Debug, Clone, Serialize)]
pub struct Mention {
    id: String,
    username: String,
    url: String,
    acct: String,
}

/// A hashtag.
#[derive(Debug, Clone, Serialize)]
pub struct Tag {
    name: String,
    url: String,
}

/// What only halls know of a post.
#[derive(Debug, Clone, Serialize)]
pub struct Own {
    audience: &'static str,
}

/// What a status quotes (Mastodon's documentation, “Quote”).
#[derive(Debug, Clone, Serialize)]
pub struct Quote {
    state: &'static str,
    quoted_status: Option<Box<Status>>,
}

/// The card of a link.
#[derive(Debug, Clone, Serialize)]
pub struct Preview {
    url: String,
    title: String,
    description: String,
    #[serde(rename = "type")]
    kind: &'static str,
    author_name: &'static str,
    author_url: &'static str,
    authors: [(); 0],
    provider_name: String,
    provider_url: &'static str,
    html: &'static str,
    width: u32,
    height: u32,
    image: Option<()>,
    image_description: &'static str,
    embed_url: &'static str,
    blurhash: Option<()>,
    language: Option<()>,
    published_at: Option<()>,
}

impl Preview {
    fn of(card: &Card) -> Self {
        Self {
            url: card.url.clone(),
            title: card.title.clone(),
            description: card.description.clone(),
            kind: "link",
            author_name: "",
            author_url: "",
            authors: [],
            provider_name: card.site.clone(),
            provider_url: "",
            html: "",
            width: 0,
            height: 0,
            image: None,
            image_description: "",
            embed_url: "",
            blurhash: None,
            language: None,
            published_at: None,
        }
    }
}

/// A post on its way to a reader.
#[derive(Debug, Clone)]
pub struct Item {
    /// The post, which came through the gate.
    pub entry: Entry,
    /// Who brought it by a boost, and the boost's number, if it didn't come by itself.
    pub boost: Option<(i64, Actor)>,
}

impl From<Entry> for Item {
    fn from(entry: Entry) -> Self {
        Self { entry, boost: None }
    }
}

/// What stands in a feed, with those who brought it.
pub fn items(conn: &mut Conn, feed: Vec<Fed>) -> Result<Vec<Item>> {
    let boosts: Vec<_> = feed.iter().filter_map(|fed| fed.boost).collect();
    let mut boosters = boost::boosters(conn, &boosts)?;
    let item = |fed: Fed| {
        let boost = fed.boost.and_then(|id| Some((id.0, boosters.remove(&id)?)));
        Item { entry: fed.entry, boost }
    };
    Ok(feed.into_iter().map(item).collect())
}

/// What goes with the posts of one page.
struct Loaded {
    likes: BTreeMap<PostId, (i64, bool)>,
    boosts: BTreeMap<PostId, Boosts>,
    answers: BTreeMap<PostId, i64>,
    kept: Vec<PostId>,
    pins: Vec<PostId>,
    media: BTreeMap<PostId, Vec<Media>>,
    cards: BTreeMap<PostId, Card>,
    polls: BTreeMap<PostId, poll::Poll>,
    rolls: BTreeMap<PostId, RollCall>,
    people: BTreeMap<PostId, Vec<Actor>>,
    hashtags: BTreeMap<PostId, Vec<String>>,
    above: BTreeMap<PostId, Above>,
    filters: Vec<Filter>,
    quotes: BTreeMap<PostId, Quoted>,
    quoted: BTreeMap<PostId, Status>,
}

impl Loaded {
    fn of(conn: &mut Conn, viewer: &Viewer, items: &[Item]) -> Result<Self> {
        let bits: Vec<(PostId, i64)> = items.iter().map(|item| item.entry.post.bits()).collect();
        let with = |part| part::having(&bits, part);
        let answered = with(Part::Comment);
        let answered = items.iter().map(|item| &item.entry.post).filter(|post| answered.contains(&post.id));
        let threads: Vec<PostId> = answered.map(Post::thread_id).collect();
        let comments = items.iter().filter(|item| item.entry.post.root_id.is_some());
        let above: Vec<PostId> =
            comments.flat_map(|item| [item.entry.post.root_id, item.entry.post.parent_id]).flatten().collect();
        let me = viewer.member();
        let has_own = items.iter().any(|item| Some(item.entry.author.id) == me);
        Ok(Self {
            likes: reaction::tally(conn, viewer, &with(Part::Reaction))?,
            boosts: boost::of(conn, viewer, &with(Part::Boost))?,
            answers: comment::answers(conn, viewer, &threads)?.into_iter().collect(),
            kept: me.map(|me| bookmark::kept(conn, me, &with(Part::Bookmark))).transpose()?.unwrap_or_default(),
            pins: me.filter(|_| has_own).map(|me| profile::pins(conn, me)).transpose()?.unwrap_or_default(),
            media: crate::domain::media::of_posts(conn, &with(Part::Media))?,
            cards: link::of_posts(conn, &with(Part::Link))?,
            polls: poll::of_posts(conn, me, &with(Part::Poll))?,
            rolls: roll_call::of_posts(conn, me, &with(Part::RollCall), ROLL_LINES)?,
            people: mention::of_posts(conn, &with(Part::Mention))?,
            hashtags: hashtag::of_posts(conn, &with(Part::Hashtag))?,
            above: if above.is_empty() { BTreeMap::new() } else { comment::above(conn, viewer, &above)? },
            filters: me.map(|me| crate::domain::filter::living(conn, me)).transpose()?.unwrap_or_default(),
            quotes: BTreeMap::new(),
            quoted: BTreeMap::new(),
        })
    }
}

impl Loaded {
    /// Loads what the posts quote, as statuses of their own; what those quote is not told.
    fn quote(&mut self, ctx: &Ctx, conn: &mut Conn, viewer: &Viewer, items: &[Item]) -> Result<()> {
        let bits: Vec<(PostId, i64)> = items.iter().map(|item| item.entry.post.bits()).collect();
        self.quotes = quote::of_posts(conn, viewer, &part::having(&bits, Part::Quote))?;
        let entries: Vec<Item> = self.quotes.values().filter_map(|one| one.entry.clone()).map(Item::from).collect();
        if entries.is_empty() {
            return Ok(());
        }
        let loaded = Self::of(conn, viewer, &entries)?;
        for item in &entries {
            if let Some(status) = status(ctx, conn, viewer, item, &loaded, "")? {
                self.quoted.insert(item.entry.post.id, status);
            }
        }
        Ok(())
    }

    /// What a post quotes.
    fn quote_of(&self, post: PostId) -> Option<Quote> {
        let quoted = self.quotes.get(&post)?;
        let status = quoted.entry.as_ref().and_then(|entry| self.quoted.get(&entry.post.id));
        let state = match (&status, quoted.is_approved) {
            (Some(_), _) => "accepted",
            (None, true) => "unauthorized",
            (None, false) => "pending",
        };
        Some(Quote { state, quoted_status: status.cloned().map(Box::new) })
    }
}

/// Posts as statuses, in their order. `context` says on what kind of list they stand; what the reader's filters hide there is
/// left out. Of more than [`crate::db::AMONG_MAX`] posts each part is loaded by itself.
pub fn statuses(ctx: &Ctx, conn: &mut Conn, viewer: &Viewer, items: &[Item], context: &str) -> Result<Vec<Status>> {
    let mut all = Vec::with_capacity(items.len());
    for part in items.chunks(crate::db::AMONG_MAX) {
        let mut loaded = Loaded::of(conn, viewer, part)?;
        loaded.quote(ctx, conn, viewer, part)?;
        for item in part {
            all.extend(status(ctx, conn, viewer, item, &loaded, context)?);
        }
    }
    Ok(all)
}

/// One post as a status, whatever the reader's filters say.
pub fn one(ctx: &Ctx, conn: &mut Conn, viewer: &Viewer, item: Item) -> Result<Status> {
    let found = statuses(ctx, conn, viewer, &[item], "")?.pop();
    found.ok_or(crate::error::Error::NotFound("post"))
}

fn status(
    ctx: &Ctx,
    conn: &mut Conn,
    viewer: &Viewer,
    item: &Item,
    loaded: &Loaded,
    context: &str,
) -> Result<Option<Status>> {
    let Entry { post, author } = &item.entry;
    let account = |conn: &mut Conn, actor: &Actor| {
        let tally = crate::api::account::tally(ctx, conn, actor.id)?;
        Ok::<_, crate::error::Error>(Account::of(ctx, viewer, actor, tally))
    };
    let filters = if viewer.member() == Some(author.id) { &[][..] } else { &loaded.filters };
    let Some(filtered) = filter::found(filters, context, post) else { return Ok(None) };
    let author = account(conn, author)?;
    let status = whole(ctx, viewer, item, loaded, author, filtered);
    let Some((id, booster)) = &item.boost else { return Ok(Some(status)) };
    let booster = account(conn, booster)?;
    Ok(Some(boosted(*id, booster, status)))
}

/// A boost of a status: a status of its own, around the other.
fn boosted(id: i64, booster: Account, status: Status) -> Status {
    Status {
        id: id.to_string(),
        created_at: entity::time(crate::id::time_of(id)),
        in_reply_to_id: None,
        in_reply_to_account_id: None,
        uri: format!("{}#boost-{id}", status.uri),
        account: booster,
        pinned: None,
        content: status.content.clone(),
        filtered: Vec::new(),
        media_attachments: status.media_attachments.clone(),
        mentions: status.mentions.clone(),
        tags: status.tags.clone(),
        emojis: status.emojis.clone(),
        spoiler_text: status.spoiler_text.clone(),
        language: status.language.clone(),
        url: status.url.clone(),
        edited_at: None,
        card: status.card.clone(),
        poll: status.poll.clone(),
        huiguan: None,
        reblog: Some(Box::new(status.clone())),
        ..status
    }
}

/// What a post says, with its title. An article names files and pages of the hall, which programs need whole addresses for.
fn said<'a>(ctx: &Ctx, post: &'a Post) -> Cow<'a, str> {
    let said = text::titled(&post.title, &post.body_html);
    if post.kind == Kind::Article { text::whole_html(&said, &ctx.origin, &post.url).into() } else { said }
}

fn whole(
    ctx: &Ctx,
    viewer: &Viewer,
    item: &Item,
    loaded: &Loaded,
    account: Account,
    filtered: Vec<Filtered>,
) -> Status {
    let Entry { post, author } = &item.entry;
    let is_own = viewer.member() == Some(author.id);
    let is_public = post.audience.is_public();
    let (likes, liked) = loaded.likes.get(&post.id).copied().unwrap_or_default();
    let boosts = loaded.boosts.get(&post.id).copied().unwrap_or_default();
    // Whom it answers is told only to those who see that; to others it stands under its root.
    let parent = [post.parent_id, post.root_id].into_iter().flatten().find(|id| loaded.above.contains_key(id));
    let files = loaded.media.get(&post.id).map_or(&[][..], Vec::as_slice);
    let (mut content, pictures) = text::without_emoji(&said(ctx, post));
    if let Some(roll) = loaded.rolls.get(&post.id) {
        // Programs know no lists: it stands in the text.
        let language = Language::of_tag(&post.language).unwrap_or(Language::ZhHans);
        content.push_str(&roll_call::spelled(roll, &ctx.messages, language, ctx.now()));
    }
    let origin = &ctx.origin;
    let tag = |name: &String| Tag { name: name.clone(), url: format!("{origin}/tags/{}", text::in_path(name)) };
    Status {
        id: post.id.to_string(),
        created_at: entity::time(post.published_at),
        in_reply_to_id: parent.map(|id| id.to_string()),
        in_reply_to_account_id: parent.and_then(|id| loaded.above.get(&id)).map(|above| above.author_id.to_string()),
        sensitive: !post.warning.is_empty() || files.iter().any(|file| file.sensitive),
        spoiler_text: post.warning.clone(),
        visibility: visibility(post.audience, post.root_id.and_then(|id| loaded.above.get(&id))),
        language: Some(post.language.clone()).filter(|language| !language.is_empty()),
        uri: post.uri.clone(),
        url: post.url.clone(),
        replies_count: loaded.answers.get(&post.id).copied().unwrap_or(0),
        reblogs_count: boosts.count,
        favourites_count: likes,
        quotes_count: 0,
        edited_at: post.edited_at.map(entity::time),
        favourited: liked,
        reblogged: boosts.mine,
        muted: false,
        bookmarked: loaded.kept.contains(&post.id),
        pinned: is_own.then(|| loaded.pins.contains(&post.id)),
        content,
        filtered,
        reblog: None,
        application: None,
        account,
        media_attachments: media::attachments(ctx, viewer, files, is_public),
        mentions: loaded.people.get(&post.id).into_iter().flatten().map(|actor| named(origin, actor)).collect(),
        tags: loaded.hashtags.get(&post.id).into_iter().flatten().map(tag).collect(),
        emojis: if pictures.is_empty() { Vec::new() } else { entity::emojis(ctx, viewer, pictures) },
        card: loaded.cards.get(&post.id).map(Preview::of),
        poll: loaded.polls.get(&post.id).map(|poll| Poll::of(viewer, post.id, poll, ctx.now())),
        quote: loaded.quote_of(post.id),
        // Whom a post is for in its author's words is the author's business, unless it is for everyone.
        huiguan: (is_own || is_public).then(|| Own { audience: post.audience.as_str() }),
    }
}

/// Somebody whom a post names; the address is the one to which the text links.
fn named(origin: &str, actor: &Actor) -> Mention {
    Mention {
        id: actor.id.to_string(),
        username: actor.name.clone(),
        url: mention::page(origin, actor),
        acct: if actor.is_local() { actor.name.clone() } else { actor.address.clone() },
    }
}

/// For whom a post is, in the words that programs know. What is narrower than all friends is `direct`, so that whoever writes it
/// anew can only narrow it. A comment is for no more people than its root.
pub fn visibility(audience: Audience, root: Option<&Above>) -> &'static str {
    let of = |audience: Audience| match audience {
        Audience::Everyone => (0, "public"),
        Audience::Quiet => (1, "unlisted"),
        Audience::Friends | Audience::Group | Audience::Protocol => (2, "private"),
        Audience::People | Audience::Me => (3, "direct"),
    };
    let own = of(audience);
    root.map_or(own, |root| own.max(of(root.audience))).1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_for_no_more_than_its_root() {
        let under = |audience| Above { author_id: crate::id::ActorId(1), audience };
        for (own, root, said) in [
            (Audience::Everyone, None, "public"),
            (Audience::Quiet, None, "unlisted"),
            (Audience::Friends, None, "private"),
            (Audience::People, None, "direct"),
            (Audience::Me, None, "direct"),
            (Audience::Friends, Some(Audience::Everyone), "private"),
            (Audience::Friends, Some(Audience::Friends), "private"),
            (Audience::Friends, Some(Audience::People), "direct"),
            (Audience::Everyone, Some(Audience::Quiet), "unlisted"),
        ] {
            let root = root.map(under);
            assert_eq!(visibility(own, root.as_ref()), said, "{own:?} under {root:?}");
        }
    }
}
