//! Reading: a file becomes rows of cells, and its columns get a meaning.
//!
//! [`open`] recognises what a file is by its content and its ending, finds its header row and gives
//! its rows one by one, in constant memory however large it is. One file here for each format; what
//! they share stands in `encoding` (bytes to text) and `rows` (where the header is, which rows are
//! blank).

mod archive;
mod delimited;
mod encoding;
mod error;
pub mod header;
mod json;
mod json_text;
pub mod markdown;
mod names;
mod objects;
mod paths;
pub mod private_columns;
mod recognise;
mod rows;
mod sheet;
#[cfg(test)]
mod tests;
mod totals;
mod xlsx;

use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::path::PathBuf;
use std::sync::Arc;

pub use error::{READABLE, ReadError};
use header::Columns;
use private_columns::{Keep, PrivateColumns};
pub use recognise::FileFormat;
pub use rows::{RawRow, Rows};

use crate::import::normalise::canonical::ExportHeader;
use super::normalise::pay::currencies::Currency;
use crate::model::case::Field;

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
    pub map: Vec<(String, Field)>,
    /// What of the private data in it is kept.
    pub keep: Keep,
    /// The currency of figures of pay that say none.
    pub currency: Option<&'static Currency>,
}

/// A file that is being read.
pub struct Reading {
    /// The cells of the header row; an unnamed column is called by its number, as `#3`.
    pub header: Vec<String>,
    /// What they mean.
    pub columns: Columns,
    /// The rows below.
    pub rows: Rows,
    /// What is worth knowing of how it was read: encoding, sheet, lines that were skipped.
    pub notes: Vec<String>,
    /// About how many rows there are, where that can be told beforehand; only to show how far reading has come.
    pub about: Option<u64>,
}

/// Rows that are looked at for private data.
const FIRST_ROWS: usize = 30;

impl Reading {
    /// Leaves the columns of private data out, and notes it. An export of this program has none that it should not have.
    fn leave_out_private(&mut self, keep: &Keep) -> Result<(), ReadError> {
        if ExportHeader::of(&self.header).is_some() {
            return Ok(());
        }
        let private = PrivateColumns::of(&self.header, &self.columns, &self.rows.look_ahead(FIRST_ROWS), keep)?;
        let left_out = self.columns.leave_out(private);
        if !left_out.is_empty() {
            let names = left_out.join(", ");
            self.notes.push(format!("columns of private data that are left out (--keep-columns keeps them): {names}"));
        }
        Ok(())
    }
}

/// Opens a file of this name and finds its header row. Blocking.
///
/// # Errors
/// Where it is nothing that can be read, or company or role is not among its columns.
pub fn open(name: &str, input: &Input, options: &ReadOptions) -> Result<Reading, ReadError> {
    let (format, head) = recognise::recognise(name, input, options.format)?;
    let text = |long_lines| encoding::Text::survey(input, &head, long_lines);
    let mut reading = match format {
        FileFormat::Csv => delimited::open(input, text(false)?, delimited::DELIMITERS, options),
        FileFormat::Tsv => delimited::open(input, text(false)?, b"\t", options),
        FileFormat::Json => json::open(input, text(true)?, false, options),
        FileFormat::JsonLines => json::open(input, text(true)?, true, options),
        FileFormat::Markdown => markdown::open(input, text(false)?, options),
        FileFormat::Xlsx => xlsx::open(input, options),
    }?;
    reading.leave_out_private(&options.keep)?;
    reading.rows.skip_totals(&reading.columns);
    Ok(reading)
}
