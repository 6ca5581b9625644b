//! Cells as they really stand in tables: wrapped in markup, repeating the row above, with private data in them.

use std::sync::Arc;
use std::time::Duration;

use offer_cases::database::Database;
use offer_cases::import::read::ReadOptions;
use offer_cases::import::read::private_columns::Keep;
use offer_cases::import::report::Report;
use offer_cases::import::{ImportFile, ImportOptions, import_files};
use serde_json::{Value, json};

use crate::harness::TestApp;

async fn import_keeping(app: &TestApp, name: &str, text: &str, keep: Keep) -> Report {
    let file = ImportFile::of(name, text.as_bytes());
    let database = Database::new(app.database.config(), 2, Duration::from_secs(60));
    let options = ImportOptions { read: ReadOptions { keep, ..ReadOptions::default() }, ..ImportOptions::default() };
    let outcome = import_files(&database, &[file], "own-records", &options, &Arc::default()).await.unwrap();
    outcome.reports.into_iter().next().unwrap()
}

async fn import(app: &TestApp, name: &str, text: &str) -> Report {
    import_keeping(app, name, text, Keep::default()).await
}

/// The imported cases by the number of their row.
async fn cases(app: &TestApp) -> Vec<Value> {
    let parameters = [("source", "own-records"), ("limit", "200"), ("include", "source,raw")];
    let mut cases = app.get("/api/v1/offer-cases", &parameters).await.items();
    cases.sort_by_key(|case| case["source_row"].as_i64());
    cases
}

/// All that the database has, as text.
async fn everything(app: &TestApp) -> String {
    let mut all = String::new();
    for table in ["offer_cases", "imports", "companies", "roles", "cities"] {
        all += &app.database.column(&format!("select row_to_json(it)::text from {table} it")).await.concat();
    }
    all
}

const PRIVATE: &str = "\
班级联系人 赵老师 13900000001,,,,,,,
姓名,学号,公司,岗位,薪资,备注,其他,编号
张三,2019001,腾讯,后端开发,20k*15,三轮面试 加我13812345678 或 vx：zhangsan88,zhang@qq.com,13812345671
李四,2019002,新公司 13812345679,前端开发,24w,邮箱 li@163.com,li@qq.com,13812345672
王五,2019003,测试,前端开发,24w,身份证 440301199608171234,wang@qq.com,15912345673
赵六,2019004,百度,前端开发,24w,０７５５－２６００１１１１ 是总机,,15912345674
钱七,2019005,百度,前端开发,24w,,多 了 13812345675,15912345676,王五的
";

const SECRETS: &[&str] = &[
    "张三",
    "李四",
    "赵六",
    "钱七",
    "2019001",
    "13812345678",
    "13812345671",
    "13812345679",
    "zhangsan88",
    "zhang@qq.com",
    "li@163.com",
    "15912345673",
    "440301199608171234",
    "13900000001",
    "13812345675",
    "15912345676",
];

#[tokio::test(flavor = "multi_thread")]
async fn nothing_private_of_a_table_is_stored_anywhere() {
    let app = TestApp::seeded().await;
    let report = import(&app, "class.csv", PRIVATE).await;
    assert_eq!((report.created, report.rejected), (3, 2), "{report}");
    let told = format!("{report}") + &serde_json::to_string(&report).unwrap();
    let stored = everything(&app).await;
    for secret in SECRETS {
        assert!(!stored.contains(secret), "{secret} is stored");
        assert!(!told.contains(secret), "{secret} is told: {told}");
    }
    let notes = report.findings.notes.join("; ");
    for header in ["姓名", "学号", "其他", "编号"] {
        assert!(notes.contains(header), "{header} in {notes}");
    }
    let cases = cases(&app).await;
    assert_eq!(
        cases[0]["raw"],
        json!({"公司": "腾讯", "岗位": "后端开发", "薪资": "20k*15",
        "备注": "三轮面试 加我‹手机号 mobile› 或 vx：‹微信 WeChat›"})
    );
    assert_eq!((&cases[0]["company"]["slug"], &cases[0]["interview_rounds"]), (&json!("tencent"), &json!(3)));
    assert_eq!(cases[1]["company"]["name"], "新公司");
    assert_eq!(cases[2]["summary"], "０７５５－２６００１１１１ 是总机");
    assert_eq!(report.findings.by_rule.get("private"), Some(&3), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn private_data_in_a_header_is_stored_and_told_nowhere() {
    let app = TestApp::seeded().await;
    let table = "公司,岗位,进群加13812345692,地点 vx: offer_king88\n腾讯,后端开发,好,深圳\n";
    let report = import(&app, "headers.csv", table).await;
    assert_eq!(report.created, 1, "{report}");
    let told = format!("{report}") + &serde_json::to_string(&report).unwrap() + &everything(&app).await;
    for secret in ["13812345692", "offer_king88"] {
        assert!(!told.contains(secret), "{secret}: {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn private_data_in_the_name_of_a_file_is_shown_nowhere_and_tells_files_apart() {
    let app = TestApp::seeded().await;
    let table = "序号,公司,岗位\n1,腾讯,后端开发\n";
    let mut told = String::new();
    for name in ["张三 13812345692.csv", "李四 13812345693.csv", "wang@qq.com.csv"] {
        let report = import(&app, name, table).await;
        told += &serde_json::to_string(&report.findings).unwrap();
    }
    for path in ["/api/v1/imports", "/api/v1/imports/2", "/api/v1/sources", "/data"] {
        told += &app.get_raw(path).await.text;
    }
    for secret in ["13812345692", "13812345693", "wang@qq.com"] {
        assert!(!told.contains(secret), "{secret}: {told}");
    }
    assert!(told.contains("‹手机号 mobile›.csv"), "{told}");
    let stored = app.database.column("select file_name from imports where file_name ~ '1381234'").await;
    assert_eq!(stored.len(), 2, "{stored:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn private_data_is_kept_where_it_is_asked_for() {
    let app = TestApp::seeded().await;
    let report = import_keeping(&app, "class.csv", PRIVATE, Keep::Columns(vec!["学号".into(), "备注".into()])).await;
    assert_eq!(report.created, 3, "{report}");
    let case = &cases(&app).await[0];
    assert_eq!((&case["raw"]["学号"], &case["raw"]["姓名"]), (&json!("2019001"), &Value::Null));
    assert!(case["summary"].as_str().unwrap().contains("13812345678"), "{case}");

    let app = TestApp::seeded().await;
    import_keeping(&app, "class.csv", PRIVATE, Keep::Everything).await;
    let case = &cases(&app).await[0];
    assert_eq!((&case["raw"]["姓名"], &case["source_key"]), (&json!("张三"), &json!("13812345671")));
}

#[tokio::test(flavor = "multi_thread")]
async fn markup_is_no_part_of_names_and_stays_in_the_raw_row() {
    let app = TestApp::seeded().await;
    let table = "| 公司 | 岗位 | 薪资 | 城市 |\n|---|---|---|---|\n\
        | **腾讯** | [后端开发](https://x.y/z) | `20k*15` | ['深圳'] |\n\
        | ↳ | 前端开发<br> | 24w | 同上 |\n\
        | ✅ AT&amp;T | 1. 后端开发 | ~~22w~~ 24w | 「深圳」 |\n\
        | ❌ 腾讯 | 后端开发 | 24w | |\n\
        | [\"腾讯\", \"百度\"] | 后端开发 | 24w | |\n\
        | 星<b>河</b>公司🔥 | ['炼丹师'] | <b>24w</b> | 📍深圳 |\n\
        | ~~百度~~ | 后端开发 | 24w | |\n";
    let report = import(&app, "jobs.md", table).await;
    let rejected: Vec<(usize, &str)> =
        report.findings.rejections.iter().map(|remark| (remark.row, &*remark.rule)).collect();
    assert_eq!(rejected, [(4, "outcome"), (5, "several"), (7, "outcome")], "{report}");
    let cases = cases(&app).await;
    let said = |case: &Value| {
        [&case["company"]["name"], &case["role"]["slug"], &case["pay_annual_min"], &case["city"]["slug"]]
            .map(Value::clone)
    };
    assert_eq!(said(&cases[0]), [json!("腾讯"), json!("backend-engineer"), json!(300_000), json!("shenzhen")]);
    assert_eq!(said(&cases[1]), [json!("腾讯"), json!("frontend-engineer"), json!(240_000), json!("shenzhen")]);
    assert_eq!(said(&cases[2]), [json!("AT&T"), json!("backend-engineer"), json!(240_000), json!("shenzhen")]);
    assert_eq!(cases[3]["company"]["name"], "星河公司");
    assert_eq!((&cases[3]["role"]["name"], &cases[3]["city"]["slug"]), (&json!("炼丹师"), &json!("shenzhen")));
    assert_eq!((&cases[0]["raw"]["公司"], &cases[1]["raw"]["公司"]), (&json!("**腾讯**"), &json!("↳")));
}
