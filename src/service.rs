//! Starting and ending the service: database, migrations, seed, server.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::HttpServer;
use actix_web::dev::Server;
use actix_web::web::Data;
use anyhow::Context;
use log::{info, warn};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_postgres::NoTls;

use crate::app::{Specification, application};
use crate::config::{CorsOrigins, DatabaseLocation, DatabaseSettings, ServeSettings};
use crate::database::migrations;
use crate::database::private_server::{self, Cancel, Durability, Options, PrivateServer, Reached, StartError};
use crate::database::{Database, DatabaseError, is_lost};
use crate::http::view::{AppState, Stage};
use crate::import::seed::{self, SeedFiles, SeedReport};

/// How long requests in flight may take when the service ends. What is left of the ten seconds in
/// which it ends is for the private server.
const DRAIN_LIMIT: Duration = Duration::from_secs(7);
/// Pause before a database that is away is tried again.
const TRY_AGAIN: Duration = Duration::from_millis(500);
/// Time after which a database that is still away is told of again.
const TELL_AGAIN: Duration = Duration::from_secs(30);
/// Pause before a private server that is not quite there is tried again.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
/// How long a private server that runs may take to let somebody in.
const PRIVATE_LIMIT: Duration = Duration::from_secs(30);
/// How long an idle connection of a client is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// What is done with a private server that another instance runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunByAnother {
    /// It is used.
    Use,
    /// It is an error: two servers cannot share a data directory.
    Refuse,
}

/// The database, with the private server that it may run on.
pub struct OpenDatabase {
    /// The database.
    pub database: Arc<Database>,
    server: Option<PrivateServer>,
}

impl OpenDatabase {
    /// Opens a database: a server that is named, which need not be there yet, or a private one,
    /// which is started where it does not run already.
    ///
    /// `cancel` ends a start that is under way.
    pub async fn open(
        settings: &DatabaseSettings,
        run_by_another: RunByAnother,
        cancel: Cancel,
    ) -> anyhow::Result<Self> {
        let (config, server) = match &settings.location {
            DatabaseLocation::Server(config) => ((**config).clone(), None),
            DatabaseLocation::Private { data_dir, bin_dir } => {
                let durability = Durability::Durable;
                let options = Options { data_dir: data_dir.clone(), bin_dir: bin_dir.clone(), durability, cancel };
                let reached = tokio::task::spawn_blocking(move || reach_private(&options, run_by_another)).await??;
                await_private(&reached.0, reached.1.is_some()).await?;
                reached
            }
        };
        let database = Arc::new(Database::new(config, settings.connections, settings.query_limit));
        Ok(Self { database, server })
    }

    /// Ends the private server, if it was started here.
    pub async fn close(self) -> anyhow::Result<()> {
        if let Some(server) = self.server {
            tokio::task::spawn_blocking(move || server.stop()).await?;
        }
        Ok(())
    }
}

fn reach_private(
    options: &Options,
    run_by_another: RunByAnother,
) -> Result<(tokio_postgres::Config, Option<PrivateServer>), StartError> {
    if run_by_another == RunByAnother::Refuse {
        let server = PrivateServer::start(options)?;
        return Ok((server.directory().connection(), Some(server)));
    }
    match PrivateServer::reach(options)? {
        Reached::Started(server) => Ok((server.directory().connection(), Some(server))),
        Reached::RunBy(directory) => Ok((directory.connection(), None)),
    }
}

/// Waits until the database of a private server takes connections. Whoever owns the server makes
/// the database where it is missing: at the first start, and after one that was killed in the middle.
async fn await_private(config: &tokio_postgres::Config, owns_server: bool) -> anyhow::Result<()> {
    use tokio_postgres::error::SqlState;
    let deadline = Instant::now() + PRIVATE_LIMIT;
    loop {
        let error = match config.connect(NoTls).await {
            Ok(_) => return Ok(()),
            Err(error) => error,
        };
        if owns_server && error.code() == Some(&SqlState::UNDEFINED_DATABASE) {
            create_database(config).await?;
        } else if Instant::now() > deadline {
            return Err(error).context("connecting to the private PostgreSQL server");
        } else {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
}

async fn create_database(config: &tokio_postgres::Config) -> anyhow::Result<()> {
    let mut maintenance = config.clone();
    maintenance.dbname("postgres");
    let (client, connection) = maintenance.connect(NoTls).await?;
    let connection = tokio::spawn(connection);
    client.batch_execute(&format!("create database {}", private_server::DATABASE)).await?;
    drop(client);
    connection.await??;
    Ok(())
}

/// Applies missing migrations and loads the seed where it has changed. One program at a time.
///
/// `seed` is `None` where no seed is wanted.
pub async fn prepare(database: &Database, seed: Option<&SeedFiles>) -> anyhow::Result<()> {
    let mut connection = database.connect().await?;
    migrations::lock_start(&mut connection).await?;
    let (mut connection, applied) = migrations::apply_pending(connection)?;
    if !applied.is_empty() {
        info!("applied {} migrations", applied.len());
    }
    if let Some(files) = seed
        && let Some(report) = seed::load_if_changed(&mut connection, files).await?
    {
        log_seed(&report);
    }
    // The lock ends with the connection.
    Ok(())
}

fn log_seed(report: &SeedReport) {
    info!("loaded the seed: {} rows of reference data written", report.reference_rows);
    for import in &report.imports {
        info!("{import}");
    }
}

/// The seed files that the settings name.
pub fn seed_files(settings: &DatabaseSettings) -> anyhow::Result<SeedFiles> {
    match &settings.seed_dir {
        Some(directory) => Ok(SeedFiles::read_dir(directory)?),
        None => Ok(SeedFiles::embedded()),
    }
}

/// Runs the service until it is told to end by SIGINT or SIGTERM.
pub async fn serve(database_settings: DatabaseSettings, settings: ServeSettings) -> anyhow::Result<()> {
    let seed = if settings.load_seed { Some(seed_files(&database_settings)?) } else { None };
    // Before the database, so that a port in use is told at once.
    let listener = listen(&settings.listen)?;
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
    let served = serve_database(&open.database, listener, &settings, seed.as_ref(), &mut signals).await;
    open.close().await?;
    served?;
    info!("ended");
    Ok(())
}

fn listen(addresses: &[SocketAddr]) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(addresses).with_context(|| {
        let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        format!("cannot listen on {}; choose another address or port with --listen", addresses.join(", "))
    })?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Serves an open database. It listens from the first moment and answers 503 until the database is
/// prepared, which may take as long as a named server is away.
async fn serve_database(
    database: &Arc<Database>,
    listener: TcpListener,
    settings: &ServeSettings,
    seed: Option<&SeedFiles>,
    signals: &mut EndSignals,
) -> anyhow::Result<()> {
    let address = listener.local_addr()?;
    let state = Data::new(AppState::new(Arc::clone(database)));
    let server = http_server(listener, state.clone(), settings.workers, settings.cors_origins.clone())?;
    let handle = server.handle();
    let mut server = tokio::spawn(server);
    let prepared = tokio::select! {
        prepared = prepare_patiently(database, seed, &state) => Some(prepared),
        signal = signals.next() => {
            info!("{signal} before the database was ready: ending");
            None
        }
    };
    if let Some(Ok(())) = prepared {
        state.set_stage(Stage::Ready);
        if let Err(error) = state.open().await {
            warn!("reading the catalog ahead of the first request: {error}");
        }
        info!("ready: http://{address}/api/v1/offer-cases (documentation: http://{address}/docs)");
        tokio::select! {
            signal = signals.next() => info!("{signal}: ending after the requests in flight"),
            ended = &mut server => return Ok(ended??),
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
pub fn http_server(
    listener: TcpListener,
    state: Data<AppState>,
    workers: usize,
    cors_origins: CorsOrigins,
) -> std::io::Result<Server> {
    let specification = Arc::new(Specification::new());
    let server = HttpServer::new(move || application(state.clone(), Arc::clone(&specification), cors_origins.clone()))
        .workers(workers)
        .keep_alive(KEEP_ALIVE)
        .shutdown_timeout(DRAIN_LIMIT.as_secs())
        .disable_signals()
        .listen(listener)?
        .run();
    Ok(server)
}

/// Prepares the database, and waits for it where it is away.
async fn prepare_patiently(database: &Database, seed: Option<&SeedFiles>, state: &AppState) -> anyhow::Result<()> {
    state.set_stage(Stage::Starting("preparing the database".into()));
    let mut told: Option<(String, Instant)> = None;
    loop {
        let error = match prepare(database, seed).await {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        // A server that ends in the middle says so by an error like any other: whether it can be
        // reached at all tells them apart.
        if !is_away(&error) && database.connect().await.is_ok() {
            return Err(error);
        }
        let reason = format!("{error:#}");
        if told.as_ref().is_none_or(|(last, at)| *last != reason || at.elapsed() > TELL_AGAIN) {
            warn!("waiting for the database: {reason}");
            state.set_stage(Stage::Starting("the database is away".into()));
            told = Some((reason, Instant::now()));
        }
        tokio::time::sleep(TRY_AGAIN).await;
    }
}

/// Whether trying again may help: the database could not be reached, or went away on the way.
fn is_away(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        matches!(cause.downcast_ref(), Some(DatabaseError::Away(_)))
            || cause.downcast_ref::<diesel::result::Error>().is_some_and(is_lost)
    })
}

/// The signals that end the service.
struct EndSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl EndSignals {
    fn new() -> std::io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Waits for the next one and gives its name.
    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.interrupt.recv() => "SIGINT",
            _ = self.terminate.recv() => "SIGTERM",
        }
    }
}
