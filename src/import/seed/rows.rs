//! The rows of the seed's reference files, read and checked by the tables that they fill.

use std::collections::{HashMap, HashSet};

use csv::StringRecord;
use serde::Serialize;
use serde_json::{Value, json};

use super::files::SeedFiles;
use crate::catalog::{Alias, Catalog, Entity, Entry, guide};
use crate::model::closed_set::ClosedSet;
use crate::model::entity::{Attribute, AttributeKind, Table};
use crate::text::name_key;

/// Why a seed file is refused.
#[derive(Debug, thiserror::Error)]
#[error("seed file {file}: {message}")]
pub struct SeedFileError {
    file: String,
    message: String,
}

impl SeedFileError {
    pub(super) fn new(file: &str, message: impl ToString) -> Self {
        Self { file: file.to_owned(), message: message.to_string() }
    }
}

/// The tables that reference files fill, each behind those that it refers to.
pub(super) fn tables() -> impl DoubleEndedIterator<Item = &'static Table> {
    Entity::ALL.iter().map(|entity| entity.table()).chain([&guide::TABLE])
}

/// A reference file.
#[derive(Debug)]
pub(super) struct ReferenceFile {
    pub table: &'static Table,
    pub rows: Vec<ReferenceRow>,
    pub aliases: Vec<AliasRow>,
}

/// A row of a reference file.
#[derive(Debug, Clone)]
pub(super) struct ReferenceRow {
    pub slug: String,
    /// By the places of their attributes. Another row stands by its slug.
    pub values: Vec<Value>,
    /// How many rows of the file it stands under.
    pub depth: usize,
    /// Other names, each with whether it was given up.
    pub other_names: Vec<(String, bool)>,
}

/// An alias as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct AliasRow {
    pub slug: String,
    alias_key: String,
    #[serde(flatten)]
    pub alias: Alias,
}

impl ReferenceFile {
    /// The file that fills a table; `None` where it is not there.
    ///
    /// # Errors
    /// Where a column is missing or unknown, a cell is none of its attribute, a slug or name means two rows, or a row
    /// stands under one that is not in the file.
    pub fn read(files: &SeedFiles, table: &'static Table) -> Result<Option<Self>, SeedFileError> {
        let Some(bytes) = files.get(table.file) else { return Ok(None) };
        Self::of(table, read_rows(table, bytes)?).map(Some)
    }

    /// That of these rows.
    ///
    /// # Errors
    /// Where a slug or name means two rows, or a row stands under one that is not among them.
    pub fn of(table: &'static Table, mut rows: Vec<ReferenceRow>) -> Result<Self, SeedFileError> {
        set_depths(table, &mut rows)?;
        let aliases = aliases(table, &rows)?;
        Ok(Self { table, rows, aliases })
    }

    /// That of the entries that a catalog has.
    ///
    /// # Errors
    /// As for [`ReferenceFile::of`].
    pub fn of_catalog(catalog: &Catalog, entity: Entity) -> Result<Self, SeedFileError> {
        let table = entity.table();
        let value = |entry: &Entry, attribute: &Attribute| match attribute.refers_to() {
            Some(to) => {
                let other = entry.integer(attribute.name).and_then(|id| catalog.directory(to).get(id));
                other.map_or(Value::Null, |other| json!(other.slug()))
            }
            None => entry.value(attribute.name).clone(),
        };
        let row = |entry: &Entry| ReferenceRow {
            slug: entry.slug().to_owned(),
            values: table.attributes.iter().map(|attribute| value(entry, attribute)).collect(),
            depth: 0,
            other_names: entry.aliases().iter().map(|alias| (alias.alias.clone(), alias.former)).collect(),
        };
        Self::of(table, catalog.directory(entity).entries().iter().map(row).collect())
    }

    /// Rows as objects, without what only the database knows.
    pub fn objects<'a>(&'a self, rows: impl Iterator<Item = &'a ReferenceRow>) -> Value {
        let object = |row: &ReferenceRow| {
            let values = self.table.attributes.iter().zip(&row.values).filter(|(attribute, _)| attribute.is_in_files());
            let values = values.map(|(attribute, value)| (attribute.name.to_owned(), value.clone()));
            Value::Object(std::iter::once(("slug".to_owned(), json!(row.slug))).chain(values).collect())
        };
        rows.map(object).collect()
    }
}

fn read_rows(table: &Table, bytes: &[u8]) -> Result<Vec<ReferenceRow>, SeedFileError> {
    let refused = |error: csv::Error| SeedFileError::new(table.file, error);
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().map_err(refused)?.clone();
    let row = |(record, rank): (csv::Result<StringRecord>, usize)| {
        let record = record.map_err(refused)?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells = header.iter().zip(&record).collect();
        let in_line = |message| SeedFileError::new(table.file, format!("line {line}: {message}"));
        read_row(table, cells, rank).map_err(in_line)
    };
    reader.records().zip(1..).map(row).collect()
}

/// The row of these cells, which are by their columns. A column of what may be unknown, or has a
/// default, can be left out.
fn read_row(table: &Table, mut cells: HashMap<&str, &str>, rank: usize) -> Result<ReferenceRow, String> {
    let mut take = |column: &str| cells.remove(column).ok_or_else(|| format!("the column `{column}` is missing"));
    let slug = take("slug")?.to_owned();
    let mut values = Vec::with_capacity(table.attributes.len());
    for attribute in table.attributes {
        let missing = attribute.default.or((attribute.is_nullable || !attribute.is_in_files()).then_some(""));
        let cell = match missing {
            Some(missing) => take(attribute.name).unwrap_or(missing),
            None => take(attribute.name)?,
        };
        values.push(value_of(attribute, cell, rank).map_err(|message| format!("`{}` {message}", attribute.name))?);
    }
    let mut other_names = Vec::new();
    if let Some(aliases) = &table.aliases {
        other_names.extend(texts(take("aliases")?).map(|name| (name.to_owned(), false)));
        if aliases.with_former {
            other_names.extend(texts(take("former_names")?).map(|name| (name.to_owned(), true)));
        }
    }
    match cells.keys().next() {
        Some(column) => Err(format!("there is no column `{column}`")),
        None => Ok(ReferenceRow { slug, values, depth: 0, other_names }),
    }
}

/// What a cell says of an attribute, or what is wrong with it.
pub(super) fn value_of(attribute: &Attribute, cell: &str, rank: usize) -> Result<Value, String> {
    match &attribute.kind {
        AttributeKind::Rank => Ok(json!(rank)),
        AttributeKind::Texts => Ok(texts(cell).collect()),
        _ if cell.is_empty() && attribute.is_nullable => Ok(Value::Null),
        _ if cell.is_empty() => Err("is empty".to_owned()),
        AttributeKind::Text | AttributeKind::Reference(..) => Ok(json!(cell)),
        AttributeKind::Integer => match cell.parse::<i32>() {
            Ok(integer) => Ok(json!(integer)),
            Err(_) => Err(format!("is no whole number: `{cell}`")),
        },
        AttributeKind::Member(members) if members.slugs.contains(&cell) => Ok(json!(cell)),
        AttributeKind::Member(members) => Err(format!("is one of {}, not `{cell}`", members.slugs.join(", "))),
    }
}

/// The texts of a cell, which has `|` between them.
fn texts(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('|').map(str::trim).filter(|text| !text.is_empty())
}

/// Counts what each row stands under.
fn set_depths(table: &Table, rows: &mut [ReferenceRow]) -> Result<(), SeedFileError> {
    let Some(parent) = table.parent() else { return Ok(()) };
    let parent_of = |row: &ReferenceRow| row.values[parent].as_str().map(str::to_owned);
    let parents: HashMap<String, Option<String>> = rows.iter().map(|row| (row.slug.clone(), parent_of(row))).collect();
    for row in rows {
        row.depth = 0;
        let mut slug = &row.slug;
        while let Some(Some(parent)) = parents.get(slug) {
            if !parents.contains_key(parent) {
                let message = format!("`{slug}` points at `{parent}`, which is not in the file");
                return Err(SeedFileError::new(table.file, message));
            }
            if row.depth > parents.len() {
                return Err(SeedFileError::new(table.file, format!("`{slug}` stands under itself")));
            }
            row.depth += 1;
            slug = parent;
        }
    }
    Ok(())
}

/// The aliases of all rows; one that means several rows is marked ambiguous.
///
/// # Errors
/// Where a slug or name means two rows: aliases may be shared, names may not.
fn aliases(table: &Table, rows: &[ReferenceRow]) -> Result<Vec<AliasRow>, SeedFileError> {
    if table.aliases.is_none() {
        return Ok(Vec::new());
    }
    let mut rows_of_name: HashMap<String, usize> = HashMap::new();
    let mut uses: HashMap<String, HashSet<usize>> = HashMap::new();
    for (index, row) in rows.iter().enumerate() {
        let names = row.values.iter().take(2).filter_map(Value::as_str);
        for name in names.chain([row.slug.as_str()]) {
            let key = name_key(name);
            if let Some(other) = rows_of_name.insert(key.clone(), index).filter(|other| *other != index) {
                let message = format!("`{name}` names both `{}` and `{}`", rows[other].slug, row.slug);
                return Err(SeedFileError::new(table.file, message));
            }
            uses.entry(key).or_default().insert(index);
        }
        for (alias, _) in &row.other_names {
            uses.entry(name_key(alias)).or_default().insert(index);
        }
    }
    let mut aliases: Vec<AliasRow> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let mut keys: HashSet<String> = HashSet::new();
        for (alias, former) in &row.other_names {
            let alias_key = name_key(alias);
            // What is a name of the row already needs no alias.
            if rows_of_name.get(&alias_key) != Some(&index) && keys.insert(alias_key.clone()) {
                let ambiguous = uses.get(&alias_key).is_some_and(|uses| uses.len() > 1);
                let alias = Alias { alias: alias.clone(), former: *former, ambiguous };
                aliases.push(AliasRow { slug: row.slug.clone(), alias_key, alias });
            }
        }
    }
    Ok(aliases)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles(text: &str) -> Result<ReferenceFile, SeedFileError> {
        let files = SeedFiles::from_iter([("roles.csv", text)]);
        Ok(ReferenceFile::read(&files, Entity::Role.table())?.expect("the file is there"))
    }

    fn refused(header: &str, text: &str) -> String {
        roles(&format!("{header}\n{text}")).expect_err("refused").to_string()
    }

    const HEADER: &str = "slug,name,name_en,family,aliases";

    #[test]
    fn a_shared_alias_is_ambiguous_and_a_name_in_the_aliases_is_left_out() {
        let file = roles(&format!("{HEADER}\na,甲,A1,data,PM|甲|只甲\nb,乙,,data,pm\n")).expect("no name is shared");
        let written: Vec<_> =
            file.aliases.iter().map(|it| (it.slug.as_str(), it.alias.alias.as_str(), it.alias.ambiguous)).collect();
        assert_eq!(written, [("a", "PM", true), ("a", "只甲", false), ("b", "pm", true)]);
    }

    #[test]
    fn a_wrong_row_is_told_with_what_is_wrong() {
        for (header, text, message) in [
            (HEADER, "a,甲,,data,\nb,甲,,data,\n", "seed file roles.csv: `甲` names both `a` and `b`"),
            (HEADER, "a,,,data,\n", "seed file roles.csv: line 2: `name` is empty"),
            ("slug,name,family", "a,甲,data\n", "seed file roles.csv: line 2: the column `aliases` is missing"),
            (
                "slug,name,family,aliases,code",
                "a,甲,data,,\n",
                "seed file roles.csv: line 2: there is no column `code`",
            ),
            (
                HEADER,
                "a,甲,,cooking,\n",
                "seed file roles.csv: line 2: `family` is one of product, engineering, algorithm, data, design, \
                 operations, hardware, manufacturing, construction, game, marketing, sales, project_management, supply_chain, \
                 consulting, finance, administration, civil_service, teaching, research, media, medical, other, not \
                 `cooking`",
            ),
        ] {
            assert_eq!(refused(header, text), message);
        }
    }

    #[test]
    fn rows_know_how_deep_they_stand_and_none_stands_under_itself() {
        let read = |text: &str| {
            let text = format!("slug,name,parent,aliases,former_names\n{text}");
            ReferenceFile::read(&SeedFiles::from_iter([("companies.csv", text.as_str())]), Entity::Company.table())
        };
        let file = read("c,C,b,,\na,A,,,\nb,B,a,,\n").expect("valid rows").expect("the file is there");
        assert_eq!(file.rows.iter().map(|row| row.depth).collect::<Vec<_>>(), [2, 0, 1]);
        for (text, message) in [
            ("b,B,a,,\na,A,z,,\n", "seed file companies.csv: `a` points at `z`, which is not in the file"),
            ("a,A,b,,\nb,B,a,,\n", "seed file companies.csv: `b` stands under itself"),
        ] {
            assert_eq!(read(text).expect_err("refused").to_string(), message);
        }
    }
}
