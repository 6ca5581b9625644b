//! Migrations, carried inside the program and applied at its start.

use diesel::QueryResult;
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

/// Everything in `migrations/`.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// Number of the advisory lock that only one starting program holds at a time ("offercas" in ASCII).
const START_LOCK: i64 = 0x6f66_6665_7263_6173;

/// Why migrations could not be applied.
#[derive(Debug, thiserror::Error)]
#[error("applying the migrations: {0}")]
pub struct MigrationError(Box<dyn std::error::Error + Send + Sync>);

/// Waits until no other program starts on this database; the lock ends with the connection.
pub async fn lock_start(connection: &mut AsyncPgConnection) -> QueryResult<()> {
    diesel::sql_query("select pg_advisory_lock($1)")
        .bind::<diesel::sql_types::BigInt, _>(START_LOCK)
        .execute(connection)
        .await
        .map(|_| ())
}

/// Applies what is missing and gives the names of what was applied. Needs a multi-thread runtime.
pub fn apply_pending(connection: AsyncPgConnection) -> Result<(AsyncPgConnection, Vec<String>), MigrationError> {
    let mut harness = AsyncMigrationHarness::new(connection);
    let applied = harness.run_pending_migrations(MIGRATIONS).map_err(MigrationError)?;
    let names = applied.iter().map(ToString::to_string).collect();
    Ok((harness.into_inner(), names))
}
