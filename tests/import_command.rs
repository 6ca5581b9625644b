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

/// All that a case is, but for times and revision.
async fn contents(data_dir: &Path) -> Vec<String> {
    let client = private_client(data_dir).await;
    let query = "select (to_jsonb(it) - 'created_at' - 'updated_at' - 'import_id' - 'revision')::text
                 from offer_cases it where retired_at is null order by id";
    client.query(query, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_is_imported_again_gives_the_same_cases_with_the_same_ids() {
    let scratch = scratch_dir();
    let (first, second) = (scratch.path().join("first"), scratch.path().join("second"));
    let file = scratch.path().join("mine.csv");
    std::fs::write(
        &file,
        "编号,公司,岗位,专业,学历,薪资,日期,城市,标签,备注\n\
         a,腾讯,后端开发,软件工程,211本985硕,20k*15,2024-05-17,深圳,career-switch;unicorn,\"两次面试,说\"\"可以\"\"\n第二行\"\n\
         b,星河新公司,首席观察员,,港硕,30万左右,2024年5月,北京,,=1+1\n\
         c,B站,产品经理,金融,,月薪15k,2023,,, 后面有空格\n",
    )
    .unwrap();
    let (printed, code) = run(&first, &["import", file.to_str().unwrap(), "--source", "own-records"]);
    assert_eq!(code, 0, "{printed}");
    let mut program = Program::serve(&first, free_port());
    program.await_ready();
    let before = contents(&first).await;
    assert_eq!(before.len(), 17);
    for format in ["csv", "ndjson"] {
        let export = scratch.path().join(format!("export.{format}"));
        let to = ["export", "--format", format, "--output", export.to_str().unwrap(), "source=own-records"];
        let (printed, code) = run(&first, &to);
        assert_eq!(code, 0, "{printed}");
        let import = ["import", export.to_str().unwrap(), "--source", "own-records"];
        let (printed, code) = run(&first, &import);
        assert!(code == 0 && printed.contains("3 rows read, 0 created, 0 updated, 3 unchanged"), "{format}: {printed}");
        // Into another database, where the new names are not known either.
        let other = second.join(format);
        std::fs::create_dir_all(&other).unwrap();
        let (printed, code) = run(&other, &import);
        assert!(code == 0 && printed.contains("3 rows read, 3 created"), "{format}: {printed}");
        let mut program = Program::serve(&other, free_port());
        program.await_ready();
        let ids = |contents: &[String]| -> Vec<String> {
            // Numbers of companies and roles are those of each database.
            let mut all: Vec<Value> = contents.iter().map(|case| serde_json::from_str(case).unwrap()).collect();
            all.iter_mut().for_each(|case| {
                for name in ["company_id", "role_id", "major_id", "source_id"] {
                    case.as_object_mut().unwrap().remove(name);
                }
            });
            all.iter().map(Value::to_string).collect()
        };
        assert_eq!(ids(&contents(&other).await), ids(&before), "{format}");
    }
}
