//! Made-up cases, as a user makes them, loads them and reads them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[allow(dead_code, reason = "the tests of the service use more of it")]
#[path = "../../tests/harness/app.rs"]
mod app;
#[allow(dead_code, reason = "the tests of the service use more of it")]
#[path = "../../tests/harness/databases.rs"]
mod databases;
#[allow(dead_code, reason = "the tests of the service use more of it")]
#[path = "../../tests/harness/directories.rs"]
mod directories;

use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use app::TestApp;
use databases::TestDatabase;
use offer_cases::database::Database;
use offer_cases::import::ImportFile;
use offer_cases::import::read::{self, ReadOptions};
use offer_cases::import::seed::{self, SeedFiles};
use offer_cases::model::case::Field;

fn synthetic(cases: &str, folder: &Path) -> Output {
    let program = env!("CARGO_BIN_EXE_synthetic");
    Command::new(program).args(["--cases", cases, "--seed", "7", "--out"]).arg(folder).output().unwrap()
}

/// A database with the made-up cases of a folder, which are all imported without remark.
async fn loaded(cases: usize) -> TestDatabase {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("made-up");
    let written = synthetic(&cases.to_string(), &folder);
    assert!(written.status.success(), "{written:?}");
    let database = TestDatabase::new(false).await;
    let files = SeedFiles::read_dir(&folder).unwrap();
    let report = seed::load(&Database::new(database.config(), 2, Duration::from_secs(60)), &files).await.unwrap();
    let [import] = report.imports.as_slice() else { panic!("one file of cases: {:?}", report.imports) };
    let told = (import.rows_read, import.created, import.rejected, import.findings.remarked);
    assert_eq!(told, (cases, cases, 0, 0), "{import}");
    assert!(import.findings.new_companies.is_empty() && import.findings.new_roles.is_empty(), "{import}");
    database
}

/// Whether made-up tables have a column of their own for what is stored in a column of the database.
fn told() -> impl Fn(&str) -> bool {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("made-up");
    assert!(synthetic("1", &folder).status.success());
    let cases = std::fs::read_dir(folder.join("cases")).unwrap().next().unwrap().unwrap();
    let file = ImportFile::at(cases.path());
    let table = read::open(&file.name, &file.content, &ReadOptions::default(), None).unwrap().table.clone();
    move |stored| Field::ALL.iter().any(|field| field.column() == Some(stored) && table.columns.place(*field).is_some())
}

#[tokio::test(flavor = "multi_thread")]
async fn made_up_cases_are_told_to_be_such() {
    let app = TestApp::on(loaded(2000).await).await;
    let page = app.get("/api/v1/offer-cases", &[("count", "exact"), ("source", "synthetic")]).await.ok();
    assert_eq!(page["total"], 2000);
    for case in page["items"].as_array().unwrap() {
        let (name, name_en) = (case["company"]["name"].as_str().unwrap(), case["company"]["name_en"].as_str().unwrap());
        assert!(name.starts_with("合成公司") && name_en.starts_with("Synthetic Company"), "{case}");
    }
    let source = app.get("/api/v1/sources/synthetic", &[]).await.ok();
    assert_eq!((&source["kind"], &source["case_count"]), (&"synthetic".into(), &2000.into()));
    assert!(source["note"].as_str().unwrap().contains("虚构"), "{source}");
    assert!(source["note_en"].as_str().unwrap().contains("made up"), "{source}");
    let statistics = app.get("/api/v1/stats", &[("group_by", "company")]).await.ok();
    assert_eq!(statistics["groups"][0]["keys"][0]["value"], "synthetic-company-0001");
    let told = statistics["notices"].to_string();
    assert!(told.contains("made up"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_field_is_known_of_a_part_of_the_cases_and_has_many_values() {
    let database = loaded(5000).await;
    let known = |condition: String| {
        let sql = format!("select count(*) from offer_cases where {condition}");
        let database = &database;
        async move { database.value(&sql).await.parse::<u64>().unwrap() }
    };
    assert_eq!(known("conflicts <> '{}'".to_owned()).await, 0);
    let may_be_unknown = "select column_name from information_schema.columns where table_schema = 'public'
        and table_name = 'offer_cases' and is_nullable = 'YES'
        and column_name not in ('source_row', 'import_id', 'changed_in', 'retired_at', 'content_hash')";
    let is_told = told();
    let mut told_columns = 0;
    for column in database.column(may_be_unknown).await.into_iter().chain(["tags".to_owned()]) {
        let known =
            known(if column == "tags" { "tags <> '{}'".to_owned() } else { format!("{column} is not null") }).await;
        // What made-up tables have no column for may be a field that was added since.
        let may_be_none = known == 0 && !is_told(&column);
        assert!((100..4900).contains(&known) || may_be_none, "{column} of {known}");
        told_columns += usize::from(known > 0);
    }
    assert!(told_columns > 15, "{told_columns}");
    for (value, least) in [
        ("highest_degree", 4),
        ("offer_channel", 4),
        ("role_track", 2),
        ("bachelor_tier", 10),
        ("master_tier", 2),
        ("doctor_tier", 2),
        ("pay_annual_min", 100),
        ("pay_annual_max", 100),
        ("pay_monthly_base", 10),
        ("pay_months", 2),
        ("extract(year from offered_on)", 10),
        ("tags", 4),
        ("pay_currency", 6),
        ("company_id", 800),
        ("role_id", 400),
        ("major_id", 500),
        ("school_id", 300),
        ("city_id", 40),
    ] {
        let values = database.value(&format!("select count(distinct {value}) from offer_cases")).await;
        assert!(values.parse::<u64>().unwrap() >= least, "{value}: {values}");
    }
}

#[test]
fn a_folder_with_anything_else_in_it_and_a_number_out_of_bounds_are_refused() {
    let scratch = tempfile::tempdir().unwrap();
    std::fs::write(scratch.path().join("mine.csv"), "公司\n").unwrap();
    let refused = synthetic("10", scratch.path());
    assert_eq!(refused.status.code(), Some(1));
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(told.contains("is not empty: it has `mine.csv`"), "{told}");
    let never_made = scratch.path().join("never-made");
    for (cases, why) in [("0", "too few"), ("100000001", "too many"), ("some", "no number")] {
        assert_eq!(synthetic(cases, &never_made).status.code(), Some(2), "{why}");
    }
    assert!(!never_made.exists());
}
