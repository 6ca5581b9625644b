//! Why a file could not be read as a table of cases.

use super::FileFormat;

/// The kinds of files that can be read.
pub const READABLE: &str = "CSV, TSV, XLSX, XLS, ODS, JSON, JSON Lines (.ndjson) and Markdown with pipe tables (.md)";

/// Why a file could not be read as a table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The system would not give its bytes.
    #[error("it could not be read: {0}")]
    Io(String),
    /// It is a directory.
    #[error("it is a directory; give the files in it by name")]
    Directory,
    /// It is a pipe or a device.
    #[error("it is a pipe or a device, which can be read only once; save it to a file first")]
    NoFile,
    /// It has no bytes, or only white space.
    #[error("it is empty; readable are: {READABLE}")]
    Empty,
    /// It is something else, with what to do about it.
    #[error("it seems to be {0}, which is not read{1}; readable are: {READABLE}")]
    Other(&'static str, &'static str),
    /// Its name or `--format` says one thing, its content another.
    #[error("it is taken for {taken} by {by}, but its content seems to be {seems}; {advice}")]
    Misnamed {
        /// What it is taken for.
        taken: FileFormat,
        /// What says so.
        by: &'static str,
        /// What the content is.
        seems: &'static str,
        /// What to do.
        advice: String,
    },
    /// It is text in no encoding that is read.
    #[error("{0}; save it as UTF-8")]
    Encoding(String),
    /// It is text with something in it that no text has.
    #[error("it seems to be binary: a NUL character stands in line {0}; readable are: {READABLE}")]
    Nul(u64),
    /// It has a line or a row that is too long to be one.
    #[error("{what} {number} is longer than {} MiB, so this seems to be no table; readable are: {READABLE}", super::MAX_RECORD_BYTES >> 20)]
    TooLong {
        /// Line, row or so.
        what: &'static str,
        /// Which of them, from 1.
        number: u64,
    },
    /// It has more columns than a table of cases may have.
    #[error("{0} has more than {most} columns", most = super::MAX_COLUMNS)]
    TooManyColumns(String),
    /// A quoted cell goes on to the end of the file.
    #[error("the quoted cell that begins in or behind line {0} is never closed by a second `\"`")]
    UnclosedQuote(u64),
    /// It has no table.
    #[error("it has no Markdown table (a header row, a row of dashes, rows with `|` between cells)")]
    NoTable,
    /// None of its first rows is a header.
    #[error(
        "no header was found: none of the first rows names columns such as 公司 and 岗位; the first is: {0}. Write a header \
         above the rows, or say what the columns are by --no-header --columns company,role,-,pay"
    )]
    NoHeader(String),
    /// It has no such sheet.
    #[error("it has no sheet `{0}`; its sheets are: {1}")]
    NoSheet(String, String),
    /// A column that every case needs is missing.
    #[error("it has no column for the {0}; its columns are: {1}. Say which one it is by --map HEADER={0}")]
    MissingColumn(String, String),
    /// Two columns mean the same.
    #[error("its columns `{0}` and `{1}` both mean the {2}; say which one to take by --map HEADER=FIELD")]
    ColumnTwice(String, String, String),
    /// `--map` names a field that no case has.
    #[error("there is no field `{0}` to map a header to; the fields are: {1}")]
    UnknownField(String, String),
    /// `--map` names a header that the file does not have.
    #[error("no column has the header `{0}` that is mapped; its columns are: {1}")]
    MapMissing(String, String),
    /// A header of `--keep-columns` is not there.
    #[error("no column is called `{0}`, as --keep-columns says; its columns are: {1}")]
    KeepMissing(String, String),
    /// It is a workbook that cannot be read.
    #[error("this workbook cannot be read: {0}")]
    Workbook(String),
    /// It is JSON that cannot be read as rows.
    #[error("line {line}: {message}")]
    Json {
        /// The line, from 1.
        line: u64,
        /// What is wrong there.
        message: String,
    },
}

impl From<std::io::Error> for ReadError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error.to_string())
    }
}
