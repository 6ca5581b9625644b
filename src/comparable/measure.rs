//! By what each field of a profile is measured against a case.

use chrono::NaiveDate;

use super::grades::{DAYS_APART, FULL, Grade, Graded, Likeness, alike};
use super::profile::Profile;
use super::weights::Weights;
use crate::catalog::Catalog;
use crate::engine::best::{Grades, ScoredField, grade_apart, share_of};
use crate::engine::tally::GroupValue;
use crate::model::case::Field;
use crate::model::field::Grading;
use crate::model::value::Value;

/// One field that a profile gives.
#[derive(Debug)]
pub struct Criterion {
    /// How the engine scores cases by it; the weight is never nothing.
    pub scored: ScoredField,
    /// How like its value others are, where cases are compared by one value.
    graded: Graded,
}

impl Criterion {
    /// The fields that a profile gives, in order, but for those that count nothing.
    pub fn all_of(profile: &Profile, weights: &Weights, catalog: &Catalog) -> Vec<Self> {
        let mut criteria = Vec::new();
        for (field, comparison) in Field::compared() {
            let weight = weights.of(field);
            let Some(value) = profile.get(field).filter(|_| weight != 0) else { continue };
            let mut graded = Graded::default();
            let grades = match (comparison.grading, value) {
                (Grading::Share, Value::Texts(tags)) if tags.is_empty() => continue,
                (Grading::Share, Value::Texts(tags)) => Grades::Share { tags: tags.clone(), full: FULL },
                (Grading::DaysApart, Value::Date(date)) => Grades::DaysApart { date: *date, steps: DAYS_APART },
                (grading, value) => {
                    graded = alike(grading, field, value, catalog);
                    Grades::ByValue(graded.by_value())
                }
            };
            criteria.push(Self { scored: ScoredField { field, weight, grades }, graded });
        }
        criteria
    }

    /// How a case is like, and what that is worth.
    pub fn judge(&self, theirs: &Profile) -> (Likeness, Grade) {
        match (&self.scored.grades, theirs.get(self.scored.field)) {
            (_, None) => (Likeness::Unknown, 0),
            (Grades::Share { tags, .. }, Some(Value::Texts(theirs))) => judge_tags(tags, theirs),
            (Grades::DaysApart { date, .. }, Some(Value::Date(theirs))) => judge_dates(*date, *theirs),
            (_, Some(theirs)) => self.graded.judge(&group_value(theirs)),
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
