//! What all rows of a file have in common, and what was worked out for their cells already.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::date_order::DateOrder;
use super::education::{Education, SchoolCell, Vocabulary};
use super::memo::Memo;
use super::naming::{self, NameReading, NearNames};
use super::outcome::Outcome;
use super::pay_table::{PayMemos, PayTable};
use super::rules::{Extract, Rule};
use super::tags::Keywords;
use crate::catalog::{Catalog, Entry, SourceKind};
use crate::import::read::Table;
use crate::import::read::header::{Columns, EDUCATION, KEY, columns};
use crate::model::case::Field;
use crate::model::closed_sets::Verification;
use crate::model::entity::Entity;
use crate::parameters::Message;
use crate::privacy::masked;

/// What all rows of a file have in common.
#[derive(Debug)]
pub(super) struct Setting<'a> {
    pub header: Vec<String>,
    pub columns: Columns,
    pub source_slug: &'a str,
    pub verification: Verification,
    pub catalog: &'a Catalog,
    pub vocabulary: Vocabulary<'a>,
    pub keywords: Keywords,
    /// The columns that are not read by name.
    pub read_alone: Vec<Field>,
    /// What the columns of pay have in common with the table.
    pub pay: PayTable,
    rules: Vec<Rule>,
    /// The places of the cells in which labelled facts are looked for.
    pub texts: Vec<usize>,
    /// Names of the cells in the raw row.
    pub raw_names: Vec<String>,
    pub today: NaiveDate,
    /// What comes first in the dates of the file.
    pub date_order: DateOrder,
    pub derives: bool,
}

impl<'a> Setting<'a> {
    pub fn new(table: &Table, source: &'a Entry, catalog: &'a Catalog) -> Self {
        let Table { header, columns, first_rows, .. } = table;
        Self {
            header: header.clone(),
            columns: columns.clone(),
            source_slug: source.slug(),
            verification: verification_by(source.source_kind()),
            catalog,
            vocabulary: Vocabulary::of(catalog),
            keywords: Keywords::of(catalog.directory(Entity::Tag)),
            read_alone: read_alone(),
            pay: PayTable::of(table, catalog),
            rules: Field::ALL.iter().map(|field| Rule::of(*field)).collect(),
            texts: texts(header, columns),
            raw_names: raw_names(header),
            today: chrono::Utc::now().date_naive(),
            date_order: DateOrder::of(first_rows.iter().filter_map(|row| columns.cell(row, Field::OfferedOn))),
            derives: false,
        }
    }

    /// How the column of a field is read.
    pub fn rule(&self, field: Field) -> &Rule {
        &self.rules[field as usize]
    }
}

/// All columns, in the order of the fields, but those that have to do with other cells: [`super::row`] reads them by name.
fn read_alone() -> Vec<Field> {
    use Field::{BachelorSchool, City, Company, Major, OfferedOn, Role, School, Summary};
    let by_name = [Company, Role, Major, EDUCATION, School, BachelorSchool, City, OfferedOn, Summary, KEY];
    columns().filter(|column| !by_name.contains(column) && !PayTable::reads(*column)).collect()
}

/// What stands behind a case of such a source, if it says nothing more.
fn verification_by(kind: Option<SourceKind>) -> Verification {
    match kind {
        Some(SourceKind::CoachingAd) => Verification::SourcePublished,
        Some(SourceKind::Survey | SourceKind::Crowd) => Verification::SelfReported,
        Some(SourceKind::OwnRecords | SourceKind::Synthetic) | None => Verification::None,
    }
}

/// The columns that no field is read of, and that of the summary.
fn texts(header: &[String], columns: &Columns) -> Vec<usize> {
    let is_text = |place: &usize| columns.is_untaken(*place) || columns.place(Field::Summary) == Some(*place);
    (0..header.len()).filter(is_text).filter(|place| !columns.private.leaves_out(*place)).collect()
}

/// The headers; a second column of the same header gets its number.
fn raw_names(header: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(header.len());
    for (place, name) in header.iter().enumerate() {
        let needs_number = name.is_empty() || names.contains(name);
        let name = masked(name).0;
        names.push(if needs_number { format!("{name}#{}", place + 1) } else { name.into_owned() });
    }
    names
}

/// What was worked out for cells already.
#[derive(Debug, Default)]
pub(super) struct Memos {
    companies: Memo<NameReading>,
    roles: Memo<NameReading>,
    near: NearNames,
    pub education: Memo<Result<Education, Message>>,
    pub schools: Memo<Result<SchoolCell, Message>>,
    /// Those of the columns of pay.
    pub pay: PayMemos,
    /// Of each column that says what became of an application.
    pub outcomes: BTreeMap<usize, Memo<Outcome>>,
    /// Of each field the cells of its column.
    cells: BTreeMap<Field, Memo<Extract>>,
}

impl Memos {
    /// The company or role that a cell names, and whether it is looked at for the first time.
    pub fn name(&mut self, cell: &str, field: Field, setting: &Setting<'_>) -> (&NameReading, bool) {
        let memo = if field == Field::Company { &mut self.companies } else { &mut self.roles };
        let mut is_first = false;
        let reading = memo.get(cell, || {
            is_first = true;
            naming::name(cell, field, setting, &mut self.near)
        });
        (reading, is_first)
    }

    /// What a cell of the column of a field says.
    pub fn read(&mut self, cell: &str, field: Field, setting: &Setting<'_>) -> &Extract {
        self.cells.entry(field).or_default().get(cell, || setting.rule(field).read(cell, setting))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_behind_a_case_is_told_by_its_source() {
        for (kind, expected) in [
            (Some(SourceKind::CoachingAd), Verification::SourcePublished),
            (Some(SourceKind::Survey), Verification::SelfReported),
            (Some(SourceKind::OwnRecords), Verification::None),
        ] {
            assert_eq!(verification_by(kind), expected, "{kind:?}");
        }
    }
}
