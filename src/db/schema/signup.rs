//! The lists by which people sign up.

diesel::table! {
    roll_call (post_id) {
        post_id -> BigInt,
        is_ours -> Bool,
        capacity -> Nullable<BigInt>,
        ends_at -> Nullable<BigInt>,
        closed_at -> Nullable<BigInt>,
        heads -> BigInt,
        waiting -> BigInt,
        entries -> BigInt,
        changed_at -> BigInt,
    }
}

diesel::table! {
    roll_call_field (post_id, place) {
        post_id -> BigInt,
        place -> BigInt,
        title -> Text,
        choices -> Text,
    }
}

diesel::table! {
    roll_call_entry (id) {
        id -> BigInt,
        post_id -> BigInt,
        actor_id -> Nullable<BigInt>,
        by_id -> Nullable<BigInt>,
        name -> Text,
        heads -> BigInt,
        note -> Text,
        answers -> Text,
        state -> Text,
        reply_id -> Nullable<BigInt>,
        join_uri -> Text,
        reason -> Text,
        created_at -> BigInt,
        edited_at -> Nullable<BigInt>,
    }
}
