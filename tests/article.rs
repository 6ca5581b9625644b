//! The article's 14 cases come out of the API as worked out by hand.

use serde_json::{Value, json};

use crate::harness::TestApp;

/// All cases of the article in the order of its rows, with raw and source.
async fn rows(app: &TestApp) -> Vec<Value> {
    let mut cases = app.get("/api/v1/offer-cases", &[("limit", "200"), ("include", "raw,source")]).await.items();
    cases.sort_by_key(|case| case["source_row"].as_i64());
    cases
}

/// The slug of a reference, null where it is unknown.
fn slug(reference: &Value) -> Value {
    reference.get("slug").cloned().unwrap_or(Value::Null)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_is_normalised_as_expected() {
    let app = TestApp::seeded().await;
    // Company, role, major, bachelor's tier, master's tier, degree, days, rounds, channel, tags.
    let expected = [
        json!(["stepfun", "llm-product", "engineering", null, "hong_kong", "master", 14, null, null, []]),
        json!(["didi", "llm-product", "computer-science", null, "overseas", "master", null, null, null, []]),
        json!(["iflytek", "llm-product", "finance", null, "overseas", "master", null, null, null, ["career-switch"]]),
        json!(["vivo", "llm-product", "engineering", null, "overseas", "master", null, null, null, ["career-switch"]]),
        json!([
            "xiaomi",
            "llm-product",
            "technical-background",
            null,
            "985",
            "master",
            7,
            null,
            null,
            ["career-switch"]
        ]),
        json!(["baidu", "llm-product", "computer-science", null, "985", "master", null, 3, null, []]),
        json!([
            "minimax",
            "llm-product",
            "computer-science",
            null,
            "overseas",
            "master",
            null,
            null,
            null,
            ["unicorn"]
        ]),
        json!(["modelbest", "llm-product", "engineering", "211", "211", "master", null, null, null, ["unicorn"]]),
        json!([
            "baidu",
            "llm-product",
            "psychology",
            "211",
            null,
            "bachelor",
            null,
            null,
            null,
            ["non-typical-background"]
        ]),
        json!([
            "iflytek",
            "llm-product",
            "liberal-arts",
            "211",
            "211",
            "master",
            null,
            null,
            null,
            ["career-switch", "non-cs-bachelor"]
        ]),
        json!([
            "duxiaoman",
            "llm-product",
            "computer-science",
            null,
            "overseas",
            "master",
            null,
            null,
            "intern_conversion",
            []
        ]),
        json!([
            "kingsoft",
            "llm-strategy-product",
            "engineering",
            "985",
            "985",
            "master",
            null,
            null,
            null,
            ["career-switch"]
        ]),
        json!(["baidu", "llm-product", "engineering", null, "985", "master", null, 3, null, []]),
        json!(["bilibili", "llm-product", "technical-background", null, "211", "master", null, null, null, []]),
    ];
    let rows = rows(&app).await;
    assert_eq!(rows.len(), expected.len());
    for (row, expected) in rows.iter().zip(expected) {
        let found = json!([
            slug(&row["company"]),
            slug(&row["role"]),
            slug(&row["major"]),
            slug(&row["bachelor_tier"]),
            slug(&row["master_tier"]),
            row["highest_degree"],
            row["preparation_days"],
            row["interview_rounds"],
            row["offer_channel"],
            row["tags"],
        ]);
        assert_eq!(found, expected, "row {}", row["source_row"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_row_says_is_unknown_in_every_row() {
    let app = TestApp::seeded().await;
    for row in rows(&app).await {
        for field in [
            "role_track",
            "doctor_tier",
            "city",
            "offered_on",
            "offered_precision",
            "pay_annual_min",
            "pay_annual_max",
            "pay_monthly_base",
            "pay_months",
            "school",
            "bachelor_school",
        ] {
            assert_eq!(row.get(field), Some(&Value::Null), "{field} of row {}", row["source_row"]);
        }
        assert_eq!(row["verification"], "source_published");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn raw_cells_are_kept_verbatim_with_inner_spaces_and_quotes() {
    let app = TestApp::seeded().await;
    let article = include_str!("../seed/cases/llm-product-article.md");
    let rows = rows(&app).await;
    for (line, row) in article.lines().skip(2).zip(&rows) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let headers = ["公司", "Offer 类型", "专业", "院校/学历", "特点总结"];
        for (header, cell) in headers.iter().zip(cells) {
            assert_eq!(row["raw"][header], cell, "{header} of row {}", row["source_row"]);
        }
        assert_eq!(row["summary"], row["raw"]["特点总结"]);
    }
    assert_eq!(rows[7]["raw"]["院校/学历"], "211 本硕");
    assert_eq!(rows[0]["raw"]["特点总结"], "辅导 2 周上岸,“超全面面经+解析”");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_one_contradiction_of_the_article_is_told() {
    let app = TestApp::seeded().await;
    let rows = rows(&app).await;
    let with_conflict: Vec<&Value> =
        rows.iter().filter(|row| row["conflicts"].as_array().is_some_and(|told| !told.is_empty())).collect();
    assert_eq!(with_conflict.len(), 1);
    assert_eq!(with_conflict[0]["source_row"], 13);
    assert_eq!(with_conflict[0]["conflicts"], json!(["major says 工科, summary says 文科背景"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_control_totals_come_out_of_the_api() {
    let app = TestApp::seeded().await;
    for (parameters, expected) in [
        (vec![], 14),
        (vec![("company", "百度")], 3),
        (vec![("company", "科大讯飞")], 2),
        (vec![("company", "度小满")], 1),
        (vec![("company", "金山")], 1),
        (vec![("major", "工科")], 9),
        (vec![("major", "工学")], 9),
        (vec![("major", "工科"), ("major_exact", "true")], 5),
        (vec![("major", "计算机")], 4),
        (vec![("major", "技术背景")], 2),
        (vec![("major", "金融")], 1),
        (vec![("major", "心理学")], 1),
        (vec![("major", "文科")], 1),
        (vec![("highest_degree", "master")], 13),
        (vec![("highest_degree", "bachelor")], 1),
        (vec![("school_tier", "overseas")], 5),
        (vec![("school_tier", "985")], 4),
        (vec![("school_tier", "211")], 4),
        (vec![("school_tier", "hong_kong")], 1),
        (vec![("bachelor_tier", "!unknown")], 4),
    ] {
        assert_eq!(app.count_of(&parameters).await, expected, "{parameters:?}");
    }
    let by_company = app.get("/api/v1/stats", &[("group_by", "company")]).await.ok();
    assert_eq!(by_company["groups"].as_array().unwrap().len(), 11);
    for dimension in ["city", "school"] {
        let groups = app.get("/api/v1/stats", &[("group_by", dimension)]).await.ok()["groups"].clone();
        assert_eq!(
            (groups.as_array().unwrap().len(), &groups[0]["keys"][0]["value"]),
            (1, &json!("unknown")),
            "{dimension}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_share_of_baidu_is_three_fourteenths_with_its_wilson_interval() {
    let app = TestApp::seeded().await;
    let statistics = app.get("/api/v1/stats", &[("group_by", "company")]).await.ok();
    let baidu = &statistics["groups"][0];
    assert_eq!((&baidu["keys"][0]["value"], &baidu["count"]), (&json!("baidu"), &json!(3)));
    let percent = |value: &Value| (value.as_f64().unwrap() * 1000.0).round() / 10.0;
    let share = &baidu["share"];
    assert_eq!(share["denominator"], 14);
    assert_eq!((percent(&share["value"]), percent(&share["low"]), percent(&share["high"])), (21.4, 7.6, 47.6));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_answered_in_full() {
    let app = TestApp::seeded().await;
    let list = app.get("/api/v1/offer-cases", &[("major", "心理学")]).await.items();
    let id = list[0]["id"].as_str().unwrap();
    let answer = app.get(&format!("/api/v1/offer-cases/{id}"), &[("include", "raw,source,revisions")]).await;
    insta::assert_json_snapshot!(answer.ok(), { ".created_at" => "[time]", ".updated_at" => "[time]" });
}
