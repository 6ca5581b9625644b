//! What the database would refuse: one row of it would stop all others.

use chrono::{Datelike, NaiveDate};

use super::super::Fields;
use super::super::decimal::Hundredths;
use super::row::Row;
use crate::import::report::Remark;

/// Most hundredths that the database's columns hold.
const MOST_PAY: i64 = 999_999_999_999;
const MOST_MONTHS: i64 = 99_990;

impl Row<'_> {
    /// What the database would refuse.
    pub(super) fn check(&self, fields: &Fields) -> Result<(), Remark> {
        self.check_degrees(fields)?;
        self.check_pay(fields)?;
        let unknown_tag = fields.tags.iter().find(|tag| self.rows.catalog.tags.by_slug(tag).is_none());
        let is_year = |date: NaiveDate| (1..=9999).contains(&date.year());
        let has_precision = fields.offered_on.is_some() == fields.offered_precision.is_some();
        self.all([
            ("offered_on", has_precision, "date and precision belong together"),
            ("offered_on", fields.offered_on.is_none_or(is_year), "its year is none of 1 to 9999"),
            ("interview_rounds", fields.interview_rounds.is_none_or(|rounds| rounds > 0), "it must be above 0"),
            ("preparation_days", fields.preparation_days.is_none_or(|days| days >= 0), "it must not be below 0"),
            ("tags", unknown_tag.is_none(), "a tag is not in the list of tags"),
            ("source_row", fields.source_row > 0, "it must be above 0"),
        ])
    }

    /// The first of these that is not right, by its column.
    fn all<const COUNT: usize>(&self, conditions: [(&str, bool, &str); COUNT]) -> Result<(), Remark> {
        match conditions.into_iter().find(|(_, is_right, _)| !is_right) {
            Some((name, _, message)) => Err(self.remark(name, message)),
            None => Ok(()),
        }
    }

    fn check_degrees(&self, fields: &Fields) -> Result<(), Remark> {
        use crate::model::closed_sets::Degree::{Bachelor, Doctor, Master};
        let has = |degree| fields.highest_degree.is_some_and(|highest| highest >= degree);
        for (name, is_known, degree) in [
            ("bachelor_tier", fields.bachelor_tier.is_some(), Bachelor),
            ("master_tier", fields.master_tier.is_some(), Master),
            ("doctor_tier", fields.doctor_tier.is_some(), Doctor),
        ] {
            if is_known && !has(degree) {
                return Err(self.remark(name, "the highest degree is lower"));
            }
        }
        Ok(())
    }

    fn check_pay(&self, fields: &Fields) -> Result<(), Remark> {
        let pay = (fields.pay_annual_min, fields.pay_annual_max);
        let is_range = matches!(pay, (None, None)) || matches!(pay, (Some(min), Some(max)) if 0 < min && min <= max);
        let is_currency = |text: &str| text.len() == 3 && text.chars().all(|letter| letter.is_ascii_uppercase());
        let is_within = |amount: Option<Hundredths>, most: i64| {
            amount.is_none_or(|amount| (1..=most).contains(&amount.hundredths()))
        };
        let are_tenths = fields.pay_months.is_none_or(|months| months.hundredths() % 10 == 0);
        let are_months = is_within(fields.pay_months, MOST_MONTHS) && are_tenths;
        self.all([
            ("pay_annual_min", is_range, "annual pay is two figures above 0, the lower one first, or none"),
            ("pay_currency", is_currency(&fields.pay_currency), "a currency is three letters, such as CNY"),
            (
                "pay_monthly_base",
                is_within(fields.pay_monthly_base, MOST_PAY),
                "it must be above 0, with at most ten digits before the point",
            ),
            ("pay_months", are_months, "it must be above 0 and below 1000, in tenths"),
        ])
    }
}
