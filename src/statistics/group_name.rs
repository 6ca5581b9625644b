//! What a group of cases is called, and its place in the own order of its field.

use crate::catalog::Catalog;
use crate::catalog::reference::{Names, Reference};
use crate::engine::tally::GroupValue;
use crate::model::case::{Field, count, names, select};
use crate::model::field::{GROUP, Kind, Label};

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

/// What the group of a value is called.
pub fn name_group(field: Field, catalog: &Catalog, value: &GroupValue) -> Names {
    match (value, field.kind()) {
        (GroupValue::Reference(id), Kind::Reference(entity)) => {
            Names::clone(&Reference::by_id(catalog.directory(entity), *id))
        }
        (GroupValue::Text(slug), Kind::Tags) => {
            catalog.tags.by_slug(slug).map_or_else(|| plain(slug), |tag| Names::clone(tag.reference()))
        }
        (GroupValue::Member(slug), Kind::Closed(set)) => set.position(slug).map_or_else(
            || plain(slug),
            |member| {
                let Label { zh, en } = set.members[member].label;
                Names { slug: (*slug).to_owned(), name: zh.to_owned(), name_en: Some(en.to_owned()) }
            },
        ),
        (GroupValue::Period(months), Kind::Period { is_month: true }) => {
            plain(&format!("{:04}-{:02}", months.div_euclid(12), months.rem_euclid(12) + 1))
        }
        (GroupValue::Period(year), _) => plain(&format!("{year:04}")),
        (GroupValue::Text(text), _) => plain(text),
        (GroupValue::Reference(id), _) => plain(&id.to_string()),
        (GroupValue::Member(slug), _) => plain(slug),
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

/// A value that is its own name.
pub fn plain(text: &str) -> Names {
    Names { slug: text.to_owned(), name: text.to_owned(), name_en: None }
}
