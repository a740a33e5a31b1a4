//! What an account says by itself: a greeting to those who begin to follow it, and replies to words that somebody writes to it.
//!
//! Invariants: only persons are spoken to, so that two accounts never talk to each other for ever; and one of them is answered so
//! often in an hour and no more. What is said is for the one person alone.

use diesel::prelude::*;

use super::account;
use super::actor::{self, Actor, Kind};
use super::audience::Audience;
use super::moment::{self, Draft};
use super::post;
use crate::clock::HOUR;
use crate::db::Conn;
use crate::db::schema::{mention, post as post_table};
use crate::error::{Error, Result};
use crate::id::{ActorId, PostId};
use crate::text;

/// How often one person is answered by one account in an hour.
const ANSWERS_PER_HOUR: i64 = 10;
/// Longest word of an account, greeting and handle together.
const CHARS_MAX: usize = 2_000;

/// An account greets somebody who has begun to follow it.
pub fn greet(conn: &mut Conn, account: ActorId, follower: ActorId) -> Result<()> {
    let Some(detail) = open(conn, account)? else { return Ok(()) };
    if detail.welcome.trim().is_empty() {
        return Ok(());
    }
    tell(conn, account, follower, &detail.welcome)
}

/// An account answers what somebody wrote to it, if it has an answer to one of the words.
pub fn answer(conn: &mut Conn, account: ActorId, id: PostId) -> Result<()> {
    if open(conn, account)?.is_none() {
        return Ok(());
    }
    let said = match post::by_id(conn, id) {
        Ok(said) if said.deleted_at.is_none() => said,
        Ok(_) | Err(Error::NotFound(_)) => return Ok(()),
        Err(error) => return Err(error),
    };
    let words = text::plain_of_clean(&said.body_html);
    match account::answer_to(conn, account, &words)? {
        Some(reply) => tell(conn, account, said.author_id, &reply),
        None => Ok(()),
    }
}

/// The account, as long as it is open.
fn open(conn: &mut Conn, account: ActorId) -> Result<Option<account::Detail>> {
    match account::get(conn, account) {
        Ok(account) => Ok(Some(account.detail)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Says something to one person.
fn tell(conn: &mut Conn, account: ActorId, to: ActorId, words: &str) -> Result<()> {
    let (account, to) = (actor::by_id(conn, account)?, actor::by_id(conn, to)?);
    let is_there = to.kind == Kind::Person && to.deleted_at.is_none() && to.suspended_at.is_none();
    if !is_there || told(conn, &account, &to)? >= ANSWERS_PER_HOUR {
        return Ok(());
    }
    let handle = if to.is_local() { &to.name } else { &to.address };
    let draft = Draft::addressed(&format!("@{handle} {words}"), Audience::People, "", "", CHARS_MAX, None)?;
    moment::publish(conn, &account, draft).map(drop)
}

/// How often the account has spoken to somebody in the last hour.
fn told(conn: &mut Conn, account: &Actor, to: &Actor) -> Result<i64> {
    let since = conn.now() - HOUR;
    let theirs = mention::table.filter(mention::actor_id.eq(to.id)).select(mention::post_id);
    Ok(post_table::table
        .filter(post_table::author_id.eq(account.id))
        .filter(post_table::audience.eq(Audience::People))
        .filter(post_table::published_at.gt(since))
        .filter(post_table::id.eq_any(theirs))
        .count()
        .get_result(conn.link())?)
}
