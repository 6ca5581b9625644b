//! Pools of connections, and leases of one connection to one request, from a pool or beside it for what may take long.

use std::time::Duration;

use deadpool::managed::{Manager, Metrics, Object, Pool, PoolError, RecycleError, RecycleResult, TimeoutType};
use diesel::result::Error as QueryError;
use diesel_async::pooled_connection::PoolableConnection;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;
use tokio_postgres::CancelToken;

use super::damage::Damage;
use super::dataset::{self, Dataset};
use super::usage::{Purpose, Usage};
use super::{Address, CONNECT_LIMIT, ConnectedTo, DatabaseError, WAIT_LIMIT, establish, is_lost};

type PooledConnection = Object<Maker>;

/// Time that the server is given beyond ours before it cancels a statement by itself.
const SERVER_GRACE: Duration = Duration::from_secs(1);

/// How often a connection is lent before it is replaced, and with it the statements that are
/// prepared on it: there is one for each combination of parameters that readers ask for.
const MAX_USES: usize = 20_000;

/// How statements that come again are planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plans {
    /// Once, where the database finds that this is no worse.
    Kept,
    /// For the values of each time: a rare word is found another way than a frequent one.
    OfValues,
}

/// What is set on connections whose statements are given up by the server a little after `query_limit`.
pub(super) fn limited(query_limit: Duration, plans: Plans) -> String {
    let statement_timeout = (query_limit + SERVER_GRACE).as_millis();
    let plans = match plans {
        Plans::Kept => "",
        Plans::OfValues => "; set plan_cache_mode = force_custom_plan",
    };
    // Cursors are dates and times as text. Compiling a plan would take longer than any query may.
    format!("set statement_timeout = {statement_timeout}; set datestyle = 'ISO'; set jit = off{plans}")
}

/// Makes the connections of a pool.
struct Maker {
    address: Address,
    first: String,
}

/// A connection of a pool.
struct Pooled {
    connection: AsyncPgConnection,
    to: ConnectedTo,
}

impl Manager for Maker {
    type Type = Pooled;
    type Error = DatabaseError;

    async fn create(&self) -> Result<Pooled, DatabaseError> {
        let (connection, to) = establish(&self.address, &self.first).await?;
        Ok(Pooled { connection, to })
    }

    /// No ping: the first query of any request shows a dead connection.
    async fn recycle(&self, pooled: &mut Pooled, metrics: &Metrics) -> RecycleResult<DatabaseError> {
        let is_worn_out = metrics.recycle_count >= MAX_USES;
        if is_worn_out || pooled.connection.is_broken() || pooled.to.is_given_up() {
            return Err(RecycleError::message("worn out, or broken"));
        }
        Ok(())
    }
}

/// Connections that are lent to one request at a time.
pub struct ConnectionPool {
    pool: Pool<Maker>,
    address: Address,
    query_limit: Duration,
    damage: Damage,
}

impl ConnectionPool {
    /// At most `connections`; nothing is connected yet.
    pub(super) fn new(address: &Address, connections: usize, query_limit: Duration, damage: &Damage) -> Self {
        let maker = Maker { address: address.clone(), first: limited(query_limit, Plans::OfValues) };
        let pool = Pool::builder(maker)
            .max_size(connections)
            .wait_timeout(Some(WAIT_LIMIT))
            .create_timeout(Some(CONNECT_LIMIT))
            .runtime(deadpool::Runtime::Tokio1)
            .build()
            .unwrap_or_else(|error| unreachable!("a pool with a runtime can be built: {error}"));
        Self { pool, address: address.clone(), query_limit, damage: damage.clone() }
    }

    /// A connection with the version of the data, which proves it alive: where it died while it lay idle, it is thrown
    /// away and another one taken.
    ///
    /// All that is done with it must end within the limit.
    pub async fn lease(&self) -> Result<(Lease, Dataset), DatabaseError> {
        let mut attempts = self.pool.status().max_size + 1;
        loop {
            let connection = self.connection().await?;
            let deadline = Instant::now() + self.query_limit;
            let (limit, damage) = (self.query_limit, self.damage.clone());
            let address = self.address.clone();
            let mut lease = Lease { connection: Some(connection), address, deadline, limit, damage };
            match lease.run(async |connection| dataset::read(connection).await).await {
                Ok(dataset) => return Ok((lease, dataset)),
                Err(DatabaseError::Away(reason)) if attempts > 0 && !self.address.is_silent() => {
                    log::debug!("a pooled connection was dead: {reason}");
                    attempts -= 1;
                }
                Err(error) => return Err(error.without_version()),
            }
        }
    }

    /// How its connections are used.
    pub(super) fn usage(&self, purpose: Purpose) -> Usage {
        let status = self.pool.status();
        let in_use = status.size.saturating_sub(status.available);
        Usage { purpose, most: status.max_size, open: status.size, in_use, waiting: status.waiting }
    }

    async fn connection(&self) -> Result<PooledConnection, DatabaseError> {
        self.pool.get().await.map_err(|error| match error {
            PoolError::Timeout(TimeoutType::Wait) => DatabaseError::Busy,
            PoolError::Timeout(_) => DatabaseError::Away("connecting took too long".into()),
            PoolError::Backend(error) => error,
            error => DatabaseError::Away(error.to_string()),
        })
    }
}

/// A connection lent by a pool to one request.
pub struct Lease {
    connection: Option<PooledConnection>,
    address: Address,
    deadline: Instant,
    limit: Duration,
    damage: Damage,
}

/// A connection in the middle of a query. Where the query is given up, by its limit or because
/// nobody waits for it any more, the connection does not return to the pool.
struct Asked<'a> {
    connection: Option<PooledConnection>,
    address: &'a Address,
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            cancel(PooledConnection::take(connection).connection.cancel_token(), self.address.clone());
        }
    }
}

/// Tells the server to stop the query of a connection; of no effect where none runs.
fn cancel(token: CancelToken, address: Address) {
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(async move { address.cancel(&token).await });
    }
}

impl Lease {
    /// When all that is done with it must have ended.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Runs a query; all queries of a lease together have to keep the limit.
    pub async fn run<T>(
        &mut self,
        query: impl AsyncFnOnce(&mut AsyncPgConnection) -> Result<T, QueryError>,
    ) -> Result<T, DatabaseError> {
        let given_up = || DatabaseError::Away("the connection was given up after an earlier query".into());
        let mut asked = Asked { connection: self.connection.take(), address: &self.address };
        let pooled = asked.connection.as_mut().ok_or_else(given_up)?;
        let to = pooled.to.clone();
        let connection = &mut pooled.connection;
        let outcome = match to.within((self.deadline, self.limit), query(connection)).await? {
            Ok(value) => Ok(value),
            Err(error) if is_lost(&error) || is_dead(connection).await => Err(DatabaseError::Away(error.to_string())),
            Err(error) => Err(self.damage.of_query(error)),
        };
        self.connection = asked.connection.take();
        outcome
    }
}

/// Whether a connection on which a query failed is dead. A server that ends tells so by an error
/// like any other, in the language of its messages; only then does it hang up.
async fn is_dead(connection: &mut AsyncPgConnection) -> bool {
    let alive = tokio::time::timeout(CONNECT_LIMIT, connection.batch_execute("")).await;
    connection.is_broken() || !matches!(alive, Ok(Ok(())))
}

/// A connection that sees one state of the data and may only read. Where it is given up in the middle of a query, the
/// server is told to stop.
pub struct LongLease {
    /// The connection, in its transaction.
    pub connection: AsyncPgConnection,
    /// What it is to: all that is asked on it is waited for as long as that answers.
    pub to: ConnectedTo,
    cancel: CancelToken,
    address: Address,
    damage: Damage,
    _permit: OwnedSemaphorePermit,
}

impl LongLease {
    pub(super) async fn begin(
        (mut connection, to): (AsyncPgConnection, ConnectedTo),
        address: &Address,
        permit: OwnedSemaphorePermit,
        damage: &Damage,
    ) -> Result<Self, DatabaseError> {
        let begin = "begin isolation level repeatable read read only; set local statement_timeout = 0";
        let begun = to.while_it_answers(connection.batch_execute(begin)).await?;
        let cancel = connection.cancel_token();
        let (damage, address) = (damage.clone(), address.clone());
        let mut lease = Self { connection, to, cancel, address, damage, _permit: permit };
        match begun {
            Ok(()) => Ok(lease),
            Err(error) => Err(lease.failure(error).await),
        }
    }

    /// What the failure of a query on it says of the database.
    pub async fn failure(&mut self, error: QueryError) -> DatabaseError {
        if is_lost(&error) || is_dead(&mut self.connection).await {
            return DatabaseError::Away(error.to_string());
        }
        self.damage.of_query(error)
    }
}

impl Drop for LongLease {
    fn drop(&mut self) {
        cancel(self.cancel.clone(), self.address.clone());
    }
}
