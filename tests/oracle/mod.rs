//! What the service should answer, worked out a second time: every row is read by plain SQL, and filtered, ordered,
//! counted and compared here, by nothing that the service uses. Groups that are too small to be shown are not known here:
//! all sources must ask for a `min_group_size` of 1.

mod catalog;
mod comparable;
mod differences;
mod filter;
mod groups;
mod list;
mod statistics;

use std::collections::BTreeSet;
use std::fmt::Display;

use serde_json::Value;

use crate::harness::{Specified, TestApp};
use catalog::Catalog;
pub use comparable::profile_of;
pub use differences::Compared;

/// A value of a dimension; `None` = unknown.
pub type Key = Option<String>;

/// All data, at the time when it was read.
pub struct Oracle {
    /// The cases in use: each column by its name, and what a column refers to by slug, under the name without `_id`.
    cases: Vec<Value>,
    /// Reference data.
    pub catalog: Catalog,
    /// What the service says that cases are compared by, in order.
    compared: Vec<String>,
}

/// Fields of answers that an oracle does not work out.
const NOT_KNOWN: &[&str] = &[
    "name",
    "name_en",
    "name_en_from",
    "notices",
    "dataset_version",
    "next_cursor",
    "prev_cursor",
    "low",
    "high",
    "profile",
    "weight",
    "contribution",
    "how",
    "yours",
    "theirs",
];

/// Compares what an oracle knows of an answer of the service with what it expects.
#[track_caller]
pub fn assert_known(answer: &Value, expected: &Value, why: impl Display) {
    // As it is read: the parser of JSON is not exact to the last bit.
    let expected: Value = serde_json::from_str(&expected.to_string()).unwrap();
    if let Some(difference) = difference("", &known(answer), &expected) {
        panic!("{difference} of {why}");
    }
}

/// What of an answer an oracle knows; a case stands in it by its id.
fn known(answer: &Value) -> Value {
    match answer {
        Value::Object(fields) => fields.get("id").cloned().unwrap_or_else(|| {
            let known = fields.iter().filter(|(name, _)| !NOT_KNOWN.contains(&name.as_str()));
            known.map(|(name, value)| (name.clone(), self::known(value))).collect()
        }),
        Value::Array(items) => items.iter().map(known).collect(),
        other => other.clone(),
    }
}

/// Where two documents first differ, and how.
fn difference(pointer: &str, found: &Value, expected: &Value) -> Option<String> {
    let part = |name: &dyn Display, expected: &Value| match found.get(name.to_string()) {
        Some(found) => difference(&format!("{pointer}/{name}"), found, expected),
        None => Some(format!("{pointer}/{name} is missing instead of {expected}")),
    };
    let inner = match (found, expected) {
        (Value::Object(found), Value::Object(expected)) if found.len() == expected.len() => {
            expected.iter().find_map(|(name, expected)| part(name, expected))
        }
        (Value::Array(found), Value::Array(expected)) if found.len() == expected.len() => {
            let mut pairs = found.iter().zip(expected).enumerate();
            pairs.find_map(|(number, (found, expected))| difference(&format!("{pointer}/{number}"), found, expected))
        }
        _ => None,
    };
    inner.or_else(|| (found != expected).then(|| format!("{pointer} is {found} instead of {expected}")))
}

impl Oracle {
    /// Reads all data.
    pub async fn read(app: &TestApp) -> Self {
        let database = &app.database;
        let compared = Specified::by(app).await.compared();
        let catalog = Catalog::read(database).await;
        let slugs: Vec<String> = catalog
            .references
            .iter()
            .map(|(field, column, table)| format!("'{field}', (select slug from {table} where id = it.{column})"))
            .collect();
        let rows = format!(
            "select to_jsonb(it) || jsonb_build_object({}) from offer_cases it where retired_at is null",
            slugs.join(", ")
        );
        let cases = database.column(&rows).await.iter().map(|row| serde_json::from_str(row).unwrap()).collect();
        Self { cases, catalog, compared }
    }

    /// The known part of what should be answered.
    pub fn answer(&self, path: &str, parameters: &[(String, String)]) -> Value {
        match path.trim_start_matches("/api/v1/") {
            "offer-cases" => self.list(parameters),
            "facets" => self.facets(parameters),
            "stats" => self.statistics(parameters),
            "comparable-cases" => self.comparable(parameters),
            _ => panic!("{path} is not known to the oracle"),
        }
    }

    /// The values of a case in a dimension, the unknown among them where it has none.
    pub fn values(&self, case: &Value, dimension: &str) -> BTreeSet<Key> {
        let text = |field: &str| match case.get(field) {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Null) => None,
            other => panic!("the oracle knows nothing of {dimension}: {field} is {other:?}; say it in `values`"),
        };
        let date = text("offered_on");
        let values: Vec<Key> = match dimension {
            "tag" => case["tags"].as_array().unwrap().iter().map(|tag| tag.as_str().map(str::to_owned)).collect(),
            "any_tier" => ["bachelor_tier", "master_tier", "doctor_tier", "school_tier"].map(text).to_vec(),
            "company_kind" => vec![self.catalog.text("companies", &text("company").unwrap(), "kind")],
            "role_family" => vec![self.catalog.text("roles", &text("role").unwrap(), "family")],
            "company_group" => vec![self.catalog.group(&text("company").unwrap())],
            "major_class" => vec![text("major").and_then(|major| self.catalog.of_level(&major, "class"))],
            "major_discipline" => vec![text("major").and_then(|major| self.catalog.of_level(&major, "discipline"))],
            "province" => vec![text("city").and_then(|city| self.catalog.province(&city))],
            "offered_year" => vec![date.map(|date| date[..4].to_owned())],
            "offered_month" => {
                vec![date.filter(|_| case["offered_precision"] != "year").map(|date| date[..7].to_owned())]
            }
            "pay_currency" => {
                let figures = ["annual_max", "annual_base", "monthly_base", "monthly_max", "stock_annual", "sign_on"];
                let has_pay = figures.iter().any(|figure| !case[format!("pay_{figure}")].is_null());
                vec![text("pay_currency").filter(|_| has_pay)]
            }
            field => vec![text(field)],
        };
        let known: BTreeSet<Key> = values.into_iter().filter(Option::is_some).collect();
        if known.is_empty() { BTreeSet::from([None]) } else { known }
    }
}

/// The value of a parameter that is given at most once.
fn given<'a>(parameters: &'a [(String, String)], name: &str) -> Option<&'a str> {
    parameters.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
}

/// The number that a parameter gives.
fn number_given(parameters: &[(String, String)], name: &str, default: usize) -> usize {
    given(parameters, name).map_or(default, |number| number.parse().unwrap())
}

/// Pay in a currency: the middle of what is promised.
fn pay(case: &Value) -> Option<(&str, f64)> {
    let (min, max) = (case["pay_annual_min"].as_f64()?, case["pay_annual_max"].as_f64()?);
    Some((case["pay_currency"].as_str()?, f64::midpoint(min, max)))
}
