//! The application of one test, on a port and a database of its own.

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::dev::ServerHandle;
use actix_web::web::Data;
use offer_cases::database::{Address, Database, Databases};
use offer_cases::http::state::{AppState, Place, Stage};
use offer_cases::server;
use offer_cases::settings::{DEFAULT_MEMORY_LIMIT_MIB, HttpSettings, Limits, Origins};
use serde_json::Value;
use tokio_postgres::Config;

use super::TestDatabase;

/// How long the queries of a request may take, where a test does not say.
const LIMIT: Duration = Duration::from_secs(30);

/// A running application.
pub struct TestApp {
    /// Its database.
    pub database: Arc<TestDatabase>,
    address: String,
    client: reqwest::Client,
    server: ServerHandle,
    state: Data<AppState>,
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: reqwest::header::HeaderMap,
    /// The body, as it came.
    pub text: String,
}

impl Answer {
    async fn read(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, text: response.text().await.unwrap() }
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The body of a 200.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        self.json()
    }

    /// The items of a 200 list.
    #[track_caller]
    pub fn items(&self) -> Vec<Value> {
        self.ok()["items"].as_array().expect("a list").clone()
    }

    /// A header as text; empty when missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body of a problem, after checking that it is one.
    #[track_caller]
    pub fn problem(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        let problem = self.json();
        assert_eq!(problem["status"], status);
        assert_eq!(problem["request_id"], self.header("x-request-id"));
        for field in ["type", "title", "code", "detail"] {
            assert!(problem[field].as_str().is_some_and(|text| !text.is_empty()), "{field} is missing: {problem}");
        }
        problem
    }

    /// Checks that it is a 400 that says this of a parameter.
    #[track_caller]
    pub fn assert_mistake(&self, parameter: &str, part: &str) {
        let problem = self.problem(400);
        let errors = problem["errors"].as_array().into_iter().flatten();
        let mut messages = errors.filter(|error| error["parameter"] == parameter).map(|error| &error["message"]);
        assert!(
            messages.any(|message| message.as_str().is_some_and(|message| message.contains(part))),
            "`{parameter}`, {part}: {problem}"
        );
    }
}

impl TestApp {
    /// On a database with the seed.
    pub async fn seeded() -> Self {
        Self::on(TestDatabase::new(true).await).await
    }

    /// On this database.
    pub async fn on(database: TestDatabase) -> Self {
        Self::started(Arc::new(database), LIMIT, DEFAULT_MEMORY_LIMIT_MIB).await
    }

    /// Another instance on the same database.
    pub async fn beside(&self, memory_limit_mib: u64) -> Self {
        Self::started(Arc::clone(&self.database), LIMIT, memory_limit_mib).await
    }

    /// Another instance on the same database, which keeps the cases in memory in a directory, too.
    pub fn keeping_columns(&self, directory: &Path) -> Self {
        let database = Arc::new(Database::new(self.database.config(), 4, LIMIT));
        let place = Place { directory: directory.to_owned(), least_cases: 0 };
        let state = AppState::keeping_columns(database, DEFAULT_MEMORY_LIMIT_MIB, Some(place));
        let (address, server, state) = serve_state(state, no_limits());
        Self { database: Arc::clone(&self.database), address, client: reqwest::Client::new(), server, state }
    }

    /// Lets another instance leave a directory with the cases that it had in memory.
    pub async fn keep_columns(&self, directory: &Path) {
        let first = self.keeping_columns(directory);
        first.get("/api/v1/stats", &[("group_by", "company")]).await.ok();
        let deadline = Instant::now() + LIMIT;
        while !directory.join("columns.saved").exists() {
            assert!(Instant::now() < deadline, "nothing is kept");
            tokio::task::yield_now().await;
        }
    }

    async fn started(database: Arc<TestDatabase>, limit: Duration, memory_limit_mib: u64) -> Self {
        let config = database.config();
        Self::configured(database, config, limit, memory_limit_mib).await
    }

    /// On this database, which it reaches in another way than the test.
    pub async fn reached_by(database: TestDatabase, config: Config) -> Self {
        Self::configured(Arc::new(database), config, LIMIT, DEFAULT_MEMORY_LIMIT_MIB).await
    }

    /// On this database, which it reaches in another way than the test, and replicas that it reads from.
    pub async fn reading(database: &Arc<TestDatabase>, writes: &str, reads: Option<&str>) -> Self {
        let writes = Arc::new(Database::new(Address::parse(writes).unwrap(), 4, LIMIT));
        let reads = reads.map(|reads| Arc::new(writes.at(Address::parse(reads).unwrap().in_any_order())));
        let reads = reads.unwrap_or_else(|| Arc::clone(&writes));
        let databases = Databases { writes, reads };
        let (address, server, state) = serve_on(databases, DEFAULT_MEMORY_LIMIT_MIB, no_limits()).await;
        Self { database: Arc::clone(database), address, client: reqwest::Client::new(), server, state }
    }

    async fn configured(database: Arc<TestDatabase>, config: Config, limit: Duration, memory_limit_mib: u64) -> Self {
        let (address, server, state) = serve(config, limit, memory_limit_mib, no_limits()).await;
        Self { database, address, client: reqwest::Client::new(), server, state }
    }

    /// With the seed, where clients may take so much.
    pub async fn limited(limits: Limits) -> Self {
        let database = Arc::new(TestDatabase::new(true).await);
        let (address, server, state) = serve(database.config(), LIMIT, DEFAULT_MEMORY_LIMIT_MIB, limits).await;
        Self { database, address, client: reqwest::Client::new(), server, state }
    }

    /// On this database, with another limit on queries.
    pub async fn with_query_limit(database: TestDatabase, limit: Duration) -> Self {
        Self::started(Arc::new(database), limit, DEFAULT_MEMORY_LIMIT_MIB).await
    }

    /// What its requests share.
    pub fn state(&self) -> Data<AppState> {
        self.state.clone()
    }

    /// The address of a path and query.
    pub fn url(&self, target: &str) -> String {
        format!("http://{}{target}", self.address)
    }

    /// GET of a path with parameters, which are encoded here.
    pub async fn get(&self, path: &str, parameters: &[(&str, &str)]) -> Answer {
        let url = format!("http://{}{path}", self.address);
        Answer::read(self.client.get(url).query(parameters).send().await.unwrap()).await
    }

    /// GET of a path and query that stand as they shall be sent.
    pub async fn get_raw(&self, target: &str) -> Answer {
        self.request(reqwest::Method::GET, target, &[]).await
    }

    /// Any request.
    pub async fn request(&self, method: reqwest::Method, target: &str, headers: &[(&str, &str)]) -> Answer {
        // Longer than anything may take: where no answer comes, a test ends all the same.
        let mut request = self.client.request(method, format!("http://{}{target}", self.address)).timeout(4 * LIMIT);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::read(request.send().await.unwrap()).await
    }

    /// The status and the content encoding of an answer, whose body is not read.
    pub async fn head_of(&self, target: &str, headers: &[(&str, &str)]) -> (u16, String) {
        let mut request = self.client.get(format!("http://{}{target}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        let encoding = response.headers().get("content-encoding").map_or("", |value| value.to_str().unwrap());
        (response.status().as_u16(), encoding.to_owned())
    }

    /// An answer whose body is read piece by piece.
    pub async fn start(&self, target: &str) -> reqwest::Response {
        self.client.get(format!("http://{}{target}", self.address)).send().await.unwrap()
    }

    /// The slugs of the companies of all cases that fit the parameters, in the order of the list.
    pub async fn companies_of(&self, parameters: &[(&str, &str)]) -> Vec<String> {
        let mut parameters = parameters.to_vec();
        parameters.push(("limit", "200"));
        let answer = self.get("/api/v1/offer-cases", &parameters).await;
        answer.items().iter().map(|case| case["company"]["slug"].as_str().unwrap().to_owned()).collect()
    }

    /// The number of cases that fit the parameters, up to 200.
    pub async fn count_of(&self, parameters: &[(&str, &str)]) -> usize {
        self.companies_of(parameters).await.len()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        // The request to stop is sent at the call; nobody needs to wait for the end.
        drop(self.server.stop(false));
    }
}

/// What clients may take where a test is not about it: all that they like.
pub fn no_limits() -> Limits {
    Limits {
        requests_per_second: 0,
        burst: 1,
        trusted_proxies: Vec::new(),
        max_connections: 10_000,
        connections_per_address: 10_000,
        client_timeout: LIMIT,
        keep_alive: LIMIT,
    }
}

async fn serve(
    address: impl Into<Address>,
    query_limit: Duration,
    memory_limit_mib: u64,
    limits: Limits,
) -> (String, ServerHandle, Data<AppState>) {
    let database = Arc::new(Database::new(address, 4, query_limit));
    serve_on(database.into(), memory_limit_mib, limits).await
}

async fn serve_on(
    databases: Databases,
    memory_limit_mib: u64,
    limits: Limits,
) -> (String, ServerHandle, Data<AppState>) {
    serve_state(AppState::new(databases, memory_limit_mib), limits)
}

fn serve_state(state: AppState, limits: Limits) -> (String, ServerHandle, Data<AppState>) {
    let state = Data::new(state);
    state.set_stage(Stage::Ready);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let example = Origins::These(vec!["https://example.org".into()]);
    let settings = HttpSettings { workers: 1, limits, cors_origins: example, frame_ancestors: Origins::Any };
    let server = server::http_server(listener, state.clone(), &settings).unwrap();
    let handle = server.handle();
    tokio::spawn(server);
    (address, handle, state)
}
