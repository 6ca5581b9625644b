//! What was released stays: migrations as they are, and databases that earlier programs made.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use offer_cases::database::{Database, row_sums};
use offer_cases::import::seed::SeedFiles;
use offer_cases::server;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::harness::{Program, TestApp, TestDatabase};

/// The databases of earlier programs, by the last migration that they had.
const DATABASES: [(&str, &str); 2] = [
    ("2026-11-23-000003", include_str!("released/2026-11-23-000003.sql")),
    ("2026-11-30-000004", include_str!("released/2026-11-30-000004.sql")),
];

/// The hash of each file of the migrations, by its path below their folder.
fn hashes(folder: &Path) -> BTreeMap<String, String> {
    let folders = std::fs::read_dir(folder).unwrap().flatten().filter(|entry| entry.path().is_dir());
    let files = folders.flat_map(|entry| std::fs::read_dir(entry.path()).unwrap().flatten());
    let hash = |path: &Path| {
        let digest = Sha256::digest(std::fs::read(path).unwrap());
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    };
    files.map(|file| (file.path().strip_prefix(folder).unwrap().display().to_string(), hash(&file.path()))).collect()
}

#[test]
fn a_migration_that_was_written_down_is_never_changed_and_a_new_one_is_written_down() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations"));
    let written = std::fs::read_to_string(folder.join("SHA256SUMS")).unwrap();
    let written: BTreeMap<String, String> = written
        .lines()
        .map(|line| line.split_once("  ").map(|(hash, file)| (file.to_owned(), hash.to_owned())).unwrap())
        .collect();
    let there = hashes(folder);
    for (file, hash) in &written {
        let same = there.get(file) == Some(hash);
        assert!(
            same,
            "migrations/{file} was changed or removed: databases have it already, so another migration must follow it"
        );
    }
    for file in there.keys() {
        let write = "cd migrations && sha256sum <its folder>/*.sql >> SHA256SUMS";
        assert!(written.contains_key(file), "migrations/{file} is new: when it is done, write it down by `{write}`");
    }
}

/// A database of an earlier program, which the one of today has opened with its seed.
async fn brought_up_to_date(dump: &str) -> TestApp {
    let database = TestDatabase::bare().await;
    database.execute(dump).await;
    let pool = Database::new(database.config(), 2, Duration::from_secs(60));
    server::prepare(&pool, Some(&SeedFiles::embedded())).await.unwrap();
    let compared = row_sums::compare(&pool, None).await.unwrap();
    assert!(compared.iter().all(row_sums::Compared::is_whole), "{compared:?}");
    TestApp::on(database).await
}

/// The fields of a case of own records that say what it is, names by their slugs.
async fn case(app: &TestApp, last: char) -> Value {
    let path = format!("/api/v1/offer-cases/00000000-0000-4000-8000-00000000000{last}");
    let mut case = app.get(&path, &[("include", "revisions,raw,source")]).await.ok();
    for (_, value) in case.as_object_mut().unwrap() {
        if let Some(slug) = value.get("slug") {
            *value = slug.clone();
        }
    }
    case
}

#[track_caller]
fn assert_has(found: &Value, expected: &Value, place: &str) {
    for (field, expected) in expected.as_object().unwrap() {
        assert_eq!(&found[field], expected, "{field} of {place}: {found}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_step_that_brings_a_database_up_to_date_is_told_and_a_new_one_is_made_without_a_word_of_steps() {
    let (old, new) = (TestDatabase::bare().await, TestDatabase::bare().await);
    old.execute(DATABASES[1].1).await;
    let migrated = async |database: &TestDatabase| {
        let mut command = Program::command(&["migrate"]);
        command.env("DATABASE_URL", database.url()).env("RUST_LOG", "info");
        let done = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success() && said.contains("migrations"), "{said}");
        said
    };
    let said = migrated(&old).await;
    let steps: Vec<&str> = said.lines().filter(|line| line.contains("brings the database up to date")).collect();
    let last = format!("step {0} of {0}:", steps.len());
    assert!(steps[0].contains("step 1 of") && steps[steps.len() - 1].contains(&last), "{said}");
    let said = migrated(&new).await;
    assert!(!said.contains("step"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_every_earlier_program_is_brought_up_to_date_with_all_that_it_had() {
    for (name, dump) in DATABASES {
        let app = brought_up_to_date(dump).await;
        let a = case(&app, 'a').await;
        assert_has(
            &a,
            &json!({"company": "tencent", "role": "llm-product", "major": "finance", "highest_degree": "master",
                "master_tier": "985", "bachelor_tier": "211", "school": "tsinghua-university", "city": "shenzhen",
                "offer_channel": "campus", "offered_on": "2024-05-17", "offered_precision": "day",
                "pay_annual_min": 450_000, "pay_annual_max": 450_000, "pay_currency": "CNY", "pay_monthly_base": 30_000.0,
                "pay_months": 15.0, "interview_rounds": 3, "preparation_days": 14, "tags": ["career-switch"],
                "summary": "从金融转来，两轮面试。", "verification": "self_reported", "source": "own-records",
                "source_key": "a", "raw": {"公司": "腾讯", "编号": "a", "薪资": "30k*15"}}),
            name,
        );
        let first = a["revisions"].as_array().unwrap().iter().find(|revision| revision["revision"] == 1).unwrap();
        assert_eq!((&first["earlier"]["pay_annual_min"], &first["replaced_by_import"]), (&json!(300_000), &json!(2)));
        assert_eq!(first["earlier"]["city"]["slug"], "shenzhen", "{name}: {first}");

        // 二本 was all that there was to say of a school that is neither 985 nor 211.
        let b = case(&app, 'b').await;
        assert_has(
            &b,
            &json!({"company": "xing-he-ke-ji", "role": "shou-xi-guan-cha-yuan", "bachelor_tier": "ordinary",
                "offered_on": "2024-05-01", "offered_precision": "month", "pay_annual_min": null, "pay_currency": null,
                "tier_basis": "word", "revision": if name == DATABASES[0].0 { 1 } else { 2 }}),
            name,
        );
        let c = case(&app, 'c').await;
        assert_has(
            &c,
            &json!({"company": "bilibili", "school": "zhejiang-university", "bachelor_tier": "985", "city": "hangzhou",
                "tier_basis": "school", "pay_annual_min": 180_000, "pay_annual_max": 240_000, "offered_precision": "year"}),
            name,
        );
        assert_eq!(c["revisions"][0]["earlier"]["city"]["slug"], "shanghai", "{name}: {c}");

        // What was retired is in no answer, and its file does not bring it back where it was retired by hand.
        app.get("/api/v1/offer-cases/00000000-0000-4000-8000-00000000000d", &[]).await.problem(404);
        assert_eq!(app.count_of(&[("source", "own-records")]).await, 3, "{name}");
        let counted = app.get("/api/v1/stats", &[("group_by", "company"), ("source", "own-records")]).await.ok();
        assert_eq!(counted["total"], 3, "{name}");
        let imports = app.get("/api/v1/imports", &[]).await.items();
        let of_mine = |import: &&Value| import["file_name"] == "mine.csv" && import["reverts"].is_null();
        let counts =
            |import: &Value| json!([import["created"], import["updated"], import["retired"], import["rejected"]]);
        let mine: Vec<Value> = imports.iter().filter(of_mine).map(counts).collect();
        assert_eq!(mine, [json!([0, 1, 1, 0]), json!([4, 0, 0, 1])], "{name}");
        let report = app.get("/api/v1/imports/1", &[]).await.ok();
        assert_eq!(report["report"]["rejections"][0]["rule"], "needed", "{name}: {report}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_put_right_and_erased_before_an_upgrade_stays_so() {
    let (_, dump) = DATABASES[1];
    let app = brought_up_to_date(dump).await;
    let company = app.get("/api/v1/companies/xing-he-ke-ji", &[]).await.ok();
    assert_eq!(company["name"], "星河科技集团", "{company}");
    for (name, expected) in [("度娘", "baidu"), ("星河科技", "xing-he-ke-ji"), ("星河科技集团", "xing-he-ke-ji")]
    {
        let resolved = app.get("/api/v1/resolve", &[("kind", "company"), ("q", name)]).await;
        assert!(resolved.text.contains(&format!("\"{expected}\"")), "{name}: {}", resolved.text);
    }
    let erased = "select array_to_string(content_hashes, ',') from erased_cases";
    assert_eq!(app.database.value(erased).await, "fedcba9876543210fedcba9876543210");
    let a = case(&app, 'a').await;
    assert_has(
        &a,
        &json!({"pay_annual_base": 360_000, "pay_sign_on": 20_000, "pay_stock_annual": 50_000, "pay_monthly_min": 25_000.0,
            "pay_monthly_max": 30_000.0}),
        "a",
    );
    let kept_out = "select count(*)::text from offer_cases where kept_out and source_key = 'd'";
    assert_eq!(app.database.value(kept_out).await, "1");
}
