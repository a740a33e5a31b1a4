//! Actors as accounts (Mastodon's documentation, “Account”), and how somebody stands to them (“Relationship”).

use serde::Serialize;

use crate::api::entity::{self, Emoji};
use crate::clock::Micros;
use crate::ctx::{Ctx, Tally};
use crate::db::Conn;
use crate::domain::actor::{Actor, Kind};
use crate::domain::audience::Viewer;
use crate::domain::block::{self, Standing};
use crate::domain::friend::{self, State};
use crate::domain::search::{self, Who};
use crate::domain::{post, profile, tag};
use crate::error::Result;
use crate::id::ActorId;

/// An account.
#[derive(Debug, Clone, Serialize)]
pub struct Account {
    /// Its number.
    pub id: String,
    username: String,
    /// `mei`, or `lan@b.example`.
    pub acct: String,
    /// Its page.
    pub url: String,
    /// Its id on the wire.
    pub uri: String,
    display_name: String,
    note: String,
    avatar: String,
    avatar_static: String,
    avatar_description: &'static str,
    header: String,
    header_static: String,
    header_description: &'static str,
    locked: bool,
    bot: bool,
    group: bool,
    discoverable: bool,
    indexable: bool,
    noindex: bool,
    hide_collections: bool,
    created_at: String,
    last_status_at: Option<String>,
    statuses_count: i64,
    followers_count: i64,
    following_count: i64,
    emojis: Vec<Emoji>,
    fields: Vec<Field>,
    roles: [(); 0],
    #[serde(skip_serializing_if = "Option::is_none")]
    suspended: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mute_expires_at: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<Source>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Role>,
}

/// A field of a profile.
#[derive(Debug, Clone, Serialize)]
pub struct Field {
    name: String,
    value: String,
    verified_at: Option<String>,
}

/// What somebody typed of themself, and prefers.
#[derive(Debug, Clone, Serialize)]
pub struct Source {
    /// About them.
    pub note: String,
    /// Their fields.
    pub fields: Vec<Field>,
    /// Whom a post is for unless they say so.
    pub privacy: &'static str,
    /// Do they cover their pictures?
    pub sensitive: bool,
    /// In which language they write; guessed from each text.
    pub language: Option<String>,
    /// How many requests wait for them.
    pub follow_requests_count: usize,
    /// May they be suggested?
    pub discoverable: bool,
    /// May they be found by what they write?
    pub indexable: bool,
    /// Nobody is shown who follows them.
    pub hide_collections: bool,
    /// Who may quote them.
    pub quote_policy: &'static str,
}

/// What somebody may do in the hall.
#[derive(Debug, Clone, Serialize)]
pub struct Role {
    id: String,
    name: String,
    permissions: String,
    color: &'static str,
    highlighted: bool,
}

impl Role {
    /// A role by its word; `permissions` are bits, as Mastodon counts them.
    pub fn of(role: crate::domain::login::Role) -> Self {
        use crate::domain::login::Role as Held;
        // Administrator 1; manage reports 16, federation 32, users 1024, see the log 4; none.
        let (id, permissions) = match role {
            Held::Owner => (3, 1),
            Held::Moderator => (2, 4 + 16 + 32 + 1_024),
            Held::Archivist | Held::Member => (-99, 0),
        };
        let name = if permissions == 0 { String::new() } else { role.as_str().to_owned() };
        Self {
            id: i32::to_string(&id),
            name,
            permissions: i32::to_string(&permissions),
            color: "",
            highlighted: id > 0,
        }
    }
}

/// What is told of an actor's numbers; counted now and then.
pub fn tally(ctx: &Ctx, conn: &mut Conn, id: ActorId) -> Result<Tally> {
    match ctx.tallies.get(&id) {
        Some(tally) => Ok(tally),
        None => tally_now(ctx, conn, id),
    }
}

/// The same, counted now.
pub fn tally_now(ctx: &Ctx, conn: &mut Conn, id: ActorId) -> Result<Tally> {
    let (posts, last_at) = post::tally(conn, id)?;
    let (followers, followed) = (friend::follower_count(conn, id)?, friend::followed_count(conn, id)?);
    let tally = Tally { posts, last_at, followers, followed };
    ctx.tallies.insert(id, tally);
    Ok(tally)
}

impl Account {
    /// An actor as it stands in lists and beside posts.
    pub fn of(ctx: &Ctx, viewer: &Viewer, actor: &Actor, tally: Tally) -> Self {
        let (avatar, header) = (entity::face(ctx, viewer, actor), entity::cover(ctx, viewer, actor));
        let is_local = actor.is_local();
        Self {
            id: actor.id.to_string(),
            username: actor.name.clone(),
            acct: if is_local { actor.name.clone() } else { actor.address.clone() },
            url: if actor.url.is_empty() { actor.uri.clone() } else { actor.url.clone() },
            uri: actor.uri.clone(),
            display_name: actor.display_name.clone(),
            note: actor.about_html.clone(),
            avatar_static: avatar.clone(),
            avatar,
            avatar_description: "",
            header_static: header.clone(),
            header,
            header_description: "",
            locked: actor.locked,
            bot: matches!(actor.kind, Kind::Service | Kind::Application),
            group: actor.kind == Kind::Group,
            discoverable: actor.discoverable,
            indexable: false,
            noindex: !actor.discoverable,
            hide_collections: true,
            created_at: entity::day(actor.created_at),
            last_status_at: tally.last_at.map(|at| entity::time(at).chars().take(10).collect()),
            statuses_count: tally.posts,
            followers_count: tally.followers,
            following_count: tally.followed,
            emojis: entity::emojis(ctx, viewer, actor.emoji()),
            fields: Vec::new(),
            roles: [],
            suspended: actor.suspended_at.map(|_| true),
            mute_expires_at: None,
            source: None,
            role: None,
        }
    }

    /// An actor with all that is told of it.
    pub fn load(ctx: &Ctx, conn: &mut Conn, viewer: &Viewer, actor: &Actor) -> Result<Self> {
        let tally = tally_now(ctx, conn, actor.id)?;
        let fields = profile::fields(conn, actor.id)?;
        let field = |field: &profile::Field| Field {
            name: field.name.clone(),
            value: field.value_html.clone(),
            verified_at: field.verified_at.map(entity::time),
        };
        let indexable = search::of_actor(conn, actor)? == Who::Everyone;
        Ok(Self { indexable, fields: fields.iter().map(field).collect(), ..Self::of(ctx, viewer, actor, tally) })
    }

    /// The same with its owner's role in the hall.
    pub fn with_role(self, role: Option<Role>) -> Self {
        Self { role, ..self }
    }

    /// The same as one of the muted, with the end of the mute.
    pub fn muted_until(self, until: Option<Micros>) -> Self {
        Self { mute_expires_at: Some(until.map(entity::time)), ..self }
    }

    /// Several actors, in their order.
    pub fn list(ctx: &Ctx, conn: &mut Conn, viewer: &Viewer, actors: &[Actor]) -> Result<Vec<Self>> {
        let one = |actor: &Actor| Ok(Self::of(ctx, viewer, actor, tally(ctx, conn, actor.id)?));
        actors.iter().map(one).collect()
    }

    /// Oneself, with what one typed.
    pub fn own(ctx: &Ctx, conn: &mut Conn, me: &Actor) -> Result<Self> {
        let typed = profile::fields(conn, me.id)?;
        let fields = typed
            .into_iter()
            .map(|field| Field {
                name: field.name,
                value: field.value,
                verified_at: field.verified_at.map(entity::time),
            })
            .collect();
        let source = Source {
            note: me.about.clone(),
            fields,
            privacy: "private",
            sensitive: false,
            language: None,
            follow_requests_count: friend::requests(conn, me.id)?.len(),
            discoverable: me.discoverable,
            indexable: search::of_actor(conn, me)? == Who::Everyone,
            hide_collections: true,
            quote_policy: "nobody",
        };
        Ok(Self { source: Some(source), ..Self::load(ctx, conn, &Viewer::Member(me.id), me)? })
    }
}

/// How somebody stands to somebody else.
#[derive(Debug, Clone, Serialize)]
pub struct Relationship {
    id: String,
    following: bool,
    showing_reblogs: bool,
    notifying: bool,
    languages: Option<[(); 0]>,
    followed_by: bool,
    blocking: bool,
    blocked_by: bool,
    muting: bool,
    muting_notifications: bool,
    muting_expires_at: Option<String>,
    requested: bool,
    requested_by: bool,
    domain_blocking: bool,
    endorsed: bool,
    note: String,
}

/// How a member stands to these others, in their order.
pub fn relationships(conn: &mut Conn, me: ActorId, others: &[Actor]) -> Result<Vec<Relationship>> {
    let ids: Vec<ActorId> = others.iter().map(|other| other.id).collect();
    let follows = friend::follows_with(conn, me, &ids)?;
    let mut remarks = tag::remarks(conn, me, &ids)?;
    let state = |from: ActorId, to: ActorId| {
        follows.iter().find(|follow| follow.follower_id == from && follow.followed_id == to).map(|follow| follow.state)
    };
    let with_boosts = |to: ActorId| follows.iter().any(|follow| follow.followed_id == to && follow.with_boosts);
    let mut found = Vec::with_capacity(others.len());
    for other in others {
        let standing: Standing = block::standing(conn, me, other)?;
        let (mine, theirs) = (state(me, other.id), state(other.id, me));
        found.push(Relationship {
            id: other.id.to_string(),
            following: mine == Some(State::Accepted),
            showing_reblogs: with_boosts(other.id),
            notifying: false,
            languages: None,
            followed_by: theirs == Some(State::Accepted),
            blocking: standing.is_blocked,
            // Who keeps a member out isn't there for them, so nobody is told that.
            blocked_by: false,
            muting: standing.is_muted,
            muting_notifications: standing.is_hushed,
            muting_expires_at: standing.muted_until.map(entity::time),
            requested: mine == Some(State::Requested),
            requested_by: theirs == Some(State::Requested),
            domain_blocking: standing.is_server_blocked,
            endorsed: false,
            note: remarks.remove(&other.id).unwrap_or_default(),
        });
    }
    Ok(found)
}
