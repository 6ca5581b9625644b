//! The commands that import and export files, as a user runs them.

use std::io::{Cursor, Write};
use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::harness::service::{await_asked, count_cases, private_client};
use crate::harness::{Program, TestDatabase, free_port, made_before, scratch_dir};

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
    let (data_dir, file) = (made_before(&scratch), scratch.path().join("cases.md"));
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
        (&["--strict", "--dry-run"][..], 1, 2, 1),
        (&[][..], 2, 1, 3),
    ] {
        let before: i64 = stored(&data_dir).await;
        let (printed, ended_with) = run(&data_dir, &[&import[..], flags].concat());
        assert_eq!(ended_with, code, "{flags:?}: {printed}");
        assert!(printed.contains(&format!("3 rows read, {created} created")), "{flags:?}: {printed}");
        assert_eq!(printed.contains("would be: cases.md"), !flags.is_empty(), "{flags:?}: {printed}");
        assert_eq!(printed.contains("nothing is imported"), flags.contains(&"--strict"), "{flags:?}: {printed}");
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
    let rounds: Option<u32> = std::env::var("KILL_ROUNDS").ok().and_then(|rounds| rounds.parse().ok());
    // On demand an import takes longer, so that its moments do too.
    let (rounds, rows) = rounds.map_or((3, 3_000), |rounds| (rounds, 20_000));
    let scratch = scratch_dir();
    let (data_dir, file) = (made_before(&scratch), scratch.path().join("cases.md"));
    let port = free_port();
    let mut service = Program::serve(&data_dir, port);
    service.await_ready();
    Program::let_recover_soon(&data_dir);
    let import = ["import", file.to_str().unwrap(), "--source", "own-records"];
    write_round(&file, rows, rounds);
    assert_eq!(run(&data_dir, &import).1, 0);
    let (mut all, mut nothing) = (0, 0);
    for round in 0..rounds {
        // Every round changes every row, and every second one is killed with its database.
        write_round(&file, rows, round);
        let directory = ["--data-dir", data_dir.to_str().unwrap()];
        let observer = private_client(&data_dir).await;
        let mut program = Program::start(&mut Program::command(&[&import[..], &directory].concat()));
        // When it has its turn, when rows come in, when they are merged.
        let moments = ["staged_cases", "^copy", "insert into offer_cases"];
        await_asked(&observer, moments[round as usize % moments.len()]).await;
        if round % 2 == 0 {
            program.kill();
        } else {
            Program::kill_postgres(&data_dir);
            program.await_end();
            service.kill();
            service = Program::serve(&data_dir, port);
            service.await_ready();
        }
        let client = private_client(&data_dir).await;
        let of_round = format!("select count(*) from offer_cases where summary = '第{round}次'");
        let there: i64 = client.query_one(&of_round, &[]).await.unwrap().get(0);
        assert!(there == 0 || there == rows, "round {round}: {there} of {rows} rows are there");
        (all, nothing) = (all + i32::from(there == rows), nothing + i32::from(there == 0));
        let (printed, code) = run(&data_dir, &import);
        assert_eq!(code, 0, "{printed}");
        let there: i64 = client.query_one(&of_round, &[]).await.unwrap().get(0);
        assert_eq!(there, rows, "round {round}, run again: {printed}");
    }
    println!("killed after {all} and before {nothing} commits");
    assert_eq!(count_cases(port).await, 200, "the service answers after all that");
}

/// Writes a file whose rows say of which round they are.
fn write_round(file: &Path, rows: i64, round: u32) {
    let row = |number: i64| format!("| {number} | 新公司{} | 后端开发 | 第{round}次 |", number % 50);
    let rows: Vec<String> = (0..rows).map(row).collect();
    std::fs::write(file, markdown(&rows.iter().map(String::as_str).collect::<Vec<_>>())).unwrap();
}

/// All that a case is, but for times, revision and the numbers that each database gives by itself.
async fn contents(data_dir: &Path) -> Vec<String> {
    let client = private_client(data_dir).await;
    let query = "select (to_jsonb(it) - array['created_at', 'updated_at', 'import_id', 'content_hash', 'revision', 'company_id',
                 'role_id', 'major_id', 'source_id', 'school_id', 'bachelor_school_id']
             || jsonb_build_object('company', companies.name, 'role', roles.name, 'source', sources.slug,
                 'major', majors.slug, 'school', schools.slug))::text
         from offer_cases it join companies on companies.id = company_id join roles on roles.id = role_id
             join sources on sources.id = source_id left join majors on majors.id = major_id
             left join schools on schools.id = school_id
         where retired_at is null order by it.id";
    client.query(query, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

const MINE: &str = "编号,公司,岗位,专业,学历,薪资,日期,城市,标签,备注\n\
     a,腾讯,后端开发,软件工程,211本985硕,20k*15,2024-05-17,深圳,career-switch;unicorn,\"两次面试,说\"\"可以\"\"\n第二行\"\n\
     b,星河新公司,首席观察员,,港硕,30万左右,2024年5月,北京,,=1+1\n\
     c,B站,产品经理,金融,浙大本科,月薪15k,2023,,, 后面有空格\n";

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_is_imported_again_gives_the_same_cases_with_the_same_ids() {
    let scratch = scratch_dir();
    let (first, file) = (scratch.path().join("first"), scratch.path().join("mine.csv"));
    std::fs::write(&file, MINE).unwrap();
    let mut program = Program::serve(&first, free_port());
    program.await_ready();
    let (printed, code) = run(&first, &["import", file.to_str().unwrap(), "--source", "own-records"]);
    assert_eq!(code, 0, "{printed}");
    let before = contents(&first).await;
    assert_eq!(before.len(), 17);
    for format in ["csv", "ndjson", "xlsx"] {
        let (one, all) = (scratch.path().join(format!("one.{format}")), scratch.path().join(format!("all.{format}")));
        let (one, all) = (one.to_str().unwrap(), all.to_str().unwrap());
        for to in [&[one, "source=own-records"][..], &[all]] {
            let (printed, code) = run(&first, &[&["export", "--format", format, "--output"], to].concat());
            assert_eq!(code, 0, "{printed}");
        }
        let (printed, code) = run(&first, &["import", one, "--source", "own-records"]);
        assert!(code == 0 && printed.contains("3 rows read, 0 created, 0 updated, 3 unchanged"), "{format}: {printed}");
        // Into another database, where the new names are not known either: each row goes to its own source.
        let others = scratch_dir();
        let other = made_before(&others);
        let mut program = Program::serve(&other, free_port());
        program.await_ready();
        for (own, article) in [("3 created", "14 unchanged"), ("3 unchanged", "14 unchanged")] {
            let (printed, code) = run(&other, &["import", all]);
            assert_eq!(code, 0, "{format}: {printed}");
            for (source, told) in [("own-records: 3 rows read", own), ("llm-product-article: 14 rows read", article)] {
                let line = printed.lines().find(|line| line.contains(source)).unwrap_or_else(|| panic!("{printed}"));
                assert!(line.contains(told), "{format}: {line}");
            }
            assert_eq!(contents(&other).await, before, "{format}");
        }
        let checked = Program::run(&["check", all]);
        let printed = String::from_utf8_lossy(&checked.stdout).into_owned();
        assert!(checked.status.success() && printed.contains("17 rows read, 0 would be rejected"), "{printed}");
        assert!(printed.contains("company = new: 星河新公司"), "{printed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_of_a_file_steers_no_terminal_and_a_file_of_anybody_is_not_quoted() {
    let scratch = scratch_dir();
    let (data_dir, evil) = (made_before(&scratch), scratch.path().join("a\u{1b}]0;b\u{7}\u{9b}2J.csv"));
    std::fs::write(&evil, "公司,岗位\n腾讯,后端开发\n,x\n").unwrap();
    let import = ["import", evil.to_str().unwrap(), "--source", "own-records"];
    let imported = run(&data_dir, &import);
    assert_eq!(imported.1, 3, "{}", imported.0);
    for arguments in [&["imports", "list"][..], &["imports", "show", "2"], &["imports", "revert", "2"], &import] {
        let (printed, _) = run(&data_dir, arguments);
        assert!(printed.contains(".csv"), "{arguments:?}: {printed}");
        let steers = |printed: &str| printed.contains(['\u{1b}', '\u{7}', '\u{9b}']);
        assert!(!steers(&printed) && !steers(&imported.0), "{arguments:?}: {printed:?}");
    }
    let secret = "root:x:0:0:what nobody shall read";
    for (name, flags, is_told) in
        [("passwd", &[][..], false), ("mine.csv", &[], true), ("passwd", &["--format", "csv"], true)]
    {
        let path = scratch.path().join(name);
        std::fs::write(&path, format!("{secret}\nx\n")).unwrap();
        let import = ["import", path.to_str().unwrap(), "--source", "own-records"];
        let (printed, code) = run(&data_dir, &[&import[..], flags].concat());
        assert!(code == 1 && printed.contains("no header was found"), "{printed}");
        assert_eq!(printed.contains("nobody shall read"), is_told, "{name} {flags:?}: {printed}");
    }
}

/// Files that are not what they say, with what is said of them.
fn not_what_they_say(directory: &Path) -> Vec<(&'static str, &'static str)> {
    let write = |name: &str, bytes: &[u8]| std::fs::write(directory.join(name), bytes).unwrap();
    write("paper.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj");
    write("empty.csv", b"");
    write("blank.csv", b"\n\n  \n");
    write("binary.csv", "公司,岗位\n\0\0\0,\0\n".as_bytes());
    write("line.csv", ["公司,岗位\n".as_bytes(), &vec![b'x'; 17 << 20]].concat().as_slice());
    write("cut.json", "[{\"公司\": \"腾讯\", \"岗位\": \"后端开发\"}, {\"公司\": ".as_bytes());
    write("open.csv", "公司,岗位\n腾讯,\"后端开发\n".as_bytes());
    write("xlsx.csv", b"PK\x03\x04 and so on");
    // Far more than memory, in a file that takes no room on the disk.
    write("sparse.csv", "公司,岗位\n".as_bytes());
    std::fs::OpenOptions::new().write(true).open(directory.join("sparse.csv")).unwrap().set_len(2 << 30).unwrap();
    let mut workbook = rust_xlsxwriter::Workbook::new();
    workbook.add_worksheet().write(0, 0, "公司").unwrap().write(0, 1, "岗位").unwrap();
    let workbook = workbook.save_to_buffer().unwrap();
    write("cut.xlsx", &workbook[..workbook.len() * 2 / 3]);
    write("bomb.xlsx", &bomb());
    std::fs::create_dir(directory.join("folder.csv")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(directory.join("pipe.csv")).status().unwrap().success());
    vec![
        ("paper.csv", "a PDF document"),
        ("empty.csv", "it is empty"),
        ("blank.csv", "it is empty"),
        ("binary.csv", "a NUL character stands in line 2"),
        ("line.csv", "line 2 is longer than 16 MiB"),
        ("cut.json", "line 1"),
        ("open.csv", "never closed"),
        ("xlsx.csv", "a ZIP archive"),
        ("sparse.csv", "a NUL character stands in line 2"),
        ("cut.xlsx", "damaged or cut off"),
        ("bomb.xlsx", "it unpacks to"),
        ("folder.csv", "it is a directory"),
        ("pipe.csv", "a pipe or a device"),
        ("missing.csv", "No such file"),
    ]
}

/// A workbook with a part that unpacks to far more than it takes.
fn bomb() -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let packed = zip::write::SimpleFileOptions::default();
    archive.start_file("[Content_Types].xml", packed).unwrap();
    archive.start_file("xl/worksheets/sheet1.xml", packed).unwrap();
    let cells = format!("<c>{}</c>", "0".repeat(1 << 20));
    (0..40).for_each(|_| archive.write_all(cells.as_bytes()).unwrap());
    archive.finish().unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_what_it_says_is_told_in_one_line_and_changes_nothing() {
    let database = TestDatabase::new(true).await;
    let scratch = scratch_dir();
    let version = database.value("select version from dataset").await;
    for (name, told) in not_what_they_say(scratch.path()) {
        let file = scratch.path().join(name);
        for arguments in [&["import"][..], &["check"]] {
            let arguments = [arguments, &[file.to_str().unwrap(), "--source", "own-records"]].concat();
            let output = Program::command(&arguments).env("DATABASE_URL", database.url()).output().unwrap();
            let message = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(1), "{arguments:?}: {message}");
            assert!(message.contains(name) && message.contains(told), "{arguments:?}: {message}");
            assert_eq!(message.lines().count(), 1, "{arguments:?}: {message}");
        }
    }
    assert_eq!(database.value("select version from dataset").await, version);
}
