//! What tests ask of a service that runs as a process, and of its private server.

use std::path::Path;
use std::time::{Duration, Instant};

use reqwest::Response;
use serde_json::Value;
use tokio_postgres::{Client, Config, NoTls};

use super::Program;

/// How long a state may take to come about.
const LIMIT: Duration = Duration::from_secs(300);

/// Pause between looks: what is waited for needs the processor more.
const LOOK_AGAIN: Duration = Duration::from_millis(2);

/// GET of a path of a service on a port.
pub async fn get(port: u16, path: &str) -> reqwest::Result<Response> {
    reqwest::get(format!("http://127.0.0.1:{port}{path}")).await
}

/// The number of cases of a service on a port, up to 200.
pub async fn count_cases(port: u16) -> usize {
    let page: Value = get(port, "/api/v1/offer-cases?limit=200").await.unwrap().json().await.unwrap();
    page["items"].as_array().unwrap_or_else(|| panic!("{page}")).len()
}

/// Asks again and again until the status is the wanted one.
pub async fn await_status(port: u16, path: &str, status: u16) -> Response {
    let deadline = Instant::now() + LIMIT;
    loop {
        match get(port, path).await {
            Ok(response) if response.status() == status => return response,
            answer => assert!(Instant::now() < deadline, "never {status}: {answer:?}"),
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// A client of the private server of a data directory.
pub async fn private_client(data_dir: &Path) -> Client {
    let mut config = Config::new();
    config.host_path(data_dir).user("offer_cases").dbname("offer_cases");
    let (client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Waits until a request of the service waits for a lock.
pub async fn await_waiting_request(observer: &Client) {
    let waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%offer_cases%'";
    let deadline = Instant::now() + LIMIT;
    while observer.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) == 0 {
        assert!(Instant::now() < deadline, "the request never came to the lock");
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// Waits until the server has ended the connection of this number.
pub async fn await_gone(observer: &Client, pid: i32) {
    let there = "select exists (select from pg_stat_activity where pid = $1)";
    let deadline = Instant::now() + LIMIT;
    while observer.query_one(there, &[&pid]).await.unwrap().get(0) {
        assert!(Instant::now() < deadline, "connection {pid} goes on");
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// Waits until a client that came after the observer has asked for something that matches.
pub async fn await_asked(observer: &Client, pattern: &str) {
    let deadline = Instant::now() + LIMIT;
    while !has_asked(observer, pattern).await {
        assert!(Instant::now() < deadline, "nobody asked for {pattern}");
    }
}

/// Whether the last that a client asked for which came after the observer matches.
pub async fn has_asked(observer: &Client, pattern: &str) -> bool {
    let asked = "select exists (select from pg_stat_activity asking, pg_stat_activity observing \
        where observing.pid = pg_backend_pid() and asking.backend_start > observing.backend_start \
            and asking.query ~* $1)";
    observer.query_one(asked, &[&pattern]).await.unwrap().get(0)
}

/// What a setting of the private server is.
pub async fn client_setting(data_dir: &Path, name: &str) -> String {
    private_client(data_dir).await.query_one(&format!("show {name}"), &[]).await.unwrap().get(0)
}

/// Waits until no server works on a data directory any more.
pub fn await_no_postgres(data_dir: &Path) {
    let deadline = Instant::now() + LIMIT;
    while !Program::postgres_processes(data_dir).is_empty() {
        assert!(Instant::now() < deadline, "still there: {:?}", Program::postgres_processes(data_dir));
        std::thread::sleep(LOOK_AGAIN);
    }
}
