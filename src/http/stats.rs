//! `/stats`: counts, shares and pay.

use std::sync::Arc;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};

use super::answers::ReadProblems;
use super::media_types::MediaType;
use super::snapshot::{AppState, View};
use crate::cases::parameters::FilterParameters;
use crate::http::error::ApiError;
use crate::parameters::Documented;
use crate::statistics::answer::Statistics;
use crate::statistics::compute::{compute, compute_in_memory};
use crate::statistics::parameters::{StatisticsParameters, StatisticsQuery};
use crate::statistics::rendering::json;

/// Count cases by one or two dimensions
///
/// How the cases that fit the filter divide: counts, shares with their denominator and Wilson 95 % interval, and
/// percentiles of pay. The unknown is a group of its own. Two dimensions also come as a matrix. `notices` say what cannot
/// be read from it.
#[utoipa::path(
    tag = "Statistics",
    params(Documented<StatisticsParameters>, Documented<FilterParameters>),
    responses((status = 200, description = "The groups.", body = Statistics), ReadProblems)
)]
#[get("/stats")]
pub async fn get_stats(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let mut view = state.view_of_many(&request, MediaType::Json).await?;
    let query = StatisticsQuery::parse(request.query_string(), &view.catalog)?;
    let query = Arc::new(query);
    let shared = Arc::clone(&query);
    let written = |statistics| json(statistics).map_err(|error| ApiError::Internal(error.to_string()));
    // Written where it was worked out, beside the threads that serve requests.
    let in_memory = view.in_memory(move |columns, catalog| compute_in_memory(columns, catalog, &shared).map(written));
    match in_memory.await? {
        Some(body) => Ok(view.answer_as(MediaType::Json, body?)),
        None => {
            let statistics = by_sql(&mut view, &query).await?;
            Ok(view.answer(&statistics))
        }
    }
}

/// From memory where it can, else by SQL.
pub(super) async fn statistics(view: &mut View, query: StatisticsQuery) -> Result<Statistics, ApiError> {
    let query = Arc::new(query);
    let shared = Arc::clone(&query);
    match view.in_memory(move |columns, catalog| compute_in_memory(columns, catalog, &shared)).await? {
        Some(statistics) => Ok(statistics),
        None => by_sql(view, &query).await,
    }
}

async fn by_sql(view: &mut View, query: &StatisticsQuery) -> Result<Statistics, ApiError> {
    let version = view.dataset.version;
    view.run(async |connection, catalog| compute(connection, catalog, version, query).await).await
}
