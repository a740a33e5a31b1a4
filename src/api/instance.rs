//! The hall as an instance (Mastodon's documentation, “instance”, v1 and v2), and what it doesn't have.

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use super::account::Account;
use super::answer;
use super::caller::Caller;
use super::entity;
use crate::config::RegistrationMode;
use crate::ctx::Ctx;
use crate::db::Conn;
use crate::domain::audience::Viewer;
use crate::domain::hall::{self, Hall};
use crate::domain::login;
use crate::domain::media::{ALT_CHARS_MAX, PICTURES_MAX};
use crate::domain::{actor, peer, poll, post, profile};
use crate::error::Result;

/// The version of Mastodon's API that is spoken, and who speaks.
pub fn version() -> String {
    format!("4.4.0 (compatible; Huiguan {})", env!("CARGO_PKG_VERSION"))
}

/// Characters that a link counts for. Ours count what they are; programs want a number.
const URL_CHARS: usize = 23;

/// What is told of the hall.
struct Told {
    hall: Hall,
    members: i64,
    posts: i64,
    peers: i64,
    contact: Option<Account>,
}

async fn told(ctx: &web::Data<Ctx>) -> Result<Told> {
    let shared = ctx.clone();
    ctx.read(move |conn: &mut Conn| {
        let hall = hall::get(conn)?;
        let (members, posts) = match shared.usage.get(&()) {
            Some(usage) => usage,
            None => {
                let usage = (actor::local_count(conn)?, post::local_count(conn)?);
                shared.usage.insert((), usage);
                usage
            }
        };
        let owner = login::first_owner(conn)?;
        let contact = owner.map(|owner| Account::load(&shared, conn, &Viewer::Anonymous, &owner)).transpose()?;
        Ok(Told { peers: peer::count(conn)?, hall, members, posts, contact })
    })
    .await
}

fn rules(hall: &Hall) -> Vec<Value> {
    (1..).zip(hall.rules()).map(|(number, text)| rule(number, &text)).collect()
}

/// A rule of the house (Mastodon's documentation, “Rule”).
pub fn rule(number: i64, text: &str) -> Value {
    json!({"id": number.to_string(), "text": text, "hint": "", "translations": {}})
}

/// What may be written and sent, so that programs say it before it is refused.
fn limits(ctx: &Ctx) -> Value {
    let limits = &ctx.config.limits;
    json!({
        "urls": {"streaming": streaming(ctx)},
        "vapid": {"public_key": &*ctx.push.voice.public},
        "accounts": {
            "max_featured_tags": 0,
            "max_pinned_statuses": profile::PINS_MAX,
            "max_profile_fields": profile::FIELDS_MAX,
            "profile_field_name_limit": profile::FIELD_NAME_CHARS_MAX,
            "profile_field_value_limit": profile::FIELD_VALUE_CHARS_MAX,
        },
        "statuses": {
            "max_characters": limits.post_chars_max,
            "max_media_attachments": PICTURES_MAX,
            "characters_reserved_per_url": URL_CHARS,
            "supported_mime_types": ["text/plain"],
        },
        "media_attachments": {
            "description_limit": ALT_CHARS_MAX,
            "supported_mime_types": [
                "image/jpeg", "image/png", "image/gif", "image/webp", "video/mp4", "video/webm", "video/quicktime",
                "audio/mpeg", "audio/mp4", "audio/ogg", "audio/webm", "audio/flac", "audio/wav",
            ],
            "image_size_limit": limits.picture_bytes_max,
            "image_matrix_limit": crate::picture::PIXELS_MAX,
            "video_size_limit": limits.video_bytes_max,
            "video_frame_rate_limit": 120,
            "video_matrix_limit": crate::picture::PIXELS_MAX,
        },
        "polls": {
            "max_options": poll::OPTIONS_MAX,
            "max_characters_per_option": poll::OPTION_CHARS_MAX,
            "min_expiration": poll::SECONDS_MIN,
            "max_expiration": poll::SECONDS_MAX,
        },
        "translation": {"enabled": false},
        "timelines_access": {
            "live_feeds": {"local": "public", "remote": "authenticated"},
            "hashtag_feeds": {"local": "public", "remote": "authenticated"},
            "trending_link_feeds": {"local": "authenticated", "remote": "authenticated"},
        },
        "limited_federation": false,
    })
}

/// Where streams are: the hall's own address, with the scheme of WebSockets.
fn streaming(ctx: &Ctx) -> String {
    ctx.origin.replacen("http", "ws", 1)
}

/// The languages of the hall as programs know them.
fn languages(hall: &Hall) -> Vec<&str> {
    hall.languages.split(',').collect()
}

/// `/api/v2/instance`.
pub async fn show(ctx: web::Data<Ctx>) -> Result<HttpResponse> {
    let told = told(&ctx).await?;
    let mode = ctx.config.registration.mode;
    let mut configuration = limits(&ctx);
    if let Some(urls) = configuration.pointer_mut("/urls") {
        *urls = json!({
            "streaming": streaming(&ctx),
            "status": null,
            "about": format!("{}/about", ctx.origin),
            "privacy_policy": format!("{}/privacy", ctx.origin),
            "terms_of_service": null,
        });
    }
    let face = format!("{}/static/0/face.png", ctx.origin);
    answer::json(&json!({
        "domain": ctx.authority,
        "title": told.hall.name,
        "version": version(),
        "source_url": env!("CARGO_PKG_REPOSITORY"),
        "description": told.hall.motto,
        "usage": {"users": {"active_month": told.members}},
        "thumbnail": {"url": face, "blurhash": null, "description": "", "versions": {}},
        "icon": [{"src": face, "size": "160x160"}],
        "languages": languages(&told.hall),
        "configuration": configuration,
        "registrations": {
            "enabled": matches!(mode, RegistrationMode::Open | RegistrationMode::Approval),
            "approval_required": mode == RegistrationMode::Approval,
            "reason_required": mode == RegistrationMode::Approval,
            "message": null,
            "min_age": null,
            "url": format!("{}/sign-up", ctx.origin),
        },
        "api_versions": {"mastodon": 6},
        "contact": {"email": "", "account": told.contact},
        "rules": rules(&told.hall),
    }))
}

/// `/api/v1/instance`.
pub async fn show_old(ctx: web::Data<Ctx>) -> Result<HttpResponse> {
    let told = told(&ctx).await?;
    let mode = ctx.config.registration.mode;
    answer::json(&json!({
        "uri": ctx.authority,
        "title": told.hall.name,
        "short_description": told.hall.motto,
        "description": crate::text::moment_html(&told.hall.about),
        "email": "",
        "version": version(),
        "urls": {"streaming_api": streaming(&ctx)},
        "stats": {"user_count": told.members, "status_count": told.posts, "domain_count": told.peers},
        "thumbnail": format!("{}/static/0/face.png", ctx.origin),
        "languages": languages(&told.hall),
        "registrations": matches!(mode, RegistrationMode::Open | RegistrationMode::Approval),
        "approval_required": mode == RegistrationMode::Approval,
        "invites_enabled": mode != RegistrationMode::Closed,
        "configuration": limits(&ctx),
        "contact_account": told.contact,
        "rules": rules(&told.hall),
    }))
}

/// `/api/v1/instance/rules`.
pub async fn show_rules(ctx: web::Data<Ctx>) -> Result<HttpResponse> {
    let hall = ctx.glance(hall::get).await?;
    answer::json(&rules(&hall))
}

/// `/api/v1/instance/extended_description`.
pub async fn description(ctx: web::Data<Ctx>) -> Result<HttpResponse> {
    let hall = ctx.glance(hall::get).await?;
    answer::json(&json!({
        "updated_at": entity::time(hall.created_at),
        "content": crate::text::moment_html(&hall.about),
    }))
}

/// `/api/v1/instance/privacy_policy`: it is a page of the hall, and this says where.
pub async fn privacy(ctx: web::Data<Ctx>) -> Result<HttpResponse> {
    let hall = ctx.glance(hall::get).await?;
    let page = format!("{}/privacy", ctx.origin);
    answer::json(&json!({
        "updated_at": entity::time(hall.created_at),
        "content": format!("<p><a href=\"{page}\">{page}</a></p>"),
    }))
}

/// `/api/v1/instance/peers`: with whom the hall speaks is for its officers. The list is empty.
pub async fn peers() -> Result<HttpResponse> {
    answer::none().await
}

/// `/api/v1/instance/languages`.
pub async fn languages_known() -> Result<HttpResponse> {
    let known = crate::lang::Language::ALL.map(|one| json!({"code": one.code(), "name": one.name()}));
    answer::json(&known)
}

/// `/api/v1/instance/translation_languages`.
pub async fn translations() -> Result<HttpResponse> {
    answer::done()
}

/// What concerns nothing that the hall has, and is done with that.
pub async fn done(_: Caller) -> Result<HttpResponse> {
    answer::done()
}

/// Anything that needs somebody and that the hall has nothing of.
pub async fn nothing(_: Caller) -> Result<HttpResponse> {
    answer::none().await
}
