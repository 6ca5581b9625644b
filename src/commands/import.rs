//! The command that imports files of cases.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};

use super::with_database;
use crate::config::DatabaseSettings;
use crate::database::{Database, dataset};
use crate::import::merge::Prune;
use crate::import::pipeline::Progress;
use crate::import::read::ReadOptions;
use crate::import::report::Report;
use crate::import::{ImportFile, ImportOptions, ImportOutcome, import_files, seed};
use crate::service;

/// Exit code of an import of which some rows were rejected.
const SOME_REJECTED: u8 = 3;
/// How often the progress is shown on a terminal.
const SHOWN_EVERY: Duration = Duration::from_millis(200);
/// How often the progress is told where there is no terminal.
const TOLD_EVERY: Duration = Duration::from_secs(10);

/// What an import is asked to do.
#[derive(Debug)]
pub struct ImportRequest {
    /// The files; none means the seed.
    pub files: Vec<PathBuf>,
    /// The source that the files are imported as.
    pub source: Option<String>,
    /// How the files are to be read.
    pub read: ReadOptions,
    /// Whether cases that the files no longer have are retired.
    pub prune: bool,
    /// Whether it only says what it would do.
    pub dry_run: bool,
    /// Whether a row that is rejected stops the import.
    pub strict: bool,
    /// Where the whole report is written, as JSON.
    pub report: Option<PathBuf>,
}

/// Imports files, or the seed.
pub fn import(settings: DatabaseSettings, request: ImportRequest) -> anyhow::Result<ExitCode> {
    let seed_files = service::seed_files(&settings)?;
    let prunes_one = !request.prune || request.files.len() == 1;
    anyhow::ensure!(prunes_one, "--prune takes one file: the one that has all cases of the source");
    with_database(&settings, async |database| {
        service::prepare(database, None).await?;
        if request.files.is_empty() {
            let report = seed::load(database, &seed_files).await?;
            println!("seed: {} rows of reference data written", report.reference_rows);
            return Ok(tell(&report.imports, true));
        }
        // On a new database there is no source yet that the files could be of.
        if dataset::seed_sha256(&mut database.connect().await?).await?.is_none() {
            seed::load(database, &seed_files).await?;
        }
        let outcome = import_paths(database, &request).await?;
        let exit_code = tell(&outcome.reports, outcome.is_committed || request.dry_run);
        if let Some(path) = &request.report {
            write_reports(path, outcome).with_context(|| format!("writing {}", path.display()))?;
        }
        Ok(exit_code)
    })
}

async fn import_paths(database: &Database, request: &ImportRequest) -> anyhow::Result<ImportOutcome> {
    let source = request.source.as_deref().context("--source is needed: the source that the files are of")?;
    let files: Vec<ImportFile> = request.files.iter().cloned().map(ImportFile::at).collect();
    let options = ImportOptions {
        read: request.read.clone(),
        prune: if request.prune { Prune::Source } else { Prune::Nothing },
        dry_run: request.dry_run,
        strict: request.strict,
        keep_all_remarks: request.report.is_some(),
    };
    let progress = Arc::new(Progress::default());
    let watching = tokio::spawn(watch(Arc::clone(&progress)));
    let outcome = import_files(database, &files, source, &options, &progress).await;
    watching.abort();
    let _ = watching.await;
    Ok(outcome?)
}

/// Shows how far an import is, until it is told to stop.
async fn watch(progress: Arc<Progress>) {
    let rows = || progress.rows_read.load(Ordering::Relaxed);
    if !io::stderr().is_terminal() {
        loop {
            tokio::time::sleep(TOLD_EVERY).await;
            log::info!("importing: {} rows read", rows());
        }
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {human_pos} rows read, {per_sec}, {elapsed}") {
        bar.set_style(style);
    }
    loop {
        bar.set_position(rows());
        tokio::time::sleep(SHOWN_EVERY).await;
    }
}

/// Prints reports and gives the exit code that they call for.
fn tell(reports: &[Report], is_in: bool) -> ExitCode {
    for report in reports {
        println!("{report}");
    }
    let rejected: usize = reports.iter().map(|report| report.rejected).sum();
    let read: usize = reports.iter().map(|report| report.rows_read).sum();
    if !is_in {
        println!("nothing was imported: with --strict no row may be rejected");
    }
    if is_in { exit_code(rejected, read) } else { ExitCode::FAILURE }
}

/// The code that says how many of the rows were rejected: none, all, or some.
pub(super) fn exit_code(rejected: usize, read: usize) -> ExitCode {
    match rejected {
        0 => ExitCode::SUCCESS,
        all if all == read => ExitCode::FAILURE,
        _ => ExitCode::from(SOME_REJECTED),
    }
}

/// Writes the reports as a JSON array, with all rejections and remarks.
fn write_reports(path: &PathBuf, outcome: ImportOutcome) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    write!(out, "[")?;
    for (place, (report, log)) in outcome.reports.iter().zip(outcome.logs).enumerate() {
        write!(out, "{}", if place == 0 { "" } else { ",\n" })?;
        log.write_report(report, &mut out)?;
    }
    writeln!(out, "]")?;
    out.flush()
}
