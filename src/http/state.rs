//! What all requests share: the databases, what is kept in memory of them, how far the service is.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Instant;

use actix_web::HttpRequest;
use actix_web::web::Data;
use log::info;
use tokio::runtime::Handle;

pub use crate::engine::saved::Place;

use super::freshness::{Floor, Least, WRITES_LIMIT};
use super::media_types::MediaType;
use super::metrics::Metrics;
use super::snapshot::{Snapshot, Target};
use super::spool::Room;
use super::validators::Validators;
use crate::cases::search::Searches;
use crate::catalog::Catalog;
use crate::catalog::cache::CatalogCache;
use crate::database::dataset::{self, Dataset};
use crate::database::{Database, DatabaseError, Databases, Lease, LongLease};
use crate::engine::read::ReadError;
use crate::engine::store::{ColumnStore, Seen, Verified};
use crate::http::admission::Admission;
use crate::http::error::ApiError;

/// How far the service is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Not ready yet; what it is doing.
    Starting(String),
    /// Ready to answer.
    Ready,
}

/// What all requests share.
pub struct AppState {
    /// The database that is written to, and what is known of all of them.
    pub database: Arc<Database>,
    pub(crate) databases: Databases,
    pub(super) floor: Floor,
    pub(super) catalog: CatalogCache,
    pub(super) columns: ColumnStore,
    pub(super) searches: Searches,
    pub(super) metrics: Metrics,
    admission: OnceLock<Data<Admission>>,
    stage: Arc<RwLock<Stage>>,
    spool_room: Room,
    runtime: Handle,
}

impl From<Arc<ReadError>> for ApiError {
    fn from(error: Arc<ReadError>) -> Self {
        match &*error {
            ReadError::Behind(version) => Self::VersionNotReached(version.to_string()),
            ReadError::Database(_) | ReadError::Away(_) | ReadError::Stopped(_) => {
                DatabaseError::Away(error.to_string()).into()
            }
            ReadError::Damaged(what) => DatabaseError::Damaged(what.clone()).into(),
            ReadError::TooLarge { .. } | ReadError::TooMany(_) => Self::Starting(error.to_string()),
        }
    }
}

impl AppState {
    /// The state of a service that is starting, in the runtime that works for none of the threads that serve requests.
    pub fn new(databases: impl Into<Databases>, memory_limit_mib: u64) -> Self {
        Self::keeping_columns(databases, memory_limit_mib, None)
    }

    /// The same of one that keeps the cases in memory at a place of the disk, too.
    pub fn keeping_columns(databases: impl Into<Databases>, memory_limit_mib: u64, place: Option<Place>) -> Self {
        let databases = databases.into();
        let stage = Arc::new(RwLock::new(Stage::Starting("starting the database".into())));
        Self {
            database: Arc::clone(&databases.writes),
            databases,
            floor: Floor::default(),
            catalog: CatalogCache::default(),
            columns: ColumnStore::new(memory_limit_mib, place),
            searches: Searches::default(),
            metrics: Metrics::default(),
            admission: OnceLock::new(),
            stage,
            spool_room: Room::default(),
            runtime: Handle::current(),
        }
    }

    /// Where work goes on that takes long and asks the database again and again.
    pub(super) fn runtime(&self) -> &Handle {
        &self.runtime
    }

    /// Room on the disk for what clients have not taken yet.
    pub(super) fn spool_room(&self) -> Room {
        self.spool_room.clone()
    }

    /// Remembers what requests are measured by, for those who look at how much is asked.
    pub fn is_admitted_by(&self, admission: &Data<Admission>) {
        let _is_first = self.admission.set(admission.clone());
    }

    /// What requests are measured by, once they are served.
    pub(super) fn admission(&self) -> Option<&Admission> {
        self.admission.get().map(|admission| &***admission)
    }

    /// Says how far the service is.
    pub fn set_stage(&self, stage: Stage) {
        *self.stage.write().unwrap_or_else(PoisonError::into_inner) = stage;
    }

    /// How far the service is.
    pub fn stage(&self) -> Stage {
        self.stage.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The data as it is now, for a request.
    ///
    /// # Errors
    /// [`ApiError::NotModified`] where the client has the answer already: nothing more is asked of
    /// the database then.
    pub async fn snapshot(&self, request: &HttpRequest) -> Result<Snapshot, ApiError> {
        self.snapshot_as(request, MediaType::Json).await
    }

    /// The data as it is now, for a request that is answered in this media type.
    pub async fn snapshot_as(&self, request: &HttpRequest, media_type: MediaType) -> Result<Snapshot, ApiError> {
        self.check_ready()?;
        let least = self.least(request)?;
        let asked_at = Instant::now();
        let snapshot = self.opened(Box::pin(self.lease(&least)).await?, asked_at).await?;
        let validators = Validators::new(request, &snapshot.dataset, media_type);
        if validators.are_known_to(request) {
            return Err(ApiError::NotModified(validators));
        }
        let target = Target { request: request.clone(), media_type, validators };
        Ok(Snapshot { target: Some(target), ..snapshot })
    }

    /// The data as it is now, with all cases in memory, for what is worked out of many of them.
    ///
    /// # Errors
    /// As [`Self::snapshot_as`]; and where the cases are not in memory.
    pub async fn snapshot_of_many(&self, request: &HttpRequest, media_type: MediaType) -> Result<Snapshot, ApiError> {
        let mut snapshot = self.snapshot_as(request, media_type).await?;
        snapshot.bring_columns(self).await?;
        Ok(snapshot)
    }

    /// Reads all cases into memory, ahead of the first request that needs them.
    ///
    /// # Errors
    /// Where they cannot be read, or take more memory than is allowed.
    pub async fn load_columns(&self) -> Result<(), ApiError> {
        let asked_at = Instant::now();
        let (_, dataset) = self.lease(&self.least_of_all()).await?;
        let stage = Arc::clone(&self.stage);
        let progress = move |cases: usize| {
            info!("{cases} cases read into memory");
            let step = Stage::Starting(format!("reading cases into memory: {cases} so far"));
            *stage.write().unwrap_or_else(PoisonError::into_inner) = step;
        };
        self.columns
            .at(&self.databases, Seen { dataset, asked_at }, Box::new(progress))
            .await
            .map(|_| ())
            .map_err(ApiError::from)
    }

    /// Whether the cases in memory are those of the disk, and were not compared with the database yet.
    pub fn columns_are_unverified(&self) -> bool {
        self.columns.are_unverified()
    }

    /// Compares them, and reads all anew where they are not what is there; false where it is too early for that.
    ///
    /// # Errors
    /// Where cases cannot be read, or rows have vanished.
    pub async fn verify_columns(&self) -> Result<bool, ApiError> {
        match self.columns.verify(&self.databases).await {
            Ok(Verified::AsTheyShould) => Ok(true),
            Ok(Verified::Others) => self.load_columns().await.map(|()| true),
            Ok(Verified::NotYet) => Ok(false),
            Err(error) => Err(Arc::new(error).into()),
        }
    }

    /// The catalog in memory, which may be out of date, and is missing at first.
    pub(super) fn catalog_in_memory(&self) -> Option<Arc<Catalog>> {
        self.catalog.in_memory()
    }

    /// The data as it is now, for as long as an answer takes that is as long as the data.
    pub(super) async fn open_long(&self, least: &Least) -> Result<(LongLease, Dataset, Arc<Catalog>), ApiError> {
        let (mut lease, dataset) = self.long_lease(least).await?;
        let to = lease.to.clone();
        match to.while_it_answers(self.catalog.get(&mut lease.connection, &dataset)).await? {
            Ok(catalog) => Ok((lease, dataset, catalog)),
            Err(error) => Err(lease.failure(error).await.into()),
        }
    }

    pub(super) fn check_ready(&self) -> Result<(), ApiError> {
        match self.stage() {
            Stage::Starting(step) => Err(ApiError::Starting(step)),
            Stage::Ready => Ok(self.database.damage().check()?),
        }
    }

    /// The data as it is now, for nobody in particular.
    pub async fn open(&self) -> Result<Snapshot, ApiError> {
        self.check_ready()?;
        let asked_at = Instant::now();
        let least = self.least_of_all();
        self.opened(Box::pin(self.lease(&least)).await?, asked_at).await
    }

    /// The same on a connection of its own, for those who ask whether there is an answer at all.
    async fn open_for_health(&self) -> Result<Snapshot, ApiError> {
        self.check_ready()?;
        let asked_at = Instant::now();
        let opened = match self.databases.reads.lease_for_health().await {
            Err(error) if self.may_turn_to_writes(&error) => self.database.lease_for_health().await?,
            opened => opened?,
        };
        self.opened(opened, asked_at).await
    }

    /// The data as it is now, and whether the database can be written to, for those who ask how the service is.
    pub(super) async fn health(&self) -> Result<(Snapshot, bool), ApiError> {
        if self.databases.has_replicas() {
            let (opened, takes_writes) = tokio::join!(self.open_for_health(), self.takes_writes());
            return Ok((opened?, takes_writes));
        }
        let mut snapshot = self.open_for_health().await?;
        let is_replica = snapshot.run(async |connection, _| dataset::is_of_replica(connection).await).await?;
        Ok((snapshot, !is_replica))
    }

    /// Whether the database can be written to.
    async fn takes_writes(&self) -> bool {
        let asked = async {
            let (mut lease, _) = self.database.lease_for_health().await?;
            lease.run(async |connection| dataset::is_of_replica(connection).await).await
        };
        matches!(tokio::time::timeout(WRITES_LIMIT, asked).await, Ok(Ok(false)))
    }

    async fn opened(&self, (mut lease, dataset): (Lease, Dataset), asked_at: Instant) -> Result<Snapshot, ApiError> {
        let catalog = lease.run(async |connection| self.catalog.get(connection, &dataset).await).await?;
        let database = Arc::clone(&self.database);
        Ok(Snapshot { lease, dataset, asked_at, catalog, database, columns: None, target: None })
    }
}
