//! Reads that an index answers at once: one round trip, on connections that the worker's requests share.
//!
//! The request is understood by the catalog in memory, and the version of the data comes with the rows. Where that
//! version has a newer catalog, what was read is thrown away, and [`super::snapshot`] does it step by step.

use std::sync::Arc;

use actix_web::http::header::IF_NONE_MATCH;
use actix_web::{HttpRequest, HttpResponseBuilder};
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;

use super::media_types::MediaType;
use super::snapshot::response_of;
use super::state::AppState;
use super::validators::Validators;
use crate::catalog::Catalog;
use crate::database::dataset::{self, Dataset};
use crate::database::{DatabaseError, Pipelines};
use crate::http::error::ApiError;

/// The connections for short reads of the worker that handles a request, in its application's data.
#[derive(Clone)]
pub struct WorkerPipelines(pub Arc<Pipelines>);

impl AppState {
    /// What `ask` reads, and the beginning of an answer of the version of the data that it is of. `None` where it brought
    /// none, or `catalog`, by which it was asked, is out of date.
    ///
    /// # Errors
    /// [`ApiError::NotModified`] where the client has the answer already: `ask` is not run then.
    pub(super) async fn read_at_once<T>(
        &self,
        request: &HttpRequest,
        media_type: MediaType,
        catalog: &Catalog,
        ask: impl AsyncFn(&AsyncPgConnection) -> QueryResult<Option<(Dataset, T)>>,
    ) -> Result<Option<(HttpResponseBuilder, T)>, ApiError> {
        self.check_ready()?;
        let Some(WorkerPipelines(pipelines)) = request.app_data() else { return Ok(None) };
        if self.databases.replicas_are_silent() {
            return Ok(None);
        }
        let least = self.least(request)?;
        if request.headers().contains_key(IF_NONE_MATCH) {
            let dataset = match pipelines.ask(dataset::read).await.map_err(DatabaseError::without_version) {
                Err(error) if self.may_turn_to_writes(&error) => return Ok(None),
                dataset => dataset?,
            };
            if !self.is_new_enough(&dataset, &least) {
                return Ok(None);
            }
            let validators = Validators::new(request, &dataset, media_type);
            if validators.are_known_to(request) {
                return Err(ApiError::NotModified(validators));
            }
        }
        let asked = match pipelines.ask(ask).await {
            Err(error) if self.may_turn_to_writes(&error) => return Ok(None),
            asked => asked?,
        };
        let Some((dataset, read)) = asked else { return Ok(None) };
        if !catalog.is_of(&dataset) || !self.is_new_enough(&dataset, &least) {
            return Ok(None);
        }
        let validators = Validators::new(request, &dataset, media_type);
        Ok(Some((response_of(&dataset, Some(&validators)), read)))
    }
}
