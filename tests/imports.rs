//! Importing a Markdown table: what is read, remarked, rejected; again without change.

use std::sync::Arc;
use std::time::Duration;

use offer_cases::database::Database;
use offer_cases::import::key::case_id;
use offer_cases::import::merge::{AtMost, Prune};
use offer_cases::import::report::Report;
use offer_cases::import::{ImportError, ImportFile, ImportOptions, import_files};
use serde_json::{Value, json};

use crate::harness::{TestApp, TestDatabase};

async fn import(database: &TestDatabase, text: &str, prune: bool) -> Result<Report, ImportError> {
    let prune = if prune { Prune::Source } else { Prune::Nothing };
    let options = ImportOptions { prune, prune_at_most: AtMost::Percent(100), ..ImportOptions::default() };
    import_with(database, text, &options).await
}

async fn import_with(database: &TestDatabase, text: &str, options: &ImportOptions) -> Result<Report, ImportError> {
    import_named(database, "cases.md", text, options).await
}

async fn import_named(
    database: &TestDatabase,
    name: &str,
    text: &str,
    options: &ImportOptions,
) -> Result<Report, ImportError> {
    let file = ImportFile::of(name, text.as_bytes());
    let database = Database::new(database.config(), 2, Duration::from_secs(60));
    let outcome = import_files(&database, &[file], "llm-product-article", options, &Arc::default()).await?;
    Ok(outcome.reports.into_iter().next().unwrap())
}

const HEADER: &str = "| 公司 | 岗位 | 专业 | 学历 | 备注 | 备用 |\n|---|---|---|---|---|---|\n";

#[tokio::test(flavor = "multi_thread")]
async fn education_labels_are_read_in_either_order_or_not_at_all() {
    let app = TestApp::seeded().await;
    // Label; highest degree, bachelor's, master's and doctor's tier.
    let labels = [
        ("港硕", "master", "", "hong_kong", ""),
        ("海本港硕", "master", "overseas", "hong_kong", ""),
        ("硕士985", "master", "", "985", ""),
        ("985硕士", "master", "", "985", ""),
        ("本科211", "bachelor", "211", "", ""),
        ("博士其他", "doctor", "", "", "other"),
        ("一本本科", "bachelor", "first_tier", "", ""),
        ("双非硕", "master", "", "ordinary", ""),
        ("二本", "bachelor", "second_tier", "", ""),
        ("大专", "associate", "", "", ""),
        ("211 本硕", "master", "211", "211", ""),
        ("９８５本硕博", "doctor", "985", "985", "985"),
        ("211本/985硕", "master", "211", "985", ""),
        ("本科:双非,硕士:海外", "master", "ordinary", "overseas", ""),
        ("硕士", "master", "", "", ""),
        ("985", "", "", "", ""),
        ("本硕", "master", "", "", ""),
        ("985本211本", "", "", "", ""),
        ("硕士及以上", "", "", "", ""),
        ("硕士肄业", "", "", "", ""),
    ];
    let rows: String =
        labels.iter().map(|(label, ..)| format!("| 腾讯 | 大模型产品 | | {label} | {label} | |\n")).collect();
    let report = import(&app.database, &format!("{HEADER}{rows}"), false).await.unwrap();
    assert_eq!((report.created, report.rejected), (labels.len(), 0));
    let cases = app.get("/api/v1/offer-cases", &[("company", "腾讯"), ("limit", "200")]).await.items();
    for (label, degree, bachelor, master, doctor) in labels {
        let case = cases.iter().find(|case| case["summary"] == label).expect(label);
        let slug = |field: &str| case[field]["slug"].as_str().unwrap_or_default().to_owned();
        let found = (
            case["highest_degree"].as_str().unwrap_or_default().to_owned(),
            slug("bachelor_tier"),
            slug("master_tier"),
            slug("doctor_tier"),
        );
        assert_eq!(found, (degree.into(), bachelor.into(), master.into(), doctor.into()), "{label}");
        let remarked = report.findings.remarks.iter().any(|remark| remark.cell == label && remark.rule == "education");
        assert_eq!(remarked, degree.is_empty(), "what is not read is remarked: {label}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_is_created_unchanged_or_rejected_with_a_reason() {
    let app = TestApp::seeded().await;
    let text = format!(
        "{HEADER}| 腾讯 | 大模型产品 | 炼金术 | 985硕 | | x |\n| | 大模型产品 | | | | |\n| 中信 | 大模型产品 | | | | |\n| 新公司 | 新岗位 | | | | |\n| 新 公司 | 后端开发 | | | | |\n\
         | 腾讯 | 后端开发 | | | | | | 太多 |\n| {long} | 后端开发 | | | | |\n",
        long = "长".repeat(101)
    );
    let report = import(&app.database, &text, false).await.unwrap();
    assert_eq!((report.rows_read, report.created, report.rejected), (7, 3, 4));
    let told: Vec<(usize, &str)> =
        report.findings.rejections.iter().map(|remark| (remark.row, &*remark.rule)).collect();
    assert_eq!(told, [(2, "needed"), (3, "ambiguous"), (6, "cells"), (7, "name")]);
    assert!(report.findings.rejections[1].message.contains("citic-securities"), "{:?}", report.findings.rejections[1]);
    assert_eq!(report.findings.remarks.len(), 1, "{:?}", report.findings.remarks);
    assert_eq!((&*report.findings.remarks[0].rule, report.findings.remarks[0].cell.as_str()), ("major", "炼金术"));
    assert_eq!(
        (report.findings.new_companies.as_slice(), report.findings.new_roles.as_slice()),
        (&["新公司".to_owned()][..], &["新岗位".to_owned()][..])
    );
    assert_eq!(report.findings.untaken_columns, ["备用"]);
    assert_eq!(app.count_of(&[("company", "新公司")]).await, 2, "one company, however it is spaced");
    let raw = &app.get("/api/v1/offer-cases", &[("company", "腾讯"), ("include", "raw")]).await.items()[0]["raw"];
    assert_eq!(raw["备用"], "x");

    let again = import(&app.database, &text, false).await.unwrap();
    assert_eq!((again.created, again.updated, again.unchanged, again.rejected), (0, 0, 3, 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_column_makes_a_changed_row_the_same_case() {
    let app = TestApp::seeded().await;
    let table =
        |summary: &str| format!("| 编号 | 公司 | 岗位 | 备注 |\n|-|-|-|-|\n| 7 | 腾讯 | 大模型产品 | {summary} |\n");
    import(&app.database, &table("3轮面试"), false).await.unwrap();
    let before = app.get("/api/v1/offer-cases", &[("company", "腾讯")]).await.items()[0].clone();
    let report = import(&app.database, &table("4轮面试"), false).await.unwrap();
    assert_eq!((report.created, report.updated), (0, 1));
    let after =
        app.get("/api/v1/offer-cases", &[("company", "腾讯"), ("include", "revisions")]).await.items()[0].clone();
    assert_eq!((&after["id"], &after["revision"], &after["interview_rounds"]), (&before["id"], &2.into(), &4.into()));
    assert_eq!(after["revisions"][0]["earlier"]["interview_rounds"], 3);
    assert!(after["revisions"][0]["replaced_by_import"].is_i64());
}

#[tokio::test(flavor = "multi_thread")]
async fn pruning_retires_what_the_file_no_longer_has_and_importing_brings_it_back() {
    let app = TestApp::seeded().await;
    let one = format!("{HEADER}| 腾讯 | 大模型产品 | | | | |\n");
    let report = import(&app.database, &one, true).await.unwrap();
    assert_eq!((report.created, report.retired), (1, 14));
    assert_eq!(app.companies_of(&[]).await, ["tencent"]);
    let article = include_str!("../seed/cases/llm-product-article.md");
    let report = import(&app.database, article, true).await.unwrap();
    assert_eq!((report.updated, report.retired), (14, 1));
    assert_eq!(app.count_of(&[]).await, 14);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_table_is_refused_and_changes_nothing() {
    let app = TestApp::seeded().await;
    let version = app.database.value("select version from dataset").await;
    for (text, told) in [
        ("", "no Markdown table"),
        ("no table at all", "no Markdown table"),
        ("| 公司 |\n|---|\n| 腾讯 |\n", "no column for the role"),
        ("| 公司 | 企业 | 岗位 |\n|-|-|-|\n| a | b | c |\n", "both mean the company"),
    ] {
        let error = import(&app.database, text, false).await.expect_err(told).to_string();
        assert!(error.contains(told) && error.contains("cases.md"), "{error}");
    }
    assert_eq!(app.database.value("select version from dataset").await, version);
}

#[tokio::test(flavor = "multi_thread")]
async fn pruning_spares_the_cases_of_rows_that_are_rejected() {
    let app = TestApp::seeded().await;
    let table = |companies: [&str; 3]| {
        let row = |(number, company): (usize, &str)| format!("| {number} | {company} | 后端开发 |\n");
        let rows: String = companies.into_iter().enumerate().map(row).collect();
        format!("| 编号 | 公司 | 岗位 |\n|-|-|-|\n{rows}")
    };
    import(&app.database, &table(["腾讯", "美团", "滴滴"]), true).await.unwrap();
    let report = import(&app.database, &table(["腾讯", "中信", "京东"]), true).await.unwrap();
    assert_eq!((report.created, report.unchanged, report.rejected, report.retired), (1, 1, 1, 1));
    let report = import(&app.database, &table(["测试", "中信", "测试"]), true).await.unwrap();
    assert_eq!((report.rejected, report.retired), (3, 0), "a file of which nothing can be read");
    assert!(report.refused.is_some_and(|reason| reason.en.contains("no row could be read")));
    assert_eq!(app.count_of(&[]).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_new_names_are_made_in_few_statements() {
    const NAMES: usize = 20_000;
    let app = TestApp::seeded().await;
    let rows: String = (0..NAMES).map(|number| format!("| 星{number}号公司 | 第{number}岗 | | | | |\n")).collect();
    let report = import(&app.database, &format!("{HEADER}{rows}"), false).await.unwrap();
    assert_eq!(
        (report.created, report.findings.new_companies.len(), report.findings.new_roles.len()),
        (NAMES, NAMES, NAMES)
    );
    assert_eq!(app.count_of(&[("company", "xing-7-hao-gong-si")]).await, 1);
}

/// A line of an export; each of `changes` stands in place of what an export has.
fn exported(key: &str, changes: &Value) -> String {
    let source = "llm-product-article";
    let mut case = json!({
        "id": case_id(source, key), "company": {"slug": "tencent", "name": "腾讯", "name_en": null},
        "role": {"slug": "backend-engineer", "name": "后端开发", "name_en": null}, "highest_degree": null,
        "tags": [], "conflicts": [], "verification": "none", "raw": {"公司": "腾讯"},
        "source": {"slug": source, "name": "", "name_en": null}, "source_key": key, "source_row": 1,
    });
    for (name, value) in changes.as_object().unwrap() {
        case[name] = value.clone();
    }
    case.to_string() + "\n"
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_of_an_export_that_cannot_be_stored_is_rejected_and_stops_no_other() {
    let app = TestApp::seeded().await;
    let long = "x".repeat(201);
    let changes = [
        ("key", json!({"source_key": "good"})),
        ("id", json!({"id": case_id("other", "id")})),
        ("source", json!({"source": {"slug": "nowhere"}})),
        ("source_key", json!({"source_key": long, "id": case_id("llm-product-article", &long)})),
        ("raw", json!({"raw": {"公司": "a\u{0}b"}})),
        ("summary", json!({"summary": "a\u{0}b"})),
        ("offered_on", json!({"offered_on": "+12345-01-01", "offered_precision": "day"})),
        ("pay_monthly_base", json!({"pay_monthly_base": 99_999_999_999_i64})),
        ("pay_months", json!({"pay_months": "1000.0"})),
        ("source_row", json!({"source_row": -1})),
        ("source_row", json!({"source_row": 5_000_000_000_i64})),
        ("company_name", json!({"company": {"slug": "new", "name": "长".repeat(101)}})),
        ("tags", json!({"tags": ["no-such-tag"]})),
        ("master_tier", json!({"master_tier": {"slug": "985"}})),
    ];
    let mut text = exported("good", &json!({}));
    for (index, (_, change)) in changes.iter().enumerate() {
        text += &exported(&format!("key-{index}"), change);
    }
    text += &exported("last", &json!({"company": {"slug": "never-heard", "name": "腾讯"}}));
    let report = import_named(&app.database, "export.ndjson", &text, &ImportOptions::default()).await.unwrap();
    assert_eq!((report.created, report.rejected), (2, changes.len()), "{report}");
    for ((column, change), rejection) in changes.iter().zip(&report.findings.rejections) {
        // The first has the key of the row before, and so another id.
        let column = if *column == "key" { "id" } else { column };
        assert_eq!((rejection.column.as_str(), &*rejection.rule), (column, "export"), "{change}: {rejection}");
    }
    let again = import_named(&app.database, "export.ndjson", &(text.clone() + &text), &ImportOptions::default()).await;
    let again = again.unwrap();
    assert_eq!((again.unchanged, again.rejected), (2, 2 * changes.len() + 2), "a key may stand once: {again}");
    assert_eq!(app.count_of(&[("company", "腾讯")]).await, 2, "a name that is known needs no slug");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_do_not_change_use_no_number_up() {
    let database = TestDatabase::new(true).await;
    let next = "select last_value from pg_sequences join pg_class on relname = sequencename
         where pg_class.oid = pg_get_serial_sequence('offer_cases', 'ordinal')::regclass";
    let table =
        |pay: &str| format!("编号,公司,岗位,薪资\na,腾讯,后端开发,20k*15\nb,百度,产品经理,{pay}\nc,美团,测试,10k*12\n");
    let import_it = async |pay: &str| {
        import_named(&database, "mine.csv", &table(pay), &ImportOptions::default()).await.unwrap();
    };
    import_it("30k*15").await;
    let first: i64 = database.value(next).await.parse().unwrap();
    for _ in 0..3 {
        import_it("30k*15").await;
    }
    assert_eq!(database.value(next).await, first.to_string());
    // One row has changed.
    import_it("31k*15").await;
    assert_eq!(database.value(next).await, (first + 1).to_string());
    assert_eq!(database.value("select count(*) from offer_cases where revision = 2").await, "1");
}
