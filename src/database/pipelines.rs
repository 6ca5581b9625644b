//! Connections that short reads share.
//!
//! A statement is sent without waiting for the answers to those before it (pipelining). Under load many travel together,
//! and neither side has to wake the other for each of them. What takes long would keep those behind it waiting; it
//! belongs to a [`super::ConnectionPool`].

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use diesel::connection::InstrumentationEvent;
use diesel::result::Error as QueryError;
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

use super::damage::Damage;
use super::pool::Plans;
use super::usage::{Purpose, Usage};
use super::{Address, CONNECT_LIMIT, ConnectedTo, DatabaseError, WAIT_LIMIT, establish, is_lost, pool};
use crate::waiting::Waiting;

/// Statements that wait on one connection before the next connection is used.
const FEW_IN_FLIGHT: usize = 16;
/// The most statements that wait on one connection.
const MAX_IN_FLIGHT: usize = 64;
/// How many statements may be prepared on a connection before it is replaced, and they with it: there is one for each
/// combination of parameters that readers ask for.
const MAX_PREPARED: usize = 1_000;
/// How often a read is asked again because its connection turned out to be dead.
const MAX_ATTEMPTS: usize = 3;

/// The connections for the short reads of one worker.
pub struct Pipelines {
    address: Address,
    /// What is set on each connection.
    first: String,
    query_limit: Duration,
    pipelines: Vec<Pipeline>,
    places: Semaphore,
    waiting: Waiting,
    damage: Damage,
}

/// A connection that is made when it is first needed, and made anew where it died.
#[derive(Default)]
struct Pipeline {
    connection: Mutex<Option<Arc<Connection>>>,
    connecting: tokio::sync::Mutex<()>,
    in_flight: AtomicUsize,
}

struct Connection {
    connection: AsyncPgConnection,
    to: ConnectedTo,
    prepared: Arc<AtomicUsize>,
}

/// A statement on its way; counted until it is answered or given up.
struct InFlight<'a>(&'a Pipeline);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Pipelines {
    /// At most `connections`; nothing is connected yet. A connection lives on the runtime that first asked for it, so
    /// that the requests of one thread are answered fastest by connections of its own.
    pub(super) fn new(address: &Address, connections: usize, query_limit: Duration, damage: &Damage) -> Self {
        let first = pool::limited(query_limit, Plans::Kept);
        let pipelines = (0..connections).map(|_| Pipeline::default()).collect();
        let places = Semaphore::new(connections * MAX_IN_FLIGHT);
        let (waiting, damage) = (Waiting::default(), damage.clone());
        Self { address: address.clone(), first, query_limit, pipelines, places, waiting, damage }
    }

    /// How the connections are used; many may wait on one that is in use.
    pub(super) fn usage(&self) -> Usage {
        let in_flight = |pipeline: &&Pipeline| pipeline.in_flight.load(Ordering::Relaxed) > 0;
        Usage {
            purpose: Purpose::ShortReads,
            most: self.pipelines.len(),
            open: self.pipelines.iter().filter(|pipeline| pipeline.connection().is_some()).count(),
            in_use: self.pipelines.iter().filter(in_flight).count(),
            waiting: self.waiting.now(),
        }
    }

    /// What a query reads. It must only read: where its connection turns out to be dead, it is asked again on another.
    pub async fn ask<T>(
        &self,
        query: impl AsyncFn(&AsyncPgConnection) -> Result<T, QueryError>,
    ) -> Result<T, DatabaseError> {
        let place = self.waiting.while_waiting(timeout(WAIT_LIMIT, self.places.acquire())).await;
        let Ok(Ok(_place)) = place else { return Err(DatabaseError::Busy) };
        let pipeline = self.least_used();
        pipeline.in_flight.fetch_add(1, Ordering::Relaxed);
        let _in_flight = InFlight(pipeline);
        let deadline = Instant::now() + self.query_limit;
        let mut attempts = 1;
        loop {
            let connection = pipeline.connected(&self.address, &self.first).await?;
            let asked = query(&connection.connection);
            let outcome = match connection.to.within((deadline, self.query_limit), asked).await {
                Ok(outcome) => outcome,
                Err(DatabaseError::Away(reason)) if attempts < MAX_ATTEMPTS && !self.address.is_silent() => {
                    pipeline.retire(&connection);
                    log::debug!("a shared connection was given up: {reason}");
                    attempts += 1;
                    continue;
                }
                Err(error) => {
                    // The statement is not cancelled: another one might be hit. The server gives it up a little later.
                    pipeline.retire(&connection);
                    return Err(error);
                }
            };
            if connection.prepared.load(Ordering::Relaxed) > MAX_PREPARED {
                pipeline.retire(&connection);
            }
            let error = match outcome {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            if !is_lost(&error) && connection.is_alive().await {
                return Err(self.damage.of_query(error));
            }
            pipeline.retire(&connection);
            log::debug!("a shared connection was dead: {error}");
            if attempts == MAX_ATTEMPTS {
                return Err(DatabaseError::Away(error.to_string()));
            }
            attempts += 1;
        }
    }

    /// The first on which few statements wait, so that few connections have much to do; else that with the fewest.
    fn least_used(&self) -> &Pipeline {
        let in_flight = |pipeline: &&Pipeline| pipeline.in_flight.load(Ordering::Relaxed);
        let first = self.pipelines.iter().find(|pipeline| in_flight(pipeline) < FEW_IN_FLIGHT);
        let fewest = || self.pipelines.iter().min_by_key(in_flight);
        first.or_else(fewest).unwrap_or_else(|| unreachable!("there is at least one connection"))
    }
}

impl Pipeline {
    fn connection(&self) -> Option<Arc<Connection>> {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner).clone();
        connection.filter(|connection| !connection.to.is_given_up())
    }

    /// The connection, made where there is none; those who need it at the same time wait for one of them to make it.
    async fn connected(&self, address: &Address, first: &str) -> Result<Arc<Connection>, DatabaseError> {
        if let Some(connection) = self.connection() {
            return Ok(connection);
        }
        let made = timeout(CONNECT_LIMIT, async {
            let _connecting = self.connecting.lock().await;
            if let Some(connection) = self.connection() {
                return Ok(connection);
            }
            let connection = Arc::new(Connection::new(address, first).await?);
            *self.connection.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&connection));
            Ok(connection)
        });
        made.await.unwrap_or_else(|_| Err(DatabaseError::Away("connecting took too long".into())))
    }

    /// Gives this connection to nobody any more; it ends when the last statement on it is answered.
    fn retire(&self, connection: &Arc<Connection>) {
        let mut current = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        if current.as_ref().is_some_and(|current| Arc::ptr_eq(current, connection)) {
            *current = None;
        }
    }
}

impl Connection {
    async fn new(address: &Address, first: &str) -> Result<Self, DatabaseError> {
        let (mut connection, to) = establish(address, first).await?;
        let prepared = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&prepared);
        connection.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if matches!(event, InstrumentationEvent::CacheQuery { .. }) {
                counted.fetch_add(1, Ordering::Relaxed);
            }
        });
        Ok(Self { connection, to, prepared })
    }

    /// Whether it still answers after a query on it failed. A server that ends tells so by an error like any other, in
    /// the language of its messages; only then does it hang up.
    async fn is_alive(&self) -> bool {
        matches!(timeout(CONNECT_LIMIT, (&mut &self.connection).batch_execute("")).await, Ok(Ok(())))
    }
}
