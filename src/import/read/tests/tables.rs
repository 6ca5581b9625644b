//! Which columns are found: by known headers, by their words, by their cells; and where another table begins.

use super::super::column::{Column, column_named};
use super::super::*;
use super::{Input, open};
use crate::import::normalise::tests::catalog;
use crate::model::case::Field;

/// A file with `/` between its lines.
fn read_with(text: &str, options: &ReadOptions) -> Result<Reading<'static>, ReadError> {
    let text = text.replace(" / ", "\n");
    open("a.csv", &Input::Bytes(text.as_bytes().into()), options, Some(catalog()))
}

fn read(text: &str) -> Reading<'static> {
    read_with(text, &ReadOptions::default()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Company, role and pay of each row.
fn said(text: &str) -> Vec<String> {
    let rows = read(text).rows.map(|row| row.expect("a row"));
    let cell = |row: &RawRow, field: Field| row.table.columns.cell(&row.cells, field).unwrap_or("?").to_owned();
    rows.map(|row| [Field::Company, Field::Role, header::PAY].map(|field| cell(&row, field)).join(" ")).collect()
}

/// The header that is taken for a column.
fn taken(text: &str, column: &str) -> Option<String> {
    let columns = &read(text).table.columns;
    let place = columns.place(column_named(column).expect("a column"))?;
    Some(columns.title_at(place).to_owned())
}

#[test]
fn a_header_within_the_file_says_how_the_rows_below_it_are_read() {
    for (text, expected) in [
        (
            "公司,岗位,薪资 / 腾讯,后端开发,20k*15 / 岗位,公司,薪资 / 前端开发,阿里巴巴,21k*15",
            &["腾讯 后端开发 20k*15", "阿里巴巴 前端开发 21k*15"][..],
        ),
        (
            "公司,岗位,薪资 / 腾讯,后端开发,20k*15 / 公司,岗位,薪资 / 百度,算法,21k*15 / 公司,岗位,薪资 / 小米,产品,1",
            &["腾讯 后端开发 20k*15", "百度 算法 21k*15", "小米 产品 1"],
        ),
        (
            "公司,岗位 / 腾讯,后端开发 / 2023届汇总 / , / 薪资,城市,职位,企业名称,备注 / 20w,深圳,算法,百度,x",
            &["腾讯 后端开发 ?", "百度 算法 20w"],
        ),
        (
            "Company,Role,Salary / Acme,Engineer,1 / Position Title,Name of the Company,City / QA,Bolt,Pune",
            &["Acme Engineer 1", "Bolt QA ?"],
        ),
        ("公司,岗位,薪资 / Company,Role,Pay / 腾讯,后端,1", &["腾讯 后端 1"]),
        ("公司,岗位,薪资 / 岗位,公司,薪资 / 后端,腾讯,1", &["腾讯 后端 1"]),
        ("公司,职位 / 某职位公司,公司职位 / 百度,x", &["某职位公司 公司职位 ?", "百度 x ?"]),
        ("公司,崗位,薪資 / 騰訊,後端,1 / 職位,公司名稱,薪資 / 前端,聯發科,2", &["騰訊 後端 1", "聯發科 前端 2"]),
    ] {
        assert_eq!(said(text), expected, "{text}");
    }
}

#[test]
fn rows_have_the_numbers_that_a_spreadsheet_shows_and_the_headers_above_them() {
    for end in ["\n", "\r\n"] {
        let text = "题\n\n公司,岗位\n腾讯,\"后\n端\"\n\n百度,b\n岗位,公司\nc,小米\n".replace('\n', end);
        let reading =
            open("a.csv", &Input::Bytes(text.as_bytes().into()), &ReadOptions::default(), None).expect("a table");
        let rows: Vec<RawRow> = reading.rows.map(|row| row.expect("a row")).collect();
        let places: Vec<(usize, u64)> = rows.iter().map(|row| (row.number, row.line)).collect();
        assert_eq!(places, [(1, 4), (2, 6), (3, 8)], "{end:?}");
        assert_eq!(rows[2].table.header, ["岗位", "公司"]);
    }
    let markdown = "|公司|岗位|\n|-|-|\n|a|b|\n\n|年份|数量|\n|-|-|\n|1|2|\n\n|职位|公司|\n|-|-|\n|c|d|\n";
    let mut reading =
        open("a.md", &Input::Bytes(markdown.as_bytes().into()), &ReadOptions::default(), None).expect("a table");
    let lines: Vec<u64> = reading.rows.by_ref().map(|row| row.expect("a row").line).collect();
    assert_eq!(lines, [3, 11]);
    assert!(reading.rows.notes()[0].en.contains("left out (年份, 数量)"), "{:?}", reading.rows.notes());
}

#[test]
fn columns_are_told_by_the_words_of_their_headers() {
    for (column, header) in [
        ("company", "投递公司"),
        ("company", "投递对象"),
        ("company", "招聘单位"),
        ("company", "companyShortName"),
        ("company", "companyFullName"),
        ("company", "Name of the Company"),
        ("company", "公司名稱"),
        ("role", "職位"),
        ("role", "職稱"),
        ("role", "投递职位"),
        ("role", "招聘岗位"),
        ("role", "意向岗位"),
        ("role", "job_name"),
        ("role", "JOB TITLE"),
        ("role", "Position Title"),
        ("role", "Designation"),
        ("role", "Job Profile"),
        ("pay", "薪資"),
        ("pay", "薪资区间"),
        ("pay", "薪酬范围"),
        ("pay_monthly_base", "月工资"),
        ("pay_monthly_base", "月收入"),
        ("pay", "年收入"),
        ("pay", "CTC"),
        ("pay", "LPA"),
        ("pay", "Stipend"),
        ("pay_annual_base", "Base Salary"),
        ("pay", "Yearly Salary"),
        ("pay_monthly_base", "Salary per month"),
        ("pay", "totalyearlycompensation"),
        ("pay_monthly_base", "month_salary"),
        ("pay", "salary_usd"),
        ("pay", "CTC (in LPA)"),
        ("city", "地址"),
        ("city", "职位地址"),
        ("city", "工作地址"),
        ("city", "locations"),
        ("city", "Company Location"),
        ("city", "地點"),
        ("education", "学历要求"),
        ("education", "學歷"),
        ("education", "Degree Level"),
        ("date", "timestamp"),
        ("date", "created_at"),
        ("date", "Date Posted"),
    ] {
        let others = ["company,role", "role", "company"][match column {
            "company" => 1,
            "role" => 2,
            _ => 0,
        }];
        let text = format!("{others},{header} / ,");
        assert_eq!(taken(&text, column).as_deref(), Some(header), "{header}");
    }
}

#[test]
fn cells_decide_where_a_header_does_not_say_what_its_column_is() {
    for (text, column, expected) in [
        ("公司,岗位,base,总包 / 腾讯,后端开发,25k*15,45w", "city", None),
        ("公司,岗位,base,总包 / 腾讯,后端开发,深圳,45w", "city", Some("base")),
        ("公司,岗位,base / 腾讯,后端开发,25k*15", "pay_annual_base", Some("base")),
        ("公司,岗位,base,总包 / 腾讯,后端开发,25k*15,45w", "pay", Some("总包")),
        ("公司,岗位,薪资,总包 / 腾讯,后端开发,20k*15,45w", "pay", Some("总包")),
        ("公司,岗位,年薪,年收入 / 腾讯,后端开发,40w,45w", "pay", None),
        ("去向,岗位 / 腾讯,后端开发 / 百度,算法", "company", Some("去向")),
        ("offer,岗位,薪资 / 腾讯,后端开发,20w / 百度,算法,30w", "company", Some("offer")),
        ("公司,岗位,offer / 腾讯,后端开发,20w / 百度,算法,30w", "pay", Some("offer")),
        ("公司,岗位,offer / 腾讯,后端开发,√ / 百度,算法,×", "outcome", Some("offer")),
        ("company,role,status / Acme,Engineer,Rejected / Bolt,Engineer,Accepted", "outcome", Some("status")),
        (
            "employer,role,Case Status / Acme,Engineer,CERTIFIED / Bolt,Engineer,CERTIFIED",
            "outcome",
            Some("Case Status"),
        ),
        (
            "employer,role,Case Status / Acme,Engineer,CERTIFIED / Bolt,Engineer,WITHDRAWN",
            "outcome",
            Some("Case Status"),
        ),
        ("employer,role,SUBMIT DATE / Acme,Engineer,2024-05-01 / Bolt,Engineer,2024-06-01", "date", None),
        ("Company Name,Designation,Offer Type,CTC (LPA) / Flipkart,SDE-1,FTE,32", "role", Some("Designation")),
        ("甲方,干啥 / 腾讯,后端开发 / 百度,算法工程师 / 小米,产品经理", "company", Some("甲方")),
        ("甲方,干啥 / 腾讯,后端开发 / 百度,算法工程师 / 小米,产品经理", "role", Some("干啥")),
        ("合作公司,岗位 / 腾讯,后端开发 / 百度,算法", "company", Some("合作公司")),
        (
            "公司全称,公司简称,岗位 / 深圳市腾讯计算机系统有限公司,腾讯,后端 / 北京百度网讯科技有限公司,百度,算法",
            "company",
            Some("公司简称"),
        ),
        ("公司规模,公司,岗位 / 10000人,腾讯,后端", "company", Some("公司")),
        ("公司,岗位,期望薪资 / 腾讯,后端,20k*15", "pay", None),
        ("公司,岗位,投递时间,结果 / 腾讯,后端,2024-05-01,oc", "date", None),
        ("公司,岗位,年薪,月薪 / 腾讯,后端,45w,30k", "pay", Some("年薪")),
    ] {
        assert_eq!(taken(text, column).as_deref(), expected, "{text}");
    }
    assert_eq!(taken("公司,岗位,年薪,月薪 / 腾讯,后端,45w,30k", "pay_monthly_base").as_deref(), Some("月薪"));
}

#[test]
fn what_nothing_takes_and_is_worth_having_is_told() {
    for (text, expected) in [
        ("公司,岗位,期望薪资 / 腾讯,后端,20k*15", &[("期望薪资", "pay")][..]),
        ("公司,岗位,x / 腾讯,后端,20k*15 / 百度,算法,30k*16", &[("x", "pay")]),
        ("公司,岗位,投递时间,结果 / 腾讯,后端,2024-05-01,oc", &[]),
        ("公司,岗位,更新 / 腾讯,后端,2024-05-01", &[("更新", "date")]),
        ("公司,岗位,x,月均 / 腾讯,后端,深圳,20k", &[("月均", "pay"), ("x", "city")]),
        ("公司,岗位,学校所在地 / 腾讯,后端,北京", &[("学校所在地", "city")]),
        ("公司,岗位,状态,薪资 / 腾讯,后端,QWERTY,1", &[("状态", "outcome")]),
        ("公司,岗位,网址 / 腾讯,后端,x.y", &[]),
        ("公司,岗位,薪资,总包 / 腾讯,后端开发,20k*15,45w", &[("薪资", "pay")]),
        ("公司,岗位,年薪,年收入 / 腾讯,后端开发,40w,45w", &[("年薪", "pay"), ("年收入", "pay")]),
    ] {
        let lost = read(text).table.columns.lost.clone();
        let lost: Vec<(&str, &str)> =
            lost.iter().map(|(header, column)| (header.as_str(), header::column_name(*column))).collect();
        assert_eq!(lost, expected, "{text}");
    }
}

#[test]
fn two_columns_that_name_different_companies_are_refused() {
    let error = read_with("公司,企业,岗位 / 腾讯,阿里巴巴,后端 / 百度,小米,算法", &ReadOptions::default()).err();
    assert!(error.is_some_and(|error| error.to_string().contains("both mean the company")));
}

#[test]
fn a_file_without_a_header_says_so_and_is_read_by_the_columns_that_are_named() {
    let text = "腾讯,后端开发,深圳,20k*15 / 百度,算法,北京,30k*16";
    let error = read_with(text, &ReadOptions::default()).err().expect("refused").to_string();
    assert!(error.starts_with("no header was found") && error.contains("--columns"), "{error}");
    let columns = ["company", "role", "-", "pay"].map(|name| column_named(name).expect("a column"));
    let options = ReadOptions { columns: Some(columns.to_vec()), ..ReadOptions::default() };
    let mut reading = read_with(text, &options).expect("a table");
    assert_eq!(reading.table.header, ["company", "role", "#3", "pay"]);
    assert_eq!(reading.rows.by_ref().map(|row| row.expect("a row").line).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn what_is_said_for_all_rows_is_a_column_of_each() {
    let said = |name: &str, value: &str| (column_named(name).expect("a column"), value.to_owned());
    let options =
        ReadOptions { constants: vec![said("role", "后端开发"), said("city", "杭州")], ..ReadOptions::default() };
    let reading = read_with("公司,城市,薪资 / 腾讯,深圳,1 / 百度", &options).expect("a table");
    assert_eq!(reading.table.columns.title(Field::City), "--set city");
    let rows: Vec<RawRow> = reading.rows.map(|row| row.expect("a row")).collect();
    assert_eq!(rows[0].cells, ["腾讯", "深圳", "1", "后端开发", "杭州"]);
    assert_eq!(rows[1].cells, ["百度", "", "", "后端开发", "杭州"]);
    assert_eq!(rows[0].table.columns.cell(&rows[0].cells, Field::Role), Some("后端开发"));
}

#[test]
fn a_column_may_be_left_out() {
    let options = ReadOptions { map: vec![("状态".to_owned(), Column::Nothing)], ..ReadOptions::default() };
    let reading = read_with("公司,岗位,状态 / 腾讯,后端,已投递", &options).expect("a table");
    assert_eq!((reading.table.columns.place(Column::Outcome), reading.table.columns.lost.len()), (None, 0));
}

#[test]
fn what_is_said_of_a_file_and_does_not_fit_it_is_refused() {
    let sheet = ReadOptions { sheets: Sheets::All, ..ReadOptions::default() };
    let columns = ReadOptions { columns: Some(vec![Field::Company.into()]), ..ReadOptions::default() };
    for (name, text, options, message) in [
        ("a.csv", "公司,岗位\n", sheet, "this is CSV"),
        ("a.json", "[{\"公司\": 1}]", columns, "each row names its cells"),
    ] {
        let error = open(name, &Input::Bytes(text.as_bytes().into()), &options, None).err().expect("refused");
        assert!(error.to_string().contains(message), "{error}");
        assert_ne!(error.message().zh, error.message().en);
    }
}
