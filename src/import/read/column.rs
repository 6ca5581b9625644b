//! What a column of a table may say.

use super::ReadError;
use super::names::FIELDS;
use crate::model::case::Field;
use crate::text::name_key;

/// What a column of a table says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// A field of the case, or several of which this one is the first.
    Field(Field),
    /// Whether there was an offer at all, which is no field: a row without one is no case.
    Outcome,
    /// Of which time the figures of pay are that do not say it, which is no field.
    PayPeriod,
    /// When or whether somebody applied, as only tables of applications say it.
    Application,
    /// Nothing that is read.
    Nothing,
}

impl From<Field> for Column {
    fn from(field: Field) -> Self {
        Self::Field(field)
    }
}

/// The column of school tier and degree in one label.
pub const EDUCATION: Field = Field::HighestDegree;
/// The column of what is paid, as text.
pub const PAY: Field = Field::PayAnnual;
/// The column of what identifies the row.
pub const KEY: Field = Field::SourceKey;

/// Whether a column says figures of pay.
pub fn is_pay(column: Column) -> bool {
    matches!(column, Column::Field(field) if field.is_money())
}

/// What the reader of a file writes for a column that is not to be read.
const NOTHING: &str = "-";

/// Columns that are not called as the field that they say at least: they say several, or say it in words.
const COLUMN_NAMES: &[(Column, &str)] = &[
    (Column::Field(EDUCATION), "education"),
    (Column::Field(PAY), "pay"),
    (Column::Field(KEY), "key"),
    (Column::Field(Field::OfferedOn), "date"),
    (Column::Field(Field::PreparationDays), "preparation"),
    (Column::Outcome, "outcome"),
    (Column::PayPeriod, "pay_period"),
    (Column::Application, "application"),
    (Column::Nothing, NOTHING),
];

/// What a column is called where a reader of a file names it, as in `--map 谁=company`.
pub fn column_name(column: impl Into<Column>) -> &'static str {
    let column = column.into();
    let called = COLUMN_NAMES.iter().find(|(other, _)| *other == column).map(|(_, name)| *name);
    called.unwrap_or_else(|| match column {
        Column::Field(field) => field.name(),
        Column::Outcome | Column::PayPeriod | Column::Application | Column::Nothing => NOTHING,
    })
}

/// What it is called in messages.
pub fn spoken(column: impl Into<Column>) -> String {
    column_name(column).replace('_', " ")
}

/// The column of this name, or of the field of this name.
///
/// # Errors
/// Where no column is called so.
pub fn column_named(name: &str) -> Result<Column, ReadError> {
    let name = name.trim();
    let key = name_key(name);
    let is_called = |column: &Column| {
        let field = match column {
            Column::Field(field) => Some(field.name()),
            _ => None,
        };
        name_key(column_name(*column)) == key || field.is_some_and(|field| name_key(field) == key)
    };
    all_columns().find(is_called).ok_or_else(|| {
        let known = all_columns().map(column_name).collect::<Vec<_>>().join(", ");
        ReadError::UnknownField(name.to_owned(), known)
    })
}

/// Every column that a table may have and that says fields: the fields that have headers.
pub fn columns() -> impl Iterator<Item = Field> {
    FIELDS.iter().copied()
}

/// Every column that can be named.
pub(super) fn all_columns() -> impl Iterator<Item = Column> {
    columns().map(Column::Field).chain([Column::Outcome, Column::PayPeriod, Column::Application, Column::Nothing])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_called_by_its_name_or_that_of_its_field() {
        for (name, column) in [
            ("Role_Track", Column::Field(Field::RoleTrack)),
            ("pay", Column::Field(PAY)),
            ("offered_on", Column::Field(Field::OfferedOn)),
            ("date", Column::Field(Field::OfferedOn)),
            ("outcome", Column::Outcome),
            ("-", Column::Nothing),
        ] {
            assert_eq!(column_named(name), Ok(column), "{name}");
        }
        let error = column_named("wage slip").expect_err("unknown").to_string();
        assert!(error.contains("bachelor_school") && error.contains("wage slip"), "{error}");
    }
}
