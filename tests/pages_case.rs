//! The page of a case shows all that is known of it, and where it comes from.

use serde_json::Value;

use crate::harness::page::{Page, parameters_of};
use crate::harness::{CaseBuilder, TestApp, TestDatabase};

async fn whole(app: &TestApp, id: &str) -> Value {
    app.get(&format!("/api/v1/offer-cases/{id}"), &[("include", "raw,source,revisions")]).await.ok()
}

async fn ids(app: &TestApp) -> Vec<String> {
    let cases = app.get("/api/v1/offer-cases", &[("limit", "200"), ("fields", "id")]).await.items();
    cases.iter().map(|case| case["id"].as_str().unwrap().to_owned()).collect()
}

fn is_known(value: &Value) -> bool {
    !value.is_null() && value.as_array().is_none_or(|values| !values.is_empty())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_field_is_shown_with_its_value_or_as_unknown_and_each_cell_with_what_became_of_it() {
    let app = TestApp::seeded().await;
    for id in ids(&app).await {
        let case = whole(&app, &id).await;
        for language in ["zh", "en"] {
            let page = Page::ok(&app, &format!("/cases/{id}?lang={language}")).await;
            for (name, value) in case.as_object().unwrap() {
                if ["id", "raw", "revisions"].contains(&name.as_str()) {
                    continue;
                }
                let known = page.texts(&["section.fields", &format!("div[data-field={name}]")]);
                let unknown = page.texts(&["section.fields", &format!("span[data-field={name}]")]);
                assert_eq!((known.len(), unknown.len()), if is_known(value) { (1, 0) } else { (0, 1) }, "{id} {name}");
                let called = value.get(if language == "zh" { "name" } else { "name_en" }).and_then(Value::as_str);
                assert!(called.is_none_or(|called| known[0].contains(called)), "{name}: {known:?} {value}");
            }
            let raw = case["raw"].as_object().unwrap();
            assert_eq!(page.texts(&["section.raw", "tbody", "th"]), raw.keys().cloned().collect::<Vec<_>>());
            let shown = page.texts(&["section.raw", "tbody", "td"]);
            for (index, cell) in raw.values().enumerate() {
                assert_eq!(shown[2 * index], cell.as_str().unwrap().trim(), "{id}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_a_value_stands_the_cell_that_it_comes_from_and_by_what_it_was_found() {
    let app = TestApp::seeded().await;
    let raw = r#"'{"公司": "B站", "岗位": "高级产品经理", "专业": "心理学", "学历": "211本科", "薪资": "25k*15", "日期": "2025-03", "奇怪": "x"}'"#;
    let case = CaseBuilder::new("told", "bilibili")
        .with_role("product-manager")
        .with("raw", raw)
        .with("major_id", "(select id from majors where slug = 'psychology')")
        .with("highest_degree", "'bachelor'")
        .with("pay_annual_min", "375000")
        .with("pay_annual_max", "400000")
        .with("offered_on", "'2025-03-01'")
        .with("offered_precision", "'month'");
    case.store(&app.database).await;
    let id = app.database.value("select id::text from offer_cases where source_key = 'told'").await;
    let page = Page::ok(&app, &format!("/cases/{id}?lang=en")).await;
    for (field, cell, rule) in [
        ("company", "B站", "found by another name of it"),
        ("role", "高级产品经理", "a name that the text says"),
        ("major", "心理学", "found by its name"),
        ("highest_degree", "211本科", "by the word for it"),
        ("pay_annual_min", "25k*15", "pay of a month times the months"),
        ("offered_on", "2025-03", "the date in it"),
        // Somebody has put it right.
        ("pay_annual_max", "25k*15", "would be read otherwise today"),
    ] {
        let origin = page.text(&[&format!("div[data-field={field}]"), ".origin"]);
        assert!(origin.contains(cell) && origin.contains(rule), "{field}: {origin}");
    }
    let cells = page.texts(&["section.raw", "tbody", "tr"]);
    let strange = cells.iter().find(|row| row.starts_with("奇怪")).unwrap();
    assert!(strange.contains("Not used"), "{cells:?}");
    let page = Page::ok(&app, &format!("/cases/{id}?lang=zh")).await;
    let origin = page.text(&["div[data-field=company]", ".origin"]);
    assert!(origin.contains("按别名找到"), "{origin}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_whose_columns_nobody_knows_is_shown_all_the_same() {
    let app = TestApp::seeded().await;
    let case = CaseBuilder::new("odd", "baidu").with("raw", r#"'{"谁": "百度", "干啥": "产品", "备注": "好"}'"#);
    case.with("summary", "'好'").store(&app.database).await;
    let id = app.database.value("select id::text from offer_cases where source_key = 'odd'").await;
    let page = Page::ok(&app, &format!("/cases/{id}?lang=en")).await;
    assert_eq!(page.texts(&["section.raw", "tbody", "th"]).len(), 3);
    let origin = page.text(&["div[data-field=summary]", ".origin"]);
    assert!(origin.contains("备注") && origin.contains("by the name of the column"), "{origin}");
}

#[tokio::test(flavor = "multi_thread")]
async fn earlier_states_say_what_the_next_one_changed() {
    let app = TestApp::seeded().await;
    let case = CaseBuilder::new("changed", "baidu").with("pay_annual_max", "300000").with("pay_annual_min", "300000");
    case.with("highest_degree", "'bachelor'").with("raw", r#"'{"a": "1", "b": "2"}'"#).store(&app.database).await;
    let mine = "where source_key = 'changed'";
    app.database.execute(&format!("update offer_cases set pay_annual_max = 320000 {mine}")).await;
    let to_tencent = "company_id = (select id from companies where slug = 'tencent')";
    let raw = r#"raw = '{"a": "1", "b": "3"}'"#;
    app.database.execute(&format!("update offer_cases set {to_tencent}, highest_degree = null, {raw} {mine}")).await;
    let id = app.database.value(&format!("select id::text from offer_cases {mine}")).await;
    let page = Page::ok(&app, &format!("/cases/{id}?lang=en")).await;
    assert_eq!(page.attributes(&["section.revisions", "li[data-revision]"], "data-revision"), ["2", "1"]);
    let last = page.texts(&["section.revisions", "li[data-revision=2]", "li[data-field]"]);
    assert_eq!(
        last,
        [
            "Company: was Baidu → became Tencent",
            "Highest degree: was Bachelor → became Unknown",
            "Row as read: was b: 2 → became b: 3"
        ]
    );
    let first = page.texts(&["section.revisions", "li[data-revision=1]", "li[data-field]"]);
    assert_eq!(first, ["Annual pay, to: was 300000 → became 320000"]);
    let revisions = whole(&app, &id).await["revisions"].clone();
    assert_eq!(revisions.as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn similar_cases_are_those_of_the_api_and_all_others_are_a_link_away() {
    let app = TestApp::seeded().await;
    let id = ids(&app).await.remove(0);
    let found = app.get(&format!("/api/v1/offer-cases/{id}/comparable"), &[("limit", "5")]).await.ok();
    let page = Page::ok(&app, &format!("/cases/{id}?lang=en")).await;
    let scores: Vec<f64> = found["items"].as_array().unwrap().iter().map(|it| it["score"].as_f64().unwrap()).collect();
    assert_eq!(page.figures(&["section.similar", "data"]), scores);
    let href = page.attributes(&["section.similar", "a.button"], "href").remove(0);
    let parameters = parameters_of(&href);
    let pairs: Vec<(&str, &str)> = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let profile = app.get("/api/v1/comparable-cases", &pairs).await.ok()["profile"].clone();
    assert_eq!(profile, found["profile"]);
    // The case is most like itself.
    let compared = Page::ok(&app, &href).await;
    assert!(compared.figures(&[".comparison", ".score", "data"])[0] > 0.999);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_source_is_told_with_what_biases_it() {
    let app = TestApp::seeded().await;
    let id = ids(&app).await.remove(0);
    for (language, bias) in [("zh", "只挑选成功案例"), ("en", "which picks successes")] {
        let text = Page::ok(&app, &format!("/cases/{id}?lang={language}")).await.text(&["section.source"]);
        assert!(text.contains(bias), "{text}");
    }
    app.database.execute("update sources set url = 'javascript:alert(1)' where slug = 'llm-product-article'").await;
    let page = Page::ok(&app, &format!("/cases/{id}?lang=en")).await;
    assert!(page.text(&["section.source"]).contains("javascript:alert(1)"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_is_not_there_is_told_on_a_page() {
    let app = TestApp::seeded().await;
    let (page, answer) = Page::at(&app, "/cases/00000000-0000-4000-8000-000000000000?lang=zh").await;
    assert_eq!(answer.status, 404);
    assert!(page.text(&["main"]).contains("没有案例"));
    let (page, answer) = Page::at(&app, "/cases/12?lang=en").await;
    assert_eq!(answer.status, 400);
    assert!(page.text(&["main"]).contains("is not a UUID"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_wrote_is_text() {
    let database = TestDatabase::new(true).await;
    let hostile = "<script>alert(1)</script>\"onmouseover=\"x javascript:alert(1) \u{202e}&lt;b>";
    let json = serde_json::json!({"公司": hostile, "岗位": "产品经理", hostile: hostile}).to_string();
    let names = format!("name = '{hostile}', name_en = '{hostile}'");
    database.execute(&format!("update companies set {names} where slug = 'baidu'")).await;
    let case =
        CaseBuilder::new("hostile", "baidu").with("raw", format!("'{json}'")).with("summary", format!("'{hostile}'"));
    case.with("conflicts", format!("array['{}']", hostile.replace('\'', "''"))).store(&database).await;
    database.execute("update offer_cases set summary = 'x' || summary where source_key = 'hostile'").await;
    let app = TestApp::on(database).await;
    let id = app.database.value("select id::text from offer_cases where source_key = 'hostile'").await;
    for language in ["zh", "en"] {
        let page = Page::ok(&app, &format!("/cases/{id}?lang={language}")).await;
        assert!(page.text(&["h1"]).starts_with(hostile));
        assert_eq!(page.texts(&["div[data-field=summary]", "dd"])[0], format!("x{hostile}"));
        assert!(page.texts(&["section.raw", "tbody", "th"]).iter().any(|header| header == hostile));
        assert!(page.texts(&["section.raw", "tbody", "td"]).iter().any(|cell| cell == hostile));
        assert!(page.text(&["section.revisions"]).contains(hostile));
    }
}
