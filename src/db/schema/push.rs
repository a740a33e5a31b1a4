//! Where client programs are told of notices, and what waits to be told.

diesel::table! {
    push_subscription (id) {
        id -> BigInt,
        token_id -> BigInt,
        actor_id -> BigInt,
        endpoint -> Text,
        host -> Text,
        point -> Binary,
        auth -> Binary,
        standard -> Bool,
        alerts -> Text,
        policy -> Text,
        locked_token -> Binary,
        refusals -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    push_delivery (id) {
        id -> BigInt,
        subscription_id -> BigInt,
        notice_id -> BigInt,
        attempts -> BigInt,
        created_at -> BigInt,
        due_at -> BigInt,
        claimed_until -> BigInt,
    }
}
