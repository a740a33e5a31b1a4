//! The tables of public accounts and their articles.

use super::{actor, follow, media, post};

diesel::table! {
    account (actor_id) {
        actor_id -> BigInt,
        kind -> Text,
        topics -> Text,
        menu -> Text,
        talk -> Text,
        welcome -> Text,
        created_at -> BigInt,
        moved_to -> Text,
    }
}

diesel::table! {
    account_staff (account_id, actor_id) {
        account_id -> BigInt,
        actor_id -> BigInt,
        role -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    account_act (id) {
        id -> BigInt,
        account_id -> BigInt,
        by_id -> BigInt,
        kind -> Text,
        subject_id -> Nullable<BigInt>,
        title -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    account_answer (id) {
        id -> BigInt,
        account_id -> BigInt,
        words -> Text,
        reply -> Text,
    }
}

diesel::table! {
    account_mark (reader_id, account_id) {
        reader_id -> BigInt,
        account_id -> BigInt,
        read_id -> BigInt,
    }
}

diesel::table! {
    account_told (actor_id) {
        actor_id -> BigInt,
        kind -> Text,
    }
}

diesel::table! {
    series (id) {
        id -> BigInt,
        account_id -> BigInt,
        title -> Text,
        about -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    article (post_id) {
        post_id -> BigInt,
        author_id -> BigInt,
        subtitle -> Text,
        digest -> Text,
        bylines -> Text,
        cover_id -> Nullable<BigInt>,
        is_original -> Bool,
        licence -> Text,
        source_name -> Text,
        source_url -> Text,
        series_id -> Nullable<BigInt>,
        chars -> BigInt,
        sent_at -> Nullable<BigInt>,
        reads -> BigInt,
        series_title -> Text,
        series_url -> Text,
        place -> BigInt,
    }
}

diesel::table! {
    article_script (post_id, language) {
        post_id -> BigInt,
        language -> Text,
        title -> Text,
        digest -> Text,
        body_html -> Text,
    }
}

diesel::table! {
    article_read (post_id, reader) {
        post_id -> BigInt,
        reader -> Text,
        day -> BigInt,
    }
}

diesel::table! {
    article_comment (post_id) {
        post_id -> BigInt,
        root_id -> BigInt,
        state -> Text,
        pinned_at -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    draft (id) {
        id -> BigInt,
        account_id -> BigInt,
        post_id -> Nullable<BigInt>,
        state -> Text,
        revision -> BigInt,
        content -> Text,
        title -> Text,
        preview -> Text,
        due_at -> Nullable<BigInt>,
        created_by -> BigInt,
        updated_by -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    draft_copy (id) {
        id -> BigInt,
        draft_id -> BigInt,
        by_id -> BigInt,
        content -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    draft_script (draft_id, language) {
        draft_id -> BigInt,
        language -> Text,
        title -> Text,
        digest -> Text,
        body -> Text,
        is_checked -> Bool,
    }
}

diesel::table! {
    draft_media (media_id) {
        media_id -> BigInt,
        draft_id -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(account, actor);
diesel::allow_tables_to_appear_in_same_query!(account, account_staff);
diesel::allow_tables_to_appear_in_same_query!(account_staff, actor);
diesel::allow_tables_to_appear_in_same_query!(account_act, actor);
diesel::allow_tables_to_appear_in_same_query!(article, post);
diesel::allow_tables_to_appear_in_same_query!(article, actor);
diesel::allow_tables_to_appear_in_same_query!(article, series);
diesel::allow_tables_to_appear_in_same_query!(article, follow);
diesel::allow_tables_to_appear_in_same_query!(article_comment, post);
diesel::allow_tables_to_appear_in_same_query!(article_comment, actor);
diesel::allow_tables_to_appear_in_same_query!(draft, actor);
diesel::allow_tables_to_appear_in_same_query!(draft, post);
diesel::allow_tables_to_appear_in_same_query!(draft_copy, actor);
diesel::allow_tables_to_appear_in_same_query!(draft_media, media);
diesel::allow_tables_to_appear_in_same_query!(article_script, post);
diesel::allow_tables_to_appear_in_same_query!(account, article);
diesel::allow_tables_to_appear_in_same_query!(series, account);
diesel::allow_tables_to_appear_in_same_query!(draft_media, actor);
diesel::allow_tables_to_appear_in_same_query!(account, follow);
diesel::allow_tables_to_appear_in_same_query!(account_staff, follow);
diesel::allow_tables_to_appear_in_same_query!(account_mark, follow);
