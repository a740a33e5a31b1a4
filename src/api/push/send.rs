//! One message to one program, by its push service.
//!
//! Invariant: whether anything is told, and what, is asked at the moment of sending: what its member wouldn't see now on the page
//! of notices isn't told.

use std::time::{Duration, SystemTime};

use actix_web::http::header::HttpDate;
use serde::Serialize;
use url::Url;

use crate::api::{entity, notification};
use crate::clock::{HOUR, Micros, SECOND};
use crate::ctx::Ctx;
use crate::db::Conn;
use crate::domain::audience::Viewer;
use crate::domain::delivery::pause;
use crate::domain::notice::{Kind, Notice};
use crate::domain::push::{self, Delivery, KEPT, Outcome, Subscription};
use crate::domain::{hall, post, token};
use crate::error::{Error, Result, Retry};
use crate::lang::Language;
use crate::net::Answer;
use crate::secret::push::{Coding, Reader, Sealed, TEXT_BYTES_MAX};

/// Longest piece of a text that is told.
const BODY_CHARS_MAX: usize = 140;
/// How long the hall's word to a push service is good; a day is the most that is taken.
const WORD_GOOD: Micros = 12 * HOUR;
/// Longest pause between two tries, unless the push service asks for more: news are for now.
const PAUSE_MAX: Micros = HOUR;
/// Longest time that a push service may make a message wait, in seconds.
const WAIT_MAX_S: u64 = 86_400;

/// What a program is told (Mastodon's documentation, “push”; the names are what programs read).
#[derive(Serialize)]
struct Payload {
    access_token: String,
    preferred_locale: &'static str,
    notification_id: i64,
    notification_type: &'static str,
    icon: String,
    title: String,
    body: String,
}

/// What is to be done about a message.
enum Task {
    Send(Box<Message>),
    Leave(Outcome),
}

/// A message that is ready to go.
struct Message {
    url: Url,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// Sends a message that was handed out, if it is still to be told, and keeps how it fared.
pub async fn send(ctx: &Ctx, delivery: Delivery) -> Result<()> {
    let shared = ctx.clone();
    let outcome = match ctx.read(move |conn| prepare(&shared, conn, &delivery)).await? {
        Task::Leave(outcome) => outcome,
        Task::Send(message) => {
            let Message { url, headers, body } = *message;
            let answer = ctx.net.post(&url, headers, body).await;
            let outcome = judge(&answer, &delivery, ctx.now());
            if outcome != Outcome::Taken {
                // Not its whole address: whoever knows that may send there.
                let said =
                    answer.map_or_else(|error| error.to_string(), |answer| format!("answered {}", answer.status));
                tracing::info!(host = url.host_str(), %said, ?outcome, "a push message was not taken");
            }
            outcome
        }
    };
    ctx.write(move |conn| push::settle(conn, &delivery, outcome)).await
}

/// Asks whether a message is still to be told, and makes it.
fn prepare(ctx: &Ctx, conn: &mut Conn, delivery: &Delivery) -> Result<Task> {
    let Some(subscription) = push::of_delivery(conn, delivery)? else { return Ok(Task::Leave(Outcome::Idle)) };
    let Some(bearer) = token::bearer(conn, subscription.token_id)? else { return Ok(Task::Leave(Outcome::Gone)) };
    if ctx.now() - delivery.created_at > KEPT {
        return Ok(Task::Leave(Outcome::Idle));
    }
    let notice = match notification::one(conn, subscription.actor_id, delivery.notice_id) {
        Ok(notice) => notice,
        Err(Error::NotFound(_)) => return Ok(Task::Leave(Outcome::Idle)),
        Err(error) => return Err(error),
    };
    let is_told = subscription.tells(notice.kind.alert()) && push::heeds(conn, &subscription, notice.by.id)?;
    // What the member's filters hide is no notification.
    if !is_told
        || notification::notifications(ctx, conn, subscription.actor_id, std::slice::from_ref(&notice))?.is_empty()
    {
        return Ok(Task::Leave(Outcome::Idle));
    }
    let opened = ctx.push.open(&subscription.locked_token, &super::label(subscription.token_id));
    let Some(secret) = opened.and_then(|secret| String::from_utf8(secret).ok()) else {
        return Ok(Task::Leave(Outcome::Gone));
    };
    let language = match bearer.login.and_then(|login| login.language) {
        Some(chosen) => chosen,
        None => hall::get(conn)?.language,
    };
    let language = Language::parse(&language).unwrap_or(Language::ZhHans);
    let payload = payload(ctx, language, &subscription, &notice, secret);
    message(ctx, delivery, &subscription, payload).map(|message| Task::Send(Box::new(message)))
}

fn payload(ctx: &Ctx, language: Language, to: &Subscription, notice: &Notice, secret: String) -> Payload {
    let viewer = Viewer::Member(to.actor_id);
    let name = notice.by.names().remove(language.code()).unwrap_or_else(|| notice.by.display_name.clone());
    let said = match &notice.post {
        // What a report is about is read in the office alone.
        _ if notice.kind == Kind::Report => String::new(),
        Some(post) if post.warning.is_empty() => crate::text::plain_of_clean(&post.body_html).replace('\n', " "),
        Some(post) => post.warning.clone(),
        None => format!("@{}", notice.by.address),
    };
    Payload {
        access_token: secret,
        preferred_locale: language.code(),
        notification_id: notice.id.0,
        notification_type: notice.kind.alert().as_str(),
        icon: entity::face(ctx, &viewer, &notice.by),
        title: ctx.messages.text(language, title(notice), &[("name", name)]),
        body: crate::text::excerpt(&said, BODY_CHARS_MAX),
    }
}

/// The sentence for what happened.
fn title(notice: &Notice) -> &'static str {
    let is_moment = notice.post.as_ref().is_some_and(|post| post.kind == post::Kind::Moment);
    match notice.kind {
        Kind::Request => "push-request",
        Kind::Acceptance => "push-acceptance",
        Kind::Like if is_moment => "push-like",
        Kind::Like => "push-like-comment",
        Kind::Boost if is_moment => "push-boost",
        Kind::Boost => "push-boost-comment",
        Kind::Comment => "push-comment",
        Kind::Answer => "push-answer",
        Kind::Mention => "push-mention",
        Kind::Poll => "push-poll",
        Kind::Report => "push-report",
        Kind::GroupRequest => "push-group-request",
        Kind::GroupAdmission => "push-group-admission",
        Kind::GroupOffice => "push-group-office",
        Kind::GroupRemoval => "push-group-removal",
        Kind::GroupCall => "push-group-call",
        Kind::Article => "push-article",
        Kind::RollPlace => "push-roll-place",
        Kind::RollStruck => "push-roll-struck",
        Kind::Announcement => "push-announcement",
        Kind::AnnouncementReminder => "push-announcement-reminder",
        Kind::Alliance => "push-announcement",
        Kind::ItemNote => "push-item-note",
        Kind::ItemOffer => "push-item-offer",
        Kind::Partner => "push-partner",
    }
}

/// Encrypts a message and says who sends it.
fn message(ctx: &Ctx, delivery: &Delivery, to: &Subscription, mut payload: Payload) -> Result<Message> {
    let write = |payload: &Payload| serde_json::to_vec(payload).map_err(|e| Error::Broken(Box::new(e)));
    let mut text = write(&payload)?;
    if text.len() > TEXT_BYTES_MAX {
        // Names and addresses from elsewhere may be long; what happened is told all the same.
        payload.body.clear();
        payload.icon = format!("{}/static/0/face.png", ctx.origin);
        payload.title = crate::text::excerpt(&payload.title, BODY_CHARS_MAX);
        text = write(&payload)?;
    }
    let url = Url::parse(&to.endpoint).map_err(|e| Error::Broken(Box::new(e)))?;
    let good_until = (ctx.now() + WORD_GOOD).div_euclid(SECOND);
    let word = ctx.push.voice.word(&url.origin().ascii_serialization(), &ctx.origin, good_until)?;
    let reader = Reader { point: to.point.clone(), auth: to.auth.clone() };
    let coding = if to.standard { Coding::Standard } else { Coding::Old };
    let Sealed { body, mut headers } = reader.seal(coding, &text, &ctx.push.voice, &word)?;
    let left_s = (KEPT - (ctx.now() - delivery.created_at)).div_euclid(SECOND).max(0);
    for (name, value) in
        [("content-type", "application/octet-stream"), ("ttl", &left_s.to_string()), ("urgency", "normal")]
    {
        headers.push((name.to_owned(), value.to_owned()));
    }
    Ok(Message { url, headers, body })
}

/// What an answer means for the message.
fn judge(answer: &Result<Answer>, delivery: &Delivery, now: Micros) -> Outcome {
    let later = |wait_s: u64| {
        let pause = pause(delivery.attempts, u64::from_le_bytes(crate::secret::random())).min(PAUSE_MAX);
        Outcome::Later(now + pause.max(i64::try_from(wait_s.min(WAIT_MAX_S)).unwrap_or(0) * SECOND))
    };
    let answer = match answer {
        Ok(answer) => answer,
        Err(Error::Remote { retry: Retry::Never, .. }) => return Outcome::Refused,
        Err(_) => return later(0),
    };
    match answer.status {
        200..=299 => Outcome::Taken,
        404 | 410 => Outcome::Gone,
        408 | 425 | 429 | 500.. => later(answer.header("retry-after").map_or(0, |value| wait_s(value, now))),
        _ => Outcome::Refused,
    }
}

/// How long `Retry-After` asks to wait, in seconds: a number, or a time (RFC 9110 §10.2.3).
fn wait_s(value: &str, now: Micros) -> u64 {
    let value = value.trim();
    if let Ok(seconds) = value.parse() {
        return seconds;
    }
    let now = SystemTime::UNIX_EPOCH + Duration::from_micros(u64::try_from(now).unwrap_or(0));
    let until = value.parse::<HttpDate>().ok().map(SystemTime::from);
    until.and_then(|until| until.duration_since(now).ok()).map_or(0, |wait| wait.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_a_number_or_a_time() {
        let now = 1_763_900_000_000_000;
        assert_eq!(wait_s(" 120 ", now), 120);
        let at = HttpDate::from(SystemTime::UNIX_EPOCH + Duration::from_secs(1_763_900_090)).to_string();
        assert_eq!(wait_s(&at, now), 90);
        assert_eq!((wait_s(&at, now + HOUR), wait_s("soon", now), wait_s("-1", now)), (0, 0, 0));
    }
}
