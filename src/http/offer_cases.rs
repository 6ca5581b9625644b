//! `/offer-cases`: the cases themselves.

use actix_web::http::header::{HeaderValue, LINK};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};

use super::answers::{OneProblems, ReadProblems};
use super::export;
use super::media_types::{self, MediaType};
use super::view::{AppState, View};
use crate::cases::OfferCase;
use crate::cases::fields::Fields;
use crate::cases::format::{FORMAT, Format};
use crate::cases::list::{CasePage, CaseQuery, ListParameters, PageOfCases, list};
use crate::cases::one::{INCLUDE, Include, find, parse_id};
use crate::cases::parameters::FilterParameters;
use crate::error::ApiError;
use crate::parameters::{Documented, Parameter, ParameterReader, ParameterTable};

/// List offer cases
///
/// The cases that fit all parameters: a page at a time as JSON, or all of them as CSV or NDJSON, by `Accept` or `format`.
/// An empty answer is an answer: nobody with that background is in the data.
#[utoipa::path(
    tag = "Offer cases",
    params(Documented<FilterParameters>, Documented<ListParameters>),
    responses(
        (
            status = 200,
            description = "One page of cases as JSON, or every case as CSV or NDJSON.",
            content(
                (PageOfCases = "application/json"),
                (String = "text/csv", example = "id,company,company_name,company_name_en\r\n\
                    10bfdab1-46dd-522a-a44e-e39c3449f35e,baidu,百度,Baidu\r\n"),
                (String = "application/x-ndjson", example = "{\"id\":\"10bfdab1-46dd-522a-a44e-e39c3449f35e\"}\n"),
            )
        ),
        ReadProblems
    )
)]
#[get("/offer-cases")]
pub async fn list_offer_cases(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let mut reader = ParameterReader::only(request.query_string(), &[FORMAT]);
    let format = Format::parse(&mut reader);
    let accepted = format.map_or_else(|| media_types::accepted(&request, FORMS), |format| Ok(format.into()))?;
    let mut view = state.view_as(&request, accepted).await?;
    match CaseQuery::parse(request.query_string(), accepted.into(), &view.catalog)? {
        CaseQuery::Page(query) => {
            let page = view.run(async |connection, catalog| list(connection, catalog, &query).await).await?;
            Ok(page_answer(&request, &view, page, query.fields.as_ref()))
        }
        CaseQuery::Export(query) => {
            // Its connection goes back to the others before the export takes one of its own.
            drop(view);
            export::answer(&request, &state, query).await
        }
    }
}

/// What a list may be, the usual first.
const FORMS: &[MediaType] = &[MediaType::Json, MediaType::Csv, MediaType::Ndjson];

fn page_answer(request: &HttpRequest, view: &View, page: CasePage, fields: Option<&Fields>) -> HttpResponse {
    let link = page.next_cursor.as_ref().and_then(|cursor| next_link(request, cursor));
    let mut response = match fields {
        Some(fields) => view.answer(&page.thin(fields)),
        None => view.answer(&page),
    };
    if let Some(link) = link {
        response.headers_mut().insert(LINK, link);
    }
    response
}

/// The same request with another cursor, as a `Link` of relation `next` (RFC 8288).
fn next_link(request: &HttpRequest, cursor: &str) -> Option<HeaderValue> {
    let kept = request.query_string().split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
    let query: Vec<&str> = kept.collect();
    let separator = if query.is_empty() { "" } else { "&" };
    let link = format!("<{}?{}{separator}cursor={cursor}>; rel=\"next\"", request.path(), query.join("&"));
    HeaderValue::from_str(&link).ok()
}

/// The parameters of a single case.
#[derive(Debug)]
pub struct CaseParameters;

impl ParameterTable for CaseParameters {
    const PARAMETERS: &'static [Parameter] = &[INCLUDE];
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
    let mut view = state.view(&request).await?;
    let mut reader = ParameterReader::new(request.query_string(), &[CaseParameters::PARAMETERS]);
    let include = Include::parse(&mut reader);
    let uuid = parse_id(&mut reader, &id);
    reader.finish()?;
    let found = view.run(async |connection, catalog| find(connection, catalog, uuid, include).await).await?;
    match found {
        Some(case) => Ok(view.answer(&case)),
        None => Err(ApiError::NotFound { detail: format!("There is no offer case `{uuid}`."), did_you_mean: None }),
    }
}
