//! Ends of the program, of its private server, of a named server: asked for, by force, at any moment.
//!
//! `KILL_ROUNDS=20 cargo test kill` runs the kill tests for longer than the normal run does.

use std::path::{Path, PathBuf};

use nix::sys::signal::Signal;
use offer_cases::database::private_server::{Cancel, Durability, Options, PrivateServer};
use serde_json::Value;
use tokio_postgres::NoTls;

use crate::harness::service::{
    await_gone, await_no_postgres, await_status, await_waiting_request, client_setting, count_cases, get,
    private_client,
};
use crate::harness::{Program, free_port, made_before, scratch_dir};

/// Whether a moment has come, by the data directory and by what is printed.
type HasCome = fn(&Path, &[String]) -> bool;

/// Moments of a first start, from its beginning to its end.
const MOMENTS: &[(&str, HasCome)] = &[
    ("it begins", |_, _| true),
    ("the data directory is there", |data_dir, _| data_dir.exists()),
    ("initdb begins", |data_dir, _| is_half_made(data_dir, "")),
    ("initdb has made its last file", |data_dir, _| is_half_made(data_dir, "global/pg_control")),
    ("the server's directory is in its place", |data_dir, _| data_dir.join("postgres").exists()),
    ("the server starts", |data_dir, _| data_dir.join("postgres/postmaster.pid").exists()),
    ("the tables are there", |_, printed| has_line(printed, "applied ")),
    ("the seed is there", |_, printed| has_line(printed, "loaded the seed")),
    ("it is ready", |_, printed| has_line(printed, "ready: http://")),
];

fn has_line(printed: &[String], text: &str) -> bool {
    printed.iter().any(|line| line.contains(text))
}

/// Whether a server's directory that is still being made has a file.
fn is_half_made(data_dir: &Path, file: &str) -> bool {
    half_made(data_dir).iter().any(|directory| directory.join(file).exists())
}

/// Servers' directories that are still being made.
fn half_made(data_dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(data_dir).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.filter(|entry| entry.file_name().unwrap().to_string_lossy().starts_with("postgres.new.")).collect()
}

fn kill_rounds() -> u32 {
    std::env::var("KILL_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(2)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_acknowledged_write_is_lost_by_kill_9() {
    let scratch = scratch_dir();
    let data_dir = made_before(&scratch);
    let mut acknowledged: Vec<i64> = Vec::new();
    for round in 0..kill_rounds() {
        let mut program = Program::serve(&data_dir, free_port());
        program.await_ready();
        if round == 0 {
            Program::let_recover_soon(&data_dir);
        }
        let client = private_client(&data_dir).await;
        client.batch_execute("create table if not exists written (number bigint primary key)").await.unwrap();
        let (progress, mut so_far) = tokio::sync::watch::channel(0);
        let writer = tokio::spawn(async move {
            let mut written = Vec::new();
            for number in i64::from(round) * 1_000_000.. {
                if client.execute("insert into written values ($1)", &[&number]).await.is_err() {
                    break;
                }
                written.push(number);
                progress.send_replace(written.len());
            }
            written
        });
        let kept: String =
            client_setting(&data_dir, "fsync").await + &client_setting(&data_dir, "synchronous_commit").await;
        assert_eq!(kept, "onon");
        so_far.wait_for(|count| *count > 20 + 37 * (round as usize % 7)).await.unwrap();
        program.kill();
        // Every second time the server has no moment to end in either.
        if round % 2 == 0 {
            Program::kill_postgres(&data_dir);
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
        let mut program = Program::serve(&data_dir, free_port());
        let (moment, has_come) = MOMENTS[(round as usize * MOMENTS.len() / rounds as usize + 2) % MOMENTS.len()];
        assert!(program.run_until(|printed| has_come(&data_dir, printed)), "{moment}: {:#?}", program.printed);
        program.kill();
        let port = free_port();
        let mut program = Program::serve(&data_dir, port);
        program.await_ready();
        assert_eq!(count_cases(port).await, 14, "killed when {moment}");
        // An orphaned initdb may still write for a moment; the next start removes it.
        assert!(half_made(&data_dir).len() <= 1, "killed when {moment}");
        program.signal(Signal::SIGTERM);
        program.await_end();
        await_no_postgres(&data_dir);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_program_is_killed_its_server_ends_too() {
    let scratch = scratch_dir();
    let data_dir = made_before(&scratch);
    let mut program = Program::serve(&data_dir, free_port());
    program.await_ready();
    assert!(!Program::postgres_processes(&data_dir).is_empty());
    program.kill();
    await_no_postgres(&data_dir);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_in_flight_are_answered_before_the_end() {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let scratch = scratch_dir();
        let data_dir = made_before(&scratch);
        let port = free_port();
        let mut program = Program::serve(&data_dir, port);
        program.await_ready();
        // A list waits for this lock.
        let client = private_client(&data_dir).await;
        client.batch_execute("begin; lock table offer_cases in access exclusive mode").await.unwrap();
        let in_flight = tokio::spawn(get(port, "/api/v1/offer-cases"));
        // Of another client: within a transaction, the activity always looks as it did at first.
        let observer = private_client(&data_dir).await;
        await_waiting_request(&observer).await;
        program.signal(signal);
        assert!(program.prints("ending after the requests in flight"));
        client.batch_execute("commit").await.unwrap();
        drop((client, observer));
        let answer = in_flight.await.unwrap().unwrap();
        assert_eq!(answer.status(), 200, "{signal}");
        assert!(program.await_end().success(), "{:#?}", program.printed);
        assert_eq!(Program::postgres_processes(&data_dir), Vec::<PathBuf>::new());
        assert!(get(port, "/health/live").await.is_err(), "nothing listens any more");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_server_that_dies_is_started_again() {
    let scratch = scratch_dir();
    let data_dir = made_before(&scratch);
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
async fn a_server_that_ends_while_a_request_waits_gives_503() {
    let scratch = scratch_dir();
    let options = Options {
        data_dir: scratch.path().join("server"),
        bin_dir: std::env::var_os("PG_BIN_DIR").map(Into::into),
        durability: Durability::ThrowAway,
        cancel: Cancel::default(),
    };
    let url = format!("host={} user=offer_cases dbname=postgres", options.data_dir.display());
    let server = tokio::task::spawn_blocking(move || PrivateServer::start(&options)).await.unwrap().unwrap();
    let port = free_port();
    let mut command = Program::command(&["--listen", &format!("127.0.0.1:{port}")]);
    let mut program = Program::start(command.env("DATABASE_URL", url));
    program.await_ready();
    let mut config = server.directory().connection();
    config.dbname("postgres");
    let (holder, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    let (observer, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    holder.batch_execute("begin; lock table offer_cases in access exclusive mode").await.unwrap();
    let in_flight = tokio::spawn(get(port, "/api/v1/offer-cases"));
    await_waiting_request(&observer).await;
    tokio::task::spawn_blocking(move || server.stop()).await.unwrap();
    let answer = in_flight.await.unwrap().unwrap();
    assert_eq!(answer.status(), 503);
    assert!(answer.headers().contains_key("retry-after"), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_at_any_moment_of_the_start_ends_it_cleanly() {
    for (number, (moment, has_come)) in MOMENTS.iter().enumerate() {
        let scratch = scratch_dir();
        let data_dir = scratch.path().join("data");
        let mut program = Program::serve(&data_dir, free_port());
        assert!(program.run_until(|printed| has_come(&data_dir, printed)), "{moment}: {:#?}", program.printed);
        program.signal(Signal::SIGTERM);
        let status = program.await_end();
        // In its first moment the program has no handler yet, and ends by the signal itself.
        assert!(status.success() || number == 0, "when {moment}: {status} {:#?}", program.printed);
        await_no_postgres(&data_dir);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_says_that_it_waits_for_another_and_what_it_began_ends_with_it() {
    let scratch = scratch_dir();
    let data_dir = made_before(&scratch);
    let mut program = Program::serve(&data_dir, free_port());
    program.await_ready();
    let client = private_client(&data_dir).await;
    assert_eq!(client.query_one("show data_checksums", &[]).await.unwrap().get::<_, String>(0), "on");
    // The lock that an import holds, and one that its changes wait for.
    let table = scratch.path().join("mine.csv");
    std::fs::write(&table, "公司,岗位\n腾讯,后端开发\n").unwrap();
    let directory = data_dir.display().to_string();
    let arguments = ["import", table.to_str().unwrap(), "--source", "own-records", "--data-dir", &directory];
    client.batch_execute("begin; lock table offer_cases in access exclusive mode").await.unwrap();
    let mut first = Program::start(&mut Program::command(&arguments));
    let observer = private_client(&data_dir).await;
    await_waiting_request(&observer).await;
    let waiting = "select pid from pg_stat_activity where wait_event_type = 'Lock' and query like '%offer_cases%'";
    let pid: i32 = observer.query_one(waiting, &[]).await.unwrap().get(0);
    let mut second = Program::start(&mut Program::command(&arguments));
    assert!(second.prints("waiting for its end"), "{:#?}", second.printed);
    // Killed, it is given up by the server, though its statement waits still.
    first.kill();
    await_gone(&observer, pid).await;
    client.batch_execute("commit").await.unwrap();
    assert!(second.await_end().success(), "{:#?}", second.printed);
    program.signal(Signal::SIGTERM);
    assert!(program.await_end().success(), "{:#?}", program.printed);
}
