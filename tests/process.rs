//! The program as a process: starting, being killed, ending, its private server, a named server.
//!
//! `KILL_ROUNDS=20 cargo test kill` runs the kill tests for longer than the normal run does.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use offer_cases::database::private_server::{Cancel, Durability, Options, PrivateServer};
use reqwest::Response;
use serde_json::Value;
use tokio_postgres::{Client, Config, NoTls};

use crate::harness::{Program, TestDatabase, free_port, scratch_dir};

/// How long a state may take to come about.
const LIMIT: Duration = Duration::from_secs(60);

fn kill_rounds() -> u32 {
    std::env::var("KILL_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(3)
}

async fn get(port: u16, path: &str) -> reqwest::Result<Response> {
    reqwest::get(format!("http://127.0.0.1:{port}{path}")).await
}

async fn count_cases(port: u16) -> usize {
    let page: Value = get(port, "/api/v1/offer-cases?limit=200").await.unwrap().json().await.unwrap();
    page["items"].as_array().unwrap_or_else(|| panic!("{page}")).len()
}

/// Asks again and again until the status is the wanted one.
async fn await_status(port: u16, path: &str, status: u16) -> Response {
    let deadline = Instant::now() + LIMIT;
    loop {
        match get(port, path).await {
            Ok(response) if response.status() == status => return response,
            answer => assert!(Instant::now() < deadline, "never {status}: {answer:?}"),
        }
    }
}

/// A client of the private server of a data directory.
async fn private_client(data_dir: &Path) -> Client {
    let mut config = Config::new();
    config.host_path(data_dir).user("offer_cases").dbname("offer_cases");
    let (client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// What a setting of the private server is.
async fn client_setting(data_dir: &Path, name: &str) -> String {
    private_client(data_dir).await.query_one(&format!("show {name}"), &[]).await.unwrap().get(0)
}

/// Waits until no server works on a data directory any more.
fn await_no_postgres(data_dir: &Path) {
    let deadline = Instant::now() + LIMIT;
    while !Program::postgres_processes(data_dir).is_empty() {
        assert!(Instant::now() < deadline, "still there: {:?}", Program::postgres_processes(data_dir));
        std::thread::yield_now();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_start_makes_everything_and_the_second_finds_it_there() {
    let scratch = scratch_dir();
    let data_dir = scratch.path().join("data");
    let port = free_port();
    let mut first = Program::serve(&data_dir, port);
    first.await_ready();
    assert!(first.prints("14 created"));
    assert_eq!(count_cases(port).await, 14);
    first.signal(Signal::SIGTERM);
    assert!(first.await_end().success(), "{:#?}", first.printed);
    assert_eq!(Program::postgres_processes(&data_dir), Vec::<std::path::PathBuf>::new());

    let mut second = Program::serve(&data_dir, port);
    second.await_ready();
    assert!(
        !second.printed.iter().any(|line| line.contains("migrations") || line.contains("seed")),
        "{:#?}",
        second.printed
    );
    assert_eq!(count_cases(port).await, 14);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_acknowledged_write_is_lost_by_kill_9() {
    let scratch = scratch_dir();
    let data_dir = scratch.path().join("data");
    let mut acknowledged: Vec<i64> = Vec::new();
    for round in 0..kill_rounds() {
        let mut program = Program::serve(&data_dir, free_port());
        program.await_ready();
        let client = private_client(&data_dir).await;
        client.batch_execute("create table if not exists written (number bigint primary key)").await.unwrap();
        let writer = tokio::spawn(async move {
            let mut written = Vec::new();
            for number in i64::from(round) * 1_000_000.. {
                if client.execute("insert into written values ($1)", &[&number]).await.is_err() {
                    break;
                }
                written.push(number);
            }
            written
        });
        let kept: String =
            client_setting(&data_dir, "fsync").await + &client_setting(&data_dir, "synchronous_commit").await;
        assert_eq!(kept, "onon");
        program.run_for(Duration::from_millis(100 + 37 * u64::from(round % 7)));
        program.kill();
        // Every second time the server has no moment to end in either.
        if round % 2 == 0 {
            for process in Program::postgres_processes(&data_dir) {
                let pid: i32 = process.file_name().unwrap().to_str().unwrap().parse().unwrap();
                let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), Signal::SIGKILL);
            }
        }
        let written = writer.await.unwrap();
        assert!(!written.is_empty(), "something was written in round {round}");
        acknowledged.extend(written);
    }
    let mut program = Program::serve(&data_dir, free_port());
    program.await_ready();
    let client = private_client(&data_dir).await;
    let rows = client.query("select number from written", &[]).await.unwrap();
    let stored: std::collections::HashSet<i64> = rows.iter().map(|row| row.get(0)).collect();
    let lost: Vec<&i64> = acknowledged.iter().filter(|number| !stored.contains(number)).collect();
    assert!(lost.is_empty(), "{} of {} writes are lost: {lost:?}", lost.len(), acknowledged.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_during_the_very_first_start_leaves_nothing_half_made() {
    let rounds = kill_rounds();
    for round in 0..rounds {
        let scratch = scratch_dir();
        let data_dir = scratch.path().join("data");
        // From the first moment to beyond the end of a first start.
        let moments = [20, 150, 300, 500, 700, 900, 1200, 1600, 2200, 3000];
        let mut program = Program::serve(&data_dir, free_port());
        let moment = moments[(round as usize * moments.len() / rounds as usize + 1) % moments.len()];
        program.run_for(Duration::from_millis(moment));
        program.kill();
        let port = free_port();
        let mut program = Program::serve(&data_dir, port);
        program.await_ready();
        assert_eq!(count_cases(port).await, 14, "killed after {moment} ms");
        let half_made = std::fs::read_dir(&data_dir).unwrap().flatten();
        let half_made = half_made.filter(|it| it.file_name().to_string_lossy().starts_with("postgres.new.")).count();
        // An orphaned initdb may still write for a moment; the next start removes it.
        assert!(half_made <= 1, "killed after {moment} ms");
        program.signal(Signal::SIGTERM);
        program.await_end();
        await_no_postgres(&data_dir);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_program_is_killed_its_server_ends_too() {
    let scratch = scratch_dir();
    let data_dir = scratch.path().join("data");
    let mut program = Program::serve(&data_dir, free_port());
    program.await_ready();
    assert!(!Program::postgres_processes(&data_dir).is_empty());
    program.kill();
    await_no_postgres(&data_dir);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_instance_is_refused_and_an_import_uses_the_running_one() {
    let scratch = scratch_dir();
    let data_dir = scratch.path().join("data");
    let port = free_port();
    let mut program = Program::serve(&data_dir, port);
    program.await_ready();
    let directory = data_dir.to_str().unwrap();

    let listen = format!("127.0.0.1:{}", free_port());
    let second = Program::run(&["--listen", &listen, "--data-dir", directory]);
    let message = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(!second.status.success() && message.contains("in use by another running instance"), "{message}");

    let file = scratch.path().join("mine.md");
    std::fs::write(&file, "| 公司 | 岗位 |\n|-|-|\n| 腾讯 | 大模型产品 |\n| 新公司 | 大模型产品 |\n").unwrap();
    let file = file.to_str().unwrap();
    let import = Program::run(&["import", file, "--source", "llm-product-article", "--data-dir", directory]);
    let report = String::from_utf8_lossy(&import.stdout).into_owned();
    assert!(import.status.success() && report.contains("2 created"), "{report}{import:?}");
    assert_eq!(count_cases(port).await, 16);
    let new: Value = get(port, "/api/v1/companies/xin-gong-si").await.unwrap().json().await.unwrap();
    assert_eq!(new["case_count"], 1, "{new}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_seed_is_loaded_again_by_import_without_any_change() {
    let scratch = scratch_dir();
    let directory = scratch.path().join("data");
    let directory = directory.to_str().unwrap();
    for (round, expected) in ["14 created", "14 unchanged"].iter().enumerate() {
        let import = Program::run(&["import", "--data-dir", directory]);
        let report = String::from_utf8_lossy(&import.stdout).into_owned();
        assert!(import.status.success() && report.contains(expected), "round {round}: {report}{import:?}");
        assert_eq!(report.contains("seed: 0 rows"), round == 1, "{report}");
    }
    await_no_postgres(Path::new(directory));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_ends_with_the_code_that_says_how_it_went() {
    let database = TestDatabase::new(true).await;
    let scratch = scratch_dir();
    for (name, text, code) in [
        ("all.md", "| 公司 | 岗位 |\n|-|-|\n| 腾讯 | 大模型产品 |\n", 0),
        ("some.md", "| 公司 | 岗位 |\n|-|-|\n| 腾讯 | 后端 |\n| | 后端 |\n", 3),
        ("none.md", "| 公司 | 岗位 |\n|-|-|\n| | 后端 |\n", 1),
        ("no-table.md", "nothing", 1),
        ("cases.pdf", "%PDF", 1),
    ] {
        let file = scratch.path().join(name);
        std::fs::write(&file, text).unwrap();
        let arguments = ["import", file.to_str().unwrap(), "--source", "llm-product-article"];
        let output = Program::command(&arguments).env("DATABASE_URL", database.url()).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{name}: {output:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn root_and_an_ordinary_user_can_both_run_it() {
    let scratch = scratch_dir();
    let program = scratch.path().join("offer-cases");
    std::fs::copy(env!("CARGO_BIN_EXE_offer-cases"), &program).unwrap();
    // Where the tests run as an ordinary user already, the other tests have shown it.
    let Ok(Some(user)) = nix::unistd::User::from_name("nobody") else { return };
    if !nix::unistd::Uid::effective().is_root() {
        return;
    }
    let home = scratch.path().join("home");
    std::fs::create_dir(&home).unwrap();
    std::os::unix::fs::chown(&home, Some(user.uid.as_raw()), Some(user.gid.as_raw())).unwrap();
    let port = free_port();
    let mut command = std::process::Command::new(&program);
    command.args(["--listen", &format!("127.0.0.1:{port}")]).current_dir("/").env_clear().env("HOME", &home);
    command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
    let mut program = Program::start(&mut command);
    program.await_ready();
    assert_eq!(count_cases(port).await, 14);
    let data_dir = home.join(".local/share/offer-cases");
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&data_dir).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o700, "nobody else may look in");
    program.signal(Signal::SIGINT);
    assert!(program.await_end().success(), "{:#?}", program.printed);
    await_no_postgres(&data_dir);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_in_flight_are_answered_before_the_end() {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let scratch = scratch_dir();
        let data_dir = scratch.path().join("data");
        let port = free_port();
        let mut program = Program::serve(&data_dir, port);
        program.await_ready();
        // A list waits for this lock.
        let client = private_client(&data_dir).await;
        client.batch_execute("begin; lock table offer_cases in access exclusive mode").await.unwrap();
        let in_flight = tokio::spawn(get(port, "/api/v1/offer-cases"));
        let waiting =
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%offer_cases%'";
        // Of another client: within a transaction, the activity always looks as it did at first.
        let observer = private_client(&data_dir).await;
        let deadline = Instant::now() + LIMIT;
        while observer.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) == 0 {
            assert!(Instant::now() < deadline, "the request never came to the lock");
        }
        program.signal(signal);
        assert!(program.prints("ending after the requests in flight"));
        client.batch_execute("commit").await.unwrap();
        drop((client, observer));
        let started = Instant::now();
        let answer = in_flight.await.unwrap().unwrap();
        assert_eq!(answer.status(), 200, "{signal}");
        assert!(program.await_end().success(), "{:#?}", program.printed);
        assert!(started.elapsed() < Duration::from_secs(10), "{signal}: it took {:?}", started.elapsed());
        assert_eq!(Program::postgres_processes(&data_dir), Vec::<std::path::PathBuf>::new());
        assert!(get(port, "/health/live").await.is_err(), "nothing listens any more");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_server_that_dies_is_started_again() {
    let scratch = scratch_dir();
    let data_dir = scratch.path().join("data");
    let port = free_port();
    let mut program = Program::serve(&data_dir, port);
    program.await_ready();
    let pid_file = std::fs::read_to_string(data_dir.join("postgres/postmaster.pid")).unwrap();
    let pid: i32 = pid_file.lines().next().unwrap().parse().unwrap();
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), Signal::SIGKILL).unwrap();
    assert!(program.prints("runs again"));
    await_status(port, "/api/v1/offer-cases", 200).await;
    assert_eq!(count_cases(port).await, 14);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_named_server_that_is_away_gives_503_and_comes_back_by_itself() {
    let scratch = scratch_dir();
    let options = Options {
        data_dir: scratch.path().join("server"),
        bin_dir: std::env::var_os("PG_BIN_DIR").map(Into::into),
        durability: Durability::ThrowAway,
        cancel: Cancel::default(),
    };
    let url = format!("host={} user=offer_cases dbname=postgres", options.data_dir.display());
    let port = free_port();
    let unused = scratch.path().join("unused");
    let mut command = Program::command(&["--listen", &format!("127.0.0.1:{port}"), "--data-dir"]);
    let mut program = Program::start(command.arg(&unused).env("DATABASE_URL", url));

    assert!(program.prints("waiting for the database"));
    let answer = await_status(port, "/api/v1/offer-cases", 503).await;
    assert!(answer.headers().contains_key("retry-after"), "{answer:?}");
    assert_eq!(get(port, "/health/live").await.unwrap().status(), 200);
    assert_eq!(get(port, "/health/ready").await.unwrap().status(), 503);

    for round in 0..2 {
        let options = options.clone();
        let server = tokio::task::spawn_blocking(move || PrivateServer::start(&options)).await.unwrap().unwrap();
        program.await_ready();
        await_status(port, "/health/ready", 200).await;
        assert_eq!(count_cases(port).await, 14, "round {round}");
        tokio::task::spawn_blocking(move || server.stop()).await.unwrap();
        let answer = get(port, "/api/v1/offer-cases").await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.headers()["retry-after"].to_str().unwrap()), (503, "1"));
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(problem["code"], "database_away", "{problem}");
        assert!(!problem.to_string().contains(scratch.path().to_str().unwrap()), "no path is shown: {problem}");
    }
    assert!(!unused.exists(), "no server of its own was started");
    program.signal(Signal::SIGTERM);
    assert!(program.await_end().success(), "{:#?}", program.printed);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_says_what_is_missing_or_wrong_and_ends() {
    let scratch = scratch_dir();
    let data_dir = scratch.path().join("data").display().to_string();
    let full = scratch.path().join("full");
    std::fs::create_dir(&full).unwrap();
    std::fs::write(full.join("thesis.doc"), "years of work").unwrap();
    let full = full.display().to_string();
    let long = format!("{}/{}", scratch.path().display(), "x".repeat(100));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = listener.local_addr().unwrap().to_string();
    for (arguments, variables, told) in [
        (
            vec!["--data-dir", &data_dir],
            vec![("PG_BIN_DIR", "/nonexistent")],
            vec!["apt-get install postgresql", "DATABASE_URL", "/nonexistent"],
        ),
        (vec!["--data-dir", &full], vec![], vec!["is not empty", "--data-dir"]),
        (vec!["--data-dir", &long], vec![], vec!["too long", "107"]),
        (vec!["--data-dir", &data_dir, "--listen", &taken], vec![], vec!["cannot listen on", "--listen"]),
        (
            vec!["--listen", "nowhere", "--workers", "many"],
            vec![("DATABASE_URL", "mysql://x"), ("RUST_LOG", "offer_cases=loud")],
            vec!["--listen", "--workers", "DATABASE_URL", "RUST_LOG"],
        ),
        (vec!["--seed-dir", "/nonexistent", "--data-dir", &data_dir], vec![], vec!["OFFER_CASES_SEED_DIR"]),
        (vec!["--no-such-flag"], vec![], vec!["--no-such-flag"]),
        (vec!["import", "x.md", "--data-dir", &data_dir], vec![], vec!["--source"]),
    ] {
        let mut command = Program::command(&arguments);
        // A free port where the case says none.
        command.env("OFFER_CASES_LISTEN", "127.0.0.1:0").envs(variables);
        let output = command.output().unwrap();
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "{arguments:?}: {message}");
        for part in told {
            assert!(message.contains(part), "{part:?} is missing for {arguments:?}: {message}");
        }
        assert!(!message.contains("panicked"), "{message}");
    }
    assert!(Path::new(&full).join("thesis.doc").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_has_one_line_in_the_log() {
    let database = TestDatabase::new(true).await;
    let port = free_port();
    let mut command = Program::command(&["--listen", &format!("127.0.0.1:{port}"), "--no-seed"]);
    let mut program = Program::start(command.env("DATABASE_URL", database.url()));
    program.await_ready();
    let client = reqwest::Client::new();
    for (id, path, status) in [("id-1", "/api/v1/tags?x=1", 400), ("id-2", "/nope", 404), ("id-3", "/health/live", 200)]
    {
        client.get(format!("http://127.0.0.1:{port}{path}")).header("x-request-id", id).send().await.unwrap();
        assert!(program.prints(&format!("GET {path} {status}")));
    }
    let lines: Vec<&String> = program.printed.iter().filter(|line| line.contains(" id-")).collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines.iter().all(|line| line.contains(" ms id-")), "{lines:?}");
}
