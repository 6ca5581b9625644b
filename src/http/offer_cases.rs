//! `/offer-cases`: the cases themselves.

use actix_web::http::header::{HeaderValue, LINK};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get};

use super::answers::{OneProblems, ReadProblems};
use super::view::AppState;
use crate::cases::OfferCase;
use crate::cases::list::{CasePage, ListParameters, ListQuery, list};
use crate::cases::one::{INCLUDE, Include, find, parse_id};
use crate::cases::parameters::FilterParameters;
use crate::error::ApiError;
use crate::parameters::{Documented, Parameter, ParameterReader, ParameterTable};

/// List offer cases
///
/// The cases that fit all parameters, a page at a time. An empty answer is an answer: nobody with that
/// background is in the data.
#[utoipa::path(
    tag = "Offer cases",
    params(Documented<FilterParameters>, Documented<ListParameters>),
    responses((status = 200, description = "One page of cases.", body = CasePage), ReadProblems)
)]
#[get("/offer-cases")]
pub async fn list_offer_cases(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    let mut view = state.view(&request).await?;
    let query = ListQuery::parse(request.query_string(), &view.catalog)?;
    let page = view.run(async |connection, catalog| list(connection, catalog, &query).await).await?;
    let mut response = view.answer(&page);
    if let Some(link) = page.next_cursor.and_then(|cursor| next_link(&request, &cursor)) {
        response.headers_mut().insert(LINK, link);
    }
    Ok(response)
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
