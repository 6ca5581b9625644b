//! What is told of the columns of a file: first what nothing takes although it reads as something worth having, then
//! what was taken for what, and why, where no known header says it.

use std::sync::Arc;

use super::read::Table;
use super::read::column::{Column, is_pay};
use super::read::header::{ChosenBy, column_name};
use crate::model::case::Field;
use crate::parameters::{Message, message};
use crate::privacy::masked;

/// What is told of the columns of a file.
#[derive(Debug, Default)]
pub struct ColumnNotices {
    /// What may be missing because of how columns were taken.
    pub warnings: Vec<Message>,
    /// Columns that were told by more than a known header, and why.
    pub choices: Vec<Message>,
    /// Headers that nothing takes.
    pub untaken: Vec<String>,
}

impl ColumnNotices {
    /// Of these tables, each column once.
    pub fn of(tables: &[Arc<Table>]) -> Self {
        let mut notices = Self::default();
        let mut left_out: Vec<String> = Vec::new();
        for table in tables {
            for (header, column) in &table.columns.lost {
                add(&mut notices.warnings, lost(&masked(header).0, *column));
            }
            for (header, column, by) in &table.columns.chosen {
                add(&mut notices.choices, chosen(&masked(header).0, *column, *by));
            }
            for header in &table.columns.left_out {
                add(&mut left_out, masked(header).0.into_owned());
            }
            for header in &table.columns.untaken {
                add(&mut notices.untaken, masked(header).0.into_owned());
            }
        }
        if !left_out.is_empty() {
            let names = left_out.join(", ");
            notices.choices.push(message!(
                "columns of private data that are left out (--keep-columns keeps them): {names}",
                "含个人信息而未保留的列（--keep-columns 可保留）：{names}"
            ));
        }
        if tables.iter().any(|table| table.columns.tells_applications_alone()) {
            notices.warnings.insert(0, applications_alone());
        }
        let says_pay = |table: &Arc<Table>| table.columns.places().any(|(field, _)| is_pay(field.into()));
        if !tables.iter().any(says_pay) {
            add(&mut notices.warnings, message!("no column of pay was found", "没有找到薪资列"));
        }
        notices
    }
}

fn add<T: PartialEq>(all: &mut Vec<T>, one: T) {
    if !all.contains(&one) {
        all.push(one);
    }
}

fn lost(header: &str, column: Column) -> Message {
    let (name, zh) = (column_name(column), spoken_zh(column));
    let en = match column {
        column if is_pay(column) => "pay",
        Column::Field(Field::OfferedOn) => "dates",
        Column::Field(Field::City) => "places",
        _ => "what became of an application",
    };
    message!(
        "the column `{header}` reads as {en}, and nothing takes it; --map {header}={name} does, --map {header}=- says \
         that it is to be left out",
        "`{header}` 列看起来是{zh}，但没有读取；要读取请用 --map {header}={name}，确实不要请用 --map {header}=-"
    )
}

fn applications_alone() -> Message {
    message!(
        "the table tells of applications, and no column says whether there was an offer: no row is taken; say which one \
         by --map HEADER=outcome, or by --set outcome=offer that all rows are offers",
        "这张表记录的是投递，没有一列说明是否拿到 offer，因此各行都不收录；请用 --map 表头=outcome 指明该列，或用 --set \
         outcome=offer 说明每行都是 offer"
    )
}

fn chosen(header: &str, column: Column, by: ChosenBy) -> Message {
    let name = column_name(column);
    match by {
        ChosenBy::Parts => {
            message!("`{header}` is read as {name}, by the words in it", "`{header}` 按其中的词读作 {name}")
        }
        ChosenBy::Cells => {
            message!("`{header}` is read as {name}, by what its cells say", "`{header}` 按单元格内容读作 {name}")
        }
    }
}

fn spoken_zh(column: Column) -> &'static str {
    match column {
        column if is_pay(column) => "薪资",
        Column::Field(field) => field.label().zh,
        Column::PayPeriod => "薪资周期",
        Column::Outcome | Column::Application | Column::Nothing => "求职结果",
    }
}
