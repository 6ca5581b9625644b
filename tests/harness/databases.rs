//! One PostgreSQL server for the whole run, and databases on it, one for each test.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use offer_cases::database::Database;
use offer_cases::database::private_server::{Cancel, Durability, Options, PrivateServer};
use offer_cases::import::seed::SeedFiles;
use offer_cases::server;
use tokio::sync::OnceCell;
use tokio_postgres::{Config, NoTls};

use super::directories::directory_of_run;

/// The server of this run; it ends with the process.
struct TestServer {
    config: Config,
    _private: Option<PrivateServer>,
}

static SERVER: OnceCell<TestServer> = OnceCell::const_new();
static EMPTY_TEMPLATE: OnceCell<String> = OnceCell::const_new();
static SEEDED_TEMPLATE: OnceCell<String> = OnceCell::const_new();
static NUMBER: AtomicU32 = AtomicU32::new(0);

async fn server() -> &'static TestServer {
    SERVER
        .get_or_init(|| async {
            if let Ok(url) = std::env::var("TEST_DATABASE_URL") {
                return TestServer { config: url.parse().unwrap(), _private: None };
            }
            let options = Options {
                data_dir: directory_of_run().join("server"),
                bin_dir: std::env::var_os("PG_BIN_DIR").map(PathBuf::from),
                durability: Durability::ThrowAway,
                cancel: Cancel::default(),
            };
            let private = tokio::task::spawn_blocking(move || PrivateServer::start(&options)).await.unwrap().unwrap();
            let mut config = private.directory().connection();
            config.dbname("postgres");
            TestServer { config, _private: Some(private) }
        })
        .await
}

/// How the server of this run is reached, by its maintenance database.
pub async fn server_config() -> Config {
    server().await.config.clone()
}

async fn execute(config: &Config, sql: &str) {
    let (client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
}

fn unique_name(what: &str) -> String {
    format!("{what}_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed))
}

/// A template with the migrations, and the seed if wanted.
async fn template(seeded: bool) -> &'static str {
    let cell = if seeded { &SEEDED_TEMPLATE } else { &EMPTY_TEMPLATE };
    cell.get_or_init(|| async {
        let name = unique_name(if seeded { "seeded" } else { "empty" });
        let mut config = server_config().await;
        execute(&config, &format!("create database {name}")).await;
        config.dbname(&name);
        let database = Database::new(config, 2, std::time::Duration::from_secs(60));
        let seed = seeded.then(SeedFiles::embedded);
        server::prepare(&database, seed.as_ref()).await.unwrap();
        name
    })
    .await
}

/// A database of one test, dropped at its end.
pub struct TestDatabase {
    name: String,
    server: Config,
    /// Whether its server goes with it, and it need not be dropped.
    goes_with_server: bool,
}

impl TestDatabase {
    /// That of a server of one test.
    pub fn of_server(name: &str, server: Config) -> Self {
        Self { name: name.to_owned(), server, goes_with_server: true }
    }

    /// With the migrations; with the seed too, if wanted.
    pub async fn new(seeded: bool) -> Self {
        let template = template(seeded).await;
        let server = server_config().await;
        let name = unique_name("test");
        // A template that somebody is still leaving cannot be copied for a moment.
        let sql = format!("create database {name} template {template} strategy file_copy");
        let (client, connection) = server.connect(NoTls).await.unwrap();
        tokio::spawn(connection);
        while let Err(error) = client.batch_execute(&sql).await {
            let busy = error.code() == Some(&tokio_postgres::error::SqlState::OBJECT_IN_USE);
            assert!(busy, "{error:?}");
            tokio::task::yield_now().await;
        }
        let database = Self { name, server, goes_with_server: false };
        // From its first change on it has a history of its own; tests are of what comes after.
        database.execute("update dataset set version = version").await;
        database
    }

    /// Without anything.
    pub async fn bare() -> Self {
        let server = server_config().await;
        let name = unique_name("bare");
        execute(&server, &format!("create database {name}")).await;
        Self { name, server, goes_with_server: false }
    }

    /// How it is reached.
    pub fn config(&self) -> Config {
        let mut config = self.server.clone();
        config.dbname(&self.name);
        config
    }

    /// As a URL, for a program of its own.
    pub fn url(&self) -> String {
        use tokio_postgres::config::Host;
        let config = self.config();
        let host = match &config.get_hosts()[0] {
            Host::Unix(path) => path.display().to_string(),
            Host::Tcp(host) => host.clone(),
        };
        let user = config.get_user().unwrap_or("postgres");
        let port = config.get_ports().first().copied().unwrap_or(5432);
        let password = config.get_password().map(|it| String::from_utf8_lossy(it).into_owned());
        let password = password.map(|it| format!(" password={it}")).unwrap_or_default();
        format!("host={host} port={port} user={user} dbname={}{password}", self.name)
    }

    /// Runs SQL.
    pub async fn execute(&self, sql: &str) {
        execute(&self.config(), sql).await;
    }

    /// The first column of the first row, as text.
    pub async fn value(&self, sql: &str) -> String {
        self.column(sql).await.into_iter().next().unwrap_or_default()
    }

    /// The first column of all rows, as text.
    pub async fn column(&self, sql: &str) -> Vec<String> {
        let (client, connection) = self.config().connect(NoTls).await.unwrap();
        tokio::spawn(connection);
        let rows = client.query(&format!("select it::text from ({sql}) as query (it)"), &[]).await;
        rows.unwrap_or_else(|error| panic!("{sql}: {error:?}"))
            .iter()
            .map(|row| row.get::<_, Option<String>>(0).unwrap_or_default())
            .collect()
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if self.goes_with_server {
            return;
        }
        let (server, name) = (self.server.clone(), self.name.clone());
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(execute(&server, &format!("drop database if exists {name} with (force)")));
        });
        let _ = dropping.join();
    }
}
