//! Requests made wrong by chance: each is refused with a problem, and none of them harms.

use futures_util::StreamExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use reqwest::Method;
use serde_json::Value;

use crate::harness::{Specified, TestApp};

/// Requests that are sent when nothing else is asked for by `MALFORMED_REQUESTS`.
const REQUESTS: usize = 2_000;
/// Requests in flight.
const AT_ONCE: usize = 8;

/// What is sent, and the statuses that it may be refused with.
#[derive(Debug)]
struct Malformed {
    method: Method,
    target: String,
    accept: &'static str,
    refused_with: &'static [u16],
}

/// A GET operation of the specification.
struct Operation {
    path: String,
    /// Those of the query: name and schema.
    parameters: Vec<(String, Value)>,
}

fn operations(specified: &Specified) -> Vec<Operation> {
    let read = |path: String| {
        let parameters = specified.parameters(&path).into_iter();
        let of_query = parameters.filter(|(name, _)| !path.contains(&format!("{{{name}}}")));
        let parameters = of_query.map(|(name, schema)| (name, schema.clone())).collect();
        Operation { path, parameters }
    };
    specified.paths().into_iter().map(read).collect()
}

fn letters(random: &mut StdRng, least: usize, most: usize) -> String {
    let length = random.random_range(least..=most);
    (0..length).map(|_| char::from(random.random_range(b'a'..=b'z'))).collect()
}

/// A value that no parameter of this schema takes; `None` where all plain text is taken.
fn wrong_value(random: &mut StdRng, name: &str, schema: &Value) -> Option<String> {
    let item = schema.get("items").unwrap_or(schema);
    match name.rsplit('.').next().unwrap_or(name) {
        "q" | "contains" => return None,
        "cursor" => return Some(letters(random, 1, 60)),
        _ => {}
    }
    let any = |random: &mut StdRng, values: &[&str]| Some((*values.choose(random).unwrap()).to_owned());
    if item["type"] == "integer" {
        return any(random, &["0", "-1", "1.5", "1e2", "9".repeat(20).as_str(), "%EF%BC%93", "0x10", "2147483648"]);
    }
    if item["type"] == "boolean" {
        return any(random, &["yes", "TRUE", "1", "0", "null", "%E6%98%AF"]);
    }
    if item.get("pattern").is_some() {
        return any(
            random,
            &["x", "..", "1..2..3", "--1", "9999999999", "%21", "1,,2", "2024-13-45..", "1;2", "%EF%BC%91.."],
        );
    }
    Some(format!("zz{}", letters(random, 3, 12)))
}

/// A value that no parameter takes.
fn broken_value(random: &mut StdRng) -> String {
    let start = letters(random, 0, 5);
    match random.random_range(0..6) {
        0 => format!("{start}%00"),
        1 => format!("{start}%0d%0aSet-Cookie:x"),
        2 => format!("%ff{start}%fe"),
        3 => format!("{start}{}", "a".repeat(1001)),
        4 => format!("{start}%7f"),
        _ => format!("{start}%1b[31m"),
    }
}

fn malformed(random: &mut StdRng, operations: &[Operation]) -> Malformed {
    let operation = operations.choose(random).unwrap();
    let known = operation.path.replace("{slug}", "baidu").replace("{id}", "00000000-0000-4000-8000-000000000000");
    let get = |target: String, refused_with| Malformed { method: Method::GET, target, accept: "*/*", refused_with };
    // A slug of another kind is not found; whether that or the parameter is told first does not matter.
    let by_query = |query: String| get(format!("{known}?{query}"), &[400, 404]);
    match random.random_range(0..12) {
        0 => by_query(format!("zz{}={}", letters(random, 1, 12), letters(random, 0, 5))),
        1 => get(format!("/api/v1/{}", letters(random, 4, 30)), &[404]),
        2 => {
            let method = [Method::POST, Method::PUT, Method::DELETE, Method::PATCH].choose(random).unwrap().clone();
            Malformed { method, refused_with: &[405], ..get(known, &[]) }
        }
        3 if operation.path == "/api/v1/offer-cases" => {
            let accept =
                ["text/csv", "application/x-ndjson", "text/csv, video/*", "application/json;q=0, application/jsonl"];
            Malformed { accept: accept.choose(random).unwrap(), refused_with: &[406], ..get(known, &[]) }
        }
        4 => {
            let id = format!("{}-{}", letters(random, 1, 8), random.random::<u32>());
            get(format!("/api/v1/offer-cases/{id}"), &[400])
        }
        5 | 6 => match operation.parameters.choose(random) {
            Some((name, _)) => {
                let value = broken_value(random);
                by_query(format!("{name}={value}"))
            }
            None => by_query(letters(random, 3, 9)),
        },
        _ => {
            let chosen: Vec<_> = operation.parameters.sample(random, 3).collect();
            let wrong = chosen
                .into_iter()
                .filter_map(|(name, schema)| Some(format!("{name}={}", wrong_value(random, name, schema)?)));
            let wrong: Vec<String> = wrong.collect();
            let query = if wrong.is_empty() { format!("zz{}", letters(random, 3, 9)) } else { wrong.join("&") };
            by_query(query)
        }
    }
}

async fn is_refused(app: &TestApp, request: &Malformed) {
    let Malformed { method, target, accept, refused_with } = request;
    let answer = app.request(method.clone(), target, &[("accept", accept)]).await;
    assert!(refused_with.contains(&answer.status), "{}: {request:?} {}", answer.status, answer.text);
    let problem = answer.problem(answer.status);
    let errors = problem["errors"].as_array().map_or(&[][..], Vec::as_slice);
    assert_eq!(errors.is_empty(), answer.status != 400, "{problem}");
    for error in errors {
        for field in ["parameter", "message"] {
            assert!(error[field].as_str().is_some_and(|text| !text.is_empty()), "{field} in {problem}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_made_wrong_by_chance_are_all_refused_with_a_problem() {
    let app = TestApp::seeded().await;
    // While the first reads the catalog, others may find no connection.
    app.get("/api/v1/offer-cases", &[]).await.ok();
    let operations = operations(&Specified::by(&app).await);
    let requests = std::env::var("MALFORMED_REQUESTS").map_or(REQUESTS, |number| number.parse().unwrap());
    let mut random = StdRng::seed_from_u64(7);
    let malformed: Vec<Malformed> = (0..requests).map(|_| malformed(&mut random, &operations)).collect();
    let sent = futures_util::stream::iter(&malformed).map(|request| is_refused(&app, request));
    sent.buffer_unordered(AT_ONCE).collect::<Vec<()>>().await;
    assert_eq!(app.get("/api/v1/offer-cases", &[]).await.items().len(), 14);
}
