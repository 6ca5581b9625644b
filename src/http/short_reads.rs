//! Reads that an index answers at once: one round trip, on a connection of the worker's own.
//!
//! The request is understood by the catalog in memory, and the version of the data comes with the rows. Where that
//! version has a newer catalog, what was read is thrown away, and [`super::view`] does it step by step.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::IF_NONE_MATCH;
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;

use super::media_types::MediaType;
use super::validators::Validators;
use super::view::{AppState, View};
use crate::catalog::Catalog;
use crate::database::ConnectionPool;
use crate::database::dataset::Dataset;
use crate::error::ApiError;

/// The connections of the worker that handles a request, in its application's data.
#[derive(Clone)]
pub struct WorkerPool(pub Arc<ConnectionPool>);

impl AppState {
    /// What `ask` reads with the version of the data that it is of. `None` where it brought none, or `catalog`, by
    /// which it was asked, is out of date.
    ///
    /// # Errors
    /// [`ApiError::NotModified`] where the client has the answer already: `ask` is not run then.
    pub(super) async fn read_at_once<T>(
        &self,
        request: &HttpRequest,
        media_type: MediaType,
        catalog: Arc<Catalog>,
        ask: impl AsyncFn(&mut AsyncPgConnection) -> QueryResult<Option<(Dataset, T)>>,
    ) -> Result<Option<(View, T)>, ApiError> {
        self.check_ready()?;
        let pool = request.app_data().map_or(self.database.pool(), |WorkerPool(pool)| pool.as_ref());
        let (lease, read) = if request.headers().contains_key(IF_NONE_MATCH) {
            let (mut lease, dataset) = pool.lease().await?;
            refuse_if_known(request, &dataset, media_type)?;
            let read = lease.run(&ask).await?;
            (lease, read)
        } else {
            pool.lease_asking(ask).await?
        };
        let Some((dataset, read)) = read.filter(|(dataset, _)| dataset.catalog_version == catalog.version) else {
            return Ok(None);
        };
        let validators = Some(Validators::new(request, &dataset, media_type));
        Ok(Some((self.view_of(lease, dataset, catalog, validators), read)))
    }
}

fn refuse_if_known(request: &HttpRequest, dataset: &Dataset, media_type: MediaType) -> Result<(), ApiError> {
    let validators = Validators::new(request, dataset, media_type);
    if validators.are_known_to(request) { Err(ApiError::NotModified(validators)) } else { Ok(()) }
}
