//! Bad input: a clear error that names the parameter and says what is allowed, and never a 500.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_parameter_of_a_list_is_named_with_what_is_allowed() {
    let app = TestApp::seeded().await;
    // Query string, parameter, a part of the message, what was probably meant.
    let cases: &[(&str, &str, &str, Value)] = &[
        ("compny=baidu", "compny", "unknown parameter", json!("company")),
        ("Company=baidu", "Company", "unknown parameter", json!("company")),
        ("group_by=company", "group_by", "unknown parameter", Value::Null),
        ("company=baidoo", "company", "no company is called `baidoo`", json!("baidu")),
        ("company=baidu,,didi", "company", "nothing between two commas", Value::Null),
        ("company=!", "company", "`!`", Value::Null),
        ("company=%E4%B8%AD%E4%BF%A1", "company", "may mean several", Value::Null),
        ("company=a%00b", "company", "U+0000", Value::Null),
        ("company=%ff", "company", "UTF-8", Value::Null),
        ("school_tier=986", "school_tier", "no school tier is called `986`", json!("985")),
        ("bachelor_tier=abc", "bachelor_tier", "no school tier", Value::Null),
        ("highest_degree=masters", "highest_degree", "not allowed", json!("master")),
        ("tag=carer-switch", "tag", "no tag", json!("career-switch")),
        ("source=nope", "source", "no source", Value::Null),
        ("major=zzz", "major", "no major", Value::Null),
        ("major_exact=yes", "major_exact", "neither true nor false", Value::Null),
        ("company_kind=huge", "company_kind", "not allowed", Value::Null),
        ("role_track=platfrom", "role_track", "not allowed", json!("platform")),
        ("any_tier=986", "any_tier", "no school tier", json!("985")),
        ("school=zzzzzz", "school", "no school is called", Value::Null),
        ("school=%E5%B8%88%E5%A4%A7", "school", "may mean several", Value::Null),
        ("verification=document,paper", "verification", "`paper` is not allowed", Value::Null),
        ("has_conflict=1", "has_conflict", "neither true nor false", Value::Null),
        ("offered_on=2024-13", "offered_on", "`2024-13` is not a day, month or year", Value::Null),
        ("offered_on=2025..2024", "offered_on", "ends before it begins", Value::Null),
        ("offered_on=..", "offered_on", "has no end", Value::Null),
        ("offered_year=2024-05", "offered_year", "`2024-05` is not a year", Value::Null),
        ("offered_month=2024", "offered_month", "`2024` is not a month", Value::Null),
        ("offered_month=2024-13", "offered_month", "`2024-13` is not a month", Value::Null),
        ("offered_year=2025..2024", "offered_year", "ends before it begins", Value::Null),
        ("pay_currency=yuan", "pay_currency", "not an ISO 4217 code", Value::Null),
        ("pay_annual=many", "pay_annual", "not a whole number", Value::Null),
        ("pay_annual=200,000..300,000", "pay_annual", "write 200000..300000", Value::Null),
        ("pay_annual=200,000..", "pay_annual", "write 200000..300000", Value::Null),
        ("pay_annual=250,500..300,500", "pay_annual", "write 200000..300000", Value::Null),
        ("pay_annual=1,250", "pay_annual", "write 200000..300000", Value::Null),
        ("interview_rounds=03", "interview_rounds", "without zeros in front", Value::Null),
        ("page=2", "page", "`cursor` takes the `next_cursor`", Value::Null),
        ("offset=20", "offset", "`cursor` takes the `next_cursor`", Value::Null),
        ("pay_annual=-5..", "pay_annual", "not a whole number", Value::Null),
        ("interview_rounds=5..3", "interview_rounds", "ends before it begins", Value::Null),
        ("preparation_days=1.5", "preparation_days", "not a whole number", Value::Null),
        ("limit=0", "limit", "from 1 to 200", Value::Null),
        ("limit=201", "limit", "from 1 to 200", Value::Null),
        ("limit=-1", "limit", "from 1 to 200", Value::Null),
        ("limit=ten", "limit", "from 1 to 200", Value::Null),
        ("limit=1e1", "limit", "from 1 to 200", Value::Null),
        ("limit=99999999999999999999", "limit", "from 1 to 200", Value::Null),
        ("limit=5&limit=6", "limit", "more than once", Value::Null),
        ("sort=pay", "sort", "not allowed", Value::Null),
        ("sort=--company", "sort", "not allowed", json!("company")),
        ("sort=company,-company", "sort", "twice", Value::Null),
        ("sort=company,offered_on,pay_annual,created_at", "sort", "more than 3", Value::Null),
        ("cursor=abc", "cursor", "not a cursor", Value::Null),
        ("include=everything", "include", "not allowed", Value::Null),
        ("q=a%0Ab", "q", "U+000A", Value::Null),
    ];
    for bad in cases {
        check_bad(&app, "/api/v1/offer-cases?", bad).await;
    }
}

/// Checks that a query is refused for its one mistake.
async fn check_bad(app: &TestApp, target: &str, bad: &(&str, &str, &str, Value)) {
    let (query, parameter, message, did_you_mean) = bad;
    let problem = app.get_raw(&format!("{target}{query}")).await.problem(400);
    assert_eq!(problem["code"], "invalid_parameter", "{query}");
    let errors = problem["errors"].as_array().unwrap();
    let [error] = errors.as_slice() else { panic!("{query}: one mistake was made: {errors:?}") };
    assert_eq!(error["parameter"], *parameter, "{query}");
    assert!(error["message"].as_str().unwrap().contains(message), "{query}: {error}");
    if !did_you_mean.is_null() {
        assert_eq!(error.get("did_you_mean"), Some(did_you_mean), "{query}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_parameter_of_a_comparison_is_named_with_what_is_allowed() {
    let app = TestApp::seeded().await;
    // Query string, parameter, a part of the message, what was probably meant.
    let cases: &[(&str, &str, &str, Value)] = &[
        ("", "profile", "`major`, `highest_degree`, `school_tier`", Value::Null),
        ("filter.major=psychology", "profile", "at least one", Value::Null),
        ("major=", "profile", "at least one", Value::Null),
        ("major=zzz", "major", "no major is called `zzz`", Value::Null),
        ("major=psychology&major=finance", "major", "more than once", Value::Null),
        ("major=psychology,finance", "major", "one value", Value::Null),
        ("major=!psychology", "major", "no `!`", Value::Null),
        ("major=unknown", "major", "known values", Value::Null),
        ("company=baidoo", "company", "no company is called `baidoo`", json!("baidu")),
        ("company=%E4%B8%AD%E4%BF%A1", "company", "may mean several", Value::Null),
        ("company=a%00b", "company", "U+0000", Value::Null),
        ("school_tier=986", "school_tier", "no school tier is called `986`", json!("985")),
        ("bachelor_tier=985,211", "bachelor_tier", "one value", Value::Null),
        ("highest_degree=masters", "highest_degree", "not allowed", json!("master")),
        ("role=llm-produkt", "role", "no role", json!("llm-product")),
        ("role_track=platfrom", "role_track", "not allowed", json!("platform")),
        ("city=%E5%8C%97%E4%BA%AC,%E4%B8%8A%E6%B5%B7", "city", "one value", Value::Null),
        ("city=unknown", "city", "known values", Value::Null),
        ("tags=carer-switch", "tags", "no tag", json!("career-switch")),
        ("tags=unknown", "tags", "known values", Value::Null),
        ("tags=unicorn,", "tags", "nothing between two commas", Value::Null),
        ("offered_on=2024-13", "offered_on", "`2024-13` is not a day, month or year", Value::Null),
        ("offered_on=2024..2025", "offered_on", "is not a day, month or year", Value::Null),
        ("tag=unicorn&major=psychology", "tag", "unknown parameter", json!("tags")),
        ("major=psychology&limit=0", "limit", "from 1 to 50", Value::Null),
        ("major=psychology&limit=51", "limit", "from 1 to 50", Value::Null),
        ("major=psychology&weights=major", "weights", "`major:3`", Value::Null),
        ("major=psychology&weights=majr:3", "weights", "`majr` is not a dimension", json!("major")),
        ("major=psychology&weights=major:-1", "weights", "from 0 to 100", Value::Null),
        ("major=psychology&weights=major:100.001", "weights", "from 0 to 100", Value::Null),
        ("major=psychology&weights=major:1.2345", "weights", "3 decimals", Value::Null),
        ("major=psychology&weights=major:1e1", "weights", "from 0 to 100", Value::Null),
        ("major=psychology&weights=major:1,major:2", "weights", "twice", Value::Null),
        ("major=psychology&weights=major:0", "weights", "nothing is left", Value::Null),
        ("major=psychology&filter.company=baidoo", "filter.company", "no company is called", json!("baidu")),
        ("major=psychology&filter.compny=baidu", "filter.compny", "unknown parameter", json!("filter.company")),
        ("major=psychology&filter.tags=unicorn", "filter.tags", "unknown parameter", json!("filter.tag")),
        ("major=psychology&filter.limit=3", "filter.limit", "unknown parameter", Value::Null),
        ("major=psychology&filter.=3", "filter.", "unknown parameter", Value::Null),
        ("major=psychology&filter.q=a%0Ab", "filter.q", "U+000A", Value::Null),
        ("major=psychology&filter.offered_on=..", "filter.offered_on", "has no end", Value::Null),
        ("major=psychology&filter.has_conflict=1", "filter.has_conflict", "neither true nor false", Value::Null),
        ("major=psychology&school=zju", "school", "unknown parameter", Value::Null),
    ];
    for bad in cases {
        check_bad(&app, "/api/v1/comparable-cases?", bad).await;
    }
    let id = app.get("/api/v1/offer-cases", &[("major", "心理学")]).await.items()[0]["id"].clone();
    let of_case: &[(&str, &str, &str, Value)] = &[
        ("filter.company=baidu", "filter.company", "unknown parameter", Value::Null),
        ("company=baidoo", "company", "no company is called", json!("baidu")),
        ("tags=unicorn", "tags", "unknown parameter", json!("tag")),
        ("limit=51", "limit", "from 1 to 50", Value::Null),
        (
            "weights=major:0,highest_degree:0,school_tier:0,bachelor_tier:0,company:0,role:0,tags:0",
            "weights",
            "nothing is left",
            Value::Null,
        ),
    ];
    for bad in of_case {
        check_bad(&app, &format!("/api/v1/offer-cases/{}/comparable?", id.as_str().unwrap()), bad).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_name_within_another_is_proposed_before_one_that_is_spelt_nearly_so() {
    let app = TestApp::seeded().await;
    for (parameter, value, expected) in [
        ("company", "百度风投公司", "baidu"),
        ("company", "美团单车公司", "meituan"),
        ("company", "Huawei Technologies Deutschland", "huawei"),
        ("company", "深圳腾讯大厦", "tencent"),
        ("school", "清华大学附中（深圳）", "tsinghua-university"),
        ("school", "北京大学软微", "peking-university"),
        ("company", "tencant", "tencent"),
    ] {
        let problem = app.get("/api/v1/offer-cases", &[(parameter, value)]).await.problem(400);
        assert_eq!(problem["errors"][0]["did_you_mean"], expected, "{value}: {problem}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_mistakes_of_a_request_are_told_at_once() {
    let app = TestApp::seeded().await;
    let answer = app.get_raw("/api/v1/offer-cases?compny=x&school_tier=986&limit=0&highest_degree=phd").await;
    insta::assert_json_snapshot!(answer.problem(400), { ".request_id" => "[id]" });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_is_refused_with_another_order() {
    let app = TestApp::seeded().await;
    let page = app.get("/api/v1/offer-cases", &[("limit", "5"), ("sort", "company")]).await.ok();
    let cursor = page["next_cursor"].as_str().unwrap();
    let problem = app.get("/api/v1/offer-cases", &[("cursor", cursor)]).await.problem(400);
    let message = problem["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("sort=company") && message.contains("sort=-offered_on"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ambiguous_name_is_refused_with_what_it_may_mean() {
    let app = TestApp::seeded().await;
    let problem = app.get("/api/v1/offer-cases", &[("company", "中信")]).await.problem(400);
    assert_eq!(problem["errors"][0]["allowed"], json!(["citic", "citic-bank", "citic-securities"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_refuses_what_it_does_not_take() {
    let app = TestApp::seeded().await;
    for target in [
        "/api/v1/stats",
        "/api/v1/stats?group_by=company,role,city",
        "/api/v1/stats?group_by=company,company",
        "/api/v1/stats?group_by=company&limit=0",
        "/api/v1/stats?group_by=company,role&limit=201",
        "/api/v1/stats?group_by=company&metrics=mean",
        "/api/v1/stats?group_by=company&min_count=0",
        "/api/v1/stats?group_by=company&normalize=row",
        "/api/v1/stats?group_by=company&sort=pay_median",
        "/api/v1/stats?group_by=company&sort=-colour",
        "/api/v1/stats?group_by=colour",
        "/api/v1/charts/bar.svg",
        "/api/v1/charts/bar.svg?group_by=company,role",
        "/api/v1/charts/bar.svg?group_by=company&value=pay_median",
        "/api/v1/charts/bar.svg?group_by=company&limit=51",
        "/api/v1/charts/bar.svg?group_by=company&theme=pink",
        "/api/v1/charts/heatmap.svg?group_by=company",
        "/api/v1/charts/heatmap.svg?group_by=company,role&lang=fr",
        "/api/v1/charts/box.svg?group_by=company&metrics=pay",
        "/api/v1/charts/box.svg?group_by=company&normalize=row",
        "/api/v1/imports?limit=0",
        "/api/v1/imports?cursor=%21",
        "/api/v1/imports/x",
        "/api/v1/imports/1?x=1",
        "/api/v1/facets?dimensions=colour",
        "/api/v1/facets?limit=0",
        "/api/v1/comparable-cases",
        "/api/v1/comparable-cases?limit=5&filter.company=baidu",
        "/api/v1/offer-cases/not-a-uuid/comparable",
        "/api/v1/resolve?kind=company",
        "/api/v1/resolve?q=x",
        "/api/v1/resolve?kind=colour&q=x",
        "/api/v1/resolve?kind=company&q=",
        "/api/v1/resolve?kind=company&q=a%0Ab",
        "/api/v1/companies?kind=huge",
        "/api/v1/companies?cursor=%21",
        "/api/v1/companies/baidu?x=1",
        "/api/v1/majors?x=1",
        "/api/v1/roles?family=cooking",
        "/api/v1/school-tiers?limit=1",
        "/api/v1/schools?tier=986",
        "/api/v1/schools?country=XX",
        "/api/v1/tags?x=1",
        "/api/v1/sources?x=1",
        "/api/v1/guide?lang=fr",
        "/api/v1/offer-cases/not-a-uuid",
        "/health/live?x=1",
        "/health/ready?x=1",
    ] {
        let problem = app.get_raw(target).await.problem(400);
        assert_eq!(problem["errors"].as_array().unwrap().len(), 1, "{target}: {problem}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_404_with_what_may_have_been_meant() {
    let app = TestApp::seeded().await;
    for (path, did_you_mean) in [
        ("/api/v1/offer-cases/00000000-0000-4000-8000-000000000000", Value::Null),
        ("/api/v1/offer-cases/00000000-0000-4000-8000-000000000000/comparable", Value::Null),
        ("/api/v1/companies/baido", json!("baidu")),
        ("/api/v1/companies/B%E7%AB%99", json!("bilibili")),
        ("/api/v1/majors/computers", Value::Null),
        ("/api/v1/roles/llm-produkt", json!("llm-product")),
        ("/api/v1/school-tiers/986", json!("985")),
        ("/api/v1/schools/zhejiang-universty", json!("zhejiang-university")),
        ("/api/v1/tags/unicorns", json!("unicorn")),
        ("/api/v1/sources/article", Value::Null),
        ("/api/v1/offer-case", json!("/api/v1/offer-cases")),
        ("/offer-cases", json!("/api/v1/offer-cases")),
        ("/nope", Value::Null),
        ("/api/v1/%00", Value::Null),
        ("/api/v1/companies/%ff", Value::Null),
    ] {
        let answer = app.get_raw(path).await;
        let problem = answer.problem(if answer.status == 400 { 400 } else { 404 });
        if !did_you_mean.is_null() {
            assert_eq!(problem["did_you_mean"], did_you_mean, "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_path_with_another_method_is_405_with_what_is_allowed() {
    let app = TestApp::seeded().await;
    let paths = ["/api/v1/offer-cases", "/api/v1/stats", "/api/v1/companies/baidu", "/health/ready", "/openapi.json"];
    for path in paths {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::TRACE] {
            let answer = app.request(method.clone(), path, &[]).await;
            let problem = answer.problem(405);
            assert_eq!(
                (&problem["code"], answer.header("allow")),
                (&json!("method_not_allowed"), "GET, HEAD"),
                "{method} {path}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn head_answers_like_get_without_a_body_and_a_slash_at_the_end_does_no_harm() {
    let app = TestApp::seeded().await;
    let head = app.request(Method::HEAD, "/api/v1/offer-cases", &[]).await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
    assert!(!head.header("dataset-version").is_empty());
    assert_eq!(app.get_raw("/api/v1/offer-cases/").await.items().len(), 14);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_id_is_taken_over_when_it_is_fit_to_be_logged() {
    let app = TestApp::seeded().await;
    let answer = |id: &'static str| app.request(Method::GET, "/api/v1/tags", vec![("x-request-id", id)].leak());
    assert_eq!(answer("abc-123").await.header("x-request-id"), "abc-123");
    for unfit in ["a b", "<script>", ""] {
        let given = answer(unfit).await;
        assert_eq!(given.header("x-request-id").len(), 36, "{unfit:?} gives a new one");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_goes_on_and_on_is_answered_soon() {
    let app = TestApp::seeded().await;
    for repeated in
        ["广东", "广东省", "内蒙古", "中国广东", "北京 ", "北京市", "(北京)", "beijing", "a ", "0", "市", "自治州"]
    {
        let name: String = repeated.chars().cycle().take(100).collect();
        for parameter in ["city", "province", "company", "school", "major", "role"] {
            let query = [(parameter, name.as_str())];
            let answered = app.get("/api/v1/offer-cases", &query);
            // Where what is tried doubles with each word, no time is enough.
            let answer = tokio::time::timeout(Duration::from_secs(30), answered).await;
            let status = answer.unwrap_or_else(|_| panic!("no answer to {parameter}={name}")).status;
            assert!(matches!(status, 200 | 400), "{status}: {parameter}={name}");
        }
    }
}
