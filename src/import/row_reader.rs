//! How the rows of a file become cases: cells are read by what people write into them, or, in an export of this
//! program, are fields already.

use super::normalise::canonical::{CanonicalRows, ExportHeader};
use super::normalise::{NormalisedRow, RowNormaliser};
use super::plain_export::KnownCases;
use super::normalise::pay::currencies::Currency;
use super::read::{RawRow, Rows};
use super::read::header::{Columns, KEY};
use super::report::Remark;
use crate::catalog::{Catalog, Entry};
use crate::model::case::Field;
use crate::privacy;

/// How many rows are looked at for what all of them have in common.
const SURVEYED_ROWS: usize = 500;

/// Reads the rows of one file as cases.
#[derive(Debug)]
pub enum RowReader<'a> {
    /// Cells are read by what people write into them.
    Normaliser(Box<RowNormaliser<'a>>),
    /// Cells are fields already.
    Canonical(Box<CanonicalRows<'a>>),
}

impl<'a> RowReader<'a> {
    /// For rows below this header. `source` is what the file is of; only an export says itself of which sources its
    /// rows are, and `None` is returned for another file without one. `known` are the cases that a plain export changes,
    /// for which `None` is returned without them. `derives` says whether it also tells where each value comes from.
    pub fn new(
        header: &'a [String],
        columns: &'a Columns,
        source: Option<&'a Entry>,
        catalog: &'a Catalog,
        known: Option<&'a KnownCases>,
        derives: bool,
    ) -> Option<Self> {
        match ExportHeader::of(header) {
            Some(ExportHeader::Whole) => {
                Some(Self::Canonical(Box::new(CanonicalRows::new(header, source, catalog, None, derives))))
            }
            Some(ExportHeader::Plain | ExportHeader::Short(_)) => {
                Some(Self::Canonical(Box::new(CanonicalRows::new(header, source, catalog, Some(known?), derives))))
            }
            None => Some(Self::Normaliser(Box::new(RowNormaliser::new(header, columns, source?, catalog, derives)))),
        }
    }

    /// Looks at the first rows for what all of them have in common; `currency` is that of figures that say none.
    pub fn prepare(&mut self, currency: Option<&'static Currency>, rows: &mut Rows) {
        if let Self::Normaliser(normaliser) = self {
            normaliser.prepare(currency, &rows.look_ahead(SURVEYED_ROWS));
        }
    }

    /// The case of a row.
    ///
    /// # Errors
    /// Where the row is rejected, with the reason.
    pub fn read(&mut self, row: &RawRow) -> Result<NormalisedRow, Remark> {
        match self {
            Self::Normaliser(normaliser) => normaliser.normalise(row.number, &row.cells),
            Self::Canonical(rows) => rows.read(row.number, &row.cells),
        }
    }

    /// The columns that nothing takes; an export has none.
    pub fn untaken(&self, columns: &Columns) -> Vec<String> {
        match self {
            Self::Normaliser(_) => columns.untaken.clone(),
            Self::Canonical(_) => Vec::new(),
        }
    }

    /// The slug of the source that a row names; `None` in a file whose rows name none.
    pub fn source_of<'r>(&'r self, row: &'r RawRow) -> Option<&'r str> {
        match self {
            Self::Normaliser(_) => None,
            Self::Canonical(rows) => rows.source_of(&row.cells),
        }
    }

    /// The key that a row says it has, where it says one.
    pub fn key_of<'r>(&self, row: &'r RawRow, columns: &Columns) -> Option<&'r str> {
        match self {
            // One with private data in it is none.
            Self::Normaliser(_) => {
                columns.cell(&row.cells, KEY).map(str::trim).filter(|key| privacy::spans(key).is_empty())
            }
            Self::Canonical(rows) => rows.cell(&row.cells, Field::SourceKey.name()),
        }
    }
}
