//! The number and the sum of the rows of each table follow every change, and tell what has vanished in another way.

use std::time::Duration;

use offer_cases::database::Database;
use offer_cases::database::row_sums::{self, Compared};
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::harness::chance::store_made_cases;
use crate::harness::{TestApp, TestDatabase};

/// What is not as it should be, in words.
async fn lacking(database: &TestDatabase) -> Vec<String> {
    let pool = Database::new(database.config(), 2, Duration::from_secs(60));
    let compared = row_sums::compare(&pool, None).await.unwrap();
    compared.iter().filter(|compared| !compared.is_whole()).map(Compared::to_string).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sum_of_rows_is_kept_of_every_table_of_data() {
    let database = TestDatabase::new(false).await;
    let without = "select relname || ' ' || event from pg_class, unnest(array['insert', 'update', 'delete', 'truncate']) as event
        where relnamespace = 'public'::regnamespace and relkind = 'r' and relname !~ '^__'
            and relname not in ('dataset', 'row_sums', 'staged_cases')
            and not exists (select from pg_trigger where tgrelid = pg_class.oid and tgname = relname || '_sum_rows_on_' || event)";
    assert_eq!(database.column(without).await, Vec::<String>::new(), "migrations say `select keep_row_sums('table')`");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_in_the_usual_way_is_in_the_sums() {
    let app = TestApp::seeded().await;
    store_made_cases(&app.database, &mut StdRng::seed_from_u64(7), 0..300).await;
    for change in [
        "update offer_cases set summary = 'x' where source_row < 9",
        "update offer_cases set retired_at = now() where source_row = 3",
        "delete from offer_case_revisions; delete from offer_cases where source_row in (3, 4)",
        "begin; delete from offer_case_revisions; delete from offer_cases; rollback",
        "begin; savepoint before; truncate offer_cases cascade; rollback to before; commit",
        "insert into companies (slug, name) values ('x', 'X'), ('y', 'Y'); update companies set name = 'Z' where slug = 'x'",
        "insert into company_aliases select id, 'xx', 'XX' from companies where slug = 'x'",
        "update company_aliases set alias_key = 'xxx' where alias_key = 'xx'",
        "delete from companies where slug = 'x'",
        "delete from companies where false; update companies set name = name where false",
        "insert into companies (slug, name) values ('y', 'W') on conflict (slug) do update set name = excluded.name",
        "update seed_entries set slug = slug || '-x'",
        "truncate seed_entries",
        "truncate offer_cases, offer_case_revisions",
    ] {
        app.database.execute(change).await;
        assert_eq!(lacking(&app.database).await, Vec::<String>::new(), "{change}");
    }
    assert_eq!(app.get("/api/v1/stats", &[("group_by", "company")]).await.ok()["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_go_or_come_without_a_change_are_told_and_nothing_is_served_as_if_they_were_all() {
    for (change, told) in [
        ("delete from offer_cases where source_row > 3", "offer_cases has 3 rows and should have 14"),
        ("update offer_cases set revision = 7 where source_row = 1", "they are not those"),
        ("update offer_cases set retired_at = now(), revision = 2 where source_row = 1", "they are not those"),
        ("delete from row_sums", "is not known any more"),
        ("delete from dataset", "the table dataset has no row"),
    ] {
        let app = TestApp::seeded().await;
        app.database.execute(&format!("set session_replication_role = replica; {change}")).await;
        let paths =
            ["/health/ready", "/api/v1/stats?group_by=company", "/api/v1/offer-cases", "/api/v1/offer-cases.csv"];
        for path in paths.into_iter().chain(["/api/v1/companies", "/api/v1/tags"]) {
            let problem = app.get(path, &[]).await.problem(503);
            assert_eq!(problem["code"], "database_damaged", "{change}: {path}");
            assert!(problem["detail"].as_str().unwrap().contains(told), "{change}: {path}: {problem}");
        }
        assert_eq!(app.get("/health/live", &[]).await.status, 200);
    }
}
