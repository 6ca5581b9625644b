//! `/facets`: for each dimension its values with counts.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};

use super::answers::{ChoiceProblems, ReadProblems};
use super::media_types::{self, MediaType};
use super::state::AppState;
use super::stats::table_answer;
use crate::cases::format::Format;
use crate::cases::parameters::FilterParameters;
use crate::http::error::ApiError;
use crate::parameters::Documented;
use crate::statistics::facets::{Facets, FacetsParameters, FacetsQuery, FacetsTableParameters, compute};
use crate::statistics::place::Place;
use crate::statistics::table;

/// Count the values of every dimension
///
/// For each dimension its values with the number of cases under the filter, the dimension's own choice left out: what
/// a reader would get by choosing another value. Made for the side bar of a search page.
#[utoipa::path(
    tag = "Statistics",
    params(Documented<FacetsParameters>, Documented<FilterParameters>),
    responses((status = 200, description = "The values of each dimension.", body = Facets), ChoiceProblems)
)]
#[get("/facets")]
pub async fn get_facets(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    media_types::refuse_other_forms(&request, &[Format::Csv])?;
    let mut snapshot = state.snapshot_of_many(&request, MediaType::Json).await?;
    let mut query = snapshot.understand(&request, FacetsQuery::parse).await?;
    snapshot.find_words(&state, [&mut query.filter]).await?;
    Place::check_version(query.place.as_ref(), snapshot.dataset.version)?;
    snapshot.answer_in_memory(move |columns, catalog| compute(columns, catalog, &query)).await
}

/// Download the values of every dimension as CSV
///
/// The same as a table for spreadsheets: a row for each value of each dimension. `row` says what a row is: a `value`, the
/// `other` or `suppressed` values of a dimension as one, or its `total`. `Link` has the same as JSON (`rel="describedby"`).
#[utoipa::path(
    tag = "Statistics",
    params(Documented<FacetsTableParameters>, Documented<FilterParameters>),
    responses(
        (status = 200, description = "The table, its header first.", content_type = "text/csv",
            headers(
                ("Content-Disposition" = String, description = "That it is a file, and what to call it."),
                ("Link" = String, description = "The same as JSON, with the cursors of its facets (`rel=\"describedby\"`).")),
            body = String,
            example = "row,dimension,value,name,name_en,count,groups\r\nvalue,company,baidu,百度,Baidu,3,\r\n"),
        ReadProblems
    )
)]
#[get("/facets.csv")]
pub async fn export_facets_csv(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let mut snapshot = state.snapshot_of_many(&request, MediaType::Csv).await?;
    let (mut query, with_bom) = snapshot.understand(&request, FacetsQuery::parse_table).await?;
    snapshot.find_words(&state, [&mut query.filter]).await?;
    Place::check_version(query.place.as_ref(), snapshot.dataset.version)?;
    let table = snapshot.in_memory(move |columns, catalog| {
        compute(columns, catalog, &query).map(|facets| table::of_facets(&facets, with_bom))
    });
    let table = table.await??.map_err(|error| ApiError::Internal(error.to_string()))?;
    Ok(table_answer(&request, &snapshot, "facets", table, [None, None]))
}
