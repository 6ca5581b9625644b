//! The version of the data: one number that goes up with every change.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::Error as QueryError;
use diesel::sql_types::{BigInt, Bool, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use sha2::{Digest, Sha256};

use super::damage::NoDataset;
use super::schema::dataset;

/// The version of all data, as it was when it was read.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Queryable, Selectable)]
#[diesel(table_name = dataset, check_for_backend(diesel::pg::Pg))]
pub struct Dataset {
    /// Goes up in the same transaction as any change of data.
    pub version: i64,
    /// The version at which reference data last changed.
    pub catalog_version: i64,
    /// The version at which cases were last removed: what was read before is to be read anew.
    pub reread_version: i64,
    /// When data last changed.
    pub changed_at: DateTime<Utc>,
    /// The history that the version is of: the server's identifier and its timeline.
    pub lineage: String,
}

impl Dataset {
    /// A version of a history, for tests.
    #[cfg(test)]
    pub fn at(version: i64, lineage: &str) -> Self {
        let changed_at = DateTime::UNIX_EPOCH;
        Self { version, catalog_version: 1, reread_version: 1, changed_at, lineage: lineage.to_owned() }
    }

    /// Where the data is in its history: the timeline, and the version in it; with what tells histories apart that have
    /// nothing to do with each other.
    fn position(&self) -> (&str, i64, i64) {
        let (system, timeline) = self.lineage.split_once('.').unwrap_or((&self.lineage, ""));
        (system, timeline.parse().unwrap_or_default(), self.version)
    }

    /// Whether it is an earlier state of the same data.
    pub fn is_behind(&self, other: &Self) -> bool {
        let (own, others) = (self.position(), other.position());
        own.0 == others.0 && own < others
    }

    /// Whether a server that takes writes, and would write this history now, writes no more of the history of this state. What
    /// is later than that server's own is lost then; else it is only to come: replicas show what is written before it is
    /// acknowledged, and the server that it was written to shows it afterwards.
    pub fn has_ended(&self, lineage_of_now: &str) -> bool {
        self.lineage != lineage_of_now
    }

    /// What stands for the history in answers.
    pub fn short_lineage(&self) -> String {
        let digest = Sha256::digest(self.lineage.as_bytes());
        let start = digest.first_chunk().copied().map_or(0, u32::from_be_bytes);
        format!("{start:08x}")
    }

    /// The version as answers give it, and as requests give it back: with the history that it is of.
    pub fn token(&self) -> String {
        format!("{}-{}", self.version, self.short_lineage())
    }

    /// That of a row that begins with [`COLUMNS`].
    pub fn of_row(row: &tokio_postgres::Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            version: row.try_get(0)?,
            catalog_version: row.try_get(1)?,
            reread_version: row.try_get(2)?,
            changed_at: DateTime::from_timestamp_micros(row.try_get(3)?).unwrap_or_default(),
            lineage: row.try_get(4)?,
        })
    }
}

/// How long a replica is given to come as far as what was seen, with pauses between the looks at it: it lags by a few
/// milliseconds, where all is well.
pub const CATCH_UP: &[Duration] = &[
    Duration::ZERO,
    Duration::from_millis(5),
    Duration::from_millis(10),
    Duration::from_millis(20),
    Duration::from_millis(50),
    Duration::from_millis(100),
];
/// What is selected of the table for [`Dataset::of_row`].
pub const COLUMNS: &str = "version, catalog_version, reread_version,
    (extract(epoch from changed_at) * 1000000)::bigint, lineage";

/// The version of all data as columns of a query on another table: it is of the same state as the rows, and costs no
/// round trip of its own. Loaded as a [`Dataset`].
#[derive(Debug, Clone, Copy, QueryId)]
pub struct CurrentDataset;

impl Expression for CurrentDataset {
    type SqlType = (BigInt, BigInt, BigInt, Timestamptz, Text);
}
impl<Table: QuerySource> AppearsOnTable<Table> for CurrentDataset {}
impl<Table: QuerySource> SelectableExpression<Table> for CurrentDataset {}
impl ValidGrouping<()> for CurrentDataset {
    type IsAggregate = is_aggregate::Never;
}

impl QueryFragment<Pg> for CurrentDataset {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("(select version from dataset), (select catalog_version from dataset), ");
        out.push_sql("(select reread_version from dataset), (select changed_at from dataset), ");
        out.push_sql("(select lineage from dataset)");
        Ok(())
    }
}

/// Reads the version.
pub async fn read(mut connection: &AsyncPgConnection) -> QueryResult<Dataset> {
    there(dataset::table.select(Dataset::as_select()).first(&mut connection).await)
}

/// What the one row has, which is there as long as the table is whole.
fn there<T>(read: QueryResult<T>) -> QueryResult<T> {
    match read {
        Err(QueryError::NotFound) => Err(QueryError::QueryBuilderError(Box::new(NoDataset))),
        read => read,
    }
}

/// Whether the server is a replica, whose word on the version is not the last.
pub async fn is_of_replica(mut connection: &AsyncPgConnection) -> QueryResult<bool> {
    diesel::select(sql::<Bool>("pg_is_in_recovery()")).get_result(&mut connection).await
}

/// Asks a server that takes writes which history it would write now.
pub const LINEAGE_OF_NOW: &str = "current_lineage('dataset'::regclass)";

/// Which history a server that takes writes would write now.
pub async fn lineage_of_now(mut connection: &AsyncPgConnection) -> QueryResult<String> {
    diesel::select(sql::<Text>(LINEAGE_OF_NOW)).get_result(&mut connection).await
}

/// SHA-256 of the seed files that were loaded last.
pub async fn seed_sha256(connection: &mut AsyncPgConnection) -> QueryResult<Option<String>> {
    there(dataset::table.select(dataset::seed_sha256).first(connection).await)
}

/// The number of the seed that was loaded last, where it is known.
pub async fn seed_serial(connection: &mut AsyncPgConnection) -> QueryResult<Option<i64>> {
    there(dataset::table.select(dataset::seed_serial).first(connection).await)
}

/// Makes this transaction the only one that writes, until it ends. Readers are not kept waiting.
///
/// Every writer takes this lock before it touches anything else, so that two never wait for each
/// other.
pub async fn lock(connection: &mut AsyncPgConnection) -> QueryResult<()> {
    let _version: i64 = there(dataset::table.select(dataset::version).for_update().first(connection).await)?;
    Ok(())
}
