//! `/facets`: for each dimension its values with counts.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};

use super::answers::ReadProblems;
use super::view::AppState;
use crate::cases::parameters::FilterParameters;
use crate::error::ApiError;
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
    let mut view = state.view(&request).await?;
    let query = FacetsQuery::parse(request.query_string(), &view.catalog)?;
    let version = view.dataset.version;
    let facets = view.run(async |connection, catalog| compute(connection, catalog, version, &query).await).await?;
    Ok(view.answer(&facets))
}
