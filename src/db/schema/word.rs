//! What the texts of posts point at.

diesel::table! {
    mention (post_id, actor_id) {
        post_id -> BigInt,
        actor_id -> BigInt,
    }
}

diesel::table! {
    hashtag (name, post_id) {
        name -> Text,
        post_id -> BigInt,
    }
}

diesel::table! {
    emoji (host, shortcode) {
        host -> Text,
        shortcode -> Text,
        media_id -> BigInt,
    }
}
