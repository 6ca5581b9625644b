//! Backups of a private database: written by `pg_dump` while the service runs, and loaded by `pg_restore` into new data that
//! take the place of the old ones when they are known to be whole.
//!
//! A dump and not a copy of the files: it is of one state of the data, is read and checked row by row, is a tenth as large,
//! and goes into any later version of PostgreSQL. What is loaded is of a server with another identifier, so that no version that
//! a client has kept is taken for one of the new history.

pub mod manifest;
mod programs;
pub mod restore;
pub mod upgrade;
mod write;

use std::io;
use std::path::PathBuf;

use crate::database::private_server::{DataDirectory, StartError};

pub use write::{Source, write};

/// Below a backup, what `pg_dump` has written.
const DUMP: &str = "dump";
/// Beside it, the table that imports empty while a backup is written, which is dumped without its rows.
const STAGING: &str = "staging";
/// The table.
const STAGING_TABLE: &str = "staged_cases";

/// Why a backup was not written, or not loaded.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database is another's to look after.
    #[error(
        "`{command}` is for the private server, and DATABASE_URL names one that is run by somebody: use its own means \
         (`pg_dump`, `pg_basebackup`, what its provider offers); OPERATION.md (\"Backups\") says how"
    )]
    NotPrivate {
        /// What was asked for.
        command: &'static str,
    },
    /// There is nothing to write.
    #[error("there is no database in {}; choose another directory with --data-dir", .0.display())]
    NoData(PathBuf),
    /// A backup would be written over something.
    #[error("{} is there and is not an empty directory; a backup is written to a new one", .0.display())]
    Taken(PathBuf),
    /// A directory is no backup, or is not whole.
    #[error("{} is not a whole backup, and nothing was changed: {what}", directory.display())]
    NoBackup {
        /// The directory.
        directory: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// It is of a later program.
    #[error(
        "the backup was written by a later program ({program}), and has migrations that this one does not know ({}); \
         nothing was changed", unknown.join(", ")
    )]
    OfLaterProgram {
        /// The version of that program.
        program: String,
        /// The migrations.
        unknown: Vec<String>,
    },
    /// There are data already.
    #[error(
        "{} holds a database already, and nothing was changed: {found}\n  `--replace` puts {backup} in its place, and what is \
         there now is gone then; `offer-cases backup` keeps it", directory.display()
    )]
    Occupied {
        /// The data directory.
        directory: PathBuf,
        /// What is there.
        found: String,
        /// What would take its place.
        backup: String,
    },
    /// What was loaded is not what was written.
    #[error("what was loaded is not what the backup should have, and nothing was changed: {0}")]
    NotWhole(String),
    /// A program of PostgreSQL failed.
    #[error("{name} failed ({status}):\n{said}")]
    Program {
        /// Its name.
        name: &'static str,
        /// Exit status.
        status: String,
        /// What it said.
        said: String,
    },
    /// The private server cannot be started, or its programs are not there.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The operating system refused something.
    #[error("{doing}: {error}")]
    Io {
        /// What was being done.
        doing: String,
        /// What it said.
        error: io::Error,
    },
}

impl BackupError {
    fn io(doing: impl Into<String>, error: io::Error) -> Self {
        Self::Io { doing: doing.into(), error }
    }
}

/// The private server's data directory, and where its programs are to be looked for.
#[derive(Debug, Clone)]
pub struct Private {
    /// The data directory.
    pub data_dir: PathBuf,
    /// Where the programs are; `None` looks in the usual places.
    pub bin_dir: Option<PathBuf>,
}

impl Private {
    /// The major version of PostgreSQL that the data are of, if there are any.
    pub fn major_version(&self) -> Option<u32> {
        DataDirectory::major_version_in(&self.data_dir)
    }
}
