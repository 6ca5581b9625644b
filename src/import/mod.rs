//! Import: files become cases. [`read`] makes rows of a file, [`normalise`] makes cases of them, [`pipeline`] takes them
//! into the [`staging`] table, [`identity`] finds the cases that they are already, [`merge`] takes them from there into the
//! table of cases, with [`new_names`] where rows name what
//! nobody knows. [`row_reader`] tells exports of this program from other tables, [`sources`] of which sources their rows
//! are, [`plain_export`] which of them change cases by id; [`report`] says what was done, [`remark_log`] keeps what does not fit into memory, [`journal`] remembers it, [`state`] says whether one is under way;
//! [`origins`] reads the raw row of a stored case again, [`seed`] loads the files that the program carries.

pub mod column_notices;
mod erased;
pub(crate) mod identity;
pub(crate) mod journal;
pub mod key;
pub mod key_column;
pub mod merge;
pub(crate) mod new_names;
pub(crate) mod normalise;
pub(crate) mod origins;
pub(crate) mod pipeline;
pub(crate) mod plain_export;
pub mod read;
mod recognition;
pub(crate) mod remark_log;
pub mod removal;
pub mod report;
pub mod revert;
pub(crate) mod row_reader;
pub mod seed;
mod seen;
pub mod source_entry;
pub(crate) mod sources;
pub(crate) mod staging;
pub mod state;
#[cfg(test)]
mod strangers;
mod told_error;
mod told_report;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};

use crate::catalog::Catalog;
use crate::database::{Database, DatabaseError, dataset};
use crate::model::entity::Entity;
use key_column::KeyTrust;
use merge::{AtMost, Prune};
pub use normalise::pay::currencies::Currency;
use pipeline::{Progress, Task};
use read::{Input, ReadError, ReadOptions, Reading};
use remark_log::RemarkLog;
use report::Report;
use source_entry::{SourceEntry, SourceError};
use sources::Portion;
use staging::Staging;

/// Why a file was not imported. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file could not be read as a table.
    #[error("{file}: {error}")]
    Read {
        /// The file.
        file: String,
        /// What is wrong with it.
        error: ReadError,
    },
    /// No source has this slug.
    #[error("no source has the slug `{slug}`; known are: {known}")]
    UnknownSource {
        /// What was given.
        slug: String,
        /// The slugs of all sources.
        known: String,
    },
    /// A file does not say of which source its rows are.
    #[error(
        "{file}: --source is needed: the source that the rows are of; only an export of this program says it itself"
    )]
    SourceNeeded {
        /// The file.
        file: String,
    },
    /// An export that changes cases, where there are none that it could change.
    #[error(
        "{file}: a plain export changes cases that a database has; export with include=raw,source, which brings them anew"
    )]
    PlainExport {
        /// The file.
        file: String,
    },
    /// A plain export none of whose cases is here.
    #[error(
        "{file}: none of the cases of this plain export is here; export them with include=raw,source, which brings them anew"
    )]
    NotHere {
        /// The file.
        file: String,
    },
    /// An export of which only some fields were asked for.
    #[error("{file}: this export lacks the columns {lacking}; export it without `fields`, or with include=raw,source")]
    ShortExport {
        /// The file.
        file: String,
        /// The columns.
        lacking: String,
    },
    /// A plain export does not say which cases a source no longer has.
    #[error("{file}: a plain export only changes cases; --prune needs one with include=raw,source")]
    PrunedByPlainExport {
        /// The file.
        file: String,
    },
    /// The source could not be made.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The database refused.
    #[error("the database: {0}")]
    Database(#[from] diesel::result::Error),
    /// The database cannot be reached.
    #[error(transparent)]
    Away(#[from] DatabaseError),
    /// The database refused the rows.
    #[error("copying the rows to the database: {}", crate::database::describe(.0))]
    Copy(#[from] tokio_postgres::Error),
    /// The disk refused.
    #[error("keeping the remarks: {0}")]
    Disk(#[from] std::io::Error),
    /// A mistake of this program.
    #[error("internal error: {0}")]
    Internal(String),
}

/// So many written rows change what the planner should know.
const MANY_ROWS: usize = 1000;

/// A file to import.
#[derive(Debug, Clone)]
pub struct ImportFile {
    /// Its name, without its folder.
    pub name: String,
    /// What is in it.
    pub content: Input,
}

impl ImportFile {
    /// A file on disk.
    pub fn at(path: PathBuf) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Self { name, content: Input::Path(path) }
    }

    /// A file in memory.
    pub fn of(name: &str, bytes: &[u8]) -> Self {
        Self { name: name.to_owned(), content: Input::Bytes(bytes.into()) }
    }

    /// Opens it as a table.
    fn read<'c>(&self, options: &ReadOptions, catalog: &'c Catalog) -> Result<Reading<'c>, ImportError> {
        read::open(&self.name, &self.content, options, Some(catalog)).map_err(|error| self.unreadable(error))
    }

    /// What is wrong with it.
    fn unreadable(&self, error: ReadError) -> ImportError {
        ImportError::Read { file: self.name.clone(), error }
    }

    /// SHA-256 of its bytes, in hexadecimal.
    fn sha256(&self) -> Result<String, ImportError> {
        let digest = self.content.open().and_then(|source| Ok(key::sha256_hex_of(source)?));
        digest.map_err(|error| self.unreadable(error))
    }
}

/// What is asked of an import.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// How files are to be read.
    pub read: ReadOptions,
    /// Which cases that a file no longer has are retired.
    pub prune: Prune,
    /// The most cases that are retired so.
    pub prune_at_most: AtMost,
    /// Whether the cells of a key column are keys.
    pub keys: KeyTrust,
    /// Whether rows that are equal to an earlier one, or to a case that another file brought, are left out.
    pub skip_equal: bool,
    /// What is said of the source, which is made where it is not there yet.
    pub new_source: Option<SourceEntry>,
    /// Whether it only says what it would do.
    pub dry_run: bool,
    /// Whether a company or role that nobody knows rejects its row, and any rejected row the whole import.
    pub strict: bool,
    /// Whether all remarks are kept, and not only the first ones.
    pub keep_all_remarks: bool,
}

/// What an import has come to.
#[derive(Debug)]
pub struct ImportOutcome {
    /// What was done with each file, or would have been.
    pub reports: Vec<Report>,
    /// All remarks on each file, where they were to be kept.
    pub logs: Vec<RemarkLog>,
    /// Whether anything was stored at all.
    pub is_committed: bool,
}

/// Why the transaction of an import does not commit.
enum Undone {
    /// It failed.
    Failed(ImportError),
    /// It was not meant to, or must not.
    Discarded(Vec<Report>),
}

impl<E: Into<ImportError>> From<E> for Undone {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Imports files as cases of a source, or of the sources that the rows of an export name, in one transaction: all of it
/// or nothing. Two imports at once wait for each other.
///
/// # Errors
/// Where a file cannot be read, or the database refuses; nothing has changed then.
pub async fn import_files<'a>(
    database: &Database,
    files: &[ImportFile],
    source: impl Into<Option<&'a str>>,
    options: &ImportOptions,
    progress: &Arc<Progress>,
) -> Result<ImportOutcome, ImportError> {
    let source = source.into();
    let staging = Staging::open(database).await?;
    let mut connection = database.connect().await?;
    let mut logs = Vec::new();
    let imported = connection
        .transaction(async |connection| {
            if let Some((slug, entry)) = source.zip(options.new_source.as_ref()) {
                source_entry::add_if_missing(connection, slug, entry).await?;
            }
            let mut reports = Vec::new();
            for file in files {
                let (portions, mut read) = sources::portions(connection, file, source, options).await?;
                for portion in portions {
                    let catalog = sources::catalog_of_now(connection, read.take()).await?;
                    let (report, log) =
                        import_file(connection, &staging, file, &portion, options, progress, catalog).await?;
                    reports.push(report);
                    logs.extend(log);
                }
            }
            let is_refused = options.strict && reports.iter().any(|report| report.rejected > 0);
            let is_refused = is_refused || reports.iter().any(|report| report.refused.is_some());
            if options.dry_run || is_refused { Err(Undone::Discarded(reports)) } else { Ok(reports) }
        })
        .await;
    // What is left in it goes at the next import, should this fail.
    let _ = staging.empty().await;
    match imported {
        Ok(reports) => {
            refresh_statistics(&mut connection, &reports).await;
            Ok(ImportOutcome { reports, logs, is_committed: true })
        }
        Err(Undone::Discarded(mut reports)) => {
            reports.iter_mut().for_each(|report| report.dry_run = true);
            Ok(ImportOutcome { reports, logs, is_committed: false })
        }
        Err(Undone::Failed(error)) => Err(error),
    }
}

/// Lets the planner see what has come, and moves its words to where they are found fastest; the database would do both
/// by itself, but only a minute later.
async fn refresh_statistics(connection: &mut AsyncPgConnection, reports: &[Report]) {
    let written: usize = reports.iter().map(|report| report.created + report.updated).sum();
    if written < MANY_ROWS {
        return;
    }
    for step in ["select gin_clean_pending_list('offer_cases_search')", "analyze offer_cases"] {
        if let Err(error) = connection.batch_execute(step).await {
            log::warn!("after the import, `{step}`: {error}");
        }
    }
}

/// Imports the rows of one file that are of one source, within the caller's transaction. The catalog is that of now: the
/// file before may have made companies.
async fn import_file(
    connection: &mut AsyncPgConnection,
    staging: &Staging,
    file: &ImportFile,
    portion: &Portion,
    options: &ImportOptions,
    progress: &Arc<Progress>,
    catalog: Arc<Catalog>,
) -> Result<(Report, Option<RemarkLog>), ImportError> {
    let source = sources::find(catalog.directory(Entity::Source), &portion.source)?;
    staging.clear().await?;
    let task = Task {
        file: file.clone(),
        source: source.clone(),
        portion: portion.clone(),
        catalog: Arc::clone(&catalog),
        options: options.clone(),
        progress: Arc::clone(progress),
    };
    let mut staged = task.stage(staging).await?;
    // Only now: others may write while a long file is read.
    dataset::lock(connection).await?;
    staged.report.dry_run = options.dry_run;
    progress.is_merging.store(true, Ordering::Relaxed);
    merge::merge(connection, source, options, &mut staged, &catalog).await?;
    progress.is_merging.store(false, Ordering::Relaxed);
    Ok((staged.report, staged.log))
}
