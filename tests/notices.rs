//! What must be known to read an answer stands in it.

use serde_json::{Value, json};

use crate::harness::page::Page;
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

#[tokio::test(flavor = "multi_thread")]
async fn that_cases_are_made_up_comes_first_in_plain_sight_and_stands_under_pictures() {
    let app = TestApp::seeded().await;
    app.database.execute("update sources set kind = 'synthetic' where slug = 'own-records'").await;
    let own = "(select id from sources where slug = 'own-records')";
    CaseBuilder::new("made-up", "jd").with_source(own).store(&app.database).await;
    let made_up = "1 of 15 cases are from “Own records”. It is made up, and says nothing of the real world.";

    let statistics = app.get("/api/v1/stats", &[("group_by", "company")]).await.ok();
    let told: Vec<&str> =
        statistics["notices"].as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap()).collect();
    assert_eq!(told[..3], ["offers_only", "synthetic", "source"], "made up before the source of most cases");
    assert_eq!(statistics["notices"][1]["message_en"], made_up);

    let picture = app.get("/api/v1/charts/bar.svg", &[("group_by", "company"), ("lang", "en")]).await.text;
    let foot = &picture[..picture.rfind("no success rate").unwrap()];
    assert!(foot.rfind("1 of 15 cases are from “Own records”").is_some(), "{picture}");

    let charts = "/explore?view=chart&group_by=major&lang=en";
    let page = Page::ok(&app, charts).await;
    assert_eq!(page.text(&[".made-up"]), made_up);
    assert!(!page.text(&[".notices"]).contains("made up"), "it is said once");
    // What can be done about a notice is a link to the same page with that done.
    let remedies = page.attributes(&[".in-sight", ".remedy"], "href");
    let with = |parameter: &str| format!("/explore?view=chart&{parameter}&lang=en");
    assert_eq!(remedies[..2], [with("group_by=major_class"), with("group_by=major_discipline")]);
    for link in remedies {
        let told = Page::ok(&app, &link).await.texts(&[".in-sight"]);
        assert!(!told.iter().any(|text| text.contains("contain one another")), "{link}: {told:?}");
    }
    assert!(Page::ok(&app, &format!("{charts}&source=llm-product-article")).await.texts(&[".made-up"]).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_be_done_about_a_notice_can_be_sent_with_any_request_that_has_it() {
    let app = TestApp::seeded().await;
    for number in 0..16 {
        let case = CaseBuilder::new(&format!("remedy-{number}"), ["jd", "netease"][number % 2]);
        let pay = (250_000 + 10_000 * number).to_string();
        let case = case.with("pay_annual_min", &pay).with("pay_annual_max", &pay).with("offered_precision", "'year'");
        let major = ["computer-science", "computer-science-and-technology"][number / 8];
        case.with("offered_on", format!("'{}-01-01'", 2024 + number / 8))
            .with("major_id", format!("(select id from majors where slug = '{major}')"))
            .store(&app.database)
            .await;
    }
    let mut sent = 0;
    for target in [
        "/api/v1/stats?group_by=major&metrics=pay",
        "/api/v1/stats?group_by=major,major_class&metrics=pay",
        "/api/v1/stats?group_by=company,highest_degree&metrics=share,pay",
        "/api/v1/stats?group_by=company&metrics=pay&compare=jd,netease",
        "/api/v1/stats?group_by=company&metrics=pay&compare=jd,netease&adjust=highest_degree",
        "/api/v1/stats?group_by=major&metrics=pay&compare=computer-science-and-technology,finance",
        "/api/v1/stats?histogram=pay",
        "/api/v1/stats/position?pay_annual=300000",
        "/api/v1/offer-cases?sort=pay_annual",
    ] {
        let (path, query) = target.split_once('?').unwrap();
        let answer = app.get_raw(target).await.ok();
        let notices = answer["notices"].as_array().unwrap();
        for remedy in notices.iter().filter_map(|notice| notice["remedies"].as_array()).flatten() {
            let parameter = remedy["parameter"].as_str().unwrap();
            let value = remedy["value"].as_str().unwrap_or("unknown");
            let others = query.split('&').filter(|pair| !pair.starts_with(&format!("{parameter}=")));
            let changed: Vec<_> = others.map(str::to_owned).chain([format!("{parameter}={value}")]).collect();
            let changed = format!("{path}?{}", changed.join("&"));
            assert_eq!(app.get_raw(&changed).await.status, 200, "{remedy} of {target}: {changed}");
            sent += 1;
        }
    }
    assert!(sent >= 10, "{sent}");
}
