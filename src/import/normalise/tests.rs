//! Whole rows, read with the catalog of the seed.

use chrono::NaiveDate;

use super::*;
use crate::import::read::Table;
use crate::import::read::header::{Columns, EDUCATION, KEY, PAY, column_name, column_named, columns};
use crate::import::seed::{self, SeedFiles};
use crate::model::entity::Entity;
use crate::word_tables;

/// The catalog of the seed.
pub(crate) fn catalog() -> &'static Catalog {
    static CATALOG: LazyLock<Catalog> = LazyLock::new(|| seed::catalog(&SeedFiles::embedded()).expect("a seed"));
    &CATALOG
}

/// A source of cases that were published.
pub(in crate::import) fn source() -> &'static Entry {
    catalog().directory(Entity::Source).by_slug("llm-product-article").expect("a source")
}

/// What becomes of rows below a header, on the last day of June 2025. Cells have `|` between them, or `¦` where they have
/// it within; behind a header may stand `=` and what it is mapped to.
pub(crate) fn rows(header: &str, rows: &[&str]) -> Vec<Result<NormalisedRow, Remark>> {
    let between = if header.contains('¦') { '¦' } else { '|' };
    let width = header.split(between).count();
    let map = header.split(between).filter_map(|header| header.split_once('='));
    let map: Vec<_> = map.map(|(name, field)| (name.to_owned(), column_named(field).expect("a field"))).collect();
    let header: Vec<String> = header.split(between).map(|it| it.split('=').take(1).collect()).collect();
    let columns = Columns::of(&header, &map).expect("columns");
    let cells = |row: &&str| row.splitn(width, between).map(str::to_owned).collect::<Vec<_>>();
    let table = Table { header, columns, sheet: None, first_rows: rows.iter().map(cells).collect() };
    let mut normaliser = RowNormaliser::new(&table, source(), catalog(), true);
    normaliser.setting.today = NaiveDate::from_ymd_opt(2025, 6, 30).expect("a date");
    table.first_rows.iter().zip(1..).map(|(row, number)| normaliser.normalise(number, row)).collect()
}

fn row(header: &str, row: &str) -> NormalisedRow {
    rows(header, &[row]).remove(0).unwrap_or_else(|rejection| panic!("{rejection}"))
}

/// A value of a row as a reader sees it; `None` = unknown.
pub(crate) fn written(row: &NormalisedRow, field: Field) -> Option<String> {
    let NormalisedCase { values, .. } = &row.case;
    let value = values.get(field).filter(|_| values.is_known(field));
    value.map(|value| shown(field, value, catalog()))
}

/// A row of `readings.csv`: a cell, or several with `|` between them, below a header; the fields that are read of it, `?`
/// where there is a remark; and why, where that is not plain.
#[derive(serde::Deserialize)]
struct ReadingCase {
    header: String,
    cell: String,
    reads: String,
    why: String,
}

#[test]
fn cells_are_read_as_the_table_says() {
    let cases: Vec<ReadingCase> = word_tables::rows(include_str!("readings.csv"));
    let every_case_has = ["company", "role", "id", "raw", "source_key", "source_row", "verification", "summary"];
    let fields: Vec<Field> = imported().filter(|field| !every_case_has.contains(&field.name())).collect();
    let mut wrong = Vec::new();
    for below_one_header in cases.chunk_by(|one, next| one.header == next.header) {
        let cells: Vec<String> = below_one_header.iter().map(|case| format!("百度|大模型产品|{}", case.cell)).collect();
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        let read = rows(&format!("公司|岗位|{}", below_one_header[0].header), &cells);
        for (ReadingCase { header, cell, reads, why }, row) in below_one_header.iter().zip(read) {
            let row = row.unwrap_or_else(|rejection| panic!("{rejection}"));
            let value = |field: &Field| Some(format!("{}={}", field.name(), written(&row, *field)?));
            let remark = (!row.remarks.is_empty()).then(|| "?".to_owned());
            let found: Vec<String> = fields.iter().filter_map(value).chain(remark).collect();
            if found.join("; ") != *reads {
                wrong.push(format!("{header},{cell} reads {} and not {reads} ({why})", found.join("; ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A row that says everything, but for the fields that have no rule of their own.
const FULL_ROW: &[(Field, &str)] = &[
    (Field::Company, "百度"),
    (Field::Role, "大模型产品经理"),
    (Field::RoleTrack, "应用层"),
    (Field::Major, "计算机"),
    (EDUCATION, "211本211硕985博"),
    (Field::School, "浙大"),
    (Field::BachelorSchool, "北邮"),
    (Field::City, "北京-海淀"),
    (PAY, "15k*16"),
    (Field::PayAnnualMin, "24w"),
    (Field::PayAnnualMax, "24w"),
    (Field::PayCurrency, "人民币"),
    (Field::PayAnnualBase, "18w"),
    (Field::PayMonthlyBase, "15000"),
    (Field::PayMonthlyMin, "15k"),
    (Field::PayMonthlyMax, "18k"),
    (Field::PayMonths, "16"),
    (Field::PayStockAnnual, "5w/年"),
    (Field::PaySignOn, "3w"),
    (Field::OfferedOn, "2024年5月"),
    (Field::OfferChannel, "校招"),
    (Field::InterviewRounds, "三轮"),
    (Field::PreparationDays, "两周"),
    (Field::Tags, "独角兽"),
    (Field::Summary, "金融转产"),
    (KEY, "7"),
];
/// What it says.
const FULL_CASE: &[(Field, &str)] = &[
    (Field::Company, "baidu"),
    (Field::Role, "llm-product"),
    (Field::RoleTrack, "application"),
    (Field::Major, "computer-science"),
    (Field::BachelorTier, "211"),
    (Field::MasterTier, "211"),
    (Field::DoctorTier, "985"),
    (Field::HighestDegree, "doctor"),
    (Field::BachelorSchool, "beijing-university-of-posts-and-telecommunications"),
    (Field::School, "zhejiang-university"),
    (Field::OfferChannel, "campus"),
    (Field::City, "beijing"),
    (Field::OfferedOn, "2024-05-01"),
    (Field::OfferedPrecision, "month"),
    (Field::PayAnnualMin, "240000"),
    (Field::PayAnnualMax, "240000"),
    (Field::PayCurrency, "CNY"),
    (Field::PayAnnualBase, "180000"),
    (Field::PayMonthlyBase, "15000.00"),
    (Field::PayMonthlyMin, "15000.00"),
    (Field::PayMonthlyMax, "18000.00"),
    (Field::PayMonths, "16.00"),
    (Field::PayStockAnnual, "50000"),
    (Field::PaySignOn, "30000"),
    (Field::InterviewRounds, "3"),
    (Field::PreparationDays, "14"),
    (Field::Tags, "career-switch, unicorn"),
    (Field::Summary, "金融转产"),
    (Field::Verification, "source_published"),
    (Field::SourceKey, "7"),
    (Field::SourceRow, "1"),
];

#[test]
fn a_full_row_fills_every_field() {
    let by_kind = |column: Field| match column.kind() {
        Kind::Closed(members) => members.slugs[0],
        Kind::Reference(entity) => catalog().directory(entity).entries()[0].slug(),
        _ => "1",
    };
    let cell = |column: Field| {
        let said = FULL_ROW.iter().find(|(other, _)| *other == column);
        said.map_or_else(|| by_kind(column), |(_, cell)| *cell)
    };
    let (header, cells): (Vec<_>, Vec<_>) = columns().map(|column| (column_name(column), cell(column))).unzip();
    let row = row(&header.join("|"), &cells.join("|"));
    assert_eq!(row.remarks, []);
    for (field, expected) in FULL_CASE {
        assert_eq!(written(&row, *field).as_deref(), Some(*expected), "{field:?}");
    }
    for (field, is_known) in row.case.known() {
        assert!(is_known, "{field} is unknown");
    }
}

#[test]
fn every_value_of_a_row_can_be_traced() {
    let row = row("公司|岗位|专业|学历|学校|薪资|备注", "百度|大模型产品|计算机|硕士|北邮|16*16|三轮面试,2周上岸");
    let traced: Vec<(&str, &str, &str, &str)> = row
        .derivations
        .iter()
        .map(|traced| (traced.field, traced.value.as_str(), traced.column.as_str(), traced.cell.as_str()))
        .collect();
    for expected in [
        ("company", "baidu", "公司", "百度"),
        ("master_tier", "211", "学校", "北邮"),
        ("highest_degree", "master", "学历", "硕士"),
        ("pay_annual_min", "256000", "薪资", "16*16"),
        ("interview_rounds", "3", "备注", "三轮面试,2周上岸"),
        ("preparation_days", "14", "备注", "三轮面试,2周上岸"),
    ] {
        assert!(traced.contains(&expected), "{expected:?} in {traced:?}");
    }
}

#[test]
fn a_labelled_fact_in_a_text_is_read_as_a_cell_of_its_own() {
    for (header, cells, expected) in [
        ("备注", "最高学历:硕士985 其余:15*16，一般", "master_tier=985; highest_degree=master"),
        (
            "备注",
            "学历：211本，985硕；专业：软件工程",
            "major=software-engineering; bachelor_tier=211; master_tier=985; highest_degree=master",
        ),
        ("备注", "base:上海 总包:45w", "city=shanghai; pay_annual_min=450000"),
        ("备注", "base:25k*15", "pay_annual_base=375000"),
        ("其他", "【学历】硕士 【城市】深圳", "highest_degree=master; city=shenzhen"),
        ("备注", "月薪：15k，一般", "pay_monthly_base=15000.00"),
        ("备注", "学历硕士，总包45w，base上海", ""),
        ("备注", "其余:15*16", ""),
        ("备注", "要求:硕士", ""),
    ] {
        let row = row(&format!("公司|岗位|{header}"), &format!("百度|大模型产品|{cells}"));
        let shown = [
            Field::Major,
            Field::BachelorTier,
            Field::MasterTier,
            Field::HighestDegree,
            Field::City,
            Field::PayAnnualMin,
            Field::PayAnnualBase,
            Field::PayMonthlyBase,
        ];
        let found = shown.iter().filter_map(|field| Some(format!("{}={}", field.name(), written(&row, *field)?)));
        let found: Vec<String> =
            found.filter(|value| expected.contains("monthly") || !value.starts_with("pay_monthly")).collect();
        assert_eq!(found.join("; "), expected, "{cells}: {:?}", row.remarks);
        for value in row.derivations.iter().filter(|value| found.iter().any(|found| found.starts_with(value.field))) {
            assert_eq!((value.rule, &*value.column, &*value.cell), ("labelled", header, cells));
        }
    }
}

#[test]
fn a_labelled_fact_against_a_column_is_a_conflict() {
    for (header, cells, conflict) in [
        ("学历|备注", "985硕|学历:985本", true),
        ("学历|备注", "985硕|最高学历:硕士985", false),
        ("城市|备注", "深圳|城市:上海", true),
        ("城市|备注", "深圳|城市:深圳", false),
        ("城市|备注", "-|城市:上海", false),
    ] {
        let row = row(&format!("公司|岗位|{header}"), &format!("百度|大模型产品|{cells}"));
        assert_eq!(row.case.values.is_known(Field::Conflicts), conflict, "{cells}: {:?}", row.case.values);
    }
}

#[test]
fn rows_that_are_no_cases_are_rejected_with_the_reason() {
    let long = "长".repeat(101);
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
        (" 公 司", "岗位", "header"),
        ("å…¬å¸", "大模型产品", "mojibake"),
        ("百度", "²úÆ·¾\u{ad}Àí", "mojibake"),
        ("中信", "大模型产品", "ambiguous"),
        ("a\0b", "大模型产品", "cells"),
        (&long, "大模型产品", "name"),
    ] {
        let rejection = rows("公司|岗位", &[&format!("{company}|{role}")]).remove(0).expect_err("a rejection");
        assert_eq!(rejection.rule, rule, "{company} {role}");
    }
}

#[test]
fn names_that_the_catalog_knows_or_that_are_names_are_taken() {
    for (company, role, expected) in [
        ("360", "测试", ["360", "test-engineer"]),
        ("58", "大模型产品", ["58", "llm-product"]),
        ("腾 讯", "大模型\n产品", ["tencent", "llm-product"]),
        ("新\r\n公司", "炼丹师", ["新 公司", "炼丹师"]),
    ] {
        let row = row("公司|岗位", &format!("{company}|{role}"));
        assert_eq!([Field::Company, Field::Role].map(|field| written(&row, field).unwrap_or_default()), expected);
        assert_eq!(
            matches!(row.case.values.get(Field::Company), Some(Value::NewEntry(_))),
            expected[0].starts_with('新'),
            "{company}"
        );
    }
}

#[test]
fn what_cannot_be_read_is_remarked_by_rule_and_stays_unknown() {
    let row = row(
        "公司|岗位|岗位方向|专业|学历|学校|城市|薪资|日期|渠道|面试轮数|准备时间|标签|备注",
        "百度|大模型产品|某方向|炼丹|985|科大|上海/杭州|面议|05/06/2024|内推|多轮|很久|好|æœ‰ç»éªŒ",
    );
    let mut rules: Vec<&str> = row.remarks.iter().map(|remark| &*remark.rule).collect();
    rules.sort();
    let columns = ["city", "date", "education", "interview_rounds", "major", "mojibake", "offer_channel", "pay"];
    assert_eq!(rules, [&columns[..], &["preparation", "role_track", "school", "tags"]].concat());
    for (field, is_known) in row.case.known() {
        assert!(!is_known, "{field} is known");
    }
    let Some(Value::Json(raw)) = row.case.values.get(Field::Raw) else { panic!("{:?}", row.case.values) };
    assert_eq!(raw["城市"], "上海/杭州");
}

#[test]
fn each_value_of_education_is_derived_from_the_cell_that_says_it() {
    let row = row("公司|岗位|本科院校|学校|学历", "腾讯|后端开发|杭电|浙大|硕士");
    for (field, column, cell) in [
        ("highest_degree", "学历", "硕士"),
        ("bachelor_school", "本科院校", "杭电"),
        ("bachelor_tier", "本科院校", "杭电"),
        ("school", "学校", "浙大"),
        ("master_tier", "学校", "浙大"),
    ] {
        let derivation = row.derivations.iter().find(|derivation| derivation.field == field).expect(field);
        assert_eq!((derivation.column.as_str(), derivation.cell.as_str()), (column, cell), "{field}");
    }
}

#[test]
fn a_row_that_is_read_again_gives_the_same() {
    let same = "百度|大模型产品|工科|985硕|北京|24w|2024";
    let found = rows("公司|岗位|专业|学历|城市|薪资|日期", &[same, same]);
    let [Ok(first), Ok(second)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(written(first, Field::PayAnnualMin), written(second, Field::PayAnnualMin));
    assert_ne!(written(first, Field::Id), written(second, Field::Id));
}
