//! What a name would be taken for.

use serde_json::{Value, json};

use crate::harness::TestApp;

async fn resolve(app: &TestApp, kind: &str, q: &str) -> Value {
    app.get("/api/v1/resolve", &[("kind", kind), ("q", q)]).await.ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_resolved_with_how_it_was_found() {
    let app = TestApp::seeded().await;
    for (kind, q, resolved, method) in [
        ("company", "baidu", json!("baidu"), "slug"),
        ("company", "百度", json!("baidu"), "name"),
        ("company", "Ｂ 站", json!("bilibili"), "alias"),
        ("company", "头条", json!("bytedance"), "alias"),
        ("company", "今日头条", json!("bytedance"), "alias"),
        ("role", "大模型产品经理", json!("llm-product"), "alias"),
        ("major", "工科", json!("engineering"), "alias"),
        ("school", "浙大", json!("zhejiang-university"), "alias"),
        ("school_tier", "港", json!("hong_kong"), "alias"),
        ("tag", "独角兽", json!("unicorn"), "name"),
        ("source", "own-records", json!("own-records"), "slug"),
    ] {
        let answer = resolve(&app, kind, q).await;
        assert_eq!((&answer["resolved"], &answer["ambiguous"]), (&resolved, &json!(false)), "{kind} {q}: {answer}");
        let first = &answer["candidates"][0];
        assert_eq!(
            (&first["slug"], &first["method"], &first["score"]),
            (&resolved, &json!(method), &json!(1.0)),
            "{q}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ambiguous_name_gives_all_that_it_may_mean() {
    let app = TestApp::seeded().await;
    let slugs = |answer: &Value| -> Vec<Value> {
        let exact = answer["candidates"].as_array().unwrap().iter().filter(|it| it["method"] != "similar");
        exact.map(|it| it["slug"].clone()).collect()
    };
    // The name of the group, and an alias of its companies.
    let kingsoft = resolve(&app, "company", "金山").await;
    assert_eq!((&kingsoft["ambiguous"], &kingsoft["resolved"]), (&json!(true), &json!("kingsoft")));
    assert_eq!(slugs(&kingsoft), ["kingsoft", "kingsoft-cloud", "kingsoft-office", "seasun"]);
    // Only an alias of each.
    let citic = resolve(&app, "company", "中信").await;
    assert_eq!((&citic["ambiguous"], &citic["resolved"]), (&json!(true), &Value::Null));
    assert_eq!(slugs(&citic), ["citic", "citic-bank", "citic-securities"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_misspelt_name_gives_near_ones_and_nonsense_gives_none() {
    let app = TestApp::seeded().await;
    let near = resolve(&app, "company", "tencnet").await;
    let first = &near["candidates"][0];
    assert_eq!(
        (&near["resolved"], &first["slug"], &first["method"]),
        (&Value::Null, &json!("tencent"), &json!("similar"))
    );
    assert!(first["score"].as_f64().unwrap() < 1.0);
    let none = resolve(&app, "company", "qqqqzzzzxxxx").await;
    assert_eq!((&none["resolved"], &none["candidates"]), (&Value::Null, &json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_resolved_is_what_a_filter_takes() {
    let app = TestApp::seeded().await;
    for q in ["B站", "金山", "百度", "科大讯飞", "iFLYTEK", "Minimax", "滴滴出行"] {
        let resolved = resolve(&app, "company", q).await["resolved"].clone();
        let found = app.companies_of(&[("company", q)]).await;
        assert!(
            !found.is_empty() && found.iter().all(|company| resolved == json!(company)),
            "{q}: {resolved} {found:?}"
        );
    }
}
