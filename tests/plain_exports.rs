//! Downloads that are imported again: cases are changed by their ids, and never copied.

use std::sync::Arc;
use std::time::Duration;

use offer_cases::database::Database;
use offer_cases::import::merge::Prune;
use offer_cases::import::report::Report;
use offer_cases::import::{ImportFile, ImportOptions, import_files};
use serde_json::Value;

use crate::exports::store_nasty;
use crate::harness::{CaseBuilder, TestApp};

const FORMS: [&str; 3] = ["csv", "ndjson", "xlsx"];

async fn download(app: &TestApp, form: &str, query: &str) -> Vec<u8> {
    let response = app.start(&format!("/api/v1/offer-cases.{form}{query}")).await;
    assert_eq!(response.status(), 200, "{form}{query}");
    response.bytes().await.unwrap().to_vec()
}

async fn import(app: &TestApp, form: &str, bytes: &[u8], prune: Prune) -> Result<Vec<Report>, String> {
    let database = Database::new(app.database.config(), 2, Duration::from_secs(60));
    let options = ImportOptions { prune, ..ImportOptions::default() };
    let file = ImportFile::of(&format!("downloaded.{form}"), bytes);
    let outcome = import_files(&database, &[file], None, &options, &Arc::default()).await;
    outcome.map(|outcome| outcome.reports).map_err(|error| error.to_string())
}

/// What was created, updated, left as it was, and rejected, of all sources.
fn sums(reports: &[Report]) -> [usize; 4] {
    let sum = |of: fn(&Report) -> usize| reports.iter().map(of).sum();
    [sum(|it| it.created), sum(|it| it.updated), sum(|it| it.unchanged), sum(|it| it.rejected)]
}

/// Everything that lists say of all cases.
async fn all_cases(app: &TestApp) -> Vec<Value> {
    app.get("/api/v1/offer-cases", &[("limit", "200"), ("include", "raw,source,revisions")]).await.items()
}

/// Cases of two sources with something in every field.
async fn filled() -> TestApp {
    let app = TestApp::seeded().await;
    store_nasty(&app).await;
    let known = "offered_on = '2026-03-01', offered_precision = 'month', pay_annual_min = 150000, \
                 pay_annual_max = 165000, pay_currency = 'USD', pay_monthly_base = 12500.25, pay_months = 13.5, \
                 interview_rounds = 4, preparation_days = 0, city_id = (select id from cities where slug = 'beijing'), conflicts = '{two tiers,\"a;b\"}', \
                 offer_channel = 'campus', role_track = 'platform', tags = '{career-switch,unicorn}'";
    app.database.execute(&format!("update offer_cases set {known} where source_row % 2 = 0")).await;
    let own = "(select id from sources where slug = 'own-records')";
    let school = "(select id from schools where slug = 'zhejiang-university')";
    for key in ["a", "b"] {
        let case = CaseBuilder::new(key, "bilibili").with_source(own).with("school_id", school);
        let case = case.with("bachelor_school_id", school).with("highest_degree", "'doctor'").with("doctor_tier", "4");
        case.with("verification", "'self_reported'").store(&app.database).await;
    }
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_that_is_imported_again_changes_nothing_and_copies_nothing() {
    let app = filled().await;
    let before = all_cases(&app).await;
    assert_eq!(before.len(), 30);
    for form in FORMS {
        for query in ["", "?sort=company", "?include=raw", "?include=source", "?include=source,revisions"] {
            let file = download(&app, form, query).await;
            let reports = import(&app, form, &file, Prune::Nothing).await.unwrap();
            assert_eq!(all_cases(&app).await, before, "{form}{query}");
            assert_eq!((reports.len(), sums(&reports)), (2, [0, 0, 30, 0]), "{form}{query}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cell_that_was_changed_in_a_download_changes_just_its_case() {
    let app = filled().await;
    for (number, form) in FORMS.into_iter().enumerate() {
        let file = download(&app, form, "").await;
        let days = (100 + number).to_string();
        // A workbook is as it was, and its case has changed since: which of the two is edited does not matter.
        let file = match form {
            "csv" => String::from_utf8(file)
                .unwrap()
                .replacen(",0,career-switch;unicorn", &format!(",{days},career-switch;unicorn"), 1)
                .into_bytes(),
            "ndjson" => String::from_utf8(file)
                .unwrap()
                .replacen("\"preparation_days\":0", &format!("\"preparation_days\":{days}"), 1)
                .into_bytes(),
            _ => {
                app.database
                    .execute("update offer_cases set preparation_days = 5, city_id = (select id from cities where slug = 'shanghai') where source_row = 2")
                    .await;
                file
            }
        };
        let before = all_cases(&app).await;
        let reports = import(&app, form, &file, Prune::Nothing).await.unwrap();
        assert_eq!(sums(&reports), [0, 1, 29, 0], "{form}");
        let after = all_cases(&app).await;
        let changed: Vec<(&Value, &Value)> =
            before.iter().zip(&after).filter(|(before, after)| before != after).collect();
        let [(before, after)] = changed[..] else { panic!("{changed:?}") };
        for (name, value) in after.as_object().unwrap() {
            let may_change =
                ["preparation_days", "city", "revision", "revisions", "updated_at"].contains(&name.as_str());
            assert!(may_change || *value == before[name], "{name} of {form}: {before} {after}");
        }
        if form != "xlsx" {
            assert_eq!(after["preparation_days"].to_string(), days);
        }
        assert_eq!(after["revision"].as_i64(), before["revision"].as_i64().map(|revision| revision + 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_brings_nothing_into_a_service_that_does_not_have_its_cases() {
    let (app, other) = (filled().await, TestApp::seeded().await);
    let before = all_cases(&other).await;
    for form in FORMS {
        let foreign = download(&app, form, "?company=tencent").await;
        let error = import(&other, form, &foreign, Prune::Nothing).await.unwrap_err();
        assert!(error.contains("none of the cases") && error.contains("include=raw,source"), "{error}");
        // Of those that are there too, each is found.
        let all = download(&app, form, "").await;
        app.database.execute("update offer_cases set preparation_days = 0 where source_row = 2").await;
        let reports = import(&other, form, &all, Prune::Nothing).await.unwrap();
        let rejection = &reports[0].findings.rejections[0];
        assert_eq!((rejection.column.as_str(), sums(&reports)[3]), ("id", 16), "{form}: {rejection}");
        assert!(rejection.message.contains("include=raw,source"), "{rejection}");
        assert_eq!(sums(&reports)[0], 0, "{form}");
    }
    assert_eq!(all_cases(&other).await.len(), before.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_download_cannot_say_is_refused_with_what_to_do() {
    let app = filled().await;
    let before = all_cases(&app).await;
    for (form, query, prune, told) in [
        (
            "csv",
            "?fields=id,company,role,pay_annual_min",
            Prune::Nothing,
            "lacks the columns role_level, role_track, major, ",
        ),
        ("xlsx", "?fields=id,company,role", Prune::Nothing, "or with include=raw,source"),
        ("ndjson", "?fields=id,company,role,summary", Prune::Nothing, "export it without `fields`"),
        ("csv", "", Prune::Source, "--prune needs one with include=raw,source"),
        ("ndjson", "", Prune::SameFile, "--prune needs one with include=raw,source"),
    ] {
        let file = download(&app, form, query).await;
        let error = import(&app, form, &file, prune).await.unwrap_err();
        assert!(error.contains(told), "{error}");
    }
    let twice = download(&app, "ndjson", "?company=bilibili&source=own-records").await.repeat(2);
    let reports = import(&app, "ndjson", &twice, Prune::Nothing).await.unwrap();
    assert_eq!(sums(&reports), [0, 0, 2, 2]);
    assert!(reports[0].findings.rejections[0].message.contains("the id stands in an earlier row"));
    assert_eq!(all_cases(&app).await, before);
}
