//! Whole rows, with a small catalog made by hand.

use serde_json::json;

use super::sample::{sample, source};
use super::*;
use crate::import::read::header::Columns;

const HEADER: [&str; 14] = [
    "公司",
    "岗位",
    "岗位方向",
    "专业",
    "学历",
    "学校",
    "城市",
    "薪资",
    "日期",
    "渠道",
    "面试轮数",
    "准备时间",
    "标签",
    "备注",
];

/// What becomes of rows of [`HEADER`].
fn rows(rows: &[[&str; 14]]) -> Vec<Result<NormalisedRow, Remark>> {
    let header: Vec<String> = HEADER.iter().map(|header| (*header).to_owned()).collect();
    let columns = Columns::of(&header, &[]).expect("columns");
    let (sample, source) = (sample(), source());
    let mut normaliser = RowNormaliser::new(&header, &columns, &source, &sample).with_derivations();
    let cells = |row: &[&str; 14]| row.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
    rows.iter().enumerate().map(|(place, row)| normaliser.normalise(place + 1, &cells(row))).collect()
}

fn row(row: [&str; 14]) -> NormalisedRow {
    rows(&[row]).remove(0).unwrap_or_else(|rejection| panic!("{rejection}"))
}

fn rejection(row: [&str; 14]) -> &'static str {
    rows(&[row]).remove(0).expect_err("a rejection").rule
}

/// A row that says only company and role.
fn bare<'a>(company: &'a str, role: &'a str) -> [&'a str; 14] {
    [company, role, "", "", "", "", "", "", "", "", "", "", "", ""]
}

#[test]
fn a_full_row_fills_every_field() {
    let row = row([
        "百度",
        "大模型产品经理",
        "应用层",
        "计算机",
        "本科211 硕士985",
        "浙大",
        "北京-海淀",
        "15k*16",
        "2024年5月",
        "校招",
        "三轮",
        "两周",
        "独角兽",
        "金融转产",
    ]);
    assert_eq!(row.remarks, []);
    let known = Field::ALL.iter().filter_map(|field| written(&row, *field).map(|value| (field.name(), value)));
    let volatile = ["id", "raw", "source_key"];
    let expected = [
        ("company", "baidu"),
        ("role", "llm-product"),
        ("role_track", "application"),
        ("major", "computer-science"),
        ("bachelor_tier", "211"),
        ("master_tier", "985"),
        ("highest_degree", "master"),
        ("school", "zhejiang-university"),
        ("offer_channel", "campus"),
        ("city", "北京"),
        ("offered_on", "2024-05-01"),
        ("offered_precision", "month"),
        ("pay_annual_min", "240000"),
        ("pay_annual_max", "240000"),
        ("pay_currency", "CNY"),
        ("pay_monthly_base", "15000.00"),
        ("pay_months", "16.00"),
        ("interview_rounds", "3"),
        ("preparation_days", "14"),
        ("tags", "career-switch, unicorn"),
        ("summary", "金融转产"),
        ("verification", "self_reported"),
        ("source_row", "1"),
    ];
    let known: Vec<_> = known.filter(|(field, _)| !volatile.contains(field)).collect();
    assert_eq!(known, expected.map(|(field, value)| (field, value.to_owned())));
    for (field, is_known) in row.case.known() {
        assert_eq!(is_known, !["doctor_tier", "bachelor_school"].contains(&field), "{field}");
    }
}

/// A value of a row as a reader sees it; `None` = unknown.
fn written(row: &NormalisedRow, field: Field) -> Option<String> {
    let NormalisedCase { company, role, values } = &row.case;
    let named = |named: &Named| match named {
        Named::Known(id) => Value::Reference(*id),
        Named::New(name) => Value::Text(name.clone()),
    };
    let value = match field {
        Field::Company => Some(named(company)),
        Field::Role => Some(named(role)),
        _ => values.get(field).filter(|_| values.is_known(field)).cloned(),
    };
    value.map(|value| shown(field, &value, &sample()))
}

#[test]
fn every_value_of_a_row_can_be_traced() {
    let row =
        row(["百度", "大模型产品", "", "计算机", "硕士", "北邮", "", "16*16", "", "", "", "", "", "三轮面试,2周上岸"]);
    let traced: Vec<(&str, &str, &str, &str)> = row
        .derivations
        .iter()
        .map(|traced| (traced.field, traced.value.as_str(), traced.column.as_str(), traced.cell.as_str()))
        .collect();
    for expected in [
        ("company", "baidu", "公司", "百度"),
        ("master_tier", "211", "学历", "硕士"),
        ("highest_degree", "master", "学历", "硕士"),
        ("pay_annual_min", "256000", "薪资", "16*16"),
        ("interview_rounds", "3", "备注", "三轮面试,2周上岸"),
        ("preparation_days", "14", "备注", "三轮面试,2周上岸"),
    ] {
        assert!(traced.contains(&expected), "{expected:?} in {traced:?}");
    }
}

#[test]
fn rows_that_are_no_cases_are_rejected_with_the_reason() {
    for (company, role, rule) in [
        ("", "大模型产品", "needed"),
        ("   ", "大模型产品", "needed"),
        ("百度", "", "needed"),
        ("test", "大模型产品", "placeholder"),
        ("测试", "测试", "placeholder"),
        ("123", "大模型产品", "placeholder"),
        ("-", "大模型产品", "placeholder"),
        ("某大厂", "大模型产品", "placeholder"),
        ("百度", "xxx", "placeholder"),
        ("公司", "岗位", "header"),
        ("å…¬å¸", "大模型产品", "mojibake"),
        ("百度", "²úÆ·¾\u{ad}Àí", "mojibake"),
        ("同名", "大模型产品", "ambiguous"),
        ("a\0b", "大模型产品", "cells"),
    ] {
        assert_eq!(rejection(bare(company, role)), rule, "{company} {role}");
    }
    let long = "长".repeat(101);
    assert_eq!(rejection(bare(&long, "大模型产品")), "name");
}

#[test]
fn names_that_the_catalog_knows_or_that_are_names_are_taken() {
    for (company, role, expected_company, expected_role) in [
        ("360", "测试", Named::Known(2), Named::Known(2)),
        ("58", "大模型产品", Named::Known(3), Named::Known(1)),
        ("腾 讯", "大模型\n产品", Named::Known(4), Named::Known(1)),
        ("新\r\n公司", "提示词工程师", Named::New("新 公司".to_owned()), Named::New("提示词工程师".to_owned())),
    ] {
        let row = row(bare(company, role));
        assert_eq!((row.case.company, row.case.role), (expected_company, expected_role), "{company} {role}");
    }
}

#[test]
fn what_cannot_be_read_is_remarked_by_rule_and_stays_unknown() {
    let row = row([
        "百度",
        "大模型产品",
        "某方向",
        "炼丹",
        "985",
        "科大",
        "上海/杭州",
        "面议",
        "05/06/2024",
        "内推",
        "多轮",
        "很久",
        "好",
        "æœ‰ç»éªŒ",
    ]);
    let rules: Vec<&str> = row.remarks.iter().map(|remark| remark.rule).collect();
    for rule in [
        "role_track",
        "major",
        "education",
        "school",
        "city",
        "pay",
        "date",
        "offer_channel",
        "interview_rounds",
        "preparation",
        "tags",
        "mojibake",
    ] {
        assert!(rules.contains(&rule), "{rule} in {rules:?}");
    }
    for (field, is_known) in row.case.known() {
        assert!(!is_known, "{field} is known");
    }
    let Some(Value::Json(raw)) = row.case.values.get(Field::Raw) else { panic!("{:?}", row.case.values) };
    assert_eq!(raw["城市"], json!("上海/杭州"));
}

#[test]
fn pay_abroad_is_read_only_where_its_currency_is_said() {
    for (city, pay, annual) in [
        ("旧金山", "150k*12", None),
        ("旧金山", "$150k/year", Some(("150000", "USD"))),
        ("香港", "30k*12", None),
        ("北京", "30k*12", Some(("360000", "CNY"))),
        ("", "30k*12", Some(("360000", "CNY"))),
    ] {
        let row = row(["百度", "大模型产品", "", "", "", "", city, pay, "", "", "", "", "", ""]);
        let read = written(&row, Field::PayAnnualMin).zip(written(&row, Field::PayCurrency));
        let expected = annual.map(|(figure, currency)| (figure.to_owned(), currency.to_owned()));
        assert_eq!(read, expected, "{pay} in {city}");
        assert_eq!(row.remarks.is_empty(), annual.is_some(), "{pay} in {city}");
    }
}

#[test]
fn cells_that_contradict_each_other_are_conflicts() {
    let row =
        row(["百度", "大模型产品", "", "工科", "985硕", "北邮", "", "", "", "", "2轮", "", "", "文科背景三轮面试"]);
    let conflicts = [
        "the label says 985, 北京邮电大学 is 211",
        "major says 工科, summary says 文科背景",
        "interview_rounds: the cell says 2, the summary says 3",
    ];
    assert_eq!(row.case.values.get(Field::Conflicts), Some(&Value::Texts(conflicts.map(str::to_owned).to_vec())));
    assert_eq!(written(&row, Field::MasterTier).as_deref(), Some("211"));
    assert_eq!(written(&row, Field::InterviewRounds).as_deref(), Some("2"));
}

#[test]
fn a_row_that_is_read_again_gives_the_same() {
    let same = ["百度", "大模型产品", "", "工科", "985硕", "", "北京", "24w", "2024", "", "", "", "", ""];
    let found = rows(&[same, same]);
    let [Ok(first), Ok(second)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(written(first, Field::PayAnnualMin), written(second, Field::PayAnnualMin));
    assert_ne!(written(first, Field::Id), written(second, Field::Id));
}
