//! Looks at the databases every few seconds, so that what is said of them need not be asked when somebody wants to know.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use actix_web::web::Data;
use log::debug;

use super::history::History;
use crate::database::dataset::{self, Dataset};
use crate::database::{Database, DatabaseError};
use crate::http::state::AppState;
use crate::import::state::ImportState;

/// How long it waits until it looks again.
const PAUSE: Duration = Duration::from_secs(2);
/// How long a database may take to say how it is.
const LOOK_LIMIT: Duration = Duration::from_secs(3);

/// What was seen last; all copies are one.
#[derive(Clone, Default)]
pub(super) struct Watched(Arc<Mutex<Seen>>);

/// What was seen of the databases.
#[derive(Default)]
pub(super) struct Seen {
    /// The one that is written to.
    pub writes: Option<Look>,
    /// That of replicas, where there are some.
    pub reads: Option<Look>,
    /// What imports there were, as it was last known.
    pub imports: Option<ImportState>,
    /// States of the data.
    pub history: History,
}

/// What was seen of one database.
pub(super) struct Look {
    /// When.
    pub at: SystemTime,
    /// What it said; `None` where it gave no answer.
    pub answer: Option<Answer>,
}

/// What a database said.
pub(super) struct Answer {
    /// The state of its data.
    pub dataset: Dataset,
    /// Whether it is a replica, which cannot be written to.
    pub is_replica: bool,
    imports: Option<ImportState>,
}

impl Watched {
    /// What was seen last.
    pub fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, writes: Look, reads: Option<Look>) {
        let (mut seen, now) = (self.seen(), Instant::now());
        if let Some(answer) = &writes.answer {
            if !answer.is_replica {
                seen.history.is_at_most(&answer.dataset);
            }
            seen.history.note(&answer.dataset, now);
            if let Some(imports) = answer.imports {
                seen.imports = Some(imports);
            }
        }
        if let Some(answer) = reads.as_ref().and_then(|look| look.answer.as_ref()) {
            seen.history.note(&answer.dataset, now);
        }
        (seen.writes, seen.reads) = (Some(writes), reads);
    }
}

/// Goes on looking.
pub(super) async fn go_on(state: Data<AppState>) {
    let databases = &state.databases;
    loop {
        let replicas = async {
            match databases.has_replicas() {
                true => Some(look_at(&databases.reads).await),
                false => None,
            }
        };
        let (writes, reads) = tokio::join!(look_at(&databases.writes), replicas);
        state.metrics.watched.keep(writes, reads);
        tokio::time::sleep(PAUSE).await;
    }
}

async fn look_at(database: &Database) -> Look {
    let answer = match tokio::time::timeout(LOOK_LIMIT, Box::pin(ask(database))).await {
        Ok(Ok(answer)) => Some(answer),
        Ok(Err(error)) => {
            debug!("looking at the database: {error}");
            None
        }
        Err(_) => None,
    };
    Look { at: SystemTime::now(), answer }
}

async fn ask(database: &Database) -> Result<Answer, DatabaseError> {
    let (mut lease, dataset) = database.lease_for_health().await?;
    let is_replica = lease.run(async |connection| dataset::is_of_replica(connection).await).await?;
    // Where the database lacks migrations there may be none to read.
    let imports = lease.run(async |connection| ImportState::read(connection).await).await.ok();
    Ok(Answer { dataset, is_replica, imports })
}
