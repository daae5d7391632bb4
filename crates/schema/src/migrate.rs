//! Migrations: one folder a step, both engines side by side, embedded in the binary. The way down is one
//! text for both, but for its end where PostgreSQL has more to drop.
use diesel::backend::Backend;
use diesel::connection::SimpleConnection;
use diesel::migration::{
    Migration, MigrationMetadata, MigrationName, MigrationSource, MigrationVersion, Result,
};
use diesel::pg::Pg;
use diesel::sqlite::Sqlite;
use diesel::{RunQueryDsl, sql_query};
use diesel_migrations::MigrationHarness;

use crate::connection::{AnyConnection, write};

/// One step, with the text of both engines.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// The folder's name; what stands before the first `_` is the version.
    pub name: &'static str,
    postgres: &'static str,
    sqlite: &'static str,
    down: &'static str,
}

impl Step {
    /// Its text on each engine.
    pub const fn texts(&self) -> [&'static str; 2] {
        [self.postgres, self.sqlite]
    }
}

macro_rules! steps {
    ($($name:literal),+ $(,)?) => {
        /// Every step, oldest first. A test compares the list with the folder.
        pub const STEPS: &[Step] = &[$(Step {
            name: $name,
            postgres: include_str!(concat!("../../../migrations/", $name, "/up.postgres.sql")),
            sqlite: include_str!(concat!("../../../migrations/", $name, "/up.sqlite.sql")),
            down: include_str!(concat!("../../../migrations/", $name, "/down.sql")),
        }),+];
    };
}

steps![
    "2026-11-22-000001_create_people",
    "2026-11-22-000002_create_accounts",
    "2026-11-22-000003_create_conversations",
    "2026-11-22-000004_create_deliveries",
    "2026-11-22-000005_create_outreach",
    "2026-11-26-000010_create_tags",
    "2026-11-26-000011_widen_broadcasts",
    "2026-11-26-000020_create_articles",
    "2026-11-26-000030_create_agents",
    "2026-11-26-000040_grow_templates",
    "2026-11-26-000050_create_followings",
    "2026-11-26-000051_index_inbound_messages",
    "2026-11-26-000052_index_broadcasts_of_publications",
    "2026-11-26-000060_create_quotas",
    "2026-11-26-000061_create_short_keys",
    "2026-11-26-000062_add_scene_origins",
    "2026-11-26-000063_create_auto_replies",
    "2026-11-26-000070_create_conditional_menus",
    "2026-11-26-000071_index_grants",
    "2026-11-26-000101_name_accounts",
    "2026-11-26-000110_grow_drafts",
    "2026-11-26-000111_index_comments_of_accounts",
    "2026-11-26-000120_create_segments",
    "2026-11-26-000121_create_plans",
    "2026-11-26-000130_create_follower_words",
    "2026-11-26-000131_create_tallies",
    "2026-11-26-000132_time_auto_replies",
    "2026-11-26-000133_design_menus",
    "2026-11-26-000140_create_cases",
    "2026-11-26-000141_create_notes",
    "2026-11-26-000142_create_canned_answers",
    "2026-11-26-000143_create_scheduled_replies",
    "2026-11-26-000144_create_search",
    "2026-11-26-000150_create_activities",
    "2026-11-26-000151_grow_accounts",
    "2026-11-26-000152_create_applications",
    "2026-11-26-000153_create_brand_settings",
    "2026-11-26-000160_create_sign_in",
    "2026-11-26-000170_create_daily_counts",
    "2026-11-26-000171_create_previous_secrets",
    "2026-11-26-000172_index_refusals",
    "2026-11-26-000180_create_broadcast_links",
    "2026-11-26-000190_remember_removed_members",
    "2026-11-26-000191_zone_members",
    "2026-11-26-000192_close_accounts",
    "2026-11-26-000193_index_deliveries_of_followers",
    "2026-11-26-000200_mail_mentions",
    "2026-11-26-000201_create_team_queues",
    "2026-11-26-000210_time_followers",
    "2026-11-26-000211_count_readings",
    "2026-11-26-000230_index_favourites",
    "2026-11-26-000240_keep_removed_comments",
    "2026-11-27-000250_settle_cases",
];

/// Brings the database up to date and says how many steps that took.
///
/// Several processes may do this at once: the second waits for the first.
///
/// # Errors
/// When a step fails; what it changed is rolled back.
pub fn up(conn: &mut AnyConnection) -> Result<usize> {
    write(conn, |conn| {
        if let AnyConnection::Postgres(conn) = conn {
            sql_query("SELECT pg_advisory_xact_lock(4351)").execute(conn)?;
        }
        let done = match conn {
            AnyConnection::Postgres(conn) => conn.run_pending_migrations(Steps)?.len(),
            AnyConnection::Sqlite(conn) => conn.run_pending_migrations(Steps)?.len(),
        };
        Ok::<_, Failed>(done)
    })
    .map_err(|failed| failed.0)
}

/// Undoes every step: for tests, and for a clean removal.
///
/// # Errors
/// When a step fails.
pub fn down(conn: &mut AnyConnection) -> Result<()> {
    match conn {
        AnyConnection::Postgres(conn) => conn.revert_all_migrations(Steps).map(drop),
        AnyConnection::Sqlite(conn) => conn.revert_all_migrations(Steps).map(drop),
    }
}

struct Failed(Box<dyn std::error::Error + Send + Sync>);

impl From<diesel::result::Error> for Failed {
    fn from(error: diesel::result::Error) -> Self {
        Self(error.into())
    }
}

impl From<Box<dyn std::error::Error + Send + Sync>> for Failed {
    fn from(error: Box<dyn std::error::Error + Send + Sync>) -> Self {
        Self(error)
    }
}

struct Steps;

/// What comes after this in a way down is for PostgreSQL alone.
const POSTGRES_ALONE: &str = "-- PostgreSQL alone:";

/// The texts of a step for one engine.
pub trait Engine: Backend {
    /// The `up` text.
    fn up(step: &Step) -> &'static str;

    /// The `down` text.
    fn down(step: &Step) -> &'static str;
}

impl Engine for Pg {
    fn up(step: &Step) -> &'static str {
        step.postgres
    }

    fn down(step: &Step) -> &'static str {
        step.down
    }
}

impl Engine for Sqlite {
    fn up(step: &Step) -> &'static str {
        step.sqlite
    }

    fn down(step: &Step) -> &'static str {
        step.down.split(POSTGRES_ALONE).next().unwrap_or(step.down)
    }
}

impl<DB: Engine + 'static> MigrationSource<DB> for Steps {
    fn migrations(&self) -> Result<Vec<Box<dyn Migration<DB>>>> {
        Ok(STEPS.iter().map(|step| Box::new(*step) as Box<dyn Migration<DB>>).collect())
    }
}

impl<DB: Engine> Migration<DB> for Step {
    fn run(&self, conn: &mut dyn diesel::connection::BoxableConnection<DB>) -> Result<()> {
        Ok(SimpleConnection::batch_execute(conn, DB::up(self))?)
    }

    fn revert(&self, conn: &mut dyn diesel::connection::BoxableConnection<DB>) -> Result<()> {
        Ok(SimpleConnection::batch_execute(conn, DB::down(self))?)
    }

    fn metadata(&self) -> &dyn MigrationMetadata {
        &Always
    }

    fn name(&self) -> &dyn MigrationName {
        self
    }
}

struct Always;

impl MigrationMetadata for Always {
    fn run_in_transaction(&self) -> bool {
        true
    }
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl MigrationName for Step {
    fn version(&self) -> MigrationVersion<'_> {
        let version = self.name.split('_').next().unwrap_or(self.name);
        version.replace('-', "").into()
    }
}
