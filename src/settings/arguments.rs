//! Settings as they are written: flags and environment variables, unchecked.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};

use super::limits::LimitArguments;

/// Reads a directory; an empty one is none, as in an environment where a variable is set to nothing.
fn directory() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().map(PathBuf::from)
}

/// Settings as they are written, unchecked. A flag goes before its environment variable.
#[derive(Debug, Clone, Default, Args)]
pub struct DatabaseArguments {
    /// Use this PostgreSQL server (`postgres://user@host/database`), or the first of several hosts that serves, and start
    /// none
    #[arg(long, env = "DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,

    /// Where the private PostgreSQL server keeps its data
    /// [default: $XDG_DATA_HOME/offer-cases, as root /var/lib/offer-cases]
    #[arg(long, env = "OFFER_CASES_DATA_DIR", value_name = "DIR", value_parser = directory())]
    pub data_dir: Option<PathBuf>,

    /// Where the programs of PostgreSQL are, if not in a usual place
    #[arg(long, env = "PG_BIN_DIR", value_name = "DIR", value_parser = directory())]
    pub pg_bin_dir: Option<PathBuf>,

    /// Load the seed from this directory and not from the program
    #[arg(long, env = "OFFER_CASES_SEED_DIR", value_name = "DIR", value_parser = directory())]
    pub seed_dir: Option<PathBuf>,

    /// Connections to the database, at most [default: 16]
    #[arg(long, env = "OFFER_CASES_DATABASE_CONNECTIONS", value_name = "N")]
    pub database_connections: Option<String>,

    /// How long the queries of one request may take together, in milliseconds [default: 5000]
    #[arg(long, env = "OFFER_CASES_QUERY_TIMEOUT_MS", value_name = "MS")]
    pub query_timeout_ms: Option<String>,
}

/// Settings of the server as they are written, unchecked.
#[derive(Debug, Clone, Default, Args)]
pub struct ServeArguments {
    /// What clients may take.
    #[command(flatten)]
    pub limits: LimitArguments,

    /// Read from these PostgreSQL servers, replicas of that of DATABASE_URL, and ask that one where they cannot serve
    /// (`postgres://user@one,two/database`)
    #[arg(long, env = "READ_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub read_database_url: Option<String>,

    /// Where to listen: address and port [default: 127.0.0.1:8080]
    #[arg(long, env = "OFFER_CASES_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<String>,

    /// Where to answer `/metrics` for Prometheus, as address and port such as 127.0.0.1:8081; nowhere where nothing is said,
    /// and never where everybody asks
    #[arg(long, env = "OFFER_CASES_METRICS_LISTEN", value_name = "ADDRESS")]
    pub metrics_listen: Option<String>,

    /// Threads that serve requests [default: one a core]
    #[arg(long, env = "OFFER_CASES_WORKERS", value_name = "N")]
    pub workers: Option<String>,

    /// Origins whose pages may read the API, with commas between them; `*` = all
    #[arg(long, env = "OFFER_CASES_CORS_ORIGINS", value_name = "ORIGINS")]
    pub cors_origins: Option<String>,

    /// Origins whose pages may have charts (`/embed`) in a frame, with commas between them; `*` = all, `none` = none
    /// [default: *]
    #[arg(long, env = "OFFER_CASES_FRAME_ANCESTORS", value_name = "ORIGINS")]
    pub frame_ancestors: Option<String>,

    /// The most memory for cases, in MiB; where they take more, statistics, facets, totals and comparable cases are not
    /// answered [default: half of the memory of the machine, or of the container]
    #[arg(long, env = "OFFER_CASES_COLUMNS_MEMORY_MIB", value_name = "MIB")]
    pub columns_memory_mib: Option<String>,

    /// Keep the cases in memory in a file of this directory, too, so that the next start need not read all of them; `none`
    /// keeps none [default: from 100,000 cases on the data directory of the private server; with --database-url none]
    #[arg(long, env = "OFFER_CASES_COLUMNS_DIR", value_name = "DIR", value_parser = directory())]
    pub columns_dir: Option<PathBuf>,

    /// Load no seed
    #[arg(long, env = "OFFER_CASES_NO_SEED", value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub no_seed: Option<String>,
}
