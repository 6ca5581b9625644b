//! Connections beside the pool, for what may take long.

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use tokio::sync::OwnedSemaphorePermit;
use tokio_postgres::{CancelToken, NoTls};

use super::DatabaseError;

/// A connection that sees one state of the data and may only read. Where it is given up in the middle of a query, the
/// server is told to stop.
pub struct LongLease {
    /// The connection, in its transaction.
    pub connection: AsyncPgConnection,
    cancel: CancelToken,
    _permit: OwnedSemaphorePermit,
}

impl LongLease {
    pub(super) async fn begin(
        mut connection: AsyncPgConnection,
        permit: OwnedSemaphorePermit,
    ) -> Result<Self, DatabaseError> {
        let begin = "begin isolation level repeatable read read only; set local statement_timeout = 0";
        connection.batch_execute(begin).await?;
        let cancel = connection.cancel_token();
        Ok(Self { connection, cancel, _permit: permit })
    }
}

impl Drop for LongLease {
    fn drop(&mut self) {
        let cancel = self.cancel.clone();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            // Of no effect where no query runs.
            runtime.spawn(async move { cancel.cancel_query(NoTls).await });
        }
    }
}
