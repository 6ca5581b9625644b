//! The catalog: reference data, kept in memory, and what names mean in it.
//!
//! [`entry`] is one of its entries, [`directory`] finds those of one entity, [`mod@reference`] is how they stand in
//! cases, [`load`] reads them by the table of [entities](crate::model::entity), [`cache`] keeps the newest catalog;
//! [`guide`] is the guide, which is read as it is asked for.

pub mod cache;
pub mod directory;
pub mod entry;
pub mod guide;
mod load;
pub mod reference;

use std::collections::BTreeMap;

pub use crate::model::closed_sets::{CompanyKind, MajorLevel, RoleFamily, SourceKind};
pub use crate::model::entity::Entity;
pub use directory::{Directory, FoundBy, Resolution};
pub use entry::{Alias, Entry};

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
        let mut by_entity: BTreeMap<Entity, Vec<Entry>> = BTreeMap::new();
        for entry in entries {
            by_entity.entry(entry.entity()).or_default().push(entry);
        }
        let mut directory = |entity| Directory::new(in_order(entity, by_entity.remove(&entity).unwrap_or_default()));
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
