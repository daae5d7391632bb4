//! Both engines have the tables that `tables.rs` says, whichever way the migrations run.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::collections::BTreeSet;

use crier_schema::pool::DatabaseUrl;
use crier_schema::{AnyConnection, migrate};
use crier_testing::on_each_database;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    described: String,
}

/// An index of words is each engine's own: `search_words` is left out.
const SQLITE: &str = "SELECT m.name || '.' || c.name || CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 \
     THEN ' not null' ELSE '' END AS described \
     FROM sqlite_master m JOIN pragma_table_info(m.name) c \
     WHERE m.type IN ('table', 'view') AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\' \
     AND m.name NOT LIKE 'search\\_words%' ESCAPE '\\'";
const POSTGRES: &str = "SELECT table_name || '.' || column_name || \
     CASE WHEN is_nullable = 'NO' THEN ' not null' ELSE '' END AS described \
     FROM information_schema.columns \
     WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%' \
     AND table_name <> 'search_words'";

fn columns(conn: &mut AnyConnection) -> BTreeSet<String> {
    let statement = match conn {
        AnyConnection::Sqlite(_) => SQLITE,
        AnyConnection::Postgres(_) => POSTGRES,
    };
    let rows: Vec<Column> = diesel::sql_query(statement).load(conn).unwrap();
    rows.into_iter().map(|row| row.described).collect()
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Functions that steps made; SQLite has none.
fn functions(conn: &mut AnyConnection) -> i64 {
    let AnyConnection::Postgres(conn) = conn else { return 0 };
    let ours = "SELECT COUNT(*) AS count FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace \
         LEFT JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e' \
         WHERE n.nspname = 'public' AND d.objid IS NULL AND p.proname NOT LIKE 'diesel%'";
    diesel::sql_query(ours).get_result::<Count>(conn).unwrap().count
}

#[test]
fn up_down_up_gives_the_same_columns_on_both_engines() {
    let seen = std::cell::RefCell::new(Vec::new());
    on_each_database(|database| {
        let mut conn = database.url.connect().unwrap();
        migrate::up(&mut conn).unwrap();
        let first = columns(&mut conn);
        migrate::down(&mut conn).unwrap();
        assert!(columns(&mut conn).is_empty());
        assert_eq!(functions(&mut conn), 0);
        assert_eq!(migrate::up(&mut conn).unwrap(), migrate::STEPS.len());
        assert_eq!(columns(&mut conn), first);
        assert_eq!(migrate::up(&mut conn).unwrap(), 0);
        seen.borrow_mut().push(first);
    });
    let seen = seen.into_inner();
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]));
}

/// Loads no rows through each `table!`: a column that is missing or named otherwise fails.
macro_rules! loads {
    ($conn:ident, $($table:ident),+ $(,)?) => {$(
        crier_schema::tables::$table::table
            .select(crier_schema::tables::$table::all_columns)
            .limit(0)
            .execute($conn)
            .unwrap_or_else(|error| panic!("{}: {error}", stringify!($table)));
    )+};
}

/// Does something with each table.
macro_rules! every_table {
    ($do:ident, $conn:ident) => {
        $do!(
            $conn,
            brands,
            members,
            memberships,
            invitations,
            sessions,
            authenticators,
            recovery_codes,
            passkeys,
            ceremonies,
            password_resets,
            sign_in_rules,
            removed_members,
            closures,
            vouched_members,
            mails,
            host_apps,
            users,
            accounts,
            followers,
            follower_words,
            follower_texts,
            stale_followers,
            tags,
            taggings,
            followings,
            conversations,
            cases,
            desk_settings,
            marks,
            notes,
            team_queues,
            team_queue_tags,
            team_queue_members,
            refilings,
            mentions,
            canned_answers,
            scheduled_replies,
            messages,
            media,
            menus,
            conditional_menus,
            menu_drafts,
            menu_history,
            nodes,
            changes,
            endpoints,
            events,
            deliveries,
            attempts,
            recoveries,
            access_tokens,
            grants,
            scene_codes,
            tallies,
            templates,
            industries,
            permits,
            broadcasts,
            broadcast_settings,
            broadcast_links,
            addressed,
            broadcast_recipients,
            drafts,
            draft_versions,
            draft_presences,
            publications,
            articles,
            comments,
            article_visits,
            reading_counts,
            favourites,
            agents,
            agent_sessions,
            api_usage,
            quota_clearances,
            refusals,
            short_keys,
            auto_replies,
            segments,
            plans,
            plan_recipients,
            stale_lists,
            brand_rules,
            quiet_hours,
            testers,
            daily_counts,
            daily_marks,
            previous_secrets,
            activities,
            activity_heads,
            account_names,
            applications,
            application_documents,
            account_reviews,
            installation_settings,
            brand_settings,
            account_retentions,
            retention_marks,
            account_offers,
            erasures,
        );
    };
}

#[test]
fn every_declared_table_is_there() {
    on_each_database(|database| {
        let mut conn = database.url.connect().unwrap();
        migrate::up(&mut conn).unwrap();
        let conn = &mut conn;
        every_table!(loads, conn);
    });
}

#[test]
fn the_list_of_steps_is_the_folder() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations");
    let mut there: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    there.sort();
    let listed: Vec<&str> = migrate::STEPS.iter().map(|step| step.name).collect();
    assert_eq!(there, listed);
}

#[test]
fn an_unknown_scheme_is_refused() {
    for url in
        ["host=localhost dbname=crier", "mysql://x", "crier.db", "sqlite:", "sqlite::memory:"]
    {
        assert!(DatabaseUrl::parse(url).is_err(), "{url}");
    }
}
