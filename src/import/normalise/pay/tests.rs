//! The spellings of pay in `spellings.csv`, each read in a table of its own.

use std::collections::BTreeMap;

use super::super::decimal::Hundredths;
use super::super::pay_table::{PayMemos, PayRow, PayTable};
use super::super::rules::Extract;
use super::super::tests::catalog;
use super::currencies::Currency;
use crate::catalog::cities::city_in;
use crate::import::read::Table;
use crate::import::read::column::Column;
use crate::import::read::header::{Columns, PAY};
use crate::model::case::Field;
use crate::model::value::Value;
use crate::word_tables;

/// A spelling: below a header, in a table of this kind, with these cells beside it (`城市=北京`), an option (`--currency=USD`)
/// or other cells of the column (`column=7.9/5.3`); what is right of it, nothing where there is no figure; and why.
#[derive(Debug, serde::Deserialize)]
struct Spelling {
    kind: String,
    table: String,
    header: String,
    beside: String,
    cell: String,
    reads: String,
    why: String,
}

/// The figures of a spelling by the names that the table has for them.
const FIGURES: [(&str, Field, Option<Field>); 7] = [
    ("year", Field::PayAnnualMin, Some(Field::PayAnnualMax)),
    ("base", Field::PayMonthlyBase, None),
    ("month", Field::PayMonthlyMin, Some(Field::PayMonthlyMax)),
    ("months", Field::PayMonths, None),
    ("stock", Field::PayStockAnnual, None),
    ("sign_on", Field::PaySignOn, None),
    ("year_base", Field::PayAnnualBase, None),
];

impl Spelling {
    /// The header of the table, and its row up to the cell.
    fn table(&self) -> ([&'static str; 2], [&'static str; 2]) {
        match self.table.as_str() {
            "zh" => (["公司", "岗位"], ["百度", "后端开发"]),
            "zh-foreign" => (["公司", "岗位"], ["Google", "软件工程师"]),
            "en" => (["company", "role"], ["Acme", "Backend Engineer"]),
            "en-zh" => (["company", "role"], ["腾讯", "后端开发"]),
            "tw" => (["公司名稱", "職稱"], ["台灣大哥大", "軟體工程師"]),
            "ja" => (["会社", "職種"], ["楽天", "エンジニア"]),
            other => panic!("no table is called {other}"),
        }
    }

    /// What is read in it. Whole rows are read in `readings.csv`; here a table is as little of one as may be, since there
    /// are many.
    fn read(&self) -> Extract {
        let (names, values) = self.table();
        let mut header = vec![names[0].to_owned(), names[1].to_owned(), self.header.clone()];
        let mut row = vec![values[0].to_owned(), values[1].to_owned(), self.cell.clone()];
        let (mut option, mut column) = (None, Vec::new());
        for (name, value) in self.beside.split("; ").filter_map(|beside| beside.split_once('=')) {
            match name {
                "--currency" => option = Currency::of_code(value),
                "column" => column = value.split('/').collect(),
                _ => {
                    header.push(name.to_owned());
                    row.push(value.to_owned());
                }
            }
        }
        let map = [
            (names[0].to_owned(), Field::Company.into()),
            (names[1].to_owned(), Field::Role.into()),
            (self.header.clone(), PAY.into()),
        ];
        let columns = Columns::of(&header, &map).expect("columns");
        let mut rows = vec![row.clone()];
        for cell in column {
            let mut other = row.clone();
            cell.clone_into(&mut other[2]);
            rows.push(other);
        }
        let read = Table { header, columns, sheet: None, first_rows: rows };
        let mut table = PayTable::of(&read, catalog());
        table.assume(option);
        let columns = &read.columns;
        let city_cell = columns.cell(&row, Field::City);
        let beside = PayRow {
            company: values[0],
            role: values[1],
            city_cell,
            city: city_cell.and_then(|cell| city_in(cell, catalog()).ok()),
            currency: columns.cell(&row, Field::PayCurrency),
            period: columns.cell(&row, Column::PayPeriod),
            catalog: catalog(),
        };
        let mut memos = PayMemos::default();
        let context = memos.context(&beside, &table);
        memos.read(&self.cell, PAY, context, &table).cloned().expect("a column of pay")
    }
}

/// What a cell says of pay, as the table writes it.
fn written(read: &Extract) -> String {
    let figure = |field: Field| match read.get(field) {
        Some(Value::Number(number)) => Some(number.to_string()),
        Some(Value::Hundredths(amount)) => {
            let text = Hundredths(*amount).to_string();
            Some(text.trim_end_matches('0').trim_end_matches('.').to_owned())
        }
        _ => None,
    };
    let currency = match read.get(Field::PayCurrency) {
        Some(Value::Text(code)) => Some(code.clone()),
        _ => None,
    };
    let figures = FIGURES.iter().filter_map(|(name, low, high)| {
        let low = figure(*low)?;
        let high = high.and_then(figure).filter(|high| *high != low);
        Some(format!("{name}={low}{}", high.map(|high| format!("..{high}")).unwrap_or_default()))
    });
    currency.into_iter().chain(figures).collect::<Vec<_>>().join(" ")
}

/// Of one kind of spellings.
#[derive(Debug, Default)]
struct Measure {
    with_figures: usize,
    read: usize,
    without: usize,
    wrong: Vec<String>,
    unread: Vec<String>,
}

#[test]
fn no_spelling_of_pay_is_read_wrong_and_nearly_all_are_read() {
    let spellings: Vec<Spelling> = word_tables::rows(include_str!("spellings.csv"));
    let mut kinds: BTreeMap<&str, Measure> = BTreeMap::new();
    for spelling in &spellings {
        let read = spelling.read();
        let (found, right) = (written(&read), &spelling.reads);
        let measure = kinds.entry(&spelling.kind).or_default();
        let told = || {
            let Spelling { table, header, beside, cell, why, .. } = spelling;
            format!("{table} {header} {beside} `{cell}` reads {found:?} and not {right:?} {why} {:?}", read.remark)
        };
        let (found_parts, right_parts): (Vec<&str>, Vec<&str>) =
            (found.split(' ').collect(), right.split(' ').collect());
        if found_parts.iter().any(|part| !part.is_empty() && !right_parts.contains(part)) {
            measure.wrong.push(told());
        }
        if right.is_empty() {
            measure.without += 1;
            continue;
        }
        measure.with_figures += 1;
        if found == *right {
            measure.read += 1;
        } else {
            measure.unread.push(told());
        }
    }
    let mut text = String::from("kind | with figures | read | without | wrong\n");
    for (kind, Measure { with_figures, read, without, wrong, .. }) in &kinds {
        text += &format!("{kind} | {with_figures} | {read} | {without} | {}\n", wrong.len());
    }
    let all = |number: fn(&Measure) -> usize| kinds.values().map(number).sum::<usize>();
    let (with_figures, read, wrong) = (all(|it| it.with_figures), all(|it| it.read), all(|it| it.wrong.len()));
    let share = read as f64 / with_figures as f64;
    println!("{text}all | {with_figures} | {read} ({:.1} %) | {} | {wrong}", share * 100.0, all(|it| it.without));
    for measure in kinds.values() {
        measure.unread.iter().chain(&measure.wrong).for_each(|line| println!("{line}"));
    }
    assert!(
        spellings.len() >= 600 && all(|it| it.without) * 10 >= spellings.len() * 3,
        "{} spellings",
        spellings.len()
    );
    assert_eq!(wrong, 0);
    assert!(share >= 0.95, "{share}");
}

#[test]
fn a_cell_of_the_months_column_is_read() {
    for (cell, expected) in [
        ("15", Some("15.00")),
        ("15薪", Some("15.00")),
        ("14.5", Some("14.50")),
        ("12+3", Some("15.00")),
        ("十四薪", Some("14.00")),
        ("14个月", Some("14.00")),
        ("13-16", None),
        ("8", None),
        ("40", None),
        ("20k", None),
        ("不定", None),
    ] {
        let months = super::read_months(cell).ok().flatten().map(|months| months.to_string());
        assert_eq!(months.as_deref(), expected, "{cell}");
    }
}
