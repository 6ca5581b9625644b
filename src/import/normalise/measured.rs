//! What people write, read with the seed: no value may be wrong, and few may be missed.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::role_family;
use super::tests::{catalog, rows, written};
use super::*;
use crate::catalog::{Directory, Entry};
use crate::model::closed_set::ClosedSet;
use crate::model::entity::Entity;
use crate::word_tables;

/// What came of the cells of one kind.
#[derive(Debug, Default)]
struct Count {
    right: usize,
    missed: Vec<String>,
    wrong: Vec<String>,
}

impl Count {
    /// Compares a value that was read with the right one; `None` = nothing is known.
    fn compare(&mut self, cell: &str, what: &str, read: Option<&str>, right: Option<&str>) {
        match (read, right) {
            (read, right) if read == right => self.right += 1,
            (None, Some(right)) => self.missed.push(format!("{cell}: {what} is {right}")),
            (read, right) => self.wrong.push(format!("{cell}: {what} is {right:?} and not {read:?}")),
        }
    }
}

/// Prints the counts by kind, and fails where a value is wrong, or where more than one in 20 is missed.
fn judge(counts: &BTreeMap<String, Count>) {
    let (mut all, mut missed) = (0, 0);
    for (kind, Count { right, missed: missing, wrong }) in counts {
        let of_kind = right + missing.len() + wrong.len();
        println!("{kind}: {of_kind} values, {right} read, {} missed, {} wrong", missing.len(), wrong.len());
        missing.iter().chain(wrong).for_each(|line| println!("  {line}"));
        all += of_kind;
        missed += missing.len();
    }
    println!("all: {all} values, {:.1} % read", 100.0 * (all - missed) as f64 / all as f64);
    assert!(counts.values().all(|count| count.wrong.is_empty()), "values are wrong");
    assert!(missed * 20 <= all, "{missed} of {all} are missed");
}

/// What becomes of rows.
fn read(header: &str, cells: &[String]) -> Vec<Result<NormalisedRow, Remark>> {
    rows(header, &cells.iter().map(String::as_str).collect::<Vec<_>>())
}

fn said(cell: &str) -> Option<&str> {
    Some(cell).filter(|cell| !cell.is_empty())
}

/// The entry that a row refers to; `None` where it is a new one.
fn referred(row: &NormalisedRow, field: Field) -> Option<&'static Entry> {
    match row.case.values.get(field) {
        Some(Value::Reference(id)) => names::of(catalog(), field)?.get(*id),
        _ => None,
    }
}

#[derive(Debug, Deserialize)]
struct Employer {
    kind: String,
    written: String,
    slug: String,
}

#[test]
fn employers_are_read_as_people_write_them() {
    let employers: Vec<Employer> = word_tables::rows(include_str!("../../../tests/names/employers.csv"));
    let cells: Vec<String> = employers.iter().map(|employer| format!("{}¦产品经理", employer.written)).collect();
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    for (Employer { kind, written, slug }, row) in employers.into_iter().zip(read("公司¦岗位", &cells)) {
        let read = row.as_ref().ok().and_then(|row| referred(row, Field::Company)).map(Entry::slug);
        counts.entry(kind).or_default().compare(&written, "company", read, said(&slug));
    }
    judge(&counts);
}

#[derive(Debug, Deserialize)]
struct Title {
    kind: String,
    written: String,
    /// Of the role; `-` where the row is rejected.
    slug: String,
    family: String,
    level: String,
}

#[test]
fn titles_are_read_as_people_write_them() {
    let roles: &Directory = catalog().directory(Entity::Role);
    let titles: Vec<Title> = word_tables::rows(include_str!("../../../tests/names/titles.csv"));
    let cells: Vec<String> = titles.iter().map(|title| format!("百度¦{}", title.written)).collect();
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    for (title, row) in titles.into_iter().zip(read("公司¦岗位", &cells)) {
        let count = counts.entry(title.kind).or_default();
        let row = match row {
            Ok(row) => row,
            Err(_) => {
                count.compare(&title.written, "role", Some("-"), said(&title.slug));
                continue;
            }
        };
        let role = referred(&row, Field::Role);
        let family = match row.case.values.get(Field::Role) {
            Some(Value::NewEntry(name)) => role_family::of_new(name, roles).map(ClosedSet::slug),
            _ => role.and_then(|role| role.text("family")),
        };
        count.compare(&title.written, "role", role.map(Entry::slug), said(&title.slug));
        count.compare(&title.written, "family", family, said(&title.family));
        count.compare(&title.written, "level", written(&row, Field::RoleLevel).as_deref(), said(&title.level));
    }
    judge(&counts);
}

#[derive(Debug, Deserialize)]
struct EducationCell {
    kind: String,
    cell: String,
    reads: String,
    remark: String,
}

#[test]
fn education_is_read_as_people_write_it() {
    const FIELDS: [Field; 7] = [
        Field::BachelorTier,
        Field::MasterTier,
        Field::DoctorTier,
        Field::HighestDegree,
        Field::TierBasis,
        Field::BachelorSchool,
        Field::School,
    ];
    let labels: Vec<EducationCell> = word_tables::rows(include_str!("../../../tests/names/education.csv"));
    let cells: Vec<String> = labels.iter().map(|label| format!("百度¦产品经理¦{}", label.cell)).collect();
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    for (EducationCell { kind, cell, reads, remark }, row) in labels.into_iter().zip(read("公司¦岗位¦学历", &cells))
    {
        let row = row.expect("a case");
        let count = counts.entry(kind).or_default();
        let right: BTreeMap<&str, &str> = reads.split("; ").filter_map(|value| value.split_once('=')).collect();
        for field in FIELDS {
            let right = right.get(field.name()).copied();
            let read = written(&row, field);
            if read.is_some() || right.is_some() {
                count.compare(&cell, field.name(), read.as_deref(), right);
            }
        }
        let is_remarked = (!row.remarks.is_empty()).then_some("remarked");
        count.compare(&cell, "remark", is_remarked, said(&remark).map(|_| "remarked"));
    }
    judge(&counts);
}
