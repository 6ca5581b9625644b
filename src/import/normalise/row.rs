//! Goes through the cells of a row, in a stream of any number of rows.

use serde_json::{Map, Value};

use super::education::{Education, SchoolCell};
use super::references::References;
use super::setting::{Memos, NameReading, Setting, major, name};
use super::{Derivation, Fields, Named, NormalisedCase, NormalisedRow, Reading, check};
use super::{
    cities, city, date, education, interview_rounds, offer_channel, pay, preparation, role_track, summary, tags,
};
use crate::cases::closed_sets::OfferChannel;
use crate::catalog::{Catalog, Entry, Source};
use crate::database::closed_set::ClosedSet;
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
    pub fn new(header: &'a [String], columns: &'a Columns, source: &'a Source, catalog: &'a Catalog) -> Self {
        Self::with_references(header, columns, source, References::from(catalog))
    }

    pub(super) fn with_references(
        header: &'a [String],
        columns: &'a Columns,
        source: &'a Source,
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
        let case = NormalisedCase { company, role, fields };
        Ok(NormalisedRow { case, remarks: self.remarks, derivations: self.derivations })
    }

    fn fields(&mut self, source_key: String, memos: &mut Memos) -> Fields {
        let references = self.setting.references;
        let major_id =
            self.read(Column::Major, "major_id", "major", |cell| memos.majors.get(cell, || major(cell, references)));
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

    /// The cell as it stands; `None` where it is blank.
    fn cell(&self, column: Column) -> Option<&'r str> {
        self.setting.columns.cell(self.cells, column).filter(|cell| !cell.trim().is_empty())
    }

    fn text(&self, column: Column) -> Option<&'r str> {
        self.cell(column).map(str::trim)
    }

    fn header(&self, column: Column) -> &'r str {
        self.setting.columns.header(self.setting.header, column)
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
        let (cells, columns) = (self.cells.len(), self.setting.header.len());
        if cells > columns {
            let message = format!("the row has {cells} cells, and the header has {columns}");
            return Err(Remark { cell: self.cells.join(" | "), ..self.remark(Column::Company, "cells", message) });
        }
        if let Some(cell) = self.cells.iter().find(|cell| cell.contains('\0')) {
            let cell = cell.replace('\0', "\u{fffd}");
            return Err(Remark { cell, ..self.remark(Column::Company, "cells", "a cell has a NUL character") });
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

    fn education(&mut self, memos: &mut Memos) -> Education {
        let vocabulary = &self.setting.vocabulary;
        let mut result = Education::default();
        if let Some(cell) = self.readable(Column::Education) {
            let read = || education::read(cell, vocabulary).map_err(|unreadable| format!("{unreadable}; left unknown"));
            match memos.education.get(cell, read) {
                Ok(education) => result = education,
                Err(message) => self.remarks.push(self.remark(Column::Education, "education", message)),
            }
        }
        for column in [Column::School, Column::BachelorSchool] {
            let Some(cell) = self.readable(column) else { continue };
            let read = || education::read_school(cell, vocabulary).map_err(|unreadable| unreadable.to_string());
            let message = match memos.schools.get(cell, read) {
                Ok(SchoolCell::Place(place)) if column == Column::School => {
                    result.at_highest(&place, vocabulary);
                    continue;
                }
                Ok(SchoolCell::Place(place)) => {
                    result.at_bachelor(&place, vocabulary);
                    continue;
                }
                Ok(SchoolCell::Education(other)) => match result.merge(&other, vocabulary) {
                    Ok(()) => continue,
                    Err(unreadable) => unreadable.to_string(),
                },
                Err(message) => message,
            };
            self.remarks.push(self.remark(column, "school", format!("{message}; left unknown")));
        }
        self.tell_education(&result);
        result
    }

    fn tell_education(&mut self, education: &Education) {
        let column = [Column::Education, Column::School, Column::BachelorSchool]
            .into_iter()
            .find(|column| self.cell(*column).is_some());
        let Some(column) = column else { return };
        for conflict in &education.conflicts {
            self.remarks.push(self.remark(column, "conflict", conflict.clone()));
        }
        if education.unclear {
            self.remarks.push(self.remark(column, "education", "a place in a ranking says no school tier"));
        }
        let vocabulary = &self.setting.vocabulary;
        for (field, tier) in [
            ("bachelor_tier", education.bachelor_tier()),
            ("master_tier", education.master_tier()),
            ("doctor_tier", education.doctor_tier()),
        ] {
            if let Some(tier) = tier {
                self.derive(column, field, "education", || vocabulary.tier(tier).to_owned());
            }
        }
        if let Some(degree) = education.highest_degree {
            self.derive(column, "highest_degree", "education", || degree.slug().to_owned());
        }
        let schools = self.setting.references.schools;
        for (field, school) in
            [("bachelor_school_id", education.bachelor_school_id()), ("school_id", education.school_id())]
        {
            if let Some(school) = school {
                self.derive(column, field, "school", || slug(schools.get(school)));
            }
        }
    }

    fn pay(&mut self, city: Option<&str>, memos: &mut Memos) -> pay::Pay {
        let header = self.header(Column::Pay);
        let Some(cell) = self.readable(Column::Pay) else { return pay::Pay::default() };
        let mut pay = memos.pay.get(cell, || pay::read(cell, header));
        if pay.currency == "CNY" && pay != pay::Pay::default() && city.is_some_and(|city| !cities::is_mainland(city)) {
            let remark = "the city is not on the mainland, and the currency is not said for sure".to_owned();
            pay = pay::Pay { remark: pay.remark.or(Some(remark)), ..pay::Pay::default() };
        }
        if let Some(remark) = &pay.remark {
            self.remarks.push(self.remark(Column::Pay, "pay", remark.clone()));
        }
        if let Some((low, high)) = pay.annual {
            self.derive(Column::Pay, "pay_annual_min", pay.rule, || low.to_string());
            self.derive(Column::Pay, "pay_annual_max", pay.rule, || high.to_string());
        }
        for (field, figure) in [("pay_monthly_base", pay.monthly_base), ("pay_months", pay.months)] {
            if let Some(figure) = figure {
                self.derive(Column::Pay, field, pay.rule, || figure.to_string());
            }
        }
        pay
    }

    fn major_conflict(&self, said: Option<&str>, major_id: Option<i32>) -> Option<String> {
        let code = self.setting.references.discipline_code(major_id?);
        summary::major_conflict(said?, self.cell(Column::Major)?, code)
    }

    /// What the cell says before what the summary says; where they differ, that is a conflict.
    fn agreed<T: PartialEq + Shown>(
        &mut self,
        (field, rule): (&'static str, &'static str),
        cell: Option<T>,
        summary: Option<T>,
        conflicts: &mut Vec<String>,
    ) -> Option<T> {
        match (cell, summary) {
            (Some(cell), Some(summary)) if cell != summary => {
                conflicts.push(format!(
                    "{field}: the cell says {}, the summary says {}",
                    cell.shown(),
                    summary.shown()
                ));
                Some(cell)
            }
            (None, Some(summary)) => {
                self.derive(Column::Summary, field, rule, || summary.shown());
                Some(summary)
            }
            (cell, _) => cell,
        }
    }

    fn channel(&mut self, said: Option<&str>, conflicts: &mut Vec<String>, memos: &mut Memos) -> Option<OfferChannel> {
        let (field, rule) = ("offer_channel", "offer_channel");
        let cell =
            self.read(Column::OfferChannel, field, rule, |cell| memos.channels.get(cell, || offer_channel::read(cell)));
        self.agreed((field, rule), cell, said.and_then(offer_channel::in_summary), conflicts)
    }

    fn rounds(&mut self, said: Option<&str>, conflicts: &mut Vec<String>, memos: &mut Memos) -> Option<i16> {
        let (field, rule) = ("interview_rounds", "interview_rounds");
        let cell = self
            .read(Column::InterviewRounds, field, rule, |cell| memos.rounds.get(cell, || interview_rounds::read(cell)));
        self.agreed((field, rule), cell, said.and_then(interview_rounds::in_summary), conflicts)
    }

    fn preparation(&mut self, said: Option<&str>, conflicts: &mut Vec<String>, memos: &mut Memos) -> Option<i16> {
        let (field, rule) = ("preparation_days", "preparation");
        let header = self.header(Column::Preparation);
        let cell = self.read(Column::Preparation, field, rule, |cell| {
            memos.preparation.get(cell, || preparation::read(cell, header))
        });
        self.agreed((field, rule), cell, said.and_then(preparation::in_summary), conflicts)
    }

    /// Tags of the cell and of the summary, in the order of the controlled list.
    fn tags(&mut self, said: Option<&str>, memos: &mut Memos) -> Vec<String> {
        let directory = self.setting.references.tags;
        let mut slugs =
            said.map(|said| self.setting.keywords.in_summary(&super::text::folded(said))).unwrap_or_default();
        if !slugs.is_empty() {
            self.derive(Column::Summary, "tags", "tags", || slugs.join(", "));
        }
        let Some(cell) = self.readable(Column::Tags) else { return slugs };
        let read = memos.tags.get(cell, || tags::read(cell, directory));
        if !read.unknown.is_empty() {
            let known = directory.entries().iter().map(|tag| tag.slug.as_str()).collect::<Vec<_>>().join(", ");
            let message = format!("no tag is called {}; there are {known}", read.unknown.join(", "));
            self.remarks.push(self.remark(Column::Tags, "tags", message));
        }
        if !read.slugs.is_empty() {
            self.derive(Column::Tags, "tags", "tags", || read.slugs.join(", "));
            let said = |slug: &str| slugs.iter().chain(&read.slugs).any(|other| other == slug);
            slugs = directory.entries().iter().filter(|tag| said(&tag.slug)).map(|tag| tag.slug.clone()).collect();
        }
        slugs
    }

    /// Column header to cell, verbatim.
    fn raw(&self) -> Value {
        let names = self.setting.raw_names.iter().cloned();
        Value::Object(names.zip(self.cells.iter().cloned().map(Value::String)).collect::<Map<_, _>>())
    }
}

fn slug<E: Entry>(entry: Option<&E>) -> String {
    entry.map_or_else(String::new, |entry| entry.slug().to_owned())
}

/// How a value is told.
trait Shown {
    fn shown(&self) -> String;
}

impl Shown for i16 {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for i32 {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for String {
    fn shown(&self) -> String {
        self.clone()
    }
}

impl Shown for date::OfferDate {
    fn shown(&self) -> String {
        format!("{} ({})", self.on, self.precision.slug())
    }
}

impl<T: ClosedSet> Shown for T {
    fn shown(&self) -> String {
        (*self).slug().to_owned()
    }
}
