//! Cells of an export as values: each as the kind of its field writes it, and as the database can store it.

use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde_json::Value as Json;

use super::super::decimal::Hundredths;
use super::super::names;
use crate::catalog::{Catalog, Entry};
use crate::model::case::Field;
use crate::model::entity::Entity;
use crate::model::field::Kind;
use crate::model::value::Value;
use crate::parameters::{Message, message};

/// The value that the cell of a field says; else what is wrong with it.
pub(super) fn read(field: Field, cell: &str, catalog: &Catalog) -> Result<Value, Message> {
    match field.kind() {
        Kind::Id => parsed(field, cell).map(Value::Id),
        Kind::Reference(_) => {
            let id = names::of(catalog, field).and_then(|names| names.by_slug(cell)).map(Entry::id);
            id.map(Value::Reference).ok_or_else(|| message!("nothing here has this slug", "没有这个标识的条目"))
        }
        Kind::Closed(members) => {
            let index = members.position(cell).ok_or_else(|| {
                let allowed = members.slugs.join(", ");
                message!("allowed are {allowed}", "可用的有 {allowed}")
            })?;
            Ok(Value::Member(members.slugs[index]))
        }
        Kind::Number { least, is_small } => number(field, cell, least, is_small).map(Value::Number),
        Kind::Amount { digits, decimals } => {
            Hundredths::parse(cell, digits, decimals).map(|amount| Value::Hundredths(amount.0))
        }
        Kind::Date { .. } => {
            let date: NaiveDate = parsed(field, cell)?;
            let is_year = (1..=9999).contains(&date.year());
            if is_year {
                Ok(Value::Date(date))
            } else {
                Err(message!("its year is none of 1 to 9999", "年份须在 1 到 9999 之间"))
            }
        }
        Kind::Currency { .. } if cell.len() != 3 || !cell.bytes().all(|letter| letter.is_ascii_uppercase()) => {
            Err(message!("a currency is three letters, such as CNY", "货币写三个大写字母，如 CNY"))
        }
        Kind::Currency { .. } | Kind::Text => Ok(Value::Text(cell.to_owned())),
        Kind::Texts => Ok(Value::Texts(list(cell))),
        Kind::Tags => {
            let tags = list(cell);
            let are_known = tags.iter().all(|tag| catalog.directory(Entity::Tag).by_slug(tag).is_some());
            if are_known {
                Ok(Value::Texts(tags))
            } else {
                Err(message!("a tag is not in the list of tags", "有标签不在标签表中"))
            }
        }
        Kind::Raw => raw(field, cell).map(Value::Json),
        Kind::Period { .. } | Kind::Flag | Kind::Time | Kind::Revisions | Kind::Labels => {
            Err(message!("no import sets it", "导入不能设置它"))
        }
    }
}

pub(super) fn parsed<T: FromStr>(field: Field, cell: &str) -> Result<T, Message> {
    cell.parse().map_err(|_| {
        let (en, zh) = (field.name(), field.label().zh);
        message!("this is no {en}", "这不是{zh}")
    })
}

fn number(field: Field, cell: &str, least: i32, is_small: bool) -> Result<i32, Message> {
    let number = if is_small { parsed::<i16>(field, cell)?.into() } else { parsed(field, cell)? };
    match least {
        _ if number >= least => Ok(number),
        0 => Err(message!("it must not be below 0", "不能小于 0")),
        _ => {
            let bound = least - 1;
            Err(message!("it must be above {bound}", "须大于 {bound}"))
        }
    }
}

/// Items with `;` between them, or a JSON array.
fn list(cell: &str) -> Vec<String> {
    serde_json::from_str(cell).unwrap_or_else(|_| cell.split(';').map(str::to_owned).collect())
}

fn raw(field: Field, cell: &str) -> Result<Json, Message> {
    let raw: Json = parsed(field, cell)?;
    if !raw.is_object() {
        return Err(message!("the raw row is no JSON object", "原始行不是 JSON 对象"));
    }
    // The database keeps no such character.
    if cell.contains("\\u0000") && has_nul(&raw) {
        return Err(message!("the raw row has a NUL character", "原始行中有 NUL 字符"));
    }
    Ok(raw)
}

/// Whether a NUL character stands anywhere in a JSON value.
fn has_nul(value: &Json) -> bool {
    match value {
        Json::String(text) => text.contains('\0'),
        Json::Array(items) => items.iter().any(has_nul),
        Json::Object(members) => members.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        Json::Null | Json::Bool(_) | Json::Number(_) => false,
    }
}
