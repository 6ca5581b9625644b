//! Servers that freeze, lag, lose what came last, or cannot be written to: two of them, one the replica of the other.

use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::harness::service::await_status;
use crate::harness::{Answer, CaseBuilder, Program, Server, TestApp, TestDatabase, free_port, scratch_dir};

/// Within which good answers have come again, on a machine that runs other tests beside this one. On one that does not it
/// takes less than three seconds.
const SOON: Duration = Duration::from_secs(15);

/// What is answered in different ways: by shared connections, by one that is lent, from memory, by one that is made for it.
const QUESTIONS: &[&str] = &[
    "/api/v1/offer-cases",
    "/api/v1/imports",
    "/api/v1/stats?group_by=company",
    "/api/v1/offer-cases.csv",
    "/health/ready",
];

const STATS: &str = "/api/v1/stats?group_by=company";

/// Asks until the answer is good, or has taken too long.
async fn soon(app: &TestApp, target: &str) -> Answer {
    let begun = Instant::now();
    loop {
        let answer = app.get_raw(target).await;
        if answer.status == 200 {
            return answer;
        }
        assert!(begun.elapsed() < SOON, "{target}: {answer:?}");
    }
}

fn total(statistics: &Answer) -> u64 {
    statistics.ok()["total"].as_u64().unwrap()
}

async fn stored(database: &TestDatabase) -> u64 {
    database.value("select count(*) from offer_cases where retired_at is null").await.parse().unwrap()
}

/// The version that a write has made, as answers give it.
async fn token_after(app: &TestApp) -> String {
    app.get_raw("/api/v1/tags").await.header("dataset-version").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_frozen_host_the_next_one_answers_soon() {
    let first = Server::seeded().await;
    let second = first.replica("").await;
    let url = format!("postgres://me@{},{}/cases?target_session_attrs=read-write", first.host(), second.host());
    let app = TestApp::reading(&second.database(), &url, None).await;
    for target in QUESTIONS {
        assert_eq!(app.get_raw(target).await.status, 200, "{target}");
    }
    first.freeze();
    second.promote().await;
    let begun = Instant::now();
    futures_util::future::join_all(QUESTIONS.iter().map(|target| soon(&app, target))).await;
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    // A program that starts now passes over it, too.
    let begun = Instant::now();
    let exported = Program::command(&["export", "company=baidu"]).env("DATABASE_URL", &url).output().unwrap();
    assert!(exported.status.success() && !exported.stdout.is_empty(), "{exported:?}");
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    first.thaw();
}

#[tokio::test(flavor = "multi_thread")]
async fn while_one_host_is_silent_another_one_that_refused_is_asked_again_since_it_may_take_its_place() {
    let first = Server::seeded().await;
    let second = first.replica("log_connections = on").await;
    let url = format!("postgres://me@{},{}/cases?target_session_attrs=read-write", second.host(), first.host());
    first.freeze();
    let asked = second.log().matches("connection authorized").count();
    let refused = Program::command(&["imports", "list"]).env("DATABASE_URL", &url).output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(refused.status.code() == Some(1) && said.contains("does not allow writes"), "{said}");
    assert!(said.contains("no answer within 2 s"), "{said}");
    assert!(second.log().matches("connection authorized").count() >= asked + 3, "{}", second.log());
    first.thaw();
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_host_answers_it_is_said_that_the_database_is_away_and_not_that_less_should_be_asked() {
    let server = Server::seeded().await;
    let app = TestApp::reading(&server.database(), &server.url(), None).await;
    for target in QUESTIONS {
        assert_eq!(app.get_raw(target).await.status, 200, "{target}");
    }
    server.freeze();
    let begun = Instant::now();
    let ask = async |target: &&str| {
        let refused = app.get_raw(target).await;
        assert_eq!((refused.status, refused.header("retry-after")), (503, "1"), "{target}: {refused:?}");
    };
    futures_util::future::join_all(QUESTIONS.iter().map(ask)).await;
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    server.thaw();
    for target in QUESTIONS {
        soon(&app, target).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_failover_has_lost_is_neither_in_memory_nor_taken_for_known() {
    let mut first = Server::seeded().await;
    let second = first.replica("").await;
    let url = format!("postgres://me@{},{}/cases?target_session_attrs=read-write", first.host(), second.host());
    let (old, new) = (first.database(), second.database());
    let app = TestApp::reading(&new, &url, None).await;
    second.cut_off().await;
    CaseBuilder::new("lost-1", "tencent").store(&old).await;
    let halfway = total(&app.get_raw(STATS).await);
    CaseBuilder::new("lost-2", "tencent").store(&old).await;
    let lost = app.get_raw(STATS).await;
    assert_eq!((halfway, total(&lost)), (15, 16));
    first.kill();
    second.promote().await;
    // Before anything else is written.
    assert_eq!(total(&soon(&app, STATS).await), 14);
    let known = [("if-none-match", lost.header("etag"))];
    let now = app.request(reqwest::Method::GET, STATS, &known).await;
    assert_eq!((now.status, total(&now)), (200, 14), "what the client has will never come again: {now:?}");
    let number = |answer: &Answer| answer.header("dataset-version").split('-').next().unwrap().to_owned();
    let mut now = app.get_raw(STATS).await;
    for step in 0.. {
        if number(&now) == number(&lost) {
            break;
        }
        assert!(step < 20, "the version never comes there again: {now:?}");
        new.execute("update companies set name = name || '!' where slug = 'baidu'").await;
        let known = [("if-none-match", lost.header("etag"))];
        now = app.request(reqwest::Method::GET, STATS, &known).await;
        assert_eq!(now.status, 200, "its data is not what the client has: {now:?}");
        assert_eq!(total(&now), stored(&new).await);
    }
    assert_ne!(now.header("dataset-version"), lost.header("dataset-version"));
    CaseBuilder::new("kept", "tencent").store(&new).await;
    assert_eq!(total(&app.get_raw(STATS).await), 15);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_failover_has_lost_is_forgotten_by_an_instance_that_reads_from_a_replica_as_soon_as_it_is_known() {
    let mut first = Server::seeded().await;
    let (second, third) = (first.replica("").await, first.replica("").await);
    let url = format!("postgres://me@{},{}/cases?target_session_attrs=read-write", first.host(), second.host());
    let (old, new) = (first.database(), second.database());
    let app = TestApp::reading(&new, &url, Some(&third.url())).await;
    second.cut_off().await;
    third.cut_off().await;
    CaseBuilder::new("lost", "tencent").store(&old).await;
    let version = old.value("select version from dataset").await;
    let lost = app.request(reqwest::Method::GET, STATS, &[("min-dataset-version", &version)]).await;
    assert_eq!(total(&lost), 15);
    first.kill();
    second.promote().await;
    let known = soon(&app, "/api/v1/offer-cases").await;
    // Nothing has been written yet.
    for target in [STATS, "/api/v1/offer-cases", "/api/v1/tags", STATS] {
        let answer = app.get_raw(target).await;
        assert_eq!(answer.header("dataset-version"), known.header("dataset-version"), "{target}");
    }
    assert_eq!(total(&app.get_raw(STATS).await), 14);
}

/// Runs SQL on the server of a database, as nobody who is connected to this.
async fn beside(database: &TestDatabase, sql: &str) {
    let mut server = database.config();
    let (client, connection) = server.dbname("postgres").connect(tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_database_in_the_place_of_a_served_one_is_noticed_where_its_versions_come_to_the_same_numbers() {
    let database = TestDatabase::new(true).await;
    let name = database.config().get_dbname().unwrap().to_owned();
    let app = TestApp::on(database).await;
    let database = &app.database;
    CaseBuilder::new("kept", "tencent").store(database).await;
    beside(database, &format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'")).await;
    beside(database, &format!("create database saved_{name} template {name}")).await;
    for lost in ["lost-1", "lost-2", "lost-3"] {
        CaseBuilder::new(lost, "tencent").store(database).await;
    }
    let seen = soon(&app, STATS).await;
    assert_eq!(total(&seen), 18);
    beside(database, &format!("drop database {name} with (force)")).await;
    beside(database, &format!("alter database saved_{name} rename to {name}")).await;
    CaseBuilder::new("later", "tencent").store(database).await;
    let number = seen.header("dataset-version").split('-').next().unwrap().to_owned();
    for step in 0.. {
        if database.value("select version from dataset").await == number {
            break;
        }
        assert!(step < 20, "the version never comes there again");
        database.execute("update companies set name = name || '!' where slug = 'baidu'").await;
    }
    let begun = Instant::now();
    let now = loop {
        let answer = app.request(reqwest::Method::GET, STATS, &[("if-none-match", seen.header("etag"))]).await;
        if answer.status != 503 {
            break answer;
        }
        assert!(begun.elapsed() < SOON, "{answer:?}");
    };
    assert_eq!(now.status, 200, "its data is not what the client has: {now:?}");
    assert_eq!((total(&now), stored(database).await), (16, 16));
    assert_ne!(now.header("dataset-version"), seen.header("dataset-version"));
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_from_servers_of_which_one_lags_give_what_was_written_and_never_go_back() {
    let first = Server::seeded().await;
    let second = first.replica("recovery_min_apply_delay = 40ms").await;
    let reads = format!("postgres://me@{},{}/cases", first.host(), second.host());
    let database = first.database();
    let one = TestApp::reading(&database, &first.url(), Some(&reads)).await;
    let other = TestApp::reading(&database, &first.url(), Some(&reads)).await;
    let mut last = 0;
    for number in 0..12 {
        CaseBuilder::new(&format!("written-{number}"), "tencent").store(&database).await;
        let version = database.value("select version from dataset").await;
        for app in [&one, &other] {
            for target in [STATS, "/api/v1/offer-cases?count=exact", "/api/v1/offer-cases.csv?bom=false&fields=id"] {
                let answer = app.request(reqwest::Method::GET, target, &[("min-dataset-version", &version)]).await;
                assert_eq!(answer.status, 200, "{target}: {answer:?}");
                let found = match target {
                    STATS => total(&answer),
                    _ if target.contains("csv") => answer.text.lines().count() as u64 - 1,
                    _ => answer.ok()["count"]["value"].as_u64().unwrap_or(15 + number),
                };
                assert_eq!(found, 15 + number, "{target} at {version}: {answer:?}");
            }
            let seen = app.get_raw("/api/v1/tags").await;
            let seen: i64 = seen.header("dataset-version").split('-').next().unwrap().parse().unwrap();
            assert!(seen >= last, "{seen} after {last}");
            last = seen;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_reads_what_it_wrote_through_any_instance_and_reads_go_on_without_the_primary() {
    let first = Server::seeded().await;
    let second = first.replica("recovery_min_apply_delay = 1h").await;
    let database = first.database();
    let writer = TestApp::reading(&database, &first.url(), None).await;
    let reader = TestApp::reading(&database, &first.url(), Some(&second.url())).await;
    let before = reader.get_raw("/api/v1/offer-cases").await;
    CaseBuilder::new("mine", "tencent").store(&database).await;
    let version = token_after(&writer).await;
    let asked = async |target: &str, version: &str| {
        reader.request(reqwest::Method::GET, target, &[("min-dataset-version", version)]).await
    };
    // Nobody has asked for it: the replica answers, which is an hour behind.
    assert_eq!(reader.get_raw("/api/v1/offer-cases").await.header("etag"), before.header("etag"));
    let list = asked("/api/v1/offer-cases?company=tencent", &version).await;
    assert_eq!(list.header("dataset-version"), version);
    assert_eq!(total(&asked(STATS, &version).await), 15);
    // From now on the instance answers nothing earlier, as long as there is that.
    assert_eq!(total(&reader.get_raw(STATS).await), 15);
    let never = asked("/api/v1/offer-cases", "999999").await;
    assert_eq!(never.problem(503)["code"], "version_not_reached");
    assert!(!never.header("retry-after").is_empty());
    for wrong in ["", "new", "-1", "1-2", "63-zzzzzzzz"] {
        let refused = asked("/api/v1/offer-cases", wrong).await.problem(400);
        assert_eq!(refused["errors"][0]["parameter"], "Min-Dataset-Version", "{refused}");
    }
    // Another instance, which has answered nothing yet.
    let reader = TestApp::reading(&database, &first.url(), Some(&second.url())).await;
    first.freeze();
    for target in QUESTIONS {
        let answer = soon(&reader, target).await;
        if *target == "/health/ready" {
            assert_eq!(answer.ok()["writes"], "away", "{answer:?}");
        }
    }
    assert_eq!(total(&reader.get_raw(STATS).await), 14);
    let refused = reader.request(reqwest::Method::GET, STATS, &[("min-dataset-version", &version)]).await;
    assert_eq!(refused.problem(503)["code"], "version_not_reached");
    first.thaw();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_replica_shows_before_the_primary_is_not_taken_for_lost() {
    let first = Server::seeded().await;
    let second = first.replica("").await;
    let database = first.database();
    let app = TestApp::reading(&database, &first.url(), Some(&second.url())).await;
    let acknowledged_by = async |whom: &str| {
        first.sql("cases", &format!("alter system set synchronous_standby_names = '{whom}'")).await;
        first.sql("cases", "select pg_reload_conf()").await;
    };
    acknowledged_by("nobody").await;
    let writing = tokio::spawn(async move { CaseBuilder::new("waits", "tencent").store(&database).await });
    let begun = Instant::now();
    while total(&app.get_raw(STATS).await) < 15 {
        assert!(begun.elapsed() < SOON, "the replica never shows it");
    }
    assert_eq!(stored(&first.database()).await, 14);
    second.freeze();
    for target in ["/api/v1/offer-cases", STATS, "/api/v1/offer-cases.csv"] {
        assert_eq!(app.get_raw(target).await.problem(503)["code"], "version_not_reached", "{target}");
    }
    acknowledged_by("").await;
    writing.await.unwrap();
    assert_eq!(total(&soon(&app, STATS).await), 15);
    second.thaw();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_replica_is_waited_for_once_and_then_passed_over() {
    let first = Server::seeded().await;
    let second = first.replica("").await;
    let app = TestApp::reading(&first.database(), &first.url(), Some(&second.url())).await;
    for target in QUESTIONS {
        assert_eq!(app.get_raw(target).await.status, 200, "{target}");
    }
    second.freeze();
    futures_util::future::join_all(QUESTIONS.iter().map(|target| soon(&app, target))).await;
    // Each would wait for two seconds otherwise.
    let begun = Instant::now();
    for target in &["/api/v1/offer-cases", STATS, "/api/v1/offer-cases.csv", "/api/v1/imports", "/api/v1/tags"] {
        assert_eq!(app.get_raw(target).await.status, 200, "{target}");
    }
    assert!(begun.elapsed() < Duration::from_secs(6), "{:?}", begun.elapsed());
    second.thaw();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_is_served_and_exported_and_what_writes_says_why_it_cannot() {
    let first = Server::seeded().await;
    let second = first.replica("").await;
    let port = free_port();
    let listen = format!("127.0.0.1:{port}");
    let mut program = Program::start(Program::command(&["--listen", &listen]).env("DATABASE_URL", second.url()));
    program.await_ready();
    for target in QUESTIONS {
        let answer = await_status(port, target, 200).await;
        if *target == "/health/ready" {
            assert_eq!(answer.json::<serde_json::Value>().await.unwrap()["writes"], "away");
        }
    }
    for arguments in [&["export", "company=baidu"][..], &["database", "check"]] {
        let done = Program::command(arguments).env("DATABASE_URL", second.url()).output().unwrap();
        assert!(done.status.success() && !done.stdout.is_empty(), "{arguments:?}: {done:?}");
    }
    let scratch = scratch_dir();
    let table = scratch.path().join("mine.csv");
    std::fs::write(&table, "公司,岗位\n腾讯,后端开发\n").unwrap();
    let import = ["import", table.to_str().unwrap(), "--source", "own-records"];
    let refused = Program::command(&import).env("DATABASE_URL", second.url()).output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(refused.status.code() == Some(1) && said.contains("read-only transaction"), "{said}");
    program.signal(Signal::SIGTERM);
    assert!(program.await_end().success(), "{:#?}", program.printed);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_into_a_frozen_host_ends_and_says_what_is_known() {
    let server = Server::seeded().await;
    let scratch = scratch_dir();
    let table = scratch.path().join("mine.csv");
    std::fs::write(&table, "公司,岗位\n腾讯,后端开发\n").unwrap();
    let import = ["import", table.to_str().unwrap(), "--source", "own-records", "--lang", "en"];
    let database = server.database();
    database.execute("create function waits() returns trigger language plpgsql as $$ begin perform pg_sleep(600); return null; end $$").await;
    for (where_it_waits, said) in [
        ("create trigger waits before insert on offer_cases execute function waits()", "gives no answer"),
        (
            "drop trigger waits on offer_cases;
             create constraint trigger waits after insert on offer_cases deferrable initially deferred
                 for each row execute function waits()",
            "may be stored or not",
        ),
    ] {
        database.execute(where_it_waits).await;
        let mut program = Program::start(Program::command(&import).env("DATABASE_URL", server.url()));
        let asleep = "select count(*) from pg_stat_activity where wait_event = 'PgSleep'";
        while database.value(asleep).await == "0" {
            assert!(program.is_running(), "{where_it_waits}: it ended: {:#?}", program.printed);
            tokio::task::yield_now().await;
        }
        server.freeze();
        let begun = Instant::now();
        let status = program.await_end();
        assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
        let printed = program.printed.join("\n");
        assert!(status.code() == Some(1) && printed.contains(said), "{status}: {printed}");
        server.thaw();
        database.execute("select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'").await;
    }
}
