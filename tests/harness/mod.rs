//! What tests share: a server for the whole run, a database for each test, the application on it.

mod app;
mod builders;
pub mod chance;
mod databases;
mod directories;
mod metrics;
pub mod page;
mod program;
pub mod questions;
mod replicas;
pub mod service;
mod specified;
pub mod wire;

pub use app::{Answer, TestApp, no_limits};
pub use builders::CaseBuilder;
pub use databases::TestDatabase;
pub use directories::scratch_dir;
pub use metrics::Metrics;
pub use program::{Program, free_port, made_before};
pub use replicas::Server;
pub use specified::Specified;
