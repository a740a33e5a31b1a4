//! The tables of client programs and of what members set by them.

#![allow(missing_docs)]

diesel::table! {
    hall_secret (name) {
        name -> Text,
        value -> Binary,
    }
}

diesel::table! {
    app (id) {
        id -> BigInt,
        client_id -> Text,
        secret_hash -> Text,
        name -> Text,
        website -> Text,
        redirect_uris -> Text,
        scopes -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    token (id) {
        id -> BigInt,
        token_hash -> Text,
        app_id -> Nullable<BigInt>,
        actor_id -> Nullable<BigInt>,
        scopes -> Text,
        created_at -> BigInt,
        seen_at -> BigInt,
    }
}

diesel::table! {
    token_code (code_hash) {
        code_hash -> Text,
        app_id -> BigInt,
        actor_id -> BigInt,
        redirect_uri -> Text,
        scopes -> Text,
        challenge -> Text,
        token_id -> Nullable<BigInt>,
        expires_at -> BigInt,
    }
}

diesel::table! {
    tag (id) {
        id -> BigInt,
        actor_id -> BigInt,
        name -> Text,
        replies -> Text,
        exclusive -> Bool,
    }
}

diesel::table! {
    tag_member (tag_id, actor_id) {
        tag_id -> BigInt,
        actor_id -> BigInt,
    }
}

diesel::table! {
    remark (actor_id, other_id) {
        actor_id -> BigInt,
        other_id -> BigInt,
        body -> Text,
    }
}

diesel::table! {
    filter (id) {
        id -> BigInt,
        actor_id -> BigInt,
        title -> Text,
        contexts -> Text,
        act -> Text,
        expires_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    filter_keyword (id) {
        id -> BigInt,
        filter_id -> BigInt,
        keyword -> Text,
        whole_word -> Bool,
    }
}

diesel::table! {
    filter_post (id) {
        id -> BigInt,
        filter_id -> BigInt,
        post_id -> BigInt,
    }
}

diesel::table! {
    marker (actor_id, timeline) {
        actor_id -> BigInt,
        timeline -> Text,
        last_read_id -> BigInt,
        version -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    conversation (actor_id, thread_id) {
        actor_id -> BigInt,
        thread_id -> BigInt,
        read_id -> BigInt,
        gone_id -> BigInt,
    }
}

diesel::table! {
    hashtag_follow (id) {
        id -> BigInt,
        actor_id -> BigInt,
        name -> Text,
    }
}

diesel::table! {
    hall (id) {
        id -> BigInt,
        origin -> Text,
        name -> Text,
        motto -> Text,
        about -> Text,
        rules -> Text,
        language -> Text,
        languages -> Text,
        time_zone -> Text,
        setup_token -> Nullable<Text>,
        created_at -> BigInt,
        takes_gifts -> Bool,
    }
}

diesel::table! {
    invitation (id) {
        id -> BigInt,
        token_hash -> Text,
        created_by -> BigInt,
        note -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        used_by -> Nullable<BigInt>,
        used_at -> Nullable<BigInt>,
    }
}
