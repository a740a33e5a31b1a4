//! Digests: what is new, by e-mail, to members who want it so, once a day or once a week.
//!
//! Invariants: nobody gets one unasked; a digest points to what the notices of its reader show at that moment, gate and all; what was told
//! isn't told again; where nothing is new, nothing is sent.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::actor::{self, Actor};
use super::announcement::{self, Announcement};
use super::login::{self, Member, State};
use super::notice::{self, Kind};
use super::post::Post;
use crate::clock::{DAY, HOUR, MINUTE, Micros};
use crate::db::schema::digest;
use crate::db::{Conn, End, IntoBoth, Part, Range, Statement, text_enum};
use crate::error::{Error, Result};
use crate::id::{ActorId, LoginId, NoticeId};

/// The hour of the day at which digests go out, where their reader is.
const HOUR_OF_DAY: i8 = 8;
/// Notices that one digest looks at.
const LOOKED_AT: i64 = 200;
/// As often one digest is tried.
const ATTEMPTS_MAX: i64 = 8;
/// How long a digest may be under way before it is handed out again.
const CLAIM: Micros = 10 * MINUTE;

text_enum! {
    /// How often.
    Rhythm {
        /// Every day.
        Daily = "daily",
        /// Every week.
        Weekly = "weekly",
    }
}

impl Rhythm {
    fn days(self) -> i64 {
        match self {
            Self::Daily => 1,
            Self::Weekly => 7,
        }
    }
}

/// A member chooses how often, or not at all.
pub fn choose(conn: &mut Conn, member: &Member, rhythm: Option<Rhythm>) -> Result<()> {
    let id = member.login.id;
    let Some(rhythm) = rhythm else {
        diesel::delete(digest::table.filter(digest::login_id.eq(id))).execute(conn.link())?;
        return Ok(());
    };
    let due_at = next(conn.now(), rhythm, member.login.time_zone.as_deref());
    // What there is already is no news.
    let newest = notice::newest(conn, member.actor.id)?.unwrap_or(NoticeId(0));
    diesel::insert_into(digest::table)
        .values((
            digest::login_id.eq(id),
            digest::rhythm.eq(rhythm),
            digest::token.eq(crate::secret::token()),
            digest::told_until.eq(newest.0),
            digest::due_at.eq(due_at),
            digest::attempts.eq(0_i64),
            digest::claimed_until.eq(0_i64),
        ))
        .on_conflict_do_nothing()
        .both()
        .execute(conn.link())?;
    diesel::update(digest::table.filter(digest::login_id.eq(id)).filter(digest::rhythm.ne(rhythm)))
        .set((digest::rhythm.eq(rhythm), digest::due_at.eq(due_at)))
        .execute(conn.link())?;
    Ok(())
}

/// How often a member gets one, if at all.
pub fn chosen(conn: &mut Conn, id: LoginId) -> Result<Option<Rhythm>> {
    let own = digest::table.filter(digest::login_id.eq(id));
    Ok(own.select(digest::rhythm).first(conn.link()).optional()?)
}

/// Does a letter with this token still have others behind it?
pub fn is_wanted(conn: &mut Conn, token: &str) -> Result<bool> {
    Ok(diesel::select(diesel::dsl::exists(digest::table.filter(digest::token.eq(token)))).get_result(conn.link())?)
}

/// Who has the letter ends them. None is no error.
pub fn end(conn: &mut Conn, token: &str) -> Result<()> {
    diesel::delete(digest::table.filter(digest::token.eq(token))).execute(conn.link())?;
    Ok(())
}

/// The next time after `now` at which a digest is due: in the morning, where its reader is.
fn next(now: Micros, rhythm: Rhythm, zone: Option<&str>) -> Micros {
    let zone = zone.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC);
    let later = now + rhythm.days() * DAY;
    let morning = Timestamp::from_microsecond(now).ok().and_then(|now| {
        let today = now.to_zoned_datetime(zone.clone()).date();
        let day = today.checked_add(rhythm.days().days()).ok()?;
        Some(day.at(HOUR_OF_DAY, 0, 0, 0).to_zoned_datetime(zone).ok()?.timestamp().as_microsecond())
    });
    morning.unwrap_or(later)
}

/// A digest that was handed out.
#[derive(Debug, Clone, Queryable)]
pub struct Due {
    /// For whom.
    pub login_id: LoginId,
    /// How often.
    pub rhythm: Rhythm,
    /// What ends them.
    pub token: String,
    /// Up to which notice its reader was told.
    pub told_until: i64,
    /// How often it was tried, this time included.
    pub attempts: i64,
}

/// Is a digest due?
pub fn is_due(conn: &mut Conn) -> Result<bool> {
    let now = conn.now();
    let due = digest::table.filter(digest::due_at.le(now)).filter(digest::claimed_until.lt(now));
    Ok(diesel::select(diesel::dsl::exists(due)).get_result(conn.link())?)
}

/// Takes up to `limit` due digests.
pub fn claim(conn: &mut Conn, limit: i64) -> Result<Vec<Due>> {
    let now = conn.now();
    type Row = (LoginId, Rhythm, String, i64, i64);
    let rows: Vec<Row> = Statement::<(BigInt, Text, Text, BigInt, BigInt)>::new(vec![
        Part::Sql("UPDATE digest SET attempts = attempts + 1, claimed_until = "),
        Part::Number(now + CLAIM),
        Part::Sql(" WHERE login_id IN (SELECT d.login_id FROM digest d WHERE d.due_at <= "),
        Part::Number(now),
        Part::Sql(" AND d.claimed_until < "),
        Part::Number(now),
        Part::Sql(" ORDER BY d.due_at LIMIT "),
        Part::Number(limit),
        Part::Sql(conn.skip_locked()),
        Part::Sql(") RETURNING login_id, rhythm, token, told_until, attempts"),
    ])
    .load(conn.link())?;
    let due = |(login_id, rhythm, token, told_until, attempts)| Due { login_id, rhythm, token, told_until, attempts };
    Ok(rows.into_iter().map(due).collect())
}

/// An announcement in a digest.
#[derive(Debug, Clone)]
pub struct Told {
    /// Its post.
    pub post: Post,
    /// Who wrote it.
    pub author: Actor,
    /// The group.
    pub group: Actor,
    /// What it is, if it still is.
    pub announcement: Option<Announcement>,
}

/// What a digest says.
#[derive(Debug, Clone)]
pub struct Content {
    /// To whom.
    pub member: Member,
    /// Announcements that weren't opened yet, newest first.
    pub announcements: Vec<Told>,
    /// How many other notices are unread.
    pub others: usize,
    /// The newest notice that it tells of.
    pub until: NoticeId,
}

/// What a digest says now; `None` if there is nothing to say, or nobody to say it to.
pub fn content(conn: &mut Conn, due: &Due) -> Result<Option<Content>> {
    let member = match login::by_id(conn, due.login_id) {
        Ok(member) => member,
        Err(Error::NotFound(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    if member.login.state != State::Active || member.login.email.is_none() {
        return Ok(None);
    }
    let me = member.actor.id;
    let range = Range { before: i64::MAX, after: due.told_until, end: End::Newest, limit: LOOKED_AT };
    let unread: Vec<_> =
        notice::list(conn, me, &Kind::LISTED, &range)?.into_iter().filter(|notice| !notice.is_read).collect();
    let Some(until) = unread.first().map(|notice| notice.id) else { return Ok(None) };
    let mut announcements: Vec<Told> = Vec::new();
    let mut others = 0;
    for one in unread {
        let group = one.group_id.unwrap_or(ActorId(0));
        match one.post.filter(|_| one.kind.is_kept_unread()) {
            // What is told and reminded of is one thing.
            Some(post) if announcements.iter().any(|told| told.post.id == post.id) => {}
            Some(post) => announcements.push(Told {
                author: actor::by_id(conn, post.author_id)?,
                group: actor::by_id(conn, group)?,
                announcement: announcement::find(conn, post.id)?,
                post,
            }),
            None => others += 1,
        }
    }
    Ok(Some(Content { member, announcements, others, until }))
}

/// How a digest fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was taken: its reader is told up to here.
    Sent(NoticeId),
    /// There was nothing to tell.
    Idle,
    /// It won't be taken.
    Refused,
    /// It may be taken later.
    Later,
}

/// Keeps how a digest fared.
pub fn settle(conn: &mut Conn, due: &Due, outcome: Outcome) -> Result<()> {
    let row = digest::table.filter(digest::login_id.eq(due.login_id));
    let now = conn.now();
    if outcome == Outcome::Later && due.attempts < ATTEMPTS_MAX {
        let pause = HOUR * (1 << due.attempts.clamp(0, 4)) / 4;
        diesel::update(row)
            .set((digest::due_at.eq(now + pause), digest::claimed_until.eq(0_i64)))
            .execute(conn.link())?;
        return Ok(());
    }
    if let Outcome::Sent(until) = outcome {
        diesel::update(row).set(digest::told_until.eq(until.0)).execute(conn.link())?;
    }
    let zone = match login::by_id(conn, due.login_id) {
        Ok(member) => member.login.time_zone,
        Err(Error::NotFound(_)) => return Ok(()),
        Err(error) => return Err(error),
    };
    let due_at = next(now, due.rhythm, zone.as_deref());
    diesel::update(row)
        .set((digest::due_at.eq(due_at), digest::attempts.eq(0_i64), digest::claimed_until.eq(0_i64)))
        .execute(conn.link())?;
    Ok(())
}

/// Frees what a process held that was killed. Only for a hall whose one process is just starting.
pub fn free_all(conn: &mut Conn) -> Result<()> {
    let held = digest::table.filter(digest::claimed_until.gt(0_i64));
    diesel::update(held).set(digest::claimed_until.eq(0_i64)).execute(conn.link())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{from_rfc3339, to_rfc3339};

    #[test]
    fn a_digest_goes_out_in_the_morning_where_its_reader_is() {
        let now = from_rfc3339("2026-11-26T20:00:00Z").unwrap();
        // In Kuala Lumpur this is the 27th already.
        for (rhythm, zone, due) in [
            (Rhythm::Daily, Some("Asia/Kuala_Lumpur"), "2026-11-28T00:00:00Z"),
            (Rhythm::Weekly, Some("Asia/Kuala_Lumpur"), "2026-12-04T00:00:00Z"),
            (Rhythm::Daily, None, "2026-11-27T08:00:00Z"),
            (Rhythm::Daily, Some("Nowhere/City"), "2026-11-27T08:00:00Z"),
        ] {
            assert_eq!(to_rfc3339(next(now, rhythm, zone)), due, "{rhythm:?} {zone:?}");
        }
        assert!(next(i64::MAX - 8 * DAY, Rhythm::Daily, None) > 0);
    }
}
