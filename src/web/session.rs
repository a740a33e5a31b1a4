//! Who is asking: the session behind the cookie, and the guard before every form (CSRF).

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::body::MessageBody;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};

use super::Face;
use super::error::Fault;
use super::page::{Layout, Tab, flash_of, language_of};
use crate::clock::SECOND;
use crate::ctx::Ctx;
use crate::domain::audience::Viewer;
use crate::domain::friend;
use crate::domain::hall::Hall;
use crate::domain::login::{Member, Role};
use crate::domain::session::{self, Session};
use crate::error::{Error, Result};

/// The form's field that holds its token.
const TOKEN_FIELD: &str = "form_token";
/// The cookie by which the forms of visitors are known.
const VISITOR_FORM: &str = "form";

/// Whoever asks for a page.
pub struct Visitor {
    /// The hall's handles.
    pub ctx: Ctx,
    /// What all pages share.
    pub face: web::Data<Face>,
    /// The hall.
    pub hall: Arc<Hall>,
    /// The session, if somebody is signed in.
    pub session: Option<(Session, Member)>,
    /// The request.
    pub request: HttpRequest,
    waiting: i64,
}

impl Visitor {
    async fn of(request: HttpRequest) -> Result<Self, Fault> {
        let missing = || Fault(Error::broken("the app has no state"));
        let ctx = request.app_data::<web::Data<Ctx>>().ok_or_else(missing)?.get_ref().clone();
        let face = request.app_data::<web::Data<Face>>().ok_or_else(missing)?.clone();
        let hall = face.hall(&ctx).await?;
        let token = request.cookie(cookie_name(&ctx)).map(|cookie| cookie.value().to_owned());
        let found = match token {
            Some(token) => {
                ctx.read(move |conn| {
                    let Some((session, member)) = session::find(conn, &token)? else { return Ok(None) };
                    let waiting = friend::request_count(conn, member.actor.id)?;
                    Ok(Some((session, member, waiting)))
                })
                .await?
            }
            None => None,
        };
        let (session, waiting) = match found {
            Some((session, member, waiting)) => (Some((session, member)), waiting),
            None => (None, 0),
        };
        if let Some((session, _)) = session.as_ref().filter(|(session, _)| session::is_stale(session, ctx.now())) {
            let hash = session.token_hash.clone();
            ctx.write(move |conn| session::touch(conn, &hash)).await?;
        }
        Ok(Self { ctx, face, hall, session, request, waiting })
    }

    /// The member, if somebody is signed in.
    pub fn member(&self) -> Option<&Member> {
        self.session.as_ref().map(|(_, member)| member)
    }

    /// The member.
    ///
    /// Errors: `Forbidden` for visitors; the route table lets none come here.
    pub fn signed_in(&self) -> Result<&Member> {
        self.member().ok_or(Error::Forbidden)
    }

    /// How the gate sees them.
    pub fn viewer(&self) -> Viewer {
        self.member().map_or(Viewer::Anonymous, |member| Viewer::Member(member.actor.id))
    }

    /// The frame of a page.
    pub fn layout(&self, title: &str, tab: Tab) -> Layout {
        let language = language_of(&self.request, self.member(), &self.hall);
        let (ctx, face, hall) = (self.ctx.clone(), self.face.clone(), self.hall.clone());
        let mut layout = Layout::bare(ctx, face, hall, language, &self.request, "");
        if let Some((session, member)) = &self.session {
            layout.welcome(member, self.waiting);
            layout.form_token = session.form_token.clone();
        } else {
            layout.form_token = self.request.cookie(VISITOR_FORM).map(|c| c.value().to_owned()).unwrap_or_default();
        }
        layout.title = layout.t(title).to_owned();
        layout.flash = flash_of(&self.request);
        layout.tab = tab;
        layout
    }

    /// The address that the request comes from, for counting.
    pub fn address(&self) -> String {
        self.face.limits.address(&self.request)
    }

    /// The browser, as it calls itself.
    pub fn agent(&self) -> String {
        let agent = self.request.headers().get("user-agent").and_then(|value| value.to_str().ok());
        agent.unwrap_or_default().to_owned()
    }

    /// Is the request a form of ours? By where it comes from, and by the token that only our pages know.
    fn check_form(&self, given: &str) -> Result<()> {
        let header = |name: &str| self.request.headers().get(name).and_then(|value| value.to_str().ok());
        let from_here = match (header("origin"), header("sec-fetch-site")) {
            (Some(origin), _) => origin == self.ctx.origin,
            (None, Some(site)) => matches!(site, "same-origin" | "none"),
            (None, None) => true,
        };
        let token = match &self.session {
            Some((session, _)) => session.form_token.clone(),
            None => self.request.cookie(VISITOR_FORM).map(|c| c.value().to_owned()).unwrap_or_default(),
        };
        let known = !token.is_empty() && crate::secret::equal(token.as_bytes(), given.as_bytes());
        if from_here && known { Ok(()) } else { Err(Error::Forbidden) }
    }
}

impl FromRequest for Visitor {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fault>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        Box::pin(Self::of(request.clone()))
    }
}

/// What a form holds. A field that stands several times keeps all its values.
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// The first value of a field, or nothing.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.as_str())
    }

    /// All values of a field.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(field, _)| field == name).map(|(_, value)| value.clone()).collect()
    }
}

/// A form that was sent, checked to be ours, with who sent it.
pub struct Posted {
    /// Who sent it.
    pub visitor: Visitor,
    /// What it holds.
    pub fields: Fields,
}

impl FromRequest for Posted {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, actix_web::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let form = web::Form::<Vec<(String, String)>>::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let visitor = Visitor::of(request).await?;
            let fields = Fields(form.await?.into_inner());
            visitor.check_form(fields.get(TOKEN_FIELD)).map_err(Fault)?;
            Ok(Self { visitor, fields })
        })
    }
}

/// Lets only members pass; others are asked to sign in first, or told no if they sent a form.
pub async fn members_only(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    pass(request, next, Role::Member).await
}

/// Lets only moderators and owners pass.
pub async fn moderators_only(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    pass(request, next, Role::Moderator).await
}

/// Lets only owners pass.
pub async fn owners_only(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    pass(request, next, Role::Owner).await
}

async fn pass<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
    least: Role,
) -> Result<ServiceResponse<actix_web::body::BoxBody>, actix_web::Error> {
    let visitor = Visitor::of(request.request().clone()).await?;
    let role = visitor.member().map(|member| member.login.role);
    // actix changes the request on its way inwards and can't while somebody else holds it.
    drop(visitor);
    match role {
        Some(role) if role.may(least) => Ok(next.call(request).await?.map_into_boxed_body()),
        None if request.method() == actix_web::http::Method::GET => {
            let here = request.uri().path_and_query().map_or("/", |path| path.as_str());
            let back: String = url::form_urlencoded::byte_serialize(here.as_bytes()).collect();
            let answer = super::page::see(&format!("/sign-in?back={back}")).finish();
            Ok(request.into_response(answer))
        }
        _ => Err(Fault(Error::Forbidden).into()),
    }
}

/// The session's cookie; on https its name binds it to this very host.
fn cookie_name(ctx: &Ctx) -> &'static str {
    if ctx.config.is_https() { "__Host-session" } else { "session" }
}

/// The cookie of a new session.
pub fn cookie(ctx: &Ctx, token: String) -> Cookie<'static> {
    Cookie::build(cookie_name(ctx), token)
        .path("/")
        .http_only(true)
        .secure(ctx.config.is_https())
        .same_site(SameSite::Lax)
        .max_age(Duration::seconds(session::LIFETIME / SECOND))
        .finish()
}

/// The cookie that ends a session.
pub fn cookie_of_goodbye(ctx: &Ctx) -> Cookie<'static> {
    let mut cookie = cookie(ctx, String::new());
    cookie.make_removal();
    cookie
}

/// Makes sure that a visitor's browser has a token for the forms of the page, and puts it into the page's frame.
pub fn give_form_token(layout: &mut Layout, visitor: &Visitor) -> Option<Cookie<'static>> {
    if visitor.session.is_some() || !layout.form_token.is_empty() {
        return None;
    }
    layout.form_token = crate::secret::token();
    let cookie = Cookie::build(VISITOR_FORM, layout.form_token.clone())
        .path("/")
        .http_only(true)
        .secure(visitor.ctx.config.is_https())
        .same_site(SameSite::Lax);
    Some(cookie.finish())
}

/// Adds a cookie to an answer, if there is one.
pub fn with_cookie(mut answer: HttpResponse, cookie: Option<Cookie<'static>>) -> HttpResponse {
    if let Some(cookie) = cookie {
        // A cookie of our own making is always a valid header.
        drop(answer.add_cookie(&cookie));
    }
    answer
}
