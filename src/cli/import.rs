//! The command that imports files of cases.

use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::Context;
use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use tokio::task::JoinSet;

use super::terminal::Terminal;
use super::with_database;
use crate::database::{Database, dataset};
use crate::import::key_column::KeyTrust;
use crate::import::merge::{AtMost, Prune};
use crate::import::pipeline::Progress;
use crate::import::read::ReadOptions;
use crate::import::report::Report;
use crate::import::seed::SeedFiles;
use crate::import::source_entry::SourceEntry;
use crate::import::{ImportFile, ImportOptions, ImportOutcome, import_files, seed};
use crate::parameters::{Language, message};
use crate::server;
use crate::settings::DatabaseSettings;

/// Exit code of an import of which some rows were rejected.
const SOME_REJECTED: u8 = 3;
/// How often the progress is shown on a terminal.
const SHOWN_EVERY: Duration = Duration::from_millis(200);
/// How often the progress is reported where there is no terminal.
const TOLD_EVERY: Duration = Duration::from_secs(10);

/// What an import is asked to do.
#[derive(Debug)]
pub struct ImportRequest {
    /// The files; none means the seed.
    pub files: Vec<PathBuf>,
    /// The source that the files are imported as; `None` = exports, whose rows say it.
    pub source: Option<String>,
    /// What is said of the source, which is made where it is not there yet.
    pub new_source: Option<SourceEntry>,
    /// How the files are to be read.
    pub read: ReadOptions,
    /// Whether cases that the files no longer have are retired.
    pub prune: bool,
    /// The most cases that are retired so.
    pub prune_at_most: AtMost,
    /// Whether rows that are equal to others are left out.
    pub skip_equal: bool,
    /// Whether it only says what it would do.
    pub dry_run: bool,
    /// Whether a row that is rejected stops the import.
    pub strict: bool,
    /// Where the whole report is written, as JSON.
    pub report: Option<PathBuf>,
    /// The language of what is printed.
    pub language: Language,
}

/// Imports files, or the seed.
pub fn import(settings: DatabaseSettings, request: ImportRequest) -> anyhow::Result<ExitCode> {
    let seed_files = server::seed_files(settings.seed_dir.as_deref())?;
    let prunes_one = !request.prune || request.files.len() == 1;
    anyhow::ensure!(prunes_one, "--prune takes one file: the one that has all cases of the source");
    // Before a database is started for it.
    for path in &request.files {
        path.metadata().with_context(|| path.display().to_string())?;
    }
    with_database(&settings, async |database| {
        server::prepare(database, None).await?;
        if request.files.is_empty() {
            let report = seed::load(database, &seed_files).await?;
            say(&report)?;
            return Ok(exit_code_of(&report.imports));
        }
        load_first_seed(database, &seed_files).await?;
        let outcome = import_paths(database, &request).await?;
        let exit_code = tell(&outcome.reports, request.strict, request.language)?;
        if outcome.is_committed {
            tell_version(database, request.language).await?;
        }
        if let Some(path) = &request.report {
            write_reports(path, outcome).with_context(|| format!("writing {}", path.display()))?;
        }
        Ok(exit_code)
    })
}

/// Says which version of the data has what was stored: who asks for it by `Min-Dataset-Version` reads that.
async fn tell_version(database: &Database, language: Language) -> anyhow::Result<()> {
    let version = dataset::read(&database.connect().await?).await?.token();
    let told = message!("the data is at version {version} now", "数据现在是版本 {version}");
    Ok(say(&told.of(language))?)
}

/// Loads the seed into a new database, on which there is no source yet that a file could be of.
pub(super) async fn load_first_seed(database: &Database, seed_files: &SeedFiles) -> anyhow::Result<()> {
    if dataset::seed_sha256(&mut database.connect().await?).await?.is_none() {
        seed::load(database, seed_files).await?;
        database.work_begins();
    }
    Ok(())
}

async fn import_paths(database: &Database, request: &ImportRequest) -> anyhow::Result<ImportOutcome> {
    let files = files(&request.files);
    let options = ImportOptions {
        read: request.read.clone(),
        prune: if request.prune { Prune::Source } else { Prune::Nothing },
        prune_at_most: request.prune_at_most,
        keys: KeyTrust::Proved,
        skip_equal: request.skip_equal,
        new_source: request.new_source.clone(),
        dry_run: request.dry_run,
        strict: request.strict,
        keep_all_remarks: request.report.is_some(),
    };
    let progress = Arc::new(Progress::default());
    // It ends with this, also where the import is given up in the middle.
    let mut watching = JoinSet::new();
    watching.spawn(watch(Arc::clone(&progress)));
    let outcome = import_files(database, &files, request.source.as_deref(), &options, &progress).await;
    watching.shutdown().await;
    Ok(outcome?)
}

/// The files of these paths. Those of the same name are told apart by their folders: they are no versions of one another.
fn files(paths: &[PathBuf]) -> Vec<ImportFile> {
    let is_alone = |path: &PathBuf| paths.iter().filter(|other| other.file_name() == path.file_name()).count() == 1;
    let file = |path: &PathBuf| {
        let mut file = ImportFile::at(path.clone());
        let folder = path.parent().and_then(|parent| parent.file_name()).filter(|_| !is_alone(path));
        if let Some(folder) = folder {
            file.name = format!("{}/{}", folder.to_string_lossy(), file.name);
        }
        file
    };
    paths.iter().map(file).collect()
}

/// Shows how far an import is, until it is told to stop.
async fn watch(progress: Arc<Progress>) {
    let rows = || progress.rows_read.load(Ordering::Relaxed);
    let is_merging = || progress.is_merging.load(Ordering::Relaxed);
    if !io::stderr().is_terminal() {
        loop {
            tokio::time::sleep(TOLD_EVERY).await;
            log::info!("importing: {} rows read{}", rows(), if is_merging() { ", merging them" } else { "" });
        }
    }
    let bar = ProgressBar::new(0);
    loop {
        let about = progress.rows_about.load(Ordering::Relaxed);
        bar.set_style(style(rows(), about, is_merging()));
        // Blank rows above and line breaks within cells make it less than was thought.
        bar.set_length(about.max(rows()));
        bar.set_position(rows());
        bar.tick();
        tokio::time::sleep(SHOWN_EVERY).await;
    }
}

/// What is shown of an import: looking through the file, reading `rows` of about so many, merging.
fn style(rows: u64, about: u64, is_merging: bool) -> ProgressStyle {
    let template = match (rows, about) {
        (0, _) => "{spinner} looking through the file, {elapsed}",
        _ if is_merging => "{spinner} merging {human_pos} rows, {elapsed}",
        (_, 0) => "{spinner} {human_pos} rows read, {rate} a second, {elapsed}",
        _ => "{spinner} [{bar:30}] {percent} % {human_pos} rows read, {rate} a second, {elapsed}",
    };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner());
    style.progress_chars("=> ").with_key("rate", |state: &ProgressState, out: &mut dyn fmt::Write| {
        // Of what is only shown, nothing is lost where it cannot be.
        let _ = write!(out, "{:.0}", state.per_sec());
    })
}

/// Prints reports and gives the exit code that they call for, which is the same where they only say what would be done.
fn tell(reports: &[Report], is_strict: bool, language: Language) -> io::Result<ExitCode> {
    reports.iter().try_for_each(|report| say(&report.told(language)))?;
    if reports.iter().any(|report| report.refused.is_some()) {
        return Ok(ExitCode::FAILURE);
    }
    if is_strict && reports.iter().any(|report| report.rejected > 0) {
        let message = message!(
            "nothing is imported: with --strict no row may be rejected",
            "没有导入任何内容：--strict 不允许有拒收的行"
        );
        say(&message.of(language))?;
        return Ok(ExitCode::FAILURE);
    }
    Ok(exit_code_of(reports))
}

/// Prints something for a reader who may have read enough: what was done is done all the same.
pub(super) fn say(what: &impl fmt::Display) -> io::Result<()> {
    match writeln!(Terminal::new(io::stdout()), "{what}") {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        printed => printed,
    }
}

fn exit_code_of(reports: &[Report]) -> ExitCode {
    let rejected: usize = reports.iter().map(|report| report.rejected).sum();
    let read: usize = reports.iter().map(|report| report.rows_read).sum();
    exit_code(rejected, read)
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
    for (index, (report, log)) in outcome.reports.iter().zip(outcome.logs).enumerate() {
        write!(out, "{}", if index == 0 { "" } else { ",\n" })?;
        log.write_report(report, &mut out)?;
    }
    writeln!(out, "]")?;
    out.flush()
}
