//! Backups of a private server: written while the service runs, loaded wholly or not at all; and data that go to a newer
//! PostgreSQL.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Output;

use nix::sys::signal::Signal;
use tokio_postgres::Client;

use crate::harness::service::{await_asked, count_cases, get, private_client};
use crate::harness::{Program, TestDatabase, free_port, scratch_dir};

const STATS: &str = "/api/v1/stats?group_by=company";

/// Runs a command on a data directory.
fn run(data_dir: &Path, arguments: &[&str]) -> Output {
    Program::command(arguments).arg("--data-dir").arg(data_dir).output().unwrap()
}

#[track_caller]
fn done(data_dir: &Path, arguments: &[&str]) -> String {
    let output = run(data_dir, arguments);
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Runs a command that must fail, and say all this.
#[track_caller]
fn refused(data_dir: &Path, arguments: &[&str], told: &[&str]) {
    let output = run(data_dir, arguments);
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {output:?}");
    for part in told {
        assert!(message.contains(part), "{part:?} is missing for {arguments:?}: {message}");
    }
}

/// What each table has, as a sum over all of its rows; the history that the version is of is another one after a restore.
async fn contents(client: &Client) -> BTreeMap<String, String> {
    let tables = "select relname::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace";
    let mut contents = BTreeMap::new();
    for table in client.query(tables, &[]).await.unwrap() {
        let table: &str = table.get(0);
        let sum = format!(
            "select md5(coalesce(string_agg(row, '|' order by row), '')) || count(*)
             from (select (to_jsonb({table}) - 'lineage')::text as row from {table}) as rows"
        );
        contents.insert(table.to_owned(), client.query_one(&sum, &[]).await.unwrap().get(0));
    }
    contents.remove("staged_cases");
    contents
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A table of one case.
fn table_of(directory: &Path, name: &str, company: &str) -> PathBuf {
    let path = directory.join(name);
    std::fs::write(&path, format!("公司,岗位,年薪\n{company},大模型产品,40万\n")).unwrap();
    path
}

fn copy_of(backup: &Path, name: &str) -> PathBuf {
    let copy = backup.with_file_name(name);
    assert!(std::process::Command::new("cp").arg("-r").arg(backup).arg(&copy).status().unwrap().success());
    copy
}

/// Ends a program, with its private server.
fn end(mut program: Program) {
    program.signal(Signal::SIGTERM);
    assert!(program.await_end().success(), "{:#?}", program.printed);
}

/// Backups that are not what was written, with what is told of each.
fn damaged(backup: &Path) -> Vec<(PathBuf, &'static str)> {
    let largest = |copy: &Path| {
        let files = std::fs::read_dir(copy.join("dump")).unwrap().map(|entry| entry.unwrap().path());
        files.max_by_key(|file| file.metadata().unwrap().len()).unwrap()
    };
    let cut_off = copy_of(backup, "cut-off");
    let file = std::fs::OpenOptions::new().write(true).open(largest(&cut_off)).unwrap();
    file.set_len(file.metadata().unwrap().len() / 2).unwrap();
    let changed = copy_of(backup, "changed");
    let mut bytes = std::fs::read(largest(&changed)).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(largest(&changed), bytes).unwrap();
    let lacking = copy_of(backup, "lacking");
    std::fs::remove_file(largest(&lacking)).unwrap();
    let unnamed = copy_of(backup, "unnamed");
    std::fs::remove_file(unnamed.join("backup.json")).unwrap();
    let (later, manifest) = (copy_of(backup, "later"), backup.join("backup.json"));
    let manifest = std::fs::read_to_string(manifest).unwrap();
    std::fs::write(later.join("backup.json"), manifest.replace("\"format\": 1", "\"format\": 2")).unwrap();
    let newer = copy_of(backup, "newer");
    let one_more = manifest.replace("\"migrations\": [", "\"migrations\": [\"20990101\",");
    std::fs::write(newer.join("backup.json"), one_more).unwrap();
    let other = copy_of(backup, "other");
    let (rows, others) = ("\"name\": \"companies\",\n      \"rows\": 1", "\"name\": \"companies\",\n      \"rows\": 2");
    assert!(manifest.contains(rows), "{manifest}");
    std::fs::write(other.join("backup.json"), manifest.replace(rows, others)).unwrap();
    vec![
        (cut_off, "bytes and should have"),
        (changed, "is not what was written"),
        (lacking, "cannot be read"),
        (unnamed, "backup.json cannot be read"),
        (later, "form 2"),
        (newer, "20990101"),
        (other, "what was loaded is not what the backup should have"),
        (backup.with_file_name("nowhere"), "backup.json cannot be read"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_service_that_imports_is_restored_with_everything_in_it_and_a_wrong_one_changes_nothing() {
    let scratch = scratch_dir();
    let (data_dir, backup) = (scratch.path().join("data"), scratch.path().join("backup"));
    let port = free_port();
    let mut program = Program::serve(&data_dir, port);
    program.await_ready();
    let import = ["--source", "llm-product-article"];
    let [first, second] = [("a.csv", "星河造物"), ("b.csv", "月河造物")].map(|(n, c)| table_of(scratch.path(), n, c));
    done(&data_dir, &[&["import", text(&first)], import.as_slice()].concat());
    done(&data_dir, &["names", "set", "company", "星河造物", "kind=startup"]);
    let client = private_client(&data_dir).await;
    client.batch_execute("update offer_cases set retired_at = now() where source_row = 3").await.unwrap();
    let before = contents(&client).await;
    let empty = ["curations", "offer_case_revisions"].map(|table| before[table].starts_with("d41d8cd9"));
    assert_eq!(empty, [false, false], "{before:?}");
    let seen = get(port, STATS).await.unwrap();
    let (tag, version) = (seen.headers()["etag"].clone(), seen.headers()["dataset-version"].clone());

    // What is given up in the middle leaves nothing behind.
    let writer = private_client(&data_dir).await;
    writer.batch_execute("begin; lock table guide_entries in access exclusive mode").await.unwrap();
    let mut command = Program::command(&["backup", text(&backup)]);
    let mut given_up = Program::start(command.arg("--data-dir").arg(&data_dir));
    await_asked(&client, "guide_entries.* in access share mode").await;
    given_up.signal(Signal::SIGTERM);
    assert_eq!(given_up.await_end().code(), Some(143), "{:#?}", given_up.printed);
    writer.batch_execute("rollback").await.unwrap();
    let left = std::fs::read_dir(scratch.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(left.filter(|name| name.to_string_lossy().contains("backup")).count(), 0);

    // Somebody writes and has not ended, and an import that has begun waits for that.
    writer.batch_execute("begin; update offer_cases set tags = '{}', pay_months = null").await.unwrap();
    let mut command = Program::command(&[&["import", text(&second)], import.as_slice()].concat());
    let mut importing = Program::start(command.arg("--data-dir").arg(&data_dir));
    await_asked(&client, "for update").await;
    let told = done(&data_dir, &["backup", text(&backup)]);
    assert!(told.contains(version.to_str().unwrap()), "{told}");
    writer.batch_execute("commit").await.unwrap();
    assert!(importing.await_end().success(), "{:#?}", importing.printed);
    refused(&data_dir, &["backup", text(&backup)], &["is not an empty directory"]);
    refused(&data_dir, &["restore", text(&backup), "--replace"], &["in use by another running instance"]);
    let after = contents(&client).await;
    assert_ne!(before, after);
    end(program);

    refused(&data_dir, &["restore", text(&backup)], &["holds a database already", "15 cases", "--replace"]);
    for (damaged, told) in damaged(&backup) {
        refused(&data_dir, &["restore", text(&damaged), "--replace"], &[told, "nothing was changed"]);
    }
    let empty = scratch.path().join("empty");
    refused(&empty, &["backup", text(&scratch.path().join("none"))], &["there is no database in"]);
    assert!(!empty.exists() && !scratch.path().join("none").exists());
    let program = serve(&data_dir, port);
    assert_eq!(contents(&private_client(&data_dir).await).await, after);
    end(program);

    let told = done(&data_dir, &["restore", text(&backup), "--replace"]);
    assert!(told.contains("replaced: 15 cases"), "{told}");
    let program = serve(&data_dir, port);
    let restored = private_client(&data_dir).await;
    assert_eq!(contents(&restored).await, before);
    let again = reqwest::Client::new().get(format!("http://127.0.0.1:{port}{STATS}"));
    let again = again.header("if-none-match", tag).send().await.unwrap();
    assert_eq!(again.status(), 200, "what a client has kept is of another history");
    assert_ne!(again.headers()["dataset-version"], version);
    assert_eq!(count_cases(port).await, 14);
    end(program);
    let told = done(&empty, &["restore", text(&backup)]);
    assert!(told.contains("14 cases") && !told.contains("replaced"), "{told}");
    assert!(done(&empty, &["database", "check"]).contains("all rows are there"));
}

/// Waits until a restore under way has come so far that a file is there, below the directory that it makes its data in.
fn await_half_made(data_dir: &Path, file: &str, restore: &mut Program) {
    let is_there = || {
        let mut entries = std::fs::read_dir(data_dir).unwrap().flatten();
        let half_made = entries.find(|entry| entry.file_name().to_string_lossy().starts_with("postgres.new."));
        half_made.is_some_and(|entry| entry.path().join(file).exists())
    };
    while !is_there() {
        assert!(restore.is_running(), "it ended before {file} was there: {:#?}", restore.printed);
        std::thread::yield_now();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_that_is_killed_leaves_what_was_there_and_the_next_one_does_all() {
    let scratch = scratch_dir();
    let (data_dir, backup) = (scratch.path().join("data"), scratch.path().join("backup"));
    done(&data_dir, &["import"]);
    done(&data_dir, &["backup", text(&backup)]);
    let table = table_of(scratch.path(), "a.csv", "星河造物");
    done(&data_dir, &["import", text(&table), "--source", "llm-product-article"]);
    // While its data are made, when its server starts, and while that is loaded into.
    for file in ["", "postgres/postmaster.pid", ".s.PGSQL.5432"] {
        let mut command = Program::command(&["restore", text(&backup), "--replace"]);
        let mut restore = Program::start(command.arg("--data-dir").arg(&data_dir));
        await_half_made(&data_dir, file, &mut restore);
        restore.kill();
        refused(&data_dir, &["restore", text(&backup)], &["holds a database already", "15 cases"]);
    }
    assert!(done(&data_dir, &["database", "check"]).contains("all rows are there"));
    assert!(done(&data_dir, &["restore", text(&backup), "--replace"]).contains("replaced: 15 cases"));
    let left = std::fs::read_dir(&data_dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let left: Vec<String> = left.filter(|name| name.starts_with("postgres.")).collect();
    assert!(left.iter().all(|name| name.starts_with("postgres.log")), "{left:?}");
}

/// Serves, and is ready.
fn serve(data_dir: &Path, port: u16) -> Program {
    let mut program = Program::serve(data_dir, port);
    program.await_ready();
    program
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_for_the_private_server_says_so_where_another_one_is_named() {
    let database = TestDatabase::new(false).await;
    for arguments in [["backup", "x"].as_slice(), &["restore", "x"], &["database", "upgrade"]] {
        let output = Program::command(arguments).env("DATABASE_URL", database.url()).output().unwrap();
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{message}");
        assert!(message.contains("pg_dump") && message.contains("OPERATION.md"), "{arguments:?}: {message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn data_that_postgresql_would_refuse_are_told_with_what_to_do() {
    let scratch = scratch_dir();
    let data_dir = scratch.path().join("data");
    done(&data_dir, &["migrate"]);
    let data = data_dir.join("postgres");
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o755)).unwrap();
    refused(&data_dir, &["migrate"], &["0755", &format!("chmod 0700 {}", data.display())]);
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o700)).unwrap();
    let version = std::fs::read_to_string(data.join("PG_VERSION")).unwrap();
    std::fs::write(data.join("PG_VERSION"), "14\n").unwrap();
    let both = ["PostgreSQL 14,", &format!("is PostgreSQL {}", version.trim()), "offer-cases database upgrade"];
    refused(&data_dir, &["migrate"], &both);
    refused(&data_dir, &["database", "upgrade"], &["PostgreSQL 14, whose programs are needed", "--old-pg-bin-dir"]);
    std::fs::write(data.join("PG_VERSION"), &version).unwrap();
    let newest = format!("are of PostgreSQL {} already", version.trim());
    refused(&data_dir, &["database", "upgrade"], &[&newest]);
    done(&data_dir, &["migrate"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn data_go_to_a_newer_postgresql_with_everything_in_them() {
    let Some(newer) = std::env::var_os("NEWER_PG_BIN_DIR") else {
        eprintln!("skipped: NEWER_PG_BIN_DIR names no programs of a newer PostgreSQL");
        return;
    };
    let scratch = scratch_dir();
    let (data_dir, port) = (scratch.path().join("data"), free_port());
    let program = serve(&data_dir, port);
    let before = contents(&private_client(&data_dir).await).await;
    end(program);
    let listen = format!("127.0.0.1:{port}");
    let on_newer = |arguments: &[&str]| {
        let mut command = Program::command(arguments);
        command.arg("--data-dir").arg(&data_dir).env("PG_BIN_DIR", &newer);
        command
    };
    let early = on_newer(&["migrate"]).output().unwrap();
    let message = String::from_utf8_lossy(&early.stderr).into_owned();
    assert!(!early.status.success() && message.contains("offer-cases database upgrade"), "{message}");
    let upgraded = on_newer(&["database", "upgrade"]).output().unwrap();
    assert!(upgraded.status.success(), "{upgraded:?}");
    let mut program = Program::start(&mut on_newer(&["--listen", &listen]));
    program.await_ready();
    assert_eq!(contents(&private_client(&data_dir).await).await, before);
    end(program);
}
