//! What a command has under way in the database, so that it can be told to stop in the middle.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use diesel::connection::InstrumentationEvent;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use tokio::time::Instant;
use tokio_postgres::{CancelToken, Client};

use super::host::Connected;
use super::{Address, describe};

/// How long the server may take to end what was given up.
const END_LIMIT: Duration = Duration::from_secs(5);
/// Pause before it is told again: a statement that it had not begun when it was told goes on.
const TELL_AGAIN: Duration = Duration::from_millis(50);

/// The connections of a command, and whether what it does is being stored; all copies are one.
#[derive(Clone, Default)]
pub struct UnderWay(Arc<Shared>);

#[derive(Default)]
struct Shared {
    /// Each with its number at the server.
    connections: Mutex<Vec<(i32, CancelToken)>>,
    is_storing: Arc<AtomicBool>,
}

impl UnderWay {
    /// Learns of a connection.
    pub(super) async fn watch(&self, connection: &mut AsyncPgConnection) -> diesel::QueryResult<()> {
        let number = diesel::select(diesel::dsl::sql::<diesel::sql_types::Integer>("pg_backend_pid()"));
        self.learn(number.get_result(connection).await?, connection.cancel_token());
        let is_storing = Arc::clone(&self.0.is_storing);
        connection.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            // Told before the commit is sent.
            if matches!(event, InstrumentationEvent::CommitTransaction { depth, .. } if depth.get() == 1) {
                is_storing.store(true, Ordering::Relaxed);
            }
        });
        Ok(())
    }

    /// The same of one without Diesel, on which nothing is stored for good.
    pub(super) async fn watch_raw(&self, client: &Client) -> Result<(), tokio_postgres::Error> {
        let number = client.query_one("select pg_backend_pid()", &[]).await?.get(0);
        self.learn(number, client.cancel_token());
        Ok(())
    }

    fn learn(&self, number: i32, token: CancelToken) {
        self.0.connections.lock().unwrap_or_else(PoisonError::into_inner).push((number, token));
    }

    /// Whether a commit was sent since [`Self::begins`]: what was under way is stored, or about to be.
    pub fn is_storing(&self) -> bool {
        AtomicBool::load(&self.0.is_storing, Ordering::Relaxed)
    }

    /// Says that what comes now is the work, of which nothing is stored yet.
    pub fn begins(&self) {
        self.0.is_storing.store(false, Ordering::Relaxed);
    }

    /// Tells the server to give up all that is under way, whose client is gone, and waits until it has. Whether it has.
    pub async fn give_up(&self, address: &Address) -> bool {
        let connections: Vec<_> = self.0.connections.lock().unwrap_or_else(PoisonError::into_inner).drain(..).collect();
        let numbers: Vec<i32> = connections.iter().map(|(number, _)| *number).collect();
        let deadline = Instant::now() + END_LIMIT;
        let ended = async {
            let Connected { client, connection, .. } = address.connect().await.map_err(|error| error.to_string())?;
            tokio::spawn(connection);
            let there = "select count(*) from pg_stat_activity where pid = any($1)";
            loop {
                for (_, token) in &connections {
                    address.cancel(token).await;
                }
                let left = client.query_one(there, &[&numbers]).await.map_err(|error| describe(&error))?;
                if left.get::<_, i64>(0) == 0 {
                    return Ok::<_, String>(());
                }
                tokio::time::sleep(TELL_AGAIN).await;
            }
        };
        matches!(tokio::time::timeout_at(deadline, ended).await, Ok(Ok(())))
    }
}
