//! The fields of a row that several cells say together: education by label and schools, pay by text and city, and what
//! a summary says too.

use std::sync::LazyLock;

use super::super::education::{self, Education, SchoolCell};
use super::super::pay::USUAL_CURRENCY;
use super::super::rules::Extract;
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

impl CaseDraft<'_> {
    pub(super) fn education(&mut self, memos: &mut Memos) {
        let vocabulary = &self.setting.vocabulary;
        let mut result = Education::default();
        if let Some(cell) = self.readable(EDUCATION) {
            let read = || {
                education::read(ornaments::unadorned(&wrapping::unwrapped(cell)), vocabulary)
                    .map_err(|unreadable| left_unknown(unreadable.to_string()))
            };
            match memos.education.get(cell, read) {
                Ok(education) => result = education.clone(),
                Err(message) => self.remarks.push(self.remark(EDUCATION, "education", message.clone())),
            }
        }
        for column in [Field::School, Field::BachelorSchool] {
            let Some(cell) = self.readable(column) else { continue };
            let read = || {
                education::read_school(ornaments::unadorned(&wrapping::unwrapped(cell)), vocabulary)
                    .map_err(|unreadable| Message::from(unreadable.to_string()))
            };
            let message = match memos.schools.get(cell, read) {
                Ok(SchoolCell::Place(place)) if column == Field::School => {
                    result.at_highest(place, vocabulary);
                    continue;
                }
                Ok(SchoolCell::Place(place)) => {
                    result.at_bachelor(place, vocabulary);
                    continue;
                }
                Ok(SchoolCell::Education(other)) => match result.merge(other, vocabulary) {
                    Ok(()) => continue,
                    Err(unreadable) => Message::from(unreadable.to_string()),
                },
                Err(message) => message.clone(),
            };
            self.remarks.push(self.remark(column, "school", left_unknown(message)));
        }
        self.take_education(result);
    }

    fn take_education(&mut self, education: Education) {
        let column =
            [EDUCATION, Field::School, Field::BachelorSchool].into_iter().find(|column| self.cell(*column).is_some());
        let Some(column) = column else { return };
        for conflict in &education.conflicts {
            self.remarks.push(self.remark(column, "conflict", conflict.clone()));
        }
        if education.unclear {
            self.remarks.push(self.remark(column, "education", "a place in a ranking says no school tier"));
        }
        let tier = |tier: Option<i16>| tier.map(|tier| Value::Reference(tier.into()));
        let school = |school: Option<i32>| school.map(Value::Reference);
        let [bachelor_tier, master_tier, doctor_tier] = education.tiers();
        for (field, rule, value) in [
            (Field::BachelorTier, "education", tier(bachelor_tier)),
            (Field::MasterTier, "education", tier(master_tier)),
            (Field::DoctorTier, "education", tier(doctor_tier)),
            (Field::HighestDegree, "education", education.highest_degree.map(|degree| Value::Member(degree.slug()))),
            (Field::BachelorSchool, "school", school(education.bachelor_school_id())),
            (Field::School, "school", school(education.school_id())),
        ] {
            if let Some(value) = value {
                self.derive(column, field, rule, &value);
                self.values.set(field, Some(value));
            }
        }
        self.conflicts.extend(education.conflicts);
    }

    pub(super) fn pay(&mut self, memos: &mut Memos) {
        let Some(cell) = self.cell(PAY) else { return };
        let pay = memos.read(cell, PAY, self.setting);
        let city = match self.values.get(Field::City) {
            Some(Value::Reference(id)) => self.setting.catalog.directory(Entity::City).get(*id),
            _ => None,
        };
        let province = city.and_then(|city| city.integer("province"));
        let province = province.and_then(|id| self.setting.catalog.directory(Entity::Province).get(id));
        let is_abroad = province.is_some_and(|province| province.text("country") != Some("CN"));
        let is_usual = match pay.get(Field::PayCurrency) {
            Some(Value::Text(currency)) => currency == USUAL_CURRENCY,
            _ => true,
        };
        if !is_abroad || !is_usual || pay.values.is_empty() {
            return self.take(PAY, pay);
        }
        let message = || {
            message!(
                "the city is not on the mainland, and the currency is not said for sure",
                "城市不在内地，而货币没有明说"
            )
        };
        let remark = pay.remark.clone().unwrap_or_else(|| ("pay", message()));
        self.take(PAY, &Extract { remark: Some(remark), ..Extract::default() });
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
                return self.conflicts.push(format!("{name}: the cell says {cell}, the summary says {summary}"));
            }
        };
        self.derive(Field::Summary, field, column_name(field), &summary);
        self.values.set(field, Some(value));
    }
}

/// What a summary says against the major: `文科背景` of someone whose major is 工科. A broad label, which stands under no
/// discipline, contradicts nothing.
fn major_conflict(summary: &str, major: &str, discipline: Option<&str>) -> Option<String> {
    let discipline = discipline.filter(|_| summary.contains("背景"))?;
    let text = folded(summary);
    let is_against = |(background, others): &&(String, String)| {
        text.contains(background.as_str()) && others.split('|').any(|other| other == discipline)
    };
    let (background, _) = BACKGROUNDS.iter().find(is_against)?;
    Some(format!("major says {major}, summary says {background}"))
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
