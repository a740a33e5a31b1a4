//! Notices: what tells a member that something happened. Written in the transaction of what they tell of.
//!
//! Invariant: a notice is a pointer, never a copy. Whether it is shown, and counted, is asked each time: of the gate for
//! its post, of `Heard` for its like, and of blocks and mutes for whom it tells of.

use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;
use diesel::sql_types::BigInt;

use super::actor::{self, Actor};
use super::audience::{self, Gate, Heard, Viewer};
use super::post::Post;
use super::push::{self, Alert};
use crate::clock::{DAY, Micros};
use crate::db::schema::{actor as actor_table, login, notice, post as post_table, reaction, viewer_token};
use crate::db::{Conn, IntoBoth, MultiBackend, Part, Range, Statement, condition, paged, text_enum};
use crate::error::{Error, Result};
use crate::id::{ActorId, NoticeId, PostId, ReportId};

/// More than so many unread ones aren't counted: it is many, and a page shouldn't wait for it.
pub const UNREAD_COUNTED_MAX: i64 = 99;
/// How long a notice that was read is kept.
const KEPT: Micros = 180 * DAY;

text_enum! {
    /// What happened.
    Kind {
        /// Somebody asks to become a friend. Shown as the request itself, as long as it waits.
        Request = "request",
        /// Somebody accepted the member's request.
        Acceptance = "acceptance",
        /// Somebody likes a post of the member's.
        Like = "like",
        /// Somebody boosted a post of the member's.
        Boost = "boost",
        /// Somebody commented on a Moment of the member's.
        Comment = "comment",
        /// Somebody answered a comment of the member's.
        Answer = "answer",
        /// Somebody named the member in a post.
        Mention = "mention",
        /// A poll is over that the member asked or answered.
        Poll = "poll",
        /// Somebody reported somebody: for officers, told by the hall itself, whoever the reporter is.
        Report = "report",
        /// Somebody wants to join a group that the member runs.
        GroupRequest = "group-request",
        /// An officer let the member into a group.
        GroupAdmission = "group-admission",
        /// The member was made an officer of a group.
        GroupOffice = "group-office",
        /// An officer took a post of the member's down from a group.
        GroupRemoval = "group-removal",
        /// An officer called every member of a group.
        GroupCall = "group-call",
        /// A service account that the member follows has published an article.
        Article = "article",
        /// There is room now for a line of the member's in a roll call.
        RollPlace = "roll-place",
        /// A line of the member's in a roll call was struck or not taken.
        RollStruck = "roll-struck",
        /// A group announces something. Stays unread until it is opened.
        Announcement = "announcement",
        /// A group asks once more whether the member took note.
        AnnouncementReminder = "announcement-reminder",
        /// A group of another hall, which this hall is allied with, announces something. Stays unread until it is opened.
        Alliance = "alliance",
        /// Somebody asks or answers about an item of the archive that the member gave, or keeps.
        ItemNote = "item-note",
        /// Something was given to the archive that the member keeps.
        ItemOffer = "item-offer",
        /// The archive of another hall asks to be found together with the one that the member keeps.
        Partner = "partner",
    }
}

impl Kind {
    /// What the page of notices lists.
    pub const LISTED: [Self; 22] = [
        Self::Acceptance,
        Self::Like,
        Self::Boost,
        Self::Comment,
        Self::Answer,
        Self::Mention,
        Self::Poll,
        Self::Report,
        Self::GroupRequest,
        Self::GroupAdmission,
        Self::GroupOffice,
        Self::GroupRemoval,
        Self::GroupCall,
        Self::Article,
        Self::RollPlace,
        Self::RollStruck,
        Self::Announcement,
        Self::AnnouncementReminder,
        Self::Alliance,
        Self::ItemNote,
        Self::ItemOffer,
        Self::Partner,
    ];
    /// What is read by opening it, and by nothing else.
    const KEPT_UNREAD: [Self; 3] = [Self::Announcement, Self::AnnouncementReminder, Self::Alliance];

    /// Is it read by opening it, and by nothing else?
    pub fn is_kept_unread(self) -> bool {
        Self::KEPT_UNREAD.contains(&self)
    }

    /// As what programs know it.
    pub fn alert(self) -> Alert {
        match self {
            Self::Request => Alert::Request,
            Self::Acceptance => Alert::Follow,
            Self::Like => Alert::Like,
            Self::Boost => Alert::Boost,
            Self::Comment | Self::Answer | Self::Mention => Alert::Mention,
            Self::Poll => Alert::Poll,
            Self::Report => Alert::Report,
            Self::GroupRequest | Self::Partner => Alert::Request,
            Self::GroupCall
            | Self::RollPlace
            | Self::RollStruck
            | Self::Announcement
            | Self::AnnouncementReminder
            | Self::Alliance
            | Self::ItemNote
            | Self::ItemOffer => Alert::Mention,
            Self::Article => Alert::Status,
            Self::GroupAdmission | Self::GroupOffice | Self::GroupRemoval => Alert::Follow,
        }
    }
}

/// A notice to be written.
#[derive(Debug, Clone, Copy)]
pub struct New {
    kind: Kind,
    by: ActorId,
    post: Option<PostId>,
    about: Option<PostId>,
    report: Option<ReportId>,
    group: Option<ActorId>,
}

impl New {
    /// What somebody did that is about no post.
    pub fn by(kind: Kind, by: ActorId) -> Self {
        Self { kind, by, post: None, about: None, report: None, group: None }
    }

    /// What somebody wrote or liked (`post`), and which of the told member's posts it is about.
    pub fn about_post(kind: Kind, by: ActorId, post: PostId, about: PostId) -> Self {
        Self { kind, by, post: Some(post), about: Some(about), report: None, group: None }
    }

    /// What somebody did in or about a group that is about no post.
    pub fn of_group(kind: Kind, by: ActorId, group: ActorId) -> Self {
        Self { group: Some(group), ..Self::by(kind, by) }
    }

    /// What somebody did about a post of the told member's in a group.
    pub fn of_group_post(kind: Kind, by: ActorId, group: ActorId, post: PostId) -> Self {
        Self { group: Some(group), ..Self::about_post(kind, by, post, post) }
    }

    /// A report, told by the hall's own actor.
    pub fn about_report(hall: ActorId, report: ReportId) -> Self {
        Self { report: Some(report), ..Self::by(Kind::Report, hall) }
    }
}

/// Tells `to`, if that is a member of this hall, and another than who did it, and wants to hear of them. The same isn't
/// told twice. The end of one's own poll is nobody's doing, and told. The member's programs are told too.
pub(super) fn tell(conn: &mut Conn, to: ActorId, new: &New) -> Result<()> {
    if (to == new.by && new.kind != Kind::Poll)
        || audience::is_hushed(conn, to, new.by)?
        || audience::are_apart(conn, to, new.by)?
    {
        return Ok(());
    }
    let told = actor::by_id(conn, to)?;
    // Groups and accounts have people to tell.
    if !told.is_local() || told.kind != actor::Kind::Person {
        return Ok(());
    }
    let now = conn.now();
    let id = NoticeId(conn.id_at(now));
    let is_new = diesel::insert_into(notice::table)
        .values((
            notice::id.eq(id),
            notice::actor_id.eq(to),
            notice::kind.eq(new.kind),
            notice::by_id.eq(new.by),
            notice::post_id.eq(new.post),
            notice::about_id.eq(new.about),
            notice::created_at.eq(now),
            notice::report_id.eq(new.report),
            notice::group_id.eq(new.group),
        ))
        .on_conflict_do_nothing()
        .both()
        .execute(conn.link())?
        > 0;
    if is_new { push::enqueue(conn, to, id, new.kind.alert()) } else { Ok(()) }
}

/// Whom a group tells of a post, all at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// Every member.
    All,
    /// Those who haven't confirmed it.
    Rest,
}

/// A group tells its members of this hall of an announcement, in one statement, however many they are, and their programs. Who wrote it
/// needn't be told; whom blocks and mutes keep from the group isn't.
pub(super) fn tell_members(
    conn: &mut Conn,
    kind: Kind,
    group: ActorId,
    post: PostId,
    author: ActorId,
    whom: Told,
) -> Result<usize> {
    let token = audience::followers_token(group);
    let holders: i64 = viewer_token::table.filter(viewer_token::token.eq(&token)).count().get_result(conn.link())?;
    let mut readers = vec![
        Part::Sql(" FROM viewer_token vt INNER JOIN actor va ON va.id = vt.actor_id WHERE vt.token = "),
        Part::Text(&token),
    ];
    if whom == Told::Rest {
        readers.extend([
            Part::Sql(" AND vt.actor_id NOT IN (SELECT cx.actor_id FROM confirmation cx WHERE cx.post_id = "),
            Part::Number(post.0),
            Part::Sql(")"),
        ]);
    }
    tell_all(conn, kind, (group, post, author), holders, readers)
}

/// A group tells all members of this hall of an announcement who aren't members of the group too, in one statement.
pub(super) fn tell_hall(conn: &mut Conn, kind: Kind, group: ActorId, post: PostId, author: ActorId) -> Result<()> {
    let token = audience::followers_token(group);
    let logins: i64 = login::table.count().get_result(conn.link())?;
    let readers = vec![
        Part::Sql(
            " FROM login vl INNER JOIN actor va ON va.id = vl.actor_id WHERE vl.state = 'active' \
             AND va.id NOT IN (SELECT vt.actor_id FROM viewer_token vt WHERE vt.token = ",
        ),
        Part::Text(&token),
        Part::Sql(") AND va.id NOT IN (SELECT gm.actor_id FROM group_mute gm WHERE gm.group_id = "),
        Part::Number(group.0),
        Part::Sql(")"),
    ];
    tell_all(conn, kind, (group, post, author), logins, readers).map(drop)
}

/// Tells those of this hall who are named `va` in the rest of a query.
fn tell_all(
    conn: &mut Conn,
    kind: Kind,
    (group, post, author): (ActorId, PostId, ActorId),
    most: i64,
    readers: Vec<Part<'_>>,
) -> Result<usize> {
    let (now, first) = (conn.now(), conn.row_of_ids(most));
    let mut parts = vec![
        Part::Sql(
            "INSERT INTO notice (id, actor_id, kind, by_id, post_id, about_id, created_at, group_id) \
             SELECT ROW_NUMBER() OVER (ORDER BY va.id) + ",
        ),
        Part::Number(first),
        Part::Sql(", va.id, "),
        Part::Text(kind.as_str()),
    ];
    for value in [group.0, post.0, post.0, now, group.0] {
        parts.extend([Part::Sql(", "), Part::Number(value)]);
    }
    parts.extend(readers);
    parts.extend([
        Part::Sql(
            " AND va.host = '' AND va.kind = 'person' AND va.suspended_at IS NULL AND va.deleted_at IS NULL AND va.id <> ",
        ),
        Part::Number(author.0),
        Part::Sql(" AND va.id NOT IN (SELECT ax.one_id FROM apart ax WHERE ax.other_id = "),
        Part::Number(group.0),
        Part::Sql(") AND va.id NOT IN (SELECT hx.actor_id FROM hushed hx WHERE hx.other_id = "),
        Part::Number(group.0),
        Part::Sql(") ON CONFLICT DO NOTHING"),
    ]);
    let told = Statement::<BigInt>::new(parts).execute(conn.link())?;
    push::enqueue_all(conn, kind.as_str(), post, kind.alert())?;
    Ok(told)
}

/// Takes what everybody was told of a post back, to tell it anew.
pub(super) fn withdraw_of_post(conn: &mut Conn, kind: Kind, post: PostId) -> Result<()> {
    let rows = notice::table.filter(notice::post_id.eq(post)).filter(notice::kind.eq(kind));
    diesel::delete(rows).execute(conn.link())?;
    Ok(())
}

/// Is something about a post unread that only opening it marks as read?
pub fn waits_to_be_opened(conn: &mut Conn, me: ActorId, post: PostId) -> Result<bool> {
    let unread = notice::table.filter(notice::actor_id.eq(me)).filter(notice::post_id.eq(post));
    let unread = unread.filter(notice::read_at.is_null()).filter(notice::kind.eq_any(Kind::KEPT_UNREAD));
    Ok(diesel::select(diesel::dsl::exists(unread)).get_result(conn.link())?)
}

/// A member opened a post: what is unread about it until then is read.
pub fn open(conn: &mut Conn, me: ActorId, post: PostId) -> Result<()> {
    let now = conn.now();
    let unread = notice::table.filter(notice::actor_id.eq(me)).filter(notice::post_id.eq(post));
    let unread = unread.filter(notice::read_at.is_null()).filter(notice::kind.eq_any(Kind::KEPT_UNREAD));
    diesel::update(unread).set(notice::read_at.eq(Some(now))).execute(conn.link())?;
    Ok(())
}

/// Takes a notice back: what it tells is over.
pub(super) fn withdraw(conn: &mut Conn, from: ActorId, told: &New) -> Result<()> {
    let row = notice::table.filter(notice::actor_id.eq(from)).filter(notice::by_id.eq(told.by));
    let row = row.filter(notice::kind.eq(told.kind));
    match told.post {
        Some(post) => diesel::delete(row.filter(notice::post_id.eq(post))).execute(conn.link())?,
        None => diesel::delete(row.filter(notice::post_id.is_null())).execute(conn.link())?,
    };
    Ok(())
}

/// Takes what was told of somebody and a group back from everybody who was told.
pub(super) fn withdraw_of_group(conn: &mut Conn, kind: Kind, by: ActorId, group: ActorId) -> Result<()> {
    let rows = notice::table.filter(notice::kind.eq(kind)).filter(notice::by_id.eq(by));
    diesel::delete(rows.filter(notice::group_id.eq(group))).execute(conn.link())?;
    Ok(())
}

/// A notice as its page shows it.
#[derive(Debug, Clone)]
pub struct Notice {
    /// Its id; newer ones have larger ones.
    pub id: NoticeId,
    /// What happened.
    pub kind: Kind,
    /// Who did it.
    pub by: Actor,
    /// What they wrote or liked.
    pub post: Option<Post>,
    /// The member's own post that it is about.
    pub about_id: Option<PostId>,
    /// The report that it is about.
    pub report_id: Option<ReportId>,
    /// The group that it is about.
    pub group_id: Option<ActorId>,
    /// When it was told.
    pub created_at: Micros,
    /// Was it marked as read?
    pub is_read: bool,
}

/// The notices of a member of these kinds: newest first. On the page of notices, requests stand for themselves
/// (`friend::requests`).
pub fn list(conn: &mut Conn, me: ActorId, kinds: &[Kind], range: &Range) -> Result<Vec<Notice>> {
    type Row = (
        NoticeId,
        Kind,
        Option<PostId>,
        Option<ReportId>,
        Option<ActorId>,
        Micros,
        Option<Micros>,
        Actor,
        Option<Post>,
    );
    let query = with_subject()
        .inner_join(actor_table::table.on(actor_table::id.eq(notice::by_id)))
        .filter(notice::actor_id.eq(me))
        .filter(notice::kind.eq_any(kinds))
        .filter(Shown::to(me))
        .select((
            notice::id,
            notice::kind,
            notice::about_id,
            notice::report_id,
            notice::group_id,
            notice::created_at,
            notice::read_at,
            Actor::as_select(),
            Option::<Post>::as_select(),
        ));
    let rows: Vec<Row> = paged!(query, notice::id, range, conn);
    let read = |(id, kind, about_id, report_id, group_id, created_at, read_at, by, post): Row| {
        let is_read = read_at.is_some();
        Notice { id, kind, by, post, about_id, report_id, group_id, created_at, is_read }
    };
    Ok(rows.into_iter().map(read).collect())
}

/// How many unread notices a member has, counted up to one more than [`UNREAD_COUNTED_MAX`].
pub fn unread(conn: &mut Conn, me: ActorId) -> Result<i64> {
    let ids: Vec<NoticeId> = with_subject()
        .filter(notice::actor_id.eq(me))
        .filter(notice::read_at.is_null())
        .filter(Shown::to(me))
        .order(notice::id.desc())
        .limit(UNREAD_COUNTED_MAX + 1)
        .select(notice::id)
        .load(conn.link())?;
    Ok(i64::try_from(ids.len()).unwrap_or(i64::MAX))
}

/// The newest notice of a member, shown or not: up to where all can be marked as read.
pub fn newest(conn: &mut Conn, me: ActorId) -> Result<Option<NoticeId>> {
    let own = notice::table.filter(notice::actor_id.eq(me)).order(notice::id.desc());
    Ok(own.select(notice::id).first(conn.link()).optional()?)
}

/// Marks everything up to `until` as read: what came while the page was looked at stays new, and so does what is read by opening it.
pub fn read_all(conn: &mut Conn, me: ActorId, until: NoticeId) -> Result<()> {
    let now = conn.now();
    let unread = notice::table.filter(notice::actor_id.eq(me)).filter(notice::read_at.is_null());
    let unread = unread.filter(notice::kind.ne_all(Kind::KEPT_UNREAD));
    diesel::update(unread.filter(notice::id.le(until))).set(notice::read_at.eq(Some(now))).execute(conn.link())?;
    Ok(())
}

/// Marks one notice as read, and with it the older ones of its group: the same happened to the same post.
///
/// Errors: `NotFound` if it isn't the member's.
pub fn read(conn: &mut Conn, me: ActorId, id: NoticeId) -> Result<()> {
    let (kind, about): (Kind, Option<PostId>) = notice::table
        .filter(notice::id.eq(id))
        .filter(notice::actor_id.eq(me))
        .select((notice::kind, notice::about_id))
        .first(conn.link())
        .optional()?
        .ok_or(Error::NotFound("notice"))?;
    if kind.is_kept_unread() {
        return Ok(());
    }
    let now = conn.now();
    let unread = notice::table.filter(notice::actor_id.eq(me)).filter(notice::read_at.is_null());
    let read = notice::read_at.eq(Some(now));
    match about {
        None => diesel::update(unread.filter(notice::id.eq(id))).set(read).execute(conn.link())?,
        Some(about) => {
            let group = unread.filter(notice::kind.eq(kind)).filter(notice::about_id.eq(about));
            diesel::update(group.filter(notice::id.le(id))).set(read).execute(conn.link())?
        }
    };
    Ok(())
}

/// Removes one notice of a member; one that isn't there needn't be removed.
pub fn dismiss(conn: &mut Conn, me: ActorId, id: NoticeId) -> Result<()> {
    diesel::delete(notice::table.filter(notice::id.eq(id)).filter(notice::actor_id.eq(me))).execute(conn.link())?;
    Ok(())
}

/// Removes all notices of a member, but for what has to be opened. Requests stay on the page of friends.
pub fn clear(conn: &mut Conn, me: ActorId) -> Result<()> {
    let own = notice::table.filter(notice::actor_id.eq(me));
    let done = own.filter(notice::read_at.is_not_null().or(notice::kind.ne_all(Kind::KEPT_UNREAD)));
    diesel::delete(done).execute(conn.link())?;
    Ok(())
}

/// Removes what was read long ago.
pub fn prune(conn: &mut Conn) -> Result<()> {
    let before = conn.now() - KEPT;
    diesel::delete(notice::table.filter(notice::read_at.lt(before))).execute(conn.link())?;
    Ok(())
}

/// Notices with the post and the like that they tell of.
#[diesel::dsl::auto_type(no_type_alias)]
fn with_subject() -> _ {
    notice::table.left_join(post_table::table.on(notice::post_id.eq(post_table::id.nullable()))).left_join(
        reaction::table.on(notice::post_id
            .eq(reaction::post_id.nullable())
            .and(notice::by_id.eq(reaction::actor_id))
            .and(notice::kind.eq(reaction::kind))),
    )
}

/// The condition that a notice is for its member's eyes still, on a query of [`with_subject`].
#[derive(Debug, Clone)]
struct Shown {
    me: ActorId,
    gate: Gate,
    heard: Heard,
}

impl Shown {
    fn to(me: ActorId) -> Self {
        let viewer = Viewer::Member(me);
        Self { me, gate: Gate::before(&viewer), heard: Heard::by(&viewer) }
    }
}

impl QueryFragment<MultiBackend> for Shown {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql(
            "EXISTS (SELECT 1 FROM actor na WHERE na.id = notice.by_id AND na.suspended_at IS NULL \
             AND na.deleted_at IS NULL) AND NOT EXISTS (SELECT 1 FROM apart nx WHERE nx.other_id = notice.by_id \
             AND nx.one_id = ",
        );
        out.push_bind_param::<BigInt, _>(&self.me)?;
        out.push_sql(") AND NOT EXISTS (SELECT 1 FROM hushed nm WHERE nm.other_id = notice.by_id AND nm.actor_id = ");
        out.push_bind_param::<BigInt, _>(&self.me)?;
        out.push_sql(") AND (notice.post_id IS NULL OR ");
        self.gate.walk_ast(out.reborrow())?;
        out.push_sql(") AND (notice.kind <> 'like' OR (reaction.id IS NOT NULL AND ");
        self.heard.walk_ast(out.reborrow())?;
        // What officers are told is for officers: who is none any more isn't told either.
        out.push_sql(
            ")) AND (notice.kind <> 'report' OR EXISTS (SELECT 1 FROM login nl WHERE nl.actor_id = notice.actor_id \
             AND nl.role IN ('owner', 'moderator')))",
        );
        Ok(())
    }
}

condition!(Shown);
