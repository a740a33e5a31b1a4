//! Groups: members with roles, who meet by hometown, profession, interest or family. Those of this hall have an actor and a
//! detail each; of another server's group the detail is what it says of itself, if it says so.
//!
//! Invariants: a group's members hold the token of its followers, its officers besides that of its officers, and nothing else
//! opens what is said in a private group. A group of this hall has exactly one owner. This file knows who belongs; how one comes to
//! belong is `membership`'s business, and what is said is `topic`'s.

mod act;
mod elsewhere;
mod queries;

pub use act::{Act, Entry, Line, acts, log};
pub use elsewhere::{
    Spot, Told, admits, elsewhere, is_banned, is_ours, is_run_by, is_taken_down, pass_on, receive, relay, share,
    unshare,
};
pub use queries::{
    Census, Listing, all, census, find_all, joined, member_count, members, officers, roll, waiting, waiting_count,
    with_name,
};

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::actor::{self, Actor, Keys};
use super::audience::{self, Viewer};
use super::event::{self, Event};
use crate::clock::{HOUR, Micros};
use crate::db::schema::{group_detail, group_mark, group_mute, membership};
use crate::db::{Conn, IntoBoth, text_enum};
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, MembershipId, PostId};

/// Longest topic: the place, the profession, the interest, the family name.
pub const TOPIC_CHARS_MAX: usize = 40;
/// Longest rules, and longest questions to those who want to join.
pub const RULES_CHARS_MAX: usize = 5_000;
/// Groups of this hall that one member may own.
pub const OWNED_MAX: i64 = 50;
/// How long after a call of everybody there is no other.
pub const CALL_PAUSE: Micros = 12 * HOUR;

text_enum! {
    /// By what a group's members belong together.
    Axis {
        /// 同乡.
        Hometown = "hometown",
        /// 同业.
        Profession = "profession",
        /// 同好.
        Interest = "interest",
        /// 宗亲.
        Family = "family",
    }
}

text_enum! {
    /// How one joins.
    Entrance {
        /// Whoever wants to.
        Open = "open",
        /// By an officer's word.
        Approval = "approval",
        /// By a link that an officer gave.
        Invitation = "invitation",
    }
}

text_enum! {
    /// Who may begin a topic.
    Posting {
        /// Every member.
        Members = "members",
        /// Its officers.
        Officers = "officers",
    }
}

text_enum! {
    /// What a member of a group may do in it.
    Role {
        /// Everything.
        Owner = "owner",
        /// Members, posts, announcements.
        Admin = "admin",
        /// What every member may.
        Member = "member",
    }
}

impl Role {
    /// Is it one of the officers'?
    pub fn is_officer(self) -> bool {
        self != Self::Member
    }
}

text_enum! {
    /// How somebody stands to a group.
    State {
        /// Wants to join.
        Asked = "asked",
        /// Belongs to it.
        Member = "member",
        /// Must not come back.
        Banned = "banned",
    }
}

/// What a group is, beside its actor.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = group_detail)]
pub struct Detail {
    /// The group.
    pub actor_id: ActorId,
    /// By what its members belong together.
    pub axis: Axis,
    /// The place, profession, interest or family name; may be empty.
    pub topic: String,
    /// How one joins.
    pub entrance: Entrance,
    /// Is what is said in it for its members alone?
    pub is_private: bool,
    /// Who may begin a topic.
    pub posting: Posting,
    /// Its rules, one a line.
    pub rules: String,
    /// What those who want to join are asked, one a line.
    pub questions: String,
    /// When everybody was last called by `@all`; 0 for never.
    pub called_at: Micros,
}

impl Detail {
    /// Its rules, one by one.
    pub fn rules(&self) -> Vec<String> {
        lines(&self.rules)
    }

    /// What those who want to join are asked.
    pub fn questions(&self) -> Vec<String> {
        lines(&self.questions)
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// A group with its detail.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its actor.
    pub actor: Actor,
    /// What it is.
    pub detail: Detail,
}

/// How somebody stands to a group of this hall.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = membership)]
pub struct Membership {
    /// Its id.
    pub id: MembershipId,
    /// The group.
    pub group_id: ActorId,
    /// Who.
    pub actor_id: ActorId,
    /// What they may do.
    pub role: Role,
    /// How they stand to it.
    pub state: State,
    /// The id of the `Follow` of somebody elsewhere; empty for members of this hall.
    pub follow_uri: String,
    /// What they answered when they wanted to join.
    pub answers: String,
    /// Why they must not come back.
    pub reason: String,
    /// Since when it stands.
    pub created_at: Micros,
    /// When they joined.
    pub joined_at: Option<Micros>,
}

/// What a group is to be, checked.
#[derive(Debug, Clone)]
pub struct Settings {
    title: String,
    names: BTreeMap<String, String>,
    about: String,
    axis: Axis,
    topic: String,
    entrance: Entrance,
    is_private: bool,
    posting: Posting,
    rules: String,
    questions: String,
}

/// What a form or a command says of a group.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// Its title.
    pub title: String,
    /// Titles by language code.
    pub names: BTreeMap<String, String>,
    /// About it, plain text.
    pub about: String,
    /// A word of [`Axis`].
    pub axis: String,
    /// The place, profession, interest or family name.
    pub topic: String,
    /// A word of [`Entrance`].
    pub entrance: String,
    /// Is it for its members alone?
    pub is_private: bool,
    /// A word of [`Posting`].
    pub posting: String,
    /// Its rules, one a line.
    pub rules: String,
    /// What those who want to join are asked, one a line.
    pub questions: String,
}

impl Settings {
    /// Checks what a form or a command says.
    ///
    /// Errors: `Invalid` naming `title`, `axis`, `entrance`, `posting`, or the fields that are too long.
    pub fn parse(said: &Said) -> Result<Self> {
        let title = crate::text::name(&said.title, actor::DISPLAY_NAME_CHARS_MAX + 1);
        let topic = crate::text::name(&said.topic, TOPIC_CHARS_MAX + 1);
        let named = |(code, name): (&String, &String)| {
            (code.clone(), crate::text::name(name, actor::DISPLAY_NAME_CHARS_MAX + 1))
        };
        let names: BTreeMap<String, String> =
            said.names.iter().map(named).filter(|(_, name)| !name.is_empty()).collect();
        let (about, rules) = (crate::text::body(&said.about), crate::text::body(&said.rules));
        let questions = crate::text::body(&said.questions);
        let mut problems = Vec::new();
        if title.is_empty() {
            problems.push(Problem::new("title", "group-problem-title-empty"));
        }
        let mut limit = |field, text: &str, max: usize| {
            if text.chars().count() > max {
                problems.push(Problem::new(field, "problem-too-long").with("max", max));
            }
        };
        limit("title", &title, actor::DISPLAY_NAME_CHARS_MAX);
        limit("topic", &topic, TOPIC_CHARS_MAX);
        limit("about", &about, actor::ABOUT_CHARS_MAX);
        limit("rules", &rules, RULES_CHARS_MAX);
        limit("questions", &questions, RULES_CHARS_MAX);
        names.values().for_each(|name| limit("names", name, actor::DISPLAY_NAME_CHARS_MAX));
        let axis = said.axis.parse::<Axis>();
        let (entrance, posting) = (said.entrance.parse::<Entrance>(), said.posting.parse::<Posting>());
        for (field, is_wrong) in
            [("axis", axis.is_err()), ("entrance", entrance.is_err()), ("posting", posting.is_err())]
        {
            if is_wrong {
                problems.push(Problem::new(field, "group-problem-choice"));
            }
        }
        match (axis, entrance, posting) {
            (Ok(axis), Ok(entrance), Ok(posting)) if problems.is_empty() => Ok(Self {
                title,
                names,
                about,
                axis,
                topic,
                entrance,
                is_private: said.is_private,
                posting,
                rules,
                questions,
            }),
            _ => Err(Error::Invalid(problems)),
        }
    }
}

/// Founds a group. `name` is as typed; `keys` were made before, outside the transaction.
///
/// Errors: `Invalid` for the field `name` if it can't be taken, or if the owner has too many groups.
pub fn create(conn: &mut Conn, owner: &Actor, name: &str, settings: &Settings, keys: &Keys) -> Result<Group> {
    let name = actor::check_name(name)?;
    conn.lock(&format!("groups of {}", owner.id))?;
    let owned: i64 = membership::table
        .filter(membership::actor_id.eq(owner.id))
        .filter(membership::role.eq(Role::Owner))
        .count()
        .get_result(conn.link())?;
    if owned >= OWNED_MAX {
        return Err(Error::Invalid(vec![Problem::new("name", "group-problem-many").with("max", OWNED_MAX)]));
    }
    let made = actor::create(conn, actor::Kind::Group, &name, &settings.title, keys)?;
    let now = conn.now();
    diesel::insert_into(group_detail::table)
        .values((
            group_detail::actor_id.eq(made.id),
            group_detail::axis.eq(settings.axis),
            group_detail::topic.eq(&settings.topic),
            group_detail::entrance.eq(settings.entrance),
            group_detail::is_private.eq(settings.is_private),
            group_detail::posting.eq(settings.posting),
            group_detail::rules.eq(&settings.rules),
            group_detail::questions.eq(&settings.questions),
            group_detail::called_at.eq(0_i64),
            group_detail::created_at.eq(now),
        ))
        .execute(conn.link())?;
    enrol(conn, made.id, owner, Role::Owner, "")?;
    describe(conn, made.id, settings)?;
    get(conn, made.id)
}

/// Changes what a group is. Private stays private: what was said among few isn't opened afterwards.
///
/// Errors: `NotFound` if `by` is no officer of it; `Invalid` for the field `is_private`.
pub fn update(conn: &mut Conn, by: ActorId, id: ActorId, settings: &Settings) -> Result<Group> {
    let group = as_officer(conn, by, id)?;
    if group.detail.is_private != settings.is_private {
        return Err(Error::invalid("is_private", "group-problem-private-stays"));
    }
    diesel::update(group_detail::table.filter(group_detail::actor_id.eq(id)))
        .set((
            group_detail::axis.eq(settings.axis),
            group_detail::topic.eq(&settings.topic),
            group_detail::entrance.eq(settings.entrance),
            group_detail::posting.eq(settings.posting),
            group_detail::rules.eq(&settings.rules),
            group_detail::questions.eq(&settings.questions),
        ))
        .execute(conn.link())?;
    describe(conn, id, settings)?;
    log(conn, id, by, &Entry::of(Act::Changed))?;
    let event = event::id(conn);
    event::record(conn, event, id, &format!("actor:{id}"), &Event::ProfileChanged)?;
    get(conn, id)
}

/// Writes what stands in the group's actor.
fn describe(conn: &mut Conn, id: ActorId, settings: &Settings) -> Result<()> {
    actor::describe(
        conn,
        id,
        &actor::Description {
            display_name: &settings.title,
            names: &settings.names,
            about: &settings.about,
            locked: settings.entrance != Entrance::Open,
            discoverable: !settings.is_private,
        },
    )
}

/// The group with this id, of this hall or as far as another says what it is.
///
/// Errors: `NotFound`.
pub fn get(conn: &mut Conn, id: ActorId) -> Result<Group> {
    let detail = detail(conn, id)?.ok_or(Error::NotFound("group"))?;
    Ok(Group { actor: actor::by_id(conn, id)?, detail })
}

/// What a group is, if it is known.
pub fn detail(conn: &mut Conn, id: ActorId) -> Result<Option<Detail>> {
    Ok(group_detail::table
        .filter(group_detail::actor_id.eq(id))
        .select(Detail::as_select())
        .first(conn.link())
        .optional()?)
}

/// The group, if `by` is one of its officers.
///
/// Errors: `NotFound` otherwise: who may not run it isn't told more than that.
pub fn as_officer(conn: &mut Conn, by: ActorId, id: ActorId) -> Result<Group> {
    match role(conn, id, by)? {
        Some(role) if role.is_officer() => get(conn, id),
        _ => Err(Error::NotFound("group")),
    }
}

/// How somebody stands to a group of this hall, if at all.
pub fn standing(conn: &mut Conn, group: ActorId, who: ActorId) -> Result<Option<Membership>> {
    Ok(membership::table
        .filter(membership::group_id.eq(group))
        .filter(membership::actor_id.eq(who))
        .select(Membership::as_select())
        .first(conn.link())
        .optional()?)
}

/// What a member of a group of this hall may do in it; `None` for everybody else.
pub fn role(conn: &mut Conn, group: ActorId, who: ActorId) -> Result<Option<Role>> {
    Ok(standing(conn, group, who)?.filter(|standing| standing.state == State::Member).map(|standing| standing.role))
}

/// Does the viewer belong to the group, here or elsewhere? Then they hold the token of its followers.
pub fn is_member(conn: &mut Conn, group: ActorId, viewer: &Viewer) -> Result<bool> {
    match viewer.member() {
        Some(me) => audience::holds(conn, me, &audience::followers_token(group)),
        None => Ok(false),
    }
}

/// The token of a group's officers, by which they see what was taken down.
pub fn officers_token(group: ActorId) -> String {
    format!("officers:{group}")
}

/// Makes somebody a member with a role, and lets them in. `follow` is the id of the `Follow` of somebody elsewhere.
pub(super) fn enrol(conn: &mut Conn, group: ActorId, who: &Actor, role: Role, follow: &str) -> Result<MembershipId> {
    let now = conn.now();
    let known = standing(conn, group, who.id)?;
    let id = known.as_ref().map_or_else(|| MembershipId(conn.id_at(now)), |known| known.id);
    let (state, joined) = (membership::state.eq(State::Member), membership::joined_at.eq(Some(now)));
    if known.is_some() {
        diesel::update(membership::table.filter(membership::id.eq(id)))
            .set((membership::role.eq(role), state, joined, membership::follow_uri.eq(follow)))
            .execute(conn.link())?;
    } else {
        insert(conn, id, group, who.id, (State::Member, role), follow, "")?;
        diesel::update(membership::table.filter(membership::id.eq(id))).set(joined).execute(conn.link())?;
    }
    admit(conn, group, who.id, role)?;
    Ok(id)
}

/// Writes how somebody stands to a group.
pub(super) fn insert(
    conn: &mut Conn,
    id: MembershipId,
    group: ActorId,
    who: ActorId,
    (state, role): (State, Role),
    follow: &str,
    answers: &str,
) -> Result<()> {
    let now = conn.now();
    diesel::insert_into(membership::table)
        .values((
            membership::id.eq(id),
            membership::group_id.eq(group),
            membership::actor_id.eq(who),
            membership::role.eq(role),
            membership::state.eq(state),
            membership::follow_uri.eq(follow),
            membership::answers.eq(answers),
            membership::reason.eq(""),
            membership::created_at.eq(now),
            membership::joined_at.eq(None::<Micros>),
        ))
        .execute(conn.link())?;
    Ok(())
}

/// Gives a member the tokens of their role.
pub(super) fn admit(conn: &mut Conn, group: ActorId, who: ActorId, role: Role) -> Result<()> {
    audience::grant(conn, who, &audience::followers_token(group))?;
    match role.is_officer() {
        true => audience::grant(conn, who, &officers_token(group)),
        false => audience::revoke(conn, who, &officers_token(group)),
    }
}

/// Takes the tokens of a group from whoever left it.
pub(super) fn shut_out(conn: &mut Conn, group: ActorId, who: ActorId) -> Result<()> {
    audience::revoke(conn, who, &audience::followers_token(group))?;
    audience::revoke(conn, who, &officers_token(group))?;
    hear(conn, who, group)
}

/// Notices of this group are not wanted.
pub fn mute(conn: &mut Conn, me: ActorId, group: ActorId) -> Result<()> {
    diesel::insert_into(group_mute::table)
        .values((group_mute::actor_id.eq(me), group_mute::group_id.eq(group)))
        .on_conflict_do_nothing()
        .both()
        .execute(conn.link())?;
    Ok(())
}

/// Notices of this group are wanted (again).
pub fn hear(conn: &mut Conn, me: ActorId, group: ActorId) -> Result<()> {
    let row = group_mute::table.filter(group_mute::actor_id.eq(me)).filter(group_mute::group_id.eq(group));
    diesel::delete(row).execute(conn.link())?;
    Ok(())
}

/// Does a member not want notices of this group?
pub fn is_muted(conn: &mut Conn, me: ActorId, group: ActorId) -> Result<bool> {
    let row = group_mute::table.filter(group_mute::actor_id.eq(me)).filter(group_mute::group_id.eq(group));
    Ok(diesel::select(diesel::dsl::exists(row)).get_result(conn.link())?)
}

/// May somebody answer what is said in a group? Not the banned, and nobody but officers where it is closed to comments. In a private
/// group of this hall one must belong to it; who may see a post of another's group may answer it, and the group decides.
///
/// Errors: `Invalid` naming `body` with the reason.
pub(super) fn may_answer(conn: &mut Conn, group: ActorId, who: ActorId, root: PostId) -> Result<()> {
    let standing = standing(conn, group, who)?;
    let role = standing.as_ref().filter(|standing| standing.state == State::Member).map(|standing| standing.role);
    if standing.is_some_and(|standing| standing.state == State::Banned) {
        return Err(Error::invalid("body", "group-problem-banned"));
    }
    if is_locked(conn, root)? && !role.is_some_and(Role::is_officer) {
        return Err(Error::invalid("body", "group-problem-locked"));
    }
    let is_ours = actor::by_id(conn, group)?.is_local();
    let is_private = detail(conn, group)?.is_some_and(|detail| detail.is_private);
    if is_ours && is_private && role.is_none() {
        return Err(Error::invalid("body", "group-problem-members"));
    }
    Ok(())
}

/// Is a post of a group closed to comments?
pub fn is_locked(conn: &mut Conn, post: PostId) -> Result<bool> {
    let row = group_mark::table.filter(group_mark::post_id.eq(post)).filter(group_mark::locked_at.is_not_null());
    Ok(diesel::select(diesel::dsl::exists(row)).get_result(conn.link())?)
}

/// Takes note of a call of everybody.
///
/// Errors: `Invalid` naming `body` if the last one is too fresh.
pub(super) fn call_everybody(conn: &mut Conn, group: &Group) -> Result<()> {
    let now = conn.now();
    if now - group.detail.called_at < CALL_PAUSE {
        let problem = Problem::new("body", "group-problem-called").with("hours", CALL_PAUSE / HOUR);
        return Err(Error::Invalid(vec![problem]));
    }
    diesel::update(group_detail::table.filter(group_detail::actor_id.eq(group.actor.id)))
        .set(group_detail::called_at.eq(now))
        .execute(conn.link())?;
    Ok(())
}
