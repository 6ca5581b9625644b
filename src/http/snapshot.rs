//! What a request sees of the data: a connection, the version, the catalog of that version.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use log::info;
use serde::Serialize;
use tokio::sync::oneshot;

use super::media_types::{self, MediaType};
use super::validators::Validators;
use crate::catalog::Catalog;
use crate::catalog::cache::CatalogCache;
use crate::database::dataset::{self, Dataset};
use crate::database::{Database, DatabaseError, Lease, LongLease};
use crate::engine::Columns;
use crate::engine::store::{ColumnSettings, ColumnStore};
use crate::http::error::ApiError;

/// The header that says which version of the data an answer is of.
pub const DATASET_VERSION: HeaderName = HeaderName::from_static("dataset-version");

/// How long a request waits for the columns to be brought up to date.
const COLUMNS_LIMIT: Duration = Duration::from_secs(1);

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
    /// The database.
    pub database: Arc<Database>,
    catalog: CatalogCache,
    columns: ColumnStore,
    stage: Arc<RwLock<Stage>>,
}

impl AppState {
    /// The state of a service that is starting.
    pub fn new(database: Arc<Database>, columns: ColumnSettings) -> Self {
        let stage = Arc::new(RwLock::new(Stage::Starting("starting the database".into())));
        Self { database, catalog: CatalogCache::default(), columns: ColumnStore::new(columns), stage }
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
    pub async fn view(&self, request: &HttpRequest) -> Result<View, ApiError> {
        media_types::accepted(request, &[MediaType::Json])?;
        self.view_as(request, MediaType::Json).await
    }

    /// The same for an answer of another media type.
    pub async fn view_as(&self, request: &HttpRequest, media_type: MediaType) -> Result<View, ApiError> {
        let view = self.open().await?;
        let validators = Validators::new(request, &view.dataset, media_type);
        if validators.are_known_to(request) {
            return Err(ApiError::NotModified(validators));
        }
        Ok(View { validators: Some(validators), ..view })
    }

    /// The same for what is worked out of many cases: with the columns of that version or newer, where there are any.
    ///
    /// # Errors
    /// As [`Self::view_as`].
    pub async fn view_of_many(&self, request: &HttpRequest, media_type: MediaType) -> Result<View, ApiError> {
        media_types::accepted(request, &[media_type])?;
        let mut view = self.view_as(request, media_type).await?;
        self.bring_columns(&mut view, request, media_type).await?;
        Ok(view)
    }

    /// Gives a view of which nothing was read yet the columns of its version or newer, where there are any; what is
    /// answered then is of the version of the columns.
    pub(super) async fn bring_columns(
        &self,
        view: &mut View,
        request: &HttpRequest,
        media_type: MediaType,
    ) -> Result<(), ApiError> {
        view.know_columns().await;
        if let Some(newer) = view.columns.as_ref().map(|columns| &columns.dataset).filter(|it| **it != view.dataset) {
            view.dataset = newer.clone();
            view.catalog = view.lease.run(async |connection| self.catalog.get(connection, &view.dataset).await).await?;
            view.validators = Some(Validators::new(request, &view.dataset, media_type));
        }
        Ok(())
    }

    /// Reads all cases into memory, ahead of the first request that needs them.
    pub async fn load_columns(&self) -> Result<(), ApiError> {
        let (_, dataset) = self.database.lease().await?;
        let stage = Arc::clone(&self.stage);
        let told = move |cases: usize| {
            info!("{cases} cases read into memory");
            let told = Stage::Starting(format!("reading cases into memory: {cases} so far"));
            *stage.write().unwrap_or_else(PoisonError::into_inner) = told;
        };
        self.columns.at(&self.database, &dataset, Box::new(told)).await;
        Ok(())
    }

    /// The catalog in memory, which may be out of date, and is missing at first.
    pub(super) fn catalog_in_memory(&self) -> Option<Arc<Catalog>> {
        self.catalog.in_memory()
    }

    /// The data as it is now, for as long as an answer takes that is as long as the data.
    pub async fn open_long(&self) -> Result<(LongLease, Dataset, Arc<Catalog>), ApiError> {
        let mut lease = self.database.long_lease().await?;
        let read = async {
            let dataset = dataset::read(&lease.connection).await?;
            let catalog = self.catalog.get(&mut lease.connection, &dataset).await?;
            Ok((dataset, catalog))
        };
        let (dataset, catalog) = read.await.map_err(DatabaseError::of_query)?;
        Ok((lease, dataset, catalog))
    }

    pub(super) fn check_ready(&self) -> Result<(), ApiError> {
        match self.stage() {
            Stage::Starting(step) => Err(ApiError::Starting(step)),
            Stage::Ready => Ok(()),
        }
    }

    /// The data as it is now, for nobody in particular.
    pub async fn open(&self) -> Result<View, ApiError> {
        self.check_ready()?;
        let (mut lease, dataset) = self.database.lease().await?;
        let catalog = lease.run(async |connection| self.catalog.get(connection, &dataset).await).await?;
        let (database, store) = (Arc::clone(&self.database), self.columns.clone());
        Ok(View { lease, dataset, catalog, database, store, columns: None, validators: None })
    }
}

/// The data as one request sees it.
pub struct View {
    pub(super) lease: Lease,
    /// The version of the data.
    pub dataset: Dataset,
    /// Reference data of that version or newer.
    pub catalog: Arc<Catalog>,
    database: Arc<Database>,
    store: ColumnStore,
    columns: Option<Arc<Columns>>,
    validators: Option<Validators>,
}

impl View {
    /// Takes the columns of this version or newer, where there are any.
    pub(super) async fn know_columns(&mut self) {
        if self.columns.is_none() {
            let columns = self.store.at(&self.database, &self.dataset, Box::new(|_| {}));
            // After a large import the database answers, rather than that a request waits for the columns.
            self.columns = tokio::time::timeout(COLUMNS_LIMIT, columns).await.ok().flatten();
        }
    }

    /// Runs a query within the limit of a request.
    pub async fn run<T>(
        &mut self,
        query: impl AsyncFnOnce(&mut AsyncPgConnection, &Catalog) -> QueryResult<T>,
    ) -> Result<T, ApiError> {
        let catalog = Arc::clone(&self.catalog);
        Ok(self.lease.run(async |connection| query(connection, &catalog).await).await?)
    }

    /// Works something out of the columns, beside the threads that serve requests; `None` where there are none, or `work`
    /// cannot tell.
    pub async fn in_memory<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Arc<Columns>, &Catalog) -> Option<T> + Send + 'static,
    ) -> Result<Option<T>, ApiError> {
        let Some(columns) = self.columns.clone() else { return Ok(None) };
        let catalog = Arc::clone(&self.catalog);
        let (give, worked_out) = oneshot::channel();
        // One thread a core works, however many ask at the same time: more would only need more memory.
        rayon::spawn(move || {
            let outcome = std::panic::catch_unwind(AssertUnwindSafe(|| work(&columns, &catalog)));
            // A client that went away needs no answer.
            let _ = give.send(outcome.ok());
        });
        let panicked = || ApiError::Internal("working something out in memory panicked".into());
        worked_out.await.ok().flatten().ok_or_else(panicked)
    }

    /// 200 with this body, the version of the data, and what tells a client later that nothing has
    /// changed.
    pub fn answer(&self, body: &impl Serialize) -> HttpResponse {
        self.response().json(body)
    }

    /// The same with a body of another media type.
    pub fn answer_as(&self, media_type: MediaType, body: impl MessageBody + 'static) -> HttpResponse {
        self.response().content_type(media_type.content_type()).body(body)
    }

    /// The beginning of such an answer.
    pub(super) fn response(&self) -> HttpResponseBuilder {
        response_of(&self.dataset, self.validators.as_ref())
    }
}

/// An answer with a body that is written already.
pub(super) fn json(mut response: HttpResponseBuilder, body: Vec<u8>) -> HttpResponse {
    response.content_type(MediaType::Json.content_type()).body(body)
}

/// The beginning of an answer of a version of the data.
pub(super) fn response_of(dataset: &Dataset, validators: Option<&Validators>) -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response.insert_header((DATASET_VERSION, HeaderValue::from(dataset.version)));
    if let Some(validators) = validators {
        validators.add_to(&mut response);
    }
    response
}
