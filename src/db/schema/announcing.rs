//! The tables of notices, of announcements, and of what goes with them.

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

diesel::table! {
    alliance (group_id) {
        group_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    notice (id) {
        id -> BigInt,
        actor_id -> BigInt,
        kind -> Text,
        by_id -> BigInt,
        post_id -> Nullable<BigInt>,
        about_id -> Nullable<BigInt>,
        created_at -> BigInt,
        read_at -> Nullable<BigInt>,
        report_id -> Nullable<BigInt>,
        group_id -> Nullable<BigInt>,
    }
}
