//! The tables of announcements.

diesel::table! {
    announcement (post_id) {
        post_id -> BigInt,
        group_id -> BigInt,
        office -> Text,
        priority -> Text,
        asks -> Bool,
        confirm_by -> Nullable<BigInt>,
        expires_at -> Nullable<BigInt>,
        asks_until -> BigInt,
        told_at -> BigInt,
        reminded_at -> BigInt,
    }
}

diesel::table! {
    confirmation (post_id, actor_id) {
        post_id -> BigInt,
        actor_id -> BigInt,
        way -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    digest (login_id) {
        login_id -> BigInt,
        rhythm -> Text,
        token -> Text,
        told_until -> BigInt,
        due_at -> BigInt,
        attempts -> BigInt,
        claimed_until -> BigInt,
    }
}
