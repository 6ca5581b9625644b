//! `/metrics`: what an operator watches.

use std::time::{Duration, Instant};

use reqwest::Method;
use tokio_postgres::NoTls;

use crate::harness::service::get;
use crate::harness::{Metrics, Program, Server, TestApp, TestDatabase, free_port};

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_counted_by_the_pattern_of_their_path_whatever_clients_make_up() {
    let app = TestApp::seeded().await;
    for (method, target) in [
        (Method::GET, "/api/v1/offer-cases?limit=1"),
        (Method::HEAD, "/api/v1/offer-cases"),
        (Method::GET, "/api/v1/offer-cases?limit=none"),
        (Method::GET, "/api/v1/companies/baidu"),
        (Method::GET, "/api/v1/companies/nobody-knows-it"),
        (Method::GET, "/cases/10bfdab1-46dd-522a-a44e-e39c3449f35e"),
        (Method::GET, "/assets/style.css"),
        (Method::GET, "/made/up"),
        (Method::GET, "/made-up%22%0a?x=1"),
        (Method::POST, "/api/v1/tags"),
        (Method::GET, "/health/live"),
    ] {
        app.request(method, target, &[]).await;
    }
    let values = app.metrics().await_value("offer_cases_http_requests_in_flight", 0.0).await;
    let count = |route: &str, status| {
        let name = format!("offer_cases_http_requests_total{{route=\"{route}\",status=\"{status}\"}}");
        values.get(&name).unwrap_or_else(|| panic!("{name} is missing: {values:#?}"))
    };
    assert_eq!([count("/api/v1/offer-cases", 200), count("/api/v1/offer-cases", 400)], [2.0, 1.0]);
    assert_eq!([count("/api/v1/companies/{slug}", 200), count("/api/v1/companies/{slug}", 404)], [1.0, 1.0]);
    assert_eq!([count("/api/v1/tags", 405), count("/health/live", 200), count("/cases/{id}", 200)], [1.0; 3]);
    assert_eq!(count("unmatched", 404), 2.0);
    let made_up = |name: &str| ["made", "baidu", "nobody", "10bfdab1", "none"].iter().any(|part| name.contains(part));
    let text = app.metrics().text().await;
    assert!(
        !text.lines().filter(|line| line.contains("route=")).any(made_up),
        "nothing that a client has written stands there"
    );
    let took = "offer_cases_http_request_duration_seconds";
    let of_lists = |part: &str| values.get(&format!("{took}_{part}{{route=\"/api/v1/offer-cases\"}}")).unwrap();
    assert!(of_lists("count") == 3.0 && of_lists("sum") > 0.0, "{values:#?}");
    assert!(values.get("offer_cases_http_response_bytes_total").unwrap() > 1000.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_worked_on_and_what_waits_is_told_while_it_does() {
    let app = TestApp::seeded().await;
    let metrics = app.metrics();
    let (client, connection) = app.database.config().connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute("begin; lock table offer_cases in access exclusive mode").await.unwrap();
    let asked = async {
        tokio::join!(app.get_raw("/api/v1/stats?group_by=company&q=x"), app.get_raw("/api/v1/offer-cases?q=y"))
    };
    let looked = async {
        let costly = |name: &str| format!("offer_cases_work_{name}{{class=\"costly\"}}");
        let values = metrics.await_value(&costly("waiting"), 1.0).await;
        assert_eq!([values.get(&costly("running")), values.get(&costly("max"))], [Some(1.0); 2]);
        // The other one has its place, and a connection for what it asks.
        let of_questions =
            |name: &str| format!("offer_cases_database_{name}{{database=\"writes\",purpose=\"questions\"}}");
        metrics.await_value(&of_questions("connections_in_use"), 1.0).await;
        assert_eq!(metrics.values().await.get(&of_questions("connections_max")), Some(2.0));
        assert!(metrics.values().await.get("offer_cases_http_requests_in_flight").unwrap() >= 2.0);
        client.batch_execute("rollback").await.unwrap();
    };
    let ((stats, list), ()) = tokio::join!(asked, looked);
    // Whether the second one found a place in time depends on the machine.
    assert!(stats.status == 200 || list.status == 200, "{stats:?} {list:?}");
    let refused = [stats, list].iter().filter(|answer| answer.status == 503).count();
    let values = metrics.values().await;
    assert_eq!(values.get("offer_cases_work_refused_total{class=\"costly\"}"), Some(refused as f64));
    assert!(values.get("offer_cases_http_connections").unwrap() >= 1.0, "{values:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_memory_and_what_was_imported_is_told() {
    let app = TestApp::seeded().await;
    let metrics = app.metrics();
    assert_eq!(metrics.values().await.get("offer_cases_columns_loaded"), Some(0.0));
    let stats = app.get_raw("/api/v1/stats?group_by=company").await;
    let version: f64 = stats.header("dataset-version").split('-').next().unwrap().parse().unwrap();
    let values = metrics.await_value("offer_cases_ready", 1.0).await;
    for (name, value) in [
        ("columns_loaded", 1.0),
        ("columns_cases", 14.0),
        ("columns_limit_bytes", 2048.0 * 1024.0 * 1024.0),
        ("columns_dataset_version", version),
        ("columns_behind_seconds", 0.0),
        ("dataset_version{database=\"writes\"}", version),
        ("database_up{database=\"writes\"}", 1.0),
        ("database_writable{database=\"writes\"}", 1.0),
        ("database_damaged", 0.0),
        ("import_running", 0.0),
    ] {
        assert_eq!(values.get(&format!("offer_cases_{name}")), Some(value), "{name}: {values:#?}");
    }
    assert!(values.get("offer_cases_columns_bytes").unwrap() > 0.0);
    let imported = app.database.value("select extract(epoch from max(finished_at))::bigint::text from imports").await;
    let told = values.get("offer_cases_import_last_finished_timestamp_seconds").unwrap();
    assert!((told - imported.parse::<f64>().unwrap()).abs() <= 1.0, "{told} {imported}");

    // Newer cases that nobody has asked for, and an import that goes on.
    app.database.execute("update offer_cases set summary = 'new' where summary is not null").await;
    let (client, connection) = app.database.config().connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute("select pg_advisory_lock(8027215971731729776)").await.unwrap();
    let values = metrics
        .once(|values| {
            let is_behind = values.get("offer_cases_columns_behind_seconds").is_some_and(|behind| behind > 0.0);
            is_behind && values.get("offer_cases_import_running") == Some(1.0)
        })
        .await;
    assert!(values.get("offer_cases_dataset_version{database=\"writes\"}").unwrap() > version, "{values:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_away_and_a_replica_behind_metrics_say_so_at_once() {
    let server = Server::seeded().await;
    let replica = server.replica("recovery_min_apply_delay = '1h'").await;
    let database = server.database();
    let app = TestApp::reading(&database, &server.url(), Some(&replica.url())).await;
    let metrics = app.metrics();
    let up = |name: &str| format!("offer_cases_database_up{{database=\"{name}\"}}");
    let lag = "offer_cases_replica_lag_seconds{database=\"reads\"}";
    let values = metrics.once(|values| values.get(&up("writes")) == Some(1.0) && values.get(lag) == Some(0.0)).await;
    let writable = ["writes", "reads"].map(|name| format!("offer_cases_database_writable{{database=\"{name}\"}}"));
    assert_eq!(writable.map(|name| values.get(&name)), [Some(1.0), Some(0.0)]);
    database.execute("update offer_cases set summary = 'new' where summary is not null").await;
    metrics.once(|values| values.get(lag).is_some_and(|lag| lag > 0.0)).await;
    server.freeze();
    let values = metrics.await_value(&up("writes"), 0.0).await;
    assert!(values.get(lag).unwrap() > 0.0, "what the other one lacks is known still: {values:#?}");
    let asked_at = Instant::now();
    metrics.text().await;
    assert!(asked_at.elapsed() < Duration::from_secs(1), "it waits for no database: {:?}", asked_at.elapsed());
    assert_eq!(values.get(&up("reads")), Some(1.0));
    server.thaw();
    metrics.await_value(&up("writes"), 1.0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_told_where_they_shall_be_and_nowhere_else() {
    let database = TestDatabase::new(true).await;
    let (port, metrics_port) = (free_port(), free_port());
    let (listen, metrics_listen) = (format!("127.0.0.1:{port}"), format!("127.0.0.1:{metrics_port}"));
    let arguments = ["--listen", &listen, "--metrics-listen", &metrics_listen, "--no-seed", "--workers", "1"];
    let mut command = Program::command(&arguments);
    // A limit that a few requests would reach.
    command.env("DATABASE_URL", database.url()).env("OFFER_CASES_REQUESTS_PER_SECOND", "1");
    command.env("OFFER_CASES_BURST", "1").env("OFFER_CASES_TRUSTED_PROXIES", "none");
    let mut program = Program::start(&mut command);
    program.await_ready();
    assert_eq!(get(port, "/metrics").await.unwrap().status(), 404);
    let metrics = Metrics::at(metrics_listen, None);
    for _ in 0..5 {
        metrics.text().await;
    }
    let values = metrics.await_value("offer_cases_ready", 1.0).await;
    let started = values.get("process_start_time_seconds").unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs_f64();
    assert!((now - 300.0..now + 2.0).contains(&started), "{started} {now}");
    for name in ["process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds", "process_threads"] {
        assert!(values.get(name).is_some_and(|value| value > 0.0), "{name}: {values:#?}");
    }
    assert!(values.names().any(|name| name == "offer_cases_build_info"), "{values:#?}");
    let client = reqwest::Client::new();
    let head = client.head(metrics.url("/metrics")).send().await.unwrap();
    assert_eq!((head.status().as_u16(), head.text().await.unwrap().len()), (200, 0));
    assert_eq!(client.post(metrics.url("/metrics")).send().await.unwrap().status(), 405);
    assert_eq!(client.get(metrics.url("/api/v1/offer-cases")).send().await.unwrap().status(), 404);
}
