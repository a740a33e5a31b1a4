//! Confirming: who took note of an announcement says so, by the button here or at their own hall, or in the ways that other software has;
//! the others can be reminded.
//!
//! Invariants: only members of the group confirm, each for themself, once. Whose hall has the button confirms by the button alone.

use diesel::prelude::*;

use super::{Announcement, find};
use crate::clock::{DAY, HOUR, Micros};
use crate::db::schema::{announcement, confirmation, membership, notice as notice_table};
use crate::db::{Conn, IntoBoth, text_enum};
use crate::domain::actor::{self, Actor};
use crate::domain::audience::Viewer;
use crate::domain::event::{self, Event};
use crate::domain::group::{self, Act, Entry as Record, State};
use crate::domain::notice::{self, Kind as Notice, Told};
use crate::domain::post::{self, Kind, Post, Received};
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, PostId};

/// How long after a reminder there is no other.
pub const REMINDER_PAUSE: Micros = DAY;
/// The same for what another hall reminds of: its day may be a little shorter than ours.
const RECEIVED_PAUSE: Micros = 20 * HOUR;
/// Longest answer that may be a confirmation, in characters.
const ANSWER_CHARS_MAX: usize = 60;
/// Members of one server that are reminded by one message.
const REMINDED_MAX: i64 = 500;

text_enum! {
    /// How somebody said that they took note.
    Way {
        /// By the button, here or at another hall.
        Button = "button",
        /// By an answer.
        Reply = "reply",
        /// By a like.
        Like = "like",
    }
}

/// A member of this hall took note of an announcement that asks for it. Twice is the same as once.
///
/// Errors: `NotFound` if there is no such announcement for them, or it doesn't ask (any more).
pub fn confirm(conn: &mut Conn, me: &Actor, id: PostId) -> Result<Post> {
    let post = post::show(conn, &Viewer::Member(me.id), id)?.post;
    let now = conn.now();
    let known = find(conn, id)?.filter(|known| known.asks_now(now)).ok_or(Error::NotFound("announcement"))?;
    if !group::is_member(conn, known.group_id, &Viewer::Member(me.id))? {
        return Err(Error::NotFound("announcement"));
    }
    let is_new = insert(conn, id, me.id, Way::Button)?;
    notice::open(conn, me.id, id)?;
    if is_new && !actor::by_id(conn, known.group_id)?.is_local() {
        let event = event::id(conn);
        event::record(conn, event, me.id, &format!("post:{id}"), &Event::Confirmed(id))?;
    }
    Ok(post)
}

fn insert(conn: &mut Conn, post: PostId, who: ActorId, way: Way) -> Result<bool> {
    let now = conn.now();
    let row = diesel::insert_into(confirmation::table).values((
        confirmation::post_id.eq(post),
        confirmation::actor_id.eq(who),
        confirmation::way.eq(way),
        confirmation::created_at.eq(now),
    ));
    Ok(row.on_conflict_do_nothing().both().execute(conn.link())? > 0)
}

/// Somebody of another server took note of an announcement of a group of this hall.
///
/// Errors: `Forbidden` if they don't belong to the group.
pub fn receive_confirmation(conn: &mut Conn, who: &Actor, uri: &str, way: Way) -> Result<Received> {
    let Some(post) = post::stored(conn, uri)?.filter(|post| post.deleted_at.is_none()) else {
        return Ok(Received::Ignored("no such announcement"));
    };
    let now = conn.now();
    let Some(known) = find(conn, post.id)?.filter(|known| known.asks_now(now)) else {
        return Ok(Received::Ignored("nobody asks for it"));
    };
    if who.is_local() || group::role(conn, known.group_id, who.id)?.is_none() {
        return Err(Error::Forbidden);
    }
    insert(conn, post.id, who.id, way)?;
    Ok(Received::Stored)
}

/// Is an answer from elsewhere a confirmation? Then it counts, if it stands right under an announcement that asks for one and comes
/// from software without the button.
pub fn heed_reply(conn: &mut Conn, author: &Actor, uri: &str) -> Result<()> {
    let Some(reply) = post::stored(conn, uri)?.filter(|reply| reply.kind == Kind::Comment) else { return Ok(()) };
    let parent = reply.parent_id.filter(|parent| Some(*parent) == reply.root_id);
    let Some(parent) = parent.filter(|_| reply.author_id == author.id && reply.deleted_at.is_none()) else {
        return Ok(());
    };
    if !is_confirmation(&crate::text::plain_of_clean(&reply.body_html)) {
        return Ok(());
    }
    let parent = post::by_id(conn, parent)?;
    heed(conn, author, &parent.uri, Way::Reply)
}

/// Is a like from elsewhere a confirmation?
pub fn heed_like(conn: &mut Conn, who: &Actor, uri: &str) -> Result<()> {
    heed(conn, who, uri, Way::Like)
}

/// A like that was a confirmation is taken back.
pub fn heed_unlike(conn: &mut Conn, who: ActorId, post: PostId) -> Result<()> {
    let row = confirmation::table.filter(confirmation::post_id.eq(post)).filter(confirmation::actor_id.eq(who));
    diesel::delete(row.filter(confirmation::way.eq(Way::Like))).execute(conn.link())?;
    Ok(())
}

/// The same of a post by its id on the wire.
pub fn heed_unlike_of(conn: &mut Conn, who: ActorId, uri: &str) -> Result<()> {
    match post::stored(conn, uri)? {
        Some(post) => heed_unlike(conn, who, post.id),
        None => Ok(()),
    }
}

fn heed(conn: &mut Conn, who: &Actor, uri: &str, way: Way) -> Result<()> {
    // Whose software knows friends is a hall's, which has the button.
    if who.is_local() || who.friends {
        return Ok(());
    }
    match receive_confirmation(conn, who, uri, way) {
        Ok(_) | Err(Error::Forbidden) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Does an answer say that its author took note, and nothing else? In either script or in English, with thanks, whoever it names.
pub fn is_confirmation(text: &str) -> bool {
    const TAKEN: [&str; 18] = [
        "收到",
        "收到了",
        "已收到",
        "我收到了",
        "收到谢谢",
        "收到謝謝",
        "已阅",
        "已閱",
        "已阅读",
        "已閱讀",
        "阅",
        "閱",
        "已知悉",
        "received",
        "confirmed",
        "confirm",
        "noted",
        "acknowledged",
    ];
    const BESIDES: [&str; 21] = [
        "谢谢",
        "謝謝",
        "多谢",
        "多謝",
        "感谢",
        "感謝",
        "辛苦了",
        "好的",
        "好",
        "明白",
        "thanks",
        "thank",
        "you",
        "ok",
        "okay",
        "with",
        "and",
        "i",
        "have",
        "all",
        "well",
    ];
    if text.chars().count() > ANSWER_CHARS_MAX || text.contains(['?', '？']) {
        return false;
    }
    let named = |word: &&str| !word.starts_with('@');
    let text = text.split_whitespace().filter(named).collect::<Vec<_>>().join(" ").to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_taken = |word: &&str| TAKEN.contains(word);
    words.iter().any(is_taken) && words.iter().all(|word| is_taken(word) || BESIDES.contains(word))
}

/// An officer reminds those who haven't confirmed an announcement, here and elsewhere; answers how many of this hall were told.
///
/// Errors: `NotFound` if the member doesn't run the group; `Invalid` for the field "" if it doesn't ask (any more) or the last reminder
/// is too fresh.
pub fn remind(conn: &mut Conn, by: &Actor, id: PostId) -> Result<usize> {
    conn.lock(&format!("reminder:{id}"))?;
    let known = run_by(conn, by.id, id)?;
    let now = conn.now();
    if !known.asks_now(now) {
        return Err(Error::invalid("", "announcement-problem-asks"));
    }
    if known.reminded_at > 0 && now - known.reminded_at < REMINDER_PAUSE {
        let problem = Problem::new("", "announcement-problem-reminded").with("hours", REMINDER_PAUSE / HOUR);
        return Err(Error::Invalid(vec![problem]));
    }
    diesel::update(announcement::table.filter(announcement::post_id.eq(id)))
        .set(announcement::reminded_at.eq(now))
        .execute(conn.link())?;
    let author = post::by_id(conn, id)?.author_id;
    notice::withdraw_of_post(conn, Notice::AnnouncementReminder, id)?;
    let told = notice::tell_members(conn, Notice::AnnouncementReminder, known.group_id, id, author, Told::Rest)?;
    for host in hosts_of_rest(conn, &known)? {
        let event = event::id(conn);
        let lane = format!("reminder:{id}:{host}");
        event::record(conn, event, known.group_id, &lane, &Event::Reminded { post: id, host })?;
    }
    group::log(conn, known.group_id, by.id, &Record::about_post(Act::Reminded, id, ""))?;
    Ok(told)
}

/// The announcement, if `by` runs its group.
///
/// Errors: `NotFound`.
pub(super) fn run_by(conn: &mut Conn, by: ActorId, id: PostId) -> Result<Announcement> {
    post::show(conn, &Viewer::Member(by), id)?;
    let known = find(conn, id)?.ok_or(Error::NotFound("announcement"))?;
    group::as_officer(conn, by, known.group_id)?;
    Ok(known)
}

/// The servers of members elsewhere who haven't confirmed it.
fn hosts_of_rest(conn: &mut Conn, known: &Announcement) -> Result<Vec<String>> {
    use crate::db::schema::actor as actor_table;
    let confirmed = confirmation::table.filter(confirmation::post_id.eq(known.post_id)).select(confirmation::actor_id);
    Ok(membership::table
        .inner_join(actor_table::table.on(actor_table::id.eq(membership::actor_id)))
        .filter(membership::group_id.eq(known.group_id))
        .filter(membership::state.eq(State::Member))
        .filter(actor_table::host.ne(""))
        .filter(actor_table::kind.ne(actor::Kind::Application))
        .filter(actor_table::suspended_at.is_null())
        .filter(actor_table::deleted_at.is_null())
        .filter(membership::actor_id.ne_all(confirmed))
        .select(actor_table::host)
        .distinct()
        .load(conn.link())?)
}

/// Members of one server who haven't confirmed an announcement, as they are when they are reminded.
pub fn unconfirmed_of(conn: &mut Conn, known: &Announcement, host: &str) -> Result<Vec<Actor>> {
    use crate::db::schema::actor as actor_table;
    let confirmed = confirmation::table.filter(confirmation::post_id.eq(known.post_id)).select(confirmation::actor_id);
    Ok(membership::table
        .inner_join(actor_table::table.on(actor_table::id.eq(membership::actor_id)))
        .filter(membership::group_id.eq(known.group_id))
        .filter(membership::state.eq(State::Member))
        .filter(actor_table::host.eq(host))
        .filter(actor_table::kind.ne(actor::Kind::Application))
        .filter(actor_table::suspended_at.is_null())
        .filter(actor_table::deleted_at.is_null())
        .filter(membership::actor_id.ne_all(confirmed))
        .order(membership::id)
        .limit(REMINDED_MAX)
        .select(Actor::as_select())
        .load(conn.link())?)
}

/// A group of another hall reminds members of this hall, whom it names, of an announcement of its own.
///
/// Errors: `Forbidden` if the announcement isn't that group's.
pub fn receive_reminder(conn: &mut Conn, group: &Actor, uri: &str, people: &[ActorId]) -> Result<Received> {
    let Some(post) = post::stored(conn, uri)?.filter(|post| post.deleted_at.is_none()) else {
        return Ok(Received::Ignored("no such announcement"));
    };
    let now = conn.now();
    let Some(known) = find(conn, post.id)?.filter(|known| known.asks_now(now)) else {
        return Ok(Received::Ignored("nobody asks for it"));
    };
    if group.is_local() || known.group_id != group.id {
        return Err(Error::Forbidden);
    }
    let told = notice::New::of_group_post(Notice::AnnouncementReminder, group.id, group.id, post.id);
    for who in people {
        let has_confirmed: bool = diesel::select(diesel::dsl::exists(
            confirmation::table.filter(confirmation::post_id.eq(post.id)).filter(confirmation::actor_id.eq(who)),
        ))
        .get_result(conn.link())?;
        let last: Option<Micros> = notice_table::table
            .filter(notice_table::actor_id.eq(who))
            .filter(notice_table::post_id.eq(post.id))
            .filter(notice_table::kind.eq(Notice::AnnouncementReminder))
            .select(notice_table::created_at)
            .first(conn.link())
            .optional()?;
        let is_fresh = last.is_some_and(|at| now - at < RECEIVED_PAUSE);
        if has_confirmed || is_fresh || !group::is_member(conn, group.id, &Viewer::Member(*who))? {
            continue;
        }
        notice::withdraw(conn, *who, &told)?;
        notice::tell(conn, *who, &told)?;
    }
    Ok(Received::Stored)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_that_confirm_are_known() {
        for text in [
            "收到",
            "收到。",
            "收到，谢谢！",
            "收到謝謝",
            "@guodong@hall.example 收到",
            "已閱",
            "已阅。",
            "「收到」",
            "Received",
            "received, thank you!",
            "Confirmed.",
            "  confirmed\n@mei ",
            "收到👍",
        ] {
            assert!(is_confirmation(text), "{text}");
        }
        for text in [
            "",
            "谢谢",
            "收到吗？",
            "还没收到",
            "没收到通知",
            "I have not received it",
            "Received?",
            "什么时候开席",
            "not confirmed",
            "收到了三封信",
            "@received@example.org 好的",
        ] {
            assert!(!is_confirmation(text), "{text}");
        }
        assert!(!is_confirmation(&"收到 ".repeat(40)));
    }
}
