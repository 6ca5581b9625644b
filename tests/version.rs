//! The version of the data, and what is kept in memory of it.

use crate::harness::{CaseBuilder, TestApp};

async fn version(app: &TestApp) -> i64 {
    app.get_raw("/api/v1/tags").await.header("dataset-version").split('-').next().unwrap().parse().expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_of_data_raises_the_version_and_nothing_else_does() {
    let app = TestApp::seeded().await;
    let before = version(&app).await;
    for (sql, raises) in [
        ("update companies set name = name || '!' where slug = 'baidu'", true),
        ("update companies set name = name where false", false),
        ("delete from role_aliases where alias = 'no such alias'", false),
        ("update offer_cases set city_id = (select id from cities where slug = 'beijing') where source_row = 1", true),
        ("update guide_entries set title = title || '!' where slug = 'curious'", true),
        ("delete from company_aliases where alias = 'B站'", true),
        ("select 1", false),
    ] {
        let before = version(&app).await;
        app.database.execute(sql).await;
        assert_eq!(version(&app).await > before, raises, "{sql}");
    }
    CaseBuilder::new("new", "tencent").store(&app.database).await;
    assert!(version(&app).await > before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_reference_data_shows_in_the_next_answer() {
    let app = TestApp::seeded().await;
    assert_eq!(app.companies_of(&[("company", "B站")]).await, ["bilibili"]);
    app.database.execute("update companies set name = '哔站' where slug = 'bilibili'").await;
    let case = &app.get("/api/v1/offer-cases", &[("company", "哔站")]).await.items()[0];
    assert_eq!(case["company"]["name"], "哔站");
    app.database.execute("delete from company_aliases where alias = 'B站'").await;
    app.get("/api/v1/offer-cases", &[("company", "B站")]).await.problem(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_of_a_case_keeps_the_earlier_row() {
    let app = TestApp::seeded().await;
    app.database
        .execute("update offer_cases set city_id = (select id from cities where slug = 'beijing') where source_row = 1")
        .await;
    app.database
        .execute(
            "update offer_cases set city_id = (select id from cities where slug = 'shanghai') where source_row = 1",
        )
        .await;
    let list = app.get("/api/v1/offer-cases", &[("company", "stepfun"), ("include", "revisions")]).await.items();
    let case = &list[0];
    assert_eq!((&case["revision"], &case["city"]["name"]), (&3.into(), &"上海".into()));
    let earlier: Vec<_> = case["revisions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (&it["revision"], &it["earlier"]["city"]["name"]))
        .collect();
    assert_eq!(earlier, [(&2.into(), &"北京".into()), (&1.into(), &serde_json::Value::Null)]);
}
