//! The HTTP application: [`routes`] is the table of all routes, [`middleware`] what is around every request, [`openapi`]
//! the specification, [`error`] the problems; the resources have one file each: parse, call, answer.
//!
//! [`snapshot`] is what a request sees of the data, [`short_reads`] a quicker way to it, [`media_types`] what an answer is and what a client takes,
//! [`validators`] tell a client that it has the answer already, [`export`] streams answers as long as the data,
//! [`answers`] documents what all answers have in common, [`mod@reference`] is shared by the lists of reference data.

pub mod answers;
pub mod charts;
pub mod companies;
mod components;
pub mod comparable_cases;
pub mod error;
pub mod export;
pub mod facets;
pub mod guide;
pub mod health;
pub mod imports;
pub mod majors;
pub mod media_types;
mod middleware;
pub mod offer_cases;
pub mod openapi;
pub mod reference;
pub mod resolve;
pub mod roles;
pub mod routes;
pub mod school_tiers;
pub mod schools;
pub mod short_reads;
pub mod snapshot;
pub mod sources;
pub mod stats;
pub mod tags;
pub mod validators;
