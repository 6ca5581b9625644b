//! By what each field of a profile is measured against a case.

use chrono::NaiveDate;

use super::grades::{DAYS_APART, FULL, Grade, Graded, Likeness, alike};
use super::profile::Profile;
use super::weights::{Weight, Weights};
use crate::catalog::Catalog;
use crate::engine::best::{Criterion as Scored, Grades, grade_apart, share_of};
use crate::engine::tally::GroupValue;
use crate::model::case::Field;
use crate::model::field::Grading;
use crate::model::value::Value;

/// One field that a profile gives, with what it is worth.
#[derive(Debug)]
pub struct Criterion {
    /// The field.
    pub field: Field,
    /// How much it counts; never nothing.
    pub weight: Weight,
    /// What a case is measured by.
    pub measure: Measure,
}

/// What a case is measured by.
#[derive(Debug)]
pub enum Measure {
    /// How like one value its value is.
    Value(Graded),
    /// Which of these tags it has.
    Tags(Vec<String>),
    /// How far from this day its date is.
    Date(NaiveDate),
}

impl Criterion {
    /// The fields that a profile gives, in order, but for those that count nothing.
    pub fn all_of(profile: &Profile, weights: &Weights, catalog: &Catalog) -> Vec<Self> {
        let mut criteria = Vec::new();
        for (field, comparison) in Field::compared() {
            let weight = weights.of(field);
            let Some(value) = profile.get(field).filter(|_| weight != 0) else { continue };
            let measure = match (comparison.grading, value) {
                (Grading::Share, Value::Texts(tags)) if tags.is_empty() => continue,
                (Grading::Share, Value::Texts(tags)) => Measure::Tags(tags.clone()),
                (Grading::DaysApart, Value::Date(date)) => Measure::Date(*date),
                (grading, value) => Measure::Value(alike(grading, field, value, catalog)),
            };
            criteria.push(Self { field, weight, measure });
        }
        criteria
    }

    /// How the engine scores cases by it.
    pub fn scored(&self) -> Scored {
        let grades = match &self.measure {
            Measure::Value(graded) => Grades::ByValue(graded.by_value()),
            Measure::Tags(tags) => Grades::Share { tags: tags.clone(), full: FULL },
            Measure::Date(date) => Grades::DaysApart { date: *date, steps: DAYS_APART },
        };
        Scored { field: self.field, weight: self.weight, grades }
    }

    /// How a case is like, and what that is worth.
    pub fn judge(&self, theirs: &Profile) -> (Likeness, Grade) {
        match (&self.measure, theirs.get(self.field)) {
            (_, None) => (Likeness::Unknown, 0),
            (Measure::Tags(yours), Some(Value::Texts(theirs))) => judge_tags(yours, theirs),
            (Measure::Date(yours), Some(Value::Date(theirs))) => judge_dates(*yours, *theirs),
            (Measure::Value(graded), Some(theirs)) => graded.judge(&group_value(theirs)),
            (Measure::Tags(_) | Measure::Date(_), Some(_)) => (Likeness::Different, 0),
        }
    }
}

/// A value as groups are known by.
pub(super) fn group_value(value: &Value) -> GroupValue {
    match value {
        Value::Reference(id) => GroupValue::Reference(*id),
        Value::Member(slug) => GroupValue::Member(slug),
        Value::Text(text) => GroupValue::Text(text.clone()),
        // None of these is compared by value.
        other => GroupValue::Text(format!("{other:?}")),
    }
}

/// The share of your tags that the case has.
fn judge_tags(yours: &[String], theirs: &[String]) -> (Likeness, Grade) {
    if theirs.is_empty() {
        return (Likeness::Unknown, 0);
    }
    let common = yours.iter().filter(|tag| theirs.contains(tag)).count();
    let likeness = match common {
        0 => Likeness::Different,
        all if all == yours.len() => Likeness::Same,
        _ => Likeness::Part,
    };
    (likeness, share_of(common, yours.len(), FULL))
}

/// By days apart.
fn judge_dates(yours: NaiveDate, theirs: NaiveDate) -> (Likeness, Grade) {
    match grade_apart((theirs - yours).num_days(), DAYS_APART) {
        FULL => (Likeness::Same, FULL),
        0 => (Likeness::Different, 0),
        grade => (Likeness::Near, grade),
    }
}
