//! `/facets`: for each dimension its values with counts.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};

use super::answers::ReadProblems;
use super::media_types::MediaType;
use super::snapshot::AppState;
use crate::cases::parameters::FilterParameters;
use crate::http::error::ApiError;
use crate::parameters::Documented;
use crate::statistics::facets::{Facets, FacetsParameters, FacetsQuery, compute};

/// Count the values of every dimension
///
/// For each dimension its values with the number of cases under the filter, the dimension's own choice left out: what
/// a reader would get by choosing another value. Made for the side bar of a search page.
#[utoipa::path(
    tag = "Statistics",
    params(Documented<FacetsParameters>, Documented<FilterParameters>),
    responses((status = 200, description = "The values of each dimension.", body = Facets), ReadProblems)
)]
#[get("/facets")]
pub async fn get_facets(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let mut snapshot = state.snapshot_of_many(&request, MediaType::Json).await?;
    let mut query = FacetsQuery::parse(request.query_string(), &snapshot.catalog)?;
    snapshot.find_words(&state, [&mut query.filter]).await?;
    let facets = snapshot.in_memory(move |columns, catalog| compute(columns, catalog, &query)).await??;
    Ok(snapshot.answer(&facets))
}
