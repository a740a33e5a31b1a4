//! Where a program is told of notices (Mastodon's documentation, “push”), and what is sent there.

mod send;

pub use send::send;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::{Map, Value};
use url::Url;

use super::answer;
use super::caller::Caller;
use super::frame;
use super::param::Params;
use crate::ctx::Ctx;
use crate::domain::push::{self, Alert, ENDPOINT_BYTES_MAX, New, Policy, Subscription};
use crate::error::{Error, Result};
use crate::id::TokenId;
use crate::secret::push::{Reader, decode};

/// Longest key that is looked at, in base64.
const KEY_CHARS_MAX: usize = 200;
/// Numbers that every program holds: some read this one, which they never send back, into 32 bits.
const NUMBERS: i64 = i32::MAX as i64;

/// A subscription as its program is told of it.
#[derive(Serialize)]
struct Shown<'a> {
    id: i64,
    endpoint: &'a str,
    standard: bool,
    alerts: Map<String, Value>,
    server_key: &'a str,
    policy: &'static str,
}

fn told(ctx: &Ctx, subscription: &Subscription) -> Result<HttpResponse> {
    let flag = |alert: &Alert| (alert.as_str().to_owned(), Value::Bool(subscription.tells(*alert)));
    answer::json(&Shown {
        id: subscription.id.0.rem_euclid(NUMBERS),
        endpoint: &subscription.endpoint,
        standard: subscription.standard,
        alerts: Alert::ALL.iter().map(flag).collect(),
        server_key: &ctx.push.voice.public,
        policy: subscription.policy.as_str(),
    })
}

/// The alerts that are wanted, if anything is said of them.
fn alerts(params: &Params) -> Option<Vec<Alert>> {
    let name = |alert: &Alert| format!("data[alerts][{}]", alert.as_str());
    let is_said = Alert::ALL.iter().any(|alert| params.holds(&name(alert)));
    let wanted = Alert::ALL.iter().copied().filter(|alert| params.flag(&name(alert)) == Some(true));
    is_said.then(|| wanted.collect())
}

/// Of whose doings a program wants to be told, if that is said.
///
/// Errors: `Invalid` for a word that is none.
fn policy(params: &Params) -> Result<Option<Policy>> {
    let said = params.some("data[policy]").or_else(|| params.some("policy"));
    said.map(|word| word.parse().map_err(|()| Error::invalid("policy", "problem-choice"))).transpose()
}

/// The address at the push service, and that service.
///
/// Errors: `Invalid` if the hall wouldn't send anything there.
fn endpoint(ctx: &Ctx, text: &str) -> Result<(String, String)> {
    let wrong = || Error::invalid("endpoint", "problem-push-endpoint");
    let is_plain = text.len() <= ENDPOINT_BYTES_MAX && text.bytes().all(|byte| byte.is_ascii_graphic());
    let url = Url::parse(text).ok().filter(|url| is_plain && ctx.net.may_ask(url)).ok_or_else(wrong)?;
    let host = url.host_str().ok_or_else(wrong)?;
    let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    Ok((text.to_owned(), host))
}

/// The keys that messages are encrypted with.
///
/// Errors: `Invalid` if they are none.
fn reader(params: &Params) -> Result<Reader> {
    let key = |name| Some(params.text(name)).filter(|text| text.len() <= KEY_CHARS_MAX).and_then(decode);
    let keys = key("subscription[keys][p256dh]").zip(key("subscription[keys][auth]"));
    let reader = keys.and_then(|(point, auth)| Reader::new(point, auth));
    reader.ok_or_else(|| Error::invalid("keys", "problem-push-keys"))
}

/// Under which label a token is locked away: it opens for no other.
fn label(token: TokenId) -> [u8; 8] {
    token.0.to_be_bytes()
}

/// `POST /api/v1/push/subscription`.
pub async fn create(ctx: web::Data<Ctx>, request: HttpRequest, caller: Caller, params: Params) -> Result<HttpResponse> {
    let (actor, token) = (caller.id()?, caller.bearer()?.token.id);
    let (endpoint, host) = endpoint(&ctx, params.text("subscription[endpoint]"))?;
    let Reader { point, auth } = reader(&params)?;
    // The hall keeps only a digest of a token, and programs find by the token itself for which of their members a message is.
    let secret = frame::bearer_of(&request).ok_or(Error::Forbidden)?;
    let new = New {
        locked_token: ctx.push.lock(secret.as_bytes(), &label(token))?,
        standard: params.flag("subscription[standard]").unwrap_or(false),
        alerts: alerts(&params).unwrap_or_default(),
        policy: policy(&params)?.unwrap_or(Policy::All),
        token,
        actor,
        endpoint,
        host,
        point,
        auth,
    };
    let subscription = ctx.write(move |conn| push::subscribe(conn, &new)).await?;
    told(&ctx, &subscription)
}

/// `/api/v1/push/subscription`.
pub async fn show(ctx: web::Data<Ctx>, caller: Caller) -> Result<HttpResponse> {
    let token = caller.bearer()?.token.id;
    let subscription = ctx.glance(move |conn| push::of_token(conn, token)).await?;
    told(&ctx, &subscription)
}

/// `PUT /api/v1/push/subscription`: what is told, not where.
pub async fn update(ctx: web::Data<Ctx>, caller: Caller, params: Params) -> Result<HttpResponse> {
    let token = caller.bearer()?.token.id;
    let (alerts, policy) = (alerts(&params), policy(&params)?);
    let subscription = ctx.write(move |conn| push::change(conn, token, alerts.as_deref(), policy)).await?;
    told(&ctx, &subscription)
}

/// `DELETE /api/v1/push/subscription`.
pub async fn delete(ctx: web::Data<Ctx>, caller: Caller) -> Result<HttpResponse> {
    let token = caller.bearer()?.token.id;
    ctx.write(move |conn| push::unsubscribe(conn, token)).await?;
    answer::done()
}
