//! `/metrics`: what an operator watches, in the text format of Prometheus.
//!
//! It is answered from what is known, without asking the database: [`Metrics`] is counted as requests are served, [`watch`]
//! looks at the databases every few seconds, and [`mod@exposition`] writes both, with what the parts of the service say of
//! themselves. It has a listener of its own: how much is asked, and what is lacking, is nobody else's business; and it is
//! read when the other one has no connection left, too.

mod exposition;
mod history;
#[cfg(target_os = "linux")]
mod process;
mod watch;

use std::net::TcpListener;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::middleware::Compress;
use actix_web::web::{self, Data};
use actix_web::{App, HttpResponse, HttpServer};
use log::{debug, error, warn};
use prometheus_client::encoding::{EncodeLabelSet, prometheus_text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use tokio::task::JoinHandle;

use super::state::AppState;
use watch::Watched;

/// Where they stand.
pub const PATH: &str = "/metrics";
/// Upper ends of the bins of durations, in seconds: from what an index answers to twice the limit of queries.
const DURATION_BINS: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// Connections of those who read them, at most.
const MAX_READERS: usize = 64;
/// How long a connection is kept for the next time.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// What is counted as requests are served; all copies are one.
#[derive(Clone)]
pub(super) struct Metrics {
    requests: Family<OfAnswer, Counter>,
    durations: Family<OfRoute, Histogram, fn() -> Histogram>,
    /// Requests whose answer has not been taken to its end.
    pub in_flight: Gauge,
    /// Bytes of bodies, as they are sent.
    pub sent_bytes: Counter,
    watched: Watched,
}

/// What tells answers apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfAnswer {
    route: String,
    status: u16,
}

/// The pattern of the path.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRoute {
    route: String,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(DURATION_BINS)),
            in_flight: Gauge::default(),
            sent_bytes: Counter::default(),
            watched: Watched::default(),
        }
    }
}

impl Metrics {
    /// Counts an answer that took so long to begin.
    pub fn answered(&self, route: String, status: StatusCode, took: Duration) {
        let of_route = OfRoute { route };
        self.durations.get_or_create(&of_route).observe(took.as_secs_f64());
        self.requests.get_or_create(&OfAnswer { route: of_route.route, status: status.as_u16() }).inc();
    }
}

/// The listener of `/metrics`, until it is dropped.
pub struct MetricsListener {
    handle: ServerHandle,
    watching: JoinHandle<()>,
}

impl MetricsListener {
    /// Answers `/metrics` on a listener, and looks at the databases meanwhile.
    ///
    /// # Errors
    /// Where the listener cannot be used.
    pub fn start(listener: TcpListener, state: Data<AppState>) -> std::io::Result<Self> {
        let server = server(listener, state.clone())?;
        let handle = server.handle();
        tokio::spawn(async move {
            if let Err(error) = server.await {
                error!("{PATH} is not answered any more: {error}");
            }
        });
        Ok(Self { handle, watching: tokio::spawn(watch::go_on(state)) })
    }
}

impl Drop for MetricsListener {
    fn drop(&mut self) {
        self.watching.abort();
        // The request to stop is sent at the call; nobody needs to wait for the end.
        drop(self.handle.stop(false));
    }
}

fn server(listener: TcpListener, state: Data<AppState>) -> std::io::Result<Server> {
    let make = move || {
        let metrics = web::resource(PATH).route(web::get().to(get)).route(web::head().to(get));
        App::new().app_data(state.clone()).wrap(Compress::default()).service(metrics)
    };
    let server = HttpServer::new(make).workers(1).max_connections(MAX_READERS).keep_alive(KEEP_ALIVE);
    Ok(server.disable_signals().listen(listener)?.run())
}

async fn get(state: Data<AppState>) -> HttpResponse {
    let mut text = String::new();
    match prometheus_text::encode(&mut text, &exposition::registry(&state)) {
        Ok(()) => {
            debug!("{PATH} was read: {} B", text.len());
            HttpResponse::Ok().insert_header((CONTENT_TYPE, prometheus_text::CONTENT_TYPE)).body(text)
        }
        Err(error) => {
            warn!("writing {PATH}: {error}");
            HttpResponse::InternalServerError().finish()
        }
    }
}
