//! What is answered when a request cannot be served: RFC 9457 `application/problem+json`.

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderName, HeaderValue, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::database::DatabaseError;
use crate::http::admission::{Class, Left};
use crate::http::validators::Validators;
use crate::parameters::{InvalidParameter, Language, Message, ParameterError, message};

/// Seconds after which a client may try again.
const RETRY_AFTER_SECONDS: u32 = 1;
/// The media type of a problem.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// Why a request is not served.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// Parameters are wrong.
    #[error("{} wrong parameter(s)", .0.len())]
    InvalidParameters(Vec<ParameterError>),
    /// There is nothing at this place.
    #[error("{detail}")]
    NotFound {
        /// What was looked for.
        detail: Message,
        /// What is there, and may have been meant.
        did_you_mean: Option<String>,
    },
    /// The path is known, the method is not.
    #[error("{method} is not allowed here; allowed: {allow}")]
    MethodNotAllowed {
        /// What was tried.
        method: String,
        /// What is allowed.
        allow: &'static str,
    },
    /// The client asks for a form that has an address of its own.
    #[error("the form stands at {address}")]
    NotAcceptable {
        /// That address.
        address: String,
    },
    /// What fits the parameters does not fit into the form of the answer.
    #[error("{0}")]
    DoesNotFit(Message),
    /// The client has asked too much of late.
    #[error("the client has asked too much")]
    TooManyRequests(Left),
    /// As many requests of its kind are worked on as there may be.
    #[error("{0}")]
    AllPlacesTaken(Message),
    /// Something that the answer takes is missing on the machine.
    #[error("{0}")]
    Unavailable(Message),
    /// What is asked for is known, and is not made here.
    #[error("{0}")]
    NotImplemented(Message),
    /// The client has the answer already.
    #[error("not modified")]
    NotModified(Validators),
    /// No server that can be reached is as far as the data that was asked for; the version that there is.
    #[error("the data is at version {0} still")]
    VersionNotReached(String),
    /// The service is still starting.
    #[error("the service is starting: {0}")]
    Starting(String),
    /// The database gave no answer.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A mistake of this program.
    #[error("internal error: {0}")]
    Internal(String),
}

/// A problem, as RFC 9457 has it, with what this service adds.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({
    "type": "urn:offer-cases:problem:invalid_parameter",
    "title": "Bad Request",
    "status": 400,
    "code": "invalid_parameter",
    "detail": "1 parameter is wrong.",
    "request_id": "5f0c8a4e-9c1b-4b7e-8f59-0d1f6f6f2a51",
    "errors": [{
        "parameter": "school_tier",
        "message": "no school tier is called `986`",
        "allowed": ["985", "211", "double_first_class"],
        "did_you_mean": "985",
    }],
}))]
pub struct Problem {
    /// A stable name of the kind of problem.
    pub r#type: String,
    /// The name of the status.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// A stable code.
    #[schema(example = "invalid_parameter")]
    pub code: String,
    /// What went wrong, in a sentence.
    pub detail: String,
    /// The id under which the log has this request; the same as in `X-Request-Id`.
    pub request_id: String,
    /// Each thing that is wrong with the request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<InvalidParameter>,
    /// What is there, and may have been meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub did_you_mean: Option<String>,
}

/// Shows a problem to somebody who looks at pages; what it says is given in the language of the page.
#[derive(Clone, Copy)]
pub(crate) struct ErrorPages(pub(crate) fn(&HttpRequest, &dyn Fn(Language) -> Problem) -> ErrorPage);

/// A page in the place of a problem.
pub(crate) struct ErrorPage {
    /// The page.
    pub(crate) html: String,
    /// The headers that it has.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
}

impl From<Vec<ParameterError>> for ApiError {
    fn from(mistakes: Vec<ParameterError>) -> Self {
        Self::InvalidParameters(mistakes)
    }
}

impl ApiError {
    /// The status, the stable code, and what the client is told. What went wrong inside is for the log alone.
    fn told(&self) -> (StatusCode, &'static str, Message) {
        let away = StatusCode::SERVICE_UNAVAILABLE;
        match self {
            Self::InvalidParameters(mistakes) => {
                let (count, are) =
                    (mistakes.len(), if mistakes.len() == 1 { "parameter is" } else { "parameters are" });
                let detail = message!("{count} {are} wrong.", "有 {count} 个参数不对。");
                (StatusCode::BAD_REQUEST, "invalid_parameter", detail)
            }
            Self::NotFound { detail, .. } => (StatusCode::NOT_FOUND, "not_found", detail.clone()),
            Self::MethodNotAllowed { method, allow } => {
                let detail = message!("{self}.", "这里不能用 {method}，可用：{allow}。");
                (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
            }
            Self::NotAcceptable { address } => {
                let detail = message!(
                    "Here is application/json; what `Accept` asks for is at {address}.",
                    "这里是 application/json；`Accept` 要的格式在 {address}。"
                );
                (StatusCode::NOT_ACCEPTABLE, "not_acceptable", detail)
            }
            Self::DoesNotFit(why) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "does_not_fit", why.clone().with(&message!(".", "。")))
            }
            Self::TooManyRequests(left) => {
                let (per_second, seconds) = (left.per_second(), left.retry_after_seconds());
                let (costly, file) = (Class::Costly.units(), Class::Export.units());
                let detail = message!(
                    "Your address has asked too much: {per_second} a second, where statistics, charts, searches and pages \
                     count {costly} and files of cases {file}; try again in {seconds} s.",
                    "你的地址请求过多：每秒限 {per_second}，其中统计、图表、搜索和网页各计 {costly}，案例文件计 {file}；请 {seconds} 秒后再试。"
                );
                (StatusCode::TOO_MANY_REQUESTS, "too_many_requests", detail)
            }
            Self::AllPlacesTaken(why) => (away, "busy", why.clone()),
            Self::Unavailable(why) => (away, "unavailable", why.clone()),
            Self::NotImplemented(why) => (StatusCode::NOT_IMPLEMENTED, "not_implemented", why.clone()),
            Self::NotModified(_) => {
                (StatusCode::NOT_MODIFIED, "not_modified", message!("The answer has not changed.", "应答没有变化。"))
            }
            Self::Starting(step) => {
                let detail = message!(
                    "The service is starting ({step}); try again in a moment.",
                    "服务正在启动（{step}），请稍后再试。"
                );
                (away, "starting", detail)
            }
            Self::VersionNotReached(there) => {
                let detail = message!(
                    "The version that was asked for is not here yet; there is {there}. Try again in a moment.",
                    "要求的版本还没有到达，现有 {there}，请稍后再试。"
                );
                (away, "version_not_reached", detail)
            }
            Self::Database(DatabaseError::Away(_)) => {
                let detail = message!("The database is away; try again in a moment.", "数据库暂时连不上，请稍后再试。");
                (away, "database_away", detail)
            }
            Self::Database(DatabaseError::Damaged(what)) => {
                let detail = message!(
                    "The database is damaged, and nothing is served of it until it is put right: {what}.",
                    "数据库已损坏，修复之前不提供任何数据：{what}。"
                );
                (away, "database_damaged", detail)
            }
            Self::Database(DatabaseError::Busy) => {
                let detail =
                    message!("All connections are busy; try again in a moment.", "所有连接都在使用中，请稍后再试。");
                (away, "database_busy", detail)
            }
            Self::Database(DatabaseError::TimedOut(limit)) => {
                let seconds = limit.as_secs_f64();
                let detail = message!(
                    "The query ran past its limit of {seconds} s; ask for less.",
                    "查询超过了 {seconds} 秒的限制，请缩小范围。"
                );
                (StatusCode::GATEWAY_TIMEOUT, "query_timeout", detail)
            }
            Self::Database(DatabaseError::Query(_)) | Self::Internal(_) => {
                let detail = message!(
                    "Something went wrong here; the log has it under the request id.",
                    "服务出错了；日志中以请求编号记录了原因。"
                );
                (StatusCode::INTERNAL_SERVER_ERROR, "internal_error", detail)
            }
        }
    }

    /// The body, with what is for people to read in a language.
    pub fn problem(&self, request_id: &str, language: Language) -> Problem {
        let (status, code, detail) = self.told();
        let mut problem = Problem::new(status, code, detail.of(language).to_owned(), request_id);
        match self {
            Self::InvalidParameters(mistakes) => {
                problem.errors = mistakes.iter().map(|mistake| mistake.answer(language)).collect();
            }
            Self::NotFound { did_you_mean, .. } => problem.did_you_mean.clone_from(did_you_mean),
            _ => {}
        }
        problem
    }
}

impl Problem {
    /// A problem without anything beside the common fields.
    pub fn new(status: StatusCode, code: &str, detail: String, request_id: &str) -> Self {
        Self {
            r#type: format!("urn:offer-cases:problem:{code}"),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            code: code.to_owned(),
            detail,
            request_id: request_id.to_owned(),
            errors: Vec::new(),
            did_you_mean: None,
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.told().0
    }

    /// Status and headers; the body needs the request id and is added by the middleware.
    fn error_response(&self) -> HttpResponse {
        let status = self.status_code();
        if let Self::NotModified(validators) = self {
            let mut response = HttpResponse::build(status);
            validators.add_to(&mut response);
            return response.finish();
        }
        let mut response = HttpResponse::new(status);
        let headers = response.headers_mut();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from(RETRY_AFTER_SECONDS));
        }
        if let Self::TooManyRequests(left) = self {
            headers.insert(RETRY_AFTER, HeaderValue::from(left.retry_after_seconds()));
            left.add_to(headers);
        }
        if let Self::MethodNotAllowed { allow, .. } = self {
            headers.insert(ALLOW, HeaderValue::from_static(allow));
        }
        response
    }
}
