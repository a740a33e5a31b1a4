//! Posts of other servers, read, before they are stored.

use crate::clock::Micros;
use crate::db::Conn;
use crate::domain::actor::Actor;
use crate::domain::article;
use crate::domain::audience::Audience;
use crate::domain::emoji;
use crate::domain::media;
use crate::domain::mention::Written;
use crate::domain::place::Place;
use crate::domain::post::{Kind, Post};
use crate::domain::{poll, quote, roll_call};
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
}

impl Incoming {
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
