//! Lists: which cases, in which order, and what to drop where there is none.

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::{Oracle, given, number_given, pay};

/// Parameters of a list that are none of the filter.
const OWN: &[&str] = &["sort", "limit", "count"];

impl Oracle {
    /// The first page.
    pub fn list(&self, parameters: &[(String, String)]) -> Value {
        let filter: Vec<_> = parameters.iter().filter(|(name, _)| !OWN.contains(&name.as_str())).cloned().collect();
        let cases = self.ordered(&filter, given(parameters, "sort").unwrap_or("-offered_on"));
        let page = cases.iter().take(number_given(parameters, "limit", 20));
        let mut answer = json!({"items": page.map(|case| &case["id"]).collect::<Vec<_>>()});
        if given(parameters, "count").is_some() {
            answer["total"] = json!(cases.len());
        }
        if cases.is_empty() {
            let mut best = 0;
            for (drop, _) in filter.iter().filter(|(name, _)| name != "major_exact") {
                let others =
                    filter.iter().filter(|(name, _)| name != drop && !(drop == "major" && name == "major_exact"));
                let count = self.chosen(&others.cloned().collect::<Vec<_>>()).len();
                if count > best {
                    best = count;
                    answer["hint"] = json!({"drop": drop, "cases": count});
                }
            }
        }
        answer
    }

    /// The cases of a filter in an order, what is unknown last either way; of equals by id, in the direction of the last
    /// key.
    pub fn ordered(&self, filter: &[(String, String)], sort: &str) -> Vec<&Value> {
        let directed = |key: &str, order: Ordering| if key.starts_with('-') { order.reverse() } else { order };
        let compare = |left: &Value, right: &Value, key: &str| {
            let (left, right) = (value(left, key), value(right, key));
            left.is_null().cmp(&right.is_null()).then_with(|| match (left.as_f64(), right.as_f64()) {
                (Some(left), Some(right)) => directed(key, left.total_cmp(&right)),
                _ => directed(key, left.as_str().cmp(&right.as_str())),
            })
        };
        let mut cases = self.chosen(filter);
        cases.sort_by(|left, right| {
            let by_keys = sort.split(',').map(|key| compare(left, right, key)).find(|order| order.is_ne());
            let last = sort.split(',').next_back().unwrap();
            by_keys.unwrap_or_else(|| directed(last, left["id"].as_str().cmp(&right["id"].as_str())))
        });
        cases
    }
}

/// What a case has of a key of an order.
fn value(case: &Value, key: &str) -> Value {
    match key.trim_start_matches('-') {
        "pay_annual" => json!(pay(case).map(|(_, middle)| middle)),
        field => case.get(field).unwrap_or_else(|| panic!("the oracle does not know the order {field}")).clone(),
    }
}
