//! offer-cases: an open database of job-offer cases by company, major and school tier.
//!
//! | module | what it is |
//! |---|---|
//! | [`settings`] | every setting, checked at start |
//! | [`database`] | the private PostgreSQL server, connections, migrations, the version of the data |
//! | [`catalog`] | reference data and what names mean in it |
//! | [`cases`] | the offer case, choosing and reading cases |
//! | [`statistics`] | counts, shares and pay over a choice of cases |
//! | [`engine`] | the cases column by column in memory, for what is worked out of many of them |
//! | [`charts`] | statistics as pictures |
//! | [`comparison`] | cases most like a profile, each with the reasons |
//! | [`import`] | files into cases: read, normalise, merge, report; the seed |
//! | [`parameters`] | parameters as readers write them: declared, parsed, documented |
//! | [`http`] | routes, middleware, the specification; one file a resource: parse, call, answer |
//! | [`model`] | what a case is: its fields, declared once, and the kinds that they are of |
//! | [`text`] | how names and words are compared |
//! | [`cli`] | what the commands of the program do |
//! | [`server`] | starting and ending all of it |
//!
//! Dependencies run one way: `http` and `import` use the domain folders (`cases`, `statistics`,
//! `charts`, `comparison`, `catalog`), those use `database`; nothing below knows HTTP. What is used from outside is public,
//! the rest is the crate's own, so that what nobody uses shows.

pub(crate) mod cases;
pub mod catalog;
pub(crate) mod charts;
pub mod cli;
pub(crate) mod comparison;
pub mod database;
pub(crate) mod engine;
pub mod http;
pub mod import;
pub mod model;
pub(crate) mod parameters;
pub mod server;
pub mod settings;
pub(crate) mod statistics;
pub(crate) mod text;
