//! The catalog: reference data, kept in memory, and what names mean in it.
//!
//! [`entry`] is one of its entries, [`directory`] finds those of one entity, [`mod@reference`] is how they stand in
//! cases, [`places`] finds the city that a text names, [`load`] reads them by the table of [entities](crate::model::entity), [`cache`] keeps the newest catalog;
//! [`guide`] is the guide, which is read as it is asked for.

pub mod cache;
pub mod directory;
pub mod entry;
pub mod guide;
mod load;
pub mod places;
pub mod reference;

use std::collections::BTreeMap;

use crate::model::closed_set::ClosedSet;
pub use crate::model::closed_sets::{CompanyKind, MajorLevel, RoleFamily, SourceKind};
pub use crate::model::entity::Entity;
pub use directory::{Candidate, Directory, FoundBy, Resolution};
pub use entry::{Alias, Entry};
use places::NoCity;

/// All reference data at one version.
#[derive(Debug)]
pub struct Catalog {
    /// The version of the data at which this was read.
    pub version: i64,
    /// By entity.
    directories: Vec<Directory>,
}

impl Catalog {
    /// A catalog of these entries, given in any order; `version` is what it counts as.
    pub fn new(version: i64, entries: Vec<Entry>) -> Self {
        let mut by_entity: BTreeMap<Entity, Vec<Entry>> = BTreeMap::new();
        for entry in entries {
            by_entity.entry(entry.entity()).or_default().push(entry);
        }
        let directory =
            |entity: &Entity| Directory::new(in_order(*entity, by_entity.remove(entity).unwrap_or_default()));
        Self { version, directories: Entity::ALL.iter().map(directory).collect() }
    }

    /// The entries of an entity, in its order: by what its table is ordered by, then by slug.
    pub fn directory(&self, entity: Entity) -> &Directory {
        &self.directories[entity as usize]
    }

    /// What a name means as that of an entry: what it is called, or, of a city, what it says of where that is.
    pub fn resolve(&self, entity: Entity, name: &str) -> Resolution<'_> {
        let directory = self.directory(entity);
        match self.city_in(entity, name) {
            Some(Ok(entry)) => Resolution::Found { entry, by: FoundBy::Place, others: Vec::new() },
            Some(Err(NoCity::Ambiguous(slugs))) => {
                Resolution::Ambiguous(slugs.iter().filter_map(|slug| directory.by_slug(slug)).collect())
            }
            Some(Err(_)) | None => directory.resolve(name),
        }
    }

    /// At most `limit` entries that a name may mean, the most likely first: see [`Directory::candidates`].
    pub fn candidates(&self, entity: Entity, name: &str, limit: usize) -> Vec<Candidate<'_>> {
        let found = self.city_in(entity, name).and_then(Result::ok);
        let found = found.map(|entry| Candidate { entry, found_by: Some(FoundBy::Place), score: 1.0 });
        let is_other = |other: &Candidate<'_>| found.as_ref().is_none_or(|found| found.entry.id() != other.entry.id());
        let others = self.directory(entity).candidates(name, limit).into_iter().filter(is_other).collect::<Vec<_>>();
        found.into_iter().chain(others).take(limit).collect()
    }

    /// The city that a text names that is no city's name itself.
    fn city_in(&self, entity: Entity, name: &str) -> Option<Result<&Entry, NoCity>> {
        let is_text = entity == Entity::City && self.directory(entity).called(name).next().is_none();
        is_text.then(|| places::city_in(name, self))
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
