//! Of which sources the rows of a file are: of the one that the caller says, or, in an export of several, of those that
//! they name.

use std::collections::HashSet;
use std::sync::Arc;

use diesel_async::AsyncPgConnection;

use super::merge::Prune;
use super::pipeline::RowFilter;
use super::plain_export::{self, KnownCases};
use super::read::{ReadOptions, Reading};
use super::row_reader::RowReader;
use super::{ImportError, ImportFile, ImportOptions};
use crate::catalog::{Catalog, Directory, Entry, Resolved};
use crate::database::dataset;
use crate::model::entity::Entity;

/// A source with the rows of a file that are imported as it.
#[derive(Debug, Clone)]
pub struct Portion {
    /// The slug of the source.
    pub source: String,
    /// Which rows are meant.
    pub filter: RowFilter,
    /// The cases that are here, in a plain export, whose rows change them.
    pub known: Option<Arc<KnownCases>>,
}

impl Portion {
    /// All rows of a file, as this source.
    pub fn whole(source: &str) -> Self {
        Self { source: source.to_owned(), filter: RowFilter::All, known: None }
    }
}

/// The source with this slug or name.
///
/// # Errors
/// Where there is none.
pub fn find<'a>(sources: &'a Directory, slug: &str) -> Result<&'a Entry, ImportError> {
    match sources.resolve(slug) {
        Resolved::Found { entry, .. } => Ok(entry),
        _ => Err(unknown(sources, slug)),
    }
}

fn unknown(sources: &Directory, slug: &str) -> ImportError {
    let known = sources.entries().iter().map(Entry::slug).collect::<Vec<_>>().join(", ");
    ImportError::UnknownSource { slug: slug.to_owned(), known }
}

/// A catalog with the state of the data that it was read in, or an earlier one.
type Read = Option<(dataset::Dataset, Arc<Catalog>)>;

/// The catalog as of now: the one that was read, where nothing has changed since.
pub(super) async fn catalog_of_now(
    connection: &mut AsyncPgConnection,
    read: Read,
) -> Result<Arc<Catalog>, ImportError> {
    match read {
        Some((dataset, catalog)) if dataset::read(connection).await? == dataset => Ok(catalog),
        _ => Ok(Arc::new(Catalog::load(connection, 0).await?)),
    }
}

/// The portions of a file, and the catalog that says so: that of the first of them, since each may make companies.
///
/// # Errors
/// Where no source is given and the file is no export, or names none that is known.
pub(super) async fn portions(
    connection: &mut AsyncPgConnection,
    file: &ImportFile,
    source: Option<&str>,
    options: &ImportOptions,
) -> Result<(Vec<Portion>, Read), ImportError> {
    let dataset = dataset::read(connection).await?;
    let catalog = Arc::new(Catalog::load(connection, 0).await?);
    let read = Some((dataset, Arc::clone(&catalog)));
    if let Some(portions) = plain_export::portions(connection, file, source, &options.read, &catalog).await? {
        return match options.prune {
            Prune::Nothing => Ok((portions, read)),
            Prune::SameFile | Prune::Source => Err(ImportError::PrunedByPlainExport { file: file.name.clone() }),
        };
    }
    let (file, source, options) = (file.clone(), source.map(str::to_owned), options.read.clone());
    let portions = tokio::task::spawn_blocking(move || portions_by_rows(&file, source.as_deref(), &options, &catalog))
        .await
        .map_err(|error| ImportError::Internal(error.to_string()))??;
    Ok((portions, read))
}

/// The portions of a file: all of it as `source`, else one for each source that its rows name, in their order. Rows
/// that name none that is known belong to the first, which rejects them. Blocking.
fn portions_by_rows(
    file: &ImportFile,
    source: Option<&str>,
    options: &ReadOptions,
    catalog: &Catalog,
) -> Result<Vec<Portion>, ImportError> {
    if let Some(source) = source {
        return Ok(vec![Portion::whole(source)]);
    }
    let named = named_in(file, options, catalog)?;
    let sources = catalog.directory(Entity::Source);
    let known: Vec<String> = named.iter().filter(|slug| sources.by_slug(slug).is_some()).cloned().collect();
    if known.is_empty() {
        return Err(unknown(sources, named.first().map_or("", String::as_str)));
    }
    Ok(portions_of(&known, None))
}

/// A portion for each of these sources; what is of none of them belongs to the first.
pub fn portions_of(sources: &[String], known: Option<Arc<KnownCases>>) -> Vec<Portion> {
    let others: HashSet<String> = sources.iter().skip(1).cloned().collect();
    let filters = std::iter::once(RowFilter::AllBut(Arc::new(others))).chain(std::iter::repeat(RowFilter::Own));
    let portion =
        |(source, filter): (&String, RowFilter)| Portion { source: source.clone(), filter, known: known.clone() };
    sources.iter().zip(filters).map(portion).collect()
}

/// The sources that rows name, in the order in which they come first.
fn named_in(file: &ImportFile, options: &ReadOptions, catalog: &Catalog) -> Result<Vec<String>, ImportError> {
    let Reading { table, rows, .. } = file.read(options, catalog)?;
    let reader = RowReader::new(&table, None, catalog, None, false)
        .ok_or_else(|| ImportError::SourceNeeded { file: file.name.clone() })?;
    let mut named: Vec<String> = Vec::new();
    for row in rows {
        let row = row.map_err(|error| file.unreadable(error))?;
        if let Some(slug) = reader.source_of(&row)
            && !named.iter().any(|other| other == slug)
            && named.len() < MAX_NAMED
        {
            named.push(slug.to_owned());
        }
    }
    Ok(named)
}

/// Most sources that are looked for in a file: there are few, and what is no export may have a text in each row.
const MAX_NAMED: usize = 1000;
