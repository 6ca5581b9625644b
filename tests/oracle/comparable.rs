//! Comparable cases: how like each is in each dimension, in millionths, and what that makes together.

use serde_json::{Value, json};

use super::filter::period;
use super::{Oracle, given, number_given};

/// How much a dimension counts where nothing else is said.
fn usual_weight(dimension: &str) -> f64 {
    match dimension {
        "major" => 3.0,
        "highest_degree" | "school_tier" | "role" => 2.0,
        _ => 1.0,
    }
}

const DEGREES: &[&str] = &["associate", "bachelor", "master", "doctor"];
const LADDER: &[&str] = &["985", "211", "double_first_class", "first_tier", "ordinary", "second_tier", "vocational"];
const FULL: u64 = 1_000_000;

/// What is known of a case, of the service or of the oracle, of what cases are compared by: as the parameters of a profile.
pub fn profile_of(case: &Value, compared: &[String]) -> Vec<(String, String)> {
    let text = |dimension: &str| {
        let value = case.get(dimension).unwrap_or_else(|| panic!("a case has no {dimension}"));
        match dimension {
            "tags" => value.as_array().unwrap().iter().map(|tag| tag.as_str().unwrap()).collect::<Vec<_>>().join(","),
            "offered_on" => {
                let shown = match case["offered_precision"].as_str() {
                    Some("year") => 4,
                    Some("month") => 7,
                    _ => 10,
                };
                value.as_str().map(|date| date[..shown].to_owned()).unwrap_or_default()
            }
            _ => value.get("slug").unwrap_or(value).as_str().unwrap_or_default().to_owned(),
        }
    };
    let all = compared.iter().map(|dimension| (dimension.clone(), text(dimension)));
    all.filter(|(_, text)| !text.is_empty()).collect()
}

impl Oracle {
    /// The cases that are most like a profile, under a filter with `filter.` in front of its parameters.
    pub fn comparable(&self, parameters: &[(String, String)]) -> Value {
        let filter = parameters.iter().filter_map(|(name, value)| Some((name.strip_prefix("filter.")?, value)));
        let filter: Vec<_> = filter.map(|(name, value)| (name.to_owned(), value.clone())).collect();
        let weights = given(parameters, "weights").unwrap_or_default();
        let given_weight = |dimension: &str| {
            let mut weights = weights.split(',').filter_map(|weight| weight.split_once(':'));
            weights.find(|(name, _)| *name == dimension).map(|(_, weight)| weight.parse().unwrap())
        };
        let compared = self.compared.iter().filter_map(|dimension| {
            let weight: f64 = given_weight(dimension).unwrap_or(usual_weight(dimension));
            Some((dimension.as_str(), given(parameters, dimension)?, (weight * 1000.0).round() as u64))
        });
        let compared: Vec<(&str, &str, u64)> = compared.filter(|(.., weight)| *weight > 0).collect();
        let all: u64 = compared.iter().map(|(.., weight)| weight * FULL).sum();
        let cases = self.chosen(&filter);
        let points = |case: &Value| -> u64 {
            compared.iter().map(|(name, yours, weight)| weight * self.grade(name, yours, case).unwrap_or(0)).sum()
        };
        let mut scored: Vec<(u64, &Value)> = cases.iter().map(|case| (points(case), *case)).collect();
        scored.sort_by(|left, right| right.0.cmp(&left.0).then(left.1["id"].as_str().cmp(&right.1["id"].as_str())));
        scored.truncate(number_given(parameters, "limit", 10));
        let item = |(points, case): &(u64, &Value)| {
            let grades = compared.iter().map(|(name, yours, _)| (*name, self.grade(name, yours, case)));
            let matches = grades
                .clone()
                .map(|(name, grade)| json!({"dimension": name, "match": grade.unwrap_or(0) as f64 / FULL as f64}));
            let unknown = grades.filter(|(_, grade)| grade.is_none()).map(|(name, _)| name);
            json!({
                "case": case["id"], "score": *points as f64 / all as f64, "matches": matches.collect::<Vec<_>>(),
                "unknown": unknown.collect::<Vec<_>>(),
            })
        };
        json!({"items": scored.iter().map(item).collect::<Vec<_>>(), "considered": cases.len()})
    }

    /// Millionths of likeness in a dimension; `None` = it is unknown of the case.
    fn grade(&self, dimension: &str, yours: &str, case: &Value) -> Option<u64> {
        if dimension == "tags" {
            let theirs = case["tags"].as_array().unwrap();
            let yours: Vec<&str> = yours.split(',').collect();
            let common = yours.iter().filter(|tag| theirs.contains(&json!(tag))).count() as u64;
            return (!theirs.is_empty()).then(|| common * FULL / yours.len() as u64);
        }
        let theirs = case[dimension].as_str()?;
        let steps = |ladder: &[&str]| {
            let step = |value| ladder.iter().position(|step| *step == value);
            step(yours).zip(step(theirs)).map(|(yours, theirs)| yours.abs_diff(theirs))
        };
        Some(match dimension {
            "offered_on" => grade_of_dates(yours, theirs),
            _ if yours == theirs => FULL,
            "major" => self.grade_of_majors(yours, theirs),
            "highest_degree" => {
                if steps(DEGREES) == Some(1) {
                    500_000
                } else {
                    0
                }
            }
            "school_tier" | "bachelor_tier" => match steps(LADDER) {
                Some(steps @ 1..=3) => FULL - 250_000 * steps as u64,
                _ => 0,
            },
            "company" => self.grade_of_companies(yours, theirs),
            "role" => {
                let [yours, theirs] = [yours, theirs].map(|role| self.catalog.text("roles", role, "family"));
                if yours == theirs && yours.as_deref() != Some("other") { 500_000 } else { 0 }
            }
            "role_track" | "city" => 0,
            _ => panic!("the oracle does not know how {dimension} is compared"),
        })
    }

    fn grade_of_majors(&self, yours: &str, theirs: &str) -> u64 {
        let [yours, theirs] = [yours, theirs].map(|major| self.catalog.upwards(major));
        let common = yours.iter().find(|above| theirs.contains(above));
        match common.and_then(|above| self.catalog.text("majors", above, "level")).as_deref() {
            Some("class") => 600_000,
            Some("discipline") => 300_000,
            _ => 0,
        }
    }

    fn grade_of_companies(&self, yours: &str, theirs: &str) -> u64 {
        let of = |field: &str| [yours, theirs].map(|company| self.catalog.text("companies", company, field));
        let ([parent, their_parent], [kind, their_kind]) = (of("parent"), of("kind"));
        let same_group = parent.is_some() && parent == their_parent;
        if same_group || parent.as_deref() == Some(theirs) || their_parent.as_deref() == Some(yours) {
            700_000
        } else if kind == their_kind && kind.as_deref().is_some_and(|kind| kind != "other") {
            400_000
        } else {
            0
        }
    }
}

/// By days apart; of a month or a year the first day counts.
fn grade_of_dates(yours: &str, theirs: &str) -> u64 {
    match (period(yours).0 - period(theirs).0).num_days().abs() {
        0..=90 => FULL,
        91..=365 => 750_000,
        366..=730 => 500_000,
        731..=1461 => 250_000,
        _ => 0,
    }
}
