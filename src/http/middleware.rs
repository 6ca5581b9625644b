//! What happens around every request: its id, its problem body, HEAD, panics.

use std::panic::AssertUnwindSafe;

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{
    CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, ETAG, Header, HeaderName, HeaderValue,
    IfNoneMatch, UPGRADE, VARY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::http::{ConnectionType, Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest, HttpResponse};
use futures_util::FutureExt;
use uuid::Uuid;

use super::exchange::{Exchange, Sent};
use crate::http::error::{ApiError, ErrorPage, ErrorPages, PROBLEM_JSON, Problem};
use crate::http::media_types::{MediaType, preferred_language, takes_page};
use crate::parameters::{API_PREFIX, Language, message};

/// The header that carries the id of a request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest request id that is taken over from a client.
const MAX_REQUEST_ID_CHARS: usize = 100;

/// Wraps the handling of a request.
pub(super) async fn frame<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<Sent<EitherBody<B, BoxBody>>>, Error> {
    let id = request_id(&request);
    let mut exchange = Exchange::begin(&mut request, id);
    // Nothing changes over to another protocol here; what asks for it is answered as if it did not (RFC 9110, 7.8).
    let is_last = request.headers().contains_key(UPGRADE) || *exchange.method() == Method::CONNECT;
    // Programs that say nothing of it read English.
    let language = preferred_language(&request).unwrap_or(Language::English);
    let knows_any = matches!(IfNoneMatch::parse(&request), Ok(IfNoneMatch::Any));
    if *exchange.method() == Method::HEAD {
        // Answered like GET; the server leaves the body out.
        request.head_mut().method = Method::GET;
    }
    // No copy of the request is kept over this call: routing needs to be its only owner.
    let outcome = AssertUnwindSafe(next.call(request)).catch_unwind().await;
    let error = match outcome {
        Ok(Ok(response)) => {
            let mut response = with_problem_body(response, &exchange.id, language);
            if knows_any {
                response = without_known_body(response);
            }
            exchange.answered(Some(response.request()), response.status(), response.response().error());
            add_headers(response.response_mut(), &exchange.id);
            if is_last {
                end_with(response.response_mut());
            }
            return Ok(response.map_body(|_, body| exchange.with(body)));
        }
        Ok(Err(error)) => error,
        Err(panic) => ApiError::Internal(format!("a handler panicked: {}", panic_message(panic.as_ref()))).into(),
    };
    let problem = problem_of(error.error_response().status(), Some(&error), &exchange.id, language);
    let mut response = problem_response(error.error_response(), &problem, language);
    exchange.answered(None, response.status(), Some(&error));
    add_headers(&mut response, &exchange.id);
    if is_last {
        end_with(&mut response);
    }
    let response = response.map_body(|_, body| BoxBody::new(exchange.with(body)));
    Err(InternalError::from_response(error, response).into())
}

/// Adds what every answer has: its request id, and that it is nothing but what it says it is.
fn add_headers<B>(response: &mut HttpResponse<B>, id: &str) {
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(id) = HeaderValue::from_str(id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
}

/// The answer to `If-None-Match: *`, which takes any answer that there is for one that the client has (RFC 9110, 13.1.2).
fn without_known_body<B>(response: ServiceResponse<EitherBody<B>>) -> ServiceResponse<EitherBody<B>> {
    if response.status() != StatusCode::OK || !response.headers().contains_key(ETAG) {
        return response;
    }
    let (request, response) = response.into_parts();
    let mut response = response.drop_body().map_body(|_, ()| EitherBody::right(BoxBody::new(())));
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    for header in [CONTENT_TYPE, CONTENT_LENGTH, CONTENT_ENCODING] {
        response.headers_mut().remove(header);
    }
    ServiceResponse::new(request, response)
}

/// Gives every error a problem body, those of the framework too.
fn with_problem_body<B>(
    response: ServiceResponse<B>,
    id: &str,
    language: Language,
) -> ServiceResponse<EitherBody<B, BoxBody>> {
    let status = response.status();
    // A problem, or a page that says itself what is wrong.
    let own = [PROBLEM_JSON, MediaType::Html.content_type()];
    let has_own_body = response.headers().get(CONTENT_TYPE).is_some_and(|kind| own.iter().any(|own| kind == *own));
    if !(status.is_client_error() || status.is_server_error()) || has_own_body {
        return response.map_into_left_body();
    }
    let problem = |language| problem_of(status, response.response().error(), id, language);
    if let Some(pages) = response.request().app_data::<ErrorPages>()
        && prefers_page(response.request())
    {
        let ErrorPage { html, headers } = (pages.0)(response.request(), &problem);
        let response = response.map_body(|_, _| EitherBody::right(BoxBody::new(html)));
        return with_headers(response, headers);
    }
    let problem = problem(language);
    let (request, response) = response.into_parts();
    let response = problem_response(response.drop_body().map_body(|_, ()| BoxBody::new(())), &problem, language);
    ServiceResponse::new(request, response).map_into_right_body()
}

/// Whether somebody looks at what is no part of the API.
fn prefers_page(request: &HttpRequest) -> bool {
    let of_programs = [API_PREFIX, "/health", "/openapi.json"];
    !of_programs.iter().any(|prefix| request.path().starts_with(prefix)) && takes_page(request)
}

fn with_headers<B>(mut response: ServiceResponse<B>, headers: Vec<(HeaderName, HeaderValue)>) -> ServiceResponse<B> {
    response.headers_mut().remove(CONTENT_LENGTH);
    for (name, value) in headers {
        response.headers_mut().insert(name, value);
    }
    response
}

/// The problem that an error is; for one of the framework's what its status says.
fn problem_of(status: StatusCode, error: Option<&Error>, id: &str, language: Language) -> Problem {
    match error.and_then(|error| error.as_error::<ApiError>()) {
        Some(error) => error.problem(id, language),
        None if status.is_server_error() => ApiError::Internal(String::new()).problem(id, language),
        None => {
            let code = status.canonical_reason().unwrap_or("error").to_lowercase().replace([' ', '-'], "_");
            let detail = message!("The request cannot be served.", "请求无法处理。");
            let detail = error.map_or_else(|| detail.of(language).to_owned(), ToString::to_string);
            Problem::new(status, &code, detail, id)
        }
    }
}

fn problem_response(mut response: HttpResponse, problem: &Problem, language: Language) -> HttpResponse {
    let headers = response.headers_mut();
    headers.remove(CONTENT_LENGTH);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    headers.append(VARY, HeaderValue::from_static("accept-language"));
    let body = serde_json::to_vec(problem).unwrap_or_default();
    response.set_body(BoxBody::new(body))
}

/// Makes an answer the last of its connection, and its end that of the connection: where a client asked for another
/// protocol, the server takes all that it sends from then on for that, and does not send in parts with their length.
fn end_with<B>(response: &mut HttpResponse<B>) {
    let head = response.head_mut();
    head.no_chunking(true);
    head.set_connection_type(ConnectionType::Close);
}

/// The id that the client gave, if it is fit to be logged; else a new one.
fn request_id(request: &ServiceRequest) -> String {
    let given = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok());
    let fit = |id: &&str| {
        let plain = |character: char| character.is_ascii_alphanumeric() || "-_.:".contains(character);
        !id.is_empty() && id.len() <= MAX_REQUEST_ID_CHARS && id.chars().all(plain)
    };
    given.filter(fit).map_or_else(|| Uuid::new_v4().to_string(), str::to_owned)
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message")
}
