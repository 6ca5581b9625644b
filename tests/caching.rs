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
