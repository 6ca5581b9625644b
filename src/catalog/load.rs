//! Reads the catalog from the database.

use std::collections::HashSet;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Json, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;

use super::{Alias, Catalog, Entry};
use crate::model::case::Field;
use crate::model::closed_set::ClosedSet;
use crate::model::closed_sets::Visibility;
use crate::model::entity::{Entity, Table};
use crate::model::field::{CREATES, Kind};

impl Catalog {
    /// Reads all reference data; `version` is what it counts as.
    ///
    /// Call it within one transaction that sees one state, with the version read in it.
    pub(crate) async fn load(connection: &mut AsyncPgConnection, version: i64) -> QueryResult<Self> {
        Ok(Self::new(version, entries(connection).await?))
    }

    /// Reads what everybody may know of: without what is [withheld](Entry::is_withheld).
    pub(super) async fn load_public(connection: &mut AsyncPgConnection, version: i64) -> QueryResult<Self> {
        let mut entries = entries(connection).await?;
        entries.retain(|entry| !entry.is_withheld());
        Ok(Self::new(version, entries))
    }
}

/// The entries of all kinds.
async fn entries(connection: &mut AsyncPgConnection) -> QueryResult<Vec<Entry>> {
    let withheld = withheld(connection).await?;
    let mut entries = Vec::new();
    for &entity in Entity::ALL {
        let rows: Vec<EntryRow> = diesel::sql_query(select(entity.table())).load(connection).await?;
        for row in rows {
            let is_withheld = withheld.contains(&(entity, row.id));
            entries.push(row.into_entry(entity)?.withheld(is_withheld));
        }
    }
    Ok(entries)
}

/// Names that imports of closed sources have made, and that too few of their cases and none of another source have.
async fn withheld(connection: &mut AsyncPgConnection) -> QueryResult<HashSet<(Entity, i32)>> {
    let mut withheld = HashSet::new();
    for field in Field::that_can(CREATES) {
        if let (Kind::Reference(entity), Some(column)) = (field.kind(), field.column()) {
            let ids: Vec<i32> = sql::<Integer>(&select_withheld(entity.table(), column)).load(connection).await?;
            withheld.extend(ids.into_iter().map(|id| (entity, id)));
        }
    }
    Ok(withheld)
}

#[derive(QueryableByName)]
struct EntryRow {
    #[diesel(sql_type = Integer)]
    id: i32,
    #[diesel(sql_type = Text)]
    slug: String,
    #[diesel(sql_type = Json)]
    attributes: Value,
    #[diesel(sql_type = Json)]
    aliases: Value,
}

impl EntryRow {
    fn into_entry(self, entity: Entity) -> QueryResult<Entry> {
        let values: Vec<Value> = serde_json::from_value(self.attributes).map_err(unreadable)?;
        let aliases: Vec<Alias> = serde_json::from_value(self.aliases).map_err(unreadable)?;
        Ok(Entry::new(entity, self.id, self.slug, values, aliases))
    }
}

/// That the database gave something else than it should.
pub(super) fn unreadable(error: serde_json::Error) -> diesel::result::Error {
    diesel::result::Error::DeserializationError(error.into())
}

/// The statement that gives the ids of the rows of a table that only cases of closed sources have in this column, and too few of
/// each source.
fn select_withheld(table: &Table, column: &str) -> String {
    let (Table { name, file, .. }, least) = (table, Visibility::LEAST_ALIKE);
    format!(
        "select id::integer from {name} entries
         where exists (select from sources where visibility = 'aggregates_only')
             and not exists (select from seed_entries where file = '{file}' and seed_entries.slug = entries.slug)
             and exists (
                 select from offer_cases join sources on sources.id = source_id
                 where {column} = entries.id and visibility = 'aggregates_only')
             and not exists (
                 select from offer_cases join sources on sources.id = source_id
                 where {column} = entries.id and retired_at is null group by sources.id
                 having visibility = 'open' or count(*) >= greatest(min_group_size, {least}))"
    )
}

/// The statement that reads the rows of a table, each with its aliases in the order of their keys. These are gathered once
/// for all rows, which takes two thirds of the time of looking them up for each.
fn select(table: &Table) -> String {
    let columns: Vec<&str> = table.attributes.iter().map(|attribute| attribute.column()).collect();
    let (columns, name) = (columns.join(", "), table.name);
    let entries = format!("select id::integer, slug::text, json_build_array({columns}) as attributes");
    let Some(aliases) = &table.aliases else {
        return format!("{entries}, '[]'::json as aliases from {name} entries");
    };
    let of = aliases.of;
    let former = if aliases.with_former { "former" } else { "false" };
    format!(
        "{entries}, coalesce(gathered.aliases, '[]') as aliases
         from {name} entries left join (
             select {of}_id as entry_id, json_agg(
                 json_build_object('alias', alias, 'former', {former}, 'ambiguous', ambiguous) order by alias_key
             ) as aliases
             from {of}_aliases group by 1
         ) gathered on gathered.entry_id = entries.id"
    )
}
