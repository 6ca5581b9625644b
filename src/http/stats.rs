//! `/stats`: counts, shares and pay.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};

use super::answers::ReadProblems;
use super::media_types::MediaType;
use super::snapshot::{AppState, Snapshot, written};
use crate::cases::parameters::FilterParameters;
use crate::engine::count::TooManyGroups;
use crate::http::error::ApiError;
use crate::parameters::message;
use crate::parameters::{Documented, ParameterError};
use crate::statistics::answer::Statistics;
use crate::statistics::compute::compute;
use crate::statistics::parameters::{GROUP_BY, StatisticsParameters, StatisticsQuery};

/// Count cases by one or two dimensions
///
/// How the cases that fit the filter divide: counts, shares with their denominator and Wilson 95 % interval, and
/// percentiles of pay. The unknown is a group of its own. Two dimensions also come as a matrix. `histogram=pay` gives in
/// their place how annual pay is spread. `notices` say what cannot be read from it.
#[utoipa::path(
    tag = "Statistics",
    params(Documented<StatisticsParameters>, Documented<FilterParameters>),
    responses((status = 200, description = "The groups.", body = Statistics), ReadProblems)
)]
#[get("/stats")]
pub async fn get_stats(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let mut snapshot = state.snapshot_of_many(&request, MediaType::Json).await?;
    let mut query = StatisticsQuery::parse(request.query_string(), &snapshot.catalog)?;
    snapshot.find_words(&state, [&mut query.filter]).await?;
    // Written where it was worked out, beside the threads that serve requests.
    let body = snapshot.in_memory(move |columns, catalog| {
        compute(columns, catalog, &query).map(|statistics| serde_json::to_vec(&statistics))
    });
    let body = body.await??;
    let body = body.map_err(|error| ApiError::Internal(error.to_string()))?;
    Ok(written(snapshot.response(), MediaType::Json, body))
}

/// The statistics that were asked for.
pub(super) async fn statistics(
    state: &AppState,
    snapshot: &mut Snapshot,
    mut query: StatisticsQuery,
) -> Result<Statistics, ApiError> {
    snapshot.find_words(state, [&mut query.filter]).await?;
    Ok(snapshot.in_memory(move |columns, catalog| compute(columns, catalog, &query)).await??)
}

impl From<TooManyGroups> for ApiError {
    fn from(error: TooManyGroups) -> Self {
        let message = message!(
            "{error}; choose other dimensions, or fewer cases",
            "组合太多，无法统计；请换其他维度，或缩小案例范围"
        );
        Self::InvalidParameters(vec![ParameterError::new(GROUP_BY.name, message)])
    }
}
