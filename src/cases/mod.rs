//! The offer case: what it is, which cases a reader asks for, and reading them.
//!
//! [`filter`] is the choice of cases, [`parameters`] how it is written, [`parse`] and [`ranges`] what that
//! means, [`filter_sql`] its condition, an [`mod@expression`]; [`list`] reads pages in an order, [`sort`] and [`cursor`] are that order
//! and a place in it, [`keyset`] is how the database finds it; [`export`] gives all cases in a [`mod@format`] of files,
//! [`fields`] are the names of what there is of a case; [`one`] reads a single case with what is given on request, of
//! which [`revisions`] are its earlier states.

mod binary;
pub mod counts;
pub mod cursor;
pub mod export;
mod expression;
pub mod fields;
pub mod filter;
pub mod filter_sql;
pub mod format;
pub(crate) mod json;
mod keyset;
pub mod list;
pub mod one;
pub mod parameters;
pub mod parse;
mod plain;
pub mod ranges;
mod revisions;
pub(crate) mod row;
pub mod schema;
pub mod search;
pub mod sort;
pub(crate) mod table;
pub mod workbook;

pub use crate::catalog::reference::Reference;
