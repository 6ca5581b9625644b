//! A place in an ordered list, to go on from.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::list::Page;
use super::sort::Sort;
use crate::parameters::message;
use crate::parameters::{Kind, Parameter, ParameterError, ParameterReader};

/// The parameter of a cursor.
pub const CURSOR: Parameter = Parameter {
    name: "cursor",
    description: "Where to go on, or back: `next_cursor` or `prev_cursor` of a page, unchanged, with the same `sort`.",
    kind: Kind::Text,
    example: "eyJzIjoiLW9mZmVyZWRfb24iLCJ2IjpbIi1pbmZpbml0eSJdLCJpIjoiMDAwMDAwMDAtMDAwMC01MDAwLTgwMDAtMDAwMDAwMDAwMDAwIn0",
};

/// Takes the cursor of another list than that of cases out of a request; what `decode` makes nothing of is a mistake.
pub fn take_cursor<T>(reader: &mut ParameterReader, decode: impl Fn(&str) -> Option<T>) -> Option<T> {
    let bytes = URL_SAFE_NO_PAD.decode(reader.text(CURSOR.name)?).unwrap_or_default();
    let place = std::str::from_utf8(&bytes).ok().and_then(decode);
    if place.is_none() {
        reader.wrong(foreign());
    }
    place
}

/// A place as [`take_cursor`] reads it.
pub fn written_cursor(place: &str) -> String {
    URL_SAFE_NO_PAD.encode(place)
}

fn foreign() -> ParameterError {
    ParameterError::new(
        CURSOR.name,
        message!(
            "is not a cursor of this list; take `next_cursor` or `prev_cursor` unchanged",
            "不是这个列表的游标；请原样使用 `next_cursor` 或 `prev_cursor`"
        ),
    )
}

impl<T> Page<T> {
    /// The first so many; `place` is where the list goes on behind an item, for [`take_cursor`]. One more than asked for
    /// tells that there is a next page.
    pub fn first(mut items: Vec<T>, limit: u32, place: impl Fn(&T) -> String) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = items.last().filter(|_| more).map(|last| written_cursor(&place(last)));
        Self { items, next_cursor }
    }
}

/// The last case of a page, or the first to go back from, by all that it was ordered by.
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
    /// Whether what stands in front of it is meant.
    #[serde(rename = "b", default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) is_back: bool,
}

impl Cursor {
    /// Behind a case with these values in an order, or, to go back, in front of it.
    pub(super) fn new(sort: &Sort, values: Vec<String>, id: Uuid, is_back: bool) -> Self {
        Self { sort: sort.to_text(), values, id, is_back }
    }

    /// As it stands in an answer.
    pub fn encode(&self) -> String {
        let json = serde_json::to_vec(self).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(json)
    }

    /// Reads what [`Cursor::encode`] gave, for the same order.
    pub fn decode(text: &str, sort: &Sort) -> Result<Self, ParameterError> {
        let json = URL_SAFE_NO_PAD.decode(text).map_err(|_| foreign())?;
        let cursor: Self = serde_json::from_slice(&json).map_err(|_| foreign())?;
        if cursor.sort != sort.to_text() {
            let (given, wanted) = (cursor.sort, sort.to_text());
            let message = message!(
                "belongs to sort={given}, and cannot go on with sort={wanted}",
                "属于 sort={given}，不能用于 sort={wanted}"
            );
            return Err(ParameterError::new(CURSOR.name, message));
        }
        let readable = cursor.values.len() == sort.0.len()
            && cursor.values.iter().zip(&sort.0).all(|(value, by)| by.value_type.reads(value));
        if readable { Ok(cursor) } else { Err(foreign()) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sort::SortBy;
    use super::*;
    use crate::model::case::Field;

    fn sort(field: Field) -> Sort {
        Sort(vec![SortBy::new(field, true)])
    }

    #[test]
    fn a_cursor_comes_back_as_it_was() {
        let by_date = sort(Field::OfferedOn);
        let cursor = Cursor::new(&by_date, vec!["-infinity".into()], Uuid::nil(), false);
        assert_eq!(Cursor::decode(&cursor.encode(), &by_date), Ok(cursor.clone()));
        let back = Cursor { is_back: true, ..cursor };
        assert_eq!(Cursor::decode(&back.encode(), &by_date), Ok(back));
    }

    #[test]
    fn a_cursor_is_refused_with_another_order_and_when_tampered_with() {
        let by_date = sort(Field::OfferedOn);
        let cursor = Cursor::new(&by_date, vec!["2024-05-01".into()], Uuid::nil(), false).encode();
        let message = Cursor::decode(&cursor, &sort(Field::Company)).expect_err("another order").message;
        assert!(message.en.contains("-offered_on") && message.en.contains("-company"), "{message}");
        let tampered = Cursor::new(&by_date, vec!["'; drop".into()], Uuid::nil(), false).encode();
        for text in ["", "x", "e30", &cursor[..10], &tampered] {
            assert!(Cursor::decode(text, &by_date).is_err(), "{text:?} was taken");
        }
    }
}
