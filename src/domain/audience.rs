//! The one gate. A post carries tokens, a viewer holds tokens; the viewer may see the post if they meet.
//!
//! Friends (and later tags, groups, access protocols) write tokens; nothing else decides who sees what. Tokens are
//! `public`, `hall`, `actor:ID` (that actor), `followers:ID` (who follows that actor; for a person, its friends).
//! Every query for posts takes a [`Viewer`] and uses [`Gate`]. A comment is seen by whoever may see its root *and* hear its
//! author: under a public root everyone, else the author of the root, and each other reader who is the commenter's friend.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{BigInt, Bool, Text};

use crate::db::schema::{post_audience, viewer_token};
use crate::db::{Conn, IntoBoth, MultiBackend, text_enum};
use crate::error::Result;
use crate::id::{ActorId, PostId};

/// The token of what everyone may see.
pub const PUBLIC: &str = "public";
/// The token of what this hall's members may see.
pub const HALL: &str = "hall";

text_enum! {
    /// Whom the author chose. What counts for seeing are the tokens made of it; this is for showing and for addressing.
    Audience {
        /// Everyone, in every list.
        Everyone = "everyone",
        /// Everyone who has the address or follows the author; in no public list.
        Quiet = "quiet",
        /// All friends of the author (a remote author: all followers).
        Friends = "friends",
        /// The people whom a remote author named.
        People = "people",
        /// The author alone.
        Me = "me",
    }
}

impl Audience {
    /// May everyone see it?
    pub fn is_public(self) -> bool {
        matches!(self, Self::Everyone | Self::Quiet)
    }
}

/// Who is looking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Viewer {
    /// Nobody we know.
    Anonymous,
    /// A signed-in member of this hall.
    Member(ActorId),
    /// Somebody of another server, known by the signature of their own key.
    Remote(ActorId),
    /// Another server, known by the signature of its own actor: its canonical host. It may see what one of its people
    /// may see, since it asks for them all.
    Peer(String),
}

impl Viewer {
    /// The member who is looking, if it is one.
    pub fn member(&self) -> Option<ActorId> {
        match self {
            Self::Member(id) => Some(*id),
            Self::Anonymous | Self::Remote(_) | Self::Peer(_) => None,
        }
    }
}

/// The token of one actor.
pub fn actor_token(id: ActorId) -> String {
    format!("actor:{id}")
}

/// The token of an actor's followers.
pub fn followers_token(id: ActorId) -> String {
    format!("followers:{id}")
}

/// Gives a post its tokens. `people` are those whom a remote author named.
pub fn write(conn: &mut Conn, post: PostId, author: ActorId, audience: Audience, people: &[ActorId]) -> Result<()> {
    let mut tokens = vec![actor_token(author)];
    match audience {
        Audience::Everyone | Audience::Quiet => tokens.push(PUBLIC.to_owned()),
        Audience::Friends => tokens.push(followers_token(author)),
        Audience::People | Audience::Me => {}
    }
    tokens.extend(people.iter().map(|id| actor_token(*id)));
    tokens.into_iter().try_for_each(|token| insert(conn, post, token))
}

/// Gives a comment its tokens: those of its root if the root's author speaks; `public` under a public root, if the comment
/// itself is; else the root's author, the commenter and the commenter's friends hear it. `people` are those whom a
/// remote commenter named; a comment that is for `People` alone reaches nobody else.
pub fn write_comment(
    conn: &mut Conn,
    comment: PostId,
    author: ActorId,
    audience: Audience,
    root: &Root,
    people: &[ActorId],
) -> Result<()> {
    let mut tokens = vec![actor_token(author), actor_token(root.author_id)];
    if author == root.author_id {
        let theirs: Vec<String> = post_audience::table
            .filter(post_audience::post_id.eq(root.id))
            .select(post_audience::token)
            .load(conn.link())?;
        tokens.extend(theirs);
    } else if audience.is_public() {
        tokens.push(PUBLIC.to_owned());
    } else if audience != Audience::People {
        tokens.push(followers_token(author));
    }
    tokens.extend(people.iter().map(|id| actor_token(*id)));
    tokens.sort_unstable();
    tokens.dedup();
    // Whoever is elsewhere holds their own token in the table, since only members hold it by being who they are.
    grant(conn, author, &actor_token(author))?;
    for token in tokens {
        insert(conn, comment, token)?;
    }
    Ok(())
}

/// The root of a thread, as far as its comments' audience depends on it.
#[derive(Debug, Clone, Copy)]
pub struct Root {
    /// The post that everything stands under.
    pub id: PostId,
    /// Its author.
    pub author_id: ActorId,
}

fn insert(conn: &mut Conn, post: PostId, token: String) -> Result<()> {
    diesel::insert_into(post_audience::table)
        .values((post_audience::post_id.eq(post), post_audience::token.eq(token)))
        .on_conflict_do_nothing()
        .both()
        .execute(conn.link())?;
    Ok(())
}

/// Lets `viewer` hold `token`.
pub fn grant(conn: &mut Conn, viewer: ActorId, token: &str) -> Result<()> {
    diesel::insert_into(viewer_token::table)
        .values((viewer_token::actor_id.eq(viewer), viewer_token::token.eq(token)))
        .on_conflict_do_nothing()
        .both()
        .execute(conn.link())?;
    Ok(())
}

/// Takes `token` from `viewer`.
pub fn revoke(conn: &mut Conn, viewer: ActorId, token: &str) -> Result<()> {
    diesel::delete(viewer_token::table.filter(viewer_token::actor_id.eq(viewer)).filter(viewer_token::token.eq(token)))
        .execute(conn.link())?;
    Ok(())
}

/// The condition, on a query that names the table `post`, that the viewer may see the post.
///
/// It leaves out what is deleted and whose author is suspended or gone. Its text is the same for every viewer, so that the
/// statements with it are built and prepared once; what a viewer isn't is bound as what matches nothing.
#[derive(Debug, Clone)]
pub struct Gate {
    /// The actor who looks; 0 for none.
    actor: i64,
    /// The token of this very actor; empty for none.
    own_token: String,
    /// The token of members; empty for others.
    hall_token: &'static str,
    /// The server that looks; empty for none.
    peer: String,
}

impl Gate {
    /// The gate as it stands before `viewer`.
    pub fn before(viewer: &Viewer) -> Self {
        let nobody = Self { actor: 0, own_token: String::new(), hall_token: "", peer: String::new() };
        match viewer {
            Viewer::Anonymous => nobody,
            Viewer::Member(id) => Self { actor: id.0, own_token: actor_token(*id), hall_token: HALL, ..nobody },
            Viewer::Remote(id) => Self { actor: id.0, own_token: actor_token(*id), ..nobody },
            Viewer::Peer(host) => Self { peer: host.clone(), ..nobody },
        }
    }

    /// The tokens of the post with the id in `column` meet those of the viewer, who is one actor or nobody.
    fn let_in<'b>(&'b self, column: &'static str, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("EXISTS (SELECT 1 FROM post_audience pa WHERE pa.post_id = ");
        out.push_sql(column);
        out.push_sql(" AND (pa.token IN ('public', ");
        out.push_bind_param::<Text, _>(self.hall_token)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(&self.own_token)?;
        out.push_sql(") OR EXISTS (SELECT 1 FROM viewer_token vt WHERE vt.token = pa.token AND vt.actor_id = ");
        out.push_bind_param::<BigInt, _>(&self.actor)?;
        out.push_sql(")))");
        Ok(())
    }

    /// One and the same of a server's people is let in by the comment and by its root.
    fn let_in_peer<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("(");
        out.push_bind_param::<Text, _>(&self.peer)?;
        out.push_sql(
            " <> '' AND EXISTS (SELECT 1 FROM post_audience pa INNER JOIN viewer_token vt ON vt.token = pa.token \
             INNER JOIN actor va ON va.id = vt.actor_id WHERE pa.post_id = post.id AND va.host = ",
        );
        out.push_bind_param::<Text, _>(&self.peer)?;
        out.push_sql(
            " AND (post.root_id IS NULL OR EXISTS (SELECT 1 FROM post_audience ra WHERE ra.post_id = post.root_id \
             AND (ra.token = 'public' OR EXISTS (SELECT 1 FROM viewer_token rt WHERE rt.token = ra.token \
             AND rt.actor_id = va.id))))))",
        );
        Ok(())
    }
}

/// A post lives unless it is deleted or its author is suspended or gone; so must a comment's root.
const LIVES: &str = "(post.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM actor ga WHERE ga.id = post.author_id \
     AND (ga.suspended_at IS NOT NULL OR ga.deleted_at IS NOT NULL)) AND (post.root_id IS NULL OR \
     EXISTS (SELECT 1 FROM post root WHERE root.id = post.root_id AND root.deleted_at IS NULL \
     AND NOT EXISTS (SELECT 1 FROM actor gr WHERE gr.id = root.author_id \
     AND (gr.suspended_at IS NOT NULL OR gr.deleted_at IS NOT NULL))))";

impl QueryFragment<MultiBackend> for Gate {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql(LIVES);
        out.push_sql(" AND ((");
        self.let_in("post.id", out.reborrow())?;
        out.push_sql(" AND (post.root_id IS NULL OR ");
        self.let_in("post.root_id", out.reborrow())?;
        out.push_sql(")) OR ");
        self.let_in_peer(out.reborrow())?;
        out.push_sql("))");
        Ok(())
    }
}

impl Expression for Gate {
    type SqlType = Bool;
}

impl QueryId for Gate {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<QS> AppearsOnTable<QS> for Gate {}
impl<QS> SelectableExpression<QS> for Gate {}
impl<GB> ValidGrouping<GB> for Gate {
    type IsAggregate = is_aggregate::No;
}
