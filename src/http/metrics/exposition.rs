//! What stands in `/metrics`: each name with what it means, and where its value comes from.

use std::fmt::Debug;
use std::hash::Hash;
use std::sync::atomic::AtomicU64;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use super::watch::{Look, Seen};
use crate::database::Database;
use crate::database::usage::Usage;
use crate::engine::store::Held;
use crate::http::admission::{Admission, Work};
use crate::http::state::{AppState, Stage};

/// What all names begin with but those that all programs have.
const PREFIX: &str = "offer_cases";

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfDatabase {
    /// `writes`, or `reads` for its replicas.
    database: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfConnections {
    database: &'static str,
    purpose: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfWork {
    class: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfBuild {
    version: &'static str,
    target: String,
    optimised: &'static str,
}

/// Everything that is known now.
pub(super) fn registry(state: &AppState) -> Registry {
    let mut registry = Registry::default();
    let own = registry.sub_registry_with_prefix(PREFIX);
    requests(own, state);
    if let Some(admission) = state.admission() {
        work(own, admission);
    }
    let seen = state.metrics.watched.seen();
    service(own, state, &seen);
    let (writes, reads) = (&state.databases.writes, &state.databases.reads);
    let mut looks = vec![("writes", &**writes, seen.writes.as_ref())];
    if state.databases.has_replicas() {
        looks.push(("reads", &**reads, seen.reads.as_ref()));
    }
    databases(own, &looks);
    connections(own, &looks);
    columns(own, state, &seen);
    changes(own, state, &seen);
    drop(seen);
    #[cfg(target_os = "linux")]
    super::process::register(&mut registry);
    registry
}

fn gauge(registry: &mut Registry, name: &str, help: &str, value: f64) {
    registry.register(name, help, ConstGauge::new(value));
}

/// One value for each of some labels; without any the name is there all the same.
fn gauges<L>(registry: &mut Registry, name: &str, help: &str, values: impl IntoIterator<Item = (L, f64)>)
where
    L: EncodeLabelSet + Clone + Debug + Eq + Hash + Send + Sync + 'static,
{
    let family = Family::<L, Gauge<f64, AtomicU64>>::default();
    for (labels, value) in values {
        family.get_or_create(&labels).set(value);
    }
    registry.register(name, help, family);
}

fn flag(is_so: bool) -> f64 {
    f64::from(u8::from(is_so))
}

fn unix_seconds(time: SystemTime) -> f64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

fn requests(registry: &mut Registry, state: &AppState) {
    let metrics = &state.metrics;
    let help = "Requests that were answered, by the pattern of their path and the status";
    registry.register("http_requests", help, metrics.requests.clone());
    let help = "Time from the head of a request to the head of its answer, by the pattern of its path";
    registry.register("http_request_duration_seconds", help, metrics.durations.clone());
    let help = "Requests whose answer has not been sent to its end";
    registry.register("http_requests_in_flight", help, metrics.in_flight.clone());
    let help = "Bytes of bodies that were sent, compressed as they were";
    registry.register("http_response_bytes", help, metrics.sent_bytes.clone());
}

fn work(registry: &mut Registry, admission: &Admission) {
    gauge(registry, "http_connections", "Connections of clients", admission.connections() as f64);
    let help = "Connections of clients, at most (--max-connections)";
    gauge(registry, "http_connections_max", help, admission.most_connections() as f64);
    let all = admission.work();
    let mut each = |name, help, value: fn(&Work) -> usize| {
        let values = all.iter().map(|work| (OfWork { class: work.class }, value(work) as f64));
        gauges(registry, name, help, values);
    };
    each("work_max", "Requests of a class that are worked on at once, at most", |work| work.most);
    each("work_running", "Requests of a class that are worked on", |work| work.running);
    each("work_waiting", "Requests that wait for a place in their class", |work| work.waiting);
    let refused = Family::<OfWork, Counter>::default();
    for work in &all {
        refused.get_or_create(&OfWork { class: work.class }).inc_by(work.refused);
    }
    registry.register("work_refused", "Requests that found no place in their class in time", refused);
}

fn service(registry: &mut Registry, state: &AppState, seen: &Seen) {
    let is_damaged = state.database.damage().check().is_err();
    let looks = [seen.writes.as_ref(), seen.reads.as_ref()];
    let is_reached = looks.into_iter().flatten().any(|look| look.answer.is_some());
    let is_ready = state.stage() == Stage::Ready && !is_damaged && is_reached && state.columns.held().is_some();
    let help =
        "Whether all of the service can answer, as it was seen last: started, a database reached, cases in memory";
    gauge(registry, "ready", help, flag(is_ready));
    gauge(registry, "database_damaged", "Whether rows are lacking or cannot be read", flag(is_damaged));
    let target = format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS);
    let optimised = if cfg!(debug_assertions) { "no" } else { "yes" };
    let build = OfBuild { version: env!("CARGO_PKG_VERSION"), target, optimised };
    registry.register("build", "The program", Info::new(build));
}

fn databases(registry: &mut Registry, looks: &[(&'static str, &Database, Option<&Look>)]) {
    let mut each = |name, help, value: fn(&Look) -> Option<f64>| {
        let values = looks.iter().filter_map(|(database, _, look)| {
            let value = look.and_then(value)?;
            Some((OfDatabase { database }, value))
        });
        gauges(registry, name, help, values);
    };
    let help = "Whether the database gave an answer when it was last looked at";
    each("database_up", help, |look| Some(flag(look.answer.is_some())));
    let help = "Whether it can be written to: it is up and no replica";
    each("database_writable", help, |look| Some(flag(look.answer.as_ref().is_some_and(|answer| !answer.is_replica))));
    let help = "When the database was last looked at, as Unix time";
    each("database_checked_timestamp_seconds", help, |look| Some(unix_seconds(look.at)));
    let help = "The version of the data that the database has";
    each("dataset_version", help, |look| look.answer.as_ref().map(|answer| answer.dataset.version as f64));
}

fn connections(registry: &mut Registry, looks: &[(&'static str, &Database, Option<&Look>)]) {
    let usages: Vec<(OfConnections, Usage)> = looks
        .iter()
        .flat_map(|(name, database, _)| database.usage().map(|usage| (*name, usage)))
        .map(|(database, usage)| (OfConnections { database, purpose: usage.purpose.name() }, usage))
        .collect();
    let mut each = |name, help, value: fn(&Usage) -> usize| {
        gauges(registry, name, help, usages.iter().map(|(labels, usage)| (labels.clone(), value(usage) as f64)));
    };
    each("database_connections_max", "Connections to the database, at most", |usage| usage.most);
    each("database_connections", "Connections to the database", |usage| usage.open);
    each("database_connections_in_use", "Connections to the database that work", |usage| usage.in_use);
    each("database_requests_waiting", "Requests that wait for a connection", |usage| usage.waiting);
}

fn columns(registry: &mut Registry, state: &AppState, seen: &Seen) {
    let held = state.columns.held();
    let of_held = |value: fn(&Held) -> f64| held.as_ref().map_or(0.0, value);
    let help = "Whether all cases are in memory, without which there are no statistics";
    gauge(registry, "columns_loaded", help, flag(held.is_some()));
    gauge(registry, "columns_cases", "Cases in memory", of_held(|held| held.cases as f64));
    gauge(registry, "columns_bytes", "Memory that cases take", of_held(|held| held.bytes as f64));
    let help = "The most memory that cases may take (--columns-memory-mib)";
    gauge(registry, "columns_limit_bytes", help, state.columns.limit_bytes() as f64);
    let help = "The version of the data of the cases in memory; 0 = none";
    gauge(registry, "columns_dataset_version", help, of_held(|held| held.dataset.version as f64));
    let behind = held.map_or(0.0, |held| seen.history.seconds_behind(&held.dataset, Instant::now()));
    let help = "For how long a database has had newer cases; they are read when somebody asks for them";
    gauge(registry, "columns_behind_seconds", help, behind);
}

fn changes(registry: &mut Registry, state: &AppState, seen: &Seen) {
    if state.databases.has_replicas() {
        let replica = seen.reads.as_ref().and_then(|look| look.answer.as_ref());
        let lag = replica.map(|answer| seen.history.seconds_behind(&answer.dataset, Instant::now()));
        let help = "For how long the replicas that are read from have lacked the newest data";
        gauges(registry, "replica_lag_seconds", help, lag.map(|lag| (OfDatabase { database: "reads" }, lag)));
    }
    let Some(imports) = seen.imports else { return };
    gauge(
        registry,
        "import_running",
        "Whether an import, or a change of names, is under way",
        flag(imports.is_under_way),
    );
    if let Some(at) = imports.last_finished_at {
        let help = "When the last import was committed, as Unix time";
        gauge(registry, "import_last_finished_timestamp_seconds", help, unix_seconds(at.into()));
    }
}
