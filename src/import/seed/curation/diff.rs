//! How the seed files would have to change to say what was curated.

use std::collections::BTreeSet;

use diesel_async::AsyncPgConnection;
use serde_json::Value;

use super::super::SeedError;
use super::super::files::SeedFiles;
use super::super::rows::{ReferenceFile, ReferenceRow, SeedFileError};
use super::{Curation, load};
use crate::catalog::Catalog;
use crate::model::closed_set::ClosedSet;
use crate::model::entity::{Entity, Table};

/// The rows of a file that would go and come.
#[derive(Debug)]
pub struct FileDifference {
    /// The name of the file.
    pub file: &'static str,
    /// Lines of the file, without their ends, that would go.
    pub removed: Vec<String>,
    /// Those that would come.
    pub added: Vec<String>,
}

/// What would have to change in each seed file so that it says what was curated in the database.
///
/// # Errors
/// Where a file is refused, or the database refuses.
pub async fn diff(connection: &mut AsyncPgConnection, files: &SeedFiles) -> Result<Vec<FileDifference>, SeedError> {
    let curations = load(connection).await?;
    let catalog = Catalog::load(connection, 0).await?;
    let mut differences = Vec::new();
    for &entity in Entity::ALL {
        if !curations.iter().any(|curation| curation.file == entity.table().file) {
            continue;
        }
        let Some(file) = ReferenceFile::read(files, entity.table())? else { continue };
        let header = header(files, entity.table())?;
        let stored = ReferenceFile::of_catalog(&catalog, entity)?;
        differences.push(of_file(file, &stored, &curations, &header)?);
    }
    differences.retain(|difference| !difference.removed.is_empty() || !difference.added.is_empty());
    Ok(differences)
}

fn of_file(
    file: ReferenceFile,
    stored: &ReferenceFile,
    curations: &[Curation],
    header: &[String],
) -> Result<FileDifference, SeedFileError> {
    let before: Vec<String> = file.rows.iter().map(|row| line(file.table, row, header)).collect::<Result<_, _>>()?;
    let table = file.table;
    let after = file.curated_as_far_as_possible(curations);
    let of_file: BTreeSet<&str> = after.rows.iter().map(|row| row.slug.as_str()).collect();
    let is_curated = |slug: &str| curations.iter().any(|curation| curation.file == table.file && curation.slug == slug);
    // What no file has yet and somebody has looked at.
    let made = stored.rows.iter().filter(|row| !of_file.contains(row.slug.as_str()) && is_curated(&row.slug));
    let after: Vec<String> =
        after.rows.iter().chain(made).map(|row| line(table, row, header)).collect::<Result<_, _>>()?;
    let without = |lines: &[String], others: &[String]| {
        let others: BTreeSet<&String> = others.iter().collect();
        lines.iter().filter(|line| !others.contains(line)).cloned().collect()
    };
    Ok(FileDifference { file: table.file, removed: without(&before, &after), added: without(&after, &before) })
}

/// The columns of a file in their order.
fn header(files: &SeedFiles, table: &Table) -> Result<Vec<String>, SeedFileError> {
    let mut reader = csv::Reader::from_reader(files.get(table.file).unwrap_or_default());
    let header = reader.headers().map_err(|error| SeedFileError::new(table.file, error))?;
    Ok(header.iter().map(str::to_owned).collect())
}

/// A row as a line of its file.
fn line(table: &Table, row: &ReferenceRow, header: &[String]) -> Result<String, SeedFileError> {
    let refused = |error: String| SeedFileError::new(table.file, error);
    let names = |is_former: bool| {
        let names = row.other_names.iter().filter(|(_, former)| *former == is_former);
        names.map(|(name, _)| name.as_str()).collect::<Vec<_>>().join("|")
    };
    let cell = |column: &String| match (column.as_str(), table.index_of(column)) {
        ("slug", _) => row.slug.clone(),
        ("aliases", _) => names(false),
        ("former_names", _) => names(true),
        (_, Some(index)) => text(&row.values[index]),
        (_, None) => String::new(),
    };
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header.iter().map(cell)).map_err(|error| refused(error.to_string()))?;
    let bytes = writer.into_inner().map_err(|error| refused(error.to_string()))?;
    Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(texts) => texts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("|"),
        other => other.to_string(),
    }
}
