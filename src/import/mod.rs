//! Import: files become cases. [`read`] makes a table of a file, [`normalise`] makes cases of its
//! rows, [`merge`] puts them into the database, [`report`] says what was done; [`seed`] loads the
//! files that the program carries, [`journal`] remembers what was imported.

pub mod journal;
pub mod key;
pub mod merge;
pub mod normalise;
pub mod read;
pub mod report;
pub mod seed;

use diesel_async::{AsyncConnection, AsyncPgConnection};

use crate::catalog::Catalog;
use crate::catalog::directory::Directory;
use crate::catalog::{Resolution, Source};
use crate::database::dataset;
use merge::{Prune, Target};
use read::header::Columns;
use read::{ReadError, markdown};
use report::Report;

/// The kinds of files that can be imported, by their ending.
const READABLE: &str = ".md (a Markdown file with one pipe table)";

/// Why a file was not imported. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file is of a kind that is not read.
    #[error("{file}: files of this kind are not read; readable are: {READABLE}")]
    Kind {
        /// The file.
        file: String,
    },
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
    /// The database refused.
    #[error("the database: {0}")]
    Database(#[from] diesel::result::Error),
}

/// A file to import.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Its name, without its folder.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// Imports files as cases of a source, in one transaction: all of it or nothing. Two imports at once
/// wait for each other.
///
/// `prune` says which cases that a file no longer has are retired.
pub async fn import_files(
    connection: &mut AsyncPgConnection,
    files: &[File<'_>],
    source_slug: &str,
    prune: Prune,
) -> Result<Vec<Report>, ImportError> {
    connection
        .transaction(async |connection| {
            dataset::lock(connection).await?;
            let mut reports = Vec::new();
            for file in files {
                // Read anew for each file: the one before may have made companies.
                let catalog = Catalog::load(connection, 0).await?;
                reports.push(import_file(connection, &catalog, *file, source_slug, prune).await?);
            }
            Ok(reports)
        })
        .await
}

/// Imports one file as cases of a source, within the caller's transaction, which holds
/// `dataset::lock`.
async fn import_file(
    connection: &mut AsyncPgConnection,
    catalog: &Catalog,
    file: File<'_>,
    source_slug: &str,
    prune: Prune,
) -> Result<Report, ImportError> {
    let source = find_source(&catalog.sources, source_slug)?;
    let in_file = |error| ImportError::Read { file: file.name.to_owned(), error };
    let is_markdown =
        std::path::Path::new(file.name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("md"));
    if !is_markdown {
        return Err(ImportError::Kind { file: file.name.to_owned() });
    }
    let table = markdown::read(file.bytes).map_err(in_file)?;
    let columns = Columns::find(&table).map_err(in_file)?;
    let normalised = normalise::normalise(&table, &columns, source, catalog);
    let report = Report {
        source: source.slug.clone(),
        file_name: file.name.to_owned(),
        rows_read: table.rows.len(),
        rejected: normalised.rejections.len(),
        rejections: normalised.rejections,
        remarks: normalised.remarks,
        untaken_columns: columns.untaken,
        ..Report::default()
    };
    let sha256 = key::sha256_hex(file.bytes);
    let target = Target { source_id: source.id, sha256: &sha256, prune };
    Ok(merge::merge(connection, catalog, normalised.cases, target, report).await?)
}

fn find_source<'a>(sources: &'a Directory<Source>, slug: &str) -> Result<&'a Source, ImportError> {
    match sources.resolve(slug) {
        Resolution::Found { entry, .. } => Ok(entry),
        _ => Err(ImportError::UnknownSource {
            slug: slug.to_owned(),
            known: sources.entries().iter().map(|source| source.slug.as_str()).collect::<Vec<_>>().join(", "),
        }),
    }
}
