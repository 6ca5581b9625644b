//! Migrations, carried inside the program and applied at its start, with the comments of the columns that are fields.

use diesel::migration::MigrationSource;
use diesel::pg::Pg;
use diesel::result::Error as QueryError;
use diesel::sql_types::{Bool, Nullable, Text};
use diesel::{QueryResult, QueryableByName, sql_query};
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::model::case::Field;

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

/// The migrations that a database lacks, by their versions; asked without writing anything.
pub async fn missing(connection: &mut AsyncPgConnection) -> QueryResult<Vec<String>> {
    let has_any = sql_query("select to_regclass('__diesel_schema_migrations') is not null as it");
    let applied: Vec<Version> = match has_any.get_result::<Is>(connection).await?.it {
        true => sql_query("select version from __diesel_schema_migrations").load(connection).await?,
        false => Vec::new(),
    };
    let known = known()?.into_iter();
    Ok(known.filter(|known| applied.iter().all(|applied| applied.version != *known)).collect())
}

/// The versions of all migrations of this program.
pub fn known() -> QueryResult<Vec<String>> {
    let known = MigrationSource::<Pg>::migrations(&MIGRATIONS).map_err(QueryError::QueryBuilderError)?;
    Ok(known.iter().map(|migration| migration.name().version().as_owned().to_string()).collect())
}

/// Whether nothing can be written on a connection: its server is a replica, or told so.
pub async fn is_read_only(connection: &mut AsyncPgConnection) -> QueryResult<bool> {
    let is = sql_query("select pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as it");
    Ok(is.get_result::<Is>(connection).await?.it)
}

#[derive(QueryableByName)]
struct Is {
    #[diesel(sql_type = Bool)]
    it: bool,
}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Text)]
    version: String,
}

/// Applies what is missing and gives the names of what was applied. Needs a multi-thread runtime.
pub fn apply_pending(connection: AsyncPgConnection) -> Result<(AsyncPgConnection, Vec<String>), MigrationError> {
    let mut harness = AsyncMigrationHarness::new(connection);
    // With many cases each takes minutes, which nobody should take for a program that hangs.
    let is_told = !harness.applied_migrations().map_err(MigrationError)?.is_empty();
    let pending = harness.pending_migrations(MIGRATIONS).map_err(MigrationError)?;
    let mut names = Vec::new();
    for (number, migration) in (1..).zip(&pending) {
        if is_told {
            let name = migration.name();
            log::info!("brings the database up to date, step {number} of {}: {name}", pending.len());
        }
        names.push(harness.run_migration(migration).map_err(MigrationError)?.to_string());
    }
    Ok((harness.into_inner(), names))
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Nullable<Text>)]
    comment: Option<String>,
}

/// Sets the comments of the columns that are fields of a case, where they say something else than the table of fields.
pub async fn describe_fields(connection: &mut AsyncPgConnection) -> QueryResult<()> {
    let columns: Vec<Column> = diesel::sql_query(
        "select attrelid::regclass::text as table_name, attname::text as column_name,
             col_description(attrelid, attnum) as comment
         from pg_attribute
         where attrelid in ('offer_cases'::regclass, 'staged_cases'::regclass) and attnum > 0 and not attisdropped",
    )
    .load(connection)
    .await?;
    let mut changes = String::new();
    for Column { table_name, column_name, comment } in columns {
        let field = Field::ALL.iter().find(|field| field.column() == Some(&column_name));
        let description = field.map(|field| field.definition().description.trim());
        if let Some(description) = description.filter(|description| comment.as_deref() != Some(description)) {
            let quoted = description.replace('\'', "''");
            changes.push_str(&format!("comment on column {table_name}.{column_name} is '{quoted}';\n"));
        }
    }
    if changes.is_empty() { Ok(()) } else { connection.batch_execute(&changes).await }
}
