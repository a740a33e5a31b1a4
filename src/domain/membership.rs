//! Membership: how one comes into a group of this hall, and out of it again. Local and remote ones are twins: [`join`] and
//! [`receive_join`] share one door.
//!
//! A group of another hall is joined by following it (`friend::request`); what is said here of groups is said of those of this hall.

use diesel::prelude::*;

use super::actor::{self, Actor};
use super::event::{self, Event};
use super::friend;
use super::group::{self, Act, Entrance, Entry, Group, Membership, Role, State};
use super::notice::{self, Kind as Notice, New as NewNotice};
use crate::clock::{DAY, Micros};
use crate::db::Conn;
use crate::db::schema::{group_invitation, membership};
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, GroupInvitationId, MembershipId};

/// Longest answer of one who wants to join, and longest reason of an officer.
pub const ANSWERS_CHARS_MAX: usize = 1_000;
/// Who may wait before the door of one group at a time.
const WAITING_MAX: i64 = 2_000;
/// How long a link into a group is good at most.
pub const INVITATION_LIFETIME: Micros = 30 * DAY;
/// How many may come in by one link at most.
pub const INVITATION_USES_MAX: i64 = 1_000;
/// Links into one group that may be open at a time.
const INVITATIONS_OPEN_MAX: i64 = 50;

/// What became of a wish to join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// In.
    Joined,
    /// An officer will say.
    Waits,
}

/// A member of this hall wants to join a group of this hall. `answers` are to its questions; `token` is that of a link.
///
/// Errors: `Invalid` naming `answers`, or the field "" with the reason why they can't come in.
pub fn join(conn: &mut Conn, me: &Actor, id: ActorId, answers: &str, token: &str) -> Result<Wish> {
    let group = of_this_hall(conn, id)?;
    let answers = crate::text::body(answers).trim().to_owned();
    if answers.chars().count() > ANSWERS_CHARS_MAX {
        return Err(Error::Invalid(vec![Problem::new("answers", "problem-too-long").with("max", ANSWERS_CHARS_MAX)]));
    }
    let is_invited = redeem(conn, &group, token, me.id)?;
    let is_asked = group.detail.entrance == Entrance::Approval && !group.detail.questions().is_empty();
    if is_asked && answers.is_empty() && !is_invited {
        return Err(Error::invalid("answers", "group-problem-answers-empty"));
    }
    enter(conn, &group, me, &answers, "", is_invited)
}

/// A remote actor's `Follow` of a group of this hall.
///
/// Who can't come in is refused by an answer: then this answers `None`.
///
/// Errors: `NotFound` if the group isn't there; `Forbidden` if the actor is one of ours.
pub fn receive_join(
    conn: &mut Conn,
    remote: &Actor,
    id: ActorId,
    uri: &str,
    said: &str,
    token: &str,
) -> Result<Option<Wish>> {
    if remote.is_local() {
        return Err(Error::Forbidden);
    }
    let group = of_this_hall(conn, id)?;
    let said = crate::text::excerpt(&crate::text::body(said), ANSWERS_CHARS_MAX);
    let is_invited = redeem(conn, &group, token, remote.id)?;
    match enter(conn, &group, remote, &said, uri, is_invited) {
        Err(Error::Invalid(_)) => {
            answer(conn, id, remote, &Event::Rejected { follow: uri.to_owned(), follower: remote.id })?;
            Ok(None)
        }
        entered => entered.map(Some),
    }
}

/// The one door. A repeated wish of one who is in already is answered again, since the first answer may be lost.
fn enter(conn: &mut Conn, group: &Group, who: &Actor, answers: &str, uri: &str, is_invited: bool) -> Result<Wish> {
    let id = group.actor.id;
    // Another hall may listen to a public group, to tell its own members what is announced there.
    let is_listener = who.kind == actor::Kind::Application;
    if who.suspended_at.is_some() || who.deleted_at.is_some() || (is_listener && group.detail.is_private) {
        return Err(Error::invalid("", "group-problem-gone"));
    }
    let known = group::standing(conn, id, who.id)?;
    match known.as_ref().map(|known| known.state) {
        Some(State::Banned) => return Err(Error::invalid("", "group-problem-banned")),
        Some(State::Member) => {
            renew(conn, known.as_ref(), uri)?;
            accepted(conn, id, who, uri)?;
            return Ok(Wish::Joined);
        }
        Some(State::Asked) if !is_invited && group.detail.entrance != Entrance::Open => {
            renew(conn, known.as_ref(), uri)?;
            return Ok(Wish::Waits);
        }
        Some(State::Asked) | None => {}
    }
    if is_invited || is_listener || group.detail.entrance == Entrance::Open {
        let membership = group::enrol(conn, id, who, Role::Member, uri)?;
        keep_answers(conn, membership, answers)?;
        withdraw_request(conn, id, who.id)?;
        accepted(conn, id, who, uri)?;
        return Ok(Wish::Joined);
    }
    if group.detail.entrance == Entrance::Invitation {
        return Err(Error::invalid("", "group-problem-invitation"));
    }
    if group::waiting_count(conn, id)? >= WAITING_MAX {
        return Err(Error::invalid("", "group-problem-crowd"));
    }
    let now = conn.now();
    let membership = MembershipId(conn.id_at(now));
    group::insert(conn, membership, id, who.id, (State::Asked, Role::Member), uri, answers)?;
    for (_, officer) in group::officers(conn, id)? {
        notice::tell(conn, officer.id, &NewNotice::of_group(Notice::GroupRequest, who.id, id))?;
    }
    Ok(Wish::Waits)
}

/// The group, which must be of this hall and be there.
fn of_this_hall(conn: &mut Conn, id: ActorId) -> Result<Group> {
    conn.lock(&format!("group:{id}"))?;
    let group = group::get(conn, id)?;
    let is_there = group.actor.is_local() && group.actor.suspended_at.is_none() && group.actor.deleted_at.is_none();
    if is_there { Ok(group) } else { Err(Error::NotFound("group")) }
}

/// The newest `Follow` of somebody elsewhere is the one that is answered.
fn renew(conn: &mut Conn, known: Option<&Membership>, uri: &str) -> Result<()> {
    let Some(known) = known.filter(|_| !uri.is_empty()) else { return Ok(()) };
    diesel::update(membership::table.filter(membership::id.eq(known.id)))
        .set(membership::follow_uri.eq(uri))
        .execute(conn.link())?;
    Ok(())
}

fn keep_answers(conn: &mut Conn, id: MembershipId, answers: &str) -> Result<()> {
    if answers.is_empty() {
        return Ok(());
    }
    diesel::update(membership::table.filter(membership::id.eq(id)))
        .set(membership::answers.eq(answers))
        .execute(conn.link())?;
    Ok(())
}

/// Tells somebody elsewhere that they are in.
fn accepted(conn: &mut Conn, group: ActorId, who: &Actor, uri: &str) -> Result<()> {
    if who.is_local() || uri.is_empty() {
        return Ok(());
    }
    answer(conn, group, who, &Event::Accepted { follow: uri.to_owned(), follower: who.id })
}

/// Something that the group says to one actor, in the order of the pair.
fn answer(conn: &mut Conn, group: ActorId, who: &Actor, what: &Event) -> Result<()> {
    let id = event::id(conn);
    event::record(conn, id, group, &friend::lane(group, who.id), what)
}

/// What officers were told of a request goes once it is answered.
fn withdraw_request(conn: &mut Conn, group: ActorId, who: ActorId) -> Result<()> {
    notice::withdraw_of_group(conn, Notice::GroupRequest, who, group)
}

/// An officer lets somebody in who waits.
///
/// Errors: `NotFound` if nobody waits under this number before a group that `by` runs.
pub fn admit(conn: &mut Conn, by: &Actor, id: ActorId, request: MembershipId) -> Result<Actor> {
    let (asked, who) = request_of(conn, by, id, request)?;
    group::enrol(conn, id, &who, Role::Member, &asked.follow_uri)?;
    withdraw_request(conn, id, who.id)?;
    group::log(conn, id, by.id, &Entry::about(Act::Admitted, who.id, ""))?;
    accepted(conn, id, &who, &asked.follow_uri)?;
    notice::tell(conn, who.id, &NewNotice::of_group(Notice::GroupAdmission, by.id, id))?;
    Ok(who)
}

/// An officer doesn't let somebody in who waits.
///
/// Errors: as [`admit`].
pub fn refuse(conn: &mut Conn, by: &Actor, id: ActorId, request: MembershipId) -> Result<Actor> {
    let (asked, who) = request_of(conn, by, id, request)?;
    end(conn, &asked)?;
    withdraw_request(conn, id, who.id)?;
    group::log(conn, id, by.id, &Entry::about(Act::Refused, who.id, ""))?;
    rejected(conn, id, &who, &asked)?;
    Ok(who)
}

fn request_of(conn: &mut Conn, by: &Actor, id: ActorId, request: MembershipId) -> Result<(Membership, Actor)> {
    conn.lock(&format!("group:{id}"))?;
    group::as_officer(conn, by.id, id)?;
    let asked: Membership = membership::table
        .filter(membership::id.eq(request))
        .filter(membership::group_id.eq(id))
        .filter(membership::state.eq(State::Asked))
        .select(Membership::as_select())
        .first(conn.link())
        .optional()?
        .ok_or(Error::NotFound("request"))?;
    let who = actor::by_id(conn, asked.actor_id)?;
    Ok((asked, who))
}

/// A member leaves a group, or takes the wish to join back. Its owner can't: somebody must have it. Nothing to leave is no error.
///
/// Errors: `Invalid` for the field "" if it is the owner.
pub fn leave(conn: &mut Conn, me: ActorId, id: ActorId) -> Result<()> {
    conn.lock(&format!("group:{id}"))?;
    let Some(standing) = group::standing(conn, id, me)? else { return Ok(()) };
    match (standing.state, standing.role) {
        (State::Banned, _) => return Ok(()),
        (State::Member, Role::Owner) => return Err(Error::invalid("", "group-problem-owner-stays")),
        (State::Member | State::Asked, _) => {}
    }
    end(conn, &standing)?;
    withdraw_request(conn, id, me)
}

/// A remote actor's `Undo` of its `Follow` of a group of this hall.
///
/// Errors: `NotFound` if it doesn't belong to it.
pub fn receive_leave(conn: &mut Conn, remote: &Actor, id: ActorId) -> Result<()> {
    if remote.is_local() || group::standing(conn, id, remote.id)?.is_none() {
        return Err(Error::NotFound("follow"));
    }
    match leave(conn, remote.id, id) {
        // The owner of a group is of this hall; an officer elsewhere who leaves is one no more.
        Err(Error::Invalid(_)) => Err(Error::Forbidden),
        left => left,
    }
}

/// The group of this hall that a `Follow` with this id is of, if it is this actor's.
pub fn by_follow(conn: &mut Conn, remote: ActorId, uri: &str) -> Result<Option<ActorId>> {
    if uri.is_empty() {
        return Ok(None);
    }
    Ok(membership::table
        .filter(membership::follow_uri.eq(uri))
        .filter(membership::actor_id.eq(remote))
        .select(membership::group_id)
        .first(conn.link())
        .optional()?)
}

/// Ends how somebody stood to a group.
fn end(conn: &mut Conn, standing: &Membership) -> Result<()> {
    diesel::delete(membership::table.filter(membership::id.eq(standing.id))).execute(conn.link())?;
    group::shut_out(conn, standing.group_id, standing.actor_id)
}

fn rejected(conn: &mut Conn, group: ActorId, who: &Actor, standing: &Membership) -> Result<()> {
    if who.is_local() || standing.follow_uri.is_empty() {
        return Ok(());
    }
    answer(conn, group, who, &Event::Rejected { follow: standing.follow_uri.clone(), follower: who.id })
}

/// An officer sends a member away; they may come back.
///
/// Errors: `NotFound` if `by` doesn't run the group or `who` doesn't belong to it; `Forbidden` if `by` may not send them away.
pub fn remove(conn: &mut Conn, by: &Actor, id: ActorId, who: ActorId, reason: &str) -> Result<Actor> {
    let (standing, who) = subject(conn, by, id, who)?;
    end(conn, &standing)?;
    withdraw_request(conn, id, who.id)?;
    group::log(conn, id, by.id, &Entry::about(Act::Removed, who.id, &cut(reason)))?;
    rejected(conn, id, &who, &standing)?;
    Ok(who)
}

/// An officer sends somebody away for good, who belongs to it or waits.
///
/// Errors: as [`remove`].
pub fn ban(conn: &mut Conn, by: &Actor, id: ActorId, who: ActorId, reason: &str) -> Result<Actor> {
    let who = keep_out(conn, by, id, who, reason)?;
    let what = Event::GroupBanned { by: by.id, person: who.id, reason: cut(reason) };
    answer(conn, id, &who, &what)?;
    Ok(who)
}

/// The same by an officer of another server, whose word goes on as it came.
///
/// Errors: as [`remove`].
pub fn receive_ban(
    conn: &mut Conn,
    by: &Actor,
    id: ActorId,
    who: ActorId,
    (reason, body): (&str, String),
) -> Result<()> {
    if by.is_local() {
        return Err(Error::Forbidden);
    }
    keep_out(conn, by, id, who, reason)?;
    group::pass_on(conn, id, body)
}

fn keep_out(conn: &mut Conn, by: &Actor, id: ActorId, who: ActorId, reason: &str) -> Result<Actor> {
    let (standing, who) = subject(conn, by, id, who)?;
    diesel::update(membership::table.filter(membership::id.eq(standing.id)))
        .set((
            membership::state.eq(State::Banned),
            membership::role.eq(Role::Member),
            membership::reason.eq(cut(reason)),
            membership::joined_at.eq(None::<Micros>),
        ))
        .execute(conn.link())?;
    group::shut_out(conn, id, who.id)?;
    withdraw_request(conn, id, who.id)?;
    group::log(conn, id, by.id, &Entry::about(Act::Banned, who.id, &cut(reason)))?;
    rejected(conn, id, &who, &standing)?;
    Ok(who)
}

/// An officer lets somebody come back. They are no member by that.
///
/// Errors: `NotFound` if they weren't kept out.
pub fn unban(conn: &mut Conn, by: &Actor, id: ActorId, who: ActorId) -> Result<Actor> {
    let who = let_back(conn, by, id, who)?;
    answer(conn, id, &who, &Event::GroupUnbanned { by: by.id, person: who.id })?;
    Ok(who)
}

/// The same by an officer of another server, whose word goes on as it came.
///
/// Errors: as [`unban`].
pub fn receive_unban(conn: &mut Conn, by: &Actor, id: ActorId, who: ActorId, body: String) -> Result<()> {
    if by.is_local() {
        return Err(Error::Forbidden);
    }
    let_back(conn, by, id, who)?;
    group::pass_on(conn, id, body)
}

fn let_back(conn: &mut Conn, by: &Actor, id: ActorId, who: ActorId) -> Result<Actor> {
    conn.lock(&format!("group:{id}"))?;
    group::as_officer(conn, by.id, id)?;
    let standing = group::standing(conn, id, who)?.filter(|standing| standing.state == State::Banned);
    let standing = standing.ok_or(Error::NotFound("ban"))?;
    diesel::delete(membership::table.filter(membership::id.eq(standing.id))).execute(conn.link())?;
    group::log(conn, id, by.id, &Entry::about(Act::Unbanned, who, ""))?;
    actor::by_id(conn, who)
}

/// Whom an officer may do something about: those who belong or wait, but for other officers, who are the owner's business, and oneself.
fn subject(conn: &mut Conn, by: &Actor, id: ActorId, who: ActorId) -> Result<(Membership, Actor)> {
    conn.lock(&format!("group:{id}"))?;
    group::as_officer(conn, by.id, id)?;
    let standing = group::standing(conn, id, who)?.filter(|standing| standing.state != State::Banned);
    let standing = standing.ok_or(Error::NotFound("member"))?;
    let is_owner = group::role(conn, id, by.id)? == Some(Role::Owner);
    if who == by.id || standing.role == Role::Owner || (standing.role == Role::Admin && !is_owner) {
        return Err(Error::Forbidden);
    }
    let who = actor::by_id(conn, who)?;
    Ok((standing, who))
}

/// The owner makes a member an admin, or an admin a member.
///
/// Errors: `NotFound` if `by` doesn't own the group or `who` doesn't belong to it; `Forbidden` for oneself and for the role of owner,
/// which is handed over ([`hand_over`]).
pub fn set_role(conn: &mut Conn, by: &Actor, id: ActorId, who: ActorId, role: Role) -> Result<Actor> {
    conn.lock(&format!("group:{id}"))?;
    let standing = owned(conn, by, id, who)?;
    if who == by.id || role == Role::Owner {
        return Err(Error::Forbidden);
    }
    if standing.role == role {
        return actor::by_id(conn, who);
    }
    write_role(conn, &standing, role)?;
    let act = if role.is_officer() { Act::Promoted } else { Act::Demoted };
    group::log(conn, id, by.id, &Entry::about(act, who, ""))?;
    if role.is_officer() {
        notice::tell(conn, who, &NewNotice::of_group(Notice::GroupOffice, by.id, id))?;
    }
    changed(conn, id)?;
    let event = event::id(conn);
    let what = Event::GroupOffice { by: by.id, person: who, is_officer: role.is_officer() };
    event::record(conn, event, id, &format!("actor:{id}"), &what)?;
    actor::by_id(conn, who)
}

/// An officer of another server is one no more, by their own word; whom the owner appoints is said here alone.
///
/// Errors: `Forbidden` if they are none.
pub fn receive_resignation(conn: &mut Conn, remote: &Actor, id: ActorId, body: String) -> Result<()> {
    conn.lock(&format!("group:{id}"))?;
    let standing = group::standing(conn, id, remote.id)?.filter(|standing| standing.role == Role::Admin);
    let standing = standing.filter(|_| !remote.is_local()).ok_or(Error::Forbidden)?;
    write_role(conn, &standing, Role::Member)?;
    group::log(conn, id, remote.id, &Entry::about(Act::Demoted, remote.id, ""))?;
    changed(conn, id)?;
    group::pass_on(conn, id, body)
}

/// The owner hands the group over to another member of this hall, and is an admin from then on.
///
/// Errors: as [`set_role`]; `Invalid` for the field `who` if it is somebody of another server.
pub fn hand_over(conn: &mut Conn, by: &Actor, id: ActorId, who: ActorId) -> Result<Actor> {
    conn.lock(&format!("group:{id}"))?;
    let theirs = owned(conn, by, id, who)?;
    let heir = actor::by_id(conn, who)?;
    if who == by.id {
        return Err(Error::Forbidden);
    }
    if !heir.is_local() {
        return Err(Error::invalid("who", "group-problem-heir"));
    }
    let mine = group::standing(conn, id, by.id)?.ok_or(Error::NotFound("group"))?;
    write_role(conn, &mine, Role::Admin)?;
    write_role(conn, &theirs, Role::Owner)?;
    group::log(conn, id, by.id, &Entry::about(Act::HandedOver, who, ""))?;
    notice::tell(conn, who, &NewNotice::of_group(Notice::GroupOffice, by.id, id))?;
    changed(conn, id)?;
    Ok(heir)
}

fn owned(conn: &mut Conn, by: &Actor, id: ActorId, who: ActorId) -> Result<Membership> {
    if group::role(conn, id, by.id)? != Some(Role::Owner) {
        return Err(Error::NotFound("group"));
    }
    let standing = group::standing(conn, id, who)?.filter(|standing| standing.state == State::Member);
    standing.ok_or(Error::NotFound("member"))
}

fn write_role(conn: &mut Conn, standing: &Membership, role: Role) -> Result<()> {
    diesel::update(membership::table.filter(membership::id.eq(standing.id)))
        .set(membership::role.eq(role))
        .execute(conn.link())?;
    group::admit(conn, standing.group_id, standing.actor_id, role)
}

/// Who runs a group stands in its document.
fn changed(conn: &mut Conn, id: ActorId) -> Result<()> {
    let event = event::id(conn);
    event::record(conn, event, id, &format!("actor:{id}"), &Event::ProfileChanged)
}

fn cut(reason: &str) -> String {
    crate::text::excerpt(crate::text::body(reason).trim(), ANSWERS_CHARS_MAX)
}

/// A link into a group. Its token is shown once; only the hash is kept.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = group_invitation)]
pub struct Invitation {
    /// Its id.
    pub id: GroupInvitationId,
    /// The group.
    pub group_id: ActorId,
    /// Who made it.
    pub created_by: ActorId,
    /// When it was made.
    pub created_at: Micros,
    /// Until when it is good.
    pub expires_at: Micros,
    /// For how many more.
    pub uses_left: i64,
}

/// An officer makes a link into a group that is good for so long and for so many, and gets its token.
///
/// Errors: `NotFound` if `by` doesn't run the group; `Invalid` naming `days` or `uses`.
pub fn invite(conn: &mut Conn, by: &Actor, id: ActorId, days: i64, uses: i64) -> Result<(Invitation, String)> {
    group::as_officer(conn, by.id, id)?;
    let mut problems = Vec::new();
    if !(1..=INVITATION_LIFETIME / DAY).contains(&days) {
        problems.push(Problem::new("days", "group-problem-days").with("max", INVITATION_LIFETIME / DAY));
    }
    if !(1..=INVITATION_USES_MAX).contains(&uses) {
        problems.push(Problem::new("uses", "group-problem-uses").with("max", INVITATION_USES_MAX));
    }
    if invitations(conn, id)?.len() >= usize::try_from(INVITATIONS_OPEN_MAX).unwrap_or(usize::MAX) {
        problems.push(Problem::new("days", "group-problem-links"));
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let (now, token) = (conn.now(), crate::secret::token());
    let made = Invitation {
        id: GroupInvitationId(conn.id_at(now)),
        group_id: id,
        created_by: by.id,
        created_at: now,
        expires_at: now + days * DAY,
        uses_left: uses,
    };
    diesel::insert_into(group_invitation::table)
        .values((
            group_invitation::id.eq(made.id),
            group_invitation::group_id.eq(id),
            group_invitation::token_hash.eq(crate::secret::token_hash(&token)),
            group_invitation::created_by.eq(by.id),
            group_invitation::created_at.eq(now),
            group_invitation::expires_at.eq(made.expires_at),
            group_invitation::uses_left.eq(uses),
        ))
        .execute(conn.link())?;
    Ok((made, token))
}

/// The links into a group that are still good. Whether the reader is one of its officers is asked before.
pub fn invitations(conn: &mut Conn, id: ActorId) -> Result<Vec<Invitation>> {
    let now = conn.now();
    Ok(group_invitation::table
        .filter(group_invitation::group_id.eq(id))
        .filter(group_invitation::expires_at.gt(now))
        .filter(group_invitation::uses_left.gt(0_i64))
        .order(group_invitation::id)
        .select(Invitation::as_select())
        .load(conn.link())?)
}

/// The group into which a link leads, if it is still good.
///
/// Errors: `NotFound`.
pub fn invited(conn: &mut Conn, token: &str) -> Result<Group> {
    let now = conn.now();
    let id: ActorId = group_invitation::table
        .filter(group_invitation::token_hash.eq(crate::secret::token_hash(token)))
        .filter(group_invitation::expires_at.gt(now))
        .filter(group_invitation::uses_left.gt(0_i64))
        .select(group_invitation::group_id)
        .first(conn.link())
        .optional()?
        .ok_or(Error::NotFound("invitation"))?;
    group::get(conn, id)
}

/// An officer ends a link.
///
/// Errors: `NotFound` if `by` doesn't run the group that it leads into.
pub fn revoke(conn: &mut Conn, by: &Actor, id: ActorId, link: GroupInvitationId) -> Result<()> {
    group::as_officer(conn, by.id, id)?;
    let row = group_invitation::table.filter(group_invitation::id.eq(link)).filter(group_invitation::group_id.eq(id));
    diesel::delete(row).execute(conn.link())?;
    Ok(())
}

/// Is this the token of a link into this group? Then it is good for one less, unless they are in already.
fn redeem(conn: &mut Conn, group: &Group, token: &str, who: ActorId) -> Result<bool> {
    if token.is_empty() {
        return Ok(false);
    }
    let known = group::standing(conn, group.actor.id, who)?;
    match known.map(|known| known.state) {
        Some(State::Member) => return Ok(true),
        Some(State::Banned) => return Ok(false),
        Some(State::Asked) | None => {}
    }
    let now = conn.now();
    let link = group_invitation::table
        .filter(group_invitation::token_hash.eq(crate::secret::token_hash(token)))
        .filter(group_invitation::group_id.eq(group.actor.id))
        .filter(group_invitation::expires_at.gt(now))
        .filter(group_invitation::uses_left.gt(0_i64));
    let taken = diesel::update(link)
        .set(group_invitation::uses_left.eq(group_invitation::uses_left - 1_i64))
        .execute(conn.link())?;
    Ok(taken > 0)
}

/// An actor that is gone belongs nowhere any more.
pub fn forget(conn: &mut Conn, gone: ActorId) -> Result<()> {
    let rows: Vec<Membership> =
        membership::table.filter(membership::actor_id.eq(gone)).select(Membership::as_select()).load(conn.link())?;
    rows.iter().try_for_each(|row| end(conn, row))
}
