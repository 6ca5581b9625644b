//! The database: the private server, connections, migrations, the version of the data.
//!
//! What is asked of it stands in the domain folders; this one knows how to reach it.

mod address;
pub mod damage;
mod databases;
pub mod dataset;
mod host;
pub mod migrations;
mod pipelines;
mod pool;
pub mod private_server;
pub mod row_sums;
#[rustfmt::skip]
pub mod schema;
mod tls;
mod under_way;
mod url;
pub mod usage;

use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::time::Duration;

use diesel::result::{DatabaseErrorKind, Error as QueryError};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use tokio::sync::Semaphore;
use tokio_postgres::Client;

pub use address::Address;
use damage::Damage;
pub use databases::Databases;
use dataset::Dataset;
use host::Connected;
pub use host::ConnectedTo;
pub use pipelines::Pipelines;
use pool::ConnectionPool;
pub use pool::{Lease, LongLease};
pub use under_way::UnderWay;

use crate::waiting::Waiting;

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
    address: Address,
    short_connections: usize,
    long_connections: usize,
    query_limit: Duration,
    long_leases: Arc<Semaphore>,
    waiting_for_long: Waiting,
    /// Those of the workers that still serve.
    pipelines: Mutex<Vec<Weak<Pipelines>>>,
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
    pub fn new(address: impl Into<Address>, connections: usize, query_limit: Duration) -> Self {
        let address = address.into();
        let short_connections = (connections / 2).max(1);
        let long_connections = connections.saturating_sub(short_connections).max(1);
        Self::with(address, (short_connections, long_connections), query_limit, Damage::default())
    }

    fn with(
        address: Address,
        (short_connections, long_connections): (usize, usize),
        query_limit: Duration,
        damage: Damage,
    ) -> Self {
        Self {
            pool: ConnectionPool::new(&address, long_connections, query_limit, &damage),
            health: ConnectionPool::new(&address, 1, query_limit, &damage),
            address,
            short_connections,
            long_connections,
            query_limit,
            long_leases: Arc::new(Semaphore::new(MAX_LONG_LEASES)),
            waiting_for_long: Waiting::default(),
            pipelines: Mutex::default(),
            damage,
            under_way: OnceLock::new(),
        }
    }

    /// The same data at another address, such as that of replicas; what is found damaged of one is damaged of both.
    #[must_use]
    pub fn at(&self, address: Address) -> Self {
        let connections = (self.short_connections, self.long_connections);
        Self::with(address, connections, self.query_limit, self.damage.clone())
    }

    /// The connections for short reads, some for each of so many workers; where there are more workers than
    /// connections, several share one.
    pub fn worker_pipelines(&self, workers: usize) -> Vec<Arc<Pipelines>> {
        let parts = workers.clamp(1, self.short_connections);
        let sizes = (0..parts).map(|index| (self.short_connections + index) / parts);
        let make = |size| Arc::new(Pipelines::new(&self.address, size, self.query_limit, &self.damage));
        let parts: Vec<_> = sizes.map(make).collect();
        self.remember(&parts);
        (0..workers).map(|worker| Arc::clone(&parts[worker % parts.len()])).collect()
    }

    /// How the database is reached.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// A connection of its own, without a limit on how long a statement may take: a caller waits for what is asked on it
    /// as [`Address::while_it_answers`] does.
    ///
    /// # Errors
    /// [`DatabaseError::Away`].
    pub async fn connect(&self) -> Result<AsyncPgConnection, DatabaseError> {
        self.connect_beside().await.map(|(connection, _)| connection)
    }

    async fn connect_beside(&self) -> Result<(AsyncPgConnection, ConnectedTo), DatabaseError> {
        let (mut connection, to) = establish(&self.address, NOTICE_LOST_CLIENT).await?;
        if let Some(under_way) = self.under_way.get() {
            under_way.watch(&mut connection).await.map_err(DatabaseError::of_query)?;
        }
        Ok((connection, to))
    }

    /// The same without Diesel, for what travels by `copy`; what is asked on it is waited for by [`ConnectedTo::while_it_answers`].
    ///
    /// # Errors
    /// [`DatabaseError::Away`].
    pub async fn connect_raw(&self) -> Result<(Client, ConnectedTo), DatabaseError> {
        self.set_up_raw(self.address.connect().await?).await
    }

    /// Another one to the same host.
    ///
    /// # Errors
    /// [`DatabaseError::Away`].
    pub async fn connect_raw_beside(&self, to: &ConnectedTo) -> Result<(Client, ConnectedTo), DatabaseError> {
        self.set_up_raw(to.connect_again().await?).await
    }

    async fn set_up_raw(&self, connected: Connected) -> Result<(Client, ConnectedTo), DatabaseError> {
        let Connected { client, connection, to } = connected;
        tokio::spawn(connection);
        let set_up = async {
            client.batch_execute(NOTICE_LOST_CLIENT).await?;
            match self.under_way.get() {
                Some(under_way) => under_way.watch_raw(&client).await,
                None => Ok(()),
            }
        };
        to.while_it_answers(set_up).await?.map_err(|error| DatabaseError::Away(describe(&error)))?;
        Ok((client, to))
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
        let permit = tokio::time::timeout(WAIT_LIMIT, Arc::clone(&self.long_leases).acquire_owned());
        let permit = self.waiting_for_long.while_waiting(permit).await;
        let Ok(Ok(permit)) = permit else { return Err(DatabaseError::Busy) };
        LongLease::begin(self.connect_beside().await?, &self.address, permit, &self.damage).await
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

/// A connection on which something was executed first, such as settings: options of its start would be refused by poolers.
async fn establish(address: &Address, first: &str) -> Result<(AsyncPgConnection, ConnectedTo), DatabaseError> {
    let Connected { client, connection, to } = address.connect().await?;
    let set_up = async {
        let connection = AsyncPgConnection::try_from_client_and_connection(client, connection).await;
        let mut connection = connection.map_err(|error| DatabaseError::Away(error.to_string()))?;
        connection.batch_execute(first).await.map_err(|error| DatabaseError::Away(error.to_string()))?;
        Ok(connection)
    };
    let connection: Result<_, DatabaseError> = to.while_it_answers(set_up).await?;
    Ok((connection?, to))
}

/// What tokio-postgres says, with what the server or the system said.
pub(crate) fn describe(error: &tokio_postgres::Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
