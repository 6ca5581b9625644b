//! Parameters as readers write them: declared once in a table, from which they are parsed,
//! checked and documented.

mod declared;
mod error;
mod language;
mod message;
mod openapi;
mod reader;
mod values;

pub use error::{InvalidParameter, ParameterError, Proposals};
pub use language::{LANG, Language};
pub use message::Message;
pub(crate) use message::message;
pub(crate) use openapi::parameter_tables;
pub use openapi::{Documented, ParameterTable, document, parsed};
pub use reader::{ParameterReader, names_given};
pub use values::WrittenTerm;
pub(crate) use values::written_values;

/// What the paths of the API begin with.
pub const API_PREFIX: &str = "/api/v1";

/// One parameter of a query string.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it asks for, in Markdown.
    pub description: &'static str,
    /// What may be given.
    pub kind: Kind,
    /// A value that works on the seed data.
    pub example: &'static str,
}

/// What may be given for a parameter.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Any text.
    Text,
    /// What must be given.
    Required(&'static Kind),
    /// `true` or `false`.
    Flag {
        /// When absent.
        default: Option<bool>,
    },
    /// A whole number in a range.
    Integer {
        /// Least.
        min: u32,
        /// Greatest.
        max: u32,
        /// When absent.
        default: u32,
    },
    /// A whole number from 0, which may be left out.
    Figure {
        /// Greatest.
        max: u32,
    },
    /// One of a few words.
    OneOf {
        /// The words.
        allowed: &'static [&'static str],
        /// When absent.
        default: Option<&'static str>,
    },
    /// Several of a few words, each perhaps with a sign in front, with commas between them.
    SomeOf {
        /// The words.
        allowed: &'static [&'static str],
        /// The sign that may stand in front of a word (`-` in a sort).
        sign: Option<char>,
        /// When absent.
        default: &'static [&'static str],
        /// The fewest words that may be given.
        least: usize,
        /// The most words that may be given; `None` = all of them.
        most: Option<usize>,
    },
    /// A choice of values and ranges of them: `a..b`, `a..`, `..b`, commas between them, `!` in front,
    /// or `unknown`.
    Ranges {
        /// What the values are.
        of: RangeOf,
    },
    /// Any texts with commas between them.
    List,
    /// Words, each with a number from 0 to 100 behind a colon, with commas between them.
    Weights {
        /// The words.
        of: &'static [&'static str],
    },
    /// A choice of values of a dimension: commas between them, `!` in front, or `unknown`.
    Choice {
        /// All values where they are few and fixed; otherwise none.
        allowed: &'static [&'static str],
    },
}

/// What the values of a range are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RangeOf {
    /// Days, months or years.
    Dates,
    /// Years.
    Years,
    /// Months.
    Months,
    /// Days, months, years or instants.
    Instants,
    /// Whole numbers from 0.
    WholeNumbers,
}
