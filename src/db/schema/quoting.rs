//! What posts quote, and the leaves to quote.

diesel::table! {
    quote (post_id) {
        post_id -> BigInt,
        uri -> Text,
        quoted_id -> Nullable<BigInt>,
        is_approved -> Bool,
    }
}

diesel::table! {
    quote_leave (id) {
        id -> BigInt,
        post_id -> BigInt,
        actor_id -> BigInt,
        quoting -> Text,
        created_at -> BigInt,
    }
}
