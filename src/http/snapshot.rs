//! What a request sees of the data: a connection, the version, the catalog of that version.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use serde::Serialize;
use tokio::sync::oneshot;

use super::media_types::MediaType;
use super::state::AppState;
use super::validators::Validators;
use crate::cases::filter::CaseFilter;
use crate::cases::search::{self, SearchError};
use crate::catalog::Catalog;
use crate::database::dataset::{self, Dataset};
use crate::database::{Database, DatabaseError, Lease};
use crate::engine::Columns;
use crate::engine::store::Seen;
use crate::http::error::ApiError;
use crate::parameters::ParameterError;

/// The header that says which version of the data an answer is of.
pub const DATASET_VERSION: HeaderName = HeaderName::from_static("dataset-version");

/// How often words are looked for anew because cases were written meanwhile.
const MAX_SEARCHES: usize = 5;

/// The longest query string that is read where it comes in: it holds few names.
pub(super) const SHORT_QUERY_BYTES: usize = 256;

/// What an answer is made for.
pub(super) struct Target {
    pub(super) request: HttpRequest,
    pub(super) media_type: MediaType,
    pub(super) validators: Validators,
}

/// The data as one request sees it.
pub struct Snapshot {
    pub(super) lease: Lease,
    /// The version of the data.
    pub dataset: Dataset,
    /// When the database was asked for it.
    pub(super) asked_at: Instant,
    /// Reference data of that version or newer.
    pub catalog: Arc<Catalog>,
    pub(super) database: Arc<Database>,
    pub(super) columns: Option<Arc<Columns>>,
    pub(super) target: Option<Target>,
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
