//! The table of every URL, in one screenful per area, with who may call it. That of the client API stands in `api.rs` beside.

mod api;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::guard::{self, GuardContext};
use actix_web::middleware::from_fn;
use actix_web::{FromRequest, Handler, Resource, Responder, Route, Scope, web};

use crate::config::FederationMode;
use crate::ctx::Ctx;
use crate::federation::{discovery, document, inbox};
use crate::web::{
    asset, authorization, block, bookmark, boost, comment, error, face, frame, friend, group, hall, hashtag, health,
    history, invitation, kit, login, media, member, mention, moment, notice, office, peer, person, picture, pin,
    report, search, setting, setup,
};
use crate::wire::json::wants_activity_json;

/// Everything.
pub fn table(cfg: &mut web::ServiceConfig) {
    machines(cfg);
    federation(cfg);
    api::table(cfg);
    pages(cfg);
}

/// For those who watch over the hall, and the files of its pages.
fn machines(cfg: &mut web::ServiceConfig) {
    cfg.route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/favicon.ico", get(hall::favicon))
        .route("/static/{hash}/{name}", get(asset::show))
        .route("/media/shared/{token}", get(media::show_shared))
        .route("/media/shared/{token}/thumb", get(media::show_shared_poster))
        .route("/media/{id}/{variant}", get(media::show));
}

/// The page of numbers, on an address of its own.
pub fn metrics(cfg: &mut web::ServiceConfig) {
    cfg.route("/metrics", get(health::metrics));
}

/// For other servers. Who may see what is decided by their signatures. Inboxes refuse by themselves in a hall that doesn't
/// federate; the rest isn't there.
fn federation(cfg: &mut web::ServiceConfig) {
    cfg.route("/inbox", post(inbox::create))
        .route("/actors/{name}/inbox", post(inbox::create))
        .route("/actor/inbox", post(inbox::create))
        .route("/objects/{id}", served(document::object))
        .route("/objects/{id}/context", served(document::context))
        .route("/objects/{id}/leaves/{leave}", served(document::leave))
        .route("/activities/{id}", served(document::activity))
        .route("/actors/{name}", served(document::actor))
        .route("/actors/{name}/{collection}", served(document::collection))
        .route("/actor", served(document::hall))
        .route("/actor/{collection}", served(document::hall_collection))
        .route("/@{name}", served(document::page_of_actor).guard(guard::fn_guard(is_for_servers)))
        .route("/@{name}/{id}", served(document::page_of_object).guard(guard::fn_guard(is_for_servers)))
        .route("/.well-known/webfinger", served(discovery::webfinger))
        .route("/.well-known/nodeinfo", served(discovery::nodeinfo_links))
        .route("/.well-known/host-meta", served(discovery::host_meta))
        .route("/nodeinfo/2.1", served(discovery::nodeinfo));
}

/// For people. Every page stands in `frame::frame`, which also checks every form.
pub fn pages(cfg: &mut web::ServiceConfig) {
    let scope = web::scope("").wrap(from_fn(frame::frame));
    let scope = office(settings(groups(people(doors(scope)))));
    cfg.service(scope.default_service(web::to(error::not_found)));
}

/// The front, the doors, and what the hall says of itself.
fn doors<T: Pages>(scope: Scope<T>) -> Scope<T> {
    scope
        .service(visitor("/").route(get(hall::home)))
        .service(visitor("/about").route(get(hall::about)))
        .service(visitor("/privacy").route(get(hall::privacy)))
        .service(visitor("/preferences").route(get(hall::prefer)))
        .service(visitor("/sign-in").route(get(login::new_session)).route(post(login::create_session)))
        .service(visitor("/sign-out").route(post(login::end_session)))
        .service(visitor("/sign-up").route(get(login::new)).route(post(login::create)))
        .service(visitor("/setup").route(get(setup::show)).route(post(setup::create)))
        .service(visitor("/kit").route(get(kit::show)))
        .service(visitor("/oauth/authorize").guard(guard::Get()).route(get(authorization::new)))
        .service(member("/oauth/authorize").route(post(authorization::create)))
}

/// People, what they write, and their ties. What a reader may see of it is the gate's business.
fn people<T: Pages>(scope: Scope<T>) -> Scope<T> {
    scope
        .service(visitor("/@{name}").route(get(person::show)))
        .service(visitor("/@{name}/{id}").route(get(moment::show)))
        .service(visitor("/@{name}/{id}/boosts").route(get(boost::list)))
        .service(visitor("/@{name}/{id}/history").route(get(history::show)))
        .service(visitor("/@{name}/{id}/likes").route(get(boost::likes)))
        .service(visitor("/@{name}/{id}/{number}").route(get(picture::show)))
        .service(member("/moments").route(post(moment::create)))
        .service(member("/moments/new").route(get(moment::new)))
        .service(member("/moments/{id}").route(post(moment::update)))
        .service(member("/moments/{id}/edit").route(get(moment::edit)))
        .service(member("/moments/{id}/delete").route(get(moment::ask_delete)).route(post(moment::delete)))
        .service(member("/posts/{id}/comments").route(post(comment::create)))
        .service(member("/posts/{id}/like").route(post(comment::like)))
        .service(member("/posts/{id}/like/removal").route(post(comment::unlike)))
        .service(member("/posts/{id}/vote").route(post(comment::vote)))
        .service(member("/posts/{id}/boost").route(post(boost::create)))
        .service(member("/posts/{id}/bookmark").route(post(bookmark::create)))
        .service(member("/posts/{id}/bookmark/removal").route(post(bookmark::delete)))
        .service(member("/posts/{id}/boost/removal").route(post(boost::delete)))
        .service(member("/comments/{id}").route(post(comment::update)))
        .service(member("/comments/{id}/edit").route(get(comment::edit)))
        .service(member("/comments/{id}/removal").route(get(comment::ask_removal)).route(post(comment::remove)))
        .service(member("/moments/{id}/pin").route(post(pin::create)))
        .service(member("/moments/{id}/pin/removal").route(post(pin::delete)))
        .service(member("/reports").route(post(report::create)))
        .service(member("/reports/new").route(get(report::new)))
        .service(member("/reports/{id}").route(get(report::show)))
        .service(visitor("/tags/{name}").route(get(hashtag::show)))
        .service(member("/tags/{name}/following").route(post(hashtag::follow)))
        .service(member("/tags/{name}/following/removal").route(post(hashtag::unfollow)))
        .service(member("/people/suggestions").route(get(mention::list)))
        .service(member("/search").route(get(search::show)))
        .service(member("/notices").route(get(notice::list)))
        .service(member("/notices/reading").route(post(notice::read_all)))
        .service(member("/notices/{id}/reading").route(post(notice::read)))
        .service(member("/friends").route(get(friend::list)))
        .service(member("/friends/requests").route(post(friend::create)))
        .service(member("/friends/requests/new").route(get(friend::new)))
        .service(member("/friends/requests/{id}/acceptance").route(post(friend::accept)))
        .service(member("/friends/requests/{id}/refusal").route(post(friend::refuse)))
        .service(member("/friends/{actor}/removal").route(get(friend::ask_removal)).route(post(friend::remove)))
}

/// Groups: who may what in one is the group's business.
fn groups<T: Pages>(scope: Scope<T>) -> Scope<T> {
    scope
        .service(visitor("/groups").guard(guard::Get()).route(get(group::list)))
        .service(member("/groups").route(post(group::create)))
        .service(member("/groups/new").route(get(group::new)))
        .service(visitor("/groups/invitations/{token}").route(get(group::enter)))
        .service(visitor("/groups/invitations/{token}/code.svg").route(get(group::code)))
        .service(member("/groups/{id}").route(post(group::update)))
        .service(member("/groups/{id}/settings").route(get(group::edit)))
        .service(member("/groups/{id}/log").route(get(group::log)))
        .service(member("/groups/{id}/posts").route(post(group::create_topic)))
        .service(member("/groups/{id}/posts/new").route(get(group::new_topic)))
        .service(visitor("/groups/{id}/album").route(get(group::album)))
        .service(member("/groups/{id}/membership").route(post(group::join)))
        .service(member("/groups/{id}/membership/removal").route(post(group::leave)))
        .service(member("/groups/{id}/mute").route(post(group::mute)))
        .service(member("/groups/{id}/mute/removal").route(post(group::hear)))
        .service(member("/groups/{id}/members").route(get(group::members)))
        .service(member("/groups/{id}/members.csv").route(get(group::roll)))
        .service(member("/groups/{id}/members/{actor}/role").route(post(group::set_role)))
        .service(member("/groups/{id}/members/{actor}/ownership").route(post(group::hand_over)))
        .service(member("/groups/{id}/members/{actor}/removal").route(post(group::remove)))
        .service(member("/groups/{id}/members/{actor}/ban").route(post(group::ban)))
        .service(member("/groups/{id}/members/{actor}/ban/removal").route(post(group::unban)))
        .service(member("/groups/{id}/requests").route(get(group::requests)))
        .service(member("/groups/{id}/requests/{request}/acceptance").route(post(group::admit)))
        .service(member("/groups/{id}/requests/{request}/refusal").route(post(group::refuse)))
        .service(
            member("/groups/{id}/invitations").route(get(group::invitations)).route(post(group::create_invitation)),
        )
        .service(member("/groups/{id}/invitations/{link}/removal").route(post(group::revoke_invitation)))
        .service(member("/posts/{id}/taking-down").route(get(group::ask_removal)))
        .service(member("/posts/{id}/marks").route(post(group::mark)))
}

/// What is a member's own.
fn settings<T: Pages>(scope: Scope<T>) -> Scope<T> {
    scope
        .service(member("/me").route(get(person::me)))
        .service(member("/me/bookmarks").route(get(bookmark::list)))
        .service(member("/settings").route(get(setting::show)))
        .service(member("/settings/profile").route(post(setting::update_profile)))
        .service(member("/settings/preferences").route(post(setting::update_preferences)))
        .service(member("/settings/email").route(post(setting::update_email)))
        .service(member("/settings/password").route(post(setting::update_password)))
        .service(member("/settings/picture/{which}").route(post(face::create)))
        .service(member("/settings/picture/{which}/removal").route(post(face::delete)))
        .service(member("/settings/blocks").route(get(block::list)).route(post(block::create)))
        .service(member("/settings/blocks/removal").route(post(block::delete)))
        .service(member("/settings/sessions/end").route(post(setting::end_sessions)))
        .service(member("/settings/apps").route(get(authorization::list)))
        .service(member("/settings/apps/{id}/removal").route(post(authorization::delete)))
        .service(member("/invitations").route(get(invitation::list)).route(post(invitation::create)))
        .service(member("/invitations/code.svg").route(get(invitation::code)))
        .service(member("/invitations/{id}/revocation").route(post(invitation::revoke)))
}

/// The hall office.
fn office<T: Pages>(scope: Scope<T>) -> Scope<T> {
    scope
        .service(moderator("/office").route(get(office::show)))
        .service(moderator("/office/log").route(get(office::log)))
        .service(moderator("/office/members").route(get(member::list)))
        .service(moderator("/office/members/{id}/state").route(post(member::update_state)))
        .service(moderator("/office/members/{id}/refusal").route(post(member::refuse)))
        .service(owner("/office/members/{id}/role").route(post(member::update_role)))
        .service(moderator("/office/reports").route(get(report::list)))
        .service(moderator("/office/reports/{id}").route(get(report::look)))
        .service(moderator("/office/reports/{id}/state").route(post(report::update)))
        .service(moderator("/office/reports/{id}/assignment").route(post(report::assign)))
        .service(moderator("/office/reports/{id}/suspension").route(post(report::suspend)))
        .service(moderator("/office/reports/{id}/posts/{post}/removal").route(post(report::delete_post)))
        .service(moderator("/office/reports/{id}/media/{media}/{variant}").route(get(media::show_reported)))
        .service(moderator("/office/peers").route(get(peer::list)).route(post(peer::decide)))
        .service(owner("/office/hall").route(get(office::edit_hall)).route(post(office::update_hall)))
}

/// A scope of pages, whatever wraps it.
trait Pages:
    ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = actix_web::Error,
        InitError = (),
    >
{
}

impl<T> Pages for T where
    T: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<BoxBody>,
            Error = actix_web::Error,
            InitError = (),
        >
{
}

/// A page for everyone.
fn visitor(path: &str) -> Resource {
    web::resource(path)
}

/// A page for members.
fn member(path: &str) -> Resource<impl Pages> {
    web::resource(path).wrap(from_fn(frame::member))
}

/// A page for moderators and owners.
fn moderator(path: &str) -> Resource<impl Pages> {
    web::resource(path).wrap(from_fn(frame::moderator))
}

/// A page for owners.
fn owner(path: &str) -> Resource<impl Pages> {
    web::resource(path).wrap(from_fn(frame::owner))
}

/// A handler for GET.
fn get<F, Args>(handler: F) -> Route
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::get().to(handler)
}

/// A handler for POST.
fn post<F, Args>(handler: F) -> Route
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::post().to(handler)
}

/// A handler for GET that a hall has only if it federates.
fn served<F, Args>(handler: F) -> Route
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    get(handler).guard(guard::fn_guard(federates))
}

/// Does this hall speak with others at all?
fn federates(context: &GuardContext<'_>) -> bool {
    let ctx = context.app_data::<web::Data<Ctx>>();
    ctx.is_none_or(|ctx| ctx.config.federation.mode != FederationMode::Off)
}

/// Does the request ask for an ActivityPub document?
fn is_for_servers(ctx: &GuardContext<'_>) -> bool {
    let accept = ctx.head().headers().get("accept").and_then(|value| value.to_str().ok());
    accept.is_some_and(wants_activity_json)
}
