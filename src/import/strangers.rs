//! Tables as strangers made them, kind by kind, with what must come of them: the files in `strangers/`, read with the seed.
//!
//! A block begins with `== NAME FLAGS`, then the file. Below `=>` stands what is stored and rejected, each in the order of
//! the rows: `ok FIELD=VALUE …`, where a value is a slug, a name or a figure and `-` is unknown, or `no RULE`. `raw has TEXT`
//! and `raw lacks TEXT` say what stands in raw rows and summaries, and what must not. Blocks of several files, which say what
//! becomes of the cases that are there, are read by the tests of the service.

use serde_json::Value as Json;

use super::key::RowKeys;
use super::key_column::{KeyTrust, key_column};
use super::normalise::pay::currencies::Currency;
use super::normalise::tests::{catalog, source};
use super::normalise::{NormalisedRow, role_family};
use super::read::header::{KEY, column_named};
use super::read::{self, Input, ReadOptions};
use super::report::Remark;
use super::row_reader::RowReader;
use crate::catalog::Entry;
use crate::model::case::Field;
use crate::model::closed_set::ClosedSet;
use crate::model::closed_sets::Degree;
use crate::model::entity::Entity;
use crate::model::field::Kind;
use crate::model::value::Value;

/// A table, and what must come of it.
struct Block {
    name: String,
    flags: Vec<String>,
    text: String,
    stored: Vec<String>,
    rejected: Vec<String>,
    /// Texts, each with whether it must stand in what is kept.
    kept: Vec<(String, bool)>,
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_expected = false;
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("== ") {
            let mut words = head.split_whitespace().map(str::to_owned);
            let (name, flags) = (words.next().expect("a name"), words.collect());
            let (stored, rejected, kept) = (Vec::new(), Vec::new(), Vec::new());
            blocks.push(Block { name, flags, text: String::new(), stored, rejected, kept });
            is_expected = false;
        } else if line == "=>" {
            is_expected = true;
        } else if let Some(block) = blocks.last_mut().filter(|_| is_expected) {
            block.stored.extend(line.strip_prefix("ok ").map(str::to_owned));
            block.rejected.extend(line.strip_prefix("no ").map(str::to_owned));
            let kept = |prefix: &str, has: bool| Some((line.strip_prefix(prefix)?.to_owned(), has));
            block.kept.extend(kept("raw has ", true).or_else(|| kept("raw lacks ", false)));
        } else if let Some(block) = blocks.last_mut() {
            block.text += &format!("{line}\n");
        }
    }
    blocks
}

/// What flags of the command line say.
fn options(flags: &[String]) -> ReadOptions {
    let mut options = ReadOptions::default();
    let mut words = flags.iter();
    while let Some(flag) = words.next() {
        let mut next = || words.next().expect("a value").as_str();
        let pair =
            |text: &str| text.rsplit_once('=').map(|(left, right)| (left.to_owned(), right.to_owned())).expect("=");
        match flag.as_str() {
            "--currency" => options.currency = Some(Currency::of_code(next()).expect("a currency")),
            "--no-header" => {}
            "--columns" => {
                let columns = next().split(',').map(|name| column_named(name).expect("a column"));
                options.columns = Some(columns.collect());
            }
            "--set" => {
                let (field, value) = pair(next());
                options.constants.push((column_named(&field).expect("a column"), value));
            }
            "--map" => {
                let (header, field) = pair(next());
                options.map.push((header, column_named(&field).expect("a column")));
            }
            "--key" => options.map.push((next().to_owned(), KEY.into())),
            other => panic!("the flag {other} is not known here"),
        }
    }
    options
}

/// What becomes of the rows of a table.
fn read_table(block: &Block) -> Result<Vec<Result<NormalisedRow, Remark>>, String> {
    let (input, options) = (Input::Bytes(block.text.as_bytes().into()), options(&block.flags));
    let open = || read::open(&block.name, &input, &options, Some(catalog()));
    let reading = open().map_err(|error| error.to_string())?;
    let keys = key_column(KeyTrust::default().of(&options), open).map_err(|error| error.to_string())?;
    let own = catalog().directory(Entity::Source).by_slug("own-records").unwrap_or_else(|| source());
    let reader = RowReader::new(&reading.table, Some(own), catalog(), None, false).expect("a table");
    let mut reader = reader.with_keys(RowKeys::new(&block.name, keys));
    reader.assume(options.currency);
    reading.rows.map(|row| Ok(reader.read(&row.map_err(|error| error.to_string())?))).collect()
}

/// What a row says of a field, in all ways in which it may be written.
fn said(row: &NormalisedRow, name: &str) -> Vec<String> {
    let values = &row.case.values;
    if name == "role_family" {
        let family = match values.get(Field::Role) {
            Some(Value::Reference(id)) => catalog()
                .directory(Entity::Role)
                .get(*id)
                .and_then(|role| role.text("family"))
                .unwrap_or("-")
                .to_owned(),
            Some(Value::NewEntry(title)) => role_family::guess(title).map_or("other", ClosedSet::slug).to_owned(),
            _ => "-".to_owned(),
        };
        return vec![family];
    }
    let field = match (name, values.get(Field::HighestDegree)) {
        ("school_tier", Some(Value::Member(degree))) => match Degree::from_slug(degree) {
            Some(Degree::Doctor) => Field::DoctorTier,
            Some(Degree::Master) => Field::MasterTier,
            _ => Field::BachelorTier,
        },
        ("school_tier", _) => return vec!["-".to_owned()],
        _ => Field::named(name).unwrap_or_else(|| panic!("there is no field {name}")),
    };
    match (values.get(field).filter(|_| values.is_known(field)), field.kind()) {
        (None, _) => vec!["-".to_owned()],
        (Some(Value::Reference(id)), Kind::Reference(entity)) => {
            let names = |entry: &Entry| vec![entry.slug().to_owned(), entry.name().to_owned()];
            catalog().directory(entity).get(*id).map(names).unwrap_or_default()
        }
        (Some(Value::Hundredths(amount)), _) => {
            let text = super::normalise::decimal::Hundredths(*amount).to_string();
            vec![text.trim_end_matches('0').trim_end_matches('.').to_owned()]
        }
        (Some(Value::Number(number)), _) => vec![number.to_string()],
        (Some(Value::Date(date)), _) => vec![date.to_string()],
        (Some(Value::Member(slug)), _) => vec![(*slug).to_owned()],
        (Some(Value::Text(text) | Value::NewEntry(text)), _) => vec![text.clone()],
        (Some(other), _) => vec![format!("{other:?}")],
    }
}

/// The fields and values of an expectation; a value with spaces stands in double quotes.
fn pairs(expected: &str) -> Vec<(String, String)> {
    let pair = regex::Regex::new(r#"(\w+)=(?:"([^"]*)"|(\S+))"#).expect("a pattern");
    let text = |captures: &regex::Captures<'_>| {
        captures.get(2).or(captures.get(3)).map_or(String::new(), |value| value.as_str().to_owned())
    };
    pair.captures_iter(expected).map(|captures| (captures[1].to_owned(), text(&captures))).collect()
}

/// What of a block is not as it must be.
fn wrong(block: &Block) -> Vec<String> {
    let rows = match read_table(block) {
        Ok(rows) => rows,
        Err(error) => return vec![format!("it is refused: {error}")],
    };
    let mut wrong = Vec::new();
    let rejected: Vec<&str> = rows.iter().filter_map(|row| row.as_ref().err()).map(|reason| &*reason.rule).collect();
    let stored: Vec<&NormalisedRow> = rows.iter().filter_map(|row| row.as_ref().ok()).collect();
    if stored.len() != block.stored.len() {
        wrong.push(format!("{} cases are stored, not {}", stored.len(), block.stored.len()));
    }
    if rejected != block.rejected {
        wrong.push(format!("rejected by {rejected:?}, not by {:?}", block.rejected));
    }
    let raw = |row: &NormalisedRow| match row.case.values.get(Field::Raw) {
        Some(Value::Json(raw)) => raw.clone(),
        _ => Json::Null,
    };
    for (row, expected) in stored.iter().zip(&block.stored) {
        for (field, value) in pairs(expected) {
            let said = said(row, &field);
            if !said.contains(&value) {
                wrong.push(format!("`{expected}`: {field} is {said:?}; raw {}", raw(row)));
            }
        }
    }
    let kept = |row: &&NormalisedRow| format!("{} {:?}", raw(row), row.case.values.get(Field::Summary));
    let kept: String = stored.iter().map(kept).collect();
    for (text, has) in &block.kept {
        if kept.contains(text.as_str()) != *has {
            wrong.push(format!("`{text}` is {}there: {kept}", if *has { "not " } else { "" }));
        }
    }
    wrong
}

fn check(text: &str) {
    let blocks = blocks(text);
    let all: Vec<String> = blocks
        .iter()
        .flat_map(|block| wrong(block).into_iter().map(|wrong| format!("{}: {wrong}", block.name)))
        .collect();
    assert!(all.is_empty(), "{} of {} blocks:\n{}", all.len(), blocks.len(), all.join("\n"));
}

/// A test for each file.
macro_rules! tables {
    ($($name:ident: $file:literal;)+) => {
        $( #[test]
        fn $name() {
            check(include_str!(concat!("strangers/", $file, ".txt")));
        } )+
    };
}

tables! {
    rows_that_were_no_offers_are_not_stored: "outcome";
    no_figure_of_pay_is_guessed: "pay";
    tables_of_every_shape_are_read: "shapes";
    names_are_known_however_they_are_written_and_never_confused: "names";
    more_cities: "more_cities";
    more_dates: "more_dates";
    more_education: "more_education";
    more_headers: "more_headers";
    more_names: "more_names";
    more_outcome: "more_outcome";
    more_pay: "more_pay";
    more_private: "more_private";
    more_shapes: "more_shapes";
}
