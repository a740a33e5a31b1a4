//! Bringing the tables up to date, under a lock, each migration in a transaction; a newer database is left alone.

use std::collections::BTreeSet;

use diesel::RunQueryDsl;
use diesel::backend::Backend;
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::migration::MigrationSource;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::link::Link;
use crate::error::{Error, Result};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// The advisory lock under which processes of one hall take turns at migrating.
const LOCK: i64 = 0x6875_6967_7561_6e00;

/// Applies what is missing.
///
/// Errors: `Broken` if the database has migrations that this program does not know, or if one fails.
pub(super) fn run(link: &mut Link) -> Result<()> {
    match link {
        Link::Sqlite(sqlite) => {
            // One process at a time: another that opens the same file waits here and then finds nothing to do.
            AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE")?;
            match apply(sqlite, SQLITE) {
                Ok(()) => Ok(AnsiTransactionManager::commit_transaction(sqlite)?),
                Err(e) => {
                    AnsiTransactionManager::rollback_transaction(sqlite)?;
                    Err(e)
                }
            }
        }
        Link::Pg(pg) => {
            diesel::sql_query(format!("SELECT pg_advisory_lock({LOCK})")).execute(pg)?;
            let applied = apply(pg, POSTGRES);
            diesel::sql_query(format!("SELECT pg_advisory_unlock({LOCK})")).execute(pg)?;
            applied
        }
    }
}

fn apply<DB: Backend>(harness: &mut impl MigrationHarness<DB>, source: EmbeddedMigrations) -> Result<()> {
    let failed = |e: Box<dyn std::error::Error + Send + Sync>| Error::Broken(e);
    let known: BTreeSet<String> = MigrationSource::<DB>::migrations(&source)
        .map_err(failed)?
        .iter()
        .map(|m| m.name().version().to_string())
        .collect();
    let applied = harness.applied_migrations().map_err(failed)?;
    if let Some(unknown) = applied.iter().map(ToString::to_string).find(|v| !known.contains(v)) {
        return Err(Error::broken(format!(
            "the database is newer than this program (it has migration {unknown}); nothing was changed: \
             start it with the newer program"
        )));
    }
    harness.run_pending_migrations(source).map_err(failed)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::link::{SqliteMode, open_sqlite};
    use crate::db::schema;
    use diesel::{QueryDsl, connection::SimpleConnection};

    fn migrated() -> Link {
        let mut link = open_sqlite(":memory:", SqliteMode::Writer).unwrap();
        run(&mut link).unwrap();
        link
    }

    macro_rules! has_all_columns {
        ($link:expr, $($table:ident),+) => {$(
            schema::$table::table.count().get_result::<i64>($link).unwrap();
            schema::$table::table.limit(0).execute($link).unwrap();
        )+};
    }

    #[test]
    fn the_schema_has_the_columns_that_the_migrations_make() {
        let link = &mut migrated();
        has_all_columns!(
            link,
            hall,
            actor,
            actor_key,
            login,
            session,
            invitation,
            follow,
            post,
            reaction,
            post_audience,
            viewer_token,
            bookmark,
            boost,
            feed,
            post_version,
            post_copy,
            profile,
            profile_field,
            pin,
            tombstone,
            event,
            event_work,
            activity,
            delivery,
            arrival,
            signature_seen,
            peer,
            audit,
            block,
            block_host,
            apart,
            muted,
            notice,
            app,
            token,
            token_code,
            tag,
            tag_member,
            remark,
            filter,
            filter_keyword,
            filter_post,
            marker,
            hall_secret,
            poll,
            poll_option,
            poll_vote,
            push_subscription,
            push_delivery,
            report,
            report_post,
            report_rule,
            quote,
            quote_leave,
            group_detail,
            membership,
            group_mute,
            group_invitation,
            group_mark,
            group_act,
            search_work,
            search_state,
            searchable,
            post_searchable
        );
    }

    #[test]
    fn the_tables_of_announcements_have_their_columns_too() {
        let link = &mut migrated();
        has_all_columns!(link, alliance, announcement, confirmation, digest);
    }

    #[test]
    fn so_has_that_of_roll_calls() {
        has_all_columns!(&mut migrated(), roll_call, roll_call_field, roll_call_entry);
    }

    #[test]
    fn so_have_those_of_files_of_the_archive() {
        has_all_columns!(&mut migrated(), file_text, upload, gift, item_point);
    }

    #[test]
    fn so_have_those_of_people_and_places() {
        has_all_columns!(&mut migrated(), authority, authority_name, item_authority);
    }

    #[test]
    fn going_down_leaves_nothing_behind_and_up_works_again() {
        let Link::Sqlite(mut sqlite) = migrated() else { panic!("not SQLite") };
        sqlite.revert_all_migrations(SQLITE).unwrap();
        apply(&mut sqlite, SQLITE).unwrap();
    }

    #[test]
    fn a_newer_database_is_refused_and_left_alone() {
        let mut link = migrated();
        link.batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('99990101000000')").unwrap();
        let refusal = run(&mut link).unwrap_err().to_string();
        assert!(refusal.contains("newer than this program"), "{refusal}");
    }
}
