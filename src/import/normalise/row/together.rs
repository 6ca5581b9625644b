//! The fields of a row that several cells say together: education by label and schools, and what a summary says too; pay
//! stands in [`pay`](super::pay).

use std::sync::LazyLock;

use super::super::education::{self, Education, SchoolCell};
use super::super::setting::Memos;
use super::super::text::folded;
use super::super::{left_unknown, ornaments, shown, tags, wrapping};
use super::CaseDraft;
use crate::import::read::header::{EDUCATION, PAY, column_name};
use crate::model::case::Field;
use crate::model::closed_set::ClosedSet;
use crate::model::entity::Entity;
use crate::model::value::Value;
use crate::parameters::{Message, message};
use crate::word_tables;

/// Sides of learning that a summary may name, each with the codes of the disciplines that are of another.
static BACKGROUNDS: LazyLock<Vec<(String, String)>> =
    LazyLock::new(|| word_tables::words(include_str!("../../../../seed/import/backgrounds.csv")));

/// Which of several columns said each value of education.
#[derive(Debug, Default)]
struct SaidBy(Vec<(Field, Value, Field)>);

impl SaidBy {
    /// What is known of education once a column was read: what is new or has changed is what it said.
    fn add(&mut self, column: Field, education: &Education) {
        for (field, value) in values_of(education) {
            match self.0.iter_mut().find(|(other, ..)| *other == field) {
                Some((_, known, _)) if *known == value => {}
                Some(said) => (said.1, said.2) = (value, column),
                None => self.0.push((field, value, column)),
            }
        }
    }

    fn column_of(&self, field: Field) -> Option<Field> {
        self.0.iter().find(|(other, ..)| *other == field).map(|(.., column)| *column)
    }
}

impl CaseDraft<'_> {
    pub(super) fn education(&mut self, memos: &mut Memos) {
        let vocabulary = &self.setting.vocabulary;
        let mut result = Education::default();
        if let Some(cell) = self.readable(EDUCATION) {
            let read = || {
                education::read(ornaments::unadorned(&wrapping::unwrapped(cell)), vocabulary)
                    .map_err(|unreadable| left_unknown(unreadable.message()))
            };
            match memos.education.get(cell, read) {
                Ok(education) => result = education.clone(),
                Err(message) => self.remarks.push(self.remark(EDUCATION, "education", message.clone())),
            }
        }
        self.left_open(EDUCATION, &mut result);
        let (mut said, mut last) = (SaidBy::default(), EDUCATION);
        for column in [Field::School, Field::BachelorSchool] {
            if self.setting.derives {
                said.add(std::mem::replace(&mut last, column), &result);
            }
            let Some(cell) = self.readable(column) else { continue };
            let read = || {
                education::read_school(ornaments::unadorned(&wrapping::unwrapped(cell)), vocabulary)
                    .map_err(|unreadable| unreadable.message())
            };
            let message = match memos.schools.get(cell, read) {
                Ok(SchoolCell::Place(place)) => {
                    match column {
                        Field::School => result.at_highest(place, vocabulary),
                        _ => result.at_bachelor(place, vocabulary),
                    }
                    result.open = place.open.iter().map(|open| open.message().clone()).collect();
                    self.left_open(column, &mut result);
                    continue;
                }
                Ok(SchoolCell::Education(other)) => match result.merge(other, vocabulary) {
                    Ok(()) => {
                        self.left_open(column, &mut result);
                        continue;
                    }
                    Err(unreadable) => unreadable.message(),
                },
                Err(message) => message.clone(),
            };
            self.remarks.push(self.remark(column, "school", left_unknown(message)));
        }
        if self.setting.derives {
            said.add(last, &result);
        }
        self.take_education(result, &said);
    }

    /// Tells what a cell leaves open of schools.
    fn left_open(&mut self, column: Field, education: &mut Education) {
        let rule = if column == EDUCATION { "education" } else { "school" };
        for open in std::mem::take(&mut education.open) {
            self.remarks.push(self.remark(column, rule, left_unknown(open)));
        }
    }

    fn take_education(&mut self, education: Education, said: &SaidBy) {
        let column =
            [EDUCATION, Field::School, Field::BachelorSchool].into_iter().find(|column| self.cell(*column).is_some());
        let Some(column) = column else { return };
        for conflict in &education.conflicts {
            self.remarks.push(self.remark(column, "conflict", conflict.clone()));
        }
        for (field, value) in values_of(&education) {
            let is_school = [Field::BachelorSchool, Field::School].contains(&field);
            self.derive(
                said.column_of(field).unwrap_or(column),
                field,
                if is_school { "school" } else { "education" },
                &value,
            );
            self.values.set(field, Some(value));
        }
        self.conflicts.extend(education.conflicts);
    }

    /// Compares what texts say behind a label with what the columns say; pay has several figures, which are not compared.
    pub(super) fn compare_labelled(&mut self, memos: &mut Memos) {
        let setting = self.setting;
        for fact in self.labelled.iter().filter(|fact| fact.column != PAY) {
            if self.fact(fact.column).is_some_and(|used| used == fact) {
                continue;
            }
            let values = match fact.column {
                EDUCATION => match education::read(&fact.text, &setting.vocabulary) {
                    Ok(education) => values_of(&education),
                    Err(_) => continue,
                },
                Field::School | Field::BachelorSchool => continue,
                column => memos.read(&fact.text, column, setting).values.clone(),
            };
            for (field, value) in values {
                let Some(known) = self.values.get(field).filter(|known| **known != value) else { continue };
                let [known, said] = [known, &value].map(|value| shown(field, value, setting.catalog));
                let (name, text) = (field.name(), &fact.text);
                self.conflicts.push(message!(
                    "{name}: the cell says {known}, `{text}` says {said}",
                    "{name}：单元格写的是 {known}，`{text}` 写的是 {said}"
                ));
            }
        }
    }

    /// Compares the major with what the summary says of it.
    pub(super) fn check_major(&mut self, said: Option<&str>) {
        let Some(Value::Reference(major_id)) = self.values.get(Field::Major) else { return };
        let (Some(said), Some(major)) = (said, self.cell(Field::Major)) else { return };
        let majors = self.setting.catalog.directory(Entity::Major);
        let code = majors.root_of(*major_id).and_then(|discipline| discipline.text("code"));
        self.conflicts.extend(major_conflict(said, major, code));
    }

    /// Reads the cell of a column, and the summary for the same field. What the cell says goes before what the summary
    /// says; where they differ, that is a conflict. Tags are taken of both.
    pub(super) fn read_with_summary(&mut self, field: Field, said: Option<&str>, memos: &mut Memos) {
        let setting = self.setting;
        self.read(field, memos);
        let Some(summary) = said.and_then(|said| setting.rule(field).in_summary(said, setting)) else { return };
        let value = match self.values.get(field) {
            None => summary.clone(),
            Some(Value::Texts(cell)) => match &summary {
                Value::Texts(summary) => {
                    Value::Texts(tags::joined(cell, summary, setting.catalog.directory(Entity::Tag)))
                }
                _ => return,
            },
            Some(cell) if *cell == summary => return,
            Some(cell) => {
                let [cell, summary] = [cell, &summary].map(|value| shown(field, value, setting.catalog));
                let name = field.name();
                return self.conflicts.push(message!(
                    "{name}: the cell says {cell}, the summary says {summary}",
                    "{name}：单元格写的是 {cell}，备注写的是 {summary}"
                ));
            }
        };
        self.derive(Field::Summary, field, column_name(field), &summary);
        self.values.set(field, Some(value));
    }
}

/// What is known of an education, in fields.
fn values_of(education: &Education) -> Vec<(Field, Value)> {
    let tier = |tier: Option<i16>| tier.map(|tier| Value::Reference(tier.into()));
    let school = |school: Option<i32>| school.map(Value::Reference);
    let [bachelor_tier, master_tier, doctor_tier] = education.tiers();
    let values = [
        (Field::BachelorTier, tier(bachelor_tier)),
        (Field::MasterTier, tier(master_tier)),
        (Field::DoctorTier, tier(doctor_tier)),
        (Field::HighestDegree, education.highest_degree.map(|degree| Value::Member(degree.slug()))),
        (Field::TierBasis, education.tier_basis().map(|basis| Value::Member(basis.slug()))),
        (Field::BachelorSchool, school(education.bachelor_school_id())),
        (Field::School, school(education.school_id())),
    ];
    values.into_iter().filter_map(|(field, value)| Some((field, value?))).collect()
}

/// What a summary says against the major: `文科背景` of someone whose major is 工科. A broad label, which stands under no
/// discipline, contradicts nothing.
fn major_conflict(summary: &str, major: &str, discipline: Option<&str>) -> Option<Message> {
    let discipline = discipline.filter(|_| summary.contains("背景"))?;
    let text = folded(summary);
    let is_against = |(background, others): &&(String, String)| {
        text.contains(background.as_str()) && others.split('|').any(|other| other == discipline)
    };
    let (background, _) = BACKGROUNDS.iter().find(is_against)?;
    Some(message!("major says {major}, summary says {background}", "专业写的是{major}，备注写的是{background}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_background_contradicts_only_a_major_of_another_side() {
        for (summary, code, conflict) in [
            ("文科背景三轮面试细节披露", Some("08"), true),
            ("文科背景", Some("05"), false),
            ("文科背景", None, false),
            ("从文科到大厂", Some("07"), false),
        ] {
            assert_eq!(major_conflict(summary, "X", code).is_some(), conflict, "{summary} with {code:?}");
        }
    }
}
