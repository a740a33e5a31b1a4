//! The table of every URL, in one screenful per area, with who may call it. That of the client API stands in `api.rs` beside.

mod api;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::guard::{self, GuardContext};
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::{FromRequest, Handler, Resource, Responder, Route, Scope, web};

use crate::config::FederationMode;
use crate::ctx::Ctx;
use crate::federation::{discovery, document, inbox};
use crate::web::{
    account, alliance, archive, asset, authorization, block, bookmark, boost, comment, digest, error, face, feed,
    frame, friend, group, hall, hashtag, health, history, invitation, kit, login, media, member, mention, moment,
    notice, office, peer, person, picture, pin, report, roll_call, search, setting, setup,
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
        .route("/accounts/{id}/feed.{form}", get(feed::account))
        .route("/accounts/{id}/series/{series}/feed.{form}", get(feed::series))
        .service(
            web::resource("/archive/uploads")
                .route(post(archive::begin_upload))
                .route(web::method(Method::OPTIONS).to(archive::about_uploads)),
        )
        .route("/archive/uploads/{id}", web::to(archive::go_on_upload))
        .route("/media/shared/{token}", get(media::show_shared))
        .route("/media/shared/{token}/thumb", get(media::show_shared_poster))
        .route("/media/{id}/tiles/{level}/{column}/{row}", get(media::show_tile))
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
    let scope = office(settings(archives(accounts(groups(people(doors(scope)))))));
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
        .service(visitor("/search").route(get(search::show)))
        .service(visitor("/search/suggestions").route(get(search::suggest)))
        .service(visitor("/opensearch.xml").route(get(search::describe)))
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
        .service(member("/posts/{id}/roll-call").route(get(roll_call::show)).route(post(roll_call::join)))
        .service(member("/posts/{id}/roll-call/removal").route(post(roll_call::leave)))
        .service(member("/posts/{id}/roll-call/state").route(post(roll_call::set_state)))
        .service(
            member("/posts/{id}/roll-call/settings").route(get(roll_call::settings)).route(post(roll_call::change)),
        )
        .service(member("/posts/{id}/roll-call/entries").route(post(roll_call::enter)))
        .service(member("/posts/{id}/roll-call/entries/new").route(get(roll_call::new)))
        .service(
            member("/posts/{id}/roll-call/entries/{entry}").route(get(roll_call::edit)).route(post(roll_call::update)),
        )
        .service(
            member("/posts/{id}/roll-call/entries/{entry}/striking")
                .route(get(roll_call::ask_striking))
                .route(post(roll_call::strike)),
        )
        .service(member("/posts/{id}/roll-call/entries/{entry}/striking/removal").route(post(roll_call::restore)))
        .service(member("/posts/{id}/roll-call.csv").route(get(roll_call::sheet)))
        .service(visitor("/groups/{id}/announcements").guard(guard::Get()).route(get(group::announcements)))
        .service(member("/groups/{id}/announcements").route(post(group::create_announcement)))
        .service(member("/groups/{id}/announcements/new").route(get(group::new_announcement)))
        .service(member("/announcements/{id}").route(post(group::update_announcement)))
        .service(member("/announcements/{id}/edit").route(get(group::edit_announcement)))
        .service(member("/announcements/{id}/confirmation").route(post(group::confirm)))
        .service(member("/announcements/{id}/confirmations").route(get(group::confirmations)))
        .service(member("/announcements/{id}/confirmations.csv").route(get(group::confirmation_roll)))
        .service(member("/announcements/{id}/reminder").route(post(group::remind)))
        .service(member("/posts/{id}/taking-down").route(get(group::ask_removal)))
        .service(member("/posts/{id}/marks").route(post(group::mark)))
}

/// Public accounts: who may what in one is the account's business.
fn accounts<T: Pages>(scope: Scope<T>) -> Scope<T> {
    scope
        .service(visitor("/accounts").guard(guard::Get()).route(get(account::list)))
        .service(member("/accounts").route(post(account::create)))
        .service(member("/accounts/new").route(get(account::new)))
        .service(member("/accounts/{id}").route(post(account::update)))
        .service(member("/accounts/{id}/settings").route(get(account::edit)))
        .service(member("/accounts/{id}/picture/{which}").route(post(account::create_face)))
        .service(member("/accounts/{id}/picture/{which}/removal").route(post(account::delete_face)))
        .service(member("/accounts/{id}/log").route(get(account::log)))
        .service(member("/accounts/{id}/staff").route(get(account::staff)).route(post(account::set_staff)))
        .service(member("/accounts/{id}/staff/{actor}/removal").route(post(account::remove_staff)))
        .service(member("/accounts/{id}/staff/{actor}/ownership").route(post(account::hand_over)))
        .service(member("/accounts/{id}/closing").route(get(account::ask_closing)).route(post(account::close)))
        .service(member("/accounts/{id}/comments").route(get(account::comments)))
        .service(member("/accounts/{id}/series").route(get(account::series_list)).route(post(account::create_series)))
        .service(visitor("/accounts/{id}/series/{series}").route(get(account::show_series)))
        .service(
            member("/accounts/{id}/series/{series}/edit")
                .route(get(account::edit_series))
                .route(post(account::update_series)),
        )
        .service(member("/accounts/{id}/series/{series}/order").route(post(account::arrange_series)))
        .service(member("/accounts/{id}/series/{series}/removal").route(post(account::delete_series)))
        .service(member("/accounts/{id}/drafts").route(get(account::drafts)).route(post(account::create_draft)))
        .service(member("/drafts/{id}").route(get(account::edit_draft)).route(post(account::update_draft)))
        .service(member("/drafts/{id}/preview").route(post(account::look_at_draft)))
        .service(member("/drafts/{id}/copies/{copy}").route(post(account::drop_copy)))
        .service(member("/drafts/{id}/removal").route(post(account::discard)))
        .service(member("/drafts/{id}/unpublishing").route(post(account::unpublish)))
        .service(member("/drafts/{id}/link").route(post(account::open_preview)))
        .service(member("/drafts/{id}/link/removal").route(post(account::close_preview)))
        .service(
            member("/drafts/{id}/scripts/{language}")
                .route(get(account::edit_script))
                .route(post(account::update_script)),
        )
        .service(member("/drafts/{id}/scripts/{language}/removal").route(post(account::delete_script)))
        .service(visitor("/previews/{token}").route(get(account::preview)))
        .service(member("/posts/{id}/selection").route(post(account::decide)))
        .service(member("/articles/{id}/pin").route(post(account::pin)))
        .service(member("/posts/{id}/answer").route(post(account::answer)))
}

/// The archive. What a reader may see of it is the gate's business.
fn archives<T: Pages>(scope: Scope<T>) -> Scope<T> {
    scope
        .service(visitor("/archive").route(get(archive::front)))
        .service(visitor("/archive/items").guard(guard::Get()).route(get(archive::list)))
        .service(archivist("/archive/items").route(post(archive::create_item)))
        .service(archivist("/archive/items/new").route(get(archive::new_item)))
        .service(visitor("/archive/items/{id}").guard(guard::Get()).route(get(archive::item)))
        .service(archivist("/archive/items/{id}").route(post(archive::update_item)))
        .service(archivist("/archive/items/{id}/edit").route(get(archive::edit_item)))
        .service(visitor("/archive/items/{id}/metadata.jsonld").route(get(archive::metadata)))
        .service(member("/archive/items/{id}/state").route(post(archive::act)))
        .service(member("/archive/items/{id}/notes").route(post(archive::note)))
        .service(archivist("/archive/items/{id}/gathering").route(post(archive::gather)))
        .service(archivist("/archive/items/{id}/files").route(post(archive::create_file)))
        .service(visitor("/archive/files/{id}").guard(guard::Get()).route(get(archive::file)))
        .service(archivist("/archive/files/{id}").route(post(archive::update_file)))
        .service(archivist("/archive/files/{id}/removal").route(post(archive::remove_file)))
        .service(visitor("/archive/files/{id}/original").route(get(archive::original)))
        .service(visitor("/archive/files/{id}/parts/{number}").route(get(archive::part_of_file)))
        .service(member("/archive/files/{id}/transcripts").route(post(archive::transcribe)))
        .service(visitor("/archive/transcripts/{name}").route(get(archive::cues)))
        .service(visitor("/archive/collections").guard(guard::Get()).route(get(archive::collections)))
        .service(archivist("/archive/collections").route(post(archive::create_collection)))
        .service(archivist("/archive/collections/new").route(get(archive::new_collection)))
        .service(visitor("/archive/collections/{id}").guard(guard::Get()).route(get(archive::collection)))
        .service(archivist("/archive/collections/{id}").route(post(archive::update_collection)))
        .service(archivist("/archive/collections/{id}/edit").route(get(archive::edit_collection)))
        .service(archivist("/archive/collections/{id}/removal").route(post(archive::delete_collection)))
        .service(
            archivist("/archive/collections/{id}/items")
                .route(get(archive::gathered))
                .route(post(archive::arrange_collection)),
        )
        .service(visitor("/archive/exhibitions").guard(guard::Get()).route(get(archive::exhibitions)))
        .service(archivist("/archive/exhibitions").route(post(archive::create_exhibition)))
        .service(archivist("/archive/exhibitions/new").route(get(archive::new_exhibition)))
        .service(visitor("/archive/exhibitions/{id}").guard(guard::Get()).route(get(archive::exhibition)))
        .service(archivist("/archive/exhibitions/{id}").route(post(archive::update_exhibition)))
        .service(archivist("/archive/exhibitions/{id}/edit").route(get(archive::edit_exhibition)))
        .service(archivist("/archive/exhibitions/{id}/state").route(post(archive::act_exhibition)))
        .service(visitor("/archive/map").route(get(archive::map)))
        .service(visitor("/archive/timeline").route(get(archive::timeline)))
        .service(archivist("/archive/people").route(get(archive::authorities)).route(post(archive::create_authority)))
        .service(
            archivist("/archive/people/{id}")
                .route(get(archive::edit_authority))
                .route(post(archive::update_authority)),
        )
        .service(archivist("/archive/people/{id}/removal").route(post(archive::delete_authority)))
        .service(visitor("/archive/authorities/{id}").route(get(archive::authority)))
        .service(member("/archive/offers").guard(guard::Get()).route(get(archive::offers)))
        .service(visitor("/archive/offers").route(post(archive::create_offer)))
        .service(visitor("/archive/offers/new").route(get(archive::new_offer)))
        .service(visitor("/archive/gifts/{token}").route(get(archive::gift)))
        .service(visitor("/archive/gifts/{token}/notes").route(post(archive::note_gift)))
        .service(visitor("/archive/gifts/{token}/withdrawal").route(post(archive::withdraw_gift)))
        .service(archivist("/archive/queue").route(get(archive::queue)))
        .service(archivist("/archive/partners").route(get(archive::partners)).route(post(archive::create_partner)))
        .service(archivist("/archive/partners/{id}/acceptance").route(post(archive::accept_partner)))
        .service(archivist("/archive/partners/{id}/removal").route(post(archive::delete_partner)))
        .service(visitor("/archive/others/{id}").route(get(archive::other)))
        .service(visitor("/archive/oai").route(get(archive::oai)).route(post(archive::oai)))
        .service(visitor("/archive/oai_dcterms.xsd").route(get(archive::oai_schema)))
        .service(visitor("/iiif/items/{id}/manifest").route(get(archive::manifest)))
        .service(visitor("/iiif/images/{id}").route(get(archive::base)))
        .service(visitor("/iiif/images/{id}/info.json").route(get(archive::info)))
        .service(visitor("/iiif/images/{id}/{region}/{size}/{rotation}/{name}").route(get(archive::image)))
        .service(visitor("/ark:/{naan}/{code}").route(get(archive::by_ark)))
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
        .service(member("/settings/digest").route(post(digest::update)))
        .service(visitor("/digest/{token}").route(get(digest::show)).route(post(digest::end)))
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
        .service(moderator("/office/alliances").route(get(alliance::list)).route(post(alliance::create)))
        .service(moderator("/office/alliances/{id}/removal").route(post(alliance::delete)))
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

/// A page for those who keep the archive.
fn archivist(path: &str) -> Resource<impl Pages> {
    web::resource(path).wrap(from_fn(frame::archivist))
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
