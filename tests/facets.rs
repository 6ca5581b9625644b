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
                let chosen = value["value"].as_str().unwrap();
                let mut parameters: Vec<_> = filter.iter().copied().filter(|(name, _)| *name != dimension).collect();
                parameters.push((dimension, chosen));
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

#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_value_stays_even_where_it_has_no_case_or_no_place() {
    let app = TestApp::seeded().await;
    let parameters = [
        ("company", "tencent,didi"),
        ("school_tier", "unknown,985"),
        ("dimensions", "company,school_tier"),
        ("limit", "1"),
    ];
    let facets = app.get("/api/v1/facets", &parameters).await.ok();
    assert_eq!(
        values(&facets, "company"),
        [(json!("baidu"), 2), (json!("tencent"), 0), (json!("didi"), 0)],
        "the largest, then what is chosen"
    );
    assert_eq!(values(&facets, "school_tier"), [(json!("overseas"), 1), (json!("985"), 0), (json!("unknown"), 0)]);
    let didi = app.get("/api/v1/facets", &[("company", "didi"), ("dimensions", "company"), ("limit", "1")]).await.ok();
    assert_eq!(values(&didi, "company"), [(json!("baidu"), 3), (json!("didi"), 1)]);
    assert_eq!(didi["facets"][0]["other"], json!({"groups": 9, "count": 10}), "11 companies, two of which are told");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_values_of_a_facet_are_searched_and_go_on_page_by_page() {
    let app = TestApp::seeded().await;
    let all = app.get("/api/v1/facets", &[("dimensions", "company"), ("limit", "1000")]).await.ok();
    let (all, mut walked) = (values(&all, "company"), Vec::new());
    let mut cursor = String::new();
    loop {
        let parameters = [("dimensions", "company"), ("limit", "4"), ("cursor", &cursor)];
        let page = app.get("/api/v1/facets", &parameters).await.ok();
        walked.extend(values(&page, "company"));
        match page["facets"][0]["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(walked, all);
    let every = app.get("/api/v1/facets", &[("limit", "4")]).await.ok();
    let companies = every["facets"].as_array().unwrap().iter().find(|facet| facet["dimension"] == "company").unwrap();
    let next = [("dimensions", "company"), ("limit", "4"), ("cursor", companies["next_cursor"].as_str().unwrap())];
    let page = app.get("/api/v1/facets", &next).await.ok();
    assert_eq!(values(&page, "company"), all[4..8], "one dimension of all goes on by itself");
    let elsewhere = app.get("/api/v1/facets", &[("dimensions", "role"), ("cursor", &cursor)]).await.problem(400);
    assert!(elsewhere.to_string().contains("`company`"), "{elsewhere}");
    app.get("/api/v1/facets", &[("dimensions", "company"), ("cursor", "x")]).await.problem(400);

    for (contains, dimension, expected) in [
        ("百", "company", vec!["baidu"]),
        ("BAI", "company", vec!["baidu"]),
        ("B站", "company", vec!["bilibili"]),
        ("嗶哩", "company", vec!["bilibili"]),
        ("zhan", "company", vec![]),
        ("bzhan", "company", vec!["bilibili"]),
        ("硕", "highest_degree", vec!["master"]),
        ("转", "tag", vec!["career-switch"]),
        ("xyzzy", "company", vec![]),
    ] {
        let found = app.get("/api/v1/facets", &[("dimensions", dimension), ("contains", contains)]).await.ok();
        let found: Vec<Value> = values(&found, dimension).into_iter().map(|(value, _)| value).collect();
        assert_eq!(found, expected, "{contains}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_are_looked_for_anew_after_every_change_and_once_by_many_who_ask_at_the_same_time() {
    let app = TestApp::seeded().await;
    let total = async || {
        let parameters = [("q", "星舰"), ("dimensions", "company")];
        let asked = (0..8).map(|_| app.get("/api/v1/facets", &parameters));
        let totals = futures_util::future::join_all(asked).await.into_iter();
        let totals: Vec<u64> = totals.map(|answer| answer.ok()["facets"][0]["total"].as_u64().unwrap()).collect();
        assert!(totals.iter().all(|total| *total == totals[0]), "{totals:?}");
        totals[0]
    };
    let two = "id in (select id from offer_cases where retired_at is null order by id limit 2)";
    let changes = [
        format!("update offer_cases set summary = '做过星舰项目' where {two}"),
        "update offer_cases set summary = '做过飞艇项目' where id = (select min(id::text)::uuid from offer_cases)"
            .into(),
        "update offer_cases set retired_at = now() where summary like '%星舰%'".into(),
    ];
    assert_eq!(total().await, 0);
    for (change, expected) in changes.iter().zip([2, 1, 0]) {
        app.database.execute(change).await;
        assert_eq!((total().await, total().await), (expected, expected), "{change}");
    }
}
