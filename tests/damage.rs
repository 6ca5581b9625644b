//! Damage of the files of the database: each kind is told when the service starts or where it is read first, and no answer
//! is another than that of the whole database.
//!
//! `EVERY_DAMAGE=1 cargo test damage` damages every table and index in every way, for some five minutes.

use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use nix::sys::signal::Signal;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::Value;
use tokio_postgres::Row;

use crate::harness::service::{await_no_postgres, await_status, get, private_client};
use crate::harness::{Program, Server, free_port, made_before, scratch_dir};

/// Bytes of a page of PostgreSQL.
const PAGE: u64 = 8192;

/// What happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Damage {
    /// Its second half is gone.
    Cut,
    /// A page in its middle is zeros, as when the disk never wrote it.
    Zeros,
    /// A page in its middle is anything.
    Noise,
    /// It is gone.
    Removed,
}

use Damage::{Cut, Noise, Removed, Zeros};

impl Damage {
    fn does(self, path: &Path) {
        let file = std::fs::File::options().write(true).open(path).unwrap();
        let pages = file.metadata().unwrap().len() / PAGE;
        let mut page = vec![0; PAGE as usize];
        match self {
            Cut => file.set_len(pages / 2 * PAGE).unwrap(),
            Zeros => file.write_all_at(&page, pages / 2 * PAGE).unwrap(),
            Noise => {
                StdRng::seed_from_u64(pages).fill_bytes(&mut page);
                file.write_all_at(&page, pages / 2 * PAGE).unwrap();
            }
            Removed => std::fs::remove_file(path).unwrap(),
        }
    }
}

/// What is damaged in the usual run: the tables that the report of a fault named, and one of each other kind.
const USUAL: &[(&str, Damage)] = &[
    ("offer_cases", Cut),
    ("offer_cases", Zeros),
    ("offer_cases", Noise),
    ("offer_cases", Removed),
    ("offer_case_revisions", Zeros),
    ("schools", Cut),
    ("company_aliases", Zeros),
    ("dataset", Zeros),
    ("row_sums", Cut),
    ("imports", Removed),
    ("offer_cases_of_company", Removed),
    ("offer_cases_pkey", Removed),
];

/// A table or an index.
struct Relation {
    name: String,
    is_table: bool,
    /// Below the data directory.
    file: PathBuf,
}

/// A database of cases that were imported and corrected, whose server has ended.
struct Stock {
    scratch: tempfile::TempDir,
    relations: Vec<Relation>,
    /// What is asked, and how the whole database answers.
    answers: Vec<(String, Value)>,
}

impl Stock {
    fn whole(&self) -> PathBuf {
        self.scratch.path().join("data")
    }

    async fn new() -> Self {
        let scratch = scratch_dir();
        let (data_dir, port) = (made_before(&scratch), free_port());
        let mut program = Program::serve(&data_dir, port);
        program.await_ready();
        let file = scratch.path().join("cases.csv");
        for round in 0..2 {
            let row = |row: u32| format!("key-{row}x,公司{}号,后端开发,{}k*15,第{round}次\n", row % 40, 20 + row % 9);
            let rows: String = (0..1_500).map(row).collect();
            std::fs::write(&file, format!("编号,公司,岗位,薪资,备注\n{rows}")).unwrap();
            let arguments = ["import", file.to_str().unwrap(), "--source", "own-records", "--data-dir"];
            let imported = Program::run(&[&arguments[..], &[data_dir.to_str().unwrap()]].concat());
            assert!(imported.status.success(), "{imported:?}");
        }
        let answers = Self::answers(port).await;
        let client = private_client(&data_dir).await;
        let relations = "select relname::text, relkind = 'r', pg_relation_filepath(oid) from pg_class
             where relnamespace = 'public'::regnamespace and relkind in ('r', 'i') and relname !~ '^__|staged'
                 and pg_relation_size(oid) > 0 order by 1";
        let relations = client.query(relations, &[]).await.unwrap();
        let file = |path: &str| Path::new("postgres").join(path);
        let relation = |row: &Row| Relation { name: row.get(0), is_table: row.get(1), file: file(row.get(2)) };
        let relations = relations.iter().map(relation).collect();
        client.batch_execute("checkpoint").await.unwrap();
        drop(client);
        end(&mut program, &data_dir);
        Self { scratch, relations, answers }
    }

    fn relation(&self, name: &str) -> &Relation {
        self.relations.iter().find(|relation| relation.name == name).unwrap_or_else(|| panic!("no {name}"))
    }

    /// Questions that read every table, and cases by several indexes.
    async fn answers(port: u16) -> Vec<(String, Value)> {
        let list: Value = get(port, "/api/v1/offer-cases?source=own-records").await.unwrap().json().await.unwrap();
        let (case, company) = (&list["items"][3]["id"], &list["items"][3]["company"]["slug"]);
        let (case, company) = (case.as_str().unwrap(), company.as_str().unwrap());
        let mut answers = Vec::new();
        for path in [
            format!("offer-cases/{case}?include=revisions,raw,source"),
            format!("offer-cases?company={company}&limit=200"),
            "offer-cases?limit=200&count=exact".to_owned(),
            "offer-cases?q=%E7%AC%AC1%E6%AC%A1&limit=200&count=exact".to_owned(),
            "offer-cases?role=backend-engineer&limit=200".to_owned(),
            "offer-cases?school_tier=985&limit=200".to_owned(),
            "stats?group_by=company&limit=200".to_owned(),
            "facets".to_owned(),
            "imports".to_owned(),
            "companies?limit=200".to_owned(),
            "schools?limit=200&q=%E5%A4%A7%E5%AD%A6".to_owned(),
            "resolve?kind=school&q=THU".to_owned(),
        ] {
            let path = format!("/api/v1/{path}");
            let answer = get(port, &path).await.unwrap().json().await.unwrap();
            answers.push((path, answer));
        }
        answers
    }

    /// Damages a file of a copy, and sees what a service makes of it.
    async fn is_told(&self, relation: &str, damage: Damage) -> Seen {
        let data_dir = self.scratch.path().join("copy");
        let _ = std::fs::remove_dir_all(&data_dir);
        let copied = std::process::Command::new("cp").arg("-a").arg(self.whole()).arg(&data_dir).status().unwrap();
        assert!(copied.success());
        damage.does(&data_dir.join(&self.relation(relation).file));
        let port = free_port();
        let mut program = Program::serve(&data_dir, port);
        let goes_on = program.run_until(|printed| printed.iter().any(|line| line.contains("ready: http://")));
        if !goes_on {
            let told = program.printed.iter().any(|line| is_of_damage(line));
            assert!(told, "{damage:?} of {relation} ends it without a word of it: {:#?}", program.printed);
            return Seen::AtStart;
        }
        let mut seen =
            if program.printed.iter().any(|line| line.contains("not ready")) { Seen::AtStart } else { Seen::Never };
        for (path, whole) in &self.answers {
            let answer = get(port, path).await.unwrap();
            let (status, body) = (answer.status().as_u16(), answer.json::<Value>().await.unwrap());
            let place = format!("{damage:?} of {relation}: {path}");
            match status {
                200 => assert!(seen == Seen::Never && body == *whole, "{place}: {body}"),
                503 => assert_eq!(body["code"], "database_damaged", "{place}: {body}"),
                other => panic!("{place}: {other} {body}"),
            }
            if status == 503 && seen == Seen::Never {
                seen = Seen::WhereRead;
            }
        }
        let ready = if seen == Seen::Never { 200 } else { 503 };
        await_status(port, "/health/ready", ready).await;
        end(&mut program, &data_dir);
        seen
    }
}

/// When damage was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    AtStart,
    WhereRead,
    /// Nothing that was asked reads what is damaged: all answers are those of the whole database.
    Never,
}

/// Whether a line of the log says that something cannot be read, or is not there.
fn is_of_damage(line: &str) -> bool {
    ["invalid page", "could not read", "could not open file", "damaged", "unexpected", "has no row"]
        .iter()
        .any(|sign| line.contains(sign))
}

fn end(program: &mut Program, data_dir: &Path) {
    program.signal(Signal::SIGTERM);
    program.await_end();
    await_no_postgres(data_dir);
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_of_any_kind_is_told_and_no_answer_is_another_than_that_of_the_whole() {
    let stock = Stock::new().await;
    let every = std::env::var_os("EVERY_DAMAGE").is_some();
    let names = stock.relations.iter().map(|relation| relation.name.as_str());
    let all = names.flat_map(|name| [Cut, Zeros, Noise, Removed].map(|damage| (name, damage)));
    let damages: Vec<(&str, Damage)> = if every { all.collect() } else { USUAL.to_vec() };
    for (relation, damage) in damages {
        let seen = stock.is_told(relation, damage).await;
        println!("{damage:?} of {relation}: {seen:?}");
        assert!(!stock.relation(relation).is_table || seen == Seen::AtStart, "{damage:?} of {relation}: {seen:?}");
        assert!(every || seen != Seen::Never, "{damage:?} of {relation}: {seen:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_lost_is_accepted_by_a_command_and_a_service_that_runs_answers_again() {
    let stock = Stock::new().await;
    let data_dir = stock.whole();
    Cut.does(&data_dir.join(&stock.relation("offer_cases").file));
    let port = free_port();
    let mut program = Program::serve(&data_dir, port);
    assert!(program.prints("not ready: http://"), "{:#?}", program.printed);
    assert!(program.printed.iter().any(|line| line.contains("the database is damaged")), "{:#?}", program.printed);
    let directory = ["--data-dir", data_dir.to_str().unwrap()];
    let run = |arguments: &[&str]| {
        let output = Program::run(&[arguments, &directory].concat());
        (String::from_utf8_lossy(&output.stdout).into_owned(), output.status.code())
    };
    let (printed, code) = run(&["database", "check"]);
    assert!(code == Some(1) && printed.contains("should have 1514"), "{printed}");
    // Its indexes name rows that are gone.
    private_client(&data_dir).await.batch_execute("reindex table offer_cases").await.unwrap();
    let (printed, code) = run(&["database", "accept"]);
    assert_eq!(code, Some(0), "{printed}");
    assert!(program.prints("is served again"), "{:#?}", program.printed);
    await_status(port, "/health/ready", 200).await;
    let (printed, code) = run(&["database", "check"]);
    assert!(code == Some(0) && printed.contains("all rows are there"), "{printed}");
    let left: Value = get(port, "/api/v1/stats?group_by=company").await.unwrap().json().await.unwrap();
    assert!(left["total"].as_u64().is_some_and(|total| 0 < total && total < 1514), "{left}");
    end(&mut program, &data_dir);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_whose_pages_have_no_checksums_says_so_with_the_command_that_adds_them() {
    let scratch = scratch_dir();
    let data_dir = made_before(&scratch);
    let mut program = Program::serve(&data_dir, free_port());
    program.await_ready();
    assert!(!program.printed.iter().any(|line| line.contains("checksums")), "{:#?}", program.printed);
    // So that its end takes no time, and is not cut short on a busy disk.
    private_client(&data_dir).await.batch_execute("checkpoint").await.unwrap();
    end(&mut program, &data_dir);
    let Some(tool) = checksums_tool() else { return };
    let pgdata = data_dir.join("postgres");
    let switch = |to: &str| {
        let mut command = std::process::Command::new(&tool);
        command.args([to, "--pgdata"]).arg(&pgdata);
        let owner = std::fs::metadata(&pgdata).unwrap();
        if nix::unistd::Uid::effective().is_root() {
            use std::os::unix::{fs::MetadataExt, process::CommandExt};
            command.uid(owner.uid()).gid(owner.gid());
        }
        assert!(command.output().unwrap().status.success());
    };
    switch("--disable");
    let mut program = Program::serve(&data_dir, free_port());
    program.await_ready();
    let told = program.printed.iter().find(|line| line.contains("pg_checksums --enable")).unwrap();
    assert!(told.contains(pgdata.to_str().unwrap()), "{told}");
    private_client(&data_dir).await.batch_execute("checkpoint").await.unwrap();
    end(&mut program, &data_dir);
    switch("--enable");
    let mut program = Program::serve(&data_dir, free_port());
    program.await_ready();
    assert!(!program.printed.iter().any(|line| line.contains("checksums")), "{:#?}", program.printed);
    end(&mut program, &data_dir);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ordinary_role_learns_as_well_that_pages_have_no_checksums() {
    let server = Server::seeded().await;
    server.sql("postgres", "create role ordinary login").await;
    server.sql("postgres", "create database theirs owner ordinary").await;
    let listen = format!("127.0.0.1:{}", free_port());
    let url = format!("postgres://ordinary@{}/theirs", server.host());
    let mut program = Program::start(Program::command(&["--no-seed", "--listen", &listen]).env("DATABASE_URL", url));
    program.await_ready();
    let told = program.printed.iter().find(|line| line.contains("pg_checksums --enable"));
    assert!(told.is_some_and(|line| line.contains("--pgdata <its data directory>")), "{:#?}", program.printed);
    program.signal(Signal::SIGTERM);
    assert!(program.await_end().success(), "{:#?}", program.printed);
}

/// The program that adds and removes checksums, which not every installation has.
fn checksums_tool() -> Option<PathBuf> {
    let chosen = std::env::var_os("PG_BIN_DIR").map(PathBuf::from);
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut installed: Vec<PathBuf> = installed.map(|version| version.path().join("bin")).collect();
    installed.sort();
    let tool = chosen.or_else(|| installed.pop())?.join("pg_checksums");
    tool.is_file().then_some(tool)
}
