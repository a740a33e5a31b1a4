//! Rows as documents of the index. Posts of every kind go through one function, actors through another; what comes later (items
//! of the archive) adds a noun to [`doc`] and to [`keys_after`].

use diesel::prelude::*;

use super::super::actor::{self, Actor, Kind};
use super::super::audience::{self, Audience, PUBLIC};
use super::super::login::State;
use super::super::place;
use super::super::post::{self, Post};
use super::super::{authority, item, partner};
use super::consent::{self, Who};
use super::seen::MEMBERS;
use crate::db::Conn;
use crate::db::schema::{actor as actors, login, post as posts, post_audience};
use crate::error::{Error, Result};
use crate::id::{ActorId, PostId};
use crate::search::{Doc, Key, Noun};
use crate::text;

/// Longest text that is indexed, in characters: the longest article, and then some.
const TEXT_CHARS_MAX: usize = 200_000;
/// Surnames of two characters.
const LONG_SURNAMES: [&str; 28] = [
    "欧阳", "歐陽", "司徒", "司马", "司馬", "上官", "诸葛", "諸葛", "皇甫", "令狐", "尉迟", "尉遲", "公孙", "公孫",
    "长孙", "長孫", "慕容", "夏侯", "东方", "東方", "端木", "西门", "西門", "南宫", "南宮", "独孤", "獨孤", "范姜",
];

/// What stands under a key, as a document; `None` if it is in no search.
pub fn doc(conn: &mut Conn, key: Key) -> Result<Option<Doc>> {
    let found = match key.noun {
        Noun::Post => post::by_id(conn, PostId(key.id)).and_then(|post| of_post(conn, post)),
        Noun::Actor => actor::by_id(conn, ActorId(key.id)).and_then(|actor| of_actor(conn, &actor)),
        Noun::Item => Ok(None),
    };
    match found {
        Err(Error::NotFound(_)) => Ok(None),
        found => found,
    }
}

/// The same for several: documents, and keys of what is in no search.
pub fn docs(conn: &mut Conn, keys: impl IntoIterator<Item = Key>) -> Result<(Vec<Doc>, Vec<Key>)> {
    let (mut docs, mut gone) = (Vec::new(), Vec::new());
    for key in keys {
        match doc(conn, key)? {
            Some(doc) => docs.push(doc),
            None => gone.push(key),
        }
    }
    Ok((docs, gone))
}

/// The keys of one noun behind this number, in order.
pub fn keys_after(conn: &mut Conn, noun: Noun, after: i64, limit: i64) -> Result<Vec<Key>> {
    let ids: Vec<i64> = match noun {
        Noun::Post => {
            let query = posts::table.filter(posts::id.gt(PostId(after))).order(posts::id).limit(limit);
            query.select(posts::id).load::<PostId>(conn.link())?.into_iter().map(i64::from).collect()
        }
        Noun::Actor => {
            let query = actors::table.filter(actors::id.gt(ActorId(after))).order(actors::id).limit(limit);
            query.select(actors::id).load::<ActorId>(conn.link())?.into_iter().map(i64::from).collect()
        }
        Noun::Item => Vec::new(),
    };
    Ok(ids.into_iter().map(|id| Key { noun, id }).collect())
}

/// A post of any kind.
fn of_post(conn: &mut Conn, post: Post) -> Result<Option<Doc>> {
    if post.deleted_at.is_some() {
        return Ok(None);
    }
    let tokens: Vec<String> = post_audience::table
        .filter(post_audience::post_id.eq(post.id))
        .order(post_audience::token)
        .select(post_audience::token)
        .load(conn.link())?;
    if tokens.is_empty() {
        return Ok(None);
    }
    let author = actor::by_id(conn, post.author_id)?;
    if post.kind == post::Kind::Item && author.is_local() {
        return of_item(conn, post, tokens).map(Some);
    }
    if !author.is_local()
        && post.audience == Audience::Everyone
        && let Some(held) = partner::held(conn, &post)?
    {
        return Ok(Some(of_partner(post, &author, &held, tokens)));
    }
    // What is in no public list isn't found by strangers either.
    let who = match (consent::of_post(conn, post.id, &author)?, post.audience) {
        (Who::Everyone | Who::Members, Audience::Quiet) => Who::Friends,
        (who, _) => who,
    };
    let body = text::plain_of_clean(&post.body_html);
    let place = place::of_post(conn, post.id)?.name;
    let mut reach = reach_of(tokens, who, author.id);
    // It was said to the group, so its members find it, unless its author wants to be found by nobody.
    if let Some(group) = post.group_id.filter(|_| who != Who::Nobody && post.audience.is_public()) {
        reach.push(audience::followers_token(group));
    }
    let parts = [post.warning.as_str(), body.as_str(), place.as_str()];
    let whole = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n");
    Ok(Some(Doc {
        key: Key { noun: Noun::Post, id: post.id.0 },
        kind: post.kind.as_str().to_owned(),
        title: post.title,
        text: whole.chars().take(TEXT_CHARS_MAX).collect(),
        language: post.language,
        author: author.id.0,
        within: post.group_id.map_or(0, |group| group.0),
        hall: hall_of(conn, &author),
        reach,
        published_at: post.published_at,
        years: None,
        place,
        surname: String::new(),
        form: String::new(),
    }))
}

/// An item of the archive: what its record says, what stands on its pages if that is approved, and what its files say. Who may see it may find it.
fn of_item(conn: &mut Conn, post: Post, tokens: Vec<String>) -> Result<Doc> {
    let item = item::by_id(conn, post.id)?;
    let veil = authority::veil(conn)?;
    let record = veil.record(&item.record());
    let mut words: Vec<String> = record.0.values().flatten().map(|value| value.text.clone()).collect();
    words.extend([veil.text(&item.date_text), item.ark()]);
    words.extend(item::found_by(conn, post.id)?.into_iter().map(|said| veil.text(&said)));
    Ok(Doc {
        key: Key { noun: Noun::Post, id: post.id.0 },
        kind: post.kind.as_str().to_owned(),
        title: post.title,
        text: words.join("\n").chars().take(TEXT_CHARS_MAX).collect(),
        language: post.language,
        author: post.author_id.0,
        within: 0,
        hall: conn.origin().split_once("://").map_or_else(String::new, |(_, authority)| authority.to_owned()),
        reach: tokens,
        published_at: post.published_at,
        years: item.date().years(),
        place: record.first("place").to_owned(),
        surname: record.first("surname").to_owned(),
        form: item.form,
    })
}

/// An item of a partner's archive: both sides agreed that whoever may see it finds it here.
fn of_partner(post: Post, author: &Actor, held: &partner::Held, tokens: Vec<String>) -> Doc {
    let record = held.record();
    let mut words: Vec<String> = record.0.values().flatten().map(|value| value.text.clone()).collect();
    words.extend([held.date_text.clone(), text::plain_of_clean(&post.body_html)]);
    Doc {
        key: Key { noun: Noun::Post, id: post.id.0 },
        kind: post::Kind::Item.as_str().to_owned(),
        title: post.title,
        text: words.join("\n").chars().take(TEXT_CHARS_MAX).collect(),
        language: post.language,
        author: author.id.0,
        within: 0,
        hall: author.host.clone(),
        reach: tokens,
        published_at: post.published_at,
        years: held.years(),
        place: record.first("place").to_owned(),
        surname: record.first("surname").to_owned(),
        form: held.form.clone(),
    }
}

/// Of the tokens of those who may see a post, those by which it may be found.
fn reach_of(tokens: Vec<String>, who: Who, author: ActorId) -> Vec<String> {
    let mut reach: Vec<String> = match who {
        Who::Everyone => tokens,
        Who::Members | Who::Friends => {
            let narrower = if who == Who::Members { MEMBERS.to_owned() } else { audience::followers_token(author) };
            let narrow = |token: String| {
                if matches!(token.as_str(), PUBLIC | audience::HALL) { narrower.clone() } else { token }
            };
            tokens.into_iter().map(narrow).collect()
        }
        Who::Nobody => tokens.into_iter().filter(|token| token.starts_with("actor:")).collect(),
    };
    reach.push(audience::actor_token(author));
    reach.sort_unstable();
    reach.dedup();
    reach
}

fn hall_of(conn: &Conn, actor: &Actor) -> String {
    match actor.is_local() {
        true => conn.origin().split_once("://").map_or_else(String::new, |(_, authority)| authority.to_owned()),
        false => actor.host.clone(),
    }
}

/// A person, account or group.
fn of_actor(conn: &mut Conn, actor: &Actor) -> Result<Option<Doc>> {
    if actor.deleted_at.is_some() || actor.suspended_at.is_some() || actor.kind == Kind::Application {
        return Ok(None);
    }
    let is_person = matches!(actor.kind, Kind::Person | Kind::Service);
    if actor.is_local() && is_person && !is_member(conn, actor.id)? {
        return Ok(None);
    }
    let is_closed = actor.is_local() && actor.kind == Kind::Group && !actor.discoverable;
    let reach = match (actor.is_local(), is_person, actor.discoverable) {
        // A private group is known to its members alone.
        _ if is_closed => audience::followers_token(actor.id),
        (true, false, _) | (true, true, true) => PUBLIC.to_owned(),
        (true, true, false) | (false, _, true) => MEMBERS.to_owned(),
        // Who doesn't want to be suggested is found by those who know them already.
        (false, _, false) => audience::followers_token(actor.id),
    };
    let names = actor.names();
    let mut title: Vec<&str> = vec![&actor.display_name];
    title.extend(names.values().map(String::as_str).filter(|name| *name != actor.display_name));
    let surname = title.iter().find_map(|name| surname(name)).filter(|_| is_person).unwrap_or_default();
    let about = text::plain_of_clean(&actor.about_html);
    Ok(Some(Doc {
        key: Key { noun: Noun::Actor, id: actor.id.0 },
        kind: kind_of(actor.kind).to_owned(),
        title: format!("{}\n{}", title.join("\n"), actor.name),
        text: [actor.address.as_str(), actor.hometown.as_str(), about.as_str()].join("\n"),
        language: String::new(),
        author: 0,
        within: 0,
        hall: hall_of(conn, actor),
        reach: vec![reach, audience::actor_token(actor.id)],
        published_at: actor.created_at,
        years: None,
        place: actor.hometown.clone(),
        surname,
        form: String::new(),
    }))
}

/// Is this a person with a login that is in use?
fn is_member(conn: &mut Conn, id: ActorId) -> Result<bool> {
    let in_use = login::table.filter(login::actor_id.eq(id)).filter(login::state.eq(State::Active));
    Ok(diesel::select(diesel::dsl::exists(in_use)).get_result(conn.link())?)
}

/// The kind of results that an actor belongs to.
fn kind_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Person | Kind::Service | Kind::Application => "person",
        Kind::Organization => "account",
        Kind::Group => "group",
    }
}

/// The surname of a name of two to four hanzi.
fn surname(name: &str) -> Option<String> {
    let letters: Vec<char> = name.trim().chars().collect();
    if !(2..=4).contains(&letters.len()) || !letters.iter().all(|c| text::is_han(*c)) {
        return None;
    }
    let two: String = letters.iter().take(2).collect();
    if letters.len() > 2 && LONG_SURNAMES.contains(&two.as_str()) {
        Some(two)
    } else {
        letters.first().map(char::to_string)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn to_be_found_is_less_than_to_be_seen() {
        let reach = |who, tokens: &[&str]| reach_of(tokens.iter().map(ToString::to_string).collect(), who, ActorId(5));
        assert_eq!(reach(Who::Everyone, &["public", "actor:5"]), ["actor:5", "public"]);
        assert_eq!(reach(Who::Members, &["public"]), ["actor:5", "members"]);
        assert_eq!(reach(Who::Members, &["followers:5"]), ["actor:5", "followers:5"]);
        assert_eq!(reach(Who::Friends, &["public"]), ["actor:5", "followers:5"]);
        assert_eq!(reach(Who::Nobody, &["public", "actor:9", "followers:5"]), ["actor:5", "actor:9"]);
    }

    #[test]
    fn surnames_are_those_of_hanzi_names() {
        assert_eq!(surname("陳美蘭").as_deref(), Some("陳"));
        assert_eq!(surname("司徒美堂").as_deref(), Some("司徒"));
        assert_eq!(surname("欧阳").as_deref(), Some("欧"));
        for none in ["Mei Lan", "陈", "台山同乡会", ""] {
            assert_eq!(surname(none), None, "{none}");
        }
    }
}
