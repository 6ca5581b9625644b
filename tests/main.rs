//! Tests of the real application over HTTP on a real PostgreSQL, each with a database of its own.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

/// That of the program.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

mod harness;

mod agreement;
mod article;
mod backups;
mod bad_requests;
mod budgets;
mod caching;
mod cells;
mod charts;
mod chosen;
mod closed_sources;
mod columns;
mod comparable;
mod comparable_by_chance;
mod curation;
mod damage;
mod deployment;
mod differences;
mod differences_by_chance;
mod direction;
mod duplicates;
mod embed;
mod encryption;
mod endings;
mod exports;
mod facets;
mod failover;
mod fairness;
mod filters;
mod fuzz;
mod generators;
mod identity;
mod import_command;
mod imports;
mod interruptions;
mod kept_columns;
mod kills;
mod limits;
mod lists;
mod logs;
mod malformed;
mod meta;
mod metrics;
mod names;
mod nasty_files;
mod notices;
mod openapi;
mod oracle;
mod own_sources;
mod pages;
mod pages_case;
mod pages_compare;
mod pages_differences;
mod pages_entry;
mod pay_histogram;
mod plain_exports;
mod positions;
mod process;
mod query_plans;
mod reference_data;
mod released;
mod resolve;
mod roll_ups;
mod row_sums;
mod schema;
mod seed;
mod small_groups;
mod statistics;
mod strangers;
mod tables;
mod undo;
mod version;
mod workbooks;
