//! Normalising: the cells of a row become the fields of a case. What cannot be read for sure stays
//! unknown, with a remark; the raw row is kept whole.
//!
//! [`row`] goes through a row, [`rules`] says how the cells of a column are read: by the kind of the field, or by a rule
//! that has a file of its own. [`canonical`] takes the rows of exports.

pub mod canonical;
pub mod check;
pub mod date;
pub mod date_order;
pub mod decimal;
pub mod education;
pub mod interview_rounds;
mod labelled;
#[cfg(test)]
mod measured;
pub mod memo;
mod names;
mod naming;
pub mod numerals;
pub mod offer_channel;
mod ornaments;
pub mod outcome;
pub mod pay;
mod pay_table;
mod post;
pub mod preparation;
pub mod role_family;
pub mod role_level;
pub mod row;
mod rules;
mod setting;
pub mod tags;
#[cfg(test)]
pub(crate) mod tests;
pub mod text;
mod wrapping;

use std::sync::LazyLock;

use serde::Serialize;
use uuid::Uuid;

use super::report::Remark;
use crate::catalog::{Catalog, Entry};
use crate::model::case::Field;
use crate::model::field::{CREATES, GENERATED, Kind, MERGED, Origin, REQUIRED};
use crate::model::value::{CaseValues, Value};
use crate::parameters::{Message, message};

use decimal::Hundredths;
pub use names::meaning as names_meaning;
pub use row::RowNormaliser;

/// What a rule makes of a cell: a value, nothing where the cell says nothing, or why it cannot be read.
pub type Reading<T> = Result<Option<T>, Message>;

/// A reason for which a value is not known.
pub(super) fn left_unknown(reason: impl Into<Message>) -> Message {
    reason.into().with(&message!("; left unknown", "；留作未知"))
}

/// Longest name of a company or role, in characters.
const MAX_NAME_CHARS: usize = 100;

/// A row as it will be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct NormalisedCase {
    /// Everything but the source.
    pub values: CaseValues,
    /// The hash of what its row says; `None` = the row is one of an export.
    pub content: Option<Uuid>,
}

/// The fields that an import says of a case, but for its source: all columns that the database does not generate.
pub fn imported() -> impl Iterator<Item = Field> {
    let is_imported = |field: &Field| field.column().is_some() && !field.can(GENERATED) && *field != Field::Source;
    Field::ALL.iter().copied().filter(is_imported)
}

/// The fields of which a report says how often they are known, each with the one that is looked at: what may be unknown
/// and is no part of another.
static COVERED: LazyLock<Vec<(&str, Field)>> = LazyLock::new(|| {
    let all = || Field::ALL.iter().copied();
    let is_part = |part: Field| {
        all().any(|field| match (field.kind(), field.origin()) {
            (Kind::Date { precision }, _) => precision == part,
            (_, Origin::Middle { min, max, currency }) => [min, max, currency].contains(&part),
            _ => false,
        })
    };
    let may_be_unknown = |field: Field| !field.can(REQUIRED) || matches!(field.kind(), Kind::Tags);
    let known_by = |field: Field| match field.origin() {
        Origin::Middle { max, .. } => Some(max),
        _ => (field.can(MERGED) && may_be_unknown(field) && !is_part(field)).then_some(field),
    };
    all().filter_map(|field| Some((field.name(), known_by(field)?))).collect()
});

impl NormalisedCase {
    /// Each field that may be unknown, with whether it is known.
    pub fn known(&self) -> impl Iterator<Item = (&'static str, bool)> {
        COVERED.iter().map(|(name, field)| (*name, self.values.is_known(*field)))
    }

    /// The fields whose value is an entry that is to be made, each with its name.
    pub fn new_entries(&self) -> impl Iterator<Item = (Field, &str)> {
        Field::that_can(CREATES).filter_map(|field| match self.values.get(field) {
            Some(Value::NewEntry(name)) => Some((field, name.as_str())),
            _ => None,
        })
    }
}

/// What came of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct NormalisedRow {
    /// The case.
    pub case: NormalisedCase,
    /// Whether an earlier row of the file says just the same.
    pub is_repeated: bool,
    /// What was not understood in it.
    pub remarks: Vec<Remark>,
    /// Where its values come from; empty unless asked for.
    pub derivations: Vec<Derivation>,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Derivation {
    /// The field of the case.
    pub field: &'static str,
    /// The value; slugs for references.
    pub value: String,
    /// The same in Chinese, where it is a sentence.
    #[serde(skip)]
    pub value_zh: Option<String>,
    /// The rule that gave it.
    pub rule: &'static str,
    /// Header of the column.
    pub column: String,
    /// The cell, verbatim.
    pub cell: String,
}

impl Derivation {
    /// Whether its value is one of several that the field has, each of which is told by itself.
    pub fn is_of_several(&self) -> bool {
        Field::named(self.field).is_some_and(|field| matches!(field.kind(), Kind::Texts))
    }
}

/// A value as derivations and conflicts tell it.
pub(super) fn shown(field: Field, value: &Value, catalog: &Catalog) -> String {
    match value {
        Value::Id(id) => id.to_string(),
        Value::Reference(id) => {
            names::of(catalog, field).and_then(|names| names.get(*id)).map_or("", Entry::slug).to_owned()
        }
        Value::Member(slug) => (*slug).to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Hundredths(amount) => Hundredths(*amount).to_string(),
        Value::Date(date) => date.to_string(),
        Value::Text(text) | Value::NewEntry(text) => text.clone(),
        Value::Texts(texts) => texts.join(", "),
        Value::Json(json) => json.to_string(),
    }
}
