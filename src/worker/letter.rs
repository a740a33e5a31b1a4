//! Digests as letters, in their reader's language.

use crate::ctx::Ctx;
use crate::domain::digest::{self, Content, Due, Outcome, Rhythm, Told};
use crate::domain::hall::{self, Hall};
use crate::error::Result;
use crate::lang::Language;
use crate::mail::{Letter, Refused};

/// Digests claimed at a time.
const LETTERS: i64 = 8;
/// Longest title of an announcement in a letter.
const TITLE_CHARS_MAX: usize = 120;

/// Sends the digests that are due; answers how many were looked at.
pub async fn all(ctx: &Ctx) -> Result<usize> {
    if !ctx.mail.is_on() || !ctx.glance(digest::is_due).await? {
        return Ok(0);
    }
    let claimed = ctx.write(|conn| digest::claim(conn, LETTERS)).await?;
    let count = claimed.len();
    // One after the other: the server on the other side is the hall's own.
    for due in claimed {
        send(ctx, due).await?;
    }
    Ok(count)
}

async fn send(ctx: &Ctx, due: Due) -> Result<()> {
    let asked = due.clone();
    let content = ctx.read(move |conn| digest::content(conn, &asked)).await?;
    let outcome = match &content {
        None => Outcome::Idle,
        Some(content) => {
            let hall = ctx.read(hall::get).await?;
            match ctx.mail.send(&letter(ctx, &hall, &due, content)).await {
                Ok(()) => Outcome::Sent(content.until),
                Err(Refused::Later(reason)) => {
                    tracing::warn!(login = %due.login_id, attempts = due.attempts, %reason, "a digest waits for another try");
                    Outcome::Later
                }
                Err(Refused::Never(reason)) => {
                    tracing::warn!(login = %due.login_id, %reason, "a digest was refused");
                    Outcome::Refused
                }
            }
        }
    };
    ctx.write(move |conn| digest::settle(conn, &due, outcome)).await
}

fn letter(ctx: &Ctx, hall: &Hall, due: &Due, content: &Content) -> Letter {
    let login = &content.member.login;
    let chosen = login.language.as_deref().unwrap_or(&hall.language);
    let (language, hall) = (Language::parse(chosen).unwrap_or(Language::ZhHans), hall.name.clone());
    let say = |key: &str, values: &[(&'static str, String)]| ctx.messages.text(language, key, values);
    let unsubscribe = format!("{}/digest/{}", ctx.origin, due.token);
    let name = content.member.actor.display_name.clone();
    let mut lines = vec![say("digest-hello", &[("name", name), ("hall", hall.clone())]), String::new()];
    for told in &content.announcements {
        lines.extend(announcement(ctx, language, told));
        lines.push(String::new());
    }
    if content.others > 0 {
        lines.push(say("digest-others", &[("count", content.others.to_string())]));
        lines.push(format!("{}/notices", ctx.origin));
        lines.push(String::new());
    }
    let why = match due.rhythm {
        Rhythm::Daily => "digest-why-daily",
        Rhythm::Weekly => "digest-why-weekly",
    };
    lines.extend(["-- ".to_owned(), say(why, &[]), unsubscribe.clone()]);
    let subject = match content.announcements.first() {
        Some(first) => say(
            "digest-subject-announcement",
            &[("hall", hall.clone()), ("title", crate::text::excerpt(&first.post.title, TITLE_CHARS_MAX))],
        ),
        None => say("digest-subject", &[("hall", hall.clone()), ("count", content.others.to_string())]),
    };
    Letter {
        to: login.email.clone().unwrap_or_default(),
        from_name: hall,
        subject,
        text: lines.join("\r\n"),
        unsubscribe,
    }
}

/// An announcement: what, where, by when.
fn announcement(ctx: &Ctx, language: Language, told: &Told) -> Vec<String> {
    let title = crate::text::excerpt(&told.post.title, TITLE_CHARS_MAX);
    let values = [("title", title), ("group", told.group.display_name.clone())];
    let who = if told.author.is_local() { &told.author.name } else { &told.author.address };
    let mut lines = vec![ctx.messages.text(language, "digest-announcement", &values)];
    let now = ctx.now();
    if let Some(by) = told.announcement.as_ref().filter(|one| one.asks_now(now)).and_then(|one| one.confirm_by) {
        let day = crate::clock::to_rfc3339(by).split('T').next().unwrap_or_default().to_owned();
        lines.push(ctx.messages.text(language, "confirmation-by", &[("time", day)]));
    }
    lines.push(format!("{}/@{who}/{}", ctx.origin, told.post.id));
    lines
}
