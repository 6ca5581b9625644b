//! The version of the data: one number that goes up with every change.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::schema::dataset;

/// The version of all data, as it was when it was read.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
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
    /// SHA-256 of the seed files that were loaded last.
    pub seed_sha256: Option<String>,
}

/// Reads the version.
pub async fn read(connection: &mut AsyncPgConnection) -> QueryResult<Dataset> {
    dataset::table.select(Dataset::as_select()).first(connection).await
}

/// Makes this transaction the only one that writes, until it ends. Readers are not kept waiting.
///
/// Every writer takes this lock before it touches anything else, so that two never wait for each
/// other.
pub async fn lock(connection: &mut AsyncPgConnection) -> QueryResult<()> {
    let _version: i64 = dataset::table.select(dataset::version).for_update().first(connection).await?;
    Ok(())
}
