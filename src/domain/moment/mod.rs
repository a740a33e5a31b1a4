//! Moments: short posts by a person for a chosen audience. Local and remote ones are twins: [`publish`] and [`receive`]
//! share one insert, [`edit`] and [`receive_edit`] one rewrite, [`delete`] and [`receive_delete`] one erasure.

mod incoming;

pub use incoming::{Incoming, receive_withdrawal};

use diesel::prelude::*;

use super::actor::{self, Actor};
use super::audience::Audience;
use super::event::{self, Event};
use super::friend;
use super::hashtag;
use super::hold;
use super::link::{self, Wish};
use super::media::{self, Arranged, Placed};
use super::mention::{self, Written};
use super::place::{self, Place};
use super::poll::{self, Question};
pub use super::post::Received;
use super::post::{self, Kind, New, Post, Text};
use super::quote;
use super::roll_call::{self, Opening};
use crate::db::Conn;
use crate::db::schema::post as post_table;
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, PostId};

/// Longest one-time key of a form.
const FORM_KEY_CHARS_MAX: usize = 64;
/// Longest content warning of a member, in characters.
pub const WARNING_CHARS_MAX: usize = 100;

/// A Moment as its author sends it off, checked.
#[derive(Debug, Clone)]
pub struct Draft {
    body: String,
    audience: Audience,
    language: String,
    key: Option<String>,
    pictures: Option<Vec<Placed>>,
    covered: Option<bool>,
    warning: String,
    place: Option<Place>,
    wish: Option<Wish>,
    question: Option<Question>,
    opening: Option<Opening>,
    /// For how few an answer is at most.
    narrow: Option<Audience>,
    stand: Option<Stand>,
    title: Option<String>,
}

/// What a post is that is said elsewhere than on its author's own page.
#[derive(Debug, Clone)]
pub(super) struct Stand {
    /// Its kind.
    pub kind: Kind,
    /// Its title or empty.
    pub title: String,
    /// Whom it is for.
    pub audience: Audience,
    /// The group that it is said in.
    pub group_id: Option<ActorId>,
}

impl Draft {
    /// Checks what a form holds. `language` is a tag or empty (then it is guessed from the text); `key` is the form's
    /// one-time key: the same key never posts twice.
    ///
    /// Errors: `Invalid` naming `body` or `audience`.
    pub fn parse(body: &str, audience: &str, language: &str, key: &str, chars_max: usize) -> Result<Self> {
        Self::with_pictures(body, audience, language, key, chars_max, None)
    }

    /// The same with pictures, in their order; with any, there need be no text. `None` leaves a post's pictures as they are.
    pub fn with_pictures(
        body: &str,
        audience: &str,
        language: &str,
        key: &str,
        chars_max: usize,
        pictures: Option<Vec<Placed>>,
    ) -> Result<Self> {
        let body = crate::text::body(body);
        let mut problems = Vec::new();
        if body.trim().is_empty() && pictures.as_ref().is_none_or(Vec::is_empty) {
            problems.push(Problem::new("body", "problem-body-empty"));
        }
        let chars = body.chars().count();
        if chars > chars_max {
            problems.push(Problem::new("body", "problem-body-long").with("max", chars_max).with("now", chars));
        }
        let audience = match audience.parse::<Audience>() {
            Ok(Audience::People | Audience::Group | Audience::Protocol) | Err(()) => {
                problems.push(Problem::new("audience", "problem-audience"));
                None
            }
            Ok(audience) => Some(audience),
        };
        let (Some(audience), true) = (audience, problems.is_empty()) else { return Err(Error::Invalid(problems)) };
        let guessed = || crate::text::guess_language(&body).unwrap_or("").to_owned();
        let language = crate::lang::tag(language).unwrap_or_else(guessed);
        let key = (!key.is_empty() && key.chars().count() <= FORM_KEY_CHARS_MAX).then(|| key.to_owned());
        Ok(Self {
            body,
            audience,
            language,
            key,
            pictures,
            covered: None,
            warning: String::new(),
            place: None,
            wish: None,
            question: None,
            opening: None,
            narrow: None,
            stand: None,
            title: None,
        })
    }

    /// What a client program sends. An audience of `People` is those whom the text names, and if it names nobody the author
    /// alone.
    ///
    /// Errors: as [`Draft::parse`].
    pub fn addressed(
        body: &str,
        audience: Audience,
        language: &str,
        key: &str,
        chars_max: usize,
        pictures: Option<Vec<Placed>>,
    ) -> Result<Self> {
        let word = if audience == Audience::People { Audience::Me } else { audience };
        let draft = Self::with_pictures(body, word.as_str(), language, key, chars_max, pictures)?;
        Ok(Self { audience, ..draft })
    }

    /// The same with a warning that has passed [`check_warning`].
    pub fn warned(self, warning: String) -> Self {
        Self { warning, ..self }
    }

    /// The same with its pictures covered until somebody wants to see them, or not. Without this what a post has stays as it
    /// is; at first nothing is covered.
    pub fn covered(self, covered: Option<bool>) -> Self {
        Self { covered, ..self }
    }

    /// The same with a place; an empty one for none. Without this a post's place is left as it is.
    pub fn at(self, place: Place) -> Self {
        Self { place: Some(place), ..self }
    }

    /// The same with or without the card of its first link. Without this a post's wish is left as it is; at first it has one.
    pub fn linked(self, wish: Wish) -> Self {
        Self { wish: Some(wish), ..self }
    }

    /// The same with a poll. What a post asks is asked once: an edit leaves it.
    pub fn asking(self, question: Option<Question>) -> Self {
        Self { question, ..self }
    }

    /// The same with a roll call, if it is said in a group. It is opened once: an edit leaves it.
    pub fn opening(self, opening: Option<Opening>) -> Self {
        Self { opening, ..self }
    }

    /// The same as something else than a Moment.
    pub(super) fn standing(self, stand: Stand) -> Self {
        Self { audience: stand.audience, stand: Some(stand), ..self }
    }

    /// The same with a title that has been checked, if it is a change of what can have one. Without this a title stays as it is.
    pub fn titled(self, title: String) -> Self {
        Self { title: Some(title), ..self }
    }

    /// Its text.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The same for no more people than these, if it is a comment.
    pub fn narrowed(self, audience: Audience) -> Self {
        Self { narrow: Some(audience), ..self }
    }

    /// The parts of a comment. Whom it is for at most is its root's business.
    pub(super) fn into_comment(self, me: ActorId) -> Said {
        let key = self.key.map(|key| format!("{me}:{key}"));
        Said {
            body: self.body,
            language: self.language,
            warning: self.warning,
            key,
            narrow: self.narrow,
            pictures: self.pictures,
            covered: self.covered,
        }
    }
}

/// The parts of a comment.
pub(super) struct Said {
    /// The text.
    pub body: String,
    /// Its language.
    pub language: String,
    /// What readers are warned of.
    pub warning: String,
    /// The form's key as it is stored.
    pub key: Option<String>,
    /// For how few it is at most.
    pub narrow: Option<Audience>,
    /// Its pictures; `None` leaves those that it has.
    pub pictures: Option<Vec<Placed>>,
    /// Are they to be covered?
    pub covered: Option<bool>,
}

impl Stand {
    fn of_moment(audience: Audience) -> Self {
        Self { kind: Kind::Moment, title: String::new(), audience, group_id: None }
    }
}

/// Checks what readers are to be warned of before they see a Moment; one line, nothing for no warning.
///
/// Errors: `Invalid` naming `warning`.
pub fn check_warning(raw: &str) -> Result<String> {
    let warning = crate::text::name(raw, WARNING_CHARS_MAX + 1);
    if warning.chars().count() > WARNING_CHARS_MAX {
        let problem = Problem::new("warning", "problem-too-long").with("max", WARNING_CHARS_MAX);
        return Err(Error::Invalid(vec![problem]));
    }
    Ok(warning)
}

/// Publishes a member's Moment.
///
/// A second go with the same form key answers the first one's post and changes nothing. With pictures, nobody else sees it
/// until they are ready.
///
/// Errors: `Invalid` for the field `picture` if a picture isn't there any more.
pub fn publish(conn: &mut Conn, me: &Actor, draft: Draft) -> Result<Post> {
    let form_key = draft.key.map(|key| format!("{}:{key}", me.id));
    if let Some(known) = post::by_form_key(conn, form_key.as_deref())? {
        return Ok(known);
    }
    let written = mention::write(conn, &draft.body)?;
    let people = if draft.audience == Audience::People { written.people.clone() } else { Vec::new() };
    let stand = draft.stand.unwrap_or_else(|| Stand::of_moment(draft.audience));
    let new = New {
        uri: None,
        url: None,
        kind: stand.kind,
        // For those whom it names, and it names nobody: then it is its author's alone.
        audience: if draft.audience == Audience::People && people.is_empty() { Audience::Me } else { draft.audience },
        people,
        language: draft.language,
        title: stand.title,
        warning: draft.warning,
        body_html: written.html.clone(),
        source: draft.body,
        form_key,
        published_at: None,
        edited_at: None,
        place: None,
        group_id: stand.group_id,
    };
    let (place, wish) = (draft.place.unwrap_or_default(), draft.wish.unwrap_or(Wish::Card));
    let pictures = draft.pictures.unwrap_or_default();
    let post = if pictures.is_empty() { post::insert(conn, me, new)? } else { post::insert_held(conn, me, new)? };
    point(conn, &post, &written)?;
    place::set(conn, post.id, &place)?;
    card(conn, &post, wish)?;
    if let Some(question) = &draft.question {
        poll::ask(conn, &post, question)?;
    }
    if let Some(opening) = draft.opening.filter(|_| post.group_id.is_some()) {
        roll_call::open(conn, &post, &opening)?;
    }
    if pictures.is_empty() {
        record(conn, me.id, post.id, &Event::Published(post.id))?;
    } else {
        media::attach(conn, me.id, post.id, &pictures)?;
        media::cover(conn, post.id, draft.covered.unwrap_or(false))?;
        hold::settle(conn, post.id)?;
    }
    Ok(post)
}

/// Stores what the text of a post points at, and tells those whom it names.
pub(super) fn point(conn: &mut Conn, post: &Post, written: &Written) -> Result<()> {
    mention::keep(conn, post, &written.people)?;
    hashtag::keep(conn, post, &written.hashtags)?;
    mention::tell(conn, post)
}

/// Changes the text, the pictures and the place of a Moment. Whom it is for stays.
///
/// Errors: `NotFound` if it isn't the member's own or is deleted; `Invalid` for the field `picture`.
pub fn edit(conn: &mut Conn, me: &Actor, id: PostId, draft: &Draft) -> Result<Post> {
    let old = post::own(conn, me.id, id)?;
    if old.deleted_at.is_some() {
        return Err(Error::NotFound("post"));
    }
    let arranged = match &draft.pictures {
        Some(pictures) => media::arrange(conn, me.id, id, pictures)?,
        None => Arranged::Same,
    };
    let is_covered = match draft.covered {
        Some(covered) => media::cover(conn, id, covered)?,
        None => false,
    };
    let is_moved = match &draft.place {
        Some(place) => place::set(conn, id, place)?,
        None => false,
    };
    let is_same = old.source == draft.body && old.language == draft.language && old.warning == draft.warning;
    // A Moment has none.
    let title = draft.title.as_deref().filter(|_| old.kind != Kind::Moment);
    let is_same = is_same && title.is_none_or(|title| title == old.title);
    if !is_same || arranged == Arranged::Changed || is_covered || is_moved {
        let text = Text { language: &draft.language, warning: &draft.warning, title, edited_at: conn.now() };
        let written = mention::write(conn, &draft.body)?;
        post::rewrite(conn, id, &draft.body, &written.html, &text)?;
        point(conn, &old, &written)?;
        if !media::is_held(conn, id)? {
            record(conn, me.id, id, &Event::Edited(id))?;
        }
    }
    if draft.pictures.is_some() && media::is_held(conn, id)? {
        hold::settle(conn, id)?;
    }
    let post = post::own(conn, me.id, id)?;
    let wish = match draft.wish {
        Some(wish) => wish,
        None => link::wish(conn, id)?,
    };
    card(conn, &post, wish)?;
    Ok(post)
}

/// The card of a Moment's first link. What stays with its author is no business of the page that it links to.
fn card(conn: &mut Conn, post: &Post, wish: Wish) -> Result<()> {
    let wish = if post.audience == Audience::Me { Wish::NoCard } else { wish };
    link::set(conn, post.id, &post.body_html, wish)
}

/// Deletes a member's own Moment so that it can be written anew: its files stay, as uploads, for a day.
///
/// Errors: as [`delete`].
pub fn delete_for_redraft(conn: &mut Conn, me: &Actor, id: PostId) -> Result<()> {
    let old = post::own(conn, me.id, id)?;
    media::detach(conn, old.id)?;
    delete(conn, me, id)
}

/// Deletes a member's own Moment here and wherever it went.
///
/// Errors: `NotFound` if it isn't the member's own or is deleted already.
pub fn delete(conn: &mut Conn, me: &Actor, id: PostId) -> Result<()> {
    let old = post::own(conn, me.id, id)?;
    if old.deleted_at.is_some() {
        return Err(Error::NotFound("post"));
    }
    let was_held = media::is_held(conn, id)?;
    erase(conn, id)?;
    // What was still waiting for its pictures has gone nowhere, and nobody is told that it was there.
    if was_held { Ok(()) } else { record(conn, me.id, id, &Event::Deleted(id)) }
}

fn record(conn: &mut Conn, actor: ActorId, post: PostId, what: &Event) -> Result<()> {
    let id = event::id(conn);
    event::record(conn, id, actor, &format!("post:{post}"), what)
}

/// Stores a remote author's post, if somebody here is to see it.
///
/// Errors: `Forbidden` if it claims to be of this hall or belongs to somebody else.
pub fn receive(conn: &mut Conn, author: &Actor, incoming: Incoming) -> Result<Received> {
    if let Some(why) = stands_already(conn, author, &incoming.uri)? {
        return incoming::again(conn, author, incoming, why);
    }
    if incoming.people.is_empty() && !names_member(conn, &incoming)? && !friend::is_followed_here(conn, author.id)? {
        return Ok(Received::Ignored("nobody here follows its author"));
    }
    let news = incoming.news(conn.now());
    let received = store(conn, author, incoming)?;
    if let Some(uri) = news {
        incoming::tell_readers(conn, author, &uri)?;
    }
    Ok(received)
}

/// Stores a post that a remote author has pinned, also if nobody here follows them; only what is for everyone.
///
/// Errors: as [`receive`].
pub fn receive_pinned(conn: &mut Conn, author: &Actor, incoming: Incoming) -> Result<Received> {
    if !incoming.audience.is_public() {
        return Ok(Received::Ignored("not for everyone"));
    }
    match stands_already(conn, author, &incoming.uri)? {
        Some(why) => Ok(Received::Ignored(why)),
        None => store(conn, author, incoming),
    }
}

/// Stores what a remote author says in a group, whoever follows them.
///
/// Errors: as [`receive`].
pub(super) fn receive_in_group(conn: &mut Conn, author: &Actor, incoming: Incoming) -> Result<Received> {
    match stands_already(conn, author, &incoming.uri)? {
        Some(why) => Ok(Received::Ignored(why)),
        None => store(conn, author, incoming),
    }
}

/// Why a remote author's post is not stored once more, if it isn't.
fn stands_already(conn: &mut Conn, author: &Actor, uri: &str) -> Result<Option<&'static str>> {
    if author.is_local() || uri.starts_with(&format!("{}/", conn.origin())) {
        return Err(Error::Forbidden);
    }
    conn.lock(uri)?;
    match post::stored(conn, uri)? {
        Some(known) if known.author_id != author.id => Err(Error::Forbidden),
        Some(_) => Ok(Some("known already")),
        None => Ok(post::is_buried(conn, uri)?.then_some("deleted before")),
    }
}

/// Does a post for everyone name a member in its text alone? Some servers do so without addressing them.
fn names_member(conn: &mut Conn, incoming: &Incoming) -> Result<bool> {
    if !incoming.audience.is_public() {
        return Ok(false);
    }
    let named = actor::by_ids(conn, &incoming.mentions)?;
    Ok(named.iter().any(|named| named.is_local() && named.kind != actor::Kind::Group))
}

fn store(conn: &mut Conn, author: &Actor, mut incoming: Incoming) -> Result<Received> {
    let mut written = incoming.written(conn, author)?;
    let is_article = incoming.article.is_some() && incoming.group_id.is_none();
    let new = New {
        uri: Some(incoming.uri.clone()),
        url: Some(incoming.url.clone()),
        kind: match incoming.group_id {
            Some(_) => Kind::GroupPost,
            None if is_article => Kind::Article,
            None => Kind::Moment,
        },
        audience: incoming.audience,
        people: incoming.people.clone(),
        language: incoming.language.clone(),
        title: incoming.title.clone(),
        warning: incoming.warning.clone(),
        source: String::new(),
        body_html: written.html.clone(),
        form_key: None,
        published_at: incoming.published_at,
        edited_at: incoming.edited_at,
        place: None,
        group_id: incoming.group_id,
    };
    let post = post::insert(conn, author, new)?;
    incoming.fill(conn, author.id, &post, &mut written)?;
    if is_article {
        post::set_html(conn, post.id, &written.html)?;
    }
    point(conn, &post, &written)?;
    place::set(conn, post.id, &incoming.place)?;
    if let Some(asked) = &incoming.poll {
        poll::receive(conn, post.id, asked)?;
    }
    if let Some(roll) = &incoming.roll {
        roll_call::receive(conn, post.id, roll)?;
    }
    quote::receive(conn, post.id, incoming.quote.as_ref())?;
    Ok(Received::Stored)
}

/// Applies a remote author's change. Whom the post is for stays: nothing widens an audience.
///
/// A post that we don't have yet is stored, since its Create may come later or not at all.
pub fn receive_edit(conn: &mut Conn, author: &Actor, mut incoming: Incoming) -> Result<Received> {
    conn.lock(&incoming.uri)?;
    let Some(known) = post::stored(conn, &incoming.uri)? else { return receive(conn, author, incoming) };
    if known.author_id != author.id {
        return Err(Error::Forbidden);
    }
    if known.deleted_at.is_some() {
        return incoming::again(conn, author, incoming, "deleted before");
    }
    let is_dated = incoming.edited_at.is_some_and(|at| known.edited_at != Some(at));
    let edited_at = incoming.edited_at.unwrap_or_else(|| conn.now());
    if known.edited_at.is_some_and(|at| at > edited_at) {
        return Ok(Received::Ignored("older than what we have"));
    }
    let mut written = incoming.written(conn, author)?;
    if known.kind == Kind::Article {
        incoming.fill(conn, author.id, &known, &mut written)?;
    }
    if let Some(asked) = &incoming.poll {
        poll::receive(conn, known.id, asked)?;
    }
    if let Some(roll) = &incoming.roll {
        roll_call::receive(conn, known.id, roll)?;
    }
    // A count of a poll goes round as an `Update` of a post that says what it said; and what is looked up anew may be as it was.
    let is_titled = match known.kind {
        Kind::Article => !incoming.title.is_empty(),
        _ => known.group_id.is_some() && known.root_id.is_none(),
    };
    let title = is_titled.then_some(incoming.title.as_str());
    let is_same_title = title.is_none_or(|title| title == known.title);
    if !is_dated && known.body_html == written.html && known.warning == incoming.warning && is_same_title {
        incoming.fill(conn, author.id, &known, &mut written)?;
        // The leave to quote often comes behind the quote.
        if incoming.quote.as_ref().is_some_and(|quote| quote.is_approved) {
            quote::receive(conn, known.id, incoming.quote.as_ref())?;
        }
        return Ok(Received::Stored);
    }
    let text = Text { language: &incoming.language, warning: &incoming.warning, title, edited_at };
    post::rewrite(conn, known.id, "", &written.html, &text)?;
    point(conn, &known, &written)?;
    quote::receive(conn, known.id, incoming.quote.as_ref())?;
    incoming.fill(conn, author.id, &known, &mut written)?;
    if known.kind == Kind::Moment {
        place::set(conn, known.id, &incoming.place)?;
    }
    if known.root_id.is_some() {
        let said = post::by_id(conn, known.id)?;
        roll_call::hear(conn, &said, author)?;
    }
    Ok(Received::Stored)
}

/// Applies a remote author's deletion, also of a post that has not arrived yet.
pub fn receive_delete(conn: &mut Conn, author: &Actor, uri: &str) -> Result<Received> {
    conn.lock(uri)?;
    match post::stored(conn, uri)? {
        Some(known) if known.author_id != author.id => Err(Error::Forbidden),
        Some(known) if known.deleted_at.is_some() => Ok(Received::Ignored("deleted before")),
        Some(known) => {
            erase(conn, known.id)?;
            Ok(Received::Stored)
        }
        None => {
            let now = conn.now();
            post::bury(conn, uri, now)?;
            Ok(Received::Stored)
        }
    }
}

/// Takes away what a post said, and the line of a roll call that it was.
pub(super) fn erase(conn: &mut Conn, id: PostId) -> Result<()> {
    post::erase(conn, id)?;
    roll_call::forget(conn, id)
}

/// Deletes everything that a remote author wrote, who is gone.
pub fn receive_farewell(conn: &mut Conn, author: &Actor) -> Result<()> {
    let ids: Vec<PostId> = post_table::table
        .filter(post_table::author_id.eq(author.id))
        .filter(post_table::deleted_at.is_null())
        .select(post_table::id)
        .load(conn.link())?;
    ids.into_iter().try_for_each(|id| erase(conn, id))
}
