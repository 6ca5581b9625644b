//! Tables that strangers import one after the other, with what must become of the cases: the files in `strangers/`. Single
//! tables are read by the tests of `src/import/strangers.rs`.
//!
//! A block begins with `== NAME FLAGS`, then the file. `+= NAME` is a file that is imported behind it, as the same source.
//! Below `=>` stands what is stored and rejected, each in the order of the rows: `ok FIELD=VALUE …`, where a value is a slug,
//! a name or a figure and `-` is unknown, or `no RULE`.

use std::sync::Arc;
use std::time::Duration;

use offer_cases::database::Database;
use offer_cases::import::{ImportFile, ImportOptions, import_files};
use serde_json::Value;

use crate::harness::{Program, TestApp, scratch_dir};

/// A file of a block.
struct Table {
    name: String,
    flags: Vec<String>,
    text: String,
}

/// Tables that are imported one after the other, and what must come of them.
#[derive(Default)]
struct Block {
    tables: Vec<Table>,
    stored: Vec<String>,
    rejected: Vec<String>,
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_expected = false;
    for line in text.lines() {
        let table = |head: &str| {
            let mut words = head.split_whitespace().map(str::to_owned);
            Table { name: words.next().unwrap(), flags: words.collect(), text: String::new() }
        };
        if let Some(head) = line.strip_prefix("== ") {
            blocks.push(Block { tables: vec![table(head)], ..Block::default() });
            is_expected = false;
        } else if let Some(head) = line.strip_prefix("+= ") {
            blocks.last_mut().unwrap().tables.push(table(head));
        } else if line == "=>" {
            is_expected = true;
        } else if let Some(block) = blocks.last_mut().filter(|_| is_expected) {
            block.stored.extend(line.strip_prefix("ok ").map(str::to_owned));
            block.rejected.extend(line.strip_prefix("no ").map(str::to_owned));
        } else if let Some(block) = blocks.last_mut() {
            let table = block.tables.last_mut().unwrap();
            table.text += &format!("{line}\n");
        }
    }
    blocks
}

/// Imports a table as own records; the rules by which rows were rejected.
async fn import(app: &TestApp, table: &Table) -> Result<Vec<String>, String> {
    if !table.flags.is_empty() {
        return import_by_command(app, table);
    }
    let file = ImportFile::of(&table.name, table.text.as_bytes());
    let database = Database::new(app.database.config(), 2, Duration::from_secs(60));
    let outcome = import_files(&database, &[file], "own-records", &ImportOptions::default(), &Arc::default()).await;
    let outcome = outcome.map_err(|error| error.to_string())?;
    Ok(outcome.reports[0].findings.rejections.iter().map(|reason| reason.rule.to_string()).collect())
}

fn import_by_command(app: &TestApp, table: &Table) -> Result<Vec<String>, String> {
    let scratch = scratch_dir();
    let (path, report) = (scratch.path().join(&table.name), scratch.path().join("report.json"));
    std::fs::write(&path, &table.text).unwrap();
    let mut command = Program::command(&["import", path.to_str().unwrap(), "--source", "own-records", "--report"]);
    let command = command.arg(&report).args(&table.flags).env("DATABASE_URL", app.database.url());
    let output = command.output().unwrap();
    let text = std::fs::read_to_string(&report).map_err(|_| String::from_utf8_lossy(&output.stderr).into_owned())?;
    let report: Value = serde_json::from_str(&text).unwrap();
    let rejections = report[0]["rejections"].as_array().unwrap();
    Ok(rejections.iter().map(|reason| reason["rule"].as_str().unwrap().to_owned()).collect())
}

/// What a case says of a field, in all ways in which it may be written.
fn said(case: &Value, field: &str) -> Vec<String> {
    let value = case[field].clone();
    match &value {
        Value::Null => vec!["-".to_owned()],
        Value::Object(entry) => ["slug", "name"].map(|name| entry[name].as_str().unwrap_or_default().to_owned()).into(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string().trim_end_matches(".0").to_owned()],
    }
}

/// The fields and values of an expectation; a value with spaces stands in double quotes.
fn pairs(expected: &str) -> Vec<(String, String)> {
    let pair = regex::Regex::new(r#"(\w+)=(?:"([^"]*)"|(\S+))"#).unwrap();
    let text = |captures: &regex::Captures<'_>| {
        captures.get(2).or(captures.get(3)).map_or(String::new(), |value| value.as_str().to_owned())
    };
    pair.captures_iter(expected).map(|captures| (captures[1].to_owned(), text(&captures))).collect()
}

/// What of a block is not as it must be.
async fn wrong(app: &TestApp, block: &Block) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut rejected = Vec::new();
    for table in &block.tables {
        match import(app, table).await {
            Ok(rules) => rejected.extend(rules),
            Err(error) => wrong.push(format!("it is refused: {error}")),
        }
    }
    let parameters = [("source", "own-records"), ("limit", "200"), ("include", "source,raw")];
    let mut cases = app.get("/api/v1/offer-cases", &parameters).await.items();
    cases.sort_by_key(|case| (case["source_row"].as_i64(), case["created_at"].as_str().map(str::to_owned)));
    if cases.len() != block.stored.len() {
        wrong.push(format!("{} cases are stored, not {}", cases.len(), block.stored.len()));
    }
    if rejected != block.rejected {
        wrong.push(format!("rejected by {rejected:?}, not by {:?}", block.rejected));
    }
    for (case, expected) in cases.iter().zip(&block.stored) {
        for (field, value) in pairs(expected) {
            let said = said(case, &field);
            if !said.contains(&value) {
                wrong.push(format!("`{expected}`: {field} is {said:?}; raw {}", case["raw"]));
            }
        }
    }
    app.database
        .execute("delete from offer_case_revisions; delete from offer_cases where source_key <> '' and import_id > 1")
        .await;
    wrong
}

async fn check(text: &str) {
    let app = TestApp::seeded().await;
    let mut all = Vec::new();
    for block in blocks(text) {
        let name = &block.tables[0].name;
        all.extend(wrong(&app, &block).await.into_iter().map(|wrong| format!("{name}: {wrong}")));
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

/// A test for each file.
macro_rules! tables {
    ($($(#[$meta:meta])* $name:ident: $file:literal;)+) => {
        $( $(#[$meta])* #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            check(include_str!(concat!("strangers/", $file, ".txt"))).await;
        } )+
    };
}

tables! {
    no_table_turns_a_case_of_another_into_its_own: "identity";
    nor_does_one_of_a_friend_or_a_later_version: "more_identity";
}
