//! The fields of a row that several cells say together: education by label and schools, pay by text and city.

use super::super::education::{self, Education, SchoolCell};
use super::super::setting::Memos;
use super::super::shown::slug;
use super::super::{cities, pay};
use super::Row;
use crate::import::read::header::Column;
use crate::model::closed_set::ClosedSet;

impl Row<'_> {
    pub(super) fn education(&mut self, memos: &mut Memos) -> Education {
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
        for (field, school) in [("bachelor_school", education.bachelor_school_id()), ("school", education.school_id())]
        {
            if let Some(school) = school {
                self.derive(column, field, "school", || slug(schools.get(school)));
            }
        }
    }

    pub(super) fn pay(&mut self, city: Option<&str>, memos: &mut Memos) -> pay::Pay {
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
        if pay.annual.is_some() || pay.monthly_base.is_some() {
            self.derive(Column::Pay, "pay_currency", pay.rule, || pay.currency.to_owned());
        }
        pay
    }
}
