//! The seed: loaded once, again without any change, wholly or not at all.

use std::fs;
use std::path::Path;
use std::time::Duration;

use offer_cases::catalog::{Catalog, Entity, Entry};
use offer_cases::database::Database;
use offer_cases::import::seed::{self, SeedFiles};
use offer_cases::model::closed_set::ClosedSet;
use offer_cases::model::entity::Attribute;
use serde_json::Value;

use crate::harness::{CaseBuilder, TestApp, TestDatabase};

fn connect(database: &TestDatabase) -> Database {
    Database::new(database.config(), 2, Duration::from_secs(60))
}

/// Everything in the database, a line a row.
async fn contents(database: &TestDatabase) -> Vec<String> {
    let mut contents = Vec::new();
    for table in database.column("select tablename from pg_tables where schemaname = 'public' order by 1").await {
        contents.extend(database.column(&format!("select '{table} ' || it::text from {table} it order by 1")).await);
    }
    contents
}

/// Fails with the first row that differs.
#[track_caller]
fn assert_same(before: &[String], after: &[String], what: &str) {
    let first = before.iter().zip(after).find(|(before, after)| before != after);
    assert_eq!(first, None, "{what}");
    assert_eq!(before.len(), after.len(), "{what}");
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
    let connection = connect(&database);
    let report = seed::load(&connection, &SeedFiles::embedded()).await.unwrap();
    assert_eq!(report.reference_rows, 0);
    let [import] = report.imports.as_slice() else { panic!("one file of cases: {:?}", report.imports) };
    assert_eq!((import.rows_read, import.unchanged, import.created, import.updated), (14, 14, 0, 0));
    assert_same(&before, &contents(&database).await, "loaded again");
    assert!(seed::load_if_changed(&connection, &SeedFiles::embedded()).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_seed_applies_just_the_difference() {
    let app = TestApp::seeded().await;
    let directory = copy_of_seed();
    replace(&directory.path().join("cases/llm-product-article.md"), "| 滴滴 |", "| 腾讯 |");
    replace(&directory.path().join("school_tiers.csv"), "港校|", "港校|香江|");
    replace(&directory.path().join("tags.csv"), "独角兽,Unicorn,", "独角兽公司,Unicorn,");
    let connection = connect(&app.database);
    let report = seed::load(&connection, &SeedFiles::read_dir(directory.path()).unwrap()).await.unwrap();
    assert_eq!(report.reference_rows, 2, "an alias and a tag");
    let import = &report.imports[0];
    assert_eq!((import.created, import.retired, import.unchanged), (1, 1, 13));
    assert_eq!(app.count_of(&[("company", "滴滴")]).await, 0);
    assert_eq!(app.count_of(&[("company", "腾讯")]).await, 1);
    assert_eq!(app.count_of(&[("school_tier", "香江")]).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_change_of_the_seed_is_told_by_name() {
    let app = TestApp::seeded().await;
    let directory = copy_of_seed();
    let file = |name: &str| directory.path().join(name);
    replace(&file("cases/llm-product-article.md"), "| 滴滴 |", "| 腾讯 |");
    replace(&file("school_tiers.csv"), "港校|", "香江|");
    replace(&file("tags.csv"), "独角兽,Unicorn,", "独角兽公司,Unicorn,");
    let companies = fs::read_to_string(file("companies.csv")).unwrap();
    fs::write(file("companies.csv"), companies + "xing-he,星河,,,tencent,,\n").unwrap();
    let connection = connect(&app.database);
    let load = async || seed::load(&connection, &SeedFiles::read_dir(directory.path()).unwrap()).await.unwrap();
    let report = load().await;
    let told: Vec<String> = report.changes.iter().map(ToString::to_string).collect();
    let expected = [
        "companies.csv: 1 added (xing-he)",
        "school_tiers.csv: 1 aliases added (hong_kong: 香江); 1 aliases removed (hong_kong: 港校)",
        "tags.csv: 1 changed (unicorn)",
        "cases/llm-product-article.md: 1 cases created (row 2: 腾讯, 大模型产品); 1 cases retired (row 2: 滴滴, 大模型产品)",
    ];
    assert_eq!(told, expected);
    assert_eq!(load().await.changes, [], "loaded again");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_out_of_the_seed_goes_unless_something_points_at_it() {
    let app = TestApp::seeded().await;
    let directory = copy_of_seed();
    let file = |name: &str| directory.path().join(name);
    let without = |name: &str, start: &str| {
        let text = fs::read_to_string(file(name)).unwrap();
        let kept: String = text.split_inclusive('\n').filter(|line| !line.starts_with(start)).collect();
        assert!(kept.len() < text.len(), "no line of {name} starts with {start}");
        fs::write(file(name), kept).unwrap();
    };
    let connection = connect(&app.database);
    let load = async || {
        let report = seed::load(&connection, &SeedFiles::read_dir(directory.path()).unwrap()).await.unwrap();
        report.changes.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let kept = "no longer in the file, kept because cases or other rows point at it";
    // A case points at the company, also when it is retired; nothing does at 58 and at the own records.
    for (name, start) in [("companies.csv", "modelbest,"), ("companies.csv", "58,"), ("sources.csv", "own-records,")] {
        without(name, start);
    }
    let told = load().await;
    assert_eq!(
        told,
        [
            format!("companies.csv: 1 {kept} (modelbest); 1 removed (58)"),
            "sources.csv: 1 removed (own-records)".to_owned(),
        ]
    );
    assert_eq!(app.database.value("select count(*) from companies where slug in ('58', 'modelbest')").await, "1");
    // A file of cases that is gone takes its cases with it, and they come back with it.
    let article = fs::read(file("cases/llm-product-article.md")).unwrap();
    fs::remove_file(file("cases/llm-product-article.md")).unwrap();
    let told = load().await;
    assert!(told.iter().any(|line| line.starts_with("cases/llm-product-article.md: 14 cases retired")), "{told:#?}");
    assert_eq!(app.count_of(&[]).await, 0);
    fs::write(file("cases/llm-product-article.md"), article).unwrap();
    load().await;
    assert_eq!(app.count_of(&[]).await, 14);
    // A reference file that is not there says nothing of its rows.
    fs::remove_file(file("schools.csv")).unwrap();
    load().await;
    assert_ne!(app.database.value("select count(*) from schools").await, "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_that_did_not_come_by_a_seed_file_are_not_touched_by_it() {
    let app = TestApp::seeded().await;
    CaseBuilder::new("mine", "tencent").store(&app.database).await;
    let directory = copy_of_seed();
    replace(&directory.path().join("cases/llm-product-article.md"), "| 滴滴 |", "| 美团 |");
    let connection = connect(&app.database);
    let report = seed::load(&connection, &SeedFiles::read_dir(directory.path()).unwrap()).await.unwrap();
    assert_eq!(report.imports[0].retired, 1);
    assert_eq!(app.count_of(&[("company", "腾讯")]).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_of_the_guide_can_change_places_and_go() {
    let app = TestApp::seeded().await;
    let directory = copy_of_seed();
    let guide = directory.path().join("guide.csv");
    replace(&guide, "stage,curious,1,", "stage,curious,9,");
    replace(&guide, "stage,beginner,2,", "stage,beginner,1,");
    replace(&guide, "stage,curious,9,", "stage,curious,2,");
    let without_advice: String =
        fs::read_to_string(&guide).unwrap().split_inclusive('\n').filter(|line| !line.starts_with("advice,")).collect();
    fs::write(&guide, without_advice).unwrap();
    let connection = connect(&app.database);
    seed::load(&connection, &SeedFiles::read_dir(directory.path()).unwrap()).await.unwrap();
    let items = app.get("/api/v1/guide", &[]).await.items();
    let stages: Vec<_> =
        items.iter().filter(|it| it["kind"] == "stage").map(|it| it["slug"].as_str().unwrap()).collect();
    assert_eq!(stages, ["beginner", "curious", "practising", "mature"]);
    assert!(!items.iter().any(|it| it["kind"] == "advice"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_in_any_seed_file_is_told_and_changes_nothing() {
    let database = TestDatabase::new(true).await;
    let before = contents(&database).await;
    let connection = connect(&database);
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
        let error = seed::load(&connection, &files).await.expect_err(file).to_string();
        assert!(error.contains(told), "{file}: {error}");
        assert_same(&before, &contents(&database).await, file);
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

#[tokio::test(flavor = "multi_thread")]
async fn the_catalog_of_the_files_is_that_of_the_database_they_were_loaded_into() {
    let database = TestDatabase::new(true).await;
    let of_files = seed::catalog(&SeedFiles::embedded()).unwrap();
    let mut connection = connect(&database).connect().await.unwrap();
    let of_database = offer_cases::catalog::cache::read(&mut connection).await.unwrap();
    // Numbers differ; what they stand for does not.
    let told = |catalog: &Catalog, entity: Entity| -> Vec<String> {
        let value = |(attribute, value): (&Attribute, &Value)| match attribute.refers_to() {
            Some(to) => {
                value.as_i64().map(|id| catalog.directory(to).reference(id.try_into().unwrap()).unwrap().slug.clone())
            }
            None => Some(value.to_string()),
        };
        let entry = |entry: &Entry| {
            let values: Vec<_> = entity.table().attributes.iter().zip(entry.values()).map(value).collect();
            let mut aliases: Vec<_> = entry.aliases().iter().map(|alias| format!("{alias:?}")).collect();
            aliases.sort();
            format!("{} {values:?} {aliases:?}", entry.slug())
        };
        catalog.directory(entity).entries().iter().map(entry).collect()
    };
    for &entity in Entity::ALL {
        assert_same(&told(&of_files, entity), &told(&of_database, entity), entity.table().name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_majors_are_all_of_the_catalogue_of_2026() {
    let database = TestDatabase::new(true).await;
    let counted = database
        .column(
            "select concat_ws(' ', level, count(*), count(*) filter (where code like '14%')) from majors
             where code is not null and code <> '0832' group by level order by level",
        )
        .await;
    // As the Ministry of Education counts them (教高函〔2026〕2号); class 0832 went with the catalogue of 2025.
    assert_eq!(counted, ["discipline 13 1", "class 92 0", "major 883 15"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_with_an_older_seed_leaves_a_newer_one_as_it_is() {
    let database = TestDatabase::new(true).await;
    let connection = connect(&database);
    let newer = copy_of_seed();
    let text = std::fs::read_to_string(newer.path().join("companies.csv")).unwrap();
    std::fs::write(newer.path().join("companies.csv"), text.replace("百度,", "百度新,")).unwrap();
    std::fs::write(newer.path().join("serial.csv"), "serial\n2099010101\n").unwrap();
    let newer = SeedFiles::read_dir(newer.path()).unwrap();
    assert!(seed::load_if_changed(&connection, &newer).await.unwrap().is_some());
    let name = "select name from companies where slug = 'baidu'";
    assert_eq!(database.value(name).await, "百度新");
    // As an instance of the program before does while the next one runs already.
    assert!(seed::load_if_changed(&connection, &SeedFiles::embedded()).await.unwrap().is_none());
    assert_eq!(database.value(name).await, "百度新");
    // Whoever asks for it gets it.
    seed::load(&connection, &SeedFiles::embedded()).await.unwrap();
    assert_eq!(database.value(name).await, "百度");
}
