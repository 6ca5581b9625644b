//! Whatever value an answer shows can be chosen, by exactly the parameter and the value that it shows, and then gives
//! exactly the number that stands beside it: of all dimensions, with dates, currencies and what is not known in the data.

use std::collections::BTreeMap;

use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::IteratorRandom;
use serde_json::Value;

use crate::harness::chance::store_made_cases;
use crate::harness::{Specified, TestApp};

/// Cases by chance.
const CASES: usize = 250;

struct Contract {
    app: TestApp,
    /// Numbers of cases by what was asked.
    known: BTreeMap<Vec<(String, String)>, u64>,
}

impl Contract {
    async fn of_made_cases() -> Self {
        let app = TestApp::seeded().await;
        store_made_cases(&app.database, &mut StdRng::seed_from_u64(20_261_129), 0..CASES).await;
        Self { app, known: BTreeMap::new() }
    }

    /// How many cases a list finds.
    async fn count_of(&mut self, chosen: &[(&str, &str)]) -> u64 {
        let key: Vec<(String, String)> =
            chosen.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        if let Some(count) = self.known.get(&key) {
            return *count;
        }
        let parameters = [chosen, &[("count", "exact"), ("limit", "1"), ("fields", "id")]].concat();
        let count = self.app.get("/api/v1/offer-cases", &parameters).await.ok()["total"].as_u64().unwrap();
        self.known.insert(key, count);
        count
    }

    /// Looks at all keys and numbers of groups.
    async fn groups_can_be_chosen(&mut self, statistics: &Value, why: &str) {
        for group in statistics["groups"].as_array().unwrap() {
            let keys = group["keys"].as_array().unwrap();
            let text = |key: &Value, name: &str| key[name].as_str().unwrap().to_owned();
            let chosen: Vec<(String, String)> =
                keys.iter().map(|key| (text(key, "dimension"), text(key, "value"))).collect();
            let chosen: Vec<(&str, &str)> =
                chosen.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            assert_eq!(group["count"], self.count_of(&chosen).await, "{chosen:?} of {why}");
        }
    }
}

fn quoted(value: &str) -> String {
    if value.contains([',', '"', '!']) { format!("\"{}\"", value.replace('"', "\"\"")) } else { value.to_owned() }
}

#[tokio::test(flavor = "multi_thread")]
async fn values_of_facets_groups_and_bars_give_the_numbers_beside_them() {
    let mut contract = Contract::of_made_cases().await;
    let dimensions = Specified::by(&contract.app).await.dimensions();
    for dimension in &dimensions {
        let facets = contract.app.get("/api/v1/facets", &[("dimensions", dimension), ("limit", "1000")]).await.ok();
        let facet = &facets["facets"][0];
        let values = facet["values"].as_array().unwrap();
        assert!(!values.is_empty() && facet["next_cursor"].is_null(), "{dimension}: {facet}");
        for value in values {
            let chosen = value["value"].as_str().unwrap();
            assert_eq!(value["count"], contract.count_of(&[(dimension, chosen)]).await, "{dimension}={chosen}");
            // By each name that is shown, too.
            for name in ["name", "name_en"] {
                let shown = quoted(value[name].as_str().unwrap());
                let is_own = chosen != "unknown" && (value.get("name_en_from").is_none() || name == "name");
                if is_own {
                    assert_eq!(value["count"], contract.count_of(&[(dimension, &shown)]).await, "{dimension}={shown}");
                }
            }
        }
        let grouped = contract.app.get("/api/v1/stats", &[("group_by", dimension), ("limit", "1000")]).await.ok();
        assert_eq!(grouped["groups"].as_array().unwrap().len(), values.len(), "{dimension}");
        contract.groups_can_be_chosen(&grouped, dimension).await;
        for lang in ["zh", "en"] {
            let parameters = [("group_by", dimension.as_str()), ("lang", lang), ("limit", "50")];
            let picture = contract.app.get("/api/v1/charts/bar.svg", &parameters).await.text;
            let bars = bars(&picture);
            assert!(!bars.is_empty(), "{dimension}: {picture}");
            for (name, count) in bars {
                let name = if ["无标签", "No tag"].contains(&name.as_str()) { "unknown".to_owned() } else { name };
                // A period between two others may have no case.
                let chosen = contract.count_of(&[(dimension, &quoted(&name))]).await;
                assert_eq!(count, chosen, "{dimension}={name} in a chart");
            }
        }
    }
}

/// Names and numbers of the bars of a picture, as its description has them.
fn bars(picture: &str) -> Vec<(String, u64)> {
    let document = roxmltree::Document::parse(picture).unwrap();
    let description = document.descendants().find(|node| node.tag_name().name() == "desc").unwrap();
    let parts = description.text().unwrap().split(['.', ';']).map(str::trim);
    parts
        .filter_map(|part| part.rsplit_once(": "))
        .filter_map(|(name, count)| Some((name.to_owned(), count.parse().ok()?)))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn cells_of_a_matrix_give_the_numbers_in_them() {
    let mut contract = Contract::of_made_cases().await;
    let dimensions = Specified::by(&contract.app).await.dimensions();
    let mut random = StdRng::seed_from_u64(7);
    for first in &dimensions {
        let second = dimensions.iter().filter(|other| *other != first).choose(&mut random).unwrap();
        let group_by = format!("{first},{second}");
        let statistics = contract.app.get("/api/v1/stats", &[("group_by", &group_by), ("limit", "8")]).await.ok();
        contract.groups_can_be_chosen(&statistics, &group_by).await;
        let matrix = &statistics["matrix"];
        let of = |side: &str| matrix[side].as_array().unwrap().clone();
        for (row, counts) in of("rows").iter().zip(of("counts")) {
            for (column, count) in of("columns").iter().zip(counts.as_array().unwrap()) {
                let chosen = [
                    (first.as_str(), row["value"].as_str().unwrap()),
                    (second.as_str(), column["value"].as_str().unwrap()),
                ];
                let found = contract.count_of(&chosen).await;
                assert_eq!(count.as_u64().unwrap_or_default(), found, "{chosen:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn values_of_a_case_find_the_case() {
    let mut contract = Contract::of_made_cases().await;
    let meta = contract.app.get("/api/v1/meta", &[]).await.ok();
    let can = |field: &Value, ability: &str| field["can"].as_array().unwrap().iter().any(|it| it == ability);
    let fields: Vec<&Value> = meta["fields"].as_array().unwrap().iter().collect();
    let fields =
        fields.into_iter().filter(|field| can(field, "filter") && (can(field, "show") || can(field, "include")));
    let fields: Vec<&str> = fields.map(|field| field["slug"].as_str().unwrap()).collect();
    assert!(fields.len() > 10, "{fields:?}");
    let cases = contract.app.get("/api/v1/offer-cases", &[("limit", "40"), ("include", "source")]).await.items();
    for case in &cases {
        let id = case["id"].as_str().unwrap();
        let mut chosen: Vec<(&str, String)> = Vec::new();
        for field in &fields {
            let value = match &case[*field] {
                Value::Null => "unknown".to_owned(),
                Value::Object(reference) => reference["slug"].as_str().unwrap().to_owned(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            // A day that stands for a month or a year is no day.
            let is_period = *field == "offered_on" && case["offered_precision"] != "day" && value != "unknown";
            if !is_period {
                chosen.push((field, value));
            }
        }
        let chosen: Vec<(&str, &str)> = chosen.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let parameters = [&chosen[..], &[("limit", "200")]].concat();
        let found = contract.app.get("/api/v1/offer-cases", &parameters).await.items();
        assert!(found.iter().any(|other| other["id"] == id), "{id} by {chosen:?}");
        assert!(contract.count_of(&chosen[..1]).await > 0);
    }
}
