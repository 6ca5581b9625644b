//! Commands that are told to end by a signal in the middle of their work.

use std::path::Path;

use nix::sys::signal::Signal;

use crate::harness::service::{await_asked, await_waiting_request, count_cases, private_client};
use crate::harness::{Program, free_port, made_before, scratch_dir};

/// A table of so many rows.
fn write(file: &Path, rows: usize) {
    let row = |row: usize| format!("key-{row}x,公司{}号,后端开发,20k*15\n", row % 40);
    std::fs::write(file, format!("编号,公司,岗位,薪资\n{}", (0..rows).map(row).collect::<String>())).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_gives_an_import_up_which_changes_nothing_and_lets_the_next_one_begin() {
    let scratch = scratch_dir();
    let (data_dir, file) = (made_before(&scratch), scratch.path().join("cases.csv"));
    let port = free_port();
    let mut service = Program::serve(&data_dir, port);
    service.await_ready();
    let directory = data_dir.display().to_string();
    let import = ["import", file.to_str().unwrap(), "--source", "own-records", "--data-dir", &directory];
    let holder = private_client(&data_dir).await;
    let version = "select version from dataset";
    for (signal, code) in [(Signal::SIGINT, 130), (Signal::SIGTERM, 143)] {
        // While rows are read and copied; and while they are merged, which waits for a lock.
        for moment in ["^copy", "lock"] {
            write(&file, if moment == "lock" { 20 } else { 60_000 });
            let before: i64 = holder.query_one(version, &[]).await.unwrap().get(0);
            if moment == "lock" {
                holder.batch_execute("begin; lock table offer_cases in access exclusive mode").await.unwrap();
            }
            let observer = private_client(&data_dir).await;
            let mut program = Program::start(&mut Program::command(&import));
            match moment {
                "lock" => await_waiting_request(&observer).await,
                moment => await_asked(&observer, moment).await,
            }
            program.signal(signal);
            let status = program.await_end();
            assert_eq!(status.code(), Some(code), "{signal} at {moment}: {:#?}", program.printed);
            let told = program.printed.iter().find(|line| line.contains("nothing was changed"));
            assert!(told.is_some_and(|told| told.contains(signal.as_str())), "{:#?}", program.printed);
            assert!(!told.unwrap().contains("still"), "{told:?}");
            if moment == "lock" {
                // It is over though what it waited for is still held.
                let waiting = "select count(*) from pg_locks where not granted";
                assert_eq!(observer.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0), 0);
                holder.batch_execute("commit").await.unwrap();
            }
            let locks = "select count(*) from pg_locks where locktype = 'advisory'";
            assert_eq!(observer.query_one(locks, &[]).await.unwrap().get::<_, i64>(0), 0, "{signal} at {moment}");
            assert_eq!(holder.query_one(version, &[]).await.unwrap().get::<_, i64>(0), before, "{signal} at {moment}");
            assert_eq!(count_cases(port).await, 14, "{signal} at {moment}");
        }
    }
    write(&file, 20);
    let imported = Program::run(&import);
    assert!(imported.status.success(), "{imported:?}");
    assert!(!String::from_utf8_lossy(&imported.stderr).contains("waiting"), "{imported:?}");
    assert_eq!(count_cases(port).await, 34);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_gives_an_import_up_that_has_started_the_database_itself_and_ends_that_too() {
    let scratch = scratch_dir();
    let (data_dir, file) = (made_before(&scratch), scratch.path().join("cases.csv"));
    let directory = data_dir.display().to_string();
    write(&file, 20);
    let import = ["import", file.to_str().unwrap(), "--source", "own-records", "--data-dir", &directory];
    assert!(Program::run(&import).status.success());
    write(&file, 60_000);
    let mut program = Program::start(&mut Program::command(&import));
    let is_there =
        || std::fs::read_to_string(data_dir.join("postgres/postmaster.pid")).is_ok_and(|pid| pid.contains("ready"));
    while !is_there() {
        std::thread::yield_now();
    }
    let observer = private_client(&data_dir).await;
    await_asked(&observer, "^copy").await;
    program.signal(Signal::SIGTERM);
    assert_eq!(program.await_end().code(), Some(143), "{:#?}", program.printed);
    assert_eq!(Program::postgres_processes(&data_dir), Vec::<std::path::PathBuf>::new());
    let port = free_port();
    let mut service = Program::serve(&data_dir, port);
    service.await_ready();
    assert_eq!(count_cases(port).await, 34);
}
