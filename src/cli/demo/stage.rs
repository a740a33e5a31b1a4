//! What people do in the demo, as verbs: each goes through the domain and, between the halls, over the wire.

use std::time::Duration;

use super::album::Picture;
use crate::app::Running;
use crate::clock::{DAY, SECOND};
use crate::ctx::Ctx;
use crate::db::Conn;
use crate::db::Range;
use crate::domain::actor::{self, Actor, Keys, Profile};
use crate::domain::app;
use crate::domain::audience::{Audience, Viewer};
use crate::domain::bookmark;
use crate::domain::boost;
use crate::domain::comment;
use crate::domain::friend::{self, Relation};
use crate::domain::hall::{self, Settings};
use crate::domain::hashtag;
use crate::domain::login::{self, New, Role, State};
use crate::domain::media::{self, Kind, Placed, Purpose, Variant};
use crate::domain::moment::{self, Draft};
use crate::domain::notice;
use crate::domain::place::{Place, Precision};
use crate::domain::poll::{self, Question};
use crate::domain::post::{self, Post};
use crate::domain::reaction;
use crate::domain::report;
use crate::domain::scope::Scopes;
use crate::domain::search;
use crate::domain::token::{self, Exchange, Grant};
use crate::error::{Error, Result};
use crate::id::MediaId;
use crate::lang::Language;
use crate::remote;
use crate::secret;
use crate::wire::address::Address;

/// How often it is looked whether something has come over.
const LOOK: Duration = Duration::from_millis(20);
/// How often at most: together half a minute.
const LOOKS_MAX: usize = 1_500;

/// One of the two halls.
pub struct Hall {
    ctx: Ctx,
}

/// Somebody who lives in a hall.
pub struct Person {
    ctx: Ctx,
    actor: Actor,
    password: String,
}

/// Who somebody is.
pub struct Who {
    /// The short name.
    pub name: &'static str,
    /// The name shown.
    pub shown: &'static str,
    /// The same in other languages: code and name.
    pub names: &'static [(&'static str, &'static str)],
    /// 籍贯.
    pub hometown: &'static str,
    /// What they say about themselves.
    pub about: &'static str,
    /// The language of their pages.
    pub language: Language,
    /// What they are in the hall.
    pub role: Role,
}

impl Hall {
    /// The hall that runs here.
    pub fn of(running: &Running) -> Self {
        Self { ctx: running.ctx.clone() }
    }

    /// Gives the hall its name and rules.
    pub async fn settle(&self, settings: Settings) -> Result<()> {
        self.ctx.write(move |conn| hall::update(conn, &settings).map(drop)).await
    }

    /// Somebody joins, with a made password.
    pub async fn join(&self, who: Who) -> Result<Person> {
        let password = secret::password_made();
        let typed = password.clone();
        let (password_hash, keys) = self.ctx.slow(move || Ok((secret::password_hash(&typed)?, Keys::make()?))).await?;
        let profile = Profile {
            display_name: who.shown.to_owned(),
            names: who.names.iter().map(|(code, name)| ((*code).to_owned(), (*name).to_owned())).collect(),
            hometown: who.hometown.to_owned(),
            about: who.about.to_owned(),
            discoverable: true,
        };
        let new = New {
            name: who.name.to_owned(),
            display_name: who.shown.to_owned(),
            email: String::new(),
            password_hash,
            role: who.role,
            state: State::Active,
            language: Some(who.language.code().to_owned()),
            time_zone: None,
            reason: String::new(),
        };
        let actor = self
            .ctx
            .write(move |conn| {
                let member = login::add(conn, &new, &keys)?;
                if new.role == Role::Owner {
                    // Of most what they write is found in the hall alone; of some by everyone.
                    search::set(conn, member.actor.id, search::Who::Everyone)?;
                }
                actor::update(conn, member.actor.id, &profile)
            })
            .await?;
        Ok(Person { ctx: self.ctx.clone(), actor, password })
    }
}

impl Person {
    /// The handles of their hall.
    pub fn ctx(&self) -> &Ctx {
        &self.ctx
    }

    /// Who they are.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// `ORIGIN NAME PASSWORD`.
    pub fn line(&self) -> String {
        format!("{} {} {}", self.ctx.origin, self.actor.name, self.password)
    }

    /// Asks somebody, here or in the other hall, with a greeting, and waits until they have it.
    pub async fn asks(&self, other: &Self, greeting: &'static str) -> Result<()> {
        let address = format!("{}@{}", other.actor.name, other.ctx.authority);
        let address = Address::parse(&address).ok_or_else(|| Error::broken("no address"))?;
        let found = remote::webfinger::find(&self.ctx, &address).await?;
        let me = self.actor.clone();
        self.ctx.write(move |conn| friend::request(conn, &me, &found, greeting).map(drop)).await?;
        other.request_of(self).await.map(drop)
    }

    /// The number of somebody's request, once it is here.
    async fn request_of(&self, other: &Self) -> Result<crate::id::FollowId> {
        let (me, uri) = (self.actor.id, other.actor.uri.clone());
        eventually(&self.ctx, move |conn| {
            let requests = friend::requests(conn, me)?;
            Ok(requests.into_iter().find(|tie| tie.actor.uri == uri).map(|tie| tie.follow.id))
        })
        .await
    }

    /// Accepts somebody's request, and waits until they are friends on both sides.
    pub async fn accepts(&self, other: &Self) -> Result<()> {
        let (me, request) = (self.actor.clone(), self.request_of(other).await?);
        self.ctx.write(move |conn| friend::accept(conn, &me, request).map(drop)).await?;
        self.is_friend_of(other).await?;
        other.is_friend_of(self).await
    }

    async fn is_friend_of(&self, other: &Self) -> Result<()> {
        let (me, uri) = (self.actor.id, other.actor.uri.clone());
        eventually(&self.ctx, move |conn| {
            let Some(other) = actor::by_uri(conn, &uri)? else { return Ok(None) };
            Ok((friend::relation(conn, me, &other)? == Relation::Friend).then_some(()))
        })
        .await
    }

    /// They ask and are accepted.
    pub async fn befriends(&self, other: &Self, greeting: &'static str) -> Result<()> {
        self.asks(other, greeting).await?;
        other.accepts(self).await
    }

    /// Shares a Moment.
    pub async fn shares(&self, text: &str, audience: &str) -> Result<Post> {
        self.warns("", text, audience).await
    }

    /// Shares a Moment behind a warning.
    pub async fn warns(&self, warning: &str, text: &str, audience: &str) -> Result<Post> {
        let me = self.actor.clone();
        let draft = Draft::parse(text, audience, "", "", self.ctx.config.limits.post_chars_max)?;
        let draft = draft.warned(moment::check_warning(warning)?);
        self.ctx.write(move |conn| moment::publish(conn, &me, draft)).await
    }

    /// Asks something; a day is time to answer.
    pub async fn polls(&self, text: &str, options: [&str; 3], audience: &str) -> Result<Post> {
        let me = self.actor.clone();
        let question = Question::parse(&options.map(str::to_owned), false, false, DAY / SECOND)?;
        let draft = Draft::parse(text, audience, "", "", self.ctx.config.limits.post_chars_max)?;
        self.ctx.write(move |conn| moment::publish(conn, &me, draft.asking(Some(question)))).await
    }

    /// Answers a poll that is here.
    pub async fn votes(&self, post: &Post, place: usize) -> Result<()> {
        let (me, uri) = (self.actor.clone(), post.uri.clone());
        self.ctx
            .write(move |conn| {
                let id = post::stored(conn, &uri)?.ok_or(Error::NotFound("post"))?.id;
                poll::vote(conn, &me, id, &[place]).map(drop)
            })
            .await
    }

    /// Waits until so many have answered a poll.
    pub async fn counts(&self, post: &Post, voters: i64) -> Result<()> {
        let id = post.id;
        eventually(&self.ctx, move |conn| {
            let count = poll::of_post(conn, None, id)?.and_then(|poll| poll.voters);
            Ok((count == Some(voters)).then_some(()))
        })
        .await
    }

    /// Writes to those whom the text names, and to nobody else.
    pub async fn whispers(&self, text: &str) -> Result<Post> {
        let me = self.actor.clone();
        let draft = Draft::addressed(text, Audience::People, "", "", self.ctx.config.limits.post_chars_max, None)?;
        self.ctx.write(move |conn| moment::publish(conn, &me, draft)).await
    }

    /// Lets a client program in, as its page does.
    pub async fn lets_in(&self, program: &str) -> Result<()> {
        let (me, scopes) = (self.actor.id, Scopes::parse("read write follow")?);
        let new = app::New {
            name: program.to_owned(),
            website: String::new(),
            redirects: vec![app::OUT_OF_BAND.to_owned()],
            scopes: scopes.clone(),
        };
        self.ctx
            .write(move |conn| {
                let (app, _) = app::register(conn, &new)?;
                let redirect_uri = app::OUT_OF_BAND.to_owned();
                let grant = Grant { app: app.id, actor: me, redirect_uri, scopes, challenge: String::new() };
                let code = token::authorise(conn, &grant)?;
                let asked = Exchange { code: &code, redirect_uri: app::OUT_OF_BAND, verifier: "" };
                token::exchange(conn, &app, &asked).map(drop)
            })
            .await
    }

    /// How others name this person in a text, wherever they are.
    pub fn named(&self) -> String {
        format!("@{}@{}", self.actor.name, self.ctx.authority)
    }

    /// Shares a Moment from somewhere: words and coordinates.
    pub async fn shares_at(&self, text: &'static str, place: (&'static str, &'static str)) -> Result<Post> {
        let me = self.actor.clone();
        let chars_max = self.ctx.config.limits.post_chars_max;
        let place = Place::parse(place.0, place.1, Precision::Rough)?;
        let draft = Draft::parse(text, "friends", "", "", chars_max)?.at(place);
        self.ctx.write(move |conn| moment::publish(conn, &me, draft)).await
    }

    /// Shares a Moment with pictures, and waits until they are ready, so that it is out.
    pub async fn shows(&self, text: &'static str, audience: &'static str, pictures: &[&Picture]) -> Result<Post> {
        let me = self.actor.clone();
        let draft = self.pictured(text, audience, pictures).await?;
        let post = self.ctx.write(move |conn| moment::publish(conn, &me, draft)).await?;
        let id = post.id;
        eventually(&self.ctx, move |conn| Ok((!media::is_held(conn, id)?).then_some(()))).await?;
        Ok(post)
    }

    /// A text with pictures that were stored for it.
    async fn pictured(&self, text: &str, audience: &str, pictures: &[&Picture]) -> Result<Draft> {
        let mut placed = Vec::new();
        for picture in pictures {
            placed.push(Placed { id: self.uploads(picture, Purpose::Post).await?, alt: picture.words.to_owned() });
        }
        Draft::with_pictures(text, audience, "", "", self.ctx.config.limits.post_chars_max, Some(placed))
    }

    /// Follows a hashtag.
    pub async fn watches(&self, name: &'static str) -> Result<()> {
        let me = self.actor.id;
        self.ctx.write(move |conn| hashtag::follow(conn, me, name)).await
    }

    /// Puts a picture in the face, or across the top of the page, and waits until it is there.
    pub async fn wears(&self, picture: &Picture, purpose: Purpose) -> Result<()> {
        let (me, id) = (self.actor.id, self.uploads(picture, purpose).await?);
        eventually(&self.ctx, move |conn| {
            let actor = actor::by_id(conn, me)?;
            Ok([actor.avatar_id, actor.cover_id].contains(&Some(id)).then_some(()))
        })
        .await
    }

    /// Stores a picture as a form with files does.
    async fn uploads(&self, picture: &Picture, purpose: Purpose) -> Result<MediaId> {
        let kind = if picture.poster.is_some() { Kind::Video } else { Kind::Image };
        self.stores(picture.bytes.to_vec(), picture.poster, purpose, kind).await
    }

    /// Stores a picture, which is to go into an article.
    pub async fn scans(&self, picture: &Picture) -> Result<MediaId> {
        self.uploads(picture, Purpose::Post).await
    }

    /// Stores a sound, which is to go into an article.
    pub async fn records(&self, sound: Vec<u8>) -> Result<MediaId> {
        self.stores(sound, None, Purpose::Post, Kind::Audio).await
    }

    async fn stores(
        &self,
        content: Vec<u8>,
        poster: Option<&'static [u8]>,
        purpose: Purpose,
        kind: Kind,
    ) -> Result<MediaId> {
        let (me, stem) = (self.actor.id, media::stem());
        let announced = stem.clone();
        self.ctx.write(move |conn| media::reserve(conn, &announced, &[Variant::Original, Variant::Poster])).await?;
        let bytes = i64::try_from(content.len()).unwrap_or(i64::MAX);
        self.ctx.files.put(&Variant::Original.key(&stem), content).await?;
        if let Some(poster) = poster {
            self.ctx.files.put(&Variant::Poster.key(&stem), poster.to_vec()).await?;
        }
        self.ctx.write(move |conn| media::create(conn, me, purpose, kind, &stem, bytes)).await
    }

    /// Comments on a post that is here; answers the comment.
    pub async fn says(&self, post: &Post, text: &'static str) -> Result<Post> {
        self.says_with(post, text, &[]).await
    }

    /// The same with pictures.
    pub async fn says_with(&self, post: &Post, text: &'static str, pictures: &[&Picture]) -> Result<Post> {
        let (me, uri) = (self.actor.clone(), post.uri.clone());
        let draft = self.pictured(text, "friends", pictures).await?;
        self.ctx
            .write(move |conn| {
                let id = post::stored(conn, &uri)?.ok_or(Error::NotFound("post"))?.id;
                comment::publish(conn, &me, id, draft)
            })
            .await
    }

    /// Likes a post that is here.
    pub async fn likes(&self, post: &Post) -> Result<()> {
        let (me, uri) = (self.actor.clone(), post.uri.clone());
        self.ctx
            .write(move |conn| {
                let id = post::stored(conn, &uri)?.ok_or(Error::NotFound("post"))?.id;
                reaction::like(conn, &me, id).map(drop)
            })
            .await
    }

    /// Boosts a public post that is here.
    pub async fn boosts(&self, post: &Post) -> Result<()> {
        let (me, uri) = (self.actor.clone(), post.uri.clone());
        self.ctx
            .write(move |conn| {
                let id = post::stored(conn, &uri)?.ok_or(Error::NotFound("post"))?.id;
                boost::boost(conn, &me, id).map(drop)
            })
            .await
    }

    /// Bookmarks a post that is here.
    pub async fn keeps(&self, post: &Post) -> Result<()> {
        let (me, uri) = (self.actor.id, post.uri.clone());
        self.ctx
            .write(move |conn| {
                let id = post::stored(conn, &uri)?.ok_or(Error::NotFound("post"))?.id;
                bookmark::add(conn, me, id)
            })
            .await
    }

    /// Reports a post that is here, as against the first rule of the house.
    pub async fn reports(&self, post: &Post, comment: &'static str) -> Result<()> {
        let (me, uri) = (self.actor.clone(), post.uri.clone());
        self.ctx
            .write(move |conn| {
                let found = post::stored(conn, &uri)?.ok_or(Error::NotFound("post"))?;
                let violation = report::Category::Violation.as_str();
                let draft = report::Draft::parse(found.author_id, &[found.id], violation, comment, &[1], false)?;
                report::file(conn, &me, &draft).map(drop)
            })
            .await
    }

    /// Changes the text of an own Moment.
    pub async fn edits(&self, post: &Post, text: &str) -> Result<()> {
        let (me, id) = (self.actor.clone(), post.id);
        let draft = Draft::parse(text, post.audience.as_str(), "", "", self.ctx.config.limits.post_chars_max)?;
        self.ctx.write(move |conn| moment::edit(conn, &me, id, &draft).map(drop)).await
    }

    /// Waits until a comment may be read here.
    pub async fn hears(&self, comment: &Post) -> Result<()> {
        let (me, uri) = (self.actor.id, comment.uri.clone());
        eventually(&self.ctx, move |conn| {
            let Some(found) = post::stored(conn, &uri)? else { return Ok(None) };
            post::show(conn, &Viewer::Member(me), found.id).map(|_| Some(()))
        })
        .await
    }

    /// Waits until what somebody did stands among the notices here.
    pub async fn is_told_of(&self, other: &Self) -> Result<()> {
        let (me, uri) = (self.actor.id, other.actor.uri.clone());
        eventually(&self.ctx, move |conn| {
            Ok(notice::list(conn, me, &notice::Kind::LISTED, &Range::before(None::<i64>, 100))?
                .iter()
                .any(|notice| notice.by.uri == uri)
                .then_some(()))
        })
        .await
    }

    /// Waits until somebody's Moment is in the feed here.
    pub async fn sees(&self, post: &Post) -> Result<()> {
        let (me, uri) = (self.actor.id, post.uri.clone());
        eventually(&self.ctx, move |conn| {
            let entries = post::feed(conn, me, &Range::before(None::<i64>, 100))?;
            let Some(found) = entries.into_iter().map(|fed| fed.entry).find(|entry| entry.post.uri == uri) else {
                return Ok(None);
            };
            post::show(conn, &Viewer::Member(me), found.post.id).map(|_| Some(()))
        })
        .await
    }
}

/// Looks, within limits, until there is something.
pub async fn eventually<T: Send + 'static>(
    ctx: &Ctx,
    look: impl Fn(&mut Conn) -> Result<Option<T>> + Clone + Send + 'static,
) -> Result<T> {
    for _ in 0..LOOKS_MAX {
        if let Some(found) = ctx.read(look.clone()).await? {
            return Ok(found);
        }
        tokio::time::sleep(LOOK).await;
    }
    Err(Error::broken(format!("what the other hall sent did not reach {}", ctx.origin)))
}
