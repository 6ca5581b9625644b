//! `/comparable-cases` and `/offer-cases/{id}/comparable`: the cases most like a profile or a case.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};

use super::answers::{OneProblems, ReadProblems};
use super::view::AppState;
use crate::cases::one::find_row;
use crate::cases::parameters::FilterParameters;
use crate::comparison::parameters::{CandidateParameters, ComparisonParameters, ProfileParameters};
use crate::comparison::{CaseComparisonQuery, ComparableCases, ComparisonQuery, compare};
use crate::error::ApiError;
use crate::parameters::Documented;

/// Find the cases most like a profile
///
/// Compares the cases of the filter with what the profile gives, and explains each: the score is the sum of weight
/// times match over the dimensions, the weights adding up to 1. What is unknown of a case adds nothing and is listed.
/// Likeness is no forecast, as `notices` say.
#[utoipa::path(
    tag = "Comparable cases",
    params(Documented<ProfileParameters>, Documented<ComparisonParameters>, Documented<CandidateParameters>),
    responses((status = 200, description = "The cases, the most alike first.", body = ComparableCases), ReadProblems)
)]
#[get("/comparable-cases")]
pub async fn list_comparable_cases(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let mut view = state.view(&request).await?;
    let query = ComparisonQuery::parse(request.query_string(), &view.catalog)?;
    let version = view.dataset.version;
    let found = view.run(async |connection, catalog| compare(connection, catalog, version, &query).await).await?;
    Ok(view.answer(&found))
}

/// Find the cases most like a case
///
/// The profile is all that is known of the case, which is left out itself. The filter's parameters choose the cases
/// that it is compared with: `company=!baidu` looks elsewhere.
#[utoipa::path(
    tag = "Comparable cases",
    params(
        ("id" = Uuid, Path, description = "The id of the case.", example = "10bfdab1-46dd-522a-a44e-e39c3449f35e"),
        Documented<ComparisonParameters>, Documented<FilterParameters>),
    responses((status = 200, description = "The cases, the most alike first.", body = ComparableCases), OneProblems)
)]
#[get("/offer-cases/{id}/comparable")]
pub async fn list_cases_comparable_to(
    request: HttpRequest,
    state: Data<AppState>,
    id: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let mut view = state.view(&request).await?;
    let wanted = CaseComparisonQuery::parse(&id, request.query_string(), &view.catalog)?;
    let Some(case) = view.run(async |connection, _| find_row(connection, wanted.id).await).await? else {
        let detail = format!("There is no offer case `{}`.", wanted.id);
        return Err(ApiError::NotFound { detail, did_you_mean: None });
    };
    let query = wanted.with(&case, &view.catalog)?;
    let version = view.dataset.version;
    let found = view.run(async |connection, catalog| compare(connection, catalog, version, &query).await).await?;
    Ok(view.answer(&found))
}
