//! A value of a field, and all values of a case.

use chrono::NaiveDate;
use uuid::Uuid;

use super::case::Field;

/// A known value. The [`Kind`](super::field::Kind) of its field says which of these it is.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// An id.
    Id(Uuid),
    /// The number of an entry of reference data.
    Reference(i32),
    /// The name of an entry that an import is to make.
    NewEntry(String),
    /// The slug of a member of a closed set.
    Member(&'static str),
    /// A whole number.
    Number(i32),
    /// A figure in hundredths.
    Hundredths(i64),
    /// A day.
    Date(NaiveDate),
    /// Words, or the code of a currency.
    Text(String),
    /// Several texts, or slugs of tags.
    Texts(Vec<String>),
    /// A JSON object.
    Json(serde_json::Value),
}

/// A known value of a field, as a group is known by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupValue {
    /// An entry of reference data, by id.
    Reference(i32),
    /// A member of a closed set, by slug.
    Member(&'static str),
    /// A text, or the slug of a tag.
    Text(String),
    /// A year, or a month counted from year 0.
    Period(i32),
}

/// What is known of a case, by field.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseValues(Box<[Option<Value>; Field::COUNT]>);

impl Default for CaseValues {
    fn default() -> Self {
        Self(Box::new([const { None }; Field::COUNT]))
    }
}

impl CaseValues {
    /// The value of a field; `None` = unknown.
    pub fn get(&self, field: Field) -> Option<&Value> {
        self.0[field as usize].as_ref()
    }

    /// Sets the value of a field; `None` = unknown.
    pub fn set(&mut self, field: Field, value: Option<Value>) {
        self.0[field as usize] = value;
    }

    /// Whether anything is known of a field; of several texts, whether there is one.
    pub fn is_known(&self, field: Field) -> bool {
        match self.get(field) {
            Some(Value::Texts(texts)) => !texts.is_empty(),
            value => value.is_some(),
        }
    }
}
