//! All cases as CSV and NDJSON, some fields of them, and what a client takes.

use std::process::Command;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, CaseBuilder, TestApp};

/// The media type of a workbook.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The rows of a CSV answer, header first.
pub fn rows(answer: &Answer) -> Vec<Vec<String>> {
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/csv; charset=utf-8; header=present"));
    let text = answer.text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// The lines of an NDJSON answer.
pub fn lines(answer: &Answer) -> Vec<Value> {
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/x-ndjson"));
    assert!(answer.text.is_empty() || answer.text.ends_with('\n'));
    answer.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The cell of a value of JSON.
pub fn as_cell(value: &Value) -> String {
    let is_word = |item: &Value| item.as_str().is_some_and(|text| !text.contains([';', '；', '\n']));
    match value {
        Value::Null => String::new(),
        Value::String(text) => safe(text),
        Value::Number(number) if number.is_f64() => number.as_f64().unwrap().to_string(),
        Value::Array(items) if items.iter().all(is_word) => {
            safe(&items.iter().map(|item| item.as_str().unwrap()).collect::<Vec<_>>().join(";"))
        }
        other => other.to_string(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn csv_and_ndjson_give_every_case_that_the_list_gives_in_its_order() {
    let app = TestApp::seeded().await;
    for filter in [vec![], vec![("major", "工科"), ("sort", "company")], vec![("school_tier", "986 x")]] {
        let list = app.get("/api/v1/offer-cases", &[&filter[..], &[("limit", "200")]].concat()).await;
        let csv = app.get("/api/v1/offer-cases.csv", &filter).await;
        let ndjson = app.get("/api/v1/offer-cases.ndjson", &filter).await;
        if list.status != 200 {
            assert_eq!((csv.status, ndjson.status), (400, 400));
            continue;
        }
        let items = list.items();
        assert_eq!(lines(&ndjson), items);
        let rows = rows(&csv);
        let (header, rows) = rows.split_first().unwrap();
        assert_eq!(rows.len(), items.len());
        for (row, item) in rows.iter().zip(&items) {
            for (column, cell) in header.iter().zip(row) {
                let value = item.get(column).cloned().unwrap_or_else(|| {
                    let (field, part) = column.split_once("_name").unwrap();
                    item[field][format!("name{part}")].clone()
                });
                let value = if value.is_object() { value["slug"].clone() } else { value };
                assert_eq!(*cell, as_cell(&value), "{column}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_thin_every_form_and_stand_in_the_order_that_was_asked_for() {
    let app = TestApp::seeded().await;
    let fields = ("fields", "pay_annual_min,company,id");
    let page = app.get("/api/v1/offer-cases", &[fields, ("limit", "2"), ("count", "exact")]).await.ok();
    assert_eq!(page["total"], 14);
    for case in page["items"].as_array().unwrap() {
        let mut names: Vec<&str> = case.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["company", "id", "pay_annual_min"]);
    }
    let csv = rows(&app.get("/api/v1/offer-cases.csv", &[fields]).await);
    assert_eq!(csv[0], ["pay_annual_min", "company", "company_name", "company_name_en", "id"]);
    assert_eq!(csv.len(), 15);
    let ndjson = lines(&app.get("/api/v1/offer-cases.ndjson", &[fields]).await);
    assert_eq!(&ndjson[..2], page["items"].as_array().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thin_case_has_the_very_values_of_the_whole_one() {
    let app = TestApp::seeded().await;
    let known = "offered_on = '2026-03-01', offered_precision = 'month', pay_annual_min = 300000, \
                 pay_annual_max = 350000, pay_currency = 'CNY', pay_monthly_base = 20000.5, pay_months = 15.5, interview_rounds = 4, \
                 preparation_days = 60, city_id = (select id from cities where slug = 'beijing'), conflicts = '{two tiers}'";
    app.database.execute(&format!("update offer_cases set {known} where source_row % 2 = 0")).await;
    for include in [None, Some(("include", "source,raw,revisions"))] {
        let whole = app.get("/api/v1/offer-cases", include.as_slice()).await.items();
        let names: Vec<&String> = whole[0].as_object().unwrap().keys().collect();
        let always: Vec<&str> = names.iter().map(|name| name.as_str()).filter(|name| !on_request(name)).collect();
        let get = async |fields: &str| {
            app.get("/api/v1/offer-cases", &[include.as_slice(), &[("fields", fields)]].concat()).await.items()
        };
        assert_eq!(get(&always.join(",")).await, whole);
        for name in always {
            for (thin, whole) in get(name).await.iter().zip(&whole) {
                assert_eq!(thin[name], whole[name], "{name}");
                assert!(thin.as_object().unwrap().keys().all(|key| key == name || on_request(key)), "{thin}");
            }
        }
    }
}

/// Whether a field is one that only `include` gives.
fn on_request(name: &str) -> bool {
    ["source", "source_key", "source_row", "raw", "revisions"].contains(&name)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_included_stands_in_every_form() {
    let app = TestApp::seeded().await;
    app.database.execute("update offer_cases set city_id = (select id from cities where slug = 'beijing'), revision = revision + 1 where source_row = 1").await;
    let parameters = [("include", "raw,source,revisions"), ("fields", "id")];
    let list = app.get("/api/v1/offer-cases", &parameters).await.items();
    let ndjson = lines(&app.get("/api/v1/offer-cases.ndjson", &parameters).await);
    assert_eq!(ndjson, list);
    let csv = rows(&app.get("/api/v1/offer-cases.csv", &parameters).await);
    let header = ["id", "source", "source_name", "source_name_en", "source_key", "source_row", "raw", "revisions"];
    assert_eq!(csv[0], header);
    for (row, case) in csv[1..].iter().zip(&list) {
        assert_eq!((&row[1], &row[5]), (&as_cell(&case["source"]["slug"]), &as_cell(&case["source_row"])));
        assert_eq!(serde_json::from_str::<Value>(&row[6]).unwrap(), case["raw"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_chosen_by_the_address_and_whoever_asks_for_it_elsewhere_is_told_the_address() {
    let app = TestApp::seeded().await;
    let list = "/api/v1/offer-cases";
    for (accept, elsewhere) in [
        ("*/*", None),
        ("application/json", None),
        ("text/html,application/xhtml+xml,*/*;q=0.8", None),
        ("text/csv, application/json;q=0.1", None),
        ("text/csv;q=0, text/html", None),
        ("text/html", None),
        ("image/*", None),
        ("no media type", None),
        ("text/csv", Some(".csv")),
        ("text/csv; charset=utf-8, application/problem+json", Some(".csv")),
        ("application/json;q=0, text/csv", Some(".csv")),
        ("application/x-ndjson", Some(".ndjson")),
        ("application/ndjson", Some(".ndjson")),
        ("application/jsonl", Some(".ndjson")),
        ("application/x-jsonlines, application/problem+json", Some(".ndjson")),
        (XLSX, Some(".xlsx")),
    ] {
        let answer = app.request(Method::GET, list, &[("accept", accept)]).await;
        match elsewhere {
            None => assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"), "{accept}"),
            Some(ending) => {
                let problem = answer.problem(406);
                let address = format!("{list}{ending}.");
                assert!(problem["detail"].as_str().unwrap().ends_with(&address), "{accept}: {problem}");
            }
        }
        // Each address has one form, whatever is said of others.
        let xlsx = app.request(Method::HEAD, &format!("{list}.xlsx"), &[("accept", accept)]).await;
        assert_eq!((xlsx.status, xlsx.header("content-type")), (200, XLSX), "{accept}");
        let csv = app.request(Method::GET, &format!("{list}.csv"), &[("accept", accept)]).await;
        assert_eq!(rows(&csv).len(), 15, "{accept}");
        let ndjson = app.request(Method::GET, &format!("{list}.ndjson"), &[("accept", accept)]).await;
        assert_eq!(lines(&ndjson).len(), 14, "{accept}");
    }
    for query in ["format=csv", "format=json", "output_format=ndjson"] {
        let problem = app.get_raw(&format!("{list}?{query}")).await.problem(400);
        let message = problem["errors"][0]["message"].as_str().unwrap().to_owned();
        let address = message.split_whitespace().find(|word| word.starts_with("/api/")).expect("an address");
        app.get_raw(address).await.text.lines().next().expect("what stands there");
        assert!(message.contains("/api/v1/offer-cases.csv"), "{message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_is_called_by_what_it_is_and_known_again() {
    let app = TestApp::seeded().await;
    for ending in ["csv", "ndjson", "xlsx"] {
        let target = format!("/api/v1/offer-cases.{ending}");
        let answer = app.get_raw(&target).await;
        let version = answer.header("dataset-version").split('-').next().unwrap().to_owned();
        let day = answer.header("content-disposition").strip_prefix("attachment; filename=\"offer-cases-").unwrap();
        let day = day.strip_suffix(&format!("-version-{version}.{ending}\"")).unwrap_or_else(|| panic!("{answer:?}"));
        assert!(day.parse::<chrono::NaiveDate>().is_ok(), "{day}");
        let known = [("if-none-match", answer.header("etag"))];
        assert_eq!(app.request(Method::GET, &target, &known).await.status, 304, "{target}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_compressed_as_the_client_likes() {
    let app = TestApp::seeded().await;
    for target in ["/api/v1/offer-cases", "/api/v1/offer-cases.csv"] {
        for encoding in ["gzip", "br", "zstd"] {
            let answer = app.head_of(target, &[("accept-encoding", encoding)]).await;
            assert_eq!((answer.0, answer.1.as_str()), (200, encoding), "{target}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_for_pages_is_refused_for_a_stream() {
    let app = TestApp::seeded().await;
    for query in [".csv?limit=5", ".ndjson?count=exact", ".csv?cursor=x", ".ndjson?bom=true", "?bom=true", ".csv?bom=1"]
    {
        let problem = app.get_raw(&format!("/api/v1/offer-cases{query}")).await.problem(400);
        let name = query.split(['?', '=']).nth(1).unwrap();
        assert_eq!(problem["errors"][0]["parameter"], name, "{query}");
    }
    // What a documentation page or a generated client fills in by itself says nothing.
    let filled_in = app.get_raw("/api/v1/offer-cases.csv?bom=true&sort=-offered_on&company=").await;
    assert_eq!(filled_in.text, app.get_raw("/api/v1/offer-cases.csv").await.text);
}

/// Cells that break careless writers and readers.
const NASTY: &[&str] = &[
    "=HYPERLINK(\"http://example.org\")",
    "+86 13800000000",
    "-1+1",
    "@SUM(A1:A9)",
    "他说：\"可以\"，然后\n换行",
    "逗号,分号;制表\t结束",
    "\r\n开头换行",
    "＝全角等号",
    "'引号开头",
    "'=引号等号",
    "0012",
    "2024-05-01",
    "end with space ",
    "emoji 🎉 和 CJK 𠮷",
];

pub async fn store_nasty(app: &TestApp) {
    for (number, text) in NASTY.iter().enumerate() {
        CaseBuilder::new(&format!("nasty-{number:02}"), "tencent")
            .with("summary", format!("'{}'", text.replace('\'', "''")))
            .with("preparation_days", number.to_string())
            .store(&app.database)
            .await;
    }
}

/// What a spreadsheet must be shown for a text.
fn safe(text: &str) -> String {
    let runs =
        text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if runs { format!("'{text}") } else { text.to_owned() }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_cell_runs_as_a_formula_and_every_text_comes_through() {
    let app = TestApp::seeded().await;
    store_nasty(&app).await;
    let parameters = [("company", "tencent"), ("sort", "preparation_days"), ("fields", "summary")];
    let csv = rows(&app.get("/api/v1/offer-cases.csv", &parameters).await);
    let cells: Vec<&str> = csv[1..].iter().map(|row| row[0].as_str()).collect();
    assert_eq!(cells, NASTY.iter().map(|text| safe(text)).collect::<Vec<_>>());
    let ndjson = lines(&app.get("/api/v1/offer-cases.ndjson", &parameters).await);
    assert_eq!(ndjson, NASTY.iter().map(|text| json!({"summary": text})).collect::<Vec<_>>());
    let with_bom = app.get("/api/v1/offer-cases.csv", &[]).await.text;
    let without = app.get("/api/v1/offer-cases.csv", &[("bom", "false")]).await.text;
    assert!(without.starts_with("id,company,"), "{}", &without[..40]);
    assert_eq!(with_bom, format!("\u{feff}{without}"));
}

/// The cells of a CSV file as another program reads them, one JSON array of rows; `None` where it is not installed.
fn read_by(program: &str, arguments: &[&str]) -> Option<Value> {
    let output = match Command::new(program).args(arguments).output() {
        Ok(output) => output,
        Err(error) => {
            eprintln!("SKIPPED: {program} is not installed ({error}); what it makes of CSV is not checked");
            return None;
        }
    };
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap_or(Value::Null))
}

#[tokio::test(flavor = "multi_thread")]
async fn other_programs_read_the_same_cells() {
    const PRINT_ROWS: &str = "import csv, json, sys; print(json.dumps(list(csv.reader(open(sys.argv[1], encoding='utf-8-sig', newline='')))))";
    let app = TestApp::seeded().await;
    store_nasty(&app).await;
    let csv = app.get("/api/v1/offer-cases.csv", &[("include", "raw,source")]).await;
    let expected = rows(&csv);
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("cases.csv");
    std::fs::write(&file, &csv.text).unwrap();
    let (file, directory) = (file.to_str().unwrap(), directory.path().to_str().unwrap());
    let Some(by_python) = read_by("python3", &["-c", PRINT_ROWS, file]) else { return };
    assert_eq!(by_python, json!(expected));

    // Every column as text (2), UTF-8 (76), read and written again.
    let columns: Vec<String> = (1..=expected[0].len()).map(|column| format!("{column}/2")).collect();
    let filter = format!("--infilter=CSV:44,34,76,1,{},0,true", columns.join("/"));
    let profile = format!("-env:UserInstallation=file://{directory}/profile");
    let output = format!("{directory}/out");
    let arguments = [
        &profile,
        "--headless",
        &filter,
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true",
        "--outdir",
        &output,
        file,
    ];
    if read_by("soffice", &arguments).is_some() {
        let again = read_by("python3", &["-c", PRINT_ROWS, &format!("{output}/cases.csv")]).unwrap();
        // A spreadsheet ends lines within a cell with LF alone.
        let expected = expected.iter().map(|row| row.iter().map(|cell| cell.replace("\r\n", "\n")).collect::<Vec<_>>());
        assert_eq!(again, json!(expected.collect::<Vec<_>>()));
    }
}

/// Ends the connection of an export while it is read, and whether it is broken off; what ends as a whole has all lines.
async fn break_off(app: &TestApp, lines: usize) -> bool {
    let mut response = app.start("/api/v1/offer-cases.ndjson").await;
    let mut read = response.chunk().await.unwrap().expect("a beginning").to_vec();
    assert!(!read.is_empty());
    app.database
        .execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()")
        .await;
    loop {
        match response.chunk().await {
            Ok(Some(bytes)) => read.extend_from_slice(&bytes),
            Ok(None) => break,
            Err(_) => return true,
        }
    }
    let read = read.iter().filter(|byte| **byte == b'\n').count();
    assert_eq!(read, lines, "the end of a part looked like the end of the whole");
    false
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_breaks_off_does_not_look_whole() {
    let app = TestApp::seeded().await;
    app.database
        .execute(
            "insert into offer_cases (id, company_id, role_id, raw, source_id, source_key, summary)
             select gen_random_uuid(), (select min(id) from companies), (select min(id) from roles), '{}',
                 (select min(id) from sources), number::text, repeat(md5(number::text), 60)
             from generate_series(1, 20000) number",
        )
        .await;
    let whole = lines(&app.get("/api/v1/offer-cases.ndjson", &[]).await);
    assert_eq!(whole.len(), 20_014);
    // On a busy machine all may have been read before its connection ends: then it is whole, and another one is tried.
    let mut is_broken = false;
    for _ in 0..10 {
        is_broken = break_off(&app, whole.len()).await;
        if is_broken {
            break;
        }
    }
    assert!(is_broken, "no export was broken off");
    assert_eq!(app.get("/api/v1/offer-cases", &[]).await.status, 200);
}
