//! The HTTP application: [`routes`] is the table of all routes, [`middleware`] what is around every request, [`openapi`]
//! the specification, [`error`] the problems; the resources have one file each: parse, call, answer; those of reference
//! data have [`mod@reference`] in common.
//!
//! [`snapshot`] is what a request sees of the data, [`short_reads`] a quicker way to it, [`media_types`] what an answer is and what a client takes,
//! [`validators`] tell a client that it has the answer already, [`export`] streams answers as long as the data,
//! [`answers`] documents what all answers have in common.

pub mod answers;
pub mod charts;
pub mod comparable_cases;
mod components;
pub mod error;
pub mod export;
pub mod facets;
pub mod guide;
pub mod health;
pub mod imports;
pub mod media_types;
mod middleware;
pub mod offer_cases;
pub mod openapi;
pub mod reference;
pub mod resolve;
pub mod routes;
pub mod short_reads;
pub mod snapshot;
pub mod stats;
pub mod validators;
