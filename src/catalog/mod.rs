//! The catalog: reference data, kept in memory, and what names mean in it.
//!
//! [`entry`] is one of its entries, [`directory`] finds those of one entity, [`resolution`] is what a name means among
//! them, with [`forms`], [`places`], [`pinyin`] and [`spellings`] for other ways to write it and [`similar`] for near
//! ones; [`mod@reference`] is how they stand in cases, [`load`] reads them by the table of
//! [entities](crate::model::entity), [`cache`] keeps the newest catalog; [`guide`] is the guide, which is read as it is
//! asked for.

pub mod cache;
pub mod directory;
pub mod entry;
pub mod forms;
pub mod guide;
mod load;
pub mod pinyin;
pub mod places;
pub mod reference;
pub mod resolution;
mod similar;
mod spellings;

use std::collections::BTreeMap;
use std::sync::Arc;

use places::Places;

pub use crate::model::closed_sets::{CompanyKind, MajorLevel, RoleFamily, SourceKind};
pub use crate::model::entity::Entity;
pub use directory::Directory;
pub use entry::{Alias, Entry};
pub use resolution::{FoundBy, Resolution};

/// All reference data at one version.
#[derive(Debug)]
pub struct Catalog {
    /// The version of the data at which this was read.
    pub version: i64,
    /// Employers, by slug.
    pub companies: Directory,
    /// Posts, by slug.
    pub roles: Directory,
    /// Fields of study: disciplines by code, each followed by what is under it; then broad labels.
    pub majors: Directory,
    /// School tiers, by rank.
    pub school_tiers: Directory,
    /// Universities and colleges, by slug.
    pub schools: Directory,
    /// Tags, by slug.
    pub tags: Directory,
    /// Sources, by slug.
    pub sources: Directory,
}

impl Catalog {
    /// A catalog of these entries, given in any order; `version` is what it counts as.
    pub fn new(version: i64, entries: Vec<Entry>) -> Self {
        let places = Arc::new(Places::of(entries.iter()));
        let mut by_entity: BTreeMap<Entity, Vec<Entry>> = BTreeMap::new();
        for entry in entries {
            by_entity.entry(entry.entity()).or_default().push(entry);
        }
        let mut directory = |entity: Entity| {
            let entries = in_order(entity, by_entity.remove(&entity).unwrap_or_default());
            Directory::new(entries, entity.definition().forms, Arc::clone(&places))
        };
        Self {
            version,
            companies: directory(Entity::Company),
            roles: directory(Entity::Role),
            majors: directory(Entity::Major),
            school_tiers: directory(Entity::SchoolTier),
            schools: directory(Entity::School),
            tags: directory(Entity::Tag),
            sources: directory(Entity::Source),
        }
    }

    /// The entries of an entity.
    pub fn directory(&self, entity: Entity) -> &Directory {
        match entity {
            Entity::Company => &self.companies,
            Entity::Role => &self.roles,
            Entity::Major => &self.majors,
            Entity::SchoolTier => &self.school_tiers,
            Entity::School => &self.schools,
            Entity::Tag => &self.tags,
            Entity::Source => &self.sources,
        }
    }
}

/// Sorted here: the order of a database depends on its collation, and cursors compare bytes.
fn in_order(entity: Entity, mut entries: Vec<Entry>) -> Vec<Entry> {
    let order_by = entity.definition().order_by.unwrap_or_default();
    entries.sort_by_cached_key(|entry| {
        let (integer, text) = (entry.integer(order_by), entry.text(order_by).map(str::to_owned));
        // What has no value comes last; the slug ends the order.
        (integer.is_none() && text.is_none(), integer, text, entry.slug().to_owned())
    });
    entries
}
