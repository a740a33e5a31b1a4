//! What posts ask, and what was answered.

diesel::table! {
    poll (post_id) {
        post_id -> BigInt,
        is_many -> Bool,
        is_secret -> Bool,
        ends_at -> Nullable<BigInt>,
        closed_at -> Nullable<BigInt>,
        voters -> Nullable<BigInt>,
    }
}

diesel::table! {
    poll_option (post_id, place) {
        post_id -> BigInt,
        place -> BigInt,
        title -> Text,
        votes -> BigInt,
    }
}

diesel::table! {
    poll_vote (post_id, actor_id, place) {
        post_id -> BigInt,
        actor_id -> BigInt,
        place -> BigInt,
        created_at -> BigInt,
    }
}
