//! Groups with few cases of a source that wants them shown together.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::harness::{CaseBuilder, TestApp};
use crate::statistics::{counts, pay_of};

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
    assert_eq!((&statistics["total"], &statistics["suppressed"]), (&json!(10), &json!({"count": 3})));

    // One alone is shown as such: it is no secret, the cases stand in lists.
    let parameters = [("group_by", "company"), ("source", "own-records"), ("company", "!netease")];
    let statistics = app.get("/api/v1/stats", &parameters).await.ok();
    assert_eq!(counts(&statistics), BTreeMap::from([("tencent".to_owned(), 4), ("meituan".to_owned(), 3)]));
    assert_eq!(statistics["suppressed"], json!({"count": 2}));

    let facets = app.get("/api/v1/facets", &[("dimensions", "company"), ("source", "own-records")]).await.ok();
    let company = &facets["facets"][0];
    assert_eq!((&company["other"], &company["suppressed"]), (&Value::Null, &json!({"count": 3})));
    assert!(!company["values"].to_string().contains("netease"));
}

#[tokio::test(flavor = "multi_thread")]
async fn small_groups_of_two_dimensions_are_taken_together() {
    let app = TestApp::seeded().await;
    app.database.execute("update sources set min_group_size = 3 where slug = 'own-records'").await;
    let own = "(select id from sources where slug = 'own-records')";
    for (company, channel, cases) in [
        ("tencent", "campus", 5),
        ("tencent", "experienced", 1),
        ("tencent", "internship", 4),
        ("jd", "campus", 6),
        ("jd", "experienced", 3),
        ("jd", "internship", 7),
    ] {
        for number in 0..cases {
            CaseBuilder::new(&format!("{company}-{channel}-{number}"), company)
                .with_source(own)
                .with("offer_channel", format!("'{channel}'"))
                .with("pay_annual_min", "100000")
                .with("pay_annual_max", "100000")
                .store(&app.database)
                .await;
        }
    }
    let parameters = [("group_by", "company,offer_channel"), ("source", "own-records"), ("metrics", "count,share,pay")];
    let statistics = app.get("/api/v1/stats", &parameters).await.ok();
    let shown = [
        ("jd/campus", 6),
        ("jd/experienced", 3),
        ("jd/internship", 7),
        ("tencent/campus", 5),
        ("tencent/internship", 4),
    ];
    assert_eq!(counts(&statistics), shown.map(|(name, count)| (name.to_owned(), count)).into());
    assert_eq!(statistics["suppressed"], json!({"count": 1}));
    assert_eq!(statistics["matrix"]["counts"], json!([[6, 7, 3], [5, 4, null]]));
    assert!(statistics["notices"].to_string().contains("\"suppressed\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn few_figures_of_pay_have_no_percentiles() {
    let app = TestApp::seeded().await;
    app.database.execute("update sources set min_group_size = 3 where slug = 'own-records'").await;
    let own = "(select id from sources where slug = 'own-records')";
    for (company, currency, cases) in
        [("tencent", "CNY", 6), ("jd", "CNY", 4), ("meituan", "CNY", 1), ("meituan", "", 5), ("jd", "USD", 2)]
    {
        for number in 0..cases {
            let case = CaseBuilder::new(&format!("{company}-{currency}-{number}"), company).with_source(own);
            let case = if currency.is_empty() {
                case
            } else {
                case.with("pay_annual_min", "100000")
                    .with("pay_annual_max", "100000")
                    .with("pay_currency", format!("'{currency}'"))
            };
            case.store(&app.database).await;
        }
    }
    let parameters = [("group_by", "company"), ("source", "own-records"), ("metrics", "pay")];
    let statistics = app.get("/api/v1/stats", &parameters).await.ok();
    let told = |company: &str, currency: &str| -> Value {
        let pay = pay_of(&statistics, company).as_array().unwrap();
        let pay = pay.iter().find(|pay| pay["currency"] == currency).unwrap();
        json!([pay["n"], pay["reason"]])
    };
    assert_eq!(told("tencent", "CNY"), json!([6, null]));
    assert_eq!(told("meituan", "CNY"), json!([null, "suppressed"]), "one is too small");
    assert_eq!(told("jd", "CNY"), json!([4, null]));
    assert_eq!(told("jd", "USD"), json!([null, "suppressed"]));
    let notices = statistics["notices"].to_string();
    assert!(notices.contains("Pay is known of 13 of 18 cases"), "{notices}");

    CaseBuilder::new("one", "baidu").with_source(own).store(&app.database).await;
    let mixed = app.get("/api/v1/stats", &[("group_by", "source"), ("company", "baidu")]).await.ok();
    assert_eq!((counts(&mixed).len(), &mixed["suppressed"]), (1, &json!({"count": 1})));
}
