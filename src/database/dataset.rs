//! The version of the data: one number that goes up with every change.

use chrono::{DateTime, Utc};
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::Error as QueryError;
use diesel::sql_types::{BigInt, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

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
}

/// The version of all data as columns of a query on another table: it is of the same state as the rows, and costs no
/// round trip of its own. Loaded as a [`Dataset`].
#[derive(Debug, Clone, Copy, QueryId)]
pub struct CurrentDataset;

impl Expression for CurrentDataset {
    type SqlType = (BigInt, BigInt, BigInt, Timestamptz);
}
impl<Table: QuerySource> AppearsOnTable<Table> for CurrentDataset {}
impl<Table: QuerySource> SelectableExpression<Table> for CurrentDataset {}
impl ValidGrouping<()> for CurrentDataset {
    type IsAggregate = is_aggregate::Never;
}

impl QueryFragment<Pg> for CurrentDataset {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("(select version from dataset), (select catalog_version from dataset), ");
        out.push_sql("(select reread_version from dataset), (select changed_at from dataset)");
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

/// SHA-256 of the seed files that were loaded last.
pub async fn seed_sha256(connection: &mut AsyncPgConnection) -> QueryResult<Option<String>> {
    there(dataset::table.select(dataset::seed_sha256).first(connection).await)
}

/// Makes this transaction the only one that writes, until it ends. Readers are not kept waiting.
///
/// Every writer takes this lock before it touches anything else, so that two never wait for each
/// other.
pub async fn lock(connection: &mut AsyncPgConnection) -> QueryResult<()> {
    let _version: i64 = there(dataset::table.select(dataset::version).for_update().first(connection).await)?;
    Ok(())
}
