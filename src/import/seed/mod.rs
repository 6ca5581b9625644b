//! The seed: reference data, the guide and published cases, loaded in one transaction. What is
//! there already as it stands in the files is not written again.

mod catalog;
pub mod files;
mod reference;
pub mod rows;

use std::sync::Arc;

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use super::merge::Prune;
use super::report::Report;
use super::staging::Staging;
use super::{ImportError, ImportFile, ImportOptions, import_file};
use crate::database::schema::dataset as dataset_table;
use crate::database::{Database, DatabaseError, dataset};
pub use catalog::catalog;
pub use files::{SeedDirError, SeedFiles};
pub use rows::SeedFileError;

/// Why the seed was not loaded. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// A reference file is refused.
    #[error(transparent)]
    File(#[from] SeedFileError),
    /// A file of cases is refused.
    #[error("seed: {0}")]
    Import(#[from] ImportError),
    /// The database refused.
    #[error("loading the seed: {0}")]
    Database(#[from] diesel::result::Error),
    /// The database cannot be reached.
    #[error(transparent)]
    Away(#[from] DatabaseError),
}

/// What loading the seed has done.
#[derive(Debug)]
pub struct SeedReport {
    /// Rows of reference data that were written.
    pub reference_rows: usize,
    /// The files of cases.
    pub imports: Vec<Report>,
}

/// Loads the seed where its files differ from those that were loaded last.
pub async fn load_if_changed(database: &Database, files: &SeedFiles) -> Result<Option<SeedReport>, SeedError> {
    let loaded = dataset::seed_sha256(&mut database.connect().await?).await?;
    if loaded.as_deref() == Some(files.sha256().as_str()) {
        return Ok(None);
    }
    load(database, files).await.map(Some)
}

/// Loads the seed.
pub async fn load(database: &Database, files: &SeedFiles) -> Result<SeedReport, SeedError> {
    // The lock between imports comes before any other.
    let staging = Staging::open(database).await?;
    let mut connection = database.connect().await?;
    let report = connection
        .transaction(async |connection| {
            dataset::lock(connection).await?;
            let reference_rows = reference::load(connection, files).await?;
            let imports = load_cases(connection, &staging, files).await?;
            diesel::update(dataset_table::table)
                .set(dataset_table::seed_sha256.eq(files.sha256()))
                .execute(connection)
                .await?;
            Ok::<_, SeedError>(SeedReport { reference_rows, imports })
        })
        .await?;
    // What is left in it goes at the next import, should this fail.
    let _ = staging.empty().await;
    Ok(report)
}

/// Imports each file of cases as the source that it is named after. Cases that came by this file and
/// are no longer in it are retired; other cases of the source stay.
async fn load_cases(
    connection: &mut AsyncPgConnection,
    staging: &Staging,
    files: &SeedFiles,
) -> Result<Vec<Report>, SeedError> {
    let options = ImportOptions { prune: Prune::SameFile, ..ImportOptions::default() };
    let mut reports = Vec::new();
    for (path, bytes) in files.iter() {
        let Some(name) = path.strip_prefix(files::CASES) else { continue };
        let source = name.split('.').next().unwrap_or(name);
        let file = ImportFile::of(name, bytes);
        let (report, _) = import_file(connection, staging, &file, source, &options, &Arc::default()).await?;
        reports.push(report);
    }
    Ok(reports)
}
