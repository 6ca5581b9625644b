//! The seed: reference data, the guide and published cases, loaded in one transaction. What is
//! there already as it stands in the files is not written again, and what was taken out of them goes.

mod cases;
mod catalog;
pub mod changes;
pub mod curation;
pub mod files;
mod reference;
mod removed;
mod rows;

use std::fmt;

use chrono::{Datelike, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use log::info;

use super::ImportError;
use super::report::Report;
use super::staging::Staging;
use crate::database::schema::dataset as dataset_table;
use crate::database::{Database, DatabaseError, dataset};
pub use catalog::catalog;
pub use changes::FileChanges;
pub use files::{SeedDirError, SeedFiles, SerialError};
use rows::ReferenceFile;
pub use rows::SeedFileError;

/// Why the seed was not loaded. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// A reference file is refused.
    #[error(transparent)]
    File(#[from] SeedFileError),
    /// It is not numbered as it should be.
    #[error("seed: {0}")]
    Serial(#[from] SerialError),
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
    /// Rows of reference data that were written or removed.
    pub reference_rows: usize,
    /// What was changed, file by file: reference data and cases.
    pub changes: Vec<FileChanges>,
    /// The files of cases.
    pub imports: Vec<Report>,
}

impl fmt::Display for SeedReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "seed: {} rows of reference data written", self.reference_rows)?;
        self.changes.iter().try_for_each(|changes| write!(formatter, "\n  {changes}"))?;
        self.imports.iter().try_for_each(|report| write!(formatter, "\n{report}"))
    }
}

/// Loads the seed where its files differ from those that were loaded last, unless these are of a newer seed: of several
/// programs on one database the older ones leave it as it is.
pub async fn load_if_changed(database: &Database, files: &SeedFiles) -> Result<Option<SeedReport>, SeedError> {
    let loaded = dataset::seed_sha256(&mut database.connect().await?).await?;
    if loaded.as_deref() == Some(files.sha256().as_str()) {
        return Ok(None);
    }
    let loaded = dataset::seed_serial(&mut database.connect().await?).await?;
    if let Some((own, loaded)) = files.serial()?.zip(loaded)
        && own < loaded
    {
        info!("the database has the seed {loaded}, which is newer than {own}, that of this program: left as it is");
        return Ok(None);
    }
    load(database, files).await.map(Some)
}

/// Loads the seed.
pub async fn load(database: &Database, files: &SeedFiles) -> Result<SeedReport, SeedError> {
    let reference_files: Vec<_> =
        rows::tables().filter_map(|table| ReferenceFile::read(files, table).transpose()).collect::<Result<_, _>>()?;
    let serial = files.serial()?.unwrap_or_else(serial_of_today);
    // The lock between imports comes before any other.
    let staging = Staging::open(database).await?;
    let mut connection = database.connect().await?;
    let report = connection
        .transaction(async |connection| {
            dataset::lock(connection).await?;
            let before = removed::loaded(connection).await?;
            let mut changes = reference::adopt(connection, &reference_files).await?;
            let curations = curation::load(connection).await?;
            let reference_files: Vec<ReferenceFile> =
                reference_files.into_iter().map(|file| file.curated_as_far_as_possible(&curations)).collect();
            let loaded = reference::load(connection, &reference_files).await?;
            changes.iter_mut().zip(loaded).for_each(|(changes, loaded)| changes.extend_with(loaded));
            changes.retain(|changes| !changes.names.is_empty());
            let imported = cases::load(connection, &staging, files, &before).await?;
            changes.extend(removed::remove(connection, files, &reference_files, before).await?);
            let reference_rows = changes.iter().map(FileChanges::count).sum();
            let (imports, of_cases): (Vec<_>, Vec<_>) = imported.into_iter().unzip();
            changes.extend(of_cases.into_iter().flatten());
            diesel::update(dataset_table::table)
                .set((dataset_table::seed_sha256.eq(files.sha256()), dataset_table::seed_serial.eq(serial)))
                .execute(connection)
                .await?;
            Ok::<_, SeedError>(SeedReport { reference_rows, changes, imports })
        })
        .await?;
    // What is left in it goes at the next import, should this fail.
    let _ = staging.empty().await;
    Ok(report)
}

/// The number that a seed without one is loaded under: newer than all that were made before today.
fn serial_of_today() -> i64 {
    let today = Utc::now().date_naive();
    (i64::from(today.year()) * 10_000 + i64::from(today.month()) * 100 + i64::from(today.day())) * 100 + 99
}
