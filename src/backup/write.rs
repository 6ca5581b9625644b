//! Writing a backup.

use std::fs::{self, File};
use std::path::Path;

use anyhow::Context;
use chrono::Utc;
use tokio_postgres::{Client, Config};

use super::manifest::{FORMAT, Manifest, SumOfFile, Table};
use super::{BackupError, DUMP, STAGING, STAGING_TABLE, programs};
use crate::database::Database;
use crate::database::dataset::{self, Dataset};
use crate::database::private_server::binaries::Binaries;
use crate::database::row_sums;

/// How many tables are written at the same time.
const JOBS: &str = "2";

/// What a backup is written of.
pub struct Source<'a> {
    /// The database.
    pub database: &'a Database,
    /// How it is reached.
    pub config: Config,
    /// The programs that write it.
    pub binaries: &'a Binaries,
}

/// Writes a backup into a new directory, wholly or not at all: it is made beside it under another name, and given its own
/// when it is on the disk. Whoever reads and imports meanwhile is not kept waiting.
///
/// # Errors
/// [`BackupError`], and where the database gives no answer.
pub async fn write(source: &Source<'_>, target: &Path) -> anyhow::Result<Manifest> {
    let target = std::path::absolute(target)?;
    check_free(&target)?;
    let (parent, name) = (target.parent().unwrap_or(&target), target.file_name().unwrap_or_default());
    let making = || format!("making a directory in {}", parent.display());
    fs::create_dir_all(parent).map_err(|error| BackupError::io(making(), error))?;
    let prefix = format!(".{}.new.", name.display());
    let unfinished = tempfile::Builder::new().prefix(&prefix).tempdir_in(parent);
    let unfinished = unfinished.map_err(|error| BackupError::io(making(), error))?;
    let mut manifest = dump(source, unfinished.path()).await?;
    let storing = |error| BackupError::io(format!("storing the backup in {}", parent.display()), error);
    manifest.files = SumOfFile::of_all(unfinished.path()).map_err(storing)?;
    manifest.write(unfinished.path()).map_err(storing)?;
    let put = || {
        File::open(unfinished.path())?.sync_all()?;
        fs::rename(unfinished.path(), &target)?;
        File::open(parent)?.sync_all()
    };
    put().map_err(storing)?;
    // It has another name now: nothing is left to remove.
    let _ = unfinished.keep();
    Ok(manifest)
}

/// Fails where something is in the way.
fn check_free(target: &Path) -> Result<(), BackupError> {
    let is_free = match fs::read_dir(target) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    };
    if is_free { Ok(()) } else { Err(BackupError::Taken(target.to_path_buf())) }
}

/// Lets `pg_dump` write one state of the data, and says what it is of.
async fn dump(source: &Source<'_>, into: &Path) -> anyhow::Result<Manifest> {
    let (client, _) = source.database.connect_raw().await?;
    let manifest = begin(&client, source.binaries.major_version).await.context("looking at the database")?;
    let moment: String = client.query_one("select pg_export_snapshot()", &[]).await?.get(0);
    let pg_dump = source.binaries.program("pg_dump")?;
    let common = || {
        let mut command = programs::program(&pg_dump);
        command.args(["--no-owner", "--no-privileges", "--dbname", &programs::connection_string(&source.config)]);
        command
    };
    let mut staging = common();
    staging.args(["--schema-only", "--table", STAGING_TABLE, "--format", "custom", "--file"]).arg(into.join(STAGING));
    programs::run("pg_dump", staging).await?;
    let mut all = common();
    // Imports empty the table of staged rows, and would wait for whoever has looked at it.
    all.args(["--exclude-table", STAGING_TABLE, "--snapshot", &moment]);
    all.args(["--format", "directory", "--jobs", JOBS, "--file"]).arg(into.join(DUMP));
    programs::run("pg_dump", all).await?;
    client.batch_execute("commit").await?;
    Ok(manifest)
}

/// The state of the data that the connection sees until its transaction ends.
async fn begin(client: &Client, postgresql: u32) -> Result<Manifest, tokio_postgres::Error> {
    client.batch_execute("begin isolation level repeatable read read only").await?;
    let row = client.query_one(&format!("select {} from dataset", dataset::COLUMNS), &[]).await?;
    let dataset = Dataset::of_row(&row)?;
    let cases = client.query_one("select count(*) from offer_cases where retired_at is null", &[]).await?;
    let migrations = client.query("select version from __diesel_schema_migrations order by version", &[]).await?;
    let tables = row_sums::all_kept(client).await?.into_iter();
    Ok(Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        postgresql,
        written_at: Utc::now(),
        dataset_version: dataset.token(),
        changed_at: dataset.changed_at,
        cases: cases.get(0),
        migrations: migrations.iter().map(|row| row.get(0)).collect(),
        tables: tables.map(|(name, sum)| Table { name, rows: sum.rows, checksum: sum.checksum.to_string() }).collect(),
        files: Vec::new(),
    })
}
