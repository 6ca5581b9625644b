//! The schema: migrations go up and down, `schema.rs` is current, the database guards itself.

use std::time::Duration;

use diesel_async::{AsyncConnection, AsyncMigrationHarness, AsyncPgConnection};
use diesel_migrations::MigrationHarness;
use offer_cases::database::Database;
use offer_cases::database::migrations::MIGRATIONS;
use offer_cases::import::seed::SeedFiles;
use offer_cases::server;

use crate::harness::{TestApp, TestDatabase};

/// Every object of the schema with what it is made of, as text.
async fn shape(database: &TestDatabase) -> Vec<String> {
    database
        .column(
            "select format('%s.%s %s %s %s', table_name, column_name, udt_name, is_nullable, column_default)
                 from information_schema.columns where table_schema = 'public' and table_name !~ '^__'
             union all select indexdef from pg_indexes where schemaname = 'public' and tablename !~ '^__'
             union all select conrelid::regclass || ' ' || pg_get_constraintdef(oid)
                 from pg_constraint where connamespace = 'public'::regnamespace and conrelid::regclass::text !~ '^__'
             union all select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
             union all select pg_get_functiondef(oid) from pg_proc
                 where pronamespace = 'public'::regnamespace and prokind = 'f' and proname !~ '^diesel_'
             union all select typname || ' ' || string_agg(enumlabel, ',' order by enumsortorder)
                 from pg_enum join pg_type on pg_type.oid = enumtypid group by typname
             order by 1",
        )
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_go_up_down_and_up_to_the_same_schema() {
    let database = TestDatabase::bare().await;
    let empty = shape(&database).await;
    let connection = AsyncPgConnection::establish(&database.url()).await.unwrap();
    let mut harness = AsyncMigrationHarness::new(connection);
    harness.run_pending_migrations(MIGRATIONS).unwrap();
    let first = shape(&database).await;
    harness.revert_all_migrations(MIGRATIONS).unwrap();
    assert_eq!(shape(&database).await, empty);
    harness.run_pending_migrations(MIGRATIONS).unwrap();
    assert_eq!(shape(&database).await, first);
    assert!(first.len() > 300, "{} objects", first.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn schema_rs_is_current() {
    let database = TestDatabase::new(false).await;
    let current = database.value(include_str!("schema.rs.sql").trim().trim_end_matches(';')).await;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/database/schema.rs");
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(path, &current).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap();
    assert!(committed == current, "{path} is stale: renew it with `UPDATE_SCHEMA=1 cargo test schema_rs_is_current`");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_and_column_has_a_comment_and_every_foreign_key_an_index() {
    let database = TestDatabase::new(false).await;
    let without_comment =
        "select format('%s.%s', relname, attname) from pg_class join pg_attribute on attrelid = pg_class.oid
        where relnamespace = 'public'::regnamespace and relkind = 'r' and attnum >= 0 and not attisdropped
            and relname !~ '^__' and col_description(pg_class.oid, attnum) is null
        union all select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
            and relname !~ '^__' and obj_description(oid) is null";
    assert_eq!(database.column(without_comment).await, Vec::<String>::new());
    let without_index = "select format('%s %s', conrelid::regclass, conname) from pg_constraint where contype = 'f'
        and connamespace = 'public'::regnamespace
        and not exists (select from pg_index where indrelid = conrelid and indkey[0] = conkey[1] and indpred is null)";
    assert_eq!(database.column(without_index).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_of_a_table_of_data_raises_the_version() {
    let database = TestDatabase::new(false).await;
    let without = "select relname || ' ' || event from pg_class, unnest(array['insert', 'update', 'delete']) as event
        where relnamespace = 'public'::regnamespace and relkind = 'r' and relname !~ '^__'
            and relname not in ('dataset', 'seed_entries', 'curations', 'staged_cases', 'offer_case_revisions',
                'erased_cases', 'row_sums')
            and not exists (select from pg_trigger where tgrelid = pg_class.oid
                and tgname = relname || '_raise_version_on_' || event)";
    assert_eq!(database.column(without).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_refuses_what_cannot_be() {
    let database = TestDatabase::new(true).await;
    let (client, connection) = database.config().connect(tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    // Row 9 has a bachelor's degree alone.
    for (change, constraint) in [
        ("master_tier = 1", "offer_cases_master_tier_needs_degree"),
        ("doctor_tier = 1", "offer_cases_doctor_tier_needs_degree"),
        ("highest_degree = null", "offer_cases_bachelor_tier_needs_degree"),
        ("pay_annual_min = 2, pay_annual_max = 1, pay_currency = 'CNY'", "offer_cases_pay_range"),
        ("pay_annual_min = 2", "offer_cases_pay_range_whole"),
        ("pay_annual_min = 0, pay_annual_max = 1, pay_currency = 'CNY'", "offer_cases_pay_annual_min_check"),
        ("pay_annual_min = 1, pay_annual_max = 2", "offer_cases_pay_has_currency"),
        ("pay_sign_on = 1", "offer_cases_pay_has_currency"),
        ("pay_monthly_min = 2, pay_monthly_max = 1, pay_currency = 'CNY'", "offer_cases_pay_monthly_range"),
        ("pay_monthly_max = 2, pay_currency = 'CNY'", "offer_cases_pay_monthly_range_whole"),
        ("offered_on = '2024-01-01'", "offer_cases_date_has_precision"),
        ("pay_currency = 'yuan'", "offer_cases_pay_currency_check"),
        ("interview_rounds = 0", "offer_cases_interview_rounds_check"),
        ("tags = '{no-such-tag}'", "offer_cases_tags_known"),
        ("tags = array[null]::text[]", "offer_cases_tags_check"),
        ("raw = '[]'", "offer_cases_raw_check"),
        ("source_key = ''", "offer_cases_source_key_check"),
        ("city_id = -1", "offer_cases_city_id_fkey"),
        ("company_id = -1", "offer_cases_company_id_fkey"),
    ] {
        let outcome = client.batch_execute(&format!("update offer_cases set {change} where source_row = 9")).await;
        let error = outcome.expect_err(change);
        let refused_by = error.as_db_error().and_then(|error| error.constraint()).map(str::to_owned);
        assert_eq!(refused_by.as_deref(), Some(constraint), "{change}: {error:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_before_cities_were_reference_data_keeps_what_its_cases_say() {
    let database = TestDatabase::bare().await;
    let connection = AsyncPgConnection::establish(&database.url()).await.unwrap();
    let mut harness = AsyncMigrationHarness::new(connection);
    for _ in 0..3 {
        harness.run_next_migration(MIGRATIONS).unwrap();
    }
    database
        .execute(
            "insert into companies (slug, name) values ('baidu', '百度');
             insert into roles (slug, name, family) values ('llm-product', '大模型产品', 'product');
             insert into sources (slug, title, kind) values ('own-records', '自有记录', 'own_records');
             insert into offer_cases (id, company_id, role_id, raw, source_id, source_key, city)
             select gen_random_uuid(), companies.id, roles.id, '{}', sources.id, key, city
             from companies, roles, sources,
                 (values ('a', '北京'), ('b', '某地'), ('c', '北京'), ('d', null)) as cases (key, city);
             update offer_cases set city = '上海' where source_key = 'c'",
        )
        .await;
    let before = database.column("select revision || ' ' || updated_at from offer_cases order by source_key").await;
    harness.run_pending_migrations(MIGRATIONS).unwrap();
    let after = database.column("select revision || ' ' || updated_at from offer_cases order by source_key").await;
    assert_eq!(after, before, "what a case says has not changed");

    let seed = SeedFiles::embedded();
    let pool = Database::new(database.config(), 2, Duration::from_secs(60));
    server::prepare(&pool, Some(&seed)).await.unwrap();
    let app = TestApp::on(database).await;
    for (city, expected) in [("北京", 1), ("beijing", 1), ("上海", 1), ("某地", 1), ("unknown", 15), ("Beijing", 1)]
    {
        assert_eq!(app.count_of(&[("city", city)]).await, expected, "{city}");
    }
    let case = &app.get("/api/v1/offer-cases", &[("city", "上海"), ("include", "revisions")]).await.items()[0];
    assert_eq!(case["city"]["slug"], "shanghai");
    assert_eq!(case["revisions"][0]["earlier"]["city"]["slug"], "beijing");
    let unlisted = app.get("/api/v1/cities", &[("q", "某地")]).await.items();
    assert_eq!(unlisted.len(), 1);
    assert_eq!((&unlisted[0]["province"], &unlisted[0]["name_en"]), (&serde_json::Value::Null, &"Mou Di".into()));
    assert_eq!(unlisted[0]["name_en_from"], "pinyin");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_before_with_cases_of_imports_goes_up_down_and_up() {
    const BEFORE: usize = 3;
    let database = TestDatabase::bare().await;
    let connection = AsyncPgConnection::establish(&database.url()).await.unwrap();
    let mut harness = AsyncMigrationHarness::new(connection);
    for _ in 0..BEFORE {
        harness.run_next_migration(MIGRATIONS).unwrap();
    }
    database
        .execute(
            "insert into companies (slug, name) values ('baidu', '百度');
             insert into roles (slug, name, family) values ('llm-product', '大模型产品', 'product');
             insert into sources (slug, title, kind) values ('own-records', '自有记录', 'own_records');
             insert into imports (source_id, file_name, sha256, rows_read, created, updated, unchanged, rejected, retired, report)
             select id, 'mine.csv', repeat('0', 64), 3, 3, 0, 0, 0, 0, '{}' from sources;
             insert into offer_cases (id, company_id, role_id, raw, source_id, source_key, import_id, bachelor_tier,
                 master_tier, highest_degree, pay_annual_min, pay_annual_max)
             select gen_random_uuid(), companies.id, roles.id, '{}', sources.id, key, imports.id, bachelor, master,
                 degree::degree, pay, pay
             from companies, roles, sources, imports, (values
                 ('a', 5, null, 'bachelor', 300000), ('b', 5, 5, 'master', null), ('c', 1, null, 'bachelor', null)
             ) as cases (key, bachelor, master, degree, pay)",
        )
        .await;
    let tiers = "select concat_ws(' ', source_key, bachelor_tier, master_tier) from offer_cases order by source_key";
    let before = database.column(tiers).await;
    harness.run_pending_migrations(MIGRATIONS).unwrap();
    assert_eq!(database.column(tiers).await, ["a 11", "b 11 11", "c 1"]);
    for _ in 0..harness.applied_migrations().unwrap().len() - BEFORE {
        harness.revert_last_migration(MIGRATIONS).unwrap();
    }
    assert_eq!(database.column(tiers).await, before);
    harness.run_pending_migrations(MIGRATIONS).unwrap();
    assert_eq!(database.column(tiers).await, ["a 11", "b 11 11", "c 1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rows_of_a_statement_are_joined_by_their_hash_however_few_they_were_before() {
    let database = TestDatabase::new(false).await;
    let joins = "prosrc ~ '(old|new)_rows +join'";
    let all = database.value(&format!("select count(*)::text from pg_proc where {joins}")).await;
    assert_ne!(all, "0");
    let careless = format!("{joins} and not coalesce(proconfig, '{{}}') @> '{{enable_nestloop=off}}'");
    assert!(database.column(&format!("select proname::text from pg_proc where {careless}")).await.is_empty());
}
