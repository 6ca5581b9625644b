//! Facets: what choosing another value of a dimension would give.

use serde_json::{Value, json};

use crate::harness::TestApp;

/// Value and count of a facet, in order.
fn values(facets: &Value, dimension: &str) -> Vec<(Value, u64)> {
    let facet = facets["facets"].as_array().unwrap().iter().find(|facet| facet["dimension"] == dimension).unwrap();
    facet["values"].as_array().unwrap().iter().map(|it| (it["value"].clone(), it["count"].as_u64().unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_facet_leaves_out_its_own_choice_and_keeps_the_others() {
    let app = TestApp::seeded().await;
    let parameters = [("company", "baidu"), ("school_tier", "985")];
    let facets = app.get("/api/v1/facets", &parameters).await.ok();
    assert_eq!(
        values(&facets, "company"),
        [(json!("baidu"), 2), (json!("kingsoft"), 1), (json!("xiaomi"), 1)],
        "companies of all 985 cases"
    );
    assert_eq!(values(&facets, "school_tier"), [(json!("985"), 2), (json!("211"), 1)], "tiers of all Baidu cases");
    assert_eq!(values(&facets, "role"), [(json!("llm-product"), 2)], "roles under both");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_value_of_every_facet_gives_as_many_cases_as_it_says() {
    let app = TestApp::seeded().await;
    for filter in [vec![], vec![("major", "工科")], vec![("company", "!baidu"), ("tag", "unknown")]] {
        let mut parameters = filter.clone();
        parameters.push(("limit", "1000"));
        let facets = app.get("/api/v1/facets", &parameters).await.ok();
        for facet in facets["facets"].as_array().unwrap() {
            let dimension = facet["dimension"].as_str().unwrap();
            assert_eq!(facet["other"], Value::Null);
            for value in facet["values"].as_array().unwrap() {
                let chosen = value["value"].as_str().unwrap_or("unknown");
                let mut parameters: Vec<_> = filter.iter().copied().filter(|(name, _)| *name != dimension).collect();
                let parameter =
                    if ["offered_year", "offered_month"].contains(&dimension) { "offered_on" } else { dimension };
                parameters.push((parameter, chosen));
                if dimension == "major" {
                    // A facet counts each major for itself.
                    parameters.push(("major_exact", "true"));
                }
                let count = app.count_of(&parameters).await;
                assert_eq!(json!(count), value["count"], "{dimension}={chosen} under {filter:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_limit_leaves_out_is_told_as_a_number() {
    let app = TestApp::seeded().await;
    let facets = app.get("/api/v1/facets", &[("dimensions", "company,role"), ("limit", "2")]).await.ok();
    let names: Vec<&Value> = facets["facets"].as_array().unwrap().iter().map(|facet| &facet["dimension"]).collect();
    assert_eq!(names, ["company", "role"]);
    let company = &facets["facets"][0];
    assert_eq!(values(&facets, "company"), [(json!("baidu"), 3), (json!("iflytek"), 2)]);
    assert_eq!((&company["total"], &company["other"]), (&json!(14), &json!({"groups": 9, "count": 9})));
}
