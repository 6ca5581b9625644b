//! `/comparable-cases` and `/offer-cases/{id}/comparable`: the cases most like a profile or a case.

use std::sync::Arc;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use diesel_async::AsyncPgConnection;

use super::answers::{OneProblems, ReadProblems};
use super::media_types::MediaType;
use super::offer_cases::no_case;
use super::snapshot::Snapshot;
use super::state::AppState;
use crate::cases::one::find_with_ordinal;
use crate::cases::parameters::FilterParameters;
use crate::cases::row::WHOLE;
use crate::catalog::Catalog;
use crate::comparable::parameters::{CandidateParameters, ComparableParameters, ProfileParameters};
use crate::comparable::{self, ComparableCases, ComparableQuery, ComparableToCaseQuery, explain_found};
use crate::database::DatabaseError;
use crate::http::error::ApiError;
use crate::parameters::Documented;

/// Find the cases most like a profile
///
/// Compares the cases of the filter with what the profile gives, and explains each: the score is the sum of weight
/// times match over the dimensions, the weights adding up to 1. What is unknown of a case adds nothing and is listed.
/// Likeness is no forecast, as `notices` say.
#[utoipa::path(
    tag = "Comparable cases",
    params(Documented<ProfileParameters>, Documented<ComparableParameters>, Documented<CandidateParameters>),
    responses((status = 200, description = "The cases, the most alike first.", body = ComparableCases), ReadProblems)
)]
#[get("/comparable-cases")]
pub async fn list_comparable_cases(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let mut snapshot = state.snapshot_of_many(&request, MediaType::Json).await?;
    let query = snapshot.understand(&request, ComparableQuery::parse).await?;
    let catalog = Arc::clone(&snapshot.catalog);
    let found = find(&state, &mut snapshot, &catalog, query).await?;
    Ok(snapshot.answer(&found))
}

/// How often candidates are looked for anew because one of them was changed meanwhile.
pub(super) const MAX_ATTEMPTS: usize = 5;

/// The cases that are most like a profile.
pub(crate) async fn find(
    state: &AppState,
    snapshot: &mut Snapshot,
    catalog: &Catalog,
    mut query: ComparableQuery,
) -> Result<ComparableCases, ApiError> {
    snapshot.find_words(state, [&mut query.candidates.filter]).await?;
    let query = Arc::new(query);
    for _ in 0..MAX_ATTEMPTS {
        let (shared, version) = (Arc::clone(&query), snapshot.dataset.version);
        let best = snapshot.in_memory(move |columns, _| comparable::find(columns, &shared)).await?;
        let explain = async |connection: &mut AsyncPgConnection, _: &Catalog| {
            explain_found(connection, catalog, version, &query, &best).await
        };
        if let Some(found) = snapshot.run(explain).await? {
            return Ok(found);
        }
        snapshot.renew_columns(state).await?;
    }
    Err(DatabaseError::Busy.into())
}

/// Find the cases most like a case
///
/// The profile is all that is known of the case, which is left out itself. The filter's parameters choose the cases
/// that it is compared with: `company=!baidu` looks elsewhere.
#[utoipa::path(
    tag = "Comparable cases",
    params(
        ("id" = Uuid, Path, description = "The id of the case.", example = "10bfdab1-46dd-522a-a44e-e39c3449f35e"),
        Documented<ComparableParameters>, Documented<FilterParameters>),
    responses((status = 200, description = "The cases, the most alike first.", body = ComparableCases), OneProblems)
)]
#[get("/offer-cases/{id}/comparable")]
pub async fn list_cases_comparable_to(
    request: HttpRequest,
    state: Data<AppState>,
    id: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let mut snapshot = state.snapshot_of_many(&request, MediaType::Json).await?;
    let read = move |query: &str, catalog: &Catalog| ComparableToCaseQuery::parse(&id, query, catalog);
    let wanted = snapshot.understand(&request, read).await?;
    let Some((ordinal, case)) = snapshot
        .run(async |connection, catalog| find_with_ordinal(connection, catalog, wanted.id, WHOLE).await)
        .await?
    else {
        return Err(no_case(wanted.id));
    };
    let query = wanted.with(&case, ordinal, &snapshot.catalog)?;
    let catalog = Arc::clone(&snapshot.catalog);
    let found = find(&state, &mut snapshot, &catalog, query).await?;
    Ok(snapshot.answer(&found))
}
