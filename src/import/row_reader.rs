//! How the rows of a file become cases: cells are read by what people write into them, or, in an export of this
//! program, are fields already.

use std::sync::Arc;

use super::key::RowKeys;
use super::normalise::canonical::{CanonicalRows, ExportHeader};
use super::normalise::pay::currencies::Currency;
use super::normalise::{NormalisedRow, RowNormaliser};
use super::plain_export::KnownCases;
use super::read::bounds::{self, LongCell, MAX_CELL_CHARS, MAX_ROW_CHARS};
use super::read::header::KEY;
use super::read::{RawRow, Table, shortened};
use super::report::{Remark, RowPlace};
use crate::catalog::{Catalog, Entry};
use crate::model::case::Field;
use crate::model::field::Kind;
use crate::parameters::message;
use crate::privacy;

/// How much of a cell that is too long is shown, in characters.
const SHOWN_CHARS: usize = 60;

/// Reads the rows of one file as cases.
#[derive(Debug)]
pub enum RowReader<'a> {
    /// Cells are read by what people write into them.
    Normaliser(Box<RowNormaliser<'a>>, Arc<Table>),
    /// Cells are fields already.
    Canonical(Box<CanonicalRows<'a>>),
}

impl<'a> RowReader<'a> {
    /// For rows of a file whose first header this is. `source` is what the file is of; only an export says itself of which sources its
    /// rows are, and `None` is returned for another file without one. `known` are the cases that a plain export changes,
    /// for which `None` is returned without them. `derives` says whether it also tells where each value comes from.
    pub fn new(
        table: &Arc<Table>,
        source: Option<&'a Entry>,
        catalog: &'a Catalog,
        known: Option<&'a KnownCases>,
        derives: bool,
    ) -> Option<Self> {
        match ExportHeader::of(&table.header) {
            Some(ExportHeader::Whole) => {
                Some(Self::Canonical(Box::new(CanonicalRows::new(&table.header, source, catalog, None, derives))))
            }
            Some(ExportHeader::Plain | ExportHeader::Short(_)) => Some(Self::Canonical(Box::new(CanonicalRows::new(
                &table.header,
                source,
                catalog,
                Some(known?),
                derives,
            )))),
            None => {
                let normaliser = RowNormaliser::new(table, source?, catalog, derives);
                Some(Self::Normaliser(Box::new(normaliser), Arc::clone(table)))
            }
        }
    }

    /// Figures of pay that say no currency are in this one.
    pub fn assume(&mut self, currency: Option<&'static Currency>) {
        if let Self::Normaliser(normaliser, _) = self {
            normaliser.assume(currency);
        }
    }

    /// The same with keys for its rows that are given otherwise; those of an export have their own.
    #[must_use]
    pub fn with_keys(self, keys: RowKeys) -> Self {
        match self {
            Self::Normaliser(normaliser, table) => Self::Normaliser(Box::new(normaliser.with_keys(keys)), table),
            canonical @ Self::Canonical(_) => canonical,
        }
    }

    /// The case of a row.
    ///
    /// # Errors
    /// Where the row is rejected, with the reason.
    pub fn read(&mut self, row: &RawRow) -> Result<NormalisedRow, Remark> {
        match self.case_of(row) {
            Ok(mut read) => {
                if !read.remarks.is_empty() {
                    let place = self.place_of(row);
                    let remarks = std::mem::take(&mut read.remarks);
                    read.remarks = remarks.into_iter().map(|remark| remark.at(place.clone())).collect();
                }
                Ok(read)
            }
            Err(reason) => Err(reason.at(self.place_of(row))),
        }
    }

    /// Where a row stands in its file.
    pub fn place_of(&self, row: &RawRow) -> RowPlace {
        RowPlace {
            line: Some(row.line).filter(|line| *line > 0),
            sheet: row.table.sheet.as_deref().map(Into::into),
            key: self.key_of(row).map(Into::into),
        }
    }

    /// Whether a cell of an export is the raw row of its case, which is as long as a row.
    fn is_raw(&self, row: &RawRow, place: usize) -> bool {
        let field = row.table.header.get(place).and_then(|name| Field::named(name));
        self.is_canonical() && field.is_some_and(|field| matches!(field.kind(), Kind::Raw))
    }

    /// That a cell or the row is too long, where it is.
    fn too_long(&self, row: &RawRow) -> Option<Remark> {
        let long = row.long_cell.or_else(|| bounds::long_cell(&row.cells, |place| !self.is_raw(row, place)));
        let (place, message) = match (long, bounds::long_row(&row.cells)) {
            (Some(LongCell { place, chars }), _) => (
                place,
                message!(
                    "it has {chars} characters; a cell may have {MAX_CELL_CHARS}",
                    "共 {chars} 个字符，一格至多 {MAX_CELL_CHARS} 个"
                ),
            ),
            (None, Some(chars)) if !self.is_canonical() => (
                0,
                message!(
                    "the cells of the row have {chars} characters together; they may have {MAX_ROW_CHARS}",
                    "整行共 {chars} 个字符，至多 {MAX_ROW_CHARS} 个"
                ),
            ),
            _ => return None,
        };
        let cell = row.cells.get(place).map(|cell| shortened(cell, SHOWN_CHARS)).unwrap_or_default();
        let title = row.table.header.get(place).map_or("", String::as_str);
        Some(Remark::new(row.number, title, &privacy::masked(&cell).0, "length", message))
    }

    fn case_of(&mut self, row: &RawRow) -> Result<NormalisedRow, Remark> {
        if let Some(reason) = self.too_long(row) {
            return Err(reason);
        }
        match self {
            Self::Normaliser(normaliser, table) => {
                if !Arc::ptr_eq(table, &row.table) {
                    *table = Arc::clone(&row.table);
                    normaliser.begin(table);
                }
                normaliser.normalise(row.number, &row.cells)
            }
            Self::Canonical(rows) => rows.read(row.number, &row.cells),
        }
    }

    /// Whether cells are fields already, so that nothing is to be told of columns.
    pub fn is_canonical(&self) -> bool {
        matches!(self, Self::Canonical(_))
    }

    /// The slug of the source that a row names; `None` in a file whose rows name none.
    pub fn source_of<'r>(&'r self, row: &'r RawRow) -> Option<&'r str> {
        match self {
            Self::Normaliser(..) => None,
            Self::Canonical(rows) => rows.source_of(&row.cells),
        }
    }

    /// The key that a row says it has, where it says one.
    pub fn key_of<'r>(&self, row: &'r RawRow) -> Option<&'r str> {
        match self {
            // One with private data in it is none.
            Self::Normaliser(..) => {
                row.table.columns.cell(&row.cells, KEY).map(str::trim).filter(|key| privacy::spans(key).is_empty())
            }
            Self::Canonical(rows) => rows.cell(&row.cells, Field::SourceKey.name()),
        }
    }
}
