//! `/stats`: counts, shares and pay.

use actix_web::http::header::{CONTENT_DISPOSITION, LINK};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};

use super::answers::{ChoiceProblems, ReadProblems};
use super::export::file_name;
use super::links;
use super::media_types::{self, MediaType};
use super::snapshot::{Snapshot, written};
use super::state::AppState;
use crate::cases::format::Format;
use crate::cases::parameters::{FilterBesidePay, FilterParameters};
use crate::engine::count::TooManyGroups;
use crate::http::error::ApiError;
use crate::parameters::message;
use crate::parameters::{Documented, ParameterError};
use crate::statistics::answer::Statistics;
use crate::statistics::compute::compute;
use crate::statistics::parameters::{GROUP_BY, StatisticsParameters, StatisticsQuery, StatisticsTableParameters};
use crate::statistics::place::Place;
use crate::statistics::position::{self, PayPosition, PositionParameters, PositionQuery};
use crate::statistics::table;

/// Count cases by one or two dimensions
///
/// How the cases that fit the filter divide: counts, shares with their denominator and Wilson 95 % interval, and
/// percentiles of pay. The unknown is a group of its own. Two dimensions also come as a matrix. `histogram=pay` gives in
/// their place how annual pay is spread. `notices` say what cannot be read from it.
#[utoipa::path(
    tag = "Statistics",
    params(Documented<StatisticsParameters>, Documented<FilterParameters>),
    responses((status = 200, description = "The groups.", body = Statistics), ChoiceProblems)
)]
#[get("/stats")]
pub async fn get_stats(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    media_types::refuse_other_forms(&request, &[Format::Csv])?;
    let mut snapshot = state.snapshot_of_many(&request, MediaType::Json).await?;
    let mut query = snapshot.understand(&request, StatisticsQuery::parse).await?;
    snapshot.find_words(&state, [&mut query.filter]).await?;
    Place::check_version(query.place.as_ref(), snapshot.dataset.version)?;
    snapshot.answer_in_memory(move |columns, catalog| compute(columns, catalog, &query)).await
}

/// Download counts by one or two dimensions as CSV
///
/// The same as a table for spreadsheets: a row for each group with names, count, share with its interval, and the pay in each
/// currency in columns of its own; two dimensions are two columns of keys. `row` says what a row is: a `group`, the `other` or
/// `suppressed` groups as one, or the `total`. `Link` has the same as JSON (`rel="describedby"`), with the notices that say what
/// cannot be read from it, and the tables behind and before.
#[utoipa::path(
    tag = "Statistics",
    params(Documented<StatisticsTableParameters>, Documented<FilterParameters>),
    responses(
        (status = 200, description = "The table, its header first.", content_type = "text/csv",
            headers(
                ("Content-Disposition" = String, description = "That it is a file, and what to call it."),
                ("Link" = String, description = "The same as JSON, with its notices (`rel=\"describedby\"`); the tables behind \
                    and before (`next`, `prev`), where there are such.")),
            body = String,
            example = "row,company,company_name,company_name_en,count,groups\r\ngroup,baidu,百度,Baidu,3,\r\ntotal,,,,3,\r\n"),
        ReadProblems
    )
)]
#[get("/stats.csv")]
pub async fn export_stats_csv(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let mut snapshot = state.snapshot_of_many(&request, MediaType::Csv).await?;
    let (mut query, with_bom) = snapshot.understand(&request, StatisticsQuery::parse_table).await?;
    snapshot.find_words(&state, [&mut query.filter]).await?;
    Place::check_version(query.place.as_ref(), snapshot.dataset.version)?;
    let table = snapshot.in_memory(move |columns, catalog| {
        compute(columns, catalog, &query).map(|statistics| {
            let cursors = [statistics.next_cursor.clone(), statistics.prev_cursor.clone()];
            (table::of_statistics(&statistics, &query, with_bom), cursors)
        })
    });
    let (table, cursors) = table.await??;
    let table = table.map_err(|error| ApiError::Internal(error.to_string()))?;
    Ok(table_answer(&request, &snapshot, "stats", table, cursors))
}

/// Tell where a pay stands
///
/// Where a figure stands among comparable cases, those of the filter: which share of them was paid less, just that, and more,
/// each with its Wilson 95 % interval. In one currency; of fewer than six figures nothing is told.
#[utoipa::path(
    tag = "Statistics",
    params(Documented<PositionParameters>, Documented<FilterBesidePay>),
    responses((status = 200, description = "Where it stands.", body = PayPosition), ReadProblems)
)]
#[get("/stats/position")]
pub async fn get_pay_position(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let mut snapshot = state.snapshot_of_many(&request, MediaType::Json).await?;
    let mut query = snapshot.understand(&request, PositionQuery::parse).await?;
    snapshot.find_words(&state, [&mut query.filter]).await?;
    snapshot.answer_in_memory(move |columns, catalog| position::compute(columns, catalog, &query)).await
}

/// A table of what is worked out, with where the same stands as JSON.
pub(super) fn table_answer(
    request: &HttpRequest,
    snapshot: &Snapshot,
    what: &str,
    table: Vec<u8>,
    [next, prev]: [Option<String>; 2],
) -> HttpResponse {
    let mut response = snapshot.response();
    response.insert_header((CONTENT_DISPOSITION, file_name(what, &snapshot.dataset, Format::Csv)));
    let path = request.path().trim_end_matches(".csv");
    response.append_header((LINK, links::same_as_json(request, path)));
    for (relation, cursor) in [("next", next), ("prev", prev)] {
        if let Some(link) = cursor.and_then(|cursor| links::link(request, relation, &cursor)) {
            response.append_header((LINK, link));
        }
    }
    written(response, MediaType::Csv, table)
}

/// The statistics that were asked for.
pub(crate) async fn statistics(
    state: &AppState,
    snapshot: &mut Snapshot,
    mut query: StatisticsQuery,
) -> Result<Statistics, ApiError> {
    snapshot.find_words(state, [&mut query.filter]).await?;
    Ok(snapshot.in_memory(move |columns, catalog| compute(columns, catalog, &query)).await??)
}

/// Where a pay stands that was asked about.
pub(crate) async fn position(
    state: &AppState,
    snapshot: &mut Snapshot,
    mut query: PositionQuery,
) -> Result<PayPosition, ApiError> {
    snapshot.find_words(state, [&mut query.filter]).await?;
    Ok(snapshot.in_memory(move |columns, catalog| position::compute(columns, catalog, &query)).await??)
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
