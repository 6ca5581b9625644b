//! Exports that say of cases what a list says, and not where they come from: they change cases that are here, by id.

use std::collections::HashMap;
use std::sync::Arc;

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::normalise::canonical::ExportHeader;
use super::pipeline::RowFilter;
use super::read::{ReadOptions, Reading};
use super::sources::{self, Portion};
use super::{ImportError, ImportFile};
use crate::catalog::{Catalog, Entry};
use crate::database::schema::offer_cases;
use crate::model::case::Field;
use crate::model::entity::Entity;

/// Ids that are looked for together.
const IDS_AT_ONCE: usize = 50_000;

/// Cases that are here, each with the number of its source: 20 bytes a case.
#[derive(Debug, Default)]
pub struct KnownCases(HashMap<Uuid, i32>);

impl KnownCases {
    /// The source of a case; `None` = it is not here.
    pub fn source_of<'c>(&self, id: Uuid, catalog: &'c Catalog) -> Option<&'c Entry> {
        catalog.directory(Entity::Source).get(*self.0.get(&id)?)
    }

    /// Those of these ids that are here.
    async fn of(connection: &mut AsyncPgConnection, ids: &[Uuid]) -> QueryResult<Self> {
        let mut known = HashMap::with_capacity(ids.len());
        for ids in ids.chunks(IDS_AT_ONCE) {
            let here = offer_cases::table.select((offer_cases::id, offer_cases::source_id));
            known.extend(here.filter(offer_cases::id.eq_any(ids)).load::<(Uuid, i32)>(connection).await?);
        }
        Ok(Self(known))
    }

    /// The portions of a file of them: one for each source, or all of it as the one that is asked for.
    fn portions(self, asked: Option<&str>, catalog: &Catalog) -> Vec<Portion> {
        let mut sources: Vec<i32> = self.0.values().copied().collect();
        sources.sort_unstable();
        sources.dedup();
        let known = Some(Arc::new(self));
        if let Some(asked) = asked {
            return vec![Portion { source: asked.to_owned(), filter: RowFilter::All, known }];
        }
        let slugs: Vec<String> = sources
            .into_iter()
            .filter_map(|id| Some(catalog.directory(Entity::Source).get(id)?.slug().to_owned()))
            .collect();
        sources::portions_of(&slugs, known)
    }
}

/// The portions of a plain export; `None` of any other file.
///
/// # Errors
/// Where it lacks columns, or none of its cases is here.
pub async fn portions(
    connection: &mut AsyncPgConnection,
    file: &ImportFile,
    asked: Option<&str>,
    options: &ReadOptions,
    catalog: &Arc<Catalog>,
) -> Result<Option<Vec<Portion>>, ImportError> {
    let (to_read, options, names) = (file.clone(), options.clone(), Arc::clone(catalog));
    let ids = tokio::task::spawn_blocking(move || ids_in(&to_read, &options, &names))
        .await
        .map_err(|error| ImportError::Internal(error.to_string()))??;
    let Some(ids) = ids else { return Ok(None) };
    let known = KnownCases::of(connection, &ids).await?;
    if known.0.is_empty() {
        return Err(ImportError::NotHere { file: file.name.clone() });
    }
    Ok(Some(known.portions(asked, catalog)))
}

/// The ids in a plain export; `None` of any other file. Blocking.
fn ids_in(file: &ImportFile, options: &ReadOptions, catalog: &Catalog) -> Result<Option<Vec<Uuid>>, ImportError> {
    let Reading { table, rows, .. } = file.read(options, catalog)?;
    let header = &table.header;
    match ExportHeader::of(header) {
        Some(ExportHeader::Plain) => {}
        Some(ExportHeader::Short(lacking)) => {
            return Err(ImportError::ShortExport { file: file.name.clone(), lacking: lacking.join(", ") });
        }
        Some(ExportHeader::Whole) | None => return Ok(None),
    }
    let column = header.iter().position(|name| name == Field::Id.name());
    let mut ids = Vec::new();
    for row in rows {
        let row = row.map_err(|error| file.unreadable(error))?;
        // What is no id is told with its row.
        ids.extend(column.and_then(|column| row.cells.get(column)).and_then(|cell| cell.parse::<Uuid>().ok()));
    }
    Ok(Some(ids))
}
