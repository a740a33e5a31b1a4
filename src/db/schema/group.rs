//! The tables of groups.

diesel::table! {
    group_detail (actor_id) {
        actor_id -> BigInt,
        axis -> Text,
        topic -> Text,
        entrance -> Text,
        is_private -> Bool,
        posting -> Text,
        rules -> Text,
        questions -> Text,
        called_at -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    membership (id) {
        id -> BigInt,
        group_id -> BigInt,
        actor_id -> BigInt,
        role -> Text,
        state -> Text,
        follow_uri -> Text,
        answers -> Text,
        reason -> Text,
        created_at -> BigInt,
        joined_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    group_mute (actor_id, group_id) {
        actor_id -> BigInt,
        group_id -> BigInt,
    }
}

diesel::table! {
    group_invitation (id) {
        id -> BigInt,
        group_id -> BigInt,
        token_hash -> Text,
        created_by -> BigInt,
        created_at -> BigInt,
        expires_at -> BigInt,
        uses_left -> BigInt,
    }
}

diesel::table! {
    group_mark (post_id) {
        post_id -> BigInt,
        group_id -> BigInt,
        pinned_at -> Nullable<BigInt>,
        locked_at -> Nullable<BigInt>,
        removed_at -> Nullable<BigInt>,
        removed_by -> Nullable<BigInt>,
        reason -> Text,
        tokens -> Text,
    }
}

diesel::table! {
    group_act (id) {
        id -> BigInt,
        group_id -> BigInt,
        by_id -> BigInt,
        kind -> Text,
        subject_id -> Nullable<BigInt>,
        post_id -> Nullable<BigInt>,
        reason -> Text,
        created_at -> BigInt,
    }
}
