//! Goes through the cells of a row, in a stream of any number of rows.

mod places;
mod said;

use serde_json::{Map, Value};

use super::references::References;
use super::setting::{Memos, NameReading, Setting, major, name};
use super::shown::{Shown, slug};
use super::{Derivation, Fields, Named, NormalisedCase, NormalisedRow, Reading, check};
use super::{city, date, role_track};
use crate::catalog::{Catalog, Entry};
use crate::import::key::{RowKeys, case_id};
use crate::import::read::header::{Column, Columns};
use crate::import::report::Remark;

/// Normalises the rows of one file, one after the other.
#[derive(Debug)]
pub struct RowNormaliser<'a> {
    setting: Setting<'a>,
    keys: RowKeys,
    memos: Memos,
}

impl<'a> RowNormaliser<'a> {
    /// For rows below this header.
    pub fn new(header: &'a [String], columns: &'a Columns, source: &'a Entry, catalog: &'a Catalog) -> Self {
        Self::with_references(header, columns, source, References::from(catalog))
    }

    pub(super) fn with_references(
        header: &'a [String],
        columns: &'a Columns,
        source: &'a Entry,
        references: References<'a>,
    ) -> Self {
        let setting = Setting::new(header, columns, source, references);
        Self { setting, keys: RowKeys::default(), memos: Memos::default() }
    }

    /// The same, which also tells where each value comes from.
    #[must_use]
    pub fn with_derivations(mut self) -> Self {
        self.setting.derives = true;
        self
    }

    /// Normalises a row; `number` counts from 1, header excluded.
    ///
    /// # Errors
    /// Where the row is rejected, with the reason.
    pub fn normalise(&mut self, number: usize, cells: &[String]) -> Result<NormalisedRow, Remark> {
        let Self { setting, keys, memos } = self;
        let row = Row { number, cells, setting, remarks: Vec::new(), derivations: Vec::new() };
        row.normalise(keys, memos)
    }
}

/// A row on its way.
struct Row<'r> {
    number: usize,
    cells: &'r [String],
    setting: &'r Setting<'r>,
    remarks: Vec<Remark>,
    derivations: Vec<Derivation>,
}

impl<'r> Row<'r> {
    fn normalise(mut self, keys: &mut RowKeys, memos: &mut Memos) -> Result<NormalisedRow, Remark> {
        self.check_cells()?;
        let references = self.setting.references;
        let what = |column: Column| (self.header(column), column.what());
        let (company, role) = (self.needed(Column::Company)?, self.needed(Column::Role)?);
        let (header, kind) = what(Column::Company);
        let company = memos.companies.get(company, || name(company, header, kind, references.companies));
        let (header, kind) = what(Column::Role);
        let role = memos.roles.get(role, || name(role, header, kind, references.roles));
        let company = self.named(Column::Company, "company", company)?;
        let role = self.named(Column::Role, "role", role)?;
        let source_key = keys
            .key_of(self.cells, self.text(Column::Key))
            .map_err(|message| self.remark(Column::Key, "key", message))?;
        let fields = self.fields(source_key, memos);
        self.derive_rest(&fields);
        let case = NormalisedCase { company, role, fields };
        Ok(NormalisedRow { case, remarks: self.remarks, derivations: self.derivations })
    }

    fn fields(&mut self, source_key: String, memos: &mut Memos) -> Fields {
        let references = self.setting.references;
        let major_id =
            self.read(Column::Major, "major", "major", |cell| memos.majors.get(cell, || major(cell, references)));
        if let (Some(id), Some(derivation)) = (major_id, self.derivations.last_mut()) {
            derivation.value = slug(references.majors.get(id));
        }
        let education = self.education(memos);
        let city = self.read(Column::City, "city", "city", |cell| memos.cities.get(cell, || city::read(cell)));
        let pay = self.pay(city.as_deref(), memos);
        let today = self.setting.today;
        let offered =
            self.read(Column::Date, "offered_on", "date", |cell| memos.dates.get(cell, || date::read(cell, today)));
        let said = self.readable(Column::Summary);
        let mut conflicts = education.conflicts.clone();
        conflicts.extend(self.major_conflict(said, major_id));
        Fields {
            id: case_id(self.setting.source_slug, &source_key),
            role_track: self.read(Column::RoleTrack, "role_track", "role_track", role_track::read),
            major_id,
            bachelor_tier: education.bachelor_tier(),
            master_tier: education.master_tier(),
            doctor_tier: education.doctor_tier(),
            highest_degree: education.highest_degree,
            bachelor_school_id: education.bachelor_school_id(),
            school_id: education.school_id(),
            offer_channel: self.channel(said, &mut conflicts, memos),
            city,
            offered_on: offered.map(|offered| offered.on),
            offered_precision: offered.map(|offered| offered.precision),
            pay_annual_min: pay.annual.map(|(low, _)| low),
            pay_annual_max: pay.annual.map(|(_, high)| high),
            pay_currency: pay.currency.to_owned(),
            pay_monthly_base: pay.monthly_base,
            pay_months: pay.months,
            interview_rounds: self.rounds(said, &mut conflicts, memos),
            preparation_days: self.preparation(said, &mut conflicts, memos),
            tags: self.tags(said, memos),
            summary: said.map(str::to_owned),
            conflicts,
            verification: self.setting.verification,
            raw: self.raw(),
            source_key,
            source_row: self.number,
        }
    }

    /// Tells of the values that no rule of a cell gives.
    fn derive_rest(&mut self, fields: &Fields) {
        if !self.setting.derives {
            return;
        }
        if self.text(Column::Key).is_some() {
            self.derive(Column::Key, "source_key", "key", || fields.source_key.clone());
        }
        if let Some(summary) = &fields.summary {
            self.derive(Column::Summary, "summary", "verbatim", || summary.clone());
        }
        for conflict in &fields.conflicts {
            self.derive(Column::Summary, "conflicts", "conflict", || conflict.clone());
        }
        self.derivations.push(Derivation {
            field: "verification",
            value: fields.verification.shown(),
            rule: "source_kind",
            column: "--source".to_owned(),
            cell: self.setting.source_slug.to_owned(),
        });
    }

    /// The cell as it stands; `None` where it is blank.
    fn cell(&self, column: Column) -> Option<&'r str> {
        self.setting.columns.cell(self.cells, column).filter(|cell| !cell.trim().is_empty())
    }

    fn text(&self, column: Column) -> Option<&'r str> {
        self.cell(column).map(str::trim)
    }

    fn header(&self, column: Column) -> &'r str {
        self.setting.columns.title(column)
    }

    fn remark(&self, column: Column, rule: &'static str, message: impl Into<String>) -> Remark {
        Remark {
            row: self.number,
            column: self.header(column).to_owned(),
            cell: self.cell(column).unwrap_or_default().to_owned(),
            rule,
            message: message.into(),
        }
    }

    fn derive(&mut self, column: Column, field: &'static str, rule: &'static str, value: impl FnOnce() -> String) {
        if self.setting.derives {
            let (column, cell) = (self.header(column).to_owned(), self.cell(column).unwrap_or_default().to_owned());
            self.derivations.push(Derivation { field, value: value(), rule, column, cell });
        }
    }

    /// Refuses a row whose cells cannot be told apart or stored.
    fn check_cells(&self) -> Result<(), Remark> {
        if let Some(cell) = self.cells.iter().find(|cell| cell.contains('\0')) {
            let cell = cell.replace('\0', "\u{fffd}");
            return Err(Remark { cell, ..self.remark(Column::Company, "cells", "a cell has a NUL character") });
        }
        let (cells, columns) = (self.cells.len(), self.setting.header.len());
        if cells > columns {
            let message = format!("the row has {cells} cells, and the header has {columns}");
            return Err(Remark { cell: self.cells.join(" | "), ..self.remark(Column::Company, "cells", message) });
        }
        Ok(())
    }

    fn needed(&self, column: Column) -> Result<&'r str, Remark> {
        let message = || format!("a case needs a {}", column.what());
        self.text(column).ok_or_else(|| self.remark(column, "needed", message()))
    }

    fn named(&mut self, column: Column, field: &'static str, reading: NameReading) -> Result<Named, Remark> {
        let (named, note) = reading.map_err(|(rule, message)| self.remark(column, rule, message))?;
        if let Some(note) = note {
            self.remarks.push(self.remark(column, "ambiguous", note));
        }
        let references = self.setting.references;
        self.derive(column, field, "name", || match &named {
            Named::New(name) => name.clone(),
            Named::Known(id) if column == Column::Company => slug(references.companies.get(*id)),
            Named::Known(id) => slug(references.roles.get(*id)),
        });
        Ok(named)
    }

    /// The cell, unless it was read in a wrong encoding, which is remarked.
    fn readable(&mut self, column: Column) -> Option<&'r str> {
        let cell = self.cell(column)?;
        match check::mojibake(cell) {
            None => Some(cell),
            Some(reason) => {
                self.remarks.push(self.remark(column, "mojibake", format!("{reason}; left unknown")));
                None
            }
        }
    }

    /// What a rule reads in a cell; what it cannot read is remarked.
    fn read<T: Shown>(
        &mut self,
        column: Column,
        field: &'static str,
        rule: &'static str,
        read: impl FnOnce(&str) -> Reading<T>,
    ) -> Option<T> {
        let cell = self.readable(column)?.trim();
        match read(cell) {
            Ok(value) => {
                if let Some(value) = &value {
                    self.derive(column, field, rule, || value.shown());
                }
                value
            }
            Err(message) => {
                self.remarks.push(self.remark(column, rule, message));
                None
            }
        }
    }

    /// Column header to cell, verbatim.
    fn raw(&self) -> Value {
        let names = self.setting.raw_names.iter().cloned();
        Value::Object(names.zip(self.cells.iter().cloned().map(Value::String)).collect::<Map<_, _>>())
    }
}
