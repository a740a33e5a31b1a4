//! Who may find what somebody wrote (FEP-5feb `indexable`, FEP-268d `searchableBy`). To be found is less than to be seen: nobody
//! finds what the gate doesn't let them see.

use diesel::prelude::*;

use super::super::actor::Actor;
use crate::db::schema::{post_searchable, searchable};
use crate::db::{Conn, IntoBoth, text_enum};
use crate::error::Result;
use crate::id::{ActorId, PostId};

/// Everyone, on the wire.
const AS_PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

text_enum! {
    /// Who of those who may see a post may find it by its words.
    Who {
        /// Everyone, also visitors and other servers.
        Everyone = "everyone",
        /// Members of this hall, and friends.
        Members = "members",
        /// Friends and followers.
        Friends = "friends",
        /// The author alone, and those whom a post was for by name.
        Nobody = "nobody",
    }
}

impl Who {
    /// What holds for an author who has said nothing: a member is found in the hall; who is elsewhere hasn't agreed
    /// (FEP-5feb: a missing `indexable` is a false one).
    pub fn unsaid(author: &Actor) -> Self {
        if author.is_local() { Self::Members } else { Self::Nobody }
    }
}

/// Who may find an author's posts.
pub fn of_actor(conn: &mut Conn, author: &Actor) -> Result<Who> {
    let said = searchable::table
        .filter(searchable::actor_id.eq(author.id))
        .select(searchable::who)
        .first::<Who>(conn.link())
        .optional()?;
    Ok(said.unwrap_or_else(|| Who::unsaid(author)))
}

/// Who may find one post: as it says itself, else as its author says.
pub(super) fn of_post(conn: &mut Conn, id: PostId, author: &Actor) -> Result<Who> {
    let said = post_searchable::table
        .filter(post_searchable::post_id.eq(id))
        .select(post_searchable::who)
        .first::<Who>(conn.link())
        .optional()?;
    match said {
        Some(who) => Ok(who),
        None => of_actor(conn, author),
    }
}

/// Who may find what an author elsewhere wrote, by what is said on the wire: `searchableBy` counts before `indexable`.
pub fn of_wire(author_followers: &str, searchable_by: Option<&[String]>, indexable: bool) -> Who {
    match searchable_by {
        None if indexable => Who::Everyone,
        None => Who::Nobody,
        Some(list) if list.iter().any(|uri| matches!(uri.as_str(), AS_PUBLIC | "as:Public" | "Public")) => {
            Who::Everyone
        }
        Some(list) if list.iter().any(|uri| !uri.is_empty() && uri == author_followers) => Who::Friends,
        Some(_) => Who::Nobody,
    }
}

/// The same of a member of this hall, as `searchableBy` has it: other servers know nothing of who belongs to this hall.
pub fn to_wire(author: &Actor, who: Who) -> Vec<String> {
    match who {
        Who::Everyone => vec![AS_PUBLIC.to_owned()],
        Who::Members | Who::Friends => vec![author.followers.clone()],
        Who::Nobody => vec![author.uri.clone()],
    }
}

/// Keeps what an author elsewhere says. Who agrees to nothing needs no row.
pub fn receive(conn: &mut Conn, author: &Actor, who: Who) -> Result<()> {
    if of_actor(conn, author)? == who { Ok(()) } else { set(conn, author.id, who) }
}

/// Keeps what an author says; the index hears of it with all their posts.
pub fn set(conn: &mut Conn, author: ActorId, who: Who) -> Result<()> {
    diesel::insert_into(searchable::table)
        .values((searchable::actor_id.eq(author), searchable::who.eq(who)))
        .on_conflict(searchable::actor_id)
        .do_update()
        .set(searchable::who.eq(who))
        .both()
        .execute(conn.link())?;
    Ok(())
}

/// Keeps what a post says of itself.
pub fn mark_post(conn: &mut Conn, post: PostId, who: Who) -> Result<()> {
    diesel::insert_into(post_searchable::table)
        .values((post_searchable::post_id.eq(post), post_searchable::who.eq(who)))
        .on_conflict(post_searchable::post_id)
        .do_update()
        .set(post_searchable::who.eq(who))
        .both()
        .execute(conn.link())?;
    Ok(())
}
