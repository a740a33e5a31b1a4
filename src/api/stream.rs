//! Streams (Mastodon's documentation, “streaming”): by server-sent events and by WebSocket.
//!
//! A stream compares, now and then, what its reader has been told with what the gate lets them see: so whatever closes a door
//! (deletion, a block, an ended tie) is told like a deletion, and two processes of one hall need no word between them. It
//! looks only when something was written, at most twice a second, and asks the gate for those rows alone that are new or changed; for the
//! whole list every ten seconds.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};
use actix_ws::{AggregatedMessage, Session};
use bytes::Bytes;
use futures_util::stream::unfold;
use serde::Serialize;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use super::caller::Caller;
use super::notification;
use super::param::Params;
use super::status::{self, Item};
use crate::clock::Micros;
use crate::ctx::Ctx;
use crate::db::{Conn, Range};
use crate::domain::audience::Viewer;
use crate::domain::notice::{self, Kind};
use crate::domain::post::{self, Entry, Mark, Origin};
use crate::domain::{hashtag, tag, token};
use crate::error::{Error, Result};
use crate::id::{ActorId, NoticeId, TagId, TokenId};
use crate::text;

/// Rows of a list that a stream keeps in view.
const WINDOW: i64 = 30;
/// How often it is looked whether anything was written.
const TICK: Duration = Duration::from_millis(500);
/// How often it is looked all the same: another process may have written.
const LOOK_AT_LEAST: Duration = Duration::from_secs(5);
/// How often the gate is asked again though the list seems to be the same: an author may have been shut out.
const GATE_AT_LEAST: Duration = Duration::from_secs(10);
/// Rows that are looked at one by one; of more the whole list is looked at.
const CHANGES_MAX: usize = 4;
/// How often a line is sent that says nothing, so that nobody on the way takes the stream for dead.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long a program is asked to wait where too many listen, in seconds.
const STREAM_WAIT_S: u64 = 60;
/// Lists that one WebSocket watches.
const WATCHED_MAX: usize = 20;
/// Largest message of a program.
const MESSAGE_BYTES_MAX: usize = 16 * 1_024;

/// What is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Channel {
    /// The home feed and the notices.
    User,
    /// The notices alone.
    Notices,
    /// What is for everyone.
    Public(Origin),
    /// A hashtag.
    Hashtag(String),
    /// The people under a tag.
    List(TagId),
    /// What is for few. Nothing comes by itself here: it is in the home feed.
    Direct,
}

impl Channel {
    /// The channel of a name; `tag` and `list` say which.
    fn parse(name: &str, topic: &str, list: &str) -> Option<Self> {
        Some(match name {
            "user" => Self::User,
            "user:notification" => Self::Notices,
            "public" | "public:media" => Self::Public(Origin::Any),
            "public:local" | "public:local:media" => Self::Public(Origin::Local),
            "public:remote" | "public:remote:media" => Self::Public(Origin::Remote),
            "hashtag" | "hashtag:local" => Self::Hashtag(text::fold_hashtag(topic)?),
            "list" => Self::List(list.parse().ok()?),
            "direct" => Self::Direct,
            _ => return None,
        })
    }

    /// On what kind of list its statuses stand, for filters.
    fn context(&self) -> &'static str {
        match self {
            Self::User | Self::Notices | Self::List(_) | Self::Direct => "home",
            Self::Public(_) | Self::Hashtag(_) => "public",
        }
    }

    /// By what it is told whether anything has changed, without asking the gate; `None` where that isn't known.
    fn marks(&self, conn: &mut Conn, me: ActorId) -> Result<Option<Vec<Mark>>> {
        Ok(match self {
            Self::User | Self::List(_) => Some(post::feed_marks(conn, me, WINDOW)?),
            Self::Public(Origin::Local) => Some(post::local_marks(conn, WINDOW)?),
            Self::Public(_) | Self::Hashtag(_) => None,
            Self::Notices | Self::Direct => Some(Vec::new()),
        })
    }

    /// The rows of its list in this range that come through the gate, each with its number.
    fn rows(&self, conn: &mut Conn, me: ActorId, range: &Range) -> Result<Vec<(i64, Item)>> {
        let viewer = Viewer::Member(me);
        let alone = |entries: Vec<Entry>| entries.into_iter().map(|entry| (entry.post.id.0, entry.into())).collect();
        let feed = match self {
            Self::User => post::feed(conn, me, range)?,
            Self::List(tag) => {
                tag::own(conn, me, *tag)?;
                post::feed_of(conn, me, *tag, range)?
            }
            Self::Public(origin) => return Ok(alone(post::listed(conn, &viewer, *origin, range)?)),
            Self::Hashtag(name) => return Ok(alone(hashtag::posts(conn, &viewer, name, range)?)),
            Self::Notices | Self::Direct => return Ok(Vec::new()),
        };
        let places: Vec<i64> = feed.iter().map(|fed| fed.place).collect();
        Ok(places.into_iter().zip(status::items(conn, feed)?).collect())
    }
}

/// What is told.
#[derive(Debug)]
struct Event {
    name: &'static str,
    payload: Arc<str>,
}

/// A channel with what its reader has been told.
struct Watch {
    channel: Channel,
    /// As the program named it.
    named: Vec<String>,
    /// The rows in view, each with the time of its last change, and the number below which nothing is new.
    told: Option<(BTreeMap<i64, Option<Micros>>, i64)>,
    /// The marks of the list at the last look.
    marks: Option<Vec<Mark>>,
    /// When the gate was asked for the whole list.
    asked_at: Instant,
    /// The last notice that was told.
    notice: Option<NoticeId>,
}

impl Watch {
    fn new(channel: Channel, named: Vec<String>) -> Self {
        Self { channel, named, told: None, marks: None, asked_at: Instant::now(), notice: None }
    }

    /// What has changed since the last look. The first look tells nothing.
    fn look(&mut self, ctx: &Ctx, conn: &mut Conn, me: ActorId, hears_notices: bool) -> Result<Vec<Event>> {
        let marks = self.channel.marks(conn, me)?;
        let is_fresh = self.asked_at.elapsed() < GATE_AT_LEAST;
        let changed = match (&marks, &self.marks) {
            (Some(now), Some(before)) if is_fresh => {
                Some(now.iter().filter(|mark| !before.contains(mark)).map(|mark| mark.0).collect::<Vec<_>>())
            }
            _ => None,
        };
        let mut events = match (changed, &marks) {
            (Some(changed), Some(marks)) if changed.len() <= CHANGES_MAX => {
                self.look_at_changes(ctx, conn, me, (&changed, marks))?
            }
            _ => {
                self.asked_at = Instant::now();
                self.look_at_list(ctx, conn, me)?
            }
        };
        self.marks = marks;
        if hears_notices && matches!(self.channel, Channel::User | Channel::Notices) {
            events.extend(self.look_at_notices(ctx, conn, me)?);
        }
        Ok(events)
    }

    /// A few rows have changed, or some are gone: only those are looked at, each through the gate.
    fn look_at_changes(
        &mut self,
        ctx: &Ctx,
        conn: &mut Conn,
        me: ActorId,
        (changed, marks): (&[i64], &[Mark]),
    ) -> Result<Vec<Event>> {
        let Some((told, floor)) = &mut self.told else { return Ok(Vec::new()) };
        let is_whole = marks.len() < usize::try_from(WINDOW).unwrap_or(0);
        let lowest = if is_whole { 0 } else { marks.last().map_or(0, |mark| mark.0) };
        let mut events = Vec::new();
        told.retain(|id, _| {
            let (is_gone, is_in_view) = (!marks.iter().any(|mark| mark.0 == *id), *id >= lowest);
            if is_gone && is_in_view {
                events.push(Event { name: "delete", payload: id.to_string().into() });
            }
            !is_gone
        });
        for id in changed.iter().rev() {
            let one = Range { before: id + 1, after: id - 1, limit: 1, ..Range::before(None::<i64>, 1) };
            for (id, item) in self.channel.rows(conn, me, &one)? {
                let edited_at = item.entry.post.edited_at;
                let name = match told.insert(id, edited_at) {
                    None if id > *floor => "update",
                    Some(before) if before != edited_at => "status.update",
                    _ => continue,
                };
                events.extend(said(ctx, conn, me, &self.channel, name, (id, item))?);
            }
        }
        Ok(events)
    }

    fn look_at_list(&mut self, ctx: &Ctx, conn: &mut Conn, me: ActorId) -> Result<Vec<Event>> {
        let rows = self.channel.rows(conn, me, &Range::before(None::<i64>, WINDOW))?;
        let now: BTreeMap<i64, Option<Micros>> =
            rows.iter().map(|(id, item)| (*id, item.entry.post.edited_at)).collect();
        // A list that is shorter than the window is in view as a whole.
        let is_whole = rows.len() < usize::try_from(WINDOW).unwrap_or(0);
        let lowest = if is_whole { 0 } else { now.keys().next().copied().unwrap_or(0) };
        let Some((told, floor)) = &self.told else {
            self.told = Some((now, lowest));
            return Ok(Vec::new());
        };
        let floor = *floor;
        let mut events = Vec::new();
        for id in told.keys().filter(|id| **id >= lowest && !now.contains_key(id)) {
            events.push(Event { name: "delete", payload: id.to_string().into() });
        }
        for (id, item) in rows.into_iter().rev() {
            let name = match told.get(&id) {
                None if id > floor => "update",
                Some(edited) if *edited != item.entry.post.edited_at => "status.update",
                _ => continue,
            };
            events.extend(said(ctx, conn, me, &self.channel, name, (id, item))?);
        }
        self.told = Some((now, floor));
        Ok(events)
    }

    fn look_at_notices(&mut self, ctx: &Ctx, conn: &mut Conn, me: ActorId) -> Result<Vec<Event>> {
        let Some(last) = self.notice else {
            self.notice = Some(notice::newest(conn, me)?.unwrap_or(NoticeId(0)));
            return Ok(Vec::new());
        };
        if notice::newest(conn, me)?.is_none_or(|newest| newest <= last) {
            return Ok(Vec::new());
        }
        let range = Range { after: last.0, ..Range::before(None::<i64>, WINDOW) };
        let mut notices = notice::list(conn, me, Kind::ALL, &range)?;
        notices.reverse();
        if let Some(newest) = notices.last() {
            self.notice = Some(newest.id);
        }
        let found = notification::notifications(ctx, conn, me, &notices)?;
        found.iter().map(|notification| event("notification", notification)).collect()
    }
}

fn event(name: &'static str, entity: &impl Serialize) -> Result<Event> {
    let payload = serde_json::to_string(entity).map_err(|e| Error::Broken(Box::new(e)))?;
    Ok(Event { name, payload: payload.into() })
}

/// What is told of a row that came through the gate: nothing, if the reader's filters hide it. The text is the same for all
/// streams of one reader, so it is written once for them.
fn said(
    ctx: &Ctx,
    conn: &mut Conn,
    me: ActorId,
    channel: &Channel,
    name: &'static str,
    (id, item): (i64, Item),
) -> Result<Option<Event>> {
    let key = (me, id, item.entry.post.edited_at, channel.context());
    if let Some(payload) = ctx.told.get(&key) {
        return Ok(Some(Event { name, payload }));
    }
    let found = status::statuses(ctx, conn, &Viewer::Member(me), &[item], channel.context())?;
    let Some(event) = found.first().map(|status| event(name, status)).transpose()? else { return Ok(None) };
    ctx.told.insert(key, event.payload.clone());
    Ok(Some(event))
}

/// Somebody who listens.
struct Listener {
    ctx: web::Data<Ctx>,
    me: ActorId,
    token: TokenId,
    hears_notices: bool,
    watches: Vec<Watch>,
    /// Writes that were counted at the last look.
    seen: u64,
    looked_at: Instant,
    spoke_at: Instant,
    _place: [OwnedSemaphorePermit; 2],
}

impl Listener {
    /// Lets somebody listen.
    ///
    /// Errors: `TooMany` if too many listen already.
    fn new(ctx: web::Data<Ctx>, caller: &Caller) -> Result<Self> {
        let (bearer, me, now) = (caller.bearer()?, caller.id()?, Instant::now());
        let place = ctx.stream_place(me).ok_or(Error::TooMany(STREAM_WAIT_S))?;
        Ok(Self {
            me,
            token: bearer.token.id,
            hears_notices: bearer.scopes.cover("read:notifications"),
            watches: Vec::new(),
            seen: 0,
            looked_at: now,
            spoke_at: now,
            _place: place,
            ctx,
        })
    }

    /// Watches one more list, from now on.
    async fn watch(&mut self, channel: Channel, named: Vec<String>) -> Result<()> {
        if self.watches.len() >= WATCHED_MAX || self.watches.iter().any(|watch| watch.channel == channel) {
            return Ok(());
        }
        let (ctx, me, hears) = (self.ctx.clone(), self.me, self.hears_notices);
        let mut watch = Watch::new(channel, named);
        let watch = self
            .ctx
            .glance(move |conn| {
                watch.look(&ctx, conn, me, hears)?;
                Ok(watch)
            })
            .await?;
        self.watches.push(watch);
        Ok(())
    }

    /// What has happened since the last look, by channel; `None` when the stream is over.
    async fn look(&mut self) -> Option<Vec<(Vec<String>, Event)>> {
        let written = self.ctx.written();
        if self.ctx.is_stopping() {
            return None;
        }
        if written == self.seen && self.looked_at.elapsed() < LOOK_AT_LEAST {
            return Some(Vec::new());
        }
        self.seen = written;
        self.looked_at = Instant::now();
        let (ctx, me, token, hears) = (self.ctx.clone(), self.me, self.token, self.hears_notices);
        let mut watches = std::mem::take(&mut self.watches);
        let looked = self
            .ctx
            .glance(move |conn| {
                if !token::stands(conn, token)? {
                    return Ok(None);
                }
                let mut all = Vec::new();
                for watch in &mut watches {
                    let events = watch.look(&ctx, conn, me, hears)?;
                    all.extend(events.into_iter().map(|event| (watch.named.clone(), event)));
                }
                Ok(Some((watches, all)))
            })
            .await;
        match looked {
            Ok(Some((watches, all))) => {
                self.watches = watches;
                Some(all)
            }
            Ok(None) => None,
            Err(error) => {
                tracing::info!(%error, "a stream ends");
                None
            }
        }
    }

    /// Waits for the next lines of server-sent events.
    async fn next_lines(&mut self) -> Option<Bytes> {
        loop {
            tokio::time::sleep(TICK).await;
            let mut lines = String::new();
            for (_, event) in self.look().await? {
                lines.push_str(&format!("event: {}\ndata: {}\n\n", event.name, event.payload));
            }
            if lines.is_empty() && self.spoke_at.elapsed() >= HEARTBEAT {
                lines.push_str(":thump\n");
            }
            if !lines.is_empty() {
                self.spoke_at = Instant::now();
                return Some(lines.into());
            }
        }
    }
}

/// The channel that a call names, in its path or in its query.
fn asked(path: &str, params: &Params) -> Option<(Channel, Vec<String>)> {
    let by_path = path.trim_start_matches("/api/v1/streaming").trim_matches('/').replace('/', ":");
    let name = if by_path.is_empty() { params.text("stream").to_owned() } else { by_path };
    let (topic, list) = (params.text("tag"), params.text("list"));
    let channel = Channel::parse(&name, topic, list)?;
    Some((channel, named(&name, topic, list)))
}

/// How a channel is named in what is told of it.
fn named(name: &str, topic: &str, list: &str) -> Vec<String> {
    let which = if topic.is_empty() { list } else { topic };
    let parts = [name, which].into_iter().filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

/// `/api/v1/streaming/…` by server-sent events, and `/api/v1/streaming` by WebSocket.
pub async fn listen(
    ctx: web::Data<Ctx>,
    request: HttpRequest,
    caller: Caller,
    body: web::Payload,
) -> Result<HttpResponse> {
    let params = Params::of_query(request.query_string())?;
    let channel = asked(request.path(), &params);
    let is_socket = request.headers().contains_key("sec-websocket-key");
    let mut listener = Listener::new(ctx, &caller)?;
    match (channel, is_socket) {
        (Some((channel, named)), _) => listener.watch(channel, named).await?,
        // A WebSocket may say later what it watches.
        (None, true) if params.some("stream").is_none() => {}
        (None, _) => return Err(Error::invalid("stream", "problem-stream")),
    }
    if !is_socket {
        let first = Bytes::from_static(b":)\n");
        let lines = unfold((listener, Some(first)), |(mut listener, first)| async move {
            let lines = match first {
                Some(first) => first,
                None => listener.next_lines().await?,
            };
            Some((Ok::<_, actix_web::Error>(lines), (listener, None)))
        });
        return Ok(HttpResponse::Ok()
            .content_type("text/event-stream")
            .insert_header(("cache-control", "private, no-store"))
            .insert_header(("x-accel-buffering", "no"))
            .streaming(lines));
    }
    // The protocol carries the token of programs that can't set a header; it is answered as it was asked.
    let offered =
        request.headers().get("sec-websocket-protocol").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let protocols: Vec<&str> = offered.as_deref().into_iter().collect();
    let opened = actix_ws::handle_with_protocols(&request, body, &protocols);
    let (answer, session, messages) = opened.map_err(|_| Error::invalid("stream", "problem-stream"))?;
    let messages = messages.max_frame_size(MESSAGE_BYTES_MAX).aggregate_continuations();
    actix_web::rt::spawn(converse(listener, session, messages.max_continuation_size(MESSAGE_BYTES_MAX)));
    Ok(answer)
}

/// What a WebSocket is told.
#[derive(Serialize)]
struct Told<'a> {
    stream: &'a [String],
    event: &'a str,
    payload: &'a str,
}

/// A WebSocket, until one side ends it.
async fn converse(mut listener: Listener, mut session: Session, mut messages: actix_ws::AggregatedMessageStream) {
    loop {
        let heard = tokio::time::timeout(TICK, messages.recv()).await;
        let goes_on = match heard {
            Err(_) => speak(&mut listener, &mut session).await,
            Ok(Some(Ok(AggregatedMessage::Text(words)))) => obey(&mut listener, &words).await,
            Ok(Some(Ok(AggregatedMessage::Ping(bytes)))) => session.pong(&bytes).await.is_ok(),
            Ok(Some(Ok(AggregatedMessage::Pong(_) | AggregatedMessage::Binary(_)))) => true,
            Ok(Some(Ok(AggregatedMessage::Close(_)) | Err(_)) | None) => false,
        };
        if !goes_on {
            break;
        }
    }
    // Whoever is gone needn't be told that it is over.
    drop(session.close(None).await);
}

/// Tells what has happened; answers whether anybody listens still.
async fn speak(listener: &mut Listener, session: &mut Session) -> bool {
    let Some(events) = listener.look().await else { return false };
    for (stream, event) in &events {
        let told = Told { stream, event: event.name, payload: &event.payload };
        let Ok(words) = serde_json::to_string(&told) else { return false };
        if session.text(words).await.is_err() {
            return false;
        }
        listener.spoke_at = Instant::now();
    }
    if listener.spoke_at.elapsed() < HEARTBEAT {
        return true;
    }
    listener.spoke_at = Instant::now();
    session.ping(b"").await.is_ok()
}

/// Does what a program asks for by a message: `subscribe` and `unsubscribe`. What isn't understood changes nothing.
async fn obey(listener: &mut Listener, words: &str) -> bool {
    let Ok(asked) = serde_json::from_str::<serde_json::Value>(words) else { return true };
    let text = |name: &str| asked.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
    let (name, topic, list) = (text("stream"), text("tag"), text("list"));
    let Some(channel) = Channel::parse(name, topic, list) else { return true };
    match text("type") {
        "subscribe" => listener.watch(channel, named(name, topic, list)).await.is_ok(),
        "unsubscribe" => {
            listener.watches.retain(|watch| watch.channel != channel);
            true
        }
        _ => true,
    }
}

/// `/api/v1/streaming/health`.
pub async fn health() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("OK")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_found_by_path_and_by_name() {
        let of = |path: &str, query: &str| asked(path, &Params::of_query(query).unwrap());
        let channel = |path: &str, query: &str| of(path, query).map(|(channel, _)| channel);
        assert_eq!(channel("/api/v1/streaming/user", ""), Some(Channel::User));
        assert_eq!(channel("/api/v1/streaming/user/notification", ""), Some(Channel::Notices));
        assert_eq!(channel("/api/v1/streaming", "stream=public:local"), Some(Channel::Public(Origin::Local)));
        assert_eq!(channel("/api/v1/streaming/list", "list=7"), Some(Channel::List(TagId(7))));
        let (topic, name) = of("/api/v1/streaming/hashtag", "tag=%E5%86%AC%E8%87%B3").unwrap();
        assert_eq!((topic, name), (Channel::Hashtag("冬至".to_owned()), vec!["hashtag".to_owned(), "冬至".to_owned()]));
        for wrong in ["stream=nonsense", "stream=list&list=x", "stream=hashtag", ""] {
            assert_eq!(channel("/api/v1/streaming", wrong), None, "{wrong}");
        }
    }
}
