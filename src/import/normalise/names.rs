//! What names mean in the catalog, whatever kind of entries they are of.

use crate::catalog::{Catalog, Directory, Entry, FoundBy, Resolution};
use crate::model::case::Field;
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

/// The directory of the entries that a field refers to; `None` where it is no reference.
pub fn of(catalog: &Catalog, field: Field) -> Option<&Directory> {
    match field.kind() {
        Kind::Reference(entity) => Some(catalog.directory(entity)),
        _ => None,
    }
}

/// What a name means as a value of a field; similar names are not looked for.
pub fn meaning(catalog: &Catalog, field: Field, name: &str) -> Meaning {
    let Some(directory) = of(catalog, field) else { return Meaning::None };
    // Asked first, since looking for similar names is slow.
    if directory.called(name).next().is_none() {
        return Meaning::None;
    }
    let slugs = |entries: &[&Entry]| entries.iter().map(|entry| entry.slug()).collect::<Vec<_>>().join(", ");
    match directory.resolve(name) {
        Resolution::Found { entry, by, others } => {
            Meaning::One { id: entry.id(), slug: entry.slug().to_owned(), by, others: slugs(&others) }
        }
        Resolution::Ambiguous(entries) => Meaning::Several(slugs(&entries)),
        Resolution::Unknown { .. } => Meaning::None,
    }
}
