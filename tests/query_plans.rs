//! How the database answers the commonest requests: by which index, and how much of the table it reads for it. No clock.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use offer_cases::database::Database;
use offer_cases::import::key_column::KeyTrust;
use offer_cases::import::read::ReadOptions;
use offer_cases::import::read::column::Column;
use offer_cases::import::read::header::KEY;
use offer_cases::import::{ImportFile, ImportOptions, import_files};
use serde_json::Value;

use crate::harness::wire::Wire;
use crate::harness::{TestApp, TestDatabase};

const CASES: usize = 100_000;

/// A database with many cases, most of them of a few companies: the same in each run, with the same statistics of them.
async fn database_of_many_cases() -> TestDatabase {
    let database = TestDatabase::new(true).await;
    // Of so many values each, all rows are looked at, and not a sample.
    let name = database.value("select current_database()").await;
    database.execute(&format!("alter database {name} set default_statistics_target = {}", CASES / 250)).await;
    database
        .execute(&format!(
            "insert into offer_cases (id, company_id, role_id, major_id, highest_degree, bachelor_tier, offered_on,
                 offered_precision, summary, raw, source_id, source_key)
             select md5('case ' || n)::uuid, companies.ids[1 + floor(power(chance, 3) * cardinality(companies.ids))],
                 roles.ids[1 + n % cardinality(roles.ids)], majors.ids[1 + n * 7 % cardinality(majors.ids)], 'bachelor',
                 1 + n % 5, date '2015-01-01' + n % 4000, 'day',
                 '做过' || chr(19968 + n % 3000) || chr(19968 + n * 7 % 3001) || case when n % 3 = 0 then '产品' else '运营' end
                     || case when n % 20000 = 0 then ' 鲲鹏' else '' end,
                 '{{}}', sources.id, 'many-' || n
             from generate_series(1, {CASES}) as n,
                 lateral (select ('x' || left(md5('company ' || n), 8))::bit(32)::bigint / 4294967296.0) as drawn (chance),
                 (select array_agg(id order by id) from companies) as companies (ids),
                 (select array_agg(id order by id) from roles) as roles (ids),
                 (select array_agg(id order by id) from majors where level = 'major') as majors (ids),
                 (select id from sources where slug = 'own-records') as sources"
        ))
        .await;
    database.execute("vacuum analyze offer_cases").await;
    database
}

/// Makes the database tell the plan of each statement that it runs.
async fn tell_plans(database: &TestDatabase) {
    for setting in [
        "session_preload_libraries = 'auto_explain'",
        "auto_explain.log_min_duration = 0",
        "auto_explain.log_analyze = on",
        "auto_explain.log_timing = off",
        "auto_explain.log_buffers = on",
        "auto_explain.log_format = 'json'",
        "auto_explain.log_level = 'notice'",
    ] {
        let name = database.value("select current_database()").await;
        // A parameter of a library is only known where it is loaded.
        database.execute(&format!("load 'auto_explain'; alter database {name} set {setting}")).await;
    }
}

fn nodes<'a>(plan: &'a Value, found: &mut Vec<&'a Value>) {
    found.push(plan);
    plan["Plans"].as_array().into_iter().flatten().for_each(|below| nodes(below, found));
}

/// The indexes of a plan, and whether it reads all cases.
fn way(plan: &Value) -> (Vec<&str>, bool) {
    let mut all = Vec::new();
    nodes(&plan["Plan"], &mut all);
    let reads_all = all.iter().any(|node| node["Node Type"] == "Seq Scan" && node["Relation Name"] == "offer_cases");
    (all.iter().filter_map(|node| node["Index Name"].as_str()).collect(), reads_all)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commonest_requests_are_answered_by_their_index_from_a_few_pages_of_the_table() {
    let database = database_of_many_cases().await;
    tell_plans(&database).await;
    let wire = Wire::before(&database).await;
    let app = TestApp::reached_by(database, wire.config()).await;
    let of_company = app.get("/api/v1/offer-cases", &[("company", "baidu"), ("limit", "1")]).await.ok();
    let id = of_company["items"][0]["id"].as_str().unwrap().to_owned();
    let list = |query: &str| format!("/api/v1/offer-cases?{query}");
    let next = format!("company=baidu&cursor={}", of_company["next_cursor"].as_str().unwrap());
    for (target, index, most_buffers) in [
        (list(""), "offer_cases_latest", 60),
        (list("company=baidu"), "offer_cases_of_company", 60),
        // A plan for all values expects less than a page of them, and reads them all before it orders them.
        (list("company=baidu&school_tier=211"), "offer_cases_of_company_and_tier", 80),
        (list("role=sales"), "offer_cases_of_role", 60),
        (list("major=psychology"), "offer_cases_of_major", 60),
        (list("school_tier=985"), "offer_cases_of_tier", 60),
        (list(&next), "offer_cases_of_company", 60),
        (list("limit=200"), "offer_cases_latest", 500),
        (format!("/api/v1/offer-cases/{id}"), "offer_cases_pkey", 10),
        // A word of a few cases is looked up, one of many is met on the way.
        (list("q=%E9%B2%B2%E9%B9%8F"), "offer_cases_search", 60),
        (list("q=%E4%BA%A7%E5%93%81"), "offer_cases_latest", 300),
    ] {
        // From the sixth time on, a statement may have a plan for all values.
        for _ in 0..7 {
            wire.take_plans();
            app.get_raw(&target).await.ok();
            let plans = wire.take_plans();
            let of_cases: Vec<&Value> =
                plans.iter().filter(|plan| plan["Query Text"].to_string().contains("offer_cases")).collect();
            let [plan] = of_cases.as_slice() else { panic!("{target}: {plans:?}") };
            let (indexes, reads_all) = way(plan);
            assert!(indexes.contains(&index) && !reads_all, "{target} by {indexes:?}: {plan}");
            let buffers = |name: &str| plan["Plan"][name].as_u64().unwrap();
            let read = buffers("Shared Hit Blocks") + buffers("Shared Read Blocks");
            assert!(read <= most_buffers, "{target} reads {read} pages instead of {most_buffers}: {plan}");
        }
    }
}

/// How many rows a node of a plan met, in all its rounds together.
fn rows_met(node: &Value) -> f64 {
    let number = |name: &str| node[name].as_f64().unwrap_or_default();
    let left_out = number("Rows Removed by Filter") + number("Rows Removed by Join Filter");
    number("Actual Loops") * (number("Actual Rows") + left_out)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_import_goes_through_its_rows_for_each_of_them() {
    const ROWS: u32 = 3_000;
    let database = TestDatabase::new(true).await;
    tell_plans(&database).await;
    let name = database.value("select current_database()").await;
    // A million rows outgrow any memory: here so few do.
    for setting in ["work_mem = '64kB'", "hash_mem_multiplier = 1"] {
        database.execute(&format!("alter database {name} set {setting}")).await;
    }
    let wire = Wire::before(&database).await;
    let importer = Database::new(wire.config(), 2, Duration::from_secs(60));
    let table = |key: &str, remark: &str| {
        let mut text = format!("{key},公司,岗位,年薪,备注\n");
        for row in 1..=ROWS {
            let (company, role) =
                (["腾讯", "美团", "百度"][row as usize % 3], ["后端开发", "产品经理"][row as usize % 2]);
            writeln!(text, "{row},{company},{role},{}万元,{remark}{row}", 20 + row % 30).unwrap();
        }
        text
    };
    for (key, is_said) in [("序号", false), ("工号", true)] {
        // A column of any name is a key where it is said to be one.
        let said = ImportOptions {
            keys: KeyTrust::Said,
            read: ReadOptions { map: vec![(key.to_owned(), Column::Field(KEY))], ..ReadOptions::default() },
            ..ImportOptions::default()
        };
        let options = if is_said { said } else { ImportOptions::default() };
        for remark in ["聊了", "又聊了"] {
            let file = ImportFile::of(&format!("{key}.csv"), table(key, remark).as_bytes());
            import_files(&importer, &[file], "own-records", &options, &Arc::default()).await.unwrap();
            for plan in wire.take_plans() {
                let mut all = Vec::new();
                nodes(&plan["Plan"], &mut all);
                let most = all.iter().map(|node| rows_met(node)).fold(0.0, f64::max);
                assert!(most < f64::from(ROWS) * 50.0, "{key}, {remark}: {most} rows met by {plan:#}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_is_prepared_once_on_a_connection_whatever_its_values() {
    let database = TestDatabase::new(true).await;
    let wire = Wire::before(&database).await;
    let app = TestApp::reached_by(database, wire.config()).await;
    let companies = app.get("/api/v1/companies", &[("limit", "50")]).await.items();
    let case = app.get("/api/v1/offer-cases", &[("limit", "1")]).await.ok();
    let (cursor, id) = (case["next_cursor"].as_str().unwrap(), case["items"][0]["id"].as_str().unwrap());
    for company in &companies {
        let slug = company["slug"].as_str().unwrap();
        app.get("/api/v1/offer-cases", &[("company", slug)]).await.ok();
        app.get("/api/v1/offer-cases", &[("company", slug), ("cursor", cursor)]).await.ok();
        app.get("/api/v1/offer-cases", &[("company", &format!("!{slug}")), ("school_tier", "985")]).await.ok();
        app.get(&format!("/api/v1/offer-cases/{id}"), &[]).await.ok();
    }
    let mut prepared = wire.prepared();
    assert!(prepared.iter().any(|(_, statement)| statement.contains("offer_cases")), "{prepared:?}");
    prepared.sort();
    let all = prepared.len();
    prepared.dedup();
    assert_eq!(prepared.len(), all, "{all} statements were prepared by {} requests", 4 * companies.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_begin_with_nothing_that_a_pooler_refuses() {
    let database = TestDatabase::new(true).await;
    let wire = Wire::before(&database).await;
    let app = TestApp::reached_by(database, wire.config()).await;
    for target in
        ["/api/v1/offer-cases", "/api/v1/imports", "/api/v1/stats?group_by=company", "/api/v1/offer-cases.csv"]
    {
        assert_eq!(app.get_raw(target).await.status, 200, "{target}");
    }
    let startups = wire.startups();
    assert!(startups.len() >= 4, "{startups:?}");
    for startup in startups {
        let names: Vec<&str> = startup.split(' ').step_by(2).collect();
        // Those that PgBouncer knows.
        let known = ["user", "database", "application_name", "client_encoding"];
        assert!(names.iter().all(|name| known.contains(name)), "{startup}");
    }
}
