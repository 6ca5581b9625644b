//! offer-cases: an open database of job-offer cases by company, major and school tier.
//!
//! | module | what it is |
//! |---|---|
//! | [`config`] | every setting, checked at start |
//! | [`database`] | the private PostgreSQL server, connections, migrations, the version of the data |
//! | [`catalog`] | reference data and what names mean in it |
//! | [`cases`] | the offer case, choosing and reading cases |
//! | [`statistics`] | counts, shares and pay over a choice of cases |
//! | [`columns`] | the cases column by column in memory, for what is worked out of many of them |
//! | [`charts`] | statistics as pictures |
//! | [`comparison`] | cases most like a profile, each with the reasons |
//! | [`generate`] | made-up cases, for trying out and measuring |
//! | [`import`] | files into cases: read, normalise, merge, report; the seed |
//! | [`parameters`] | parameters as readers write them: declared, parsed, documented |
//! | [`http`] | one file a resource: parse, call, answer |
//! | [`app`] | the HTTP application: state, middleware, the table of routes |
//! | [`commands`] | what the commands of the program do |
//! | [`service`] | starting and ending all of it |
//!
//! Dependencies run one way: `http` and `import` use the domain folders (`cases`, `statistics`,
//! `charts`, `comparison`, `catalog`), those use `database`; nothing below knows HTTP.

pub mod app;
pub mod cases;
pub mod catalog;
pub mod charts;
pub mod columns;
pub mod commands;
pub mod comparison;
pub mod config;
pub mod database;
pub mod error;
pub mod generate;
pub mod http;
pub mod import;
pub mod parameters;
pub mod service;
pub mod statistics;
