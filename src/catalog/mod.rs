//! The catalog: reference data, kept in memory, and what names mean in it.
//!
//! [`entry`] is one of its entries, [`directory`] finds those of one entity, [`resolution`] is what a name means among
//! them, with [`forms`], [`places`], [`pinyin`] and [`spellings`] for other ways to write it and [`similar`] for near
//! ones; [`cities`] finds the city that a text names; [`mod@reference`] is how they stand in cases, [`load`] reads them by the table of
//! [entities](crate::model::entity), [`cache`] keeps the newest catalog; [`guide`] is the guide, which is read as it is
//! asked for.

pub mod cache;
pub mod cities;
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

use crate::database::dataset::Dataset;
use crate::model::closed_set::ClosedSet;
pub use crate::model::closed_sets::{CompanyKind, MajorLevel, RoleFamily, SourceKind, Visibility};
pub use crate::model::entity::Entity;
use cities::NoCity;
pub use directory::Directory;
pub use entry::{Alias, Entry};
pub use resolution::{Candidate, FoundBy, Resolved};

/// All reference data at one version.
#[derive(Debug)]
pub struct Catalog {
    /// The version of the data at which this was read.
    pub version: i64,
    /// The history that the version is of; empty where it stands for none.
    lineage: String,
    /// By entity.
    directories: Vec<Directory>,
}

impl Catalog {
    /// A catalog of these entries, given in any order; `version` is what it counts as.
    pub fn new(version: i64, entries: Vec<Entry>) -> Self {
        let places = Arc::new(Places::of(entries.iter()));
        let mut by_entity: BTreeMap<Entity, Vec<Entry>> = BTreeMap::new();
        for entry in entries {
            by_entity.entry(entry.entity()).or_default().push(entry);
        }
        let directory = |entity: &Entity| {
            let entries = in_order(*entity, by_entity.remove(entity).unwrap_or_default());
            Directory::new(entries, entity.definition().forms, Arc::clone(&places))
        };
        Self { version, lineage: String::new(), directories: Entity::ALL.iter().map(directory).collect() }
    }

    /// Whether it is the reference data of a state of the data.
    pub fn is_of(&self, dataset: &Dataset) -> bool {
        self.version == dataset.catalog_version && self.lineage == dataset.lineage
    }

    /// The entries of an entity, in its order: by what its table is ordered by, then by slug.
    pub fn directory(&self, entity: Entity) -> &Directory {
        &self.directories[entity as usize]
    }

    /// The sources whose cases stand in statistics alone.
    pub fn closed_sources(&self) -> Vec<i32> {
        let sources = self.directory(Entity::Source).entries().iter();
        sources.filter(|source| source.visibility() == Some(Visibility::AggregatesOnly)).map(Entry::id).collect()
    }

    /// What a name means as that of an entry: what it is called, or, of a city, what it says of where that is.
    pub fn resolve(&self, entity: Entity, name: &str) -> Resolved<'_> {
        let directory = self.directory(entity);
        match self.city_in(entity, name) {
            Some(Ok(entry)) => Resolved::Found { entry, by: FoundBy::Place, others: Vec::new() },
            Some(Err(NoCity::Ambiguous(slugs))) => Resolved::Ambiguous {
                entries: slugs.iter().filter_map(|slug| directory.by_slug(slug)).collect(),
                by: FoundBy::Place,
            },
            Some(Err(_)) | None => directory.resolve(name),
        }
    }

    /// At most `limit` entries that a name may mean, the most likely first: see [`Directory::candidates`].
    pub fn candidates(&self, entity: Entity, name: &str, limit: usize) -> Vec<Candidate<'_>> {
        let found = self.city_in(entity, name).and_then(Result::ok);
        let found =
            found.map(|entry| Candidate { entry, found_by: Some(FoundBy::Place), score: FoundBy::Place.score() });
        let is_other = |other: &Candidate<'_>| found.as_ref().is_none_or(|found| found.entry.id() != other.entry.id());
        let others = self.directory(entity).candidates(name, limit).into_iter().filter(is_other).collect::<Vec<_>>();
        found.into_iter().chain(others).take(limit).collect()
    }

    /// The city that a text names that is no city's name itself.
    fn city_in(&self, entity: Entity, name: &str) -> Option<Result<&Entry, NoCity>> {
        let is_text = entity == Entity::City && self.directory(entity).called(name).next().is_none();
        is_text.then(|| cities::city_in(name, self))
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
