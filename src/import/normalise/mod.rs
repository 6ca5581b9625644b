//! Normalising: the cells of a row become the fields of a case. What cannot be read for sure stays
//! unknown, with a remark; the raw row is kept whole.

pub mod education;
pub mod summary;

use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::key::{RowKeys, case_id};
use super::read::Table;
use super::read::header::{Column, Columns};
use super::report::Remark;
use crate::cases::closed_sets::{Degree, OfferChannel, Verification};
use crate::catalog::directory::{Directory, Entry, Resolution};
use crate::catalog::{Catalog, Source, SourceKind};

/// Longest name of a company or role, in characters.
const LONGEST_NAME: usize = 100;

/// A company or role: known, or to be made under this name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// The id of a known one.
    Known(i32),
    /// A name that nothing known has.
    New(String),
}

/// A row as it will be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct NormalisedCase {
    /// Who made the offer.
    pub company: Named,
    /// For which post.
    pub role: Named,
    /// Everything else.
    pub fields: Fields,
}

/// The fields of a case that need no name to be made first; as they travel to the staging table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fields {
    pub(super) id: Uuid,
    pub(super) major_id: Option<i32>,
    pub(super) bachelor_tier: Option<i16>,
    pub(super) master_tier: Option<i16>,
    pub(super) doctor_tier: Option<i16>,
    pub(super) highest_degree: Option<Degree>,
    pub(super) offer_channel: Option<OfferChannel>,
    pub(super) interview_rounds: Option<i16>,
    pub(super) preparation_days: Option<i16>,
    pub(super) tags: Vec<String>,
    pub(super) summary: Option<String>,
    pub(super) conflicts: Vec<String>,
    pub(super) verification: Verification,
    pub(super) raw: Value,
    pub(super) source_key: String,
    pub(super) source_row: usize,
}

/// What came of a table: cases, rejected rows, remarks.
#[derive(Debug, Default)]
pub struct Normalised {
    /// Rows that can be stored.
    pub cases: Vec<NormalisedCase>,
    /// Rows that cannot, with the reason.
    pub rejections: Vec<Remark>,
    /// What was not understood in rows that can.
    pub remarks: Vec<Remark>,
}

/// Normalises every row of a table.
pub fn normalise(table: &Table, columns: &Columns, source: &Source, catalog: &Catalog) -> Normalised {
    let mut normalised = Normalised::default();
    let mut keys = RowKeys::default();
    for (place, cells) in table.rows.iter().enumerate() {
        let mut row = Row { number: place + 1, cells, table, columns, catalog, remarks: Vec::new() };
        match row.normalise(source, &mut keys) {
            Ok(case) => {
                normalised.cases.push(case);
                normalised.remarks.append(&mut row.remarks);
            }
            Err(rejection) => normalised.rejections.push(rejection),
        }
    }
    normalised
}

/// A row on its way.
struct Row<'a> {
    number: usize,
    cells: &'a [String],
    table: &'a Table,
    columns: &'a Columns,
    catalog: &'a Catalog,
    remarks: Vec<Remark>,
}

impl<'a> Row<'a> {
    fn normalise(&mut self, source: &Source, keys: &mut RowKeys) -> Result<NormalisedCase, Remark> {
        self.check_cells()?;
        let company = self.needed(Column::Company)?;
        let company = self.named(Column::Company, company, &self.catalog.companies)?;
        let role = self.needed(Column::Role)?;
        let role = self.named(Column::Role, role, &self.catalog.roles)?;
        let source_key = keys
            .key_of(self.cells, self.cell(Column::Key))
            .map_err(|message| self.remark(Column::Key, "key", message))?;
        let major_id = self.major();
        let education = self.education();
        let summary = self.cell(Column::Summary);
        let fields = Fields {
            id: case_id(&source.slug, &source_key),
            major_id,
            bachelor_tier: education.bachelor_tier,
            master_tier: education.master_tier,
            doctor_tier: education.doctor_tier,
            highest_degree: education.highest_degree,
            offer_channel: summary.and_then(summary::offer_channel),
            interview_rounds: summary.and_then(summary::interview_rounds),
            preparation_days: summary.and_then(summary::preparation_days),
            tags: summary.map(|summary| summary::tags(summary, self.catalog)).unwrap_or_default(),
            summary: summary.map(str::to_owned),
            conflicts: self.conflicts(major_id).into_iter().collect(),
            verification: verification_by(source.kind),
            raw: self.raw(),
            source_key,
            source_row: self.number,
        };
        Ok(NormalisedCase { company, role, fields })
    }

    fn cell(&self, column: Column) -> Option<&'a str> {
        self.columns.cell(self.cells, column)
    }

    fn remark(&self, column: Column, rule: &'static str, message: impl Into<String>) -> Remark {
        Remark {
            row: self.number,
            column: self.columns.header(self.table, column).to_owned(),
            cell: self.cell(column).unwrap_or_default().to_owned(),
            rule,
            message: message.into(),
        }
    }

    /// Refuses a row whose cells cannot be told apart or stored.
    fn check_cells(&self) -> Result<(), Remark> {
        let (cells, columns) = (self.cells.len(), self.table.header.len());
        if cells > columns {
            let message = format!("the row has {cells} cells, and the header has {columns}");
            return Err(Remark { cell: self.cells.join(" | "), ..self.remark(Column::Company, "cells", message) });
        }
        if let Some(cell) = self.cells.iter().find(|cell| cell.contains('\0')) {
            let cell = cell.replace('\0', "\u{fffd}");
            return Err(Remark { cell, ..self.remark(Column::Company, "cells", "a cell has a NUL character") });
        }
        for column in [Column::Company, Column::Role] {
            if self.cell(column).is_some_and(|cell| cell.chars().count() > LONGEST_NAME) {
                let message = format!("a {} of more than {LONGEST_NAME} characters is no name", column.what());
                return Err(self.remark(column, "name", message));
            }
        }
        Ok(())
    }

    fn needed(&self, column: Column) -> Result<&'a str, Remark> {
        let message = || format!("a case needs a {}", column.what());
        self.cell(column).ok_or_else(|| self.remark(column, "needed", message()))
    }

    /// The company or role that a cell names. A name that several have by alias only is rejected;
    /// one that is a name here and an alias elsewhere is taken and remarked.
    fn named<E: Entry<Id = i32>>(
        &mut self,
        column: Column,
        cell: &str,
        directory: &Directory<E>,
    ) -> Result<Named, Remark> {
        match directory.resolve(cell) {
            Resolution::Found { entry, others, .. } => {
                if !others.is_empty() {
                    let message = format!("taken as {}; it may also mean {}", entry.slug(), slugs(&others));
                    self.remarks.push(self.remark(column, "ambiguous", message));
                }
                Ok(Named::Known(entry.id()))
            }
            Resolution::Ambiguous(entries) => {
                let message = format!("may mean {}; write one of them", slugs(&entries));
                Err(self.remark(column, "ambiguous", message))
            }
            Resolution::Unknown { .. } => Ok(Named::New(cell.to_owned())),
        }
    }

    fn major(&mut self) -> Option<i32> {
        let cell = self.cell(Column::Major)?;
        let message = match self.catalog.majors.resolve(cell) {
            Resolution::Found { entry, .. } => return Some(entry.id),
            Resolution::Ambiguous(entries) => format!("may mean {}; left unknown", slugs(&entries)),
            Resolution::Unknown { .. } => "no major is called so; left unknown".to_owned(),
        };
        self.remarks.push(self.remark(Column::Major, "major", message));
        None
    }

    fn education(&mut self) -> education::Education {
        let Some(cell) = self.cell(Column::Education) else { return education::Education::default() };
        education::read(cell, self.catalog).unwrap_or_else(|unreadable| {
            let message = format!("{unreadable}; left unknown");
            self.remarks.push(self.remark(Column::Education, "education", message));
            education::Education::default()
        })
    }

    fn conflicts(&self, major_id: Option<i32>) -> Option<String> {
        let summary = self.cell(Column::Summary)?;
        let discipline = self.catalog.discipline_of(major_id?)?;
        summary::major_conflict(summary, self.cell(Column::Major)?, discipline.code.as_deref())
    }

    /// Column header to cell, verbatim. A second column of the same header gets its number.
    fn raw(&self) -> Value {
        let mut raw = Map::new();
        for (place, (header, cell)) in self.table.header.iter().zip(self.cells).enumerate() {
            let name = if header.is_empty() || raw.contains_key(header) {
                format!("{header}#{}", place + 1)
            } else {
                header.clone()
            };
            raw.insert(name, Value::String(cell.clone()));
        }
        Value::Object(raw)
    }
}

fn slugs<E: Entry>(entries: &[&E]) -> String {
    entries.iter().map(|entry| entry.slug()).collect::<Vec<_>>().join(", ")
}

/// What stands behind a case of such a source, if it says nothing more.
fn verification_by(kind: SourceKind) -> Verification {
    match kind {
        SourceKind::CoachingAd => Verification::SourcePublished,
        SourceKind::Survey | SourceKind::Crowd => Verification::SelfReported,
        SourceKind::OwnRecords | SourceKind::Synthetic => Verification::None,
    }
}
