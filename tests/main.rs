//! Tests of the real application over HTTP on a real PostgreSQL, each with a database of its own.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod harness;

mod agreement;
mod article;
mod bad_requests;
mod budgets;
mod caching;
mod cells;
mod charts;
mod chosen;
mod columns;
mod comparable;
mod comparable_by_chance;
mod curation;
mod direction;
mod embed;
mod endings;
mod exports;
mod facets;
mod fairness;
mod filters;
mod generators;
mod identity;
mod import_command;
mod imports;
mod limits;
mod lists;
mod malformed;
mod meta;
mod names;
mod nasty_files;
mod openapi;
mod oracle;
mod own_sources;
mod pages;
mod pages_case;
mod pages_compare;
mod pages_entry;
mod pay_histogram;
mod plain_exports;
mod process;
mod query_plans;
mod reference_data;
mod resolve;
mod schema;
mod seed;
mod small_groups;
mod statistics;
mod strangers;
mod tables;
mod undo;
mod version;
mod workbooks;
