//! Made-up cases, as a user makes them, loads them and reads them.

use std::time::Duration;

use offer_cases::database::Database;
use offer_cases::import::seed::{self, SeedFiles};

use crate::harness::{Program, TestApp, TestDatabase, scratch_dir};

#[tokio::test(flavor = "multi_thread")]
async fn generated_cases_are_all_imported_and_are_told_to_be_made_up() {
    let scratch = scratch_dir();
    let folder = scratch.path().join("made-up");
    let out = folder.to_str().unwrap();
    let generated = Program::run(&["generate", "--cases", "2000", "--seed", "7", "--out", out]);
    assert!(generated.status.success(), "{generated:?}");

    let database = TestDatabase::new(false).await;
    let files = SeedFiles::read_dir(&folder).unwrap();
    let report = seed::load(&Database::new(database.config(), 2, Duration::from_secs(60)), &files).await.unwrap();
    let [import] = report.imports.as_slice() else { panic!("one file of cases: {:?}", report.imports) };
    assert_eq!((import.rows_read, import.created, import.rejected, import.remarked), (2000, 2000, 0, 0), "{import}");
    assert!(import.new_companies.is_empty() && import.new_roles.is_empty(), "{import}");

    let app = TestApp::on(database).await;
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

#[test]
fn a_folder_with_anything_else_in_it_is_refused() {
    let scratch = scratch_dir();
    std::fs::write(scratch.path().join("mine.csv"), "公司\n").unwrap();
    let refused = Program::run(&["generate", "--cases", "10", "--out", scratch.path().to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(1));
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(told.contains("is not empty: it has `mine.csv`"), "{told}");
    for (cases, why) in [("0", "too few"), ("100000001", "too many"), ("some", "no number")] {
        let refused = Program::run(&["generate", "--cases", cases, "--out", "never-made"]);
        assert_eq!(refused.status.code(), Some(2), "{why}");
    }
}
