//! What names mean in the catalog, whatever kind of entries they are of.

use crate::catalog::{Catalog, Directory, Entry, FoundBy, Resolution};
use crate::model::case::Field;
use crate::model::entity::Entity;
use crate::model::field::Kind;

/// What a name means; entries are told by their slugs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// One entry.
    One {
        /// Its number.
        id: i32,
        /// Its slug.
        slug: String,
        /// By what it was found.
        by: FoundBy,
        /// Entries that have the same name as an alias; empty = none.
        others: String,
    },
    /// One of these.
    Several(String),
    /// No entry.
    None,
}

/// A directory of entries of one kind, for code that does not know which.
pub trait Names {
    /// The number of the entry with exactly this slug.
    fn id_of(&self, slug: &str) -> Option<i32>;
    /// The slug of the entry with this number.
    fn slug_of(&self, id: i32) -> Option<&str>;
    /// What a name means; similar names are not looked for.
    fn meaning(&self, name: &str) -> Meaning;
}

impl<E: Entry> Names for Directory<E>
where
    E::Id: Into<i32> + TryFrom<i32>,
{
    fn id_of(&self, slug: &str) -> Option<i32> {
        self.by_slug(slug).map(|entry| entry.id().into())
    }

    fn slug_of(&self, id: i32) -> Option<&str> {
        self.get(E::Id::try_from(id).ok()?).map(Entry::slug)
    }

    fn meaning(&self, name: &str) -> Meaning {
        // Asked first, since looking for similar names is slow.
        if self.called(name).next().is_none() {
            return Meaning::None;
        }
        let slugs = |entries: &[&E]| entries.iter().map(|entry| entry.slug()).collect::<Vec<_>>().join(", ");
        match self.resolve(name) {
            Resolution::Found { entry, by, others } => {
                Meaning::One { id: entry.id().into(), slug: entry.slug().to_owned(), by, others: slugs(&others) }
            }
            Resolution::Ambiguous(entries) => Meaning::Several(slugs(&entries)),
            Resolution::Unknown { .. } => Meaning::None,
        }
    }
}

/// The directory of the entries that a field refers to; `None` where it is no reference.
pub fn of(catalog: &Catalog, field: Field) -> Option<&dyn Names> {
    let Kind::Reference(entity) = field.kind() else { return None };
    Some(match entity {
        Entity::Company => &catalog.companies,
        Entity::Role => &catalog.roles,
        Entity::Major => &catalog.majors,
        Entity::SchoolTier => &catalog.school_tiers,
        Entity::School => &catalog.schools,
        Entity::Tag => &catalog.tags,
        Entity::Source => &catalog.sources,
    })
}

/// What a name means as a value of a field.
pub fn meaning(catalog: &Catalog, field: Field, name: &str) -> Meaning {
    of(catalog, field).map_or(Meaning::None, |names| names.meaning(name))
}
