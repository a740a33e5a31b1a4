//! Filters: words and posts that a member doesn't want to meet, or only behind a warning (Mastodon's documentation,
//! “filters”, v2). They open and close no door; they only say how what one may see is shown.

use diesel::prelude::*;

use super::audience::Viewer;
use super::post;
use crate::clock::{Micros, SECOND};
use crate::db::schema::{filter, filter_keyword, filter_post};
use crate::db::{Conn, IntoBoth, text_enum};
use crate::error::{Error, Problem, Result};
use crate::id::{ActorId, FilterId, PostId};

/// Filters of one member.
pub const FILTERS_MAX: i64 = 100;
/// Words of one filter, and posts.
pub const ENTRIES_MAX: i64 = 200;
/// Longest title and word, in characters.
pub const TITLE_CHARS_MAX: usize = 100;
/// Where a filter may apply.
pub const CONTEXTS: [&str; 5] = ["home", "notifications", "public", "thread", "account"];

text_enum! {
    /// What becomes of what it finds.
    Act {
        /// It is shown behind a warning.
        Warn = "warn",
        /// It isn't shown.
        Hide = "hide",
        /// Its pictures are blurred.
        Blur = "blur",
    }
}

/// A word that a filter looks for.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = filter_keyword)]
pub struct Keyword {
    /// Its id.
    pub id: i64,
    /// The word or words.
    pub keyword: String,
    /// Only where it stands by itself?
    pub whole_word: bool,
}

/// A post that a filter finds.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = filter_post)]
pub struct Marked {
    /// The id of the entry.
    pub id: i64,
    /// The post.
    pub post_id: PostId,
}

/// A filter.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Its id.
    pub id: FilterId,
    /// What its owner calls it.
    pub title: String,
    /// Where it applies: words of [`CONTEXTS`].
    pub contexts: Vec<String>,
    /// What becomes of what it finds.
    pub act: Act,
    /// When it ends.
    pub expires_at: Option<Micros>,
    /// What it looks for.
    pub keywords: Vec<Keyword>,
    /// What it finds besides.
    pub posts: Vec<Marked>,
}

/// A word of a filter as it is sent.
#[derive(Debug, Clone, Default)]
pub struct Word {
    /// The entry that is changed; `None` for a new one.
    pub id: Option<i64>,
    /// The word.
    pub keyword: Option<String>,
    /// Only where it stands by itself?
    pub whole_word: Option<bool>,
    /// Is the entry to go?
    pub is_gone: bool,
}

/// What a member says of a filter; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// Its title.
    pub title: Option<String>,
    /// Where it applies.
    pub contexts: Option<Vec<String>>,
    /// What becomes of what it finds.
    pub act: Option<Act>,
    /// After how many seconds it ends; `Some(None)` for never.
    pub expires_in_s: Option<Option<i64>>,
    /// Its words.
    pub words: Vec<Word>,
}

/// Makes a filter.
///
/// Errors: `Invalid` for `title`, `context` or `keyword`.
pub fn create(conn: &mut Conn, me: ActorId, draft: &Draft) -> Result<Filter> {
    let many: i64 = filter::table.filter(filter::actor_id.eq(me)).count().get_result(conn.link())?;
    if many >= FILTERS_MAX {
        return Err(Error::Invalid(vec![Problem::new("title", "problem-many").with("max", FILTERS_MAX)]));
    }
    let title = check_text("title", draft.title.as_deref().unwrap_or_default())?;
    let contexts = check_contexts(draft.contexts.as_deref().unwrap_or_default())?;
    let (id, now) = (FilterId(conn.id()), conn.now());
    diesel::insert_into(filter::table)
        .values((
            filter::id.eq(id),
            filter::actor_id.eq(me),
            filter::title.eq(title),
            filter::contexts.eq(contexts),
            filter::act.eq(draft.act.unwrap_or(Act::Warn)),
            filter::expires_at.eq(draft.expires_in_s.flatten().map(|s| now + s.saturating_mul(SECOND))),
        ))
        .execute(conn.link())?;
    set_words(conn, id, &draft.words)?;
    own(conn, me, id)
}

/// Changes a filter.
///
/// Errors: `NotFound`; `Invalid` as for [`create`].
pub fn update(conn: &mut Conn, me: ActorId, id: FilterId, draft: &Draft) -> Result<Filter> {
    own(conn, me, id)?;
    let row = || filter::table.filter(filter::id.eq(id));
    if let Some(title) = &draft.title {
        let title = check_text("title", title)?;
        diesel::update(row()).set(filter::title.eq(title)).execute(conn.link())?;
    }
    if let Some(contexts) = &draft.contexts {
        let contexts = check_contexts(contexts)?;
        diesel::update(row()).set(filter::contexts.eq(contexts)).execute(conn.link())?;
    }
    if let Some(act) = draft.act {
        diesel::update(row()).set(filter::act.eq(act)).execute(conn.link())?;
    }
    if let Some(expires_in_s) = draft.expires_in_s {
        let now = conn.now();
        let at = expires_in_s.map(|s| now + s.saturating_mul(SECOND));
        diesel::update(row()).set(filter::expires_at.eq(at)).execute(conn.link())?;
    }
    set_words(conn, id, &draft.words)?;
    own(conn, me, id)
}

/// Removes a filter.
///
/// Errors: `NotFound`.
pub fn delete(conn: &mut Conn, me: ActorId, id: FilterId) -> Result<()> {
    let own = filter::table.filter(filter::id.eq(id)).filter(filter::actor_id.eq(me));
    if diesel::delete(own).execute(conn.link())? > 0 { Ok(()) } else { Err(Error::NotFound("filter")) }
}

/// A member's own filter.
///
/// Errors: `NotFound`.
pub fn own(conn: &mut Conn, me: ActorId, id: FilterId) -> Result<Filter> {
    list(conn, me)?.into_iter().find(|filter| filter.id == id).ok_or(Error::NotFound("filter"))
}

/// The member's filter that has this word, or this post, among its entries.
///
/// Errors: `NotFound`.
pub fn with_entry(conn: &mut Conn, me: ActorId, entry: i64) -> Result<Filter> {
    let has = |filter: &Filter| {
        filter.keywords.iter().any(|word| word.id == entry) || filter.posts.iter().any(|post| post.id == entry)
    };
    list(conn, me)?.into_iter().find(has).ok_or(Error::NotFound("filter"))
}

/// All filters of a member, in order of their making.
pub fn list(conn: &mut Conn, me: ActorId) -> Result<Vec<Filter>> {
    type Row = (FilterId, String, String, Act, Option<Micros>);
    let rows: Vec<Row> = filter::table
        .filter(filter::actor_id.eq(me))
        .order(filter::id)
        .limit(FILTERS_MAX)
        .select((filter::id, filter::title, filter::contexts, filter::act, filter::expires_at))
        .load(conn.link())?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<FilterId> = rows.iter().map(|row| row.0).collect();
    let keywords: Vec<(FilterId, Keyword)> = filter_keyword::table
        .filter(filter_keyword::filter_id.eq_any(&ids))
        .order(filter_keyword::id)
        .select((filter_keyword::filter_id, Keyword::as_select()))
        .load(conn.link())?;
    let posts: Vec<(FilterId, Marked)> = filter_post::table
        .filter(filter_post::filter_id.eq_any(&ids))
        .order(filter_post::id)
        .select((filter_post::filter_id, Marked::as_select()))
        .load(conn.link())?;
    let of = |(id, title, contexts, act, expires_at): Row| Filter {
        id,
        title,
        contexts: contexts.split(' ').map(str::to_owned).collect(),
        act,
        expires_at,
        keywords: keywords.iter().filter(|(of, _)| *of == id).map(|(_, word)| word.clone()).collect(),
        posts: posts.iter().filter(|(of, _)| *of == id).map(|(_, post)| post.clone()).collect(),
    };
    Ok(rows.into_iter().map(of).collect())
}

/// The filters of a member that apply now.
pub fn living(conn: &mut Conn, me: ActorId) -> Result<Vec<Filter>> {
    let now = conn.now();
    Ok(list(conn, me)?.into_iter().filter(|filter| filter.expires_at.is_none_or(|at| at > now)).collect())
}

/// Adds a post that a filter finds; one that the member may see.
///
/// Errors: `NotFound`; `Invalid` if there are too many.
pub fn mark(conn: &mut Conn, me: ActorId, id: FilterId, post: PostId) -> Result<Marked> {
    let filter = own(conn, me, id)?;
    post::show(conn, &Viewer::Member(me), post)?;
    if filter.posts.len() as i64 >= ENTRIES_MAX {
        return Err(Error::Invalid(vec![Problem::new("status_id", "problem-many").with("max", ENTRIES_MAX)]));
    }
    let entry = conn.id();
    diesel::insert_into(filter_post::table)
        .values((filter_post::id.eq(entry), filter_post::filter_id.eq(id), filter_post::post_id.eq(post)))
        .on_conflict_do_nothing()
        .both()
        .execute(conn.link())?;
    let marked = own(conn, me, id)?.posts.into_iter().find(|marked| marked.post_id == post);
    marked.ok_or(Error::NotFound("filter"))
}

/// Takes a word or a post out of the filter that has it.
///
/// Errors: `NotFound`.
pub fn drop_entry(conn: &mut Conn, me: ActorId, entry: i64) -> Result<()> {
    let filter = with_entry(conn, me, entry)?;
    let word = filter_keyword::table.filter(filter_keyword::id.eq(entry));
    diesel::delete(word.filter(filter_keyword::filter_id.eq(filter.id))).execute(conn.link())?;
    let post = filter_post::table.filter(filter_post::id.eq(entry));
    diesel::delete(post.filter(filter_post::filter_id.eq(filter.id))).execute(conn.link())?;
    Ok(())
}

/// Adds, changes and removes words.
///
/// Errors: `Invalid` for `keyword`.
fn set_words(conn: &mut Conn, id: FilterId, words: &[Word]) -> Result<()> {
    for word in words {
        let known = word.id.map(|entry| (filter_keyword::id.eq(entry), filter_keyword::filter_id.eq(id)));
        match (known, word.is_gone) {
            (Some((entry, filter)), true) => {
                diesel::delete(filter_keyword::table.filter(entry).filter(filter)).execute(conn.link())?;
            }
            (Some((entry, filter)), false) => {
                let row = filter_keyword::table.filter(entry).filter(filter);
                if let Some(keyword) = &word.keyword {
                    let keyword = check_text("keyword", keyword)?;
                    diesel::update(row).set(filter_keyword::keyword.eq(keyword)).execute(conn.link())?;
                }
                if let Some(whole) = word.whole_word {
                    diesel::update(row).set(filter_keyword::whole_word.eq(whole)).execute(conn.link())?;
                }
            }
            (None, _) => add_word(conn, id, word)?,
        }
    }
    Ok(())
}

fn add_word(conn: &mut Conn, id: FilterId, word: &Word) -> Result<()> {
    let many: i64 = filter_keyword::table.filter(filter_keyword::filter_id.eq(id)).count().get_result(conn.link())?;
    if many >= ENTRIES_MAX {
        return Err(Error::Invalid(vec![Problem::new("keyword", "problem-many").with("max", ENTRIES_MAX)]));
    }
    let keyword = check_text("keyword", word.keyword.as_deref().unwrap_or_default())?;
    let entry = conn.id();
    diesel::insert_into(filter_keyword::table)
        .values((
            filter_keyword::id.eq(entry),
            filter_keyword::filter_id.eq(id),
            filter_keyword::keyword.eq(keyword),
            filter_keyword::whole_word.eq(word.whole_word.unwrap_or(true)),
        ))
        .execute(conn.link())?;
    Ok(())
}

fn check_text(field: &'static str, raw: &str) -> Result<String> {
    let text = crate::text::name(raw, TITLE_CHARS_MAX + 1);
    if text.is_empty() {
        return Err(Error::invalid(field, "problem-filter-empty"));
    }
    if text.chars().count() > TITLE_CHARS_MAX {
        return Err(Error::Invalid(vec![Problem::new(field, "problem-too-long").with("max", TITLE_CHARS_MAX)]));
    }
    Ok(text)
}

fn check_contexts(given: &[String]) -> Result<String> {
    let known: Vec<&str> = CONTEXTS.into_iter().filter(|known| given.iter().any(|one| one == known)).collect();
    let all_known = given.iter().all(|one| CONTEXTS.contains(&one.as_str()));
    if known.is_empty() || !all_known { Err(Error::invalid("context", "problem-choice")) } else { Ok(known.join(" ")) }
}

impl Filter {
    /// Does it apply on lists of this kind?
    pub fn applies(&self, context: &str) -> bool {
        self.contexts.iter().any(|one| one == context)
    }

    /// The words of it that stand in a text, as they were typed. `folded` is the text in lower case.
    pub fn words_in(&self, folded: &str) -> Vec<String> {
        let found = self.keywords.iter().filter(|word| stands_in(&word.keyword, word.whole_word, folded));
        found.map(|word| word.keyword.clone()).collect()
    }

    /// Is this one of the posts that it finds?
    pub fn has_post(&self, post: PostId) -> bool {
        self.posts.iter().any(|marked| marked.post_id == post)
    }
}

/// Does a word stand in a text in lower case? A whole word has no letter beside it; hanzi, which have no words that anybody
/// could see, count wherever they stand.
fn stands_in(keyword: &str, whole: bool, folded: &str) -> bool {
    let word = keyword.to_lowercase();
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !crate::text::is_han(c));
    let (begins, ends) = (joins(word.chars().next()), joins(word.chars().next_back()));
    folded.match_indices(&word).any(|(at, found)| {
        let before = folded.get(..at).and_then(|text| text.chars().next_back());
        let after = folded.get(at + found.len()..).and_then(|text| text.chars().next());
        !whole || !((begins && joins(before)) || (ends && joins(after)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_as_they_stand() {
        for (word, whole, text) in [
            ("Tea", true, "a cup of tea."),
            ("tea", false, "the team"),
            ("普洱", true, "喝普洱茶"),
            ("tea", true, "喝tea吧"),
            (":)", true, "ha:)"),
            ("#冬至", true, "#冬至快乐"),
        ] {
            assert!(stands_in(word, whole, text), "{word} in {text}");
        }
        for (word, whole, text) in [("tea", true, "the team"), ("tea", true, "stea"), ("茶", true, "tea")] {
            assert!(!stands_in(word, whole, text), "{word} in {text}");
        }
    }
}
