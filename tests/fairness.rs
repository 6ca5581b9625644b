//! What one client may ask, and that no kind of work keeps another waiting.

use std::time::{Duration, Instant};

use offer_cases::settings::Limits;
use reqwest::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_postgres::NoTls;

use crate::harness::{Answer, TestApp, no_limits};

const CASES: &str = "/api/v1/offer-cases?limit=1";

/// A number in a header of the form `"address";r=5;t=1`.
#[track_caller]
fn number(answer: &Answer, header: &str, name: &str) -> u64 {
    let value = answer.header(header);
    let found = value.split(';').find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
    found.unwrap_or_else(|| panic!("no {name} in {header}: {answer:?}")).parse().unwrap()
}

fn at_most(requests_per_second: u32, burst: u32) -> Limits {
    Limits { requests_per_second, burst, ..no_limits() }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_asks_too_much_is_told_when_to_come_back() {
    let app = TestApp::limited(at_most(1, 30)).await;
    let mut left = 30;
    let refused = loop {
        let answer = app.request(Method::GET, CASES, &[("origin", "https://example.org")]).await;
        if answer.status == 429 {
            break answer;
        }
        answer.ok();
        // One a second comes back meanwhile.
        left = number(&answer, "ratelimit", "r").min(left + 1);
        assert_eq!((number(&answer, "ratelimit-policy", "q"), number(&answer, "ratelimit-policy", "w")), (30, 30));
        assert_eq!(number(&answer, "ratelimit", "t"), 30 - number(&answer, "ratelimit", "r"));
    };
    assert_eq!(left, 0, "all of it was there to ask");
    let seconds: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=2).contains(&seconds), "{refused:?}");
    assert_eq!(number(&refused, "ratelimit", "r"), 0);
    let problem = refused.problem(429);
    assert_eq!(problem["code"], "too_many_requests");
    assert!(problem["detail"].as_str().unwrap().contains("1 a second"), "{problem}");
    assert_eq!(refused.header("access-control-allow-origin"), "https://example.org", "a page of others is told, too");
    let exposed = refused.header("access-control-expose-headers").to_lowercase();
    assert!(exposed.contains("ratelimit,") || exposed.ends_with("ratelimit"), "{exposed}");
    for _ in 0..40 {
        for path in ["/health/live", "/health/ready"] {
            let answer = app.get_raw(path).await;
            answer.ok();
            assert_eq!(answer.header("ratelimit"), "", "health has no limit");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_more_counts_more() {
    let app = TestApp::limited(at_most(1, 10_000)).await;
    let mut before = number(&app.get_raw(CASES).await, "ratelimit", "r");
    let long = format!("/api/v1/offer-cases?limit=1&company={}", vec!["baidu"; 700].join("&company="));
    for (target, least, most) in [
        (CASES, 0, 1),
        ("/api/v1/stats?group_by=company", 3, 5),
        ("/api/v1/offer-cases?q=产品", 3, 5),
        ("/api/v1/offer-cases?count=exact", 3, 5),
        ("/explore", 3, 5),
        ("/api/v1/offer-cases.csv", 18, 20),
        (long.as_str(), 9, 12),
    ] {
        let left = number(&app.get_raw(target).await, "ratelimit", "r");
        assert!((least..=most).contains(&(before - left)), "{target}: {before} before, {left} left");
        before = left;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_limit_nothing_is_told_of_one() {
    let app = TestApp::seeded().await;
    let answer = app.get_raw(CASES).await;
    answer.ok();
    assert_eq!((answer.header("ratelimit"), answer.header("ratelimit-policy")), ("", ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_has_another_address_by_saying_so() {
    let app = TestApp::limited(at_most(1, 3)).await;
    let mut statuses = Vec::new();
    for number in 0..8 {
        let said = format!("198.51.100.{number}");
        let element = format!("for={said}");
        let headers =
            [("x-forwarded-for", said.as_str()), ("forwarded", element.as_str()), ("x-real-ip", said.as_str())];
        statuses.push(app.request(Method::GET, CASES, &headers[number % 2..]).await.status);
    }
    assert!(statuses.contains(&429), "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_proxy_that_asks_for_nobody_else_has_no_limit() {
    let app = TestApp::limited(Limits { trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()], ..at_most(1, 3) }).await;
    for _ in 0..8 {
        let answer = app.get_raw(CASES).await;
        assert_eq!((answer.status, answer.header("ratelimit")), (200, ""));
    }
    // Who is asked for has one.
    let answer = app.request(Method::GET, CASES, &[("x-forwarded-for", "192.0.2.9")]).await;
    assert_eq!((answer.status, number(&answer, "ratelimit", "r")), (200, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_trusted_proxy_each_client_has_what_it_may_ask() {
    let trusted = vec!["127.0.0.0/8".parse().unwrap(), "10.0.0.0/8".parse().unwrap()];
    let app = TestApp::limited(Limits { trusted_proxies: trusted, ..at_most(1, 3) }).await;
    for number in 0..8 {
        let said = format!("198.51.100.{number}, 10.0.0.1");
        app.request(Method::GET, CASES, &[("x-forwarded-for", &said)]).await.ok();
        let element = format!("for=203.0.113.{number};proto=https, for=10.0.0.1");
        app.request(Method::GET, CASES, &[("forwarded", &element)]).await.ok();
    }
    let mut statuses = Vec::new();
    for number in 0..8 {
        // What stands before the address that the proxy saw is the client's own word.
        let said = format!("203.0.113.{number}, 192.0.2.1");
        statuses.push(app.request(Method::GET, CASES, &[("x-forwarded-for", &said)]).await.status);
    }
    assert!(statuses.contains(&429), "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn links_to_the_service_are_what_a_proxy_says_only_where_it_is_trusted() {
    let said = [("x-forwarded-host", "cases.example"), ("x-forwarded-proto", "https")];
    let page = "/embed/oembed?url=http%3A%2F%2F127.0.0.1%2Fembed%2Fchart%3Fgroup_by%3Dcompany";
    let own = TestApp::seeded().await;
    let answer = own.request(Method::GET, "/explore", &said).await;
    assert!(!answer.text.contains("cases.example"), "not believed; {page}");
    let trusted = vec!["127.0.0.1/32".parse().unwrap()];
    let behind = TestApp::limited(Limits { trusted_proxies: trusted, ..no_limits() }).await;
    let answer = behind.request(Method::GET, "/explore", &said).await;
    assert!(answer.text.contains("https://cases.example/"), "believed");
}

#[tokio::test(flavor = "multi_thread")]
async fn costly_questions_leave_room_for_cheap_reads_and_for_health() {
    let app = TestApp::seeded().await;
    // Cases are in memory, as they are where a service is ready.
    app.get_raw("/health/ready").await.ok();
    let (client, connection) = app.database.config().connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute("begin; lock table offer_cases in access exclusive mode").await.unwrap();
    // Words are looked for by the database, which waits for the lock.
    let costly = futures_util::future::join_all((0..40).map(|_| app.get_raw("/api/v1/facets?q=产品")));
    let cheap = async {
        for _ in 0..20 {
            app.get_raw("/health/ready").await.ok();
            app.get_raw("/health/live").await.ok();
            app.get_raw("/api/v1/imports").await.ok();
            app.get_raw("/api/v1/resolve?kind=company&q=B站").await.ok();
        }
        // Those that found no place are told while the others still wait.
        let refused = app.get_raw("/api/v1/facets?q=产品").await;
        assert_eq!(refused.header("retry-after"), "1");
        let problem = refused.problem(503);
        assert_eq!(problem["code"], "busy");
        assert!(problem["detail"].as_str().unwrap().contains("Cases and lists are answered meanwhile"), "{problem}");
        client.batch_execute("rollback").await.unwrap();
    };
    let (answers, ()) = tokio::join!(costly, cheap);
    let busy = answers.iter().filter(|answer| answer.status == 503).count();
    assert!(answers.iter().any(|answer| answer.status == 200) && busy > 20, "{busy} were told to try again");
    assert!(answers.iter().filter(|answer| answer.status == 503).all(|answer| answer.header("retry-after") == "1"));
    app.get_raw("/api/v1/facets?q=产品").await.ok();
}

/// What comes over a connection until its end.
async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A connection that is cut off ends in an error.
    let _ = stream.read_to_end(&mut bytes).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

async fn send(app: &TestApp, request: &str) -> TcpStream {
    let address = app.url("").replace("http://", "");
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

const ASKED_ONCE: &str = "GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
const ASKED: &str = "GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn an_address_has_only_so_many_connections_and_has_them_again_when_they_end() {
    let app = TestApp::limited(Limits { connections_per_address: 2, ..no_limits() }).await;
    let mut kept = Vec::new();
    for _ in 0..2 {
        let mut stream = send(&app, ASKED).await;
        assert!(stream.read(&mut [0; 1024]).await.unwrap() > 0, "it is answered");
        kept.push(stream);
    }
    assert_eq!(read_to_end(&mut send(&app, ASKED_ONCE).await).await, "", "the third is closed");
    drop(kept.pop());
    let deadline = Instant::now() + Duration::from_secs(30);
    while !read_to_end(&mut send(&app, ASKED_ONCE).await).await.contains("200 OK") {
        assert!(Instant::now() < deadline, "the place of a connection that ended is free again");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_end_a_request_is_cut_off() {
    let limits = Limits { client_timeout: Duration::from_secs(1), ..no_limits() };
    let app = TestApp::limited(limits).await;
    let answer = read_to_end(&mut send(&app, "GET /health/live HTTP/1.1\r\nhost: x\r\n").await).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
}

/// Stores more cases than the buffers of the system hold as lines of JSON.
async fn store_many(app: &TestApp) {
    app.database
        .execute(
            "insert into offer_cases (id, company_id, role_id, source_id, source_key, raw, summary)
             select gen_random_uuid(), (select min(id) from companies), (select min(id) from roles),
                 (select min(id) from sources), 'case-' || number, '{}', repeat('大', 300)
             from generate_series(1, 20000) number",
        )
        .await;
}

/// How many transactions the service has on its database.
async fn transactions(observer: &tokio_postgres::Client) -> i64 {
    let sql = "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'offer-cases' \
        and xact_start is not null";
    observer.query_one(sql, &[]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_of_one_state_and_holds_nothing_of_the_database_while_its_client_reads() {
    let app = TestApp::seeded().await;
    store_many(&app).await;
    let (observer, connection) = app.database.config().connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    let mut files = Vec::new();
    for target in ["/api/v1/offer-cases.ndjson", "/api/v1/offer-cases.csv?sort=company", "/api/v1/offer-cases.ndjson"] {
        let mut file = app.start(target).await;
        let first = file.chunk().await.unwrap().unwrap();
        files.push((file, first.len()));
    }
    let deadline = Instant::now() + Duration::from_secs(60);
    while transactions(&observer).await > 0 {
        assert!(Instant::now() < deadline, "clients that read nothing keep the database waiting");
    }
    app.database.execute("update offer_cases set summary = 'changed since'").await;
    for (mut file, first) in files {
        let (mut bytes, mut all) = (first, Vec::new());
        while let Some(chunk) = file.chunk().await.unwrap() {
            bytes += chunk.len();
            all.extend_from_slice(&chunk);
        }
        assert!(bytes > 10_000_000, "the file is whole: {bytes}");
        assert!(!String::from_utf8_lossy(&all).contains("changed since"), "of the state in which it was asked for");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_has_eight_files_at_once_and_another_one_when_one_of_them_ends() {
    let app = TestApp::seeded().await;
    store_many(&app).await;
    let target = "/api/v1/offer-cases.ndjson";
    let mut files = Vec::new();
    for _ in 0..8 {
        let file = app.start(target).await;
        assert_eq!(file.status(), 200);
        files.push(file);
    }
    let refused = app.get_raw(target).await;
    assert_eq!(refused.header("retry-after"), "1");
    let problem = refused.problem(503);
    assert!(problem["detail"].as_str().unwrap().contains("8 exports to your address"), "{problem}");
    drop(files.pop());
    let deadline = Instant::now() + Duration::from_secs(60);
    while app.start(target).await.status() != 200 {
        assert!(Instant::now() < deadline, "the place of a file that nobody reads any more is free again");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_specification_is_the_same_however_it_is_compressed() {
    let app = TestApp::seeded().await;
    for target in ["/openapi.json", "/docs/swagger-ui.css"] {
        let plain = app.request(Method::GET, target, &[("accept-encoding", "identity")]).await;
        assert_eq!((plain.status, plain.header("content-encoding")), (200, ""));
        for (accepted, encoding) in
            [("br", "br"), ("gzip, br", "br"), ("gzip", "gzip"), ("br;q=0.1, gzip;q=0.5", "gzip")]
        {
            for _ in 0..2 {
                let (status, found) = app.head_of(target, &[("accept-encoding", accepted)]).await;
                assert_eq!((status, found.as_str()), (200, encoding), "{target} {accepted}");
            }
        }
    }
    let policy = app.get_raw("/docs/index.html").await.header("content-security-policy").to_owned();
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self';"), "{policy}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_nothing_of_an_answer_is_cut_off_and_its_socket_closed() {
    let limits = Limits { client_timeout: Duration::from_secs(1), connections_per_address: 3, ..no_limits() };
    let app = TestApp::limited(limits).await;
    store_many(&app).await;
    // More than the buffers of the system hold.
    let asked = "GET /api/v1/offer-cases.ndjson HTTP/1.1\r\nhost: x\r\n\r\n";
    let stalled = [send(&app, asked).await, send(&app, asked).await, send(&app, asked).await];
    let deadline = Instant::now() + Duration::from_secs(60);
    while !read_to_end(&mut send(&app, ASKED_ONCE).await).await.contains("200 OK") {
        assert!(Instant::now() < deadline, "those that take nothing keep their connections");
    }
    drop(stalled);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_who_asks_for_another_protocol_is_whole_and_ends_its_connection() {
    let app = TestApp::seeded().await;
    let plain = app.get_raw("/api/v1/offer-cases.ndjson").await.text;
    for (target, more) in [
        ("/api/v1/offer-cases.ndjson", ""),
        ("/api/v1/offer-cases.ndjson", "accept-encoding: gzip\r\n"),
        ("/api/v1/offer-cases?limit=14", ""),
        ("/nothing-here", ""),
    ] {
        let asked =
            format!("GET {target} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n{more}\r\n");
        let mut stream = send(&app, &asked).await;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.unwrap();
        let end_of_head = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let head = String::from_utf8_lossy(&bytes[..end_of_head]).to_lowercase();
        let body = &bytes[end_of_head + 4..];
        assert!(head.contains("connection: close") && !head.contains("101 "), "{head}");
        assert!(!head.contains("transfer-encoding"), "the body is not sent in parts: {head}");
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
        assert!(length.is_none_or(|length| length == body.len()), "{head}");
        match more {
            "" if target.ends_with("ndjson") => assert_eq!(String::from_utf8_lossy(body), plain),
            "" => assert!(serde_json::from_slice::<serde_json::Value>(body).is_ok(), "{head}"),
            _ => assert_eq!(body[..2], [0x1f, 0x8b], "whole as gzip: {head}"),
        }
    }
}
