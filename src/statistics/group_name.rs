//! What a group of cases is called, and its place in the own order of its field.

use crate::catalog::Catalog;
use crate::engine::tally::GroupValue;
use crate::model::case::{Field, count, names, select};
use crate::model::field::{GROUP, Kind};

/// The fields by which cases can be grouped.
pub const DIMENSIONS: &[&str] = &names::<{ count(GROUP) }>(select(GROUP));

/// Whether the values of a field are periods of time.
pub fn is_time(field: Field) -> bool {
    matches!(field.kind(), Kind::Period { .. })
}

/// What the group without a value is called, in Chinese and in English.
pub(super) fn names_of_unknown(field: Field) -> (&'static str, &'static str) {
    match field.kind() {
        Kind::Tags => ("无标签", "No tag"),
        _ => ("未知", "Unknown"),
    }
}

/// The index of a value in the own order of its field, which is that of the catalog or the closed set; values without
/// one are told apart by what they are.
pub(super) fn index(field: Field, catalog: &Catalog, value: &GroupValue) -> usize {
    let index = match (value, field.kind()) {
        (GroupValue::Reference(id), Kind::Reference(entity)) => catalog.directory(entity).index(*id),
        (GroupValue::Member(slug), Kind::Closed(set)) => set.position(slug),
        _ => Some(0),
    };
    index.unwrap_or(usize::MAX)
}
