//! `/offer-cases/{id}/likely-duplicates`: the cases that are likely the same as one.

use std::sync::Arc;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};
use diesel_async::AsyncPgConnection;

use super::answers::OneProblems;
use super::comparable_cases::MAX_ATTEMPTS;
use super::media_types::MediaType;
use super::offer_cases::no_case;
use super::snapshot::Snapshot;
use super::state::AppState;
use crate::cases::one::{find_with_ordinal, parse_id};
use crate::catalog::Catalog;
use crate::comparable::duplicates::{self, LikelyDuplicates};
use crate::database::DatabaseError;
use crate::http::error::ApiError;
use crate::model::case::Field;
use crate::parameters::ParameterReader;

/// Find the cases that are likely the same as a case
///
/// The same case in other words, told by another source or twice by one: of both are known and the same the company, the role, the
/// highest degree and the tier of its school; the dates are at most 31 days apart, the annual pay in one currency at most 5 %; and
/// nothing that is known of both is different (level and track of the role, tiers, school, major, city, channel, interviews, days of
/// preparation). Cases of one source are taken for the same only where also the day, the pay, the school, the major and the city
/// are. Where a case is like more than three others, it is what many persons got, and none is given. `duplicates=once` counts them
/// once in statistics.
#[utoipa::path(
    tag = "Comparable cases",
    params(("id" = Uuid, Path, description = "The id of the case.", example = "10bfdab1-46dd-522a-a44e-e39c3449f35e")),
    responses((status = 200, description = "The cases; mostly none.", body = LikelyDuplicates), OneProblems)
)]
#[get("/offer-cases/{id}/likely-duplicates")]
pub async fn list_likely_duplicates(
    request: HttpRequest,
    state: Data<AppState>,
    id: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let mut snapshot = state.snapshot_of_many(&request, MediaType::Json).await?;
    let read = move |query: &str, _: &Catalog| {
        let mut reader = ParameterReader::new(query, &[]);
        let id = parse_id(&mut reader, &id);
        reader.finish().map(|()| id)
    };
    let id = snapshot.understand(&request, read).await?;
    let found = snapshot
        .run(async |connection, catalog| find_with_ordinal(connection, catalog, id, &[Field::Id]).await)
        .await?;
    let (ordinal, _) = found.ok_or_else(|| no_case(id))?;
    let found = of_case(&state, &mut snapshot, ordinal).await?;
    Ok(snapshot.answer(&found))
}

/// The cases that are likely the same as the one with this ordinal.
pub(crate) async fn of_case(
    state: &AppState,
    snapshot: &mut Snapshot,
    ordinal: i64,
) -> Result<LikelyDuplicates, ApiError> {
    let ordinal = u32::try_from(ordinal).unwrap_or_default();
    let catalog = Arc::clone(&snapshot.catalog);
    for _ in 0..MAX_ATTEMPTS {
        let version = snapshot.dataset.version;
        let found = snapshot.in_memory(move |columns, _| columns.duplicates_of(ordinal)).await?;
        let read = async |connection: &mut AsyncPgConnection, _: &Catalog| {
            duplicates::read(connection, &catalog, version, &found).await
        };
        if let Some(found) = snapshot.run(read).await? {
            return Ok(found);
        }
        snapshot.renew_columns(state).await?;
    }
    Err(DatabaseError::Busy.into())
}
