//! Comparable cases: how alike, why, with whom, and what is not known.

use serde_json::{Value, json};

use crate::harness::{CaseBuilder, TestApp};

const COMPARABLE: &str = "/api/v1/comparable-cases";
const PSYCHOLOGIST: [(&str, &str); 3] = [("major", "心理学"), ("school_tier", "211"), ("highest_degree", "bachelor")];

/// The part of an item, a profile or a list of matches that is about a dimension.
fn about<'a>(list: &'a Value, dimension: &str) -> &'a Value {
    list.as_array().unwrap().iter().find(|one| one["dimension"] == dimension).unwrap_or(&Value::Null)
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is not a number"))
}

fn ids(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["case"]["id"].as_str().unwrap()).collect()
}

/// The id of the seed's case of a psychologist.
async fn psychologist(app: &TestApp) -> String {
    app.get("/api/v1/offer-cases", &[("major", "心理学")]).await.items()[0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ten_cases_most_like_a_psychology_bachelor_of_a_211_start_with_just_that() {
    let app = TestApp::seeded().await;
    let answer = app.get(COMPARABLE, &PSYCHOLOGIST).await;
    let items = answer.items();
    assert_eq!((items.len(), &answer.ok()["considered"]), (10, &json!(14)));
    assert_eq!(items[0]["case"]["major"]["slug"], "psychology");
    assert_eq!((&items[0]["score"], &items[0]["unknown"]), (&json!(1.0), &json!([])));
    let scores: Vec<f64> = items.iter().map(|item| number(&item["score"])).collect();
    assert!(scores.is_sorted_by(|left, right| left >= right) && scores[1] < 1.0, "{scores:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comparison_is_answered_in_full() {
    let app = TestApp::seeded().await;
    let parameters = [&PSYCHOLOGIST[..], &[("tags", "career-switch,unicorn"), ("limit", "2")]].concat();
    let answer = app.get(COMPARABLE, &parameters).await.ok();
    insta::assert_json_snapshot!(answer, {
        ".dataset_version" => "[version]",
        ".items[].case.created_at" => "[time]",
        ".items[].case.updated_at" => "[time]",
    });
}

/// SQL of the id of a row of reference data.
fn id_of(table: &str, slug: &str) -> String {
    format!("(select id from {table} where slug = '{slug}')")
}

/// Asks with one dimension how alike the only case with a word in its summary is: how, and how much.
async fn likeness(app: &TestApp, word: &str, dimension: &str, yours: &str) -> (String, f64) {
    let items = app.get(COMPARABLE, &[(dimension, yours), ("filter.q", word)]).await.items();
    let [item] = items.as_slice() else { panic!("{word}: {items:?}") };
    let found = about(&item["matches"], dimension);
    assert_eq!(item["score"], found["match"], "{word}: the only dimension is the score");
    (found["how"].as_str().unwrap().to_owned(), number(&found["match"]))
}

#[tokio::test(flavor = "multi_thread")]
async fn majors_are_alike_by_class_and_discipline() {
    let app = TestApp::seeded().await;
    // Yours, theirs, how, how much.
    let rows = [
        ("psychology", "psychology", "same", 1.0),
        ("psychology", "applied-psychology", "same_class", 0.6),
        ("psychology", "psychology-class", "same_class", 0.6),
        ("psychology-class", "psychology", "same_class", 0.6),
        ("psychology", "data-science", "same_discipline", 0.3),
        ("psychology", "science", "same_discipline", 0.3),
        ("science", "psychology", "same_discipline", 0.3),
        ("psychology-class", "statistics-class", "same_discipline", 0.3),
        ("psychology", "software-engineering", "different", 0.0),
        ("engineering", "science", "different", 0.0),
        ("liberal-arts", "liberal-arts", "same", 1.0),
        ("liberal-arts", "philosophy", "different", 0.0),
        ("engineering", "technical-background", "different", 0.0),
    ];
    for (row, (yours, theirs, how, grade)) in rows.into_iter().enumerate() {
        let word = format!("major{row:03}");
        let case = CaseBuilder::new(&word, "baidu").with("major_id", id_of("majors", theirs));
        case.with("summary", format!("'{word}'")).store(&app.database).await;
        assert_eq!(likeness(&app, &word, "major", yours).await, (how.to_owned(), grade), "{yours}, {theirs}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tiers_and_degrees_are_alike_by_steps() {
    let app = TestApp::seeded().await;
    // Yours, theirs, how, how much.
    let rows = [
        ("985", "985", "same", 1.0),
        ("985", "211", "near", 0.75),
        ("double_first_class", "985", "near", 0.5),
        ("985", "first_tier", "near", 0.25),
        ("985", "ordinary", "different", 0.0),
        ("first_tier", "ordinary", "near", 0.75),
        ("985", "second_tier", "different", 0.0),
        ("vocational", "second_tier", "near", 0.75),
        ("vocational", "985", "different", 0.0),
        ("hong_kong", "hong_kong", "same", 1.0),
        ("hong_kong", "vocational", "different", 0.0),
        ("vocational", "hong_kong", "different", 0.0),
        ("macau_taiwan", "hong_kong", "different", 0.0),
        ("overseas", "other", "different", 0.0),
    ];
    for (row, (yours, theirs, how, grade)) in rows.into_iter().enumerate() {
        let word = format!("tier{row:03}");
        let case = CaseBuilder::new(&word, "baidu").with("bachelor_tier", id_of("school_tiers", theirs));
        case.with("highest_degree", "'bachelor'").with("summary", format!("'{word}'")).store(&app.database).await;
        for dimension in ["school_tier", "bachelor_tier"] {
            let found = likeness(&app, &word, dimension, yours).await;
            assert_eq!(found, (how.to_owned(), grade), "{dimension}: {yours}, {theirs}");
        }
    }
    for (yours, how, grade) in
        [("associate", "near", 0.5), ("bachelor", "same", 1.0), ("硕士", "near", 0.5), ("doctor", "different", 0.0)]
    {
        let found = likeness(&app, "tier000", "highest_degree", yours).await;
        assert_eq!(found, (how.to_owned(), grade), "{yours}, bachelor");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn companies_and_roles_are_alike_by_what_they_belong_to() {
    let app = TestApp::seeded().await;
    // Dimension, yours, theirs, how, how much.
    let rows = [
        ("company", "百度", "baidu", "same", 1.0),
        ("company", "baidu", "iqiyi", "same_group", 0.7),
        ("company", "iqiyi", "baidu", "same_group", 0.7),
        ("company", "iqiyi", "xiaodu", "same_group", 0.7),
        ("company", "lazada", "alibaba", "same_group", 0.7),
        ("company", "baidu", "tencent", "same_kind", 0.4),
        ("company", "baidu", "icbc", "different", 0.0),
        ("company", "58", "baai", "different", 0.0),
        ("company", "aispeech", "aishi", "different", 0.0),
        ("role", "llm-product", "llm-product", "same", 1.0),
        ("role", "llm-product", "product-manager", "same_family", 0.5),
        ("role", "llm-product", "java-engineer", "different", 0.0),
        ("role", "teacher", "teacher", "same", 1.0),
        ("role", "teacher", "sales", "different", 0.0),
    ];
    for (row, (dimension, yours, theirs, how, grade)) in rows.into_iter().enumerate() {
        let word = format!("belongs{row:03}");
        let (company, role) = if dimension == "company" { (theirs, "llm-product") } else { ("baidu", theirs) };
        let case = CaseBuilder::new(&word, company).with_role(role);
        case.with("summary", format!("'{word}'")).store(&app.database).await;
        assert_eq!(likeness(&app, &word, dimension, yours).await, (how.to_owned(), grade), "{yours}, {theirs}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tracks_cities_tags_and_dates_are_alike_by_what_they_share() {
    let app = TestApp::seeded().await;
    CaseBuilder::new("full", "baidu")
        .with("role_track", "'platform'")
        .with_city("北京")
        .with("tags", "'{unicorn,career-switch}'")
        .with("offered_on", "'2024-06-01'")
        .with("offered_precision", "'month'")
        .with("summary", "'knowneverything'")
        .store(&app.database)
        .await;
    CaseBuilder::new("empty", "baidu").with("summary", "'knownothing'").store(&app.database).await;
    // Dimension, yours, how, how much.
    let rows = [
        ("role_track", "platform", "same", 1.0),
        ("role_track", "application", "different", 0.0),
        ("city", "北京", "same", 1.0),
        ("city", "上海", "different", 0.0),
        ("tags", "unicorn", "same", 1.0),
        ("tags", "转行,unicorn,unicorn", "same", 1.0),
        ("tags", "unicorn,non-cs-bachelor", "part", 0.5),
        ("tags", "unicorn,non-cs-bachelor,non-typical-background", "part", 0.333_333),
        ("tags", "non-cs-bachelor", "different", 0.0),
        ("offered_on", "2024-06", "same", 1.0),
        ("offered_on", "2024-08-30", "same", 1.0),
        ("offered_on", "2024-08-31", "near", 0.75),
        ("offered_on", "2025-06-01", "near", 0.75),
        ("offered_on", "2025-06-02", "near", 0.5),
        ("offered_on", "2026-06-01", "near", 0.5),
        ("offered_on", "2026-06-02", "near", 0.25),
        ("offered_on", "2028-06-01", "near", 0.25),
        ("offered_on", "2028-06-02", "different", 0.0),
        ("offered_on", "2020-06-01", "near", 0.25),
        ("offered_on", "2020-05-31", "different", 0.0),
        ("offered_on", "2024", "near", 0.75),
    ];
    for (dimension, yours, how, grade) in rows {
        let found = likeness(&app, "knowneverything", dimension, yours).await;
        assert_eq!(found, (how.to_owned(), grade), "{dimension}: {yours}");
        let found = likeness(&app, "knownothing", dimension, yours).await;
        assert_eq!(found, ("unknown".to_owned(), 0.0), "{dimension}: {yours}");
    }
    let items = app.get(COMPARABLE, &[("offered_on", "2024"), ("filter.q", "knowneverything")]).await.items();
    let found = &items[0]["matches"][0];
    assert_eq!(found["yours"], json!([{"slug": "2024", "name": "2024", "name_en": "2024"}]));
    assert_eq!(found["theirs"], json!([{"slug": "2024-06", "name": "2024-06", "name_en": "2024-06"}]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_known_of_a_case_counts_nothing_and_is_listed() {
    let app = TestApp::seeded().await;
    let profile = [("company", "滴滴"), ("city", "北京"), ("bachelor_tier", "211"), ("filter.company", "didi")];
    let items = app.get(COMPARABLE, &profile).await.items();
    let [item] = items.as_slice() else { panic!("{items:?}") };
    assert_eq!(item["unknown"], json!(["bachelor_tier", "city"]));
    let city = about(&item["matches"], "city");
    assert_eq!(
        (&city["how"], &city["match"], &city["contribution"], &city["theirs"]),
        (&json!("unknown"), &json!(0.0), &json!(0.0), &json!([]))
    );
    assert!((number(&item["score"]) - 1.0 / 3.0).abs() < 1e-9, "{item}");
}

#[tokio::test(flavor = "multi_thread")]
async fn weights_are_shares_of_what_the_profile_gives() {
    let app = TestApp::seeded().await;
    // `weights`, then the share of major, of tier, of degree.
    for (weights, shares) in [
        ("", [3.0 / 7.0, 2.0 / 7.0, 2.0 / 7.0]),
        ("major:3,school_tier:1,highest_degree:1", [0.6, 0.2, 0.2]),
        ("major:30,school_tier:10,highest_degree:10.000", [0.6, 0.2, 0.2]),
        ("major:0.001,school_tier:0.002,highest_degree:0.001", [0.25, 0.5, 0.25]),
        ("school_tier:5,city:100", [0.3, 0.5, 0.2]),
    ] {
        let mut parameters = PSYCHOLOGIST.to_vec();
        parameters.extend((!weights.is_empty()).then_some(("weights", weights)));
        let answer = app.get(COMPARABLE, &parameters).await.ok();
        for (dimension, share) in ["major", "school_tier", "highest_degree"].into_iter().zip(shares) {
            let compared = about(&answer["profile"], dimension);
            assert!((number(&compared["weight"]) - share).abs() < 1e-12, "{weights}: {compared}");
            let found = about(&answer["items"][3]["matches"], dimension);
            assert_eq!((&found["weight"], &found["yours"]), (&compared["weight"], &compared["values"]));
            let product = number(&found["weight"]) * number(&found["match"]);
            assert!((number(&found["contribution"]) - product).abs() < 1e-12, "{weights}: {found}");
        }
        assert_eq!(answer["profile"].as_array().unwrap().len(), 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_weight_of_0_leaves_a_dimension_out() {
    let app = TestApp::seeded().await;
    let parameters = [&PSYCHOLOGIST[..], &[("weights", "major:0，school_tier：0")]].concat();
    let answer = app.get(COMPARABLE, &parameters).await.ok();
    assert_eq!(answer["profile"].as_array().unwrap().len(), 1);
    assert_eq!(answer["items"][0]["matches"].as_array().unwrap().len(), 1);
    let plain = app.get(COMPARABLE, &[("highest_degree", "bachelor")]).await.ok();
    assert_eq!(answer["items"], plain["items"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_with_a_prefix_chooses_the_candidates() {
    let app = TestApp::seeded().await;
    for (filter, value) in [
        ("company", "百度"),
        ("company", "!baidu,didi"),
        ("major", "工科"),
        ("school_tier", "985,211"),
        ("tag", "unknown"),
        ("q", "转产品"),
        ("offered_on", "2024.."),
    ] {
        let parameter = format!("filter.{filter}");
        let asked = [("major", "计算机"), ("limit", "50"), (parameter.as_str(), value)];
        let answer = app.get(COMPARABLE, &asked).await;
        let (ok, items) = (answer.ok(), answer.items());
        let mut found = ids(&items);
        found.sort_unstable();
        let list = app.get("/api/v1/offer-cases", &[(filter, value), ("limit", "200")]).await.items();
        let mut listed: Vec<&str> = list.iter().map(|case| case["id"].as_str().unwrap()).collect();
        listed.sort_unstable();
        assert_eq!(found, listed, "{filter}={value}");
        assert_eq!(ok["considered"], listed.len(), "{filter}={value}");
    }
    let exact = [("role", "llm-product"), ("filter.major", "工科"), ("filter.major_exact", "true")];
    let answer = app.get_raw("/api/v1/comparable-cases?role=llm-product&filter%2Emajor=engineering").await.ok();
    assert!(answer["considered"].as_u64() > app.get(COMPARABLE, &exact).await.ok()["considered"].as_u64());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_to_compare_with_is_an_empty_answer_with_its_notices() {
    let app = TestApp::seeded().await;
    let answer = app.get(COMPARABLE, &[("major", "心理学"), ("filter.company", "tencent")]).await.ok();
    assert_eq!((&answer["considered"], &answer["items"]), (&json!(0), &json!([])));
    let text = answer["notices"].to_string();
    for part in
        ["offers_only", "no success rate", "成功率", "no_forecast", "does not give your chances", "不是成功的概率"]
    {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cases_comparable_to_a_case_leave_it_out_and_may_be_chosen() {
    let app = TestApp::seeded().await;
    let id = psychologist(&app).await;
    let path = format!("/api/v1/offer-cases/{id}/comparable");
    let answer = app.get(&path, &[("limit", "50")]).await;
    let (ok, items) = (answer.ok(), answer.items());
    assert_eq!((items.len(), &ok["considered"]), (13, &json!(13)));
    assert!(!ids(&items).contains(&id.as_str()));
    let compared: Vec<&Value> =
        ok["profile"].as_array().unwrap().iter().map(|compared| &compared["dimension"]).collect();
    assert_eq!(compared, ["major", "highest_degree", "school_tier", "bachelor_tier", "company", "role", "tags"]);
    let elsewhere = app.get(&path, &[("company", "!baidu"), ("limit", "50")]).await.items();
    assert_eq!(elsewhere.len(), 11);
    assert!(elsewhere.iter().all(|item| item["case"]["company"]["slug"] != "baidu"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retired_case_is_neither_found_nor_compared_with() {
    let app = TestApp::seeded().await;
    let id = psychologist(&app).await;
    app.database.execute(&format!("update offer_cases set retired_at = now() where id = '{id}'")).await;
    app.get(&format!("/api/v1/offer-cases/{id}/comparable"), &[]).await.problem(404);
    let answer = app.get(COMPARABLE, &[("major", "心理学"), ("limit", "50")]).await;
    assert_eq!(answer.ok()["considered"], 13);
    assert!(!ids(&answer.items()).contains(&id.as_str()));
}
