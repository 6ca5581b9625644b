//! A place in an ordered list, to go on from.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::sort::{Sort, SortKey};
use crate::parameters::{Kind, Mistake, Parameter};

/// The parameter of a cursor.
pub const CURSOR: Parameter = Parameter {
    name: "cursor",
    description: "Where to go on: `next_cursor` of the page before, unchanged, with the same `sort`.",
    kind: Kind::Text,
    example: "eyJzIjoiLW9mZmVyZWRfb24iLCJ2IjpbIi1pbmZpbml0eSJdLCJpIjoiMDAwMDAwMDAtMDAwMC01MDAwLTgwMDAtMDAwMDAwMDAwMDAwIn0",
};

/// The last case of a page, by all that it was ordered by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cursor {
    /// The order in which it is a place.
    #[serde(rename = "s")]
    sort: String,
    /// The values of the order's expressions, as text.
    #[serde(rename = "v")]
    pub(super) values: Vec<String>,
    /// The id.
    #[serde(rename = "i")]
    pub(super) id: Uuid,
}

impl Cursor {
    pub(super) fn new(sort: &Sort, values: Vec<String>, id: Uuid) -> Self {
        Self { sort: sort.to_text(), values, id }
    }

    /// As it stands in `next_cursor`.
    pub fn encode(&self) -> String {
        let json = serde_json::to_vec(self).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(json)
    }

    /// Reads what [`Cursor::encode`] gave, for the same order.
    pub fn decode(text: &str, sort: &Sort) -> Result<Self, Mistake> {
        let foreign = || Mistake::new(CURSOR.name, "is not a cursor of this list; take `next_cursor` unchanged");
        let json = URL_SAFE_NO_PAD.decode(text).map_err(|_| foreign())?;
        let cursor: Self = serde_json::from_slice(&json).map_err(|_| foreign())?;
        if cursor.sort != sort.to_text() {
            let message = format!("belongs to sort={}, and cannot go on with sort={}", cursor.sort, sort.to_text());
            return Err(Mistake::new(CURSOR.name, message));
        }
        let readable = cursor.values.len() == sort.0.len()
            && cursor.values.iter().zip(&sort.0).all(|(value, by)| is_value_of(by.key, value));
        if readable { Ok(cursor) } else { Err(foreign()) }
    }
}

/// Whether the database will read the text as a value of this key.
fn is_value_of(key: SortKey, value: &str) -> bool {
    match key {
        SortKey::OfferedOn => matches!(value, "infinity" | "-infinity") || is_iso_date(value),
        SortKey::Company => !value.is_empty() && !value.contains('\0'),
        SortKey::PayAnnual => value.parse::<i64>().is_ok(),
        SortKey::InterviewRounds | SortKey::PreparationDays => value.parse::<i16>().is_ok(),
        SortKey::CreatedAt => {
            let in_utc = value.ends_with("+00") && value.get(..10).is_some_and(is_iso_date);
            in_utc && DateTime::parse_from_str(value, "%Y-%m-%d %H:%M:%S%.f%#z").is_ok()
        }
    }
}

/// `YYYY-MM-DD` of a year from 1 to 9999, which is what PostgreSQL prints and reads.
fn is_iso_date(text: &str) -> bool {
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d");
    text.len() == 10 && date.is_ok_and(|date| (1..=9999).contains(&date.year()))
}

#[cfg(test)]
mod tests {
    use super::super::sort::SortBy;
    use super::*;

    fn sort(key: SortKey) -> Sort {
        Sort(vec![SortBy { key, descending: true }])
    }

    #[test]
    fn a_cursor_comes_back_as_it_was() {
        let by_date = sort(SortKey::OfferedOn);
        let cursor = Cursor::new(&by_date, vec!["-infinity".into()], Uuid::nil());
        assert_eq!(Cursor::decode(&cursor.encode(), &by_date), Ok(cursor));
    }

    #[test]
    fn a_cursor_is_refused_with_another_order_and_when_tampered_with() {
        let by_date = sort(SortKey::OfferedOn);
        let cursor = Cursor::new(&by_date, vec!["2024-05-01".into()], Uuid::nil()).encode();
        let message = Cursor::decode(&cursor, &sort(SortKey::Company)).expect_err("another order").message;
        assert!(message.contains("-offered_on") && message.contains("-company"), "{message}");
        let tampered = Cursor::new(&by_date, vec!["'; drop".into()], Uuid::nil()).encode();
        for text in ["", "x", "e30", &cursor[..10], &tampered] {
            assert!(Cursor::decode(text, &by_date).is_err(), "{text:?} was taken");
        }
    }

    #[test]
    fn dates_are_read_as_postgresql_prints_them() {
        for (text, expected) in [
            ("2026-11-23", true),
            ("-infinity", true),
            ("0000-01-01", false),
            ("-0044-03-15", false),
            ("+262142-01-01", false),
            ("2026-1-1", false),
        ] {
            assert_eq!(is_value_of(SortKey::OfferedOn, text), expected, "{text}");
        }
    }

    #[test]
    fn times_are_read_as_postgresql_prints_them() {
        for (text, expected) in [
            ("2026-11-23 16:03:51.123456+00", true),
            ("2026-11-23 16:03:51+00", true),
            ("2026-11-23T16:03:51Z", false),
            ("2026-11-23 16:03:51+23", false),
            ("0000-01-01 00:00:00+00", false),
            ("yesterday", false),
        ] {
            assert_eq!(is_value_of(SortKey::CreatedAt, text), expected, "{text}");
        }
    }
}
