//! What names mean in the catalog, whatever kind of entries they are of.

use crate::catalog::{Catalog, Directory, Entry, Resolution};
use crate::model::case::Field;
use crate::model::field::Kind;

/// The directory of the entries that a field refers to; `None` where it is no reference.
pub fn of(catalog: &Catalog, field: Field) -> Option<&Directory> {
    match field.kind() {
        Kind::Reference(entity) => Some(catalog.directory(entity)),
        _ => None,
    }
}

/// What a name means as a value of a field; `None` where nothing is called so. Similar names are not looked for.
pub fn meaning<'a>(catalog: &'a Catalog, field: Field, name: &str) -> Option<Resolution<'a>> {
    let directory = of(catalog, field)?;
    // Asked first, since looking for similar names is slow.
    directory.called(name).next()?;
    Some(directory.resolve(name))
}

/// The slugs of entries, as a remark lists them.
pub fn slugs(entries: &[&Entry]) -> String {
    entries.iter().map(|entry| entry.slug()).collect::<Vec<_>>().join(", ")
}
