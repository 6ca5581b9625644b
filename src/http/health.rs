//! `/health`: whether the service lives, and whether it can answer.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::{PlainProblems, ReadyProblems};
use super::reference::no_parameters;
use super::state::AppState;
use crate::http::error::ApiError;

/// How the service is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"status": "ready", "version": "0.1.0", "writes": "possible",
    "memory": {"cases": 1000000, "bytes": 63000000, "limit_bytes": 2147483648_u64}}))]
pub struct Health {
    /// `live` or `ready`.
    #[schema(value_type = String)]
    pub status: &'static str,
    /// The version of the program.
    #[schema(value_type = String)]
    pub version: &'static str,
    /// Of a service that is ready, whether the database can be written to: `possible`, or `away` where it cannot be reached
    /// or only replicas of it can. Reads go on without.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, required = false, nullable = false)]
    pub writes: Option<&'static str>,
    /// Of a service that is ready, the memory that the cases take.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub memory: Option<Memory>,
}

/// The memory that the cases take, for statistics, facets, totals and comparable cases.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"cases": 1000000, "bytes": 63000000, "limit_bytes": 2147483648_u64}))]
pub struct Memory {
    /// How many cases there are in it.
    pub cases: u64,
    /// Bytes that they take.
    pub bytes: u64,
    /// Bytes that they may take (`--columns-memory-mib`). With more of them, the service is not ready any more.
    pub limit_bytes: u64,
}

impl Health {
    fn new(status: &'static str) -> Self {
        Self { status, version: env!("CARGO_PKG_VERSION"), writes: None, memory: None }
    }
}

/// Whether the program runs
///
/// Answers without looking at the database: a supervisor that gets no answer restarts the program.
#[utoipa::path(
    tag = "Operations",
    responses((status = 200, description = "It runs.", body = Health), PlainProblems)
)]
#[get("/health/live")]
pub async fn get_live(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    no_parameters(request.query_string())?;
    Ok(HttpResponse::Ok().json(Health::new("live")))
}

/// Whether the service can answer
///
/// Looks at the database: a load balancer sends requests only where this is 200.
#[utoipa::path(
    tag = "Operations",
    responses((status = 200, description = "It can answer.", body = Health), ReadyProblems)
)]
#[get("/health/ready")]
pub async fn get_ready(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, ApiError> {
    no_parameters(request.query_string())?;
    let (mut snapshot, takes_writes) = state.health().await?;
    snapshot.bring_columns(&state).await?;
    let writes = Some(if takes_writes { "possible" } else { "away" });
    let memory = snapshot.columns.as_ref().map(|columns| Memory {
        cases: columns.cases(),
        bytes: columns.bytes(),
        limit_bytes: state.columns.limit_bytes(),
    });
    Ok(snapshot.answer(&Health { writes, memory, ..Health::new("ready") }))
}
