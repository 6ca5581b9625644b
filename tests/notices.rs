//! What must be known to read an answer stands in it.

use serde_json::{Value, json};

use crate::harness::{CaseBuilder, TestApp};

#[tokio::test(flavor = "multi_thread")]
async fn notices_say_in_both_languages_that_no_success_rate_can_be_read() {
    let app = TestApp::seeded().await;
    let notices = app.get("/api/v1/stats", &[("group_by", "role")]).await.ok()["notices"].clone();
    let text = notices.to_string();
    for part in ["成功率", "no success rate", "All 14 cases", "advertisement", "广告"] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_of_several_years_and_groups_of_several_sources_say_so() {
    let app = TestApp::seeded().await;
    let own = "(select id from sources where slug = 'own-records')";
    for number in 0..6 {
        let case = CaseBuilder::new(&format!("years-{number}"), "jd").with("pay_annual_min", "300000");
        let case = case.with("pay_annual_max", "300000").with("offered_precision", "'year'");
        let case = if number == 0 { case } else { case.with_source(own) };
        let year = if number < 3 { "2024" } else { "2025" };
        case.with("offered_on", format!("'{year}-01-01'")).store(&app.database).await;
    }
    let ask = async |more: &[(&str, &str)]| {
        let parameters = [&[("company", "jd"), ("metrics", "pay")][..], more].concat();
        app.get("/api/v1/stats", &parameters).await.ok()
    };
    let is_told = |answer: &Value| answer["notices"].to_string().contains("\"mixed_years\"");
    let mixed = ask(&[("group_by", "company")]).await;
    assert!(is_told(&mixed), "{}", mixed["notices"]);
    assert_eq!(mixed["groups"][0]["sources"], json!({"count": 2, "largest_share": 0.833_333}));
    assert!(!is_told(&ask(&[("group_by", "offered_year")]).await));
    assert!(!is_told(&ask(&[("group_by", "company,offered_month")]).await));
    assert!(!is_told(&ask(&[("group_by", "company"), ("offered_year", "2024")]).await));
    for target in ["/api/v1/stats?histogram=pay&company=jd", "/api/v1/stats/position?pay_annual=300000&company=jd"] {
        assert!(is_told(&app.get_raw(target).await.ok()), "{target}");
    }
    let of_one = ask(&[("group_by", "company"), ("source", "own-records")]).await;
    assert_eq!(of_one["groups"][0].get("sources"), None);
    // What is true of all that is stored is told wherever cases are.
    for target in ["/api/v1/offer-cases", "/api/v1/offer-cases?fields=id", "/api/v1/facets"] {
        assert_eq!(app.get_raw(target).await.ok()["notices"][0]["code"], "offers_only", "{target}");
    }
    let link = "</api/v1/offer-cases>; rel=\"describedby\"; type=\"application/json\"";
    assert_eq!(app.get_raw("/api/v1/offer-cases.csv").await.header("link"), link);
    for file in ["csv?company=jd&bom=true", "ndjson?company=jd", "xlsx?company=jd"] {
        let answer = app.get_raw(&format!("/api/v1/offer-cases.{file}")).await;
        let link = "</api/v1/offer-cases?company=jd>; rel=\"describedby\"; type=\"application/json\"";
        assert_eq!(answer.header("link"), link, "{file}");
    }
}
