//! Keeps the newest columns, and brings them up to date before an answer.

use std::sync::{Arc, PoisonError, RwLock};

use log::{info, warn};
use tokio::sync::Mutex;
use tokio_postgres::Client;

use super::Columns;
use super::read::{ReadError, Source, read_missing};
use crate::database::Database;
use crate::database::dataset::Dataset;

/// The newest columns, shared by all requests.
#[derive(Clone, Default)]
pub struct ColumnStore(Arc<Shared>);

#[derive(Default)]
struct Shared {
    /// The most memory that they may take, in bytes.
    limit_bytes: u64,
    current: RwLock<Option<Arc<Columns>>>,
    /// Who brings the columns up to date holds it.
    refreshing: Mutex<Refresher>,
}

/// What only one at a time may use.
#[derive(Default)]
struct Refresher {
    client: Option<Client>,
    /// The version at which the cases did not fit, and why.
    gave_up_at: Option<(i64, Arc<ReadError>)>,
}

/// Learns how many cases have been read so far.
pub type Progress = Box<dyn FnMut(usize) + Send>;

impl ColumnStore {
    /// No columns yet; they may take so many MiB.
    pub fn new(limit_mib: u64) -> Self {
        Self(Arc::new(Shared { limit_bytes: limit_mib << 20, ..Shared::default() }))
    }

    /// The columns as of this version or newer.
    ///
    /// Where nobody waits for it any more, reading goes on, for those who ask next.
    ///
    /// # Errors
    /// Where the cases cannot be read, or take more memory than is allowed.
    pub async fn at(
        &self,
        database: &Arc<Database>,
        dataset: &Dataset,
        progress: Progress,
    ) -> Result<Arc<Columns>, Arc<ReadError>> {
        if let Some(columns) = self.0.current_at(dataset) {
            return Ok(columns);
        }
        let (shared, database, dataset) = (Arc::clone(&self.0), Arc::clone(database), dataset.clone());
        let reading = tokio::spawn(async move { shared.bring_to(&database, &dataset, progress).await });
        reading.await.map_err(|error| Arc::new(ReadError::Stopped(error.to_string())))?
    }
}

impl Shared {
    async fn bring_to(
        &self,
        database: &Database,
        dataset: &Dataset,
        progress: Progress,
    ) -> Result<Arc<Columns>, Arc<ReadError>> {
        let mut refresher = self.refreshing.lock().await;
        if let Some(columns) = self.current_at(dataset) {
            return Ok(columns);
        }
        if let Some((_, error)) = refresher.gave_up_at.as_ref().filter(|(version, _)| *version == dataset.version) {
            return Err(Arc::clone(error));
        }
        self.refresh(&mut refresher, database, dataset, progress).await.map_err(|error| {
            warn!("cases are not in memory: {error}");
            if let ReadError::Damaged(what) = &error {
                database.damage().found(what);
            }
            let error = Arc::new(error);
            refresher.client = None;
            if !matches!(*error, ReadError::Database(_)) {
                refresher.gave_up_at = Some((dataset.version, Arc::clone(&error)));
                self.set(None);
            }
            error
        })
    }

    async fn refresh(
        &self,
        refresher: &mut Refresher,
        database: &Database,
        dataset: &Dataset,
        progress: Progress,
    ) -> Result<Arc<Columns>, ReadError> {
        // What breaks in the middle of an answer does not serve for another one.
        let client = match refresher.client.take().filter(|client| !client.is_closed()) {
            Some(client) => client,
            None => database.connect_raw().await?,
        };
        let current = self.current().filter(|current| current.can_be_brought_to(dataset));
        let from_nothing = current.is_none();
        let base = current.unwrap_or_else(|| Arc::new(Columns::new(dataset.clone())));
        let columns = if from_nothing {
            let second = database.connect_raw().await?;
            read_missing(Source::All([&client, &second]), &base, dataset, self.limit_bytes, progress).await?
        } else {
            read_missing(Source::Changed(&client), &base, dataset, self.limit_bytes, progress).await?
        };
        let columns = Arc::new(columns);
        if from_nothing {
            let cases: usize = columns.chunks.iter().map(|chunk| chunk.len()).sum();
            info!("{cases} cases are in memory, {} MiB", columns.bytes() >> 20);
        }
        self.set(Some(Arc::clone(&columns)));
        refresher.client = Some(client);
        Ok(columns)
    }

    fn current(&self) -> Option<Arc<Columns>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn current_at(&self, dataset: &Dataset) -> Option<Arc<Columns>> {
        self.current().filter(|columns| columns.is_of(dataset))
    }

    fn set(&self, columns: Option<Arc<Columns>>) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = columns;
    }
}

impl Columns {
    /// Whether they are of a version or newer. The version only goes up; where a backup is restored under a running
    /// service, the service is to be started anew.
    fn is_of(&self, dataset: &Dataset) -> bool {
        self.dataset.version >= dataset.version
    }

    /// Whether adding what is missing gives that version.
    fn can_be_brought_to(&self, dataset: &Dataset) -> bool {
        self.dataset.version >= dataset.reread_version
    }
}
