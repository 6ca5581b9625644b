//! What imports there were, and whether one is under way.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Nullable, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::staging::IMPORT_LOCK;

/// What imports there were, and whether one is under way.
#[derive(Debug, Clone, Copy, QueryableByName)]
pub struct ImportState {
    /// When the last one was committed.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub last_finished_at: Option<DateTime<Utc>>,
    /// Whether one, or a change of names, is under way; always false of a replica.
    #[diesel(sql_type = Bool)]
    pub is_under_way: bool,
}

impl ImportState {
    /// Reads it.
    ///
    /// # Errors
    /// Where the query fails.
    pub async fn read(connection: &mut AsyncPgConnection) -> diesel::QueryResult<Self> {
        // A lock with a key of 64 bits is listed by its halves.
        let state = diesel::sql_query(
            "select (select finished_at from imports order by id desc limit 1) as last_finished_at,
                exists (
                    select from pg_locks
                    where locktype = 'advisory' and granted and objsubid = 1
                        and database = (select oid from pg_database where datname = current_database())
                        and (classid::bigint << 32) | objid::bigint = $1
                ) as is_under_way",
        );
        state.bind::<BigInt, _>(IMPORT_LOCK).get_result(connection).await
    }
}
