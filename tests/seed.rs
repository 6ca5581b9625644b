//! The seed: loaded once, again without any change, wholly or not at all.

use std::fs;
use std::path::Path;

use diesel_async::{AsyncConnection, AsyncPgConnection};
use offer_cases::import::seed::{self, SeedFiles};

use crate::harness::{TestApp, TestDatabase};

async fn connect(database: &TestDatabase) -> AsyncPgConnection {
    AsyncPgConnection::establish(&database.url()).await.unwrap()
}

/// Everything in the database, as one text.
async fn contents(database: &TestDatabase) -> String {
    let mut contents = String::new();
    for table in database.column("select tablename from pg_tables where schemaname = 'public' order by 1").await {
        let rows = format!("select coalesce(string_agg(it::text, chr(10) order by it::text), '') from {table} it");
        contents.push_str(&format!("{table}\n{}\n", database.value(&rows).await));
    }
    contents
}

/// The seed of the repository, as files to change.
fn copy_of_seed() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let seed = Path::new(env!("CARGO_MANIFEST_DIR")).join("seed");
    fs::create_dir(directory.path().join("cases")).unwrap();
    for folder in ["", "cases"] {
        for entry in fs::read_dir(seed.join(folder)).unwrap().flatten().filter(|entry| entry.path().is_file()) {
            fs::copy(entry.path(), directory.path().join(folder).join(entry.file_name())).unwrap();
        }
    }
    directory
}

fn replace(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{from:?} is not in {}", path.display());
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn loading_the_seed_again_changes_nothing() {
    let database = TestDatabase::new(true).await;
    let before = contents(&database).await;
    let mut connection = connect(&database).await;
    let report = seed::load(&mut connection, &SeedFiles::embedded()).await.unwrap();
    assert_eq!(report.reference_rows, 0);
    let [import] = report.imports.as_slice() else { panic!("one file of cases: {:?}", report.imports) };
    assert_eq!((import.rows_read, import.unchanged, import.created, import.updated), (14, 14, 0, 0));
    assert_eq!(contents(&database).await, before);
    assert!(seed::load_if_changed(&mut connection, &SeedFiles::embedded()).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_seed_applies_just_the_difference() {
    let app = TestApp::seeded().await;
    let directory = copy_of_seed();
    replace(&directory.path().join("cases/llm-product-article.md"), "| 滴滴 |", "| 腾讯 |");
    replace(&directory.path().join("school_tiers.csv"), "港校|", "港校|香江|");
    replace(&directory.path().join("tags.csv"), "独角兽,Unicorn,", "独角兽公司,Unicorn,");
    let mut connection = connect(&app.database).await;
    let report = seed::load(&mut connection, &SeedFiles::read_dir(directory.path()).unwrap()).await.unwrap();
    assert_eq!(report.reference_rows, 2, "an alias and a tag");
    let import = &report.imports[0];
    assert_eq!((import.created, import.retired, import.unchanged), (1, 1, 13));
    assert_eq!(app.count_of(&[("company", "滴滴")]).await, 0);
    assert_eq!(app.count_of(&[("company", "腾讯")]).await, 1);
    assert_eq!(app.count_of(&[("school_tier", "香江")]).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_in_any_seed_file_is_told_and_changes_nothing() {
    let database = TestDatabase::new(true).await;
    let before = contents(&database).await;
    let mut connection = connect(&database).await;
    for (file, from, to, told) in [
        ("companies.csv", ",big_tech,", ",enormous,", "companies.csv"),
        ("majors.csv", ",discipline,,", ",discipline,nowhere,", "points at `nowhere`"),
        ("school_tiers.csv", "985,985,", "986,985,", "`986`"),
        ("schools.csv", "CN,上海,上海,985,", "CN,上海,上海,986,", "`986`"),
        ("roles.csv", "slug,name,", "slug,title,", "roles.csv"),
        ("tags.csv", "unicorn,独角兽,", "Uni Corn,独角兽,", "slug"),
        ("cases/llm-product-article.md", "| 公司 |", "| 谁 |", "no column for the company"),
    ] {
        let directory = copy_of_seed();
        replace(&directory.path().join(file), from, to);
        // The change stands in a file of its own transaction with another one that is valid.
        let files = SeedFiles::read_dir(directory.path()).unwrap();
        let error = seed::load(&mut connection, &files).await.expect_err(file).to_string();
        assert!(error.contains(told), "{file}: {error}");
        assert_eq!(contents(&database).await, before, "{file}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_seed_name_resolves_to_its_own_row_or_is_known_to_be_ambiguous() {
    let database = TestDatabase::new(true).await;
    for (aliases, entries, id) in [
        ("company_aliases", "companies", "company_id"),
        ("role_aliases", "roles", "role_id"),
        ("major_aliases", "majors", "major_id"),
        ("school_aliases", "schools", "school_id"),
        ("school_tier_aliases", "school_tiers", "school_tier_id"),
    ] {
        let wrong = format!(
            "select alias from {aliases} where ambiguous <> (
                 alias_key in (select alias_key from {aliases} others where others.{id} <> {aliases}.{id})
                 or exists (select from {entries} e where e.id <> {aliases}.{id}
                     and alias_key::text in (lower(replace(e.name, ' ', '')), lower(replace(e.name_en, ' ', '')), e.slug::text)))"
        );
        assert_eq!(database.column(&wrong).await, Vec::<String>::new(), "{aliases}");
    }
}
