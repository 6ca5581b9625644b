//! The forms of files of cases.

use clap::ValueEnum;

/// A form in which all cases are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Comma-separated values.
    Csv,
    /// Lines of JSON.
    Ndjson,
    /// A workbook.
    Xlsx,
}

impl Format {
    /// What its files and addresses end in.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
            Self::Xlsx => "xlsx",
        }
    }
}
