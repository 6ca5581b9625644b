//! What a request sees of the data: a connection, the version, the catalog of that version.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use log::info;
use serde::Serialize;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::freshness::{Floor, Least, WRITES_LIMIT};
use super::media_types::MediaType;
use super::spool::Room;
use super::validators::Validators;
use crate::cases::filter::CaseFilter;
use crate::cases::search::{self, SearchError, Searches};
use crate::catalog::Catalog;
use crate::catalog::cache::CatalogCache;
use crate::database::dataset::{self, Dataset};
use crate::database::{Database, DatabaseError, Databases, Lease, LongLease};
use crate::engine::Columns;
use crate::engine::read::ReadError;
use crate::engine::store::{ColumnStore, Seen};
use crate::http::error::ApiError;
use crate::parameters::ParameterError;

/// The header that says which version of the data an answer is of.
pub const DATASET_VERSION: HeaderName = HeaderName::from_static("dataset-version");

/// How often words are looked for anew because cases were written meanwhile.
const MAX_SEARCHES: usize = 5;

/// The longest query string that is read where it comes in: it holds few names.
pub(super) const SHORT_QUERY_BYTES: usize = 256;

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
    catalog: CatalogCache,
    columns: ColumnStore,
    searches: Searches,
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
        let databases = databases.into();
        let stage = Arc::new(RwLock::new(Stage::Starting("starting the database".into())));
        Self {
            database: Arc::clone(&databases.writes),
            databases,
            floor: Floor::default(),
            catalog: CatalogCache::default(),
            columns: ColumnStore::new(memory_limit_mib),
            searches: Searches::default(),
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

/// What an answer is made for.
struct Target {
    request: HttpRequest,
    media_type: MediaType,
    validators: Validators,
}

/// The data as one request sees it.
pub struct Snapshot {
    pub(super) lease: Lease,
    /// The version of the data.
    pub dataset: Dataset,
    /// When the database was asked for it.
    asked_at: Instant,
    /// Reference data of that version or newer.
    pub catalog: Arc<Catalog>,
    database: Arc<Database>,
    columns: Option<Arc<Columns>>,
    target: Option<Target>,
}

impl Snapshot {
    /// Takes all cases of this version or newer into snapshot, if they are not yet; what is answered then is of the version of
    /// the cases. Nothing of another version must have been read before.
    ///
    /// # Errors
    /// Where they are not in memory within the limit of a request.
    pub(crate) async fn bring_columns(&mut self, state: &AppState) -> Result<(), ApiError> {
        if self.columns.is_some() {
            return Ok(());
        }
        let limit = self.database.query_limit();
        let seen = Seen { dataset: self.dataset.clone(), asked_at: self.asked_at };
        let reading = state.columns.at(&state.databases, seen, Box::new(|_| {}));
        let read = tokio::time::timeout(limit, reading).await;
        let columns = read.map_err(|_| ApiError::Starting("cases are being read into memory".into()))??;
        if columns.dataset != self.dataset {
            Box::pin(self.catch_up(state, &columns.dataset)).await?;
            self.dataset = columns.dataset.clone();
            let dataset = &self.dataset;
            self.catalog = self.lease.run(async |connection| state.catalog.get(connection, dataset).await).await?;
            if let Some(target) = &mut self.target {
                target.validators = Validators::new(&target.request, &self.dataset, target.media_type);
            }
        }
        self.columns = Some(columns);
        Ok(())
    }

    /// Lets the connection come as far as the cases in memory, or takes another one.
    async fn catch_up(&mut self, state: &AppState, columns: &Dataset) -> Result<(), ApiError> {
        if !self.dataset.is_behind(columns) || !state.is_new_enough(columns, &state.least_of_all()) {
            return Ok(());
        }
        let least = state.least_of_all();
        let dataset = self.lease.run(async |connection| dataset::read(connection).await).await?;
        if state.caught_up(&mut self.lease, dataset, &least).await?.is_err() {
            (self.lease, _) = state.lease(&least).await?;
        }
        Ok(())
    }

    /// Takes all cases as they are now into snapshot.
    ///
    /// # Errors
    /// As [`Self::bring_columns`].
    pub(super) async fn renew_columns(&mut self, state: &AppState) -> Result<(), ApiError> {
        self.asked_at = Instant::now();
        self.dataset = self.lease.run(async |connection| dataset::read(connection).await).await?;
        self.columns = None;
        self.bring_columns(state).await
    }

    /// Lets the database find the cases that have the words of some filters, for what is worked out in memory. All of them
    /// have the same words, or none.
    ///
    /// # Errors
    /// Where the database gives no answer.
    pub(crate) async fn find_words<'f>(
        &mut self,
        state: &AppState,
        filters: impl IntoIterator<Item = &'f mut CaseFilter>,
    ) -> Result<(), ApiError> {
        let mut filters: Vec<&mut CaseFilter> = filters.into_iter().filter(|filter| !filter.words.is_empty()).collect();
        let Some(words) = filters.first().map(|filter| filter.words.clone()) else { return Ok(()) };
        let (deadline, limit) = (self.lease.deadline(), self.database.query_limit());
        for _ in 0..MAX_SEARCHES {
            let look = self.lease.run(async |connection| search::find(connection, &words).await);
            let found = state.searches.find(&words, &self.dataset, look);
            let found = tokio::time::timeout_at(deadline, found).await;
            match found.map_err(|_| DatabaseError::TimedOut(limit))? {
                Ok(found) => {
                    filters.iter_mut().for_each(|filter| filter.found = Some(Arc::clone(&found)));
                    return Ok(());
                }
                // Something was written since: both must be of one version.
                Err(SearchError::Moved) => self.renew_columns(state).await?,
                Err(SearchError::Failed(error)) => return Err(error.into()),
            }
        }
        Err(ApiError::Starting("cases are being written faster than they are read".into()))
    }

    /// Runs a query within the limit of a request.
    pub async fn run<T>(
        &mut self,
        query: impl AsyncFnOnce(&mut AsyncPgConnection, &Catalog) -> QueryResult<T>,
    ) -> Result<T, ApiError> {
        let catalog = Arc::clone(&self.catalog);
        Ok(self.lease.run(async |connection| query(connection, &catalog).await).await?)
    }

    /// Works something out of the cases in memory, beside the threads that serve requests.
    ///
    /// # Errors
    /// Where they are not in memory, or `work` panics.
    pub async fn in_memory<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Arc<Columns>, &Catalog) -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let Some(columns) = self.columns.clone() else {
            return Err(ApiError::Internal("cases were not brought into memory".into()));
        };
        let catalog = Arc::clone(&self.catalog);
        beside(move || work(&columns, &catalog)).await
    }

    /// What a request asks, which is read beside the threads that serve requests where it may name so much that this takes
    /// long.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) async fn understand<T: Send + 'static>(
        &self,
        request: &HttpRequest,
        read: impl FnOnce(&str, &Catalog) -> Result<T, Vec<ParameterError>> + Send + 'static,
    ) -> Result<T, ApiError> {
        let query = request.query_string();
        if query.len() <= SHORT_QUERY_BYTES {
            return Ok(read(query, &self.catalog)?);
        }
        let (query, catalog) = (query.to_owned(), Arc::clone(&self.catalog));
        Ok(beside(move || read(&query, &catalog)).await??)
    }

    /// 200 with what is worked out of the cases in memory, which is written as JSON beside the threads that serve requests,
    /// too: it may be megabytes.
    ///
    /// # Errors
    /// As [`Self::in_memory`], and what `work` has.
    pub(super) async fn answer_in_memory<T: Serialize, E: Send + 'static>(
        &self,
        work: impl FnOnce(&Arc<Columns>, &Catalog) -> Result<T, E> + Send + 'static,
    ) -> Result<HttpResponse, ApiError>
    where
        ApiError: From<E>,
    {
        let written = self.in_memory(|columns, catalog| Ok(serde_json::to_vec(&work(columns, catalog)?)));
        let json = written.await?.map_err(|error: E| ApiError::from(error))?;
        let json = json.map_err(|error| ApiError::Internal(error.to_string()))?;
        Ok(self.response().content_type(MediaType::Json.content_type()).body(json))
    }

    /// 200 with this body, the version of the data, and what tells a client later that nothing has
    /// changed.
    pub fn answer(&self, body: &impl Serialize) -> HttpResponse {
        self.response().json(body)
    }

    /// The beginning of such an answer.
    pub(crate) fn response(&self) -> HttpResponseBuilder {
        response_of(&self.dataset, self.target.as_ref().map(|target| &target.validators))
    }
}

/// Works beside the threads that serve requests. One thread a core does, however many ask at the same time: more would only
/// need more memory.
///
/// # Errors
/// Where `work` panics.
pub(super) async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
    let (give, worked_out) = oneshot::channel();
    rayon::spawn(move || {
        let outcome = std::panic::catch_unwind(AssertUnwindSafe(work));
        // A client that went away needs no answer.
        let _ = give.send(outcome.ok());
    });
    let panicked = || ApiError::Internal("work beside the threads that serve requests panicked".into());
    worked_out.await.ok().flatten().ok_or_else(panicked)
}

/// An answer with a body that is written already.
pub(crate) fn written(
    mut response: HttpResponseBuilder,
    media_type: MediaType,
    body: impl MessageBody + 'static,
) -> HttpResponse {
    response.content_type(media_type.content_type()).body(body)
}

/// The version of the data as a header gives it.
pub(super) fn written_version(dataset: &Dataset) -> HeaderValue {
    HeaderValue::try_from(dataset.token()).unwrap_or_else(|_| HeaderValue::from(dataset.version))
}

/// The beginning of an answer of a version of the data.
pub(super) fn response_of(dataset: &Dataset, validators: Option<&Validators>) -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response.insert_header((DATASET_VERSION, written_version(dataset)));
    if let Some(validators) = validators {
        validators.add_to(&mut response);
    }
    response
}
