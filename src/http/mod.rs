//! The HTTP application: [`routes`] is the table of all routes, [`middleware`] what is around every request, [`mod@exchange`] its line in the log, [`metrics`] what is counted, [`openapi`]
//! the specification, [`error`] the problems; the resources have one file each: parse, call, answer; those of reference
//! data have [`mod@reference`] in common.
//!
//! [`admission`] says who may ask how much, and what is worked on at once.
//! [`state`] is what all requests share, [`snapshot`] what one of them sees of the data, [`short_reads`] a quicker way to it, [`freshness`] how new it must be, as a [`token`] of a version says, [`media_types`] what an answer
//! is and what a client takes, [`validators`] tell a client that it has the answer already, [`export`] streams answers as
//! long as the data, which wait for their clients in a [`spool`], [`packed`] compresses once what is always the same,
//! [`answers`] documents what all answers have in common.

pub mod admission;
pub(crate) mod answers;
pub(crate) mod charts;
pub(crate) mod comparable_cases;
mod components;
pub(crate) mod docs;
pub(crate) mod duplicates;
pub(crate) mod error;
mod exchange;
pub(crate) mod export;
pub(crate) mod facets;
mod freshness;
pub(crate) mod guide;
pub(crate) mod health;
pub(crate) mod imports;
mod links;
pub(crate) mod media_types;
pub(crate) mod meta;
pub mod metrics;
mod middleware;
pub(crate) mod offer_cases;
pub(crate) mod openapi;
mod packed;
pub(crate) mod reference;
pub(crate) mod resolve;
pub mod routes;
pub(crate) mod short_reads;
pub(crate) mod snapshot;
mod spool;
pub mod state;
pub(crate) mod stats;
mod token;
mod translation;
pub(crate) mod validators;
