//! Who speaks: the bearer of a token, or nobody. The table of URLs says per call what is needed.

use std::net::IpAddr;
use std::rc::Rc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, WWW_AUTHENTICATE};
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse};
use std::future::{Ready, ready};

use super::answer;
use crate::domain::actor::Actor;
use crate::domain::audience::Viewer;
use crate::domain::login::{Officer, Role};
use crate::domain::token::Bearer;
use crate::error::{Error, Result};
use crate::id::ActorId;
use crate::lang::Language;

/// Who speaks, as far as it was told.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The bearer of a token; `None` if no token was sent.
    pub bearer: Option<Rc<Bearer>>,
    /// Was a token sent that opens nothing?
    pub is_refused: bool,
    /// The language of what is said to people.
    pub language: Language,
    /// Where the call came from.
    pub address: IpAddr,
}

impl Caller {
    /// For whom the program acts.
    ///
    /// Errors: `Forbidden`; calls that need somebody are reached by somebody only, as the table of URLs has it.
    pub fn me(&self) -> Result<&Actor> {
        self.bearer.as_ref().and_then(|bearer| bearer.actor.as_ref()).ok_or(Error::Forbidden)
    }

    /// The same by number.
    ///
    /// Errors: `Forbidden`.
    pub fn id(&self) -> Result<ActorId> {
        Ok(self.me()?.id)
    }

    /// The bearer.
    ///
    /// Errors: `Forbidden`.
    pub fn bearer(&self) -> Result<&Bearer> {
        self.bearer.as_deref().ok_or(Error::Forbidden)
    }

    /// Who looks, for the gate.
    pub fn viewer(&self) -> Viewer {
        let actor = self.bearer.as_ref().and_then(|bearer| bearer.actor.as_ref());
        actor.map_or(Viewer::Anonymous, |actor| Viewer::Member(actor.id))
    }

    /// The officer who acts, for the log.
    ///
    /// Errors: `Forbidden`.
    pub fn officer(&self) -> Result<Officer> {
        let login = self.bearer()?.login.as_ref().ok_or(Error::Forbidden)?;
        Ok(Officer { login_id: Some(login.id), who: self.me()?.name.clone() })
    }

    /// The role in the hall.
    fn role(&self) -> Role {
        let login = self.bearer.as_ref().and_then(|bearer| bearer.login.as_ref());
        login.map_or(Role::Member, |login| login.role)
    }
}

impl FromRequest for Caller {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get::<Self>().cloned().ok_or_else(|| Error::broken("a call outside the frame")))
    }
}

/// What a call needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing; a token with this scope shows more.
    Nothing(&'static str),
    /// A token of a program, for somebody or for itself.
    App,
    /// A token for somebody, with this scope.
    Somebody(&'static str),
    /// The same for somebody with this role.
    Officer(Role, &'static str),
}

/// Lets only those in who may.
pub async fn admit(
    needs: Needs,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let caller = request.extensions().get::<Caller>().cloned();
    match caller.and_then(|caller| refusal(needs, &caller)) {
        Some(answer) => Ok(request.into_response(answer)),
        None => Ok(next.call(request).await?.map_into_boxed_body()),
    }
}

/// Why this caller isn't let in, if so.
fn refusal(needs: Needs, caller: &Caller) -> Option<HttpResponse> {
    let unknown = || {
        let mut answer = answer::say(StatusCode::UNAUTHORIZED, "The access token is invalid");
        let how = HeaderValue::from_static("Bearer realm=\"Huiguan\", error=\"invalid_token\"");
        answer.headers_mut().insert(WWW_AUTHENTICATE, how);
        answer
    };
    let outside = || answer::say(StatusCode::FORBIDDEN, "This action is outside the authorized scopes");
    if caller.is_refused {
        return Some(unknown());
    }
    let Some(bearer) = &caller.bearer else {
        return (!matches!(needs, Needs::Nothing(_))).then(unknown);
    };
    let nobody = || {
        let sentence = "This method requires an authenticated user";
        bearer.actor.is_none().then(|| answer::say(StatusCode::UNPROCESSABLE_ENTITY, sentence))
    };
    match needs {
        Needs::App => None,
        Needs::Nothing(scope) => (bearer.actor.is_some() && !bearer.scopes.cover(scope)).then(outside),
        Needs::Somebody(scope) => nobody().or_else(|| (!bearer.scopes.cover(scope)).then(outside)),
        Needs::Officer(role, scope) => {
            let is_let_in = caller.role().may(role) && bearer.scopes.cover(scope);
            nobody().or_else(|| (!is_let_in).then(outside))
        }
    }
}
