//! The database: the private server, connections, migrations, the version of the data.
//!
//! What is asked of it stands in the domain folders; this one knows how to reach it.

pub mod damage;
pub mod dataset;
pub mod migrations;
mod pipelines;
mod pool;
pub mod private_server;
pub mod row_sums;
#[rustfmt::skip]
pub mod schema;
mod under_way;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use diesel::result::{ConnectionError, DatabaseErrorKind, Error as QueryError};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use tokio::sync::Semaphore;
use tokio_postgres::{Client, Config, NoTls};

use damage::Damage;
use dataset::Dataset;
pub use pipelines::Pipelines;
use pool::ConnectionPool;
pub use pool::{Lease, LongLease};
pub use under_way::UnderWay;

/// How long connecting may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(3);
/// How long a request waits for a free connection.
const WAIT_LIMIT: Duration = Duration::from_secs(2);
/// The most connections beside the pool for what may take long.
const MAX_LONG_LEASES: usize = 8;

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
    /// What should be there cannot be read, or is gone.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// The query failed: a mistake of this program.
    #[error("a query failed: {0}")]
    Query(#[from] QueryError),
}

impl DatabaseError {
    /// What this error means where only the version of the data was asked for, one row of a tiny table: a server that
    /// does not give that in time is not there.
    pub fn without_version(self) -> Self {
        match self {
            Self::TimedOut(limit) => Self::Away(format!("no answer within {} s", limit.as_secs_f64())),
            other => other,
        }
    }

    /// What the failure of a query says of the database.
    pub fn of_query(error: QueryError) -> Self {
        if is_lost(&error) { Self::Away(error.to_string()) } else { Self::Query(error) }
    }
}

/// Connections to one database.
///
/// What may take long shares one pool; reads that an index answers at once have others, so that they need not wait
/// for it, and share those.
pub struct Database {
    pool: ConnectionPool,
    health: ConnectionPool,
    config: Config,
    short_connections: usize,
    long_connections: usize,
    query_limit: Duration,
    long_leases: Arc<Semaphore>,
    damage: Damage,
    under_way: OnceLock<UnderWay>,
}

/// Makes a server give up what it does for a client that is gone, with its locks, after a second. Servers that cannot tell go on.
const NOTICE_LOST_CLIENT: &str = "do $$ begin
        perform set_config('client_connection_check_interval', '1000', false);
    exception when others then null;
    end $$";

impl Database {
    /// At most `connections`, half of them for [`Database::worker_pipelines`]; nothing is connected yet.
    ///
    /// `query_limit` is how long all queries of one request may take together.
    pub fn new(mut config: Config, connections: usize, query_limit: Duration) -> Self {
        config.connect_timeout(CONNECT_LIMIT).application_name("offer-cases");
        let short_connections = (connections / 2).max(1);
        let long_connections = connections.saturating_sub(short_connections).max(1);
        let (damage, under_way) = (Damage::default(), OnceLock::new());
        let pool = ConnectionPool::new(&config, long_connections, query_limit, &damage);
        let health = ConnectionPool::new(&config, 1, query_limit, &damage);
        let long_leases = Arc::new(Semaphore::new(MAX_LONG_LEASES));
        Self { pool, health, config, short_connections, long_connections, query_limit, long_leases, damage, under_way }
    }

    /// The connections for short reads, some for each of so many workers; where there are more workers than
    /// connections, several share one.
    pub fn worker_pipelines(&self, workers: usize) -> Vec<Arc<Pipelines>> {
        let parts = workers.clamp(1, self.short_connections);
        let sizes = (0..parts).map(|index| (self.short_connections + index) / parts);
        let make = |size| Arc::new(Pipelines::new(&self.config, size, self.query_limit, &self.damage));
        let parts: Vec<_> = sizes.map(make).collect();
        (0..workers).map(|worker| Arc::clone(&parts[worker % parts.len()])).collect()
    }

    /// How the database is reached.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// A connection of its own, without a limit on how long a statement may take.
    pub async fn connect(&self) -> Result<AsyncPgConnection, DatabaseError> {
        let mut connection = establish(&self.config).await.map_err(|error| DatabaseError::Away(error.to_string()))?;
        connection.batch_execute(NOTICE_LOST_CLIENT).await.map_err(DatabaseError::of_query)?;
        if let Some(under_way) = self.under_way.get() {
            under_way.watch(&mut connection).await.map_err(DatabaseError::of_query)?;
        }
        Ok(connection)
    }

    /// The same without Diesel, for what travels by `copy`.
    pub async fn connect_raw(&self) -> Result<Client, tokio_postgres::Error> {
        let (client, connection) = self.config.connect(NoTls).await?;
        tokio::spawn(connection);
        client.batch_execute(NOTICE_LOST_CLIENT).await?;
        if let Some(under_way) = self.under_way.get() {
            under_way.watch_raw(&client).await?;
        }
        Ok(client)
    }

    /// A connection of the pool for what may take long, with the version of the data, which proves it alive.
    ///
    /// All that is done with it must end within the limit.
    pub async fn lease(&self) -> Result<(Lease, Dataset), DatabaseError> {
        self.pool.lease().await
    }

    /// The same on a connection that nobody else has, to see whether the database answers however much it is asked.
    pub async fn lease_for_health(&self) -> Result<(Lease, Dataset), DatabaseError> {
        self.health.lease().await
    }

    /// How many connections there are for what may take long.
    pub fn long_connections(&self) -> usize {
        self.long_connections
    }

    /// A connection beside the pool for what may take long, such as an export to a slow client: it sees one state of
    /// the data until it ends. There are few, so that the server is not filled with them.
    pub async fn long_lease(&self) -> Result<LongLease, DatabaseError> {
        let permit = tokio::time::timeout(WAIT_LIMIT, Arc::clone(&self.long_leases).acquire_owned()).await;
        let Ok(Ok(permit)) = permit else { return Err(DatabaseError::Busy) };
        LongLease::begin(self.connect().await?, permit, &self.damage).await
    }

    /// What is under way on connections beside the pool that are made from now on: for a command, which can be told to stop.
    pub fn under_way(&self) -> &UnderWay {
        self.under_way.get_or_init(UnderWay::default)
    }

    /// Says that what comes now is the work of a command, of which nothing is stored yet.
    pub fn work_begins(&self) {
        if let Some(under_way) = self.under_way.get() {
            under_way.begins();
        }
    }

    /// What was found damaged of it.
    pub fn damage(&self) -> &Damage {
        &self.damage
    }

    /// How long all queries of one request may take together.
    pub fn query_limit(&self) -> Duration {
        self.query_limit
    }
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
