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

/// The value that the cell of a field says; else what is wrong with it.
pub(super) fn read(field: Field, cell: &str, catalog: &Catalog) -> Result<Value, String> {
    match field.kind() {
        Kind::Id => parsed(field, cell).map(Value::Id),
        Kind::Reference(_) => {
            let id = names::of(catalog, field).and_then(|names| names.by_slug(cell)).map(Entry::id);
            id.map(Value::Reference).ok_or_else(|| "nothing here has this slug".to_owned())
        }
        Kind::Closed(members) => {
            let index = members.position(cell).ok_or_else(|| format!("allowed are {}", members.slugs.join(", ")))?;
            Ok(Value::Member(members.slugs[index]))
        }
        Kind::Number { least, is_small } => number(field, cell, least, is_small).map(Value::Number),
        Kind::Amount { digits, decimals } => {
            Hundredths::parse(cell, digits, decimals).map(|amount| Value::Hundredths(amount.0))
        }
        Kind::Date { .. } => {
            let date: NaiveDate = parsed(field, cell)?;
            let is_year = (1..=9999).contains(&date.year());
            if is_year { Ok(Value::Date(date)) } else { Err("its year is none of 1 to 9999".to_owned()) }
        }
        Kind::Currency { .. } if cell.len() != 3 || !cell.bytes().all(|letter| letter.is_ascii_uppercase()) => {
            Err("a currency is three letters, such as CNY".to_owned())
        }
        Kind::Currency { .. } | Kind::Text => Ok(Value::Text(cell.to_owned())),
        Kind::Texts => Ok(Value::Texts(list(cell))),
        Kind::Tags => {
            let tags = list(cell);
            let are_known = tags.iter().all(|tag| catalog.directory(Entity::Tag).by_slug(tag).is_some());
            if are_known { Ok(Value::Texts(tags)) } else { Err("a tag is not in the list of tags".to_owned()) }
        }
        Kind::Raw => raw(field, cell).map(Value::Json),
        Kind::Period { .. } | Kind::Flag | Kind::Time | Kind::Revisions | Kind::Labels => {
            Err("no import sets it".to_owned())
        }
    }
}

pub(super) fn parsed<T: FromStr>(field: Field, cell: &str) -> Result<T, String> {
    cell.parse().map_err(|_| format!("this is no {}", field.name()))
}

fn number(field: Field, cell: &str, least: i32, is_small: bool) -> Result<i32, String> {
    let number = if is_small { parsed::<i16>(field, cell)?.into() } else { parsed(field, cell)? };
    match least {
        _ if number >= least => Ok(number),
        0 => Err("it must not be below 0".to_owned()),
        _ => Err(format!("it must be above {}", least - 1)),
    }
}

/// Items with `;` between them, or a JSON array.
fn list(cell: &str) -> Vec<String> {
    serde_json::from_str(cell).unwrap_or_else(|_| cell.split(';').map(str::to_owned).collect())
}

fn raw(field: Field, cell: &str) -> Result<Json, String> {
    let raw: Json = parsed(field, cell)?;
    if !raw.is_object() {
        return Err("the raw row is no JSON object".to_owned());
    }
    // The database keeps no such character.
    if cell.contains("\\u0000") && has_nul(&raw) {
        return Err("the raw row has a NUL character".to_owned());
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
