//! The tables as diesel sees them. The migrations are the truth; a test holds the two together.

#![allow(missing_docs)]

mod archive;
mod publishing;
mod announcing;
mod duty;
mod group;
mod finding;
mod program;
mod push;
mod question;
mod quoting;
mod signup;
mod word;

pub use announcing::{alliance, announcement, confirmation, digest, notice};
pub use archive::{
    authority, authority_name, collection, collection_item, exhibition, exhibition_block, file_text, gift, item,
    item_authority, item_facet, item_file, item_link, item_note, item_point, media_need, media_tile, partner,
    partner_item, partner_open, post_need, transcript, upload,
};
pub use duty::{report, report_post, report_rule};
pub use finding::{post_searchable, search_state, search_work, searchable};
pub use group::{group_act, group_detail, group_invitation, group_mark, group_mute, membership};
pub use program::{
    app, conversation, filter, filter_keyword, filter_post, hall, hall_secret, hashtag_follow, invitation, marker,
    remark, tag, tag_member, token, token_code,
};
pub use publishing::*;
pub use push::{push_delivery, push_subscription};
pub use question::{poll, poll_option, poll_vote};
pub use quoting::{quote, quote_leave};
pub use signup::{roll_call, roll_call_entry, roll_call_field};
pub use word::{emoji, hashtag, mention};

diesel::table! {
    actor (id) {
        id -> BigInt,
        uri -> Text,
        kind -> Text,
        name -> Text,
        host -> Text,
        address -> Text,
        display_name -> Text,
        names -> Text,
        hometown -> Text,
        about -> Text,
        about_html -> Text,
        url -> Text,
        inbox -> Text,
        shared_inbox -> Text,
        followers -> Text,
        outbox -> Text,
        locked -> Bool,
        friends -> Bool,
        discoverable -> Bool,
        created_at -> BigInt,
        updated_at -> BigInt,
        fetched_at -> BigInt,
        suspended_at -> Nullable<BigInt>,
        deleted_at -> Nullable<BigInt>,
        avatar_id -> Nullable<BigInt>,
        cover_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    actor_key (uri) {
        uri -> Text,
        actor_id -> BigInt,
        algorithm -> Text,
        public_key -> Binary,
        private_key -> Nullable<Binary>,
        fetched_at -> BigInt,
    }
}

diesel::table! {
    login (id) {
        id -> BigInt,
        actor_id -> BigInt,
        email -> Nullable<Text>,
        email_folded -> Nullable<Text>,
        password_hash -> Text,
        role -> Text,
        state -> Text,
        language -> Nullable<Text>,
        time_zone -> Nullable<Text>,
        theme -> Nullable<Text>,
        type_size -> Nullable<Text>,
        reason -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    session (token_hash) {
        token_hash -> Text,
        login_id -> BigInt,
        form_token -> Text,
        agent -> Text,
        created_at -> BigInt,
        seen_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    follow (id) {
        id -> BigInt,
        uri -> Text,
        follower_id -> BigInt,
        followed_id -> BigInt,
        state -> Text,
        greeting -> Text,
        created_at -> BigInt,
        accepted_at -> Nullable<BigInt>,
        with_boosts -> Bool,
    }
}

diesel::table! {
    post (id) {
        id -> BigInt,
        uri -> Text,
        url -> Text,
        kind -> Text,
        author_id -> BigInt,
        audience -> Text,
        language -> Text,
        warning -> Text,
        source -> Text,
        body_html -> Text,
        form_key -> Nullable<Text>,
        published_at -> BigInt,
        edited_at -> Nullable<BigInt>,
        deleted_at -> Nullable<BigInt>,
        parent_id -> Nullable<BigInt>,
        root_id -> Nullable<BigInt>,
        is_local -> Bool,
        parts -> BigInt,
        title -> Text,
        group_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    reaction (id) {
        id -> BigInt,
        uri -> Text,
        kind -> Text,
        actor_id -> BigInt,
        post_id -> BigInt,
        created_at -> BigInt,
        emoji -> Text,
    }
}

diesel::table! {
    post_audience (post_id, token) {
        post_id -> BigInt,
        token -> Text,
    }
}

diesel::table! {
    viewer_token (actor_id, token) {
        actor_id -> BigInt,
        token -> Text,
    }
}

diesel::table! {
    bookmark (id) {
        id -> BigInt,
        actor_id -> BigInt,
        post_id -> BigInt,
    }
}

diesel::table! {
    post_version (id) {
        id -> BigInt,
        post_id -> BigInt,
        language -> Text,
        warning -> Text,
        body_html -> Text,
        written_at -> BigInt,
        title -> Text,
    }
}

diesel::table! {
    boost (id) {
        id -> BigInt,
        uri -> Text,
        actor_id -> BigInt,
        post_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    feed (actor_id, place) {
        actor_id -> BigInt,
        place -> BigInt,
        post_id -> BigInt,
        boost_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    post_copy (post_id, inbox) {
        post_id -> BigInt,
        inbox -> Text,
    }
}

diesel::table! {
    tombstone (uri) {
        uri -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    event (id) {
        id -> BigInt,
        kind -> Text,
        actor_id -> BigInt,
        subject -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    event_work (consumer, event_id) {
        consumer -> Text,
        event_id -> BigInt,
        lane -> Text,
        attempts -> BigInt,
        due_at -> BigInt,
        claimed_until -> BigInt,
        last_error -> Text,
    }
}

diesel::table! {
    activity (id) {
        id -> BigInt,
        uri -> Text,
        kind -> Text,
        actor_id -> BigInt,
        post_id -> Nullable<BigInt>,
        body -> Text,
        created_at -> BigInt,
        per_host -> Bool,
    }
}

diesel::table! {
    delivery (id) {
        id -> BigInt,
        activity_id -> BigInt,
        inbox -> Text,
        host -> Text,
        lane -> Text,
        attempts -> BigInt,
        created_at -> BigInt,
        due_at -> BigInt,
        claimed_until -> BigInt,
        last_error -> Text,
    }
}

diesel::table! {
    arrival (id) {
        id -> BigInt,
        dedupe -> Text,
        uri -> Text,
        kind -> Text,
        actor_uri -> Text,
        host -> Text,
        body -> Text,
        lane -> Text,
        state -> Text,
        reason -> Text,
        attempts -> BigInt,
        received_at -> BigInt,
        due_at -> BigInt,
        claimed_until -> BigInt,
    }
}

diesel::table! {
    signature_seen (fingerprint) {
        fingerprint -> Binary,
        expires_at -> BigInt,
    }
}

diesel::table! {
    peer (host) {
        host -> Text,
        state -> Text,
        signature -> Text,
        created_at -> BigInt,
        last_success_at -> Nullable<BigInt>,
        last_arrival_at -> Nullable<BigInt>,
        failing_since -> Nullable<BigInt>,
        last_error -> Text,
        resting_until -> BigInt,
        paused_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    audit (id) {
        id -> BigInt,
        login_id -> Nullable<BigInt>,
        who -> Text,
        verb -> Text,
        subject -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    profile (actor_id) {
        actor_id -> BigInt,
        featured -> Text,
        also_known_as -> Text,
        due_at -> Nullable<BigInt>,
        attempts -> BigInt,
        read_at -> BigInt,
    }
}

diesel::table! {
    profile_field (actor_id, place) {
        actor_id -> BigInt,
        place -> BigInt,
        name -> Text,
        value -> Text,
        value_html -> Text,
        link -> Text,
        verified_at -> Nullable<BigInt>,
        due_at -> Nullable<BigInt>,
        attempts -> BigInt,
    }
}

diesel::table! {
    pin (actor_id, post_id) {
        actor_id -> BigInt,
        post_id -> BigInt,
        place -> BigInt,
    }
}

diesel::table! {
    media (id) {
        id -> BigInt,
        owner_id -> BigInt,
        post_id -> Nullable<BigInt>,
        purpose -> Text,
        place -> BigInt,
        kind -> Text,
        state -> Text,
        reason -> Text,
        media_type -> Text,
        width -> BigInt,
        height -> BigInt,
        blurhash -> Text,
        alt -> Text,
        sensitive -> Bool,
        stem -> Text,
        bytes -> BigInt,
        remote_url -> Text,
        attempts -> BigInt,
        due_at -> Nullable<BigInt>,
        claimed_until -> BigInt,
        seen_at -> BigInt,
        created_at -> BigInt,
        duration_ms -> BigInt,
    }
}

diesel::table! {
    media_grant (token) {
        token -> Text,
        media_id -> BigInt,
        host -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    file_removal (key) {
        key -> Text,
        attempts -> BigInt,
        due_at -> BigInt,
        claimed_until -> BigInt,
    }
}

diesel::table! {
    post_hold (post_id) {
        post_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    link_page (id) {
        id -> BigInt,
        url -> Text,
        state -> Text,
        title -> Text,
        description -> Text,
        site -> Text,
        attempts -> BigInt,
        due_at -> Nullable<BigInt>,
        looked_at -> BigInt,
    }
}

diesel::table! {
    post_link (post_id) {
        post_id -> BigInt,
        page_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    post_place (post_id) {
        post_id -> BigInt,
        name -> Text,
        latitude_e6 -> Nullable<BigInt>,
        longitude_e6 -> Nullable<BigInt>,
    }
}

diesel::table! {
    block (actor_id, other_id, kind) {
        actor_id -> BigInt,
        other_id -> BigInt,
        kind -> Text,
        uri -> Text,
        created_at -> BigInt,
        expires_at -> Nullable<BigInt>,
        spares_notices -> Bool,
    }
}

diesel::table! {
    block_host (actor_id, host, kind) {
        actor_id -> BigInt,
        host -> Text,
        kind -> Text,
        created_at -> BigInt,
    }
}

// A view: the pairs that don't see each other, in both orders.
diesel::table! {
    apart (one_id, other_id) {
        one_id -> BigInt,
        other_id -> BigInt,
    }
}

// A view: whom a member has muted, alone or with a whole server.
diesel::table! {
    muted (actor_id, other_id) {
        actor_id -> BigInt,
        other_id -> BigInt,
    }
}

// A view: whose doings a member isn't told of.
diesel::table! {
    hushed (actor_id, other_id) {
        actor_id -> BigInt,
        other_id -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    hall,
    actor,
    actor_key,
    login,
    session,
    invitation,
    follow,
    post,
    reaction,
    post_audience,
    viewer_token,
    bookmark,
    boost,
    feed,
    post_version,
    post_copy,
    tombstone,
    event,
    event_work,
    activity,
    delivery,
    arrival,
    signature_seen,
    peer,
    audit,
    profile,
    profile_field,
    pin,
    media,
    media_grant,
    file_removal,
    post_hold,
    post_place,
    link_page,
    post_link,
    block,
    block_host,
    apart,
    muted,
    hushed,
    notice,
    mention,
    hashtag,
    emoji,
    app,
    token,
    token_code,
    tag,
    tag_member,
    remark,
    filter,
    filter_keyword,
    filter_post,
    marker,
    conversation,
    hashtag_follow,
    hall_secret,
    poll,
    poll_option,
    poll_vote,
    group_detail,
    membership,
    group_mute,
    group_invitation,
    group_mark,
    group_act,
    quote,
    quote_leave,
    push_subscription,
    push_delivery,
    report,
    report_post,
    report_rule,
    post_need,
    media_need,
    media_tile,
    collection,
    item,
    item_facet,
    item_point,
    collection_item,
    exhibition,
    exhibition_block,
    item_link,
    item_file,
    transcript,
    item_note,
    authority,
    authority_name,
    item_authority,
    roll_call,
    roll_call_field,
    roll_call_entry,
    announcement,
    confirmation,
    digest,
    alliance,
    partner,
    partner_item,
    partner_open,
);
