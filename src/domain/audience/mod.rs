//! The one gate. A post carries tokens, a viewer holds tokens; the viewer may see the post if they meet.
//!
//! Friends (and later tags, groups, access protocols) write tokens; nothing else decides who sees what. Tokens are
//! `public`, `hall`, `actor:ID` (that actor), `followers:ID` (who follows that actor; for a person, its friends).
//! Every query for posts takes a [`Viewer`] and uses [`Gate`]. A comment is seen by whoever may see its root *and* hear its
//! author: under a public root everyone, else the author of the root, and each other reader who is the commenter's friend.
//!
//! What asks for more than one token at once (an item of the archive that is for those who belong to this group *and* to that one) has
//! *clauses* beside its tokens: of each clause the viewer must hold a token as well.
//!
//! Tokens open, blocks close: two who are *apart* (one has blocked the other, or the other's whole server) see nothing of each
//! other, and nobody sees what one of them said under the other's post. A mute closes nothing; it spares its owner only
//! ([`Unmuted`]).

mod heard;

pub(super) use heard::walk_known;
pub use heard::{BoostHeard, Carried, Comments, Heard, Mutable, Posts, Reactions, Unmuted};

use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;
use diesel::sql_types::{BigInt, Text};

use crate::db::schema::{apart, hushed, media_need, post_audience, post_need, viewer_token};
use crate::db::{Conn, IntoBoth, MultiBackend, condition, text_enum};
use crate::error::Result;
use crate::id::{ActorId, MediaId, PostId};

/// The token of what everyone may see.
pub const PUBLIC: &str = "public";
/// The token of what this hall's members may see.
pub const HALL: &str = "hall";
/// The token of those who keep this hall's archive.
pub const ARCHIVISTS: &str = "archivists";

text_enum! {
    /// Whom the author chose. What counts for seeing are the tokens made of it; this is for showing and for addressing.
    Audience {
        /// Everyone, in every list.
        Everyone = "everyone",
        /// Everyone who has the address or follows the author; in no public list.
        Quiet = "quiet",
        /// All friends of the author (a remote author: all followers).
        Friends = "friends",
        /// The people whom the author named.
        People = "people",
        /// The members of the group that it is said in.
        Group = "group",
        /// Those whom the access protocol of an item lets in.
        Protocol = "protocol",
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

/// Gives a post its tokens. `people` are those whom its author named.
pub fn write(conn: &mut Conn, post: PostId, author: ActorId, audience: Audience, people: &[ActorId]) -> Result<()> {
    let mut tokens = vec![actor_token(author)];
    match audience {
        Audience::Everyone | Audience::Quiet => tokens.push(PUBLIC.to_owned()),
        Audience::Friends => tokens.push(followers_token(author)),
        Audience::People | Audience::Group | Audience::Protocol | Audience::Me => {}
    }
    tokens.extend(people.iter().map(|id| actor_token(*id)));
    // Whoever is elsewhere holds their own token in the table, since only members hold it by being who they are.
    people.iter().try_for_each(|id| grant(conn, *id, &actor_token(*id)))?;
    tokens.into_iter().try_for_each(|token| insert(conn, post, token))
}

/// Gives what is said in a group its tokens: for everyone, or for the group's members, who are its followers. A post that its author
/// keeps to themself yet is theirs alone.
pub fn write_in_group(
    conn: &mut Conn,
    post: PostId,
    author: ActorId,
    audience: Audience,
    group: ActorId,
) -> Result<()> {
    write(conn, post, author, audience, &[])?;
    if audience == Audience::Group { insert(conn, post, followers_token(group)) } else { Ok(()) }
}

/// Gives a member's comment its tokens that is for some people alone: not even the author of the root hears it unasked.
pub fn write_aside(conn: &mut Conn, comment: PostId, author: ActorId, people: &[ActorId]) -> Result<()> {
    write(conn, comment, author, Audience::People, people)
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
        // Under one's own post for everyone one may speak to one's friends alone.
        tokens.extend(theirs.into_iter().filter(|token| audience.is_public() || token != PUBLIC));
        if audience == Audience::Friends {
            tokens.push(followers_token(author));
        }
    } else if audience.is_public() {
        tokens.push(PUBLIC.to_owned());
    } else if let (Audience::Group, Some(group)) = (audience, root.group_id) {
        tokens.push(followers_token(group));
    } else if audience != Audience::People {
        tokens.push(followers_token(author));
    }
    tokens.extend(people.iter().map(|id| actor_token(*id)));
    tokens.sort_unstable();
    tokens.dedup();
    // Whoever is elsewhere holds their own token in the table, since only members hold it by being who they are.
    for one in [author, root.author_id] {
        grant(conn, one, &actor_token(one))?;
    }
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
    /// The group that it was said in.
    pub group_id: Option<ActorId>,
}

/// Gives a post these tokens in place of those that it had, and answers those.
pub(super) fn replace(conn: &mut Conn, post: PostId, tokens: &[String]) -> Result<Vec<String>> {
    let had = post_audience::table.filter(post_audience::post_id.eq(post));
    let old: Vec<String> = had.select(post_audience::token).load(conn.link())?;
    diesel::delete(had).execute(conn.link())?;
    tokens.iter().try_for_each(|token| insert(conn, post, token.clone()))?;
    Ok(old)
}

fn insert(conn: &mut Conn, post: PostId, token: String) -> Result<()> {
    diesel::insert_into(post_audience::table)
        .values((post_audience::post_id.eq(post), post_audience::token.eq(token)))
        .on_conflict_do_nothing()
        .both()
        .execute(conn.link())?;
    Ok(())
}

/// Gives a post these clauses in place of its tokens and clauses: of each the viewer must hold a token. Its author sees it too.
pub(super) fn write_clauses(conn: &mut Conn, post: PostId, author: ActorId, clauses: &[Vec<String>]) -> Result<()> {
    let mut any: Vec<String> = clauses.iter().flatten().cloned().collect();
    any.push(actor_token(author));
    any.sort_unstable();
    any.dedup();
    let had: Vec<String> = post_audience::table
        .filter(post_audience::post_id.eq(post))
        .order(post_audience::token)
        .select(post_audience::token)
        .load(conn.link())?;
    if had != any {
        replace(conn, post, &any)?;
    }
    diesel::delete(post_need::table.filter(post_need::post_id.eq(post))).execute(conn.link())?;
    if clauses.len() < 2 {
        return Ok(());
    }
    for (clause, tokens) in (0_i64..).zip(clauses) {
        for token in tokens {
            diesel::insert_into(post_need::table)
                .values((post_need::post_id.eq(post), post_need::clause.eq(clause), post_need::token.eq(token)))
                .on_conflict_do_nothing()
                .both()
                .execute(conn.link())?;
        }
    }
    Ok(())
}

/// Gives a file these clauses besides the gate of its post.
pub(super) fn write_file_clauses(conn: &mut Conn, media: MediaId, clauses: &[Vec<String>]) -> Result<()> {
    diesel::delete(media_need::table.filter(media_need::media_id.eq(media))).execute(conn.link())?;
    for (clause, tokens) in (0_i64..).zip(clauses) {
        for token in tokens {
            diesel::insert_into(media_need::table)
                .values((media_need::media_id.eq(media), media_need::clause.eq(clause), media_need::token.eq(token)))
                .on_conflict_do_nothing()
                .both()
                .execute(conn.link())?;
        }
    }
    Ok(())
}

/// Does `viewer` hold a token of each of these clauses? For what has no row of its own to ask the gate about. Servers are asked
/// about as one who holds nothing but what is for everyone.
pub fn meets(conn: &mut Conn, viewer: &Viewer, clauses: &[Vec<String>]) -> Result<bool> {
    let me = match viewer {
        Viewer::Member(id) | Viewer::Remote(id) => *id,
        Viewer::Anonymous | Viewer::Peer(_) => ActorId(0),
    };
    let own = actor_token(me);
    for clause in clauses {
        let is_met = |token: &String| {
            token == PUBLIC || (token == HALL && viewer.member().is_some()) || (me.0 != 0 && *token == own)
        };
        let mut met = clause.iter().any(is_met);
        for token in clause.iter().filter(|_| me.0 != 0) {
            met = met || holds(conn, me, token)?;
        }
        if !met {
            return Ok(false);
        }
    }
    Ok(true)
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

/// Does `viewer` hold `token`?
pub fn holds(conn: &mut Conn, viewer: ActorId, token: &str) -> Result<bool> {
    let held = viewer_token::table.filter(viewer_token::actor_id.eq(viewer)).filter(viewer_token::token.eq(token));
    Ok(diesel::select(diesel::dsl::exists(held)).get_result(conn.link())?)
}

/// Are these two apart: has one blocked the other, or the other's server?
pub fn are_apart(conn: &mut Conn, one: ActorId, other: ActorId) -> Result<bool> {
    let pair = apart::table.filter(apart::one_id.eq(one)).filter(apart::other_id.eq(other));
    Ok(diesel::select(diesel::dsl::exists(pair)).get_result(conn.link())?)
}

/// Does `me` want to hear of nothing that `other` does, having muted them or their server?
pub fn is_hushed(conn: &mut Conn, me: ActorId, other: ActorId) -> Result<bool> {
    let pair = hushed::table.filter(hushed::actor_id.eq(me)).filter(hushed::other_id.eq(other));
    Ok(diesel::select(diesel::dsl::exists(pair)).get_result(conn.link())?)
}

/// The condition, on a query that names the table `post`, that the viewer may see the post.
///
/// It leaves out what is deleted, whose author is suspended or gone, and what blocks keep apart. Its text is the same for
/// every viewer, so that the statements with it are built and prepared once; what a viewer isn't is bound as what matches
/// nothing.
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
        self.meets_needs("post_need", "post_id", column, out)
    }

    /// Of each clause in `table` of what has the id in `column`, the viewer holds a token. Most have none.
    fn meets_needs<'b>(
        &'b self,
        table: &'static str,
        id: &'static str,
        column: &'static str,
        mut out: AstPass<'_, 'b, MultiBackend>,
    ) -> QueryResult<()> {
        out.push_sql(" AND NOT EXISTS (SELECT 1 FROM ");
        out.push_sql(table);
        out.push_sql(" pn WHERE pn.");
        out.push_sql(id);
        out.push_sql(" = ");
        out.push_sql(column);
        out.push_sql(" AND NOT EXISTS (SELECT 1 FROM ");
        out.push_sql(table);
        out.push_sql(" pm WHERE pm.");
        out.push_sql(id);
        out.push_sql(" = pn.");
        out.push_sql(id);
        out.push_sql(" AND pm.clause = pn.clause AND (pm.token IN ('public', ");
        out.push_bind_param::<Text, _>(self.hall_token)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(&self.own_token)?;
        out.push_sql(") OR EXISTS (SELECT 1 FROM viewer_token nt WHERE nt.token = pm.token AND nt.actor_id = ");
        out.push_bind_param::<BigInt, _>(&self.actor)?;
        out.push_sql("))))");
        Ok(())
    }

    /// No block stands between the viewer and the author of the post, nor that of its root. Whether the viewer is apart from
    /// anybody at all is asked once for the whole list: most are not.
    fn not_apart<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql(" AND (NOT EXISTS (SELECT 1 FROM apart ay WHERE ay.one_id = ");
        out.push_bind_param::<BigInt, _>(&self.actor)?;
        out.push_sql(") OR (1 = 1");
        for (condition, author) in AUTHORS {
            out.push_sql(condition);
            out.push_sql("NOT EXISTS (SELECT 1 FROM apart ax WHERE ax.one_id = ");
            out.push_bind_param::<BigInt, _>(&self.actor)?;
            out.push_sql(" AND ax.other_id = ");
            out.push_sql(author);
            out.push_sql("))");
        }
        out.push_sql("))");
        Ok(())
    }

    /// Neither author has blocked the server that looks.
    fn not_shut<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        for (condition, author) in AUTHORS {
            out.push_sql(condition);
            out.push_bind_param::<Text, _>(&self.peer)?;
            out.push_sql(" = '' OR NOT EXISTS (SELECT 1 FROM block_host bh WHERE bh.kind = 'block' AND bh.host = ");
            out.push_bind_param::<Text, _>(&self.peer)?;
            out.push_sql(" AND bh.actor_id = ");
            out.push_sql(author);
            out.push_sql("))");
        }
        Ok(())
    }

    /// One and the same of a server's people is let in by the comment and by its root, and apart from neither author.
    fn let_in_peer<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("(");
        out.push_bind_param::<Text, _>(&self.peer)?;
        out.push_sql(
            " <> '' AND EXISTS (SELECT 1 FROM post_audience pa INNER JOIN viewer_token vt ON vt.token = pa.token \
             INNER JOIN actor va ON va.id = vt.actor_id WHERE pa.post_id = post.id AND va.host = ",
        );
        out.push_bind_param::<Text, _>(&self.peer)?;
        out.push_sql(
            " AND NOT EXISTS (SELECT 1 FROM apart ax WHERE ax.one_id = va.id AND ax.other_id IN (post.author_id, ",
        );
        out.push_sql(ROOT_AUTHOR);
        out.push_sql(
            ")) AND (post.root_id IS NULL OR EXISTS (SELECT 1 FROM post_audience ra WHERE ra.post_id = post.root_id \
             AND (ra.token = 'public' OR EXISTS (SELECT 1 FROM viewer_token rt WHERE rt.token = ra.token \
             AND rt.actor_id = va.id)))) AND NOT EXISTS (SELECT 1 FROM post_need pn \
             WHERE pn.post_id IN (post.id, post.root_id) AND NOT EXISTS (SELECT 1 FROM post_need pm \
             WHERE pm.post_id = pn.post_id AND pm.clause = pn.clause AND (pm.token = 'public' OR EXISTS (SELECT 1 \
             FROM viewer_token nt WHERE nt.token = pm.token AND nt.actor_id = va.id))))))",
        );
        Ok(())
    }
}

/// The condition, on a query that names the table `media`, that the viewer meets what a file asks for besides the gate of its post.
#[derive(Debug, Clone)]
pub struct FileGate(Gate);

impl FileGate {
    /// The gate as it stands before `viewer`.
    pub fn before(viewer: &Viewer) -> Self {
        Self(Gate::before(viewer))
    }
}

impl QueryFragment<MultiBackend> for FileGate {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("(1 = 1");
        self.0.meets_needs("media_need", "media_id", "media.id", out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

/// A post lives unless it is deleted or its author is suspended or gone; so must a comment's root, and whose it is must not be
/// apart from the commenter.
const LIVES: &str = "(post.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM actor ga WHERE ga.id = post.author_id \
     AND (ga.suspended_at IS NOT NULL OR ga.deleted_at IS NOT NULL)) AND (post.root_id IS NULL OR \
     EXISTS (SELECT 1 FROM post root WHERE root.id = post.root_id AND root.deleted_at IS NULL \
     AND NOT EXISTS (SELECT 1 FROM actor gr WHERE gr.id = root.author_id \
     AND (gr.suspended_at IS NOT NULL OR gr.deleted_at IS NOT NULL)) \
     AND NOT EXISTS (SELECT 1 FROM apart rx WHERE rx.one_id = post.author_id AND rx.other_id = root.author_id)))";

/// The author of the post's root (of the post itself if it is no comment), on a query that names the table `post`.
pub(super) const ROOT_AUTHOR: &str = "(SELECT rp.author_id FROM post rp WHERE rp.id = COALESCE(post.root_id, post.id))";

/// Whom a viewer must not be apart from: the author, and for a comment the author of the root. The first of each pair
/// begins a condition that asks about the second.
const AUTHORS: [(&str, &str); 2] = [(" AND (", "post.author_id"), (" AND (post.root_id IS NULL OR ", ROOT_AUTHOR)];

impl QueryFragment<MultiBackend> for Gate {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql(LIVES);
        self.not_apart(out.reborrow())?;
        self.not_shut(out.reborrow())?;
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

condition!(Gate, FileGate);
