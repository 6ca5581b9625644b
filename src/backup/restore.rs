//! Loading a backup into a private server's data directory.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use diesel_async::SimpleAsyncConnection;

use super::manifest::{Manifest, Table};
use super::{BackupError, DUMP, Private, STAGING, programs};
use crate::database::dataset::{self, Dataset};
use crate::database::private_server::binaries::{self, Binaries};
use crate::database::private_server::{Cancel, DataDirectory, StartError};
use crate::database::{Database, migrations, row_sums};
use crate::server::{OpenDatabase, RunByAnother};
use crate::settings::{DatabaseLocation, DatabaseSettings};

/// How many tables and indexes are loaded at the same time.
const JOBS: &str = "2";
/// How long a query on data that are being loaded may take.
const LIMIT: Duration = Duration::from_secs(60);

/// What a restore has done.
pub struct Restored {
    /// What was loaded.
    pub manifest: Manifest,
    /// The version that the data have now.
    pub dataset: Dataset,
    /// What was replaced, if something was.
    pub replaced: Option<String>,
}

/// Loads a backup. Data that are there are replaced where that is wanted; else they are told, and nothing is changed.
///
/// The backup is loaded beside the old data by a server of its own, and compared table by table; then it takes their place.
///
/// # Errors
/// [`BackupError`], in which case nothing was changed.
pub async fn restore(private: &Private, backup: &Path, replace: bool, cancel: &Cancel) -> anyhow::Result<Restored> {
    let manifest = Manifest::of_whole(backup)?;
    check_known(&manifest)?;
    let replaced = match private.major_version() {
        Some(_) => Some(describe(private, cancel).await?),
        None => None,
    };
    if let Some(found) = replaced.clone().filter(|_| !replace) {
        let (directory, backup) = (private.data_dir.clone(), manifest.described(backup));
        return Err(BackupError::Occupied { directory, found, backup }.into());
    }
    let binaries = binaries::find(private.bin_dir.as_deref(), None)?;
    let dataset = load(private, &manifest, backup, &binaries, cancel).await?;
    Ok(Restored { manifest, dataset, replaced })
}

/// Fails where a backup has more than this program knows.
fn check_known(manifest: &Manifest) -> anyhow::Result<()> {
    let known = migrations::known()?;
    let unknown: Vec<String> = manifest.migrations.iter().filter(|version| !known.contains(version)).cloned().collect();
    let program = manifest.program.clone();
    anyhow::ensure!(unknown.is_empty(), BackupError::OfLaterProgram { program, unknown });
    Ok(())
}

/// The settings of a private server.
fn settings_of(data_dir: &Path, bin_dir: Option<&Path>) -> DatabaseSettings {
    let (data_dir, bin_dir) = (data_dir.to_path_buf(), bin_dir.map(Path::to_path_buf));
    let location = DatabaseLocation::Private { data_dir, bin_dir };
    DatabaseSettings { location, connections: 2, query_limit: LIMIT, seed_dir: None }
}

/// Opens the server of a data directory that no other instance runs.
pub(super) async fn open(data_dir: &Path, bin_dir: Option<&Path>, cancel: &Cancel) -> anyhow::Result<OpenDatabase> {
    OpenDatabase::open(&settings_of(data_dir, bin_dir), RunByAnother::Refuse, cancel.clone()).await
}

/// What the data directory holds, in words.
async fn describe(private: &Private, cancel: &Cancel) -> anyhow::Result<String> {
    let open = match open(&private.data_dir, private.bin_dir.as_deref(), cancel).await {
        Ok(open) => open,
        Err(error) => match error.downcast_ref() {
            // What may go on being written to, and what would not stop, is nothing to be replaced.
            Some(StartError::InUse(_) | StartError::Cancelled) => return Err(error),
            _ => return Ok(format!("data that cannot be opened ({error})")),
        },
    };
    let described = describe_open(&open.database).await;
    open.close().await?;
    Ok(described.unwrap_or_else(|error| format!("data that cannot be read ({error:#})")))
}

async fn describe_open(database: &Database) -> anyhow::Result<String> {
    let (client, _) = database.connect_raw().await?;
    let row = client.query_one(&format!("select {} from dataset", dataset::COLUMNS), &[]).await?;
    let dataset = Dataset::of_row(&row)?;
    let cases = client.query_one("select count(*) from offer_cases where retired_at is null", &[]).await?;
    let (cases, changed_at): (i64, _) = (cases.get(0), dataset.changed_at.format("%Y-%m-%dT%H:%M:%SZ"));
    Ok(format!("{cases} cases at version {}, last changed {changed_at}", dataset.token()))
}

/// Loads a backup into new data, and puts these in the place of what is there.
pub(super) async fn load(
    private: &Private,
    manifest: &Manifest,
    backup: &Path,
    binaries: &Binaries,
    cancel: &Cancel,
) -> anyhow::Result<Dataset> {
    let (directory, ownership) = DataDirectory::take(&private.data_dir)?;
    let beside = directory.half_made("");
    let outcome = load_beside(&beside, manifest, backup, binaries, cancel).await;
    let put = outcome.and_then(|dataset| {
        directory.put_in_place(&beside.join("postgres"))?;
        Ok(dataset)
    });
    // What is left of it goes at the next start, too.
    let _ = std::fs::remove_dir_all(&beside);
    drop(ownership);
    put
}

async fn load_beside(
    beside: &Path,
    manifest: &Manifest,
    backup: &Path,
    binaries: &Binaries,
    cancel: &Cancel,
) -> anyhow::Result<Dataset> {
    let open = open(beside, binaries.postgres.parent(), cancel).await?;
    let loaded = load_into(&open, manifest, backup, binaries).await;
    open.close().await?;
    loaded
}

async fn load_into(
    open: &OpenDatabase,
    manifest: &Manifest,
    backup: &Path,
    binaries: &Binaries,
) -> anyhow::Result<Dataset> {
    let (database, config) = (&open.database, open.private_config().unwrap_or_default());
    let pg_restore = binaries.program("pg_restore")?;
    // The table of staged rows has types that the others bring.
    for part in [DUMP, STAGING] {
        let mut command = programs::program(&pg_restore);
        command.args(["--exit-on-error", "--no-owner", "--no-privileges", "--jobs", JOBS, "--dbname"]);
        command.arg(programs::connection_string(&config)).arg(backup.join(part));
        programs::run("pg_restore", command).await?;
    }
    check_whole(database, manifest).await?;
    let mut connection = database.connect().await?;
    // The version is of the history of this server from now on; then what planning needs, and nothing left to write out.
    connection.batch_execute("update dataset set version = version").await?;
    connection.batch_execute("analyze").await?;
    connection.batch_execute("checkpoint").await?;
    Ok(dataset::read(&connection).await?)
}

/// Compares all tables with what they say themselves, and with what the backup says.
async fn check_whole(database: &Database, manifest: &Manifest) -> anyhow::Result<()> {
    let compared = row_sums::compare(database, None).await.context("comparing what was loaded")?;
    if let Some(lacking) = compared.iter().find(|compared| !compared.is_whole()) {
        return Err(BackupError::NotWhole(lacking.to_string()).into());
    }
    let table = |compared: &row_sums::Compared| Table {
        name: compared.table.clone(),
        rows: compared.found.rows,
        checksum: compared.found.checksum.to_string(),
    };
    let loaded: Vec<Table> = compared.iter().map(table).collect();
    match manifest.tables.iter().find(|table| !loaded.contains(table)) {
        Some(Table { name, rows, .. }) => {
            Err(BackupError::NotWhole(format!("table {name} has not the {rows} rows that were written")).into())
        }
        None => Ok(()),
    }
}
