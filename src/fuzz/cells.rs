//! Cells of tables: pay, education, dates, cities and places.

use proptest::prelude::*;

use super::{config, text_of};
use crate::import::normalise::tests::{catalog, rows, written};
use crate::import::normalise::{NormalisedRow, imported};
use crate::model::case::Field;
use crate::model::entity::Entity;
use crate::model::field::Kind;

const PAY: &[&str] = &[
    "20k",
    "25K",
    "30",
    "300000",
    "1.5",
    "万",
    "w",
    "W",
    "*",
    "x",
    "×",
    "15",
    "16薪",
    "-",
    "~",
    "～",
    "至",
    "/",
    "月",
    "/月",
    "/年",
    "年薪",
    "月薪",
    "总包",
    "base",
    "股票",
    "签字费",
    "+",
    "=",
    "元",
    "¥",
    "$",
    "USD",
    "CNY",
    "港币",
    "LPA",
    "lakh",
    "税前",
    "税后",
    "左右",
    "以上",
    "面议",
    ",",
    "，",
    "。",
    " ",
    "（",
    "）",
    "(",
    ")",
    "%",
    "k-",
    "１２",
    "三十",
    "0",
    "-1",
    "99999999999",
    "1e9",
    ".",
    "..",
];
const EDUCATION: &[&str] = &[
    "985",
    "211",
    "双一流",
    "双非",
    "二本",
    "一本",
    "本",
    "硕",
    "博",
    "本科",
    "硕士",
    "博士",
    "研究生",
    "大专",
    "学士",
    "港硕",
    "海外",
    "QS50",
    "清华",
    "浙大",
    "北京大学",
    "Tsinghua",
    "Master",
    "PhD",
    "BSc",
    "in",
    "of",
    "的",
    "+",
    "/",
    "、",
    "-",
    "（",
    "）",
    "(",
    ")",
    " ",
    "计算机",
    "金融",
    "非",
    "不是",
    "在读",
    "毕业",
    "2024",
    "届",
    ",",
    "，",
];
const DATES: &[&str] = &[
    "2024",
    "2023",
    "24",
    "1999",
    "9999",
    "0",
    "00",
    "5",
    "05",
    "12",
    "13",
    "31",
    "32",
    "年",
    "月",
    "日",
    "号",
    "-",
    "/",
    ".",
    "T",
    " ",
    ":",
    "10:30",
    "Z",
    "+08:00",
    "May",
    "Jan",
    "民国",
    "113",
    "今年",
    "去年",
    "昨天",
    "上旬",
    "Q3",
    "届",
    "春招",
    "秋招",
    "45000",
    "45000.5",
    ",",
    "１",
    "二〇二四",
    "五",
    "～",
    "至",
];
const PLACES: &[&str] = &[
    "北京",
    "上海",
    "海淀",
    "深圳",
    "苏州",
    "吉林",
    "香港",
    "台北",
    "新加坡",
    "London",
    "Beijing",
    "Suzhou",
    "Anhui",
    "CA",
    "USA",
    "市",
    "省",
    "区",
    "县",
    "广东",
    "安徽",
    "-",
    "/",
    "·",
    "、",
    ",",
    "，",
    " ",
    "(",
    ")",
    "（",
    "）",
    "远程",
    "remote",
    "全国",
    "或",
    "和",
    "base",
    "总部",
    "待定",
];

/// Cells of one column.
fn column(pieces: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(text_of(pieces), 1..20)
}

/// What the rows of a table say whose last column has these cells, with the cells; but for rows that are rejected.
fn read(header: &str, cells: &[String]) -> Vec<(String, NormalisedRow)> {
    // A cell has no separator of the rows of this test.
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('¦', " ")).collect();
    let lines: Vec<String> = cells.iter().map(|cell| format!("百度¦大模型产品¦{cell}")).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let read = rows(&format!("公司¦岗位¦{header}"), &lines);
    cells.into_iter().zip(read).filter_map(|(cell, row)| Some((cell, row.ok()?))).collect()
}

/// The same of one cell.
fn read_one(header: &str, cell: &str) -> NormalisedRow {
    read(header, &[cell.to_owned()]).remove(0).1
}

/// The fields that a cell says, as they are shown.
fn said(row: &NormalisedRow) -> Vec<(Field, String)> {
    let given = [Field::Company, Field::Role];
    let of_row = |field: &Field| {
        let is_made = matches!(field.kind(), Kind::Raw | Kind::Id) || field.name().starts_with("source");
        !is_made && !given.contains(field) && field.name() != "verification" && field.name() != "summary"
    };
    imported().filter(of_row).filter_map(|field| Some((field, written(row, field)?))).collect()
}

/// Fails where the database would not take what was read.
fn can_be_stored(row: &NormalisedRow) -> Result<(), TestCaseError> {
    let number = |field: Field| written(row, field).and_then(|text| text.parse::<f64>().ok());
    let Kind::Currency { of: figures } = Field::PayCurrency.kind() else { unreachable!("it is that of figures") };
    for field in figures.iter().copied().chain([Field::PayMonths, Field::InterviewRounds]) {
        prop_assert!(number(field).is_none_or(|number| number > 0.0), "{}: {:?}", field.name(), number(field));
        prop_assert!(
            number(field).is_none_or(|number| number < 2_147_483_648.0),
            "{}: {:?}",
            field.name(),
            number(field)
        );
    }
    for (least, most) in [(Field::PayAnnualMin, Field::PayAnnualMax), (Field::PayMonthlyMin, Field::PayMonthlyMax)] {
        prop_assert_eq!(number(least).is_some(), number(most).is_some());
        prop_assert!(number(least) <= number(most), "{:?} and {:?}", number(least), number(most));
    }
    let has_figure = figures.iter().any(|field| number(*field).is_some());
    prop_assert!(!has_figure || written(row, Field::PayCurrency).is_some(), "a figure without a currency");
    prop_assert_eq!(written(row, Field::OfferedOn).is_some(), written(row, Field::OfferedPrecision).is_some());
    let degree = written(row, Field::HighestDegree);
    let (is_doctor, is_master) = (degree.as_deref() == Some("doctor"), degree.as_deref() == Some("master"));
    prop_assert!(written(row, Field::DoctorTier).is_none() || is_doctor, "a doctor's tier of {degree:?}");
    prop_assert!(written(row, Field::MasterTier).is_none() || is_doctor || is_master, "a master's tier of {degree:?}");
    Ok(())
}

proptest! {
    #![proptest_config(config(15))]

    #[test]
    fn pay_is_read_so_that_it_can_be_stored(cells in column(PAY), header in prop::sample::select(&["薪资", "年薪", "月薪(k)", "总包 w"][..])) {
        for (_, row) in read(header, &cells) {
            can_be_stored(&row)?;
            prop_assert!(row.remarks.len() < 10, "{:?}", row.remarks);
        }
    }

    #[test]
    fn education_is_read_so_that_it_can_be_stored(cells in column(EDUCATION), header in prop::sample::select(&["学历", "教育背景", "院校", "专业"][..])) {
        for (_, row) in read(header, &cells) {
            can_be_stored(&row)?;
            prop_assert!(row.remarks.len() < 10, "{:?}", row.remarks);
        }
    }

    #[test]
    fn a_date_that_was_read_reads_as_itself(cells in column(DATES)) {
        for (cell, row) in read("日期", &cells) {
            can_be_stored(&row)?;
            let Some(date) = written(&row, Field::OfferedOn) else { continue };
            let precision = written(&row, Field::OfferedPrecision).unwrap_or_default();
            let canonical = match precision.as_str() { "year" => &date[..4], "month" => &date[..7], _ => &date };
            let again = read_one("日期", canonical);
            prop_assert_eq!(written(&again, Field::OfferedOn), Some(date.clone()), "{}", cell);
            prop_assert_eq!(written(&again, Field::OfferedPrecision), Some(precision), "{}", cell);
            prop_assert!(date.as_str() <= "2026-06-30", "{} lies in the future", date);
        }
    }

    #[test]
    fn a_city_that_was_read_reads_as_itself(cells in column(PLACES)) {
        for (cell, row) in read("城市", &cells) {
            let Some(slug) = written(&row, Field::City) else { continue };
            if let Some(city) = catalog().directory(Entity::City).by_slug(&slug) {
                let again = written(&read_one("城市", city.name()), Field::City);
                prop_assert!(again.is_none_or(|again| again == slug), "{}: {} is read as another", cell, city.name());
            }
        }
    }

    #[test]
    fn a_sum_of_a_year_in_a_currency_reads_as_itself(sums in prop::collection::vec(10_000_u32..5_000_000, 1..20), code in prop::sample::select(&["CNY", "USD", "HKD"][..])) {
        for is_before in [true, false] {
            let write = |sum: &u32| if is_before { format!("{code} {sum}") } else { format!("{sum} {code}") };
            let cells: Vec<String> = sums.iter().map(write).collect();
            for (cell, row) in read("年薪", &cells) {
                let Some(read) = written(&row, Field::PayAnnualMin) else { continue };
                prop_assert!(cell.contains(&read), "{} is read as {}", cell, read);
                prop_assert_eq!(written(&row, Field::PayCurrency), Some(code.to_owned()));
            }
        }
    }

    #[test]
    fn noise_says_nothing(
        noise in prop::collection::vec("[!-/:-@\\[-`{-~ ]{1,40}|[qxzjvk]{6,14}", 1..20),
        header in prop::sample::select(&["薪资", "学历", "日期", "城市", "专业", "院校"][..]),
    ) {
        for (cell, row) in read(header, &noise) {
            prop_assert_eq!(said(&row), vec![], "{} as {}", cell, header);
        }
    }
}
