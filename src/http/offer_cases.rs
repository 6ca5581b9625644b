//! `/offer-cases`: the cases themselves.

use actix_web::http::header::LINK;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, get};
use clap::ValueEnum as _;
use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::answers::{ChoiceProblems, OneProblems};
use super::links;
use super::media_types::{self, MediaType};
use super::snapshot::{SHORT_QUERY_BYTES, Snapshot, written};
use super::state::AppState;
use crate::cases::counts::{Counted, ToCount};
use crate::cases::fields::{Fields, INCLUDE};
use crate::cases::format::Format;
use crate::cases::list::{ListParameters, ListQuery, PageRows, WrittenPage};
use crate::cases::one::{find, parse_id};
use crate::cases::parameters::FilterParameters;
use crate::cases::schema::{OfferCase, PageOfCases};
use crate::engine::selection::total;
use crate::http::error::ApiError;
use crate::parameters::message;
use crate::parameters::{Documented, ParameterReader, ParameterTable, parameter_tables};

/// List offer cases
///
/// The cases that fit all parameters, a page at a time. An empty answer is an answer: nobody with that background is in the
/// data. All of them in one file are at `/offer-cases.csv`, `/offer-cases.ndjson` and `/offer-cases.xlsx`.
#[utoipa::path(
    tag = "Offer cases",
    params(Documented<FilterParameters>, Documented<ListParameters>),
    responses((status = 200, description = "One page of cases.", body = PageOfCases), ChoiceProblems)
)]
#[get("/offer-cases")]
pub async fn list_offer_cases(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    media_types::refuse_other_forms(&request, Format::value_variants())?;
    if let Some(answer) = short_page(&request, &state).await? {
        return Ok(answer);
    }
    let mut snapshot = state.snapshot(&request).await?;
    let query = snapshot.understand(&request, ListQuery::parse).await?;
    if query.counts_exactly() {
        // Before the rows, which must not be older than what the answer says of itself.
        snapshot.bring_columns(&state).await?;
    }
    let rows = snapshot.run(async |connection, _| PageRows::read(connection, &query).await).await?;
    let counted = count(&state, &mut snapshot, query.to_count(&rows)).await?;
    Ok(page_answer(&request, snapshot.response(), rows.write(&snapshot.catalog, &query, counted)))
}

/// Counts the cases of some filters.
pub(crate) async fn count(
    state: &AppState,
    snapshot: &mut Snapshot,
    mut to_count: ToCount,
) -> Result<Counted, ApiError> {
    if to_count.is_nothing() {
        return Ok(Counted::default());
    }
    snapshot.bring_columns(state).await?;
    snapshot.find_words(state, to_count.filters_mut()).await?;
    snapshot.in_memory(move |columns, _| to_count.by(|filter| total(columns, filter))).await
}

/// The page in one round trip, where the catalog in memory is enough to see that an index gives it, and it has any case.
async fn short_page(request: &HttpRequest, state: &AppState) -> Result<Option<HttpResponse>, ApiError> {
    let Some(catalog) = state.catalog_in_memory() else { return Ok(None) };
    if request.query_string().len() > SHORT_QUERY_BYTES {
        return Ok(None);
    }
    // What is wrong with it is told by the catalog of now.
    let Some(query) = ListQuery::parse_right(request.query_string(), &catalog) else { return Ok(None) };
    if !query.is_short() {
        return Ok(None);
    }
    let read = async |connection: &AsyncPgConnection| {
        let rows = PageRows::read(connection, &query).await?;
        Ok(rows.dataset().cloned().map(|dataset| (dataset, rows)))
    };
    let Some((response, rows)) = state.read_at_once(request, MediaType::Json, &catalog, read).await? else {
        return Ok(None);
    };
    Ok(Some(page_answer(request, response, rows.write(&catalog, &query, Counted::default()))))
}

fn page_answer(request: &HttpRequest, mut response: HttpResponseBuilder, page: WrittenPage) -> HttpResponse {
    let links = [("next", &page.next_cursor), ("prev", &page.prev_cursor)];
    for (relation, cursor) in links.into_iter().filter_map(|(relation, cursor)| Some((relation, cursor.as_ref()?))) {
        if let Some(link) = links::link(request, relation, cursor) {
            response.append_header((LINK, link));
        }
    }
    written(response, MediaType::Json, page.json)
}

parameter_tables! {
    /// The parameters of a single case.
    CaseParameters = &[INCLUDE];
}

/// Get one offer case
///
/// A case keeps its id for ever, on any machine: it derives from its source and its row.
#[utoipa::path(
    tag = "Offer cases",
    params(
        ("id" = Uuid, Path, description = "The id of the case.", example = "10bfdab1-46dd-522a-a44e-e39c3449f35e"),
        Documented<CaseParameters>),
    responses((status = 200, description = "The case.", body = OfferCase), OneProblems)
)]
#[get("/offer-cases/{id}")]
pub async fn get_offer_case(
    request: HttpRequest,
    state: Data<AppState>,
    id: Path<String>,
) -> Result<HttpResponse, ApiError> {
    let mut reader = ParameterReader::new(request.query_string(), &[CaseParameters::PARAMETERS]);
    let fields = Fields::parse_whole(&mut reader);
    let uuid = parse_id(&mut reader, &id);
    let wrong = reader.finish();
    if wrong.is_ok()
        && let Some(catalog) = state.catalog_in_memory()
        && let Some((response, case)) = state
            .read_at_once(&request, MediaType::Json, &catalog, async |connection| {
                find(connection, &catalog, uuid, &fields).await
            })
            .await?
    {
        return Ok(written(response, MediaType::Json, case.write(&fields, &catalog)));
    }
    let mut snapshot = state.snapshot(&request).await?;
    wrong?;
    match snapshot.run(async |connection, catalog| find(connection, catalog, uuid, &fields).await).await? {
        Some((_, case)) => Ok(written(snapshot.response(), MediaType::Json, case.write(&fields, &snapshot.catalog))),
        None => Err(no_case(uuid)),
    }
}

/// That there is no case with this id.
pub(crate) fn no_case(id: Uuid) -> ApiError {
    ApiError::NotFound {
        detail: message!("There is no offer case `{id}`.", "没有案例 `{id}`。"), did_you_mean: None
    }
}
