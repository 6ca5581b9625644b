//! The catalog of the seed's reference files, without any database.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::files::SeedFiles;
use super::rows::{ReferenceFile, ReferenceRow, SeedFileError};
use crate::catalog::{Alias, Catalog, Entity, Entry};
use crate::model::closed_set::ClosedSet;
use crate::model::entity::Attribute;

/// The catalog that the seed's files make. Numbers of entries are places in the files, and not those of any database.
///
/// # Errors
/// Where a file is refused.
pub fn catalog(files: &SeedFiles) -> Result<Catalog, SeedFileError> {
    let mut numbers: HashMap<(Entity, String), i32> = HashMap::new();
    let mut entries = Vec::new();
    for &entity in Entity::ALL {
        let Some(file) = ReferenceFile::read(files, entity.table())? else { continue };
        numbers.extend(file.rows.iter().zip(1..).map(|(row, id)| ((entity, row.slug.clone()), id)));
        let mut aliases: HashMap<String, Vec<Alias>> = HashMap::new();
        for row in file.aliases {
            aliases.entry(row.slug).or_default().push(row.alias);
        }
        for (row, id) in file.rows.into_iter().zip(1..) {
            let values = values(entity, &row, &numbers)?;
            let aliases = aliases.remove(&row.slug).unwrap_or_default();
            entries.push(Entry::new(entity, id, row.slug, values, aliases));
        }
    }
    Ok(Catalog::new(0, entries))
}

/// The values of a row, other rows by their number.
fn values(
    entity: Entity,
    row: &ReferenceRow,
    numbers: &HashMap<(Entity, String), i32>,
) -> Result<Vec<Value>, SeedFileError> {
    let table = entity.table();
    let number = |(attribute, value): (&Attribute, &Value)| {
        let (Some(to), Some(slug)) = (attribute.refers_to(), value.as_str()) else { return Ok(value.clone()) };
        let message = || format!("`{}` has the {} `{slug}`, which there is not", row.slug, attribute.name);
        let number = numbers.get(&(to, slug.to_owned()));
        number.map(|number| json!(number)).ok_or_else(|| SeedFileError::new(table.file, message()))
    };
    table.attributes.iter().zip(&row.values).map(number).collect()
}
