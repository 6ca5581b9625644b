//! Every setting: flag, environment variable, default. [`arguments`] are what may be said, [`mod@check`] makes settings of it at the start
//! and reports all mistakes at once.

mod arguments;
mod check;
mod limits;
mod memory;

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::database::Address;

pub use arguments::{DatabaseArguments, ServeArguments};
pub use check::{check_database, check_serve};
pub use limits::{DEFAULT_BURST, DEFAULT_REQUESTS_PER_SECOND, LimitArguments, Limits};

/// One setting that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongSetting {
    /// Flag and environment variable.
    pub setting: &'static str,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for WrongSetting {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.setting, self.message)
    }
}

/// All settings that are wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("these settings are wrong:\n  {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n  "))]
pub struct WrongSettings(pub Vec<WrongSetting>);

/// Where the database is.
#[derive(Debug, Clone)]
pub enum DatabaseLocation {
    /// A server that somebody else runs.
    Server(Address),
    /// A private server.
    Private {
        /// Where it keeps its data.
        data_dir: PathBuf,
        /// Where its programs are; `None` looks in the usual places.
        bin_dir: Option<PathBuf>,
    },
}

/// Settings of everything that needs the database.
#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    /// Where the database is.
    pub location: DatabaseLocation,
    /// Connections at most.
    pub connections: usize,
    /// How long all queries of one request may take together.
    pub query_limit: Duration,
    /// Where the seed is; `None` = in the program.
    pub seed_dir: Option<PathBuf>,
}

/// The most memory that cases may take where neither a setting nor the system says how much there is, in MiB.
pub const DEFAULT_MEMORY_LIMIT_MIB: u64 = 2048;

/// Settings of the server.
#[derive(Debug, Clone)]
pub struct ServeSettings {
    /// Where to listen.
    pub listen: Vec<SocketAddr>,
    /// Where metrics are told, if anywhere.
    pub metrics_listen: Option<Vec<SocketAddr>>,
    /// Whether the seed is loaded.
    pub load_seed: bool,
    /// Where replicas are that are read from; `None` = the database itself is.
    pub replicas: Option<Address>,
    /// The most memory that cases may take, in MiB.
    pub memory_limit_mib: u64,
    /// Where cases in memory are kept on the disk for the next start.
    pub kept_columns: Option<KeptColumns>,
    /// How requests are served.
    pub http: HttpSettings,
}

/// Where cases in memory are kept on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptColumns {
    /// The directory.
    pub directory: PathBuf,
    /// From so many cases on.
    pub least_cases: u64,
}

/// Settings of how requests are served.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// Threads that serve requests.
    pub workers: usize,
    /// What clients may take.
    pub limits: Limits,
    /// Origins whose pages may read the API.
    pub cors_origins: Origins,
    /// Origins whose pages may have charts in a frame, beside the service's own.
    pub frame_ancestors: Origins,
}

/// Origins of pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origins {
    /// All.
    Any,
    /// Just these, such as `https://example.org`; perhaps none.
    These(Vec<String>),
}
