//! The order of a list of cases.

use chrono::{DateTime, Datelike, NaiveDate};

use super::binary;
use super::row::CaseRow;
use crate::model::case::{Field, count, names, select};
use crate::model::entity::Entity;
use crate::model::field::{self, Kind as FieldKind, Origin, REQUIRED};
use crate::parameters::{Kind, Parameter, ParameterReader};

/// The most keys that one order may have.
const MAX_KEYS: usize = 3;
/// The fields by which cases can be ordered.
const KEYS: [Field; count(field::SORT)] = select(field::SORT);

/// The field by which a request is ordered that asks for no order, the latest first.
pub(super) const USUAL: Field = Field::OfferedOn;

/// The parameter of an order.
pub const SORT: Parameter = Parameter {
    name: "sort",
    description: "What to order by; `-` in front = descending. Unknown values come last either way. Cases that are \
        equal in all of it are ordered by id, so that the order is always complete. Pay counts by its middle, in the \
        currency of the case. At most three keys.",
    kind: Kind::SomeOf {
        allowed: &names(KEYS),
        sign: Some('-'),
        default: &["-offered_on"],
        least: 1,
        most: Some(MAX_KEYS),
    },
    example: "-offered_on,company",
};

/// One key of an order with its direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortBy {
    field: Field,
    /// Whether the greatest comes first.
    pub(super) descending: bool,
    /// An expression that is never null: what is unknown counts as the last value there is, in either direction, so that
    /// a page can go on after it by one comparison.
    pub(super) expression: String,
    /// What the expression gives.
    pub(super) value_type: ValueType,
}

/// A type of the database in which cases are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueType {
    SmallInt,
    Integer,
    BigInt,
    Date,
    Timestamptz,
    Text,
}

impl ValueType {
    pub fn sql(self) -> &'static str {
        match self {
            Self::SmallInt => "smallint",
            Self::Integer => "integer",
            Self::BigInt => "bigint",
            Self::Date => "date",
            Self::Timestamptz => "timestamptz",
            Self::Text => "text",
        }
    }

    /// What comes before, and what behind, all that a case can have.
    fn ends(self) -> (&'static str, &'static str) {
        match self {
            Self::SmallInt => ("-1", "32767"),
            Self::Integer => ("-1", "2147483647"),
            Self::BigInt => ("-1", "9223372036854775807"),
            Self::Date | Self::Timestamptz => ("-infinity", "infinity"),
            Self::Text => ("", "\u{10ffff}"),
        }
    }

    /// Whether the database will read a text as such a value.
    pub fn reads(self, text: &str) -> bool {
        match self {
            Self::SmallInt => text.parse::<i16>().is_ok(),
            Self::Integer => text.parse::<i32>().is_ok(),
            Self::BigInt => text.parse::<i64>().is_ok(),
            Self::Date => self.is_end(text) || is_iso_date(text),
            Self::Timestamptz => {
                let in_utc = text.ends_with("+00") && text.get(..10).is_some_and(is_iso_date);
                self.is_end(text) || in_utc && DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%#z").is_ok()
            }
            Self::Text => !text.contains('\0'),
        }
    }

    fn is_end(self, text: &str) -> bool {
        let (first, last) = self.ends();
        text == first || text == last
    }
}

/// `YYYY-MM-DD` of a year from 1 to 9999, which is what PostgreSQL prints and reads.
fn is_iso_date(text: &str) -> bool {
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d");
    text.len() == 10 && date.is_ok_and(|date| (1..=9999).contains(&date.year()))
}

impl SortBy {
    /// A field in a direction.
    pub fn new(field: Field, descending: bool) -> Self {
        let column = |field: Field| format!("offer_cases.{}", field.column().unwrap_or("id"));
        let (value, value_type) = match (field.origin(), field.kind()) {
            // Twice the middle, which has no fraction.
            (Origin::Middle { min, max, .. }, _) => {
                (format!("{}::bigint + {}", column(min), column(max)), ValueType::BigInt)
            }
            (_, FieldKind::Number { is_small: true, .. }) => (column(field), ValueType::SmallInt),
            (_, FieldKind::Number { .. }) => (column(field), ValueType::Integer),
            (_, FieldKind::Date { .. }) => (column(field), ValueType::Date),
            (_, FieldKind::Time) => (column(field), ValueType::Timestamptz),
            (_, FieldKind::Reference(entity)) => (slug_of(entity, &column(field)), ValueType::Text),
            _ => (format!("{}::text collate \"C\"", column(field)), ValueType::Text),
        };
        let (first, last) = value_type.ends();
        let unknown = if descending { first } else { last };
        let expression = match field.can(REQUIRED) {
            true => value,
            false => format!("coalesce({value}, '{unknown}'::{})", value_type.sql()),
        };
        Self { field, descending, expression, value_type }
    }
}

/// The slug of the entry with a number.
fn slug_of(entity: Entity, number: &str) -> String {
    let table = entity.table().name;
    format!("(select {table}.slug::text collate \"C\" from {table} where {table}.id = {number})")
}

/// A complete order: the keys, then the id in the direction of the last key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort(pub(super) Vec<SortBy>);

impl Sort {
    /// Takes `sort` out of a request.
    pub fn parse(reader: &mut ParameterReader) -> Self {
        let words = reader.some_of(SORT.name).into_iter();
        Self(words.filter_map(|(down, name)| Some(SortBy::new(Field::named(name)?, down))).collect())
    }

    /// What it is by.
    pub(super) fn fields(&self) -> impl Iterator<Item = Field> {
        self.0.iter().map(|by| by.field)
    }

    /// Whether it is the order of a request that asks for none, for which there are indexes.
    pub(super) fn is_usual(&self) -> bool {
        matches!(self.0.as_slice(), [SortBy { field: USUAL, descending: true, .. }])
    }

    /// The values that a row has in the usual order, as the database writes them.
    pub(super) fn usual_values(row: &CaseRow) -> Vec<String> {
        let written = |date: NaiveDate| {
            let (year, era) = if date.year() > 0 { (date.year(), "") } else { (1 - date.year(), " BC") };
            format!("{year:04}-{:02}-{:02}{era}", date.month(), date.day())
        };
        let date = row.bytes(USUAL).and_then(binary::date);
        vec![date.map_or_else(|| "-infinity".to_owned(), written)]
    }

    /// Whether ids, which end the order, run downwards.
    pub(super) fn id_descending(&self) -> bool {
        self.0.last().is_some_and(|last| last.descending)
    }

    /// The same order from its end to its begin.
    pub(super) fn reversed(&self) -> Self {
        Self(self.0.iter().map(|by| SortBy { descending: !by.descending, ..by.clone() }).collect())
    }

    /// As it is written in `sort`.
    pub fn to_text(&self) -> String {
        let keys = self.0.iter().map(|by| format!("{}{}", if by.descending { "-" } else { "" }, by.field.name()));
        keys.collect::<Vec<_>>().join(",")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_postgresql_prints_them() {
        for (value_type, text, expected) in [
            (ValueType::Date, "2026-11-23", true),
            (ValueType::Date, "-infinity", true),
            (ValueType::Date, "0000-01-01", false),
            (ValueType::Date, "-0044-03-15", false),
            (ValueType::Date, "+262142-01-01", false),
            (ValueType::Date, "2026-1-1", false),
            (ValueType::Timestamptz, "2026-11-23 16:03:51.123456+00", true),
            (ValueType::Timestamptz, "2026-11-23 16:03:51+00", true),
            (ValueType::Timestamptz, "2026-11-23T16:03:51Z", false),
            (ValueType::Timestamptz, "2026-11-23 16:03:51+23", false),
            (ValueType::Timestamptz, "0000-01-01 00:00:00+00", false),
            (ValueType::Timestamptz, "yesterday", false),
            (ValueType::SmallInt, "32768", false),
            (ValueType::BigInt, "32768", true),
            (ValueType::Text, "bai\0du", false),
        ] {
            assert_eq!(value_type.reads(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_unknown_counts_as_the_last_value_in_either_direction() {
        for (field, descending, expected) in [
            (Field::OfferedOn, true, "coalesce(offer_cases.offered_on, '-infinity'::date)"),
            (Field::InterviewRounds, false, "coalesce(offer_cases.interview_rounds, '32767'::smallint)"),
            (Field::CreatedAt, true, "offer_cases.created_at"),
        ] {
            assert_eq!(SortBy::new(field, descending).expression, expected);
        }
    }
}
