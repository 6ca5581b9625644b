//! Rows of an export of this program: their cells are fields already, by the names that they have in an answer, and
//! are taken as they are.

mod check;
mod row;
mod value;

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::NormalisedRow;
use crate::catalog::{Catalog, Entry};
use crate::import::report::Remark;
use crate::model::case::Field;
use row::ExportRow;

/// The columns by which an export is known: no table that a person made has all of them.
const SIGN: [Field; 6] = [Field::Id, Field::Company, Field::Role, Field::Source, Field::SourceKey, Field::Raw];

/// Reads the rows of one export.
#[derive(Debug)]
pub struct CanonicalRows<'a> {
    header: &'a [String],
    indexes: HashMap<&'a str, usize>,
    /// Of which all rows must be; `None` where each names its own.
    source: Option<&'a Entry>,
    catalog: &'a Catalog,
    /// The ids so far: 16 bytes a row.
    seen: HashSet<Uuid>,
    derives: bool,
}

impl<'a> CanonicalRows<'a> {
    /// For rows below this header; `None` where it is not that of an export.
    pub fn new(header: &'a [String], source: Option<&'a Entry>, catalog: &'a Catalog) -> Option<Self> {
        let indexes: HashMap<&str, usize> =
            header.iter().enumerate().map(|(index, name)| (name.as_str(), index)).collect();
        let is_export = SIGN.iter().all(|field| indexes.contains_key(field.name()));
        is_export.then(|| Self { header, indexes, source, catalog, seen: HashSet::new(), derives: false })
    }

    /// The same, which also tells where each value comes from.
    #[must_use]
    pub fn with_derivations(mut self) -> Self {
        self.derives = true;
        self
    }

    /// The case of a row; `number` counts from 1, header excluded.
    ///
    /// # Errors
    /// Where the row is rejected, with the reason.
    pub fn read(&mut self, number: usize, cells: &[String]) -> Result<NormalisedRow, Remark> {
        let row = ExportRow { rows: self, number, cells };
        let (id, case) = row.case()?;
        let derivations = if self.derives { row.derivations(&case) } else { Vec::new() };
        if self.seen.contains(&id) {
            return Err(row.remark(Field::SourceKey.name(), "the key stands in an earlier row too"));
        }
        self.seen.insert(id);
        Ok(NormalisedRow { case, remarks: Vec::new(), derivations })
    }

    /// The cell of a row in the column of this name; `None` where it is empty.
    pub fn cell<'r>(&self, cells: &'r [String], name: &str) -> Option<&'r str> {
        cells.get(*self.indexes.get(name)?).map(String::as_str).filter(|cell| !cell.is_empty())
    }
}
