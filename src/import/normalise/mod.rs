//! Normalising: the cells of a row become the fields of a case. What cannot be read for sure stays
//! unknown, with a remark; the raw row is kept whole.
//!
//! [`row`] goes through a row; each kind of cell has its rules in a file of its own.

pub mod canonical;
pub mod check;
pub mod cities;
pub mod city;
pub mod date;
pub mod decimal;
pub mod education;
pub mod interview_rounds;
pub mod memo;
pub mod numerals;
pub mod offer_channel;
pub mod pay;
pub mod preparation;
pub mod references;
pub mod role_family;
pub mod role_track;
pub mod row;
#[cfg(test)]
mod sample;
mod setting;
mod shown;
pub mod summary;
pub mod tags;
#[cfg(test)]
mod tests;
pub mod text;

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::report::Remark;
use crate::model::closed_sets::{DatePrecision, Degree, OfferChannel, RoleTrack, Verification};

use decimal::Hundredths;
pub use row::RowNormaliser;

/// What a rule makes of a cell: a value, nothing where the cell says nothing, or why it cannot be read.
pub type Reading<T> = Result<Option<T>, String>;

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
    pub(super) role_track: Option<RoleTrack>,
    pub(super) major_id: Option<i32>,
    pub(super) bachelor_tier: Option<i16>,
    pub(super) master_tier: Option<i16>,
    pub(super) doctor_tier: Option<i16>,
    pub(super) highest_degree: Option<Degree>,
    pub(super) bachelor_school_id: Option<i32>,
    pub(super) school_id: Option<i32>,
    pub(super) offer_channel: Option<OfferChannel>,
    pub(super) city: Option<String>,
    pub(super) offered_on: Option<NaiveDate>,
    pub(super) offered_precision: Option<DatePrecision>,
    pub(super) pay_annual_min: Option<i32>,
    pub(super) pay_annual_max: Option<i32>,
    pub(super) pay_currency: String,
    pub(super) pay_monthly_base: Option<Hundredths>,
    pub(super) pay_months: Option<Hundredths>,
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

impl Fields {
    /// Each field that may be unknown, with whether it is known.
    pub fn known(&self) -> [(&'static str, bool); 18] {
        [
            ("role_track", self.role_track.is_some()),
            ("major", self.major_id.is_some()),
            ("bachelor_tier", self.bachelor_tier.is_some()),
            ("master_tier", self.master_tier.is_some()),
            ("doctor_tier", self.doctor_tier.is_some()),
            ("highest_degree", self.highest_degree.is_some()),
            ("bachelor_school", self.bachelor_school_id.is_some()),
            ("school", self.school_id.is_some()),
            ("offer_channel", self.offer_channel.is_some()),
            ("city", self.city.is_some()),
            ("offered_on", self.offered_on.is_some()),
            ("pay_annual", self.pay_annual_max.is_some()),
            ("pay_monthly_base", self.pay_monthly_base.is_some()),
            ("pay_months", self.pay_months.is_some()),
            ("interview_rounds", self.interview_rounds.is_some()),
            ("preparation_days", self.preparation_days.is_some()),
            ("tags", !self.tags.is_empty()),
            ("summary", self.summary.is_some()),
        ]
    }
}

/// What came of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct NormalisedRow {
    /// The case.
    pub case: NormalisedCase,
    /// What was not understood in it.
    pub remarks: Vec<Remark>,
    /// Where its values come from; empty unless asked for.
    pub derivations: Vec<Derivation>,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Derivation {
    /// The field of the case.
    pub field: &'static str,
    /// The value; slugs for references.
    pub value: String,
    /// The rule that gave it.
    pub rule: &'static str,
    /// Header of the column.
    pub column: String,
    /// The cell, verbatim.
    pub cell: String,
}
