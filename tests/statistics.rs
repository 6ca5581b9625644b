//! Statistics: counts and shares, the unknown, what must be known to read them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::harness::{CaseBuilder, TestApp};

/// Count by value; the unknown as an empty value.
fn counts(statistics: &Value) -> BTreeMap<String, u64> {
    let groups = statistics["groups"].as_array().unwrap();
    let count =
        |group: &Value| (group["value"].as_str().unwrap_or_default().to_owned(), group["count"].as_u64().unwrap());
    groups.iter().map(count).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_are_answered_in_full_the_largest_first() {
    let app = TestApp::seeded().await;
    let statistics = app.get("/api/v1/stats", &[("group_by", "school_tier")]).await.ok();
    insta::assert_json_snapshot!(statistics, { ".dataset_version" => "[version]" });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_counts_of_every_dimension_agree_with_the_list_under_any_filter() {
    let app = TestApp::seeded().await;
    let dimensions =
        ["company", "role", "major", "school_tier", "bachelor_tier", "master_tier", "highest_degree", "tag", "source"];
    for filter in [
        vec![],
        vec![("major", "工科")],
        vec![("school_tier", "985,211")],
        vec![("q", "转")],
        vec![("tag", "!unicorn")],
    ] {
        for dimension in dimensions {
            let mut parameters = filter.clone();
            parameters.push(("group_by", dimension));
            let statistics = app.get("/api/v1/stats", &parameters).await.ok();
            assert_eq!(statistics["total"], app.count_of(&filter).await, "{parameters:?}");
            let counts = counts(&statistics);
            if dimension != "tag" {
                assert_eq!(counts.values().sum::<u64>(), statistics["total"].as_u64().unwrap(), "{parameters:?}");
            }
            for (value, count) in counts {
                let value = if value.is_empty() { "unknown" } else { &value };
                // A group may be filtered by the name that it has; a major only without descendants.
                let group = app.get("/api/v1/offer-cases", &[filter.as_slice(), &[("limit", "200")]].concat()).await;
                let in_list = group.items().iter().filter(|case| belongs(case, dimension, value)).count();
                if dimension != "source" {
                    assert_eq!(in_list as u64, count, "{dimension}={value} of {filter:?}");
                }
            }
        }
    }
}

/// Whether a case of a list belongs to a group.
fn belongs(case: &Value, dimension: &str, value: &str) -> bool {
    if dimension == "tag" {
        let tags = case["tags"].as_array().unwrap();
        return if value == "unknown" { tags.is_empty() } else { tags.contains(&json!(value)) };
    }
    let field = &case[dimension];
    let slug = field.get("slug").unwrap_or(field);
    if value == "unknown" { slug.is_null() } else { slug == value }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_to_count_is_an_empty_answer_with_its_notice() {
    let app = TestApp::seeded().await;
    let statistics = app.get("/api/v1/stats", &[("group_by", "company"), ("company", "tencent")]).await.ok();
    assert_eq!((&statistics["total"], &statistics["groups"]), (&json!(0), &json!([])));
    assert_eq!(statistics["notices"][0]["code"], "offers_only");
}

#[tokio::test(flavor = "multi_thread")]
async fn notices_say_in_both_languages_that_no_success_rate_can_be_read() {
    let app = TestApp::seeded().await;
    let notices = app.get("/api/v1/stats", &[("group_by", "role")]).await.ok()["notices"].clone();
    let text = notices.to_string();
    for part in ["成功率", "no success rate", "14 of 14 cases", "advertisement", "广告"] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_that_are_too_small_for_their_source_are_taken_together() {
    let app = TestApp::seeded().await;
    app.database.execute("update sources set min_group_size = 3 where slug = 'own-records'").await;
    let own = "(select id from sources where slug = 'own-records')";
    for (company, cases) in [("tencent", 4), ("meituan", 3), ("jd", 2), ("netease", 1)] {
        for number in 0..cases {
            CaseBuilder::new(&format!("{company}-{number}"), company).with_source(own).store(&app.database).await;
        }
    }
    let parameters = [("group_by", "company"), ("source", "own-records")];
    let statistics = app.get("/api/v1/stats", &parameters).await.ok();
    assert_eq!(counts(&statistics), BTreeMap::from([("tencent".to_owned(), 4), ("meituan".to_owned(), 3)]));
    let suppressed = &statistics["suppressed"];
    assert_eq!((&statistics["total"], &suppressed["groups"], &suppressed["count"]), (&json!(10), &json!(2), &json!(3)));

    // Without the smallest, the one that is left would be known; the smallest of the others goes with it.
    let parameters = [("group_by", "company"), ("source", "own-records"), ("company", "!netease")];
    let statistics = app.get("/api/v1/stats", &parameters).await.ok();
    assert_eq!(counts(&statistics), BTreeMap::from([("tencent".to_owned(), 4)]));
    assert_eq!((&statistics["suppressed"]["groups"], &statistics["suppressed"]["count"]), (&json!(2), &json!(5)));

    let facets = app.get("/api/v1/facets", &[("dimensions", "company"), ("source", "own-records")]).await.ok();
    let company = &facets["facets"][0];
    assert_eq!((&company["other_values"], &company["other_count"]), (&json!(2), &json!(3)));
    assert!(!company["values"].to_string().contains("netease"));
}
