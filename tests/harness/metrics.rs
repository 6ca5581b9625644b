//! What `/metrics` says.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use offer_cases::http::metrics::MetricsListener;

use super::TestApp;

/// How long a value may take to come about.
const LIMIT: Duration = Duration::from_secs(60);

/// Where metrics are told.
pub struct Metrics {
    address: String,
    _listener: Option<MetricsListener>,
}

/// All values that were told: by name and labels, as they stand in a line.
#[derive(Debug)]
pub struct Values(BTreeMap<String, f64>);

impl TestApp {
    /// A listener of metrics beside it, which ends with the test.
    pub fn metrics(&self) -> Metrics {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap().to_string();
        Metrics::at(address, Some(MetricsListener::start(listener, self.state()).unwrap()))
    }
}

impl Values {
    /// That of a name with its labels, such as `offer_cases_database_up{database="writes"}`.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.0.get(name).copied()
    }

    /// The names, without labels.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(|key| key.split('{').next().unwrap_or_default())
    }
}

impl Metrics {
    /// At an address, perhaps of a listener of one's own.
    pub fn at(address: String, listener: Option<MetricsListener>) -> Self {
        Self { address, _listener: listener }
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What is answered, as it comes.
    pub async fn text(&self) -> String {
        let response = reqwest::get(self.url("/metrics")).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
        response.text().await.unwrap()
    }

    /// All values.
    pub async fn values(&self) -> Values {
        let text = self.text().await;
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let values = lines.map(|line| {
            let (name, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no value: {line}"));
            (name.to_owned(), value.parse().unwrap_or_else(|error| panic!("{error}: {line}")))
        });
        Values(values.collect())
    }

    /// All values, once something is so of them.
    pub async fn once(&self, is_so: impl Fn(&Values) -> bool) -> Values {
        let deadline = Instant::now() + LIMIT;
        loop {
            let values = self.values().await;
            if is_so(&values) {
                return values;
            }
            assert!(Instant::now() < deadline, "it never is so: {values:#?}");
        }
    }

    /// Waits until a name has a value, as [`Values::get`] takes it.
    pub async fn await_value(&self, name: &str, value: f64) -> Values {
        self.once(|values| values.get(name) == Some(value)).await
    }
}
