//! Starting and ending the service: database, migrations, seed, server.

mod care;
mod descriptors;
mod listen;
mod open_database;
mod rights;
mod signals;

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use actix_web::HttpServer;
use actix_web::dev::Server;
use actix_web::web::Data;
use log::{info, warn};

use crate::dashboard::{self, embed::FrameAncestors};
use crate::database::migrations;
use crate::database::private_server::Cancel;
use crate::database::{Database, DatabaseError, Databases, is_lost};
use crate::http::admission::Admission;
use crate::http::routes::{Specification, application};
use crate::http::short_reads::WorkerPipelines;
use crate::http::state::{AppState, Place, Stage};
use crate::import::ImportError;
use crate::import::seed::{self, SeedError, SeedFiles, SeedReport};
use crate::settings::{DatabaseSettings, HttpSettings, KeptColumns, ServeSettings};

pub use open_database::{OpenDatabase, RunByAnother};
pub use signals::{EndSignal, EndSignals};

/// How long requests in flight may take when the service ends. What is left of the ten seconds in
/// which it ends is for the private server.
const DRAIN_LIMIT: Duration = Duration::from_secs(7);
/// Pause before a database that is away is tried again.
const TRY_AGAIN: Duration = Duration::from_millis(500);
/// Time after which a database that is still away is reported again.
const TELL_AGAIN: Duration = Duration::from_secs(30);

/// Applies missing migrations and loads the seed where it has changed. One program at a time. Of a database that cannot be
/// written to, such as a replica, nothing is changed: it needs all migrations then.
///
/// `seed` is `None` where no seed is wanted.
///
/// # Errors
/// Where the database refuses or is away; [`Unprepared`] where it lacks something and nothing can be written.
pub async fn prepare(database: &Database, seed: Option<&SeedFiles>) -> anyhow::Result<()> {
    let mut connection = database.connect().await?;
    if migrations::is_read_only(&mut connection).await? {
        let missing = migrations::missing(&mut connection).await?;
        anyhow::ensure!(missing.is_empty(), Unprepared { missing });
        info!("nothing can be written to this database: it is served as it is, without migrations and seed");
        database.work_begins();
        return Ok(());
    }
    rights::check(&mut connection).await?;
    migrations::lock_start(&mut connection).await?;
    let (mut connection, applied) = migrations::apply_pending(connection)?;
    migrations::describe_fields(&mut connection).await?;
    if !applied.is_empty() {
        info!("applied {} migrations", applied.len());
    }
    if let Some(files) = seed
        && let Some(report) = seed::load_if_changed(database, files).await?
    {
        log_seed(&report);
    }
    // What a command does comes after this.
    database.work_begins();
    // The lock ends with the connection.
    Ok(())
}

/// Looks whether a database has all that is read from it, and changes nothing.
///
/// # Errors
/// [`Unprepared`] where it lacks migrations.
pub async fn check_prepared(database: &Database) -> anyhow::Result<()> {
    let missing = migrations::missing(&mut database.connect().await?).await?;
    anyhow::ensure!(missing.is_empty(), Unprepared { missing });
    database.work_begins();
    Ok(())
}

/// A database lacks migrations that cannot, or shall not, be applied now.
#[derive(Debug, thiserror::Error)]
#[error(
    "the database lacks {} migrations of this program ({}); `migrate`, or a service that may write to it, applies them",
    .missing.len(), .missing.join(", ")
)]
pub struct Unprepared {
    missing: Vec<String>,
}

fn log_seed(report: &SeedReport) {
    info!("loaded the seed: {} rows of reference data written", report.reference_rows);
    for changes in &report.changes {
        info!("seed: {changes}");
    }
    for import in &report.imports {
        info!("{import}");
    }
}

/// The seed files of a directory; without one those in the program.
pub fn seed_files(directory: Option<&Path>) -> anyhow::Result<SeedFiles> {
    match directory {
        Some(directory) => Ok(SeedFiles::read_dir(directory)?),
        None => Ok(SeedFiles::embedded()),
    }
}

/// Runs the service until it is told to end by SIGINT or SIGTERM.
pub async fn serve(database_settings: DatabaseSettings, settings: ServeSettings) -> anyhow::Result<()> {
    let seed = if settings.load_seed { Some(seed_files(database_settings.seed_dir.as_deref())?) } else { None };
    descriptors::raise_limit(&settings.http.limits);
    // Before the database, so that a port in use is reported at once.
    let listener = listen::on(&settings.listen, "--listen")?;
    let metrics =
        settings.metrics_listen.as_ref().map(|addresses| listen::on(addresses, "--metrics-listen")).transpose()?;
    let mut signals = EndSignals::new()?;
    let cancel = Cancel::default();
    let opening = OpenDatabase::open(&database_settings, RunByAnother::Refuse, cancel.clone());
    tokio::pin!(opening);
    let open = tokio::select! {
        open = &mut opening => open?,
        signal = signals.next() => {
            info!("{signal} while the database was starting: ending");
            cancel.cancel();
            // What has been started ends as it is dropped.
            let _ = opening.await;
            return Ok(());
        }
    };
    let served = serve_database(&open.database, (listener, metrics), &settings, seed.as_ref(), &mut signals).await;
    open.close().await?;
    served?;
    info!("ended");
    Ok(())
}

/// Serves an open database. It listens from the first moment and answers 503 until the database is
/// prepared, which may take as long as a named server is away.
async fn serve_database(
    database: &Arc<Database>,
    (listener, metrics): (TcpListener, Option<TcpListener>),
    settings: &ServeSettings,
    seed: Option<&SeedFiles>,
    signals: &mut EndSignals,
) -> anyhow::Result<()> {
    let address = listener.local_addr()?;
    let reads = settings.replicas.as_ref().map(|replicas| Arc::new(database.at(replicas.clone())));
    let reads = reads.unwrap_or_else(|| Arc::clone(database));
    let databases = Databases { writes: Arc::clone(database), reads };
    let place =
        settings.kept_columns.clone().map(|KeptColumns { directory, least_cases }| Place { directory, least_cases });
    let state = Data::new(AppState::keeping_columns(databases.clone(), settings.memory_limit_mib, place));
    let server = http_server(listener, state.clone(), &settings.http)?;
    let _metrics = metrics.map(|listener| listen::for_metrics(listener, &state)).transpose()?;
    let handle = server.handle();
    let mut server = tokio::spawn(server);
    let prepared = tokio::select! {
        prepared = prepare_patiently(&databases, seed, &state) => Some(prepared),
        signal = signals.next() => {
            info!("{signal} before the database was ready: ending");
            None
        }
    };
    if let Some(Ok(())) = prepared {
        let caring = tokio::spawn(care::Care::begin(&state).await.go_on(state.clone()));
        state.set_stage(Stage::Ready);
        if let Err(error) = state.open().await {
            warn!("reading the catalog ahead of the first request: {error}");
        }
        match database.damage().check() {
            Ok(()) => info!(
                "ready: http://{address}/ (API: http://{address}/api/v1/offer-cases, documentation: http://{address}/docs)"
            ),
            Err(_) => warn!("not ready: http://{address}/health/ready says why"),
        }
        let ended = tokio::select! {
            signal = signals.next() => {
                info!("{signal}: ending after the requests in flight");
                None
            }
            ended = &mut server => Some(ended),
        };
        caring.abort();
        if let Some(ended) = ended {
            return Ok(ended??);
        }
    }
    tokio::select! {
        () = handle.stop(true) => {}
        signal = signals.next() => {
            info!("{signal} again: ending at once");
            handle.stop(false).await;
        }
    }
    server.await??;
    prepared.unwrap_or(Ok(()))
}

/// The HTTP server, which runs as it is awaited and leaves signals to its caller.
pub fn http_server(listener: TcpListener, state: Data<AppState>, settings: &HttpSettings) -> std::io::Result<Server> {
    let HttpSettings { workers, limits, cors_origins, frame_ancestors } = settings.clone();
    let specification = Specification::shared();
    let admission = Data::new(Admission::new(&limits, state.database.long_connections()));
    state.is_admitted_by(&admission);
    let connected = admission.clone();
    let pipelines = state.databases.reads.worker_pipelines(workers);
    let started = Arc::new(AtomicUsize::new(0));
    let frame_ancestors = FrameAncestors::from(&frame_ancestors);
    let make = move || {
        let own = Arc::clone(&pipelines[started.fetch_add(1, Ordering::Relaxed) % pipelines.len()]);
        let application =
            application(state.clone(), Arc::clone(&specification), cors_origins.clone(), dashboard::configure);
        let application = application.app_data(WorkerPipelines(own)).app_data(frame_ancestors.clone());
        application.app_data(admission.clone())
    };
    let server = HttpServer::new(make)
        .workers(workers)
        .max_connections(limits.max_connections.div_ceil(workers))
        .keep_alive(limits.keep_alive)
        .client_request_timeout(limits.client_timeout)
        .on_connect(move |connection, data| connected.connected(connection, data))
        // A compressed answer goes out in parts: the second would wait 40 ms for the client to say that it has the first.
        .tcp_nodelay(true)
        .shutdown_timeout(DRAIN_LIMIT.as_secs())
        .disable_signals()
        .listen(listener)?
        .run();
    Ok(server)
}

/// Prepares the database, and waits for it where it is away, or can neither be served as it is nor be written to. Replicas
/// that have all migrations are served without it.
async fn prepare_patiently(databases: &Databases, seed: Option<&SeedFiles>, state: &AppState) -> anyhow::Result<()> {
    state.set_stage(Stage::Starting("preparing the database".into()));
    let database = &databases.writes;
    let mut reported: Option<(String, Instant)> = None;
    loop {
        let prepared = database.address().while_it_answers(prepare(database, seed)).await;
        let error = match prepared.map_err(anyhow::Error::from).and_then(|prepared| prepared) {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        let waits = is_away(&error) || error.is::<Unprepared>();
        if waits && databases.has_replicas() && is_served_by_replicas(databases).await {
            warn!("reading from replicas alone: {error:#}");
            return Ok(());
        }
        // A server that ends in the middle says so by an error like any other: whether it can be
        // reached at all tells them apart.
        if !waits && database.connect().await.is_ok() {
            return Err(error);
        }
        let reason = format!("{error:#}");
        if reported.as_ref().is_none_or(|(last, at)| *last != reason || at.elapsed() > TELL_AGAIN) {
            warn!("waiting for the database: {reason}");
            let step = if is_away(&error) { "the database is away" } else { "the database lacks migrations" };
            state.set_stage(Stage::Starting(step.into()));
            reported = Some((reason, Instant::now()));
        }
        tokio::time::sleep(TRY_AGAIN).await;
    }
}

/// Whether a replica can be reached that has all that is read.
async fn is_served_by_replicas(databases: &Databases) -> bool {
    let checked = databases.reads.address().while_it_answers(check_prepared(&databases.reads)).await;
    matches!(checked, Ok(Ok(())))
}

/// Whether an error says that the database could not be reached, or went away on the way.
pub(crate) fn is_away(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let away = cause.downcast_ref::<DatabaseError>();
        // What is told as the error within is none of its causes.
        let away = away.or(match cause.downcast_ref() {
            Some(ImportError::Away(within)) => Some(within),
            _ => None,
        });
        let away = away.or(match cause.downcast_ref() {
            Some(SeedError::Away(within)) => Some(within),
            _ => None,
        });
        matches!(away, Some(DatabaseError::Away(_)))
            || cause.downcast_ref::<diesel::result::Error>().is_some_and(is_lost)
            || cause.downcast_ref::<tokio_postgres::Error>().is_some_and(tokio_postgres::Error::is_closed)
    })
}
