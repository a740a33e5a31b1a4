//! What an account answers by itself: a greeting to those who begin to follow, and replies to words.

use diesel::prelude::*;

use super::{WELCOME_CHARS_MAX, as_editor};
use crate::db::Conn;
use crate::db::schema::account_answer;
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, AnswerId};

/// Replies of one account.
pub const ANSWERS_MAX: usize = 50;
/// Longest list of words of one reply.
const WORDS_CHARS_MAX: usize = 100;

/// A reply to words.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = account_answer)]
pub struct Answer {
    /// Its id.
    pub id: AnswerId,
    /// The words, with spaces between: any of them is enough.
    pub words: String,
    /// What is answered.
    pub reply: String,
}

/// The replies of an account, in their order.
pub fn answers(conn: &mut Conn, id: ActorId) -> Result<Vec<Answer>> {
    Ok(account_answer::table
        .filter(account_answer::account_id.eq(id))
        .order(account_answer::id)
        .select(Answer::as_select())
        .load(conn.link())?)
}

/// Does an account answer by itself?
pub fn has_answers(conn: &mut Conn, id: ActorId) -> Result<bool> {
    let rows = account_answer::table.filter(account_answer::account_id.eq(id));
    Ok(diesel::select(diesel::dsl::exists(rows)).get_result(conn.link())?)
}

/// Puts these replies in place of those that the account has: one a line, the words, `=`, and what is answered.
///
/// Errors: `Invalid` for the field `answers`; `NotFound` and `Forbidden` for those who may not.
pub fn set_answers(conn: &mut Conn, by: ActorId, id: ActorId, typed: &str) -> Result<()> {
    as_editor(conn, by, id)?;
    let mut rows: Vec<(String, String)> = Vec::new();
    for line in crate::text::body(typed).lines().filter(|line| !line.trim().is_empty()) {
        let (words, reply) = line.split_once(['=', '＝']).unwrap_or((line, ""));
        let words = words.replace([',', '，', '、'], " ").split_whitespace().collect::<Vec<_>>().join(" ");
        let reply = reply.trim().to_owned();
        if words.is_empty() || reply.is_empty() {
            return Err(Error::invalid("answers", "account-problem-answers"));
        }
        for (text, max) in [(&words, WORDS_CHARS_MAX), (&reply, WELCOME_CHARS_MAX)] {
            if text.chars().count() > max {
                return Err(Error::Invalid(vec![Problem::new("answers", "problem-too-long").with("max", max)]));
            }
        }
        rows.push((words, reply));
    }
    if rows.len() > ANSWERS_MAX {
        let problem = Problem::new("answers", "account-problem-answers-many").with("max", ANSWERS_MAX);
        return Err(Error::Invalid(vec![problem]));
    }
    diesel::delete(account_answer::table.filter(account_answer::account_id.eq(id))).execute(conn.link())?;
    for (words, reply) in rows {
        let row = AnswerId(conn.id());
        diesel::insert_into(account_answer::table)
            .values((
                account_answer::id.eq(row),
                account_answer::account_id.eq(id),
                account_answer::words.eq(words),
                account_answer::reply.eq(reply),
            ))
            .execute(conn.link())?;
    }
    Ok(())
}

/// What the account answers to a text, if one of its words stands in it.
pub fn answer_to(conn: &mut Conn, id: ActorId, text: &str) -> Result<Option<String>> {
    let text = text.to_lowercase();
    let says = |answer: &Answer| answer.words.split(' ').any(|word| text.contains(&word.to_lowercase()));
    Ok(answers(conn, id)?.into_iter().find(says).map(|answer| answer.reply))
}
