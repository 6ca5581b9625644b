//! What the service does when the database takes too long, or has too much to do.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio_postgres::NoTls;

use crate::harness::{TestApp, TestDatabase};

#[tokio::test(flavor = "multi_thread")]
async fn a_query_past_its_limit_is_504_and_the_connection_is_not_used_again() {
    let database = TestDatabase::new(true).await;
    let app = TestApp::with_query_limit(database, Duration::from_millis(1500)).await;
    items_in_the_end(&app, "/api/v1/tags").await;
    let (client, connection) = app.database.config().connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    // Reading cases waits for a lock that is held for longer than the limit.
    client.batch_execute("begin; lock table offer_cases in access exclusive mode").await.unwrap();
    let answers = futures_util::future::join_all((0..4).map(|_| app.get_raw("/api/v1/offer-cases"))).await;
    for answer in answers {
        let problem = answer.problem(504);
        assert_eq!(problem["code"], "query_timeout");
        assert!(!problem.to_string().contains("select"), "no SQL is shown: {problem}");
    }
    client.batch_execute("rollback").await.unwrap();
    assert_eq!(items_in_the_end(&app, "/api/v1/offer-cases").await, 14);
}

/// The number of items of a list, asked for again where a busy machine takes longer than the limit.
async fn items_in_the_end(app: &TestApp, target: &str) -> usize {
    for _ in 0..40 {
        let answer = app.get_raw(target).await;
        if answer.status != 504 {
            return answer.items().len();
        }
    }
    panic!("{target} is never answered");
}

#[tokio::test(flavor = "multi_thread")]
async fn when_too_many_wait_for_the_database_the_rest_are_told_soon_to_try_again() {
    let app = TestApp::seeded().await;
    let case = app.get("/api/v1/offer-cases", &[("limit", "1")]).await.items()[0]["id"].as_str().unwrap().to_owned();
    let (client, connection) = app.database.config().connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute("begin; lock table offer_cases in access exclusive mode").await.unwrap();
    let target = format!("/api/v1/offer-cases/{case}");
    let mut waiting: FuturesUnordered<_> = (0..300).map(|_| app.get_raw(&target)).collect();
    // The first answers, while none can have what it waits for, are those of requests that found no place.
    for _ in 0..50 {
        let answer = waiting.next().await.unwrap();
        assert_eq!(answer.header("retry-after"), "1");
        assert_eq!(answer.problem(503)["code"], "database_busy");
    }
    client.batch_execute("rollback").await.unwrap();
    let mut answered = 0;
    while let Some(answer) = waiting.next().await {
        if answer.status == 200 {
            answered += 1;
        } else {
            assert_eq!(answer.problem(503)["code"], "database_busy");
        }
    }
    assert!(answered >= 100, "those that had a place are answered: {answered}");
}
