//! Rows of an export of this program: their cells are fields already, by the names that they have in an answer, and
//! are taken as they are.

mod check;
mod row;

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::NormalisedRow;
use crate::catalog::{Catalog, Entry};
use crate::import::report::Remark;
use row::Row;

/// The columns by which an export is known: no table that a person made has all of them.
const SIGN: &[&str] = &["id", "company", "role", "source", "source_key", "raw"];

/// The columns that are fields of a case, in their order; those of names stand beside them.
const FIELDS: &[&str] = &[
    "id",
    "company",
    "role",
    "role_track",
    "major",
    "bachelor_tier",
    "master_tier",
    "doctor_tier",
    "highest_degree",
    "bachelor_school",
    "school",
    "offer_channel",
    "city",
    "offered_on",
    "offered_precision",
    "pay_annual_min",
    "pay_annual_max",
    "pay_currency",
    "pay_monthly_base",
    "pay_months",
    "interview_rounds",
    "preparation_days",
    "tags",
    "summary",
    "conflicts",
    "verification",
    "source",
    "source_key",
    "source_row",
];

/// Reads the rows of one export.
#[derive(Debug)]
pub struct CanonicalRows<'a> {
    header: &'a [String],
    places: HashMap<&'a str, usize>,
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
        let places: HashMap<&str, usize> =
            header.iter().enumerate().map(|(place, name)| (name.as_str(), place)).collect();
        let is_export = SIGN.iter().all(|name| places.contains_key(name));
        is_export.then(|| Self { header, places, source, catalog, seen: HashSet::new(), derives: false })
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
        let row = Row { rows: self, number, cells };
        let case = row.case()?;
        let derivations = if self.derives { row.derivations(&case) } else { Vec::new() };
        if self.seen.contains(&case.fields.id) {
            return Err(row.remark("source_key", "the key stands in an earlier row too"));
        }
        self.seen.insert(case.fields.id);
        Ok(NormalisedRow { case, remarks: Vec::new(), derivations })
    }

    /// The cell of a row in the column of this name; `None` where it is empty.
    pub fn cell<'r>(&self, cells: &'r [String], name: &str) -> Option<&'r str> {
        cells.get(*self.places.get(name)?).map(String::as_str).filter(|cell| !cell.is_empty())
    }
}
