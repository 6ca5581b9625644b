//! All cases as a workbook, read back by another library.

use std::io::{Cursor, Read};

use calamine::{Data, DataType, ExcelDateTime, Reader, Xlsx};
use chrono::{DateTime, SubsecRound, Utc};

use crate::exports::{rows, store_nasty};
use crate::harness::TestApp;

/// What was downloaded, and the type that it was said to be.
async fn download(app: &TestApp, query: &str) -> (String, Vec<u8>) {
    let response = app.start(&format!("/api/v1/offer-cases.xlsx{query}")).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-encoding"], "identity", "it is compressed already");
    let content_type = response.headers()["content-type"].to_str().unwrap().to_owned();
    (content_type, response.bytes().await.unwrap().to_vec())
}

/// The cells of the one sheet, row by row.
fn cells(workbook: &[u8]) -> Vec<Vec<Data>> {
    let mut workbook: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(workbook)).unwrap();
    assert_eq!(workbook.sheet_names(), ["offer-cases", "说明 notes"]);
    let notes = workbook.worksheet_range("说明 notes").unwrap();
    assert!(notes.get((0, 1)).unwrap().to_string().starts_with("Only offers are stored"), "{notes:?}");
    assert!(workbook.worksheet_formula("offer-cases").unwrap().is_empty(), "no cell is a formula");
    workbook.worksheet_range("offer-cases").unwrap().rows().map(<[Data]>::to_vec).collect()
}

/// A text as it was before a table of texts kept it from being run.
fn before_kept(cell: &str) -> &str {
    let runs = |text: &str| {
        text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
    };
    cell.strip_prefix('\'').filter(|behind| runs(behind)).unwrap_or(cell)
}

/// An instant to the thousandth of a second.
fn shown(time: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, thousandth) = time.to_ymd_hms_milli();
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{thousandth:03}")
}

/// Whether a cell says what the cell of a table of texts says.
fn says(cell: &Data, column: &str, text: &str) -> bool {
    match cell {
        Data::Empty => text.is_empty(),
        Data::String(words) => words == before_kept(text),
        Data::Float(number) => text.parse() == Ok(*number),
        Data::DateTime(time) if column.ends_with("_at") => {
            let instant = text.parse::<DateTime<Utc>>().unwrap().round_subsecs(3);
            shown(time) == instant.format("%Y-%m-%d %H:%M:%S%.3f").to_string()
        }
        Data::DateTime(time) => shown(time) == format!("{text} 00:00:00.000"),
        other => panic!("{other:?} in {column}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_has_every_cell_of_the_table_as_what_it_is() {
    let app = TestApp::seeded().await;
    store_nasty(&app).await;
    let known = "offered_on = '2026-03-01', offered_precision = 'month', pay_annual_min = 300000, \
                 pay_annual_max = 350000, pay_currency = 'CNY', pay_monthly_base = 20000.55, pay_months = 15.5, \
                 interview_rounds = 4, preparation_days = 0, city_id = (select id from cities where slug = 'beijing'), conflicts = '{two tiers,\"a;b\"}'";
    app.database.execute(&format!("update offer_cases set {known} where source_row % 2 = 0")).await;
    let before_1900 = "offered_on = '1900-02-28', offered_precision = 'day'";
    app.database.execute(&format!("update offer_cases set {before_1900} where source_row = 1")).await;
    for query in ["", "?include=raw,source,revisions&sort=company", "?fields=summary,id,offered_on", "?q=nothing"] {
        let table = rows(&app.get_raw(&format!("/api/v1/offer-cases.csv{query}")).await);
        let (content_type, workbook) = download(&app, query).await;
        assert_eq!(content_type, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        let cells = cells(&workbook);
        assert_eq!(cells.len(), table.len(), "{query}");
        for (cells, texts) in cells.iter().zip(&table) {
            for ((column, text), cell) in table[0].iter().zip(texts).zip(cells) {
                assert!(says(cell, column, text), "{column} of {query}: {cell:?} is not {text:?}");
            }
        }
        let kinds = |name: &str| {
            let column = table[0].iter().position(|column| column == name).unwrap();
            cells[1..].iter().map(|row| row[column].clone()).filter(|cell| !cell.is_empty()).collect::<Vec<_>>()
        };
        if query.is_empty() {
            assert!(kinds("pay_annual_min").len() == 7 && kinds("pay_annual_min").iter().all(Data::is_float));
            assert!(kinds("preparation_days").iter().all(Data::is_float) && kinds("updated_at").len() == 28);
            assert_eq!(kinds("offered_on").iter().filter(|cell| cell.is_datetime()).count(), 7);
            assert_eq!(kinds("offered_on").iter().filter(|cell| cell.is_string()).count(), 1, "before 1900-03-01");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_keeps_its_header_in_sight_and_links_to_nothing() {
    let app = TestApp::seeded().await;
    app.database.execute("update offer_cases set summary = 'https://example.org/' where source_row = 1").await;
    let (_, workbook) = download(&app, "?fields=id,summary").await;
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut sheet = String::new();
    archive.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut sheet).unwrap();
    let sheet = roxmltree::Document::parse(&sheet).unwrap();
    let all = |name: &str| sheet.descendants().filter(|node| node.has_tag_name(name)).count();
    let pane = sheet.descendants().find(|node| node.tag_name().name() == "pane").expect("a frozen row");
    assert_eq!((pane.attribute("ySplit"), pane.attribute("state")), (Some("1"), Some("frozen")));
    let widths = sheet.descendants().filter(|node| node.tag_name().name() == "col");
    assert!(widths.filter_map(|node| node.attribute("width")?.parse().ok()).all(|width: f64| width > 30.0));
    assert_eq!((all("hyperlink"), all("f")), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_cell_has_room_for_is_refused_and_not_cut() {
    let app = TestApp::seeded().await;
    // Signs of two units each, as a spreadsheet counts them.
    let long =
        |units: usize| format!("update offer_cases set summary = repeat('🎉', {}) where source_row = 3", units / 2);
    app.database.execute(&long(32_766)).await;
    let (_, workbook) = download(&app, "?fields=summary").await;
    assert!(cells(&workbook).iter().flatten().any(|cell| cell.as_string().is_some_and(|text| text.len() == 65_532)));
    app.database.execute(&long(32_768)).await;
    let problem = app.get_raw("/api/v1/offer-cases.xlsx").await.problem(422);
    assert_eq!(problem["code"], "does_not_fit");
    let detail = problem["detail"].as_str().unwrap();
    assert!(
        detail.contains("`summary` of the case ") && detail.contains("32767") && detail.contains("CSV"),
        "{detail}"
    );
    download(&app, "?fields=id").await;
}
