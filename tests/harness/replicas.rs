//! PostgreSQL servers of one test, one a replica of the other, that are frozen, promoted and killed.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, User};
use offer_cases::database::Database;
use offer_cases::import::seed::SeedFiles;
use offer_cases::server;
use tokio::sync::OnceCell;
use tokio_postgres::{Config, NoTls};

use super::directories::directory_of_run;
use super::{TestDatabase, free_port, scratch_dir};

/// How long a server may take to do something.
const LIMIT: Duration = Duration::from_secs(60);
/// Pause between looks at it.
const LOOK_AGAIN: Duration = Duration::from_millis(5);
/// Settings of servers that end with the test.
const SETTINGS: &str = "
    unix_socket_directories = ''
    listen_addresses = '127.0.0.1'
    fsync = off
    shared_buffers = 16MB
    max_connections = 60
    jit = off
    autovacuum = off
    wal_receiver_status_interval = 1s
";

static TEMPLATE: OnceCell<PathBuf> = OnceCell::const_new();

/// A server with a directory of its own; it ends with the test.
pub struct Server {
    directory: tempfile::TempDir,
    port: u16,
    process: Child,
}

impl Server {
    /// A new one, with the seed.
    pub async fn seeded() -> Self {
        Self::configured("").await
    }

    /// A new one with the seed, and more settings.
    pub async fn configured(settings: &str) -> Self {
        let template = TEMPLATE.get_or_init(Self::template).await;
        let directory = scratch_dir();
        done(Command::new("cp").arg("-a").arg(template.join("data")).arg(directory.path()));
        own(directory.path());
        Self::started(directory, settings)
    }

    /// The directory of one that has the seed and does not run, made once for all.
    async fn template() -> PathBuf {
        let directory = scratch_dir();
        own(directory.path());
        let data = directory.path().join("data");
        let mut make = program("initdb");
        make.arg("-D").arg(&data).args(["-U", "me", "-A", "trust", "-E", "UTF8", "--no-sync"]);
        make.args(["--locale", "C.UTF-8", "--no-instructions"]);
        // From 18 on pages have checksums where nothing is said.
        let help = program("initdb").stdout(Stdio::piped()).arg("--help").output().unwrap().stdout;
        let without_checksums = "--no-data-checksums";
        make.args(String::from_utf8_lossy(&help).contains(without_checksums).then_some(without_checksums));
        done(&mut make);
        let mut server = Self::started(directory, "");
        server.sql("postgres", "create database cases").await;
        let database = Database::new(server.config("cases"), 2, LIMIT);
        server::prepare(&database, Some(&SeedFiles::embedded())).await.unwrap();
        drop(database);
        kill(Pid::from_raw(server.process.id().cast_signed()), Signal::SIGINT).unwrap();
        server.process.wait().unwrap();
        let template = directory_of_run().join("servers");
        done(Command::new("cp").arg("-a").arg(server.directory.path()).arg(&template));
        template
    }

    /// A replica of it, with more settings.
    pub async fn replica(&self, settings: &str) -> Self {
        let directory = scratch_dir();
        own(directory.path());
        let mut copy = program("pg_basebackup");
        copy.args(["-R", "-X", "stream", "-c", "fast", "--no-sync", "-D"]).arg(directory.path().join("data"));
        let source = format!("host=127.0.0.1 port={} user=me", self.port);
        // It waits for the server, and others of this runtime may have to do with that.
        tokio::task::spawn_blocking(move || done(copy.args(["-d", &source]))).await.unwrap();
        Self::started(directory, settings)
    }

    fn started(directory: tempfile::TempDir, settings: &str) -> Self {
        let (port, data) = (free_port(), directory.path().join("data"));
        let written = format!("{SETTINGS}\nport = {port}\n{settings}\n");
        let mut file = std::fs::OpenOptions::new().append(true).open(data.join("postgresql.auto.conf")).unwrap();
        std::io::Write::write_all(&mut file, written.as_bytes()).unwrap();
        let log = std::fs::File::create(directory.path().join("log")).unwrap();
        let process = program("postgres").arg("-D").arg(&data).stdin(Stdio::null()).stderr(log).spawn().unwrap();
        let server = Self { directory, port, process };
        server.until("it lets nobody in", || {
            let file = std::fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
            file.lines().nth(7).is_some_and(|state| state.trim() == "ready")
        });
        server
    }

    fn until(&self, why: &str, is_so: impl Fn() -> bool) {
        let deadline = Instant::now() + LIMIT;
        while !is_so() {
            let log = || std::fs::read_to_string(self.directory.path().join("log")).unwrap_or_default();
            assert!(Instant::now() < deadline, "{why}: {}", log());
            std::thread::sleep(LOOK_AGAIN);
        }
    }

    /// How a database of it is reached.
    pub fn config(&self, database: &str) -> Config {
        let mut config = Config::new();
        config.host("127.0.0.1").port(self.port).user("me").dbname(database);
        config
    }

    /// Host and port.
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// A file in its directory, which it alone may read.
    pub fn write_file(directory: &Path, name: &str, text: &str) -> PathBuf {
        let path = directory.join(name);
        std::fs::write(&path, text).unwrap();
        let mode = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o600);
        std::fs::set_permissions(&path, mode).unwrap();
        own(&path);
        path
    }

    /// Its database, as a URL.
    pub fn url(&self) -> String {
        format!("postgres://me@{}/cases", self.host())
    }

    /// Its database.
    pub fn database(&self) -> Arc<TestDatabase> {
        Arc::new(TestDatabase::of_server("cases", self.config("postgres")))
    }

    /// What it has written into its log.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.directory.path().join("log")).unwrap()
    }

    /// Runs SQL on a database.
    pub async fn sql(&self, database: &str, sql: &str) {
        let (client, connection) = self.config(database).connect(NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }

    /// The value of a setting, or what else a statement gives in one text.
    pub async fn text(&self, database: &str, sql: &str) -> String {
        let (client, connection) = self.config(database).connect(NoTls).await.unwrap();
        tokio::spawn(connection);
        client.query_one(sql, &[]).await.unwrap().get(0)
    }

    /// Stops all its processes in the middle of what they do: it takes connections, and gives no answer.
    pub fn freeze(&self) {
        self.signal(Signal::SIGSTOP);
    }

    /// Lets them go on.
    pub fn thaw(&self) {
        self.signal(Signal::SIGCONT);
    }

    /// Lets no replica have any more of what it writes.
    pub async fn cut_off(&self) {
        self.sql("cases", "alter system set primary_conninfo = ''").await;
        self.sql("cases", "select pg_reload_conf()").await;
        let streams = "select count(*) from pg_stat_get_wal_receiver() where pid is not null";
        let database = self.database();
        while database.value(streams).await != "0" {
            tokio::task::yield_now().await;
        }
    }

    /// Makes a replica the server that is written to.
    pub async fn promote(&self) {
        self.sql("cases", "select pg_promote(true, 60)").await;
    }

    /// Ends it as a machine ends that loses power.
    pub fn kill(&mut self) {
        self.signal(Signal::SIGKILL);
        self.process.wait().unwrap();
    }

    fn signal(&self, signal: Signal) {
        let data = self.directory.path().join("data");
        // The one that starts the others first, so that it starts none meanwhile.
        let _ = kill(Pid::from_raw(self.process.id().cast_signed()), signal);
        for process in std::fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path()) {
            let number = process.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
            let is_of_it = std::fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd == data);
            if let Some(number) = number.filter(|_| is_of_it) {
                // One that has ended meanwhile needs no signal.
                let _ = kill(Pid::from_raw(number), signal);
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.signal(Signal::SIGKILL);
        let _ = self.process.wait();
    }
}

/// The user that PostgreSQL runs as, which refuses to run as root.
fn user() -> Option<User> {
    nix::unistd::Uid::effective().is_root().then(|| User::from_name("postgres").unwrap().expect("a user postgres"))
}

fn own(directory: &Path) {
    if let Some(user) = user() {
        std::os::unix::fs::chown(directory, Some(user.uid.as_raw()), Some(user.gid.as_raw())).unwrap();
    }
}

/// A program of PostgreSQL.
fn program(name: &str) -> Command {
    let mut command = Command::new(bin_dir().join(name));
    command.current_dir("/").env("LC_ALL", "C").stdout(Stdio::null());
    if let Some(user) = user() {
        command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
    }
    command
}

/// Where they are: the newest of those that are installed.
fn bin_dir() -> PathBuf {
    if let Some(directory) = std::env::var_os("PG_BIN_DIR") {
        return directory.into();
    }
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = installed.map(|entry| entry.path().join("bin")).filter(|bin| bin.join("initdb").exists()).max();
    newest.unwrap_or_default()
}

fn done(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
