//! The log of the program: what stands in it, as text and as JSON.

use nix::sys::signal::Signal;
use serde_json::Value;

use crate::harness::{Program, TestDatabase, free_port};

/// A program that logs so, on a database of its own.
async fn logging(arguments: &[&str], filter: Option<&str>) -> (Program, String, TestDatabase) {
    let database = TestDatabase::new(true).await;
    let listen = format!("127.0.0.1:{}", free_port());
    let mut all = vec!["--listen", &listen, "--no-seed"];
    all.extend(arguments);
    let mut command = Program::command(&all);
    if let Some(filter) = filter {
        command.env("RUST_LOG", filter);
    }
    let mut program = Program::start(command.env("DATABASE_URL", database.url()));
    program.await_ready();
    (program, format!("http://{listen}"), database)
}

async fn ask(url: &str, id: &str, path: &str) -> usize {
    let request = reqwest::Client::new().get(format!("{url}{path}")).header("x-request-id", id);
    let response = request.header("x-forwarded-for", "192.0.2.7").send().await.unwrap();
    response.bytes().await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_has_one_line_in_the_log_but_those_of_probes() {
    let (mut program, url, _database) = logging(&[], None).await;
    for (id, path) in [("id-1", "/api/v1/tags?x=1"), ("id-2", "/health/live"), ("id-3", "/health/ready")] {
        ask(&url, id, path).await;
    }
    let bytes = ask(&url, "id-4", "/nope").await;
    assert!(program.prints(&format!("192.0.2.7 GET /nope 404 {bytes} B ")));
    let lines: Vec<&String> = program.printed.iter().filter(|line| line.contains(" id-")).collect();
    assert!(matches!(lines[..], [first, last] if first.contains(" ms id-1") && last.contains(" ms id-4")), "{lines:?}");
    let of_framework = |line: &&String| line.to_lowercase().contains("actix") || line.contains("worker");
    assert_eq!(program.printed.iter().filter(of_framework).count(), 0, "{:#?}", program.printed);
}

#[tokio::test(flavor = "multi_thread")]
async fn probes_have_a_line_where_all_is_asked_for() {
    let (mut program, url, _database) = logging(&[], Some("info,offer_cases=debug")).await;
    ask(&url, "id-1", "/health/live").await;
    assert!(program.prints("GET /health/live 200 "));
    let line = program.printed.last().unwrap();
    assert!(line.contains(" DEBUG] ") && line.ends_with(" ms id-1"), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn as_json_every_line_is_an_object_and_a_request_has_its_fields() {
    let (mut program, url, database) = logging(&["--log-format", "json"], None).await;
    let bytes = ask(&url, "id-1", "/api/v1/offer-cases?limit=2&x=%0a").await;
    assert!(program.prints("\"request_id\":\"id-1\""));
    // What breaks is told by id, too.
    database.execute("alter table imports rename to gone").await;
    ask(&url, "id-2", "/api/v1/imports").await;
    assert!(program.prints("GET /api/v1/imports"));
    program.signal(Signal::SIGTERM);
    assert!(program.await_end().success());
    let lines: Vec<Value> = program
        .printed
        .iter()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    for line in &lines {
        let time = line["timestamp"].as_str().unwrap();
        assert!(chrono::DateTime::parse_from_rfc3339(time).is_ok(), "{line}");
        assert!(["level", "target", "message"].iter().all(|name| line[name].is_string()), "{line}");
    }
    let of = |id: &str| lines.iter().filter(|line| line["request_id"] == id).cloned().collect::<Vec<_>>();
    let request = &of("id-1")[0];
    for (name, value) in [
        ("target", Value::from("offer_cases::access")),
        ("level", "info".into()),
        ("method", "GET".into()),
        ("path", "/api/v1/offer-cases?limit=2&x=%0a".into()),
        ("status", 400.into()),
        ("bytes", bytes.into()),
        ("client", "192.0.2.7".into()),
        ("complete", true.into()),
    ] {
        assert_eq!(request[name], value, "{name}: {request}");
    }
    assert!(request["duration_ms"].as_f64().is_some_and(|duration| duration > 0.0), "{request}");
    let of_failure = of("id-2");
    assert_eq!(of_failure.len(), 2, "{of_failure:?}");
    assert!(of_failure.iter().any(|line| line["level"] == "error" && line["target"] == "offer_cases::request"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_has_not_taken_of_an_answer_was_cut_off() {
    let (mut program, url, database) = logging(&["--log-format", "json"], None).await;
    database
        .execute(
            "insert into offer_cases (id, company_id, role_id, source_id, source_key, raw, summary)
             select gen_random_uuid(), company_id, role_id, source_id, 'more-' || number, '{}',
                 (select string_agg(md5(number::text || part), '') from generate_series(1, 100) part)
             from (select * from offer_cases limit 1) one, generate_series(1, 5000) number",
        )
        .await;
    let request = reqwest::Client::new().get(format!("{url}/api/v1/offer-cases.ndjson")).header("x-request-id", "id-1");
    let mut response = request.send().await.unwrap();
    response.chunk().await.unwrap();
    drop(response);
    assert!(program.prints("\"request_id\":\"id-1\""));
    let line: Value = serde_json::from_str(program.printed.last().unwrap()).unwrap();
    assert_eq!((&line["status"], &line["complete"]), (&200.into(), &false.into()), "{line}");
}

#[test]
fn a_format_that_is_none_is_refused_and_an_error_is_a_line_like_any_other() {
    let output = Program::run(&["--log-format", "xml"]);
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success() && message.contains("--log-format") && message.contains("text or json"),
        "{message}"
    );
    let mut command = Program::command(&["serve", "--log-format", "json", "--listen", "nowhere"]);
    let output = command.output().unwrap();
    let line: Value = serde_json::from_slice(&output.stderr).unwrap();
    assert!(!output.status.success() && line["level"] == "error", "{line}");
    assert!(line["message"].as_str().unwrap().contains("OFFER_CASES_LISTEN"), "{line}");
    let output =
        Program::command(&["migrate"]).env("OFFER_CASES_LOG_FORMAT", "").env("DATABASE_URL", "x").output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("offer-cases: "), "{output:?}");
}
