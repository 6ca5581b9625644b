//! One request, from its head to the last byte of its answer: its line in the log, and what is counted of it.

use std::net::IpAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::ServiceRequest;
use actix_web::http::{Method, StatusCode};
use actix_web::web::{Bytes, Data};
use actix_web::{Error, HttpRequest};
use log::{Level, error, log, log_enabled, warn};
use pin_project_lite::pin_project;

use super::metrics::Metrics;
use super::state::AppState;
use crate::http::admission::{Admission, Class};

/// What the log calls the lines of requests.
const ACCESS: &str = "offer_cases::access";
/// What it calls what went wrong with them.
const FAILURES: &str = "offer_cases::request";
/// The route of what none fits: what clients make up is no label.
const NO_ROUTE: &str = "unmatched";

/// One request with its answer. Its line is written when the answer has been handed to the system, or was given up.
pub(super) struct Exchange {
    started: Instant,
    /// The id of the request.
    pub id: String,
    method: Method,
    target: String,
    client: Option<IpAddr>,
    is_probe: bool,
    metrics: Option<Metrics>,
    status: Option<StatusCode>,
    sent_bytes: u64,
    is_whole: bool,
}

impl Exchange {
    /// Of a request that has just come in.
    pub fn begin(request: &mut ServiceRequest, id: String) -> Self {
        let metrics = request.app_data::<Data<AppState>>().map(|state| state.metrics.clone());
        if let Some(metrics) = &metrics {
            metrics.in_flight.inc();
        }
        Self {
            started: Instant::now(),
            id,
            method: request.method().clone(),
            target: target(request),
            client: identified(request),
            is_probe: Class::of(request.path(), request.query_string()) == Class::Health,
            metrics,
            status: None,
            sent_bytes: 0,
            is_whole: false,
        }
    }

    /// How it was asked.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Notes the head of the answer, which the client has not got yet.
    pub fn answered(&mut self, request: Option<&HttpRequest>, status: StatusCode, error: Option<&Error>) {
        self.status = Some(status);
        if let Some(metrics) = &self.metrics {
            let route = request.and_then(HttpRequest::match_pattern).unwrap_or_else(|| NO_ROUTE.to_owned());
            metrics.answered(route, status, self.started.elapsed());
        }
        let id = self.id.as_str();
        let reason = || error.map_or_else(|| "no reason given".to_owned(), ToString::to_string);
        if status == StatusCode::SERVICE_UNAVAILABLE {
            warn!(target: FAILURES, request_id = id; "{id}: {}", reason());
        } else if status.is_server_error() {
            error!(target: FAILURES, request_id = id; "{id}: {}", reason());
        }
    }

    /// The body of the answer, whose bytes are counted until its end.
    pub fn with<B: MessageBody>(mut self, body: B) -> Sent<B> {
        self.is_whole = self.method == Method::HEAD || matches!(body.size(), BodySize::None | BodySize::Sized(0));
        Sent { body, exchange: self }
    }

    /// Probes, which come every few seconds, have a line where they fail.
    fn level(&self) -> Level {
        match self.status {
            Some(status) if self.is_probe && !status.is_server_error() => Level::Debug,
            _ => Level::Info,
        }
    }

    fn write_line(&self) {
        let level = self.level();
        if !log_enabled!(target: ACCESS, level) {
            return;
        }
        let Self { id, method, target, sent_bytes: bytes, .. } = self;
        let (id, method, target) = (id.as_str(), method.as_str(), target.as_str());
        let milliseconds = self.started.elapsed().as_secs_f64() * 1e3;
        let client = self.client.map_or_else(|| "-".to_owned(), |client| client.to_string());
        let outcome = match (self.status, self.is_whole) {
            (None, _) => " (given up)",
            (Some(_), false) => " (cut off)",
            (Some(_), true) => "",
        };
        let code = self.status.map_or_else(|| "-".to_owned(), |status| status.as_u16().to_string());
        log!(
            target: ACCESS, level,
            client = client.as_str(), method, path = target, status = self.status.map(|status| status.as_u16()),
            bytes, duration_ms = (milliseconds * 1e3).round() / 1e3, request_id = id, complete = outcome.is_empty();
            "{client} {method} {target} {code} {bytes} B {milliseconds:.1} ms {id}{outcome}"
        );
    }
}

impl Drop for Exchange {
    /// Without a status it was given up before it was answered, as when the program is ended by force. What a client that
    /// goes away has not taken of an answer was cut off.
    fn drop(&mut self) {
        if let Some(metrics) = &self.metrics {
            metrics.in_flight.dec();
            metrics.sent_bytes.inc_by(self.sent_bytes);
        }
        self.write_line();
    }
}

pin_project! {
    /// The body of an answer on its way.
    pub(super) struct Sent<B> {
        #[pin]
        body: B,
        exchange: Exchange,
    }
}

impl<B: MessageBody> MessageBody for Sent<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let this = self.project();
        let polled = this.body.poll_next(context);
        match &polled {
            Poll::Ready(Some(Ok(part))) if this.exchange.method != Method::HEAD => {
                this.exchange.sent_bytes += part.len() as u64;
            }
            Poll::Ready(None) => this.exchange.is_whole = true,
            _ => {}
        }
        polled
    }
}

/// Path and query as they came, for the log: without control characters, which a client could
/// forge lines with, and no more of it than tells what was asked.
fn target(request: &ServiceRequest) -> String {
    const MAX_CHARS: usize = 512;
    let target = request.uri().path_and_query().map_or("", |target| target.as_str());
    let mut plain: String = target.chars().take(MAX_CHARS).filter(|character| !character.is_control()).collect();
    if target.chars().nth(MAX_CHARS).is_some() {
        plain.push_str(&format!("… ({} bytes)", target.len()));
    }
    plain
}

/// The address that the request comes from.
fn identified(request: &mut ServiceRequest) -> Option<IpAddr> {
    let admission = request.app_data::<Data<Admission>>().cloned()?;
    admission.identify(request)
}
