//! Keeps the newest columns, and brings them up to date before an answer. How a start begins with those of the disk stands in
//! [`kept`], what holds where they do not fit in [`limit`], the connection on which they are read in [`reader`].

mod kept;
mod limit;
mod reader;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use log::{info, warn};
use tokio::sync::Mutex;

use super::Columns;
use super::read::{ReadError, Source, end, read_missing};
use super::saved::{Place, Saver};
use crate::database::Databases;
use crate::database::dataset::Dataset;

pub use kept::Verified;
use limit::{GaveUp, rows_of_cases};
use reader::Reader;

/// The newest columns, shared by all requests.
#[derive(Clone, Default)]
pub struct ColumnStore(Arc<Shared>);

#[derive(Default)]
struct Shared {
    /// The most memory that they may take, in bytes.
    limit_bytes: u64,
    current: RwLock<Option<Arc<Columns>>>,
    /// Where they are kept on the disk.
    saver: Option<Saver>,
    /// Whether they began with those of the disk, and were not compared with the database yet.
    are_unverified: AtomicBool,
    /// Who brings the columns up to date holds it.
    refreshing: Mutex<Refresher>,
}

/// What only one at a time may use.
#[derive(Default)]
struct Refresher {
    reader: Option<Reader>,
    gave_up: Option<GaveUp>,
    /// Whether it was told that the cases take nearly all memory that they may, and still do.
    is_nearly_full: bool,
    /// Whether it was looked on the disk for columns.
    has_looked_on_disk: bool,
}

/// The data that a request sees.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Its version.
    pub dataset: Dataset,
    /// When the database was asked for it.
    pub asked_at: Instant,
}

/// What is in memory.
#[derive(Debug, Clone)]
pub struct Held {
    /// How many cases.
    pub cases: u64,
    /// What they take, in bytes.
    pub bytes: u64,
    /// The state of the data of which they are.
    pub dataset: Dataset,
}

/// Learns how many cases have been read so far.
pub type Progress = Box<dyn FnMut(usize) + Send>;

impl ColumnStore {
    /// No columns yet; they may take so many MiB, and are kept at a place of the disk for the next start.
    pub fn new(limit_mib: u64, place: Option<Place>) -> Self {
        let saver = place.map(Saver::new);
        Self(Arc::new(Shared { limit_bytes: limit_mib << 20, saver, ..Shared::default() }))
    }

    /// The most memory that they may take, in bytes.
    pub fn limit_bytes(&self) -> u64 {
        self.0.limit_bytes
    }

    /// What is in memory; `None` where cases are not.
    pub fn held(&self) -> Option<Held> {
        let columns = self.0.current()?;
        Some(Held { cases: columns.cases(), bytes: columns.bytes(), dataset: columns.dataset.clone() })
    }

    /// Gives up what is later than a state of the data where that is all that a failover has left.
    pub fn forget_later_than(&self, dataset: &Dataset) {
        if self.0.current().is_some_and(|columns| dataset.is_behind(&columns.dataset)) {
            self.0.set(None);
        }
    }

    /// The columns of the data that a request sees, or newer ones.
    ///
    /// Where nobody waits for it any more, reading goes on, for those who ask next.
    ///
    /// # Errors
    /// Where the cases cannot be read, or take more memory than is allowed.
    pub async fn at(
        &self,
        databases: &Databases,
        seen: Seen,
        progress: Progress,
    ) -> Result<Arc<Columns>, Arc<ReadError>> {
        if let Some(columns) = self.0.current_at(&seen) {
            return Ok(columns);
        }
        let (shared, databases) = (Arc::clone(&self.0), databases.clone());
        let reading = tokio::spawn(async move {
            let columns = shared.bring_to(&databases, &seen, progress).await?;
            shared.save_soon();
            Ok(columns)
        });
        reading.await.map_err(|error| Arc::new(ReadError::Stopped(error.to_string())))?
    }
}

impl Shared {
    async fn bring_to(
        &self,
        databases: &Databases,
        seen: &Seen,
        progress: Progress,
    ) -> Result<Arc<Columns>, Arc<ReadError>> {
        let mut refresher = self.refreshing.lock().await;
        self.begin_with_those_of_disk(&mut refresher, databases, &seen.dataset).await;
        if let Some(columns) = self.current_at(seen) {
            return Ok(columns);
        }
        if let Some(gave_up) = refresher.gave_up.as_ref().filter(|gave_up| gave_up.is_so_of(&seen.dataset)) {
            return Err(Arc::clone(&gave_up.why));
        }
        if let Some(why) = refresher.still_too_many(databases, &seen.dataset).await {
            return Err(why);
        }
        let error = match self.refresh(&mut refresher, databases, seen, progress).await {
            Ok(columns) => {
                refresher.gave_up = None;
                return Ok(columns);
            }
            Err(error) => error,
        };
        warn!("cases are not in memory: {error}");
        if let ReadError::Damaged(what) = &error {
            databases.writes.damage().found(what);
        }
        let why = Arc::new(error);
        refresher.reader = None;
        if !matches!(*why, ReadError::Database(_) | ReadError::Away(_) | ReadError::Behind(_)) {
            self.set(None);
            let rows = rows_of_cases(databases).await;
            let (dataset, at) = (seen.dataset.clone(), Instant::now());
            refresher.gave_up = Some(GaveUp { dataset, at, rows, why: Arc::clone(&why) });
        }
        Err(why)
    }

    async fn refresh(
        &self,
        refresher: &mut Refresher,
        databases: &Databases,
        seen: &Seen,
        progress: Progress,
    ) -> Result<Arc<Columns>, ReadError> {
        let (reader, dataset, is_replica) = Reader::seeing(refresher.reader.take(), databases, &seen.dataset).await?;
        let Reader { client, to } = &reader;
        let columns = match self.current().map(|current| current.what_lacks(&dataset, is_replica)) {
            Some((current, Lacks::Nothing)) => Columns { read_at: Instant::now(), ..(*current).clone() },
            Some((current, Lacks::Changes)) => {
                let source = Source::Changed(client);
                to.while_it_answers(read_missing(source, &current, &dataset, self.limit_bytes, progress)).await??
            }
            Some((_, Lacks::Everything)) | None => {
                self.make_room();
                let (second, _) = databases.reads.connect_raw_beside(to).await?;
                let (source, nothing) = (Source::All([client, &second]), Columns::new(dataset.clone()));
                let reading = read_missing(source, &nothing, &dataset, self.limit_bytes, progress);
                let columns = to.while_it_answers(reading).await??;
                self.are_unverified.store(false, Ordering::Relaxed);
                let (cases, limit_mib) = (columns.cases(), self.limit_bytes >> 20);
                info!(
                    "{cases} cases are in memory, {} MiB of the {limit_mib} that they may take",
                    columns.bytes() >> 20
                );
                columns
            }
        };
        to.while_it_answers(end(client)).await??;
        refresher.tell_fullness(columns.bytes(), self.limit_bytes);
        let columns = Arc::new(columns);
        self.set(Some(Arc::clone(&columns)));
        refresher.reader = Some(reader);
        Ok(columns)
    }

    /// Gives up cases that serve nobody any more where they and those that are read in their place would take too much.
    fn make_room(&self) {
        if self.current().is_some_and(|current| current.bytes() > self.limit_bytes / 2) {
            self.set(None);
        }
    }

    fn current(&self) -> Option<Arc<Columns>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn current_at(&self, seen: &Seen) -> Option<Arc<Columns>> {
        self.current().filter(|columns| columns.serve(seen))
    }

    fn set(&self, columns: Option<Arc<Columns>>) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = columns;
    }
}

/// What columns lack of a state of the data.
enum Lacks {
    Nothing,
    Changes,
    Everything,
}

impl Columns {
    /// Whether they serve for a request: they are of what it sees, or of a later state than it had been able to see. An
    /// earlier state that is seen after them is another server's, or what came later is lost.
    fn serve(&self, seen: &Seen) -> bool {
        self.dataset == seen.dataset || (seen.dataset.is_behind(&self.dataset) && seen.asked_at < self.read_at)
    }

    /// What they lack of a state of the data, that of a replica or not.
    fn what_lacks(self: Arc<Self>, dataset: &Dataset, is_replica: bool) -> (Arc<Self>, Lacks) {
        let own = &self.dataset;
        let is_earlier = own.lineage == dataset.lineage && own.version <= dataset.version;
        let lacks = if own == dataset || (is_replica && dataset.is_behind(own)) {
            Lacks::Nothing
        } else if is_earlier && own.version >= dataset.reread_version {
            Lacks::Changes
        } else {
            Lacks::Everything
        };
        (self, lacks)
    }
}
