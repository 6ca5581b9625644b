//! The fields of a row that several cells say together: education by label and schools, pay by text and city.

use super::super::cities;
use super::super::education::{self, Education, SchoolCell};
use super::super::pay::USUAL_CURRENCY;
use super::super::rules::Extract;
use super::super::setting::Memos;
use super::CaseDraft;
use crate::import::read::header::{EDUCATION, PAY};
use crate::model::case::Field;
use crate::model::closed_set::ClosedSet;
use crate::model::value::Value;

impl CaseDraft<'_> {
    pub(super) fn education(&mut self, memos: &mut Memos) {
        let vocabulary = &self.setting.vocabulary;
        let mut result = Education::default();
        if let Some(cell) = self.readable(EDUCATION) {
            let read = || education::read(cell, vocabulary).map_err(|unreadable| format!("{unreadable}; left unknown"));
            match memos.education.get(cell, read) {
                Ok(education) => result = education.clone(),
                Err(message) => self.remarks.push(self.remark(EDUCATION, "education", message)),
            }
        }
        for column in [Field::School, Field::BachelorSchool] {
            let Some(cell) = self.readable(column) else { continue };
            let read = || education::read_school(cell, vocabulary).map_err(|unreadable| unreadable.to_string());
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
                    Err(unreadable) => unreadable.to_string(),
                },
                Err(message) => message.clone(),
            };
            self.remarks.push(self.remark(column, "school", format!("{message}; left unknown")));
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
        for (field, rule, value) in [
            (Field::BachelorTier, "education", tier(education.bachelor_tier())),
            (Field::MasterTier, "education", tier(education.master_tier())),
            (Field::DoctorTier, "education", tier(education.doctor_tier())),
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
        let is_abroad = matches!(self.values.get(Field::City), Some(Value::Text(city)) if !cities::is_mainland(city));
        let is_usual = match pay.get(Field::PayCurrency) {
            Some(Value::Text(currency)) => currency == USUAL_CURRENCY,
            _ => true,
        };
        if !is_abroad || !is_usual || pay.values.is_empty() {
            return self.take(PAY, pay);
        }
        let message = || "the city is not on the mainland, and the currency is not said for sure".to_owned();
        let remark = pay.remark.clone().unwrap_or_else(|| ("pay", message()));
        self.take(PAY, &Extract { remark: Some(remark), ..Extract::default() });
    }
}
