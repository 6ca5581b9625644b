//! How an entry is answered: what is known of it, its other names, the number of its cases.

use std::collections::HashMap;
use std::sync::Arc;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::super::snapshot::View;
use crate::cases::filter::{CaseFilter, Choice};
use crate::catalog::{Catalog, Entity, Entry};
use crate::engine;
use crate::http::error::ApiError;
use crate::import::journal::{self, LastImport};
use crate::model::entity::Listing;
use crate::statistics::Dimension;
use crate::statistics::count::{Wanted, WantedPay, count};

/// What is told of the entries of an entity beside themselves.
#[derive(Debug)]
pub(super) struct Context {
    entity: Entity,
    catalog: Arc<Catalog>,
    /// Numbers of cases by the value of the dimension.
    case_counts: HashMap<String, u64>,
    /// Of sources.
    last_imports: HashMap<i32, LastImport>,
}

impl Context {
    /// What is told of these entries.
    pub async fn read(view: &mut View, entity: Entity, entries: &[&Entry]) -> Result<Self, ApiError> {
        let last_imports = match entity {
            Entity::Source => view.run(async |connection, _| journal::last_imports(connection).await).await?,
            _ => HashMap::new(),
        };
        let (dimension, filter) = cases_of(entity, entries);
        let case_counts = count_cases(view, dimension, filter).await?;
        Ok(Self { entity, catalog: Arc::clone(&view.catalog), case_counts, last_imports })
    }

    /// How an entry is answered.
    pub fn answer<'a>(&'a self, entry: &'a Entry) -> EntryAnswer<'a> {
        EntryAnswer { entry, context: self }
    }

    fn case_count(&self, entry: &Entry) -> u64 {
        let count = match self.entity {
            Entity::Tag => self.case_counts.get(entry.slug()),
            _ => self.case_counts.get(&entry.id().to_string()),
        };
        count.copied().unwrap_or_default()
    }
}

/// The dimension of the cases of entries. Of an entity with many entries only the cases of those that are shown are
/// counted, which is soon done.
fn cases_of(entity: Entity, entries: &[&Entry]) -> (Dimension, CaseFilter) {
    let these = || Choice::any_of(entries.iter().map(|entry| entry.id()).collect());
    let all = CaseFilter::default();
    match entity {
        Entity::Company => (Dimension::Company, CaseFilter { company: these(), ..all }),
        Entity::Role => (Dimension::Role, CaseFilter { role: these(), ..all }),
        Entity::School => (Dimension::School, CaseFilter { school: these(), ..all }),
        Entity::Major => (Dimension::Major, all),
        Entity::SchoolTier => (Dimension::SchoolTier, all),
        Entity::Tag => (Dimension::Tag, all),
        Entity::Source => (Dimension::Source, all),
    }
}

async fn count_cases(
    view: &mut View,
    dimension: Dimension,
    filter: CaseFilter,
) -> Result<HashMap<String, u64>, ApiError> {
    fn wanted(dimension: Dimension, filter: &CaseFilter) -> Wanted<'_> {
        Wanted { first: dimension, second: None, pay: WantedPay::No, filter }
    }
    view.know_columns().await;
    let filter = Arc::new(filter);
    let shared = Arc::clone(&filter);
    let in_memory =
        view.in_memory(move |columns, catalog| engine::count::count(columns, catalog, wanted(dimension, &shared)));
    let counts = match in_memory.await? {
        Some(counts) => counts,
        None => view.run(async |connection, _| count(connection, wanted(dimension, &filter)).await).await?,
    };
    Ok(counts.rows.into_iter().filter_map(|group| Some((group.key?, group.tally.count()))).collect())
}

/// An entry as it is answered.
#[derive(Debug)]
pub(super) struct EntryAnswer<'a> {
    entry: &'a Entry,
    context: &'a Context,
}

impl Serialize for EntryAnswer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { entry, context } = self;
        let (entity, catalog) = (context.entity, &context.catalog);
        let table = entity.table();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("slug", entry.slug())?;
        for (attribute, value) in table.attributes.iter().zip(entry.values()) {
            match attribute.refers_to() {
                Some(to) => {
                    let other = entry.integer(attribute.name).and_then(|id| catalog.reference(to, id));
                    map.serialize_entry(attribute.name, &other)?;
                }
                None => map.serialize_entry(attribute.name, value)?,
            }
        }
        if table.aliases.is_some() {
            map.serialize_entry("aliases", entry.aliases())?;
        }
        if entity == Entity::Source {
            map.serialize_entry("last_import", &context.last_imports.get(&entry.id()))?;
        }
        map.serialize_entry("case_count", &context.case_count(entry))?;
        if entity.definition().listing == Listing::Tree {
            let directory = catalog.directory(entity);
            let under = directory.descendants(entry.id()).into_iter().filter_map(|id| directory.get(id));
            let count: u64 = under.map(|entry| context.case_count(entry)).sum();
            map.serialize_entry("case_count_with_descendants", &count)?;
            let children: Vec<Self> = directory.children(entry.id()).map(|entry| Self { entry, context }).collect();
            map.serialize_entry("children", &children)?;
        }
        map.end()
    }
}
