//! What the answers of all operations have in common, for the specification.

use std::collections::BTreeMap;

use actix_web::ResponseError;
use serde_json::json;
use utoipa::IntoResponses;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

use crate::database::DatabaseError;
use crate::http::error::{ApiError, PROBLEM_JSON, Problem};
use crate::parameters::ParameterError;

/// The problems that any operation on the data can have.
#[derive(Debug)]
pub struct ReadProblems;

/// The problems of an operation that only looks whether the data can be reached.
#[derive(Debug)]
pub struct ReadyProblems;

/// The problems of an operation that does not look at the data.
#[derive(Debug)]
pub struct PlainProblems;

/// The problems of an operation on the data that names one thing in its path.
#[derive(Debug)]
pub struct OneProblems;

impl IntoResponses for ReadProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mistake =
            ParameterError::new("compny", "unknown parameter `compny`").allowing("compny", ["company", "major"]);
        BTreeMap::from([
            not_modified(),
            problem(
                "A parameter is wrong: unknown, malformed, or with a value that is not allowed. All mistakes of \
                a request are reported at once.",
                &ApiError::InvalidParameters(vec![mistake]),
            ),
            problem(
                "`Accept` takes none of the media types that there are.",
                &ApiError::NotAcceptable(vec!["application/json"]),
            ),
            problem(
                "A mistake of the service; the log has it under the request id.",
                &ApiError::Internal(String::new()),
            ),
            problem(
                "The service is starting, the database is away, or all connections are busy: try again after \
                `Retry-After` seconds.",
                &ApiError::Database(DatabaseError::Away(String::new())),
            ),
            problem(
                "The query ran past its limit.",
                &ApiError::Database(DatabaseError::TimedOut(std::time::Duration::from_secs(5))),
            ),
        ])
    }
}

/// The answer to a client that has it already.
fn not_modified() -> (String, RefOr<Response>) {
    let description = "The client has the answer already: it gave its `ETag` as `If-None-Match`.";
    ("304".to_owned(), RefOr::T(ResponseBuilder::new().description(description).build()))
}

impl IntoResponses for PlainProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut responses = ReadProblems::responses();
        responses.retain(|status, _| matches!(status.as_str(), "400" | "500"));
        responses
    }
}

impl IntoResponses for ReadyProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut responses = ReadProblems::responses();
        responses.retain(|status, _| !matches!(status.as_str(), "304" | "406"));
        responses
    }
}

impl IntoResponses for OneProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut responses = ReadProblems::responses();
        let error =
            ApiError::NotFound { detail: "There is no company `baido`.".into(), did_you_mean: Some("baidu".into()) };
        responses.extend([problem("There is nothing of this name.", &error)]);
        responses
    }
}

fn problem(description: &str, error: &ApiError) -> (String, RefOr<Response>) {
    let example: Problem = error.problem("5f0c8a4e-9c1b-4b7e-8f59-0d1f6f6f2a51");
    let content =
        ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).example(Some(json!(example))).build();
    let response = ResponseBuilder::new().description(description).content(PROBLEM_JSON, content).build();
    (error.status_code().as_u16().to_string(), RefOr::T(response))
}
