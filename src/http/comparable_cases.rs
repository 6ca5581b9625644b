//! `/comparable-cases` and `/offer-cases/{id}/comparable`: the cases most like a profile or a case.

use std::sync::Arc;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use diesel_async::AsyncPgConnection;

use super::answers::{OneProblems, ReadProblems};
use super::media_types::MediaType;
use super::snapshot::{AppState, View};
use crate::cases::one::find_with_ordinal;
use crate::cases::parameters::FilterParameters;
use crate::catalog::Catalog;
use crate::comparison::parameters::{CandidateParameters, ComparisonParameters, ProfileParameters};
use crate::comparison::{
    CaseComparisonQuery, ComparableCases, ComparisonQuery, compare, compare_found, find_in_memory,
};
use crate::http::error::ApiError;
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
    let mut view = state.view_of_many(&request, MediaType::Json).await?;
    let query = ComparisonQuery::parse(request.query_string(), &view.catalog)?;
    let catalog = Arc::clone(&view.catalog);
    let found = find(&mut view, &catalog, query).await?;
    Ok(view.answer(&found))
}

/// From memory where it can, else by SQL.
async fn find(view: &mut View, catalog: &Catalog, query: ComparisonQuery) -> Result<ComparableCases, ApiError> {
    let version = view.dataset.version;
    let query = Arc::new(query);
    let shared = Arc::clone(&query);
    if let Some(best) = view.in_memory(move |columns, _| find_in_memory(columns, &shared)).await? {
        let compared = async |connection: &mut AsyncPgConnection, _: &Catalog| {
            compare_found(connection, catalog, version, &query, &best).await
        };
        if let Some(found) = view.run(compared).await? {
            return Ok(found);
        }
    }
    view.run(async |connection, _| compare(connection, catalog, version, &query).await).await
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
    let mut view = state.view_of_many(&request, MediaType::Json).await?;
    let wanted = CaseComparisonQuery::parse(&id, request.query_string(), &view.catalog)?;
    let Some((ordinal, case)) = view.run(async |connection, _| find_with_ordinal(connection, wanted.id).await).await?
    else {
        let detail = format!("There is no offer case `{}`.", wanted.id);
        return Err(ApiError::NotFound { detail, did_you_mean: None });
    };
    let query = wanted.with(&case, ordinal, &view.catalog)?;
    let catalog = Arc::clone(&view.catalog);
    let found = find(&mut view, &catalog, query).await?;
    Ok(view.answer(&found))
}
