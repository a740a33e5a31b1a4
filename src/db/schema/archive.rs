//! The tables of the archive.

diesel::table! {
    post_need (post_id, clause, token) {
        post_id -> BigInt,
        clause -> BigInt,
        token -> Text,
    }
}

diesel::table! {
    media_need (media_id, clause, token) {
        media_id -> BigInt,
        clause -> BigInt,
        token -> Text,
    }
}

diesel::table! {
    media_tile (media_id) {
        media_id -> BigInt,
        width -> BigInt,
        height -> BigInt,
    }
}

diesel::table! {
    collection (id) {
        id -> BigInt,
        parent_id -> Nullable<BigInt>,
        level -> Text,
        code -> Text,
        title -> Text,
        names -> Text,
        description -> Text,
        protocol -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    item (id) {
        id -> BigInt,
        code -> Text,
        form -> Text,
        state -> Text,
        collection_id -> Nullable<BigInt>,
        record -> Text,
        date_text -> Text,
        date_edtf -> Text,
        date_earliest -> Text,
        date_latest -> Text,
        protocol -> Text,
        embargo_until -> Nullable<BigInt>,
        living -> Text,
        asks_first -> Bool,
        labels -> Text,
        contributor_id -> Nullable<BigInt>,
        contributor_name -> Text,
        contact -> Text,
        import_key -> Nullable<Text>,
        is_public -> Bool,
        was_public -> Bool,
        is_announced -> Bool,
        highlighted_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    item_facet (item_id, facet, value) {
        item_id -> BigInt,
        facet -> Text,
        value -> Text,
    }
}

diesel::table! {
    item_point (item_id) {
        item_id -> BigInt,
        cell -> BigInt,
    }
}

diesel::table! {
    collection_item (collection_id, item_id) {
        collection_id -> BigInt,
        item_id -> BigInt,
        place -> BigInt,
    }
}

diesel::table! {
    item_link (item_id, other_id) {
        item_id -> BigInt,
        other_id -> BigInt,
    }
}

diesel::table! {
    item_file (id) {
        id -> BigInt,
        item_id -> BigInt,
        place -> BigInt,
        media_id -> Nullable<BigInt>,
        name -> Text,
        label -> Text,
        media_type -> Text,
        bytes -> BigInt,
        sha256 -> Text,
        file_key -> Text,
        protocol -> Text,
        checked_at -> Nullable<BigInt>,
        fault -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    transcript (id) {
        id -> BigInt,
        item_id -> BigInt,
        file_id -> BigInt,
        kind -> Text,
        language -> Text,
        state -> Text,
        body -> Text,
        author_id -> Nullable<BigInt>,
        author_name -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    item_note (id) {
        id -> BigInt,
        item_id -> BigInt,
        author_id -> Nullable<BigInt>,
        author_name -> Text,
        by_archivist -> Bool,
        body -> Text,
        created_at -> BigInt,
        uri -> Nullable<Text>,
        url -> Text,
    }
}

diesel::table! {
    authority (id) {
        id -> BigInt,
        kind -> Text,
        name -> Text,
        variants -> Text,
        romanised -> Text,
        modern_name -> Text,
        latitude -> Text,
        longitude -> Text,
        note -> Text,
        is_living -> Bool,
        created_at -> BigInt,
        updated_at -> BigInt,
        born -> Text,
        died -> Text,
    }
}

diesel::table! {
    authority_name (name, authority_id) {
        name -> Text,
        authority_id -> BigInt,
    }
}

diesel::table! {
    item_authority (authority_id, item_id) {
        authority_id -> BigInt,
        item_id -> BigInt,
    }
}

diesel::table! {
    exhibition (id) {
        id -> BigInt,
        title -> Text,
        lede -> Text,
        published_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    exhibition_block (exhibition_id, place) {
        exhibition_id -> BigInt,
        place -> BigInt,
        item_id -> Nullable<BigInt>,
        source -> Text,
        html -> Text,
    }
}

diesel::table! {
    file_text (file_id) {
        file_id -> BigInt,
        item_id -> BigInt,
        state -> Text,
        reason -> Text,
        body -> Text,
        attempts -> BigInt,
        due_at -> Nullable<BigInt>,
        claimed_until -> BigInt,
    }
}

diesel::table! {
    upload (id) {
        id -> BigInt,
        owner_id -> BigInt,
        name -> Text,
        file -> Text,
        bytes -> BigInt,
        received -> BigInt,
        claimed_until -> BigInt,
        expires_at -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    gift (item_id) {
        item_id -> BigInt,
        token_hash -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    partner (actor_id) {
        actor_id -> BigInt,
        hall -> Text,
        items -> Text,
        page -> Text,
        due_at -> BigInt,
        created_at -> BigInt,
        pages -> BigInt,
        pages_until -> BigInt,
    }
}

diesel::table! {
    partner_item (post_id) {
        post_id -> BigInt,
        form -> Text,
        record -> Text,
        date_text -> Text,
        date_edtf -> Text,
    }
}

// A view: the archives of other halls with which both sides agree to be searched together.
diesel::table! {
    partner_open (actor_id) {
        actor_id -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(gift, item);
