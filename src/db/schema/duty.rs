//! What officers are told: reports.

diesel::table! {
    report (id) {
        id -> BigInt,
        uri -> Text,
        host -> Text,
        reporter_id -> BigInt,
        target_id -> BigInt,
        category -> Text,
        comment -> Text,
        is_forwarded -> Bool,
        state -> Text,
        assigned_id -> Nullable<BigInt>,
        acted_id -> Nullable<BigInt>,
        acted_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    report_post (report_id, post_id) {
        report_id -> BigInt,
        post_id -> BigInt,
    }
}

diesel::table! {
    report_rule (report_id, place) {
        report_id -> BigInt,
        place -> BigInt,
        text -> Text,
    }
}
