//! Every address of the hall, with who may call it.
//!
//! `everyone` stands first; `members_only`, `moderators_only` and `owners_only` are checked here, before any handler.

use actix_web::guard::{Guard, GuardContext};
use actix_web::middleware::from_fn;
use actix_web::web::{ServiceConfig, get, post, resource, route, scope};

use crate::federation::{discovery, document, inbox};
use crate::web::session::{members_only, moderators_only, owners_only};
use crate::web::{
    asset, error, friend, hall, health, invitation, login, moment, office, peer, person, search, setting,
};
use crate::wire::json::wants_activity_json;

/// Lets requests for ActivityPub pass rather than those for pages.
struct WantsActivity;

impl Guard for WantsActivity {
    fn check(&self, ctx: &GuardContext<'_>) -> bool {
        let accept = ctx.head().headers().get("accept").and_then(|value| value.to_str().ok());
        accept.is_some_and(wants_activity_json)
    }
}

/// The whole table.
pub fn table(app: &mut ServiceConfig) {
    app.configure(servers)
        .configure(everyone)
        .configure(members)
        .configure(officers)
        .default_service(route().to(error::not_found));
}

/// Other servers.
fn servers(app: &mut ServiceConfig) {
    app.route("/.well-known/webfinger", get().to(discovery::webfinger))
        .route("/.well-known/nodeinfo", get().to(discovery::nodeinfo_links))
        .route("/.well-known/host-meta", get().to(discovery::host_meta))
        .route("/nodeinfo/2.1", get().to(discovery::nodeinfo))
        .route("/inbox", post().to(inbox::create))
        .route("/actor", get().to(document::hall))
        .route("/actor/inbox", post().to(inbox::create))
        .route("/actors/{name}", get().to(document::actor))
        .route("/actors/{name}/inbox", post().to(inbox::create))
        .route("/actors/{name}/{collection}", get().to(document::collection))
        .route("/objects/{id}", get().to(document::object))
        .route("/activities/{id}", get().to(document::activity))
        .route("/@{name}", get().guard(WantsActivity).to(document::page_of_actor))
        .route("/@{name}/{id}", get().guard(WantsActivity).to(document::page_of_object));
}

/// Everyone.
fn everyone(app: &mut ServiceConfig) {
    app.route("/", get().to(hall::front))
        .route("/about", get().to(hall::about))
        .route("/setup", get().to(hall::setup))
        .route("/setup", post().to(hall::set_up))
        .route("/sign-in", get().to(login::new))
        .route("/sign-in", post().to(login::create))
        .route("/sign-out", post().to(login::delete))
        .route("/sign-up", get().to(login::sign_up))
        .route("/sign-up", post().to(login::join))
        .route("/preferences", get().to(setting::choose))
        .route("/@{name}", get().to(person::show))
        .route("/@{name}/{id}", get().to(moment::show))
        .route("/static/{hash}/{path:.*}", get().to(asset::show))
        .route("/healthz", get().to(health::alive))
        .route("/readyz", get().to(health::ready));
}

/// Members.
fn members(app: &mut ServiceConfig) {
    let mine = |path: &str| resource(path.to_owned()).wrap(from_fn(members_only));
    app.service(mine("/moments").route(post().to(moment::create)))
        .service(mine("/moments/new").route(get().to(moment::new)))
        .service(mine("/moments/{id}").route(post().to(moment::update)))
        .service(mine("/moments/{id}/edit").route(get().to(moment::edit)))
        .service(mine("/moments/{id}/delete").route(get().to(moment::confirm)).route(post().to(moment::delete)))
        .service(mine("/friends").route(get().to(friend::list)))
        .service(mine("/friends/requests").route(post().to(friend::create)))
        .service(mine("/friends/requests/new").route(get().to(friend::new)))
        .service(mine("/friends/requests/{id}/acceptance").route(post().to(friend::accept)))
        .service(mine("/friends/requests/{id}/refusal").route(post().to(friend::decline)))
        .service(mine("/friends/{id}/removal").route(post().to(friend::remove)))
        .service(mine("/notices").route(get().to(friend::notices)))
        .service(mine("/search").route(get().to(search::show)))
        .service(mine("/me").route(get().to(setting::me)))
        .service(mine("/settings").route(get().to(setting::edit)))
        .service(mine("/settings/profile").route(post().to(setting::profile)))
        .service(mine("/settings/preferences").route(post().to(setting::preferences)))
        .service(mine("/settings/password").route(post().to(setting::password)))
        .service(mine("/settings/sessions/end").route(post().to(setting::end_sessions)))
        .service(mine("/invitations").route(get().to(invitation::list)).route(post().to(invitation::create)))
        .service(mine("/invitations/code.svg").route(get().to(invitation::code)))
        .service(mine("/invitations/{id}/revocation").route(post().to(invitation::revoke)));
}

/// Moderators and owners; what changes roles or the hall is for owners alone.
fn officers(app: &mut ServiceConfig) {
    let owners = |path: &str| resource(path.to_owned()).wrap(from_fn(owners_only));
    app.service(
        scope("/office")
            .wrap(from_fn(moderators_only))
            .service(owners("/members/{id}/role").route(post().to(office::set_role)))
            .service(owners("/hall").route(get().to(office::edit_hall)).route(post().to(office::update_hall)))
            .route("", get().to(office::show))
            .route("/members", get().to(office::members))
            .route("/members/{id}/state", post().to(office::set_state))
            .route("/peers", get().to(peer::list))
            .route("/peers", post().to(peer::decide))
            .route("/log", get().to(office::log)),
    );
}

/// The page of numbers, on its own address.
pub fn metrics(app: &mut ServiceConfig) {
    app.route("/metrics", get().to(health::metrics));
}
