//! The commands that import and export files, as a user runs them.

use std::path::Path;
use std::process::Output;
use std::time::Duration;

use nix::sys::signal::Signal;
use serde_json::Value;

use crate::harness::service::{count_cases, private_client};
use crate::harness::{Program, free_port, scratch_dir};

/// Runs a command on a data directory; what it printed, and the code with which it ended.
fn run(data_dir: &Path, arguments: &[&str]) -> (String, i32) {
    let arguments = [arguments, &["--data-dir", data_dir.to_str().unwrap()]].concat();
    let Output { stdout, stderr, status } = Program::run(&arguments);
    let printed = String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr);
    (printed, status.code().unwrap_or(-1))
}

fn markdown(rows: &[&str]) -> String {
    format!("| 编号 | 公司 | 岗位 | 备注 |\n|---|---|---|---|\n{}\n", rows.join("\n"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_and_a_strict_import_with_rejected_rows_change_nothing() {
    let scratch = scratch_dir();
    let (data_dir, file) = (scratch.path().join("data"), scratch.path().join("cases.md"));
    let report = scratch.path().join("report.json");
    std::fs::write(&file, markdown(&["| 1 | 腾讯 | 后端开发 | |", "| 2 | 星河新公司 | 后端开发 | |", "| 3 | | x | |"]))
        .unwrap();
    let (file, report) = (file.to_str().unwrap(), report.to_str().unwrap());
    let import = ["import", file, "--source", "own-records", "--report", report];
    let program = Program::serve(&data_dir, free_port());
    let mut program = program;
    program.await_ready();
    for (flags, created, rejected, code) in [
        (&["--dry-run"][..], 2, 1, 3),
        (&["--strict"][..], 1, 2, 1),
        (&["--strict", "--dry-run"][..], 1, 2, 3),
        (&[][..], 2, 1, 3),
    ] {
        let before: i64 = stored(&data_dir).await;
        let (printed, ended_with) = run(&data_dir, &[&import[..], flags].concat());
        assert_eq!(ended_with, code, "{flags:?}: {printed}");
        assert!(printed.contains(&format!("3 rows read, {created} created")), "{flags:?}: {printed}");
        let told: Value = serde_json::from_str(&std::fs::read_to_string(report).unwrap()).unwrap();
        assert_eq!(told[0]["rejected"], rejected, "{flags:?}: {told}");
        assert_eq!(told[0]["rejections"].as_array().unwrap().len(), rejected, "{flags:?}: {told}");
        let expected = if flags.is_empty() { before + 2 } else { before };
        assert_eq!(stored(&data_dir).await, expected, "{flags:?}");
    }
}

/// All cases that are stored.
async fn stored(data_dir: &Path) -> i64 {
    let client = private_client(data_dir).await;
    client.query_one("select count(*) from offer_cases where retired_at is null", &[]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_during_an_import_leaves_it_wholly_or_not_at_all() {
    const ROWS: i64 = 20_000;
    let rounds: u64 = std::env::var("KILL_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(4);
    let scratch = scratch_dir();
    let (data_dir, file) = (scratch.path().join("data"), scratch.path().join("cases.md"));
    let port = free_port();
    let mut service = Program::serve(&data_dir, port);
    service.await_ready();
    let (mut all, mut nothing) = (0, 0);
    for round in 0..rounds {
        // Every round changes every row, and every second one is killed with its database.
        let row = |number: i64| format!("| {number} | 新公司{} | 后端开发 | 第{round}次 |", number % 50);
        let rows: Vec<String> = (0..ROWS).map(row).collect();
        std::fs::write(&file, markdown(&rows.iter().map(String::as_str).collect::<Vec<_>>())).unwrap();
        let mut arguments = vec!["import", file.to_str().unwrap(), "--source", "own-records", "--data-dir"];
        arguments.push(data_dir.to_str().unwrap());
        let mut import = Program::start(&mut Program::command(&arguments));
        import.run_for(Duration::from_millis(200 + 6_000 * round / rounds.max(2)));
        if round % 2 == 0 {
            import.kill();
        } else {
            for process in Program::postgres_processes(&data_dir) {
                let pid: i32 = process.file_name().unwrap().to_str().unwrap().parse().unwrap();
                let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), Signal::SIGKILL);
            }
            import.await_end();
            service.kill();
            service = Program::serve(&data_dir, port);
            service.await_ready();
        }
        let client = private_client(&data_dir).await;
        let of_round = format!("select count(*) from offer_cases where summary = '第{round}次'");
        let there: i64 = client.query_one(&of_round, &[]).await.unwrap().get(0);
        assert!(there == 0 || there == ROWS, "round {round}: {there} of {ROWS} rows are there");
        (all, nothing) = (all + i32::from(there == ROWS), nothing + i32::from(there == 0));
        let (printed, code) = run(&data_dir, &["import", file.to_str().unwrap(), "--source", "own-records"]);
        assert_eq!(code, 0, "{printed}");
        let there: i64 = client.query_one(&of_round, &[]).await.unwrap().get(0);
        assert_eq!(there, ROWS, "round {round}, run again: {printed}");
    }
    println!("killed after {all} and before {nothing} commits");
    assert_eq!(count_cases(port).await, 200, "the service answers after all that");
}
