//! Programs make themselves known and get their tokens (RFC 6749, RFC 7636, RFC 7009; Mastodon's documentation, “OAuth”). The
//! page on which a member says yes is a page like the others (`web::authorization`).

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::json;

use super::answer;
use super::caller::Caller;
use super::param::Params;
use crate::clock::{Micros, SECOND};
use crate::ctx::Ctx;
use crate::domain::app::{self, App, New};
use crate::domain::scope::{self, Scopes};
use crate::domain::token::{self, Exchange};
use crate::error::Result;

/// Longest code, verifier or secret that is looked at.
const SECRET_BYTES_MAX: usize = 2_000;

/// A program, as it is told of itself.
#[derive(Serialize)]
struct Application<'a> {
    id: String,
    name: &'a str,
    website: Option<&'a str>,
    scopes: Vec<&'static str>,
    redirect_uri: &'a str,
    redirect_uris: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret_expires_at: Option<i64>,
    vapid_key: &'a str,
}

impl<'a> Application<'a> {
    fn of(ctx: &'a Ctx, app: &'a App) -> Self {
        Self {
            id: app.id.to_string(),
            name: &app.name,
            website: Some(app.website.as_str()).filter(|page| !page.is_empty()),
            scopes: app.scopes().iter().collect(),
            redirect_uri: &app.redirect_uris,
            redirect_uris: app.redirects().collect(),
            client_id: None,
            client_secret: None,
            client_secret_expires_at: None,
            vapid_key: &ctx.push.voice.public,
        }
    }
}

/// `POST /api/v1/apps`.
pub async fn create_app(ctx: web::Data<Ctx>, caller: Caller, params: Params) -> Result<HttpResponse> {
    ctx.limits.app(caller.address)?;
    let listed = params.list("redirect_uris");
    let redirects = listed.iter().flat_map(|uris| uris.split_whitespace()).map(str::to_owned).collect();
    let new = New {
        name: params.text("client_name").to_owned(),
        website: params.text("website").trim().to_owned(),
        redirects,
        scopes: Scopes::parse(if params.holds("scopes") { params.text("scopes") } else { params.text("scope") })?,
    };
    let (app, secret) = ctx.write(move |conn| app::register(conn, &new)).await?;
    answer::json(&Application {
        client_id: Some(&app.client_id),
        client_secret: Some(&secret),
        client_secret_expires_at: Some(0),
        ..Application::of(&ctx, &app)
    })
}

/// `/api/v1/apps/verify_credentials`.
pub async fn show_app(ctx: web::Data<Ctx>, caller: Caller) -> Result<HttpResponse> {
    let Some(id) = caller.bearer()?.token.app_id else {
        // A token that the hall's own command line made.
        return answer::json(&json!({
            "id": "0",
            "name": "Huiguan",
            "website": null,
            "scopes": caller.bearer()?.scopes.iter().collect::<Vec<_>>(),
            "redirect_uri": app::OUT_OF_BAND,
            "redirect_uris": [app::OUT_OF_BAND],
            "vapid_key": &*ctx.push.voice.public,
        }));
    };
    let app = ctx.glance(move |conn| app::by_id(conn, id)).await?;
    answer::json(&Application::of(&ctx, &app))
}

/// The program that asks, by its name and secret, in the body or in the head (RFC 6749 §2.3.1).
async fn client(ctx: &Ctx, request: &HttpRequest, params: &Params) -> Result<Option<App>> {
    let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let basic =
        given.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"));
    let decoded = basic.and_then(|(_, value)| STANDARD.decode(value.trim()).ok());
    let text = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    let decode = |part: &str| {
        let pair = format!("a={part}");
        url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    let (id, secret) = match text.as_deref().and_then(|text| text.split_once(':')) {
        Some((id, secret)) => (decode(id), decode(secret)),
        None => (params.text("client_id").to_owned(), params.text("client_secret").to_owned()),
    };
    if id.is_empty() || id.len() > SECRET_BYTES_MAX || secret.len() > SECRET_BYTES_MAX {
        return Ok(None);
    }
    let found = ctx.glance(move |conn| app::by_client_id(conn, &id)).await?;
    Ok(found.filter(|app| app.knows(&secret)))
}

fn unknown_client() -> HttpResponse {
    let sentence = "Client authentication failed: unknown client, or a wrong secret.";
    let mut answer = answer::refuse(StatusCode::UNAUTHORIZED, "invalid_client", sentence);
    answer.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"Huiguan\""));
    answer
}

/// A token, as it is handed out.
#[derive(Serialize)]
struct Token<'a> {
    access_token: &'a str,
    token_type: &'static str,
    scope: String,
    created_at: i64,
}

/// Hands a token out.
pub(super) fn hand_out(secret: &str, scopes: &Scopes, created_at: Micros) -> Result<HttpResponse> {
    let token = Token {
        access_token: secret,
        token_type: "Bearer",
        scope: scopes.to_string(),
        created_at: created_at.div_euclid(SECOND),
    };
    answer::json(&token)
}

/// `POST /oauth/token`.
pub async fn create_token(ctx: web::Data<Ctx>, request: HttpRequest, params: Params) -> Result<HttpResponse> {
    let Some(app) = client(&ctx, &request, &params).await? else { return Ok(unknown_client()) };
    match params.text("grant_type") {
        "authorization_code" => exchange(&ctx, app, &params).await,
        "client_credentials" => {
            let asked = match params.some("scope") {
                Some(asked) => Scopes::parse(asked),
                None => Ok(Scopes::default()),
            };
            let granted = match asked {
                Ok(scopes) if scopes == Scopes::default() => Scopes::parse("read").ok(),
                Ok(scopes) => Some(scopes),
                Err(_) => None,
            };
            let Some(scopes) = granted.filter(|scopes| scopes.are_within(&app.scopes())) else {
                let sentence = "The scope is unknown, or wider than the application has registered.";
                return Ok(answer::refuse(StatusCode::BAD_REQUEST, "invalid_scope", sentence));
            };
            let (id, held) = (app.id, scopes.clone());
            let (_, secret) = ctx.write(move |conn| token::issue(conn, Some(id), None, &held)).await?;
            hand_out(&secret, &scopes, ctx.now())
        }
        "" => {
            let sentence = "The parameter grant_type is missing.";
            Ok(answer::refuse(StatusCode::BAD_REQUEST, "invalid_request", sentence))
        }
        _ => {
            let sentence = "Only authorization_code and client_credentials are supported.";
            Ok(answer::refuse(StatusCode::BAD_REQUEST, "unsupported_grant_type", sentence))
        }
    }
}

async fn exchange(ctx: &Ctx, app: App, params: &Params) -> Result<HttpResponse> {
    let (code, redirect_uri) = (params.text("code").to_owned(), params.text("redirect_uri").to_owned());
    let verifier = params.text("code_verifier").to_owned();
    if code.is_empty() || redirect_uri.is_empty() {
        let sentence = "The parameters code and redirect_uri are needed.";
        return Ok(answer::refuse(StatusCode::BAD_REQUEST, "invalid_request", sentence));
    }
    let fits = code.len() <= SECRET_BYTES_MAX && verifier.len() <= SECRET_BYTES_MAX;
    let issued = ctx
        .write(move |conn| {
            let asked = Exchange { code: &code, redirect_uri: &redirect_uri, verifier: &verifier };
            if fits { token::exchange(conn, &app, &asked) } else { Ok(None) }
        })
        .await?;
    match issued {
        Some(issued) => hand_out(&issued.secret, &issued.scopes, issued.created_at),
        None => {
            let sentence = "The code is unknown, expired or used already, was issued to another client or for another \
                            redirect_uri, or the code_verifier doesn't fit.";
            Ok(answer::refuse(StatusCode::BAD_REQUEST, "invalid_grant", sentence))
        }
    }
}

/// `POST /oauth/revoke`.
pub async fn revoke(ctx: web::Data<Ctx>, request: HttpRequest, params: Params) -> Result<HttpResponse> {
    let Some(app) = client(&ctx, &request, &params).await? else {
        let sentence = "You are not authorized to revoke this token";
        return Ok(answer::refuse(StatusCode::FORBIDDEN, "unauthorized_client", sentence));
    };
    let (id, secret) = (app.id, params.text("token").to_owned());
    ctx.write(move |conn| token::revoke(conn, id, &secret)).await?;
    answer::done()
}

/// `/oauth/userinfo` (OpenID Connect Core §5.3, as far as Mastodon has it).
pub async fn userinfo(ctx: web::Data<Ctx>, caller: Caller) -> Result<HttpResponse> {
    let me = caller.me()?;
    answer::json(&json!({
        "iss": format!("{}/", ctx.origin),
        "sub": me.uri,
        "name": me.display_name,
        "preferred_username": me.name,
        "profile": me.url,
        "picture": super::entity::face(&ctx, &caller.viewer(), me),
    }))
}

/// `/.well-known/oauth-authorization-server` (RFC 8414).
pub async fn metadata(ctx: web::Data<Ctx>) -> Result<HttpResponse> {
    let at = |path: &str| format!("{}{path}", ctx.origin);
    answer::json(&json!({
        "issuer": at("/"),
        "service_documentation": "https://docs.joinmastodon.org/",
        "authorization_endpoint": at("/oauth/authorize"),
        "token_endpoint": at("/oauth/token"),
        "app_registration_endpoint": at("/api/v1/apps"),
        "revocation_endpoint": at("/oauth/revoke"),
        "userinfo_endpoint": at("/oauth/userinfo"),
        "scopes_supported": scope::supported().collect::<Vec<_>>(),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "code_challenge_methods_supported": ["S256"],
    }))
}
