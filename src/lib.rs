//! offer-cases: an open database of job-offer cases by company, major and school tier.
//!
//! `src/README.md` says how the code is laid out. What is used from outside is public, the rest is the crate's own, so that
//! what nobody uses shows.

pub(crate) mod backup;
pub(crate) mod cases;
pub mod catalog;
pub(crate) mod charts;
pub mod cli;
pub(crate) mod comparable;
pub(crate) mod dashboard;
pub mod database;
pub(crate) mod engine;
#[cfg(test)]
mod fuzz;
pub mod http;
pub mod import;
pub mod logging;
pub mod model;
pub(crate) mod parameters;
pub(crate) mod privacy;
pub mod server;
pub mod settings;
pub(crate) mod statistics;
pub(crate) mod text;
mod waiting;
mod word_tables;
