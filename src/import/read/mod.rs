//! Reading: a file becomes a table of cells, and its columns get a meaning.

pub mod header;
pub mod markdown;

/// A table as it stands in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The cells of the header row.
    pub header: Vec<String>,
    /// The rows below it, as many cells as they have.
    pub rows: Vec<Vec<String>>,
}

/// Why a file could not be read as a table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// It is not text.
    #[error("it is not UTF-8 text")]
    NotText,
    /// It has no table.
    #[error("it has no Markdown table (a header row, a row of dashes, rows with `|` between cells)")]
    NoTable,
    /// It has several.
    #[error("it has {0} tables; put each into a file of its own")]
    SeveralTables(usize),
    /// A column that every case needs is missing.
    #[error("it has no column for the {0}; its columns are: {1}")]
    MissingColumn(&'static str, String),
    /// Two columns mean the same.
    #[error("its columns `{0}` and `{1}` both mean the {2}")]
    ColumnTwice(String, String, &'static str),
}
