//! Polls: what a post asks, and what is answered.
//!
//! Invariants: who chose what is told to nobody here, only how many chose it. The author's hall counts; of another server's
//! poll we hold what its author last told. Whoever has voted has voted.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::actor::{self, Actor};
use super::audience::Viewer;
use super::event::{self, Event};
use super::media;
use super::notice;
use super::part::{self, Part};
use super::post::{self, Post, Received};
use crate::clock::{DAY, MINUTE, Micros, SECOND};
use crate::db::schema::{poll, poll_option, poll_vote};
use crate::db::{Among, Conn};
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, PostId};

/// Fewest options of a member's poll.
pub const OPTIONS_MIN: usize = 2;
/// Most options of a member's poll.
pub const OPTIONS_MAX: usize = 10;
/// Longest option, in characters; longer ones from elsewhere are cut.
pub const OPTION_CHARS_MAX: usize = 100;
/// Options of other servers' polls beyond these are left out.
const RECEIVED_MAX: usize = 50;
/// The shortest time for which a poll may stand open, in seconds.
pub const SECONDS_MIN: i64 = 5 * (MINUTE / SECOND);
/// The longest time, in seconds.
pub const SECONDS_MAX: i64 = 31 * (DAY / SECOND);
/// How long answers are gathered before the count goes out to other servers.
const COUNT_PAUSE: Micros = 20 * SECOND;

/// What a member asks, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    options: Vec<String>,
    is_many: bool,
    is_secret: bool,
    seconds: i64,
}

impl Question {
    /// Checks a poll: `options` as typed (empty ones are left out), whether several may be chosen, whether the count stays secret
    /// until the end, and for how long it stands open.
    ///
    /// Errors: `Invalid` naming `option` or `poll_time`.
    pub fn parse(options: &[String], is_many: bool, is_secret: bool, seconds: i64) -> Result<Self> {
        let named: Vec<String> = options.iter().map(|title| crate::text::name(title, OPTION_CHARS_MAX + 1)).collect();
        let options: Vec<String> = named.into_iter().filter(|title| !title.is_empty()).collect();
        let mut problems = Vec::new();
        if !(OPTIONS_MIN..=OPTIONS_MAX).contains(&options.len()) {
            let problem = Problem::new("option", "poll-problem-options");
            problems.push(problem.with("min", OPTIONS_MIN).with("max", OPTIONS_MAX));
        }
        if options.iter().any(|title| title.chars().count() > OPTION_CHARS_MAX) {
            problems.push(Problem::new("option", "poll-problem-long").with("max", OPTION_CHARS_MAX));
        }
        if options.iter().collect::<BTreeSet<_>>().len() < options.len() {
            problems.push(Problem::new("option", "poll-problem-twice"));
        }
        if !(SECONDS_MIN..=SECONDS_MAX).contains(&seconds) {
            problems.push(Problem::new("poll_time", "poll-problem-time"));
        }
        if problems.is_empty() {
            Ok(Self { options, is_many, is_secret, seconds })
        } else {
            Err(Error::Invalid(problems))
        }
    }

    /// Does it ask the same as a poll that stands?
    pub fn is_same(&self, other: &Poll) -> bool {
        self.is_many == other.is_many && other.options.iter().map(|option| &option.title).eq(&self.options)
    }
}

/// One option with how many have chosen it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its text.
    pub title: String,
    /// How many have chosen it.
    pub votes: i64,
}

/// A poll as one reader finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poll {
    /// May several be chosen?
    pub is_many: bool,
    /// Does the count stay secret until the end?
    pub is_secret: bool,
    /// When it ends or ended; never, if there is no time.
    pub ends_at: Option<Micros>,
    /// When its author's server closed it.
    pub closed_at: Option<Micros>,
    /// How many have answered, if that is known.
    pub voters: Option<i64>,
    /// What can be chosen, in order.
    pub options: Vec<Choice>,
    /// The places that the reader chose.
    pub mine: Vec<usize>,
}

impl Poll {
    /// Is it over?
    pub fn is_over(&self, now: Micros) -> bool {
        self.closed_at.is_some() || self.ends_at.is_some_and(|at| at <= now)
    }

    /// May the count be told?
    pub fn is_told(&self, now: Micros) -> bool {
        !self.is_secret || self.is_over(now)
    }

    /// Votes in all.
    pub fn votes(&self) -> i64 {
        self.options.iter().map(|option| option.votes).sum()
    }
}

/// Another server's poll, read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Incoming {
    /// Its options with their counts.
    pub options: Vec<(String, i64)>,
    /// May several be chosen?
    pub is_many: bool,
    /// When it ends.
    pub ends_at: Option<Micros>,
    /// When it was closed.
    pub closed_at: Option<Micros>,
    /// How many have answered.
    pub voters: Option<i64>,
}

/// The polls of the posts of one page, as `me` finds them. The posts themselves came through the gate.
pub fn of_posts(conn: &mut Conn, me: Option<ActorId>, posts: &[PostId]) -> Result<BTreeMap<PostId, Poll>> {
    if posts.is_empty() {
        return Ok(BTreeMap::new());
    }
    type Row = (PostId, bool, bool, Option<Micros>, Option<Micros>, Option<i64>);
    let rows: Vec<Row> = poll::table
        .filter(Among::new(poll::post_id, posts.iter().map(|id| id.0)))
        .select((poll::post_id, poll::is_many, poll::is_secret, poll::ends_at, poll::closed_at, poll::voters))
        .load(conn.link())?;
    if rows.is_empty() {
        return Ok(BTreeMap::new());
    }
    let read = |(post, is_many, is_secret, ends_at, closed_at, voters): Row| {
        (post, Poll { is_many, is_secret, ends_at, closed_at, voters, options: Vec::new(), mine: Vec::new() })
    };
    let mut polls: BTreeMap<PostId, Poll> = rows.into_iter().map(read).collect();
    let options: Vec<(PostId, String, i64)> = poll_option::table
        .filter(Among::new(poll_option::post_id, posts.iter().map(|id| id.0)))
        .order((poll_option::post_id, poll_option::place))
        .select((poll_option::post_id, poll_option::title, poll_option::votes))
        .load(conn.link())?;
    for (post, title, votes) in options {
        polls.entry(post).and_modify(|poll| poll.options.push(Choice { title, votes }));
    }
    if let Some(me) = me {
        let mine: Vec<(PostId, i64)> = poll_vote::table
            .filter(Among::new(poll_vote::post_id, posts.iter().map(|id| id.0)))
            .filter(poll_vote::actor_id.eq(me))
            .order((poll_vote::post_id, poll_vote::place))
            .select((poll_vote::post_id, poll_vote::place))
            .load(conn.link())?;
        for (post, place) in mine {
            polls.entry(post).and_modify(|poll| poll.mine.extend(usize::try_from(place)));
        }
    }
    Ok(polls)
}

/// The poll of one post, if it has one.
pub fn of_post(conn: &mut Conn, me: Option<ActorId>, post: PostId) -> Result<Option<Poll>> {
    Ok(of_posts(conn, me, &[post])?.remove(&post))
}

/// Puts a member's question under their new post.
pub(super) fn ask(conn: &mut Conn, post: &Post, question: &Question) -> Result<()> {
    let ends_at = conn.now() + question.seconds * SECOND;
    let options = question.options.iter().map(|title| (title.clone(), 0)).collect();
    let is_many = question.is_many;
    let row = Incoming { options, is_many, ends_at: Some(ends_at), closed_at: None, voters: Some(0) };
    insert(conn, post.id, &row, question.is_secret)?;
    remind(conn, post.author_id, post.id, ends_at)
}

/// Stores what another server says of the poll under its author's post. Where it asks something else than before, what was
/// answered here no longer counts.
pub(super) fn receive(conn: &mut Conn, post: PostId, incoming: &Incoming) -> Result<()> {
    let cut = |(title, votes): &(String, i64)| (crate::text::name(title, OPTION_CHARS_MAX), (*votes).max(0));
    let options: Vec<(String, i64)> = incoming.options.iter().take(RECEIVED_MAX).map(cut).collect();
    let row = Incoming { options, voters: incoming.voters.map(|voters| voters.max(0)), ..incoming.clone() };
    let old = of_post(conn, None, post)?;
    let titles = row.options.iter().map(|(title, _)| title);
    let is_same =
        old.is_some_and(|old| old.is_many == row.is_many && old.options.iter().map(|option| &option.title).eq(titles));
    if !is_same {
        diesel::delete(poll::table.filter(poll::post_id.eq(post))).execute(conn.link())?;
        return insert(conn, post, &row, false);
    }
    diesel::update(poll::table.filter(poll::post_id.eq(post)))
        .set((poll::ends_at.eq(row.ends_at), poll::closed_at.eq(row.closed_at), poll::voters.eq(row.voters)))
        .execute(conn.link())?;
    for (place, (_, votes)) in (0_i64..).zip(&row.options) {
        let option = poll_option::table.filter(poll_option::post_id.eq(post)).filter(poll_option::place.eq(place));
        diesel::update(option).set(poll_option::votes.eq(votes)).execute(conn.link())?;
    }
    Ok(())
}

fn insert(conn: &mut Conn, post: PostId, row: &Incoming, is_secret: bool) -> Result<()> {
    part::mark(conn, post, Part::Poll)?;
    diesel::insert_into(poll::table)
        .values((
            poll::post_id.eq(post),
            poll::is_many.eq(row.is_many),
            poll::is_secret.eq(is_secret),
            poll::ends_at.eq(row.ends_at),
            poll::closed_at.eq(row.closed_at),
            poll::voters.eq(row.voters),
        ))
        .execute(conn.link())?;
    for (place, (title, votes)) in (0_i64..).zip(&row.options) {
        diesel::insert_into(poll_option::table)
            .values((
                poll_option::post_id.eq(post),
                poll_option::place.eq(place),
                poll_option::title.eq(title),
                poll_option::votes.eq(votes),
            ))
            .execute(conn.link())?;
    }
    Ok(())
}

/// A member answers a poll, once. The same answer again changes nothing.
///
/// Errors: `NotFound` if the member may not see the post or it asks nothing; `Invalid` naming `choice`.
pub fn vote(conn: &mut Conn, me: &Actor, id: PostId, places: &[usize]) -> Result<Post> {
    let post = post::show(conn, &Viewer::Member(me.id), id)?.post;
    if media::is_held(conn, id)? {
        return Err(Error::NotFound("post"));
    }
    conn.lock(&key(id))?;
    let poll = of_post(conn, Some(me.id), id)?.ok_or(Error::NotFound("poll"))?;
    let mut places = places.to_vec();
    places.sort_unstable();
    places.dedup();
    if !poll.mine.is_empty() && poll.mine == places {
        return Ok(post);
    }
    let problem = match places.len() {
        _ if poll.is_over(conn.now()) => Some("poll-problem-over"),
        _ if !poll.mine.is_empty() => Some("poll-problem-voted"),
        0 => Some("poll-problem-none"),
        _ if places.iter().any(|place| *place >= poll.options.len()) => Some("poll-problem-gone"),
        2.. if !poll.is_many => Some("poll-problem-one"),
        _ => None,
    };
    if let Some(problem) = problem {
        return Err(Error::invalid("choice", problem));
    }
    count(conn, me.id, id, &places, true)?;
    let is_ours = actor::by_id(conn, post.author_id)?.is_local();
    if is_ours {
        return tell_count(conn, &post).map(|()| post);
    }
    for place in places {
        let event = event::id(conn);
        event::record(conn, event, me.id, &format!("vote:{id}:{}", me.id), &Event::Voted { post: id, place })?;
    }
    if let Some(ends_at) = poll.ends_at {
        remind(conn, me.id, id, ends_at)?;
    }
    Ok(post)
}

/// A remote actor answers a poll of this hall by an option's text.
///
/// Errors: `NotFound` if the post isn't here or isn't for that actor.
pub fn receive_vote(conn: &mut Conn, voter: &Actor, uri: &str, title: &str) -> Result<Received> {
    let post = post::stored(conn, uri)?.filter(|post| post.deleted_at.is_none()).ok_or(Error::NotFound("post"))?;
    if !actor::by_id(conn, post.author_id)?.is_local() {
        return Ok(Received::Ignored("a vote on a poll that isn't ours"));
    }
    post::show(conn, &Viewer::Remote(voter.id), post.id)?;
    conn.lock(&key(post.id))?;
    let Some(poll) = of_post(conn, Some(voter.id), post.id)? else { return Ok(Received::Ignored("nothing is asked")) };
    if poll.is_over(conn.now()) {
        return Ok(Received::Ignored("the poll is over"));
    }
    let title = crate::text::name(title, OPTION_CHARS_MAX + 1);
    let Some(place) = poll.options.iter().position(|option| option.title == title) else {
        return Ok(Received::Ignored("no such option"));
    };
    if poll.mine.contains(&place) || (!poll.is_many && !poll.mine.is_empty()) {
        return Ok(Received::Ignored("voted already"));
    }
    count(conn, voter.id, post.id, &[place], poll.mine.is_empty())?;
    tell_count(conn, &post)?;
    Ok(Received::Stored)
}

/// Writes votes down and counts them.
fn count(conn: &mut Conn, voter: ActorId, id: PostId, places: &[usize], is_first: bool) -> Result<()> {
    let now = conn.now();
    for place in places.iter().filter_map(|place| i64::try_from(*place).ok()) {
        diesel::insert_into(poll_vote::table)
            .values((
                poll_vote::post_id.eq(id),
                poll_vote::actor_id.eq(voter),
                poll_vote::place.eq(place),
                poll_vote::created_at.eq(now),
            ))
            .execute(conn.link())?;
        let option = poll_option::table.filter(poll_option::post_id.eq(id)).filter(poll_option::place.eq(place));
        diesel::update(option).set(poll_option::votes.eq(poll_option::votes + 1)).execute(conn.link())?;
    }
    if is_first {
        let row = poll::table.filter(poll::post_id.eq(id));
        diesel::update(row).set(poll::voters.eq(poll::voters + 1)).execute(conn.link())?;
    }
    Ok(())
}

/// Lets other servers hear of the count soon: once for what comes together.
fn tell_count(conn: &mut Conn, post: &Post) -> Result<()> {
    let lane = format!("count:{}", post.id);
    if event::is_waiting(conn, &lane)? {
        return Ok(());
    }
    let (id, due_at) = (event::id(conn), conn.now() + COUNT_PAUSE);
    event::record_at(conn, id, post.author_id, &lane, &Event::Counted(post.id), due_at)
}

/// Has the end of a poll told, once.
/// How far ahead an end is waited for: other servers may name any year.
const REMINDED_MAX: Micros = 400 * DAY;

fn remind(conn: &mut Conn, me: ActorId, post: PostId, ends_at: Micros) -> Result<()> {
    let lane = format!("poll:{post}");
    if ends_at > conn.now() + REMINDED_MAX || event::is_waiting(conn, &lane)? {
        return Ok(());
    }
    let id = event::id(conn);
    event::record_at(conn, id, me, &lane, &Event::PollEnded(post), ends_at)
}

/// A poll is over: its author and the members who answered it are told. Answers whether it is a member's.
pub fn end(conn: &mut Conn, id: PostId) -> Result<bool> {
    let Ok(post) = post::by_id(conn, id) else { return Ok(false) };
    let Some(poll) = of_post(conn, None, id)?.filter(|_| post.deleted_at.is_none()) else { return Ok(false) };
    if let (false, Some(later)) = (poll.is_over(conn.now()), poll.ends_at) {
        // Its author gave it more time.
        remind(conn, post.author_id, id, later)?;
        return Ok(false);
    }
    let mut told: Vec<ActorId> =
        poll_vote::table.filter(poll_vote::post_id.eq(id)).select(poll_vote::actor_id).load(conn.link())?;
    told.push(post.author_id);
    told.sort_unstable();
    told.dedup();
    let new = notice::New::about_post(notice::Kind::Poll, post.author_id, id, id);
    told.into_iter().try_for_each(|one| notice::tell(conn, one, &new))?;
    Ok(actor::by_id(conn, post.author_id)?.is_local())
}

fn key(id: PostId) -> String {
    format!("poll:{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(options: &[&str], seconds: i64) -> std::result::Result<Question, Vec<&'static str>> {
        let options: Vec<String> = options.iter().map(|title| (*title).to_owned()).collect();
        match Question::parse(&options, false, false, seconds) {
            Ok(question) => Ok(question),
            Err(Error::Invalid(problems)) => Err(problems.into_iter().map(|problem| problem.field).collect()),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn questions_are_checked() {
        let question = asked(&[" 汤圆 ", "", "饺子"], 3_600).unwrap();
        assert_eq!(question.options, ["汤圆", "饺子"]);
        assert_eq!(asked(&["汤圆"], 3_600), Err(vec!["option"]));
        assert_eq!(asked(&["汤圆", "汤圆"], 3_600), Err(vec!["option"]));
        assert_eq!(asked(&["汤圆", &"长".repeat(101)], 3_600), Err(vec!["option"]));
        assert_eq!(asked(&["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"], 3_600), Err(vec!["option"]));
        for seconds in [i64::MIN, -1, 0, SECONDS_MIN - 1, SECONDS_MAX + 1, i64::MAX] {
            assert_eq!(asked(&["汤圆", "饺子"], seconds), Err(vec!["poll_time"]), "{seconds}");
        }
    }
}
