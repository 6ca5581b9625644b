//! The database: the private server, connections, migrations, the version of the data.
//!
//! What is asked of it stands in the domain folders; this one knows how to reach it.

pub mod closed_set;
pub mod dataset;
mod long_lease;
pub mod migrations;
pub mod private_server;
#[rustfmt::skip]
pub mod schema;

use std::sync::Arc;
use std::time::Duration;

use deadpool::managed::{Hook, HookError, PoolError, TimeoutType};
use diesel::result::{ConnectionError, DatabaseErrorKind, Error as QueryError};
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, PoolableConnection, RecyclingMethod,
};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use futures_util::FutureExt;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tokio_postgres::{Client, Config, NoTls};

use dataset::Dataset;
pub use long_lease::LongLease;

type PooledConnection = Object<AsyncPgConnection>;

/// How long connecting may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(3);
/// How long a request waits for a free connection.
const WAIT_LIMIT: Duration = Duration::from_secs(2);
/// Time that the server is given beyond ours before it cancels a statement by itself.
const SERVER_GRACE: Duration = Duration::from_secs(1);

/// How often a connection is lent before it is replaced, and with it the statements that are
/// prepared on it: there is one for each combination of parameters that readers ask for.
const MOST_USES: usize = 20_000;

/// The most connections beside the pool for what may take long.
const MOST_LONG_LEASES: usize = 8;

/// Why the database gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// It cannot be reached, or the connection broke.
    #[error("the database is away: {0}")]
    Away(String),
    /// All connections stayed busy for as long as a request waits.
    #[error("no database connection became free within {} s", WAIT_LIMIT.as_secs())]
    Busy,
    /// The queries of a request ran past their limit and were given up.
    #[error("the queries of a request ran past their limit of {} s", .0.as_secs_f64())]
    TimedOut(Duration),
    /// The query failed: a mistake of this program.
    #[error("a query failed: {0}")]
    Query(#[from] QueryError),
}

impl DatabaseError {
    /// What the failure of a query says of the database.
    pub fn of_query(error: QueryError) -> Self {
        if is_lost(&error) { Self::Away(error.to_string()) } else { Self::Query(error) }
    }
}

/// A pool of connections to one database.
pub struct Database {
    pool: Pool<AsyncPgConnection>,
    config: Config,
    query_limit: Duration,
    long_leases: Arc<Semaphore>,
}

impl Database {
    /// A pool of at most `connections`; nothing is connected yet.
    ///
    /// `query_limit` is how long all queries of one request may take together.
    pub fn new(mut config: Config, connections: usize, query_limit: Duration) -> Self {
        config.connect_timeout(CONNECT_LIMIT).application_name("offer-cases");
        let mut manager = ManagerConfig::default();
        // No ping: the version of the data is read first in any request and shows a dead connection.
        manager.recycling_method = RecyclingMethod::Fast;
        let mut pooled = config.clone();
        let statement_timeout = (query_limit + SERVER_GRACE).as_millis();
        let options = pooled.get_options().unwrap_or_default().to_owned();
        // Cursors are dates and times as text.
        let options = format!("{options} -c statement_timeout={statement_timeout} -c datestyle=ISO");
        pooled.options(options.trim().to_owned());
        manager.custom_setup = Box::new(move |_| {
            let config = pooled.clone();
            async move { establish(&config).await }.boxed()
        });
        let pool = Pool::builder(AsyncDieselConnectionManager::new_with_config("", manager))
            .max_size(connections)
            .pre_recycle(Hook::sync_fn(|_, metrics| {
                if metrics.recycle_count < MOST_USES { Ok(()) } else { Err(HookError::message("worn out")) }
            }))
            .wait_timeout(Some(WAIT_LIMIT))
            .create_timeout(Some(CONNECT_LIMIT))
            .runtime(deadpool::Runtime::Tokio1)
            .build()
            .unwrap_or_else(|error| unreachable!("a pool with a runtime can be built: {error}"));
        let long_leases = Arc::new(Semaphore::new(MOST_LONG_LEASES));
        Self { pool, config, query_limit, long_leases }
    }

    /// How the database is reached.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// A connection of its own, without a limit on how long a statement may take.
    pub async fn connect(&self) -> Result<AsyncPgConnection, DatabaseError> {
        establish(&self.config).await.map_err(|error| DatabaseError::Away(error.to_string()))
    }

    /// The same without Diesel, for what travels by `copy`.
    pub async fn connect_raw(&self) -> Result<Client, tokio_postgres::Error> {
        let (client, connection) = self.config.connect(NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }

    /// A connection of the pool with the version of the data, which proves it alive. Connections
    /// that died while they lay idle are thrown away.
    ///
    /// All that is done with it must end within the limit.
    pub async fn lease(&self) -> Result<(Lease, Dataset), DatabaseError> {
        let deadline = Instant::now() + self.query_limit;
        let mut attempts = self.pool.status().max_size + 1;
        loop {
            let connection = Some(self.pooled_connection().await?);
            let mut lease = Lease { connection, deadline, limit: self.query_limit };
            match lease.run(dataset::read).await {
                Ok(dataset) => return Ok((lease, dataset)),
                Err(DatabaseError::Away(reason)) if attempts > 0 => {
                    log::debug!("a pooled connection was dead: {reason}");
                    attempts -= 1;
                }
                // One row of a tiny table: a server that does not give it is not there.
                Err(DatabaseError::TimedOut(limit)) => {
                    return Err(DatabaseError::Away(format!("no answer within {} s", limit.as_secs_f64())));
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// A connection beside the pool for what may take long, such as an export to a slow client: it sees one state of
    /// the data until it ends. There are few, so that the server is not filled with them.
    pub async fn long_lease(&self) -> Result<LongLease, DatabaseError> {
        let permit = tokio::time::timeout(WAIT_LIMIT, Arc::clone(&self.long_leases).acquire_owned()).await;
        let Ok(Ok(permit)) = permit else { return Err(DatabaseError::Busy) };
        LongLease::begin(self.connect().await?, permit).await
    }

    /// How long all queries of one request may take together.
    pub fn query_limit(&self) -> Duration {
        self.query_limit
    }

    async fn pooled_connection(&self) -> Result<PooledConnection, DatabaseError> {
        self.pool.get().await.map_err(|error| match error {
            PoolError::Timeout(TimeoutType::Wait) => DatabaseError::Busy,
            PoolError::Timeout(_) => DatabaseError::Away("connecting took too long".into()),
            error => DatabaseError::Away(error.to_string()),
        })
    }
}

/// A connection lent by the pool to one request.
pub struct Lease {
    connection: Option<PooledConnection>,
    deadline: Instant,
    limit: Duration,
}

/// A connection in the middle of a query. Where the query is given up, by its limit or because
/// nobody waits for it any more, the connection does not return to the pool.
struct Busy(Option<PooledConnection>);

impl Drop for Busy {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            let connection = PooledConnection::take(connection);
            let cancel = connection.cancel_token();
            if let Ok(runtime) = tokio::runtime::Handle::try_current() {
                runtime.spawn(async move { cancel.cancel_query(NoTls).await });
            }
        }
    }
}

impl Lease {
    /// Runs a query; all queries of a lease together have to keep the limit.
    pub async fn run<T>(
        &mut self,
        query: impl AsyncFnOnce(&mut AsyncPgConnection) -> Result<T, QueryError>,
    ) -> Result<T, DatabaseError> {
        let given_up = || DatabaseError::Away("the connection was given up after an earlier query".into());
        let mut busy = Busy(self.connection.take());
        let connection = busy.0.as_mut().ok_or_else(given_up)?;
        let Ok(outcome) = tokio::time::timeout_at(self.deadline, query(connection)).await else {
            return Err(DatabaseError::TimedOut(self.limit));
        };
        let outcome = match outcome {
            Ok(value) => Ok(value),
            Err(error) if is_lost(&error) || is_dead(connection).await => Err(DatabaseError::Away(error.to_string())),
            Err(error) => Err(DatabaseError::Query(error)),
        };
        self.connection = busy.0.take();
        outcome
    }
}

/// Whether a connection on which a query failed is dead. A server that ends tells so by an error
/// like any other, in the language of its messages; only then does it hang up.
async fn is_dead(connection: &mut AsyncPgConnection) -> bool {
    let alive = tokio::time::timeout(CONNECT_LIMIT, connection.batch_execute("")).await;
    connection.is_broken() || !matches!(alive, Ok(Ok(())))
}

/// Whether the error says that the connection is lost.
pub(crate) fn is_lost(error: &QueryError) -> bool {
    use DatabaseErrorKind::{ClosedConnection, UnableToSendCommand};
    matches!(error, QueryError::DatabaseError(ClosedConnection | UnableToSendCommand, _))
}

async fn establish(config: &Config) -> Result<AsyncPgConnection, ConnectionError> {
    let (client, connection) =
        config.connect(NoTls).await.map_err(|error| ConnectionError::BadConnection(describe(&error)))?;
    AsyncPgConnection::try_from_client_and_connection(client, connection).await
}

/// What tokio-postgres says, with what the server or the system said.
pub(crate) fn describe(error: &tokio_postgres::Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
