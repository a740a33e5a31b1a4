//! The client API: every call, with the scope that it needs (Mastodon's documentation, “OAuth Scopes”).

use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::{FromRequest, Handler, Responder, Route, web};

use crate::api::caller::{Needs, admit};
use crate::api::{
    account, admin, answer, conversation, filter, frame, hashtag, instance, list, marker, media, notification, oauth,
    push, report, search, status, stream, timeline,
};
use crate::domain::login::Role;

/// Everything that programs call.
pub fn table(cfg: &mut web::ServiceConfig) {
    for path in ["/oauth/token", "/oauth/revoke", "/oauth/userinfo", "/.well-known/oauth-authorization-server"] {
        let call = web::resource(path).wrap(from_fn(frame::frame));
        cfg.service(match path {
            "/oauth/token" => call.route(all(post(oauth::create_token))),
            "/oauth/revoke" => call.route(all(post(oauth::revoke))),
            "/oauth/userinfo" => {
                call.route(somebody("profile", get(oauth::userinfo))).route(somebody("profile", post(oauth::userinfo)))
            }
            _ => call.route(all(get(oauth::metadata))),
        });
    }
    for path in [
        "/.well-known/{name}",
        "/nodeinfo/{version}",
        "/static/{hash}/{name}",
        "/media/{id}/{variant}",
        "/media/shared/{token}/thumb",
    ] {
        cfg.route(path, web::method(Method::OPTIONS).to(frame::preflight_read));
    }
    cfg.service(
        web::scope("/api")
            .wrap(from_fn(frame::frame))
            .configure(hall)
            .configure(own)
            .configure(accounts)
            .configure(ties)
            .configure(statuses)
            .configure(polls)
            .configure(conversations)
            .configure(lists)
            .configure(notices)
            .configure(pushes)
            .configure(filters)
            .configure(reports)
            .configure(officers)
            .configure(streams)
            .configure(nothing)
            .default_service(web::to(frame::not_found)),
    );
}

/// The hall, programs, and what everybody may read.
fn hall(cfg: &mut web::ServiceConfig) {
    cfg.route("/v1/apps", all(post(oauth::create_app)))
        .route("/v1/apps/verify_credentials", app(get(oauth::show_app)))
        .route("/v2/instance", all(get(instance::show)))
        .route("/v1/instance", all(get(instance::show_old)))
        .route("/v1/instance/rules", all(get(instance::show_rules)))
        .route("/v1/instance/extended_description", all(get(instance::description)))
        .route("/v1/instance/privacy_policy", all(get(instance::privacy)))
        .route("/v1/instance/peers", all(get(instance::peers)))
        .route("/v1/instance/activity", all(get(answer::none)))
        .route("/v1/instance/domain_blocks", all(get(answer::none)))
        .route("/v1/instance/languages", all(get(instance::languages_known)))
        .route("/v1/instance/translation_languages", all(get(instance::translations)))
        .route("/v1/custom_emojis", all(get(answer::none)))
        .route("/v1/tags/{name}", any("read", get(hashtag::show)))
        .route("/v1/tags/{name}/follow", somebody("write:follows", post(hashtag::follow)))
        .route("/v1/tags/{name}/unfollow", somebody("write:follows", post(hashtag::unfollow)))
        .route("/v1/tags/{name}/feature", somebody("write:accounts", post(hashtag::feature)))
        .route("/v1/tags/{name}/unfeature", somebody("write:accounts", post(hashtag::show)))
        .route("/v1/followed_tags", somebody("read:follows", get(hashtag::followed)))
        .route("/v1/featured_tags", somebody("write:accounts", post(hashtag::feature)))
        .route("/v2/search", any("read:search", get(search::show)))
        .route("/v1/timelines/public", any("read:statuses", get(timeline::public)))
        .route("/v1/timelines/tag/{name}", any("read:statuses", get(timeline::hashtag)))
        .route("/v1/timelines/home", somebody("read:statuses", get(timeline::home)))
        .route("/v1/timelines/list/{id}", somebody("read:lists", get(timeline::list)));
}

/// What is one's own.
fn own(cfg: &mut web::ServiceConfig) {
    cfg.route("/v1/accounts/verify_credentials", somebody("profile", get(account::verify)))
        .route("/v1/accounts/update_credentials", somebody("write:accounts", patch(account::update)))
        .route("/v1/profile", somebody("profile", get(account::verify)))
        .route("/v1/profile", somebody("write:accounts", patch(account::update)))
        .route("/v1/profile/{picture}", somebody("write:accounts", delete(account::delete_picture)))
        .route("/v1/preferences", somebody("read:accounts", get(account::preferences)))
        .route("/v1/markers", somebody("read:statuses", get(marker::show)))
        .route("/v1/markers", somebody("write:statuses", post(marker::update)))
        .route("/v1/favourites", somebody("read:favourites", get(status::favourites)))
        .route("/v1/bookmarks", somebody("read:bookmarks", get(status::bookmarks)))
        .route("/v1/media", somebody("write:media", post(media::create_at_once)))
        .route("/v2/media", somebody("write:media", post(media::create)))
        .route("/v1/media/{id}", somebody("write:media", get(media::show)))
        .route("/v1/media/{id}", somebody("write:media", put(media::update)))
        .route("/v1/media/{id}", somebody("write:media", delete(media::delete)));
}

/// Accounts.
fn accounts(cfg: &mut web::ServiceConfig) {
    cfg.route("/v1/accounts", any("read:accounts", get(account::several)))
        .route("/v1/accounts", app(post(account::create)))
        .route("/v1/accounts/lookup", any("read:accounts", get(account::find)))
        .route("/v1/accounts/search", somebody("read:accounts", get(account::search)))
        .route("/v1/accounts/relationships", somebody("read:follows", get(account::relations)))
        .route("/v1/accounts/familiar_followers", somebody("read:follows", get(account::familiar)))
        .route("/v1/accounts/{id}", any("read:accounts", get(account::show)))
        .route("/v1/accounts/{id}/statuses", any("read:statuses", get(status::by_account)))
        .route("/v1/accounts/{id}/followers", any("read:accounts", get(account::followers)))
        .route("/v1/accounts/{id}/following", any("read:accounts", get(account::followed)))
        .route("/v1/accounts/{id}/featured_tags", any("read:accounts", get(account::featured_hashtags)))
        .route("/v1/accounts/{id}/endorsements", any("read:accounts", get(account::endorsements)))
        .route("/v1/accounts/{id}/lists", somebody("read:lists", get(list::of_account)))
        .route("/v1/accounts/{id}/note", somebody("write:accounts", post(account::note)))
        .route("/v1/accounts/{id}/pin", somebody("write:accounts", post(account::endorse)))
        .route("/v1/accounts/{id}/unpin", somebody("write:accounts", post(account::endorse)))
        .route("/v1/accounts/{id}/endorse", somebody("write:accounts", post(account::endorse)))
        .route("/v1/accounts/{id}/unendorse", somebody("write:accounts", post(account::endorse)));
}

/// Ties, blocks and mutes.
fn ties(cfg: &mut web::ServiceConfig) {
    cfg.route("/v1/accounts/{id}/follow", somebody("write:follows", post(account::follow)))
        .route("/v1/accounts/{id}/unfollow", somebody("write:follows", post(account::unfollow)))
        .route("/v1/accounts/{id}/remove_from_followers", somebody("write:follows", post(account::remove_follower)))
        .route("/v1/accounts/{id}/block", somebody("write:blocks", post(account::block)))
        .route("/v1/accounts/{id}/unblock", somebody("write:blocks", post(account::lift_block)))
        .route("/v1/accounts/{id}/mute", somebody("write:mutes", post(account::mute)))
        .route("/v1/accounts/{id}/unmute", somebody("write:mutes", post(account::lift_mute)))
        .route("/v1/follow_requests", somebody("read:follows", get(account::requests)))
        .route("/v1/follow_requests/{id}/authorize", somebody("write:follows", post(account::accept)))
        .route("/v1/follow_requests/{id}/reject", somebody("write:follows", post(account::decline)))
        .route("/v1/blocks", somebody("read:blocks", get(account::blocks)))
        .route("/v1/mutes", somebody("read:mutes", get(account::mutes)))
        .route("/v1/domain_blocks", somebody("read:blocks", get(account::servers)))
        .route("/v1/domain_blocks", somebody("write:blocks", post(account::block_server)))
        .route("/v1/domain_blocks", somebody("write:blocks", delete(account::lift_server)));
}

/// Statuses.
fn statuses(cfg: &mut web::ServiceConfig) {
    cfg.route("/v1/statuses", any("read:statuses", get(status::several)))
        .route("/v1/statuses", somebody("write:statuses", post(status::create)))
        .route("/v1/statuses/{id}", any("read:statuses", get(status::show)))
        .route("/v1/statuses/{id}", somebody("write:statuses", put(status::update)))
        .route("/v1/statuses/{id}", somebody("write:statuses", delete(status::delete)))
        .route("/v1/statuses/{id}/context", any("read:statuses", get(status::context)))
        .route("/v1/statuses/{id}/history", any("read:statuses", get(status::history)))
        .route("/v1/statuses/{id}/source", somebody("read:statuses", get(status::source)))
        .route("/v1/statuses/{id}/card", any("read:statuses", get(status::card)))
        .route("/v1/statuses/{id}/favourited_by", any("read:accounts", get(status::favourited_by)))
        .route("/v1/statuses/{id}/reblogged_by", any("read:accounts", get(status::boosted_by)))
        .route("/v1/statuses/{id}/favourite", somebody("write:favourites", post(status::favourite)))
        .route("/v1/statuses/{id}/unfavourite", somebody("write:favourites", post(status::unfavourite)))
        .route("/v1/statuses/{id}/reblog", somebody("write:statuses", post(status::boost)))
        .route("/v1/statuses/{id}/unreblog", somebody("write:statuses", post(status::unboost)))
        .route("/v1/statuses/{id}/bookmark", somebody("write:bookmarks", post(status::bookmark)))
        .route("/v1/statuses/{id}/unbookmark", somebody("write:bookmarks", post(status::unbookmark)))
        .route("/v1/statuses/{id}/pin", somebody("write:accounts", post(status::pin)))
        .route("/v1/statuses/{id}/unpin", somebody("write:accounts", post(status::unpin)))
        .route("/v1/statuses/{id}/mute", somebody("write:mutes", post(status::mute)))
        .route("/v1/statuses/{id}/unmute", somebody("write:mutes", post(status::unmute)));
}

/// Polls.
fn polls(cfg: &mut web::ServiceConfig) {
    cfg.route("/v1/polls/{id}", any("read:statuses", get(status::show_poll)))
        .route("/v1/polls/{id}/votes", somebody("write:statuses", post(status::vote)));
}

/// Conversations.
fn conversations(cfg: &mut web::ServiceConfig) {
    let scope = "write:conversations";
    cfg.route("/v1/conversations", somebody("read:statuses", get(conversation::list)))
        .route("/v1/conversations/{id}", somebody(scope, delete(conversation::delete)))
        .route("/v1/conversations/{id}/read", somebody(scope, post(conversation::read)));
}

/// Lists: the member's tags.
fn lists(cfg: &mut web::ServiceConfig) {
    cfg.route("/v1/lists", somebody("read:lists", get(list::list)))
        .route("/v1/lists", somebody("write:lists", post(list::create)))
        .route("/v1/lists/{id}", somebody("read:lists", get(list::show)))
        .route("/v1/lists/{id}", somebody("write:lists", put(list::update)))
        .route("/v1/lists/{id}", somebody("write:lists", delete(list::delete)))
        .route("/v1/lists/{id}/accounts", somebody("read:lists", get(list::accounts)))
        .route("/v1/lists/{id}/accounts", somebody("write:lists", post(list::add)))
        .route("/v1/lists/{id}/accounts", somebody("write:lists", delete(list::remove)));
}

/// Notices.
fn notices(cfg: &mut web::ServiceConfig) {
    let (read, write) = ("read:notifications", "write:notifications");
    cfg.route("/v1/notifications", somebody(read, get(notification::list)))
        .route("/v1/notifications/clear", somebody(write, post(notification::clear)))
        .route("/v1/notifications/unread_count", somebody(read, get(notification::unread)))
        .route("/v1/notifications/policy", somebody(read, get(notification::policy_old)))
        .route("/v1/notifications/policy", somebody(write, put(notification::update_policy_old)))
        .route("/v1/notifications/policy", somebody(write, patch(notification::update_policy_old)))
        .route("/v1/notifications/requests", somebody(read, get(instance::nothing)))
        .route("/v1/notifications/requests/accept", somebody(write, post(instance::done)))
        .route("/v1/notifications/requests/dismiss", somebody(write, post(instance::done)))
        .route("/v1/notifications/requests/merged", somebody(read, get(notification::merged)))
        .route("/v1/notifications/{id}", somebody(read, get(notification::show)))
        .route("/v1/notifications/{id}/dismiss", somebody(write, post(notification::dismiss)))
        .route("/v2/notifications", somebody(read, get(notification::list_groups)))
        .route("/v2/notifications/clear", somebody(write, post(notification::clear)))
        .route("/v2/notifications/unread_count", somebody(read, get(notification::unread)))
        .route("/v2/notifications/policy", somebody(read, get(notification::policy)))
        .route("/v2/notifications/policy", somebody(write, patch(notification::update_policy)))
        .route("/v2/notifications/policy", somebody(write, put(notification::update_policy)))
        .route("/v2/notifications/{group_key}", somebody(read, get(notification::show_group)))
        .route("/v2/notifications/{group_key}/accounts", somebody(read, get(notification::group_accounts)))
        .route("/v2/notifications/{group_key}/dismiss", somebody(write, post(notification::dismiss_group)));
}

/// Push.
fn pushes(cfg: &mut web::ServiceConfig) {
    let path = "/v1/push/subscription";
    cfg.route(path, somebody("push", post(push::create)))
        .route(path, somebody("push", get(push::show)))
        .route(path, somebody("push", put(push::update)))
        .route(path, somebody("push", delete(push::delete)));
}

/// Filters.
fn filters(cfg: &mut web::ServiceConfig) {
    let (read, write) = ("read:filters", "write:filters");
    cfg.route("/v1/filters", somebody(read, get(filter::old::list)))
        .route("/v1/filters", somebody(write, post(filter::old::create)))
        .route("/v1/filters/{id}", somebody(read, get(filter::old::show)))
        .route("/v1/filters/{id}", somebody(write, put(filter::old::update)))
        .route("/v1/filters/{id}", somebody(write, delete(filter::old::delete)))
        .route("/v2/filters", somebody(read, get(filter::list)))
        .route("/v2/filters", somebody(write, post(filter::create)))
        .route("/v2/filters/keywords/{id}", somebody(read, get(filter::show_keyword)))
        .route("/v2/filters/keywords/{id}", somebody(write, put(filter::update_keyword)))
        .route("/v2/filters/keywords/{id}", somebody(write, delete(filter::drop_entry)))
        .route("/v2/filters/statuses/{id}", somebody(read, get(filter::show_status)))
        .route("/v2/filters/statuses/{id}", somebody(write, delete(filter::drop_entry)))
        .route("/v2/filters/{id}", somebody(read, get(filter::show)))
        .route("/v2/filters/{id}", somebody(write, put(filter::update)))
        .route("/v2/filters/{id}", somebody(write, delete(filter::delete)))
        .route("/v2/filters/{id}/keywords", somebody(read, get(filter::keywords)))
        .route("/v2/filters/{id}/keywords", somebody(write, post(filter::add_keyword)))
        .route("/v2/filters/{id}/statuses", somebody(read, get(filter::statuses)))
        .route("/v2/filters/{id}/statuses", somebody(write, post(filter::add_status)));
}

/// Reports: making them, and what officers do about them.
fn reports(cfg: &mut web::ServiceConfig) {
    let (read, write) = ("admin:read:reports", "admin:write:reports");
    cfg.route("/v1/reports", somebody("write:reports", post(report::create)))
        .route("/v1/admin/reports", officer(read, get(admin::reports)))
        .route("/v1/admin/reports/{id}", officer(read, get(admin::report)))
        .route("/v1/admin/reports/{id}", officer(write, put(admin::update)))
        .route("/v1/admin/reports/{id}/assign_to_self", officer(write, post(admin::assign)))
        .route("/v1/admin/reports/{id}/unassign", officer(write, post(admin::unassign)))
        .route("/v1/admin/reports/{id}/resolve", officer(write, post(admin::resolve)))
        .route("/v1/admin/reports/{id}/reopen", officer(write, post(admin::reopen)));
}

/// People and servers, for officers.
fn officers(cfg: &mut web::ServiceConfig) {
    let (read, write) = ("admin:read:accounts", "admin:write:accounts");
    cfg.route("/v1/admin/accounts", officer(read, get(admin::list_old)))
        .route("/v2/admin/accounts", officer(read, get(admin::list)))
        .route("/v1/admin/accounts/{id}", officer(read, get(admin::show)))
        .route("/v1/admin/accounts/{id}", officer(write, delete(admin::delete)))
        .route("/v1/admin/accounts/{id}/action", officer(write, post(admin::act)))
        .route("/v1/admin/accounts/{id}/approve", officer(write, post(admin::approve)))
        .route("/v1/admin/accounts/{id}/reject", officer(write, post(admin::reject)))
        .route("/v1/admin/accounts/{id}/unsuspend", officer(write, post(admin::unsuspend)));
    for act in ["enable", "unsilence", "unsensitive"] {
        cfg.route(&format!("/v1/admin/accounts/{{id}}/{act}"), officer(write, post(admin::keep)));
    }
    let (read, write) = ("admin:read:domain_blocks", "admin:write:domain_blocks");
    cfg.route("/v1/admin/domain_blocks", officer(read, get(admin::blocks)))
        .route("/v1/admin/domain_blocks", officer(write, post(admin::block)))
        .route("/v1/admin/domain_blocks/{id}", officer(read, get(admin::block_is)))
        .route("/v1/admin/domain_blocks/{id}", officer(write, put(admin::update_block)))
        .route("/v1/admin/domain_blocks/{id}", officer(write, delete(admin::lift_block)));
    let (read, write) = ("admin:read:domain_allows", "admin:write:domain_allows");
    cfg.route("/v1/admin/domain_allows", officer(read, get(admin::allows)))
        .route("/v1/admin/domain_allows", officer(write, post(admin::allow)))
        .route("/v1/admin/domain_allows/{id}", officer(read, get(admin::allow_is)))
        .route("/v1/admin/domain_allows/{id}", officer(write, delete(admin::lift_allow)));
}

/// Streams.
fn streams(cfg: &mut web::ServiceConfig) {
    cfg.route("/v1/streaming/health", all(get(stream::health)))
        .route("/v1/streaming", somebody("read:statuses", get(stream::listen)))
        .route("/v1/streaming/{channel:.*}", somebody("read:statuses", get(stream::listen)));
}

/// What the hall doesn't have: programs ask all the same, and are told that there is nothing.
fn nothing(cfg: &mut web::ServiceConfig) {
    for path in ["/v1/trends", "/v1/trends/tags", "/v1/trends/statuses", "/v1/trends/links", "/v1/directory"] {
        cfg.route(path, any("read", get(answer::none)));
    }
    cfg.route("/v1/suggestions/{id}", somebody("write:accounts", delete(instance::done)));
    for path in [
        "/v1/announcements",
        "/v1/endorsements",
        "/v1/featured_tags",
        "/v1/featured_tags/suggestions",
        "/v1/timelines/link",
        "/v1/scheduled_statuses",
        "/v1/suggestions",
        "/v2/suggestions",
    ] {
        cfg.route(path, somebody("read", get(instance::nothing)));
    }
}

/// A call for everybody.
fn all(route: Route) -> Route {
    route
}

/// A call for everybody; whoever has a token needs this scope.
fn any(scope: &'static str, route: Route) -> Route {
    needs(Needs::Nothing(scope), route)
}

/// A call for programs, also without anybody behind them.
fn app(route: Route) -> Route {
    needs(Needs::App, route)
}

/// A call for somebody, with this scope.
fn somebody(scope: &'static str, route: Route) -> Route {
    needs(Needs::Somebody(scope), route)
}

/// A call for moderators and owners, with this scope.
fn officer(scope: &'static str, route: Route) -> Route {
    needs(Needs::Officer(Role::Moderator, scope), route)
}

fn needs(needs: Needs, route: Route) -> Route {
    route.wrap(from_fn(move |request, next| admit(needs, request, next)))
}

macro_rules! methods {
    ($($method:ident),+) => {$(
        fn $method<F, Args>(handler: F) -> Route
        where
            F: Handler<Args>,
            Args: FromRequest + 'static,
            F::Output: Responder + 'static,
        {
            web::$method().to(handler)
        }
    )+};
}

methods!(get, post, put, patch, delete);
