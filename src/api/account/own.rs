//! One's own account: who one is, what one says of oneself, what one prefers.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde_json::json;

use super::entity::{Account, Role};
use crate::admission::{self, Asked, By};
use crate::api::answer;
use crate::api::caller::Caller;
use crate::api::media;
use crate::api::oauth;
use crate::api::param::{Params, Sent};
use crate::config::RegistrationMode;
use crate::ctx::Ctx;
use crate::db::Conn;
use crate::domain::actor::{self, Actor, Profile};
use crate::domain::media::Purpose;
use crate::domain::search::{self, Who};
use crate::domain::{media as files, profile, token};
use crate::error::{Error, Result};
use crate::id::ActorId;
use crate::lang::Language;

/// The files of a profile.
const FILES: [(&str, Purpose); 2] = [("avatar", Purpose::Avatar), ("header", Purpose::Cover)];

async fn show_own(ctx: &Ctx, caller: &Caller) -> Result<HttpResponse> {
    let (id, shared) = (caller.id()?, ctx.clone());
    let role = caller.bearer()?.login.as_ref().map(|login| Role::of(login.role));
    let account = ctx
        .glance(move |conn| {
            let me = actor::by_id(conn, id)?;
            Account::own(&shared, conn, &me)
        })
        .await?;
    answer::json(&account.with_role(role))
}

/// `/api/v1/accounts/verify_credentials`, and `/api/v1/profile`.
pub async fn verify(ctx: web::Data<Ctx>, caller: Caller) -> Result<HttpResponse> {
    show_own(&ctx, &caller).await
}

/// `PATCH /api/v1/accounts/update_credentials`: what isn't said stays as it is.
pub async fn update(ctx: web::Data<Ctx>, caller: Caller, sent: Sent) -> Result<HttpResponse> {
    let me = caller.me()?.clone();
    let (faces, params) = match sent.parts {
        None => (Vec::new(), sent.params),
        Some(parts) => {
            ctx.limits.upload(me.id)?;
            media::receive(&ctx, me.id, &FILES, parts, sent.params).await?
        }
    };
    let id = me.id;
    ctx.write(move |conn| change(conn, id, &params)).await?;
    // Programs show what is answered: the new face, if it is ready in time.
    media::wait(&ctx, id, &faces).await?;
    show_own(&ctx, &caller).await
}

fn change(conn: &mut Conn, id: ActorId, params: &Params) -> Result<()> {
    let old: Actor = actor::by_id(conn, id)?;
    let said = |name: &str, old: &str| if params.holds(name) { params.text(name).to_owned() } else { old.to_owned() };
    let new = Profile {
        display_name: said("display_name", &old.display_name),
        names: old.names(),
        hometown: old.hometown.clone(),
        about: said("note", &old.about),
        discoverable: params.flag("discoverable").unwrap_or(old.discoverable),
    };
    let who = search::of_actor(conn, &old)?;
    let finds = match params.flag("indexable") {
        Some(true) => Who::Everyone,
        Some(false) if who == Who::Everyone => Who::Members,
        Some(false) | None => who,
    };
    if finds != who {
        search::set(conn, id, finds)?;
    }
    let rows = params.rows("fields_attributes");
    // An empty list takes all of them away; without a word about them they stay.
    let speaks = params.tells_list("fields_attributes");
    if speaks {
        let text = |row: &BTreeMap<String, String>, name: &str| row.get(name).cloned().unwrap_or_default();
        let typed: Vec<(String, String)> = rows.iter().map(|row| (text(row, "name"), text(row, "value"))).collect();
        if typed.len() > profile::FIELDS_MAX {
            let problem =
                crate::error::Problem::new("fields_attributes", "problem-many").with("max", profile::FIELDS_MAX);
            return Err(Error::Invalid(vec![problem]));
        }
        profile::set_fields(conn, id, &typed)?;
    }
    let is_same =
        new.display_name == old.display_name && new.about == old.about && new.discoverable == old.discoverable;
    if is_same && !speaks && finds == who { Ok(()) } else { actor::update(conn, id, &new).map(drop) }
}

/// `POST /api/v1/accounts`: joins through a program, where the hall's door stands open. The program gets a token; where an
/// officer decides it opens nothing until then.
///
/// Errors: `Invalid` naming what is wrong, `Forbidden` for a program that may not.
pub async fn create(ctx: web::Data<Ctx>, caller: Caller, params: Params) -> Result<HttpResponse> {
    let bearer = caller.bearer()?;
    let Some(app) = bearer.token.app_id.filter(|_| bearer.actor.is_none() && bearer.scopes.cover("write:accounts"))
    else {
        return Ok(answer::say(StatusCode::FORBIDDEN, "This action is outside the authorized scopes"));
    };
    let by = match ctx.config.registration.mode {
        RegistrationMode::Open => By::Oneself,
        RegistrationMode::Approval => By::Approval,
        RegistrationMode::Invitation | RegistrationMode::Closed => {
            let address = format!("{}/sign-up", ctx.origin);
            let sentence = ctx.messages.text(caller.language, "sign-up-not-by-program", &[("address", address)]);
            return Ok(answer::say(StatusCode::FORBIDDEN, &sentence));
        }
    };
    if params.flag("agreement") != Some(true) {
        return Err(Error::invalid("agreement", "problem-agreement"));
    }
    let text = |name: &str| params.text(name).to_owned();
    let asked = Asked {
        name: text("username"),
        email: text("email"),
        password: text("password"),
        reason: text("reason"),
        language: params.some("locale").and_then(Language::negotiate).map(|language| language.code().to_owned()),
        time_zone: params.some("time_zone").map(str::to_owned),
        ..Asked::default()
    };
    let member = admission::admit(&ctx, caller.address, asked, by).await?;
    let (id, scopes) = (member.actor.id, bearer.scopes.clone());
    // Nobody who joins is an officer.
    let held = scopes.clone().given_by(false).ok_or(Error::Forbidden)?;
    let (_, secret) = ctx.write(move |conn| token::issue(conn, Some(app), Some(id), &held)).await?;
    oauth::hand_out(&secret, &scopes, ctx.now())
}

/// `DELETE /api/v1/profile/avatar` and `/header`.
pub async fn delete_picture(ctx: web::Data<Ctx>, caller: Caller, which: web::Path<String>) -> Result<HttpResponse> {
    let me = caller.id()?;
    let purpose = FILES.iter().find(|(name, _)| *name == *which).ok_or(Error::NotFound("picture"))?.1;
    ctx.write(move |conn| files::take_face(conn, me, purpose)).await?;
    show_own(&ctx, &caller).await
}

/// `/api/v1/preferences`.
pub async fn preferences(caller: Caller) -> Result<HttpResponse> {
    let login = caller.bearer()?.login.as_ref();
    answer::json(&json!({
        "posting:default:visibility": "private",
        "posting:default:sensitive": false,
        "posting:default:language": login.and_then(|login| login.language.clone()),
        "reading:expand:media": "default",
        "reading:expand:spoilers": false,
        "reading:autoplay:gifs": false,
    }))
}
