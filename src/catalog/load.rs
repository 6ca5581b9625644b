//! Reads the catalog from the database.

use diesel::prelude::*;
use diesel::sql_types::{Integer, Jsonb, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;

use super::{Alias, Catalog, Entry};
use crate::model::closed_set::ClosedSet;
use crate::model::entity::{Entity, Table};

impl Catalog {
    /// Reads all reference data; `version` is what it counts as.
    ///
    /// Call it within one transaction that sees one state, with the version read in it.
    pub(crate) async fn load(connection: &mut AsyncPgConnection, version: i64) -> QueryResult<Self> {
        let mut entries = Vec::new();
        for &entity in Entity::ALL {
            let rows: Vec<EntryRow> = diesel::sql_query(select(entity.table())).load(connection).await?;
            for row in rows {
                entries.push(row.into_entry(entity)?);
            }
        }
        Ok(Self::new(version, entries))
    }
}

#[derive(QueryableByName)]
struct EntryRow {
    #[diesel(sql_type = Integer)]
    id: i32,
    #[diesel(sql_type = Text)]
    slug: String,
    #[diesel(sql_type = Jsonb)]
    attributes: Value,
    #[diesel(sql_type = Jsonb)]
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

/// The statement that reads the rows of a table, each with its aliases in the order of their keys.
fn select(table: &Table) -> String {
    let columns: Vec<&str> = table.attributes.iter().map(|attribute| attribute.column()).collect();
    let aliases = table.aliases.as_ref().map(|aliases| {
        let of = aliases.of;
        let former = if aliases.with_former { "former" } else { "false" };
        format!(
            "select jsonb_agg(jsonb_build_object('alias', alias, 'former', {former}, 'ambiguous', ambiguous)
                 order by alias_key)
             from {of}_aliases where {of}_id = entries.id"
        )
    });
    format!(
        "select id::integer, slug::text, jsonb_build_array({}) as attributes, coalesce(({}), '[]') as aliases
         from {} entries",
        columns.join(", "),
        aliases.as_deref().unwrap_or("null::jsonb"),
        table.name,
    )
}
