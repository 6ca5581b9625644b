//! Conditional requests, and pages of other origins.

use reqwest::Method;

use crate::harness::{CaseBuilder, TestApp};

const LISTS: &[&str] = &[
    "/api/v1/offer-cases?company=baidu",
    "/api/v1/stats?group_by=company",
    "/api/v1/facets",
    "/api/v1/companies",
    "/api/v1/majors",
    "/api/v1/sources",
    "/api/v1/guide",
];

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_the_client_has_is_304_until_anything_changes() {
    let app = TestApp::seeded().await;
    for target in LISTS {
        let first = app.get_raw(target).await;
        let etag = first.header("etag").to_owned();
        assert!(etag.starts_with("W/\""), "{target}: {etag:?}");
        for given in [etag.clone(), format!("\"other\", {etag}")] {
            let again = app.request(Method::GET, target, &[("if-none-match", &given)]).await;
            assert_eq!((again.status, again.text.as_str(), again.header("etag")), (304, "", etag.as_str()), "{target}");
            assert!(!again.header("cache-control").is_empty() && !again.header("vary").is_empty(), "{target}");
        }
        let stale = app.request(Method::GET, target, &[("if-none-match", "\"other\"")]).await;
        assert_eq!(stale.status, 200, "{target}");

        CaseBuilder::new(target, "tencent").store(&app.database).await;
        let changed = app.request(Method::GET, target, &[("if-none-match", &etag)]).await;
        assert_eq!(changed.status, 200, "{target}");
        assert_ne!(changed.header("etag"), etag, "{target}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_has_any_answer_gets_none_where_there_is_one() {
    let app = TestApp::seeded().await;
    let any = [("if-none-match", "*")];
    let case = app.get("/api/v1/offer-cases", &[("limit", "1")]).await.items()[0]["id"].as_str().unwrap().to_owned();
    for (target, expected) in [
        ("/api/v1/offer-cases".to_owned(), 304),
        ("/api/v1/offer-cases?q=%E4%BA%A7%E5%93%81".to_owned(), 304),
        (format!("/api/v1/offer-cases/{case}"), 304),
        ("/api/v1/stats?group_by=company".to_owned(), 304),
        ("/api/v1/charts/bar.svg?group_by=company".to_owned(), 304),
        ("/openapi.json".to_owned(), 304),
        ("/api/v1/offer-cases/00000000-0000-4000-8000-000000000000".to_owned(), 404),
        ("/api/v1/companies/no-such-company".to_owned(), 404),
        ("/api/v1/offer-cases?limit=0".to_owned(), 400),
        ("/api/v1/stats?group_by=nothing".to_owned(), 400),
        ("/health/live".to_owned(), 200),
    ] {
        let answer = app.request(Method::GET, &target, &any).await;
        assert_eq!((answer.status, answer.text.is_empty()), (expected, expected == 304), "{target}");
        if expected == 304 {
            assert!(!answer.header("etag").is_empty() && answer.header("content-type").is_empty(), "{target}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_are_in_the_language_that_is_asked_for_and_else_in_the_one_preferred() {
    let app = TestApp::seeded().await;
    for (accepted, query, expected) in [
        ("", "", "zh"),
        ("en", "", "en"),
        ("en-GB,en;q=0.9", "", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "", "zh"),
        ("fr;q=0.9,de, en;q=0.2, zh;q=0.1", "", "en"),
        ("fr", "", "zh"),
        ("*", "", "zh"),
        ("nonsense;;q=x", "", "zh"),
        ("en", "?lang=zh", "zh"),
        ("zh", "?lang=en", "en"),
    ] {
        let headers = [("accept-language", accepted)];
        let guide = app.request(Method::GET, &format!("/api/v1/guide{query}"), &headers).await;
        assert_eq!(guide.ok()["lang"], expected, "{accepted} {query}");
        assert!(guide.header("vary").contains("Accept-Language"), "{guide:?}");
        let target = format!("/api/v1/charts/bar.svg?group_by=company{}", query.replace('?', "&"));
        let chart = app.request(Method::GET, &target, &headers).await;
        let is_english = chart.text.contains("Company") && !chart.text.contains("公司");
        assert_eq!(is_english, expected == "en", "{accepted} {query}: {}", chart.text);
    }
    let tag = async |accepted| {
        let answer = app.request(Method::GET, "/api/v1/guide", &[("accept-language", accepted)]).await;
        answer.header("etag").to_owned()
    };
    assert_ne!(tag("en").await, tag("zh").await, "what is kept of one language is no answer in the other");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_the_program_are_kept_until_it_is_another() {
    let app = TestApp::seeded().await;
    for target in ["/openapi.json", "/api/v1/meta", "/docs/index.html", "/docs/swagger-ui.css"] {
        let first = app.get_raw(target).await;
        assert_eq!((first.status, first.header("cache-control")), (200, "no-cache"), "{target}");
        assert_eq!(first.header("x-content-type-options"), "nosniff", "{target}");
        let again = app.request(Method::GET, target, &[("if-none-match", first.header("etag"))]).await;
        assert_eq!((again.status, again.text.as_str()), (304, ""), "{target}");
    }
    assert_eq!(app.get_raw("/docs/no-such-file").await.header("etag"), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_has_a_tag_of_its_own_and_the_time_of_the_last_change() {
    let app = TestApp::seeded().await;
    let mut tags = std::collections::BTreeSet::new();
    for target in LISTS {
        let answer = app.get_raw(target).await;
        assert!(tags.insert(answer.header("etag").to_owned()), "{target}");
        let modified =
            chrono::NaiveDateTime::parse_from_str(answer.header("last-modified"), "%a, %d %b %Y %H:%M:%S GMT");
        assert!(modified.is_ok(), "{target}: {answer:?}");
    }
    let health = app.get_raw("/health/ready").await;
    assert_eq!(health.header("etag"), "", "health is never cached");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_the_configured_origins_may_read_and_no_others() {
    let app = TestApp::seeded().await;
    let ask = async |origin: &str| app.request(Method::GET, "/api/v1/tags", &[("origin", origin)]).await;
    let allowed = ask("https://example.org").await;
    assert_eq!((allowed.status, allowed.header("access-control-allow-origin")), (200, "https://example.org"));
    let exposed = allowed.header("access-control-expose-headers").to_lowercase();
    for header in ["etag", "dataset-version", "x-request-id", "retry-after", "link", "last-modified"] {
        assert!(exposed.contains(header), "{header} is not exposed: {exposed}");
    }
    let other = ask("https://elsewhere.example").await;
    assert_eq!(other.header("access-control-allow-origin"), "");

    let preflight = [("origin", "https://example.org"), ("access-control-request-method", "GET")];
    let answer = app.request(Method::OPTIONS, "/api/v1/tags", &preflight).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, "https://example.org"));
    for header in
        ["content-type", "cache-control", "if-modified-since", "x-requested-with", "authorization", "traceparent"]
    {
        let preflight = [preflight[0], preflight[1], ("access-control-request-headers", header)];
        let answer = app.request(Method::OPTIONS, "/api/v1/tags", &preflight).await;
        let allowed = answer.header("access-control-allow-headers").to_lowercase();
        assert!(answer.status == 200 && (allowed == "*" || allowed.contains(header)), "{header}: {answer:?}");
    }
    // An error can be read by the page too.
    let problem = app.request(Method::GET, "/api/v1/tags?x=1", &[("origin", "https://example.org")]).await;
    assert_eq!(problem.problem(400)["code"], "invalid_parameter");
    assert_eq!(problem.header("access-control-allow-origin"), "https://example.org");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_compressed_for_those_who_take_it() {
    let app = TestApp::seeded().await;
    let plain = app.get_raw("/api/v1/majors").await;
    assert_eq!(plain.header("content-encoding"), "");
    // The client does not undo it. Its bytes read as text are longer than they are, and still far shorter.
    let small = app.request(Method::GET, "/api/v1/majors", &[("accept-encoding", "gzip")]).await;
    assert_eq!((small.status, small.header("content-encoding")), (200, "gzip"));
    assert!(small.text.len() * 2 < plain.text.len(), "{} of {}", small.text.len(), plain.text.len());
    assert_eq!(small.header("etag"), plain.header("etag"), "a weak tag stands for both");
    assert!(small.header("vary").to_lowercase().contains("accept-encoding"));
}
