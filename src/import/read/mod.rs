//! Reading: a file becomes rows of cells, and its columns get a meaning.
//!
//! [`open`] recognises what a file is by its content and its ending, finds its header row and gives
//! its rows one by one, in constant memory however large it is. One file here for each format; what
//! they share stands in `encoding` (bytes to text), `top` (where a table begins), `rows` (which rows are its own), `cells` and
//! `bounds` (how they are cleaned, and how long they may be).

mod ahead;
mod archive;
pub mod bounds;
mod cells;
pub mod column;
mod delimited;
mod encoding;
mod error;
mod evidence;
pub mod header;
mod header_groups;
mod json;
mod json_text;
mod loaded_workbook;
pub mod markdown;
mod names;
mod number_format;
mod objects;
mod parts;
mod paths;
pub mod private_columns;
mod recognise;
mod rows;
mod sheet;
mod table;
#[cfg(test)]
mod tests;
mod top;
mod totals;
mod workbook;
mod xlsx;

use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::path::PathBuf;
use std::sync::Arc;

pub(super) use cells::shortened;
use column::Column;
pub use error::{READABLE, ReadError};
use header::Naming;
use private_columns::Keep;
pub use recognise::FileFormat;
pub use rows::{RawRow, Rows};
use table::Finder;
pub use table::Table;

use super::normalise::pay::currencies::Currency;
use crate::catalog::Catalog;
use crate::parameters::Message;

/// Longest line or row, in bytes of UTF-8: what is longer is no row of a table.
const MAX_RECORD_BYTES: u64 = 16 << 20;
/// Most columns of a table.
const MAX_COLUMNS: usize = 1_000;

/// Where a file's bytes come from; it is opened again for each pass.
#[derive(Debug, Clone)]
pub enum Input {
    /// A file of the file system.
    Path(PathBuf),
    /// Bytes in memory.
    Bytes(Arc<[u8]>),
}

/// The bytes of an input, from the first on. Workbooks are sought in, and given to a thread.
pub(super) trait Source: Read + Seek + Send {}

impl<S: Read + Seek + Send> Source for S {}

impl Input {
    pub(super) fn open(&self) -> Result<Box<dyn Source>, ReadError> {
        match self {
            Self::Path(path) if path.is_dir() => Err(ReadError::Directory),
            // It is read several times.
            Self::Path(path) if path.exists() && !path.is_file() => Err(ReadError::NoFile),
            Self::Path(path) => Ok(Box::new(File::open(path)?)),
            Self::Bytes(bytes) => Ok(Box::new(Cursor::new(Arc::clone(bytes)))),
        }
    }
}

/// What the reader of a file says of it.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// The format, whatever the name of the file says; its content is still checked.
    pub format: Option<FileFormat>,
    /// Headers and what they mean, whatever their names say.
    pub map: Vec<(String, Column)>,
    /// What all rows have in common: cells of columns that stand in no file.
    pub constants: Vec<(Column, String)>,
    /// The columns of a file without a header, from the first on.
    pub columns: Option<Vec<Column>>,
    /// Which sheets of a workbook are read.
    pub sheets: Sheets,
    /// What of the private data in it is kept.
    pub keep: Keep,
    /// The currency of figures of pay that say none.
    pub currency: Option<&'static Currency>,
}

impl ReadOptions {
    /// What they say of the columns of a table.
    fn naming(&self) -> Naming {
        Naming { map: self.map.clone(), set: self.constants.iter().map(|(column, _)| *column).collect() }
    }
}

/// Which sheets of a workbook are read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Sheets {
    /// The first visible one that has a header.
    #[default]
    First,
    /// The one of this name, or of this number from 1.
    One(String),
    /// All visible ones, each as a table of its own.
    All,
}

/// A file that is being read.
pub struct Reading<'c> {
    /// Its first header with what its columns mean.
    pub table: Arc<Table>,
    /// The rows below.
    pub rows: Rows<'c>,
    /// What is worth knowing of how it was read: encoding, sheet, lines that were skipped.
    pub notes: Vec<Message>,
    /// About how many rows there are, where that can be told beforehand; only to show how far reading has come.
    pub about: Option<u64>,
}

impl<'c> Reading<'c> {
    fn new(rows: Rows<'c>, notes: Vec<Message>) -> Self {
        Self { table: Arc::clone(&rows.tables()[0]), rows, notes, about: None }
    }
}

/// Opens a file of this name and finds its header row; the names of the catalog help to tell what its columns are.
/// Blocking.
///
/// # Errors
/// Where it is nothing that can be read, or company or role is not among its columns.
pub fn open<'c>(
    name: &str,
    input: &Input,
    options: &ReadOptions,
    catalog: Option<&'c Catalog>,
) -> Result<Reading<'c>, ReadError> {
    let (format, head) = recognise::recognise(name, input, options.format)?;
    let text = |long_lines| encoding::Text::survey(input, &head, long_lines);
    let is_workbook = matches!(format, FileFormat::Xlsx | FileFormat::Xls | FileFormat::Ods);
    if options.sheets != Sheets::First && !is_workbook {
        return Err(ReadError::NoWorkbook(format));
    }
    if options.columns.is_some() && matches!(format, FileFormat::Json | FileFormat::JsonLines) {
        return Err(ReadError::NamesCells(format));
    }
    let finder = Finder::new(options, catalog);
    let opened = match format {
        FileFormat::Csv => delimited::open(input, text(false)?, delimited::DELIMITERS, finder),
        FileFormat::Tsv => delimited::open(input, text(false)?, b"\t", finder),
        FileFormat::Json => json::open(input, text(true)?, false, finder),
        FileFormat::JsonLines => json::open(input, text(true)?, true, finder),
        FileFormat::Markdown => markdown::open(input, text(false)?, finder),
        FileFormat::Xlsx | FileFormat::Xls | FileFormat::Ods => workbook::open(input, format, options, finder),
    };
    // Of a file that does not say that it is a table nothing is told: it may be anybody's.
    let is_told = options.format.is_some() || recognise::says_format(name);
    opened.map_err(|error| match error {
        ReadError::NoHeader(_) if !is_told => ReadError::NoHeaderInAny,
        error => error,
    })
}
