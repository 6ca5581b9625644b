//! What is kept in memory says the same as SQL, at once after every change, on every instance.

use offer_cases::settings::DEFAULT_MEMORY_LIMIT_MIB;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use serde_json::Value;

use crate::harness::TestApp;
use crate::harness::chance::{insert_made_cases, made_filter, store_made_cases};

/// Changes after each of which memory and SQL are compared.
const STEPS: usize = 30;
const DIMENSIONS: &[&str] = &[
    "company",
    "company_kind",
    "role",
    "role_family",
    "role_track",
    "major",
    "school_tier",
    "bachelor_tier",
    "any_tier",
    "school",
    "highest_degree",
    "offer_channel",
    "city",
    "tag",
    "source",
    "verification",
    "offered_year",
    "offered_month",
];

/// A change that is made by chance.
fn made_change(random: &mut StdRng, step: usize) -> String {
    let case = format!("id = (select id from offer_cases order by md5(id::text || {step}) limit 1)");
    let some = format!("(hashtext(id::text || {step}) & 15) = 0");
    let numbers = 1000 + step * 10..1000 + step * 10 + random.random_range(1..8);
    match random.random_range(0..12) {
        0..3 => insert_made_cases(random, numbers),
        3 => format!("update offer_cases set city = 'City {step}' where {case}"),
        4 => format!("update offer_cases set pay_annual_min = 100001, pay_annual_max = 300000 where {some}"),
        5 => format!("update offer_cases set retired_at = case when retired_at is null then now() end where {some}"),
        6 => format!("delete from offer_case_revisions where case_{case}; delete from offer_cases where {case}"),
        7 => "update companies set kind = 'unicorn' where slug = 'baidu'".into(),
        8 => format!(
            "insert into companies (slug, name) values ('new-{step}', '新公司{step}'); \
             update offer_cases set company_id = (select id from companies where slug = 'new-{step}') where {some}"
        ),
        9 => format!(
            "begin; {}; update offer_cases set tags = '{{}}' where {some}; rollback",
            insert_made_cases(random, numbers)
        ),
        10 => format!("update sources set min_group_size = {} where slug = 'own-records'", random.random_range(1..4)),
        // The connections of all instances break.
        _ => "select pg_terminate_backend(pid) from pg_stat_activity \
              where datname = current_database() and pid <> pg_backend_pid()"
            .into(),
    }
}

/// A question that is made by chance: path and parameters.
fn made_question(random: &mut StdRng) -> (&'static str, Vec<(String, String)>) {
    let filter = made_filter(random).into_iter().map(|(name, value)| (name.to_owned(), value));
    let mut parameters: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, value: &str| parameters.push((name.to_owned(), value.to_owned()));
    match random.random_range(0..5) {
        0 => {
            parameters.extend(filter);
            ("/api/v1/facets", parameters)
        }
        1 => {
            for (name, value) in [
                ("major", "psychology"),
                ("company", "baidu"),
                ("offered_on", "2023-05"),
                ("tags", "unicorn,career-switch"),
                ("school_tier", "211"),
                ("role", "sales"),
                ("city", "北京"),
            ] {
                if name == "major" || random.random_bool(0.4) {
                    add(name, value);
                }
            }
            add("limit", ["1", "7", "50"].choose(random).unwrap());
            parameters.extend(filter.map(|(name, value)| (format!("filter.{name}"), value)));
            ("/api/v1/comparable-cases", parameters)
        }
        2 => {
            add("count", "exact");
            parameters.extend(filter);
            ("/api/v1/offer-cases", parameters)
        }
        _ => {
            let count = random.random_range(1..3);
            let dimensions: Vec<&str> = DIMENSIONS.sample(random, count).copied().collect();
            add("group_by", &dimensions.join(","));
            add("metrics", "share,pay");
            add("limit", ["2", "5", "200"].choose(random).unwrap());
            add("min_count", ["1", "3"].choose(random).unwrap());
            parameters.extend(filter);
            ("/api/v1/stats", parameters)
        }
    }
}

async fn ask(app: &TestApp, (path, parameters): &(&str, Vec<(String, String)>)) -> Value {
    let parameters: Vec<(&str, &str)> =
        parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    app.get(path, &parameters).await.ok()
}

/// Asks all instances the same and compares what they say.
async fn all_agree(sql: &TestApp, instances: &[&TestApp], random: &mut StdRng, why: &str) {
    for _ in 0..4 {
        let question = made_question(random);
        let expected = ask(sql, &question).await;
        for instance in instances {
            assert_eq!(ask(instance, &question).await, expected, "{question:?} after {why}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_and_sql_agree_after_every_change_on_every_instance() {
    let first = TestApp::seeded().await;
    let (second, sql) = (first.beside(DEFAULT_MEMORY_LIMIT_MIB).await, first.beside(DEFAULT_MEMORY_LIMIT_MIB).await);
    let mut random = StdRng::seed_from_u64(20_261_125);
    store_made_cases(&first.database, &mut random, 0..300).await;
    for step in 0..STEPS {
        let change = made_change(&mut random, step);
        first.database.execute(&change).await;
        all_agree(&sql, &[&first, &second], &mut random, &change).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_writer_sees_its_case_at_once_on_every_instance() {
    let first = TestApp::seeded().await;
    let (second, sql) = (first.beside(DEFAULT_MEMORY_LIMIT_MIB).await, first.beside(DEFAULT_MEMORY_LIMIT_MIB).await);
    let writer = async |writer: usize| {
        let mut random = StdRng::seed_from_u64(writer as u64);
        for number in 0..12 {
            let number = 10_000 * (writer + 1) + number;
            let insert = insert_made_cases(&mut random, number..number + 1);
            let city = format!("update offer_cases set city = 'C{number}' where source_key = 'made-{number}'");
            first.database.execute(&format!("begin; {insert}; {city}; commit")).await;
            for app in [&first, &second] {
                let seen =
                    app.get("/api/v1/stats", &[("group_by", "city"), ("city", &format!("C{number}"))]).await.ok();
                assert_eq!(seen["total"], 1, "{number}: {seen}");
            }
            if number.is_multiple_of(3) {
                first
                    .database
                    .execute(&format!("update offer_cases set retired_at = now() where city = 'C{number}'"))
                    .await;
                let seen =
                    second.get("/api/v1/facets", &[("dimensions", "tag"), ("city", &format!("C{number}"))]).await.ok();
                assert_eq!(seen["facets"][0]["total"], 0, "{number}: {seen}");
            }
        }
    };
    futures_util::future::join_all((0..4).map(writer)).await;
    all_agree(&sql, &[&first, &second], &mut StdRng::seed_from_u64(7), "concurrent writers").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_cases_take_more_memory_than_is_allowed_lists_answer_and_the_rest_says_why_not() {
    let app = TestApp::seeded().await;
    let small = app.beside(0).await;
    for path in ["/api/v1/stats?group_by=company", "/api/v1/facets", "/health/ready"] {
        let refused = small.get(path, &[]).await;
        assert_eq!(refused.status, 503, "{path}: {}", refused.text);
        assert!(refused.text.contains("MiB"), "{path}: {}", refused.text);
    }
    small.get("/api/v1/offer-cases", &[]).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_that_are_removed_by_hand_are_gone_from_memory() {
    let app = TestApp::seeded().await;
    let total = async || app.get("/api/v1/stats", &[("group_by", "company")]).await.ok()["total"].clone();
    assert_eq!(total().await, 14);
    app.database.execute("truncate offer_cases cascade").await;
    assert_eq!(total().await, 0);
}
