//! What the search index has to look at, how far it is, and who may find whose posts.

diesel::table! {
    search_work (id) {
        id -> BigInt,
        noun -> Text,
        subject_id -> BigInt,
    }
}

diesel::table! {
    search_state (id) {
        id -> BigInt,
        identity -> Text,
        asked_at -> Nullable<BigInt>,
        noun -> Text,
        after_id -> BigInt,
        done -> BigInt,
        total -> BigInt,
        finished_at -> Nullable<BigInt>,
        last_error -> Text,
    }
}

diesel::table! {
    searchable (actor_id) {
        actor_id -> BigInt,
        who -> Text,
    }
}

diesel::table! {
    post_searchable (post_id) {
        post_id -> BigInt,
        who -> Text,
    }
}
