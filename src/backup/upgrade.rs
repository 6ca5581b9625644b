//! Bringing the data of a private server to a newer version of PostgreSQL.

use std::path::{Path, PathBuf};

use super::manifest::Manifest;
use super::restore::{load, open};
use super::write::{Source, write};
use super::{BackupError, Private};
use crate::database::private_server::binaries::{self, Binaries};
use crate::database::private_server::{Cancel, DataDirectory};

/// What an upgrade has done.
pub struct Upgraded {
    /// The major version that the data were of.
    pub from: u32,
    /// That of which they are now.
    pub to: u32,
    /// What they hold.
    pub manifest: Manifest,
}

/// Why data are not upgraded.
#[derive(Debug, thiserror::Error)]
pub enum NoUpgrade {
    /// They are of the newest version that is there.
    #[error("the data in {} are of PostgreSQL {version} already, and no newer one is there; nothing was changed", directory.display())]
    Newest {
        /// The data directory.
        directory: PathBuf,
        /// Their version.
        version: u32,
    },
    /// There are no programs of their version.
    #[error(
        "the data in {} are of PostgreSQL {version}, whose programs are needed once to read them: {why}\n  name their folder with \
         --old-pg-bin-dir", directory.display()
    )]
    NoOldPrograms {
        /// The data directory.
        directory: PathBuf,
        /// Their version.
        version: u32,
        /// What was found instead.
        why: String,
    },
}

/// Upgrades the data to the newest PostgreSQL that is found, or that of the folder which is named: the old server is started a
/// last time, all is dumped and loaded into new data, which take the place of the old ones when all rows are there.
///
/// # Errors
/// [`NoUpgrade`], [`BackupError`]: nothing was changed then.
pub async fn upgrade(private: &Private, old_bin_dir: Option<&Path>, cancel: &Cancel) -> anyhow::Result<Upgraded> {
    let directory = private.data_dir.clone();
    let Some(from) = private.major_version() else { return Err(BackupError::NoData(directory).into()) };
    let newer = binaries::find(private.bin_dir.as_deref(), None)?;
    anyhow::ensure!(newer.major_version > from, NoUpgrade::Newest { directory, version: from });
    let older = binaries::find(old_bin_dir, Some(from));
    let why = |error| NoUpgrade::NoOldPrograms { directory, version: from, why: error };
    let older = older.map_err(|error| why(error.to_string()))?;
    let open = open(&private.data_dir, older.postgres.parent(), cancel).await?;
    let dump = DataDirectory::half_made_in(&private.data_dir, "dump.");
    let written = dump_all(&open, &newer, &dump).await;
    open.close().await?;
    let loaded = match written {
        Ok(manifest) => load(private, &manifest, &dump, &newer, cancel).await.map(|_| manifest),
        Err(error) => Err(error),
    };
    let _ = std::fs::remove_dir_all(&dump);
    Ok(Upgraded { from, to: newer.major_version, manifest: loaded? })
}

/// Dumps all, by the newer programs: they know the older servers.
async fn dump_all(open: &crate::server::OpenDatabase, newer: &Binaries, dump: &Path) -> anyhow::Result<Manifest> {
    let config = open.private_config().ok_or(BackupError::NotPrivate { command: "database upgrade" })?;
    let source = Source { database: &open.database, config, binaries: newer };
    write(&source, dump).await
}
