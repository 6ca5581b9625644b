//! How an entry is answered: what is known of it, its other names, the number of its cases.

use std::collections::HashMap;
use std::sync::Arc;

use diesel_async::AsyncPgConnection;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::super::snapshot::Snapshot;
use super::super::state::AppState;
use crate::cases::filter::CaseFilter;
use crate::catalog::{Catalog, Entity, Entry};
use crate::engine::count::{PayOf, Question, count};
use crate::engine::tally::GroupValue;
use crate::http::error::ApiError;
use crate::import::journal::{self, LastImport};
use crate::model::case::Field;
use crate::model::closed_set::ClosedSet;
use crate::model::entity::Listing;

/// What an answer has of the entries of an entity beside themselves.
#[derive(Debug)]
pub(crate) struct Context {
    entity: Entity,
    catalog: Arc<Catalog>,
    /// Numbers of cases by the value of the dimension.
    case_counts: HashMap<GroupValue, u64>,
    /// Of sources.
    last_imports: HashMap<i32, LastImport>,
}

impl Context {
    /// What an answer has of these entries.
    pub async fn read(
        state: &AppState,
        snapshot: &mut Snapshot,
        entity: Entity,
        entries: &[&Entry],
    ) -> Result<Self, ApiError> {
        let last_imports = match entity {
            Entity::Source => {
                let read = async |connection: &mut AsyncPgConnection, catalog: &Catalog| {
                    journal::last_imports(connection, &catalog.closed_sources()).await
                };
                snapshot.run(read).await?
            }
            _ => HashMap::new(),
        };
        let field = Field::named(entity.slug()).unwrap_or(Field::Source);
        let filter = match entity.definition().listing {
            // Of many entries only the cases of those that are shown are counted, which is soon done.
            Listing::Pages => CaseFilter::of_entries(field, entries.iter().map(|entry| entry.id()).collect()),
            Listing::Whole | Listing::Tree => CaseFilter::default(),
        };
        // What stands under an entry is counted for itself, and added up where both are told.
        let filter = CaseFilter { is_exact: true, ..filter };
        snapshot.bring_columns(state).await?;
        let counts = snapshot.in_memory(move |columns, catalog| {
            let question = Question { first: field, second: None, pay: PayOf::Nobody, filter: &filter };
            count(columns, catalog, question)
        });
        let counted = counts.await??.rows.into_iter();
        let case_counts = counted.filter_map(|group| Some((group.key?, group.tally.count()))).collect();
        Ok(Self { entity, catalog: Arc::clone(&snapshot.catalog), case_counts, last_imports })
    }

    /// How an entry is answered.
    pub(super) fn answer<'a>(&'a self, entry: &'a Entry) -> EntryAnswer<'a> {
        EntryAnswer { entry, context: self }
    }

    /// The number of cases of an entry itself.
    pub(crate) fn case_count(&self, entry: &Entry) -> u64 {
        let value = match self.entity {
            Entity::Tag => GroupValue::Text(entry.slug().to_owned()),
            _ => GroupValue::Reference(entry.id()),
        };
        self.case_counts.get(&value).copied().unwrap_or_default()
    }
}

impl Context {
    /// The number of cases of an entry and of everything that stands under it.
    pub(crate) fn case_count_with_descendants(&self, entry: &Entry) -> u64 {
        let directory = self.catalog.directory(self.entity);
        let under = directory.descendants(entry.id()).into_iter().filter_map(|id| directory.get(id));
        under.map(|entry| self.case_count(entry)).sum()
    }
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
        let names = entry.reference();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("slug", entry.slug())?;
        for (attribute, value) in table.attributes.iter().zip(entry.values()) {
            match attribute.refers_to() {
                Some(to) => {
                    let other = entry.integer(attribute.name).and_then(|id| catalog.directory(to).reference(id));
                    map.serialize_entry(attribute.name, &other)?;
                }
                None if table.name_en().is_some_and(|it| it.name == attribute.name) => {
                    map.serialize_entry(attribute.name, &names.name_en)?
                }
                None => map.serialize_entry(attribute.name, value)?,
            }
        }
        if let (Some(attribute), Some(from)) = (table.name_en(), names.name_en_from) {
            map.serialize_entry(&format!("{}_from", attribute.name), &from)?;
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
            map.serialize_entry("case_count_with_descendants", &context.case_count_with_descendants(entry))?;
            let children: Vec<Self> = directory.children(entry.id()).map(|entry| Self { entry, context }).collect();
            map.serialize_entry("children", &children)?;
        }
        map.end()
    }
}
