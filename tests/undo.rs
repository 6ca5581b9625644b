//! Taking back what was imported: reverts and their reverts, cases retired and erased, pruning that shows what it takes.

use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;

use crate::harness::service::{has_asked, private_client};
use crate::harness::{Program, TestApp, free_port, made_before, scratch_dir};

/// A service, with files that are imported into its database by the program.
struct Desk {
    app: TestApp,
    files: tempfile::TempDir,
}

impl Desk {
    async fn new() -> Self {
        Self { app: TestApp::seeded().await, files: scratch_dir() }
    }

    /// Runs a command; what it printed, and the code with which it ended.
    fn run(&self, arguments: &[&str]) -> (String, i32) {
        let mut command = Program::command(arguments);
        command.env("DATABASE_URL", self.app.database.url()).env("RUST_LOG", "warn").stdin(std::process::Stdio::null());
        let Output { stdout, stderr, status } = command.output().unwrap();
        (String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr), status.code().unwrap_or(-1))
    }

    #[track_caller]
    fn done(&self, arguments: &[&str]) -> String {
        let (printed, code) = self.run(arguments);
        assert_eq!(code, 0, "{arguments:?}: {printed}");
        printed
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.files.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Imports a table of own records, and gives the number of the import.
    async fn import(&self, name: &str, text: &str, flags: &[&str]) -> String {
        let path = self.write(name, text);
        let import = ["import", path.to_str().unwrap(), "--source", "own-records"];
        self.done(&[&import[..], flags].concat());
        self.app.database.value("select max(id) from imports").await
    }

    /// The companies of own records with their pay, as the service tells them now in a list, and how many it counts.
    async fn told(&self) -> Vec<String> {
        let of_own = [("source", "own-records"), ("limit", "200")];
        let items = self.app.get("/api/v1/offer-cases", &of_own).await.items();
        let line = |case: &Value| format!("{} {}", case["company"]["slug"].as_str().unwrap(), case["pay_annual_min"]);
        let mut lines: Vec<String> = items.iter().map(line).collect();
        lines.sort();
        let counted = self.app.get("/api/v1/stats", &[("group_by", "company"), ("source", "own-records")]).await.ok();
        assert_eq!(counted["total"], lines.len(), "the columns in memory follow");
        lines
    }

    /// That these words stand nowhere in the database.
    async fn holds_none_of(&self, words: &[&str]) {
        for table in ["offer_cases", "offer_case_revisions", "imports", "erased_cases", "staged_cases"] {
            let rows = self.app.database.column(&format!("select to_jsonb({table})::text from {table}")).await;
            let found = rows.iter().find(|row| words.iter().any(|word| row.contains(word)));
            assert!(found.is_none(), "{table}: {found:?}");
        }
    }

    async fn id_of(&self, company: &str) -> String {
        let query = format!(
            "select it.id from offer_cases it join companies on companies.id = company_id
                 join sources on sources.id = source_id
             where companies.slug = '{company}' and sources.slug = 'own-records'"
        );
        self.app.database.value(&query).await
    }
}

const FIRST: &str = "公司,岗位,薪资,日期\n腾讯,后端开发,20k*15,2024-05\n美团,后端开发,21k*15,2024-06\n";

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_taken_back_and_that_too() {
    let desk = Desk::new().await;
    let first = "编号,公司,岗位,薪资\nkey-a,腾讯,后端开发,20k*15\nkey-b,美团,后端开发,21k*15\n";
    let second = "编号,公司,岗位,薪资\nkey-a,腾讯,后端开发,30k*15\nkey-c,百度,后端开发,22k*15\n";
    desk.import("a.csv", first, &[]).await;
    let before = desk.told().await;
    let import = desk.import("a.csv", second, &["--prune", "--prune-at-most", "50%"]).await;
    let after = desk.told().await;
    assert_eq!(after, ["baidu 330000", "tencent 450000"]);
    let mut number = import.clone();
    // Back, on again, back again: each revert is an import of its own.
    for (round, expected) in [&before, &after, &before, &after].into_iter().enumerate() {
        let printed = desk.done(&["imports", "revert", &number]);
        assert_eq!(desk.told().await, *expected, "{round}: {printed}");
        let revert = desk.app.database.value("select max(id) from imports").await;
        assert!(printed.contains(&format!("imports revert {revert}")), "{printed}");
        let shown = desk.app.get(&format!("/api/v1/imports/{revert}"), &[]).await.ok();
        assert_eq!(shown["reverts"].to_string(), number, "{shown}");
        number = revert;
    }
    let listed = desk.done(&["imports", "list"]);
    assert!(listed.lines().next().unwrap().contains("took back import"), "{listed}");
    assert!(desk.done(&["imports", "show", &import]).contains("retired: 美团, 后端开发"), "{listed}");
    // What was done already is not done twice.
    desk.done(&["imports", "revert", &number]);
    let again = desk.done(&["imports", "revert", &number]);
    assert!(again.contains("nothing was changed"), "{again}");
    let path = format!("/api/v1/offer-cases/{}", desk.id_of("tencent").await);
    let case = desk.app.get(&path, &[("include", "revisions")]).await.ok();
    let replaced = case["revisions"].as_array().unwrap();
    assert!(replaced.iter().all(|revision| revision["replaced_by_import"].is_i64()), "{replaced:?}");
    let (printed, code) = desk.run(&["imports", "revert", "999"]);
    assert!(code == 1 && printed.contains("no import 999"), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_changed_since_is_left_and_told_or_stops_all_of_it() {
    let desk = Desk::new().await;
    let table = |pay: [&str; 3]| {
        format!(
            "编号,公司,岗位,薪资\nkey-a,腾讯,后端开发,{}\nkey-b,美团,后端开发,{}\nkey-c,百度,后端开发,{}\n",
            pay[0], pay[1], pay[2]
        )
    };
    let first = desk.import("a.csv", &table(["20k*15", "20k*15", "20k*15"]), &[]).await;
    let second = desk.import("a.csv", &table(["30k*15", "30k*15", "20k*15"]), &[]).await;
    desk.import("a.csv", &table(["30k*15", "40k*15", "20k*15"]), &[]).await;
    let now = desk.told().await;
    let (refused, code) = desk.run(&["imports", "revert", &second, "--strict"]);
    assert!(code == 1 && refused.contains("美团") && refused.contains("--strict"), "{refused}");
    assert_eq!(desk.told().await, now);
    let printed = desk.done(&["imports", "revert", &second]);
    assert!(printed.contains("1 as before") && printed.contains("1 left"), "{printed}");
    assert_eq!(desk.told().await, ["baidu 300000", "meituan 600000", "tencent 300000"]);
    // The first import has made all three: that which the second one no longer touches is as the first one left it.
    let printed = desk.done(&["imports", "revert", &first]);
    assert!(printed.contains("2 cases retired") && printed.contains("1 left"), "{printed}");
    assert_eq!(desk.told().await, ["meituan 600000"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_was_retired_by_hand_stays_out_until_it_is_restored() {
    let desk = Desk::new().await;
    desk.import("a.csv", FIRST, &[]).await;
    let id = desk.id_of("tencent").await;
    assert!(desk.done(&["cases", "retire", &id]).contains("1 cases retired"));
    assert_eq!(desk.told().await, ["meituan 315000"]);
    let path = desk.write("a.csv", FIRST);
    let printed = desk.done(&["import", path.to_str().unwrap(), "--source", "own-records", "--prune"]);
    assert!(printed.contains("2 unchanged") && printed.contains("retired by hand"), "{printed}");
    assert_eq!(desk.told().await, ["meituan 315000"]);
    desk.done(&["cases", "restore", &id]);
    assert_eq!(desk.told().await, ["meituan 315000", "tencent 300000"]);
    let (printed, code) = desk.run(&["cases", "retire", "5f0c8a4e-9c1b-4b7e-8f59-0d1f6f6f2a51"]);
    assert!(code == 1 && printed.contains("no case has the id"), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_case_leaves_nothing_and_its_file_does_not_bring_it_back() {
    let desk = Desk::new().await;
    let secret = "只有我知道的话";
    let table = |rows: &[(&str, &str)]| {
        let row = |(number, rest): &(&str, &str)| format!("{number},{rest}\n");
        format!("序号,公司,岗位,专业,薪资,备注\n{}", rows.iter().map(row).collect::<String>())
    };
    let mine = format!("腾讯,后端开发,炼金术,面议,{secret}");
    let equal = "百度,后端开发,,20k*15,";
    let rows = [("1", mine.as_str()), ("2", equal), ("3", equal)];
    let import = desk.import("a.csv", &table(&rows), &[]).await;
    desk.import("a.csv", &table(&[("1", &mine.replace("面议", "保密")), rows[1], rows[2]]), &[]).await;
    let report = format!("select report from imports where id = {import}");
    assert!(desk.app.database.value(&report).await.contains("面议"));
    let id = desk.id_of("tencent").await;
    let printed = desk.done(&["cases", "erase", &id]);
    assert!(printed.contains("erased") && printed.contains("1 earlier states"), "{printed}");
    desk.app.get(&format!("/api/v1/offer-cases/{id}"), &[]).await.problem(404);
    let secrets = [secret, "面议", "保密", "炼金术"];
    desk.holds_none_of(&secrets).await;
    // One of two equal rows goes, and the other stays, in whatever order they come.
    let twin = desk.id_of("baidu").await;
    desk.done(&["cases", "erase", &twin, "--yes"]);
    let corrected = mine.replace("面议", "25k*15");
    let left = ["baidu 300000"];
    for rows in [
        vec![rows[0], rows[1], rows[2]],
        vec![("1", corrected.as_str()), rows[1], rows[2]],
        vec![rows[2], rows[1], rows[0]],
        vec![("1", equal), ("2", equal), ("3", &mine)],
    ] {
        let path = desk.write("a.csv", &table(&rows));
        let report = desk.files.path().join("report.json");
        let import = ["import", path.to_str().unwrap(), "--source", "own-records", "--prune", "--report"];
        let printed = desk.done(&[&import[..], &[report.to_str().unwrap()]].concat());
        let told: Value = serde_json::from_str(&std::fs::read_to_string(report).unwrap()).unwrap();
        assert_eq!(told[0]["erased"], 2, "{rows:?}: {printed}");
        assert_eq!(desk.told().await, left, "{rows:?}: {printed}");
        // Nor does the report of an import that leaves it out tell what its row says.
        desk.holds_none_of(&secrets).await;
    }
    // Without any number too.
    let desk = Desk::new().await;
    let table = "公司,岗位\n腾讯,后端开发\n百度,后端开发\n百度,后端开发\n百度,产品经理\n";
    desk.import("b.csv", table, &[]).await;
    let id = desk.id_of("baidu").await;
    let role = format!("select roles.slug from offer_cases it join roles on roles.id = role_id where it.id = '{id}'");
    let role = desk.app.database.value(&role).await;
    desk.done(&["cases", "erase", &id]);
    let moved = "公司,岗位\n百度,产品经理\n百度,后端开发\n腾讯,后端开发\n百度,后端开发\n";
    desk.import("b.csv", moved, &["--prune"]).await;
    assert_eq!(desk.told().await.len(), 3, "{role}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pruning_shows_what_it_takes_and_refuses_to_take_too_much() {
    let desk = Desk::new().await;
    let row = |number: usize| format!("公司{number}号,后端开发,{}k*15\n", 10 + number);
    let table = |rows: std::ops::Range<usize>| format!("公司,岗位,薪资\n{}", rows.map(row).collect::<String>());
    desk.import("a.csv", &table(0..8), &[]).await;
    let all = desk.told().await;
    let report = desk.files.path().join("report.json");
    let prune = |text: &str, flags: &[&str]| {
        let path = desk.write("a.csv", text);
        let import = ["import", path.to_str().unwrap(), "--source", "own-records", "--prune"];
        desk.run(&[&import[..], &["--report", report.to_str().unwrap()], flags].concat())
    };
    for (text, flags, reason) in [
        (table(0..5), &[][..], "retire 3 of 8 cases of the source, more than 25%"),
        (table(0..5), &["--dry-run"], "retire 3 of 8 cases of the source, more than 25%"),
        (table(0..6), &["--prune-at-most", "1"], "retire 2 of 8 cases of the source, more than 1"),
        (table(8..9), &[], "retire 8 of 8"),
        ("公司,岗位\n".to_owned(), &[], "the table has no rows"),
        ("公司,岗位\n测试,后端开发\n".to_owned(), &[], "no row could be read"),
    ] {
        let (printed, code) = prune(&text, flags);
        assert!(code == 1 && printed.contains(reason), "{flags:?}: {printed}");
        assert_eq!(desk.told().await, all, "{reason}");
        if reason.contains("more than") {
            assert!(printed.contains("--prune-at-most") && printed.contains("公司7号, 后端开发"), "{printed}");
            let told: Value = serde_json::from_str(&std::fs::read_to_string(&report).unwrap()).unwrap();
            let listed = told[0]["retired_cases"].as_array().unwrap();
            assert_eq!(Some(listed.len() as u64), told[0]["retired"].as_u64(), "{told}");
            assert!(told[0]["refused"].as_str().unwrap().contains("--prune-at-most"), "{told}");
        }
    }
    let (printed, code) = prune(&table(0..6), &["--dry-run"]);
    assert!(code == 0 && printed.contains("公司7号, 后端开发") && printed.contains("2 retired"), "{printed}");
    assert_eq!(desk.told().await, all);
    assert_eq!(prune(&table(0..6), &[]).1, 0);
    assert_eq!(desk.told().await.len(), 6);
    assert_eq!(prune(&table(0..1), &["--prune-at-most", "5"]).1, 0);
    assert_eq!(desk.told().await.len(), 1);
    let (printed, code) = prune(&table(0..1), &["--prune-at-most", "many"]);
    assert!(code == 2 && printed.contains("20%"), "{printed}");
}

/// How often each is killed.
fn rounds() -> u32 {
    std::env::var("KILL_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(3)
}

/// The cases in use of own records, and all that is kept of them.
async fn kept(data_dir: &Path) -> (i64, i64, i64, i64) {
    let client = private_client(data_dir).await;
    let query = "select (select count(*) from offer_cases join sources on sources.id = source_id
                     where retired_at is null and sources.slug = 'own-records'),
             (select count(*) from offer_case_revisions), (select count(*) from erased_cases),
             (select count(*) from imports)";
    let row = client.query_one(query, &[]).await.unwrap();
    (row.get(0), row.get(1), row.get(2), row.get(3))
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_during_a_revert_an_erasure_or_a_pruning_leaves_it_wholly_or_not_at_all() {
    let rows = if rounds() > 3 { 8_000 } else { 2_000 };
    let scratch = scratch_dir();
    let (data_dir, file) = (made_before(&scratch), scratch.path().join("cases.csv"));
    let mut service = Program::serve(&data_dir, free_port());
    service.await_ready();
    let directory = ["--data-dir", data_dir.to_str().unwrap()];
    let run = |arguments: &[&str]| {
        let output = Program::run(&[arguments, &directory].concat());
        let printed = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {printed}");
        printed
    };
    let write = |rows: std::ops::Range<u32>, pay: u32| {
        let row = |row: u32| format!("key-{row}x,公司{}号,后端开发,{pay}k*15\n", row % 40);
        std::fs::write(&file, format!("编号,公司,岗位,薪资\n{}", rows.map(row).collect::<String>())).unwrap();
    };
    let import = ["import", file.to_str().unwrap(), "--source", "own-records"];
    write(0..rows, 20);
    run(&import);
    write(0..rows, 30);
    run(&import);
    let prune = [&import[..], &["--prune", "--prune-at-most", "100%"]].concat();
    let latest = || async {
        let client = private_client(&data_dir).await;
        client.query_one("select max(id)::text from imports", &[]).await.unwrap().get::<_, String>(0)
    };
    let some = || async {
        let client = private_client(&data_dir).await;
        let query = "select it.id::text from offer_cases it join sources on sources.id = source_id
             where retired_at is null and sources.slug = 'own-records' order by source_row desc limit 20";
        client.query(query, &[]).await.unwrap().iter().map(|row| row.get(0)).collect::<Vec<String>>()
    };
    let mut outcomes = [0, 0];
    for round in 0..rounds() {
        for what in ["revert", "erase", "prune"] {
            let (number, ids) = (latest().await, some().await);
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            let erased = i64::try_from(ids.len()).unwrap();
            if what == "erase" && ids.is_empty() {
                continue;
            }
            // A table that lacks the first rows, or has them again.
            write(if round % 2 == 0 { rows / 2..rows } else { 0..rows }, 30);
            let command: Vec<&str> = match what {
                "revert" => vec!["imports", "revert", &number],
                "erase" => [&["cases", "erase", "--yes"][..], &ids].concat(),
                _ => prune.clone(),
            };
            let before = kept(&data_dir).await;
            let observer = private_client(&data_dir).await;
            let mut program = Program::start(&mut Program::command(&[&command[..], &directory].concat()));
            let moments = match what {
                "revert" => ["create temporary table reverted", "retired_at = now\\(\\)", "jsonb_populate_record"],
                "erase" => ["array_position", "insert into erased_cases", "delete from"],
                _ => ["staged_cases", "insert into offer_cases", "retired_at = now\\(\\)"],
            };
            let moment = moments[round as usize % moments.len()];
            while !has_asked(&observer, moment).await && program.is_running() {}
            if program.is_running() {
                program.kill();
            }
            // What was under way ends by itself, since nobody listens any more.
            let idle = "select count(*) from pg_stat_activity
                where backend_start > (select backend_start from pg_stat_activity where pid = pg_backend_pid())
                    and backend_type = 'client backend' and application_name = ''
                    and (query ~* 'offer_case|imports|staged' and state <> 'idle')";
            while observer.query_one(idle, &[]).await.unwrap().get::<_, i64>(0) > 0 {}
            let after = kept(&data_dir).await;
            let is_whole = match what {
                "erase" => (after.0, after.2) == (before.0 - erased, before.2 + erased),
                _ => after.3 == before.3 + 1,
            };
            assert!(after == before || is_whole, "{what} {round}: {before:?} {after:?}");
            outcomes[usize::from(is_whole)] += 1;
            if !is_whole {
                run(&command);
                let done = kept(&data_dir).await;
                let expected = if what == "erase" { before.2 + erased } else { before.2 };
                assert_eq!(done.2, expected, "{what} {round}: {before:?} {done:?}");
            }
        }
    }
    println!("killed before {} and after {} commits", outcomes[0], outcomes[1]);
}
