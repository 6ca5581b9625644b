//! Cases in memory that are kept on the disk: a start begins with them, and answers what the database holds.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use serde_json::Value;

use crate::harness::service::{await_status, get};
use crate::harness::{CaseBuilder, Program, TestApp, TestDatabase, free_port};

const STATS: &str = "/api/v1/stats?group_by=company&metrics=share,pay";
/// How long a state may take to come about.
const LIMIT: Duration = Duration::from_secs(60);
/// A change that the database does not tell: the version stays.
const UNTOLD: &str = "begin; set local session_replication_role = replica;
     update offer_cases set company_id = (select id from companies where slug = 'tencent') where id = (select min(id::text)::uuid
         from offer_cases where company_id <> (select id from companies where slug = 'tencent')); commit";

/// A program that keeps the cases of a database in a directory.
struct Kept<'a> {
    database: &'a TestDatabase,
    directory: &'a Path,
    port: u16,
}

impl Kept<'_> {
    fn file(&self) -> PathBuf {
        self.directory.join("columns.saved")
    }

    /// Starts it; it is ready, and has said this.
    #[track_caller]
    fn start(&self, told: &str) -> Program {
        let listen = format!("127.0.0.1:{}", self.port);
        let mut command = Program::command(&["--no-seed", "--listen", &listen, "--columns-dir"]);
        let mut program = Program::start(command.arg(self.directory).env("DATABASE_URL", self.database.url()));
        program.await_ready();
        assert!(program.printed.iter().any(|line| line.contains(told)), "{told}: {:#?}", program.printed);
        program
    }

    /// Ends it when the file is newer than it was.
    fn end_when_kept(&self, mut program: Program, before: Option<std::time::SystemTime>) {
        self.until("nothing is kept", || self.written_at() > before);
        program.signal(Signal::SIGTERM);
        program.await_end();
    }

    fn written_at(&self) -> Option<std::time::SystemTime> {
        self.file().metadata().and_then(|metadata| metadata.modified()).ok()
    }

    fn until(&self, why: &str, is_so: impl Fn() -> bool) {
        let deadline = Instant::now() + LIMIT;
        while !is_so() {
            assert!(Instant::now() < deadline, "{why}");
            std::thread::yield_now();
        }
    }

    /// Whether what it answers is what an instance answers that has read all cases.
    async fn assert_right(&self) {
        let fresh = self.app().await.get_raw(STATS).await.ok();
        assert_eq!(self.answer().await, fresh);
    }

    async fn answer(&self) -> Value {
        get(self.port, STATS).await.unwrap().json().await.unwrap()
    }

    async fn app(&self) -> TestApp {
        TestApp::reached_by(
            TestDatabase::of_server(self.database.config().get_dbname().unwrap(), self.database.config()),
            self.database.config(),
        )
        .await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_begins_with_the_cases_of_the_disk_and_compares_them_with_the_database() {
    let database = TestDatabase::new(true).await;
    let directory = tempfile::tempdir().unwrap();
    let kept = Kept { database: &database, directory: directory.path(), port: free_port() };
    kept.end_when_kept(kept.start("14 cases are in memory"), None);

    CaseBuilder::new("since", "tencent").store(&database).await;
    database.execute("update offer_cases set retired_at = now() where source_row = 3").await;
    let before = kept.written_at();
    let mut program = kept.start("and what has changed since");
    kept.assert_right().await;
    assert!(program.prints("are those of the database"), "{:#?}", program.printed);
    kept.end_when_kept(program, before);

    // What nothing tells is seen as all rows are compared, and all are read anew then.
    database.execute(UNTOLD).await;
    let mut program = kept.start("and what has changed since");
    assert!(program.prints("is not what the database holds"), "{:#?}", program.printed);
    assert!(program.run_until(|printed| printed.iter().any(|line| line.ends_with("may take"))));
    kept.assert_right().await;
    kept.end_when_kept(program, None);

    // Rows that vanish are told just as well.
    let vanish =
        "begin; set local session_replication_role = replica; delete from offer_cases where source_row = 4; commit";
    database.execute(vanish).await;
    let mut program = kept.start("and what has changed since");
    let damaged = await_status(kept.port, "/health/ready", 503).await.text().await.unwrap();
    assert!(damaged.contains("table offer_cases has 14 rows and should have 15"), "{damaged}");
    program.kill();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_damaged_or_of_another_history_is_told_and_not_used() {
    let database = TestDatabase::new(true).await;
    let directory = tempfile::tempdir().unwrap();
    let kept = Kept { database: &database, directory: directory.path(), port: free_port() };
    kept.end_when_kept(kept.start("14 cases are in memory"), None);
    let whole = std::fs::read(kept.file()).unwrap();
    let damaged = {
        let mut bytes = whole.clone();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        bytes
    };
    let older = [b"offer-cases columns 0\n".as_slice(), &whole[22..]].concat();
    for (bytes, told) in [
        (damaged, "a checksum is wrong"),
        (whole[..whole.len() - 7].to_vec(), "a part ends too early"),
        (older, "another form"),
        (Vec::new(), "damaged or cut off"),
    ] {
        std::fs::write(kept.file(), bytes).unwrap();
        let before = kept.written_at();
        let program = kept.start(told);
        kept.assert_right().await;
        kept.end_when_kept(program, before);
        let now = std::fs::read(kept.file()).unwrap();
        assert!(now.starts_with(&whole[..22]) && now.len() == whole.len(), "a whole one takes its place");
    }
    // The same cases in another database, of a history of its own.
    let other = TestDatabase::new(true).await;
    CaseBuilder::new("other", "tencent").store(&other).await;
    let of_other = Kept { database: &other, directory: directory.path(), port: free_port() };
    let program = of_other.start("the database has another history");
    of_other.assert_right().await;
    drop(program);
}
