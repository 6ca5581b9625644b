//! What the answers of all operations have in common, for the specification.

use std::collections::BTreeMap;

use actix_web::ResponseError;
use serde_json::json;
use utoipa::IntoResponses;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

use crate::cases::workbook::WorkbookError;
use crate::database::DatabaseError;
use crate::http::admission::Left;
use crate::http::error::{ApiError, PROBLEM_JSON, Problem};
use crate::parameters::Language;
use crate::parameters::message;
use crate::parameters::{API_PREFIX, ParameterError};

/// The problems of an operation: those of [`STATUSES`] at this place.
#[derive(Debug)]
pub struct Problems<const OF: usize>;

/// The problems that any operation on the data can have.
pub type ReadProblems = Problems<0>;
/// The problems of an operation on the data that names one thing in its path.
pub type OneProblems = Problems<1>;
/// The problems of an operation that only looks whether the data can be reached.
pub type ReadyProblems = Problems<2>;
/// The problems of an operation that does not look at the data.
pub type PlainProblems = Problems<3>;
/// The problems of an operation on the data whose answer has other forms at other addresses.
pub type ChoiceProblems = Problems<4>;
/// The problems of an operation that tells what the program is made of.
pub type ProgramProblems = Problems<5>;

/// The problems of an operation whose answer is a file that holds only so much.
pub type FileProblems = Problems<6>;

const STATUSES: [&[&str]; 7] = [
    &["304", "400", "429", "500", "503", "504"],
    &["304", "400", "404", "429", "500", "503", "504"],
    &["400", "500", "503", "504"],
    &["400", "500"],
    &["304", "400", "406", "429", "500", "503", "504"],
    &["304", "400", "429", "500"],
    &["304", "400", "422", "429", "500", "503", "504"],
];

impl<const OF: usize> IntoResponses for Problems<OF> {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let known = "The client has the answer already: it gave its `ETag` as `If-None-Match`.";
        let known = ResponseBuilder::new().description(known).build();
        let all = problems().into_iter().chain([("304".to_owned(), RefOr::T(known))]);
        all.filter(|(status, _)| STATUSES[OF].contains(&status.as_str())).collect()
    }
}

/// What can go wrong, by status.
fn problems() -> [(String, RefOr<Response>); 8] {
    let mistake = ParameterError::new("compny", message!("unknown parameter `compny`", "没有参数 `compny`"))
        .allowing("compny", ["company", "major"]);
    [
        problem(
            "A parameter is wrong: unknown, malformed, or with a value that is not allowed. All mistakes of a request are \
            reported at once.",
            &ApiError::InvalidParameters(vec![mistake]),
        ),
        problem(
            "There is nothing of this name.",
            &ApiError::NotFound {
                detail: message!("There is no company `baido`.", "没有公司 `baido`。"),
                did_you_mean: Some("baidu".into()),
            },
        ),
        problem(
            "`Accept` asks for a form that has an address of its own.",
            &ApiError::NotAcceptable { address: format!("{API_PREFIX}/offer-cases.csv") },
        ),
        problem(
            "What fits the parameters does not fit into a file of this form.",
            &ApiError::DoesNotFit(WorkbookError::TooMany.message()),
        ),
        problem(
            "The client's address has asked too much of late: try again after `Retry-After` seconds.",
            &ApiError::TooManyRequests(Left::nothing()),
        ),
        problem("A mistake of the service; the log has it under the request id.", &ApiError::Internal(String::new())),
        problem(
            "The service is starting, the database is away, or as much of this kind is worked on as may be at once: try again \
            after `Retry-After` seconds.",
            &ApiError::Database(DatabaseError::Away(String::new())),
        ),
        problem(
            "The query ran past its limit.",
            &ApiError::Database(DatabaseError::TimedOut(std::time::Duration::from_secs(5))),
        ),
    ]
}

fn problem(description: &str, error: &ApiError) -> (String, RefOr<Response>) {
    let example: Problem = error.problem("5f0c8a4e-9c1b-4b7e-8f59-0d1f6f6f2a51", Language::English);
    let content =
        ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).example(Some(json!(example))).build();
    let response = ResponseBuilder::new().description(description).content(PROBLEM_JSON, content).build();
    (error.status_code().as_u16().to_string(), RefOr::T(response))
}
