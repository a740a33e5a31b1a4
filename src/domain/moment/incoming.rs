//! Posts of other servers, read, before they are stored.

use crate::clock::{DAY, Micros};
use crate::db::Conn;
use crate::domain::account;
use crate::domain::actor::Actor;
use crate::domain::article;
use crate::domain::audience::Audience;
use crate::domain::emoji;
use crate::domain::friend;
use crate::domain::media;
use crate::domain::mention::Written;
use crate::domain::notice::{self, New};
use crate::domain::place::Place;
use crate::domain::post::{self, Kind, Post, Received};
use crate::domain::{poll, quote, roll_call, version};
use crate::error::Result;
use crate::id::ActorId;

/// A post as its author's server sent it, read, cut to length and sanitised.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// Its id on the wire; stands on its author's host.
    pub uri: String,
    /// Its page.
    pub url: String,
    /// Whom it is for.
    pub audience: Audience,
    /// Members of this hall whom it names.
    pub people: Vec<ActorId>,
    /// Language code or empty.
    pub language: String,
    /// Warning or empty.
    pub warning: String,
    /// Safe HTML.
    pub body_html: String,
    /// When it was published.
    pub published_at: Option<Micros>,
    /// When it was last changed.
    pub edited_at: Option<Micros>,
    /// The files that go with it.
    pub media: Vec<media::Incoming>,
    /// Whom its text names, as far as they are known here.
    pub mentions: Vec<ActorId>,
    /// Its hashtags, folded.
    pub hashtags: Vec<String>,
    /// Pictures for shortcodes in its text.
    pub emoji: Vec<emoji::Incoming>,
    /// Where it was written; empty for nowhere.
    pub place: Place,
    /// What it asks.
    pub poll: Option<poll::Incoming>,
    /// The list by which people sign up.
    pub roll: Option<roll_call::Incoming>,
    /// What it quotes.
    pub quote: Option<quote::Incoming>,
    /// Its title, if it stands in a group, where titles are shown by themselves; empty for none.
    pub title: String,
    /// What it is beside, if it is an article.
    pub article: Option<article::Incoming>,
    /// The group that it is said in.
    pub group_id: Option<ActorId>,
    /// Who may find it by its words, as ids on the wire, if it says so.
    pub searchable_by: Option<Vec<String>>,
    /// Is it an item of an archive? Such a one may be shown again that was taken back.
    pub is_item: bool,
}

/// What was published longer ago is no news when it comes.
const NEWS: Micros = 7 * DAY;

/// Tells those who follow a service account of another server that it has published an article.
pub(super) fn tell_readers(conn: &mut Conn, author: &Actor, uri: &str) -> Result<()> {
    if account::told(conn, author.id)? != Some(account::Kind::Service) {
        return Ok(());
    }
    let Some(post) = post::stored(conn, uri)? else { return Ok(()) };
    for reader in friend::local_followers(conn, author.id)? {
        notice::tell(conn, reader, &New::about_post(notice::Kind::Article, author.id, post.id, post.id))?;
    }
    Ok(())
}

/// Applies the word of another hall's archive that an item is shown no more since `at`, by its clock. It may show it again later.
pub fn receive_withdrawal(conn: &mut Conn, archive: &Actor, uri: &str, at: Micros) -> Result<Received> {
    let received = super::receive_delete(conn, archive, uri)?;
    // What an officer of this hall took away is not remembered so: that doesn't come back.
    if received == Received::Stored {
        let at = at.min(conn.now());
        post::bury(conn, uri, at)?;
    }
    Ok(received)
}

/// Something comes that stands here already or was deleted, which is ignored for this reason: unless it is an item that its own archive
/// took back and shows again.
pub(super) fn again(conn: &mut Conn, author: &Actor, incoming: Incoming, why: &'static str) -> Result<Received> {
    let known = post::stored(conn, &incoming.uri)?;
    let gone_at = post::buried_at(conn, &incoming.uri)?;
    if !gone_at.is_some_and(|at| incoming.is_shown_since(at)) {
        return Ok(Received::Ignored(why));
    }
    let Some(known) = known else {
        post::unbury(conn, &incoming.uri)?;
        return super::receive(conn, author, incoming);
    };
    let is_older = known.edited_at > incoming.edited_at;
    if known.author_id != author.id || known.deleted_at.is_none() || !known.audience.is_public() || is_older {
        return Ok(Received::Ignored(why));
    }
    post::unbury(conn, &incoming.uri)?;
    post::revive(conn, known.id)?;
    post::make_known(conn, author, known.id)?;
    let received = super::receive_edit(conn, author, incoming)?;
    // It said nothing in between.
    version::erase(conn, known.id)?;
    Ok(received)
}

impl Incoming {
    /// Is it an item that was changed later than it was taken back, for everyone?
    fn is_shown_since(&self, gone_at: Micros) -> bool {
        let is_item = self.is_item && self.group_id.is_none() && self.audience.is_public();
        is_item && self.edited_at.is_some_and(|at| at > gone_at)
    }

    /// Its id, if it is an article that was just published.
    pub(super) fn news(&self, now: Micros) -> Option<String> {
        let is_new = self.published_at.is_none_or(|at| at > now - NEWS);
        (self.article.is_some() && self.group_id.is_none() && is_new).then(|| self.uri.clone())
    }

    /// Stores the files of a post and, of an article, what it has beside its post and its text with its pictures.
    pub(super) fn fill(&self, conn: &mut Conn, author: ActorId, post: &Post, written: &mut Written) -> Result<()> {
        let most = if self.article.is_some() { crate::text::ARTICLE_PICTURES_MAX } else { media::REMOTE_MAX };
        media::receive_most(conn, author, post.id, &self.media, most)?;
        if let Some(article) = self.article.as_ref().filter(|_| post.kind == Kind::Article) {
            written.html = article.write(conn, post)?;
        }
        Ok(())
    }

    /// Takes out what its text points at and puts the pictures of its shortcodes into the HTML.
    pub(in crate::domain) fn written(&mut self, conn: &mut Conn, author: &Actor) -> Result<Written> {
        let pictures = emoji::receive(conn, author, &self.emoji)?;
        let html = crate::text::with_emoji(&self.body_html, &pictures);
        Ok(Written { html, people: std::mem::take(&mut self.mentions), hashtags: std::mem::take(&mut self.hashtags) })
    }
}
