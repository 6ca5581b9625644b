//! Spreadsheets as many hands make them: every row is stored right, stored with a remark, or rejected with a reason.

use std::sync::Arc;
use std::time::Duration;

use offer_cases::database::Database;
use offer_cases::import::report::Report;
use offer_cases::import::{ImportError, ImportFile, ImportOptions, import_files};
use rust_xlsxwriter::{Format, Workbook};
use serde_json::{Value, json};

use crate::harness::TestApp;

async fn import(app: &TestApp, name: &str, bytes: &[u8]) -> Result<Report, ImportError> {
    let file = ImportFile::of(name, bytes);
    let database = Database::new(app.database.config(), 2, Duration::from_secs(60));
    let options = ImportOptions::default();
    let outcome = import_files(&database, &[file], "own-records", &options, &Arc::default()).await?;
    Ok(outcome.reports.into_iter().next().unwrap())
}

/// The imported cases by the number of their row.
async fn cases(app: &TestApp) -> Vec<Value> {
    let parameters = [("source", "own-records"), ("limit", "200"), ("include", "source,raw")];
    let mut cases = app.get("/api/v1/offer-cases", &parameters).await.items();
    cases.sort_by_key(|case| case["source_row"].as_i64());
    cases
}

/// What is asked of a row: fields of the case, `null` for what must stay unknown; or the rule by which it is rejected.
enum Expected {
    Stored(Value),
    Remarked(Value, &'static str),
    Rejected(&'static str),
}

use Expected::{Rejected, Remarked, Stored};

/// Rows of company, role, major, education, pay, date, city, preparation, with what must come of them.
fn rows() -> Vec<([&'static str; 8], Expected)> {
    vec![
        (
            ["腾讯", "后端开发", "软件工程", "211本985硕", "24w-27w", "2024-05-17", "深圳", "两周"],
            Stored(
                json!({"company": "tencent", "highest_degree": "master", "master_tier": "985", "bachelor_tier": "211",
                "pay_annual_min": 240_000, "pay_annual_max": 270_000, "offered_on": "2024-05-17", "city": "shenzhen",
                "preparation_days": 14}),
            ),
        ),
        (
            ["ＢＩＬＩＢＩＬＩ", "产品经理", "金融", "港硕", "１８ｋ×１６", "2024年5月", "上海市", "１０天"],
            Stored(json!({"company": "bilibili", "master_tier": "hong_kong", "pay_annual_min": 288_000,
                "pay_monthly_base": 18_000.0, "pay_months": 16.0, "offered_on": "2024-05-01",
                "offered_precision": "month", "city": "shanghai", "preparation_days": 10})),
        ),
        (
            ["58", "数据分析", "", "", "￥25万", "2023", "北京-海淀", ""],
            Stored(json!({"company": "58", "pay_annual_min": 250_000, "offered_precision": "year", "city": "beijing"})),
        ),
        (
            ["360", "算法工程师", "", "大专", "月薪15k", "", "", ""],
            Stored(json!({"highest_degree": "associate",
            "school_tier": "vocational", "pay_annual_min": null, "pay_monthly_base": 15_000.0})),
        ),
        (["小米", "产品经理", "炼金术", "", "", "", "", ""], Remarked(json!({"major": null}), "major")),
        (
            ["小米", "产品经理", "", "985本211本", "", "", "", ""],
            Remarked(json!({"highest_degree": null}), "education"),
        ),
        (["小米", "产品经理", "", "", "10*16=20w", "", "", ""], Remarked(json!({"pay_annual_min": null}), "pay")),
        (["小米", "产品经理", "", "", "3000万", "", "", ""], Remarked(json!({"pay_annual_min": null}), "pay")),
        (["小米", "产品经理", "", "", "25w+", "", "", ""], Remarked(json!({"pay_annual_min": null}), "pay")),
        (["小米", "产品经理", "", "", "税后30万", "", "", ""], Remarked(json!({"pay_annual_min": null}), "pay")),
        (["小米", "产品经理", "", "", "", "05/06/2024", "", ""], Remarked(json!({"offered_on": null}), "date")),
        (["小米", "产品经理", "", "", "", "2099-01-01", "", ""], Remarked(json!({"offered_on": null}), "date")),
        (["小米", "产品经理", "", "", "", "", "上海/杭州", ""], Remarked(json!({"city": null}), "city")),
        (["小米", "产品经理", "", "", "", "", "", "2-3周"], Remarked(json!({"preparation_days": null}), "preparation")),
        (["小米\n科技", "产品\n经理", "", "", "", "", "", ""], Stored(json!({"role": "product-manager"}))),
        (["锟斤拷锟斤拷", "产品经理", "", "", "", "", "", ""], Rejected("mojibake")),
        (["è…¾è®¯", "产品经理", "", "", "", "", "", ""], Rejected("mojibake")),
        (["测试", "test", "", "", "", "", "", ""], Rejected("placeholder")),
        (["12345", "产品经理", "", "", "", "", "", ""], Rejected("placeholder")),
        (["", "产品经理", "", "", "", "", "", ""], Rejected("needed")),
        (["腾讯", "", "", "", "", "", "", ""], Rejected("needed")),
        (["中信", "产品经理", "", "", "", "", "", ""], Rejected("ambiguous")),
    ]
}

const HEADER: [&str; 8] = ["公司 Company", "岗位/Role", "专业", "*学历", "薪资", "日期：", "城市", "准备时间"];

fn csv_of(delimiter: u8) -> String {
    let mut writer = csv::WriterBuilder::new().flexible(true).delimiter(delimiter).from_writer(Vec::new());
    writer.write_record(["2024届 offer 汇总（仅供参考）", "", "", "", "", "", "", ""]).unwrap();
    writer.write_record([""; 8]).unwrap();
    writer.write_record(HEADER).unwrap();
    for (cells, _) in rows() {
        writer.write_record(cells).unwrap();
        writer.write_record([" "; 8]).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn workbook() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.merge_range(0, 0, 0, 7, "2024届 offer 汇总（仅供参考）", &Format::new()).unwrap();
    for (column, name) in (0..).zip(HEADER) {
        sheet.write(2, column, name).unwrap();
    }
    for (place, (cells, _)) in (0..).zip(rows()) {
        for (column, cell) in (0..).zip(cells) {
            match cell.parse::<f64>() {
                // What is typed as a number is one in the file.
                Ok(number) => sheet.write(3 + place, column, number).unwrap(),
                Err(_) => sheet.write(3 + place, column, cell).unwrap(),
            };
        }
    }
    workbook.save_to_buffer().unwrap()
}

fn json_lines() -> String {
    let line = |(cells, _): ([&str; 8], Expected)| {
        let fields: serde_json::Map<String, Value> =
            HEADER.iter().zip(cells).map(|(name, cell)| ((*name).to_owned(), json!(cell))).collect();
        Value::Object(fields).to_string() + "\n"
    };
    rows().into_iter().map(line).collect()
}

async fn check(name: &str, bytes: &[u8]) {
    let app = TestApp::seeded().await;
    let report = import(&app, name, bytes).await.unwrap_or_else(|error| panic!("{name}: {error}"));
    let expected = rows();
    assert_eq!(report.rows_read, expected.len(), "{name}: {report}");
    assert_eq!(report.rows_read, report.created + report.updated + report.unchanged + report.rejected, "{name}");
    let stored = cases(&app).await;
    for (number, (cells, expected)) in (1..).zip(expected) {
        let case = stored.iter().find(|case| case["source_row"] == number);
        let rejection = report.findings.rejections.iter().find(|remark| remark.row == number);
        let remarks: Vec<&str> =
            report.findings.remarks.iter().filter(|it| it.row == number).map(|it| &*it.rule).collect();
        let place = format!("{name}, row {number}, {cells:?}");
        match expected {
            Rejected(rule) => {
                assert!(case.is_none(), "{place} was stored: {case:?}");
                assert_eq!(rejection.map(|it| &*it.rule), Some(rule), "{place}");
            }
            Stored(fields) => {
                assert_eq!(remarks, Vec::<&str>::new(), "{place}");
                assert_fields(case, &fields, &place);
            }
            Remarked(fields, rule) => {
                assert_eq!(remarks, [rule], "{place}");
                assert_fields(case, &fields, &place);
            }
        }
    }
    // A second time nothing changes.
    let again = import(&app, name, bytes).await.unwrap();
    assert_eq!((again.created, again.updated, again.unchanged), (0, 0, report.created), "{name} again");
}

#[track_caller]
fn assert_fields(case: Option<&Value>, fields: &Value, place: &str) {
    let case = case.unwrap_or_else(|| panic!("{place} was not stored"));
    for (field, expected) in fields.as_object().unwrap() {
        let found = case[field].get("slug").unwrap_or(&case[field]);
        assert_eq!(found, expected, "{field} of {place}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nasty_table_comes_out_the_same_whatever_the_file() {
    let text = csv_of(b',');
    let (gb18030, ..) = encoding_rs::GB18030.encode(&text);
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let with_bom = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    for (name, bytes) in [
        ("nasty.csv", text.as_bytes()),
        ("bom.csv", &with_bom),
        ("utf16.csv", &utf16),
        ("gb18030.csv", &gb18030),
        ("semicolons.csv", csv_of(b';').as_bytes()),
        ("tabs.tsv", csv_of(b'\t').as_bytes()),
        ("nasty.xlsx", &workbook()),
        ("nasty.ndjson", json_lines().as_bytes()),
    ] {
        check(name, bytes).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cell_that_is_too_long_rejects_its_row_with_the_reason_and_nothing_of_it_is_stored() {
    let app = TestApp::seeded().await;
    let columns = ["公司", "岗位", "专业", "学历", "薪资", "日期", "城市", "备注"];
    // Just too long; one that grows where it is normalised; far too long.
    let long = ["x".repeat(10_001), "\u{fdfa}".repeat(600), "地".repeat(3 << 20)];
    for (place, (column, long)) in columns.iter().zip(long.iter().cycle()).enumerate() {
        let row = |cell: &str| -> Vec<String> {
            let mut row = ["腾讯", "后端开发", "软件工程", "硕士", "24w", "2024-05", "深圳", "好"].map(str::to_owned);
            row[place] = cell.to_owned();
            row.to_vec()
        };
        let rows = [row("腾讯"), row(long)];
        let line = |row: &Vec<String>| row.join(",");
        let csv = format!("{}\n{}\n{}\n", columns.join(","), line(&rows[0]), line(&rows[1]));
        let object = |row: &Vec<String>| {
            let members = columns.iter().zip(row).map(|(name, cell)| ((*name).to_owned(), json!(cell)));
            Value::Object(members.collect()).to_string()
        };
        let ndjson = format!("{}\n{}\n", object(&rows[0]), object(&rows[1]));
        let piped = |row: &[String]| format!("|{}|\n", row.join("|"));
        let header: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
        let dashes = piped(&vec!["---".to_owned(); columns.len()]);
        let markdown = [piped(&header), dashes, piped(&rows[0]), piped(&rows[1])].concat();
        for (name, text) in [("long.csv", csv), ("long.ndjson", ndjson), ("long.md", markdown)] {
            let report = import(&app, name, text.as_bytes()).await.unwrap();
            let rejections = &report.findings.rejections;
            assert_eq!((rejections.len(), report.rows_read), (1, 2), "{column} of {name}: {rejections:?}");
            let rejection = &rejections[0];
            assert_eq!(
                (rejection.row, rejection.rule.as_ref(), rejection.column.as_str()),
                (2, "length", *column),
                "{name}"
            );
            assert!(rejection.message.contains(&long.chars().count().to_string()), "{}", rejection.message);
            assert!(rejection.cell.chars().count() < 100, "{}", rejection.cell);
        }
    }
    let longest = "select max(pg_column_size(offer_cases.*))::text from offer_cases";
    assert!(app.database.value(longest).await.parse::<usize>().unwrap() < 4_000);
    let names =
        "select max(length(name))::text from (select name from companies union all select name from roles) as names";
    assert!(app.database.value(names).await.parse::<usize>().unwrap() <= 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_too_long_is_rejected_though_no_cell_of_it_is() {
    let app = TestApp::seeded().await;
    let header: Vec<String> =
        ["公司".to_owned(), "岗位".to_owned()].into_iter().chain((0..12).map(|it| format!("列{it}"))).collect();
    let row = ["腾讯", "后端开发"].into_iter().map(str::to_owned).chain((0..12).map(|_| "很".repeat(9_999)));
    let table = format!("{}\n{}\n", header.join(","), row.collect::<Vec<_>>().join(","));
    let report = import(&app, "wide.csv", table.as_bytes()).await.unwrap();
    assert_eq!(report.findings.rejections.len(), 1, "{:?}", report.findings);
    assert!(report.findings.rejections[0].message.contains("119994"), "{:?}", report.findings.rejections);
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_spellings_of_one_pay_are_one_figure() {
    let app = TestApp::seeded().await;
    let spellings = [
        "24w",
        "24W",
        "24万",
        "２４万",
        "24 万",
        "二十四万",
        "240000",
        "240,000",
        "240000元",
        "¥240,000",
        "￥24万",
        "24万/年",
        "年薪24万",
        "总包24w",
        "20k*12",
        "20K×12",
        "20kx12",
        "2万*12",
        "20000*12",
        "20*12",
        "20k*12=24w",
        "24万左右",
        "24w（税前）",
    ];
    let mut table = "公司,岗位,薪资\n".to_owned();
    for spelling in spellings {
        table += &format!("腾讯,后端开发,\"{spelling}\"\n");
    }
    let report = import(&app, "pay.csv", table.as_bytes()).await.unwrap();
    let mut read = 0;
    for case in cases(&app).await {
        let pay = (&case["pay_annual_min"], &case["pay_annual_max"]);
        let spelling = &case["raw"]["薪资"];
        assert!(pay == (&json!(240_000), &json!(240_000)) || pay.0.is_null(), "{spelling} gave {pay:?}");
        read += usize::from(!pay.0.is_null());
    }
    assert!(
        read * 100 >= spellings.len() * 95,
        "{read} of {} were read: {:#?}",
        spellings.len(),
        report.findings.remarks
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_what_it_says_changes_nothing_and_is_told_in_one_message() {
    let app = TestApp::seeded().await;
    let workbook = workbook();
    let before = app.database.value("select version::text from dataset").await;
    for (name, bytes) in [
        ("empty.csv", &b""[..]),
        ("blank.csv", b"\n\n  \n"),
        ("report.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"),
        ("page.csv", b"<!doctype html><html><body>no</body></html>"),
        ("cut.xlsx", &workbook[..workbook.len() / 2]),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        ("no-header.csv", "甲,乙\n1,2\n".as_bytes()),
        ("broken.json", b"[{\"a\": 1}, {\"a\": "),
        ("text.xlsx", b"just text"),
        ("binary.csv", b"a,b\n\0\0\0,\0\n"),
    ] {
        let error = import(&app, name, bytes).await.expect_err(name).to_string();
        assert!(error.starts_with(name) && error.lines().count() <= 3, "{name}: {error}");
        assert_eq!(app.database.value("select version::text from dataset").await, before, "{name}");
    }
}
