//! Requests made by chance, of valid pieces and of anything: each is answered in time, as what it is or with a problem that
//! says what is wrong.
//!
//! `FUZZ_REQUESTS=1000000 FUZZ_SERVICE=127.0.0.1:8080 cargo test --release fuzzed_requests -- --nocapture` sends a million
//! to a service that runs, without its limits on what an address may ask; `FUZZ_SEED` makes others, which is printed.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::StreamExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use reqwest::{Client, Method};
use serde_json::Value;

use crate::harness::{Specified, TestApp};

/// Requests that are sent where nothing else is asked for.
const USUAL_REQUESTS: u64 = 3_000;
/// Requests in flight.
const AT_ONCE: usize = 16;
/// How long an answer may take.
const LIMIT: Duration = Duration::from_secs(30);

/// Texts that are more than letters, and what parsers tell apart.
const PIECES: &[&str] = &[
    "",
    ",",
    ",,",
    "!",
    "!!",
    "unknown",
    "!unknown",
    "..",
    "...",
    "0",
    "1",
    "-1",
    "00",
    "1e9",
    "2147483648",
    "9223372036854775808",
    "NaN",
    "2024",
    "2024-02",
    "2024-02-30",
    "2024-01-01..2024-12-31",
    "..2024",
    "2024-01-01T00:00:00Z",
    "\"",
    "\"\"",
    "\"a,b\"",
    "a:b",
    ":",
    "*",
    "%",
    "_",
    "\\",
    "'",
    "' or 1=1 --",
    "<script>",
    "${x}",
    "\u{0}",
    "\n",
    "\r\n",
    "\t",
    "\u{7f}",
    "\u{feff}",
    "\u{202e}",
    "\u{fdfa}",
    "ﬃ",
    "İ",
    "ß",
    "😀",
    "👩‍👩‍👧",
    "é",
    "\u{301}\u{301}\u{301}",
    "百度",
    "騰訊",
    "清华",
    "985",
    "产品经理（校招）",
    "金融",
    "北京-海淀",
    "baidu",
    "tencent",
    "company",
    "school_tier",
    "count",
    "-count",
    "major:2",
    "company:0.5",
    "true",
    "false",
    "[",
    "(",
    "a|b",
    ".*",
    "(((((",
    "CNY",
    "USD",
];

fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |value| value.parse().unwrap())
}

/// What is sent.
#[derive(Debug)]
struct Request {
    method: Method,
    target: String,
    headers: Vec<(&'static str, String)>,
}

/// A GET operation: its path, and its parameters with the words that they take.
struct Operation {
    path: String,
    parameters: Vec<(String, Vec<String>)>,
}

/// Makes requests.
struct Maker {
    operations: Vec<Operation>,
    /// Names of all parameters of all operations.
    names: Vec<String>,
}

impl Maker {
    fn of(specified: &Specified) -> Self {
        let operation = |path: String| {
            let parameters = specified.parameters(&path).into_iter();
            let parameters = parameters.filter(|(name, _)| !path.contains(&format!("{{{name}}}")));
            let parameters = parameters.map(|(name, schema)| (name, specified.words_of(schema))).collect();
            Operation { path, parameters }
        };
        let mut operations: Vec<Operation> = specified.paths().into_iter().map(operation).collect();
        // Pages take what their part of the API takes.
        let list = operations.iter().find(|operation| operation.path == "/api/v1/offer-cases").unwrap();
        let pages = ["/explore", "/compare", "/data", "/guide", "/companies/baidu", "/embed/chart"];
        let pages: Vec<_> = pages.map(|path| (path.to_owned(), list.parameters.clone())).into();
        operations.extend(pages.into_iter().map(|(path, parameters)| Operation { path, parameters }));
        let names = operations.iter().flat_map(|operation| operation.parameters.iter().map(|(name, _)| name.clone()));
        let names = names.collect();
        Self { operations, names }
    }

    fn make(&self, random: &mut StdRng) -> Request {
        let operation = self.operations.choose(random).unwrap();
        let mut target = operation.path.clone();
        for name in ["{slug}", "{id}"] {
            let fill = match random.random_range(0..4) {
                0 => encoded(&text(random, &[]), random),
                1 => "00000000-0000-4000-8000-000000000000".to_owned(),
                _ => "baidu".to_owned(),
            };
            target = target.replace(name, if fill.is_empty() { "x" } else { &fill });
        }
        let mut query: Vec<String> = Vec::new();
        for _ in 0..random.random_range(0..5) {
            let (name, words) = match operation.parameters.choose(random).filter(|_| random.random_bool(0.9)) {
                Some((name, words)) => (name, words.as_slice()),
                None => (self.names.choose(random).unwrap(), &[][..]),
            };
            let value = text(random, words);
            query.push(format!("{}={}", encoded(name, random), encoded(&value, random)));
        }
        if !query.is_empty() {
            target = format!("{target}?{}", query.join(if random.random_bool(0.98) { "&" } else { "&&" }));
        }
        Request { method: method(random), target, headers: headers(random) }
    }
}

/// A value of some of these words, of pieces, or of anything.
fn text(random: &mut StdRng, words: &[String]) -> String {
    let anything = |random: &mut StdRng| match random.random_range(0..3) {
        0 => char::from(random.random_range(b' '..=b'~')),
        1 => char::from_u32(random.random_range(0x4e00..0x9fa5)).unwrap_or('一'),
        _ => char::from_u32(random.random_range(0..0x2_0000)).unwrap_or('\u{fffd}'),
    };
    match random.random_range(0..10) {
        0..4 if !words.is_empty() => {
            let count = random.random_range(1..4);
            words.sample(random, count).cloned().collect::<Vec<_>>().join(",")
        }
        0..7 => {
            let count = random.random_range(1..5);
            (0..count).map(|_| *PIECES.choose(random).unwrap()).collect()
        }
        7..9 => {
            let count = random.random_range(1..30);
            (0..count).map(|_| anything(random)).collect()
        }
        _ => {
            let piece = PIECES.choose(random).unwrap();
            piece.repeat(random.random_range(1..=600 / piece.len().max(1)))
        }
    }
}

/// As it stands in an address; now and then broken.
fn encoded(text: &str, random: &mut StdRng) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    let encode = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    let mut encoded: String = text.bytes().map(encode).collect();
    if random.random_bool(0.02) {
        encoded.push_str(["%", "%f", "%zz", "%ff", "%c3%28", "+", "%00"].choose(random).unwrap());
    }
    encoded
}

fn method(random: &mut StdRng) -> Method {
    match random.random_range(0..50) {
        0 => Method::HEAD,
        1 => Method::OPTIONS,
        2 => Method::POST,
        3 => Method::DELETE,
        _ => Method::GET,
    }
}

fn headers(random: &mut StdRng) -> Vec<(&'static str, String)> {
    const VALUES: &[(&str, &[&str])] = &[
        ("accept", &["*/*", "text/html", "application/json", "text/csv;q=0.1", ",,;q=", "image/svg+xml", "a/b;q=9"]),
        ("accept-language", &["zh", "en", "zh-TW,en;q=0.3", "*", ";;", "x-y-z-zz", "q=0"]),
        ("accept-encoding", &["gzip", "br", "zstd", "identity;q=0", "*;q=0", "gzip;q=2,,"]),
        ("if-none-match", &["*", "\"x\"", "W/\"1\"", "\"", "1,2,3"]),
        ("if-modified-since", &["Mon, 30 Nov 2026 00:00:00 GMT", "yesterday"]),
        ("range", &["bytes=0-1", "bytes=9-1"]),
        ("x-forwarded-for", &["1.2.3.4", "unknown", "::1", "a,b,c"]),
        ("forwarded", &["for=1.2.3.4;proto=https;host=x", ";;=", "for=\"[::1]\""]),
        ("cookie", &["lang=zh", "theme=dark; lang=en", "=;;", "lang=%00"]),
        ("origin", &["https://example.org", "null", "x"]),
        ("x-request-id", &["a", "a b", "é"]),
        ("content-type", &["application/json", "multipart/form-data"]),
    ];
    let count = random.random_range(0..3);
    let chosen = VALUES.sample(random, count);
    chosen.map(|(name, values)| (*name, (*values.choose(random).unwrap()).to_owned())).collect()
}

/// Sends a request, and looks at what comes.
async fn answered(client: &Client, service: &str, request: &Request) -> u16 {
    let url = format!("http://{service}{}", request.target);
    let mut sent = client.request(request.method.clone(), url).timeout(LIMIT);
    for (name, value) in &request.headers {
        sent = sent.header(*name, value);
    }
    let answer = sent.send().await.unwrap_or_else(|error| panic!("{request:?}: {error:?}"));
    let (status, kind) = (answer.status().as_u16(), answer.headers().get("content-type").cloned());
    let kind = kind.map(|kind| kind.to_str().unwrap().to_owned()).unwrap_or_default();
    let encoding = answer.headers().get("content-encoding").is_some_and(|encoding| encoding != "identity");
    let body = answer.bytes().await.unwrap_or_else(|error| panic!("{request:?}: {status}, broken off: {error:?}"));
    assert!(
        status < 500 || [501, 503, 504].contains(&status),
        "{request:?}: {status} {}",
        String::from_utf8_lossy(&body)
    );
    if status >= 400 && request.method != Method::HEAD && !encoding {
        match kind.as_str() {
            "application/problem+json" => {
                let problem: Value =
                    serde_json::from_slice(&body).unwrap_or_else(|error| panic!("{request:?}: {error}"));
                assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{request:?}: {problem}");
                let errors = problem["errors"].as_array().map_or(0, Vec::len);
                assert!(problem["code"] != "invalid_parameter" || errors > 0, "{request:?}: {problem}");
            }
            kind => assert!(kind.starts_with("text/html") && !body.is_empty(), "{request:?}: {status} {kind:?}"),
        }
    }
    status
}

#[tokio::test(flavor = "multi_thread")]
async fn fuzzed_requests_are_all_answered_in_time_with_what_they_ask_or_what_is_wrong_with_them() {
    let app = TestApp::seeded().await;
    app.get("/api/v1/offer-cases", &[]).await.ok();
    let maker = Maker::of(&Specified::by(&app).await);
    let service =
        std::env::var("FUZZ_SERVICE").unwrap_or_else(|_| app.url("").trim_start_matches("http://").to_owned());
    let (requests, seed) = (setting("FUZZ_REQUESTS", USUAL_REQUESTS), setting("FUZZ_SEED", 7));
    println!("{requests} requests of seed {seed} to {service}");
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    // Each from a seed of its own, so that one that fails can be made again.
    let sent = futures_util::stream::iter(0..requests).map(|number| {
        let request = maker.make(&mut StdRng::seed_from_u64(seed.wrapping_mul(1 << 32) + number));
        let (client, service) = (client.clone(), service.clone());
        async move {
            let status = tokio::spawn(async move { answered(&client, &service, &request).await });
            status.await.unwrap_or_else(|_| panic!("request {number} of seed {seed}"))
        }
    });
    let mut statuses: BTreeMap<u16, u64> = BTreeMap::new();
    let mut sent = sent.buffer_unordered(AT_ONCE);
    while let Some(status) = sent.next().await {
        *statuses.entry(status).or_default() += 1;
    }
    println!("{statuses:?}");
    assert!(statuses[&200] > requests / 20, "too few are right to see much: {statuses:?}");
    let still = client.get(format!("http://{service}/api/v1/offer-cases")).send().await.unwrap();
    assert_eq!(still.status(), 200);
}
