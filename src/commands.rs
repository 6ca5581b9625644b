//! What the commands of the program do.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use diesel_async::AsyncPgConnection;

use crate::config::{DatabaseSettings, ServeSettings};
use crate::database::private_server::Cancel;
use crate::database::{Database, dataset};
use crate::import::merge::Prune;
use crate::import::report::Report;
use crate::import::seed;
use crate::import::{File, import_files};
use crate::service::{self, OpenDatabase, RunByAnother};

/// Exit code of an import of which some rows were rejected.
const SOME_REJECTED: u8 = 3;

/// What an import is asked to do.
#[derive(Debug)]
pub struct ImportOptions {
    /// The files; none means the seed.
    pub files: Vec<PathBuf>,
    /// The source that the files are imported as.
    pub source: Option<String>,
    /// Whether cases that the files no longer have are retired.
    pub prune: bool,
}

/// Serves until told to end.
pub fn serve(database: DatabaseSettings, serve: ServeSettings) -> anyhow::Result<ExitCode> {
    runtime()?.block_on(service::serve(database, serve))?;
    Ok(ExitCode::SUCCESS)
}

/// Applies missing migrations.
pub fn migrate(settings: DatabaseSettings) -> anyhow::Result<ExitCode> {
    with_database(&settings, async |database| {
        service::prepare(database, None).await?;
        println!("the database is up to date");
        Ok(ExitCode::SUCCESS)
    })
}

/// Imports files, or the seed.
pub fn import(settings: DatabaseSettings, options: ImportOptions) -> anyhow::Result<ExitCode> {
    let seed_files = service::seed_files(&settings)?;
    with_database(&settings, async |database| {
        service::prepare(database, None).await?;
        let mut connection = database.connect().await?;
        if options.files.is_empty() {
            let report = seed::load(&mut connection, &seed_files).await?;
            println!("seed: {} rows of reference data written", report.reference_rows);
            return Ok(tell(&report.imports));
        }
        // On a new database there is no source yet that the files could be of.
        if dataset::read(&mut connection).await?.seed_sha256.is_none() {
            seed::load(&mut connection, &seed_files).await?;
        }
        let source = options.source.as_deref().context("--source is needed: the source that the files are of")?;
        let reports = import_paths(&mut connection, &options.files, source, options.prune).await?;
        Ok(tell(&reports))
    })
}

async fn import_paths(
    connection: &mut AsyncPgConnection,
    paths: &[PathBuf],
    source: &str,
    prune: bool,
) -> anyhow::Result<Vec<Report>> {
    anyhow::ensure!(!prune || paths.len() == 1, "--prune takes one file: the one that has all cases of the source");
    let mut contents = Vec::new();
    for path in paths {
        let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        contents.push((name, bytes));
    }
    let files: Vec<File<'_>> = contents.iter().map(|(name, bytes)| File { name, bytes }).collect();
    let prune = if prune { Prune::Source } else { Prune::Nothing };
    Ok(import_files(connection, &files, source, prune).await?)
}

/// Prints reports and gives the exit code that they call for.
fn tell(reports: &[Report]) -> ExitCode {
    for report in reports {
        println!("{report}");
    }
    let rejected: usize = reports.iter().map(|report| report.rejected).sum();
    let read: usize = reports.iter().map(|report| report.rows_read).sum();
    match (rejected, read) {
        (0, _) => ExitCode::SUCCESS,
        (rejected, read) if rejected == read => ExitCode::FAILURE,
        _ => ExitCode::from(SOME_REJECTED),
    }
}

fn with_database(
    settings: &DatabaseSettings,
    work: impl AsyncFnOnce(&Database) -> anyhow::Result<ExitCode>,
) -> anyhow::Result<ExitCode> {
    runtime()?.block_on(async {
        let open = OpenDatabase::open(settings, RunByAnother::Use, Cancel::default()).await?;
        let outcome = work(&open.database).await;
        open.close().await?;
        outcome
    })
}

/// Several threads, since migrations need to block one.
fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}
