//! What a group of cases is called, and its place in the own order of its field.

use crate::catalog::{Catalog, Entry};
use crate::engine::tally::GroupValue;
use crate::model::case::{Field, count, names, select};
use crate::model::entity::Entity;
use crate::model::field::{GROUP, Kind, Origin};

/// The fields by which cases can be grouped.
pub const DIMENSIONS: &[&str] = &names::<{ count(GROUP) }>(select(GROUP));

/// What a group is called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct GroupName {
    /// What any filter takes for it.
    pub value: String,
    /// Chinese name.
    pub name: String,
    /// English name.
    pub name_en: Option<String>,
}

/// The filter's parameter that takes the values of a field.
pub fn filter_parameter(field: Field) -> &'static str {
    match field.origin() {
        Origin::PeriodOf(of) => of.name(),
        _ => field.name(),
    }
}

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
pub(super) fn name_group(field: Field, catalog: &Catalog, value: &GroupValue) -> GroupName {
    match (value, field.kind()) {
        (GroupValue::Reference(id), Kind::Reference(entity)) => by_id(catalog, entity, *id),
        (GroupValue::Text(slug), Kind::Tags) => catalog.tags.by_slug(slug).map_or_else(|| plain(slug), entry_name),
        (GroupValue::Member(slug), Kind::Closed(set)) => {
            let label = set.position(slug).map(|member| set.members[member].label);
            label.map_or_else(
                || plain(slug),
                |label| GroupName {
                    value: (*slug).to_owned(),
                    name: label.zh.to_owned(),
                    name_en: Some(label.en.to_owned()),
                },
            )
        }
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

fn by_id(catalog: &Catalog, entity: Entity, id: i32) -> GroupName {
    // Missing where the entry is newer than the catalog, which the next request makes good.
    catalog.directory(entity).get(id).map_or_else(|| plain(&format!("id-{id}")), entry_name)
}

fn entry_name(entry: &Entry) -> GroupName {
    GroupName {
        value: entry.slug().to_owned(),
        name: entry.name().to_owned(),
        name_en: entry.name_en().map(str::to_owned),
    }
}

fn plain(text: &str) -> GroupName {
    GroupName { value: text.to_owned(), name: text.to_owned(), name_en: None }
}
